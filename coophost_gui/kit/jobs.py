"""Long work that can speak, ask and stop.

A function that may take longer than a blink takes a ``Job`` first.  It calls
``job.progress`` to speak, ``job.ask`` to ask and ``job.checkpoint`` to let
itself be stopped.  Whoever started it listens to one stream of events.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from coophost_gui.kit.fields import Field
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.text import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StepBegan:
    key: str
    title: Words
    number: int  # counted from 1
    total: int


@dataclass(frozen=True, slots=True)
class StepEnded:
    key: str
    changed: bool  # False: it was already so
    said: Words  # what changed
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    fraction: float | None  # None: we do not know how much is left
    detail: Words = ""


@dataclass(frozen=True, slots=True)
class Output:
    line: str  # as the server said it; never translated


@dataclass(frozen=True, slots=True)
class Asked:
    field: Field[Any]
    facts: dict[str, object]
    answer: "Future[Any]"  # set_result(value) goes on, cancel() stops the job


@dataclass(frozen=True, slots=True)
class Finished:
    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    error: Exception


@dataclass(frozen=True, slots=True)
class Stopped:
    pass


Event: TypeAlias = StepBegan | StepEnded | Progress | Output | Asked | Finished | Failed | Stopped
Listener: TypeAlias = Callable[[Event], None]


def _silent(event: Event) -> None:
    """Hear an event and say nothing; a question nobody can hear is a stop."""
    if isinstance(event, Asked):
        event.answer.cancel()


class Server(Protocol):
    """What ``job.serve`` can run: the shape of ``socketserver.BaseServer``."""

    def serve_forever(self) -> None: ...
    def shutdown(self) -> None: ...
    def server_close(self) -> None: ...


class Job:
    """One piece of long work, seen from inside (speak, ask) and outside (cancel)."""

    def __init__(self, listen: Listener = _silent) -> None:
        self.tell = listen
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._closers: list[Callable[[], object]] = []

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def progress(self, fraction: float | None, detail: Words = "") -> None:
        """Say how far the work is; *fraction* is 0 to 1, or None when nobody can know."""
        self.checkpoint()
        self.tell(Progress(fraction, detail))

    def checkpoint(self) -> None:
        """Leave here if the person asked to stop."""
        if self._stop.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Sleep for *seconds*, or leave at once if the person asks to stop."""
        if self._stop.wait(seconds):
            raise Cancelled

    def ask(self, field: Field[T], **facts: object) -> T:
        """Wait for the answer to *field*, from whoever listens."""
        answer: Future[T] = Future()
        with self.closed_on_cancel(answer.cancel):
            self.tell(Asked(field, facts, answer))
            try:
                return answer.result()
            except CancelledError:
                raise Cancelled from None

    @contextmanager
    def closed_on_cancel(self, close: Callable[[], object]) -> Iterator[None]:
        """Call *close* if the job is cancelled in here, to wake a blocked read."""
        with self._lock:
            self._closers.append(close)
        try:
            self.checkpoint()
            yield
        finally:
            with self._lock:
                self._closers.remove(close)

    @contextmanager
    def closed_after(self, seconds: float, close: Callable[[], object]) -> Iterator[None]:
        """Call *close* after *seconds* in here, or if the job is cancelled before."""
        timer = threading.Timer(seconds, _close_all, ([close],))
        timer.daemon = True
        timer.start()
        try:
            with self.closed_on_cancel(close):
                yield
        finally:
            timer.cancel()
            timer.join()

    @contextmanager
    def turn(self, lock: threading.Lock) -> Iterator[None]:
        """Hold *lock*, which another job may hold for long; a stop is heard while waiting."""
        while not lock.acquire(timeout=0.1):
            self.checkpoint()
        try:
            yield
        finally:
            lock.release()

    def cancel(self) -> None:
        """Ask the work to stop and return at once; safe from any thread."""
        if self._stop.is_set():
            return
        self._stop.set()
        with self._lock:
            closers = list(self._closers)
        if closers:
            # Closing a stalled connection can itself block, so not in the caller's thread.
            threading.Thread(target=_close_all, args=(closers,), name="cancel", daemon=True).start()

    def side_by_side(self, works: Sequence[Callable[["Job"], T]], limit: int = 4) -> list[T]:
        """Run *works* at once, at most *limit* of them; return their results in order.

        The first that fails stops the others, and its error is raised here.
        """
        if not works:
            return []
        children = [Job(self.tell) for _ in works]

        def stop_all() -> None:
            for child in children:
                child.cancel()

        def run(work: Callable[[Job], T], child: Job) -> T:
            try:
                child.checkpoint()
                return work(child)
            except BaseException:
                stop_all()
                raise

        with (
            self.closed_on_cancel(stop_all),
            ThreadPoolExecutor(limit, thread_name_prefix="beside") as pool,
        ):
            futures = [pool.submit(run, *pair) for pair in zip(works, children, strict=True)]
        self.checkpoint()
        errors = [error for future in futures if (error := future.exception())]
        for error in errors:
            if not isinstance(error, Cancelled):
                raise error
        if errors:
            raise errors[0]
        return [future.result() for future in futures]

    @contextmanager
    def serve(self, server: Server) -> Iterator[None]:
        """Keep *server* answering, in a thread of its own, while the block runs."""
        thread = threading.Thread(target=server.serve_forever, name="serve", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _close_all(closers: Sequence[Callable[[], object]]) -> None:
    for close in closers:
        with suppress(Exception):  # the work may be closing it this very moment
            close()


class Lanes:
    """Runs jobs in the background: changes one at a time in a lane, looks beside them.

    A lane is usually one server; ``lane=None`` is for work that only looks.
    """

    LOOKERS = 8

    def __init__(self) -> None:
        self._lanes: dict[str | None, ThreadPoolExecutor] = {}
        self._jobs: set[Job] = set()
        self._ends: set[Future[None]] = set()
        self._lock = threading.Lock()

    def start(self, work: Callable[[Job], object], *, lane: str | None, listen: Listener) -> Job:
        """Queue *work* in *lane* and return its job at once; *listen* hears its events."""
        job = Job(listen)
        with self._lock:
            self._jobs.add(job)
            pool = self._lanes.get(lane)
            if pool is None:
                workers = self.LOOKERS if lane is None else 1
                pool = ThreadPoolExecutor(workers, thread_name_prefix=lane or "look")
                self._lanes[lane] = pool
            end = pool.submit(self._run, work, job)
            self._ends.add(end)
        end.add_done_callback(self._forget)
        return job

    def _forget(self, end: "Future[None]") -> None:
        with self._lock:
            self._ends.discard(end)

    def _run(self, work: Callable[[Job], object], job: Job) -> None:
        try:
            job.checkpoint()
            outcome: Event = Finished(work(job))
        except Cancelled:
            outcome = Stopped()
        except Exception as error:
            outcome = Failed(error)
        with self._lock:
            self._jobs.discard(job)
        job.tell(outcome)

    def wait(self) -> None:
        """Wait until nothing is queued or running; Ctrl-C gets through."""
        while True:
            with self._lock:
                ends = list(self._ends)
            if not ends:
                return
            wait(ends, timeout=0.2)

    def close(self) -> None:
        """Cancel everything and wait; call it once, when the program ends."""
        with self._lock:
            jobs, pools = list(self._jobs), list(self._lanes.values())
        for job in jobs:
            job.cancel()
        for pool in pools:
            pool.shutdown(wait=True)
