#!/bin/sh
# Stand-in for the start script of the wordpress image: fills /var/www/html once, then Apache.
set -eu
cd /var/www/html
if [ ! -e index.php ] && [ ! -e wp-includes/version.php ]; then
    echo "WordPress not found in /var/www/html - copying now..."
    tar -C /usr/src/wordpress -cf - . | tar -xf - --no-overwrite-dir
    chown www-data:www-data . wp-content
    echo "Complete! WordPress has been successfully copied to /var/www/html"
fi
if [ ! -s wp-config.php ]; then
    echo "No 'wp-config.php' found in /var/www/html, but 'WORDPRESS_...' variables supplied"
    while IFS= read -r line; do
        case $line in
            *put-a-random-phrase-here*)
                phrase=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
                line="${line%%put-a-random*}$phrase${line##*phrase-here}" ;;
        esac
        printf '%s\n' "$line"
    done < /usr/src/wp-config.php > wp-config.php
    chown www-data:www-data wp-config.php
fi
mkdir -p /run/apache2 /run/lock
export PHP_INI_SCAN_DIR=:/usr/local/etc/php/conf.d
set +u
. /etc/apache2/envvars
exec "${@:-apache2}" -DFOREGROUND
