#!/bin/sh
# Prepares the data directory on the first start, then becomes the server. Variables as the public mariadb and mysql images take them.
set -eu

# value NAME: MARIADB_NAME or MYSQL_NAME, or the content of the file that MARIADB_NAME_FILE or MYSQL_NAME_FILE names.
value() {
  for prefix in MARIADB MYSQL; do
    eval "given=\${${prefix}_$1-}; file=\${${prefix}_$1_FILE-}"
    if [ -n "$given" ]; then printf '%s' "$given"; return; fi
    if [ -n "$file" ]; then cat "$file"; return; fi
  done
}

quote() { printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g"; }
log() { printf '%s [Note] [Entrypoint]: %s\n' "$(date '+%Y-%m-%d %H:%M:%S%z')" "$1"; }

[ "${1#-}" = "$1" ] || set -- mariadbd "$@"
case "$1" in mariadbd | mysqld) ;; *) exec "$@" ;; esac

data=/var/lib/mysql
mkdir -p "$data" /run/mysqld
if [ "$(id -u)" = 0 ]; then
  find "$data" \! -user mysql -exec chown mysql:mysql '{}' +
  chown mysql:mysql /run/mysqld
fi

if [ ! -d "$data/mysql" ] || [ -e "$data/.incomplete" ]; then
  root_password=$(value ROOT_PASSWORD)
  if [ -z "$root_password" ] && [ -n "$(value RANDOM_ROOT_PASSWORD)" ]; then
    root_password=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
    log "GENERATED ROOT PASSWORD: $root_password"
  fi
  if [ -z "$root_password" ] && [ -z "$(value ALLOW_EMPTY_ROOT_PASSWORD)$(value ALLOW_EMPTY_PASSWORD)" ]; then
    echo 'Database is uninitialized and password option is not specified: set one of MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD' >&2
    exit 1
  fi
  log 'Initializing database files'
  find "$data" -mindepth 1 -maxdepth 1 -exec rm -rf '{}' +
  touch "$data/.incomplete"
  mariadb-install-db --user=mysql --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null

  log 'Starting temporary server'
  mariadbd --user=mysql --skip-networking --socket=/run/mysqld/init.sock &
  server=$!
  tries=0
  until mariadb --socket=/run/mysqld/init.sock -uroot -e 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then echo 'Unable to start server.' >&2; exit 1; fi
    sleep 0.1
  done
  {
    name=$(value DATABASE)
    [ -z "$name" ] || printf 'CREATE DATABASE IF NOT EXISTS `%s`;\n' "$name"
    user=$(quote "$(value USER)")
    if [ -n "$user" ]; then
      printf "CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\n" "$user" "$(quote "$(value PASSWORD)")"
      [ -z "$name" ] || printf "GRANT ALL ON \`%s\`.* TO '%s'@'%%';\n" "$(printf '%s' "$name" | sed 's/_/\\_/g')" "$user"
    fi
    password=$(quote "$root_password")
    printf "CREATE USER 'root'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO 'root'@'%%' WITH GRANT OPTION;\n" "$password"
    # mariadb-install-db makes these without a password.
    printf "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';\nEXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS \\'root\\'@\\'', @@hostname, '\\'');\n"
    printf "ALTER USER 'root'@'localhost' IDENTIFIED BY '%s';\nFLUSH PRIVILEGES;\n" "$password"
  } | mariadb --socket=/run/mysqld/init.sock -uroot --default-character-set=utf8mb4
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) log "running $file"; . "$file" ;;
      *.sql) log "running $file"; MYSQL_PWD=$root_password mariadb --socket=/run/mysqld/init.sock -uroot ${name:+"$name"} <"$file" ;;
      *.sql.gz) log "running $file"; gunzip -c "$file" | MYSQL_PWD=$root_password mariadb --socket=/run/mysqld/init.sock -uroot ${name:+"$name"} ;;
    esac
  done
  log 'Stopping temporary server'
  kill "$server"
  wait "$server" || true
  rm "$data/.incomplete"
  log 'MariaDB init process done. Ready for start up.'
fi

shift
exec mariadbd --user=mysql "$@"
