"""A project read once into arrays: what every figure of every scope is counted from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotate import frames, verbatims
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.verbatims import Field, Question
from reports import coded_answers, records
from reports.audit import Audit, audit
from reports.coded_answers import CodedAnswers
from reports.collect import periods
from reports.data import Period, Unit
from reports.definitions.terms import Definitions
from reports.definitions.verbs import in_force
from reports.records import Records
from reports.statistics.limits import Limits

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project at its newest operation ``op`` (with its hash): definitions, client's columns, records, answers.

    ``values``: by field, the value ids and texts of a category column. ``coded``: by question id, where a frame belongs
    to it; ``audits``: its random rows. ``self_selected``: source ids of channels that chose themselves who speaks.
    ``kept``: what the figures of several scopes share, found once.
    """

    op: int
    hash: str
    version: int
    definitions: Definitions
    fields: tuple[Field, ...]
    values: dict[int, dict[int, str]]
    records: Records
    questions: tuple[Question, ...]
    coded: dict[int, CodedAnswers]
    audits: dict[int, Audit]
    periods: tuple[Period, ...]
    tree: dict[int, frames.Frame]
    kept: dict[tuple[str, int, frozenset[int]], object] = field(default_factory=dict, compare=False)

    @property
    def limits(self) -> Limits:
        """Return the limits of the definitions."""
        return self.definitions.limits

    @property
    def unit(self) -> Unit:
        """Return people where every record names its respondent, else answers: rows without a person are not people."""
        return Unit.PEOPLE if self.records.named else Unit.ANSWERS

    def field(self, name: str) -> Field | None:
        """Return the client's column of that name."""
        return next((one for one in self.fields if one.name == name), None)


def load(db: Connection, questions: tuple[Question, ...], *, progress: Progress = silent) -> Loaded:
    """Read a project from one snapshot of its file; ``questions`` as ``verbatims.questions`` tells them."""
    newest = db.one("select id, hex(h) from op order by id desc limit 1")
    now = in_force(db)
    fields = tuple(one for one in verbatims.fields(db) if one.kind in ("category", "number", "date"))
    what = N_("Reading answers")
    progress(0, len(questions) + 1, what)
    told = records.read(db, fields)
    coded, audits = {}, {}
    for place, question in enumerate(questions, 1):
        progress(place, len(questions) + 1, what)
        if question.frame_id is not None:
            coded[question.id] = coded_answers.load(db, question, told)
            audits[question.id] = audit(db, coded[question.id])
    values: dict[int, dict[int, str]] = {one.id: {} for one in fields if one.kind == "category"}
    for column, value, text in db.execute("select field_id, id, value from field_value"):
        values.setdefault(int(column or 0), {})[int(value or 0)] = str(text)
    return Loaded(
        int(newest[0] or 0) if newest else 0,
        str(newest[1]).lower() if newest else "",
        now.version,
        now.definitions,
        fields,
        values,
        told,
        questions,
        coded,
        audits,
        periods.known(db, told, now.definitions.limits),
        {told.question.id: told.frame for told in coded.values()},
    )
