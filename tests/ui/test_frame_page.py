"""The Code frame page: counts, keys, previews, sandbox, revisions, re-check, against a real project."""

from __future__ import annotations

import pytest
from car_window import Opener, Survey
from frame_window import code_some, labels, press, project_of, ready, shown, table, window_of
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.qtbot import QtBot

from annotate import coding, frame_recheck, frames
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from ui.main_window import MainWindow
from ui.pages.frame import FramePage
from ui.pages.frame_board import MIME
from ui.pages.frame_work import FrameWork

Key = Qt.Key
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def coded(survey: Survey) -> Survey:
    return code_some(survey)


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, coded: Survey) -> FramePage:
    return shown(qtbot, open_window, coded)


def cells(page: FramePage, code: int) -> list[str]:
    return [str(page.board.data(page.board.index_of(code, column)) or "") for column in range(5)]


def test_every_code_has_its_people_mentions_and_share(page: FramePage, coded: Survey) -> None:
    assert cells(page, coded.codes["302"]) == ["302  Jerking", "3", "3", "42.9 %", ""]
    net = page.board.index(0, 0)
    assert [page.board.data(page.board.index(0, n)) for n in range(4)] == ["3  动力与变速", "3", "4", "42.9 %"]
    assert page.board.code(net) is not None
    assert page.code.form.label.text() == "动力与变速"


def test_a_merge_by_keys_is_previewed_and_one_step(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    page.view.go_to(coded.codes["301"])
    press(qtbot, page, Key.Key_F8)
    page.surgery.target.setCurrentIndex(page.surgery.target.findData(coded.codes["302"]))
    ready(qtbot, window_of(page))
    assert table(page) == [
        ["3 动力与变速", "3", "3", "4", "3"],
        ["    301 Weak power", "1", "retired", "1", ""],
    ]
    assert len(labels(page)) == 7
    press(qtbot, page, Key.Key_Return, CONTROL)
    ready(qtbot, window_of(page))
    assert "·动力弱" not in labels(page)
    assert page.view.current() is not None
    assert operations.history(project_of(page))[0].kind == "merge"
    operations.undo(project_of(page))
    qtbot.waitUntil(lambda: cells(page, coded.codes["301"])[1:2] == ["1"], timeout=60_000)


def test_codes_move_by_keys_and_by_the_mouse(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["302"])
    press(qtbot, page, Key.Key_Up, ALT)
    ready(qtbot, window)
    assert labels(page)[:3] == ["动力与变速", "·顿挫", "·动力弱"]
    press(qtbot, page, Key.Key_Left, ALT)  # out of the net: it counts otherwise, so it is shown first
    ready(qtbot, window)
    assert table(page)[0] == ["3 动力与变速", "3", "1", "4", "1"]
    assert labels(page)[1] == "·顿挫"
    page.apply()
    ready(qtbot, window)
    assert labels(page)[-1] == "顿挫"
    page.view.go_to(coded.codes["40"])
    press(qtbot, page, Key.Key_Right, ALT)
    page.leave()
    dragged = QMimeData()
    dragged.setData(MIME, str(coded.codes["401"]).encode())
    net = page.board.index(0, 0)
    assert page.board.canDropMimeData(dragged, Qt.DropAction.MoveAction, -1, -1, net)
    assert not page.board.canDropMimeData(
        dragged, Qt.DropAction.MoveAction, -1, -1, page.board.index_of(coded.codes["40"])
    )
    page.board.dropMimeData(dragged, Qt.DropAction.MoveAction, 0, 0, net)
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert labels(page)[:2] == ["动力与变速", "·空间大"]
    page.board.dropMimeData(dragged, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    ready(qtbot, window)
    assert page.surgery.kind == "move"


def test_keys_pressed_before_an_answer_came_build_on_each_other(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["98"])
    for _n in range(3):
        press(qtbot, page, Key.Key_Up, ALT)
    ready(qtbot, window)
    assert labels(page)[3:] == ["无", "空间", "空间大", "其他"]
    page.open_sandbox()
    ready(qtbot, window)
    page.begin_restore(1)
    assert page.side.currentWidget() is page.code
    for _n in range(2):
        press(qtbot, page, Key.Key_Down, ALT)
        page.work.reload()  # a read under way does not bring back what was there before the key
    ready(qtbot, window)
    assert page.snapshot is not None
    assert len(page.snapshot.edits or ()) == 2
    page.sandbox.commit.click()
    ready(qtbot, window)
    assert labels(page)[3:] == ["空间", "空间大", "无", "其他"]


def test_retiring_and_renumbering(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["401"])
    press(qtbot, page, Key.Key_Delete)
    ready(qtbot, window)
    assert table(page) == [["401 Roomy", "2", "retired", "2", ""]]
    page.apply()
    ready(qtbot, window)
    page.begin("renumber")
    page.surgery.scheme.setCurrentIndex(1)
    page.surgery.first.setValue(7)
    ready(qtbot, window)
    assert [row[:3] for row in table(page)] == [
        ["动力与变速", "3", "–"], ["    Weak power", "301", "7"], ["    Jerking", "302", "8"], ["Space", "40", "9"]
    ]  # fmt: skip
    page.apply()
    ready(qtbot, window)
    assert frames.head(project_of(page), 1).code(coded.codes["302"]).number == "8"


def test_a_change_of_meaning_says_how_many_answers_come_back(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    asked: list[object] = []
    page._room.page_asked.connect(lambda id, what: asked.append((id, what)))
    page.view.go_to(coded.codes["302"])
    press(qtbot, page, Key.Key_F2)
    assert page.code.form.label.selectedText() == "顿挫"
    page.code.form.long["definition"].setPlainText("一冲一冲")
    qtbot.waitUntil(lambda: "3" in page.code._recheck.text(), timeout=60_000)
    assert not page.code.form.minor.isHidden()
    page.apply()
    ready(qtbot, window)
    assert cells(page, coded.codes["302"])[4] == "! 3"
    assert "302 顿挫 3" in page.recheck._told.text()
    page.recheck.go.click()
    assert asked == [("label", frame_recheck.waiting_query(1))]
    assert isinstance(asked[0], tuple)
    assert isinstance(asked[0][1], Query)
    window.show_page("frame")
    page.code.form.long["definition"].setPlainText("一冲一冲的")
    page.code.form.minor.setChecked(True)
    coding.confirm(project_of(page), verbatims=[1, 6])
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert page.recheck.isHidden()


def test_a_sandbox_is_seen_by_nobody_and_kept_as_one_step(
    qtbot: QtBot, page: FramePage, coded: Survey, open_window: Opener
) -> None:
    window, project = window_of(page), project_of(page)
    before = len(operations.history(project))
    page.open_sandbox()
    ready(qtbot, window)
    page.view.go_to(coded.codes["40"])
    page.add(True)
    page.code.form.label.setText("空间大类")
    page.apply()
    ready(qtbot, window)
    (new,) = [code for code in page.board.code_ids() if code not in coded.codes.values()][1:]
    page.view.go_to(coded.codes["401"])
    page.begin("move")
    page.surgery.move_to(new, None)
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert cells(page, new)[1] == "2"
    page.view.go_to(coded.codes["301"])
    page.begin("retire")
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    page.sandbox.back.click()
    ready(qtbot, window)
    assert page.snapshot is not None
    assert len(page.snapshot.edits or ()) == 2
    assert (len(operations.history(project)), "空间大类" in labels(page)) == (before, False)
    page.sandbox.commit.click()
    ready(qtbot, window)
    assert labels(page)[-2:] == ["空间大类", "·空间大"]
    assert (operations.history(project)[0].kind, len(operations.history(project))) == ("reorganise", before + 1)
    assert page.sandbox.isHidden()
    page.open_sandbox()
    ready(qtbot, window)
    page.sandbox.drop.click()
    ready(qtbot, window)
    assert page.sandbox.isHidden()


def test_revisions_are_read_and_brought_back(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    frames.edit_code(project_of(page), code=coded.codes["302"], label="一顿一顿")
    qtbot.waitUntil(lambda: page.revisions.list.count() == 2, timeout=60_000)
    page.show_revisions()
    ready(qtbot, window)
    assert page.revisions.differences.item(0).text() == "顿挫 renamed 302 一顿一顿"
    page.revisions.list.setCurrentRow(1)
    ready(qtbot, window)
    page.revisions.restore.click()
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert "·顿挫" in labels(page)


def test_a_project_without_a_frame_teaches_the_next_step(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    with Project.open(survey.path) as project:
        for _n in range(8):
            operations.undo(project)
        assert frames.frames(project) == []
    window = open_window(survey.path)
    window.show_page("frame")
    ready(qtbot, window)
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    assert page.empty.isVisible()
    page.empty._add.click()
    page.code.form.number.setText("1")
    page.code.form.label.setText("价格")
    page.apply()
    ready(qtbot, window)
    assert not page.empty.isVisible()
    assert cells(page, page.board.code_ids()[0])[0] == "1  价格"


def test_a_read_only_project_is_looked_at_only(
    qtbot: QtBot, open_window: Opener, coded: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(coded.path):
        window = open_window(coded.path)
        window.show_page("frame")
        ready(qtbot, window)
        page = window.pages["frame"]
        assert isinstance(page, FramePage)
        monkeypatch.setattr(FrameWork, "do", lambda *_given: pytest.fail("changed"))
        page.begin("retire")
        page.moves.step(+1)
        assert page.side.currentWidget() is page.code
        assert page.code.form.label.isReadOnly()
        assert cells(page, coded.codes["302"])[1] == "3"


def test_the_page_speaks_both_languages(qtbot: QtBot, page: FramePage) -> None:
    window = window_of(page)
    window.switch_language()
    assert page.board.headerData(0, Qt.Orientation.Horizontal) == "编码"
    window.switch_language()
    ready(qtbot, window)
    assert page.board.headerData(0, Qt.Orientation.Horizontal) == "Code"


def test_a_name_like_another_is_told_and_enter_goes_to_it_only_when_chosen(
    qtbot: QtBot, page: FramePage, coded: Survey
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.add(False)
    form = page.code.form
    qtbot.keyClicks(form.label_en, "x")
    form.label.setText("换挡顿错")
    ready(qtbot, window)
    assert [one.code.number for one in form.likes.likes] == []
    form.label.setText("顿错")
    assert [one.code.number for one in form.likes.likes] == ["302"]
    qtbot.keyClick(form.label, Key.Key_Down)
    qtbot.keyClick(form.label, Key.Key_Return)
    ready(qtbot, window)
    here = page.view.current()
    assert here is not None
    assert here.id == coded.codes["302"]
    assert page.code.making is None
    page.add(False)
    form.label.setText("顿错")
    assert form.likes.likes
    page.apply()
    ready(qtbot, window)
    assert page.snapshot is not None
    assert "顿错" in [one.label for one in page.snapshot.frame.codes]
    page.rename()
    assert form.likes.likes == [], "an edit is no new code"
