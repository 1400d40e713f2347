"""All figures of a question, and of a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reports.data.base import Direction, Unit
from reports.data.closed import ClosedFigures
from reports.data.scope import Chosen
from reports.data.scores import IndicatorFigures, ScoreFigures, TrendFigures
from reports.data.sources import Agreement, CleanedFigures, CodingFigures, ModelFigures, SourceFigures
from reports.data.themes import FirstFigures, Quote, SegmentTable, ThemeFigures
from reports.data.where import JourneyFigures, SpikeFigures, TouchpointTable
from reports.data.why import (
    AnswerFigures,
    DriverFigures,
    EmergingFigures,
    FunnelFigures,
    ImageFigures,
    NeedFigures,
    PairRow,
    WordsRow,
)
from reports.definitions.terms import Definitions
from reports.statistics.limits import Limits, TooFew


@dataclass(frozen=True, slots=True)
class CorrectionFigures:
    """The random sample that shares of a question are corrected by: answers read, and answers it stands for.

    ``pooled``: the scope holds too few audited answers, so that the error rates are those of the whole question.
    """

    read: int
    stands_for: int
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """An open question: its base, how it was coded, and its themes.

    ``base`` is the number of people (or answers) read by coders or by the model in force: the shares are computed over
    it. ``answered`` counts those who wrote something, ``blank`` those who were asked and wrote nothing, ``asked`` all.
    A figure that could not be made is a TooFew that says what is missing; None: it was not asked for, or there is
    nothing to make it from (no score, no second column, no model).
    """

    name: str
    text: str
    coding: CodingFigures
    base: int
    answered: int
    blank: int = 0
    asked: int | None = None
    direction: Direction = Direction.NEUTRAL
    themes: tuple[ThemeFigures, ...] = ()
    segments: tuple[SegmentTable, ...] = ()
    quotes: tuple[Quote, ...] = ()
    id: int = 0
    first: FirstFigures | TooFew | None = None
    correction: CorrectionFigures | TooFew | None = None
    trends: tuple[TrendFigures, ...] = ()
    spikes: SpikeFigures | TooFew | None = None
    drivers: DriverFigures | TooFew | None = None
    needs: NeedFigures | None = None
    pairs: tuple[PairRow, ...] | TooFew | None = None
    words: tuple[WordsRow, ...] = ()
    emerging: EmergingFigures | TooFew | None = None
    answers: tuple[AnswerFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportData:
    """All figures of a report. ``snapshot`` is a hash of the data, so that the same figures give the same report.

    ``scope``: what was asked for, with the periods it came to; ``definitions`` in force in ``definitions_version`` (0:
    guessed); ``op``: number of the newest operation.
    """

    title: str
    client: str
    report_id: str
    snapshot: str
    unit: Unit
    sources: tuple[SourceFigures, ...]
    questions: tuple[QuestionFigures, ...]
    respondents: int = 0
    start: date | None = None
    end: date | None = None
    channels: tuple[tuple[str, int], ...] = ()
    scores: tuple[ScoreFigures, ...] = ()
    model: ModelFigures | None = None
    agreement: Agreement | None = None
    cleaned: tuple[CleanedFigures, ...] = ()
    frame_name: str = ""
    frame_revision: str = ""
    confidential: bool = True
    limits: Limits = field(default_factory=Limits)
    scope: Chosen | None = None
    definitions: Definitions = field(default_factory=Definitions)
    definitions_version: int = 0
    op: int = 0
    indicators: tuple[IndicatorFigures, ...] = ()
    touchpoints: TouchpointTable | None = None
    journey: JourneyFigures | None = None
    funnels: tuple[FunnelFigures, ...] = ()
    image: ImageFigures | None = None
    closed: tuple[ClosedFigures, ...] = ()

    @property
    def verbatims(self) -> int:
        """Answers with text over all questions."""
        return sum(question.coding.total for question in self.questions)
