"""Host patterns, as ssh_config(5) and sshd(8) have them: ``*``, ``?``, ``!``, commas."""

import re


def matches(pattern: str, text: str) -> bool:
    """Say whether the one *pattern* means *text*; letter case counts."""
    wild = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(wild, text, re.DOTALL) is not None


def list_matches(patterns: str, text: str) -> bool:
    """Say whether a comma list means *text*: one of it does, and none that is negated."""
    found = False
    for pattern in patterns.split(","):
        if pattern.startswith("!"):
            if matches(pattern[1:], text):
                return False
        elif matches(pattern, text):
            found = True
    return found
