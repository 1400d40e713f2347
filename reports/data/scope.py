"""What figures are asked for: which question, rows, period, columns and rules."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from annotate.store.query import Condition, Query
from reports.definitions.terms import Letters


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are asked for; the default is everything.

    ``questions``: ids, none: all. ``filter``: rows of the client's columns (``reports.filters``). ``period``: a wave or
    calendar period by name (``Period``), "" for all of them; ``window``: how many periods, that one the latest.
    ``compare``: the period to compare with, "" for the one before. ``segment``: column of the cross tables, "" for the
    first that fit. ``weighted``: by the records' weights. ``counts_only``: no correction for the model's errors.
    ``letters``: None for the rule of the definitions.
    """

    questions: tuple[int, ...] = ()
    filter: Query = field(default_factory=Query)
    period: str = ""
    window: int = 1
    compare: str = ""
    segment: str = ""
    weighted: bool = False
    counts_only: bool = False
    letters: Letters | None = None

    def to_json(self) -> str:
        """Return the scope as canonical JSON."""
        told = {
            "v": 1, "questions": list(self.questions), "filter": json.loads(self.filter.to_json()),
            "period": self.period, "window": self.window, "compare": self.compare, "segment": self.segment,
            "weighted": self.weighted, "counts_only": self.counts_only,
            "letters": None if self.letters is None else self.letters.value,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Scope:
        """Read ``to_json`` back. Raises ValueError for another version, UserError (bad-query) for an unknown filter."""
        told = json.loads(text)
        if told["v"] != 1:
            raise ValueError("a scope of another version")
        return cls(
            tuple(told["questions"]), Query.from_json(json.dumps(told["filter"])), told["period"], told["window"],
            told["compare"], told["segment"], told["weighted"], told["counts_only"],
            None if told["letters"] is None else Letters(told["letters"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A named wave, or a month, quarter or year by date where no wave is named. ``condition`` means its rows."""

    name: str
    condition: Condition
    first: date | None = None
    last: date | None = None
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a scope came to: the periods counted (latest last), the period before and the one a year before.

    ``known``: all periods of the project in time; ``columns``: the client's columns that tables are made by.
    """

    scope: Scope
    known: tuple[Period, ...] = ()
    now: tuple[Period, ...] = ()
    before: Period | None = None
    year_before: Period | None = None
    columns: tuple[str, ...] = ()

    @property
    def all_periods(self) -> bool:
        """Whether every period is counted, so that there is nothing to compare with."""
        return not self.scope.period
