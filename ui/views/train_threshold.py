"""The threshold of one code: dragged over precision and recall, tried before it is kept."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from annotate.messages import _
from training.quality.hand_thresholds import HIGHEST, LOWEST, Point, TradeOff
from ui import theme
from ui.pages.train_reading import ThresholdOf
from ui.views.page_parts import Link, button, label
from ui.views.train_parts import short, span

_FINE = 1000


class ThresholdView(QWidget):
    """Dragging only tries; keeping it is asked for. ``kept`` carries a probability or None for the model's own."""

    kept = Signal(object)
    moved_asked = Signal(float, float)
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of: ThresholdOf | None = None
        self._why = ""
        self._may = True
        self._plot: QWidget | None = None
        self._line: object | None = None
        self._curves: list[object] = []
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(LOWEST * _FINE), round(HIGHEST * _FINE))
        self._slider.valueChanged.connect(lambda _value: self._on_slid())
        self._now, self._base = label("heading", wrap=True), label("muted", wrap=True)
        self._moved = Link(self._ask_moved)
        self._keep = button(self.keep)
        self._own = button(lambda: self.kept.emit(None))
        row = QHBoxLayout()
        row.addWidget(self._base, 1)
        row.addWidget(self._moved, 1)
        row.addWidget(self._own)
        row.addWidget(self._keep)
        self._lay = QVBoxLayout(self)
        self._lay.setContentsMargins(8, 6, 8, 6)
        self._lay.setSpacing(3)
        self._lay.addWidget(self._slider)
        self._lay.addWidget(self._now)
        self._lay.addLayout(row)
        self._lay.addStretch(1)
        self._key = ""
        self._draw_soon = QTimer(self, singleShot=True, interval=0)
        self._draw_soon.timeout.connect(self._draw)
        self.retranslate()

    @property
    def threshold(self) -> float:
        """Return the threshold that is tried."""
        return self._slider.value() / _FINE

    @property
    def tried(self) -> bool:
        """Whether it differs from the one in force."""
        of = self._of
        return of is not None and abs(self.threshold - self._in_force(of)) > 0.6 / _FINE

    def show_code(self, of: ThresholdOf | None, why: str = "", *, may_keep: bool = True, key: str = "") -> None:
        """Show a code; None with the reason why there is nothing to show."""
        self._of, self._why, self._may, self._key = of, why, may_keep, key
        with QSignalBlocker(self._slider):
            if of is not None:
                self._slider.setValue(round(self._in_force(of) * _FINE))
        for one in (self._slider, self._keep):
            one.setVisible(of is not None)
        self._draw_soon.start()
        self.retranslate()

    def try_out(self, threshold: float) -> None:
        """Try a threshold."""
        self._slider.setValue(round(threshold * _FINE))

    def keep(self) -> None:
        """Ask to keep what is tried."""
        if self._of is not None and self.tried and self._keep.isEnabled():
            self.kept.emit(self.threshold)

    def focus(self) -> None:
        """Put the keys on the slider."""
        self._slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @staticmethod
    def _in_force(of: ThresholdOf) -> float:
        if of.curve.now is not None:
            return of.curve.now
        return of.own if of.own is not None else 0.5

    def _on_slid(self) -> None:
        if self._line is not None:
            self._line.setValue(self.threshold)  # type: ignore[attr-defined]
        self._tell()

    def _on_dragged(self) -> None:
        if self._line is not None:
            self._slider.setValue(round(float(self._line.value()) * _FINE))  # type: ignore[attr-defined]

    def _draw(self) -> None:
        of = self._of
        there = of is not None and bool(of.curve.support)
        if there and self._plot is None:
            self._plot = self._made()
        if self._plot is not None:
            self._plot.setVisible(there)
        if of is None or not there or self._line is None:
            return
        # In steps: between two probabilities a threshold takes what the higher one takes.
        points = [one for one in of.curve.points if one.taken]
        at = [LOWEST, *(one.threshold for one in points)]
        across = [end for pair in pairwise(at) for end in pair]
        for curve, pick in zip(self._curves, ("precision", "recall"), strict=True):
            up = [getattr(one, pick).value for one in points for _end in range(2)]
            curve.setData(across, up)  # type: ignore[attr-defined]
        self._line.setValue(self.threshold)  # type: ignore[attr-defined]

    def _made(self) -> QWidget:
        """Make the plot; once, for making it takes longer than a key press may."""
        import pyqtgraph as pg

        plot = pg.PlotWidget(background=theme.colour("surface"))
        plot.setMinimumHeight(8 * self.fontMetrics().height())
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setXRange(0, 1, padding=0.01)
        plot.setYRange(0, 1.02, padding=0)
        ink = theme.colour("muted")
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(ink)
            plot.getAxis(side).setTextPen(ink)
        legend = plot.addLegend(offset=(10, -10), labelTextColor=theme.colour("text"))
        legend.setBrush(None)
        self._curves = [
            plot.plot([], [], pen=pg.mkPen(theme.colour(tint), width=2, style=way), name=name)
            for name, tint, way in (
                (_("precision"), "accent", Qt.PenStyle.SolidLine),
                (_("recall"), "unsure", Qt.PenStyle.DashLine),
            )
        ]
        line = pg.InfiniteLine(
            self.threshold,
            angle=90,
            movable=True,
            bounds=(LOWEST, HIGHEST),
            pen=pg.mkPen(theme.colour("text"), width=1.5),
            hoverPen=pg.mkPen(theme.colour("accent"), width=3),
        )
        line.sigDragged.connect(lambda _line: self._on_dragged())
        plot.addItem(line)
        plot.setAccessibleName(_("Precision and recall over the threshold"))
        self._line = line
        self._lay.insertWidget(0, plot, 1_000)
        made: QWidget = plot
        return made

    def _unmake(self) -> None:
        if self._plot is not None:
            self._lay.removeWidget(self._plot)
            self._plot.deleteLater()
            self._plot = self._line = None

    def _ask_moved(self) -> None:
        of = self._of
        if of is not None:
            low, high = sorted((self._in_force(of), self.threshold))
            self.moved_asked.emit(low, high)

    def _tell(self) -> None:
        of = self._of
        own = of is not None and of.curve.now is not None
        self._own.setVisible(own and self._may)
        self._keep.setEnabled(self.tried and self._may)
        if of is None:
            self._now.setText(self._why)
            self._base.setText("")
            self._moved.hide()
            return
        before, after = point_at(of.curve, self._in_force(of)), point_at(of.curve, self.threshold)
        words = _("Threshold {before} → {after}").format(before=short(self._in_force(of)), after=short(self.threshold))
        if not self.tried:
            words = _("Threshold {before}").format(before=short(self._in_force(of)))
        if after is not None and before is not None:
            told = _("P {precision}, R {recall}")
            if self.tried:
                told = _("P {was_precision} → {precision}, R {was_recall} → {recall}")
            words += "   " + told.format(
                precision=span(after.precision), recall=span(after.recall), was_precision=short(before.precision.value),
                was_recall=short(before.recall.value),
            )  # fmt: skip
        self._now.setText(words)
        now, then = of.waiting.taken(self._in_force(of)), of.waiting.taken(self.threshold)
        more = then - now
        self._moved.setVisible(self.tried)
        self._moved.setEnabled(more != 0)
        self._moved.say(
            _("{n} undecided answers with it; {more} by this threshold. See them").format(
                n=f"{then:,}", more=f"{more:+,}"
            )
        )
        half = _("random answers") if of.curve.from_random_rows else _("coded answers")
        self._base.setText(
            _("{support} of {n} {half} carry it").format(support=of.curve.support, n=of.curve.base, half=half)
        )
        self._base.setVisible(not self.tried)
        tip = _(
            "Tried on the half of the {half} that sets thresholds. Saved, it is marked “hand” and scored again on the"
            " other half."
        ).format(half=half)
        for one in (self._now, self._base, self._keep):
            one.setToolTip(tip)

    def retranslate(self) -> None:
        """Say everything in the language and colours in use."""
        self._keep.setText(_("Save ({key})").format(key=self._key) if self._key else _("Save"))
        self._own.setText(_("Back to the model's own"))
        self._slider.setAccessibleName(_("Threshold of the code, in thousandths"))
        self._unmake()  # it is painted in the colours in use
        self._draw_soon.start()
        self._tell()


def point_at(curve: TradeOff, threshold: float) -> Point | None:
    """Return what a threshold gives on the tuning half; None where nothing was judged there."""
    if not curve.support:
        return None
    above = [one for one in curve.points if one.threshold >= threshold - 1e-9]
    return above[0] if above else (curve.points[-1] if curve.points else None)
