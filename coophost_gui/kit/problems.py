"""Everything that may go wrong in a way a person can act on."""

import re
from typing import ClassVar

from coophost_gui.kit.text import N_, Said, said


class Problem(Exception):
    """What happened, what it means for your data, what to do next: as data.

    The words are class attributes marked with ``N_``; the facts fill their braces;
    ``detail`` is what the machine said, for the "Details" fold, never translated.
    Any other exception that leaves this package is a bug and is shown as one.
    """

    text: ClassVar[str] = N_("core", "Something did not go as planned.")
    means: ClassVar[str] = N_("core", "Nothing was changed, and your data are as they were.")
    hint: ClassVar[str] = N_("core", "Open the details to see what was said, then try again.")
    who: ClassVar[str] = ""  # who can do it, when it is not the person at the screen
    stops: ClassVar[bool] = False  # True: a stop page, no "try again"
    plans_anew: ClassVar[bool] = False  # True: the plan that was shown does not fit any more

    def __init__(self, detail: str = "", **facts: object) -> None:
        super().__init__(self.text.format_map(facts) if facts else self.text)
        self.detail = detail
        self.facts = facts

    @property
    def key(self) -> str:
        """Return the stable name of this kind of problem: ``host-unreachable``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    def sentences(self) -> tuple[Said, ...]:
        """Return what happened, what it means, what to do (and who), in that order."""
        words = (self.text, self.means, self.hint, self.who)
        return tuple(said(text, **self.facts) for text in words if text)


class StepDidNotHold(Problem):
    text = N_("core", "“{step}” ran, but its result did not last.")
    means = N_("core", "Steps that are ticked off are done. Nothing else was touched.")
    hint = N_("core", "Open the details, then try again. Finished steps are skipped.")


class AnswersMissing(Problem):
    text = N_("core", "These answers are missing: {keys}.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Give them with --answers FILE, or run this in a terminal.")


class WorldsMixed(Problem):
    text = N_("core", "“Try it out” and your real servers must never touch.")
    means = N_("core", "Nothing was changed on either.")
    hint = N_("core", "Leave “Try it out” first, then begin again with the real server.")
    stops = True


class Cancelled(BaseException):
    """The person asked to stop.

    Not an ``Exception``: a plug-in that catches too much must not swallow it.
    """
