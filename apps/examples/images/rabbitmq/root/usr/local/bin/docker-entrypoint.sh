#!/bin/sh
# As the public image: the server does not run as root, and its folder belongs to it.
set -e
if [ "$(id -u)" = 0 ]; then
  case "$1" in
    rabbitmq*)
      find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq:rabbitmq '{}' +
      exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups "$@"
      ;;
  esac
fi
exec "$@"
