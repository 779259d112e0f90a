#!/bin/sh
# Writes a copy of the database beside it, that holds together while people go on working.
set -eu

rm -f /data/db_*.sqlite3
/vaultwarden backup
