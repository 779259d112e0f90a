"""Which record is ours: remembered, and said where it is gone."""

import pytest

from coophost_gui.federation.ours import (
    NoRecord,
    RecordGone,
    need_record,
    our_record,
    remember_record,
)


def test_there_is_none_before_the_first(tmp_path):
    assert our_record(tmp_path) is None
    with pytest.raises(NoRecord):
        need_record(tmp_path)


def test_it_is_remembered_and_missed_where_it_is_gone(tmp_path):
    record = tmp_path / "shared"
    record.mkdir()
    remember_record(tmp_path / "data", record)
    assert need_record(tmp_path / "data").root == record
    record.rename(tmp_path / "moved")
    with pytest.raises(RecordGone, match="shared"):
        our_record(tmp_path / "data")
