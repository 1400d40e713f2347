"""Answers and codes as people name them: the client's key of a record, the number or label of a code."""

from __future__ import annotations

from collections.abc import Sequence

from annotate import frames, verbatims
from annotate.errors import AskedWronglyError
from annotate.frame_codes import named
from annotate.messages import N_
from annotate.store.project import Project
from reports.basket import QuoteChoice


def find_answer(project: Project, question: str | None, reference: str, code: str) -> tuple[int, int]:
    """Return (verbatim, code) of a record's answer to a question and of a code of its frame.

    ``reference``: the client's key, with or without #, or the number of the record. Raises AskedWronglyError
    (no-such-answer) and what looking up questions and codes raises.
    """
    asked = verbatims.the_question(project, question)
    key = reference.removeprefix("#")
    with project.reading() as db:
        rows = db.execute(
            "select v.id from verbatim v join record r on r.id = v.record_id"
            " join import_batch b on b.id = r.batch_id and b.state = 1"
            " where v.question_id = ? and v.state = 1 and ifnull(r.key, r.number) = ? order by v.id desc limit 1",
            (asked.id, key),
        ).fetchall()
        frame = frames.read(db, asked.frame_id) if asked.frame_id is not None else None
    if not rows or frame is None:
        raise AskedWronglyError(
            "no-such-answer",
            N_("There is no such answer to “{question}”."),
            N_("No record with an answer to it has the number {reference}."),
            N_("Take the number from the report, the grid or the export."),
            question=asked.name,
            reference=key,
        )
    return int(rows[0][0] or 0), named(frame, code).id


def labels(project: Project, choices: Sequence[QuoteChoice]) -> list[tuple[str, str]]:
    """Return (reference of the record, label of the code) of choices of quotations."""
    found = []
    with project.reading() as db:
        for one in choices:
            row = db.one(
                "select '#' || ifnull(r.key, r.number) from verbatim v join record r on r.id = v.record_id where "
                "v.id = ?",
                (one.verbatim,),
            )
            label = db.one(
                "select label from code_def where code_id = ? order by revision_id desc limit 1", (one.code,)
            )
            found.append((str(row[0] if row else ""), str(label[0] if label else "")))
    return found
