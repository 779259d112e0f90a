"""Print the line of somebody who may sign in: person NAME, with the password on standard input."""

import sys

import bcrypt

name, password = sys.argv[1], sys.stdin.read().rstrip("\n")
if not name or ":" in name or not password:
    sys.exit("a name without a colon, and a password")
print(f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()}")
