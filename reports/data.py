"""The figures of one report, without language: what collecting hands over and what the pages are drawn from.

Counts are of people where respondents are known, else of answers (``Unit``). Texts here are the client's own: names,
labels, verbatims. Verbatims come as written; the report masks personal data itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from reports.statistics.shares import Limits, Share

Distribution = tuple[tuple[float, int], ...]
"""(score, number of answers) in ascending order of score."""


class Unit(Enum):
    """What a base counts."""

    PEOPLE = "people"
    ANSWERS = "answers"


class Role(Enum):
    """What a code means for the base and the ranking."""

    THEME = "theme"
    OTHER = "other"
    NONE = "none"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"
    UNCODABLE = "uncodable"
    INVALID = "invalid"


class Sentiment(Enum):
    """Sentiment of a mention."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Direction(Enum):
    """What a question asks for."""

    LIKES = "likes"
    DISLIKES = "dislikes"
    NEUTRAL = "neutral"


class ScoreKind(Enum):
    """How the answers to a score question become one figure."""

    NPS = "nps"
    TOP_BOX = "top_box"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """One imported file: accepted + rejected = records; duplicates and blanks are among the accepted."""

    name: str
    channel: str
    records: int
    accepted: int
    rejected: int
    duplicates: int = 0
    blank: int = 0
    imported: date | None = None


@dataclass(frozen=True, slots=True)
class CleanedFigures:
    """How often folding set something aside: ``what`` is an English phrase from the catalogue."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class CodingFigures:
    """Answers by who decided their codes in the final layer; the four sum to the answers of a question."""

    human: int
    duplicate: int
    machine: int
    open: int

    @property
    def total(self) -> int:
        """All answers."""
        return self.human + self.duplicate + self.machine + self.open

    @property
    def coded(self) -> int:
        """Answers with a decision."""
        return self.total - self.open


@dataclass(frozen=True, slots=True)
class SentimentFigures:
    """Mentions of a theme by sentiment."""

    negative: int
    neutral: int
    positive: int

    @property
    def total(self) -> int:
        """All mentions with a sentiment."""
        return self.negative + self.neutral + self.positive


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """A net or code: who mentions it, out of the base of its question. ``net`` is the id of the net above, or None.

    A net's share counts its people once. ``previous`` is the share of the period before, if there is one.
    """

    code: int
    number: str
    label: str
    share: Share
    mentions: int
    net: int | None = None
    is_net: bool = False
    role: Role = Role.THEME
    definition: str = ""
    sentiments: SentimentFigures | None = None
    previous: Share | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentColumn:
    """A value of a client column and its base."""

    value: str
    base: int


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """Counts of a theme in each column of its table."""

    code: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """Themes by the values of one client column; people without a value are in no column."""

    dimension: str
    columns: tuple[SegmentColumn, ...]
    rows: tuple[SegmentRow, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim for a theme. ``about`` is what may be printed of its author: segment, channel, date, score."""

    text: str
    code: int
    sentiment: Sentiment | None = None
    about: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """An open question: its base, how it was coded, and its themes.

    ``base`` is the number of people (or answers) read by coders or by the model in force: the shares are computed over
    it. ``answered`` counts those who wrote something, ``blank`` those who were asked and wrote nothing, ``asked`` all.
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


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A score's answers in one period or one segment."""

    label: str
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class ScoreSegments:
    """A score by the values of one client column."""

    dimension: str
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """A score question with its scale. ``cut`` is the first good box of TOP_BOX; one answer a person.

    NPS needs the scale 0–10. ``good_is_high`` False turns the cut round (effort scores).
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


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """Out-of-sample decisions on one code: found rightly, found wrongly, and missed."""

    label: str
    hits: int
    false_alarms: int
    missed: int
    number: str = ""

    @property
    def support(self) -> int:
        """Answers that truly carry the code."""
        return self.hits + self.missed


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """The model in force and how well it did on answers it was not trained on."""

    name: str
    trained_on: int
    scored: int
    overall: CodeQuality
    codes: tuple[CodeQuality, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha of coders on doubly coded answers, with its 95 % interval."""

    value: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True, slots=True)
class ReportData:
    """All figures of a report. ``snapshot`` is a hash of the data, so that the same figures give the same report."""

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

    @property
    def verbatims(self) -> int:
        """Answers with text over all questions."""
        return sum(question.coding.total for question in self.questions)
