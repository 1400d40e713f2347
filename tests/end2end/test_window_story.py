"""The whole job in the window by keys: import, frame, codes, a model, review, everything undone, opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
import tables
from pytestqt.qtbot import QtBot
from window_story import CONTROL, SAID, Key, Person, answers

from annotate import messages
from annotate.store import check
from annotate.store.project import Project
from ui import state


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_args, **_more: str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_more: tmp_path / "cache")
    monkeypatch.setenv("TINGDONG_LANG", "en")
    state.remember("coder", "周岚")
    # Their moments are not those of the story.
    state.remember("train_by_itself", "off")
    state.remember("backups", "off")
    messages.use("en")


def code_by_keys(person: Person, count: int) -> None:
    """Code answers from the first one on, each by its number, its sentiment and Enter."""
    grid = person.label.grid
    grid.setFocus()
    for _ in range(count):
        row = person.label.table.row(grid.current_row())
        assert row is not None
        number = next(one for one, said in SAID.items() if said in row.text)
        person.types(number)
        if number == "98":
            person.key(Key.Key_Return)  # nothing is typed any more: it confirms
        else:
            person.types("-")
            person.key(Key.Key_Return)
        person.done()
    person.settle()


def story(person: Person, folder: Path, rows: int, *, rounds: int) -> None:
    """Live the whole job in the window that has just opened."""
    path = folder / "车.tingdong"
    person.picks = [path]
    person.chord(Key.Key_N)
    person.until(lambda: person.window.desk is not None)
    person.settle()
    person.picks = [answers(folder / "调研.csv", rows)]
    person.chord(Key.Key_I)
    dialog = person.dialog()
    person.until(dialog._start.isEnabled)
    person.key(Key.Key_Return)
    person.until(dialog._show.isVisible)
    assert f"{rows:,} records" in dialog.result_pane.words
    person.key(Key.Key_Return)
    person.settle()
    person.picks = [tables.frame(folder / "码框.csv")]
    person.command("Import code frame")
    person.until(lambda: person.codes() == 5)
    person.settle()
    person.until(lambda: person.label.table.rowCount() == rows)
    code_by_keys(person, 50 * rounds)
    assert person.decided() == (50 * rounds, 50 * rounds)
    person.goes_to("train")
    person.chord(Key.Key_T)
    person.settle()
    assert person.train.where is not None
    assert len(person.train.where.models) == 1
    person.chord(Key.Key_Return)  # let the model code the answers
    person.settle()
    assert person.train.where.runs
    person.goes_to("label")
    person.label.grid.setFocus()
    person.settle()
    before = person.decided()[1]
    for _ in range(10 * rounds):
        person.key(Key.Key_A)
        person.done()
    person.settle()
    assert person.decided()[1] == before + 10 * rounds
    undo_all(person)
    assert person.codes() == 0
    assert person.label.table.rowCount() == 0
    person.chord(Key.Key_W)
    person.until(lambda: person.window.desk is None)
    person.settle()
    person.picks = [path]
    person.chord(Key.Key_O)
    person.until(lambda: person.window.desk is not None)
    person.settle()
    assert person.label.table.rowCount() == 0
    person.key(Key.Key_Y, CONTROL)  # the history outlives the window
    person.until(lambda: person.label.table.rowCount() == rows)
    person.settle()


def undo_all(person: Person) -> None:
    """Press Ctrl+Z until nothing is left; a large step is undone in the history, where the key opens it."""
    for _ in range(1_000):
        person.chord(Key.Key_Z)
        person.done()
        told = person.window.toasts.words
        if "nothing to undo" in told:
            return
        if "is a large one" in told:
            history = person.window.history
            assert history is not None
            person.until(lambda history=history: history._back.isVisible())  # type: ignore[misc]
            history._back.setFocus()
            person.key(Key.Key_Space)
            person.settle()
            person.label.grid.setFocus()
    raise AssertionError("there is always something more to undo")


def live(person: Person, patch: pytest.MonkeyPatch, folder: Path, rows: int, rounds: int) -> None:
    person.opens(patch, then=lambda: story(person, folder, rows, rounds=rounds))
    with Project.open(folder / "车.tingdong") as project:
        assert check.check(project).ok


def test_the_whole_job_by_keys(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    live(Person(monkeypatch), monkeypatch, tmp_path, 300, 1)


@pytest.mark.slow
def test_the_whole_job_by_keys_on_ten_thousand(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    live(Person(monkeypatch), monkeypatch, tmp_path, 10_000, 3)
