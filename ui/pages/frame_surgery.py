"""A change of the code frame before it is made: what is asked, the counts before and after, one button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.errors import UserError
from annotate.frame_edits import Edit, MergeCodes, MoveCodes, Renumber, RetireCodes, proposed_numbers
from annotate.frame_preview import Preview, Row
from annotate.frames import Code, Frame
from annotate.messages import N_, _, listed
from ui import theme
from ui.models.frame_tree import name_of
from ui.pages.frame_split import SplitForm
from ui.pages.frame_work import Recipe

MERGE, SPLIT, MOVE, RETIRE, RENUMBER, RESTORE = "merge", "split", "move", "retire", "renumber", "restore"
_TITLES = {
    MERGE: N_("Merge {codes}"), SPLIT: N_("Split {codes}"), MOVE: N_("Move {codes}"), RETIRE: N_("Retire {codes}"),
    RENUMBER: N_("Renumber the frame"), RESTORE: N_("Bring back revision r{codes}"),
}  # fmt: skip
_NOTES = {
    MERGE: N_("What was decided on them counts for the other code from now on; they retire. Nothing is rewritten."),
    SPLIT: N_("Each answer goes to the first part that fits; the rest keeps number and name. Nothing is rewritten."),
    MOVE: N_("A net counts each person once: nets count anew."),
    RETIRE: N_("It can no longer be given; what was decided stays and counts. Undo brings it back."),
    RENUMBER: N_("Special codes (other, none, don't know…) keep their numbers."),
    RESTORE: N_("The frame says again what it said then; what was decided stays, codes made since retire."),
}
_SOON = 250
_HEADS = (N_("Code"), N_("People"), N_("after"), N_("Mentions"), N_("after"))


@dataclass(frozen=True, slots=True)
class SplitAsked:
    """A split that another page prepared: the code, and the name and answers of each part."""

    code: int
    parts: tuple[tuple[str, tuple[int, ...]], ...]


class SurgeryPanel(QWidget):
    """Asks what a change needs and shows what it does. ``asked``: preview this; ``applied``: make it; ``left``."""

    asked = Signal(object)
    applied = Signal()
    left = Signal()
    clusters_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = ""
        self.codes: tuple[int, ...] = ()
        self.revision = 0
        self._before: tuple[int | None, int | None] = (None, None)
        self._frame: Frame | None = None
        self._preview: Preview | None = None
        self._error: UserError | None = None
        self._title, self._note, self._recheck, self._wrong = QLabel(), QLabel(), QLabel(), QLabel()
        self._title.setObjectName("heading")
        self._note.setObjectName("muted")
        self._wrong.setObjectName("banner")
        for one in (self._title, self._note, self._recheck, self._wrong):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(one is not self._recheck)
        self.target, self.net, self.scheme = QComboBox(), QComboBox(), QComboBox()
        for box in (self.target, self.net, self.scheme):
            box.setMaxVisibleItems(24)
            box.currentIndexChanged.connect(self._soon)
        self.first = QSpinBox()
        self.first.setRange(1, 9_999)
        self.first.valueChanged.connect(self._soon)
        self.reuse = QCheckBox()
        self.reuse.toggled.connect(self._soon)
        self._target_name, self._net_name, self._scheme_name, self._first_name = QLabel(), QLabel(), QLabel(), QLabel()
        self.split = SplitForm()
        self.split.changed.connect(self._soon)
        self.split.clusters_asked.connect(self._on_clusters)
        self._forms = QStackedWidget()
        self._pages: dict[str, QWidget] = {
            MERGE: _form((self._target_name, self.target)),
            SPLIT: self.split,
            MOVE: _form((self._net_name, self.net)),
            RENUMBER: _form((self._scheme_name, self.scheme), (self._first_name, self.first), (QLabel(), self.reuse)),
            RETIRE: QWidget(),
            RESTORE: QWidget(),
        }
        for page in self._pages.values():
            self._forms.addWidget(page)
        self._table = QTableWidget(0, len(_HEADS))
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        head = self._table.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(1, len(_HEADS)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.apply = QPushButton()
        self.apply.setProperty("primary", True)
        self.apply.clicked.connect(self.applied)
        self.cancel = QPushButton()
        self.cancel.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.addWidget(self._recheck)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 12, 16, 12)
        lay.addWidget(self._title)
        lay.addWidget(self._note)
        lay.addWidget(self._forms)
        lay.addWidget(self._wrong)
        lay.addWidget(self._table, 1)
        self._lay = lay
        lay.addStretch(0)
        lay.addLayout(buttons)
        self._timer = QTimer(self, singleShot=True, interval=_SOON)
        self._timer.timeout.connect(self._ask)
        self.retranslate()

    # Beginning

    def begin(self, kind: str, frame: Frame, codes: tuple[int, ...] = (), *, revision: int = 0) -> None:
        """Begin a change of these codes."""
        self.kind, self.codes, self.revision, self._frame = "", codes, revision, frame
        self._preview, self._error, self._before = None, None, (None, None)
        if kind == MERGE:
            self._fill(self.target, [one for one in frame.live if one.id not in codes[1:]] or list(frame.live))
            self.target.setCurrentIndex(self.target.findData(codes[0] if len(codes) > 1 else None))
        elif kind == MOVE:
            below = frozenset[int]().union(*(frame.at_or_below(one) for one in codes))
            nets = [one for one in frame.codes if one.is_net and not one.retired and one.id not in below]
            self._fill(self.net, nets, top=_("(top level)"))
            self.net.setCurrentIndex(max(0, self.net.findData(frame.code(codes[0]).parent_id)))
        elif kind == SPLIT:
            self.split.begin(frame.code(codes[0]).label)
        self.kind = kind
        self._forms.setCurrentWidget(self._pages[kind])
        self._forms.setVisible(kind not in (RETIRE, RESTORE))
        self._lay.setStretchFactor(self._forms, int(kind == SPLIT))
        self._forms.setMaximumHeight(16_777_215 if kind == SPLIT else max(0, self._pages[kind].sizeHint().height()))
        self.retranslate()
        self._ask()

    def focus(self) -> None:
        """Put the keys where the change is said in full."""
        first = {MERGE: self.target, MOVE: self.net, SPLIT: self.split.mode, RENUMBER: self.scheme}.get(self.kind)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def move_to(self, parent: int | None, before: int | None) -> None:
        """Choose the net of a move, and the place in it."""
        self._before = (parent, before)
        self.net.setCurrentIndex(max(0, self.net.findData(parent)))

    def _fill(self, box: QComboBox, codes: list[Code], top: str = "") -> None:
        box.blockSignals(True)
        box.clear()
        if top:
            box.addItem(top, None)
        for one in codes:
            indent = "    " * one.depth if top else ""
            box.addItem(f"{indent}{one.number}  {name_of(one)}".rstrip(), one.id)
        box.blockSignals(False)

    # Asking

    def _soon(self) -> None:
        self._show_first()
        if self.kind:
            self._timer.start()

    def _show_first(self) -> None:
        lay = self._pages[RENUMBER].layout()
        if isinstance(lay, QFormLayout):
            lay.setRowVisible(self.first, self.scheme.currentIndex() == 1)

    def _on_clusters(self) -> None:
        if self.codes:
            self.clusters_asked.emit(self.codes[0])

    def _ask(self) -> None:
        self.apply.setEnabled(False)
        recipe = self.recipe()
        if recipe is not None:
            self.asked.emit(recipe)
        else:
            self._preview = None
            self._tell()

    def recipe(self) -> Recipe | None:
        """Return how the change asked for comes about, None while something is still to be chosen."""
        codes, frame = self.codes, self._frame
        if frame is None or not self.kind:
            return None
        if self.kind == SPLIT:
            return self.split.recipe(codes[0])
        edit: Edit | None = None
        if self.kind == MERGE:
            target = self.target.currentData()
            sources = tuple(one for one in codes if one != target)
            edit = MergeCodes(sources, target) if target is not None and sources else None
        elif self.kind == MOVE:
            net = self.net.currentData()
            edit = MoveCodes(codes, net, self._before[1] if self._before[0] == net else None)
        elif self.kind == RETIRE:
            edit = RetireCodes(codes)
        elif self.kind == RENUMBER:
            blocks = self.scheme.currentIndex() == 0
            numbers = proposed_numbers(frame.codes, first=self.first.value(), blocks=blocks)
            edit = Renumber(numbers, self.reuse.isChecked())
        if self.kind == RESTORE:
            return lambda _project: ()
        return None if edit is None else lambda _project, one=edit: (one,)  # type: ignore[misc]

    # Telling

    def show_preview(self, preview: Preview) -> None:
        """Show what the change would do."""
        self._preview, self._error = preview, None
        self._tell()

    def fail(self, error: BaseException) -> None:
        """Show why the change cannot be made so."""
        if not isinstance(error, UserError):
            raise error
        self._preview, self._error = None, error
        self._tell()

    def _tell(self) -> None:
        preview, error = self._preview, self._error
        self._wrong.setVisible(error is not None)
        if error is not None:
            parts = (error.what, error.why, error.advice)
            self._wrong.setText("\n".join(_(part).format(**error.params) for part in parts if part))
        rows = preview.rows if preview else ()
        numbers = self.kind == RENUMBER
        for column in range(1, len(_HEADS)):
            self._table.setColumnHidden(column, numbers and column > 2)
        heads = [_(one) for one in _HEADS]
        if numbers:
            heads[1:3] = [_("Number"), _("after")]
        self._table.setHorizontalHeaderLabels(heads)
        self._table.setVisible(preview is not None)
        self._table.setRowCount(len(rows))
        then = {one.id: one.number for one in preview.before.codes} if preview else {}
        known = {one.id: one for kept in (preview.before, preview.after) for one in kept.codes} if preview else {}
        for place, row in enumerate(rows):
            code = known.get(row.code)
            name = row.path[-1] if code is None else name_of(code)
            self._show_row(place, row, name, then.get(row.code, "") if numbers else None)
        self.apply.setEnabled(preview is not None and (bool(rows) or self.kind in (RETIRE, MOVE, RESTORE, SPLIT)))
        self._recheck.setVisible(preview is not None)
        if preview is not None:
            more = preview.recheck_after - preview.recheck_before
            self._recheck.setText(
                _("Answers to look at again: {before} → {after}").format(
                    before=f"{preview.recheck_before:,}", after=f"{preview.recheck_after:,}"
                )
            )
            colour = theme.tokens().unsure if more > 0 else theme.tokens().muted
            self._recheck.setStyleSheet(f"color: {colour};")

    def _show_row(self, place: int, row: Row, name: str, number: str | None) -> None:
        name = "    " * (len(row.path) - 1) + f"{row.number if number is None else ''} {name}".strip()
        if number is not None:
            cells = [name, number or "–", row.number or "–", "", ""]
        else:
            before, after = row.before, row.after
            cells = [
                name,
                _("new") if before is None else f"{before.people:,}",
                _("retired") if after is None else f"{after.people:,}",
                "" if before is None else f"{before.mentions:,}",
                "" if after is None else f"{after.mentions:,}",
            ]
        for column, words in enumerate(cells):
            item = QTableWidgetItem(words)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column in (1, 3):
                item.setForeground(theme.colour("muted"))
            if row.is_net:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self._table.setItem(place, column, item)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        frame = self._frame
        if self.kind and frame is not None:
            names = [name_of(one) for one in frame.codes if one.id in self.codes]
            told = str(self.revision) if self.kind == RESTORE else listed(names[:3])
            if len(names) > 3 and self.kind != RESTORE:
                told = _("{n} codes").format(n=len(names))
            self._title.setText(_(_TITLES[self.kind]).format(codes=told))
            self._note.setText(_(_NOTES[self.kind]))
        self._target_name.setText(_("Into"))
        self._net_name.setText(_("Under"))
        self._scheme_name.setText(_("Scheme"))
        self._first_name.setText(_("From number"))
        self._show_first()
        for label, box in (
            (self._target_name, self.target), (self._net_name, self.net), (self._scheme_name, self.scheme),
            (self._first_name, self.first),
        ):  # fmt: skip
            box.setAccessibleName(label.text())
        place = max(0, self.scheme.currentIndex())
        self.scheme.blockSignals(True)
        self.scheme.clear()
        self.scheme.addItems([_("A hundred for each net: 100, 101, 102"), _("One after the other: 1, 2, 3")])
        self.scheme.setCurrentIndex(place)
        self.scheme.blockSignals(False)
        self.reuse.setText(_("Take numbers of retired codes too"))
        self.cancel.setText(_("Cancel"))
        self.apply.setText(_("Make this change"))
        self._table.setAccessibleName(_("Counts before and after"))
        self._tell()


def _form(*rows: tuple[QLabel, QWidget]) -> QWidget:
    page = QWidget()
    lay = QFormLayout(page)
    lay.setContentsMargins(0, 4, 0, 4)
    for name, field in rows:
        name.setBuddy(field)
        lay.addRow(name, field)
    return page
