#!/bin/bash
# Writes the database into one file of its volume, and reads it back: db_copy save|load DATABASE
set -euo pipefail

# Not an argument: the arguments of a program can be read by everybody on the server.
MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE")
export MYSQL_PWD
file=/var/lib/mysql/copy.sql.gz

case "$1" in
save)
  mariadb-dump --user=root --single-transaction --routines "$2" | gzip >"$file.new"
  mv "$file.new" "$file"
  ;;
load)
  gunzip <"$file" | mariadb --user=root "$2"
  ;;
*)
  echo "save or load?" >&2
  exit 2
  ;;
esac
