"""The commands of the lexicon and the phrases, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from survey import add_question, import_answers

import main
from annotate import lexicon
from annotate.store.project import Project

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Run a command of a group on a fresh project of 30 dialogues; the first word is the group, then the command."""
    path = tmp_path / "car.tingdong"
    with Project.create(path, coder="Ann") as project:
        texts = [f"[客服] 您好 [客户] {n}号车加速一窜一窜的，有异响 [客服] 好的" for n in range(30)]
        import_answers(project, add_question(project, "Q7"), texts)

    def run(group: str, command: str, *words: str) -> Result:
        return CliRunner().invoke(main.commands, [group, command, str(path), *words])

    return run


def test_terms_are_taught_listed_and_forgotten(call: Call) -> None:
    assert json.loads(call("lexicon", "teach", "顿挫", "异响", "--json").stdout)["added"] == 2
    assert call("lexicon", "teach", "一窜一窜", "--synonym-of", "顿挫").exit_code == 0
    assert call("lexicon", "teach", "楼主", "--stop").exit_code == 0
    terms = json.loads(call("lexicon", "list", "--json").stdout)["terms"]
    assert {(one["kind"], one["term"], one["target"]) for one in terms} == {
        ("word", "顿挫", ""), ("word", "异响", ""), ("synonym", "一窜一窜", "顿挫"), ("stop", "楼主", ""),
    }  # fmt: skip
    assert "一窜一窜 → 顿挫" in call("lexicon", "list").stdout
    assert call("lexicon", "forget", "异响").exit_code == 0
    assert json.loads(call("lexicon", "forget", "异响", "--json").stdout)["error"] == "which-term"
    assert call("lexicon", "teach", "a", "--stop", "--synonym-of", "b").exit_code == 2


def test_a_lexicon_goes_out_and_in(call: Call, tmp_path: Path) -> None:
    call("lexicon", "teach", "顿挫")
    sheet = tmp_path / "words.xlsx"
    assert json.loads(call("lexicon", "export", str(sheet), "--json").stdout)["rows"] == 1
    assert json.loads(call("lexicon", "import", str(sheet), "--json").stdout)["added"] == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,term\nbogus,a\nword,b\n", encoding="utf-8")
    told = call("lexicon", "import", str(bad), "--json")
    assert [one["row"] for one in json.loads(told.stdout)["problems"]] == [2]
    assert "Row 2" in told.stderr


def test_candidates_and_preview_change_nothing(call: Call, tmp_path: Path) -> None:
    found = json.loads(call("lexicon", "candidates", "--new", "--json").stdout)
    assert found["looked_through"] == 30
    assert all(not one["known"] and one["examples"] for one in found["candidates"])
    shown = json.loads(call("lexicon", "preview", "一窜一窜", "--synonym-of", "顿挫", "-n", "2", "--json").stdout)
    assert shown["answers"] == 30
    assert len(shown["changed"]) == 2
    assert "一窜一窜→顿挫" in shown["changed"][0]["after"]
    assert "none is cut" in call("lexicon", "preview", "加速").stdout
    with Project.open(tmp_path / "car.tingdong", read_only=True) as project:
        assert lexicon.terms(project) == []


def test_phrases_are_found_switched_and_added(call: Call) -> None:
    assert "phrases scan" in call("phrases", "list").stdout
    found, *offered = json.loads(call("phrases", "scan", "--question", "Q7", "--json").stdout)["phrases"]
    assert (found["kind"], found["term"], found["active"], found["found"]) == ("agent", "客服", True, 30)
    assert not any(one["active"] for one in offered)
    assert json.loads(call("phrases", "off", "客服", "--json").stdout)["phrases"][0]["active"] is False
    assert json.loads(call("phrases", "on", "店员", "--agent", "--json").stdout)["phrases"][1]["kind"] == "agent"
    assert json.loads(call("phrases", "on", "有异响", "--json").stdout)["phrases"][-1]["found"] == 30
    assert json.loads(call("phrases", "off", "没有的", "--json").stdout)["error"] == "unknown-phrase"
    assert call("phrases", "off", "没有的").exit_code == 2
