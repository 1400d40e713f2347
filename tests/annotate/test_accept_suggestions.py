"""Accepting suggestions: decisions and confirmation of an answer in one step, and one undo."""

from __future__ import annotations

import machine
from survey import add_question, import_answers

from annotate import coding, frames, verbatims
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
