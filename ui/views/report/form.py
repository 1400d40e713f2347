"""What the report shall be: title, language, paper, rows, sections in their order, the client's colours."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _, current, language_of
from reports.charts import Palette
from reports.spec import OWN, SECTIONS, Look, ReportSpec

_ID = Qt.ItemDataRole.UserRole
OURS = (Palette().strong, Palette().accent)
LANGUAGES = (("zh", "中文"), ("en", "English"))
WINDOWS = ((1, N_("this period")), (3, N_("last 3 periods")), (12, N_("last 12 periods")))
PAGES = (("a4", N_("A4")), ("16:9", N_("16:9 slides")))


def new_spec() -> ReportSpec:
    """Return the specification of a new report, in the language in use."""
    return ReportSpec().but(language="zh" if language_of(current()) == "zh_CN" else "en")


class _Sections(QListWidget):
    """Sections to tick; dragged, or moved with Ctrl and the arrows."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        row, held = self.currentRow(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not by or not held:
            super().keyPressEvent(event)
        elif 0 <= row + by < self.count():
            root = QModelIndex()
            self.model().moveRow(root, row, root, row + by + (by > 0))
            self.setCurrentRow(row + by)


class SpecForm(QScrollArea):
    """Edits a specification. ``changed`` when a person changed something."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._spec = new_spec()
        self._filling = False
        inner = QWidget()
        self._title, self._client, self._filter = QLineEdit(), QLineEdit(), QLineEdit()
        self._language, self._page = QComboBox(), QComboBox()
        self._wave, self._compare, self._segment = QComboBox(), QComboBox(), QComboBox()
        self._window = QComboBox()
        self._counts, self._weighted = QCheckBox(), QCheckBox()
        self._sections = _Sections()
        self._sections.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._sections.setDefaultDropAction(Qt.DropAction.MoveAction)
        self._strong, self._accent, self._logo = QPushButton(), QPushButton(), QPushButton()
        self._labels = [QLabel() for _row in range(9)]
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        fields: tuple[QWidget, ...] = (
            self._title, self._client, self._language, self._page, self._wave, self._window, self._compare,
            self._segment, self._filter,
        )  # fmt: skip
        for label, field in zip(self._labels, fields, strict=False):
            label.setBuddy(field)
            form.addRow(label, field)
        form.addRow(self._weighted)
        form.addRow(self._counts)
        colours = QHBoxLayout()
        for button in (self._strong, self._accent, self._logo):
            colours.addWidget(button)
        colours.addStretch(1)
        self._sections_head = QLabel()
        self._sections_head.setObjectName("heading")
        lay = QVBoxLayout(inner)
        lay.addLayout(form)
        lay.addLayout(colours)
        lay.addWidget(self._sections_head)
        lay.addWidget(self._sections, 1)
        self.setWidget(inner)
        for box in (self._language, self._page, self._wave, self._window, self._compare, self._segment):
            box.activated.connect(self._on_edit)
        for line in (self._title, self._client, self._filter):
            line.editingFinished.connect(self._on_edit)
        for check in (self._counts, self._weighted):
            check.clicked.connect(self._on_edit)
        self._sections.itemChanged.connect(self._on_edit)
        self._sections.model().rowsMoved.connect(self._on_edit)
        self._strong.clicked.connect(lambda: self._pick("strong"))
        self._accent.clicked.connect(lambda: self._pick("accent"))
        self.logo_button = self._logo
        self.retranslate()

    def show_spec(self, spec: ReportSpec) -> None:
        """Show a specification."""
        self._filling, self._spec = True, spec
        self._title.setText(spec.title)
        self._client.setText(spec.client)
        self._filter.setText(" ".join(shlex.quote(one) for one in spec.filter))
        self._counts.setChecked(spec.counts_only)
        self._weighted.setChecked(spec.weighted)
        self._window.setEnabled(bool(spec.wave))
        for box, value in (
            (self._language, spec.language), (self._page, spec.page), (self._wave, spec.wave),
            (self._compare, spec.compare), (self._segment, spec.segment), (self._window, spec.window),
        ):  # fmt: skip
            if box.findData(value) < 0:
                box.addItem(str(value), value)
            box.setCurrentIndex(box.findData(value))
        own = {OWN + page.key: page.title for page in spec.own_pages}
        chosen = list(spec.sections)
        self._sections.clear()
        for name in [*chosen, *(one for one in (*SECTIONS, *own) if one not in chosen)]:
            item = QListWidgetItem(own.get(name) or _(SECTIONS.get(name, name)))
            item.setData(_ID, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
            self._sections.addItem(item)
        self._tell_colours()
        self._filling = False

    def offer(self, periods: Sequence[str], columns: Sequence[str]) -> None:
        """Offer the periods and columns of the data."""
        self._filling = True
        for box, first, values in (
            (self._wave, _("All periods"), periods), (self._compare, _("the period before"), periods),
            (self._segment, _("automatic"), columns),
        ):  # fmt: skip
            kept = box.currentData() or ""
            box.clear()
            box.addItem(first, "")
            for value in values:
                box.addItem(value, value)
            if box.findData(kept) < 0:
                box.addItem(kept, kept)
            box.setCurrentIndex(box.findData(kept))
        self._filling = False

    def spec(self) -> ReportSpec:
        """Return the specification as edited; fields untouched by this form stay."""
        items = [self._sections.item(row) for row in range(self._sections.count())]
        sections = tuple(str(one.data(_ID)) for one in items if one.checkState() == Qt.CheckState.Checked)
        try:
            asked = tuple(shlex.split(self._filter.text()))
        except ValueError:
            asked = tuple(self._filter.text().split())
        told: dict[str, object] = {
            "title": self._title.text().strip(), "client": self._client.text().strip(), "filter": asked,
            "language": self._language.currentData() or "zh", "page": self._page.currentData() or "a4",
            "wave": self._wave.currentData() or "", "compare": self._compare.currentData() or "",
            "segment": self._segment.currentData() or "", "counts_only": self._counts.isChecked(),
            "window": self._window.currentData() or 1, "weighted": self._weighted.isChecked(),
            "sections": sections,
        }  # fmt: skip
        changed = {name: value for name, value in told.items() if getattr(self._spec, name) != value}
        return self._spec.but(**changed) if changed else self._spec

    def take(self, spec: ReportSpec) -> None:
        """Go on from this specification, keeping what is shown."""
        self._spec = spec

    def _on_edit(self, *_about: object) -> None:
        if not self._filling:
            self._spec = self.spec()
            self._window.setEnabled(bool(self._spec.wave))
            self.changed.emit()

    def _pick(self, which: str) -> None:
        now = getattr(self._spec.look, which)
        colour = QColorDialog.getColor(QColor(now or OURS[which == "accent"]), self)
        if colour.isValid():
            look = self._spec.look
            strong, accent = (colour.name(), look.accent) if which == "strong" else (look.strong, colour.name())
            self._spec = self.spec().but(look=Look(strong, accent, look.logo))
            self._tell_colours()
            self.changed.emit()

    def _tell_colours(self) -> None:
        look = self._spec.look
        for button, words, value in (
            (self._strong, _("Colour of titles"), look.strong or OURS[0]),
            (self._accent, _("Colour of charts"), look.accent or OURS[1]),
        ):  # fmt: skip
            swatch = QPixmap(14, 14)
            swatch.fill(QColor(value))
            button.setIcon(QIcon(swatch))
            button.setText(f" {words}")
            button.setToolTip(value)
        self._logo.setText(_("Change the logo…") if look.logo else _("Logo…"))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        names = (
            _("Title"), _("Client"), _("Language"), _("Paper"), _("Period"), _("How many periods"), _("Compared with"),
            _("Segments"), _("Filter"),
        )  # fmt: skip
        for label, name in zip(self._labels, names, strict=False):
            label.setText(name)
        for box, entries in ((self._language, LANGUAGES), (self._page, PAGES), (self._window, WINDOWS)):
            kept = box.currentData()
            box.clear()
            for value, words in entries:
                box.addItem(_(words), value)
            box.setCurrentIndex(max(0, box.findData(kept)))
        self._filter.setPlaceholderText(_("such as channel=hotline"))
        self._title.setPlaceholderText(_("Name of the project"))
        self._weighted.setText(_("Weighted by the records' weights"))
        self._counts.setText(_("Counts only, not corrected for the model's errors"))
        self._sections_head.setText(_("Sections (drag, or Ctrl+Up and Ctrl+Down, to reorder)"))
        self._sections.setAccessibleName(_("Sections of the report"))
        self.show_spec(self._spec)
