"""The practice server: a machine inside the program that answers what the real steps ask it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from coophost_gui.hosts.base import FINGERPRINT, Host, Login, Practice, Result
from coophost_gui.hosts.keys import INSTALL
from coophost_gui.hosts.problems import FingerprintDiffers, HostUnreachable, PasswordWrong
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Job, Output
from coophost_gui.workshop.engine import PracticeEngine

INSTALL_SECONDS = 8.0
DAEMON_JSON = "/etc/docker/daemon.json"
APT_SETTINGS = "/etc/apt/apt.conf.d/60coophost"
AUTHORIZED = ".ssh/authorized_keys"


@dataclass(frozen=True)
class Letter:
    """What a provider sends with a new server: the make-believe one sends this."""

    address: str = "192.0.2.10"  # an address that belongs to nobody (RFC 5737)
    user: str = "root"
    password: str = "practice-2026"
    fingerprint: str = "SHA256:pXo1YV6n8Qb2Kc0d7mUetR4zLw9saH3JvE5gNf1iy2U"
    name: str = "practice.example.org"


LETTER = Letter()


class PracticeMachine:
    """What is installed and written on the make-believe machine, whoever is connected."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.engine = PracticeEngine(speed)
        self.packages: list[str] = ["ca-certificates"]
        self.files: dict[str, bytes] = {}
        self.login_key = False
        self.compared: bool | None = None  # None: nobody has looked at the fingerprint yet

    def facts(self) -> str:
        """Answer ``resources/server/facts.sh``."""
        docker = self.engine.installed
        lines = [
            f"time={int(time.time())}",
            "uid=0",
            "user=root",
            "groups=root",
            "sudo=root",
            "system.id=debian",
            "system.version=12",
            "system.codename=bookworm",
            "system.name=Debian GNU/Linux 12 (bookworm)",
            "arch=x86_64",
            "kernel=6.1.0",
            "hostname=practice",
            "init=systemd",
            "ntp=yes",
            "memory.MemTotal=4000000",
            "memory.MemAvailable=3200000",
            "memory.SwapTotal=0",
            "disk=/ 36000000000/40000000000 2400000/2600000",
            "address=eth0 192.0.2.10/24",
            "route=192.0.2.0/24",
            "out4=1.1.1.1 via 192.0.2.1 dev eth0 src 192.0.2.10 uid 0",
            "apparmor=on",
            *(f"package={name} ii 20.10.24+dfsg1-1" for name in self.packages),
        ]
        if "apparmor" in self.packages:
            lines.append("apparmor.tools=yes")
        if docker:
            state = "active" if self.engine.swarm else "inactive"
            lines += [
                "docker.program=/usr/bin/docker",
                "docker.unit=active",
                "docker.enabled=enabled",
                "docker.version=20.10.24",
                "docker.api=1.41",
                f"docker.swarm={state}",
                f"docker.manager={str(self.engine.swarm).lower()}",
                "docker.live_restore=false",
                "docker.logging=json-file",
                "docker.root=/var/lib/docker",
            ]
        timers = ("apt-daily.timer", "apt-daily-upgrade.timer")
        lines += [f"updates.timer={timer}" for timer in timers]
        for line in self.files.get(APT_SETTINGS, b"").decode().splitlines():
            name, separator, value = line.rstrip('";').partition(' "')
            if separator:
                lines.append(f"updates={name}={value}")
        config = self.files.get(DAEMON_JSON, b"").decode()
        lines += [f"docker.config={line}" for line in config.splitlines()]
        return "\n".join(lines) + "\n"


class PracticeHost:
    """One connection to the practice machine; ``Host[Practice]``."""

    world = Practice

    def __init__(self, name: str, machine: PracticeMachine) -> None:
        self.name = name
        self.address = LETTER.address
        self._machine = machine

    @property
    def engine(self) -> PracticeEngine:
        return self._machine.engine

    @property
    def compared(self) -> bool:
        return self._machine.compared is not False

    def run(
        self, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
    ) -> Result:
        job.checkpoint()
        if argv == ("sh", "-c", INSTALL):
            return self._install_key(stdin)
        for answers, act in self._commands():
            if answers(argv):
                return act(job, argv)
        message = f"{' '.join(argv)}: the practice server does not know this command"
        return Result(127, "", message)

    def put(
        self, job: Job, path: str, data: bytes, *, mode: int = 0o644, root: bool = False
    ) -> None:
        job.checkpoint()
        self._machine.files[path] = data

    def get(self, job: Job, path: str, *, root: bool = False) -> bytes | None:
        job.checkpoint()
        return self._machine.files.get(path)

    def close(self) -> None:
        """Nothing is open."""

    def _commands(
        self,
    ) -> tuple[
        tuple[Callable[[tuple[str, ...]], bool], Callable[[Job, tuple[str, ...]], Result]], ...
    ]:
        return (
            (lambda argv: argv == ("sh", "-s", "facts"), self._facts),
            (lambda argv: argv == ("sh", "-s", "docker-settings"), self._docker_settings),
            (lambda argv: "apt-get" in argv and "install" in argv, self._install),
            (lambda argv: "apt-get" in argv and "update" in argv, self._update),
            (lambda argv: "dpkg" in argv, self._fine),
            (lambda argv: argv[:2] == ("systemctl", "enable"), self._start_docker),
            (lambda argv: argv[:3] == ("sh", "-s", "web-doors"), self._web_doors),
            (lambda argv: argv[:3] == ("bash", "-s", "mail-ports"), self._mail_ports),
            (lambda argv: argv[0] in ("usermod", "true"), self._fine),
        )

    def _install_key(self, public: bytes) -> Result:
        files = self._machine.files
        files[AUTHORIZED] = files.get(AUTHORIZED, b"") + public
        self._machine.login_key = True
        return Result(0, "added\n", "")

    def _fine(self, job: Job, argv: tuple[str, ...]) -> Result:
        return Result(0, "", "")

    def _web_doors(self, job: Job, argv: tuple[str, ...]) -> Result:
        return Result(0, "doors=80 443\n", "")

    def _facts(self, job: Job, argv: tuple[str, ...]) -> Result:
        return Result(0, self._machine.facts(), "")

    def _update(self, job: Job, argv: tuple[str, ...]) -> Result:
        for line in ("Get:1 bookworm InRelease", "Get:2 bookworm/main Packages", "Fetched 9 MB"):
            self._pause(job, 0.6)
            job.tell(Output(line))
        return Result(0, "", "")

    def _install(self, job: Job, argv: tuple[str, ...]) -> Result:
        packages = argv[argv.index("install") + 1 :]
        pieces = 20
        for kind, words in (("dlstatus", "Retrieving"), ("pmstatus", "Installing")):
            for piece in range(1, pieces + 1):
                self._pause(job, INSTALL_SECONDS / pieces / 2)
                share = f"{100 * piece / pieces:.4f}"
                job.tell(Output(f"{kind}:{packages[0]}:{share}:{words} {packages[0]}"))
        self._machine.packages += [name for name in packages if name not in self._machine.packages]
        self._machine.engine.installed = True
        return Result(0, "", "")

    def _start_docker(self, job: Job, argv: tuple[str, ...]) -> Result:
        self._pause(job, 1)
        return Result(0, "", "")

    def _docker_settings(self, job: Job, argv: tuple[str, ...]) -> Result:
        self._pause(job, 1.5)
        files = self._machine.files
        new = files.pop(f"{DAEMON_JSON}.coophost-new", None)
        if new is not None:
            files[DAEMON_JSON] = new
        return Result(0, "", "")

    def _mail_ports(self, job: Job, argv: tuple[str, ...]) -> Result:
        self._pause(job, 0.5)
        return Result(0, "".join(f"{port}=open\n" for port in argv[4:]), "")

    def _pause(self, job: Job, seconds: float) -> None:
        job.wait(seconds / self._machine.speed)


class PracticeHosts:
    """Every connection of the practice world: one machine, whatever it is called."""

    world = Practice

    def __init__(self, machine: PracticeMachine) -> None:
        self.machine = machine
        self._lock = threading.Lock()
        self._hosts: dict[str, PracticeHost] = {}

    def reach(self, job: Job, server: str) -> Host[Practice]:
        with self._lock:
            known = self._hosts.get(server)
        return known or self.first_contact(job, Login(server, LETTER.address, None, LETTER.user))

    def first_contact(self, job: Job, login: Login) -> Host[Practice]:
        if login.address not in (LETTER.address, LETTER.name):
            raise HostUnreachable(host=login.address, port=login.port or 22)
        job.wait(0.4 / self.machine.speed)
        if self.machine.compared is None:
            self._compare(job, login)
        if login.password != LETTER.password and not self.machine.login_key:
            raise PasswordWrong(host=login.address, user=login.user)
        with self._lock:
            return self._hosts.setdefault(login.name, PracticeHost(login.name, self.machine))

    def drop(self, server: str) -> None:
        with self._lock:
            self._hosts.pop(server, None)

    def close(self) -> None:
        with self._lock:
            self._hosts.clear()

    def _compare(self, job: Job, login: Login) -> None:
        pasted = job.ask(
            FINGERPRINT,
            host=login.address,
            fingerprint=LETTER.fingerprint,
            practice=LETTER.fingerprint,
        )
        if pasted != Fingerprint.NOT_COMPARED and pasted.strip() != LETTER.fingerprint:
            raise FingerprintDiffers(host=login.address, fingerprint=LETTER.fingerprint)
        self.machine.compared = pasted != Fingerprint.NOT_COMPARED
