"""The commands that change a frame, read its history and its re-check queue, against a small project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from survey import add_question, import_answers

import main
from annotate import coding, frames, messages
from annotate.store.project import Project


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = messages.current()
    messages.use("en")
    yield
    messages.use(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with a net of two codes, a special code, and answers coded by them."""
    with Project.create(tmp_path / "car.tingdong", coder="Ann") as project:
        frame = frames.create_frame(project, name="Car")
        net = frames.add_code(project, frame=frame, label="Ride", is_net=True)
        noise = frames.add_code(project, frame=frame, label="noise", number="1", parent=net)
        jerk = frames.add_code(project, frame=frame, label="jerk", number="2", parent=net)
        frames.add_code(project, frame=frame, label="none", number="98", role=frames.Role.NONE)
        question = add_question(project, "Q1", frame=frame)
        rows = import_answers(project, question, ["wind noise", "tyre noise", "jerks", "wind", "nothing"])[1]
        coding.apply_code(project, verbatims=[rows[0], rows[1], rows[3]], code=noise)
        coding.apply_code(project, verbatims=rows[2:4], code=jerk)
        return project.path


def run(path: Path, *words: str) -> dict[str, object]:
    verb, *rest = words
    result = CliRunner().invoke(main.commands, ["frame", verb, str(path), *rest, "--json"], catch_exceptions=False)
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return {**told, "exit": result.exit_code}


def live(path: Path) -> list[str]:
    with Project.open(path) as project:
        return [f"{one.number} {one.label}".strip() for one in frames.head(project, 1).codes if not one.retired]


def people(told: dict[str, object]) -> dict[str, tuple[int | None, int | None]]:
    rows = told["rows"]
    assert isinstance(rows, list)
    return {one["path"]: tuple(side and side["people"] for side in (one["before"], one["after"])) for one in rows}


def test_a_preview_changes_nothing_and_says_what_the_step_does(path: Path) -> None:
    told = run(path, "merge", "jerk", "--into", "1", "--dry-run")
    assert people(told) == {"Ride": (4, 4), "Ride/noise": (3, 4), "Ride/jerk": (2, None)}
    assert (told["done"], "2 jerk" in live(path)) == (False, True)
    assert people(run(path, "merge", "jerk", "--into", "1")) == people(told)
    assert live(path) == ["Ride", "1 noise", "98 none"]
    plain = CliRunner().invoke(main.commands, ["frame", "retire", str(path), "1", "--dry-run"])
    assert plain.stdout.splitlines()[0].split() == ["Code", "People", "before", "after", "Mentions", "before", "after"]
    assert plain.stdout.splitlines()[-1] == "Answers to look at again: 0 → 0"


def test_a_split_by_words_filter_and_list(path: Path, tmp_path: Path) -> None:
    told = run(path, "split", "1", "--words", "wind noise=wind", "--dry-run")
    assert people(told) == {"Ride/noise": (None, 1), "Ride/wind noise": (None, 2)} | {
        key: value for key, value in people(told).items() if key == "Ride"
    }
    assert told["recheck_after"] == 2
    ids = tmp_path / "ids.txt"
    ids.write_text("2\n5\n", encoding="utf-8")
    asked = '{"v": 1, "all": [{"is": "text", "text": "wind"}]}'
    told = run(path, "split", "1", "--query", f"wind={asked}", "--ids", f"tyre={ids}", "--no-rest", "--no-recheck")
    assert told["recheck_after"] == 0
    assert live(path) == ["Ride", "wind", "tyre", "2 jerk", "98 none"]
    wrong = run(path, "split", "2", "--words", "no equals")
    assert (wrong["error"], wrong["exit"]) == ("bad-part", 2)


def test_move_retire_and_renumber(path: Path) -> None:
    assert people(run(path, "move", "jerk", "--before", "98"))["Ride"] == (4, 3)
    assert live(path) == ["Ride", "1 noise", "2 jerk", "98 none"]
    told = run(path, "renumber", "--blocks")
    assert told["numbers"] == [
        {"code": 1, "label": "Ride", "before": "", "after": "100"},
        {"code": 2, "label": "noise", "before": "1", "after": "101"},
        {"code": 3, "label": "jerk", "before": "2", "after": "1"},
    ]
    run(path, "retire", "jerk")
    assert run(path, "renumber", "--set", "101=1")["error"] == "number-taken"
    assert run(path, "renumber", "--set", "101=1", "--reuse")["done"] is True
    assert live(path) == ["100 Ride", "1 noise", "98 none"]
    assert run(path, "retire", "dance")["error"] == "no-code-named"


def test_revisions_differ_come_back_and_ask_for_another_look(path: Path) -> None:
    with Project.open(path) as project:
        frames.edit_code(project, code=2, definition="what one hears")
    told = run(path, "diff")
    assert [one["number"] for one in told["revisions"]] == [2, 1]  # type: ignore[attr-defined]
    assert [one["text"] for one in told["differences"]] == [  # type: ignore[attr-defined]
        "Definition of 1 noise changed: its meaning is another one"
    ]
    told = run(path, "recheck", "noise")
    assert (told["answers"], told["codes"]) == (
        3, [{"code": 2, "name": "1 noise", "since": 2, "answers": 3, "without": 0}],
    )  # fmt: skip
    assert run(path, "restore", "--revision", "1", "--dry-run")["recheck_after"] == 0
    assert run(path, "recheck", "--confirm")["confirmed"] == 3
    assert run(path, "recheck")["answers"] == 0
    assert run(path, "restore", "--revision", "1")["done"] is True
    assert run(path, "restore", "--revision", "9")["error"] == "no-revision"
    assert run(path, "diff", "--from", "1", "--to", "3")["differences"] == []
