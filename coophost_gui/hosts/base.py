"""The one door to a machine, and the Engine behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from typing_extensions import TypeVar

from coophost_gui.kit.fields import Fingerprint, Secret, YesNo
from coophost_gui.kit.jobs import Job, Output
from coophost_gui.kit.problems import Problem, WorldsMixed
from coophost_gui.kit.text import N_


class Real:
    """The world of real servers."""


class Practice:
    """The world inside the program: "Try it out"."""


W = TypeVar("W", default=Any)
W_co = TypeVar("W_co", default=Any, covariant=True)


class Worldly(Protocol):
    @property
    def world(self) -> type: ...


def same_world(*things: Worldly) -> None:
    """Refuse to let a practice object and a real one meet."""
    if len({thing.world for thing in things}) > 1:
        raise WorldsMixed


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did: its exit code and its two streams, decoded leniently."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.code == 0


class Engine(Protocol):
    """The Docker Engine of a host, by API path: JSON in and out, Problems out.

    Paths carry no version (``/services``); the version is negotiated.  Query values
    that are mappings or lists are sent as JSON (``filters``).
    """

    def get(self, job: Job, path: str, **query: object) -> Any:
        """Return the decoded JSON answer of a GET, which may be handed out again: only read it."""

    def post(
        self,
        job: Job,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Any:
        """Send *body* as JSON; return the decoded answer, or None when it has none."""

    def delete(self, job: Job, path: str, **query: object) -> None:
        """Delete what *path* names."""

    def stream(
        self,
        job: Job,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects of a long answer as they come (pull progress, events)."""

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        """Yield (1 = out, 2 = err; a line without its end) of a log, as they come."""


class Host(Protocol[W_co]):
    """A machine that runs commands and has an Engine: over SSH, or make-believe."""

    @property
    def name(self) -> str:
        """The server's name: abra folder, docker context and ssh alias in one."""

    @property
    def world(self) -> type[W_co]: ...

    @property
    def address(self) -> str:
        """The network address that this connection reached."""

    @property
    def engine(self) -> Engine: ...

    def run(
        self, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
    ) -> Result:
        """Run *argv* (quoted, never through a shell of ours) and wait.

        Never raises for a bad exit code.  *root* runs it as root: directly when logged
        in as root, through sudo otherwise, asking for the sudo password when needed.
        Output lines are told to *job* as they come.  *timeout* is in seconds.
        """

    def put(
        self, job: Job, path: str, data: bytes, *, mode: int = 0o644, root: bool = False
    ) -> None:
        """Write *data* to *path* on the host, all or nothing."""

    def get(self, job: Job, path: str, *, root: bool = False) -> bytes | None:
        """Return the file's content, or None when there is no such file."""

    def close(self) -> None: ...


class HostProblem(Problem):
    """Anything about reaching a machine; facts: ``host``."""

    means = N_("core", "Your apps on the server were not touched by this.")


class CommandFailed(HostProblem):
    text = N_("core", "{host} refused a command (exit code {code}).")
    means = N_("core", "Steps that are ticked off are done. The rest was not begun.")
    hint = N_("core", "Open the details to see what the server said, then try again.")


class EngineProblem(HostProblem):
    """The Engine answered with an error; facts: ``host``, ``status``, ``message``."""

    text = N_("core", "The app control (Docker) on {host} refused: {message}")
    hint = N_("core", "Try again. If it stays, send the report to the person who helps you.")

    @property
    def status(self) -> int:
        return int(str(self.facts.get("status", 0)))

    @property
    def message(self) -> str:
        return str(self.facts.get("message", ""))


class NotThere(EngineProblem):
    """404: nothing has that name or id."""


class AlreadyThere(EngineProblem):
    """409: the name is taken, or the object is in use."""


def must(
    host: Host, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
) -> str:
    """Run *argv* and return what it printed, or raise ``CommandFailed``."""
    result = host.run(job, *argv, stdin=stdin, root=root, timeout=timeout)
    if not result.ok:
        job.tell(Output(result.err))
        raise CommandFailed(result.err or result.out, host=host.name, code=result.code)
    return result.out


@dataclass(frozen=True)
class Login:
    """How to reach a server before anything is set up; *name* is what it will be called."""

    name: str
    address: str = ""  # "" = what ``~/.ssh/config`` says about *name*
    port: int | None = None  # None = ~/.ssh/config, else 22
    user: str = ""  # "" = as ssh would: ~/.ssh/config, else the person at this computer
    password: str = field(default="", repr=False)  # "" = keys only
    introduced: str = ""  # by which text of ours it must introduce itself: a name, or ``ANY``


ANY = "any"  # every text that is still out


class Hosts(Protocol[W_co]):
    """Every connection of one world: at most one per server, kept open and shared."""

    @property
    def world(self) -> type[W_co]: ...

    def reach(self, job: Job, server: str) -> Host[W_co]:
        """Return the connected host called *server*, connecting when needed.

        Asks ``FINGERPRINT`` when the host key is unknown and ``SUDO_PASSWORD`` when
        a command needs it; raises a HostProblem otherwise.
        """

    def first_contact(self, job: Job, login: Login) -> Host[W_co]:
        """Connect with *login* and keep the connection under ``login.name``."""

    def drop(self, server: str) -> None:
        """Close the connection to *server*, if there is one."""

    def close(self) -> None:
        """Close every connection; call it once, when the program ends."""


FINGERPRINT = Fingerprint("fingerprint", N_("core", "Is this really your server?"), "")
SUDO_PASSWORD = Secret(
    "sudo_password",
    N_("core", "The administrator password of {user} on {host}"),
    "",
    N_("core", "The server asks for it once, to install programs (sudo). It is not kept."),
)
LOGIN_PASSWORD = Secret(
    "login_password",
    N_("core", "The password of {user} on {host}"),
    "",
    N_("core", "The machine asks for it. We keep it until this program is closed."),
)
_PASSPHRASE_HELP = N_(
    "core", "Your key for {host} is locked with words of your own. They stay on this computer."
)
PASSPHRASE = Secret(
    "passphrase", N_("core", "The words that unlock the key {key}"), "", _PASSPHRASE_HELP
)
PASSPHRASE_AGAIN = Secret(
    "passphrase",
    N_("core", "Those words do not unlock {key}. Type them once more"),
    "",
    _PASSPHRASE_HELP,
)
KEEP_PASSPHRASE = YesNo(
    "keep_passphrase",
    N_("core", "Keep the words in the password store (keyring)?"),
    True,
    N_("core", "Then we need not ask again for the key {key}."),
)
