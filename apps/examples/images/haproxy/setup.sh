root=$1
# The public image's user has the number 99.
mkdir -p "$root/usr/local/etc/haproxy" "$root/var/lib/haproxy" "$root/usr/local/bin"
sed -i '/^haproxy:/d' "$root/etc/passwd" "$root/etc/group"
echo 'haproxy:x:99:99::/var/lib/haproxy:/usr/sbin/nologin' >> "$root/etc/passwd"
echo 'haproxy:x:99:' >> "$root/etc/group"
chown 99:99 "$root/var/lib/haproxy"
cat > "$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRY'
#!/bin/sh
# As the public image: options alone mean haproxy, which runs as master and worker in the foreground.
set -e
if [ "${1#-}" != "$1" ]; then
  set -- haproxy "$@"
fi
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
ENTRY
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
