"""The docker CLI as a yardstick: what it makes of compose files, and what we make of them."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import yaml

from coophost_gui.recipes.compose import document, load
from coophost_gui.recipes.compose.convert import convert
from tests.testbed.docker_cli import docker_cli, major
from tests.testbed.fake_engine import FakeEngine


class Refused(Exception):
    """The docker CLI did not take the files."""


# Upstream's CLI of this version is what we agree with.  Debian's older build reads YAML with
# another library: it refuses a key like ``true:``, takes a key twice, and knows fewer formats.
OURS = 28


def older():
    """Say whether the docker CLI of this machine differs from the one that we agree with."""
    return major(docker_cli()) < OURS


def _run(folder, words, env, **more):
    clean = {"PATH": os.environ["PATH"], **env, **more}
    done = subprocess.run(
        [docker_cli(), *words], cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(done.stderr.strip())
    return done.stdout


def theirs(folder, files, env):
    """Return the document that ``docker stack config`` prints."""
    words = [word for name in files for word in ("-c", name)]
    document = yaml.safe_load(_run(folder, ["stack", "config", *words], env))
    if older() and not any("version:" in (Path(folder) / name).read_text() for name in files):
        document["version"] = "3.13"  # the newest format that it knows stands in for none
    return document


def their_bodies(folder, files, env, stack):
    """Return the create bodies that ``docker stack deploy`` would send, by path."""
    words = [word for name in files for word in ("-c", name)]
    with tempfile.TemporaryDirectory() as short, FakeEngine(Path(short) / "s") as engine:
        deploy = ["stack", "deploy", "--detach=true", "--resolve-image", "never", *words, stack]
        _run(folder, deploy, env, DOCKER_HOST=engine.url, DOCKER_CONFIG=short)
        return sorted_bodies(engine.bodies)


def ours(folder, files, env):
    """Return the document that we make of the same files."""
    return document(_loaded(folder, files, env))


def our_bodies(folder, files, env, stack):
    """Return the create bodies that we make of the same files."""
    made = convert(_loaded(folder, files, env), stack, str(folder), _reader(folder))
    return sorted_bodies(
        [(f"/{kind}/create", body) for kind in KINDS for body in getattr(made, kind)]
    )


def answer(folder, files, env):
    """Return all that the docker CLI makes of the files, as it is written beside a case."""
    try:
        bodies = their_bodies(folder, files, env, "st")
        return _plain(theirs(folder, files, env), bodies, folder)
    except Refused:  # of two mistakes it names the one or the other, by chance
        return {"refused": True}


def our_answer(folder, files, env):
    """Return all that we make of the files, as it is written beside a case."""
    return _plain(ours(folder, files, env), our_bodies(folder, files, env, "st"), folder)


def recorded(case):
    """Return the answer that is written beside *case*."""
    return json.loads(case.with_suffix(".json").read_text())


def _plain(document, bodies, folder):
    """Return both as JSON gives them back; the folder is called ``D``, its parent ``P``."""
    created = {f"{path} {name}": body for (path, name), body in sorted(bodies.items())}
    text = json.dumps({"document": document, "create": created})
    return json.loads(text.replace(str(folder), "D").replace(str(Path(folder).parent), "P"))


KINDS = ("networks", "secrets", "configs", "services")


def sorted_bodies(bodies):
    """Return create bodies by (path, name), without ids and without what is empty."""
    return {(path, body["Name"]): tidy(body) for path, body in bodies}


# Where zero is an answer, and something else than nothing said.
POINTERS = (
    *("Init", "Replicas", "MaxConcurrent", "TotalCompletions", "MaxAttempts"),
    *("StopGracePeriod", "RestartDelay", "Window"),
)


def tidy(thing):
    """Return *thing* without ids, and without null, empty and zero values that say nothing."""
    if isinstance(thing, dict):
        found = {k: tidy(v) for k, v in thing.items() if k not in ("SecretID", "ConfigID")}
        if "RestartPolicy" in found and "Delay" in (thing["RestartPolicy"] or {}):
            found["RestartPolicy"]["RestartDelay"] = thing["RestartPolicy"]["Delay"]
        for kind in ("Secrets", "Configs"):  # of one name twice, the CLI's order is by chance
            if kind in found:
                found[kind] = sorted(found[kind], key=repr)
        return {
            key: value
            for key, value in found.items()
            if value not in (None, "", 0, False, [], {}) or (key in POINTERS and value == 0)
        }
    if isinstance(thing, list):
        return [tidy(one) for one in thing]
    return thing


def _reader(folder):
    return lambda path: (Path(folder) / path).read_bytes()


def _loaded(folder, files, env):
    contents = [(name, (Path(folder) / name).read_bytes()) for name in files]
    return load(contents, env, _reader(folder), str(folder))
