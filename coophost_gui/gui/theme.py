"""Every colour and every measure of the program, in one place.

Colours come in two palettes whose pairs are measured to WCAG AA.  Measures are
multiples of the line height of the system's font, so the program grows with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

Mode = Literal["system", "light", "dark"]
Level = Literal["good", "wait", "bad", "accent", "warm", "soft"]


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for; a ``…_tint`` lies under text of its own colour."""

    ground: str
    surface: str
    raised: str
    line: str
    ink: str
    soft: str
    faint: str  # an example in an empty line, which must not be taken for an answer
    accent: str
    accent_more: str  # the filled button under the pointer
    on_accent: str
    accent_tint: str
    warm: str
    warm_tint: str
    good: str
    good_tint: str
    wait: str
    wait_tint: str
    bad: str
    bad_tint: str

    def __getitem__(self, role: str) -> QColor:
        """Return the colour called *role*, to paint with."""
        return QColor(cast(str, getattr(self, role)))

    def tint(self, role: str) -> str:
        """Return the name of the ground that belongs under *role*."""
        return f"{role}_tint" if hasattr(self, f"{role}_tint") else "raised"


LIGHT = Palette(
    ground="#FAF6F0",
    surface="#FFFFFF",
    raised="#F3ECE1",
    line="#DDD3C4",
    ink="#22302E",
    soft="#55625F",
    faint="#68746F",
    accent="#0B6B5D",
    accent_more="#095A4E",
    on_accent="#FFFFFF",
    accent_tint="#DCEFEA",
    warm="#A9431B",
    warm_tint="#FBE6DB",
    good="#1E7B3A",
    good_tint="#E0F2E3",
    wait="#8A5A00",
    wait_tint="#FBEFD3",
    bad="#B3261E",
    bad_tint="#FBE3E1",
)
DARK = Palette(
    ground="#141A19",
    surface="#1C2423",
    raised="#263130",
    line="#3A4745",
    ink="#EDF1EE",
    soft="#A9B6B2",
    faint="#808D89",
    accent="#63CDB7",
    accent_more="#7FDBC8",
    on_accent="#06231E",
    accent_tint="#1E3D38",
    warm="#F0A17C",
    warm_tint="#43291C",
    good="#7FD497",
    good_tint="#1D3A26",
    wait="#F0C464",
    wait_tint="#3D3115",
    bad="#FF9E96",
    bad_tint="#46201D",
)

# "Try it out" has a paper and an accent of its own, so that nobody mistakes it for the real.
PRACTICE_LIGHT = replace(
    LIGHT,
    ground="#F8F5FB",
    raised="#EEE7F5",
    line="#D8CDE3",
    accent="#6B3FA0",
    accent_more="#5A3488",
    accent_tint="#EBE1F7",
)
PRACTICE_DARK = replace(
    DARK,
    ground="#17141C",
    surface="#1F1B26",
    raised="#2B2534",
    line="#453C52",
    accent="#C9ABF2",
    accent_more="#D8C2F6",
    on_accent="#24123D",
    accent_tint="#38284E",
)
PALETTES = (LIGHT, DARK, PRACTICE_LIGHT, PRACTICE_DARK)

# Every pair of text and ground that the program draws; a test measures each in both palettes.
PAIRS = (
    *((text, ground) for text in ("ink", "soft") for ground in ("ground", "surface", "raised")),
    *((text, "accent_tint") for text in ("ink", "accent")),
    *(("accent", ground) for ground in ("ground", "surface", "raised")),
    *(("faint", ground) for ground in ("ground", "surface")),
    ("on_accent", "accent"),
    ("on_accent", "accent_more"),
    *((level, f"{level}_tint") for level in ("warm", "good", "wait", "bad")),
    *((level, ground) for level in ("warm", "good", "wait", "bad") for ground in ("surface",)),
    *((level, "ground") for level in ("wait", "bad")),
    *(("ink", f"{level}_tint") for level in ("good", "wait", "bad")),
)

# Sizes of type, as multiples of the system's own size.
HEADLINE, TITLE, INTRO, TEXT, NOTE = 2.0, 1.24, 1.05, 1.0, 0.9

# Measures, as multiples of the line height.
MARGIN, GAP, PADDING, RADIUS, BUTTON_RADIUS, BAR_RADIUS = 2.0, 0.95, 1.1, 0.83, 0.53, 0.22

# The light-or-dark of a widget is told by a role that no stylesheet touches.
_TELLTALE = QPalette.ColorRole.ToolTipBase

_FOLLOWER = "coophost-follower"  # where the program keeps what dresses it


def em(times: float = 1.0) -> int:
    """Return *times* the line height of the system's font, in pixels (at least 1)."""
    return max(1, round(times * QFontMetricsF(QGuiApplication.font()).height()))


def colours(of: QWidget | QPalette) -> Palette:
    """Return the palette that *of* is drawn in."""
    found = of.palette() if isinstance(of, QWidget) else of
    ground = found.color(_TELLTALE).name().upper()
    return next((palette for palette in PALETTES if palette.ground == ground), LIGHT)


def font(times: float = TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the system's font at *times* its size: for delegates, which paint themselves."""
    made = QFont(QGuiApplication.font())
    if made.pointSizeF() > 0:
        made.setPointSizeF(made.pointSizeF() * times)
    else:
        made.setPixelSize(round(made.pixelSize() * times))
    made.setWeight(weight)
    return made


def moves(widget: QWidget) -> bool:
    """Return whether things may move on the screen: False when the system asks for less."""
    hints = QGuiApplication.styleHints()
    if hasattr(hints, "accessibility"):  # Qt 6.10 and newer
        wish = getattr(hints.accessibility(), "motionPreference", lambda: None)()
        if wish is not None and wish.name == "ReducedMotion":
            return False
    from PySide6.QtWidgets import QStyle  # expensive, and no first window needs it

    duration = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return duration > 0


def application(argv: Sequence[str]) -> QApplication:
    """Return the program's QApplication, in the style that the stylesheet was made on.

    The style is named among the arguments: asking a QApplication for its style loads
    every measure of one, which takes as long as painting the first window.
    """
    return QApplication([*argv, "-style", "Fusion"])


def apply(app: QApplication, mode: str = "system", *, practising: bool = False) -> None:
    """Dress the whole program; *mode* "system" follows the system's light and dark as it changes.

    Call it again when the person chooses another palette, and on the way into "Try it
    out" (*practising*) and back.
    """
    old = app.property(_FOLLOWER)  # searching the children would load the style among them
    if isinstance(old, _Follower):
        old.setParent(None)
        old.deleteLater()
    follower = _Follower(app, mode, practising)
    app.setProperty(_FOLLOWER, follower)
    follower.dress()


class _Follower(QObject):
    """Hears that the system went light or dark, or changed its font, and dresses again."""

    def __init__(self, app: QApplication, mode: str, practising: bool) -> None:
        super().__init__(app)
        self._app, self._mode, self._practising = app, mode, practising
        app.styleHints().colorSchemeChanged.connect(self.dress)

    @Slot()
    def dress(self) -> None:
        if self._mode == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = self._mode == "dark"
        if self._practising:
            palette = PRACTICE_DARK if dark else PRACTICE_LIGHT
        else:
            palette = DARK if dark else LIGHT
        self._app.setPalette(_qt_palette(palette))
        self._app.setStyleSheet(_sheet(palette))


def _qt_palette(p: Palette) -> QPalette:
    """Return *p* as Qt's own roles, for everything that the stylesheet leaves alone."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: p.ground,
        role.WindowText: p.ink,
        role.Base: p.surface,
        role.AlternateBase: p.raised,
        role.Text: p.ink,
        role.PlaceholderText: p.faint,
        role.Button: p.raised,
        role.ButtonText: p.ink,
        role.BrightText: p.bad,
        role.Highlight: p.accent,
        role.HighlightedText: p.on_accent,
        role.Accent: p.accent,
        role.Link: p.accent,
        role.LinkVisited: p.accent,
        role.ToolTipText: p.ink,
        role.Light: p.surface,
        role.Midlight: p.raised,
        role.Mid: p.line,
        role.Dark: p.line,
        role.Shadow: p.line,
        _TELLTALE: p.ground,
    }.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(p.soft))
    return made


def _size(times: float) -> str:
    base = QGuiApplication.font()
    if base.pointSizeF() > 0:
        return f"font-size: {base.pointSizeF() * times:.2f}pt;"
    return f"font-size: {round(base.pixelSize() * times)}px;"


def _sheet(p: Palette) -> str:
    """Return the stylesheet; widgets of ``widgets.py`` say what they are by their ``look``."""
    thin, thick = em(0.06), em(0.12)
    button = f"border-radius: {em(BUTTON_RADIUS)}px; padding: {em(0.5)}px {em(0.95)}px;"
    focused = f"border: {thick}px solid {p.ink}; padding: {em(0.5) - thick}px"
    cards = "".join(
        f'*[look="card"][edge="{edge}"] {{ border: {thin}px solid {getattr(p, edge)}; }}'
        for edge in ("line", "good", "wait", "bad", "accent", "warm")
    ) + "".join(
        f'*[look="card"][fill="{fill.name}"] {{ background: {getattr(p, fill.name)}; }}'
        for fill in fields(p)
        if fill.name in ("ground", "surface", "raised") or fill.name.endswith("_tint")
    )
    tones = "".join(
        f'QLabel[tone="{tone}"] {{ color: {getattr(p, tone)}; }}'
        for tone in ("ink", "soft", "accent", "on_accent", "warm", "good", "wait", "bad")
    )
    return f"""
    QLabel {{ background: transparent; }}
    QLabel[look="headline"] {{ {_size(HEADLINE)} font-weight: 700; }}
    QLabel[look="title"] {{ {_size(TITLE)} font-weight: 700; }}
    QLabel[look="intro"] {{ {_size(INTRO)} }}
    QLabel[look="strong"] {{ font-weight: 600; }}
    QLabel[look="note"] {{ {_size(NOTE)} }}
    QLabel[look="small-strong"] {{ {_size(NOTE)} font-weight: 600; }}
    {tones}
    *[look="ground"] {{ background: {p.ground}; border: none; }}
    *[look="foot"] {{ background: {p.ground}; border: none;
        border-top: {thin}px solid {p.ground}; }}
    *[look="foot"][more="true"] {{ border-top-color: {p.line}; }}
    *[look="rail"] {{ background: {p.raised}; border: none; }}
    *[look="card"] {{ background: {p.surface}; border: none; border-radius: {em(RADIUS)}px; }}
    {cards}
    QPushButton {{ {button} color: {p.accent}; background: transparent;
        border: {thin}px solid {p.line}; }}
    QPushButton:hover {{ background: {p.raised}; }}
    *[fill="raised"] QPushButton:hover {{ background: {p.surface}; }}
    QPushButton:focus {{ {focused} {em(0.95) - thick + thin}px; }}
    QPushButton:disabled {{ color: {p.soft}; }}
    QPushButton[look="primary"] {{ background: {p.accent}; color: {p.on_accent};
        border: {thin}px solid {p.accent}; font-weight: 600; }}
    QPushButton[look="primary"]:hover {{ background: {p.accent_more}; }}
    QPushButton[look="primary"]:focus {{ border: {thick}px solid {p.ink}; }}
    QPushButton[look="primary"]:disabled {{ background: {p.raised}; color: {p.soft};
        border-color: {p.raised}; }}
    QPushButton[look="link"] {{ border-color: transparent; }}
    QPushButton[look="link"]:focus {{ border-color: {p.ink}; }}
    #languages QPushButton:checked {{ background: {p.accent_tint}; }}
    QPushButton[look="quiet"] {{ border-color: transparent; padding: {em(0.3)}px {em(0.3)}px; }}
    QPushButton[look="quiet"]:focus {{ border-color: {p.ink};
        padding: {em(0.3) - thick + thin}px {em(0.3) - thick + thin}px; }}
    QPushButton[look="danger"] {{ color: {p.bad}; border-color: {p.bad}; }}
    QPushButton[look="danger"]:disabled {{ color: {p.soft}; border-color: {p.line}; }}
    QToolButton {{ background: transparent; border: {thin}px solid transparent;
        border-radius: {em(BUTTON_RADIUS)}px; padding: {em(0.25)}px; color: {p.accent}; }}
    QToolButton:hover {{ background: {p.raised}; }}
    QToolButton:focus {{ border: {thick}px solid {p.ink}; padding: {em(0.25) - thick + thin}px; }}
    QListWidget {{ background: {p.ground}; color: {p.ink}; border: {thin}px solid {p.line};
        border-radius: {em(BUTTON_RADIUS)}px; padding: {em(0.2)}px; }}
    QListWidget:focus {{ border: {thick}px solid {p.accent}; }}
    QListWidget::item {{ padding: {em(0.3)}px; border-radius: {em(0.3)}px; }}
    QListWidget::item:selected {{ background: {p.accent_tint}; color: {p.ink}; }}
    QLineEdit, QPlainTextEdit {{ background: {p.ground}; color: {p.ink};
        border: {thin}px solid {p.line}; border-radius: {em(BUTTON_RADIUS)}px;
        padding: {em(0.5)}px {em(0.65)}px; selection-background-color: {p.accent};
        selection-color: {p.on_accent}; placeholder-text-color: {p.faint}; }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border: {thick}px solid {p.accent};
        padding: {em(0.5) - thick + thin}px {em(0.65) - thick + thin}px; }}
    QLineEdit[trouble="true"] {{ border-color: {p.bad}; }}
    QLineEdit:disabled {{ color: {p.soft}; }}
    QLineEdit[look="bare"] {{ border: none; padding: 0; background: transparent; }}
    QProgressBar {{ background: {p.raised}; border: none; border-radius: {em(BAR_RADIUS)}px; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: {em(BAR_RADIUS)}px; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollArea:focus {{ border: {thin}px solid {p.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: {em(0.7)}px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {p.line}; border-radius: {em(0.25)}px;
        min-height: {em(2)}px; margin: {em(0.1)}px; }}
    QScrollBar:horizontal {{ background: transparent; height: {em(0.7)}px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {p.line}; border-radius: {em(0.25)}px;
        min-width: {em(2)}px; margin: {em(0.1)}px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QToolTip {{ background: {p.raised}; color: {p.ink}; border: {thin}px solid {p.line};
        padding: {em(0.3)}px; }}
    """
