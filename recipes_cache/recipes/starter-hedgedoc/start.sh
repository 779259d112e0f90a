#!/bin/sh
# Starts HedgeDoc with what only secrets know.
set -eu

CMD_DB_URL="mysql://hedgedoc:$(cat /run/secrets/db_password)@$DB_HOST:3306/hedgedoc"
CMD_SESSION_SECRET=$(cat /run/secrets/session_secret)
export CMD_DB_URL CMD_SESSION_SECRET

exec /usr/local/bin/docker-entrypoint.sh "$@"
