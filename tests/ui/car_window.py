"""What the tests of the window share: the answers, the survey on disk, and waiting for the window to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import verbatims
from annotate.store import operations
from annotate.store.operations import Operation
from annotate.store.query import Query
from annotate.verbatims import VerbatimRow
from ui.main_window import MainWindow
from ui.pages.label import LabelPage

Key = Qt.Key

ANSWERS = (
    "低速顿挫",
    "起步肉, 给油没反应, 不过空间是真的大",
    "没有",
    "空间不大",
    "低速顿挫",
    "變速箱換擋遲鈍",
    "刹车软",
)

Opener = Callable[[Path], MainWindow]


@dataclass(frozen=True, slots=True)
class Survey:
    """A project file on disk with the ids of its codes by number."""

    path: Path
    codes: dict[str, int]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every answer has been delivered and every change counted."""

    def quiet() -> bool:
        desk, label = window.desk, window.label
        counting = desk is not None and desk.counting
        reading = label is not None and label.isVisible() and (label.table.waiting or label.reading.waiting)
        return window.tasks.idle and not counting and not reading

    qtbot.waitUntil(quiet, timeout=60_000)


def rows(window: MainWindow) -> dict[str, VerbatimRow]:
    """Return what the project says, by text (the first of identical ones)."""
    assert window.desk is not None
    project = window.desk.project
    found = verbatims.page(project, verbatims.ids(project, Query(), grouped=True).tolist())
    return {one.text: one for one in found}


def press(qtbot: QtBot, window: MainWindow, *keys: str | Key, held: Qt.KeyboardModifier | None = None) -> None:
    assert window.label is not None
    for key in keys:
        if isinstance(key, str):
            qtbot.keyClicks(window.label.grid, key)
        else:
            qtbot.keyClick(window.label.grid, key, held or Qt.KeyboardModifier.NoModifier)
    settle(qtbot, window)


def listed(page: LabelPage) -> list[str]:
    """Return the answers that the Label page lists, in order."""
    project = page._desk.project
    return [one.text for one in verbatims.page(project, page.table.ids.tolist())]


def choose(qtbot: QtBot, window: MainWindow, number: int) -> None:
    """Choose a mode of the Label page by its key."""
    press(qtbot, window, Key(Key.Key_0.value + number), held=Qt.KeyboardModifier.AltModifier)


def given(window: MainWindow, text: str) -> list[tuple[int, int | None]]:
    return [(one.code_id, one.sentiment) for one in rows(window)[text].mentions]


def suggest(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    """Put a run in force that suggests 302 (accepted) and 301 (below its threshold) for every answer."""

    assert window.desk is not None
    project = window.desk.project

    def do(op: Operation) -> None:
        db = op.db
        revision = db.integer("select max(id) from revision")
        frame = db.integer("select max(id) from frame")
        question = db.integer("select max(id) from question")
        model = db.execute(
            "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
            " values (randomblob(16), ?, ?, 1, 0, '{}', '{}', x'00')",
            (frame, revision),
        ).lastrowid
        run = db.execute(
            "insert into run(uuid, model_id, question_id, state, created_ms) values (randomblob(16), ?, ?, 1, 0)",
            (model, question),
        ).lastrowid
        db.execute("insert into run_in_force(question_id, wave_id, run_id) values (?, 0, ?)", (question, run))
        for number, p, accepted, sentiment in (("302", 9_500, 1, -1), ("301", 3_300, 0, -1)):
            db.execute(
                "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment)"
                " select ?, id, ?, ?, ?, ? from verbatim",
                (run, survey.codes[number], p, accepted, sentiment),
            )

    operations.run(project, "run", do, stackable=False)
    assert window.label is not None
    table = window.label.table
    table.refresh()

    def arrived() -> bool:
        row = table.row(0)
        return row is not None and len(row.suggestions) == 2

    qtbot.waitUntil(arrived, timeout=60_000)
