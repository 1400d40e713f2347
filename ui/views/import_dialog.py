"""Import of a file of answers: what each column is for, progress that can be stopped, and what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.errors import AskedWronglyError, UserError
from annotate.importing import load, reading, rejects
from annotate.importing.load import ImportResult
from annotate.importing.mapping import ONCE
from annotate.importing.roles import Role, guess_roles
from annotate.jobs import CancelledError
from annotate.messages import N_, _
from ui.desk import Desk
from ui.notify import report_of
from ui.tasks import Job

_EXAMPLES = 20
_SHOWN = 60
ROLES: dict[Role, str] = {
    Role.TEXT: N_("answer text"),
    Role.ID: N_("id of the row"),
    Role.RESPONDENT: N_("respondent"),
    Role.QUESTION: N_("question"),
    Role.WAVE: N_("wave"),
    Role.DATE: N_("date"),
    Role.SCORE: N_("score"),
    Role.WEIGHT: N_("weight"),
    Role.ASKED: N_("was asked (0/1)"),
    Role.CHANNEL: N_("channel"),
    Role.TOUCHPOINT: N_("touchpoint"),
    Role.LANGUAGE: N_("language"),
    Role.SEGMENT: N_("column to look at"),
    Role.CODE: N_("code given earlier"),
    Role.SENTIMENT: N_("sentiment given earlier"),
    Role.IGNORE: N_("leave out"),
}
_HEADERS: tuple[tuple[str, int | None, int], ...] = (
    (N_("found by itself"), None, 1),
    (N_("first row"), 1, 1),
    (N_("first two rows (names, question texts)"), 1, 2),
    (N_("second row"), 2, 1),
    (N_("no header row"), 0, 1),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look into a file showed."""

    kind: str
    encoding: str
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    roles: dict[str, Role]
    examples: tuple[str, ...]
    notices: tuple[str, ...]


def look_into(path: Path, sheet: str | None, header_row: int | None, header_rows: int) -> Look:
    """Read the first rows of a file and guess its roles; raises UserError. Not on the UI thread."""
    reader = reading.open_reader(path, sheet=sheet, header_row=header_row, header_rows=header_rows)
    try:
        roles = dict(load.preview(reader).roles)
    except AskedWronglyError as error:
        if error.id != "no-text-column":
            raise
        # The person will say which column it is.
        roles = guess_roles(reader.columns, reader.column_texts, [one.values for one in reader.preview(load.SAMPLE)])
    rows = [one.values for one in reader.preview(_EXAMPLES)]
    examples = []
    for place in range(len(reader.columns)):
        seen = dict.fromkeys(
            str(row[place]).strip()[:_SHOWN] for row in rows if place < len(row) and row[place] is not None
        )
        examples.append("  ·  ".join([one for one in seen if one][:3]))
    sheets = tuple(reading.sheet_names(path)) if reader.kind == "xlsx" else ()
    texts = tuple(reader.column_texts) or ("",) * len(reader.columns)
    notices = tuple(one.sentence() for one in reader.warnings)
    return Look(reader.kind, reader.encoding, sheets, reader.columns, texts, roles, tuple(examples), notices)


class ImportDialog(QDialog):
    """Three states in one dialog: what the columns are, the import under way, the result."""

    imported = Signal(object)
    looked = Signal()

    def __init__(self, desk: Desk, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Import answers"))
        self.resize(860, 620)
        self._desk, self._path = desk, path
        self._job: Job | None = None
        self._roles: list[QComboBox] = []
        self._looked: Look | None = None
        title = QLabel(path.name)
        title.setObjectName("heading")
        title.setTextFormat(Qt.TextFormat.PlainText)
        self._about = QLabel(_("Looking into the file…"))
        self._about.setObjectName("muted")
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_columns())
        self._stack.addWidget(self._build_progress())
        self._stack.addWidget(self._build_result())
        self._start, self._cancel = QPushButton(_("Import")), QPushButton(_("Cancel"))
        self._start.setProperty("primary", True)
        self._start.setDefault(True)
        self._cancel.setAutoDefault(False)
        self._start.setEnabled(False)
        self._start.clicked.connect(self.start)
        self._cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._start)
        lay = QVBoxLayout(self)
        lay.addWidget(title)
        lay.addWidget(self._about)
        lay.addWidget(self._stack, 1)
        lay.addLayout(buttons)
        self._look()

    def _build_columns(self) -> QWidget:
        page = QWidget()
        self._source = QLineEdit(self._path.name.split(".")[0])
        self._sheet, self._header = QComboBox(), QComboBox()
        for words, _row, _rows in _HEADERS:
            self._header.addItem(_(words))
        self._sheet.activated.connect(lambda _at: self._look())
        self._header.activated.connect(lambda _at: self._look())
        form = QFormLayout()
        form.addRow(_("Source"), self._source)
        form.addRow(_("Sheet"), self._sheet)
        form.addRow(_("Header"), self._header)
        self._form = form
        self._table = QTableWidget(0, 3)
        self._table.setHorizontalHeaderLabels([_("Column"), _("What it is"), _("First values")])
        self._table.verticalHeader().hide()
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self._table.setShowGrid(False)
        head = self._table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(0, 200)
        self._table.setColumnWidth(1, 170)
        self._warn = QLabel()
        self._warn.setTextFormat(Qt.TextFormat.PlainText)
        self._warn.setWordWrap(True)
        lay = QVBoxLayout(page)
        lay.setContentsMargins(0, 6, 0, 0)
        lay.addLayout(form)
        lay.addWidget(self._table, 1)
        lay.addWidget(self._warn)
        return page

    def _build_progress(self) -> QWidget:
        page = QWidget()
        self._doing = QLabel()
        self._doing.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        lay = QVBoxLayout(page)
        lay.addStretch(1)
        lay.addWidget(self._doing)
        lay.addWidget(self._bar)
        lay.addStretch(2)
        return page

    def _build_result(self) -> QWidget:
        page = QWidget()
        self._told = QLabel()
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._save = QPushButton(_("Save the rejected rows…"))
        self._save.clicked.connect(self.save_rejects)
        lay = QVBoxLayout(page)
        lay.addWidget(self._told)
        lay.addWidget(self._save, 0, Qt.AlignmentFlag.AlignLeft)
        lay.addStretch(1)
        return page

    # The columns

    def _look(self) -> None:
        sheet = self._sheet.currentText() or None
        _words, row, rows = _HEADERS[self._header.currentIndex()]
        path = self._path
        self._start.setEnabled(False)
        self._desk.tasks.read(
            "import-look", lambda: look_into(path, sheet, row, rows), self._show_look, failed=self._show_error
        )

    def _show_look(self, look: Look) -> None:
        self._looked = look
        about = _("{kind}, {encoding}, {n} columns").format(
            kind=look.kind.upper(), encoding=look.encoding, n=len(look.columns)
        )
        self._about.setText("\n".join([about, *look.notices]))
        self._form.setRowVisible(self._sheet, len(look.sheets) > 1)
        self._form.setRowVisible(self._header, look.kind in ("csv", "tsv", "xlsx"))
        if [self._sheet.itemText(n) for n in range(self._sheet.count())] != list(look.sheets):
            self._sheet.clear()
            self._sheet.addItems(list(look.sheets))
        self._table.setRowCount(0)
        self._roles = []
        self._table.setRowCount(len(look.columns))
        for place, column in enumerate(look.columns):
            name = QTableWidgetItem(column)
            if look.texts[place]:
                name.setToolTip(look.texts[place].replace("<", "‹"))
            self._table.setItem(place, 0, name)
            chooser = QComboBox()
            for role, words in ROLES.items():
                chooser.addItem(_(words), role)
            chooser.setCurrentIndex(chooser.findData(look.roles.get(column, Role.SEGMENT)))
            chooser.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            chooser.currentIndexChanged.connect(lambda _at: self._check())
            self._roles.append(chooser)
            self._table.setCellWidget(place, 1, chooser)
            self._table.setItem(place, 2, QTableWidgetItem(look.examples[place]))
        self._check()
        self.looked.emit()

    @property
    def ready(self) -> bool:
        """Whether the import can begin as the roles stand."""
        return self._start.isEnabled() and not self._start.isHidden()

    @property
    def told(self) -> str:
        """Return what became of the import."""
        return self._told.text()

    def roles(self) -> dict[Role, Sequence[str]]:
        """Return the columns by the role they have now."""
        chosen: dict[Role, list[str]] = {}
        for column, chooser in zip(self._looked.columns if self._looked else (), self._roles, strict=True):
            chosen.setdefault(Role(chooser.currentData()), []).append(column)
        return {role: tuple(columns) for role, columns in chosen.items()}

    def set_role(self, column: str, role: Role) -> None:
        """Give a column a role."""
        if self._looked is not None:
            chooser = self._roles[self._looked.columns.index(column)]
            chooser.setCurrentIndex(chooser.findData(role))

    def _check(self) -> None:
        roles = self.roles()
        twice = [one for one, columns in roles.items() if one in ONCE and len(columns) > 1]
        if Role.TEXT not in roles:
            self._warn.setText(_("Say which column holds the answers in the customers' own words."))
        elif twice:
            self._warn.setText(_("Only one column can be: {role}.").format(role=_(ROLES[twice[0]])))
        else:
            self._warn.setText("")
        self._start.setEnabled(self._job is None and Role.TEXT in roles and not twice)

    # The import

    def start(self) -> None:
        """Import with the roles as they stand."""
        roles, path, source = self.roles(), self._path, self._source.text().strip() or None
        sheet = self._sheet.currentText() or None
        _words, row, rows = _HEADERS[self._header.currentIndex()]
        self._start.hide()
        self._cancel.setText(_("Stop"))
        self._doing.setText(_("Importing {name}").format(name=path.name))
        self._stack.setCurrentIndex(1)
        self._job = self._desk.long(
            lambda project, progress: load.import_file(
                project, path, roles=roles, source=source, sheet=sheet, header_row=row, header_rows=rows,
                rows_at_once=load.SHARED_ROWS, progress=progress,
            ),
            self._show_result,
            failed=self._show_error,
        )  # fmt: skip
        self._job.progressed.connect(self._show_progress)

    def _show_progress(self, done: int, total: int | None, _what: str) -> None:
        if total:
            # Files are larger than the whole numbers of a progress bar.
            self._bar.setRange(0, 1000)
            self._bar.setValue(int(1000 * done / total))
            told = _("Importing {name}: {done} of {total} MB")
            self._doing.setText(told.format(name=self._path.name, done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}"))

    def _show_result(self, result: ImportResult) -> None:
        self._job = None
        if result.already:
            lines = [_("This very file is in the project already; nothing was imported twice.")]
        else:
            told = _("{records} records: {accepted} accepted, {rejected} rejected.")
            lines = [
                told.format(
                    records=f"{result.records:,}", accepted=f"{result.accepted:,}", rejected=f"{result.rejected:,}"
                ),
                _("{n} verbatims, of them {blank} blank and {duplicates} identical to another.").format(
                    n=f"{result.verbatims:,}", blank=f"{result.blank:,}", duplicates=f"{result.duplicates:,}"
                ),
            ]
            if result.conflicts:
                told = _("{n} rows have an id that came before with another text; they are among the rejected.")
                lines.append(told.format(n=f"{result.conflicts:,}"))
            lines.append(_("Undo takes the whole import back."))
        self._told.setText("\n\n".join(lines))
        self._save.setVisible(result.rejected > 0)
        self._finish()
        self.imported.emit(result)

    def _show_error(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, CancelledError):
            words = _("The import was stopped; nothing of it is shown. Choose the same file to go on where it stopped.")
        elif isinstance(error, UserError):
            words = error.sentence()
        else:
            words = _("Something went wrong that is the program's fault.") + "\n\n" + report_of(error)
        self._told.setText(words)
        self._save.hide()
        self._finish()

    def _finish(self) -> None:
        self._stack.setCurrentIndex(2)
        self._start.hide()
        self._cancel.setText(_("Close"))
        self._start.setDefault(False)
        self._cancel.setDefault(True)
        self._cancel.setFocus()

    def save_rejects(self) -> None:
        """Ask where to, and write the reject list."""
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Save the rejected rows…"), str(self._path.with_name("rejected.csv")), "CSV (*.csv);;XLSX (*.xlsx)"
        )
        if name:
            path = Path(name)
            self._desk.read(
                "rejects",
                lambda project: rejects.export_rejects(project, path),
                lambda count: self._told.setText(
                    _("{n} rejected rows saved to {name}.").format(n=count, name=path.name)
                ),
                failed=self._show_error,
            )

    def reject(self) -> None:
        """Stop the import; close where none is under way. Button, Escape and the window's own cross all come here."""
        if self._job is not None:
            self._job.cancel()
            self._doing.setText(_("Stopping…"))
        else:
            super().reject()
