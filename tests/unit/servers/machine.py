"""A make-believe server that really changes: installs, restarts, remembers, and can break."""

import re

from coophost_gui.hosts.base import NotThere, Real, Result
from coophost_gui.hosts.fake import FakeEngine
from coophost_gui.hosts.problems import KeyRefused, PasswordWrong
from coophost_gui.servers.steps import security_updates
from coophost_gui.servers.steps.log_rotation import FILE, NEW_FILE
from tests.unit.servers.said import BLANK

ADDRESS = "203.0.113.5"
PASSWORD = "correct horse battery"
FINE = Result(0, "", "")


class Machine:
    """What is installed and running, whoever is connected."""

    def __init__(self):
        self.user = "root"
        self.groups = ["users"]
        self.packages = []
        self.half_installed = []
        self.services = {}
        self.timers = []
        self.files = {}
        self.swarm = False
        self.networks = {}
        self.key = False
        self.changes = []  # every change, once
        self.opened_with = []
        self.more_facts = ""
        self.breaks = False  # the connection breaks in the middle of the next installation
        self.host = Host(self)
        self.hosts = Hosts(self)

    def facts(self):
        text = BLANK.replace("time=1795320472\n", "").replace("10.0.2", "203.0.113")
        lines = [f"user={self.user}", f"groups={' '.join(self.groups)}"]
        lines += ["uid=0", "sudo=root"] if self.user == "root" else ["uid=1000", "sudo=free"]
        lines += [f"package={name} ii 20.10.24+dfsg1" for name in self.packages]
        lines += [f"package={name} iU 20.10.24+dfsg1" for name in self.half_installed]
        lines.append(f"unfinished={' '.join(self.half_installed)}")
        lines += [f"updates.timer={timer}" for timer in self.timers]
        text_of_apt = self.files.get(security_updates.FILE, b"").decode()
        for name, value in re.findall(r'^(\S+) "(.*)";$', text_of_apt, re.MULTILINE):
            lines.append(f"updates={name}={value}")
        if "apparmor" in self.packages:
            lines.append("apparmor.tools=yes")
        if "docker.io" in self.packages:
            state = self.services["docker"]
            lines += [f"docker.unit={state}", "docker.enabled=enabled"]
            if state == "active":
                lines.append("docker.version=20.10.24")
        return text + "\n".join(lines) + "\n" + self.more_facts

    def change(self, what):
        self.changes.append(what)


class Host:
    world = Real
    name = "kitchen.example.org"
    address = ADDRESS
    compared = True
    by_key = False

    def __init__(self, machine):
        self._machine = machine
        self.engine = FakeEngine(
            {
                "/info": self._info,
                "/networks/proxy": self._network,
                "POST /swarm/init": self._init,
                "POST /networks/create": self._create,
            }
        )

    def run(self, job, *argv, stdin=b"", root=False, timeout=600):
        machine = self._machine
        match argv:
            case ("sh", "-s", "facts"):
                return Result(0, machine.facts(), "")
            case ("sh", "-s", "docker-settings"):
                machine.files[FILE] = machine.files.pop(NEW_FILE)
                machine.change("docker settings")
                return FINE
            case ("sh", *_) if b"ssh-ed25519" in stdin or "ssh-ed25519" in " ".join(argv):
                machine.key = True
                machine.files[".ssh/authorized_keys"] = stdin
                machine.change("key")
                return Result(0, "added\n", "")
            case ("usermod", "--append", "--groups", "docker", user) if user == machine.user:
                machine.groups.append("docker")
                machine.change("group")
                return FINE
            case ("sh", "-s", "web-doors", *word):
                return Result(0, "doors=80 443\n" if word else "", "")
            case ("systemctl", "unmask", *_):
                return FINE
            case ("systemctl", "enable", "--now", *timers):
                machine.timers += timers
                machine.change("timers")
                return FINE
            case ("env", *_) if "dpkg" in argv:
                for name in machine.half_installed:
                    self._add(name)
                machine.half_installed = []
                return FINE
            case ("env", *_) if "update" in argv:
                return FINE
            case ("env", *_) if "install" in argv:
                packages = argv[argv.index("install") + 1 :]
                if machine.breaks:
                    machine.breaks = False
                    machine.half_installed = list(packages)
                    raise ConnectionError
                for name in packages:
                    self._add(name)
                return FINE
            case _:
                return Result(127, "", f"{argv[0]}: not found")

    def put(self, job, path, data, *, mode=0o644, root=False):
        self._machine.files[path] = data

    def get(self, job, path, *, root=False):
        return self._machine.files.get(path)

    def close(self):
        pass

    def _add(self, name):
        self._machine.packages.append(name)
        self._machine.change(f"package {name}")
        if name == "docker.io":
            self._machine.services["docker"] = "active"

    def _info(self, query):
        state = "active" if self._machine.swarm else "inactive"
        return {"Swarm": {"LocalNodeState": state, "ControlAvailable": self._machine.swarm}}

    def _init(self, body):
        self._machine.swarm = True
        self._machine.change("swarm")

    def _network(self, query):
        if "proxy" not in self._machine.networks:
            raise NotThere(host="x", status=404, message="no such network")
        return self._machine.networks["proxy"]

    def _create(self, body):
        self._machine.networks[body["Name"]] = {"Driver": body["Driver"], "Scope": "swarm"}
        self._machine.change("network")


class Hosts:
    world = Real

    def __init__(self, machine):
        self._machine = machine
        self._open = False

    def first_contact(self, job, login):
        if self._open:
            return self._machine.host
        if self._machine.key:
            self._machine.opened_with.append("key")
            self._machine.host.by_key = True
        elif not login.password:
            raise KeyRefused(host=login.address, user=login.user)
        elif login.password != PASSWORD:
            raise PasswordWrong(host=login.address, user=login.user)
        else:
            self._machine.opened_with.append("password")
        self._open = True
        return self._machine.host

    def reach(self, job, server):
        return self._machine.host

    def drop(self, server):
        self._open = False

    def close(self):
        pass
