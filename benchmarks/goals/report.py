"""The table of goals: what was promised, what was measured, whether it is met; for people and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path

from benchmarks.goals.curves import Figure


class Aim(Enum):
    """On which side of its target a figure shall lie."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table. ``met`` is None where nothing was promised or nothing could be measured.

    ``key`` names the line in JSON; ``note`` says what a reader must know to read the figure.
    """

    part: str
    key: str
    what: str
    figure: Figure | None
    target: str
    met: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table beside the goals: who, and figures by column."""

    table: str
    who: str
    figures: dict[str, str]


@dataclass(slots=True)
class Report:
    """Everything that a run found."""

    goals: list[Goal] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)

    def aim(
        self, part: str, key: str, what: str, figure: Figure | None, aim: Aim, target: float, note: str = ""
    ) -> None:
        """Add a line with a promise; a figure of None stands for "not reached" and misses it."""
        met = figure is not None and (figure.value >= target if aim is Aim.AT_LEAST else figure.value <= target)
        self.goals.append(Goal(part, key, what, figure, f"{aim.value} {target:g}", met, note))

    def tell(self, part: str, key: str, what: str, figure: Figure | None, note: str = "") -> None:
        """Add a line without a promise."""
        self.goals.append(Goal(part, key, what, figure, "", None, note))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: data folder, seeds, sets; ``quick`` is the short version; rows for the bulk part."""

    data: Path
    seeds: tuple[int, ...]
    sets: tuple[str, ...]
    quick: bool
    rows: int


def shown(figure: Figure | None) -> str:
    """Return a figure with its interval for people."""
    if figure is None:
        return "not reached"
    digits = 3 if abs(figure.value) < 2 else 2 if abs(figure.value) < 20 else 1
    if figure.seeds < 2 or math.isnan(figure.low):
        return f"{figure.value:.{digits}f}"
    return f"{figure.value:.{digits}f} ({figure.low:.{digits}f} … {figure.high:.{digits}f})"


def lines(report: Report) -> list[str]:
    """Return the table of goals and the tables beside it, as lines."""
    found: list[str] = []
    part = ""
    for goal in report.goals:
        if goal.part != part:
            part = goal.part
            found += ["", f"{part:<12}{'measured (95 % over seeds)':<82}{'goal':>10}"]
        verdict = {True: "met", False: "MISSED", None: ""}[goal.met]
        found.append(f"  {goal.what:<66} {shown(goal.figure):<26}{goal.target:>8} {verdict:<7}{goal.note}".rstrip())
    for table in dict.fromkeys(row.table for row in report.rows):
        own = [row for row in report.rows if row.table == table]
        columns = list(dict.fromkeys(column for row in own for column in row.figures))
        found += ["", f"{table:<60}" + "".join(f"{column:>14}" for column in columns)]
        found += [
            f"  {row.who:<58}" + "".join(f"{row.figures.get(column, '–'):>14}" for column in columns) for row in own
        ]
    return found


def as_json(report: Report) -> dict[str, object]:
    """Return the report as plain data; ``extra`` entries (bulk's ratio_to_naive) stand at the top."""
    return {
        **report.extra,
        "goals": [asdict(goal) for goal in report.goals],
        "tables": [asdict(row) for row in report.rows],
    }


def percent(values: Sequence[float]) -> str:
    """Return the mean of shares in per cent, one digit, for a table cell."""
    return f"{100 * sum(values) / len(values):.1f}" if values else "–"
