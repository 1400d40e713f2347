"""Scores: value, distribution, change, trend, segments, and the tree they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from reports.data.base import Distribution, Rows, ScoreKind
from reports.data.themes import PartCorrection
from reports.statistics.limits import TooFew
from reports.statistics.nps import Change, Estimate
from reports.statistics.scores import Movement
from reports.statistics.trends import Point, Shift


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A point of a series with the rows behind it; ``point.figure`` is an Estimate or what is missing.

    ``counted``: the share as counted, where the figure is corrected for the model's errors.
    """

    label: str
    point: Point
    rows: Rows | None = None
    counted: float | None = None


@dataclass(frozen=True, slots=True)
class TrendFigures:
    """A figure over time. ``shift``: its one confirmed change of level, whose first point is ``points[shift.at]``; None
    where none is confirmed, TooFew where the series is too short. Points too small to show do not take part in it.

    NPS and net sentiment in points, shares in [0, 1], means on their scale. ``code``: of a theme. ``correction`` of
    shares for the model's errors; TooFew: what is missing for one; None: the model has no part in them.
    """

    name: str
    points: tuple[TrendPoint, ...]
    shift: Shift | TooFew | None
    code: int | None = None
    name_en: str = ""
    correction: PartCorrection | TooFew | None = None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A score's answers in one period or one segment. ``estimate``: its figure, weighted where weights are used."""

    label: str
    distribution: Distribution
    rows: Rows | None = None
    estimate: Estimate | TooFew | None = None


@dataclass(frozen=True, slots=True)
class ScoreSegments:
    """A score by the values of one client column."""

    dimension: str
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score against another period: figure then, change (NPS and top box in points), and what it means."""

    period: str
    before: Estimate | TooFew
    change: Change | TooFew
    movement: Movement | None
    paired: bool = False


@dataclass(frozen=True, slots=True)
class WeighedAnswers:
    """Weighted answers of a score: (score, share in [0, 1]) ascending, and the effective number of answers (Kish)."""

    shares: tuple[tuple[float, float], ...]
    effective: float


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """A score question with its scale. ``cut`` is the first good box of TOP_BOX; one answer a person.

    NPS needs the scale 0–10. ``good_is_high`` False turns the cut round (effort scores). ``estimate`` is the figure
    (NPS and top box in points, means on their scale) where it is not counted from ``distribution`` alone: weighted, or
    of a closed population. ``practical``: change in points below which it is called small. ``left_out``: channels that
    chose themselves who speaks (public opinion, hotline), which are in no NPS. ``weighed``: the distribution by weight
    where weights are used.
    """

    name: str
    kind: ScoreKind
    lowest: float
    highest: float
    distribution: Distribution
    cut: float | None = None
    good_is_high: bool = True
    previous: Distribution | None = None
    trend: tuple[ScorePart, ...] = ()
    segments: tuple[ScoreSegments, ...] = ()
    estimate: Estimate | TooFew | None = None
    change: ScoreChange | None = None
    year: ScoreChange | None = None
    series: TrendFigures | None = None
    practical: float | None = None
    headline: bool = False
    rows: Rows | None = None
    left_out: tuple[str, ...] = ()
    references: tuple[ReferenceFigures, ...] = ()
    weighed: WeighedAnswers | None = None


@dataclass(frozen=True, slots=True)
class ReferenceFigures:
    """A score held against that of others, who gave ``value`` (of ``size`` answers, ``dated``).

    ``index``: ours ÷ theirs × 100 with its 95 % interval, or what is missing.
    """

    name: str
    value: float
    size: int
    dated: str
    index: Estimate | TooFew


@dataclass(frozen=True, slots=True)
class IndicatorFigures:
    """A node of the tree below the headline: its figure is that of its score, else the weighted mean of those below it
    on a scale of 0 to 100 (``weights`` printed). ``depth`` 1 below the headline."""

    name: str
    above: str
    depth: int
    score: str
    value: float | TooFew
    weights: tuple[tuple[str, float], ...] = ()
