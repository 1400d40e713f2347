"""The Insights page: figures from a process of its own, voices behind a number, quotes and charts for the report."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from car_window import Opener, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import coding, messages
from reports import basket, issue
from reports.gather import gather
from reports.spec import ReportSpec
from ui.main_window import MainWindow
from ui.pages.insights import InsightsPage
from ui.views.insights.theme_table import COUNTED, FEELING, PEOPLE, THEME


def page_of(qtbot: QtBot, window: MainWindow) -> InsightsPage:
    window.show_page("insights")
    settle(qtbot, window)
    return cast("InsightsPage", window.pages["insights"])


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, coded: Path) -> InsightsPage:
    return page_of(qtbot, open_window(coded))


def window_of(page: InsightsPage) -> MainWindow:
    return cast("MainWindow", page.window())


def cells(page: InsightsPage, column: int) -> list[str]:
    model = page.why.table.lines
    return [str(model.index(row, column).data() or "") for row in range(model.rowCount())]


def test_it_shows_what_the_figures_say(page: InsightsPage) -> None:
    assert page._data is not None
    question = page._data.questions[0]
    shares = {f"{one.number}  {one.label}": one for one in question.themes}
    assert cells(page, THEME) == sorted(shares, key=lambda name: -shares[name].share.value)
    for name, people, percent in zip(cells(page, THEME), cells(page, PEOPLE), cells(page, COUNTED), strict=True):
        assert people == str(shares[name].share.count)
        assert percent == f"{100 * shares[name].share.count / question.base:.1f}%"
    assert "240" in page._lead.text()


def test_a_theme_leads_to_its_voices_masked(qtbot: QtBot, page: InsightsPage) -> None:
    row = next(n for n, name in enumerate(cells(page, THEME)) if "顿挫" in name)
    page.why.table._choose(row, None)
    settle(qtbot, window_of(page))
    reading = page.voices._reading
    assert reading is not None
    assert reading.ids.size == int(cells(page, PEOPLE)[row])
    assert all("顿挫" in voice.text for voice in reading.voices)
    for one in range(page.why.table.lines.rowCount()):
        page.why.table._choose(one, None)
        settle(qtbot, window_of(page))
        assert page.voices._reading is not None
        assert not any("13912345678" in voice.text for voice in page.voices._reading.voices)
    assert page.voices._card.text()


def test_all_of_them_are_shown_on_the_label_page(qtbot: QtBot, page: InsightsPage) -> None:
    page.why.table._choose(0, None)
    settle(qtbot, window_of(page))
    page._on_all()
    settle(qtbot, window_of(page))
    label = window_of(page).label
    assert label is not None
    assert len(label.table.ids) == int(cells(page, PEOPLE)[0])


def test_a_quote_is_chosen_and_taken_back_with_the_same_key(qtbot: QtBot, page: InsightsPage) -> None:
    page.why.table._choose(0, None)
    settle(qtbot, window_of(page))
    desk = window_of(page).desk
    assert desk is not None
    for expected in ([1], []):
        page.voices.choose(1)
        settle(qtbot, window_of(page))
        assert [one.choice for one in basket.quote_choices(desk.project)] == expected


def test_the_chart_in_focus_goes_into_the_basket(qtbot: QtBot, page: InsightsPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    page.why.table.setFocus()
    page._on_basket()
    page.overview.segments.chart.setFocus()
    page._on_basket()
    settle(qtbot, window_of(page))
    assert [one.exhibit for one in basket.items(desk.project)] == ["codes", "segments"]


def test_a_filter_narrows_and_a_wrong_one_is_told(qtbot: QtBot, page: InsightsPage) -> None:
    page.scope._filter.setText("区域=华东")
    page.count()
    settle(qtbot, window_of(page))
    assert page._data is not None
    assert 60 < page._data.questions[0].base < 180
    page.scope._filter.setText("地区=华东")
    page.count()
    toasts = window_of(page).toasts
    assert any("地区" in text for text in [toasts.words])


def test_another_period_brings_its_change(qtbot: QtBot, page: InsightsPage) -> None:
    assert page._data is not None
    assert page._data.scope is not None
    latest = page._data.scope.known[-1].name
    page.scope._period.setCurrentIndex(page.scope._period.findData(latest))
    page.count()
    settle(qtbot, window_of(page))
    assert page._data.scope is not None
    assert page._data.scope.before is not None
    assert any(one.change is not None for one in page._data.questions[0].themes)


def test_counting_again_after_a_change(qtbot: QtBot, page: InsightsPage) -> None:
    window = window_of(page)
    assert window.desk is not None
    before = page._data
    window.show_page("label")
    window.desk.undo_to(1)
    settle(qtbot, window)
    window.show_page("insights")
    settle(qtbot, window)
    assert page._data is not before


def test_without_coded_answers_it_teaches(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    assert page._data is not None
    if page._stack.currentIndex() == 1:
        assert page._teach.text()
        page._next.click()
        assert window.pages["label"].isVisible()
    else:
        assert page._data.scores


def test_it_speaks_the_language_chosen(qtbot: QtBot, page: InsightsPage) -> None:
    assert "Why" in page.why._head.text()
    window_of(page).switch_language()
    settle(qtbot, window_of(page))
    assert messages.current() == "zh_CN"
    assert "Why" not in page.why._head.text()


def test_the_feelings_column_is_painted_for_every_row(page: InsightsPage) -> None:
    model = page.why.table.lines
    for row in range(model.rowCount()):
        line = model.line(row)
        assert line is not None
        assert line.theme.sentiments is not None
        tip = model.index(row, FEELING).data(Qt.ItemDataRole.ToolTipRole)
        assert str(line.theme.sentiments.negative) in tip


def test_the_voices_follow_the_scope(qtbot: QtBot, page: InsightsPage) -> None:
    page.why.table._choose(0, None)
    settle(qtbot, window_of(page))
    assert page._theme is not None
    code = page._theme.code
    page.scope._filter.setText("区域=华东")
    page.count()
    settle(qtbot, window_of(page))
    assert page._theme is not None
    assert page._theme.code == code
    assert page.voices._reading is not None
    assert page.voices._reading.ids.size == page._theme.share.count


def test_a_period_that_was_issued_is_named_with_what_counts_otherwise_today(qtbot: QtBot, page: InsightsPage) -> None:
    window = window_of(page)
    assert window.desk is not None and page._data is not None and page._data.scope is not None
    project, known = window.desk.project, [one.name for one in page._data.scope.known]
    made = gather(project, ReportSpec(language="en", wave=known[-2], sections=("themes",)))
    issue.issue(project, made, name="June")
    page.scope._period.setCurrentIndex(page.scope._period.findData(known[-1]))
    page.count()
    settle(qtbot, window)
    assert "June" in page.why._restated.text()
    assert "Nothing is restated" in page.why._restated.text()
    theme = page._data.questions[0].themes[0]
    before = window.desk.project.reading
    with before() as db:
        in_period = db.execute(
            "select v.id from verbatim v join record r on r.id = v.record_id where r.at_ms between ? and ?",
            (page._data.scope.before.condition.low, page._data.scope.before.condition.high),  # type: ignore[union-attr]
        ).fetchall()
    coding.apply_code(project, verbatims=[int(row[0] or 0) for row in in_period], code=theme.code, expand=False)
    page.count()
    settle(qtbot, window)
    assert "issued" in page.why._restated.text() and "restated" in page.why._restated.text()


def test_a_voice_goes_into_the_basket_under_its_theme(qtbot: QtBot, page: InsightsPage) -> None:
    window = window_of(page)
    assert window.desk is not None
    page.why.table._choose(0, None)
    settle(qtbot, window)
    page.voices._list.setFocus()
    page._on_basket()
    settle(qtbot, window)
    put = basket.items(window.desk.project)
    assert [(one.kind, one.verbatim, one.code) for one in put] == [
        ("quote", page.voices.current(), page.why.table.lines.line(0).theme.code)  # type: ignore[union-attr]
    ]


def test_where_three_columns_do_not_fit_two_take_turns(qtbot: QtBot, page: InsightsPage) -> None:
    window = window_of(page)
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: page._narrow, timeout=5_000)
    assert page.why.isVisible() and not page.overview.isVisible()
    page._sides[0].click()
    assert page.overview.isVisible() and not page.why.isVisible()
    page._go(1, page.why.to_themes)
    assert page.why.isVisible()
    window.resize(1900, 900)
    qtbot.waitUntil(lambda: not page._narrow, timeout=5_000)
    assert page.overview.isVisible() and page.why.isVisible()
