root=$1
mods=$root/etc/apache2/mods-enabled
mkdir -p "$mods" "$root/etc/apache2/sites-enabled" "$root/etc/apache2/conf-enabled" "$root/var/log/apache2" "$root/var/lock/apache2" "$root/run/apache2" "$root/usr/local/bin"
for module in authz_core authz_host dir mime mpm_prefork php8.2 rewrite setenvif env alias deflate filter status; do
  for file in "$root/etc/apache2/mods-available/$module".*; do
    [ -e "$file" ] && ln -sf "../mods-available/$(basename "$file")" "$mods/"
  done
done
# PHP loads extensions in the order of their numbers: mysqli before mysqlnd would not load.
php=$root/etc/php/8.2/apache2/conf.d
mkdir -p "$php"
extension() { printf '%s=%s.so\n' "${3:-extension}" "$2" > "$php/$1-$2.ini"; }
extension 10 opcache zend_extension
extension 10 mysqlnd; extension 10 pdo; extension 15 xml
for name in mysqli pdo_mysql ctype dom tokenizer fileinfo iconv gd simplexml xmlreader xmlwriter exif phar posix; do
  [ -e "$(ls -d "$root"/usr/lib/php/2*/ | head -n 1)$name.so" ] && extension 20 "$name"
done
[ -e "$root/etc/php/8.2/apache2/php.ini" ] || cp "$root/usr/lib/php/8.2/php.ini-production" "$root/etc/php/8.2/apache2/php.ini"

cat > "$root/etc/apache2/sites-enabled/000-default.conf" <<'CONF'
ServerName localhost
ErrorLog /proc/self/fd/2
<VirtualHost *:80>
  DocumentRoot /var/www/html
  CustomLog /proc/self/fd/1 combined
  ErrorLog /proc/self/fd/2
  <Directory /var/www/html>
    Options FollowSymLinks
    AllowOverride All
    Require all granted
  </Directory>
</VirtualHost>
CONF
ln -sf /dev/stderr "$root/var/log/apache2/error.log"

# Debian spreads WordPress over /usr/share and /var/lib with symbolic links; the public image has one folder.
rm -rf "$root/var/www/html"
mkdir -p "$root/var/www"
chroot "$root" /usr/bin/cp -rL /usr/share/wordpress /var/www/html 2>/dev/null || true
rm -f "$root/var/www/html/wp-config.php"
mkdir -p "$root/var/www/html/wp-content/uploads" "$root/var/www/html/wp-content/plugins" "$root/var/www/html/wp-content/upgrade"
cp "$root/opt/wp-config-docker.php" "$root/var/www/html/wp-config.php"
rm -rf "$root/opt/wp-config-docker.php" "$root/usr/share/wordpress"
chown -R 33:33 "$root/var/www/html"
chmod 755 "$root"/usr/local/bin/*
