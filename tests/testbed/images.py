"""Images built from Debian packages, in the folder form that ``skopeo`` pushes as it is."""

import gzip
import hashlib
import inspect
import io
import json
import os
import stat
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.testbed.cache import built, key
from tests.testbed.commands import run
from tests.testbed.trees import Tree

LABEL = "stand-in built from Debian packages for the tests of coophost_gui"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NOT_PACKED = {"dev", "var/lib/apt/lists", "var/cache/apt", "var/cache/debconf"}
_DOCKER = "application/vnd.docker"


@dataclass(frozen=True)
class Image:
    """What to build: its layers in order, its configuration, the names it is pushed under."""

    names: tuple[str, ...]  # library/busybox:1.35
    layers: tuple[Path, ...]  # gzipped tars
    run: Mapping[str, Any] = field(default_factory=dict)  # Cmd, Env, Healthcheck, …

    @property
    def title(self) -> str:
        return self.names[0].rpartition("/")[2].partition(":")[0]

    def folder(self) -> Path:
        """Return the built image, building it when needed."""
        made_from = key(*(str(layer) for layer in self.layers), json.dumps(self.run), _CODE)
        return built(f"image-{self.title}", made_from, self._build)

    def _build(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        layers, plain = [], []
        for number, layer in enumerate(self.layers):
            packed = folder / f"layer-{number}"
            os.link(layer, packed)
            digest, plain_digest = _digests(packed)
            layers.append(_entry("image.rootfs.diff.tar.gzip", digest, packed.stat().st_size))
            plain.append(f"sha256:{plain_digest}")
            packed.rename(folder / digest)
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "created": "2026-01-01T00:00:00Z",
                "config": {"Labels": {"org.opencontainers.image.description": LABEL}, **self.run},
                "rootfs": {"type": "layers", "diff_ids": plain},
                "history": [{"created": "2026-01-01T00:00:00Z", "comment": LABEL} for _ in plain],
            }
        ).encode()
        name = hashlib.sha256(config).hexdigest()
        (folder / name).write_bytes(config)
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{_DOCKER}.distribution.manifest.v2+json",
            "config": _entry("container.image.v1+json", name, len(config)),
            "layers": layers,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "version").write_text("Directory Transport Version: 1.1\n")


def layer(name: str, files: Mapping[str, bytes | str]) -> Path:
    """Return a layer of *files*: programs by path; ``-> target`` is a link, ``name/`` a folder."""
    made_from = key(_CODE, *(part for item in sorted(files.items()) for part in item))

    def build(target: Path) -> None:
        with gzip.open(target, "wb", 6) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
            for path, content in sorted(files.items()):
                entry = tarfile.TarInfo(path.lstrip("/"))
                if isinstance(content, str) and content.startswith("-> "):
                    entry.type, entry.linkname = tarfile.SYMTYPE, content[3:]
                    tar.addfile(entry)
                elif path.endswith("/"):
                    entry.type, entry.mode = tarfile.DIRTYPE, int(str(content) or "755", 8)
                    tar.addfile(entry)
                else:
                    data = content.encode() if isinstance(content, str) else content
                    entry.size, entry.mode = len(data), 0o755
                    tar.addfile(entry, io.BytesIO(data))

    return built(f"layer-{name}", made_from, build)


def tree_layer(name: str, tree: Tree) -> Path:
    """Return the highest folder of *tree* as a layer, removals included."""
    made_from = key(tree.made_from, _CODE)

    def build(target: Path) -> None:
        with gzip.open(target, "wb", 1) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            _pack(tar, tree.folders[-1], "")

    return built(f"layer-{name}", made_from, build)


def _pack(tar: tarfile.TarFile, folder: Path, inside: str) -> None:
    """Add *folder*; what an overlay marks as removed is marked as images mark it."""
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        path = f"{inside}{entry.name}"
        about = entry.stat(follow_symlinks=False)
        if stat.S_ISCHR(about.st_mode) and about.st_rdev == 0:
            tar.addfile(tarfile.TarInfo(f"{inside}.wh.{entry.name}"))
            continue
        if path in _NOT_PACKED:
            continue
        tar.add(entry.path, path, recursive=False)
        if entry.is_dir(follow_symlinks=False):
            if _opaque(entry.path):
                tar.addfile(tarfile.TarInfo(f"{path}/.wh..wh..opq"))
            _pack(tar, Path(entry.path), f"{path}/")


def _opaque(path: str) -> bool:
    try:
        return os.getxattr(path, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False


def tiny() -> list[Image]:
    """Images of two megabytes, for everything that needs no real app."""
    shell = _busybox()
    hello = layer(
        "hello",
        {
            "www/index.html": "<!doctype html><title>Hello</title><h1>Hello</h1>\n",
            "start": '#!/bin/sh\nexec /bin/busybox httpd -f -v -p "${PORT:-80}" -h /www\n',
        },
    )
    crash = layer("crash", {"start": "#!/bin/sh\necho cannot find my settings >&2\nexit 3\n"})
    well = {"Test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"]}
    never = {"Test": ["CMD-SHELL", "echo the database does not answer; exit 1"]}
    quick = {"Interval": 1_000_000_000, "Timeout": 1_000_000_000, "Retries": 3}
    start = {"Entrypoint": ["/start"], "ExposedPorts": {"80/tcp": {}}, "Env": [PATH]}
    return [
        Image(
            ("library/busybox:latest", "library/busybox:1.35", "library/alpine:3.20"),
            (shell,),
            {"Cmd": ["sh"], "Env": [PATH]},
        ),
        Image(("library/hello:1", "library/hello:2"), (shell, hello), start),
        Image(("library/hello-checked:1",), (shell, hello), start | {"Healthcheck": well | quick}),
        Image(("library/crash:1",), (shell, crash), start),
        Image(("library/unwell:1",), (shell, hello), start | {"Healthcheck": never | quick}),
    ]


def _busybox() -> Path:
    program = Path("/bin/busybox").read_bytes()
    names = run("/bin/busybox", "--list").split()
    links = {f"bin/{name}": "-> /bin/busybox" for name in names if name != "busybox"}
    users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
    return layer(
        "busybox",
        {
            "bin/busybox": program,
            **links,
            "etc/passwd": users,
            "etc/group": "root:x:0:\nnogroup:x:65534:\n",
            "tmp/": "1777",
            "root/": "700",
        },
    )


def _entry(kind: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": f"{_DOCKER}.{kind}", "size": size, "digest": f"sha256:{digest}"}


def _digests(packed: Path) -> tuple[str, str]:
    """Return the digests of a gzipped file as it is and unpacked."""
    with packed.open("rb") as file:
        outer = hashlib.file_digest(file, "sha256").hexdigest()
    with gzip.open(packed, "rb") as file:
        inner = hashlib.sha256()
        while piece := file.read(1 << 20):
            inner.update(piece)
    return outer, inner.hexdigest()


_CODE = inspect.getsource(sys.modules[__name__])
