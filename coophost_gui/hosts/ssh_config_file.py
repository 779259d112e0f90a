"""``~/.ssh/config`` read as ``ssh -G`` reads it, for computers without an OpenSSH client.

After ssh_config(5) and OpenSSH 9.2; the tests hold it against ``ssh -G`` itself.  Options
that we do not use are passed by, whatever they say.
"""

import glob
import os
import pwd
import re
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from coophost_gui.hosts.patterns import list_matches, matches
from coophost_gui.hosts.tokens import expand, system_home, tilde, tokens

Found = dict[str, list[str]]  # option in small letters -> its values, as ``ssh -G`` prints them

SYSTEM = Path("/etc/ssh/ssh_config")
DEEPEST = 16  # of files that include files
EXEC_SECONDS = 20
BLANK = " \t\r\n"
LOOP = "jumphost loop"  # ssh's word for a ProxyJump that leads to where we are
DEFAULT_KEYS = ("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk")
LISTS = {"identityfile", "certificatefile"}  # every line adds one
KNOWN = {"userknownhostsfile", "globalknownhostsfile"}  # the first line is the whole list
FLAGS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class BadLine(ValueError):
    """A line that ssh refuses, too; the text says what is wrong with it."""


class BadPlace(BadLine):
    """The same; the text says where it stands, too."""


def resolve(name: str, config: Path | None, system: Path | None = None) -> Found:
    """Return what ``ssh -G`` would print about *name* for the options that we use.

    *config* is the person's file, *system* the one of the whole computer.
    """
    reader = _Reader(name)
    reader.read_all(config, system)
    reader.settle_hostname()
    if reader.again:
        reader.final = True
        reader.read_all(config, system)
    return reader.found()


class _Reader:
    """One reading: what has been set so far. The first value wins."""

    def __init__(self, name: str) -> None:
        self.name = name  # as typed
        self.host = name  # in the second reading, what HostName made of it
        self.values: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self.final = False
        self.again = False  # a second reading was asked for
        self._me = pwd.getpwuid(os.getuid()).pw_name

    def read_all(self, config: Path | None, system: Path | None) -> None:
        for path, persons in ((config, True), (system, False)):
            if path is not None and path.exists():
                _File(self, path, persons).read(active=True)
        if self.values.get("canonicalizehostname") in ("yes", "always"):
            self.again = True

    def settle_hostname(self) -> None:
        if "hostname" in self.values:
            self.host = self._hostname()
        if not re.fullmatch(r"[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*", self.host):
            self.host = self.host.lower()
        self.values["hostname"] = self.host.replace("%", "%%")

    def set(self, option: str, value: str) -> None:
        self.values.setdefault(option, value)

    @property
    def user(self) -> str:
        return self.values.get("user", self._me)

    @property
    def port(self) -> int:
        return int(self.values.get("port", "22"))

    def matched(self, criterion: str, argument: str) -> bool:
        match criterion:
            case "host":
                return list_matches(argument.lower(), self._current().lower())
            case "originalhost":
                return list_matches(argument.lower(), self.name.lower())
            case "user":
                return list_matches(argument, self.user)
            case "localuser":
                return list_matches(argument, self._me)
        raise BadLine(f"Unsupported Match attribute {criterion}")

    def runs_well(self, command: str) -> bool:
        """Run the command of ``Match exec``, as ssh does."""
        host = self._current()
        alias = self.values.get("hostkeyalias", host)
        known = tokens(self.name, host, self.port, self.user, alias)
        shell = os.environ.get("SHELL") or "/bin/sh"
        done = subprocess.run(
            [shell, "-c", expand(command, known, variables=False)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=EXEC_SECONDS,
            check=False,
        )
        return done.returncode == 0

    def found(self) -> Found:
        """Return everything, with the defaults filled in."""
        known = self._tokens()
        folder = f"{system_home()}/.ssh"
        given = self.lists
        mine = given.get("userknownhostsfile", [f"{folder}/known_hosts", f"{folder}/known_hosts2"])
        found: Found = {
            "host": [self.name],
            "hostname": [self.host],
            "port": [str(self.port)],
            "user": [self.user],
            "identityfile": given.get("identityfile", [f"~/.ssh/{key}" for key in DEFAULT_KEYS]),
            "certificatefile": given.get("certificatefile", []),
            "identitiesonly": [self.values.get("identitiesonly", "no")],
            "hashknownhosts": [self.values.get("hashknownhosts", "no")],
            "connecttimeout": [self.values.get("connecttimeout", "none")],
            "serveraliveinterval": [self.values.get("serveraliveinterval", "0")],
            "serveralivecountmax": [self.values.get("serveralivecountmax", "3")],
            "userknownhostsfile": [expand(tilde(one), known) for one in mine],
            "globalknownhostsfile": given.get(
                "globalknownhostsfile", ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
            ),
        }
        if "identityagent" in self.values:
            found["identityagent"] = [expand(tilde(self.values["identityagent"]), known)]
        if "hostkeyalias" in self.values:
            found["hostkeyalias"] = [self.values["hostkeyalias"].lower()]
        for option in ("proxyjump", "proxycommand"):
            if self.values.get(option, "none").lower() != "none":
                found[option] = [self.values[option]]
        self._check_loop()
        return found

    def _check_loop(self) -> None:
        jump = self.values.get("proxyjump", "none")
        if jump.lower() == "none":
            return
        user, host, port = parse_hop(jump.rpartition(",")[2])
        if (user or self.user, host, port or 22) == (self.user, self.host, self.port):
            raise BadLine(f"{LOOP} via {host}")

    def _tokens(self) -> dict[str, str]:
        alias = self.values.get("hostkeyalias", "").lower()
        hop = last_hop(self.values.get("proxyjump", ""))
        return tokens(self.name, self.host, self.port, self.user, alias, hop)

    def _current(self) -> str:
        return self._hostname() if "hostname" in self.values else self.host

    def _hostname(self) -> str:
        plain = {"h": self.name if not self.final else self.host, "%": "%"}
        return expand(self.values["hostname"], plain, variables=False)


class _File:
    """One file being read; knows where it is, to say so."""

    def __init__(self, reader: _Reader, path: Path, persons: bool, depth: int = 0) -> None:
        self.reader, self.path, self.persons, self.depth = reader, path, persons, depth
        self.active = True
        self.never = False  # inside a block that does not apply: only look for mistakes

    def read(self, *, active: bool, never: bool = False) -> None:
        if self.depth > DEEPEST:
            raise BadPlace(f"{self.path}: Too many recursive configuration includes")
        if self.persons and self.depth:
            self._private()
        self.active, self.never = active, never
        if self.path.is_dir():
            return
        try:
            text = self.path.read_bytes().decode(errors="surrogateescape")
        except OSError as error:
            raise BadPlace(f"{self.path}: {error.strerror}") from error
        for number, line in enumerate(text.split("\n"), start=1):
            try:
                self._line(line)
            except BadPlace:
                raise
            except (ValueError, OSError, subprocess.SubprocessError) as error:
                raise BadPlace(f"{self.path} line {number}: {error}") from error

    def _private(self) -> None:
        about = self.path.stat()
        if about.st_uid not in (0, os.getuid()) or stat.S_IMODE(about.st_mode) & 0o022:
            raise BadPlace(f"{self.path}: Bad owner or permissions")

    def _line(self, line: str) -> None:
        line = line.rstrip(BLANK + "\f")
        option, rest = _delimited(line)
        if not option:
            option, rest = _delimited(rest)
        if not option or option.startswith("#"):
            return
        option = option.lower()
        rest = rest.lstrip(BLANK)
        if not rest:
            raise BadLine(f'no argument after keyword "{option}"')
        words = _words(rest)
        if option in OPTIONS:
            OPTIONS[option](self, words, rest)
            if words:
                raise BadLine(f"keyword {option} extra arguments at end of line")

    def host(self, words: list[str], rest: str) -> None:
        self.active = False
        given, words[:] = words[:], []
        for pattern in given:
            _not_empty(pattern)
            if self.never:
                return
            if matches(pattern.removeprefix("!"), self.reader.host):
                self.active = not pattern.startswith("!")
                if not self.active:
                    return

    def match(self, words: list[str], rest: str) -> None:
        words.clear()
        # Every criterion is looked at, even when the answer is known: it may be a mistake.
        holds, number = True, 0
        while rest:
            criterion, rest = _delimited(rest)
            if not criterion or criterion.startswith("#"):
                break
            negated = criterion.startswith("!")
            criterion = criterion.removeprefix("!").lower()
            if criterion == "all":
                more, _ = _delimited(rest)
                if number > 1 or (more and not more.startswith("#")):
                    raise BadLine("'all' cannot be combined with other Match attributes")
                self.active = holds and not negated and not self.never
                return
            number += 1
            if criterion in ("final", "canonical"):
                self.reader.again |= criterion == "final"
                holds = holds and self.reader.final != negated
                continue
            argument, rest = _delimited(rest)
            if not argument or argument.startswith("#"):
                raise BadLine(f"Missing Match criteria for {criterion}")
            if criterion == "exec":
                holds = holds and self.reader.runs_well(argument) != negated
            else:
                holds = self.reader.matched(criterion, argument) != negated and holds
        if not number:
            raise BadLine("One or more attributes required for Match")
        self.active = holds and not self.never

    def include(self, words: list[str], rest: str) -> None:
        given, words[:] = words[:], []
        before = self.active
        for pattern in given:
            _not_empty(pattern)
            if pattern.startswith("~") and not self.persons:
                raise BadLine(f"bad include path {pattern}.")
            if not pattern.startswith(("/", "~")):
                pattern = f"~/.ssh/{pattern}" if self.persons else f"{SYSTEM.parent}/{pattern}"
            for path in sorted(glob.glob(os.path.expanduser(pattern)), key=os.fsencode):
                inside = _File(self.reader, Path(path), self.persons, self.depth + 1)
                inside.read(active=before, never=self.never or not before)

    def text(self, words: list[str], rest: str, option: str) -> None:
        self._set(option, _one(words))

    def flag(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        if word.lower() not in FLAGS:
            raise BadLine(f'unsupported option "{word}".')
        self._set(option, FLAGS[word.lower()])

    def canonical(self, words: list[str], rest: str, option: str) -> None:
        self._set(option, _one(words).lower().replace("true", "yes"))

    def number(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        if not word.isascii() or not word.isdigit():
            raise BadLine(f"Bad number '{word}'")
        self._set(option, str(int(word)))

    def port(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        self._set(option, str(_port(word)))

    def seconds(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        if word == "none":
            return
        if not re.fullmatch(r"(\d+[smhdw]?)+", word, re.IGNORECASE | re.ASCII):
            raise BadLine("invalid time value.")
        parts = re.findall(r"(\d+)([smhdw]?)", word.lower())
        self._set(option, str(sum(int(count) * SECONDS[unit] for count, unit in parts)))

    def agent(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        expand(word.replace("%", "%%"), {"%": "%"})
        self._set(option, word)

    def collect(self, words: list[str], rest: str, option: str) -> None:
        word = _one(words)
        if self.active and word not in self.reader.lists.setdefault(option, []):
            self.reader.lists[option].append(word)

    def whole(self, words: list[str], rest: str, option: str) -> None:
        given, words[:] = words[:], []
        for number, word in enumerate(given):
            _not_empty(word)
            if word.lower() == "none" and (number or len(given) > 1):
                raise BadLine(f'keyword {option} "none" argument must appear alone.')
        if self.active:
            self.reader.lists.setdefault(option, given)

    def command(self, words: list[str], rest: str, option: str) -> None:
        words.clear()
        if self.reader.values.get("proxyjump", "none").lower() == "none":
            self._set("proxycommand", rest.lstrip(BLANK + "="))

    def jump(self, words: list[str], rest: str, option: str) -> None:
        words.clear()
        value = rest.lstrip(BLANK + "=").partition("#")[0].rstrip(BLANK)
        if value.lower() != "none":
            *before, last = value.split(",")
            for hop in before:
                parse_hop(hop)
            value = ",".join([*before, write_hop(*parse_hop(last))])
        if "proxycommand" not in self.reader.values:
            self._set("proxyjump", value)

    def _set(self, option: str, value: str) -> None:
        if self.active:
            self.reader.set(option, value)


def parse_hop(text: str) -> tuple[str, str, int | None]:
    """Return user, host and port of one hop of ProxyJump; "" and None for what is not said."""
    place = text.removeprefix("ssh://")
    if place != text:
        place = place.removesuffix("/")
    user, at, rest = place.rpartition("@")
    found = re.fullmatch(r"(?:\[([^\]]+)\]|([^:/\[\]]+))(?:[:/]([^:/]*))?", rest)
    if not found or (at and not user):
        raise BadLine(f'Invalid ProxyJump "{text}"')
    try:
        port = _port(found[3]) if found[3] else None
    except BadLine as error:
        raise BadLine(f'Invalid ProxyJump "{text}"') from error
    return user, found[1] or found[2], port


def last_hop(jump: str) -> str:
    """Return the host of the last hop of a ProxyJump; "" when there is none."""
    last = jump.rpartition(",")[2]
    return "" if last.lower() in ("", "none") else parse_hop(last)[1]


def write_hop(user: str, host: str, port: int | None) -> str:
    """Return a hop as ``ssh -G`` prints it."""
    shown = f"[{host}]" if ":" in host else host
    return (f"{user}@" if user else "") + shown + (f":{port}" if port else "")


def _port(word: str) -> int:
    if word.isascii() and word.isdigit():
        port = int(word)
    else:
        try:
            port = socket.getservbyname(word, "tcp")
        except OSError as error:
            raise BadLine(f"Bad port '{word}'.") from error
    if not 0 < port < 65536:
        raise BadLine(f"Bad port '{word}'.")
    return port


def _one(words: list[str]) -> str:
    """Take the first of *words*, which must say something."""
    word = words.pop(0) if words else ""
    if not word:
        raise BadLine("Missing argument.")
    return word


def _not_empty(word: str) -> None:
    if not word:
        raise BadLine("empty argument")


def _delimited(text: str) -> tuple[str, str]:
    """Cut the first word off *text*: up to a blank, a quoted piece or one ``=``."""
    found = re.search(r'[ \t\r\n"=]', text)
    if not found:
        return text, ""
    start = found.start()
    if text[start] == '"':
        end = text.find('"', start + 1)
        if end < 0:
            raise BadLine("no matching quote")
        return text[:start] + text[start + 1 : end], text[end + 1 :].lstrip(BLANK)
    rest = text[start + 1 :].lstrip(BLANK)
    if text[start] != "=" and rest.startswith("="):
        rest = rest[1:].lstrip(BLANK)
    return text[:start], rest


def _words(text: str) -> list[str]:
    """Split *text* as ssh does: both quotes, backslashes, and a comment at its end."""
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            break
        word, at = _word(text, at)
        words.append(word)
    return words


def _word(text: str, at: int) -> tuple[str, int]:
    word, quote = "", ""
    while at < len(text):
        char, after = text[at], text[at + 1 : at + 2]
        if char == "\\" and (after in ("'", '"', "\\") or (after == " " and not quote)):
            word += after
            at += 1
        elif not quote and char in " \t":
            break
        elif not quote and char in "\"'":
            quote = char
        elif quote and char == quote:
            quote = ""
        else:
            word += char
        at += 1
    if quote:
        raise BadLine("invalid quotes")
    return word, at


def _named(handle: Callable[[_File, list[str], str, str], None], option: str) -> "_Handler":
    return lambda file, words, rest: handle(file, words, rest, option)


_Handler = Callable[[_File, list[str], str], None]
OPTIONS: dict[str, _Handler] = {
    "host": _File.host,
    "match": _File.match,
    "include": _File.include,
    "identityfile2": _named(_File.collect, "identityfile"),
    **{option: _named(_File.collect, option) for option in LISTS},
    **{option: _named(_File.whole, option) for option in KNOWN},
    **{
        option: _named(handle, option)
        for option, handle in {
            "hostname": _File.text,
            "user": _File.text,
            "hostkeyalias": _File.text,
            "port": _File.port,
            "identitiesonly": _File.flag,
            "hashknownhosts": _File.flag,
            "canonicalizehostname": _File.canonical,
            "connecttimeout": _File.seconds,
            "serveraliveinterval": _File.seconds,
            "serveralivecountmax": _File.number,
            "identityagent": _File.agent,
            "proxycommand": _File.command,
            "proxyjump": _File.jump,
        }.items()
    },
}
