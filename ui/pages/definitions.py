"""The Definitions page (口径): scores, journey, who is responsible, tiers and limits, as one sheet that people edit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.importing.cells import Problem
from annotate.messages import N_, _
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from reports.definitions import sheet, verbs
from reports.definitions.terms import Definitions
from ui.pages.definition_kinds import FIXED, HEADS, KINDS, Kind
from ui.pages.registry import Room

Row = dict[str, str]
_LEAST_COLUMN = 90
_TABLES = N_("Sheets (*.xlsx *.csv *.tsv)")
_USUAL = 110
"""Pixels of a column where there is room."""


class DefinitionsPage(QWidget):
    """Edits the sheet kind by kind; nothing is in force before the button says so. One step, undone like any other."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self._rows: dict[str, list[Row]] = {kind.id: [] for kind in KINDS}
        self._version = 0
        self._changed = False
        self._filling = False
        self._title, self._lead, self._told, self._problems = QLabel(), QLabel(), QLabel(), QLabel()
        self._title.setObjectName("title")
        for label in (self._lead, self._told):
            label.setObjectName("muted")
        for label in (self._lead, self._told, self._problems):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._import, self._export, self._save, self._drop = (QPushButton() for _ in range(4))
        self._save.setProperty("primary", True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        for button in (self._import, self._export, self._drop, self._save):
            top.addWidget(button)
        self._kinds = QListWidget()
        self._kinds.setMinimumWidth(190)
        self._kinds.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        self._kinds.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._table = QTableWidget()
        self._table.setShowGrid(True)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setMinimumSectionSize(_LEAST_COLUMN)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        if self._desk.project.read_only:
            self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._add, self._take, self._all_codes = QPushButton(), QPushButton(), QPushButton()
        edits = QHBoxLayout()
        for button in (self._add, self._take, self._all_codes):
            edits.addWidget(button)
        edits.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._told)
        right.addWidget(self._table, 1)
        right.addLayout(edits)
        middle = QHBoxLayout()
        middle.addWidget(self._kinds)
        middle.addLayout(right, 1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(28, 20, 28, 20)
        lay.addLayout(top)
        lay.addWidget(self._lead)
        lay.addWidget(self._problems)
        lay.addLayout(middle, 1)
        self._import.clicked.connect(self._on_import)
        self._export.clicked.connect(self._on_export)
        self._save.clicked.connect(self.save)
        self._drop.clicked.connect(self.read)
        self._add.clicked.connect(self._on_add)
        self._take.clicked.connect(self._on_take)
        self._all_codes.clicked.connect(self._on_all_codes)
        self._table.itemChanged.connect(self._on_item)
        self._kinds.currentRowChanged.connect(lambda _row: self._show())
        self._desk.changed.connect(self._on_changed)
        self.retranslate()
        self._kinds.setCurrentRow(0)
        self.read()

    # Reading and keeping

    def enter(self, _what: object) -> None:
        """Put the keys on the kinds."""
        self._kinds.setFocus()

    def _on_changed(self, change: Change) -> None:
        if change.kind in ("definitions", "undo", "redo", "import") and not self._changed:
            self.read()

    def read(self) -> None:
        """Show what is in force; changes not kept are dropped."""

        def told(project: Project) -> verbs.InForce:
            with project.reading() as db:
                return verbs.in_force(db)

        self._desk.read("definitions", told, self._take_over, slow=True)

    def _take_over(self, now: verbs.InForce) -> None:
        self._version, self._changed = now.version, False
        self._rows = {kind.id: [] for kind in KINDS}
        for cells in sheet.rows_of(now.definitions):
            row = {name: _text(cell) for name, cell in zip(sheet.COLUMNS, cells, strict=True)}
            self._rows[row["kind"]].append(row)
        self._say([])
        self._show()

    def parsed(self) -> tuple[Definitions, list[Problem]]:
        """Return the definitions as edited, and what cannot be taken of them."""
        rows = [row for kind in KINDS for row in self._rows[kind.id]]
        return sheet.parse(sheet.COLUMNS, enumerate(rows, 1))

    def save(self) -> None:
        """Put the edited definitions in force, unless a row cannot be taken."""
        found, problems = self.parsed()
        if problems:
            self._say(problems)
            return

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self.read()

        self._changed = False
        self._desk.write(lambda project: verbs.change(project, definitions=found), done, self._room.toasts.fail)

    def _say(self, problems: list[Problem]) -> None:
        self._problems.setText("\n".join(one.reason for one in problems[:6]))
        self._problems.setVisible(bool(problems))
        read_only = self._desk.project.read_only
        self._save.setEnabled((self._changed or not self._version) and not read_only)
        self._drop.setEnabled(self._changed)
        self._import.setEnabled(not read_only)
        if self._version:
            told = _("Version {n} is in force. It is printed in the appendix of every report.").format(n=self._version)
        else:
            told = _("Nothing is defined yet: this is guessed from the data. Check it and put it in force.")
        self._lead.setText(told + (" " + _("There are changes that are not in force yet.") if self._changed else ""))

    # Editing

    @property
    def kind(self) -> Kind:
        """The kind shown."""
        return KINDS[max(0, self._kinds.currentRow())]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give every column its head, what is left over to the first, half of it to the others up to a usual width."""
        head = self._table.horizontalHeader()
        heads = [head.sectionSizeHint(column) for column in range(self._table.columnCount())]
        over = self._table.viewport().width() - sum(heads)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, wide in enumerate(heads[1:], 1):
            more = max(0, over) // (2 * len(heads))
            self._table.setColumnWidth(column, wide + min(more, max(0, _USUAL - wide)))
        if heads:
            head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _show(self) -> None:
        kind, rows = self.kind, self._rows[self.kind.id]
        self._filling = True
        self._told.setText(_(kind.told))
        self._table.setColumnCount(len(kind.columns))
        self._table.setHorizontalHeaderLabels([_(HEADS[name]) for name in kind.columns])
        self._table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, name in enumerate(kind.columns):
                item = QTableWidgetItem(row.get(name, ""))
                if kind.id in FIXED and name == "name":
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self._table.setItem(at, column, item)
        self._fit()
        self._table.setAccessibleName(_(kind.name))
        for place, one in enumerate(KINDS):
            listed = self._kinds.item(place)
            if listed is not None:
                listed.setText(f"{_(one.name)}   {len(self._rows[one.id]) or ''}".rstrip())
        free = kind.id not in FIXED and not self._desk.project.read_only
        self._add.setVisible(free)
        self._take.setVisible(free)
        self._all_codes.setVisible(free and kind.id == "code")
        self._filling = False

    def _on_item(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        self._rows[self.kind.id][item.row()][self.kind.columns[item.column()]] = item.text().strip()
        self._touch()

    def _touch(self) -> None:
        self._changed = True
        self._say(self.parsed()[1])

    def _on_add(self) -> None:
        self._rows[self.kind.id].append({"kind": self.kind.id})
        self._changed = True
        self._show()
        self._say([])
        self._table.setCurrentCell(self._table.rowCount() - 1, 0)
        if (first := self._table.item(self._table.rowCount() - 1, 0)) is not None:
            self._table.editItem(first)

    def _on_take(self) -> None:
        chosen = sorted({index.row() for index in self._table.selectedIndexes()}, reverse=True)
        for row in chosen:
            del self._rows[self.kind.id][row]
        if chosen:
            self._show()
            self._touch()

    def _on_all_codes(self) -> None:
        known = {row.get("name", "") for row in self._rows["code"]}
        fresh = [one.label for one in self._desk.codes.values() if not one.is_net and one.label not in known]
        self._rows["code"] += [{"kind": "code", "name": label} for label in fresh]
        if fresh:
            self._show()
            self._touch()

    # Sheets

    def _on_import(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Import definitions"), "", _(_TABLES))
        if name:
            self.import_sheet(Path(name))

    def import_sheet(self, path: Path) -> None:
        """Put the definitions of a sheet in force."""

        def done(found: verbs.Imported) -> None:
            self._desk.stepped.emit(found.step)
            self.read()
            if found.problems:
                lines = [one.reason for one in found.problems[:3]]
                self._room.toasts.say("\n".join([_("{n} rows were not taken.").format(n=len(found.problems)), *lines]))

        self._changed = False
        self._desk.write(lambda project: verbs.import_sheet(project, path), done, self._room.toasts.fail)

    def _on_export(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, _("Export definitions"), "definitions.xlsx", _(_TABLES))
        if name:
            self._desk.read(
                "definitions out",
                lambda project: verbs.export_sheet(project, Path(name)),
                lambda rows: self._room.toasts.say(
                    _("{n} rows written to {name}.").format(n=rows, name=Path(name).name)
                ),
                self._room.toasts.fail,
                slow=True,
            )

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        at = self._kinds.currentRow()
        if self._kinds.count() == 0:
            for kind in KINDS:
                self._kinds.addItem(_(kind.name))
        self._kinds.setCurrentRow(max(0, at))
        self._kinds.setAccessibleName(_("Kinds of definitions"))
        self._title.setText(_("Definitions"))
        self._import.setText(_("Import a sheet…"))
        self._export.setText(_("Export the sheet…"))
        self._save.setText(_("Put in force"))
        self._drop.setText(_("Drop the changes"))
        self._add.setText(_("Add a row"))
        self._take.setText(_("Take the row out"))
        self._all_codes.setText(_("Add all codes of the frame"))
        self._show()
        self._say([])


def _text(cell: str | float | None) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)
