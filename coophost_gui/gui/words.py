"""Words that were marked as data, as this person reads them on the screen."""

from PySide6.QtCore import QCoreApplication

from coophost_gui.kit.text import Said, Words


class _Facts(dict[str, object]):
    """A fact that nobody gave leaves a gap in its sentence; the sentence is still read."""

    def __missing__(self, name: str) -> str:
        return "…"


def tr(words: Words) -> str:
    """Translate *words* and fill in their facts, which may be words themselves."""
    if isinstance(words, Said):
        text = QCoreApplication.translate("core", words.text)
        facts = {
            name: tr(value) if isinstance(value, Said) else value
            for name, value in words.facts.items()
        }
        return text.format_map(_Facts(facts)) if facts else text
    return QCoreApplication.translate("core", words) if words else ""
