#!/bin/sh
# Stand-in for the start script of the mariadb image: makes the data folder once, from the
# same MARIADB_* variables (or the files that *_FILE name), then runs the server.
set -eu

value() { # value NAME: the variable, or the content of the file that NAME_FILE names
    eval "plain=\${$1:-} file=\${$1_FILE:-}"
    if [ -n "$file" ]; then cat "$file"; else printf %s "$plain"; fi
}

quoted() { printf %s "$1" | sed "s/[\\\\']/\\\\&/g"; }

data=/var/lib/mysql
mkdir -p /run/mysqld "$data"
chown mysql:mysql /run/mysqld "$data"
as_mysql="setpriv --reuid=mysql --regid=mysql --clear-groups --"

if [ ! -d "$data/mysql" ]; then
    password=$(value MARIADB_ROOT_PASSWORD)
    if [ -z "$password" ] && [ -z "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ]; then
        echo "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified" >&2
        exit 1
    fi
    echo "[Note] [Entrypoint]: Initializing database files"
    mariadb-install-db --user=mysql --datadir="$data" --skip-test-db >/dev/null
    {
        echo "FLUSH PRIVILEGES;"
        echo "CREATE OR REPLACE USER root@'%' IDENTIFIED BY '$(quoted "$password")';"
        echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
        database=$(value MARIADB_DATABASE)
        user=$(value MARIADB_USER)
        [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"
        if [ -n "$user" ]; then
            echo "CREATE USER '$user'@'%' IDENTIFIED BY '$(quoted "$(value MARIADB_PASSWORD)")';"
            [ -z "$database" ] || echo "GRANT ALL ON \`$database\`.* TO '$user'@'%';"
        fi
    } | $as_mysql mariadbd --bootstrap --datadir="$data" >/dev/null
    echo "[Note] [Entrypoint]: MariaDB init process done. Ready for start up."
fi
[ "$#" -gt 0 ] && [ "${1#-}" = "$1" ] || set -- mariadbd "$@"
exec $as_mysql "$@" --datadir="$data" --skip-name-resolve --bind-address=0.0.0.0 --socket=/run/mysqld/mysqld.sock
