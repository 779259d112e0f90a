"""``make pictures``: every screen, light and dark, into ``resources/pictures/``.

The same at 200 % goes to ``build/pictures-200/``, to look at.  Each picture keeps 256
colours, which is more than a screen of ours has, bar the edges of its letters.
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import QApplication, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.tour import Guide, breathe, nobodys_world, settle
from coophost_gui.gui.window import Window
from coophost_gui.kit.places import CHECKOUT
from coophost_gui.workshop.practice import practice_world
from tests.gui.screens import SCREENS

MODES = ("light", "dark")
PICTURES = CHECKOUT / "resources" / "pictures"
LARGE = CHECKOUT / "build" / "pictures-200"
SIZE = (1180, 760)
LARGE_SIZE = (1600, 1100)
QUICK = 50.0  # how much faster than a real server the make-believe one is here
COLOURS = 256


def main() -> int:
    """Draw everything; print how much it is."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(["coophost-pictures"])
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        for name in ("DATA", "STATE", "CACHE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = f"{home}/{name.lower()}"
        font = QFont(application.font())
        font.setPointSizeF(10.5)
        for old in PICTURES.glob("*.png"):
            old.unlink()
        for folder, size, times in ((PICTURES, SIZE, 1.0), (LARGE, LARGE_SIZE, 2.0)):
            folder.mkdir(parents=True, exist_ok=True)
            scaled = QFont(font)
            scaled.setPointSizeF(font.pointSizeF() * times)
            application.setFont(scaled)
            for mode in MODES:
                draw_screens(application, mode, folder, size)
                if times == 1.0:
                    draw_journey(application, mode, folder, size)
    drawn = list(PICTURES.glob("*.png"))
    size_mb = sum(path.stat().st_size for path in drawn) / 1e6
    print(f"{len(drawn)} pictures, {size_mb:.1f} MB, in {PICTURES}; the large ones in {LARGE}")
    return 0


def draw_screens(application: QApplication, mode: str, folder: Path, size: tuple[int, int]) -> None:
    """Draw each of ``SCREENS`` in *mode*."""
    for name, make in SCREENS.items():
        theme.apply(application, mode)
        with tempfile.TemporaryDirectory() as home:
            os.environ["XDG_DATA_HOME"] = f"{home}/data"
            window = make(Path(home) / "world")
            window.resize(*size)
            window.show()
            breathe(30)
            settle()
            save(window, folder / f"{name}-{mode}.png")
            window.end()
            window.close()
            window.deleteLater()


def draw_journey(application: QApplication, mode: str, folder: Path, size: tuple[int, int]) -> None:
    """Walk the main job on the practice server and draw what one sees on the way."""
    theme.apply(application, mode)
    with tempfile.TemporaryDirectory() as home:
        window = Window(lambda: nobodys_world(Path(home)), lambda: practice_world(QUICK))
        window.practised.connect(
            lambda practising: theme.apply(application, mode, practising=practising)
        )
        window.resize(*size)
        window.show()

        def keep(name: str, shown: QWidget) -> None:
            save(shown, folder / f"journey-{name}-{mode}.png")

        try:
            Guide(window, keep, lambda words: None).walk()
        finally:
            window.end()
            window.close()


def save(widget: QWidget, path: Path) -> None:
    """Write what *widget* shows to *path*, small."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(image.constBits()).cast("B").cast("I")
    often = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    small = image.convertToFormat(QImage.Format.Format_Indexed8, often, flags)
    small.save(str(path), "PNG", 0)


if __name__ == "__main__":
    sys.exit(main())
