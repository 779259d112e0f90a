"""Languages for tests: one that needs more room, and one that shows what is not translated."""

from collections.abc import Callable
from string import Formatter

from coophost_gui.kit.languages import Language


class Sentences(dict):
    """Translates every sentence by a rule, whatever it is."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __contains__(self, english: object) -> bool:
        return False  # the form that English takes is the one that is translated

    def get(self, english: str, default: object = None) -> tuple[str, ...]:
        return (self._rule(english),)


def _longer(english: str) -> str:
    return f"»{english} {'ə' * max(2, int(len(english) * 0.4))}"


def _marked(english: str) -> str:
    """Set *english* in brackets, with strange letters, and leave what is in braces alone."""
    parts = Formatter().parse(english)
    return "⟦" + "".join(text.translate(STRANGE) + _brace(name) for text, name, _, _ in parts) + "⟧"


def _brace(name: str | None) -> str:
    return "" if name is None else f"{{{name}}}"


STRANGE = str.maketrans("aeiounAEIOUN", "ăĕĭŏŭňĂĔĬŎŬŇ")

LONGER = Language("xx", Sentences(_longer))  # 40 % more room, with a long word in everything
PSEUDO = Language("xx", Sentences(_marked))
