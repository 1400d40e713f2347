"""The Sources page: sources by kind with their quality, imports and undo, rejected rows, questions, phrases."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import cut_off
from car_window import Opener, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from annotate import messages, phrases
from annotate.importing import load
from annotate.importing.roles import Role
from annotate.quality import quality
from annotate.store.project import Project
from annotate.store.query import Answered, FromSource, InQuestion, Query
from annotate.verbatims import context_fields, ids
from ui import theme
from ui.main_window import MainWindow
from ui.pages.sources import SourcesPage
from ui.views.sources import verdict
from ui.views.sources.kinds import KINDS, kind_of
from ui.views.sources.reading import KnownSource, read_heard, read_rejects


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    """A survey with a rejected row, a blank, a phone number and a score off its scale; a hotline with agents' turns."""
    survey = tmp_path / "七月.csv"
    lines = ["编号,受访者,NPS,日期,原话"]
    lines += [f"{n},u{n},{n % 11},2026-07-{n % 28 + 1:02},低速的时候一冲一冲第{n}次" for n in range(1, 61)]
    lines += ["61,u61,55,2026-07-02,请打 13812345678 给我", "62,u62,3,2026-07-02,", "63,u63"]
    survey.write_text("\n".join(lines), encoding="gb18030")
    calls = tmp_path / "calls.csv"
    turns = [f"{n},[客服] 您好请讲 [客户] 变速箱第{n}次异响" for n in range(1, 9)]
    calls.write_text("\n".join(["编号,通话内容", *turns]), encoding="utf-8")
    path = tmp_path / "heard.tingdong"
    with Project.create(path, coder="周岚") as project:
        load.import_file(project, survey, source="调研七月", channel="survey")
        load.import_file(project, calls, source="热线", channel="hotline", roles={Role.TEXT: ["通话内容"]})
    return path


@pytest.fixture
def window(open_window: Opener, heard: Path) -> MainWindow:
    return open_window(heard)


def page_of(qtbot: QtBot, window: MainWindow) -> SourcesPage:
    window.show_page("sources")
    page = window.pages["sources"]
    assert isinstance(page, SourcesPage)
    qtbot.waitUntil(lambda: page.heard is not None and len(page.quality) == len(page.heard.sources), timeout=60_000)
    settle(qtbot, window)
    return page


def groups(page: SourcesPage) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for at in range(page.tree.topLevelItemCount()):
        group = page.tree.topLevelItem(at)
        assert isinstance(group, QTreeWidgetItem)
        found[group.text(0).split("  –  ")[0]] = [group.child(n).text(0) for n in range(group.childCount())]
    return found


def source(page: SourcesPage, name: str) -> KnownSource:
    assert page.heard is not None
    return next(one for one in page.heard.sources if one.name == name)


def choose(page: SourcesPage, name: str) -> None:
    page.tree.choose(source(page, name).id)


def said(page: SourcesPage) -> str:
    return "\n".join(one.text() for one in page.pane.findChildren(QLabel) if not one.isHidden())


def test_sources_stand_under_their_kind_with_signs_and_words(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    assert groups(page) == {
        "Hotline": ["热线"], "Survey": ["调研七月"], "Private domain": [], "Public opinion": [], "In store": [],
    }  # fmt: skip
    choose(page, "调研七月")
    item = page.tree.currentItem()
    assert item is not None
    assert [item.text(column) for column in (1, 2, 3)] == ["63", "61", "2026-07-01 – 07-28"]
    assert item.text(4) == "! 1 rejected"
    assert item.text(5) == "✓ 98.4 % answered"
    assert item.text(8) == "! 1"
    qtbot.waitUntil(lambda: "63 records: 62 accepted, 1 rejected." in said(page), timeout=60_000)
    told = said(page)
    assert "1 × The row has fewer cells than the header." in told
    assert "NPS: 1 of 62 values lie outside 0–10." in told
    assert "mobile numbers: 1 answer" in told


def test_a_source_and_a_sentence_lead_to_their_answers(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "调研七月")
    asked: list[object] = []
    assert window.room is not None
    window.room.page_asked.connect(lambda name, what: asked.append((name, what)))
    page.pane.answers.click()
    settle(qtbot, window)
    number = source(page, "调研七月").id
    assert asked == [("label", Query((FromSource(number), Answered())))]
    assert window.label is not None
    assert window.label.isVisible()
    assert window.label.table.rowCount() == 61  # the blank is no row among answers
    window.show_page("sources")
    shows = [one for one in page.pane.findChildren(QPushButton) if "outside" in one.accessibleName()]
    shows[-1].click()
    settle(qtbot, window)
    assert window.label.table.rowCount() == 1


def test_the_answers_behind_each_sentence_are_as_many_as_it_says(heard: Path) -> None:
    with Project.open(heard) as project:
        number = read_heard(project).sources[0].id
        told = quality(project, "调研七月", old_days=1, now_ms=1_784_000_000_000)
        found = {
            finding.words: len(ids(project, finding.query))
            for matter in verdict.matters(told, number, context_fields(project))
            for finding in matter.findings
            if finding.query is not None
        }
    assert len(found) == 4
    blank, ahead, old, outside = "61 of 62", "dated in the future", "older than 1 day", "outside"
    by_word = {word: count for word in (blank, ahead, old, outside) for words, count in found.items() if word in words}
    assert by_word[blank] == 1
    assert by_word[ahead] == told.accuracy.future
    assert by_word[old] == told.timeliness.old
    assert by_word[outside] == 1
    assert told.accuracy.future > 0
    assert told.timeliness.old > 0


def test_the_kind_of_a_source_can_be_said_later_and_undone(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "热线")
    page.pane.kind.setEditText("神秘访客")
    page.pane.kind.activated.emit(0)
    settle(qtbot, window)
    assert groups(page)["神秘访客"] == ["热线"]
    assert window.desk is not None
    window.desk.undo()
    settle(qtbot, window)
    assert groups(page)["Hotline"] == ["热线"]


def test_an_import_is_undone_through_the_history(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    page.imports.table.selectRow(0)
    page.imports.undo.click()
    settle(qtbot, window)
    assert window.history is not None
    assert window.history.isVisible()
    assert groups(page)["Hotline"] == ["热线"]  # named and counted, not undone yet
    assert window.desk is not None
    assert page.heard is not None
    step = page.heard.imports[0].step
    assert step is not None
    window.desk.undo_to(step.op)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: groups(page)["Hotline"] == [], timeout=60_000)
    state = page.imports.table.item(0, 6)
    assert state is not None
    assert state.text() == "↶ undone"
    page.imports.table.selectRow(0)
    assert not page.imports.undo.isEnabled()


def test_rejected_rows_are_read_in_their_encoding_and_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, window)
    assert page.tabs.tabText(1) == "Rejected rows  1"
    assert page.rejects.words == "1 × The row has fewer cells than the header."
    page.imports.table.selectRow(1)
    page.imports.rejects.click()
    settle(qtbot, window)
    assert page.tabs.currentWidget() is page.rejects
    assert page.rejects.words.startswith("七月.csv:")
    saved = tmp_path / "rejected.csv"
    monkeypatch.setattr("ui.views.sources.lists.QFileDialog.getSaveFileName", lambda *_a: (str(saved), ""))
    page.rejects.save.click()
    settle(qtbot, window)
    assert saved.read_text(encoding="utf-8-sig").count("\n") == 2
    assert window.toasts.words == "1 rejected row saved to rejected.csv."


def test_repeated_ids_are_listed_by_their_cells(heard: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    again.write_text("编号,受访者,NPS,日期,原话\n1,u1,5,2026-07-03,另一句话\n", encoding="gb18030")
    with Project.open(heard) as project:
        done = load.import_file(project, again, source="调研七月")
        found = read_rejects(project, batches=[done.batch])
    assert found.by_reason == {"conflict": 1}
    assert found.first[0].line == "1 · u1 · 5 · 2026-07-03 · 另一句话"


def test_a_new_wave_opens_the_wizard_with_the_source(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.views.import_dialog import ImportDialog

    later = tmp_path / "八月.csv"
    later.write_text("编号,受访者,NPS,日期,原话\n901,u1,5,2026-08-03,另一句话\n", encoding="utf-8")
    monkeypatch.setattr("ui.imports.files.choose_files", lambda *_a: [later])
    page = page_of(qtbot, window)
    choose(page, "调研七月")
    page.pane.wave.click()
    settle(qtbot, window)
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    assert dialog.form.source.currentText() == "调研七月"
    assert "= 0 new respondents, 1 known" in dialog.brings
    dialog.close()


def test_a_question_can_be_turned_and_made_single(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    tab = page.questions
    page.tabs.setCurrentWidget(tab)
    tab.table.selectRow(0)
    assert tab.chosen() is not None
    before = tab.chosen()
    tab.single.click()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: tab.chosen() is not None and tab.chosen().single, timeout=60_000)  # type: ignore[union-attr]
    tab.turn.click()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: tab.chosen().direction != before.direction, timeout=60_000)  # type: ignore[union-attr]
    asked: list[object] = []
    tab.rows_asked.connect(asked.append)
    tab.rows.click()
    assert asked == [Query((InQuestion(before.id),))]  # type: ignore[union-attr]


def test_agents_and_templates_are_scanned_switched_and_added(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    assert window.desk is not None
    project = window.desk.project
    tab = page.phrases
    page.tabs.setCurrentWidget(tab)

    def told() -> dict[str, bool]:
        return {one.term: one.active for one in phrases.phrases(project)}

    assert told() == {"客服": True}  # switched on by the import
    switch = tab.table.item(0, 0)
    assert switch is not None
    switch.setCheckState(Qt.CheckState.Unchecked)
    settle(qtbot, window)
    assert told() == {"客服": False}
    assert tab.table.item(0, 0).text() == "stays in"  # type: ignore[union-attr]
    tab.scan.click()
    settle(qtbot, window)
    assert "69 answers looked through" in window.toasts.words
    tab.added.emit("template", "低速的时候")
    settle(qtbot, window)
    assert told()["低速的时候"]
    assert "低速的时候" in {tab.table.item(row, 1).text() for row in range(tab.table.rowCount())}  # type: ignore[union-attr]


def test_nothing_yet_teaches_the_five_kinds_and_offers_one_step(
    qtbot: QtBot, open_window: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "empty.tingdong"
    Project.create(path, coder="周岚").close()
    window = open_window(path)
    page = page_of(qtbot, window)
    assert page.empty.isVisible()
    words = " ".join(one.text() for one in page.empty.findChildren(QLabel))
    assert all(name in words for name in KINDS.values())
    asked: list[bool] = []
    assert window.room is not None
    window.room.import_asked.disconnect()
    window.room.import_asked.connect(lambda: asked.append(True))
    page.empty.button.click()
    assert asked == [True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_speaks_chinese_at_once_and_nothing_is_cut_at_150_percent(
    qtbot: QtBot, window: MainWindow, scheme: str
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, scheme)
    page = page_of(qtbot, window)
    for _size in ("110 %", "125 %", "150 %"):
        window.actions_.qactions["larger"].trigger()
    try:
        for _turn in range(2):
            window.switch_language()
            page.tabs.setCurrentWidget(page.phrases)
            settle(qtbot, window)
            qtbot.waitUntil(lambda: not cut_off(page), timeout=60_000)
        window.switch_language()
        settle(qtbot, window)
        assert page.tabs.tabText(0) == messages._("Imports")
        assert messages.current() == "zh_CN"
        assert page.tree.headerItem().text(0) == messages._("Source")
    finally:
        theme.apply(app, "light")


def test_a_read_only_project_can_be_looked_at_only(qtbot: QtBot, open_window: Opener, heard: Path) -> None:
    with Project.open(heard):  # who has it open keeps others from writing
        page = page_of(qtbot, open_window(heard))
        assert page.pane.answers.isEnabled()
        for one in (page.pane.wave, page.pane.kind, page.imports.undo, page.phrases.scan):
            assert not one.isEnabled()


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Survey", "survey"), ("调研", "调研"), ("HOTLINE", "hotline"), (" 神秘访客 ", "神秘访客"), ("", "")],
)
def test_kinds_are_known_by_their_names(written: str, stored: str) -> None:
    assert kind_of(written) == stored
