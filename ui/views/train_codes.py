"""The table of codes: examples, precision, recall and F1 with intervals, threshold, the machine's count, advice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from annotate.messages import N_, _
from training.quality.by_code import CodeLine
from ui import theme
from ui.views.fitting import give_way
from ui.views.train_parts import code_name, short, span

Index = QModelIndex | QPersistentModelIndex
SPAN_ROLE = Qt.ItemDataRole.UserRole
NAME, EXAMPLES, PRECISION, RECALL, F1, THRESHOLD, MACHINE, ADVICE = range(8)
_HEADS = (
    N_("Code"), N_("Ex."), N_("P"), N_("R"), N_("F1"), N_("Thr."), N_("Machine"), N_("Advice"),
)  # fmt: skip
_TIPS = (
    N_("Codes and nets in the order of the frame"),
    N_("Answers that carry it by people's word"),
    N_("Precision: how many of the answers that the model gives it are right"),
    N_("Recall: how many of the answers that carry it the model finds"),
    N_("F1: precision and recall in one figure"),
    N_("Probability from which the model gives it; “hand” where a person set it"),
    N_("Undecided answers that carry it by the model's word"),
    N_("What to do about it"),
)
_WIDEST = {
    EXAMPLES: "0,000", PRECISION: ".00°", RECALL: ".00°", F1: ".00°", THRESHOLD: N_("{p} hand"), MACHINE: "00,000",
}  # fmt: skip
"""What a column shows at its widest."""
_AIR, _NAME_LETTERS, _ADVICE_LETTERS = 16, 18, 14
_ROWS = 5
"""Rows that are seen where the page is lowest."""


class CodeTable(QAbstractTableModel):
    """The lines of all codes; sorted by any column, by the frame where it is the first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[CodeLine, ...] = ()
        self._order: list[int] = []
        self._by = (NAME, False)

    def show_lines(self, lines: Sequence[CodeLine]) -> None:
        """Show these lines, in the order chosen before."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self._arrange()
        self.endResetModel()

    def line(self, row: int) -> CodeLine | None:
        """Return the line of a row."""
        return self._lines[self._order[row]] if 0 <= row < len(self._order) else None

    def row_of(self, code: int) -> int | None:
        """Return the row of a code."""
        for row, at in enumerate(self._order):
            if self._lines[at].code.id == code:
                return row
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 the default that Qt names
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 the default that Qt names
        return 0 if parent.isValid() else len(_HEADS)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what has no value comes last either way."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._order[one.row()] for one in before]
        self._by = (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()
        place = {at: row for row, at in enumerate(self._order)}
        after = [self.index(place[at], one.column()) for at, one in zip(kept, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, down = self._by
        self._order = list(range(len(self._lines)))
        if column == NAME:
            if down:
                self._order.reverse()
            return
        values = [_value(line, column) for line in self._lines]
        known = [at for at in self._order if values[at] is not None]
        known.sort(key=lambda at: values[at] or 0.0, reverse=down)
        self._order = known + [at for at in self._order if values[at] is None]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(line, column)
        if role == SPAN_ROLE and line.figures is not None and PRECISION <= column <= F1:
            return (line.figures.precision, line.figures.recall, line.figures.f1)[column - PRECISION]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._whole(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (EXAMPLES, THRESHOLD, MACHINE):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and line.code.is_net:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return _ink(line, column)
        return None

    def _words(self, line: CodeLine, column: int) -> str:
        if column == NAME:
            indent = "    " * line.code.depth if self._by[0] == NAME else ""
            return indent + code_name(line.code)
        if column == EXAMPLES:
            return f"{line.examples:,}"
        if PRECISION <= column <= F1:
            figures = line.figures
            if figures is None:
                return "–"
            told = (figures.precision, figures.recall, figures.f1)[column - PRECISION]
            return short(told.value) + ("*" if line.few else "" if line.random else "°")
        if column == THRESHOLD:
            if line.threshold is None:
                return "–"
            return _("{p} hand").format(p=short(line.threshold)) if line.by_hand else short(line.threshold)
        if column == MACHINE:
            return f"{line.waiting:,}" if line.waiting else "–"
        return _(line.advice).format(**line.params) if line.advice else ""

    def _whole(self, line: CodeLine, column: int) -> str:
        if PRECISION <= column <= F1 and line.figures is not None:
            told = (line.figures.precision, line.figures.recall, line.figures.f1)[column - PRECISION]
            on = (
                _("on {n} random answers that carry it")
                if line.random
                else _("on {n} coded answers that carry it, out of sample; this holds for answers like those only")
            )
            return f"{_(_HEADS[column])} {span(told)}, " + on.format(n=line.figures.support)
        if column == NAME:
            return f"{code_name(line.code)}\n{line.code.definition}".strip()
        return self._words(line, column)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way == Qt.Orientation.Horizontal and 0 <= section < len(_HEADS):
            if role == Qt.ItemDataRole.DisplayRole:
                return _(_HEADS[section])
            if role == Qt.ItemDataRole.ToolTipRole:
                return _(_TIPS[section])
        return None

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADS) - 1)
        if self._order:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, len(_HEADS) - 1))


def _value(line: CodeLine, column: int) -> float | None:
    if column == EXAMPLES:
        return float(line.examples)
    if PRECISION <= column <= F1:
        figures = line.figures
        return None if figures is None else (figures.precision, figures.recall, figures.f1)[column - PRECISION].value
    if column == THRESHOLD:
        return line.threshold
    if column == MACHINE:
        return float(line.waiting)
    # Advice: too few examples first, then what is mixed up most, then what is only short of random answers.
    if line.code.is_net or not line.advice:
        return None
    if line.mixed is not None:
        return 1_000.0 - line.mixed.answers
    return 2_000.0 + line.examples if line.certified is None else 3_000.0


def _ink(line: CodeLine, column: int) -> QColor | None:
    if column == ADVICE:
        return theme.colour("good" if line.certified is not None else "unsure" if line.mixed is not None else "muted")
    if PRECISION <= column <= F1 and (line.figures is None or not line.random):
        return theme.colour("muted")
    return None


class _SpanDelegate(QStyledItemDelegate):
    """Paints a figure with its interval as a whisker below it: from 0 at the left to 1 at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        muted = index.data(Qt.ItemDataRole.ForegroundRole) is not None
        told = index.data(SPAN_ROLE)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        painter.setPen(theme.colour("muted" if muted else "text"))
        painter.drawText(box.adjusted(0, 0, 0, -6 if told else 0), Qt.AlignmentFlag.AlignCenter, words)
        if told is not None:
            ink = QColor(theme.colour("muted" if muted else "accent"))
            box.adjust(6, 0, -6, 0)
            left, right = box.left() + box.width() * told.low, box.left() + box.width() * told.high
            y = box.bottom() - 6
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawRect(QRectF(box.left(), y - 1, box.width(), 2))
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(left, y - 1, max(2.0, right - left), 2), 1, 1)
            painter.drawEllipse(QRectF(box.left() + box.width() * told.value - 2.5, y - 2.5, 5, 5))
        painter.restore()


class CodesView(QTableView):
    """The table as people use it: one code is at hand."""

    code_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = CodeTable(self)
        self.setModel(self.table)
        self.setAccessibleName(_("Codes with their figures"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.verticalHeader().hide()
        self._height()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(40)
        for column in range(len(_HEADS)):
            stretched = column == ADVICE
            head.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Interactive
            )
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self._spans = _SpanDelegate(self)
        for column in (PRECISION, RECALL, F1):
            self.setItemDelegateForColumn(column, self._spans)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self.code_changed.emit(self.line()))

    def line(self) -> CodeLine | None:
        """Return the line at hand."""
        return self.table.line(self.currentIndex().row())

    def show_lines(self, lines: Sequence[CodeLine]) -> None:
        """Show these lines; the code at hand stays at hand."""
        before = self.line()
        self.table.show_lines(lines)
        row = None if before is None else self.table.row_of(before.code.id)
        if row is None:
            first = (at for at in range(self.table.rowCount()) if not _is_net(self.table.line(at)))
            row = next(first, 0)
        if self.table.rowCount():
            self.setCurrentIndex(self.table.index(row, 0))
        else:
            self.code_changed.emit(None)

    def choose(self, code: int) -> None:
        """Go to a code."""
        row = self.table.row_of(code)
        if row is not None:
            self.setCurrentIndex(self.table.index(row, 0))
            self.scrollTo(self.currentIndex())

    def step(self, by: int) -> None:
        """Go some rows down or up."""
        row = max(0, min(self.table.rowCount() - 1, self.currentIndex().row() + by))
        self.setCurrentIndex(self.table.index(row, 0))

    def keyboardSearch(self, _typed: str) -> None:
        """Letters are keys of the page here, not a search."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _wide(self, column: int) -> int:
        words = (_(_HEADS[column]), _(_WIDEST[column]).format(p=".00"))
        return max(self.fontMetrics().horizontalAdvance(one) for one in words) + _AIR

    def _fit(self) -> None:
        """Share out the room: what a column shows at its widest, to the names and the advice what is left."""
        letter = self.fontMetrics().averageCharWidth()
        widths = {column: self._wide(column) for column in _WIDEST}
        widths[NAME], widths[ADVICE] = _NAME_LETTERS * letter, _ADVICE_LETTERS * letter
        room = self.viewport().width()
        # The tab below has the threshold too, the list of answers the rest.
        give_way(self.horizontalHeader(), widths, room, (THRESHOLD, MACHINE, EXAMPLES, ADVICE))
        for column in _WIDEST:
            self.setColumnWidth(column, widths[column])
        rest = room - sum(widths[one] for one in _WIDEST if not self.isColumnHidden(one))
        self.setColumnWidth(NAME, rest if self.isColumnHidden(ADVICE) else max(widths[NAME], rest * 11 // 20))

    def minimumSizeHint(self) -> QSize:
        rows = self.horizontalHeader().sizeHint().height() + _ROWS * self.verticalHeader().defaultSectionSize()
        return QSize(_NAME_LETTERS * self.fontMetrics().averageCharWidth() + 3 * self._wide(F1) + 2 * _AIR, rows)

    def _height(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 13)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._height()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setAccessibleName(_("Codes with their figures"))
        self.table.retranslate()
        self._fit()


def _is_net(line: CodeLine | None) -> bool:
    return line is not None and line.code.is_net
