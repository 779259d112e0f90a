"""Many apps on servers where nothing happens: what their Engines say, and the way to them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from coophost_gui.apps.app import app
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.hosts.base import Host, Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Asked, Event, Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.servers.world import World
from tests.benchmarks.pages import Pages
from tests.testbed.still_server import StillServer
from tests.unit.apps.recipes import practice_server, practice_world

QUICK = 10_000.0  # times as quick as a real server
RECIPES = ("hedgedoc", "nextcloud", "radicale", "static", "vaultwarden", "vikunja", "wordpress")
READ = {"/services": {"status": True}, "/tasks": {}, "/nodes": {}, "/info": {}, "/version": {}}


def answers(folder: Path, abra: AbraFolder, name: str, count: int) -> dict[str, Any]:
    """Bring *count* apps of our recipes to life on a make-believe server; what its Engine says.

    Their files are in *abra*, as those of the server *name*.
    """
    host = practice_server(QUICK)
    host.name = name
    world = practice_world(folder, host)
    object.__setattr__(world, "abra", abra)
    abra.add_server(name)
    for number, recipe in zip(range(count), cycle(RECIPES), strict=False):
        domain = f"{recipe}{number}.{name}.example.org"
        sample = places.shipped_recipes("recipes", f"starter-{recipe}", ".env.sample")
        env = EnvFile.parse(sample.read_text()).set("DOMAIN", domain)
        abra.new_app(name, domain, env.text)
        patience = Patience(0.001, stuck=60)
        carry_out(deploy_steps(world, host, app(world, domain), patience=patience), Job())
    return {path: host.engine.get(Job(), path, **query) for path, query in READ.items()}


def real_world(folder: Path, abra: AbraFolder) -> World[Real]:
    """Return the world of somebody with *abra*; the pages of all her apps answer at once."""
    secrets = MemorySecrets()
    return World(
        world=Real,
        abra=abra,
        hosts=Connections(secrets, folder / "ssh"),
        secrets=secrets,
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
        web=Pages(),
        data_dir=lambda: folder / "data",
    )


def reached(world: World[Real], name: str, server: StillServer, port: int) -> Host[Real]:
    """Return the connection to *server*, made through *port* of this machine."""

    def compared(event: Event) -> None:
        if isinstance(event, Asked):
            event.answer.set_result(server.fingerprint)

    login = Login(name, "127.0.0.1", port, server.user, server.password)
    return world.hosts.first_contact(Job(compared), login)


@contextmanager
def still_servers(
    folder: Path, abra: AbraFolder, names: tuple[str, ...], count: int
) -> Iterator[dict[str, StillServer]]:
    """Have servers called *names* with *count* apps each, for as long as the block runs."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(StillServer(answers(folder / name, abra, name, count)))
            for name in names
        }
