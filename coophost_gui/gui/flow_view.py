"""Draws any flow inside the window: its pages, the questions of its jobs, review, run, ending."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMargins, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coophost_gui.gui.ask_page import AskPage, FieldPage, FingerprintHelp, FingerprintPage
from coophost_gui.gui.between_pages import LookingPage, StopPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.keeping import Keeping
from coophost_gui.gui.problem_card import OurMistake, ProblemCard, as_problem
from coophost_gui.gui.relay import start
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.run_page import RunPage
from coophost_gui.gui.stage import Stage, Stages
from coophost_gui.gui.unfinished import Drafts
from coophost_gui.gui.widgets import announce
from coophost_gui.kit import log
from coophost_gui.kit.fields import Fingerprint, Secret
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Asked, Event, Failed, Finished, Job, Lanes, Stopped
from coophost_gui.kit.plan import Step, carry_out
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, said


@dataclass
class Work:
    """What is under way, and where its news go."""

    job: Job
    where: str  # for the report
    hear: Callable[[Event], None]
    finished: Callable[[Any], None]
    broke: Callable[[Problem], None]
    stopped: Callable[[], None]


class FlowView(QWidget):
    """One wizard, from its first question to its ending.

    Buttons have object names: ``back``, ``next``, ``begin``, ``stop``, ``go_on``, …; the
    editor of a question has the key of its field.
    """

    finished = Signal(object)  # Ending: it is shown now, and what was planned holds
    ran = Signal()  # something may have changed on the server: finished, stopped or a problem
    left = Signal()  # the person is through with it, or puts it aside; the view may go
    go = Signal(str)  # key of the place that she wants to see next
    browse = Signal(str)  # an address that she wants to open in the browser
    instead = Signal(str)  # key of the wizard that she wants to go through first

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
        """Pages that *answers* fill already are gone through by themselves, checks and all.

        *resume*: they are her own from an earlier time; go on to where she left.
        """
        super().__init__()
        self.flow, self.answers = flow, answers
        self._lanes, self._practising = lanes, practising
        self._ahead = True  # going through pages that are answered already
        self._resuming = resume
        self._kept = Keeping(self, flow, answers, drafts, resume=resume)
        self._work: Work | None = None
        self._asked: deque[Asked] = deque()
        self._asking: Asked | None = None
        self._gone = False
        self._running: list[Job] = []
        # A view that goes away takes its job with it: nobody would hear its questions.
        running = self._running
        self.destroyed.connect(lambda: _cancel(running))
        self.steps: list[Step] = []
        self._stages = Stages()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.addWidget(self._stages)
        self._open(flow.after(None, answers))

    # For whoever shows it

    @property
    def busy(self) -> bool:
        """True while a job of this flow runs."""
        return self._work is not None

    @property
    def stage(self) -> Stage:
        """Return the screen that is shown now."""
        return self._stages.stage

    def stop(self) -> None:
        """Stop what runs and keep the answers: the program ends, or the view goes away."""
        self._kept.end()
        self._gone = True
        if self._work is not None:
            self._work.job.cancel()
        for asked in (self._asking, *self._asked):
            if asked is not None:
                asked.answer.cancel()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.stage.first_focus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._focus_if_nobody_has_it)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._kept.now()

    # From page to page

    def _open(self, page: Page | None) -> None:
        """Show *page* of the flow, or make the plan when there is none left."""
        if page is None:
            self._make_plan()
            return
        form = FormPage(page, self.answers, self._crumb(page), first=self._is_first(page))
        form.changed.connect(self._kept.soon)
        form.next_wanted.connect(lambda: self._on_next(form))
        form.back_wanted.connect(lambda: self._on_back(page))
        form.stop_wanted.connect(self._stop_work)
        form.instead.connect(self.instead)
        self._kept.know(form.fields)
        self._stages.put(form)
        self._ahead = self._ahead and self._is_answered(page)
        if self._ahead:
            QTimer.singleShot(0, form, lambda: self._on_next(form))

    def _on_next(self, form: FormPage) -> None:
        page = form.page
        self._hide_secrets(page)
        self._kept.now()
        if page.verify is None:
            self._open(self.flow.after(page, self.answers))
            return
        verify, answers = page.verify, self.answers
        form.begin(N_("core", "Looking whether it works"))

        def stopped() -> None:
            self._ahead = False
            form.end()
            form.say_note(N_("core", "Stopped. Nothing was changed."))
            form.first_focus()

        def broke(problem: Problem) -> None:
            self._ahead = False
            form.end()
            form.show_problem(
                self._card(problem, f"page {page.key}", retry=lambda: self._on_next(form))
            )

        def finished(result: object) -> None:
            form.end()
            self._open(self.flow.after(page, self.answers))

        self._start(
            lambda job: verify(job, answers),
            lane=None,
            where=f"page {page.key}",
            hear=form.busy.hear,
            finished=finished,
            broke=broke,
            stopped=stopped,
        )

    def _on_back(self, page: Page | None) -> None:
        """Go to the page before *page* (None: the last one), or leave from the first."""
        before = None
        for found in self.flow.walk(self.answers):
            if found is page:
                break
            before = found
        self._ahead = False
        if before is None:
            self._kept.now()
            self.left.emit()
        else:
            self._open(before)

    # The plan

    def _make_plan(self) -> None:
        looking = LookingPage(
            N_("core", "Looking at what is needed"),
            N_("core", "We only look. Nothing is changed."),
            self._crumb(None),
        )
        looking.back_wanted.connect(lambda: self._on_back(None))
        looking.stop_wanted.connect(self._stop_work)
        looking.next_wanted.connect(self._make_plan)
        self._ahead = False
        self._stages.put(looking)
        flow, answers = self.flow, self.answers

        def look(job: Job) -> tuple[list[Step], set[str]]:
            steps = flow.plan(job, answers)
            return steps, _kept_already(job, steps)

        def finished(found: tuple[list[Step], set[str]]) -> None:
            self._review(*found)

        self._start(
            look,
            lane=None,
            where="plan",
            hear=looking.busy.hear,
            finished=finished,
            broke=lambda problem: looking.broke(self._card(problem, "plan")),
            stopped=looking.stopped,
        )
        looking.begin()

    def _review(self, steps: list[Step], done: set[str]) -> None:
        self.steps = steps
        review = ReviewPage(steps, done, self._crumb(None), begun=self._kept.begun)
        review.back_wanted.connect(lambda: self._on_back(None))
        review.next_wanted.connect(lambda: self._run(done))
        self._stages.put(review)

    # The run

    def _run(self, done: set[str]) -> None:
        page = RunPage(self.steps, done, self.flow.running, self._crumb(None, run=True))
        page.next_wanted.connect(lambda: self._go_on(page))
        page.stop_wanted.connect(self._stop_work)
        page.back_wanted.connect(lambda: self._on_back(None))
        self._stages.put(page)
        self._carry_out(page)

    def _go_on(self, page: RunPage) -> None:
        """Go on from where it stopped; show a new plan first where the old one does not fit."""
        if page.outdated:
            self._make_plan()
        else:
            self._carry_out(page)

    def _carry_out(self, page: RunPage) -> None:
        self._kept.begun = True
        self._kept.now()
        page.begin()
        steps, lane = self.steps, self.flow.lane(self.answers)

        def finished(changed: object) -> None:
            page.finished()
            self.ran.emit()
            self._end()

        def broke(problem: Problem) -> None:
            page.broke(self._card(problem, "run"))
            self.ran.emit()

        def stopped() -> None:
            page.stopped()
            self.ran.emit()

        self._start(
            lambda job: carry_out(steps, job, lane=lane),
            lane=lane,
            where="run",
            hear=page.hear,
            finished=finished,
            broke=broke,
            stopped=stopped,
        )

    # The ending

    def _end(self) -> None:
        looking = LookingPage(
            N_("core", "It is done"),
            N_("core", "Reading off what you will want to know."),
            self._crumb(None, run=True),
        )
        looking.back.setVisible(False)
        looking.stop_wanted.connect(self._stop_work)
        looking.next_wanted.connect(self._end)
        self._kept.drop()
        self._stages.put(looking)
        flow, answers = self.flow, self.answers
        self._start(
            lambda job: flow.ending(job, answers),
            lane=None,
            where="ending",
            hear=looking.busy.hear,
            finished=self._show_ending,
            broke=lambda problem: looking.broke(self._card(problem, "ending")),
            stopped=looking.stopped,
        )
        looking.begin()

    def _show_ending(self, ending: Ending) -> None:
        page = EndingPage(ending, self._crumb(None, run=True))
        page.next_wanted.connect(self.left)
        page.go.connect(self.go)
        page.browse.connect(self.browse)
        self._stages.put(page)
        announce(self, f"{page.headline.text()} {page.intro.text()}")
        self.finished.emit(ending)

    # Work in the background

    def _start(
        self,
        work: Callable[[Job], object],
        *,
        lane: str | None,
        where: str,
        hear: Callable[[Event], None],
        finished: Callable[[Any], None],
        broke: Callable[[Problem], None],
        stopped: Callable[[], None],
    ) -> None:
        assert self._work is None, "one thing at a time"
        job = start(self._lanes, work, lane=lane, slot=self._hear)
        self._work = Work(job, where, hear, finished, broke, stopped)
        self._running.append(job)

    @Slot(object)
    def _hear(self, event: Event) -> None:
        work = self._work
        if work is None:
            return
        match event:
            case Asked() if self._gone:
                event.answer.cancel()
            case Asked():
                self._asked.append(event)
                self._ask_next()
            case Finished(result):
                self._work_ended()
                if not self._gone:
                    work.finished(result)
            case Failed(error):
                self._work_ended()
                self._on_failed(work, error)
            case Stopped():
                self._work_ended()
                if not self._gone:
                    work.stopped()
            case _:
                work.hear(event)

    def _on_failed(self, work: Work, error: Exception) -> None:
        problem = as_problem(error)
        if isinstance(problem, OurMistake):
            logging.getLogger(__name__).error("%s: %s", work.where, problem.detail)
        if self._gone:
            return
        if problem.stops:
            self._show_stop(problem, work.where)
            if work.where == "run":
                self.ran.emit()
        else:
            work.broke(problem)

    def _work_ended(self) -> None:
        """Nobody waits for an answer any more: uncover the page that the questions covered."""
        if self._work is not None:
            self._running.remove(self._work.job)
        self._work = None
        self._asking = None
        self._asked.clear()
        self._stages.uncover()

    def _stop_work(self) -> None:
        if self._work is None:
            return
        match self.stage:
            case RunPage() as page:
                page.stopping()
            case FormPage() | LookingPage() as page:
                page.busy.stopping()
        self._work.job.cancel()

    # Questions of a job

    def _ask_next(self) -> None:
        if self._asking is not None or not self._asked:
            return
        self._asking = asked = self._asked.popleft()
        page: AskPage
        if isinstance(asked.field, Fingerprint):
            page = self._fingerprint(asked)
        else:
            page = FieldPage(asked.field, asked.facts, self._stage_crumb())
        page.answered.connect(self._answer)
        page.back_wanted.connect(self._decline)
        self._stages.cover(page)

    def _fingerprint(self, asked: Asked) -> FingerprintPage:
        crumb = self._stage_crumb()
        page = FingerprintPage(asked.field, asked.facts, crumb)

        def show_help(offer: bool) -> None:
            host = str(asked.facts.get("host", ""))
            ways = FingerprintHelp(host, crumb, offer=offer)
            ways.back_wanted.connect(self._stages.uncover_one)
            ways.uncompared.connect(lambda: self._answer(Fingerprint.NOT_COMPARED))
            self._stages.cover(ways)

        page.help_wanted.connect(show_help)
        return page

    def _answer(self, value: object) -> None:
        asked = self._asking
        self._asking = None
        self._stages.uncover()
        if asked is not None and not asked.answer.cancelled():
            asked.answer.set_result(value)
        self._ask_next()

    def _decline(self) -> None:
        """Back from a question: the work that asked stops, and its page is there again."""
        asked = self._asking
        self._asking = None
        self._stages.uncover()
        if self._work is not None:
            self._work.job.cancel()
        if asked is not None:
            asked.answer.cancel()

    # What is shown

    @Slot()
    def _focus_if_nobody_has_it(self) -> None:
        focused = self.window().focusWidget()
        if self.isVisible() and (focused is None or not self.isAncestorOf(focused)):
            self.stage.first_focus()

    def _show_stop(self, problem: Problem, where: str) -> None:
        page = StopPage(self._card(problem, where), self._stage_crumb())
        page.next_wanted.connect(self._leave_stop)
        page.back_wanted.connect(lambda: self._open(self.flow.after(None, self.answers)))
        self._stages.put(page)

    def _leave_stop(self) -> None:
        self._kept.now()
        self.left.emit()

    def _card(
        self, problem: Problem, where: str, retry: Callable[[], object] | None = None
    ) -> ProblemCard:
        about = f"{self.flow.key}, {where}"
        return ProblemCard(problem, where=about, practising=self._practising, retry=retry)

    # Where we are

    def _crumb(self, page: Page | None, *, run: bool = False) -> Words:
        """Say which wizard this is, and how far: pages, then review, then run."""
        pages = list(self.flow.walk(self.answers))
        total = len(pages) + 2
        number = pages.index(page) + 1 if page in pages else total if run else total - 1
        return said(
            N_("core", "{flow} · {number} of {total}"),
            flow=self.flow.title,
            number=number,
            total=total,
        )

    def _stage_crumb(self) -> Words:
        return self.stage.crumb.words

    def _is_first(self, page: Page) -> bool:
        return self.flow.after(None, self.answers) is page

    def _is_answered(self, page: Page) -> bool:
        """Return whether nothing is left to ask on *page*; a page to read only was read once."""
        fields = page.questions(self.answers)
        if page.problems(self.answers):
            return False
        plain = [field for field in fields if not isinstance(field, Secret)]
        if not self._resuming and len(plain) < max(1, len(fields)):
            return False
        return all(field in self.answers for field in plain)

    def _hide_secrets(self, page: Page) -> None:
        for field in page.questions(self.answers):
            if isinstance(field, Secret):
                log.hide(self.answers[field])


def _cancel(jobs: list[Job]) -> None:
    for job in jobs:
        job.cancel()


def _kept_already(job: Job, steps: list[Step]) -> set[str]:
    """Return the keys of the steps that hold now; one that cannot be asked yet does not."""
    done = set()
    for number, step in enumerate(steps):
        job.progress(number / len(steps), step.title)
        try:
            if step.is_done(job):
                done.add(step.key)
        except Problem as problem:
            logging.getLogger(__name__).info("cannot tell yet about %s: %s", step.key, problem)
    return done
