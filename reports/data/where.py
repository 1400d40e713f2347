"""Where it happens: touchpoints by segment, the journey, and sudden rises in a slice of the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.data.base import Rows
from reports.data.themes import PartCorrection, SegmentColumn
from reports.data.why import Theme
from reports.definitions.terms import Letters
from reports.statistics.journey import Mood
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate


@dataclass(frozen=True, slots=True)
class TouchpointCell:
    """Net sentiment of a touchpoint in a segment, in points; letters of the columns it is higher than.

    ``counted``: as counted, where ``estimate`` is corrected for the model's errors.
    """

    estimate: Estimate | TooFew
    letters: str
    effect: float | None
    outlined: bool
    rows: Rows | None = None
    counted: Estimate | TooFew | None = None


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """A touchpoint (of a stage, "" where none is known): net sentiment over all, and in each segment."""

    touchpoint: str
    stage: str
    total: Estimate | TooFew
    cells: tuple[TouchpointCell, ...]
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class TouchpointTable:
    """Touchpoints by the values of one client column. ``correction``: of the totals; ``cells``: of the cells, None
    where they are as counted because the totals are."""

    dimension: str
    columns: tuple[SegmentColumn, ...]
    rows: tuple[TouchpointRow, ...]
    rule: Letters
    tests: int
    correction: PartCorrection | TooFew | None = None
    cells: PartCorrection | None = None


@dataclass(frozen=True, slots=True)
class StopRow:
    """A touchpoint on the journey: net sentiment (points) or what is missing, and what most people say there.

    ``counted``: net sentiment as counted, where ``estimate`` is corrected for the model's errors.
    """

    touchpoint: str
    stage: str
    estimate: Estimate | TooFew
    mood: Mood
    hollow: bool
    worst: Theme | None
    best: Theme | None
    rows: Rows | None = None
    counted: Estimate | TooFew | None = None


@dataclass(frozen=True, slots=True)
class JourneyFigures:
    """The net sentiment curve over the journey. ``runs``: places that a line may join; ``peak`` and ``valley``: places,
    None unless proved to differ. ``score``: mean of the headline score at each stop, where records have one.

    ``standard``: net sentiment of each stop, were the channels mixed everywhere as in ``mix`` (channel, share); empty
    where there is one channel. ``standard_counted``: the same as counted, where some are corrected, as
    ``standard_correction`` says.
    """

    stops: tuple[StopRow, ...]
    runs: tuple[tuple[int, ...], ...]
    peak: int | None
    valley: int | None
    score: str = ""
    scores: tuple[Estimate | TooFew, ...] = ()
    correction: PartCorrection | TooFew | None = None
    standard: tuple[Estimate | TooFew, ...] = ()
    mix: tuple[tuple[str, float], ...] = ()
    standard_counted: tuple[Estimate | TooFew, ...] = ()
    standard_correction: PartCorrection | None = None


@dataclass(frozen=True, slots=True)
class SpikeRow:
    """A sudden rise: theme × slice (``column`` = ``value``; both "" of all answers), days ``first`` to ``last``.

    ``seen`` people against ``expected`` in its surest week; ``also``: other slices it shows in. ``counts``: people a
    week over the weeks scanned, for a spark line.
    """

    theme: Theme
    column: str
    value: str
    first: date
    last: date
    seen: int
    expected: float
    lift: float
    q: float
    also: tuple[str, ...]
    counts: tuple[int, ...]
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """A rise that is one of answers and not of customers: ``answers`` in its surest week by ``customers``, ``most`` of
    them by one. It is no sudden rise."""

    theme: Theme
    column: str
    value: str
    first: date
    last: date
    answers: int
    customers: int
    most: int
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class SpikeFigures:
    """A scan over slices × themes × weeks: episodes, surest first, with how much was searched.

    ``expected_false``: alarms among them to be expected by chance; ``by_chance``: alarms of an uncorrected 5 % if
    nothing had happened; ``weeks``: Mondays of the first and last week tested. ``repeated``: what would be a rise if
    customers who repeat themselves counted more than once a week.
    """

    rows: tuple[SpikeRow, ...]
    alarms: int
    tests: int
    slices: int
    columns: tuple[str, ...]
    expected_false: float
    by_chance: float
    weeks: tuple[date, date]
    repeated: tuple[RepeatRow, ...] = ()
