"""``python -m tests.testbed``: the testbed from a terminal.

install   the Debian packages it needs
build     the same, and what is kept in the cache folder, now rather than in a test;
          with KIND machine the virtual machine's disks, too
up KIND   one server (swarm, systemd, docker or machine) until Ctrl-C
status    who has which number, and how big the cache is
clean     give back what killed test runs left behind
"""

import argparse
import os
import signal
import sys
import time
from typing import Protocol

from tests.testbed import install
from tests.testbed.cache import CACHE
from tests.testbed.commands import run
from tests.testbed.network import clean, taken

KINDS = ("swarm", "systemd", "docker", "machine")


class _Server(Protocol):
    @property
    def address(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def password(self) -> str: ...
    def up(self) -> None: ...
    def down(self) -> None: ...


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.testbed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("install", "build", "up", "status", "clean"))
    parser.add_argument(
        "kind", nargs="?", choices=("swarm", "systemd", "docker", "machine"), default="swarm"
    )
    chosen = parser.parse_args()
    if chosen.command == "install":
        install.install()
    elif chosen.command == "build":
        install.install()
        build(chosen.kind == "machine")
    elif chosen.command == "status":
        status()
    elif chosen.command == "clean":
        clean()
    else:
        up(chosen.kind)


def build(machines: bool) -> None:
    """Build every tree, image and (for *machines*) snapshot that is not in the cache yet."""
    from tests.testbed import debian, machine
    from tests.testbed.images import tiny
    from tests.testbed.mail_server import mail_tree
    from tests.testbed.registry import filled
    from tests.testbed.stand_ins import stand_ins

    began = time.monotonic()
    debian.with_cloud_init()
    debian.blank_13()
    mail_tree()
    filled("tiny", tiny())
    filled("stand-ins", stand_ins())
    for docker in (False, True) if machines else ():
        machine.snapshot(docker)
    print(f"testbed: everything is there after {time.monotonic() - began:.0f} s")


def up(kind: str) -> None:
    """Bring one server up, say how to reach it, and take it down at Ctrl-C."""
    from tests.testbed.services import Services

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with Services() as services:
        services.hold_stand_ins()
        server: _Server
        if kind == "machine":
            server = services.blank_server()
        elif kind == "swarm":
            server = services.swarm_server()
        else:
            server = services.systemd_server(docker=kind == "docker")
        began = time.monotonic()
        server.up()
        try:
            services.names.point("*.coop.test", server.address)
            print(f"up in {time.monotonic() - began:.1f} s; Ctrl-C takes it down")
            print(f"  ssh root@{server.address}    password: {server.password}")
            print(f"  fingerprint   {server.fingerprint}")
            print(f"  *.coop.test   at name server {services.names.resolver}")
            print(f"  catalogue     {services.git.catalogue}")
            print(f"  ACME          {services.authority.directory}")
            print(f"  to trust      {services.visitors_trust()}", flush=True)
            signal.pause()
        except KeyboardInterrupt:
            print()
        finally:
            server.down()


def status() -> None:
    """Say who has which number, and how big the cache is."""
    for number, what, lives in taken():
        print(f"{number:4}  {what}" + ("" if lives else "  (its owner is gone: clean)"))
    if CACHE.exists() and os.listdir(CACHE):
        print(f"cache: {run('du', '-sh', CACHE).split()[0]} in {CACHE}")
    if lacking := install.missing():
        print("missing packages:", *lacking)


if __name__ == "__main__":
    main()
