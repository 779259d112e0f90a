"""The record, shared: by the collective's own git remote, by a patch, or by a stick.

Everything is looked at first (``look``), shown, and then kept as a plan of Steps: what was
changed goes into a commit, what the others did is put together with it, and ours is sent.
Nothing is forced, nothing that others wrote is overwritten, and no personal data leaves before
somebody said yes to it.
"""

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coophost_gui.federation.merge import Settled
from coophost_gui.federation.personal import MAIL, Found, not_yet_known, personal_data
from coophost_gui.federation.record import Record
from coophost_gui.federation.shared import MOST, accept, folder_of, message
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Settings
from coophost_gui.kit.text import N_, N_n, Words, said, several
from coophost_gui.net import git_bundle, git_patch, git_share
from coophost_gui.net.git import clone_guarded
from coophost_gui.net.git_folder import Folder, Who, begin, here, loose
from coophost_gui.net.git_guarded import Far
from coophost_gui.net.git_merge import CommitId, Conflict
from coophost_gui.net.problems import FolderChanged, HistoryUnrelated

CHANGED = N_n("core", "{count} file was changed.", "{count} files were changed.")
MOST_SHOWN = 50


class ConflictsLeft(Problem):
    text = N_("core", "You and somebody else changed the same thing: {paths}")
    means = N_("core", "Both versions are kept, and nothing was put together yet.")
    hint = N_("core", "Look at both, and say for each which one shall stay.")
    plans_anew = True


class PersonalDataUnseen(Problem):
    text = N_("core", "What would be sent tells of persons, or holds a password.")
    means = N_("core", "Nothing was sent.")
    hint = N_("core", "Look at the list, and say yes only if each of them agrees.")
    plans_anew = True


@dataclass(frozen=True)
class Stick:
    """A file with everything in it, for a stick (a git bundle): to write, or to read."""

    file: Path
    gives: bool


@dataclass(frozen=True)
class Mail:
    """A file with what changed since the others last had it (a patch): to write, or to read."""

    file: Path
    gives: bool


Way = Far | Stick | Mail


@dataclass(frozen=True)
class Look:
    """How the record is, and what sharing it by one way would do. All are paths in the record.

    ``changed``: in no commit yet; ``comes``: what changes here; ``goes``: what the others
    would get; ``found``: what in that tells of persons and is not with them already.
    """

    changed: tuple[str, ...]
    comes: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    told: tuple[Words, ...] = ()
    found: tuple[Found, ...] = ()


def look(
    job: Job, record: Record, way: Way, who: Who, settings: Settings, settled: Settled | None = None
) -> Look:
    """Return what sharing *record* by *way* would do; no file of it and no branch changes.

    Raises what ``fetch_tip`` raises, ``HistoryUnrelated``, ``FolderBusy``, ``InsideAnother``.
    """
    folder = folder_of(record, settled)
    if not folder.begun():
        return _first_look(job, folder, way, who, settings)
    changed = tuple(here(folder).changed)
    if isinstance(way, Mail) and not way.gives:
        if changed:
            return Look(changed)  # a patch goes on top of what is committed
        outcome = git_share.try_out(folder, _patched(folder, way.file))
        return Look((), outcome.files, (), outcome.conflicts, outcome.told)
    tip: CommitId | None
    if isinstance(way, Stick) and not way.gives:
        tip = git_bundle.read(job, folder, way.file)
    else:
        tip = _known(job, folder, way, settings)
    seen = git_share.coming(folder, tip) if tip else None
    found = Look(changed)
    if seen and not isinstance(way, Mail):
        found = Look(changed, seen.files, (), seen.conflicts, seen.told)
    if isinstance(way, Far) or way.gives:
        new, known = git_share.to_send(folder, None if isinstance(way, Stick) else tip)
        goes = seen.back if seen else tuple(sorted(new))
        found = replace(found, goes=goes, found=tuple(_told_of(new, known, who, tip)))
    return found


def _known(job: Job, folder: Folder, way: Way, settings: Settings) -> CommitId | None:
    """Return the newest commit that the others are known to have."""
    if isinstance(way, Far):
        return git_share.fetch(job, folder, way, settings)
    return git_share.last_seen(folder) if isinstance(way, Mail) else None


def _first_look(job: Job, folder: Folder, way: Way, who: Who, settings: Settings) -> Look:
    """Look at a record that was never shared: the others must have nothing yet."""
    files = loose(folder)
    if isinstance(way, Far):
        with tempfile.TemporaryDirectory() as passing:
            empty = replace(folder, path=Path(passing))
            begin(empty)
            if git_share.fetch(job, empty, way, settings) is not None:
                raise HistoryUnrelated()
    elif not way.gives:
        raise HistoryUnrelated()
    changed = tuple(sorted(files))
    return Look(changed, goes=changed, found=tuple(_told_of(files, {}, who, None)))


def _told_of(
    new: dict[str, bytes], known: dict[str, bytes], who: Who, tip: CommitId | None
) -> list[Found]:
    found = not_yet_known(personal_data(new), personal_data(known))
    if tip is None and who.mail:
        found.insert(0, Found("", 0, MAIL, who.mail))  # git writes it beside every commit
    return found


def share_steps(
    record: Record,
    way: Way,
    seen: Look,
    who: Who,
    settings: Settings,
    *,
    keep: bool = True,
    settled: Settled | None = None,
    agreed: Collection[Found] = (),
) -> list[Step]:
    """Return what shares *record* by *way*, as *seen* by ``look`` and shown to the person.

    *keep*: she said yes to what was changed by hand; without it the folder is left alone
    (``FolderChanged``).  *agreed*: the personal data that she said yes to.  Raises
    ``ConflictsLeft`` or ``PersonalDataUnseen``.
    """
    if seen.changed and not keep:
        raise FolderChanged(", ".join(seen.changed), path=record.root)
    _need_settled(seen.conflicts)
    if unseen := [one for one in seen.found if one not in agreed]:
        raise PersonalDataUnseen("\n".join(f"{one.path}:{one.line}: {one.kind}" for one in unseen))
    work = _Work(folder_of(record, settled), way, seen, who, settings)
    steps = [] if work.folder.begun() else [work.begin()]
    steps.append(work.keep())
    if isinstance(way, Far) or not way.gives:
        steps.append(work.bring())
    if isinstance(way, Far):
        steps.append(work.send())
    elif way.gives:
        steps.append(work.write())
    return steps


def join_steps(way: Far | Stick, into: Path, settings: Settings) -> list[Step]:
    """Return what makes the new folder *into* a copy of the record that others share."""

    def copy(job: Job) -> Words:
        if isinstance(way, Stick):
            git_bundle.open_new(job, way.file, into, accept, MOST)
        else:
            clone_guarded(
                job, way.url, into, settings, remote=way.name, ssh=way.ssh, accept=accept,
                most=MOST, login=way.login,
            )  # fmt: skip
        return said(N_("core", "The record is here: {path}."), path=into)

    return [
        Step(
            "copy",
            N_("core", "Bring a copy of the record here"),
            lambda job: (into / ".git").exists(),
            copy,
            detail=(said(N_("core", "The folder {path}"), path=into),),
        )
    ]


def _need_settled(conflicts: Sequence[Conflict]) -> None:
    if conflicts:
        raise ConflictsLeft(paths=", ".join(one.path for one in conflicts))


def _patched(folder: Folder, file: Path) -> git_share.Change:
    patch = git_patch.read(folder, file)
    return lambda repo, tree: git_patch.put_in(folder, patch, repo, tree)


def _shown(paths: Sequence[str]) -> tuple[Words, ...]:
    return tuple(paths[:MOST_SHOWN]) + (("…",) if len(paths) > MOST_SHOWN else ())


@dataclass
class _Work:
    """The steps of one plan, and the commit of the others that they found last."""

    folder: Folder
    way: Way
    seen: Look
    who: Who
    settings: Settings
    tip: CommitId | None = None

    def begin(self) -> Step:
        def do(job: Job) -> Words:
            begin(self.folder)
            return N_("core", "From now on every version is kept.")

        return Step(
            "begin",
            N_("core", "Keep every version of the record"),
            lambda job: self.folder.begun(),
            do,
            why=N_("core", "So that nothing is lost when two of you change something."),
        )

    def keep(self) -> Step:
        def do(job: Job) -> Words:
            words = message(self.seen.changed, self.who)
            git_share.keep(self.folder, self.who, words, self.seen.changed)
            return several(len(self.seen.changed), CHANGED)

        return Step(
            "keep",
            N_("core", "Keep what you changed"),
            lambda job: self.folder.begun() and not here(self.folder).changed,
            do,
            detail=_shown(self.seen.changed),
        )

    def bring(self) -> Step:
        way, folder = self.way, self.folder

        def is_done(job: Job) -> bool:
            if not folder.begun():
                return False
            if isinstance(way, Mail):
                return not git_share.try_out(folder, _patched(folder, way.file)).files
            self.tip = _tip(job)
            return self.tip is None or git_share.has(folder, self.tip)

        def _tip(job: Job) -> CommitId | None:
            if isinstance(way, Stick):
                return git_bundle.read(job, folder, way.file)
            return _known(job, folder, way, self.settings)

        def do(job: Job) -> Words:
            if isinstance(way, Mail):
                patch = git_patch.read(folder, way.file)
                words = f"{patch.message}\n\nAs recorded by {self.who.name}."
                came = git_share.take(
                    folder, _patched(folder, way.file), self.who, words, patch.author
                )
            else:
                assert self.tip is not None, "is_done found it"
                words = message(self.seen.comes, self.who)
                came = git_share.bring(folder, self.tip, self.who, words)
            _need_settled(came.conflicts)
            return several(len(came.files), CHANGED)

        return Step(
            "bring",
            N_("core", "Bring in what the others did"),
            is_done,
            do,
            detail=(*_shown(self.seen.comes), *self.seen.told),
        )

    def send(self) -> Step:
        way = self.way
        assert isinstance(way, Far)

        def is_done(job: Job) -> bool:
            if not self.folder.begun():
                return False
            there = git_share.fetch(job, self.folder, way, self.settings)
            return there is not None and there == here(self.folder).head

        def do(job: Job) -> Words:
            git_share.send(job, self.folder, way, self.settings)
            return said(N_("core", "It is sent to {url}."), url=way.url)

        return Step(
            "send",
            N_("core", "Send yours to the others"),
            is_done,
            do,
            detail=(way.url, *_shown(self.seen.goes)),
        )

    def write(self) -> Step:
        way = self.way
        assert not isinstance(way, Far)

        def mail() -> bytes:
            since = git_share.last_seen(self.folder)
            return git_patch.written(
                self.folder, since, self.who, message(self.seen.goes, self.who)
            )

        def is_done(job: Job) -> bool:
            if not self.folder.begun():
                return False
            if isinstance(way, Stick):
                return here(self.folder).head in git_bundle.holds(way.file)
            return way.file.is_file() and way.file.read_bytes() == mail()

        def do(job: Job) -> Words:
            if isinstance(way, Stick):
                git_bundle.write(self.folder, way.file)
            else:
                git_patch.write(way.file, mail())
            return said(N_("core", "The file is written: {path}."), path=way.file)

        return Step(
            "write",
            N_("core", "Write a file for the others"),
            is_done,
            do,
            detail=(str(way.file), *_shown(self.seen.goes)),
        )
