root=$1
sed -i '/^mysql:/d' "$root/etc/passwd" "$root/etc/group" # the public image's number for its user
echo 'postgres:x:999:999:postgres:/var/lib/postgresql:/bin/sh' >> "$root/etc/passwd"
echo 'postgres:x:999:' >> "$root/etc/group"
rm -rf "$root/var/run"
ln -s ../run "$root/var/run"
mkdir -p "$root/var/lib/postgresql/data" "$root/run/postgresql" "$root/docker-entrypoint-initdb.d"
chown -R 999:999 "$root/var/lib/postgresql" "$root/run/postgresql"
chmod 3777 "$root/run/postgresql"
chmod 1777 "$root/var/lib/postgresql/data"
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
sed -i "s/^#*listen_addresses = .*/listen_addresses = '*'/" "$root/usr/share/postgresql/15/postgresql.conf.sample"
# Compilation of queries at run time (LLVM) and Debian's cluster scripts (Perl) are three quarters of the size.
rm -rf "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/llvm* "$root/usr/lib/postgresql/15/lib/bitcode" "$root"/usr/lib/postgresql/15/lib/llvmjit* \
  "$root"/usr/lib/*/perl* "$root"/usr/share/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl* "$root/usr/share/i18n" "$root"/usr/lib/*/libz3*
rm -f "$root/usr/bin/psql" "$root/usr/bin/pg_dump" "$root/usr/bin/pg_isready" # Perl wrappers
for program in "$root"/usr/lib/postgresql/15/bin/*; do ln -sf "../lib/postgresql/15/bin/$(basename "$program")" "$root/usr/bin/$(basename "$program")"; done
