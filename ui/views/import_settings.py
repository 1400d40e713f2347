"""How a file is read and as what: source, kind of channel, sheet, header, encoding."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from annotate.importing.encoding import Encoding
from annotate.importing.roles import Role
from annotate.messages import N_, _
from ui.views.import_look import Look, Settings
from ui.views.sources.kinds import KINDS, kind_name, kind_of
from ui.views.sources.reading import KnownSource

_HEADERS: tuple[tuple[str, int | None, int], ...] = (
    (N_("found by itself"), None, 1),
    (N_("first row"), 1, 1),
    (N_("first two rows (names, question texts)"), 1, 2),
    (N_("second row"), 2, 1),
    (N_("third row"), 3, 1),
    (N_("no header row"), 0, 1),
)
_ENCODINGS = (
    ("UTF-8", Encoding.UTF_8), ("GB18030 (GBK)", Encoding.GB18030), ("Big5", Encoding.BIG5),
    ("UTF-16 LE", Encoding.UTF_16_LE), ("UTF-16 BE", Encoding.UTF_16_BE), ("Windows-1252", Encoding.WINDOWS_1252),
)  # fmt: skip
_NAMES = {one.value: name for name, one in _ENCODINGS} | {Encoding.UTF_8_BOM.value: "UTF-8 (BOM)"}
_PACKED = ("xlsx", "docx")
_SOON_MS = 250


class SettingsForm(QWidget):
    """``changed``: the file is to be looked at again. ``wave_column_given``: a column's name, "" for none."""

    changed = Signal()
    wave_column_given = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: Sequence[KnownSource] = ()
        self.source, self.kind = QComboBox(), QComboBox()
        self.sheet, self.header, self.encoding, self.wave = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self._wave = ""
        for box in (self.source, self.kind, self.wave):
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.source.setEditText(name)
        for words, _row, _rows in _HEADERS:
            self.header.addItem(_(words))
        for told in KINDS:
            self.kind.addItem(kind_name(told), told)
        self.kind.setCurrentIndex(-1)
        line = self.kind.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("choose or name it"))
        self.again = QCheckBox(_("Import it once more"))
        self.again.hide()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, box in (
            (_("Source"), self.source), (_("Kind of source"), self.kind), (_("Wave"), self.wave),
            (_("Sheet"), self.sheet), (_("Header"), self.header), (_("Encoding"), self.encoding),
        ):  # fmt: skip
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.setAccessibleName(words)
            self._form.addRow(words, box)
        self._form.addRow("", self.again)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.changed)
        self.source.editTextChanged.connect(lambda _text: self._on_source())
        self.wave.activated.connect(self._on_wave)
        line = self.wave.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("a column, or name the wave"))
        line.editingFinished.connect(self._on_wave_named)
        for box in (self.sheet, self.header, self.encoding):
            box.activated.connect(lambda _at: self.changed.emit())
        self._list_encodings("")

    def show_sources(self, known: Sequence[KnownSource]) -> None:
        """Offer the sources that the project knows."""
        self._known = known
        kept = self.source.currentText()
        self.source.blockSignals(True)
        self.source.clear()
        for one in known:
            self.source.addItem(one.name)
        self.source.setEditText(kept)
        self.source.blockSignals(False)
        own = dict.fromkeys(one.kind for one in known if one.kind and one.kind not in KINDS)
        for told in own:
            if self.kind.findData(told) < 0:
                self.kind.addItem(told, told)
        self._show_kind()

    def _on_source(self) -> None:
        self._show_kind()
        self._soon.start()

    def _show_kind(self) -> None:
        """Show the kind of a source that is known: it was said when its first file came."""
        one = self.known_source()
        self.kind.setEnabled(one is None)
        line = self.kind.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("choose or name it") if one is None else kind_name(""))
        if one is not None:
            self.kind.setEditText(kind_name(one.kind) if one.kind else "")

    def known_source(self) -> KnownSource | None:
        """Return the source of that name, where the project has it."""
        name = self.source.currentText().strip()
        return next((one for one in self._known if one.name == name), None)

    def use(self, one: KnownSource) -> None:
        """Import as this source."""
        self.source.setEditText(one.name)
        self._soon.stop()

    @property
    def channel(self) -> str:
        """Return the kind of source to store."""
        return kind_of(self.kind.currentText())

    def settings(self) -> Settings:
        """Return how the file shall be read."""
        _words, row, rows = _HEADERS[max(0, self.header.currentIndex())]
        source = self.source.currentText().strip() or None
        sheet = self.sheet.currentText() or None
        encoding = self.encoding.currentData()
        return Settings(source, sheet, row, rows, str(encoding) if encoding else None, self._wave)

    def _on_wave(self, at: int) -> None:
        self._wave = ""
        self.wave_column_given.emit(str(self.wave.itemData(at) or ""))

    def _on_wave_named(self) -> None:
        """Take a name that is none of the columns listed: the wave of all rows."""
        name = " ".join(self.wave.currentText().split())
        if name != self._wave and self.wave.findText(name) < 0:
            self._wave = name
            self.wave_column_given.emit("")

    def show_look(self, look: Look) -> None:
        """Offer the sheets, headers and encodings that a file of this kind has."""
        told = look.preview
        self._form.setRowVisible(self.sheet, len(told.sheets) > 1)
        self._form.setRowVisible(self.header, told.kind in ("csv", "tsv", "xlsx", "html-table"))
        self._form.setRowVisible(self.encoding, told.kind not in _PACKED)
        if [self.sheet.itemText(n) for n in range(self.sheet.count())] != list(told.sheets):
            self.sheet.clear()
            self.sheet.addItems(list(told.sheets))
        self._list_encodings(told.encoding)
        self._list_waves(look)
        self.again.setVisible(told.already)

    def _list_encodings(self, found: str) -> None:
        chosen = self.encoding.currentData()
        self.encoding.clear()
        name = _NAMES.get(found, found.upper())
        by_itself = _("found: {name}").format(name=name) if found and not chosen else _("found by itself")
        self.encoding.addItem(by_itself, None)
        for told, one in _ENCODINGS:
            self.encoding.addItem(told, one.value)
        self.encoding.setCurrentIndex(max(0, self.encoding.findData(chosen)))

    def _list_waves(self, look: Look) -> None:
        self.wave.clear()
        self.wave.addItem(_("the file tells none"), "")
        told = Role.WAVE in look.roles.values()
        for column, role in look.roles.items():
            self.wave.addItem(_("in the column {name}").format(name=column), column)
            if role is Role.WAVE:
                self.wave.setCurrentIndex(self.wave.count() - 1)
        if not told and self._wave:
            self.wave.setEditText(self._wave)

    def words_of_encoding(self, found: str) -> str:
        """Return what people call an encoding."""
        return _NAMES.get(found, found.upper())
