"""What an audit would give, before anyone reads: intervals of the shares and hours of reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotate.layers import Source
from annotate.pace import pace
from annotate.store.connection import Connection
from reports.coded_answers import SOURCES
from reports.collect.view import View
from reports.data import Theme
from reports.statistics.corrected import LEAST_READ, plan

_OPEN = SOURCES.index(Source.OPEN)
SIZES = (200, 400, 1000)
SECONDS = 20.0
"""What reading an answer takes where the project knows no pace of its own."""


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """A theme: the model's count among open answers, and the half-width (in [0, 1]) of its share
    to expect for each size."""

    theme: Theme
    is_net: bool
    count: int
    half_widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """What audits of ``sizes`` answers out of ``open`` would give. ``hours`` by size, at ``seconds`` an answer;
    ``own_pace``: the project's people set it. ``read``: what has been read already."""

    question: str
    open: int
    read: int
    sizes: tuple[int, ...]
    hours: tuple[float, ...]
    seconds: float
    own_pace: bool
    themes: tuple[PlannedTheme, ...]


def plan_audit(db: Connection, view: View, *, sizes: tuple[int, ...] = SIZES) -> AuditPlan | None:
    """Return the plan of a question's audit; None where no answer is left to the model alone.

    Precision and recall are taken as ``corrected.plan`` takes them. Sizes beyond the open answers are left out.
    """
    told = view.told
    audit = view.loaded.audits[told.question.id]
    alone = np.zeros(len(told), np.bool_)
    alone[view.mention_row[view.mention_machine]] = True
    alone |= view.counted & told.covered & (told.source == _OPEN)
    alone[audit.row[view.counted[audit.row]]] = True
    size = int((alone & view.counted).sum())
    fitting = tuple(one for one in sizes if min(LEAST_READ, size) <= one <= size) or ((size,) if size else ())
    if not fitting:
        return None
    codes = view.codes()
    place = {one.id: at for at, one in enumerate(codes)}
    above = np.array([place.get(one.parent_id, -1) if one.parent_id else -1 for one in codes], np.int64)
    positive = np.array(
        [int(alone[np.unique(view.mention_row[view.mentions_of(one.id)])].sum()) for one in codes], np.int64
    )
    at = pace(db)
    seconds = SECONDS if at.seconds is None else at.seconds
    plans = [plan(positive, size=size, above=above, read=one, seconds=seconds) for one in fitting]
    scale = size / max(1, int(view.counted.sum()))  # what people decided is known: the audit stands for the rest
    themes = tuple(
        PlannedTheme(
            view.theme(one.id),
            one.is_net,
            int(positive[c]),
            tuple(scale * float(told.half_widths[c]) for told in plans),
        )
        for c, one in enumerate(codes)
    )
    read = int(view.counted[audit.row].sum())
    hours = tuple(one.hours for one in plans)
    return AuditPlan(told.question.name, size, read, fitting, hours, seconds, at.seconds is not None, themes)
