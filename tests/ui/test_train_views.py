"""Parts of Train & review by themselves: the curve and its advice, the bars, the job line, the threshold."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotate.frames import Code, Role
from training.learner.evaluate import Figure
from training.quality.curve import LearningCurve, Point, PowerLaw
from training.quality.hand_thresholds import Point as Cut
from training.quality.hand_thresholds import TradeOff
from training.quality.machine_counts import Undecided
from training.quality.standing import Health, Part
from ui import theme
from ui.pages.train_reading import ThresholdOf
from ui.views.train_bars import Bar, Bars
from ui.views.train_codes import F1, NAME, PRECISION, RECALL, CodesView
from ui.views.train_curve import CurveView
from ui.views.train_job import JobLine
from ui.views.train_standing import HealthView
from ui.views.train_threshold import ThresholdView, point_at


def curve(*, gain: float, kappas: tuple[float, ...], needs: int = 0) -> LearningCurve:
    points = tuple(Point(n, Figure(0.9 - 20 / n, 0.8 - 20 / n, 0.95 - 20 / n)) for n in (100, 200, 300, 400))
    law = PowerLaw(0.9, 20.0, 1.0)
    told = Figure(gain, gain - 0.004, gain + 0.004)
    return LearningCurve(() if needs else points, 120, needs, 0, law, 0.0, told, kappas, 3_100, 25.0)


def test_the_curve_says_what_the_next_labels_bring_and_when_to_stop(qtbot: QtBot) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    assert "Refits" in view.words
    view.show_curve(curve(gain=0.008, kappas=(0.94, 0.97)))
    assert "+0.8 points" in view.words
    assert "3,100 characters" in view.words
    assert "about 25 min" in view.words
    assert "go on" in view.words
    view.show_curve(curve(gain=0.008, kappas=(0.96, 0.97)))
    assert "stop" in view.words
    view.mark_stale()
    assert "draw it again" in view.words


def test_the_curve_says_what_a_target_takes(qtbot: QtBot) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    view.show_curve(curve(gain=0.02, kappas=()))
    view._target.setValue(0.86)  # 20 ÷ (0.90 − 0.86) = 500 labels, 100 more than there are
    assert "about 100 more labels" in view.words
    view._target.setValue(0.95)
    assert "out of reach" in view.words


def test_without_enough_random_answers_the_curve_says_how_many_are_missing(qtbot: QtBot) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    view.show_curve(curve(gain=0.0, kappas=(), needs=12))
    assert "12 more random answers" in view.words


def test_bars_add_up_and_tell_which_was_clicked(qtbot: QtBot) -> None:
    bars = Bars()
    qtbot.addWidget(bars)
    bars.show_bars([Bar("human", "By people", 30, "accent", True), Bar("open", "Still open", 70, "muted", False)])
    assert "100 answers" in bars._sum.text()
    assert "holds 30" in bars._sum.text()
    with qtbot.waitSignal(bars.chosen, timeout=60_000) as told:
        bars.rows["open"].click()
    assert told.args == ["open"]
    assert bars.rows["human"].accessibleName() == "By people: 30 answers"
    bars.grab()  # every bar paints in the colours in use
    theme.apply(_app(), "dark")
    bars.grab()
    theme.apply(_app(), "light")


class _Job(QObject):
    progressed = Signal(object, object, str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


def test_the_job_line_appears_late_can_cancel_and_goes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    line, job = JobLine(), _Job()
    qtbot.addWidget(line)
    line._late.setInterval(1)
    line.watch(job, "Training")  # type: ignore[arg-type]
    assert line.busy
    qtbot.waitUntil(lambda: not line.isHidden(), timeout=60_000)
    job.progressed.emit(62, 100, "")
    assert "62 %" in line._words.text()
    line._stop.click()
    assert job.cancelled
    assert "stopping" in line._words.text()
    with qtbot.waitSignal(line.freed, timeout=60_000):
        job.ended.emit()
    assert line.isHidden()
    assert not line.busy


def threshold() -> ThresholdOf:
    def figure(value: float) -> Figure:
        return Figure(value, value - 0.05, min(1.0, value + 0.05))

    points = tuple(
        Cut(at, taken, figure(precision), figure(recall))
        for at, taken, precision, recall in ((0.05, 40, 0.5, 1.0), (0.4, 20, 0.8, 0.8), (0.9, 10, 1.0, 0.5))
    )
    told = TradeOff(7, points, 100, 20, None, True)
    p = np.array([500, 3_000, 4_500, 6_000, 9_500], np.int64)
    return ThresholdOf(1, told, Undecided(p, p[2:]), 0.4)


def test_a_threshold_between_two_probabilities_gives_what_the_higher_one_gives() -> None:
    told = threshold().curve
    found = [point_at(told, at) for at in (0.05, 0.2, 0.4, 0.5, 0.95)]
    assert [one.threshold for one in found if one] == [0.05, 0.4, 0.4, 0.9, 0.9]


def test_trying_a_threshold_tells_precision_recall_and_answers_before_it_is_kept(qtbot: QtBot) -> None:
    view = ThresholdView()
    qtbot.addWidget(view)
    view.show_code(threshold())
    assert not view.tried
    kept: list[object] = []
    view.kept.connect(kept.append)
    view.keep()
    assert kept == []
    view.try_out(0.7)
    assert ".80 → 1.00" in view._now.text()
    assert "1 undecided answer with it" in view._moved._whole
    assert "-2" in view._moved._whole
    view.keep()
    assert kept == [0.7]
    view.show_code(threshold(), may_keep=False)
    view.try_out(0.7)
    view.keep()
    assert kept == [0.7], "nothing is kept in a project that may not be changed"
    view.show_code(None, "why not")
    assert view._now.text() == "why not"


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def test_advice_names_a_code_in_the_language_in_use_and_takes_the_lines_it_needs(qtbot: QtBot) -> None:
    code = Code(
        7, None, False, "302", "顿挫", "Jerking", Role.THEME, "", "", "", "", "", "", False, 0, 0,
        ("动力与变速", "顿挫"), 1,
    )  # fmt: skip
    advice = "Sharpen the definition of {code} and look at its possible errors."
    parts = tuple(Part(id, 0.5, advice, {"code": "动力与变速/顿挫"}) for id in ("accuracy", "weakest_codes"))
    view = HealthView()
    qtbot.addWidget(view)
    view.show_health(Health(50, parts), (code,))
    link = view._actions["weakest_codes"]
    assert link.text() == "→ Sharpen the definition of 302 Jerking and look at its possible errors."
    assert link.heightForWidth(120) > 2 * link.heightForWidth(2_000)
    chosen: list[str] = []
    view.part_chosen.connect(chosen.append)
    link.click()
    assert chosen == ["weakest_codes"]


def test_the_columns_of_codes_give_way_and_their_heads_stay_whole(qtbot: QtBot) -> None:
    view = CodesView()
    qtbot.addWidget(view)
    heads = view.horizontalHeader()
    view.show()
    left = {}
    for width in (900, view.minimumSizeHint().width()):
        view.resize(width, 300)
        QApplication.processEvents()
        left[width] = [column for column in range(heads.count()) if not heads.isSectionHidden(column)]
        shown = [str(view.table.headerData(one, Qt.Orientation.Horizontal)) for one in left[width]]
        assert all(
            heads.sectionSize(one) >= heads.fontMetrics().horizontalAdvance(words)
            for one, words in zip(left[width], shown, strict=True)
        )
    wide, narrow = left.values()
    assert len(wide) == heads.count()
    assert set(narrow) < set(wide)
    assert {NAME, PRECISION, RECALL, F1} <= set(narrow)
