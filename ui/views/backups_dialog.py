"""Where the backups of the open project lie, what each holds, and bringing one back as a new file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _, current
from annotate.store import backup, journal
from annotate.store.backup import folder_of
from annotate.store.backup_files import Backup
from annotate.store.journal import Told
from annotate.store.project import Project
from ui.backups import Backups
from ui.desk import Desk
from ui.views.put_back_dialog import said_of


class BackupsDialog(QDialog):
    """``restore_asked`` carries the path of the backup at hand."""

    restore_asked = Signal(object)

    def __init__(self, desk: Desk, backups: Backups, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._backups = desk, backups
        self.found: list[Backup] = []
        self._lead, self._where = QLabel(), QLabel()
        for one in (self._lead, self._where):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self._lead.setObjectName("muted")
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = QTableWidget(0, 4)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._tell)
        self.take, self.look, self.restore, self.leave = (QPushButton() for _each in range(4))
        self.take.setEnabled(not desk.project.read_only)
        self.take.clicked.connect(backups.take)
        self.look.clicked.connect(self._open_folder)
        self.restore.clicked.connect(self._restore)
        self.leave.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.take)
        row.addWidget(self.look)
        row.addStretch(1)
        row.addWidget(self.restore)
        row.addWidget(self.leave)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(20, 16, 20, 14)
        lay.setSpacing(10)
        for each in (self._lead, self._where, self.table):
            lay.addWidget(each)
        lay.addLayout(row)
        wide, high = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(max(760, 100 * wide), max(420, 24 * high))
        backups.written.connect(self.refresh)
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Read what lies in the folder."""

        def read(project: Project) -> list[tuple[Backup, Told | None]]:
            folder = folder_of(project.path)
            known = backup.list_backups(folder, uuid=project.uuid) if folder.is_dir() else []
            return [(one, journal.told(one.path)) for one in known]

        self._desk.read("backups", read, self._show)

    def _show(self, told: list[tuple[Backup, Told | None]]) -> None:
        found = self.found = [one for one, _work in told]
        locale = QLocale(current())
        self.table.setRowCount(len(found))
        for row, (one, work) in enumerate(told):
            cells = (
                said_of(one, work),
                f"{one.counts.get('verbatim', 0):,}",
                f"{one.counts.get('label_event', 0):,}",
                locale.formattedDataSize(one.size),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        if found:
            self.table.selectRow(0)
        self._tell()

    def _tell(self) -> None:
        self.restore.setEnabled(0 <= self.table.currentRow() < len(self.found))
        self.look.setEnabled(self._backups.folder.is_dir())
        where = _("Folder: {folder}").format(folder=self._backups.folder)
        self._where.setText(where if self.found else where + "\n" + _("No backup was written yet."))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._backups.folder)))

    def _restore(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.found):
            path: Path = self.found[row].path
            self.close()
            self.restore_asked.emit(path)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setWindowTitle(_("Backups"))
        self._lead.setText(
            _(
                "A verified copy is written soon after the project is opened and every hour while it changes; five are"
                " kept. What people decide and edit is added to the newest every five minutes and at closing. A backup"
                " comes back with that work as a new file beside the old one, never over it."
            )
        )
        self.table.setHorizontalHeaderLabels([_("Written"), _("Answers"), _("Decisions"), _("Size")])
        self.table.setAccessibleName(_("Backups, newest first"))
        self.take.setText(_("Back up now"))
        self.look.setText(_("Open the folder"))
        self.restore.setText(_("Restore as…"))
        self.leave.setText(_("Close"))
        self._tell()
