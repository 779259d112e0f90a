"""A process of its own that deploys the small recipe, to be killed: see ``test_deploy.py``.

Reads address, port, password and fingerprint as JSON from its standard input, and
prints the key of each step as it begins.
"""

import json
import sys
from pathlib import Path

from coophost_gui.apps.app import app
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job, StepBegan
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.unit.apps.recipes import Web


def main(folder, name):
    known = json.loads(sys.stdin.readline())

    def listen(event):
        if isinstance(event, Asked):
            event.answer.set_result(known["fingerprint"])
        elif isinstance(event, StepBegan):
            print(event.key, flush=True)

    secrets = MemorySecrets()
    hosts = Connections(secrets, folder / "ssh")
    web = Web(known["address"])
    world = World(
        Real, AbraFolder(folder / "abra"), hosts, secrets, folder / "ssh", folder / "docker", web
    )
    login = Login("alpha", known["address"], known["port"], "root", known["password"])
    host = hosts.first_contact(Job(listen), login)
    steps = deploy_steps(world, host, app(world, name), patience=Patience(0.2))
    carry_out(steps, Job(listen))
    print("done", flush=True)
    world.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
