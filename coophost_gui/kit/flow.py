"""Questions, in order, without a screen.

A flow is a list of pages and a rule that turns the answers into a plan.  Qt
draws it in the window; a terminal asks it line by line; a test fills it in.
Review (the plan, nothing has happened yet), Run and Ending always follow and
are never written twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from coophost_gui.kit.fields import Field, Secret
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import Words

T = TypeVar("T")


class Answers:
    """What was answered so far; ``answers[FIELD]`` has the type of the field.

    Nothing prints the values: some are secrets.
    """

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = dict(values or {})

    def __getitem__(self, field: Field[T]) -> T:
        value: T = self._values.get(field.key, field.default)
        return value

    def __setitem__(self, field: Field[T], value: T) -> None:
        self._values[field.key] = value

    def __contains__(self, field: Field[Any]) -> bool:
        return field.key in self._values

    def answered(self) -> list[str]:
        """Return the keys of what was answered."""
        return list(self._values)

    def kept(self, fields: Sequence[Field[Any]]) -> dict[str, Any]:
        """Return what may be written to disk: the answers to *fields*, secrets aside."""
        return {
            field.key: self._values[field.key]
            for field in fields
            if field.key in self._values and not isinstance(field, Secret)
        }


def _always(answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Instead:
    """A way out of a page that asks too early: another wizard, by its key."""

    words: Words
    wizard: str


@dataclass(frozen=True, eq=False)
class Page:
    """A few questions under one headline.

    ``fields`` may depend on earlier answers (then it is a function of them).
    ``verify`` is slow and runs as a job when the person goes on; it may ask, and
    raises a Problem that is shown on the page.
    """

    key: str
    title: Words
    intro: Words = ""
    fields: Sequence[Field[Any]] | Callable[[Answers], Sequence[Field[Any]]] = ()
    applies: Callable[[Answers], bool] = _always
    verify: Callable[[Job, Answers], None] | None = None
    instead: Instead | None = None

    def questions(self, answers: Answers) -> Sequence[Field[Any]]:
        return self.fields(answers) if callable(self.fields) else self.fields

    def problems(self, answers: Answers) -> dict[str, Words]:
        """Return what is not yet right, by field key; empty when one may go on."""
        found = {field.key: field.problem(answers[field]) for field in self.questions(answers)}
        return {key: words for key, words in found.items() if words}


@dataclass(frozen=True)
class Shown:
    """A fact to read off, copy or write down at the end: an address, a name, a password."""

    label: Words
    value: str
    secret: bool = False  # hidden until the person asks to see it


@dataclass(frozen=True)
class Ending:
    """What the last page says: the state, what it means, what to do next."""

    title: Words
    intro: Words = ""
    shown: tuple[Shown, ...] = ()
    todo: tuple[Words, ...] = ()  # what is left to do elsewhere, in order
    address: str = ""  # opened in the browser by the filled button
    place: str = ""  # key of the place in the window that one goes to next


@dataclass(frozen=True, eq=False)
class Flow:
    """A wizard: ``plan`` only reads, and its steps are shown before any of them runs."""

    key: str
    title: Words
    pages: Sequence[Page]
    plan: Callable[[Job, Answers], list[Step]]
    ending: Callable[[Job, Answers], Ending]
    lane: Callable[[Answers], str]  # the server whose queue the run stands in
    running: Words = ""  # headline of the run page

    def after(self, page: Page | None, answers: Answers) -> Page | None:
        """Return the next page that applies, or None when the plan can be made."""
        start = 0 if page is None else list(self.pages).index(page) + 1
        return next((p for p in self.pages[start:] if p.applies(answers)), None)

    def walk(self, answers: Answers) -> Iterator[Page]:
        """Yield the pages that apply, as they apply when each is reached."""
        page = None
        while page := self.after(page, answers):
            yield page

    def fields(self, answers: Answers) -> list[Field[Any]]:
        """Return every question of the pages that apply."""
        return [field for page in self.walk(answers) for field in page.questions(answers)]
