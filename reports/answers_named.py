"""Answers and codes as people name them: the client's key of a record, the number or label of a code."""

from __future__ import annotations

from collections.abc import Sequence

from annotate import naming, verbatims
from annotate.store.project import Project
from annotate.verbatims import RECORD_NAME
from reports.basket import QuoteChoice


def find_answer(project: Project, question: str | None, reference: str, code: str) -> tuple[int, int]:
    """Return (verbatim, code) of a record's answer to a question and of a code of its frame.

    Raises what ``naming.the_answer`` and ``naming.the_code`` raise.
    """
    known = verbatims.questions(project)
    among = known if question is None else [verbatims.the_question(project, question)]
    verbatim = naming.the_answer(project, reference, among)
    with project.reading() as db:
        asked = db.integer("select question_id from verbatim where id = ?", (verbatim,))
    frame_id = next(one.frame_id for one in known if one.id == asked)
    return verbatim, naming.the_code(project, frame_id, code).id


def labels(project: Project, choices: Sequence[QuoteChoice]) -> list[tuple[str, str]]:
    """Return (reference of the record, label of the code) of choices of quotations."""
    found = []
    with project.reading() as db:
        for one in choices:
            row = db.one(
                f"select '#' || {RECORD_NAME} from verbatim v join record r on r.id = v.record_id where v.id = ?",
                (one.verbatim,),
            )
            label = db.one(
                "select label from code_def where code_id = ? order by revision_id desc limit 1", (one.code,)
            )
            found.append((str(row[0] if row else ""), str(label[0] if label else "")))
    return found
