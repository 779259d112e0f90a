"""How long it takes to deploy again what has not changed, beside ``docker stack deploy``.

At 40 ms to the server and back, on a real swarm.  Each side makes its own connection each
time, logs in with the same key, finds out that nothing is to be done, and leaves.  Ours also
looks whether every part is healthy; the pages that a deploy opens answer at once.  The peer
is Docker's own CLI over its own ssh (``DOCKER_HOST=ssh://``), with the same recipe under
another name, and does not wait for anything (``--detach``).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coophost_gui.apps.app import App
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.hosts.base import Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Job, StepEnded
from coophost_gui.kit.plan import carry_out
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.benchmarks.many import real_world
from tests.benchmarks.turns import in_turns, judged
from tests.testbed.commands import run
from tests.testbed.docker_cli import docker_cli
from tests.testbed.relay import Relay
from tests.testbed.services import Services
from tests.testbed.swarm import SwarmServer
from tests.unit.apps.recipes import FILES, new_greeter

MOST = 1.0
PAIRS = 10
ROUND_TRIP = 0.04
STACK = "theirs"
VARIABLES = {
    "STACK_NAME": STACK,
    "GREETING": "hello",
    "SECRET_ADMIN_PASSWORD_VERSION": "v1",
    "SETTINGS_VERSION": "v1",
}


def know(folder: Path, server: SwarmServer, port: int) -> Path:
    """Write the key, the way to *server* and its host key; return the ssh configuration."""
    ssh = folder / "ssh"
    ssh.mkdir(mode=0o700)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ssh / "id_ed25519")
    server.authorize((ssh / "id_ed25519.pub").read_text())
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {server.host_key}\n")
    config = ssh / "config"
    config.write_text(
        f"Host alpha 127.0.0.1\n  HostName 127.0.0.1\n  Port {port}\n  User root\n"
        f"  IdentityFile {ssh}/id_ed25519\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {ssh}/known_hosts\n"
    )
    return config


def deploy(world: World[Real], app: App[Real], folder: Path) -> list[str]:
    """Deploy *app* over a connection of its own; return which steps changed something."""
    changed: list[str] = []

    def listen(event: object) -> None:
        if isinstance(event, StepEnded) and event.changed:
            changed.append(event.key)

    hosts = Connections(world.secrets, folder / "ssh")
    try:
        host = hosts.reach(Job(), "alpha")
        carry_out(deploy_steps(world, host, app, patience=Patience(0.2)), Job(listen))
    finally:
        hosts.close()
    return changed


def docker_over_ssh(folder: Path, config: Path, port: int) -> None:
    """Run ``docker stack deploy`` with the files in *folder*; its ssh reads *config*."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "ssh").write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {config} "$@"\n')
    (tools / "ssh").chmod(0o755)
    words = [docker_cli(), "stack", "deploy", "--detach=true", "-c", "compose.yml", STACK]
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(folder),
        "DOCKER_HOST": f"ssh://root@127.0.0.1:{port}",
        **VARIABLES,
    }
    subprocess.run(
        words, cwd=folder / "recipe", env=environment, check=True, stdout=subprocess.DEVNULL
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as name, Services() as services:
        folder = Path(name)
        (folder / "recipe").mkdir()
        for file, data in FILES.items():
            (folder / "recipe" / file).write_bytes(data)
        abra = AbraFolder(folder / "abra")
        abra.add_server("alpha")
        world = real_world(folder, abra)
        with (
            services.swarm_server() as server,
            Relay(server.address, server.port, ROUND_TRIP) as relay,
        ):
            config = know(folder, server, relay.port)
            app = new_greeter(world, MONITOR="1s")
            server.docker("secret", "create", f"{STACK}_admin_password_v1", "-", stdin="secret")
            assert "services" in deploy(world, app, folder)
            docker_over_ssh(folder, config, relay.port)

            def ours() -> None:
                changed = deploy(world, app, folder)
                assert changed == [], changed

            measured = in_turns(ours, lambda: docker_over_ssh(folder, config, relay.port), PAIRS)
    return judged("unchanged redeploy", "docker stack deploy", measured, MOST)


if __name__ == "__main__":
    sys.exit(main())
