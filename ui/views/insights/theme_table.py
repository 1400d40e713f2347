"""The table of themes: as counted and corrected, with change and sentiment; any cell leads to its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from annotate.messages import N_, _
from reports.data import QuestionFigures, Role, ThemeChange, ThemeFigures, Unit
from reports.statistics.limits import BaseSize, Limits, TooFew
from reports.statistics.shares import Source
from reports.wording import Words
from ui import theme
from ui.views.fitting import give_way

_Index = QModelIndex | QPersistentModelIndex
HEADS = (N_("Theme"), N_("Counted"), N_("People"), N_("Corrected"), N_("Change"), N_("Feeling"))
_ANSWERS = N_("Answers")
"""Head of PEOPLE where a base counts answers."""
THEME, COUNTED, PEOPLE, CORRECTED, CHANGE, FEELING = range(6)
_TIPS = (
    N_("Nets count each person once; special codes come last"),
    N_("Share as counted: what a pivot of the export gives"),
    N_("How many people mention it"),
    N_("Share corrected for the model's errors by the audit sample, with its 95% interval"),
    N_("Change in points on the period compared with, where it is confirmed"),
    N_("Negative, neutral and positive mentions"),
)
_SAMPLES = (
    (COUNTED, "00.0%"), (PEOPLE, "00,000"), (CORRECTED, "00.0 (00.0–00.0)"), (CHANGE, "▲ +00.0"), (FEELING, "000000"),
)  # fmt: skip
"""The widest texts that columns are made for."""
_NAME = 28
"""Characters of a theme's name that are to be seen before what is told elsewhere too."""
_SMALL = 0.05
"""q below which a change is called significant."""


def change_said(change: ThemeChange, words: Words) -> list[str]:
    """Return a change with its interval, and what of it frame and model made, as lines."""
    if not change.comparable:
        return [
            words(
                "{part} of the answers of {period} were read before this code existed or meant what it means now: a "
                "change would be one of the code frame",
                part=words.percent(change.read_before, 1), period=change.period,
            )
        ]  # fmt: skip
    told = change.change
    moved = words(
        "{points} points (95% CI {span}) against {period}; Holm over all themes: q = {q}",
        points=words.points(told.value), span=words.points_span(told.low, told.high), period=change.period,
        q=f"{change.q:.3f}",
    )  # fmt: skip
    return [moved, *_parts_said(change, words)]


def _parts_said(change: ThemeChange, words: Words) -> list[str]:
    if change.parts is not None:
        parts = change.parts
        return [
            words(
                "Issued {issued}: real {real}, frame {frame}, model {model} points.",
                issued=words.percent(parts.issued / 100, change.before.base), real=words.points(parts.real.value),
                frame=words.points(parts.frame.value), model=words.points(parts.model.value),
            )
        ]  # fmt: skip
    if change.other_model:
        return [words("{period} was coded by another model; part of this may be the model.", period=change.period)]
    return []


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a theme and how deep it stands in the frame."""

    theme: ThemeFigures
    depth: int


def lines_of(question: QuestionFigures) -> list[Line]:
    """Return nets by reach with their codes below them, then codes without a net, then special codes."""
    below: dict[int | None, list[ThemeFigures]] = {}
    known = {one.code for one in question.themes}
    for one in question.themes:
        below.setdefault(one.net if one.net in known else None, []).append(one)
    found: list[Line] = []

    def add(above: int | None, depth: int) -> None:
        listed = sorted(
            below.get(above, ()), key=lambda one: (one.role is not Role.THEME, -one.share.value, one.number)
        )
        for one in listed:
            if one.counted is not None or one.share.count or one.is_net:
                found.append(Line(one, depth))
            if one.is_net:
                add(one.code, depth + 1)

    add(None, 0)
    return [one for one in found if one.theme.share.count]


class ThemeModel(QAbstractTableModel):
    """Themes of a question as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._words = Words("en")
        self._limits = Limits()

    def show(self, lines: Sequence[Line], words: Words, limits: Limits) -> None:
        """Show these themes in these words, no percentage on a base below the limit."""
        self.beginResetModel()
        self._lines, self._words, self._limits = list(lines), words, limits
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """Return the theme of a row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_ANSWERS) if section == PEOPLE and self._words.unit is Unit.ANSWERS else _(HEADS[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _(_TIPS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() not in (THEME, FEELING):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(line.theme, index.column())
        if role == Qt.ItemDataRole.FontRole and line.theme.is_net and index.column() == THEME:
            from PySide6.QtGui import QFont

            bold = QFont()
            bold.setBold(True)
            return bold
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line.theme, index.column())
        return None

    def _text(self, line: Line, column: int) -> str:
        one, words = line.theme, self._words
        counted = one.counted or one.share
        if column == THEME:
            return f"{'    ' * line.depth}{one.number}  {one.label}".rstrip()
        if column in (COUNTED, CORRECTED) and self._limits.of(counted.base) is BaseSize.HIDDEN:
            return "—"
        if column == COUNTED:
            star = "*" if self._limits.of(counted.base) is BaseSize.STARRED else ""
            return words.percent(counted.value, counted.base) + star
        if column == PEOPLE:
            return words.count(counted.count)
        if column == CORRECTED:
            if one.share.source is Source.CORRECTED:
                digits = 1 if one.share.base >= 100 else 0
                value, low, high = (f"{100 * x:.{digits}f}" for x in (one.share.value, one.share.low, one.share.high))
                return f"{value} ({low}–{high})"
            return words("not corrected") if one.uncorrected is not None else f"({words.share_span(one.share)})"
        if column == CHANGE and one.change is not None:
            change = one.change
            if not change.comparable:
                return words("frame changed")
            if change.q > _SMALL:
                return words("not proved")
            mark = "▲" if change.change.value > 0 else "▼"
            return f"{mark} {words.points(change.change.value)}"
        return ""

    def _ink(self, one: ThemeFigures, column: int) -> QColor | None:
        if column == CORRECTED and one.share.source is not Source.CORRECTED:
            return theme.colour("muted")
        if column == CHANGE and (one.change is None or one.change.q > _SMALL):
            return theme.colour("muted")
        return None

    def _tip(self, one: ThemeFigures, column: int) -> str | None:
        words = self._words
        if column == CHANGE and one.change is not None:
            return "\n".join(change_said(one.change, words))
        if column == FEELING and one.sentiments is not None and one.sentiments.total:
            told = one.sentiments
            return words("{negative} negative, {neutral} neutral, {positive} positive mentions",
                         negative=told.negative, neutral=told.neutral, positive=told.positive)  # fmt: skip
        if column == CORRECTED and isinstance(one.uncorrected, TooFew):
            return words("{have} answers of the audit sample were read, {more} more are needed",
                         have=one.uncorrected.have, more=one.uncorrected.more)  # fmt: skip
        return one.definition or None


class _Feeling(QStyledItemDelegate):
    """Paints negative, neutral and positive mentions as a bar; the signs stand at its ends."""

    def __init__(self, model: ThemeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        line = self._model.line(index.row())
        told = line.theme.sentiments if line else None
        if told is None or not told.total:
            return
        box = QRectF(option.rect).adjusted(8, option.rect.height() * 0.32, -8, -option.rect.height() * 0.32)
        x = box.left()
        for amount, ink in ((told.negative, "bad"), (told.neutral, "border"), (told.positive, "good")):
            wide = box.width() * amount / told.total
            painter.fillRect(QRectF(x, box.top(), wide, box.height()), theme.colour(ink))
            x += wide


class ThemeTable(QTableView):
    """Shows the themes. A click or Enter chooses the answers behind a theme; a click on a feeling, those that feel so.

    ``theme_chosen``: the theme and a sentiment (−1, 0, 1) or None.
    """

    theme_chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = ThemeModel(self)
        self._wide: dict[int, int] = {}
        self.setModel(self.lines)
        self.setItemDelegateForColumn(FEELING, _Feeling(self.lines, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(THEME, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._on_clicked)
        self.activated.connect(lambda index: self._choose(index.row(), None))
        self._fit()

    def show_themes(self, question: QuestionFigures | None, words: Words, limits: Limits) -> None:
        """Show the themes of a question; None for nothing."""
        lines = lines_of(question) if question else []
        self.lines.show(lines, words, limits)
        self.lines.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)
        if (alone := all(one.theme.change is None for one in lines)) is not self.isColumnHidden(CHANGE):
            self.setColumnHidden(CHANGE, alone)
        self._fit()

    def copy(self, *, picture: bool = False) -> None:
        """Put the themes on the clipboard: as lines with heads, or as a picture of what is in view."""
        model, told = self.lines, QMimeData()
        columns = [at for at in range(len(HEADS)) if not self.isColumnHidden(at)]
        if picture:
            told.setImageData(self.grab().toImage())
        else:
            rows = [[str(model.headerData(at, Qt.Orientation.Horizontal)) for at in columns]]
            rows += [
                [str(model.index(row, at).data() or "").strip() for at in columns] for row in range(model.rowCount())
            ]
            told.setText("\n".join("\t".join(row) for row in rows))
        QGuiApplication.clipboard().setMimeData(told)

    def current(self) -> ThemeFigures | None:
        """Return the theme under the keys."""
        line = self.lines.line(self.currentIndex().row())
        return line.theme if line else None

    def _fit(self) -> None:
        metrics = QFontMetricsF(self.font())
        self.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.6))
        for column, sample in _SAMPLES:
            wide = max(
                metrics.horizontalAdvance(sample),
                metrics.horizontalAdvance(str(self.lines.headerData(column, Qt.Orientation.Horizontal))),
            )
            self._wide[column] = round(wide) + 16
            self.setColumnWidth(column, self._wide[column])
        self._wide[THEME] = min(round(_NAME * metrics.averageCharWidth()), self.sizeHintForColumn(THEME) + 8)
        self._give_way()

    def _give_way(self) -> None:
        changed = not self.isColumnHidden(CHANGE)
        wide = {column: width for column, width in self._wide.items() if column != CHANGE or changed}
        give_way(self.horizontalHeader(), wide, self.viewport().width(), (PEOPLE, COUNTED))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def sizeHint(self) -> QSize:
        return QSize(520, 320)

    def retranslate(self) -> None:
        """Say the heads in the language in use."""
        self.setAccessibleName(_("Themes with their shares"))
        self.lines.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)
        self._fit()

    def _on_clicked(self, index: QModelIndex) -> None:
        sentiment: int | None = None
        line = self.lines.line(index.row())
        if line is None:
            return
        told = line.theme.sentiments
        if index.column() == FEELING and told is not None and told.total:
            box = self.visualRect(index)
            at = (self.viewport().mapFromGlobal(self.cursor().pos()).x() - box.left() - 8) / max(1, box.width() - 16)
            bounds = (told.negative / told.total, (told.negative + told.neutral) / told.total)
            sentiment = -1 if at < bounds[0] else 0 if at < bounds[1] else 1
        self._choose(index.row(), sentiment)

    def _choose(self, row: int, sentiment: int | None) -> None:
        if line := self.lines.line(row):
            self.theme_chosen.emit(line.theme, sentiment)
