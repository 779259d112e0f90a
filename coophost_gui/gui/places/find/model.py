"""The apps that one can choose from, as a list that a delegate paints and a reader says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Amount, Words, said
from coophost_gui.recipes.meanings import Meaning
from coophost_gui.recipes.search import Match

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Choice:
    """One app as a card says it."""

    recipe: str
    name: str
    sign: str
    instead: str  # "instead of Google Drive, Dropbox"; "" when we do not know
    sentence: str
    chips: tuple[tuple[str, str], ...]  # (level, words)
    kind: str
    ours: bool = False  # its recipe came with this program
    refused: str = ""  # why it cannot be chosen here; "" when it can

    def spoken(self) -> str:
        """Return the card as a screen reader says it."""
        parts = [self.name, self.instead, self.sentence, *(words for _, words in self.chips)]
        parts.append(self.refused or tr(N_("core", "Press Enter to choose it")))
        parts.append(tr(N_("core", "Press the space bar to read about it")))
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def choice_of(match: Match, *, practising: bool) -> Choice:
    """Return *match* as a card; what is not known is left out."""
    entry, meaning = match.entry, match.meaning
    chips: list[tuple[str, Words]] = []
    refused: Words = ""
    never_ran = meaning is None or not meaning.for_real
    if entry.starter and never_ran:
        chips.append(("wait", N_("core", "Only in “Try it out”")))
        if not practising:
            refused = N_("core", "We have not run it ourselves yet, so it is not offered for real")
    elif never_ran:
        chips.append(("wait", N_("core", "Not tried by us")))
    if meaning is not None and meaning.memory_mb:
        needs = Amount(f"{meaning.memory_mb / 1000:.1f}")
        chips.append(("soft", said(N_("core", "needs {size} GB of memory"), size=needs)))
    if words := licence_words(meaning):
        chips.append(("soft", words))
    replaces = ", ".join(meaning.replaces) if meaning else ""
    instead = tr(said(N_("core", "instead of {products}"), products=replaces)) if replaces else ""
    return Choice(
        entry.name,
        tr(match.title),
        meaning.sign if meaning else "apps",
        instead,
        tr((meaning.sentence if meaning else "") or entry.description),
        tuple((level, tr(words)) for level, words in chips),
        meaning.kind if meaning else entry.category,
        entry.starter,
        tr(refused),
    )


def licence_words(meaning: Meaning | None) -> Words:
    """Say under which licence the app is; "" when we do not know."""
    if meaning is None or not meaning.licence:
        return ""
    if meaning.free:
        return said(N_("core", "free software ({licence})"), licence=meaning.licence)
    return said(N_("core", "not quite free software ({licence})"), licence=meaning.licence)


def told_apart(choices: list[Choice]) -> list[Choice]:
    """Return *choices* with a word more on each whose everyday name another one has, too."""
    names = Counter(choice.name for choice in choices)
    return [
        replace(choice, chips=(("soft", _whose(choice)), *choice.chips))
        if names[choice.name] > 1
        else choice
        for choice in choices
    ]


def _whose(choice: Choice) -> str:
    if choice.ours:
        return tr(N_("core", "comes with this program"))
    return tr(said(N_("core", "from the common list: {recipe}"), recipe=choice.recipe))


class ChoiceModel(QAbstractListModel):
    """Holds the cards that fit the search."""

    ChoiceRole = Qt.ItemDataRole.UserRole

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[Choice] = []

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Hold *choices* from now on."""
        self.beginResetModel()
        self._choices = list(choices)
        self.endResetModel()

    def choices(self) -> list[Choice]:
        return self._choices

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self._choices[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return choice.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return choice.spoken()
            case Qt.ItemDataRole.ToolTipRole:
                return choice.refused or choice.instead or tr(N_("core", "Read about it"))
            case self.ChoiceRole:
                return choice
        return None
