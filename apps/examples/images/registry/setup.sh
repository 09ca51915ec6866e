root=$1
mkdir -p "$root/etc/docker/registry" "$root/var/lib/registry"
cat > "$root/etc/docker/registry/config.yml" <<'CONFIG'
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: /var/lib/registry}, delete: {enabled: true}}
http: {addr: ':5000'}
CONFIG
rm -rf "$root"/usr/lib/*/perl* "$root"/usr/share/perl* "$root"/usr/bin/perl* # what its packaging scripts needed
