"""The names of images, read and written as Docker does (github.com/distribution/reference)."""

import re

HUB, HUB_OLD, OFFICIAL = "docker.io", "index.docker.io", "library/"
LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN = rf"(?:{LABEL}(?:\.{LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
REFERENCE = re.compile(rf"({DOMAIN}/{PART}(?:/{PART})*)(?::({TAG}))?(?:@({DIGEST}))?")
BARE = re.compile(rf"[a-f0-9]{{64}}|{DIGEST}")
LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
LONGEST = 255


def familiar(text: str) -> str:
    """Return *text* in its short form and with a tag or digest; raises ValueError."""
    if BARE.fullmatch(text):
        return text
    domain, rest = _split(text)
    name = re.split("[:@]", rest)[0]
    if name != name.lower():
        raise ValueError(f"invalid reference format: repository name ({name}) must be lowercase")
    found = REFERENCE.fullmatch(f"{domain}/{rest}")
    if not found:
        raise ValueError("invalid reference format")
    if len(found[1]) > LONGEST:
        raise ValueError(f"repository name must not be more than {LONGEST} characters")
    tag, digest = found[2], found[3]
    if digest:
        kind, _, number = digest.partition(":")
        if kind not in LENGTHS:
            raise ValueError("unsupported digest algorithm")
        if len(number) != LENGTHS[kind] or number != number.lower():
            raise ValueError("invalid checksum digest length")
    elif not tag:
        tag = "latest"
    shown = found[1].removeprefix(f"{HUB}/")
    if shown != found[1]:
        shown = shown.removeprefix(OFFICIAL)
    return shown + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _split(text: str) -> tuple[str, str]:
    """Return the registry and the rest; without a registry it is Docker's own."""
    first, slash, rest = text.partition("/")
    named = slash and (re.search("[.:]", first) or first == "localhost" or first != first.lower())
    domain, rest = (first, rest) if named else (HUB, text)
    if domain == HUB_OLD:
        domain = HUB
    if domain == HUB and "/" not in rest:
        rest = f"{OFFICIAL}{rest}"
    return domain, rest
