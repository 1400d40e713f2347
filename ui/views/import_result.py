"""What became of an import: its figures, and every rejected row with why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from annotate.importing.load import ImportResult
from annotate.messages import N_, _, listed
from ui.views.import_queue import Outcome
from ui.views.page_parts import label, table
from ui.views.sources.lists import fill_rejects
from ui.views.sources.reading import LISTED, Rejects

_HEADS = (N_("Row"), N_("Why"), N_("Begins with"))


class ResultPane(QWidget):
    """Figures above, rejected rows below where there are any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told, self._title, self._said = label(wrap=True), label("heading"), label("muted", wrap=True)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = table(len(_HEADS), stretch=2)
        self.table.horizontalHeader().setMaximumSectionSize(40 * self.fontMetrics().averageCharWidth())
        self.table.setAccessibleName(_("Rejected rows"))
        self.save = QPushButton(_("Save the rejected rows…"))
        self.save.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self._title)
        row.addWidget(self._said, 1)
        row.addWidget(self.save)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 6, 0, 0)
        lay.addWidget(self._told)
        lay.addSpacing(10)
        lay.addLayout(row)
        lay.addWidget(self.table, 1)
        lay.addStretch(0)
        self._list(False)

    @property
    def words(self) -> str:
        """Return what became of the import."""
        return self._told.text()

    def _list(self, on: bool) -> None:
        for one in (self._title, self._said, self.table, self.save):
            one.setVisible(on)

    def show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Tell what became of the files; of several each by its name."""
        self._list(False)
        told = []
        for one in outcomes:
            words = _words_of(one.result) if one.result is not None else []
            if one.error is not None:
                words = [one.error.sentence()]
            if len(outcomes) > 1:
                words = [f"{one.path.name}: {words[0]}", *words[1:]]
            told += words
        taken = [one.result for one in outcomes if one.result is not None and not one.result.already]
        if taken:
            told.append(
                _("Undo takes the whole import back.") if len(outcomes) == 1
                else _("Every file is a step of its own that undo takes back.")
            )  # fmt: skip
        self._told.setText("\n\n".join(told))

    def show_rejects(self, rejects: Rejects) -> None:
        """List the rejected rows."""
        self._list(True)
        self._title.setText(_("Rejected rows") + f"  {rejects.count:,}")
        if rejects.count > len(rejects.first):
            self._said.setText(_("The first {n} are listed; the saved list has all.").format(n=LISTED))
        self.table.setHorizontalHeaderLabels([_(head) for head in _HEADS])
        fill_rejects(self.table, rejects.first)

    def show_error(self, words: str) -> None:
        """Tell why there was no import."""
        self._told.setText(words)
        self._list(False)

    def say(self, words: str) -> None:
        """Tell news of the list."""
        self._said.setText(words)


def _words_of(result: ImportResult) -> list[str]:
    """Return the figures of an import in sentences."""
    if result.already:
        return [_("This very file is in the project already; nothing was imported twice.")]
    figures = {
        "records": result.records, "accepted": result.accepted, "rejected": result.rejected,
        "n": result.verbatims, "blank": result.blank, "duplicates": result.duplicates,
    }  # fmt: skip
    shown = {name: f"{value:,}" for name, value in figures.items()}
    lines = [
        _("{records} records: {accepted} accepted, {rejected} rejected.").format(**shown),
        _("{n} verbatims, of them {blank} blank and {duplicates} identical to another.").format(**shown),
    ]
    if result.conflicts:
        told = _("{n} rows have an id that came before with another text; they are among the rejected.")
        lines.append(told.format(n=f"{result.conflicts:,}"))
    if result.agents:
        told = _(
            "Turns of a call agent ({marks}) are neither learned from nor quoted; the Sources page can change that."
        )
        lines.append(told.format(marks=listed(result.agents)))
    return [*lines, *(one.sentence() for one in result.warnings)]
