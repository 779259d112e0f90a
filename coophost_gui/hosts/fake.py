"""A machine made of prepared answers, for tests."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coophost_gui.hosts.base import NotThere, Real, Result
from coophost_gui.kit.jobs import Job

Reply = Result | Callable[[bytes], Result]


class FakeEngine:
    """Answers GETs from ``answers`` (path -> JSON) and remembers every change."""

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.answers = dict(answers or {})
        self.changes: list[tuple[str, str, Any]] = []

    def get(self, job: Job, path: str, **query: object) -> Any:
        if path not in self.answers:
            raise NotThere(host="fake", status=404, message=f"no such thing: {path}")
        found = self.answers[path]
        return found(query) if callable(found) else found

    def post(
        self,
        job: Job,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Any:
        self.changes.append(("POST", path, body))
        found = self.answers.get(f"POST {path}", {"ID": "new"})
        return found(body) if callable(found) else found

    def delete(self, job: Job, path: str, **query: object) -> None:
        self.changes.append(("DELETE", path, None))

    def stream(
        self,
        job: Job,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Iterator[dict[str, Any]]:
        self.changes.append((method, path, dict(query)))
        yield from self.answers.get(f"STREAM {path}", [])

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        yield from self.answers.get(f"LINES {path}", [])


class FakeHost:
    """Answers commands from ``answers`` (the argv joined by blanks) and remembers them."""

    world = Real

    def __init__(
        self,
        answers: Mapping[str, Reply] | None = None,
        engine: FakeEngine | None = None,
        name: str = "fake",
    ) -> None:
        self.name = name
        self.address = "127.0.0.1"
        self.answers = dict(answers or {})
        self.files: dict[str, bytes] = {}
        self.engine = engine or FakeEngine()
        self.asked: list[str] = []

    def run(
        self, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
    ) -> Result:
        command = " ".join(argv)
        self.asked.append(command)
        reply = self.answers.get(command, Result(127, "", f"{command}: not found"))
        return reply if isinstance(reply, Result) else reply(stdin)

    def put(
        self, job: Job, path: str, data: bytes, *, mode: int = 0o644, root: bool = False
    ) -> None:
        self.files[path] = data

    def get(self, job: Job, path: str, *, root: bool = False) -> bytes | None:
        return self.files.get(path)

    def close(self) -> None:
        pass
