root=$1
# Paths of the official image of PHP-FPM.
mkdir -p "$root/usr/local/etc/php-fpm.d" "$root/usr/local/sbin" "$root/run/php"
ln -sf /usr/sbin/php-fpm8.2 "$root/usr/local/sbin/php-fpm"
printf '[global]\nerror_log = /proc/self/fd/2\ninclude=/usr/local/etc/php-fpm.d/*.conf\n' > "$root/usr/local/etc/php-fpm.conf"
printf '[global]\ndaemonize = no\n[www]\nuser = www-data\ngroup = www-data\nlisten = 9000\npm = static\npm.max_children = 4\n' > "$root/usr/local/etc/php-fpm.d/www.conf"
