"""A code with the words that carry it."""

from __future__ import annotations

from survey import add_question, import_answers

from annotate import coding, frames, verbatims
from annotate.store import operations
from annotate.store.project import Project


def test_a_span_stands_on_the_answer_it_was_selected_in_and_not_on_its_twins(project: Project, frame: int) -> None:
    question = add_question(project, "Q7", frame=frame)
    code = frames.add_code(project, frame=frame, label="空间大", number="401")
    _, ids = import_answers(project, question, ["起步肉, 空间大", "起步肉, 空间大"])
    coding.apply_code(project, verbatims=ids[:1], code=code, sentiment=1, span=(5, 8))
    first, second = verbatims.page(project, ids)
    assert [(one.code_id, one.sentiment, one.span) for one in first.mentions] == [(code, 1, (5, 8))]
    assert [(one.code_id, one.sentiment, one.span) for one in second.mentions] == [(code, 1, None)]
    operations.undo(project)
    assert [one.mentions for one in verbatims.page(project, ids)] == [(), ()]
    operations.redo(project)
    assert verbatims.page(project, ids)[0].mentions[0].span == (5, 8)
