"""The mailbox that a collective's mail leaves through: all of it but the password."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

TLS, STARTTLS = "tls", "starttls"  # secured from the first word; after a few open ones
PORTS = {TLS: 465, STARTTLS: 587}


def is_port(text: str) -> bool:
    """Say whether *text* is the number of a port."""
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536


@dataclass(frozen=True)
class Mailbox:
    """Where mail is handed over, and who writes."""

    host: str
    port: int
    security: str  # TLS or STARTTLS
    user: str
    sender: str

    @property
    def secret(self) -> str:
        """What its password is called in the password store: once, whichever servers use it."""
        return f"mail/{self.host}/{self.user}"

    def data(self) -> dict[str, str]:
        """Return it as it is written down."""
        return {key: str(value) for key, value in asdict(self).items()}

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self | None:
        """Read *values*, which a person may have written; None when they name no mailbox."""
        security = STARTTLS if values.get("security") == STARTTLS else TLS
        port = values.get("port") or str(PORTS[security])
        texts = [values.get(key, "") for key in ("host", "user", "sender")]
        if not all(texts) or not is_port(port):
            return None
        return cls(texts[0], int(port), security, texts[1], texts[2])
