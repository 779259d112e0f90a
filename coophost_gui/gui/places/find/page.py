"""Find an app: by the name of the product that one would like to leave behind."""

from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QListView, QSizePolicy

from coophost_gui.gui import theme
from coophost_gui.gui.context import Context
from coophost_gui.gui.controls import LineEdit
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.layouts import empty, row
from coophost_gui.gui.naming import serves_the_server
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places.find.about import about_screen
from coophost_gui.gui.places.find.delegate import ChoiceDelegate
from coophost_gui.gui.places.find.model import Choice, ChoiceModel, choice_of, told_apart
from coophost_gui.gui.places.find.news import LookForNews, age_in_words
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.theme import em
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, announce, look, named
from coophost_gui.gui.words import spoken, tr
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Day, N_n, Words, said, several
from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.search import Match


class FindPage(PlacePage):
    """A search by product names over the catalogue, and cards to choose from."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "What would you like to leave behind?")))
        self._catalogue: Catalogue | None = None
        self._choices: dict[tuple[str, str], Choice] = {}  # by recipe and language
        self._kind = ""
        self.search = LineEdit(
            N_("core", "What would you like to leave behind?"),
            placeholder=N_("core", "Type a product that you know, such as Google Drive"),
        )
        self.search.setObjectName("search")
        look(self.search, look="bare")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._found = Note()
        self._line = Card(across=True, padding=0.65)
        self._line.body.addWidget(self.search, 1)
        self._line.body.addWidget(self._found)
        self._kinds = row(gap=0.5)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.cards = CardList()
        self.cards.delegate.chosen.connect(self._choose)
        self.cards.delegate.opened.connect(self._about)
        self.cards.activated.connect(self._on_activated)
        self.cards.selectionModel().currentChanged.connect(self._bring_into_view)
        self._nothing = Card()
        self.news = LookForNews(context)
        self.news.done.connect(self.refresh)
        for widget in (self.news, self._line, self._kinds, self.cards, self._nothing):
            self.front.body.addWidget(widget)
        self._note = Note()
        self.front.set_foot([self._note], [self.news.button])
        self._nothing.setVisible(False)
        self.setFocusProxy(self.search)

    def refresh(self) -> None:
        """Read the catalogue anew: abra may have fetched another one."""
        self._choices.clear()
        try:
            self._catalogue = Catalogue.find(self.context.world.abra, self.context.world.lists)
            trouble: Words = ""
        except Problem as problem:
            self._catalogue = Catalogue.shipped()
            trouble = problem.sentences()[0]
        self._show_kinds()
        self._filter()
        self.news.offer()
        self._note.say(trouble or self._origin(self._catalogue))

    def _origin(self, catalogue: Catalogue) -> Words:
        count = len(self._all())
        date = catalogue.date or datetime.now(UTC)
        return several(
            count,
            N_n(
                "core",
                "One app from {source}, {day} ({age}) · works without internet",
                "{count} apps from {source}, {day} ({age}) · works without internet",
            ),
            source=catalogue.source,
            day=Day(date),
            age=age_in_words(date),
        )

    def _all(self, text: str = "") -> list[Choice]:
        assert self._catalogue is not None, "refresh comes first"
        found = self._catalogue.search(text, shipped())
        return told_apart([self._choice(m) for m in found if not serves_the_server(m.meaning)])

    def _choice(self, match: Match) -> Choice:
        key = (match.entry.name, spoken())
        if key not in self._choices:
            self._choices[key] = choice_of(match, practising=self.context.practising)
        return self._choices[key]

    def _show_kinds(self) -> None:
        layout = self._kinds.layout()
        assert layout is not None
        for button in self._group.buttons():
            self._group.removeButton(button)
        empty(layout)
        kinds = sorted({choice.kind for choice in self._all() if choice.kind})
        for kind in ("", *kinds) if len(kinds) > 1 else ():
            button = KindButton(kind, tr(kind) if kind else tr(N_("core", "Everything")))
            button.setChecked(kind == self._kind)
            button.clicked.connect(self._on_kind)
            self._group.addButton(button)
            layout.addWidget(button)
        self._kinds.setVisible(len(kinds) > 1)

    @Slot()
    def _on_kind(self) -> None:
        button = self.sender()
        if isinstance(button, KindButton):
            self._kind = button.kind
            self._filter()

    @Slot()
    def _filter(self) -> None:
        text = self.search.text().strip()
        found = [choice for choice in self._all(text) if self._kind in ("", choice.kind)]
        self.cards.show_choices(found)
        words: Words = several(len(found), N_n("core", "one app", "{count} apps"))
        if not found:
            words = N_("core", "no app")
        self._found.say(words)
        self.cards.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.front.draw("" if found else "shelf")
        if not found:
            self._show_nothing(text)
        announce(self.search, tr(words))

    def _show_nothing(self, text: str) -> None:
        empty(self._nothing.body)
        title = (
            said(N_("core", "Our list has nothing for “{name}” yet"), name=text)
            if text
            else N_("core", "There is nothing of this kind yet")
        )
        self._nothing.body.addWidget(Title(title))
        assert self._catalogue is not None, "refresh comes first"
        words = self._catalogue.why_nothing(text, shipped()) or N_(
            "core", "Look at everything that is there, or try another name."
        )
        self._nothing.body.addWidget(Text(words, tone="soft"))
        everything = Button(N_("core", "Show everything"), "plain", clicked=self._show_everything)
        self._nothing.body.addWidget(everything, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_everything(self) -> None:
        self._kind = ""
        self._show_kinds()
        self.search.clear()
        self._filter()
        self.search.setFocus()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        choice: Choice = index.data(ChoiceModel.ChoiceRole)
        if choice.refused:
            announce(self.cards, choice.refused)
        else:
            self._choose(choice)

    @Slot(object)
    def _choose(self, choice: Choice) -> None:
        if self.context.servers():
            self.context.open_flow_for("new_app", recipe=choice.recipe)
        else:
            self.open_page(self._no_server(choice))

    @Slot(object)
    def _about(self, choice: Choice) -> None:
        assert self._catalogue is not None, "refresh comes first"
        entry = self._catalogue.get(choice.recipe)
        if entry is None:
            return

        def choose() -> None:
            self.back()
            self._choose(choice)

        match = Match(entry, shipped().get(entry.name))
        self.open_page(about_screen(match, choice, choose, self.back))

    def _no_server(self, choice: Choice) -> Screen:
        screen = Screen(
            said(N_("core", "“{name}” needs a server to live on"), name=choice.name),
            N_("core", "Add one first, or try it out on a make-believe one. Both take minutes."),
        )
        screen.body.addWidget(
            line_card(
                "server",
                N_("core", "We have a server, or will rent one"),
                N_("core", "A computer that is always on. We go through it together."),
                N_("core", "Add a server"),
                "primary",
                lambda: self.context.open_flow("add_server", self.context.start_answers()),
                "door:server",
            )
        )
        if not self.context.practising:
            screen.body.addWidget(
                line_card(
                    "play",
                    N_("core", "I would like to try it out first"),
                    N_("core", "On a make-believe server inside this computer."),
                    N_("core", "Try it out"),
                    "plain",
                    self.context.practise,
                    "door:practice",
                )
            )
        screen.draw("street")
        back = Button(N_("core", "Back"), "link", clicked=self.back)
        back.setObjectName("back")
        screen.set_foot([back])
        return screen

    @Slot()
    def _bring_into_view(self) -> None:
        rect = self.cards.visualRect(self.cards.currentIndex())
        inside = self.front.area.widget()
        assert inside is not None, "a screen has a body"
        middle = self.cards.mapTo(inside, rect.center())
        self.front.area.ensureVisible(middle.x(), middle.y(), 0, rect.height() // 2 + em(1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._line.set_edge("accent" if event.type() == QEvent.Type.FocusIn else "line")
        return super().eventFilter(watched, event)


class CardList(QListView):
    """Cards in columns that fill the width; as high as its cards, the screen scrolls."""

    NARROWEST = 21  # line heights

    def __init__(self) -> None:
        super().__init__()
        named(self, N_("core", "Apps to choose from"))
        self.setObjectName("choices")
        self.choices = ChoiceModel()
        self.delegate = ChoiceDelegate(self)
        self.setModel(self.choices)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWrapping(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)

    def show_choices(self, choices: list[Choice]) -> None:
        """Show *choices*, the first one ready for the keyboard."""
        if choices == self.choices.choices():
            return
        self.choices.show_choices(choices)
        if choices:
            self.setCurrentIndex(self.choices.index(0))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.delegate.opened.emit(self.currentIndex().data(ChoiceModel.ChoiceRole))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        gap = em(0.85)
        width = self.viewport().width()
        columns = max(1, (width + gap) // (em(self.NARROWEST) + gap))
        cell = (width - 2) // columns
        if cell < em(4):
            return
        choices = self.choices.choices()
        high = self.delegate.fit(cell, columns, gap, choices)
        self.setGridSize(QSize(cell, high + gap))
        rows = -(-len(choices) // columns)
        self.setFixedHeight(max(1, rows * (high + gap)))


class KindButton(QAbstractButton):
    """One kind of app, as a chip that can be pressed."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__()
        self.kind = kind
        self.setText(words)
        self.setObjectName(f"kind:{kind}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(theme.NOTE, QFont.Weight.DemiBold))
        return QSize(round(metrics.horizontalAdvance(self.text())) + em(1.3), em(1.4))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = em(0.06)
        rect = QRectF(self.rect()).adjusted(room, room, -room, -room)
        focus = QPen(palette["ink"], em(0.12)) if self.hasFocus() else Qt.PenStyle.NoPen
        painter.setPen(focus)
        painter.setBrush(palette["accent" if self.isChecked() else "raised"])
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setPen(palette["on_accent" if self.isChecked() else "ink"])
        painter.setFont(theme.font(theme.NOTE, QFont.Weight.DemiBold))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())
