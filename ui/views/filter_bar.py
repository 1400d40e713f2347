"""The bar of filters: what to narrow by in one menu, what is set as chips that go with a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QDateTime, Qt, QTimeZone, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from annotate import facets
from annotate.facets import Facet, Facets
from annotate.frames import Frame
from annotate.messages import N_, _, plural
from annotate.near import STEPS
from annotate.store.query import FieldIs
from annotate.verbatims import Field
from ui.desk import Desk
from ui.models import filters
from ui.models.filters import Filter
from ui.models.frame_tree import name_of
from ui.tasks import Job
from ui.views.flow import Flow
from ui.views.train_job import JobLine

_LONGEST = 60
NEAR_WORDS = (
    N_("Near ones as they come"),
    N_("Near ones together: nearly word for word"),
    N_("Near ones together: as usual"),
    N_("Near ones together: freely"),
)
"""Off, then each of STEPS."""


class FilterBar(QFrame):
    """Holds the filters in force and tells when they change."""

    changed = Signal()
    given_dropped = Signal()
    fold_changed = Signal(bool)
    near_changed = Signal(object)
    columns_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._filters: list[Filter] = []
        self._given = ""
        self._fields: list[Field] = []
        self._facets = Facets((), (), (), ())
        self.add = QPushButton()
        self.add.clicked.connect(self.open_menu)
        self.fold = QCheckBox()
        self.fold.setChecked(True)
        self.fold.clicked.connect(self.fold_changed)
        self.near = QComboBox()
        self.near.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for step in (None, *STEPS):
            self.near.addItem("", step)
        self.near.activated.connect(lambda at: self.near_changed.emit(self.near.itemData(at)))
        self._near_found: dict[float, int] | None = None
        self._job = JobLine()
        self.columns = QPushButton()
        self.columns.setProperty("quiet", True)
        self.columns.clicked.connect(self.columns_asked)
        for one in (self.add, self.fold, self.near, self.columns):
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setObjectName("bar")
        self._flow = Flow(self, margins=(10, 3, 10, 4))
        for widget in (self.add, self.fold, self.near, self.columns, self._job):
            self._flow.addWidget(widget)
        self._chips: list[QWidget] = []
        self.retranslate()

    @property
    def filters(self) -> list[Filter]:
        """Return the filters in force."""
        return list(self._filters)

    def set_filters(self, wanted: Sequence[Filter]) -> None:
        """Put these filters in force."""
        self._filters = list(wanted)
        self._show_chips()
        self.changed.emit()

    def put(self, one: Filter) -> None:
        """Put one more filter in force; what was set about the same thing goes."""
        self.set_filters(filters.with_filter(self._filters, one))

    def drop_last(self) -> bool:
        """Take the filter set last off; return whether there was one."""
        if not self._filters:
            return False
        self.set_filters(self._filters[:-1])
        return True

    def watch(self, job: Job) -> None:
        """Show how far the look for near-identical answers is."""
        self._job.watch(job, _("Looking for near-identical answers"))

    def show_near(self, groups: dict[float, int] | None) -> None:
        """Show how many groups each step of nearness makes; None: not known."""
        self._near_found = groups
        self._tell_near()

    def turn_near(self, step: float | None) -> None:
        """Show the step of nearness in force; None for none."""
        self.near.setCurrentIndex(self.near.findData(step))

    def _tell_near(self) -> None:
        for at, words in enumerate(NEAR_WORDS):
            step = self.near.itemData(at)
            told = _(words)
            if self._near_found is not None and step is not None:
                n = self._near_found[step]
                told += "  ·  " + plural(n, N_("{n} group"), N_("{n} groups")).format(n=f"{n:,}")
            self.near.setItemText(at, told)
        self.near.setAccessibleName(_("Near ones together"))
        self.near.setToolTip(
            _("Lists answers that differ in stops, particles, openings, a synonym, a plural or a slip of the keyboard")
        )

    def show_given(self, words: str) -> None:
        """Show that only what another page asked for is listed; empty for nothing."""
        self._given = words
        self._show_chips()

    def use_fields(self, fields: list[Field]) -> None:
        """Take the client's columns."""
        self._fields = fields

    def use_frame(self, frame: Frame | None) -> None:
        """Take the frame that codes are named by."""
        self._filters = filters.renamed(self._filters, frame)
        self._show_chips()

    def read_facets(self) -> None:
        """Read the sources, waves and coders there are."""
        question = self._desk.question
        self._desk.read("facets", lambda project: facets.facets(project, question), self._use_facets, slow=True)

    def _use_facets(self, found: Facets) -> None:
        self._facets = found

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.add.setText(_("+ Filter"))
        self.fold.setText(_("Fold identical answers"))
        self._tell_near()
        self._job.retranslate()
        self.columns.setText(_("Columns"))
        self.add.setAccessibleName(_("Add a filter"))
        self._show_chips()

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips.clear()
        if self._given:
            self._chip(self._given, self.given_dropped.emit)
        for place, one in enumerate(self._filters):
            self._chip(one.words, partial(self._drop, place))
        self._flow.invalidate()
        self.updateGeometry()

    def _chip(self, words: str, drop: Callable[[], None]) -> None:
        chip = QToolButton(self)
        chip.setObjectName("chip")
        short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        chip.setText(f"{short}  ×".replace("&", "&&"))
        chip.setToolTip(_("Take this filter off"))
        chip.setAccessibleName(_("Filter: {words}").format(words=words))
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(lambda _checked=False: drop())
        self._flow.addWidget(chip)
        self._chips.append(chip)
        chip.show()

    def _drop(self, place: int) -> None:
        self.set_filters([one for at, one in enumerate(self._filters) if at != place])

    # The menu

    def open_menu(self) -> None:
        """Open the menu of what answers can be narrowed by."""
        menu = self.menu()
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """Return the menu, freshly made; the values of a column are read when its part opens."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        status = menu.addMenu(_("Status"))
        for at, (words, _condition) in enumerate(filters.STATES):
            self._entry(status, _(words), filters.of_state(at))
        self._codes(menu.addMenu(_("Code")))
        felt = menu.addMenu(_("Sentiment"))
        for at, (words, _condition) in enumerate(filters.SENTIMENTS):
            self._entry(felt, _(words), filters.of_sentiment(at))
        sure = menu.addMenu(_("Confidence"))
        for at, (words, _condition) in enumerate(filters.CONFIDENCE):
            self._entry(sure, _(words), filters.of_confidence(at))
        makes: tuple[tuple[str, tuple[Facet, ...], Callable[[Facet], Filter]], ...] = (
            (filters.CODER, self._facets.coders, filters.of_coder),
            (filters.SOURCE, self._facets.sources, filters.of_source),
            (filters.CHANNEL, self._facets.channels, filters.of_channel),
            (filters.WAVE, self._facets.waves, filters.of_wave),
        )
        for title, found, make in makes:
            if found:
                part = menu.addMenu(_(title))
                for one in found:
                    self._entry(part, f"{one.value}  ({one.answers:,})", make(one))
        self._range(menu.addMenu(_("Date")), lambda low, high: filters.of_dates(None, low, high), dates=True, key=None)
        menu.addSeparator()
        for field in self._fields:
            part = menu.addMenu(field.name.replace("&", "&&"))
            if field.kind == "category":
                part.aboutToShow.connect(partial(self._read_values, part, field))
                part.addAction(_("Reading…")).setEnabled(False)
            elif field.kind == "date":
                self._range(part, partial(filters.of_dates, field), dates=True, key=field)
            elif field.kind == "number":
                self._range(part, partial(_number, field), dates=False, key=field)
            else:
                part.menuAction().setVisible(False)
        return menu

    def _entry(self, menu: QMenu, words: str, one: Filter) -> QAction:
        action = menu.addAction(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(one in self._filters)
        action.triggered.connect(lambda _on=False: self.put(one))
        return action

    def _codes(self, menu: QMenu) -> None:
        frame = self._desk.frame
        for code in frame.codes if frame else ():
            if not code.retired:
                words = f"{'    ' * code.depth}{code.number}  {name_of(code)}".rstrip()
                self._entry(menu, words, filters.of_code(code, frame) if frame else filters.of_state(0))
        if menu.isEmpty():
            menu.menuAction().setVisible(False)

    def _read_values(self, menu: QMenu, field: Field) -> None:
        question = self._desk.question

        def show(found: list[Facet]) -> None:
            menu.clear()
            chosen = next((one for one in self._filters if one.about == f"field/{field.id}"), None)
            values = chosen.condition.values if chosen and isinstance(chosen.condition, FieldIs) else ()
            for one in found:
                action = menu.addAction(f"{one.value}  ({one.answers:,})".replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(one.value in values)
                action.triggered.connect(partial(self._toggle, field, one.value))
            if not found:
                menu.addAction(_("No value in this column")).setEnabled(False)

        self._desk.read(("values", field.id), lambda project: facets.values(project, field.id, question), show)

    def _toggle(self, field: Field, value: str, _on: bool = False) -> None:
        self.set_filters(filters.toggled(self._filters, field, value))

    def _range(self, menu: QMenu, make: Callable[[str, str], Filter | None], *, dates: bool, key: Field | None) -> None:
        box = _Range(dates=dates)

        def put() -> None:
            made = make(box.low.text().strip(), box.high.text().strip())
            if made is None:
                box.low.setFocus()
                return
            self.put(made)
            top = menu.parentWidget()
            menu.close()
            if isinstance(top, QMenu):
                top.close()

        def hint(found: tuple[float, float] | None) -> None:
            if found is not None:
                box.hint(found)

        box.go.clicked.connect(put)
        box.low.returnPressed.connect(put)
        box.high.returnPressed.connect(put)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(box)
        menu.addAction(holder)
        number = None if key is None else key.id
        menu.aboutToShow.connect(
            lambda: self._desk.read(("ends", number), lambda project: facets.ends(project, number), hint)
        )


def _number(field: Field, low: str, high: str) -> Filter | None:
    try:
        ends = [float(one) if one else None for one in (low, high)]
    except ValueError:
        return None
    return None if ends == [None, None] else filters.of_range(field, ends[0], ends[1])


class _Range(QWidget):
    """From … to …, as one entry of a menu."""

    def __init__(self, *, dates: bool) -> None:
        super().__init__()
        self._dates = dates
        self.low, self.high, self.go = QLineEdit(), QLineEdit(), QPushButton(_("Filter"))
        for field, words in ((self.low, N_("from")), (self.high, N_("to"))):
            field.setPlaceholderText(_(words))
            field.setAccessibleName(_(words))
            field.setMinimumWidth(100)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        for one in (self.low, QLabel("–"), self.high, self.go):
            row.addWidget(one)

    def hint(self, found: tuple[float, float]) -> None:
        """Show the ends that the column has."""
        for field, value in zip((self.low, self.high), found, strict=True):
            if self._dates:
                at = QDateTime.fromMSecsSinceEpoch(int(value), QTimeZone.utc())
                field.setPlaceholderText(at.toString("yyyy-MM-dd"))
            else:
                field.setPlaceholderText(f"{value:g}")
