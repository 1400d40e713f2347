"""The learning curve with its band, what the next labels bring, and whether to stop."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from annotate.messages import _
from training.quality.curve import STEP, LearningCurve, PowerLaw
from ui import theme
from ui.views.page_parts import button, label
from ui.views.train_parts import minutes


class CurveView(QWidget):
    """Shows a curve, or what it takes to have one. Refitting takes a while, so it is asked for."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: LearningCurve | None = None
        self._stale = False
        self._can = False
        self._title = label("heading", wrap=True)
        self._go = button(self.asked.emit, quiet=True)
        self._target_name = label("muted")
        self._target = QDoubleSpinBox()
        self._target.setRange(0.3, 0.99)
        self._target.setSingleStep(0.01)
        self._target.setValue(0.85)
        self._target.valueChanged.connect(lambda _value: self._tell())
        self._plot: QWidget | None = None
        self._words = label(wrap=True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._go)
        self._aim = QWidget()
        aim = QHBoxLayout(self._aim)
        aim.setContentsMargins(0, 0, 0, 0)
        aim.addWidget(self._target_name)
        aim.addWidget(self._target)
        aim.addStretch(1)
        self._lay = QVBoxLayout(self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.addLayout(top)
        self._lay.addWidget(self._aim)
        self._lay.addWidget(self._words)
        self.retranslate()

    def allow(self, on: bool) -> None:
        """Say whether a curve can be drawn now: there is a model and nothing else runs."""
        self._can = on
        self._go.setEnabled(on)

    def mark_stale(self) -> None:
        """Say that answers were coded since."""
        self._stale = True
        self._tell()

    def show_curve(self, curve: LearningCurve | None) -> None:
        """Show a curve; None while there is none."""
        self._curve, self._stale = curve, False
        self._draw()
        self._tell()

    @property
    def words(self) -> str:
        """Return what is said of the curve."""
        return self._words.text()

    def _draw(self) -> None:
        if self._plot is not None:
            self._lay.removeWidget(self._plot)
            self._plot.deleteLater()
            self._plot = None
        curve = self._curve
        if curve is None or not curve.points:
            return
        import pyqtgraph as pg

        ink, tint = theme.colour("muted"), theme.colour("accent")
        plot = pg.PlotWidget(background=theme.colour("surface"))
        plot.setFixedHeight(150)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(ink)
            axis.setTextPen(ink)
        labels = np.array([one.labels for one in curve.points], float)
        value, low, high = (
            np.array([getattr(one.micro_f1, end) for one in curve.points]) for end in ("value", "low", "high")
        )
        wash = theme.colour("accent").lighter(150)
        wash.setAlpha(60)
        edges = [plot.plot(labels, end, pen=pg.mkPen(wash)) for end in (low, high)]
        plot.addItem(pg.FillBetweenItem(edges[0], edges[1], brush=wash))
        plot.plot(
            labels, value, pen=pg.mkPen(tint, width=2), symbol="o", symbolSize=7, symbolBrush=tint, symbolPen=tint
        )
        if curve.law is not None:
            ahead = np.linspace(labels[-1], labels[-1] + 3 * STEP, 20)
            told = np.array([curve.law.at(float(one)) for one in ahead])
            plot.plot(ahead, told, pen=pg.mkPen(tint, width=1.5, style=Qt.PenStyle.DashLine))
        self._plot = plot
        self._lay.insertWidget(1, plot)

    def _tell(self) -> None:
        curve = self._curve
        lines: list[str] = []
        if curve is None:
            lines = [_("Refits the model on parts of the labels and foretells what the next ones bring.")]
        elif not curve.points:
            lines = [
                _("No curve yet: {rows} more random answers and {labels} more coded answers are needed.").format(
                    rows=curve.needs, labels=curve.needs_labels
                )
            ]
        else:
            lines = self._advice(curve)
        if self._stale and curve is not None:
            lines.append(_("Answers were coded since; draw it again."))
        self._words.setText("\n".join(lines))
        self._aim.setVisible(curve is not None and curve.law is not None)
        if self._plot is not None:
            self._plot.setAccessibleName("; ".join(
                f"{one.labels}: {one.micro_f1.value:.2f}" for one in (curve.points if curve else ())))  # fmt: skip

    def _advice(self, curve: LearningCurve) -> list[str]:
        lines = []
        if curve.gain is None or curve.law is None:
            lines.append(_("No curve fits these points, so the next gain cannot be foretold."))
        else:
            lines.append(
                _("{n} more labels: {gain} points ({low} to {high}), {characters} characters, {time}.").format(
                    n=STEP, gain=f"{100 * curve.gain.value:+.1f}", low=f"{100 * curve.gain.low:+.1f}",
                    high=f"{100 * curve.gain.high:+.1f}", characters=f"{curve.characters:,}",
                    time=minutes(curve.minutes),
                )
            )  # fmt: skip
            lines.append(self._aimed(curve, curve.law))
        lines.append(
            _("Advice: stop. More labels of this kind bring less than 1 point, and predictions have settled.")
            if curve.stop
            else _("Advice: go on until {n} labels bring less than 1 point and predictions settle.").format(n=STEP)
        )
        return lines

    def _aimed(self, curve: LearningCurve, law: PowerLaw) -> str:
        target = f"{self._target.value():.2f}"
        needed = law.labels_to(self._target.value())
        if needed is None:
            return _("F1 {target} is out of reach of this curve.").format(target=target)
        more = max(0, needed - curve.points[-1].labels)
        return _("F1 {target} takes about {n} more labels, {characters} characters, {time}.").format(
            target=target,
            n=f"{more:,}",
            characters=f"{curve.characters * more // STEP:,}",
            time=minutes(None if curve.minutes is None else curve.minutes * more / STEP),
        )

    def retranslate(self) -> None:
        """Say everything in the language and colours in use."""
        self._title.setText(_("Learning curve (random answers)"))
        self._go.setText(_("Draw it"))
        self._target_name.setText(_("Target F1"))
        self._target.setAccessibleName(_("Target F1"))
        self._draw()
        self._tell()
