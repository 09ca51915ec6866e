#!/bin/sh
# `healthcheck.sh --connect` of the public image: the server accepts connections over TCP (a refused login is an answer too).
mariadb-admin --host=127.0.0.1 --protocol=tcp ping >/dev/null 2>&1 || mariadb-admin --host=127.0.0.1 --protocol=tcp ping 2>&1 | grep -q 'Access denied'
