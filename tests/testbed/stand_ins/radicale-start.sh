#!/bin/sh
# Stand-in for the start script of the radicale image: gives /data to its account, and becomes it.
set -eu
if [ "$(id -u)" = 0 ]; then
    chown -R starter: /data
    exec setpriv --reuid=starter --regid=starter --clear-groups -- "$@"
fi
exec "$@"
