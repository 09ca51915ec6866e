root=$1
mkdir -p "$root/var/lib/mysql" "$root/run/mysqld" "$root/docker-entrypoint-initdb.d" "$root/etc/mysql/conf.d" "$root/usr/local/bin"
chown 999:999 "$root/var/lib/mysql" "$root/run/mysqld"
[ -e "$root/usr/bin/awk" ] || ln -s gawk "$root/usr/bin/awk"
ln -sf /usr/sbin/mariadbd "$root/usr/sbin/mysqld"
[ -e "$root/usr/bin/mysqladmin" ] || ln -s mariadb-admin "$root/usr/bin/mysqladmin"
[ -e "$root/usr/bin/mysql" ] || ln -s mariadb "$root/usr/bin/mysql"
[ -e "$root/usr/bin/mysqldump" ] || ln -s mariadb-dump "$root/usr/bin/mysqldump"
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh" "$root/usr/local/bin/healthcheck.sh"
cat > "$root/etc/mysql/my.cnf" <<'CONF'
[mysqld]
user=mysql
datadir=/var/lib/mysql
socket=/run/mysqld/mysqld.sock
pid-file=/run/mysqld/mysqld.pid
bind-address=0.0.0.0
port=3306
skip-name-resolve
skip-host-cache
[client]
socket=/run/mysqld/mysqld.sock
!includedir /etc/mysql/conf.d/
CONF
# mariadb-dump comes with many tools, some of them written in Perl.
for tool in binlog slap check import show conv plugin waitpid secure-installation; do rm -f "$root/usr/bin/mariadb-$tool"; done
for tool in innochecksum replace resolve_stack_dump innotop perror; do rm -f "$root/usr/bin/$tool"; done
rm -rf "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl*
