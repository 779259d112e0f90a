"""known_hosts as it grows over the years: by chance, but repeatable."""

import base64
import hashlib
import hmac
import random
from collections.abc import Mapping

KINDS = {"ed25519": "ssh-ed25519", "rsa": "ssh-rsa", "ecdsa": "ecdsa-sha2-nistp256"}
ALIAS = "store"


class KnownHostsFiles:
    """The files of one person: *user* (one or two), *system*, and how she names the server."""

    def __init__(
        self, seed: int, port: int, right: Mapping[str, bytes], wrong: Mapping[str, bytes]
    ) -> None:
        """*right*: the server's keys by kind; *wrong*: others."""
        self._chance = random.Random(seed)
        self._port, self._right, self._wrong = port, right, wrong
        self.address = self._chance.choice(("127.0.0.1", "127.0.0.1", "localhost", "LocalHost"))
        self.alias = self._chance.choice(("", "", "", ALIAS, "Store"))
        self.user = [self._file() for _ in range(self._chance.choice((1, 1, 2)))]
        self.system = self._file() if self._chance.random() < 0.3 else b""

    def _file(self) -> bytes:
        chance = self._chance
        end = chance.choice(("\n", "\n", "\n", "\r\n"))
        lines = [self._line() for _ in range(chance.choice((0, 1, 2, 3, 4, 6, 8)))]
        text = "".join(line + end for line in lines)
        if lines and chance.random() < 0.1:
            text = text.removesuffix(end)
        return text.encode("latin-1")

    def _line(self) -> str:
        chance = self._chance
        if chance.random() < 0.12:
            return chance.choice(
                ("", "# a note", "  ", "%%%", "x", "127.0.0.1", "127.0.0.1 ssh-ed25519", "\xff\xfe",
                 f"{self._name()} ssh-ed25519 AAA", f"{self._name()} 1024 35 12345",
                 "\t# indented", "|1|a|b ssh-ed25519 AAAA")
            )  # fmt: skip
        kind = chance.choice(("ed25519", "ed25519", "rsa", "ecdsa"))
        key = (self._right if chance.random() < 0.75 else self._wrong)[kind]
        type_ = KINDS[kind] if chance.random() < 0.96 else chance.choice(list(KINDS.values()))
        body = base64.b64encode(key).decode()
        if chance.random() < 0.04:
            body = chance.choice((body[:-4], body.rstrip("="), body + "=", "*" + body, body[:20]))
        marker = chance.choice(("",) * 12 + ("@revoked ", "@cert-authority ", "@REVOKED ", "@x "))
        blank = chance.choice((" ", " ", " ", "  ", "\t", " \t"))
        before = chance.choice(("",) * 9 + (" ", "\t"))
        comment = chance.choice(("", "", " me@there", " # why", "  two words", "\t"))
        return f"{before}{marker}{self._names()}{blank}{type_}{blank}{body}{comment}"

    def _names(self) -> str:
        chance = self._chance
        if chance.random() < 0.2:
            return self._hashed(self._name())
        some = [self._name() for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        if chance.random() < 0.1:
            some.insert(chance.randint(0, len(some)), "!" + self._name())
        text = chance.choice((",", ",", ",", ",,", ", ")).join(some)
        return text if chance.random() < 0.95 else text + ","

    def _name(self) -> str:
        chance, port = self._chance, self._port
        who = chance.choice(
            (
                "127.0.0.1",
                "127.0.0.1",
                "localhost",
                "LOCALHOST",
                ALIAS,
                "Store",
                "other",
                "127.0.0.2",
            )
        )
        if chance.random() < 0.15:
            who = chance.choice(("*", "127.*", "127.0.0.?", "local*", "st?re", "??", "*host"))
        form = chance.choice(
            ("[{}]:{}", "[{}]:{}", "[{}]:{}", "{}", "{}", "[{}]:22", "[{}]:*", "[{}]", "{}:{}")
        )
        return form.format(who, port)

    def _hashed(self, name: str) -> str:
        salt = self._chance.randbytes(self._chance.choice((20, 20, 20, 20, 8)))
        digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
        parts = [base64.b64encode(part).decode() for part in (salt, digest)]
        if self._chance.random() < 0.05:
            parts[1] = self._chance.choice((parts[1][:-2], "!!", parts[1] + "|x"))
        return "|1|" + "|".join(parts)
