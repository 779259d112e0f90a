"""Host patterns, as ssh_config(5) and sshd(8) have them: ``*``, ``?``, ``!``, commas."""


def matches(pattern: str, text: str) -> bool:
    """Say whether the one *pattern* means *text*; letter case counts."""
    # By hand: in a regular expression, many stars would take longer than anybody waits.
    at, here, star, kept = 0, 0, -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, kept, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at, here = at + 1, here + 1
        elif star >= 0:  # let the last star stand for one letter more
            kept += 1
            at, here = star + 1, kept
        else:
            return False
    return not pattern[at:].strip("*")


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
