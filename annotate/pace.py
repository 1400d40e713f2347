"""How fast this project's people decide: what an estimate of minutes rests on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin

PAUSE = 300.0
"""Seconds after which a gap between two decisions is a pause, not work."""
FEW = 20
"""With fewer gaps than this a pace is said to be a first guess."""

_NEWEST = 500
_MOST_EVENTS = 5_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Median ``seconds`` between two decisions of one coder (None where there is no gap yet), over ``gaps`` gaps."""

    seconds: float | None
    gaps: int

    @property
    def few(self) -> bool:
        """Whether it rests on fewer than FEW gaps."""
        return self.gaps < FEW

    def minutes(self, decisions: int) -> float | None:
        """Return how long so many decisions take; None without a pace."""
        return None if self.seconds is None else decisions * self.seconds / 60


def pace(db: Connection) -> Pace:
    """Return the pace of the newest decisions; gaps over PAUSE seconds are left out.

    A decision is a step in which someone reviews one answer (its identical twins come along). Steps on many answers
    at once and imported labels say nothing about reading.
    """
    own = f"({int(Origin.HUMAN)}, {int(Origin.SUGGESTION)})"
    times: dict[int, list[int]] = {}
    for coder, at_ms in db.execute(
        "select o.coder_id, o.at_ms from op o where o.first_event is not null and o.undo_of is null"
        " and o.redo_of is null and o.last_event - o.first_event < ? and (select count(*) from label_event e"
        "  where e.id between o.first_event and o.last_event and e.action = ?"
        f"  and e.origin in {own}) = 1 order by o.id desc limit ?",
        (_MOST_EVENTS, int(Action.REVIEWED), _NEWEST),
    ):
        times.setdefault(int(coder or 0), []).append(int(at_ms or 0))
    gaps = [
        (late - early) / 1_000
        for told in times.values()
        for late, early in pairwise(told)
        if 0 <= late - early <= PAUSE * 1_000
    ]
    return Pace(median(gaps) if gaps else None, len(gaps))
