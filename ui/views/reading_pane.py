"""The answer at hand in large letters, with its codes, the machine's suggestions and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotate.frames import Code
from annotate.messages import _
from annotate.verbatims import Field, VerbatimRow
from ui import theme
from ui.delegates.chips import Chip, chips_of

_CONTEXT_CHARS = 40


class _Flow(QLayout):
    """Widgets side by side, going on in the next line where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _lay(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x + hint.width() > rect.right() + 1 and line:
                x, y, line = rect.x(), y + line + 4, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + 6
            line = max(line, hint.height())
        return y + line - rect.y()


class ReadingPane(QFrame):
    """Shows one answer. Its chips are buttons: a decision is taken off, a suggestion is taken."""

    code_removed = Signal(int)
    suggestion_taken = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: VerbatimRow | None = None
        self._codes: Mapping[int, Code] = {}
        self._fields: list[Field] = []
        self._hit = ""
        self._head = QLabel()
        self._head.setObjectName("muted")
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setWordWrap(True)
        self._text = QPlainTextEdit()
        self._text.setObjectName("verbatim")
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._text.setMinimumHeight(60)
        self._chips = QWidget()
        self._flow = _Flow(self._chips)
        self._hint = QLabel()
        self._hint.setObjectName("muted")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._pending = QLabel()
        self._pending.setObjectName("key")
        self._pending.hide()
        foot = QHBoxLayout()
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._pending)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 10, 16, 10)
        lay.addWidget(self._head)
        lay.addWidget(self._text, 1)
        lay.addWidget(self._chips)
        lay.addLayout(foot)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.palette().ColorRole.Base)

    def use_font(self, font: QFont) -> None:
        """Take the grid's font: the answer is the largest text on the page."""
        large = QFont(font)
        large.setPointSizeF(font.pointSizeF() * 1.65)
        self._text.setFont(large)

    def use_codes(self, codes: Mapping[int, Code]) -> None:
        """Take the codes that chips are labelled from."""
        self._codes = codes
        self._tell()

    def use_fields(self, fields: list[Field]) -> None:
        """Take the names of the context columns."""
        self._fields = fields
        self._tell()

    def show_hit(self, text: str) -> None:
        """Mark this text in the answer."""
        self._hit = text
        self._mark_hit()

    def show_pending(self, text: str) -> None:
        """Show the number being typed; empty for none."""
        self._pending.setText(text)
        self._pending.setVisible(bool(text))

    def show_row(self, row: VerbatimRow | None, ticked: int) -> None:
        """Show an answer (None while it is being read) and on how many ticked rows the keys act."""
        if row is None or self._row is None or row.id != self._row.id or row.text != self._row.text:
            self._text.setPlainText("" if row is None else row.text)
        self._row = row
        self._tell()
        if ticked:
            self._hint.setText(_("{n} ticked answers are coded together; Esc unticks.").format(n=f"{ticked:,}"))
        elif row is not None and row.group_size > 1:
            told = _("Codes go to all {n} identical answers; Tab opens the group to take some out.")
            self._hint.setText(told.format(n=f"{row.group_size:,}"))
        else:
            self._hint.setText("" if row is None else _("Enter confirms: every code not given is then a no."))
        self._mark_hit()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._tell()
        self._text.setAccessibleName(_("Answer"))

    def _tell(self) -> None:
        row = self._row
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if row is None:
            self._head.setText("")
            return
        parts = [f"#{row.record_key}" if row.record_key else f"#{row.id}"]
        for field, value in zip(self._fields, row.context, strict=False):
            if value:
                parts.append(f"{field.name} {value[:_CONTEXT_CHARS]}")
        self._head.setText("   ·   ".join(parts))
        nth = 0
        for chip in chips_of(row, self._codes):
            if chip.suggestion:
                nth += 1
            button = self._button(chip, nth)
            self._flow.addWidget(button)
            button.show()
        self._chips.setVisible(self._flow.count() > 0)
        self._chips.updateGeometry()

    def _button(self, chip: Chip, nth: int) -> QPushButton:
        words = chip.words.replace("&", "&&")
        button = QPushButton(f"{nth}  {words}" if chip.suggestion else f"{words}  ×")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ink = {-1: "bad", 1: "good"}.get(chip.sentiment or 0, "text")
        ground = {-1: "bad_ground", 1: "good_ground"}.get(chip.sentiment or 0, "plain_ground")
        tokens = theme.tokens()
        if chip.suggestion:
            line = "solid" if chip.accepted else "dashed"
            button.setStyleSheet(
                f"QPushButton {{ color: {getattr(tokens, ink)}; background: transparent; padding: 3px 10px;"
                f" border: 1px {line} {getattr(tokens, ink if chip.accepted else 'muted')}; }}"
            )
            button.setToolTip(_("Take this suggestion (Ctrl+{n})").format(n=nth))
            button.clicked.connect(lambda _checked=False, code=chip.code_id: self.suggestion_taken.emit(code))
        else:
            button.setStyleSheet(
                f"QPushButton {{ color: {getattr(tokens, ink)}; background: {getattr(tokens, ground)};"
                " border: none; padding: 4px 10px; }"
            )
            button.setToolTip(_("Take this code off"))
            button.clicked.connect(lambda _checked=False, code=chip.code_id: self.code_removed.emit(code))
        return button

    def _mark_hit(self) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        if self._hit and self._row is not None:
            document = self._text.document()
            cursor = document.find(self._hit)
            while not cursor.isNull() and len(marks) < 200:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(cursor)
                style = QTextCharFormat()
                style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
                style.setUnderlineColor(QColor(theme.tokens().hit))
                style.setBackground(theme.colour("unsure_ground"))
                mark.format = style
                marks.append(mark)
                cursor = document.find(self._hit, cursor)
        self._text.setExtraSelections(marks)
