"""What a repository of others may bring: found out before anything of it is unpacked.

A few kilobytes can unpack to gigabytes, and a tree can name itself a million times, so sizes
are counted first, with bounded memory.
"""

import stat
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.repo import Repo

OFFSET_DELTA, REFERENCE_DELTA = 6, 7
NAME_LENGTH = 20  # of an object, in bytes
CHUNK = 65536
HEAD_OF_DELTA = 32  # bytes in which a delta has said how long its result is
DEEPEST = 20  # folders within folders


class TooMuch(Exception):
    """More than anybody asked for; the words say of what."""


@dataclass(frozen=True)
class Most:
    """How much may come. Sizes are in bytes."""

    sent: int = 20_000_000
    one: int = 5_000_000  # a single file, in any version
    all: int = 100_000_000  # every version of every file together
    objects: int = 50_000
    files: int = 2_000  # of the newest version, with folders


@dataclass(frozen=True)
class Brought:
    """One file of the newest version, which is not on disk yet."""

    path: str
    mode: int
    size: int

    @property
    def plain(self) -> bool:
        """Say whether it is a file: no link, no other repository."""
        return stat.S_ISREG(self.mode)


def odd(file: Brought, most: int) -> str:
    """Return what speaks against writing *file* to disk, in the field's terms; "": nothing."""
    for part in file.path.split("/"):
        if part in ("", ".", "..") or part.casefold() == ".git":
            return "a name that leads elsewhere"
    if not file.path.isprintable() or "\\" in file.path:
        return "a name that leads elsewhere"
    if not file.plain:
        return "a link, not a file"
    return f"{file.size} bytes" if file.size > most else ""


Accept = Callable[[Sequence[Brought]], None]  # raises a Problem about what must not come


def check_pack(pack: IO[bytes], most: Most) -> None:
    """Raise ``TooMuch`` when *pack* unpacks to more than *most*; ValueError when it is none."""
    reader = _Reader(pack)
    head = reader.read(12)
    if head[:4] != b"PACK":
        raise ValueError("what came is not a pack")
    count = int.from_bytes(head[8:], "big")
    if count > most.objects:
        raise TooMuch(f"{count} objects")
    total = 0
    for _ in range(count):
        size = _object_size(reader, most.one)
        total += size
        if size > most.one or total > most.all:
            raise TooMuch(f"{max(size, total)} bytes once unpacked")


def newest_files(repo: Repo, commit: ObjectID, most: Most) -> list[Brought]:
    """Return the files of *commit*; raises ``TooMuch`` when they are too many."""
    found: list[Brought] = []
    total = 0
    thing = repo[commit]
    if not isinstance(thing, Commit):
        raise ValueError("what the branch points to is not a commit")
    entries = iter_tree_contents(
        repo.object_store, thing.tree, include_trees=True, max_depth=DEEPEST
    )
    for number, entry in enumerate(entries):
        if number > most.files:
            raise TooMuch(f"more than {most.files} files")
        path, mode, sha = entry.path, entry.mode, entry.sha
        if path is None or mode is None or sha is None or stat.S_ISDIR(mode):
            continue
        blob = repo[sha] if stat.S_ISREG(mode) else None
        size = len(blob.data) if isinstance(blob, Blob) else 0
        total += size
        if total > most.all:
            raise TooMuch(f"more than {most.all} bytes of files")
        found.append(Brought(path.decode("utf-8", "surrogateescape"), mode, size))
    return found


class _Reader:
    """Reads byte by byte or zlib stream by zlib stream, in pieces of bounded size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._rest = file, b""

    def read(self, count: int) -> bytes:
        while len(self._rest) < count:
            piece = self._file.read(CHUNK)
            if not piece:
                raise ValueError("the pack ends too early")
            self._rest += piece
        found, self._rest = self._rest[:count], self._rest[count:]
        return found

    def number(self) -> tuple[int, int]:
        """Return the first byte and the number in it and in the bytes that it says follow."""
        first = byte = self.read(1)[0]
        value, shift = byte & 15, 4
        while byte & 128:
            byte = self.read(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if shift > 64:
                raise ValueError("a length without end")
        return first, value

    def inflate(self, most: int) -> tuple[int, bytes]:
        """Pass one zlib stream; return how long its content is, and how it begins."""
        stream = zlib.decompressobj()
        length, begins = 0, b""
        try:
            while not stream.eof:
                self._rest = self._rest or self._file.read(CHUNK)
                piece = stream.decompress(self._rest, CHUNK)
                length += len(piece)
                begins = (begins + piece)[:HEAD_OF_DELTA]
                if length > most:
                    raise TooMuch(f"more than {most} bytes once unpacked")
                if not self._rest and not piece:
                    raise ValueError("the pack ends too early")
                self._rest = stream.unused_data if stream.eof else stream.unconsumed_tail
        except zlib.error as error:
            raise ValueError(str(error)) from error
        return length, begins


def _object_size(reader: _Reader, most: int) -> int:
    first, said = reader.number()
    kind = (first >> 4) & 7
    if kind == OFFSET_DELTA:
        while reader.read(1)[0] & 128:
            pass
    elif kind == REFERENCE_DELTA:
        reader.read(NAME_LENGTH)
    if said > most:
        return said
    length, begins = reader.inflate(most)
    if kind in (OFFSET_DELTA, REFERENCE_DELTA):
        return max(length, _result_of_delta(begins))
    return length


def _result_of_delta(begins: bytes) -> int:
    """Return how long the result of a delta is: its second number, after the base's length."""
    numbers, value, shift = [], 0, 0
    for byte in begins:
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            numbers.append(value)
            value = shift = 0
        if len(numbers) == 2:
            return numbers[1]
    raise ValueError("a delta without its length")
