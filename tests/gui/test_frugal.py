"""What the window does not load, and does not keep."""

import subprocess
import sys

from coophost_gui.kit import places

CHECKOUT = places.resource("signs").parents[1]


def told(code):
    return subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=CHECKOUT, stdout=-1, text=True
    ).stdout.strip()


def test_the_source_of_what_is_imported_is_not_kept():
    found = told(
        "import linecache, coophost_gui.gui.window, coophost_gui.hosts.connect\n"
        "print(*(name for name in linecache.cache if 'coophost_gui' in name or 'paramiko' in name))"
    )
    assert found == ""


def test_helpers_that_nobody_needs_are_not_loaded_and_nothing_is_said_about_it():
    helpers = ("invoke", "charset_normalizer", "chardet", "unittest", "asyncio")
    code = "import sys, coophost_gui.hosts.reach, coophost_gui.hosts.tunnel\n" + (
        f"print(*(name for name in {helpers} if sys.modules.get(name)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=CHECKOUT, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")
