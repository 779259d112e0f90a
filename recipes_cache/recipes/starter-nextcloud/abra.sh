export DB_COPY_VERSION=v1

# Run a command of Nextcloud's own tool: abra app cmd YOURAPP app occ -- status
occ() {
  su -s /bin/sh www-data -c "php /var/www/html/occ $*"
}
