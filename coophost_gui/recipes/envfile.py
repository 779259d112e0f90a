"""An app's ``.env`` file: read as abra reads it, changed one line at a time.

People keep these files in git and compare them, so everything that is not touched
stays byte for byte: comments, order, quotes, line ends.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

_KEY = r"[A-Za-z0-9_.]+"
_BLANKS = "[ \t\r\f\v\x85\xa0]*"
_ACTIVE = re.compile(rf"\ufeff?{_BLANKS}(?:export[ \t]+)?({_KEY}){_BLANKS}[=:]")
_COMMENTED = re.compile(r"([ \t]*)#([ \t]*)((?:export[ \t]+)?([A-Z][A-Z0-9_]*)=)")
_VARIABLE = re.compile(r"(\\)?\$\(?\{?([A-Z0-9_]+)?\}?")
_MODIFIER = re.compile(r"([A-Za-z_]+)=(\S+)")
_SPACE = " \t\r\f\v\x85\xa0"
LONGEST = 1_000_000  # letters of a value, with what it takes from others: each can double it
_PLAIN = re.compile(r"[\w@%+=:,./~^*?!&()\[\]{}|;<>-]*", re.ASCII)


class ValueCannotBeWritten(Problem):
    text = N_("core", "The value of {key} has characters that a settings file cannot hold.")
    means = N_("core", "The file was left as it was.")
    hint = N_("core", "Leave out the last quotation mark or slash (\\), then try again.")


class ValueTooLong(Problem):
    text = N_("core", "The value of {key} in a settings file grows without end.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "It is made of other values of the file. Mend it in a text editor.")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line (or a quoted value over several lines): its text is the three parts together."""

    before: str
    value: str = ""  # as written, quotes included
    after: str = ""
    key: str = ""  # "" = a comment, a blank line, or something that cannot be read
    commented: bool = False
    odd: bool = False  # abra would not accept it

    @property
    def text(self) -> str:
        return self.before + self.value + self.after

    @property
    def comment(self) -> str:
        return self.after.partition("#")[2].strip()


@dataclass(frozen=True)
class EnvFile:
    """The lines of an ``.env`` file. ``set`` returns a new one and touches one line only."""

    pieces: tuple[_Piece, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "EnvFile":
        """Read *text*. Whatever it holds, ``parse(text).text == text``."""
        return _parsed(text)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def values(self) -> dict[str, str]:
        """Return every value that is set, expanded, in order; a repeated key overwrites.

        ``$NAME`` and ``${NAME}`` take what was set further up in the same file.
        """
        return dict(self._values)

    @cached_property
    def _values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for piece in self.pieces:
            if piece.key and not piece.commented:
                try:
                    found[piece.key] = _decode(piece.value, found)
                except OverflowError as error:
                    raise ValueTooLong(key=piece.key) from error
        return found

    def get(self, key: str, default: str = "") -> str:
        return self._values.get(key, default)

    def set(self, key: str, value: str) -> "EnvFile":
        """Return a file in which *key* has *value*.

        The last line that sets *key* is changed; else the first line that has it as a
        comment is made active; else a line is added at the end.
        """
        place = self._place(key)
        if place is None:
            return self._appended(key, value)
        old = self.pieces[place]
        active = old
        if old.commented:
            blanks, _, start, _ = _COMMENTED.match(old.before).groups()  # type: ignore[union-attr]
            active = replace(old, before=blanks + start, commented=False)
        elif self.get(key) == value:
            return self
        for quote in (_quote(old.value), "", "'", '"'):
            new = self._with(place, replace(active, value=_encode(value, quote)))
            if new._holds(key, value, quote, self):
                return new
        raise ValueCannotBeWritten(key=key)

    def without(self, key: str) -> "EnvFile":
        """Return a file in which every line that sets *key* is a comment."""
        return EnvFile(
            tuple(
                replace(piece, before=f"#{piece.before}", commented=True)
                if piece.key == key and not piece.commented
                else piece
                for piece in self.pieces
            )
        )

    def modifiers(self, key: str) -> dict[str, str]:
        """Return the ``name=value`` pairs in the comment behind *key*, such as ``length=40``."""
        place = self._place(key)
        if place is None:
            return {}
        return dict(_MODIFIER.findall(self.pieces[place].comment))

    def notes(self, key: str) -> tuple[str, ...]:
        """Return the comment lines right above *key*, without their ``#``."""
        place = self._place(key)
        found: list[str] = []
        for piece in reversed(self.pieces[: place or 0]):
            line = piece.text.strip()
            if piece.key or not line.startswith("#"):
                break
            found.insert(0, line.lstrip("#").strip())
        return tuple(found)

    def keys(self) -> list[str]:
        """Return the keys that are set, in order, each once."""
        return list(dict.fromkeys(p.key for p in self.pieces if p.key and not p.commented))

    def optional_keys(self) -> list[str]:
        """Return the keys that are only there as a comment, in order, each once."""
        active = set(self.keys())
        return list(
            dict.fromkeys(
                p.key for p in self.pieces if p.key and p.commented and p.key not in active
            )
        )

    def example(self, key: str) -> str:
        """Return the value that stands in the comment of an optional *key*."""
        place = self._place(key)
        return "" if place is None else _decode(self.pieces[place].value, self.values())

    def odd_lines(self) -> list[int]:
        """Return the numbers (from 1) of the lines that abra would not accept."""
        found, number = [], 1
        for piece in self.pieces:
            if piece.odd:
                found.append(number)
            number += piece.text.count("\n")
        return found

    def _place(self, key: str) -> int | None:
        active = [i for i, p in enumerate(self.pieces) if p.key == key and not p.commented]
        if active:
            return active[-1]
        return next((i for i, p in enumerate(self.pieces) if p.key == key), None)

    def _with(self, place: int, piece: _Piece) -> "EnvFile":
        return EnvFile((*self.pieces[:place], piece, *self.pieces[place + 1 :]))

    def _holds(self, key: str, value: str, quote: str, before: "EnvFile") -> bool:
        """Say whether the text, read again, gives *value* and is as sound as it was *before*."""
        again = EnvFile.parse(self.text)
        return (
            bool(quote or _PLAIN.fullmatch(value))
            and again.get(key) == value
            and len(again.pieces) == len(self.pieces)
            and len(again.odd_lines()) <= len(before.odd_lines())
        )

    def _appended(self, key: str, value: str) -> "EnvFile":
        pieces = list(self.pieces)
        end = "\r\n" if pieces and pieces[0].text.endswith("\r\n") else "\n"
        if pieces and not pieces[-1].text.endswith("\n"):
            pieces[-1] = replace(pieces[-1], after=pieces[-1].after + end)
        for quote in ("", "'", '"'):
            new = EnvFile((*pieces, _Piece(f"{key}=", _encode(value, quote), end, key)))
            if new._holds(key, value, quote, self):
                return new
        raise ValueCannotBeWritten(key=key)


@lru_cache(512)
def _parsed(text: str) -> EnvFile:
    """A look reads every app's file again, and finds most as they were."""
    return EnvFile(tuple(_pieces(text)))


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    while at < len(text):
        line_end = text.find("\n", at) + 1 or len(text)
        line = text[at:line_end]
        if start := _ACTIVE.match(line):
            piece = _assignment(text, at, start.end(), start[1])
        elif start := _COMMENTED.match(line):
            piece = _commented(line, start)
        else:
            said = line.lstrip("\ufeff").strip()
            piece = _Piece(line, odd=bool(said) and not said.startswith("#"))
        yield piece
        at += len(piece.text)


def _assignment(text: str, at: int, start: int, key: str, commented: bool = False) -> _Piece:
    """Return the piece of ``KEY=value`` at *at*; its value begins *start* characters later."""
    value_at = at + start
    while value_at < len(text) and text[value_at] in _SPACE:
        value_at += 1
    line_end = text.find("\n", value_at) + 1 or len(text)
    quote = text[value_at : value_at + 1]
    odd = False
    if quote and quote in "'\"":
        close = _closing(text, value_at + 1, quote)
        if close is not None:
            end = text.find("\n", close) + 1 or len(text)
            rest = text[close + 1 : end]
            odd = bool(rest.strip()) and not rest.strip().startswith("#")
            value = text[value_at : close + 1]
            return _Piece(text[at:value_at], value, rest, key, commented, odd)
        odd = True
    line = text[value_at:line_end]
    length = _plain_length(line)
    if not length:  # the blanks belong to the comment behind an empty value
        before = text[at : at + start]
        return _Piece(before, "", text[at + start : line_end], key, commented, odd)
    return _Piece(text[at:value_at], line[:length], line[length:], key, commented, odd)


def _commented(line: str, start: re.Match[str]) -> _Piece:
    piece = _assignment(line, 0, start.end(), start[4], commented=True)
    # "# NAME=some words": prose, unless the value is one word or quoted.
    prose = start[2] and not _quote(piece.value) and len(piece.value.split()) > 1
    return _Piece(line) if prose or piece.odd else piece


def _closing(text: str, at: int, quote: str) -> int | None:
    while (at := text.find(quote, at)) != -1:
        if text[at - 1] != "\\":
            return at
        at += 1
    return None


def _plain_length(line: str) -> int:
    """Return how much of *line* is an unquoted value: up to a ``#`` behind a blank."""
    line = line.rstrip("\n")
    comment = re.search(rf"(?:^|[{_SPACE}])#", line)
    return len((line[: comment.start()] if comment else line).rstrip(_SPACE))


def _quote(written: str) -> str:
    closed = len(written) > 1 and written[0] == written[-1] and written[0] in "'\""
    return written[0] if closed else ""


def _decode(written: str, known: Mapping[str, str]) -> str:
    quote = _quote(written)
    if not quote:
        return _expanded(written, known)
    inner = written[:-1].strip(quote).replace("\r\n", "\n")
    if quote == "'":
        return inner
    inner = re.sub(r"\\.", lambda m: {r"\n": "\n", r"\r": "\r"}.get(m[0], m[0]), inner)
    return _expanded(re.sub(r"\\([^$])", r"\1", inner), known)


def _expanded(text: str, known: Mapping[str, str]) -> str:
    room = LONGEST

    def value(found: re.Match[str]) -> str:
        nonlocal room
        if found[1]:
            return found[0][1:]
        taken = known.get(found[2], "") if found[2] else found[0]
        room -= len(taken)
        if room < 0:
            raise OverflowError
        return taken

    return _VARIABLE.sub(value, text)


def _encode(value: str, quote: str) -> str:
    if quote == '"':
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\r", "\\r")):
            value = value.replace(plain, escaped)
        value = value.replace("\n", "\\n")
    return f"{quote}{value}{quote}"
