"""What is bent: one good example of everything that comes from outside, with all it may hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

COMPOSE = (Path(__file__).parent / "compose.yml").read_text()
OVERLAY = """\
version: "3.13"
services:
  app:
    environment: [Q=1]
    ports: ["80:81/udp"]
    secrets: [{source: s}]
    healthcheck: {test: [NONE]}
    volumes: ["d:/x"]
    networks: [proxy]
"""
SAMPLE = """\
TYPE=greeter

DOMAIN=x.example.com
## A note
X='a b'
#Y="z" # length=30 charset=hex
export Z=$X/${X}
SECRET_S_VERSION=v1 # length=30
COMPOSE_FILE="compose.yml:compose.over.yml"
M="a
b"
ENABLE=1
"""
ABRA_SH = """\
export C_VERSION=v1
export B=$C_VERSION"x" D='d e' # why
first() {
  export E=$(date)
}
function second { :; }
"""
README = """\
# Greeter

> Says hello

<!-- metadata -->

* **Category**: Apps
* **Status**: 3, stable
* **Image**: [`greeter`](https://example.org/greeter), 4, upstream
* **Healthcheck**: Yes
* **Backups**: No
* **Email**: ?
* **Tests**: 2
* **SSO**: N/A

<!-- endmetadata -->
"""
FILES = {
    "compose.yml": COMPOSE.encode(),
    "compose.over.yml": OVERLAY.encode(),
    ".env.sample": SAMPLE.encode(),
    "abra.sh": ABRA_SH.encode(),
    "README.md": README.encode(),
    "settings.txt": b"A=1\n",
}
ORIGIN = "url: https://example.org\nchecked: '2026-01-01T00:00:00+00:00'\netag: x\n"
ROOM = """\
Filesystem 1-blocks Used Available Capacity Mounted on
/dev/vda1 6000000000 900000000 5000000000 16% /
MemTotal:        2014660 kB
MemAvailable:    1800000 kB
"""
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIN+h5YfEN3i4kYEXzJPfUSFDYYjgcvLZkYyjEvyzSNZR"
KNOWN_HOSTS = f"""\
# who is who
@revoked old.example.org ssh-ed25519 {KEY} a comment
|1|kRjDR5lJxjBTlLkzhVLvnNUEbIs=|kJ0GQHgUG0bMBlBjTVcm4+8xBv8= ssh-ed25519 {KEY}
[b.example.org]:2222,*.example.org,!c?.example.org ssh-ed25519 {KEY}
@cert-authority *.example.net ssh-ed25519 {KEY}
"""
SSH_CONFIG = """\
Host *.x !y alpha
    HostName %h.example.org
    Port 22
    User ada
Match host a user b
    ProxyJump ada@b:2,c
    IdentityFile ~/.ssh/%r_${HOME}
Host *
    ConnectTimeout 5m
    UserKnownHostsFile ~/a "/b c"
    IdentityAgent $X
    ProxyCommand nc %h %p
    HostKeyAlias=x
    ServerAliveInterval 5
Include other
"""
TOLD = {
    "version": 1,
    "name": "Kitchen",
    "domain": "example.org",
    "language": "ca",
    "app_names": {"cloud.example.org": "Our files"},
    "contacts": {"cloud.example.org": 612345678},
    "fingerprint_compared": True,
    "later": {"x": [1]},
}
TOLD_TEXT = """\
version: 1
name: Kitchen
domain: example.org
app_names: {cloud.example.org: Our files}
contacts:
  cloud.example.org: 612345678
fingerprint_compared: yes
"""
DRAFT = {"title": "New app", "running": False, "at": 1e9, "answers": {"domain": "x.org"}}
DRAFT_TEXT = "title: New app\nrunning: false\nat: 1000000000.5\nanswers:\n  domain: x.org\n"


def odd_cells(file, bend):
    """Put something else into some cells of the history in *file*."""
    cells = (("looks", "began"), ("looks", "ended"), ("changes", "at"), ("changes", "state"))
    cells += (("changes", "app"), ("answers", "at"))
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        for _ in range(5):
            table, column = bend.chance.choice(cells)
            odd = bend.chance.choice(("", "x", b"\xff", b"", -1, 2**62, 1e308, "1e9", "\0"))
            row = f"(SELECT rowid FROM {table} LIMIT 1 OFFSET {bend.chance.randrange(9)})"
            opened.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = {row}", (odd,))
