root=$1
prefix=$root/usr/local/apache2
mkdir -p "$prefix/bin" "$prefix/conf" "$prefix/htdocs" "$prefix/logs" "$prefix/cgi-bin"
ln -s /usr/lib/apache2/modules "$prefix/modules"
ln -s /usr/sbin/apache2 "$prefix/bin/httpd.real"
printf '#!/bin/sh\nexec /usr/sbin/apache2 -d /usr/local/apache2 -f /usr/local/apache2/conf/httpd.conf "$@"\n' > "$prefix/bin/httpd"
printf '#!/bin/sh\nexec httpd "$@"\n' > "$prefix/bin/apachectl"
printf '#!/bin/sh\nset -e\nrm -f /usr/local/apache2/logs/httpd.pid\nexec httpd -DFOREGROUND "$@"\n' > "$prefix/bin/httpd-foreground"
chmod 755 "$prefix/bin/httpd" "$prefix/bin/apachectl" "$prefix/bin/httpd-foreground"
printf '<html><body><h1>It works!</h1></body></html>\n' > "$prefix/htdocs/index.html"
cat > "$prefix/conf/httpd.conf" <<'CONF'
ServerRoot "/usr/local/apache2"
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule mime_module modules/mod_mime.so
LoadModule dir_module modules/mod_dir.so
LoadModule alias_module modules/mod_alias.so
LoadModule status_module modules/mod_status.so
User www-data
Group www-data
ServerName localhost
PidFile logs/httpd.pid
TypesConfig /etc/mime.types
DocumentRoot "/usr/local/apache2/htdocs"
<Directory "/usr/local/apache2/htdocs">
  Options Indexes FollowSymLinks
  AllowOverride None
  Require all granted
</Directory>
DirectoryIndex index.html
ErrorLog /proc/self/fd/2
LogFormat "%h %l %u %t \"%r\" %>s %b" common
CustomLog /proc/self/fd/1 common
CONF
