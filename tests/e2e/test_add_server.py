"""From the password of a blank server to a swarm that ssh, docker and abra can use.

Everything goes through the command line program, as a process of its own: it is killed in
the middle of every step, and the link is cut in the middle of every step; run again, it
completes, and nothing is there twice.
"""

import json
import re
import time

import pytest

from coophost_gui.recipes.abra import AbraFolder
from tests.e2e.person import NAME, Person, finish
from tests.testbed.systemd import SystemdServer

STEPS = {
    "fit": "Look whether the server is fit",
    "login_key": "Use a key instead of the password",
    "ssh_entry": "Remember the way to kitchen",
    "abra_folder": "Put it in your list of servers",
    "docker": "Install Docker",
    "security_updates": "Switch on security updates",
    "log_rotation": "Keep the logs from filling the disk",
    "swarm": "Switch on the app control (swarm)",
    "proxy_network": "Make the network behind the front door",
    "docker_context": "Tell this computer's Docker tools about it",
}
# Inside of the longest step: what the server says there.
MOMENTS = ("Asking for the list", "Fetching what", "Unpacking runc", "Unpacking docker.io",
           "Setting up containerd", "Setting up docker.io")  # fmt: skip


def until_said(process, words):
    """Read what *process* says until *words* come; return whether they came."""
    said = []
    for line in process.stderr:
        said.append(line)
        if words in line:
            return said
    return [*said, "(it ended)"]


@pytest.fixture
def blank(services):
    """A blank Debian server that can fetch packages."""
    with SystemdServer(
        name_server=services.address, apt_settings=services.packages.apt_settings
    ) as server:
        yield server


@pytest.fixture
def prepared(services):
    """A Debian server where somebody installed Docker, and nothing more."""
    with SystemdServer(
        name_server=services.address, apt_settings=services.packages.apt_settings, docker=True
    ) as server:
        yield server


def everything_holds(person):
    """Assert that the server is ready and that other tools can use it by its name."""
    server, home = person.server, person.home
    assert person.says("ssh", NAME, "true") == ""
    info = person.says("docker", "--context", NAME, "info", "--format", "{{json .Swarm}}")
    swarm = json.loads(info)
    assert swarm["LocalNodeState"] == "active"
    assert swarm["ControlAvailable"] is True
    assert swarm["NodeAddr"] in server.run("ip", "-4", "addr", "show")
    networks = person.says("docker", "--context", NAME, "network", "ls", "--format", "{{.Name}}")
    assert networks.splitlines().count("proxy") == 1
    assert AbraFolder(home / ".abra").servers() == [NAME]
    settings = json.loads(server.run("cat", "/etc/docker/daemon.json"))
    assert settings["log-opts"] == {"max-size": "10m", "max-file": "3"}

    # Nothing is there twice.
    keys = server.run("sh", "-c", f"cat ~{person.user}/.ssh/authorized_keys")
    assert len(keys.splitlines()) == 1
    assert (home / ".ssh" / "config").read_text().count(f"Host {NAME}\n") == 1
    assert len((home / ".ssh" / "known_hosts").read_text().splitlines()) == 1
    assert len(list((home / ".docker" / "contexts" / "meta").iterdir())) == 1
    log = server.run("sh", "-c", "cat /var/log/dpkg.log 2>/dev/null || true")
    assert log.count(" install docker.io:") <= 1
    assert server.run("dpkg", "--audit") == ""
    here = server.run("sh", "-c", "ls /etc/docker /run ~root/.ssh 2>/dev/null || true").split()
    assert not [name for name in here if re.search(r"coophost-(new|old|none|restart)", name)]


def test_from_a_password_to_a_swarm_and_again_without_a_change(blank, own_home):
    person = Person(own_home, blank)
    began = time.monotonic()
    said = person.adds()
    seconds = time.monotonic() - began
    everything_holds(person)
    assert said.count("so already (") == 1  # it was fit, and everything else was changed
    assert person.password not in said
    print(f"a blank server was ready after {seconds:.1f} s")

    docker_began = blank.run("systemctl", "show", "docker", "-p", "ExecMainStartTimestamp")
    person.secrets = {}  # the password is not needed any more
    again = person.adds()
    assert again.count("so already (") == len(STEPS)
    assert blank.run("systemctl", "show", "docker", "-p", "ExecMainStartTimestamp") == docker_began

    code, out, err = finish(person.begin("server", "check", NAME, "--json"))
    assert code == 0, err
    assert [row["step"] for row in json.loads(out)] == list(STEPS)

    # What only this computer holds is enough after a reboot, too.
    blank.reboot()
    blank.await_engine()
    everything_holds(person)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", ["killed", "cut"])
def test_stopped_in_the_middle_of_every_step_it_completes(blank, own_home, fault):
    person = Person(own_home, blank)

    def interrupt(process):
        if fault == "killed":
            process.kill()
        else:
            blank.run("sh", "-c", "pkill -KILL -f '^sshd: root' || true")

    here = [STEPS[key] for key in ("ssh_entry", "abra_folder", "docker_context")]
    there = [words for words in STEPS.values() if words not in here]
    order = [*there[:2], *here[:2], *MOMENTS, *there[3:], here[2]]
    if fault == "cut":  # what only touches this computer has no link, and would run through
        order = [*there[:2], *MOMENTS, *there[3:], *here]
    for words in order:
        process = person.add()
        said = until_said(process, f"] {words}" if words in STEPS.values() else words)
        interrupt(process)
        _, _, rest = finish(process)
        print(f"--- {fault} at “{words}”: exit code {process.returncode}")
        assert "mistake of ours" not in rest, "".join(said) + rest
    person.adds()
    everything_holds(person)


def test_a_link_that_goes_silent_is_noticed_and_said(prepared, own_home):
    person = Person(own_home, prepared)
    process = person.add()
    until_said(process, f"] {STEPS['swarm']}")
    prepared.cut()
    try:
        code, _, said = finish(process)
    finally:
        prepared.mend()
    assert code in (0, 1), said
    assert "mistake of ours" not in said
    person.adds()
    everything_holds(person)


def test_somebody_with_sudo_and_a_password_is_let_in_for_good(prepared, own_home):
    person = Person(own_home, prepared, "helper", prepared.helper_password)
    person.secrets["sudo_password"] = prepared.helper_password
    said = person.adds()
    assert "Let helper use Docker" in said
    assert prepared.helper_password not in said
    assert "helper" in prepared.run("getent", "group", "docker")
    assert person.says("docker", "--context", NAME, "info", "--format", "{{.Name}}")
    person.secrets = {}
    code, _, err = finish(person.begin("server", "check", NAME))
    assert code == 0, err


def test_a_wrong_password_and_a_taken_door_are_said_and_the_same_command_goes_on(
    prepared, own_home
):
    person = Person(own_home, prepared)
    person.secrets = {"password": "not the password"}
    code, _, said = finish(person.add())
    assert code == 1
    assert "does not accept this password" in said

    person.secrets = {"password": prepared.password}
    prepared.run("cp", "/usr/sbin/sshd", "/usr/local/bin/nginx")  # what counts is the name
    web = ("/usr/local/bin/nginx", "-D", "-p", "80", "-o", "PidFile=none")
    prepared.run("systemd-run", "--unit=web", *web)
    prepared.run("sh", "-c", "until ss -Hltn | grep -q ':80 '; do sleep 0.1; done", timeout=10)
    code, _, said = finish(person.add())
    assert code == 1
    assert "nginx" in said
    assert "port 80" in said
    assert not (own_home / ".abra").exists()

    prepared.run("systemctl", "stop", "web")
    person.adds()


def test_settings_that_docker_refuses_are_undone_on_a_real_server(prepared, own_home):
    person = Person(own_home, prepared)
    prepared.write("/etc/docker/daemon.json", '{"log-opts": {"nonsense": "1"}}\n')
    code, _, said = finish(person.add())
    assert code == 1, said
    assert "did not start with the new settings" in said
    assert prepared.run("cat", "/etc/docker/daemon.json") == '{"log-opts": {"nonsense": "1"}}\n'


def test_forgetting_leaves_the_server_as_it_is(prepared, own_home):
    person = Person(own_home, prepared)
    person.adds()
    code, _, err = finish(person.begin("server", "forget", NAME, "--yes"))
    assert code == 0, err
    assert AbraFolder(own_home / ".abra").servers() == []
    assert person.says("ssh", NAME, "docker", "info", "--format", "{{.Swarm.LocalNodeState}}") == (
        "active"
    )
    person.adds()
    everything_holds(person)
