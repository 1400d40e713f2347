"""The Code frame page: counts, keys, previews, sandbox, revisions, re-check, against a real project."""

from __future__ import annotations

import pytest
from car_window import Opener, Survey, settle
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.qtbot import QtBot

from annotate import coding, frame_recheck, frames
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from ui.main_window import MainWindow
from ui.pages.frame import FramePage
from ui.pages.frame_board import MIME
from ui.pages.frame_surgery import SplitAsked
from ui.pages.frame_work import FrameWork

Key = Qt.Key
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def ready(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the page shows what stands."""
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.tasks.idle and not page._timer.isActive() and not page.surgery._timer.isActive())
    settle(qtbot, window)


@pytest.fixture
def coded(survey: Survey) -> Survey:
    """The survey with five answers coded: 302 on three of them, 401 on two."""
    with Project.open(survey.path) as project:
        coding.apply_code(project, verbatims=[1], code=survey.codes["302"])  # with its twin
        coding.apply_code(project, verbatims=[6], code=survey.codes["302"])
        coding.apply_code(project, verbatims=[6], code=survey.codes["301"])
        coding.apply_code(project, verbatims=[2, 4], code=survey.codes["401"])
        coding.confirm(project, verbatims=[1, 2, 4, 6])
    return survey


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, coded: Survey) -> FramePage:
    window = open_window(coded.path)
    window.show_page("frame")
    ready(qtbot, window)
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    return page


def press(qtbot: QtBot, page: FramePage, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Press a key on the tree, which has the focus."""
    page.window().activateWindow()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus)
    qtbot.keyClick(page.view, key, held or Qt.KeyboardModifier.NoModifier)  # type: ignore[no-untyped-call]


def window_of(page: FramePage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def project_of(page: FramePage) -> Project:
    return page.work._desk.project


def labels(page: FramePage) -> list[str]:
    frame = frames.head(project_of(page), 1)
    return ["·" * one.depth + one.label for one in frame.codes if not one.retired]


def cells(page: FramePage, code: int) -> list[str]:
    return [str(page.board.data(page.board.index_of(code, column)) or "") for column in range(5)]


def table(page: FramePage) -> list[list[str]]:
    shown = page.surgery._table
    return [
        [item.text() if (item := shown.item(row, column)) else "" for column in range(5)]
        for row in range(shown.rowCount())
    ]


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
        ["    301 动力弱", "1", "retired", "1", ""],
    ]
    assert len(labels(page)) == 7
    press(qtbot, page, Key.Key_Return, CONTROL)
    ready(qtbot, window_of(page))
    assert "·动力弱" not in labels(page)
    assert page.view.current() is not None
    assert operations.history(project_of(page))[0].kind == "merge"
    operations.undo(project_of(page))
    qtbot.waitUntil(lambda: cells(page, coded.codes["301"])[1:2] == ["1"], timeout=10_000)


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


def test_a_code_is_split_by_words_or_by_hand(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["302"])
    page.begin("split")
    ready(qtbot, window)
    assert not page.surgery.apply.isEnabled()
    page.surgery.split.words.setPlainText("迟钝 = 换挡, 迟钝")  # traditional in the answer
    ready(qtbot, window)
    assert [row[:3] for row in table(page)][1:] == [
        ["    顿挫", "3", "retired"], ["    迟钝", "new", "1"], ["    302 顿挫", "new", "2"]
    ]  # fmt: skip
    page.surgery.split.mode.setCurrentIndex(2)
    assert [page.surgery.split.answers.item(n).text() for n in range(2)] == ["低速顿挫  × 2", "變速箱換擋遲鈍"]
    page.surgery.split.answers.item(0).setCheckState(Qt.CheckState.Checked)
    page.surgery.split.name.setText("低速")
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert labels(page)[:4] == ["动力与变速", "·动力弱", "·低速", "·顿挫"]
    assert frame_recheck.count(project_of(page), 1) == 0


def test_a_split_that_another_page_prepared(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    window.show_page("frame", SplitAsked(coded.codes["302"], (("低速", (1,)), ("迟钝", (6,)))))
    ready(qtbot, window)
    assert [row[:3] for row in table(page)][-3:] == [
        ["    低速", "new", "2"], ["    迟钝", "new", "1"], ["    302 顿挫", "new", "0"]
    ]  # fmt: skip


def test_retiring_and_renumbering(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["401"])
    press(qtbot, page, Key.Key_Delete)
    ready(qtbot, window)
    assert table(page) == [["401 空间大", "2", "retired", "2", ""]]
    page.apply()
    ready(qtbot, window)
    page.begin("renumber")
    page.surgery.scheme.setCurrentIndex(1)
    page.surgery.first.setValue(7)
    ready(qtbot, window)
    assert [row[:3] for row in table(page)] == [
        ["动力与变速", "3", "–"], ["    动力弱", "301", "7"], ["    顿挫", "302", "8"], ["空间", "40", "9"]
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
    qtbot.waitUntil(lambda: "3" in page.code._recheck.text(), timeout=5_000)
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
    qtbot.waitUntil(lambda: page.revisions.list.count() == 2, timeout=10_000)
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
