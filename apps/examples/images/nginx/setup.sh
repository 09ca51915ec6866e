root=$1
mkdir -p "$root/var/log/nginx" "$root/var/lib/nginx" "$root/var/cache/nginx" "$root/usr/share/nginx/html" "$root/etc/nginx/conf.d"
ln -sf /dev/stdout "$root/var/log/nginx/access.log"
ln -sf /dev/stderr "$root/var/log/nginx/error.log"
printf '<!DOCTYPE html>\n<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>\n' > "$root/usr/share/nginx/html/index.html"
cat > "$root/etc/nginx/nginx.conf" <<'CONF'
user nginx;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /var/run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
CONF
cat > "$root/etc/nginx/conf.d/default.conf" <<'CONF'
server {
  listen 80;
  server_name localhost;
  location / { root /usr/share/nginx/html; index index.html index.htm; }
}
CONF
