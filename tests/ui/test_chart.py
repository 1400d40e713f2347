"""A chart on the screen: its marks lead to rows, by click and by keys; it copies as picture and as table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from reports.charts import Drawing, Label, Measure, Palette, Rect
from ui import theme
from ui.views.insights.chart import ChartView


def two_bars(width: float, _measure: Measure, colours: Palette) -> Drawing:
    marks = (
        Rect(0, 0, width / 2, 20, colours.bad, "first"),
        Label(0, 12, "first", 8, colours.ink, query="first"),
        Rect(0, 30, width, 20, colours.good, "second"),
        Rect(0, 60, width, 20, colours.quiet),
    )
    return Drawing(width, 90, marks)


@pytest.fixture
def chart(qtbot: QtBot) -> ChartView:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show_chart(two_bars, name="Bars", table="a\t1\nb\t2")
    view.show()
    qtbot.waitExposed(view)
    return view


def at(chart: ChartView, x: float, y: float) -> QPoint:
    scale = chart.height() / 90
    return QPoint(round(x * scale), round(y * scale))


def test_it_is_as_high_as_its_drawing(chart: ChartView) -> None:
    before = chart.height()
    chart.show_chart(lambda width, _m, _c: Drawing(width, 45, ()))
    assert abs(chart.height() - before / 2) < 3


def test_a_click_on_a_mark_tells_its_rows(qtbot: QtBot, chart: ChartView) -> None:
    for y, rows in ((10, "first"), (40, "second")):
        with qtbot.waitSignal(chart.mark_chosen, timeout=60_000) as told:
            qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at(chart, 20, y))
        assert told.args == [rows]


def test_a_mark_without_rows_tells_nothing(qtbot: QtBot, chart: ChartView) -> None:
    with qtbot.assertNotEmitted(chart.mark_chosen):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at(chart, 20, 70))


def test_the_arrows_go_from_figure_to_figure_and_enter_chooses(qtbot: QtBot, chart: ChartView) -> None:
    found = []
    chart.mark_chosen.connect(found.append)
    for _ in range(3):
        qtbot.keyClick(chart, Qt.Key.Key_Down)
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert found == ["first", "second", "first"]


def test_it_is_painted_in_the_colours_in_use(chart: ChartView) -> None:
    picture = chart.grab().toImage()
    point = at(chart, 100, 40)
    assert picture.pixelColor(point) == QColor(theme.tokens().good)


def test_it_copies_as_picture_and_as_table(chart: ChartView) -> None:
    chart.copy()
    assert not QGuiApplication.clipboard().image().isNull()
    chart.copy(table=True)
    assert QGuiApplication.clipboard().text() == "a\t1\nb\t2"
    assert chart.picture().width() == 2 * chart.width()
