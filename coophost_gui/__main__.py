"""``python -m coophost_gui`` and ``coophost-gui``: the window."""

import sys


def main() -> int:
    """Open the window; return when it is closed."""
    from coophost_gui.gui.app import main as window

    return window(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
