"""The Train & review page on a small project with a real model, by its buttons and keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from car_window import Opener, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from train_window import DRAWN, ROWS, make, page_of, texts, wait

from annotate import frames, samples, verbatims
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.coding import run as coding_run
from training.process.worker import Worker
from training.quality import cuts, must_hold
from training.quality.next_step import Do
from ui.main_window import MainWindow
from ui.pages.train import TrainPage
from ui.views.train_codes import F1, NAME
from ui.views.train_tabs import CONFUSION, DEFINITION, WORDS
from ui.views.train_threshold import point_at

Key = Qt.Key


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make(tmp_path_factory.mktemp("trained"))
    with Project.open(path, coder="周岚") as project, Worker() as worker:
        session.train(project, worker=worker)
        coding_run.code(project, worker=worker)
    return path


@pytest.fixture
def window(open_window: Opener, trained: Path, tmp_path: Path) -> MainWindow:
    shutil.copy(trained, tmp_path / "p.tingdong")
    return open_window(tmp_path / "p.tingdong")


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> TrainPage:
    return page_of(qtbot, window)


def project_of(window: MainWindow) -> Project:
    assert window.desk is not None
    return window.desk.project


def code_of(window: MainWindow, number: str) -> int:
    return next(one.id for one in frames.head(project_of(window), 1).codes if one.number == number)


def given(window: MainWindow, verbatim: int) -> set[str]:
    number = {one.id: one.number for one in frames.head(project_of(window), 1).codes}
    (row,) = verbatims.page(project_of(window), [verbatim])
    return {number[one.code_id] for one in row.mentions}


def press(qtbot: QtBot, window: MainWindow, page: TrainPage, key: Key | str, on: QWidget | None = None) -> None:
    target = on or page.codes
    target.setFocus()
    if isinstance(key, str):
        qtbot.keyClicks(target, key)
    else:
        qtbot.keyClick(target, key)
    wait(qtbot, window, page)


def test_what_stands_is_told_with_its_parts_and_sums_to_the_whole(page: TrainPage) -> None:
    assert page.told is not None
    assert page.where is not None
    health = page.told.report.health
    assert health.score is not None
    assert page.standing.health._score.text() == str(health.score)
    accuracy = page.told.report.accuracy
    assert accuracy is not None
    assert accuracy.base == DRAWN
    assert page.where.standing.total == ROWS
    assert sum(page.where.standing.sources.values()) + page.where.standing.blank == ROWS
    assert f"{ROWS}" in page.standing.bars._sum.text()
    assert page.told.step.do in (Do.WEAKEST, Do.DONE)
    assert page._sentence.text()


def test_a_bar_leads_to_the_rows_it_counts(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    assert page.where is not None
    asked: list[Query] = []
    page._room.page_asked.disconnect()
    page._room.page_asked.connect(lambda _id, query: asked.append(query))
    page.standing.bars.rows["model"].click()
    wait(qtbot, window, page)
    found = verbatims.ids(project_of(window), asked[0])
    assert len(found) == page.where.standing.sources["model"]  # type: ignore[index]
    page.standing.bars.rows["human"].click()
    wait(qtbot, window, page)
    assert len(verbatims.ids(project_of(window), asked[1])) == page.where.standing.sources["human"]  # type: ignore[index]


def test_the_table_sorts_by_figures_and_by_the_frame(page: TrainPage) -> None:
    table = page.codes.table
    in_frame = [table.line(row) for row in range(table.rowCount())]
    assert [one.code.number for one in in_frame if one and not one.code.is_net] == ["301", "302", "304", "402", "98"]
    page.codes.sortByColumn(F1, Qt.SortOrder.AscendingOrder)
    told = [table.line(row) for row in range(table.rowCount())]
    values = [one.figures.f1.value for one in told if one and one.figures]
    assert values == sorted(values)
    page.codes.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    assert [table.line(row) for row in range(table.rowCount())] == in_frame


def test_keys_go_through_codes_and_tabs(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    first = page.codes.line()
    assert first is not None
    press(qtbot, window, page, "j")
    second = page.codes.line()
    assert second is not None
    assert second.code.id != first.code.id
    press(qtbot, window, page, "k")
    assert page.codes.line() == first
    for key, tab in (("d", DEFINITION), ("c", CONFUSION), ("e", WORDS)):
        press(qtbot, window, page, key)
        assert page.tabs.currentIndex() == tab
    words = [page.tabs._word_list.item(row).text() for row in range(page.tabs._word_list.count())]
    assert words, "the words that tip the code were looked for"
    assert first.code.number == "301"
    assert any(phrase in "".join(words) for phrase in ("起步", "动力", "超车", "给油", "反应", "费劲", "没"))


def test_dragging_tries_and_keeping_marks_by_hand(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    view, code = page.tabs.threshold, code_of(window, "302")
    page.codes.choose(code)
    wait(qtbot, window, page)
    assert view._of is not None
    curve = view._of.curve
    view.try_out(0.97)
    assert view.tried
    point = point_at(curve, 0.97)
    assert point is not None
    assert point.threshold >= 0.97 - 1e-9 or point == curve.points[-1]
    assert ".97" in view._now.text()
    assert page.told is not None
    model = page.told.model
    assert model is not None
    assert cuts.by_code(project_of(window), model) == {}, "nothing was kept"
    qtbot.keyClick(page.codes, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, window, page)
    assert cuts.by_code(project_of(window), model) == {code: pytest.approx(0.97)}
    line = page.codes.line()
    assert line is not None
    assert line.by_hand
    window.desk.undo()  # type: ignore[union-attr]
    wait(qtbot, window, page)
    assert cuts.by_code(project_of(window), model) == {}


def test_a_doubt_is_taken_kept_and_pinned_by_keys(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    doubt = page.doubts.current
    assert doubt is not None, "the planted wrong label is doubted"
    before, count = given(window, doubt.verbatim), page.doubts.count
    right = set(texts()[[int(one) for one in verbatims.ids(project_of(window), Query())].index(doubt.verbatim)][1])
    press(qtbot, window, page, "w")
    assert [one.verbatim for one in must_hold.pins(project_of(window))] == [doubt.verbatim]
    press(qtbot, window, page, "a")
    assert page.doubts.count == count - 1
    assert given(window, doubt.verbatim) != before
    assert given(window, doubt.verbatim) & right
    window.desk.undo()  # type: ignore[union-attr]
    wait(qtbot, window, page)
    assert given(window, doubt.verbatim) == before
    assert page.doubts.count == count, "the doubt is back"
    press(qtbot, window, page, "x")
    assert page.doubts.count == count - 1
    page.doubts.asked.emit()
    wait(qtbot, window, page)
    assert doubt.verbatim not in [one.verbatim for one in page.doubted.doubts]  # type: ignore[union-attr]


def test_taking_over_needs_a_look_and_is_one_step(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    code = code_of(window, "302")
    page.codes.choose(code)
    press(qtbot, window, page, "v")
    view = page.take_over
    view._cut.setValue(0.5)
    view._covered.setChecked(False)
    view._go.click()
    wait(qtbot, window, page)
    above = view._above
    assert above is not None
    assert len(above.sample) > 3
    assert not view._take.isEnabled(), "nothing is taken over unseen"
    press(qtbot, window, page, "x", view.list)
    for _ in above.sample[1:]:
        press(qtbot, window, page, "a", view.list)
    assert view._take.isEnabled()
    view._take.click()
    wait(qtbot, window, page)
    with_code = project_of(window).rows(
        "select count(*) from label_now where code_id = ? and yes = 1 and origin in (1, 2)", (code,)
    )
    assert with_code[0][0] == above.ids.size - 1
    step = operations.history(project_of(window), limit=1)[0]
    assert step.kind == "accept"
    window.desk.undo()  # type: ignore[union-attr]
    wait(qtbot, window, page)
    left = project_of(window).rows(
        "select 1 from label_now where code_id = ? and yes = 1 and origin in (1, 2)", (code,)
    )
    assert not left


def test_random_answers_are_drawn_and_shown_to_be_coded(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    page.standing.ledger.draw_asked.emit()
    wait(qtbot, window, page)
    assert page.told is not None
    assert page.told.step.do is Do.REVIEW
    owed = samples.rows_owed(project_of(window), limit=1_000)
    asked: list[Query] = []
    page._room.page_asked.disconnect()
    page._room.page_asked.connect(lambda _id, query: asked.append(query))
    press(qtbot, window, page, "g")
    assert sorted(verbatims.ids(project_of(window), asked[0]).tolist()) == sorted(owed)


def test_a_second_model_is_trained_compared_and_used_after_a_preview(
    qtbot: QtBot, window: MainWindow, page: TrainPage
) -> None:
    page.versions.train_asked.emit()
    assert page.job.busy
    wait(qtbot, window, page)
    assert [one.name for one in page.where.models] == ["v1", "v2"]  # type: ignore[union-attr]
    assert page.versions.model is not None
    assert page.versions.model.name == "v2"
    page.versions.compare()
    wait(qtbot, window, page)
    lines = [page.versions.lines.item(row).text() for row in range(page.versions.lines.count())]
    assert any("v1" in line and "F1" in line for line in lines)
    press(qtbot, window, page, "p")  # shows what changes first
    assert page.versions.in_force is not None
    assert page.versions.in_force.name == "v1"
    press(qtbot, window, page, "p")
    assert page.versions.in_force.name == "v2"
    window.desk.undo()  # type: ignore[union-attr]
    wait(qtbot, window, page)
    assert page.versions.in_force.name == "v1"


def test_a_cancelled_training_leaves_everything_as_it_was(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    page.train()
    page.job.cancel()
    wait(qtbot, window, page)
    assert not page.job.isVisible()
    assert len(page.where.models) == 1  # type: ignore[union-attr]
    assert "Stopped" in window.toasts.words


def test_both_languages_and_schemes(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    window.switch_language()
    wait(qtbot, window, page)
    window.switch_scheme()
    wait(qtbot, window, page)
    assert page.told is not None
    named = [
        one for one in page.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()
    ]
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox

    for one in named:
        if isinstance(one, QAbstractButton):
            assert one.accessibleName() or one.text(), type(one)
        elif isinstance(one, (QAbstractItemView, QAbstractSlider, QComboBox)):
            assert one.accessibleName() or one.parent() is not None, type(one)


def test_without_labels_the_page_teaches_and_leads_to_the_label_page(
    qtbot: QtBot, open_window: Opener, tmp_path: Path
) -> None:
    window = open_window(make(tmp_path, labelled=False))
    page = page_of(qtbot, window)
    assert page.told is not None
    assert page.told.step.do is Do.LABEL
    assert page._stack.currentIndex() == 0
    assert page._teach.text()
    page._teach_do.click()
    settle(qtbot, window)
    assert window._stack.currentWidget() is window.label


def test_with_labels_and_no_model_the_one_step_is_to_train(qtbot: QtBot, open_window: Opener, tmp_path: Path) -> None:
    window = open_window(make(tmp_path))
    page = page_of(qtbot, window)
    assert page.told is not None
    assert page.told.step.do is Do.TRAIN
    assert page._teach_do.isVisible()


def test_a_read_only_project_is_looked_at_and_not_changed(
    qtbot: QtBot, open_window: Opener, trained: Path, tmp_path: Path
) -> None:
    shutil.copy(trained, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong", coder="周岚"):
        window = open_window(tmp_path / "p.tingdong")
        assert project_of(window).read_only
        page = page_of(qtbot, window)
        assert page.told is not None
        assert page.told.report.accuracy is not None
        assert not page.versions._train.isEnabled()
        assert not page.doubts._take.isEnabled()
        press(qtbot, window, page, "a")
        assert page.doubts.count
