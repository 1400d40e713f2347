"""Questions and coders: what is known of them is changed, taken back, and refused where it contradicts the labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from survey import add_question, import_answers

import main
from annotate import coding, frames, layers, questions, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.store import operations
from annotate.store.project import Project


def test_a_question_is_changed_and_the_change_taken_back(project: Project, frame: int) -> None:
    question = add_question(project, "Q7")
    questions.change(project, question=question, text="不满意的地方", direction="dislikes", single=True, frame=frame)
    now = verbatims.the_question(project, "Q7")
    assert (now.text, now.direction, now.single, now.frame_id) == ("不满意的地方", "dislikes", True, frame)
    assert questions.change(project, question=question, direction="dislikes").op == 0
    operations.undo(project)
    assert not verbatims.the_question(project, "Q7").single


def test_answers_with_two_codes_keep_a_question_multi_punch(project: Project, frame: int) -> None:
    question = add_question(project, "Q7", frame=frame)
    answers = import_answers(project, question, ["起步肉", "顿挫"])[1]
    one, two = (frames.add_code(project, frame=frame, label=label) for label in ("动力弱", "顿挫"))
    coding.apply_code(project, verbatims=answers, code=one)
    coding.apply_code(project, verbatims=answers[:1], code=two)
    with pytest.raises(UserError) as refused:
        questions.change(project, question=question, single=True)
    assert (refused.value.id, refused.value.params) == ("several-codes", {"n": 1})
    coding.remove_code(project, verbatims=answers[:1], code=two)
    questions.change(project, question=question, single=True)
    assert verbatims.the_question(project, "Q7").single


def test_the_word_of_the_lead_coder_wins(project: Project, frame: int) -> None:
    question = add_question(project, "Q7", frame=frame)
    answer = import_answers(project, question, ["顿挫"])[1]
    one, two = (frames.add_code(project, frame=frame, label=label) for label in ("动力弱", "顿挫"))
    for name, code in (("Ann", one), ("Ben", two)):
        project.work_as(name)
        coding.apply_code(project, verbatims=answer, code=code)
        coding.confirm(project, verbatims=answer)
    questions.name_lead(project, name="Ben")
    assert [(p.name, p.answers, p.lead) for p in questions.people(project)] == [("Ann", 1, False), ("Ben", 1, True)]
    with project.reading() as db:
        assert [said.code_id for said in next(layers.answers(db, question)).human] == [two]
    questions.name_lead(project, name=None)
    assert not any(person.lead for person in questions.people(project))
    with pytest.raises(AskedWronglyError):
        questions.name_lead(project, name="Cy")


def test_the_commands(tmp_path: Path) -> None:
    path = tmp_path / "car.tingdong"
    with Project.create(path, coder="Ann") as project:
        import_answers(project, add_question(project, "Q7"), ["顿挫"])

    def run(*words: str) -> dict[str, object]:
        told: dict[str, object] = json.loads(CliRunner().invoke(main.commands, [*words, "--json"]).stdout)
        return told

    changed = run("question", "set", str(path), "Q7", "--direction", "likes", "--single")
    assert changed["question"] == {**run("question", "list", str(path))["questions"][0]}  # type: ignore[index]
    assert run("question", "set", str(path), "Q7", "--direction", "up")["error"] == "no-such-direction"
    assert run("coder", "lead", str(path), "Ann")["lead"] == "Ann"
    assert run("coder", "list", str(path))["coders"] == [{"id": 1, "name": "Ann", "answers": 0, "lead": True}]
