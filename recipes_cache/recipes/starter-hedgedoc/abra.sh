export START_VERSION=v1
export DB_COPY_VERSION=v1

# Give somebody an account; it asks for a password: abra app cmd YOURAPP app person -- EMAIL
person() {
  /usr/local/bin/starter-start node bin/manage_users --add "$1"
}
