"""A person at a terminal, or a script: how jobs speak and ask there, how results are printed."""

import getpass
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from coophost_gui.flows import Wizard
from coophost_gui.kit import log
from coophost_gui.kit.fields import Choice, Field, Fingerprint, Secret, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow
from coophost_gui.kit.jobs import (
    Asked,
    Event,
    Failed,
    Finished,
    Job,
    Lanes,
    Output,
    Progress,
    StepBegan,
    StepEnded,
    Stopped,
)
from coophost_gui.kit.plan import Step, carry_out
from coophost_gui.kit.problems import AnswersMissing, Cancelled, Problem
from coophost_gui.kit.store import read_yaml
from coophost_gui.kit.text import N_
from coophost_gui.servers.problems import ServerUnknown
from coophost_gui.servers.world import World, real_world

T = TypeVar("T")

GO_ON_UNCOMPARED = "I have not compared it"


class AnswersWrong(AnswersMissing):
    """Facts: ``troubles``, a sentence for each answer."""

    text = N_("core", "These answers do not fit. {troubles}")


@dataclass
class Terminal:
    """What a command is given: the world, the person's answers, and the way to speak."""

    json: bool = False
    yes: bool = False
    quiet: bool = False
    endings: bool = True  # False: a flow is only a part of what the command does
    prepared: Mapping[str, Any] = field(default_factory=dict)
    make_world: Callable[[], World] = real_world
    _progress: tuple[float, str] = (0.0, "")  # when a line of progress was printed, and which

    @cached_property
    def world(self) -> World:
        return self.make_world()

    def close(self) -> None:
        if "world" in self.__dict__:
            self.world.close()

    @property
    def attended(self) -> bool:
        """Say whether a person can be asked."""
        return sys.stdin.isatty()

    def known_server(self, name: str) -> str:
        """Return *name*; raise when no server is called so."""
        if name not in self.world.abra.servers():
            raise ServerUnknown(server=name)
        return name

    def look(self, work: Callable[[Job], T]) -> T:
        """Run *work* now, showing what it says and asking what it asks.

        It runs in a thread of its own, so that Ctrl-C cancels it wherever it waits.
        """
        lanes = Lanes()
        ends: list[Event] = []

        def listen(event: Event) -> None:
            if isinstance(event, Finished | Failed | Stopped):
                ends.append(event)
            else:
                self._hear(event)

        job = lanes.start(work, lane="terminal", listen=listen)
        try:
            lanes.wait()
        except KeyboardInterrupt:
            job.cancel()
            raise
        finally:
            lanes.close()
        match ends[-1]:
            case Finished(result):
                found: T = result
                return found
            case Failed(error):
                raise error
            case _:
                raise Cancelled

    def run_flow(self, wizard: Wizard, answers: Mapping[str, Any]) -> int:
        """Ask what is not answered, show the plan, carry it out, and say how it ended."""
        ending = self.go_through(wizard, answers)
        if self.endings:
            self._end(ending)
        else:
            self.say(f"\n{ending.title}")
        return 0

    def go_through(self, wizard: Wizard, answers: Mapping[str, Any]) -> Ending:
        """Do the same, and leave it to the caller what to say of the ending."""
        flow = wizard.make(self.world)
        given = Answers({**self.prepared, **answers})
        self._ask_pages(flow.pages, flow.walk(given), given)
        self._plan_and_carry_out(flow, given)
        return self.look(lambda job: flow.ending(job, given))

    def _plan_and_carry_out(self, flow: Flow, given: Answers) -> None:
        """Plan anew and ask again as often as a plan does not fit any more what is there."""
        while True:
            plan = self.look(lambda job: flow.plan(job, given))
            try:
                self.carry_out(plan, flow.lane(given))
                return
            except Problem as problem:
                if not problem.plans_anew or self.yes:  # nobody would see the new plan
                    raise
                for words in problem.sentences():
                    self.say(words)

    def carry_out(self, steps: Sequence[Step], lane: str = "") -> int:
        """Show *steps*, ask once, and keep every promise; return how many were not kept."""
        self.say("What will be done (what is so already is skipped):")
        for number, step in enumerate(steps, start=1):
            self.say(f"  {number}. {step.title}")
            for line in (step.why, *step.detail, step.danger):
                if str(line):
                    self.say(f"       {line}")
        if not self.yes:
            if not self.attended:
                raise AnswersMissing(keys="--yes")
            if input("Do it? [y/N] ").strip().lower() not in ("y", "yes"):
                raise Cancelled
        return self.look(lambda job: carry_out(steps, job, lane=lane))

    def answer(self, question: Field[T], facts: Mapping[str, object] | None = None) -> T:
        """Return the prepared answer to *question*, or ask for it."""
        if question.key in self.prepared:
            value: T = _typed(question, self.prepared[question.key])
            if isinstance(question, Secret):
                log.hide(str(value))
            if problem := question.problem(value):
                raise AnswersWrong(troubles=f"{question.key}: {problem}")
            return value
        if not self.attended:
            raise AnswersMissing(keys=question.key)
        typed: T = self._prompt(question, facts or {})
        return typed

    def say(self, words: object) -> None:
        """Print *words* for a person, on the error stream, with secrets taken out."""
        if not self.quiet:
            print(log.redact(str(words)), file=sys.stderr, flush=True)

    def print_list(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Print *rows*: one JSON array, or a table of *columns* for a person."""
        if self.json:
            print(as_json(list(rows)), flush=True)
            return
        cells = [[_cell(row.get(column)) for column in columns] for row in rows]
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for line in ([c.upper() for c in columns], *cells):
            print(
                "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip(),
                flush=True,
            )

    def print_one(self, thing: Mapping[str, Any]) -> None:
        """Print *thing*: one JSON object, or a line per fact for a person."""
        if self.json:
            print(as_json(thing), flush=True)
            return
        width = max(map(len, thing), default=0)
        for key, value in thing.items():
            print(f"{key.ljust(width)}  {_cell(value)}".rstrip(), flush=True)

    def _ask_pages(self, pages: object, walk: Any, given: Answers) -> None:
        for page in walk:
            self.say(f"\n{page.title}")
            questions = page.questions(given)
            unanswered = [q.key for q in questions if q not in given and not _optional(q)]
            if unanswered and not self.attended:
                raise AnswersMissing(keys=", ".join(unanswered))
            for question in questions:
                if question in given:
                    given[question] = _typed(question, given[question])
                    if isinstance(question, Secret):
                        log.hide(str(given[question]))
                elif self.attended:
                    given[question] = self._prompt(question, {})
            if troubles := page.problems(given):
                lines = [f"{key}: {words}" for key, words in troubles.items()]
                raise AnswersWrong(troubles=" ".join(lines))
            if page.verify is not None:
                verify = page.verify
                self.look(lambda job, verify=verify: verify(job, given))  # type: ignore[misc]

    def _prompt(self, question: Field[Any], facts: Mapping[str, object]) -> Any:
        label = str(question.label).format_map(facts) if facts else str(question.label)
        if help_text := str(question.help):
            self.say(f"  ({help_text.format_map(facts) if facts else help_text})")
        while True:
            value = self._read(question, label, facts)
            problem = question.problem(value)
            if not problem:
                return value
            self.say(f"  {problem}")

    def _read(self, question: Field[Any], label: str, facts: Mapping[str, object]) -> Any:
        match question:
            case Fingerprint():
                self.say(f"\n{label}")
                self.say(f"  {facts.get('host')} answers with  {facts.get('fingerprint')}")
                self.say("  Compare it with the one that your provider shows, and paste that here.")
                self.say(f"  To go on without comparing, type: {GO_ON_UNCOMPARED}")
                typed = input("Fingerprint: ").strip()
                return Fingerprint.NOT_COMPARED if typed == GO_ON_UNCOMPARED else typed
            case Secret():
                typed = getpass.getpass(f"{label}: ")
                log.hide(typed)
                return typed
            case YesNo():
                shown = "Y/n" if question.default else "y/N"
                typed = input(f"{label}? [{shown}] ").strip().lower()
                return typed in ("y", "yes") if typed else question.default
            case Choice():
                for number, option in enumerate(question.options, start=1):
                    self.say(f"  {number}) {option[1]}")
                typed = input(f"{label} [{question.default}]: ").strip()
                if typed.isdigit() and 0 < int(typed) <= len(question.options):
                    return question.options[int(typed) - 1][0]
                return typed or question.default
            case _:
                shown = f" [{question.default}]" if question.default else ""
                return input(f"{label}{shown}: ").strip() or question.default

    def _hear(self, event: Event) -> None:
        match event:
            case StepBegan(_, title, number, total):
                self.say(f"[{number}/{total}] {title}")
            case StepEnded(_, changed, words, seconds):
                self.say(f"      {words if changed else 'so already'} ({seconds:.1f} s)")
            case Progress(fraction, detail) if str(detail):
                self._say_progress(fraction, str(detail))
            case Output(line) if line.strip():
                self.say(f"      | {line}")
            case Asked(question, facts, future):
                try:
                    future.set_result(self.answer(question, facts))
                except EOFError:
                    future.cancel()
                except Exception as error:
                    future.set_exception(error)

    def _say_progress(self, fraction: float | None, detail: str) -> None:
        """Print how far it is, at most once a second, and not the same line twice."""
        line = f"      {'' if fraction is None else f'{fraction:.0%} '}{detail}"
        now = time.monotonic()
        if line != self._progress[1] and (now - self._progress[0] >= 1 or fraction == 1):
            self._progress = (now, line)
            self.say(line)

    def say_ending(self, ending: Ending) -> None:
        """Say how it ended and what is left to do, for a person; facts are not among it."""
        self.say(f"\n{ending.title}")
        if str(ending.intro):
            self.say(ending.intro)
        for number, words in enumerate(ending.todo, start=1):
            self.say(f"  {number}. {words}")

    def _end(self, ending: Ending) -> None:
        self.say_ending(ending)
        shown = {str(fact.label): fact.value for fact in ending.shown if not fact.secret}
        if ending.address.startswith("http") and ending.address not in shown.values():
            shown["address"] = ending.address
        if any(fact.secret for fact in ending.shown):
            self.say("Passwords are in the password store; the window shows them.")
        if shown or self.json:
            self.print_one(shown)


def as_json(thing: object) -> str:
    """Return *thing* as JSON that this terminal can show, whatever its locale."""
    wide = str(getattr(sys.stdout, "encoding", "")).lower().replace("-", "") == "utf8"
    return json.dumps(thing, indent=1, ensure_ascii=not wide)


def prepared_answers(answers_file: Path | None, secrets_fd: int | None) -> dict[str, Any]:
    """Return the answers of ``--answers FILE`` and of the ``key: value`` lines on a descriptor."""
    answers: dict[str, Any] = read_yaml(answers_file) if answers_file else {}
    if secrets_fd is not None:
        with os.fdopen(secrets_fd, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                key, separator, value = line.rstrip("\n").partition(":")
                if separator:
                    answers[key.strip()] = value.removeprefix(" ")
                    log.hide(answers[key.strip()])
    return answers


def _optional(question: Field[Any]) -> bool:
    return not question.problem(question.default)


def _typed(question: Field[Any], value: Any) -> Any:
    """Return *value*, read from a file, in the type of *question*."""
    if isinstance(question, YesNo):
        return value if isinstance(value, bool) else str(value).lower() in ("yes", "y", "true")
    return str(value)


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value)) or "-"
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return log.redact(str(value))
