"""What says its words again by itself when the language changes."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget

from coophost_gui.gui.words import tr
from coophost_gui.kit.text import Words

W = TypeVar("W", bound=QWidget)


class Speaking:
    """A widget that knows which words it shows, whatever their language."""

    def say_again(self) -> None:
        """Show the same words in the language that is spoken now."""
        raise NotImplementedError


def described(widget: W, description: Words) -> W:
    """Give *widget* what a screen reader says after its name."""
    return follow(widget, "setAccessibleDescription", description)


def tipped(widget: W, tip: Words) -> W:
    """Give *widget* the line that is shown while the mouse rests on it."""
    return follow(widget, "setToolTip", tip)


def hinted(widget: W, hint: Words) -> W:
    """Give *widget* the words that stand in it while it is empty."""
    return follow(widget, "setPlaceholderText", hint)


def follow(widget: W, setter: str, words: Words) -> W:
    """Set *words* now, and again in every language that the window changes to."""
    getattr(widget, setter)(tr(words))
    said_so: dict[str, Words] = widget.__dict__.setdefault("_said_so", {})
    said_so[setter] = words
    return widget


def say_again(root: QWidget) -> None:
    """Say everything on *root* and in it in the language that is spoken now."""
    for widget in (root, *root.findChildren(QWidget)):
        for setter, words in widget.__dict__.get("_said_so", {}).items():
            getattr(widget, setter)(tr(words))
        if isinstance(widget, Speaking):
            widget.say_again()
