import pytest

from coophost_gui.kit import places
from coophost_gui.kit.store import Collective, FileUnreadable, Settings, read_yaml, write_text


def test_a_file_is_written_all_or_nothing_and_privately(tmp_path):
    path = tmp_path / "deep" / "file"
    write_text(path, "one")
    assert path.read_text() == "one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_link_keeps_pointing_where_it_did(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o644)
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o644


def test_a_collective_keeps_what_it_does_not_know(tmp_path):
    (tmp_path / "coophost.yml").write_text("version: 1\nname: Kitchen\ncolour: green\n")
    found = Collective.read(tmp_path)
    assert found.name == "Kitchen"
    found.write(tmp_path)
    assert read_yaml(tmp_path / "coophost.yml")["colour"] == "green"
    assert Collective.read(tmp_path) == found


def test_no_file_means_the_defaults(tmp_path):
    assert Collective.read(tmp_path) == Collective()
    assert Settings.read() == Settings()


def test_settings_come_back():
    Settings(palette="dark").write()
    assert Settings.read().palette == "dark"


def test_a_file_that_cannot_be_read_is_said_and_left_alone(tmp_path):
    path = tmp_path / "coophost.yml"
    path.write_text("name: [never closed")
    with pytest.raises(FileUnreadable) as caught:
        Collective.read(tmp_path)
    assert str(path) in str(caught.value)
    assert path.read_text() == "name: [never closed"


def test_every_folder_of_ours_is_private():
    for folder in (places.data_dir(), places.cache_dir(), places.log_dir()):
        assert folder.stat().st_mode & 0o777 == 0o700
