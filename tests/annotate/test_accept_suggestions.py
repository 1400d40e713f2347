"""Accepting suggestions: decisions and confirmation of an answer in one step, and one undo."""

from __future__ import annotations

import machine
import pytest
from survey import add_question, import_answers

from annotate import accepting, coding, frames, samples, verbatims
from annotate.errors import UserError
from annotate.frames import Role
from annotate.store import operations
from annotate.store.decisions import Origin
from annotate.store.project import Project


def test_accepted_suggestions_become_decisions_and_the_answer_is_confirmed_in_one_step(
    project: Project, frame: int
) -> None:
    a, b, c = (frames.add_code(project, frame=frame, label=label) for label in "abc")
    question = add_question(project, "Q7", frame=frame)
    _, (one, twin, other) = import_answers(project, question, ["顿挫", "顿挫", "异响"])
    machine.predict(project, question, [(one, a, 0.9, True), (one, b, 0.8, True), (one, c, 0.4, False)])
    coding.remove_code(project, verbatims=[one], code=b, explicit=True)
    before = verbatims.page(project, [one])[0]
    assert [said.code_id for said in before.suggestions] == [a, c], "what the coder rejected is no longer suggested"
    step = coding.accept_suggestions(project, verbatims=[one])
    row = verbatims.page(project, [one])[0]
    assert [(said.code_id, said.origin) for said in row.mentions] == [(a, Origin.SUGGESTION)]
    assert row.status == "confirmed"
    assert verbatims.page(project, [twin])[0].status == "confirmed"
    assert verbatims.page(project, [other])[0].status == "open"
    assert operations.undo(project) is not None
    assert verbatims.page(project, [one])[0].status == "open"
    assert step.rows == 2


def test_an_exclusive_suggestion_gives_way_to_a_theme(project: Project, frame: int) -> None:
    theme = frames.add_code(project, frame=frame, label="顿挫")
    none = frames.add_code(project, frame=frame, label="无", role=Role.NONE)
    question = add_question(project, "Q7", frame=frame)
    _, (both, alone) = import_answers(project, question, ["没有顿挫", "没有"])
    machine.predict(project, question, [(both, theme, 0.6, True), (both, none, 0.9, True), (alone, none, 0.9, True)])
    coding.accept_suggestions(project, verbatims=[both, alone])
    rows = verbatims.page(project, [both, alone])
    assert [[said.code_id for said in row.mentions] for row in rows] == [[theme], [none]]


def test_an_answer_drawn_at_random_is_judged_without_the_machine(project: Project, frame: int) -> None:
    a = frames.add_code(project, frame=frame, label="a")
    question = add_question(project, "Q7", frame=frame)
    _, ids = import_answers(project, question, ["顿挫", "顿挫", "异响", "油耗", "油耗高"])
    machine.predict(project, question, [(one, a, 0.9, True) for one in ids])
    drawn = samples.draw(project, purpose=samples.Purpose.AUDIT, question=question, size=2, seed=5)
    owed = samples.rows_owed(project)
    rows = verbatims.page(project, ids)
    groups = {row.group_id for row in rows if row.id in owed}
    hidden = [row.id for row in rows if row.group_id in groups]
    assert drawn.drawn == 2 and owed
    assert [row.id for row in rows if row.blind] == hidden == [row.id for row in rows if not row.suggestions]
    above = accepting.preview(project, question=question, code=a, cut=0.0, covered_only=False)
    assert not set(above.ids.tolist()) & set(hidden)
    with pytest.raises(UserError) as refused:
        coding.accept_suggestions(project, verbatims=owed)
    assert refused.value.id == "drawn-at-random"
    step = coding.accept_suggestions(project, verbatims=ids)
    assert step.rows == len(ids) - len(hidden)
    assert {row.id for row in verbatims.page(project, ids) if row.status == "open"} == set(hidden)
    coding.apply_code(project, verbatims=owed, code=a)
    assert any(row.blind for row in verbatims.page(project, owed)), "a code is no verdict yet"
    coding.confirm(project, verbatims=owed)
    assert not any(row.blind for row in verbatims.page(project, ids))


def test_double_coding_is_blind_for_each_of_the_two(project: Project, frame: int) -> None:
    a = frames.add_code(project, frame=frame, label="a")
    question = add_question(project, "Q7", frame=frame)
    _, (one, other) = import_answers(project, question, ["顿挫", "异响"])
    machine.predict(project, question, [(one, a, 0.9, True), (other, a, 0.9, True)])
    samples.draw(project, purpose=samples.Purpose.AGREEMENT, question=question, size=2, seed=1)
    coding.confirm(project, verbatims=[one])
    assert [row.blind for row in verbatims.page(project, [one, other])] == [False, True]
    path = project.path
    project.close()
    with Project.open(path, coder="second") as again:
        assert [row.blind for row in verbatims.page(again, [one, other])] == [True, True]
