"""The short forms of a compose file, written out as the docker CLI writes them out."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from coophost_gui.recipes.compose import yaml

BLANK = " \t\r\n"
PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
PROTOCOLS = ("tcp", "udp", "sctp")
WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*[\\/]")


def words(text: str) -> list[str]:
    """Split a command as google/shlex does: a backslash takes the next sign as it is."""
    found: list[str] = []
    word: str | None = None
    quote = ""
    signs = iter(text)
    for sign in signs:
        if sign == "\\" and quote != "'":
            following = next(signs, None)
            if following is None:
                raise ValueError("EOF found after escape character")
            word = (word or "") + following
        elif quote:
            if sign == quote:
                quote = ""
            else:
                word = (word or "") + sign
        elif sign in "'\"":
            quote, word = sign, word or ""
        elif sign in BLANK:
            if word is not None:
                found.append(word)
            word = None
        elif sign == "#" and word is None:
            for skipped in signs:
                if skipped == "\n":
                    break
        else:
            word = (word or "") + sign
    if quote:
        raise ValueError("EOF found when expecting closing quote")
    return found if word is None else [*found, word]


def command(value: Any) -> list[Any]:
    """Return the words of a command, which may be one text."""
    return words(value) if isinstance(value, str) else value


def one_or_many(value: Any) -> list[Any]:
    """Return a list of texts, which may be one text."""
    return [value] if isinstance(value, str) else value


def written(value: Any) -> list[str]:
    """Return a list of texts, some of which may be numbers."""
    return [yaml.written(one) for one in value]


def health_test(value: Any) -> list[Any]:
    """Return the words of a health check; one text is meant for a shell."""
    return ["CMD-SHELL", value] if isinstance(value, str) else value


def optional_pairs(value: Any) -> dict[str, str | None]:
    """Return ``["A=1", "B"]`` or a mapping as one mapping; None for what has no value."""
    if isinstance(value, dict):
        return {key: None if one is None else yaml.written(one) for key, one in value.items()}
    found: dict[str, str | None] = {}
    for one in value:
        if isinstance(one, yaml.GoTime):
            raise ValueError(f"expected a text, got the date {one}")
        key, given, rest = one.partition("=")
        found[key] = rest if given else None
    return found


def pairs(value: Any) -> dict[str, str]:
    """Return ``["A=1", "B"]`` or a mapping as one mapping; ``""`` for what has no value."""
    return {key: one or "" for key, one in optional_pairs(value).items()}


def hosts(value: Any) -> list[str]:
    """Return ``name:address`` for each host, from a mapping or from ``name=address`` too."""
    if isinstance(value, dict):
        return sorted(
            f"{key}:{_unwrapped(_as_text(one))}" for key, one in value.items() if one is not None
        )
    found = []
    for one in value:
        separator = "=" if "=" in one else ":"
        name, given, address = one.partition(separator)
        if given:
            found.append(f"{name}:{_unwrapped(address)}")
    return found


def _unwrapped(address: str) -> str:
    wrapped = len(address) > 2 and address.startswith("[") and address.endswith("]")
    return address[1:-1] if wrapped else address


def _as_text(value: Any) -> str:
    """Write a value as Go's ``%s`` does, which takes a number for a mistake."""
    kinds = {int: "int", float: "float64"}
    kind = kinds.get(type(value))
    return f"%!s({kind}={yaml.written(value)})" if kind else str(value)


def ulimit(value: Any) -> dict[str, Any]:
    """Return one limit for both as ``single``."""
    return value if isinstance(value, dict) else {"single": value}


def source(value: Any) -> dict[str, Any]:
    """Return a secret or config that a service uses."""
    return value if isinstance(value, dict) else {"source": value}


def context(value: Any) -> dict[str, Any]:
    """Return what is to be built, which may be a folder's name."""
    return value if isinstance(value, dict) else {"context": value}


def external(value: Any) -> dict[str, Any]:
    """Return ``external``, which may be a mapping with the outside name."""
    if isinstance(value, dict):
        return {"external": True, "name": value.get("name")}
    return {"external": value}


def networks(value: Any) -> dict[str, Any]:
    """Return the networks of a service, which may be a list of names."""
    return value if isinstance(value, dict) else dict.fromkeys(value)


def ports(value: Any) -> list[dict[str, Any]]:
    """Return the ports of a service; one short form may be several."""
    found: list[dict[str, Any]] = []
    for one in value:
        if isinstance(one, dict):
            found.append(one)
        elif isinstance(one, float):
            raise ValueError("invalid type float64 for port")
        else:
            found += _short_ports(one if isinstance(one, str) else yaml.written(one))
    return found


def _short_ports(text: str) -> Iterator[dict[str, Any]]:
    """Read ``[address:][published:]target[/protocol]`` (docker/go-connections ``nat``)."""
    parts = text.split(":")
    address, outside, inside = ":".join(parts[:-2]), "".join(parts[-2:-1]), parts[-1]
    inside, protocol = [*inside.split("/"), ""][:2]
    protocol = (protocol or "tcp").lower()
    if not inside:
        raise ValueError(f"no port specified: {text}<empty>")
    if address and not _is_address(address.removeprefix("[").removesuffix("]")):
        raise ValueError(f"invalid IP address: {address}")
    targets = _range(inside, "containerPort")
    published = _range(outside, "hostPort") if outside else range(1)
    if outside and len(published) != len(targets) > 1:
        raise ValueError(
            f"invalid ranges specified for container and host Ports: {inside} and {outside}"
        )
    if protocol not in PROTOCOLS:
        raise ValueError(f"invalid proto: {protocol}")
    # One port inside and several outside: all of them lead to the one.
    several = outside and len(targets) == 1
    found = [
        (target, number)
        for place, target in enumerate(targets)
        for number in (published if several else (published[place] if outside else 0,))
    ]
    for target, number in sorted(found, key=lambda pair: f"{pair[0]}/{protocol}"):
        yield {"mode": "ingress", "target": target, "published": number, "protocol": protocol}


def _range(text: str, what: str) -> range:
    first, dash, last = text.partition("-")
    numbers = [first, last.partition("-")[0]] if dash else [first]
    if not all(re.fullmatch(r"[0-9]+", one) and int(one) < 65536 for one in numbers):
        raise ValueError(f"invalid {what}: {text}")
    low, high = int(numbers[0]), int(numbers[-1])
    if high < low:
        raise ValueError(f"invalid {what}: {text}")
    return range(low, high + 1)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def mount(value: Any) -> dict[str, Any]:
    """Read ``source:target:options``; a letter before a colon is taken for a Windows drive."""
    if isinstance(value, dict):
        return value
    text = str(value)
    if not text:
        raise ValueError("invalid empty volume spec")
    if len(text.encode()) <= 2:
        return {"type": "volume", "target": text}
    found: dict[str, Any] = {"source": "", "target": ""}
    sections = _sections(text)
    for number, section in enumerate(sections, start=1):
        last = number == len(sections)
        if not section:
            raise ValueError(f"invalid spec: {text}: empty section between colons")
        if not found["source"]:
            found["target" if last else "source"] = section
        elif not found["target"]:
            found["target"] = section
        elif last:
            found |= _options(section)
        else:
            raise ValueError(f"invalid spec: {text}: too many colons")
    bind = re.match(r"[./~]|[^\W\d_]:|\\\\", found["source"])
    return {**found, "type": "bind" if bind else "volume"}


def _sections(text: str) -> list[str]:
    sections, part = [], ""
    for sign in text:
        if sign == ":" and not (len(part) == 1 and part.isalpha()):
            sections.append(part)
            part = ""
        else:
            part += sign
    return [*sections, part]


def _options(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option in text.split(","):
        if option in ("ro", "rw"):
            found["read_only"] = option == "ro"
        elif option == "nocopy":
            found["volume"] = {"nocopy": True}
        elif option in PROPAGATIONS:
            found["bind"] = {"propagation": option}
    return found
