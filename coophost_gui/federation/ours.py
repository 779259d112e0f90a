"""Which record is ours: remembered on this computer, one for each world."""

from pathlib import Path

from coophost_gui.federation.record import Record
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml, write_yaml
from coophost_gui.kit.text import N_

FILE = "federation.yml"


class NoRecord(Problem):
    text = N_("core", "This computer knows no record of decisions yet.")
    hint = N_("core", "Begin one, or open the folder that your collective shares.")


class RecordGone(Problem):
    text = N_("core", "The folder {folder} with your decisions is not there any more.")
    means = N_("core", "Nothing was changed. Perhaps it was moved, or its stick is not in.")
    hint = N_("core", "Bring it back, or open it where it is now.")


def our_record(data_dir: Path) -> Record | None:
    """Return the record that is worked on in this world; None before the first."""
    folder = read_yaml(data_dir / FILE).get("record")
    if not isinstance(folder, str):
        return None
    if not Path(folder).is_dir():
        raise RecordGone(folder=folder)
    return Record(Path(folder))


def need_record(data_dir: Path) -> Record:
    """Return our record, or raise the Problem that says how one gets one."""
    found = our_record(data_dir)
    if found is None:
        raise NoRecord()
    return found


def remember_record(data_dir: Path, root: Path) -> None:
    """Work on the record in *root* from now on."""
    write_yaml(data_dir / FILE, {"record": str(root.resolve())})
