#!/bin/sh
# Prepares the data directory on the first start, then becomes the server, never as root. Variables as the public postgres image takes them.
set -eu

[ "${1#-}" = "$1" ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chmod 00700 "$PGDATA"
  find "$PGDATA" /run/postgresql \! -user postgres -exec chown postgres:postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

# value NAME: POSTGRES_NAME, or the content of the file that POSTGRES_NAME_FILE names.
value() {
  eval "given=\${POSTGRES_$1-}; file=\${POSTGRES_$1_FILE-}"
  if [ -n "$given" ]; then printf '%s' "$given"; elif [ -n "$file" ]; then cat "$file"; fi
}
log() { printf 'PostgreSQL init process: %s\n' "$1"; }

if [ ! -s "$PGDATA/PG_VERSION" ] || [ -e "$PGDATA/.incomplete" ]; then
  user=$(value USER); user=${user:-postgres}
  database=$(value DB); database=${database:-$user}
  password=$(value PASSWORD)
  method=$(value HOST_AUTH_METHOD)
  if [ -z "$password" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  find "$PGDATA" -mindepth 1 -maxdepth 1 \! -name lost+found -exec rm -rf '{}' +
  secret=$(mktemp)
  printf '%s\n' "$password" >"$secret"
  eval "initdb --username=\"$user\" --encoding=UTF8 ${password:+--pwfile=\"$secret\"} $(value INITDB_ARGS)"
  touch "$PGDATA/.incomplete"
  rm "$secret"
  printf '\nhost all all all %s\n' "${method:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"

  log 'starting a temporary server'
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  export PGUSER="$user" PGPASSWORD="$password"
  [ "$database" = postgres ] || psql -v ON_ERROR_STOP=1 --no-psqlrc -d postgres --set name="$database" <<'SQL'
CREATE DATABASE :"name";
SQL
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) log "running $file"; . "$file" ;;
      *.sql) log "running $file"; psql -v ON_ERROR_STOP=1 --no-psqlrc -d "$database" -f "$file" ;;
      *.sql.gz) log "running $file"; gunzip -c "$file" | psql -v ON_ERROR_STOP=1 --no-psqlrc -d "$database" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGUSER PGPASSWORD
  rm "$PGDATA/.incomplete"
  log 'complete; ready for start up.'
fi

exec "$@"
