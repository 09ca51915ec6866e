root=$1
sed -i '/^mysql:/d' "$root/etc/passwd" "$root/etc/group" # the public image's number for its user
echo 'rabbitmq:x:999:999:rabbitmq:/var/lib/rabbitmq:/bin/sh' >> "$root/etc/passwd"
echo 'rabbitmq:x:999:' >> "$root/etc/group"
mkdir -p "$root/var/lib/rabbitmq" "$root/var/log/rabbitmq" "$root/etc/rabbitmq/conf.d"
echo '[rabbitmq_management].' > "$root/etc/rabbitmq/enabled_plugins"
rm -f "$root/etc/rabbitmq/rabbitmq-env.conf"
chown -R 999:999 "$root/var/lib/rabbitmq" "$root/var/log/rabbitmq" "$root/etc/rabbitmq"
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
# Erlang's libraries for languages, devices and databases that the broker has no use for, and what Debian's scripts are written in.
rm -rf "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl* "$root"/usr/lib/python3* "$root"/usr/bin/python3* \
  "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/erlang/lib/snmp-* "$root"/usr/lib/erlang/lib/erl_interface-*
