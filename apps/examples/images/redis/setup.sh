root=$1
mkdir -p "$root/data" "$root/usr/local/bin"
chown 998:998 "$root/data"
cat > "$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRY'
#!/bin/sh
# As the public image: options alone mean redis-server, and the server does not run as root.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
  set -- redis-server "$@"
fi
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' + 2>/dev/null || chown redis . 2>/dev/null || true
  exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
fi
exec "$@"
ENTRY
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
