"""Keeps the answers of a wizard on disk while they are typed, secrets aside."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from coophost_gui.gui.unfinished import Drafts
from coophost_gui.kit.fields import Field
from coophost_gui.kit.flow import Answers, Flow

KEEP_AFTER_MS = 500  # answers are written this long after the last letter


class Keeping(QObject):
    """The unfinished state of one wizard; nothing is kept any more after ``end`` or ``drop``.

    ``begun``: the plan had been begun, so what was done on the server is to be gone on with.
    """

    def __init__(
        self, parent: QObject, flow: Flow, answers: Answers, drafts: Drafts | None, *, resume: bool
    ) -> None:
        super().__init__(parent)
        self._flow, self._answers, self._drafts = flow, answers, drafts
        self._fields: dict[str, Field[Any]] = {
            key: Field(key, "", None) for key in answers.answered()
        }
        draft = drafts.get(flow.key) if drafts is not None else None
        self.begun = resume and draft is not None and draft.running
        self._timer = QTimer(self, interval=KEEP_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self.now)

    def know(self, fields: Iterable[Field[Any]]) -> None:
        """Keep the answers of *fields* too, from now on."""
        self._fields.update((field.key, field) for field in fields)

    @Slot()
    def soon(self) -> None:
        """Write the answers once nothing was typed for a moment."""
        self._timer.start()

    @Slot()
    def now(self) -> None:
        """Write the answers."""
        self._timer.stop()
        if self._drafts is None:
            return
        kept = self._answers.kept(list(self._fields.values()))
        if kept or self.begun:
            self._drafts.keep(self._flow.key, str(self._flow.title), kept, running=self.begun)

    def end(self) -> None:
        """Write the answers for the last time."""
        self.now()
        self._drafts = None

    def drop(self) -> None:
        """Forget what was kept: the wizard is through."""
        self._timer.stop()
        if self._drafts is not None:
            self._drafts.drop(self._flow.key)
        self._drafts = None
