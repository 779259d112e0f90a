"""Ways to set widgets side by side and one under the other, and to take them away again."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QVBoxLayout, QWidget

from coophost_gui.gui import theme


class Flowing(QLayout):
    """Sets widgets side by side and begins a new row when one is full; right-to-left too."""

    def __init__(self, gap: float = 0.6, *, to_end: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._to_end = to_end
        self.setContentsMargins(QMargins())
        self.setSpacing(theme.em(gap))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the items in *rect* (or only measure) and return the height they need."""
        rows: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), rect.width()))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if rows[-1] and used + size.width() > rect.width():
                rows.append([])
                used = 0
            rows[-1].append((item, size))
            used += size.width() + self.spacing()
        parent = self.parentWidget()
        mirrored = parent is not None and parent.isRightToLeft()
        y = rect.y()
        for row in rows:
            height = max((size.height() for _, size in row), default=0)
            width = sum(size.width() for _, size in row) + self.spacing() * (len(row) - 1)
            x = rect.width() - width if self._to_end else 0
            for item, size in row:
                if move:
                    left = rect.width() - x - size.width() if mirrored else x
                    top = y + (height - size.height()) // 2
                    item.setGeometry(QRect(QPoint(rect.x() + left, top), size))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        return max(0, y - rect.y() - self.spacing())


def row(*things: QWidget, gap: float = 0.6, to_end: bool = False) -> QWidget:
    """Return *things* side by side, in as many rows as they need."""
    holder = QWidget()
    layout = Flowing(gap, to_end=to_end)
    holder.setLayout(layout)
    for thing in things:
        layout.addWidget(thing)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder


def column(*things: QWidget, gap: float = 0.2) -> QVBoxLayout:
    """Return *things* one under the other."""
    layout = QVBoxLayout()
    layout.setContentsMargins(QMargins())
    layout.setSpacing(theme.em(gap))
    for thing in things:
        layout.addWidget(thing)
    return layout


def empty(layout: QLayout) -> None:
    """Take everything out of *layout* and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)
