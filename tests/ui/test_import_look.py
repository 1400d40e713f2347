"""Why a column has its role in the import wizard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from car_window import settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from wizard import ROWS, cell, imported, open_dialog

from annotate import verbatims
from annotate.importing.roles import Role
from annotate.store.project import Project
from ui.main_window import MainWindow
from ui.views import import_look
from ui.views.import_look import BEFORE, CHOSEN, MOVED, Settings, look_into


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "七月.csv"
    path.write_text(ROWS, encoding="gb18030")
    return path


def test_a_person_comes_before_the_last_import_and_that_before_a_guess(project_of_none: Project, table: Path) -> None:
    look = look_into(
        project_of_none, table, Settings("七月"), {"NPS": Role.ID}, {"编号": Role.ID, "渠道": Role.TOUCHPOINT}
    )
    assert look.roles["NPS"] is Role.ID
    assert look.roles["编号"] is Role.SEGMENT
    assert (look.reasons["NPS"], look.reasons["编号"], look.reasons["渠道"]) == (CHOSEN, MOVED, BEFORE)
    assert look.reasons["满意原因"].words == "by its name"


@pytest.fixture
def project_of_none(tmp_path: Path) -> Iterator[Project]:
    project = Project.create(tmp_path / "none.tingdong", coder="Ann")
    yield project
    project.close()


@pytest.mark.parametrize(
    ("name", "text", "role", "values", "words"),
    [
        ("NPS", "", Role.SCORE, ["9"], "by its name"),
        ("2026 总体满意度（分）", "", Role.SCORE, ["9"], "its name says “满意度”"),
        ("Q7", "请说明您的原因", Role.TEXT, ["很好很满意"], "its question says “请说明”"),
        ("Q8", "", Role.TEXT, ["很长的一段话", "另一段话"], "long and nearly all different"),
        ("when", "", Role.DATE, ["2026-07-01"], "its values are dates"),
        ("city", "", Role.SEGMENT, ["A", "B", "A"], "2 different values in the first 3"),
        ("x", "", Role.IGNORE, [], "the column is empty"),
    ],
)
def test_reasons(name: str, text: str, role: Role, values: list[str], words: str) -> None:
    assert import_look.reason_of(name, text, role, values).words == words


def test_a_column_is_renamed_in_the_list(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    imported(qtbot, window, open_dialog(qtbot, window, table))
    later = table.with_name("later.csv")
    later.write_text(ROWS.replace("不满意原因", "不满意的原因").replace("没有力气", "没力"), encoding="utf-8")
    dialog = open_dialog(qtbot, window, later)
    dialog.form.source.setEditText("七月")
    dialog.look()
    settle(qtbot, window)
    assert "“不满意的原因” may be “不满意原因” under another name" in dialog.brings
    name = dialog.columns.item(4, 0)
    assert name is not None
    assert name.flags() & Qt.ItemFlag.ItemIsEditable
    name.setText("渠道")  # another column is called that: it is put back
    settle(qtbot, window)
    assert cell(dialog, 4, 0) == "不满意的原因"
    name = dialog.columns.item(4, 0)
    assert name is not None
    name.setText("不满意原因")
    settle(qtbot, window)
    assert "New questions" not in dialog.brings
    assert "under another name" not in dialog.brings
    imported(qtbot, window, dialog)
    assert window.desk is not None
    assert {one.name for one in verbatims.questions(window.desk.project)} >= {"不满意原因"}
    assert "不满意的原因" not in {one.name for one in verbatims.questions(window.desk.project)}
