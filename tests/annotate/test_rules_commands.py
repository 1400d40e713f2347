"""The commands of rules, near-identical answers and brands, end to end on one small project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from survey import add_question, import_answers

from annotate import frames
from annotate.commands import group
from annotate.frames import Role
from annotate.store.project import Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Project.create(tmp_path / "car.tingdong", coder="Ann") as project:
        frame = frames.create_frame(project, name="Car")
        question = add_question(project, "Q1", frame=frame)
        frames.add_code(project, frame=frame, label="顿挫", number="302")
        frames.add_code(project, frame=frame, label="其他", number="97", role=Role.OTHER)
        import_answers(project, question, ["低速顿挫", "低速顿挫了", "不顿挫", "荣耀", "荣曜", "荣耀，华为"])
    return tmp_path / "car.tingdong"


def run(path: Path, *words: str) -> Result:
    group_words, rest = words[: 2 if words[0] != "near" else 1], words[2 if words[0] != "near" else 1 :]
    return CliRunner().invoke(group, [*group_words, str(path), *rest])


def told(path: Path, *words: str) -> dict[str, object]:
    result = run(path, *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_a_rule_from_preview_to_removal(path: Path) -> None:
    seen = told(path, "rules", "preview", "顿挫 NOT 不")
    assert (seen["answers"], seen["out_of"], seen["uncoded"]) == (2, 6, 2)
    assert told(path, "rules", "add", "302", "顿挫 NOT 不")["rule"] == 1
    assert told(path, "rules", "apply", "1")["answers"] == 2
    listed = told(path, "rules", "list")["rules"]
    assert isinstance(listed, list)
    assert (listed[0]["hits"], listed[0]["new"], listed[0]["precision"]) == (2, 0, None)
    assert told(path, "rules", "change", "1", "了")["answers"] == 1
    assert told(path, "rules", "off", "1")["answers"] == 1
    told(path, "rules", "on", "1")
    told(path, "rules", "remove", "1")
    assert told(path, "rules", "list")["rules"] == []


def test_what_is_asked_wrongly_ends_with_two(path: Path) -> None:
    assert run(path, "rules", "preview", "(").exit_code == 2
    assert run(path, "rules", "add", "999", "a").exit_code == 2
    assert run(path, "rules", "apply", "7").exit_code == 1


def test_near_identical_answers_are_proposed(path: Path) -> None:
    groups = told(path, "near", "--similarity", "0.8")["groups"]
    assert isinstance(groups, list)
    assert [one["texts"] for one in groups] == [["低速顿挫", "低速顿挫了"]]


def test_brands_from_candidates_to_the_table(path: Path) -> None:
    found = told(path, "brands", "candidates", "--least", "2")["candidates"]
    assert isinstance(found, list)
    assert (found[0]["name"], found[0]["answers"]) == ("荣耀", 3)
    assert told(path, "brands", "accept", "荣耀", "荣曜", "--number", "3")["answers"] == 3
    told(path, "brands", "ignore", "低速")
    assert told(path, "brands", "alias", "荣耀", "华为")["answers"] == 0  # 荣耀，华为 has the code already
    assert told(path, "brands", "table")["ignored"] == ["低速"]
    told(path, "brands", "forget", "低速")
    assert told(path, "brands", "table")["ignored"] == []
    assert told(path, "brands", "code")["answers"] == 3  # 顿挫 is on this list too
