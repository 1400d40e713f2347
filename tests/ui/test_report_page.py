"""The Report page: preview, edited headlines, kept specifications and views, basket, personal data, issue."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from car_window import Opener, settle
from pypdf import PdfReader
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import verbatims
from annotate.store.query import Query
from reports import basket, issue, spec_store
from reports.spec import OwnPage, ReportSpec
from ui.main_window import MainWindow
from ui.pages.report import ReportPage
from ui.views.report.own_page import OwnPageDialog


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, coded: Path) -> ReportPage:
    window = open_window(coded)
    window.show_page("report")
    settle(qtbot, window)
    return cast("ReportPage", window.pages["report"])


def window_of(page: ReportPage) -> MainWindow:
    return cast("MainWindow", page.window())


def test_the_preview_shows_the_pages_that_are_printed(qtbot: QtBot, page: ReportPage, tmp_path: Path) -> None:
    assert page.preview.count > 3
    qtbot.waitUntil(lambda: not page.preview._sheets[0].pixmap().isNull(), timeout=60_000)
    path = tmp_path / "report.pdf"
    page.write_to(path)
    settle(qtbot, window_of(page))
    assert len(PdfReader(path).pages) == page.preview.count
    assert page._printed is not None
    assert path.read_bytes() == page._printed.pdf


def test_a_whole_page_fits_the_view_where_it_is_asked_for(qtbot: QtBot, page: ReportPage) -> None:
    tall = page.preview._sheets[0].height()
    page._whole.click()
    qtbot.waitUntil(lambda: page.preview._sheets[0].height() <= page.preview.viewport().height(), timeout=60_000)
    page._whole.click()
    assert page.preview._sheets[0].height() == tall


def test_a_headline_that_is_opened_and_left_stays_generated(page: ReportPage) -> None:
    assert page._printed is not None
    told: list[str] = []
    page.headlines.edited.connect(lambda _key, _generated, words: told.append(words))
    cell = page.headlines._table.item(0, 1)
    assert cell is not None
    cell.setText(page._printed.titles[0].generated)
    assert not told
    assert cell.text() == ""
    cell.setText("Ours")
    assert told == ["Ours"]


def test_an_edited_headline_is_printed_and_the_generated_one_kept(qtbot: QtBot, page: ReportPage) -> None:
    assert page._printed is not None
    title = page._printed.titles[0]
    page.headlines.edited.emit(title.key, title.generated, "我们的标题")
    page.print_preview()
    settle(qtbot, window_of(page))
    assert page._printed.titles[0].printed == "我们的标题"
    assert page._printed.titles[0].generated == title.generated
    page.headlines.edited.emit(title.key, title.generated, "")
    assert not page.form.spec().headlines


def test_sections_left_out_are_not_printed(qtbot: QtBot, page: ReportPage) -> None:
    before = page.preview.count
    page.form.show_spec(page.form.spec().but(sections=("summary",)))
    page.print_preview()
    settle(qtbot, window_of(page))
    assert page.preview.count < before
    assert page.form.spec().sections == ("summary",)


def test_specifications_are_kept_and_taken_up_again(qtbot: QtBot, page: ReportPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    spec_store.save(desk.project, spec=ReportSpec(name="七月", title="七月报告", language="en"))
    page._read_lists()
    settle(qtbot, window_of(page))
    page.kept.box.setCurrentIndex(page.kept.box.findData("七月"))
    page.kept.chosen.emit("七月")
    settle(qtbot, window_of(page))
    assert page.form.spec().title == "七月报告"
    assert page.form.spec().language == "en"


def test_the_basket_is_reordered_and_emptied(qtbot: QtBot, page: ReportPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    for title in ("甲", "乙"):
        basket.put_page(desk.project, page=OwnPage(title, title, "text"))
    page._read_lists()
    settle(qtbot, window_of(page))
    page.basket._list.setCurrentRow(1)
    page.basket._move(-1)
    settle(qtbot, window_of(page))
    assert [one.title for one in basket.items(desk.project)] == ["乙", "甲"]
    assert page.basket._print.isVisibleTo(page.basket)
    page.basket.print_asked.emit()
    assert "basket" in page.form.spec().sections
    assert not page.basket._print.isVisibleTo(page.basket)
    page.basket._list.setCurrentRow(0)
    page.basket._take_out()
    settle(qtbot, window_of(page))
    assert [one.title for one in basket.items(desk.project)] == ["甲"]


def test_an_own_page_is_changed_in_its_place(qtbot: QtBot, page: ReportPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    for title in ("甲", "乙"):
        basket.put_page(desk.project, page=OwnPage(title, title, "text", ("ab" * 32,)))
    page._read_lists()
    settle(qtbot, window_of(page))
    page.basket._list.setCurrentRow(0)
    page.basket._change.click()
    dialog = page.findChild(OwnPageDialog)
    assert dialog is not None
    assert dialog._title.text() == "甲"
    dialog._title.setText("丙")
    dialog._on_made()
    settle(qtbot, window_of(page))
    told = [one.page for one in basket.items(desk.project)]
    assert [(one.key, one.title, one.text, one.pictures) for one in told if one] == [
        ("甲", "丙", "text", ("ab" * 32,)), ("乙", "乙", "text", ("ab" * 32,)),
    ]  # fmt: skip
    desk.undo()
    settle(qtbot, window_of(page))
    assert [one.title for one in basket.items(desk.project)] == ["甲", "乙"]


def test_chosen_quotes_are_listed_reordered_and_left_to_the_program(qtbot: QtBot, page: ReportPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    first, second = verbatims.ids(desk.project, Query()).tolist()[:2]
    code = next(iter(desk.codes))
    for one, choice in ((first, 1), (second, 1)):
        basket.choose_quote(desk.project, verbatim=one, code=code, choice=choice)
    page._read_lists()
    settle(qtbot, window_of(page))
    assert len(page.quotes) == 2
    page.quotes._list.setCurrentRow(1)
    assert page.quotes._up.isEnabled() and not page.quotes._down.isEnabled()
    page.quotes._up.click()
    settle(qtbot, window_of(page))
    assert [one.verbatim for one in basket.quote_choices(desk.project)] == [second, first]
    page.quotes._ban.click()
    settle(qtbot, window_of(page))
    page.quotes._leave.click()
    settle(qtbot, window_of(page))
    assert [one.verbatim for one in basket.quote_choices(desk.project)] == [first]


def test_sections_move_with_the_keys(qtbot: QtBot, page: ReportPage) -> None:
    before = page.form.spec().sections
    page.form._sections.setCurrentRow(1)
    qtbot.keyClick(page.form._sections, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.form.spec().sections[:2] == (before[1], before[0])
    qtbot.keyClick(page.form._sections, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert page.form.spec().sections == before


def test_a_report_is_issued_once_under_a_name(qtbot: QtBot, page: ReportPage) -> None:
    desk = window_of(page).desk
    assert desk is not None
    page.issued.issue_asked.emit("2026 Q2")
    settle(qtbot, window_of(page))
    assert [one.name for one in issue.listed(desk.project)] == ["2026 Q2"]
    page.issued.issue_asked.emit("2026 Q2")
    settle(qtbot, window_of(page))
    assert len(issue.listed(desk.project)) == 1
    assert any("2026 Q2" in text for text in [window_of(page).toasts.words])


def test_both_languages_fit(qtbot: QtBot, page: ReportPage) -> None:
    window_of(page).switch_language()
    settle(qtbot, window_of(page))
    assert page._tabs.tabText(0) != "Report"
