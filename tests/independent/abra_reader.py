"""A second reader of abra's state, written from its description alone.

It shares no code with the program, so that what the program writes is read by
something that does not make the same mistakes: standard library and ``git`` only.

    python tests/independent/abra_reader.py ABRA_DIR [DOCKER_CONFIG] [SSH_DIR]
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

LETTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.")
CAPITALS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@dataclass
class Env:
    """An ``.env`` file as a shell-like reader sees it."""

    values: dict = field(default_factory=dict)
    modifiers: dict = field(default_factory=dict)  # key -> {"length": "40"}
    complaints: list = field(default_factory=list)


@dataclass
class App:
    server: str
    name: str
    recipe: str
    version: str
    domain: str
    stack: str
    env: Env


def read_env(text):
    """Read lines of KEY=value: quotes, comments, and values that use earlier ones."""
    env = Env()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        line = line.strip()
        if not line or line[0] == "#":
            continue
        if line.startswith("export "):
            line = line[7:].lstrip()
        end = next((i for i, c in enumerate(line) if c not in LETTERS), len(line))
        key, rest = line[:end], line[end:].lstrip()
        if not key or rest[:1] not in ("=", ":"):
            env.complaints.append(f"line {number} is no setting: {line}")
            continue
        value, comment = split_value(rest[1:].strip(), env.values)
        env.values[key] = value
        pairs = [word.partition("=") for word in comment.split() if "=" in word]
        if pairs:
            env.modifiers[key] = {name: found for name, _, found in pairs}
    return env


def split_value(text, known):
    """Return the value at the start of *text* and the comment behind it."""
    if text[:1] == "'":
        end = text.index("'", 1)
        return text[1:end], text[end + 1 :].strip().lstrip("#")
    if text[:1] == '"':
        out, at = [], 1
        while text[at] != '"':
            if text[at] == "\\":
                at += 1
                out.append({"n": "\n", "r": "\r"}.get(text[at], text[at]))
                at += 1
            elif text[at] == "$":
                found, at = variable(text, at, known)
                out.append(found)
            else:
                out.append(text[at])
                at += 1
        return "".join(out), text[at + 1 :].strip().lstrip("#")
    value, comment = text, ""
    for at, char in enumerate(text):
        if char == "#" and (at == 0 or text[at - 1] in " \t"):
            value, comment = text[:at].rstrip(), text[at + 1 :]
            break
    out, at = [], 0
    while at < len(value):
        if value[at] == "$":
            found, at = variable(value, at, known)
            out.append(found)
        else:
            out.append(value[at])
            at += 1
    return "".join(out), comment


def variable(text, at, known):
    """Return the value of the $NAME or ${NAME} at *at*, and where it ends."""
    start = at + 2 if text[at + 1 : at + 2] == "{" else at + 1
    end = start
    while end < len(text) and text[end] in CAPITALS:
        end += 1
    if end == start:
        return "$", at + 1
    after = end + 1 if start == at + 2 else end
    return known.get(text[start:end], ""), after


def stack_of(app_name):
    return app_name.replace(".", "_")[:45]


def servers(root):
    folder = Path(root) / "servers"
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def apps(root):
    """Return every app: one per file that ends in .env."""
    found = []
    for server in servers(root):
        for path in sorted((Path(root) / "servers" / server).iterdir()):
            if not path.name.endswith(".env"):
                continue
            env = read_env(path.read_text(encoding="utf-8"))
            entry = env.values.get("RECIPE") or env.values.get("TYPE", "")
            if not entry:
                env.complaints.append("missing the TYPE env var?")
            recipe, _, version = entry.partition(":")
            name = path.name[: -len(".env")]
            stack = env.values.get("STACK_NAME") or stack_of(name)
            domain = env.values.get("DOMAIN", "")
            found.append(App(server, name, recipe, version, domain, stack, env))
    return found


def git(folder, *words):
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"},
    )
    return done.returncode, done.stdout


def recipe_complaints(root, recipe, version):
    """Say what abra would not like about the recipe's clone."""
    folder = Path(root) / "recipes" / recipe
    if not (folder / ".git").is_dir():
        return [f"{folder} is no clone"]
    found = []
    code, kind = git(folder, "cat-file", "-t", f"refs/tags/{version}")
    if code:
        found.append(f"{recipe}: no tag {version}")
    elif kind.strip() != "tag":
        found.append(f"{recipe}: the tag {version} is not annotated")
    for path in ("compose.yml", ".env.sample", "README.md"):
        if git(folder, "cat-file", "-e", f"refs/tags/{version}:{path}")[0]:
            found.append(f"{recipe}: {version} has no {path}")
    compose = git(folder, "show", f"refs/tags/{version}:compose.yml")[1]
    if f".version={version}" not in compose:
        found.append(f"{recipe}: the version label is not {version}")
    if git(folder, "status", "--porcelain")[1].strip():
        found.append(f"{recipe}: has locally unstaged changes")
    if git(folder, "fsck", "--strict")[0]:
        found.append(f"{recipe}: git fsck is not content")
    return found


def app_complaints(root, app):
    """Say what abra would not like about the app."""
    found = [f"{app.name}: {words}" for words in app.env.complaints]
    if app.recipe and app.version:
        found += recipe_complaints(root, app.recipe, app.version)
        folder = Path(root) / "recipes" / app.recipe
        sample = read_env(git(folder, "show", f"refs/tags/{app.version}:.env.sample")[1])
        missing = [key for key in sample.values if key not in app.env.values]
        found += [f"{key} missing from {app.name}.env" for key in missing]
        for path in (app.env.values.get("COMPOSE_FILE") or "compose.yml").split(":"):
            if git(folder, "cat-file", "-e", f"refs/tags/{app.version}:{path}")[0]:
                found.append(f"{app.name}: {app.recipe} has no {path}")
    for key, version in app.env.values.items():
        if key.startswith("SECRET_") and key.endswith("_VERSION"):
            name = f"{app.stack}_{key[7:-8].lower()}_{version}"
            if not version or len(name) > 64:
                found.append(f"{app.name}: the secret name {name} will not do")
    return found


def context_complaints(docker_dir, server):
    """Say what the docker CLI would not like about the context called *server*."""
    digest = hashlib.sha256(server.encode()).hexdigest()
    path = Path(docker_dir) / "contexts" / "meta" / digest / "meta.json"
    if not path.is_file():
        return [f"server missing context: {server}"]
    meta = json.loads(path.read_text())
    host = meta.get("Endpoints", {}).get("docker", {}).get("Host", "")
    found = []
    if meta.get("Name") != server:
        found.append(f"the context of {server} is called {meta.get('Name')}")
    if not isinstance(meta.get("Metadata"), dict):
        found.append(f"the context of {server} has no Metadata")
    if not host.startswith("ssh://") or "?" in host or ":" in host[6:].rpartition("@")[0]:
        found.append(f"the context of {server} leads to {host}")
    if path.stat().st_mode & 0o777 != 0o644:
        found.append(f"the context of {server} has the mode {path.stat().st_mode & 0o777:o}")
    return found


def ssh_complaints(ssh_dir, server):
    """Say what ssh would not like: the name must be enough to reach the server."""
    done = subprocess.run(
        ["ssh", "-F", str(Path(ssh_dir) / "config"), "-G", server],
        capture_output=True,
        text=True,
        check=False,
    )
    words = dict(line.partition(" ")[::2] for line in done.stdout.splitlines())
    found = [f"ssh: {done.stderr.strip()}"] if done.returncode else []
    if words.get("hostname", server) == server and "." not in server:
        found.append(f"ssh does not know where {server} is")
    return found


def complaints(root, docker_dir=None, ssh_dir=None):
    """Return everything that abra, docker or ssh would not like; empty when all is well."""
    found = []
    for server in servers(root):
        if server != "default" and docker_dir:
            found += context_complaints(docker_dir, server)
        if server != "default" and ssh_dir:
            found += ssh_complaints(ssh_dir, server)
    seen = {}
    for app in apps(root):
        found += app_complaints(root, app)
        other = seen.setdefault((app.server, app.stack), app.name)
        if other != app.name:
            found.append(f"{app.name} and {other} have the same stack name")
    return found


if __name__ == "__main__":
    lines = complaints(*sys.argv[1:4])
    print("\n".join(lines) or "nothing to complain about")
    sys.exit(bool(lines))
