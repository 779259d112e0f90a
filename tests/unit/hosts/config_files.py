"""``~/.ssh/config`` and what it includes, as people write them: by chance, but repeatable."""

import random
import subprocess
from pathlib import Path

from coophost_gui.hosts.ssh_config import BadLine, BadToken, parse
from coophost_gui.hosts.ssh_config_file import DEFAULT_KEYS, Found, resolve

NAMES = ("kitchen", "Alpha", "beta.example.org", "203.0.113.5", "hop", "x", "2001:db8::1")
PATTERNS = (
    "*", "kitchen", "alpha", "Alpha", "*.example.org", "beta*", "?", "hop", "203.0.113.*",
    "!kitchen", "!*.org", "al?ha", "*:*", "kitchen.example.org", "!x",
)  # fmt: skip
USERS = ("ada", "root", "bob", "'bo b'", '"x y"', "d\\ e", "%u")
PATHS = (
    "~/.ssh/id_%h", "~/a", '"~/b c"', "/k/%n/%p", "/k/%r@%k", "none", "~/.ssh/${HOME}x", "~root/z",
    "/c/%C", "%d/.ssh/i%i", "/%%/%L.%l.%u", "rel/ative", "'/q q'", "~/x#y", "/a\\ b",
)  # fmt: skip
KNOWN = ("~/.ssh/kh", '"~/k h"', "/k/%k", "/h/%h.%p", "${HOME}/kh", "none", "~/a ~/b", "/c/%C %d/x")
HOSTS = ("kitchen.example.org", "10.0.0.7", "%h.example.org", "UPPER.Example", "a%%b", "beta")
JUMPS = (
    "hop",
    "ada@hop:2201",
    "one,two",
    "none",
    "ssh://u@h:7",
    "[::1]:33",
    "u@a,b:2,c",
    "one # x",
)
COMMANDS = ("nc %h %p", 'connect "a b" %r', "none", "ssh -W %h:%p hop # not a comment")
AGENTS = ("none", "SSH_AUTH_SOCK", "~/agent", "$HOME", "/a/%h/%u", "${HOME}/a", "~/.%n-%p")
CRITERIA = (
    "host kitchen", "host *.example.org,x", "host !beta*,*", "originalhost alpha", "user root",
    "user ada,bob", "localuser root", "localuser nobody", '!host "kitchen"', "!user ada",
    "originalhost=x", "host 10.*", 'exec "test %h = kitchen"', 'exec "test %n != x"', "exec true",
    "!exec false", 'exec "test %p -eq 22 && test %r = ada"', "!originalhost hop,kitchen",
)  # fmt: skip
WRONG = (
    "Port 0", "Port a", "User", "ConnectTimeout 5x", "Match", "Match host", "Host", 'User "a',
    "IdentitiesOnly maybe", "Match user root host x all", "UserKnownHostsFile none /x", "User a b",
    "HostName %p", "IdentityAgent ${NOT_THERE_AT_ALL}", "ProxyJump u@b:0", "Match planet mars",
    "ProxyJump @x", "ServerAliveCountMax x", "UserKnownHostsFile /%z", 'Host ""', "Include",
    "Match all host x", 'HostKeyAlias ""',
)  # fmt: skip


class Files:
    """One tree of files under *home*, made of *seed*."""

    def __init__(self, home: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self.folder = home / ".ssh"
        self.config = self.folder / "config"
        self._number = 0
        (self.folder / "conf.d").mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("conf.d/*"):
            old.unlink()
        self.config.write_text(self._text(0), newline="")
        self.name = self._chance.choice(NAMES)

    def _text(self, depth: int) -> str:
        end = self._chance.choice(("\n", "\n", "\n", "\r\n"))
        lines = [line for _ in range(self._chance.randint(1, 5)) for line in self._block(depth)]
        return "".join(line + end for line in lines)

    def _block(self, depth: int) -> list[str]:
        chance = self._chance
        lines = []
        if chance.random() < 0.85:
            lines.append(self._head())
        for _ in range(chance.randint(0, 5)):
            lines.append(chance.choice(("", "", "  ", "\t")) + self._option(depth))
        if chance.random() < 0.1:
            lines.append(chance.choice(("", "# note", "   # indented", "\t")))
        if chance.random() < 0.02:
            lines.append(chance.choice(WRONG))
        return lines

    def _head(self) -> str:
        chance = self._chance
        if chance.random() < 0.55:
            some = chance.sample(PATTERNS, chance.randint(1, 3))
            comment = chance.choice(("", "", "", " # why"))
            return self._joined(self._cased("Host"), " ".join(some)) + comment
        if chance.random() < 0.2:
            return chance.choice(("Match all", "match ALL", "Match !all", "Match all # yes"))
        some = chance.sample(CRITERIA, chance.randint(1, 2))
        if chance.random() < 0.2:
            some.insert(
                chance.randint(0, len(some)), chance.choice(("final", "!final", "canonical"))
            )
        return self._cased("Match") + " " + " ".join(some)

    def _option(self, depth: int) -> str:
        chance = self._chance
        if depth < 2 and chance.random() < 0.12:
            return self._include(depth)
        option, value = chance.choice(
            (
                ("HostName", chance.choice(HOSTS)),
                ("Port", chance.choice(("2200", "22", "ssh", "065"))),
                ("User", chance.choice(USERS)),
                ("User", chance.choice(USERS)),
                ("IdentityFile", chance.choice(PATHS)),
                ("IdentityFile", chance.choice(PATHS)),
                ("CertificateFile", chance.choice(PATHS)),
                ("IdentitiesOnly", chance.choice(("yes", "no", "True", "FALSE"))),
                ("IdentityAgent", chance.choice(AGENTS)),
                ("ProxyJump", chance.choice(JUMPS)),
                ("ProxyCommand", chance.choice(COMMANDS)),
                ("HostKeyAlias", chance.choice(("Store", "%h", "kitchen"))),
                ("UserKnownHostsFile", chance.choice(KNOWN)),
                ("GlobalKnownHostsFile", chance.choice(KNOWN)),
                ("ConnectTimeout", chance.choice(("7", "1m30", "2h", "none", "0", "1M5s"))),
                ("ServerAliveInterval", chance.choice(("15", "1m"))),
                ("ServerAliveCountMax", chance.choice(("3", "7"))),
                ("HashKnownHosts", chance.choice(("yes", "no"))),
                ("ForwardAgent", "yes"),
                ("SendEnv", "LANG LC_*"),
            )
        )
        return self._joined(self._cased(option), value)

    def _include(self, depth: int) -> str:
        chance = self._chance
        self._number += 1
        name = f"{self._number:02}-{chance.choice(('a', 'b'))}.conf"
        (self.folder / "conf.d" / name).write_text(self._text(depth + 1), newline="")
        way = chance.choice((f"conf.d/{name}", f"~/.ssh/conf.d/{name}", f"conf.d/{name[:2]}-*"))
        more = chance.choice(("", "", " nothing/here/*.conf", " ~/none"))
        return f"Include {way}{more}"

    def _cased(self, word: str) -> str:
        return self._chance.choice((word, word, word.lower(), word.upper()))

    def _joined(self, option: str, value: str) -> str:
        return option + self._chance.choice((" ", " ", " ", "\t", "  ", "=", " = ")) + value


def shown_by_ssh(config: Path, name: str) -> Found | None:
    """Return what ``ssh -G`` says about *name*; None when it refuses the file."""
    done = subprocess.run(["ssh", "-F", config, "-G", "--", name], capture_output=True, check=False)
    return parse(done.stdout.decode(errors="surrogateescape")) if not done.returncode else None


def read_by_us(config: Path, name: str) -> Found | None:
    try:
        return resolve(name, config)
    except (BadLine, BadToken):
        return None


def difference(config: Path, name: str) -> str:
    """Return in words where ``ssh -G`` and our reader differ; "" where they do not."""
    theirs, ours = shown_by_ssh(config, name), read_by_us(config, name)
    if theirs is None or ours is None:
        return "" if theirs is ours else f"only one refuses: ssh {theirs is None}"
    told = []
    for option in sorted(USED):
        first, second = ([_line(found, option)] for found in (theirs, ours))
        if first != second:
            told.append(f"{option}: ssh {first}, we {second}")
    return "\n".join(told)


USED = {
    "host", "hostname", "port", "user", "identityfile", "certificatefile", "identitiesonly",
    "identityagent", "proxyjump", "proxycommand", "hostkeyalias", "userknownhostsfile",
    "globalknownhostsfile", "connecttimeout", "serveraliveinterval", "serveralivecountmax",
    "hashknownhosts",
}  # fmt: skip


def _line(found: Found, option: str) -> list[str]:
    values = " ".join(found.get(option, [])).split(" ")
    if "proxyjump" in found:  # newer ones than 9.2 count the hop in, and so do we
        values = ["%C" if value.startswith("/c/") else value for value in values]
    if option == "identityfile" and values[: len(DEFAULT_KEYS)] == [
        f"~/.ssh/{name}" for name in DEFAULT_KEYS
    ]:
        return values[: len(DEFAULT_KEYS)]  # ssh's own defaults end with kinds that nobody has
    return values
