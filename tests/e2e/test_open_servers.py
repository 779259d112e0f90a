"""A second member of a collective: from its list to a dashboard, without setting anything up.

The first one made the server ready and brought an app to life, in a home of her own.  Her
folder ``servers`` is a git repository that lives on the server, and a copy of it on a stick.
"""

import json
import shutil

import pytest

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.keys import NAME, public_line
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.e2e.person import Person, finish
from tests.e2e.window import Person as AtTheScreen
from tests.e2e.window import Screen
from tests.independent import abra_reader
from tests.testbed.commands import run
from tests.unit.apps.recipes import Web, new_greeter

pytestmark = pytest.mark.testbed

SERVER, APP = "alpha", "hello.example.org"
REPOSITORY = "/run/home/root/servers.git"
WHO = ("-c", "user.name=First", "-c", "user.email=first@example.org")


@pytest.fixture
def first(tmp_path, swarm_server, registry):
    """Return the abra folder of the first member, whose app runs on the server."""
    home = tmp_path / "first"
    secrets = MemorySecrets()
    world = World(
        world=Real,
        abra=AbraFolder(home / "abra"),
        hosts=Connections(secrets, home / "ssh"),
        secrets=secrets,
        ssh_dir=home / "ssh",
        docker_dir=home / "docker",
        web=Web(swarm_server.address),
    )
    world.abra.add_server(SERVER)

    def listen(event):
        if isinstance(event, Asked):
            event.answer.set_result(swarm_server.fingerprint)

    login = Login(SERVER, swarm_server.address, swarm_server.port, "root", swarm_server.password)
    host = world.hosts.first_contact(Job(listen), login)
    steps = deploy_steps(world, host, new_greeter(world), patience=Patience(0.2))
    carry_out(steps, Job())
    world.close()
    return world.abra


@pytest.fixture
def repository(first, swarm_server):
    """Return the address of the git repository that the first one shares on the server."""
    folder = first.root / "servers"
    run("git", "-C", folder, "init", "-q", "-b", "main")
    run("git", "-C", folder, "add", "-A")
    run("git", "-C", folder, *WHO, "commit", "-q", "-m", "Our servers")
    swarm_server.run("git", "clone", "-q", "--bare", str(folder), REPOSITORY)
    return f"ssh://root@{swarm_server.address}{REPOSITORY}"


def opens(person, place):
    return finish(person.begin("server", "open", place, "--yes"))


def prints(person, *arguments):
    code, out, err = finish(person.begin(*arguments, "--json"))
    return code, json.loads(out), err


def test_a_repository_over_ssh_and_a_key_that_the_first_one_lets_in(
    swarm_server, repository, own_home
):
    second = Person(own_home, swarm_server, password="", name=SERVER)
    second.answers[f"address_{SERVER}"] = swarm_server.address
    second.secrets = {}
    second.answers["fingerprint"] = "SHA256:of another machine"
    code, _, said = opens(second, repository)
    assert code == 1
    assert "fingerprints" in said
    second.answers["fingerprint"] = swarm_server.fingerprint

    code, _, said = opens(second, repository)
    assert code == 1
    key = public_line(own_home / ".ssh")
    assert key in said  # to be sent to the first one
    assert not (own_home / ".abra").exists()
    swarm_server.authorize(key)

    code, _, said = opens(second, repository)
    assert code == 0, said
    assert f"{SERVER} is here" in said
    code, _, again = opens(second, repository)
    assert code == 0, again
    assert again.count("so already (") == 3  # by now ssh knows the way

    code, found, err = prints(second, "app", "list")
    assert [(row["name"], row["server"]) for row in found] == [(APP, SERVER)], err
    _, found, err = prints(second, "health")
    assert [(row["app"], row["server"]) for row in found] == [(APP, SERVER)], err
    assert found[0]["state"] != "unreachable", found
    running = second.says("docker", "--context", SERVER, "service", "ls", "--format", "{{.Name}}")
    assert "hello_example_org_app" in running
    assert second.says("ssh", SERVER, "hostname") == swarm_server.name
    folder = own_home / ".abra"
    complaints = abra_reader.complaints(folder, own_home / ".docker", own_home / ".ssh")
    assert [c for c in complaints if "greeter" not in c] == []  # the recipe comes when needed

    # What the first one changes, git brings; nothing was written into the shared folder.
    clone = second.says("realpath", f"{folder}/servers/{SERVER}")
    assert second.says("git", "-C", clone, "status", "--porcelain", "-b") == (
        "## main...operator-sync/main"
    )


def test_a_copy_on_a_stick_through_the_real_window(
    first, swarm_server, services, own_home, tmp_path
):
    stick = tmp_path / "stick"
    shutil.copytree(first.root, stick, ignore=shutil.ignore_patterns("recipes"))
    with Screen() as screen:
        second = AtTheScreen(screen, own_home, tmp_path, "open-servers")
        try:
            second.start()
            second.click("door:open")
            second.type("place", str(stick))
            second.picture("where")
            second.click("next")
            second.until(lambda: second.find(f"address_{SERVER}"), "the way to the server")
            second.type(f"address_{SERVER}", swarm_server.address)
            second.type(f"password_{SERVER}", swarm_server.password)
            second.picture("way")
            second.click("next")
            second.see("FingerprintPage")
            second.type("fingerprint", swarm_server.fingerprint)
            second.click("they_match")
            second.see("ReviewPage")
            second.picture("review")
            second.click("begin")
            second.see("EndingPage")
            second.picture("ending")
            second.click("go_to_place")
            second.until(lambda: second.find("rail:apps"), "Home with its places")
            second.click("rail:apps")
            second.until(lambda: second.reads(APP), "the app of the first one")
            second.until(lambda: second.find("rail:servers"), "the servers")
            second.click("rail:servers")
            second.until(lambda: second.headline() == f"{SERVER} answers", "the server to answer")
            second.picture("servers")
            assert second.close() == 0
        finally:
            second.end()
    assert AbraFolder(own_home / ".abra").app(APP, SERVER) is not None
    assert (own_home / ".ssh" / NAME).stat().st_mode & 0o777 == 0o600
    assert swarm_server.password not in second.words.read_text()
