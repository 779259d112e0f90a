export RADICALE_CONF_VERSION=v1
export START_VERSION=v1
export PERSON_VERSION=v1

# Let somebody sign in, and print her password: abra app cmd YOURAPP app person -- NAME
person() {
  password=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
  printf '%s' "$password" | /venv/bin/python /usr/local/bin/starter-person "$1" >>/data/users
  echo "$1 signs in with: $password"
}
