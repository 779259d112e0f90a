"""``python -m coophost_gui`` and ``coophost-gui``: the window."""

import gc
import sys

from coophost_gui.kit import languages
from coophost_gui.kit.store import FileUnreadable, Settings


def main() -> int:
    """Open the window; return when it is closed."""
    gc.disable()  # until the first painting of the window: see gui.app.FirstPaint
    try:
        settings = Settings.read()
    except FileUnreadable:  # whatever needs more of it than the colours says so
        settings = Settings()
    languages.offered()
    # Once Qt is there, it reads the text of every module that is loaded: so it comes last.
    from coophost_gui.gui.app import main as window

    return window(sys.argv, settings.palette, settings.language)


if __name__ == "__main__":
    sys.exit(main())
