"""Running programs of this machine, and ending exactly those that were started."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PLAIN = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}


class CommandRefused(Exception):
    """A program of the testbed ended with another exit code than 0."""


class TooSlow(Exception):
    """Something of the testbed did not happen in time."""


def run(*argv: str | Path, stdin: str | bytes = b"", timeout: float = 600) -> str:
    """Run *argv* with a plain environment; return what it printed."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(argv, input=data, capture_output=True, timeout=timeout, env=PLAIN)
    out, err = (stream.decode(errors="replace") for stream in (done.stdout, done.stderr))
    if done.returncode:
        words = " ".join(map(str, argv))
        raise CommandRefused(f"{words}: exit code {done.returncode}\n{out[-4000:]}{err[-4000:]}")
    return out


def start(
    *argv: str | Path,
    log: Path,
    environment: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start *argv* with a plain environment, its words going to *log*.

    Without *stdin* the kernel ends it when the thread that started it ends, whatever
    ended that; with one, it is for *argv* to end when its input does.
    """
    bound = ("setpriv", "--pdeathsig", "KILL", "--") if stdin == subprocess.DEVNULL else ()
    with log.open("ab") as file:
        return subprocess.Popen(
            (*bound, *argv),
            stdin=stdin,
            stdout=file,
            stderr=file,
            env=PLAIN | dict(environment or {}),
            start_new_session=True,
        )


def end(process: "subprocess.Popen[bytes]", patience: float = 5) -> None:
    """End *process*, by force when it is slow."""
    for pipe in (process.stdin, process.stdout, process.stderr):
        _close(pipe)
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def until(
    happened: Callable[[], bool], what: str, seconds: float = 30, every: float = 0.03
) -> None:
    """Wait until *happened* says so; raise ``TooSlow`` about *what* otherwise."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TooSlow(f"{what}: not within {seconds:g} s")
        time.sleep(every)


def greets(address: str, port: int = 22, words: bytes = b"SSH-") -> bool:
    """Whether a server says its first *words* there: an SSH server, unless told otherwise."""
    try:
        with socket.create_connection((address, port), 1) as connection:
            connection.settimeout(5)
            return connection.recv(len(words)) == words
    except OSError:
        return False


def starttime(pid: int) -> str:
    """Return when *pid* was started, as the kernel counts; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def descendants(pid: int) -> list[int]:
    """Return every process under *pid*, and itself."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for thread in os.listdir(f"/proc/{parent}/task"):
                children = Path(f"/proc/{parent}/task/{thread}/children").read_text()
                found.extend(int(child) for child in children.split())
    return found


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()
