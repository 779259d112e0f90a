"""The testbed keeps what it promises to the tests that stand on it."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import dns.resolver
import dulwich.porcelain
import paramiko
import pytest
import requests

from tests.testbed.commands import CommandRefused, greets, until
from tests.testbed.stand_ins import RECIPES
from tests.testbed.swarm import SwarmServer
from tests.testbed.systemd import SystemdServer

pytestmark = pytest.mark.testbed


def log_in(server, user="root", password=None):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        server.address,
        server.port,
        user,
        password or server.password,
        timeout=5,
        allow_agent=False,
        look_for_keys=False,
    )
    return client


def said(client, command, stdin=""):
    into, out, _ = client.exec_command(command, timeout=20)
    into.write(stdin)
    into.channel.shutdown_write()
    return out.read().decode().strip()


def ask(names, name, kind="A"):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.lifetime = [names.address], 1
    return sorted(str(answer) for answer in resolver.resolve(name, kind))


def page(url, patience=30):
    deadline = time.monotonic() + patience
    while True:
        try:
            return requests.get(url, timeout=5).text
        except (requests.ConnectionError, requests.Timeout):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_swarm_server_is_a_manager_with_the_proxy_network(swarm_server):
    with log_in(swarm_server) as client:
        assert said(client, "docker info -f '{{.Swarm.LocalNodeState}}'") == "active"
        assert said(client, "docker network inspect -f '{{.Driver}}' proxy") == "overlay"
        assert said(client, "hostname") == swarm_server.name


def test_the_host_key_is_known_beforehand(swarm_server):
    with log_in(swarm_server) as client:
        key = client.get_transport().get_remote_server_key()
    assert f"{key.get_name()} {key.get_base64()}" == swarm_server.host_key
    assert key.fingerprint == swarm_server.fingerprint


def test_the_helper_needs_a_password_for_sudo_and_deploy_does_not(swarm_server):
    password = swarm_server.helper_password
    with log_in(swarm_server, "helper", password) as client:
        assert said(client, "sudo -n id -u || echo refused") == "refused"
        assert said(client, "sudo -S -p '' id -u", f"{password}\n") == "0"
    with log_in(swarm_server, "deploy", password) as client:
        assert said(client, "sudo -n id -u") == "0"
        assert said(client, "docker version -f '{{.Server.Os}}'") == "linux"


def test_a_cut_server_is_silent_and_mends(swarm_server):
    swarm_server.cut()
    with pytest.raises(TimeoutError):
        socket.create_connection((swarm_server.address, 22), 0.5)
    swarm_server.mend()
    log_in(swarm_server).close()


def test_a_frozen_server_takes_connections_and_says_nothing(swarm_server):
    swarm_server.freeze()
    with socket.create_connection((swarm_server.address, 22), 1) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    swarm_server.thaw()
    log_in(swarm_server).close()


def test_sshd_and_the_engine_can_be_killed_and_come_back(swarm_server):
    swarm_server.kill_sshd()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((swarm_server.address, 22), 1)
    swarm_server.start_sshd()
    swarm_server.kill_engine()
    with pytest.raises(CommandRefused, match="docker daemon"):
        swarm_server.docker("ps")
    swarm_server.start_engine()
    with log_in(swarm_server) as client:
        assert said(client, "docker network inspect -f '{{.Driver}}' proxy") == "overlay"


def test_a_swarm_server_survives_a_power_cut(swarm_server):
    swarm_server.kill()
    assert not greets(swarm_server.address)
    swarm_server.start()
    with log_in(swarm_server) as client:
        assert said(client, "docker network inspect -f '{{.Driver}}' proxy") == "overlay"


def test_nothing_of_a_killed_test_run_is_left(services):
    script = (
        "import os, signal\n"
        "from tests.testbed.services import Services\n"
        "services = Services().__enter__()\n"
        "server = services.swarm_server()\n"
        "server.up()\n"
        "print(services.address, f'/coophost-{server.number}', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for word in killed.stdout.split():
        until(lambda word=word: not programs_that_say(word), "the end of all", 5)


def programs_that_say(word):
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word in line.read_text().replace("\0", " ").split():
                found.append(line)
    return found


def test_a_small_disk_fills_up(services):
    with SwarmServer(name_server=services.address, swarm=False, disk_mb=64) as server:
        server.fill()
        with pytest.raises(CommandRefused, match="No space left"):
            server.run("dd", "if=/dev/zero", "of=/var/lib/docker/more", "bs=1M", "count=5")
        server.unfill()
        server.run("dd", "if=/dev/zero", "of=/var/lib/docker/more", "bs=1M", "count=5")


def test_two_servers_stand_side_by_side_and_leave_nothing(services):
    began = time.monotonic()
    with SwarmServer() as one, SwarmServer() as two:
        assert one.address != two.address
        for server in (one, two):
            with log_in(server) as client:
                assert said(client, "hostname") == server.name
        left = [one.folder, two.folder]
        left += [Path(f"/sys/class/net/coop{folder.name}h") for folder in left]
    assert not any(path.exists() for path in left)
    assert time.monotonic() - began < 20


def test_a_systemd_server_is_a_blank_debian(systemd_server):
    with log_in(systemd_server) as client:
        assert said(client, "ps -p 1 -o comm=") == "systemd"
        assert said(client, "command -v docker || echo none") == "none"
        assert said(client, ". /etc/os-release; echo $VERSION_ID") == "12"
        key = client.get_transport().get_remote_server_key()
    assert key.fingerprint == systemd_server.fingerprint
    password = systemd_server.helper_password
    with log_in(systemd_server, "helper", password) as client:
        assert said(client, "sudo -n id -u || echo refused") == "refused"
        assert said(client, "sudo -S -p '' id -u", f"{password}\n") == "0"
    with log_in(systemd_server, "deploy", password) as client:
        assert said(client, "sudo -n id -u") == "0"


def test_a_systemd_server_installs_debian_packages(systemd_server, services):
    where = services.packages.address, services.packages.port
    with services.packages.away(), pytest.raises(ConnectionRefusedError):
        socket.create_connection(where, 1)
    systemd_server.run("apt-get", "update", "-q")
    systemd_server.run("apt-get", "install", "-q", "-y", "tree")
    assert "files" in systemd_server.run("tree", "/etc/apt")


def test_a_systemd_server_survives_a_reboot_and_a_power_cut(systemd_server):
    systemd_server.write("/etc/kept", "yes")
    systemd_server.reboot()
    assert systemd_server.run("cat", "/etc/kept") == "yes"
    systemd_server.kill()
    assert not greets(systemd_server.address, systemd_server.port)
    systemd_server.start()
    assert systemd_server.run("cat", "/etc/kept") == "yes"
    with log_in(systemd_server) as client:
        assert said(client, "hostname") == systemd_server.name


def test_a_systemd_server_can_be_cut_and_frozen(systemd_server):
    systemd_server.cut()
    with pytest.raises(TimeoutError):
        socket.create_connection((systemd_server.address, 22), 0.5)
    systemd_server.mend()
    systemd_server.freeze()
    with socket.create_connection((systemd_server.address, 22), 1) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    systemd_server.thaw()
    log_in(systemd_server).close()


def test_a_systemd_server_with_docker_runs_an_app(docker_server):
    docker_server.docker("swarm", "init", "--advertise-addr", docker_server.address)
    docker_server.docker(
        *("service", "create", "-q", "--detach", "--name", "web", "--endpoint-mode", "dnsrr"),
        *("--publish", "mode=host,published=80,target=80", "hello:1"),
    )
    assert "Hello" in page(f"http://{docker_server.address}/")


def test_a_systemd_server_with_a_small_disk_fills_up(services):
    with SystemdServer(disk_mb=200) as server:
        server.fill(leave_mb=20)
        assert int(server.run("df", "--output=avail", "-m", "/").split()[1]) <= 21
        server.fill()
        with pytest.raises(CommandRefused, match="No space left"):
            server.run("dd", "if=/dev/zero", "of=/root/more", "bs=1M", "count=5")
        server.unfill()
        server.run("dd", "if=/dev/zero", "of=/root/more", "bs=1M", "count=5")


def test_an_image_is_pulled_as_from_docker_hub_and_answers(swarm_server, registry):
    assert registry.tags("library/hello") == ["1", "2"]
    swarm_server.docker(
        *("service", "create", "-q", "--detach", "--name", "web", "--endpoint-mode", "dnsrr"),
        *("--publish", "mode=host,published=80,target=80", "hello:1"),
    )
    assert "Hello" in page(f"http://{swarm_server.address}/")


def test_the_registry_fails_in_docker_hubs_own_words(swarm_server, registry):
    with pytest.raises(CommandRefused, match="manifest unknown"):
        swarm_server.docker("pull", "hello:99")
    with registry.refusing(429), pytest.raises(CommandRefused, match="toomanyrequests"):
        swarm_server.docker("pull", "hello:1")
    with registry.away(), pytest.raises(CommandRefused, match="connection refused"):
        swarm_server.docker("pull", "hello:1")
    swarm_server.docker("pull", "hello:1")


def test_a_server_can_pull_from_a_mirror_by_ordinary_names(services):
    with SwarmServer(mirror=services.registry.mirror, swarm=False) as server:
        server.docker("pull", "busybox:1.35")


def test_names_point_where_a_test_says(names):
    names.point("*.coop.test", "10.99.7.2")
    names.point("cloud.coop.test", "10.99.8.2", "fd00::8")
    assert ask(names, "wiki.coop.test") == ["10.99.7.2"]
    assert ask(names, "cloud.coop.test", "AAAA") == ["fd00::8"]
    with pytest.raises(dns.resolver.NoAnswer):
        ask(names, "wiki.coop.test", "AAAA")
    with pytest.raises(dns.resolver.NXDOMAIN):
        ask(names, "elsewhere.test")


def test_a_frozen_name_server_does_not_answer(names):
    names.freeze()
    with pytest.raises(dns.resolver.LifetimeTimeout):
        ask(names, "coop.test")


def test_the_git_server_serves_the_recipe_that_its_catalogue_names(git_server, tmp_path):
    entry = json.loads(git_server.catalogue.read_text())["wordpress"]
    repository = dulwich.porcelain.clone(entry["repository"], tmp_path / "wordpress")
    with repository:
        assert [tag.decode() for tag in dulwich.porcelain.tag_list(repository)] == [
            version for versions in entry["versions"] for version in versions
        ]
    assert "TYPE=wordpress\n" in (tmp_path / "wordpress/.env.sample").read_text()
    assert "starter" not in (tmp_path / "wordpress/compose.yml").read_text()


def deploy(server, recipe, stack, *overlays, **settings):
    """Deploy a starter recipe by Debian's own docker command."""
    for file in (RECIPES / recipe).iterdir():
        if file.is_file():
            server.write(f"/run/recipes/{recipe}/{file.name}", file.read_bytes())
    versions = re.findall(
        r"^export (\w+)=(\S+)", (RECIPES / recipe / "abra.sh").read_text(), re.MULTILINE
    )
    settings = {"STACK_NAME": stack, **dict(versions), **settings}
    files = [
        word
        for overlay in ("compose.yml", *overlays)
        for word in ("-c", f"/run/recipes/{recipe}/{overlay}")
    ]
    values = [f"{name}={value}" for name, value in settings.items()]
    server.run("env", *values, "docker", "stack", "deploy", *files, stack)


def visit(services, server, path, **form):
    """Ask for https://www.coop.test as a visitor with our name server would."""
    names = socket.getaddrinfo

    def look_up(host, *rest, **more):
        return names(server.address if str(host).endswith(".coop.test") else host, *rest, **more)

    socket.getaddrinfo = look_up
    try:
        with requests.Session() as visitor:
            visitor.trust_env = False
            url, trust = f"https://www.coop.test{path}", str(services.visitors_trust())
            if form:
                return visitor.post(url, data=form, verify=trust, timeout=20)
            return visitor.get(url, verify=trust, timeout=20)
    finally:
        socket.getaddrinfo = names


@pytest.mark.timeout(900)
def test_wordpress_answers_through_the_gateway_over_https(
    services, stand_ins, swarm_server, names, authority
):
    names.point("*.coop.test", swarm_server.address)
    for secret in ("db_password", "db_root_password"):
        swarm_server.docker("secret", "create", f"wp_{secret}_v1", "-", stdin="it's a secret")
    swarm_server.docker("secret", "create", "gw_acme_ca_v1", "-", stdin=authority.service_root)
    deploy(
        swarm_server,
        "starter-gateway",
        "gw",
        "compose.acme.yml",
        LETS_ENCRYPT_EMAIL="certificates@coop.test",
        ACME_CA_SERVER=authority.directory,
        SECRET_ACME_CA_VERSION="v1",
    )
    deploy(
        swarm_server,
        "starter-wordpress",
        "wp",
        DOMAIN="www.coop.test",
        LETS_ENCRYPT_ENV="production",
        SECRET_DB_PASSWORD_VERSION="v1",
        SECRET_DB_ROOT_PASSWORD_VERSION="v1",
    )

    deadline = time.monotonic() + 120
    while True:
        try:
            answer = visit(services, swarm_server, "/")
            if answer.ok:
                break
        except requests.ConnectionError:
            pass
        assert time.monotonic() < deadline, swarm_server.docker("service", "ls")
        time.sleep(0.5)
    assert answer.url == "https://www.coop.test/wp-admin/install.php"
    claimed = visit(
        services,
        swarm_server,
        "/wp-admin/install.php?step=2",
        weblog_title="A website of ours",
        user_name="ana",
        admin_password="a long password",
        admin_password2="a long password",
        admin_email="ana@coop.test",
        pw_weak="on",
    )
    assert "Success" in claimed.text
    assert "A website of ours" in visit(services, swarm_server, "/").text
    until(
        lambda: swarm_server.docker("ps").count("(healthy)") == 3,
        "every part healthy by the recipe's own check",
        60,
        every=0.5,
    )


@pytest.mark.timeout(1200)
def test_a_blank_machine_is_reached_by_password_at_real_ports(blank_server):
    with log_in(blank_server) as client:
        assert said(client, "command -v docker || echo none") == "none"
        assert said(client, "uname -r").endswith("-cloud-amd64")
        assert abs(int(said(client, "date +%s")) - time.time()) < 10
        key = client.get_transport().get_remote_server_key()
    assert key.fingerprint == blank_server.fingerprint
    password = blank_server.helper_password
    with log_in(blank_server, "helper", password) as client:
        assert said(client, "sudo -S -p '' id -u", f"{password}\n") == "0"
    blank_server.freeze()
    assert not greets(blank_server.address)
    blank_server.thaw()
    blank_server.cut()
    assert not greets(blank_server.address)
    blank_server.mend()
    assert greets(blank_server.address)


@pytest.mark.timeout(1200)
def test_a_machine_with_docker_serves_through_the_routing_mesh(docker_machine):
    docker_machine.docker(
        *("service", "create", "-q", "--detach", "--name", "web", "--network", "proxy"),
        *("--publish", "published=80,target=80", "hello:1"),
    )
    assert "Hello" in page(f"http://{docker_machine.address}/", 400)
    docker_machine.write("/etc/kept", "yes")
    docker_machine.run("sync")
    docker_machine.kill()
    assert not greets(docker_machine.address)
    docker_machine.start()
    assert docker_machine.run("cat", "/etc/kept") == "yes"
    assert "Hello" in page(f"http://{docker_machine.address}/", 400)
