export DB_COPY_VERSION=v1

# Show who has an account: abra app cmd YOURAPP app people
people() {
  /app/vikunja/vikunja user list
}
