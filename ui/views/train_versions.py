"""The models of the frame: list, comparison, what a switch would change, use and the way back, pinned answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QDateTime, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate.frames import Code
from annotate.messages import _, current
from training.quality.must_hold import Pin
from training.quality.switch import Flips
from training.quality.versions import Comparison, ModelVersion
from ui.pages.train_reading import Shown, Wave
from ui.views.fitting import give_way
from ui.views.page_parts import beside, button, cell, label, table, texts
from ui.views.train_parts import code_name, short, span

_LINES = 11
"""Lines of text that its lists have where the page is lowest."""
_PLACE_LETTERS = 16


class VersionsView(QWidget):
    """One model is at hand. ``used`` carries (model, waves or None, reason or ''); the others the model's id."""

    train_asked = Signal()
    code_asked = Signal()
    compare_asked = Signal(int, int)
    flips_asked = Signal(int, object)
    used = Signal(int, object, str)
    renamed = Signal(int, str)
    answers_asked = Signal(object)
    pins_asked = Signal(int)
    unpinned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[ModelVersion, ...] = ()
        self._waves: tuple[Wave, ...] = ()
        self._chosen: set[int] | None = None
        self._codes: Mapping[int, Code] = {}
        self._pins: tuple[Pin, ...] = ()
        self._broken: dict[int, tuple[Pin, ...]] = {}
        self._answers: Mapping[int, Shown] = {}
        self._told: dict[int, list[tuple[str, object]]] = {}
        self._flipped: dict[tuple[int, tuple[int, ...] | None], int] = {}
        self._pins_wanted: set[int] = set()
        self._may = self._free = True
        self._title = label("heading")
        self.list = table(5, stretch=4)
        self.list.itemSelectionChanged.connect(self._tell)
        self._train = button(self.train_asked.emit)
        self._code = button(self.code_asked.emit)
        self._compare = button(self.compare)
        self._flips = button(self.flips)
        self._use = button(self.use)
        self._scope = QPushButton()
        self._scope.clicked.connect(lambda _on=False: self._choose_waves())
        self._rename = button(self.rename, quiet=True)
        self._why = QLineEdit()
        self._why.hide()
        self._anyway = button(self._use_anyway)
        self._anyway.hide()
        self.lines = texts(wrap=True)
        self.lines.itemActivated.connect(self._on_line)
        self.lines.itemClicked.connect(self._on_line)
        anyway = QHBoxLayout()
        anyway.addWidget(self._why, 1)
        anyway.addWidget(self._anyway)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 6, 10, 4)
        lay.setSpacing(4)
        lay.addLayout(beside(self._title, self._train, self._scope, self._rename))
        lay.addWidget(self.list, 2)
        lay.addLayout(beside(self._compare, self._flips, self._use, self._code))
        lay.addLayout(anyway)
        lay.addWidget(self.lines, 3)
        self.retranslate()

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return least.expandedTo(QSize(least.width(), _LINES * self.fontMetrics().lineSpacing()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what people can do without where there is too little room for where a model is in force."""
        head = self.list.horizontalHeader()
        widths = {column: max(self.list.sizeHintForColumn(column), head.sectionSizeHint(column)) for column in range(4)}
        widths[4] = _PLACE_LETTERS * self.fontMetrics().averageCharWidth()
        give_way(head, widths, self.list.viewport().width(), (1, 2))

    @property
    def model(self) -> ModelVersion | None:
        """Return the model at hand; newest first in the list."""
        row = self.list.currentRow()
        return self._models[len(self._models) - 1 - row] if 0 <= row < len(self._models) else None

    @property
    def in_force(self) -> ModelVersion | None:
        """Return the newest model that codes anything now."""
        return next((one for one in reversed(self._models) if one.in_force), None)

    @property
    def waves(self) -> tuple[int, ...] | None:
        """Return the waves that a switch is for, None for all."""
        return None if self._chosen is None else tuple(sorted(self._chosen))

    def show_models(
        self, models: Sequence[ModelVersion], waves: Sequence[Wave], codes: Mapping[int, Code], *, may: bool
    ) -> None:
        """Show the models of the frame; the one at hand stays at hand, else the newest."""
        before = self.model
        known = {one.id for one in self._models}
        self._models, self._waves, self._codes, self._may = tuple(models), tuple(waves), codes, may
        if self._chosen is not None:
            self._chosen &= {one.id for one in waves}
        self._fill()
        row = 0
        if before is not None and {one.id for one in models} == known:
            places = [one.id for one in reversed(self._models)]
            row = places.index(before.id) if before.id in places else 0
        if self._models:
            self.list.selectRow(row)
        self._tell()

    def show_pins(self, pins: Sequence[Pin], answers: Mapping[int, Shown]) -> None:
        """Show the pinned answers."""
        self._pins, self._answers = tuple(pins), answers
        self._broken.clear()
        self._pins_wanted.clear()
        self._tell()

    def show_broken(self, model: int, broken: Sequence[Pin]) -> None:
        """Show which pinned answers a model breaks."""
        self._broken[model] = tuple(broken)
        self._tell()

    def show_comparison(self, told: Comparison) -> None:
        """Show how two models differ on the same answers."""
        before = next((one.name for one in self._models if one.id == told.before), "")
        on = _("{n} random answers") if told.from_random_rows else _("{n} coded answers")
        lines: list[tuple[str, object]] = [
            (
                _("Against {before}, on the same {on}: F1 {was} → {now}, {difference} ({low} to {high})").format(
                    before=before, on=on.format(n=f"{told.rows:,}"), was=short(told.micro_before),
                    now=short(told.micro_after), difference=f"{told.difference.value:+.3f}",
                    low=f"{told.difference.low:+.3f}", high=f"{told.difference.high:+.3f}",
                ),
                None,
            )
        ]  # fmt: skip
        for verdict, words in (("better", _("Surely better: {codes}")), ("worse", _("Surely worse: {codes}"))):
            sure = [code_name(self._codes.get(one.code_id)) for one in told.codes if one.verdict == verdict]
            if sure:
                lines.append((words.format(codes=", ".join(sure)), None))
        if not any(one.verdict for one in told.codes):
            lines.append((_("No single code is surely better or worse."), None))
        self._add(told.after, lines)

    def forget(self) -> None:
        """Forget what was found of the models: answers were coded since, or another model is in force."""
        self._told.clear()
        self._flipped.clear()
        self._broken.clear()
        self._pins_wanted.clear()

    def show_flips(self, model: int, waves: tuple[int, ...] | None, told: Flips) -> None:
        """Show what a switch would change, by code; a line leads to its answers."""
        self._flipped[model, waves] = told.answers
        head = _("If used: {n} answers change ({gaining} get codes, {losing} lose some, {both} both).").format(
            n=f"{told.answers:,}", gaining=f"{told.gaining:,}", losing=f"{told.losing:,}", both=f"{told.both:,}"
        )
        lines: list[tuple[str, object]] = [(head, told.query() if told.answers else None)]
        for one in sorted(told.codes, key=lambda each: -(len(each.gains) + len(each.losses))):
            words = _("{code}: +{gains} −{losses}").format(
                code=code_name(self._codes.get(one.code_id)), gains=len(one.gains), losses=len(one.losses)
            )
            lines.append(("    " + words, told.query(one.code_id)))
        self._add(model, lines)

    def ask_reason(self) -> None:
        """Ask for a reason to switch although a pinned answer breaks."""
        self._why.show()
        self._anyway.show()
        self._why.setFocus()

    def free(self, on: bool) -> None:
        """Say whether long work may begin."""
        self._free = on
        self._tell()

    def compare(self) -> None:
        """Compare the model at hand with the one in force, or with the one before it."""
        one, base = self.model, self._base()
        if one is not None and base is not None:
            self.compare_asked.emit(base.id, one.id)

    def flips(self) -> None:
        """Ask what using the model at hand would change."""
        if self.model is not None and self._flips.isEnabled():
            self.flips_asked.emit(self.model.id, self.waves)

    def use(self) -> None:
        """Use the model at hand; what that changes is asked for and shown first."""
        one = self.model
        if one is None or not self._use.isEnabled():
            return
        if (one.id, self.waves) in self._flipped:
            self.used.emit(one.id, self.waves, "")
        else:
            self.flips()

    def _use_anyway(self) -> None:
        reason = self._why.text().strip()
        if self.model is not None and reason:
            self._why.hide()
            self._anyway.hide()
            self.used.emit(self.model.id, self.waves, reason)

    def rename(self) -> None:
        """Give the model at hand a name."""
        one = self.model
        if one is None:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(_("Name of the model"))
        dialog.setLabelText(_("A name that says what it is for; empty for its number:"))
        dialog.setTextValue("" if one.name == f"v{one.number}" else one.name)
        dialog.textValueSelected.connect(lambda name, id=one.id: self.renamed.emit(id, name))
        dialog.open()

    def _base(self) -> ModelVersion | None:
        one, now = self.model, self.in_force
        if one is None:
            return None
        if now is not None and now.id != one.id:
            return now
        older = [other for other in self._models if other.number < one.number]
        return older[-1] if older else None

    def _choose_waves(self) -> None:
        menu = QMenu(self)
        everything = menu.addAction(_("All open waves"))
        everything.setCheckable(True)
        everything.setChecked(self._chosen is None)
        everything.triggered.connect(lambda _on: self._set_waves(None))
        for wave in self._waves:
            action = menu.addAction(
                (wave.name or _("no named wave")) + (f" ({_('delivered')})" if wave.delivered else "")
            )
            action.setCheckable(True)
            action.setEnabled(not wave.delivered)
            action.setChecked(self._chosen is not None and wave.id in self._chosen)
            action.triggered.connect(lambda on, id=wave.id: self._set_wave(id, on))
        menu.popup(self._scope.mapToGlobal(QPoint(0, self._scope.height())))

    def _set_wave(self, wave: int, on: bool) -> None:
        chosen = set(self._chosen or ())
        self._set_waves((chosen | {wave}) if on else (chosen - {wave}) or None)

    def _set_waves(self, waves: set[int] | None) -> None:
        self._chosen = waves
        self._tell()

    def _add(self, model: int, lines: list[tuple[str, object]]) -> None:
        self._told.setdefault(model, [])[:0] = lines
        self._tell()

    def _on_line(self, item: QListWidgetItem) -> None:
        query = item.data(Qt.ItemDataRole.UserRole)
        if query is not None:
            self.answers_asked.emit(query)

    def _fill(self) -> None:
        locale = QLocale("zh_CN" if current() == "zh_CN" else "en_GB")
        self.list.blockSignals(True)
        self.list.setRowCount(len(self._models))
        for row, one in enumerate(reversed(self._models)):
            at = QDateTime.fromMSecsSinceEpoch(one.created_ms)
            when = locale.toString(at.date(), QLocale.FormatType.ShortFormat)
            exact = locale.toString(at, QLocale.FormatType.ShortFormat)
            places = ", ".join(
                (f"{each.question} × {each.wave}" if each.wave else each.question)
                + (f" ({_('delivered')})" if each.delivered else "")
                for each in one.in_force
            )
            hand = _("{n} thresholds by hand").format(n=len(one.by_hand)) if one.by_hand else ""
            name = one.name + (f"  {one.note}" if one.note else "")
            words = (
                name, when, f"{one.labels:,}", span(one.micro_f1) + ("" if one.from_random_rows else "°"),
                "; ".join(part for part in (
                    places and _("in force: {places}").format(places=places), hand,
                    _("trained by itself") if one.by_itself else "",
                ) if part),
            )  # fmt: skip
            for column, text in enumerate(words):
                self.list.setItem(row, column, cell(text, right=column == 2, tip=exact if column == 1 else ""))
        self.list.blockSignals(False)
        self._fit()

    def _tell(self) -> None:
        one, base = self.model, self._base()
        can = self._may and self._free
        self._train.setEnabled(can)
        self._compare.setEnabled(self._free and one is not None and base is not None)
        self._flips.setEnabled(can and one is not None)
        self._use.setEnabled(can and one is not None)
        self._rename.setEnabled(self._may and one is not None)
        self._code.setVisible(bool(self._models) and self.in_force is None)
        self._code.setEnabled(can)
        self._scope.setVisible(len(self._waves) > 1)
        changes = None if one is None else self._flipped.get((one.id, self.waves))
        if one is None:
            self._use.setText(_("Use"))
        elif changes is None:
            self._use.setText(_("Use {model}…").format(model=one.name))
        else:
            self._use.setText(_("Use {model}: {n} answers change").format(model=one.name, n=f"{changes:,}"))
        names = [wave.name for wave in self._waves if self._chosen is not None and wave.id in self._chosen]
        self._scope.setText((", ".join(names) or _("All open waves")) + " ▾")
        self._compare.setText(_("Against {model}").format(model=base.name) if base else _("Compare"))
        self.lines.clear()
        if one is None:
            return
        for words, query in self._told.get(one.id, ()):
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, query)
            if query is not None:
                item.setToolTip(_("Click to see the answers."))
            self.lines.addItem(item)
        self._tell_pins(one)

    def _tell_pins(self, one: ModelVersion) -> None:
        if not self._pins:
            self.lines.addItem(_("No answer is pinned as must-hold yet; pin one from the doubts."))
            return
        broken = self._broken.get(one.id)
        if broken is None:
            if one.id not in self._pins_wanted:
                self._pins_wanted.add(one.id)
                self.pins_asked.emit(one.id)
            self.lines.addItem(_("Must hold: {n} answers").format(n=len(self._pins)))
            return
        self.lines.addItem(
            _("Must hold: {model} {right}/{n}").format(
                model=one.name, right=len(self._pins) - len(broken), n=len(self._pins)
            )
        )
        for pin in broken:
            answer = self._answers.get(pin.verbatim)
            words = _("✗ 「{text}」 must carry {code}") if pin.expected else _("✗ 「{text}」 must not carry {code}")
            self.lines.addItem(
                "    "
                + words.format(text=answer.text[:40] if answer else "", code=code_name(self._codes.get(pin.code_id)))
            )

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Models"))
        self.list.setAccessibleName(_("Models of the frame"))
        self.list.setHorizontalHeaderLabels([_("Model"), _("Trained"), _("Answers"), _("F1"), _("In force")])
        self._train.setText(_("Train"))
        self._code.setText(_("Let it code"))
        self._flips.setText(_("What would change?"))
        self._rename.setText(_("Rename…"))
        self._why.setPlaceholderText(_("Why use it although a pinned answer breaks?"))
        self._why.setAccessibleName(self._why.placeholderText())
        self._anyway.setText(_("Use anyway"))
        self.lines.setAccessibleName(_("What is known of the model"))
        self._fill()
        self._tell()
