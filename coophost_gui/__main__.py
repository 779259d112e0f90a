"""``python -m coophost_gui`` and ``coophost-gui``: the window."""

import gc
import sys


def main() -> int:
    """Open the window; return when it is closed."""
    gc.disable()  # until the first painting of the window: see gui.app.FirstPaint
    from coophost_gui.gui.app import main as window

    return window(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
