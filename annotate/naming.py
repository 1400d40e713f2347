"""What a person names on the command line: an answer, a code, waves, several questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotate import frames, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import Code
from annotate.messages import N_, listed
from annotate.store.project import Project
from annotate.store.query import ACTIVE
from annotate.verbatims import RECORD_NAME, Question

SHOWN = 20
"""Names listed to someone who gave a wrong one."""


def known(names: Iterable[str]) -> str:
    """Return names for a sentence: the first SHOWN of them, each once; a dash where there is none."""
    told = list(dict.fromkeys(one for one in names if one))
    return (listed(told[:SHOWN]) + (" …" if len(told) > SHOWN else "")) or "-"


def the_answers(project: Project, called: str, among: Sequence[Question]) -> dict[int, int]:
    """Return the answers of the record that people call so, with or without #, to any of these questions, by question.

    Of several imports or sources with the same id the newest record counts; a blank answer is none. A number that no
    record has is the ``id`` of --json. Raises AskedWronglyError (no-such-answer).
    """
    name = called.strip().removeprefix("#")
    marks = ", ".join(str(one.id) for one in among) or "0"
    start = "select v.question_id, v.id from verbatim v join record r on r.id = v.record_id"
    active = f"v.state = 1 and v.question_id in ({marks}) and {ACTIVE}"
    found = project.rows(f"{start} where {active} and {RECORD_NAME} = ? order by r.id, v.id", (name,))
    if not found and name.isascii() and name.isdigit() and len(name) < 19:
        found = project.rows(f"{start} where {active} and v.id = ?", (int(name),))
    if not found:
        raise AskedWronglyError(
            "no-such-answer",
            N_("There is no such answer to “{question}”."),
            N_("No record with an answer to it is called {reference}."),
            N_("Take the name from the grid, the report, an export, or: next, doubts, search."),
            question=known(one.name for one in among),
            reference=name,
        )
    return {int(row[0] or 0): int(row[1] or 0) for row in found}


def the_answer(project: Project, called: str, among: Sequence[Question]) -> int:
    """Return the only one of ``the_answers``; raises AskedWronglyError (which-question) where there are several."""
    found = the_answers(project, called, among)
    if len(found) > 1:
        raise AskedWronglyError(
            "which-question",
            N_("Which question is meant?"),
            N_("{reference} answered several: {names}."),
            N_("Name one with --question."),
            reference=called,
            names=known(one.name for one in among if one.id in found),
        )
    return next(iter(found.values()))


def the_code(project: Project, frame_id: int | None, called: str) -> Code:
    """Return the code or net of a question's frame that people call so.

    Raises AskedWronglyError (no-code-named, which-code), UserError (no-frame) where the question has no frame.
    """
    if frame_id is None:
        raise UserError(
            "no-frame",
            N_("There is no code “{code}”."),
            N_("The question has no code frame yet."),
            N_("Import one with: frame import"),
            code=called,
        )
    return frames.named(frames.head(project, frame_id), called)


def the_waves(project: Project, called: Sequence[str]) -> set[int] | None:
    """Return the waves of these names ('-': no named wave), None where none is named; raises AskedWronglyError."""
    there = {str(row[1]): int(row[0] or 0) for row in project.rows("select id, name from wave order by sort, id")}
    for name in called:
        if name != "-" and name not in there:
            raise AskedWronglyError(
                "no-wave",
                N_("There is no wave {name}."),
                N_("Known waves: {names}."),
                N_("Give one of these names, or - for answers of no named wave."),
                name=name,
                names=known(there),
            )
    return {there.get(name, 0) for name in called} or None


def the_questions(project: Project, called: Sequence[str]) -> set[int] | None:
    """Return the questions of these names, None for none named; raises what ``the_question`` raises."""
    return {verbatims.the_question(project, name).id for name in called} or None


def of_frame(project: Project, frame_id: int, question: str | None = None) -> list[Question]:
    """Return the questions that a code frame codes, or the one of them that is named."""
    if question is not None:
        return [verbatims.the_question(project, question)]
    return [one for one in verbatims.questions(project) if one.frame_id == frame_id]
