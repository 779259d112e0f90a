from coophost_gui.recipes.abrash import exports, functions, unread

SCRIPT = """\
#!/bin/bash
export ENTRYPOINT_VERSION=v3
export A_VERSION="v1" B_VERSION='v2' # both
  export INDENTED=yes;echo no
export CHAINED=${A_VERSION}x
export ASKED=$(date)
export ONLY_NAME
export BROKEN="
NOT_EXPORTED=1
#export COMMENTED=1

occ() {
  export INSIDE=1
}
function set_icons { :; }
function import_user() { :; }
_private-one () { :; }
"""


def test_exported_versions_are_read_without_a_shell():
    assert exports(SCRIPT) == {
        "ENTRYPOINT_VERSION": "v3",
        "A_VERSION": "v1",
        "B_VERSION": "v2",
        "INDENTED": "yes",
        "CHAINED": "v1x",
        "INSIDE": "1",
    }


def test_what_only_a_shell_could_tell_is_named():
    assert unread(SCRIPT) == ["export ASKED=$(date)", 'export BROKEN="']


def test_functions_are_found_by_name():
    assert functions(SCRIPT) == ["occ", "set_icons", "import_user", "_private-one"]
