"""The practice world: folders, connections, secrets and web of its own, all make-believe."""

import re
import shutil
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from coophost_gui.hosts.base import Practice
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.mailbox import Mailbox
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.kit.store import Settings
from coophost_gui.net.answers import Answer, NameSeen, State
from coophost_gui.net.http import Reply
from coophost_gui.net.knock import Knock
from coophost_gui.net.problems import AddressSilent
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.meanings import shipped
from coophost_gui.servers.world import World
from coophost_gui.workshop.engine import PracticeEngine
from coophost_gui.workshop.host import LETTER, PracticeHosts, PracticeMachine

HOST_RULE = re.compile(r"Host\(`([^`]+)`")
CERTIFICATE_DAYS = 90
PAGE = b"<!doctype html><title>Practice</title><p>This app lives on the practice server.</p>"


class PracticeBook:
    """Every name leads to the practice server, wherever one asks."""

    def look(self, job: Job, name: str, wanted: Collection[str]) -> NameSeen:
        job.checkpoint()
        own = Answer("ns.example.org", State.HERE, (LETTER.address,))
        return NameSeen(name, time.time(), "example.org", (own,), own)


@dataclass(frozen=True)
class PracticeWeb:
    """What visitors of the practice server would see."""

    engine: PracticeEngine
    claimed: set[str] = field(default_factory=set)  # domains whose installer somebody finished
    sent: list[tuple[str, str]] = field(default_factory=list)  # to whom, and what

    def fetch(self, job: Job, url: str) -> Reply:
        job.checkpoint()
        domain, _, path = url.partition("://")[2].partition("/")
        if not self._answers(job, domain):
            raise AddressSilent(host=domain, port=443)
        installer = self._installer(job, domain)
        if installer and path == "" and domain not in self.claimed:
            url = f"https://{domain}{installer}"  # where a real one leads until it is set up
        body = PAGE
        if "install" in path and domain in self.claimed:
            body = b"<!doctype html><title>Practice</title><p>Already Installed</p>"
        until = time.time() + CERTIFICATE_DAYS * 86400
        return Reply(200, {"content-type": "text/html"}, body, url, until)

    def book(self) -> "PracticeBook":
        return PracticeBook()

    def knock(self, job: Job, address: str, port: int, word: str) -> Knock:
        job.checkpoint()
        return Knock.OPEN

    def log_in_to_mail(self, job: Job, mailbox: Mailbox, password: str) -> None:
        job.checkpoint()

    def send_mail(
        self, job: Job, mailbox: Mailbox, password: str, *, to: str, subject: str, text: str
    ) -> None:
        job.checkpoint()
        self.sent.append((to, text))

    def _installer(self, job: Job, domain: str) -> str:
        """Return the path of the installer of the app at *domain*; "" when it has none."""
        for service in self.engine.get(job, "/services", status="true"):
            labels = service["Spec"].get("Labels", {})
            if domain not in HOST_RULE.findall(" ".join(map(str, labels.values()))):
                continue
            for key, recipe in labels.items():
                known = shipped().get(str(recipe)) if key.endswith(".recipe") else None
                if known is not None and known.sign_in.kind == "installer":
                    return known.sign_in.path
        return ""

    def _answers(self, job: Job, domain: str) -> bool:
        """Say whether some running service has a rule for *domain*."""
        for service in self.engine.get(job, "/services", status="true"):
            rules = " ".join(str(label) for label in service["Spec"].get("Labels", {}).values())
            if domain in HOST_RULE.findall(rules):
                return bool(service["ServiceStatus"]["RunningTasks"])
        return False


@dataclass(frozen=True)
class PracticeWorld(World[Practice]):
    """A world with nothing real behind it, and what a trainer can do to it."""

    machine: PracticeMachine = field(default_factory=lambda: PracticeMachine(1.0))

    @property
    def engine(self) -> PracticeEngine:
        return self.machine.engine

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.abra.root.parent, ignore_errors=True)

    def claim(self, domain: str) -> None:
        """Pretend that somebody finished the installer of the app at *domain*."""
        assert isinstance(self.web, PracticeWeb)
        self.web.claimed.add(domain)


def practice_world(speed: float = 1.0) -> PracticeWorld:
    """Make a fresh practice world; at *speed* 2 everything takes half as long.

    It lives in a temporary folder, which goes away with the program.
    """
    folder = Path(tempfile.mkdtemp(prefix="coophost-practice-"))
    machine = PracticeMachine(speed)
    return PracticeWorld(
        world=Practice,
        abra=AbraFolder(folder / "abra"),
        hosts=PracticeHosts(machine),
        secrets=MemorySecrets(),
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
        web=PracticeWeb(machine.engine),
        settings=Settings,
        data_dir=lambda: folder,
        machine=machine,
    )
