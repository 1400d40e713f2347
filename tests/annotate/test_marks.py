"""Flags, memos and skips, with their undo."""

from __future__ import annotations

from survey import add_question, import_answers

from annotate import coding, frames, marks, verbatims
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Flagged, HasMemo, Query, Skipped


def found(project: Project, condition: Flagged | HasMemo | Skipped) -> list[int]:
    return verbatims.ids(project, Query((condition,))).tolist()


def test_flags_and_memos_are_one_step_each_and_come_back_off(project: Project, frame: int) -> None:
    question = add_question(project, "Q7", frame=frame)
    _, ids = import_answers(project, question, ["顿挫", "空间大", "无"])
    marks.flag(project, verbatims=ids[:2])
    marks.memo(project, verbatim=ids[0], text="  ask Chen  ")
    assert found(project, Flagged()) == ids[:2]
    row = verbatims.page(project, ids[:1])[0]
    assert (row.flagged, [(one.coder, one.text) for one in row.memos]) == (True, [("Ann", "ask Chen")])
    operations.undo(project)
    assert found(project, HasMemo()) == []
    assert found(project, Flagged()) == ids[:2]
    marks.flag(project, verbatims=ids[:1], on=False)
    assert found(project, Flagged()) == ids[1:2]
    operations.undo(project)
    operations.undo(project)
    assert found(project, Flagged()) == []


def test_a_skip_is_not_what_undo_takes_back_and_goes_with_a_review(project: Project, frame: int) -> None:
    question = add_question(project, "Q7", frame=frame)
    code = frames.add_code(project, frame=frame, label="顿挫", number="302")
    _, ids = import_answers(project, question, ["顿挫", "空间大"])
    coding.apply_code(project, verbatims=ids[:1], code=code)
    marks.skip(project, verbatims=[ids[1]])
    assert found(project, Skipped()) == [ids[1]]
    step = operations.undo(project)
    assert step is not None
    assert step.kind == "code"
    coding.confirm(project, verbatims=[ids[1]])
    assert found(project, Skipped()) == []
