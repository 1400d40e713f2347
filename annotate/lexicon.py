"""The project's domain lexicon: trade words, synonyms and stop words that people teach."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from enum import StrEnum

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.operations import Operation, Step
from annotate.store.project import Project


class Kind(StrEnum):
    """word: a trade word (顿挫); synonym: counts as its target (一窜一窜 → 顿挫); stop: never shown as a theme word."""

    WORD = "word"
    SYNONYM = "synonym"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the lexicon."""

    id: int
    kind: Kind
    term: str
    target: str
    note: str


def terms(project: Project) -> list[Term]:
    """Return the lexicon, by kind and term."""
    rows = project.rows("select id, kind, term, target, note from lexicon order by kind, term")
    return [Term(int(row[0] or 0), Kind(str(row[1])), str(row[2]), str(row[3]), str(row[4])) for row in rows]


def teach(project: Project, *, kind: Kind, term: str, target: str = "", note: str = "") -> Step:
    """Add a term, or change its target and note; raises UserError (empty-term)."""
    term, target = term.strip(), target.strip()
    if not term or (kind is Kind.SYNONYM and not target):
        raise UserError(
            "empty-term",
            N_("The lexicon was not changed."),
            N_("A term needs letters, and a synonym the word it stands for."),
            N_("Type both."),
        )

    def do(op: Operation) -> None:
        op.say(N_("Lexicon: {term}"), term=term)
        op.rows = 1
        row = op.db.one("select id from lexicon where kind = ? and term = ?", (kind.value, term))
        if row is not None:
            images.write(op, "lexicon", {"id": row[0]}, {"target": target, "note": note})
            return
        number = op.db.integer("select max(id) from lexicon") + 1
        values = {"uuid": uuids.uuid4().bytes, "kind": kind.value, "term": term, "target": target, "note": note}
        images.write(op, "lexicon", {"id": number}, values)

    return operations.run(project, "lexicon", do)[1]


def forget(project: Project, *, term: int) -> Step:
    """Take a term out of the lexicon."""

    def do(op: Operation) -> None:
        row = op.db.one("select term from lexicon where id = ?", (term,))
        op.say(N_("Lexicon: {term} taken out"), term=str(row[0]) if row else "")
        op.rows = 1
        images.write(op, "lexicon", {"id": term}, None)

    return operations.run(project, "lexicon", do)[1]
