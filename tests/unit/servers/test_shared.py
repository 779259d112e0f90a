"""Lists of servers that others made: what is read of them, and what is refused."""

import os
from pathlib import PurePosixPath

import pytest

from coophost_gui.kit import log
from coophost_gui.net.pack import Brought
from coophost_gui.recipes.envfile import EnvFile, ValueTooLong
from coophost_gui.servers.shared import (
    ListMissing,
    ListRefused,
    ListTooLong,
    accept,
    is_address,
    open_secrets,
    read_list,
)

NOTES = "TYPE=hedgedoc:1.0.0\nDOMAIN=notes.kitchen.example.org\n"


def filled(top, files):
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    return top


@pytest.mark.parametrize("inside", ["servers", ".abra/servers", "."])
def test_a_list_is_found_in_what_people_choose(tmp_path, inside):
    filled(
        tmp_path / inside,
        {
            "kitchen.example.org/notes.kitchen.example.org.env": NOTES,
            "kitchen.example.org/coophost.yml": "name: Kitchen\n",
            "kitchen.example.org/README.md": "hello",
            "kitchen.example.org/._notes.env": "of a Mac",
            "kitchen.example.org/providers/x.env": "deeper",
            "default/here.env": NOTES,
            ".git/config": "",
        },
    )
    [server] = read_list(tmp_path, "place")
    assert server.name == "kitchen.example.org"
    assert server.inside == PurePosixPath(inside, "kitchen.example.org")
    assert server.files == ("coophost.yml", "notes.kitchen.example.org.env")
    assert server.apps == ["notes.kitchen.example.org"]


def test_the_folder_of_one_server_is_a_list_without_its_name(tmp_path):
    [server] = read_list(filled(tmp_path, {"notes.env": NOTES, "docs/a.md": "x"}), "place")
    assert (server.name, server.inside, server.apps) == ("", PurePosixPath("."), ["notes"])


def test_a_server_without_apps_counts_where_only_servers_are(tmp_path):
    (tmp_path / "servers" / "new.example.org").mkdir(parents=True)
    assert [server.name for server in read_list(tmp_path, "place")] == ["new.example.org"]
    with pytest.raises(ListMissing):
        read_list(tmp_path / "servers", "place")


def test_links_that_stay_inside_are_followed_as_abra_does(tmp_path):
    filled(tmp_path / "repos" / "kitchen", {"notes.env": NOTES})
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers" / "kitchen").symlink_to("../repos/kitchen")
    [server] = read_list(tmp_path, "place")
    assert server.inside == PurePosixPath("repos/kitchen")


def out_by_a_folder(top):
    (top / "servers" / "etc").symlink_to("/etc")


def out_by_a_file(top):
    (top / "servers" / "a" / "x.env").symlink_to("/etc/passwd")


def out_by_dots(top):
    (top / "servers" / "a" / "x.env").symlink_to("../../../secret.env")


def to_nothing(top):
    (top / "servers" / "a" / "x.env").symlink_to("nothing")


def to_itself(top):
    (top / "servers" / "a" / "x.env").symlink_to("x.env")


def to_a_pipe(top):
    os.mkfifo(top / "servers" / "pipe")
    (top / "servers" / "a" / "x.env").symlink_to("../pipe")


def a_big_one(top):
    (top / "servers" / "a" / "x.env").write_bytes(bytes(1_000_001))


def an_option_for_ssh(top):
    (top / "servers" / "-oProxyCommand=touch x").mkdir()


def a_line_for_the_ssh_settings(top):
    (top / "servers" / "a\nProxyCommand touch x").mkdir()


def values_of_values(top):
    doubled = "".join(f"A{n}=$A{n - 1}$A{n - 1}\n" for n in range(1, 40))
    (top / "servers" / "a" / "x.env").write_text(f"A0=ten letters\n{doubled}")


def an_odd_app(top):
    (top / "servers" / "a" / "$(touch x).env").touch()


def odd_words(top):
    (top / "servers" / "a" / "coophost.yml").write_text("name: [1, 2]\n")


def odd_pairs(top):
    (top / "servers" / "a" / "coophost.yml").write_text("contacts: {a: {b: c}}\n")


def no_pairs(top):
    (top / "servers" / "a" / "coophost.yml").write_text("app_names: 3\n")


def no_yaml(top):
    (top / "servers" / "a" / "coophost.yml").write_bytes(b"\xff: [")


def many_servers(top):
    for number in range(51):
        (top / "servers" / f"s{number}").mkdir()


HOSTILE = [
    (out_by_a_folder, ListRefused, "etc"),
    (out_by_a_file, ListRefused, "x.env"),
    (out_by_dots, ListRefused, "x.env"),
    (to_nothing, ListRefused, "x.env"),
    (to_itself, ListRefused, "x.env"),
    (to_a_pipe, ListRefused, "x.env"),
    (a_big_one, ListRefused, "x.env"),
    (an_option_for_ssh, ListRefused, "ProxyCommand"),
    (a_line_for_the_ssh_settings, ListRefused, "ProxyCommand"),
    (an_odd_app, ListRefused, "touch"),
    (values_of_values, ValueTooLong, "A"),
    (odd_words, ListRefused, "coophost.yml"),
    (odd_pairs, ListRefused, "coophost.yml"),
    (no_pairs, ListRefused, "coophost.yml"),
    (no_yaml, ListRefused, "coophost.yml"),
    (many_servers, ListTooLong, "place"),
]


@pytest.mark.parametrize(
    ("add", "problem", "named"), HOSTILE, ids=lambda x: getattr(x, "__name__", "")
)
def test_a_folder_that_wants_to_lead_elsewhere_is_refused(tmp_path, add, problem, named):
    top = filled(tmp_path / "top", {"servers/a/notes.env": NOTES})
    (tmp_path / "secret.env").write_text("A=b\n")
    read_list(top, "place")
    add(top)
    with pytest.raises(problem, match=named):
        read_list(top, "place")


FILE, PROGRAM, LINK, MODULE = 0o100644, 0o100755, 0o120000, 0o160000


@pytest.mark.parametrize(
    ("path", "mode", "size"),
    [
        ("kitchen/x.env", LINK, 5),
        ("kitchen", MODULE, 0),
        ("../x.env", FILE, 5),
        ("a/../../x.env", FILE, 5),
        ("/etc/passwd", FILE, 5),
        (".git/hooks/post-checkout", PROGRAM, 5),
        ("a/.GIT/config", FILE, 5),
        ("a\\..\\x", FILE, 5),
        ("a/x\n.env", FILE, 5),
        ("a/\udcff.env", FILE, 5),
        ("a/big", FILE, 1_000_001),
    ],
)
def test_a_repository_that_wants_to_lead_elsewhere_is_refused(path, mode, size):
    accept([Brought("a/notes.env", FILE, 40), Brought("a/tools/run", PROGRAM, 40)])
    with pytest.raises(ListRefused) as refused:
        accept([Brought(path, mode, size)])
    assert str(refused.value.sentences()[0]).isprintable()


def test_passwords_that_anybody_can_read_are_named_and_kept_out_of_the_log():
    text = """
        SMTP_PASSWORD=hunter2hunter2
        export API_KEY="abcdef123456"
        # OLD_PASSWORD=was-once-here
        SECRET_DB_PASSWORD_VERSION=v1
        SECRET_DB_PASSWORD_LENGTH=40
        ADMIN_PASSWORD=
        TOKEN=$OTHER_VALUE
        DOMAIN=notes.example.org
        CERT="-----BEGIN PRIVATE KEY-----"
    """
    assert open_secrets(EnvFile.parse(text)) == ["SMTP_PASSWORD", "API_KEY", "CERT"]
    assert "hunter2" not in log.redact("it says hunter2hunter2")


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("https://git.example.org/kitchen/servers.git", True),
        ("ssh://git@git.example.org:2222/kitchen", True),
        ("git@git.example.org:kitchen/servers.git", True),
        ("http://git.example.org/x", False),
        ("git://git.example.org/x", False),
        ("ext::sh -c true", False),
        ("file:///srv/x", False),
        ("/media/stick/.abra", False),
        ("~/.abra", False),
    ],
)
def test_what_is_an_address_and_what_a_folder(place, address):
    assert is_address(place) is address
