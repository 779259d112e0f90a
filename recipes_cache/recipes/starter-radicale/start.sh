#!/bin/sh
# Makes the first account, once, and starts Radicale.
set -eu

if [ ! -e /data/users ]; then
  /venv/bin/python /usr/local/bin/starter-person "$ADMIN_USER" \
    </run/secrets/admin_password >/data/users.new
  mv /data/users.new /data/users
fi

exec /usr/local/bin/docker-entrypoint.sh "$@"
