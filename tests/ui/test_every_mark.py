"""One click from every mark of every chart to exactly the rows it counts, on a study with every kind of figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from car_window import Opener, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from whole_study import figures_shown, whole_study

from reports import basket
from reports.data.closed import AccountRow, ClosedFigures
from reports.wording import Words
from ui.main_window import MainWindow
from ui.pages.insights import InsightsPage
from ui.views.insights.chart import ChartView


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole_study(tmp_path_factory.mktemp("whole"), 1_400)


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, whole: Path) -> InsightsPage:
    window = open_window(whole)
    window.resize(1440, 900)
    window.show_page("insights")
    settle(qtbot, window)
    page = cast("InsightsPage", window.pages["insights"])
    page.scope._period.setCurrentIndex(page.scope._period.findData("2026"))
    page.count()
    settle(qtbot, window)
    return page


def charts(page: InsightsPage) -> dict[str, ChartView]:
    found = {one.short: one.chart for one in (*page.overview.sections, *page.why.sections)}
    scored = {f"score {at}": view for at, view in enumerate(page.overview.score_charts())}
    return {name: chart for name, chart in {**scored, **found}.items() if not chart.isHidden()}


def click(qtbot: QtBot, chart: ChartView, spot: int) -> None:
    middle = chart._spots[spot][0].center() * chart._scale()
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(round(middle.x()), round(middle.y())))


def test_every_mark_stands_for_a_figure_and_opens_its_rows(qtbot: QtBot, page: InsightsPage) -> None:
    window = cast("MainWindow", page.window())
    assert page._data is not None
    shown = {rows.to_json(): count for _what, rows, count in figures_shown(page._data) if rows is not None}
    found = charts(page)
    assert {
        "Touchpoints", "Journey", "Segments", "Brand funnel", "Brand image", "Indicators", "Changes", "Drivers",
        "Priority", "What if", "Together", "Key words", "score 0",
    } <= set(found)  # fmt: skip
    for name, chart in found.items():
        assert chart._spots, name
        unknown = [query for _box, query in chart._spots if query not in shown]
        assert not unknown or name in ("Needs", "Stands out"), (name, unknown[:1])
        spot = len(chart._spots) // 2
        click(qtbot, chart, spot)
        settle(qtbot, window)
        reading = page.voices._reading
        assert reading is not None and chart.chosen in {query for _box, query in chart._spots}
        opened = reading.people if reading.counted is None else reading.counted
        opened = int(reading.ids.size) if name in ("Key words", "New") else opened
        if chart.chosen in shown:
            assert opened == shown[chart.chosen], name
        assert f"{opened:,}" in page.voices._count.text(), name
        assert page.voices._title.text()
    put = copied_and_put(qtbot, window, page)
    assert {
        "scores", "indicators", "touchpoints", "journey", "segments", "brand", "quadrant", "drivers", "scenarios",
        "pairs", "words",
    } <= put  # fmt: skip
    group = ClosedFigures("Key accounts", 3, 2, "", None, None, True, (AccountRow("Acme", 2, 6.5),))
    page.overview.show_figures(replace(page._data, closed=(group,)), page._chosen(), Words("en"))
    exhibits = page._exhibits()
    assert [exhibits[chart] for chart in page.overview.group_charts()] == ["closed"]
    assert exhibits[page.overview.stands.chart] == "answers"


def copied_and_put(qtbot: QtBot, window: MainWindow, page: InsightsPage) -> set[str]:
    """Copy every chart as a table and put it into the basket; return what stands there."""
    assert window.desk is not None
    for name, chart in charts(page).items():
        chart.setFocus()
        page._on_copy(table=True)
        assert QGuiApplication.clipboard().text(), name
        if page._exhibits()[chart]:
            page._on_basket()
    settle(qtbot, window)
    return {one.exhibit for one in basket.items(window.desk.project)}


def test_the_row_above_leads_to_what_is_shown(qtbot: QtBot, open_window: Opener, coded: Path) -> None:
    window = open_window(coded)
    window.show_page("insights")
    settle(qtbot, window)
    page = cast("InsightsPage", window.pages["insights"])
    bar = page.why.area.verticalScrollBar()
    ways = [way for way, _short, _head in page.why._ways if not way.isHidden()]
    assert len(ways) > 5
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=10_000)
    qtbot.mouseClick(ways[-1], Qt.MouseButton.LeftButton)
    assert bar.value() > 0
    page.why.to_themes()
    assert bar.value() == 0
