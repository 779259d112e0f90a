"""Draws any flow inside the window: its pages, the questions of its jobs, review, run, ending."""
# The interface; the screens follow.

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from coophost_gui.gui.unfinished import Drafts
from coophost_gui.kit.flow import Answers, Flow
from coophost_gui.kit.jobs import Lanes


class FlowView(QWidget):
    """One wizard, from its first question to its ending.

    Buttons have object names: ``back``, ``next``, ``stop``, ``go_on``, …; the editor of
    a question has the key of its field.
    """

    finished = Signal(object)  # Ending: it is shown now, and what was planned holds
    ran = Signal()  # something may have changed on the server: finished, stopped or a problem
    left = Signal()  # the person is through with it, or puts it aside; the view may go
    go = Signal(str)  # key of the place that she wants to see next

    def __init__(
        self,
        flow: Flow,
        answers: Answers,
        lanes: Lanes,
        *,
        drafts: Drafts | None = None,
        resume: bool = False,
        practising: bool = False,
    ) -> None:
        """*resume*: go through the pages that *answers* fill already, to where she left."""
        super().__init__()

    @property
    def busy(self) -> bool:
        """True while a job of this flow runs."""
        return False

    def stop(self) -> None:
        """Stop what runs and keep the answers: the program ends, or the view goes away."""
