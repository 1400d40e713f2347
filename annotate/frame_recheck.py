"""The re-check queue: answers coded before the meaning of a code changed, until someone looks again."""

from __future__ import annotations

from dataclasses import dataclass

from annotate import coding, frame_codes
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import query
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import AnyOf, Query, Recheck

_WHAT = N_("Counting answers")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One code whose meaning changed: answers that carry it from before, and others reviewed whole before."""

    code: int
    name: str
    since: int
    answers: int
    without: int


def waiting(project: Project, frame: int, *, progress: Progress = silent) -> list[Waiting]:
    """Return the codes with answers to look at again, in frame order."""
    with project.reading() as db, db.snapshot():
        now = frame_codes.read(db, frame)
        found = []
        for n, one in enumerate(now.codes):
            progress(n, len(now.codes), _WHAT)
            if one.is_net or one.retired or one.meaning_from <= 1:
                continue
            carrying = query.count(db, Query((Recheck(frame, one.id),)))
            without = query.count(db, Query((Recheck(frame, one.id, without=True),)))
            if carrying or without:
                name = f"{one.number} {one.label}".strip()
                found.append(Waiting(one.id, name, one.meaning_from, carrying, without))
        return found


def waiting_query(frame: int, code: int | None = None, *, without: bool = False) -> Query:
    """Return the queue as rows: of one code or of all; ``without``: with those reviewed whole that lack the code."""
    some = (Recheck(frame, code), Recheck(frame, code, without=True)) if without else (Recheck(frame, code),)
    return Query((AnyOf(some),) if without else some)


def count(project: Project, frame: int) -> int:
    """Return how many answers wait for another look."""
    with project.reading() as db:
        return query.count(db, waiting_query(frame))


def settle(project: Project, *, frame: int, code: int | None = None, without: bool = False) -> Step:
    """Say of all answers in the queue that they were looked at again and are right; one undoable step."""
    return coding.confirm(project, verbatims=waiting_query(frame, code, without=without), expand=False)
