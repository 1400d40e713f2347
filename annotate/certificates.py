"""Which predictions are certified: what acceptance samples proved of the runs in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from annotate.store.connection import Connection

COVERAGE_SETTING = "coverage_from"
COVERAGE_FROM = 1.0
"""Share of an answer's clauses that its codes must explain before a machine may code it as a whole."""
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Certified:
    """What counts as certified in the runs in force of a question.

    ``cuts``: run → code → lowest certified confidence, in 1/10,000. ``coverage``: the clause coverage from which an
    answer may be accepted as a whole, in 1/10,000.
    """

    cuts: dict[int, dict[int, int]]
    coverage: int

    def whole(self, run: int, accepted: Iterable[tuple[int, int]], covered: int = WHOLE) -> bool:
        """Say whether an answer is accepted as a whole: each accepted code (id, p) certified at its p, and coverage."""
        cuts = self.cuts.get(run, {})
        told = list(accepted)
        return bool(told) and covered >= self.coverage and all(p >= cuts.get(code, WHOLE + 1) for code, p in told)


def in_force(db: Connection, question: int) -> Certified:
    """Return what is certified for a question; a new run has no certificates."""
    cuts: dict[int, dict[int, int]] = {}
    for run, scope, cut in db.execute(
        "select c.run_id, c.scope, c.cut from run_in_force f join certificate c on c.run_id = f.run_id"
        " where f.question_id = ? and c.state = 1 and c.passed = 1",
        (question,),
    ):
        of_run = cuts.setdefault(int(run or 0), {})
        for code in json.loads(str(scope))["codes"]:
            of_run[code] = min(int(cut or 0), of_run.get(code, WHOLE))
    return Certified(cuts, round(coverage_from(db) * WHOLE))


def coverage_from(db: Connection) -> float:
    """Return the clause coverage from which an answer may be accepted as a whole, in [0, 1]."""
    row = db.one("select value from setting where key = ?", (COVERAGE_SETTING,))
    return float(str(row[0])) if row else COVERAGE_FROM
