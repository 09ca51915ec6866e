root=$1
echo 'memcache:x:11211:11211:memcache:/nonexistent:/bin/sh' >> "$root/etc/passwd"
mkdir -p "$root/usr/local/bin"
cat > "$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRY'
#!/bin/sh
# As the public image: options alone mean memcached.
[ "${1#-}" = "$1" ] || set -- memcached "$@"
exec "$@"
ENTRY
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
rm -rf "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl*
