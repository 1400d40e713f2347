"""The pages Rules, Brands and Lexicon, driven as people do."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from car_window import Survey, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import brands, frames, lexicon, rule_hits, rules
from annotate.jobs import Progress
from annotate.lexicon import Kind
from annotate.trade_words import Candidate
from ui.main_window import MainWindow
from ui.pages.brands import BrandsPage
from ui.pages.lexicon import LexiconPage
from ui.pages.rules import RulesPage


def wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.wait(200)
    settle(qtbot, window)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    focus = window.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


def test_a_rule_is_seen_while_typed_kept_applied_and_undone(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    window.show_page("rules")
    wait(qtbot, window)
    page = window.pages["rules"]
    assert isinstance(page, RulesPage)
    assert window.desk is not None
    page.choose_code(survey.codes["302"])
    page.expression.setText("顿挫 OR")
    wait(qtbot, window)
    assert "breaks off" in page.told
    page.expression.setText("顿挫 OR 換擋")
    wait(qtbot, window)
    assert page.told.startswith("3 of 7 answers, 3 of them without a code.")
    page.save()
    wait(qtbot, window)
    assert page.list.rowCount() == 1
    page.list.setFocus()
    press(qtbot, window, Qt.Key.Key_A)
    wait(qtbot, window)
    project = window.desk.project
    with project.reading() as db:
        assert db.integer("select count(*) from label_now where code_id = ? and yes", (survey.codes["302"],)) == 3
    assert page.list.item(0, 4).text() == "0"
    press(qtbot, window, Qt.Key.Key_O)
    wait(qtbot, window)
    with project.reading() as db:
        assert db.integer("select count(*) from label_now where yes") == 0
        assert [one.active for one in rules.rules(db)] == [False]
    window.desk.undo()
    wait(qtbot, window)
    with project.reading() as db:
        assert db.integer("select count(*) from label_now where yes") == 3


def test_a_long_survey_is_stopped_and_asked_for_again(
    qtbot: QtBot, window: MainWindow, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.desk is not None
    with window.desk.project.reading() as db:
        question = db.integer("select min(id) from question")
    rules.add(window.desk.project, question=question, code=survey.codes["302"], expression="顿挫")
    wait(qtbot, window)
    real = rules.offers

    def endless(_project: object, _question: int, *, progress: Progress) -> list[rules.Offer]:
        begun = threading.Event()
        while not begun.wait(0.01):
            progress(1, 100)
        return []

    monkeypatch.setattr(rules, "offers", endless)
    window.show_page("rules")
    page = window.pages["rules"]
    assert isinstance(page, RulesPage)
    qtbot.waitUntil(page.surveying.isVisible, timeout=60_000)
    page.surveying.cancel()
    wait(qtbot, window)
    assert page.again.isVisible()
    assert page.list.rowCount() == 1
    assert page.list.item(0, 3).text() == "–"
    monkeypatch.setattr(rules, "offers", real)
    page.again.click()
    wait(qtbot, window)
    assert not page.again.isVisible()
    assert page.list.item(0, 3).text() == "2"


def test_the_first_hits_are_shown_while_the_others_are_counted(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_page("rules")
    wait(qtbot, window)
    page = window.pages["rules"]
    assert isinstance(page, RulesPage)
    real, go = rule_hits.preview, threading.Event()

    def later(*asked: Any, **named: Any) -> rule_hits.Hits:
        go.wait(20)
        return real(*asked, **named)

    monkeypatch.setattr(rule_hits, "preview", later)
    page.expression.setText("顿挫")
    qtbot.waitUntil(lambda: "first hits" in page.told, timeout=60_000)
    go.set()
    wait(qtbot, window)
    assert page.told.startswith("2 of 7 answers")


def test_brands_are_accepted_and_ignored_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("brands")
    wait(qtbot, window)
    page = window.pages["brands"]
    assert isinstance(page, BrandsPage)
    page.show_from(1)
    qtbot.waitUntil(lambda: bool(page.candidates), timeout=60_000)
    wait(qtbot, window)
    assert window.desk is not None
    name = page.candidates[0].name
    page.list.setFocus()
    press(qtbot, window, Qt.Key.Key_A)
    wait(qtbot, window)
    with window.desk.project.reading() as db:
        assert name in [one.label for one in frames.read(db, 1).codes]
    assert name not in [one.name for one in page.candidates]
    gone = page.candidates[0].name
    press(qtbot, window, Qt.Key.Key_X)
    wait(qtbot, window)
    assert page.question is not None
    with window.desk.project.reading() as db:
        assert gone in brands.table(db, page.question).ignored
    assert page.aliases.rowCount() == 1


def test_candidates_are_taught_and_the_cut_is_shown(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Candidate("给油没", 5, 5, 1.0, 1.0, False, 2.0, (2,)), Candidate("低速", 3, 3, 1.0, 1.0, True, 1.0, (1,))]
    monkeypatch.setattr("ui.pages.lexicon.trade_words.candidates", lambda *_a, **_m: list(found))
    window.show_page("lexicon")
    wait(qtbot, window)
    page = window.pages["lexicon"]
    assert isinstance(page, LexiconPage)
    page.look_for_words()
    qtbot.waitUntil(lambda: bool(page.candidates), timeout=60_000)
    wait(qtbot, window)
    assert any("给油没" in one.partition("→")[2] for one in page.cuts)
    press(qtbot, window, Qt.Key.Key_A)
    wait(qtbot, window)
    assert window.desk is not None
    assert [(one.term, one.kind) for one in lexicon.terms(window.desk.project)] == [("给油没", Kind.WORD)]
    assert [one.term for one in page.candidates] == ["低速"]
    press(qtbot, window, Qt.Key.Key_X)
    wait(qtbot, window)
    assert {one.kind for one in lexicon.terms(window.desk.project)} == {Kind.WORD, Kind.STOP}
    assert page.candidates == []


@pytest.mark.parametrize("id", ["suggest", "rules", "brands", "lexicon"])
def test_pages_speak_both_languages(qtbot: QtBot, window: MainWindow, id: str) -> None:
    window.show_page(id)
    wait(qtbot, window)
    window.switch_language()
    wait(qtbot, window)
    window.switch_language()
    wait(qtbot, window)


def test_brands_are_counted_before_all_answers_are_coded(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    window.show_page("brands")
    wait(qtbot, window)
    page = window.pages["brands"]
    assert isinstance(page, BrandsPage)
    assert window.desk is not None
    project, question = window.desk.project, page.question
    assert question is not None
    page.show_from(1)
    qtbot.waitUntil(lambda: bool(page.candidates), timeout=20_000)
    wait(qtbot, window)
    with project.reading() as db:
        done = db.integer("select count(*) from op")
    page.code_all()
    qtbot.waitUntil(page.planned.isVisible, timeout=20_000)
    with project.reading() as db:
        assert db.integer("select count(*) from op") == done
    page.drop_plan()
    assert not page.planned.isVisible()
    brands.add_aliases(project, question=question, forms=["没有人说过"], code=survey.codes["302"])
    page.code_all()
    qtbot.waitUntil(page.planned.isVisible, timeout=20_000)
    page.code_all()
    wait(qtbot, window)
    assert not page.planned.isVisible()
    with project.reading() as db:
        assert brands.in_order(db, question)


def test_a_list_that_is_filled_again_shows_what_stands_in_it(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("brands")
    wait(qtbot, window)
    page = window.pages["brands"]
    assert isinstance(page, BrandsPage)
    page.show_from(1)
    qtbot.waitUntil(lambda: len(page.candidates) > 1, timeout=20_000)
    wait(qtbot, window)
    last = len(page.candidates) - 1
    page.list.selectRow(last)
    name = page.candidates[last].name
    page.candidates = page.candidates[1:]
    page._show_candidates()
    assert page.chosen is not None
    assert (page.chosen.name, page._name.text()) == (name, name)
    gone = page.list.rowCount() - 1
    page.candidates = page.candidates[:gone]
    page._show_candidates()
    assert page._name.text() == page.candidates[page.list.currentRow()].name
