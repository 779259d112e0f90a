"""Things that are nearly right: documents and texts bent in places that a number decides."""

import copy
import json
import random

LONG = "x" * 20_000
# What stands where something else should: every type, and the values that trip readers up.
ODD = (
    *(None, True, False, 0, -1, 1, 2**63, 2**64, -(2**70), 10**400, 0.5, -0.0, 1e308, 1e-7),
    *("", " ", "\n", "0", "-1", "1e9999999", "9" * 5000, "²", "٣", "NaN", "yes", "null", "~", "*"),
    *(
        "\0",
        "\x1b[31m",
        "\ufeff",
        "\u2028",
        "\udcff",
        "𝒳",
        "${",
        "${A:-${B:-${C}}}",
        "$$",
        "%s",
        "{x}",
    ),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "~/.ssh/id_ed25519",
        "a:b:c:d:e",
        "a=b",
        "=",
        ":",
        "-",
        "@",
    ),
    *("999999999h", "1/0", "1e-400", "80-90", "0-65535", "[::1]:80", "2024-02-30T25:61:61Z", LONG),
    *(
        [],
        {},
        [None],
        [[]],
        [{}],
        {"": None},
        {"a": {"b": {}}},
        ["a", 1, None],
        [["a"]],
        {"x": [1]},
    ),
)
PIECES = (
    *(
        "\0",
        "\r",
        "\r\n",
        "\n",
        "\t",
        " ",
        "\ufeff",
        "'",
        '"',
        "`",
        "\\",
        "#",
        "$",
        "${",
        "}",
        "{",
        "[",
    ),
    *(
        "]",
        ":",
        ": ",
        "- ",
        "&a ",
        "*a ",
        "!!python/object:os.system ",
        "<<: ",
        "---\n",
        "...\n",
        "|\n",
    ),
    *(
        ">-\n",
        "? ",
        "%YAML 9.9\n",
        "=",
        "==",
        "@",
        ",",
        "é",
        "\udcfe",
        "\x85",
        "\u2028",
        "9" * 30,
        "-",
        "*",
    ),
)


class Bender:
    """Bends what it is given; the same *seed* always bends the same way."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def document(self, thing, most=3):
        """Return a copy of *thing* (JSON) with some values replaced, left out or moved."""
        bent = copy.deepcopy(thing)
        for _ in range(self.chance.randint(1, most)):
            bent = self._one(bent)
        return bent

    def value(self):
        return copy.deepcopy(self.chance.choice(ODD))

    def text(self, text, most=6):
        """Return *text* with pieces put in, left out, doubled or moved."""
        for _ in range(self.chance.randint(1, most)):
            start = self.chance.randint(0, len(text))
            end = min(len(text), start + self.chance.choice((0, 1, 2, 5, 40)))
            put = self.chance.choice(
                ("", self.chance.choice(PIECES), text[start:end] * 2, self._somewhere(text))
            )
            text = text[:start] + put + text[end:]
        return text

    def data(self, text, most=6):
        """Return *text* bent, as bytes that need not be UTF-8."""
        data = bytearray(self.text(text, most).encode("utf-8", "surrogateescape"))
        if self.chance.random() < 0.3 and data:
            for _ in range(self.chance.randint(1, 4)):
                data[self.chance.randrange(len(data))] = self.chance.randrange(256)
        if self.chance.random() < 0.1:
            del data[self.chance.randint(0, len(data)) :]
        return bytes(data)

    def _somewhere(self, text):
        start = self.chance.randint(0, len(text))
        return text[start : start + self.chance.randint(0, 60)]

    def _one(self, root):
        places = list(_places(root))
        if not places:
            return self.value()
        holder, key = self.chance.choice(places)
        match self.chance.randrange(6):
            case 0:
                del holder[key]
            case 1:
                other, elsewhere = self.chance.choice(places)
                holder[key] = copy.deepcopy(other[elsewhere])
            case 2 if isinstance(holder, dict):
                holder[self.chance.choice([one for one in ODD if isinstance(one, str)])] = (
                    self.value()
                )
            case 3:
                holder[key] = self.chance.choice(
                    ([holder[key]], {"x": holder[key]}, str(holder[key]))
                )
            case _:
                holder[key] = self.value()
        return root


def _places(thing):
    """Yield every (holder, key) in *thing*."""
    if isinstance(thing, dict | list):
        for key in thing if isinstance(thing, dict) else range(len(thing)):
            yield thing, key
            yield from _places(thing[key])


def as_json(thing):
    return json.dumps(thing).encode()
