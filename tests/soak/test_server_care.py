"""More ways in which a server is cared for: needrestart, and Docker's own repository."""

import json

from coophost_gui.servers.steps import security_updates
from tests.e2e.person import NAME, Person, finish
from tests.e2e.test_server_care import prepared, since, version_of
from tests.testbed.docker_repository import DockerRepository

__all__ = ["prepared"]


def test_needrestart_restarts_what_it_likes_but_not_docker(prepared, own_home):
    person = Person(own_home, prepared)
    person.adds()
    prepared.run("apt-get", "install", "-q", "-y", "--no-install-recommends", "needrestart")
    code, out, _ = finish(person.begin("server", "check", NAME, "--json"))
    assert code == 1
    assert [row["step"] for row in json.loads(out) if not row["holds"]] == ["security_updates"]
    person.adds()
    assert prepared.run("cat", security_updates.NEEDRESTART_FILE)

    # A new C library: every service of the machine runs on the old one now.
    library = prepared.run("readlink", "-f", "/lib/x86_64-linux-gnu/libc.so.6").strip()
    prepared.run("sh", "-c", f"cp -p {library} {library}.new && mv {library}.new {library}")
    units = ("docker", "containerd", "ssh")
    before = {unit: since(prepared, unit) for unit in units}
    prepared.run("needrestart", "-q", "-r", "a", timeout=300)
    after = {unit: since(prepared, unit) for unit in units}
    assert [unit for unit in units if after[unit] != before[unit]] == ["ssh"]


def test_a_docker_from_dockers_own_repository_is_kept_and_waits_for_a_person(
    systemd_server, own_home, tmp_path
):
    server, person = systemd_server, Person(own_home, systemd_server)
    install = ("apt-get", "install", "-q", "-y", "--no-install-recommends")
    server.run("apt-get", "update", "-q")
    with DockerRepository(server, tmp_path) as repository:
        repository.hold("5:27.0.1-1")
        repository.trusted()
        server.run("apt-get", "update", "-q")
        server.run(*install, "docker-ce", "apparmor", timeout=300)
        server.await_engine()
        person.adds()
        assert "docker.io" not in server.run("dpkg-query", "-W", "-f", "${Package}\n").split()

        # Somebody has the daily update take Docker's repository, too.
        server.write(
            "/etc/apt/apt.conf.d/61docker",
            'Unattended-Upgrade::Origins-Pattern:: "origin=Docker";\n',
        )
        running = since(server, "docker")
        repository.hold("5:27.0.2-1")
        server.run("apt-get", "update", "-q")
        assert "27.0.2" in server.run("apt-get", "upgrade", "--simulate")
        server.run("unattended-upgrade", "--verbose", timeout=300)
    assert version_of(server, "docker-ce") == version_of(server, "containerd.io") == "5:27.0.1-1"
    assert since(server, "docker") == running
