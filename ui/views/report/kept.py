"""The kept reports: choose one, keep what is shown under a name or as a view of its master, forget one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QPushButton, QWidget

from annotate.messages import _
from reports.spec_store import Kept


class KeptReports(QWidget):
    """Names of kept reports with what may be done with them.

    ``chosen``: a name, "" for a new report. ``kept``: the name to keep under, and whether as a view. ``forgotten``: a
    name. Who may only read keeps and forgets nothing.
    """

    chosen = Signal(str)
    kept = Signal(str, bool)
    forgotten = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setMinimumWidth(180)
        self._keep, self._keep_view, self._forget = QPushButton(), QPushButton(), QPushButton()
        lay = QHBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        for one in (self.box, self._keep, self._keep_view, self._forget):
            lay.addWidget(one)
            one.setHidden(read_only and one is not self.box)
        self.retranslate()
        self.box.activated.connect(self._on_chosen)
        self._keep.clicked.connect(lambda: self._ask(view=False))
        self._keep_view.clicked.connect(lambda: self._ask(view=True))
        self._forget.clicked.connect(lambda: self.forgotten.emit(self.name) if self.name else None)

    @property
    def name(self) -> str:
        """The name that is chosen, "" for none."""
        return str(self.box.currentData() or "")

    def show_kept(self, kept: Sequence[Kept]) -> None:
        """Show the names, views with their master; the chosen one stays chosen."""
        at = self.name
        self.box.clear()
        self.box.addItem(_("Report not kept yet"), "")
        for one in kept:
            shown = f"{one.name}  ({_('view of {name}').format(name=one.master)})" if one.master else one.name
            self.box.addItem(shown, one.name)
        self.box.setCurrentIndex(max(0, self.box.findData(at)))
        self._keep_view.setEnabled(bool(kept))
        self._forget.setEnabled(bool(self.name))

    def _on_chosen(self, _at: int) -> None:
        self._forget.setEnabled(bool(self.name))
        self.chosen.emit(self.name)

    def _ask(self, *, view: bool) -> None:
        title = _("Keep as a view") if view else _("Keep the report")
        name, good = QInputDialog.getText(self, title, _("Name"), text="" if view else self.name)
        if good and name.strip():
            self.kept.emit(name.strip(), view)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._keep.setText(_("Keep…"))
        self._keep.setToolTip(_("Keep the specification under a name, to run it again on another wave"))
        self._keep_view.setText(_("Keep as a view…"))
        self._keep_view.setToolTip(_("A view holds only what differs from its master: filter, segment, wave, language"))
        self._forget.setText(_("Forget"))
        self.box.setAccessibleName(_("Kept reports"))
