"""Themes: how many mention them, how sure that is, what changed, and in which segments."""

from __future__ import annotations

from dataclasses import dataclass

from reports.data.base import Provenance, Role, Rows, Sentiment
from reports.definitions.terms import Letters
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.nps import Change, Estimate
from reports.statistics.shares import Share


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
class ChangeParts:
    """What of a change is real and what is ours, in points. ``frame`` and ``model`` changed how the same earlier
    answers count; ``real`` is what people said, and the comparison to print. ``issued``: the share as published.
    """

    issued: float
    frame: Change
    model: Change
    real: Change


READ_BEFORE = 0.1
"""Part of a period's answers read before a code was there, from which on its share cannot be compared."""


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """The change of a share since another period, in points. ``q``: p adjusted by Holm over all themes of the question.

    ``practical``: points below which a change is called small. ``other_model``: the other period was coded by another
    model; ``parts`` then says how much of the change that makes, where the new model has coded that period too, and
    ``change`` is the real part. ``pairs``: people who answered both times, where the change is told from them alone.
    ``read_before``: part in [0, 1] of the other period's answers that were read before the code existed or meant what
    it means now; where it is large the change is the frame's, and q is 1.
    """

    period: str
    before: Share
    change: Change
    q: float
    practical: float
    parts: ChangeParts | None = None
    other_model: bool = False
    pairs: int = 0
    read_before: float = 0.0

    @property
    def comparable(self) -> bool:
        """Whether the other period was read with this code in mind, so that its share means the same."""
        return self.read_before <= READ_BEFORE


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """A net or code: who mentions it, out of the base of its question. ``net`` is the id of the net above, or None.

    A net's share counts its people once. ``share`` is to be printed: corrected for the model's errors where it could
    be, else as counted; its ``count`` and ``counted`` are what a pivot of the export gives. ``uncorrected``: what is
    missing for a correction, where the model took part and there is none. ``net_sentiment`` in points, −100 to 100,
    corrected like the share (``net_counted``: as counted) unless ``net_uncorrected`` says what is missing.
    ``first``: share of those who mention it first, of the people of known order. ``wishers``: people who wish for it.
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
    rows: Rows | None = None
    label_en: str = ""
    counted: Share | None = None
    uncorrected: TooFew | None = None
    provenance: Provenance | None = None
    change: ThemeChange | None = None
    year: ThemeChange | None = None
    net_sentiment: Estimate | TooFew | None = None
    net_counted: Estimate | TooFew | None = None
    net_uncorrected: TooFew | None = None
    first: Share | TooFew | None = None
    wishers: int = 0
    retired: bool = False

    @property
    def query(self) -> str | None:
        """Return the rows behind it as text, None where nobody can tell."""
        return None if self.rows is None else self.rows.to_json()


@dataclass(frozen=True, slots=True)
class FirstFigures:
    """Whose first mention is known: the base of first mentions, and people with mentions of unknown order."""

    base: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PartCorrection:
    """How the shares of a table's columns, or of a series' points, were corrected: by ``read`` audited answers.

    ``pooled`` of the ``parts`` hold too few of these and take the error rates of all; ``as_counted``: names of those
    left as counted, because the model errs differently between the parts (``alike``: p-value of it erring alike).
    ``whole``: the audited answers are those of the whole question, the scope itself holding too few. ``more``: how many
    more (answers, or mentions) have to be audited where most are missing.
    """

    read: int
    parts: int
    pooled: int
    as_counted: tuple[str, ...] = ()
    alike: float = 1.0
    whole: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class SegmentColumn:
    """A value of a client column, its base (people) and its letter; ``effective``: base under weights."""

    value: str
    base: int
    letter: str = ""
    size: BaseSize = BaseSize.FULL
    effective: float | None = None
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class SegmentCell:
    """A cell of a cross table: share in [0, 1] (None: base too small), letters of the columns it is higher than,
    points from the share of all, and whether it differs from the rest (Benjamini–Hochberg q ≤ .05).

    ``count`` is that of the export; ``low`` and ``high``: 95 % interval of a share corrected for the model's errors,
    None where it is as counted.
    """

    count: int
    share: float | None
    letters: str
    effect: float | None
    outlined: bool
    rows: Rows | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A theme in each column of its table: counts of people, and cells with letters. ``total``: all people."""

    code: int
    counts: tuple[int, ...]
    cells: tuple[SegmentCell, ...] = ()
    total: Share | None = None


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """Themes by the values of one client column; people without a value are in no column.

    ``overlapping``: a person may be in several columns. ``tests``: comparisons the letters rest on. ``correction``: of
    the model's errors; TooFew: what is missing for one; None: the model has no part, or counts only were asked for.
    """

    dimension: str
    columns: tuple[SegmentColumn, ...]
    rows: tuple[SegmentRow, ...]
    rule: Letters = Letters.HOLM
    tests: int = 0
    overlapping: bool = False
    correction: PartCorrection | TooFew | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim for a theme. ``about`` is what may be printed of its author: segment, channel, date, score.

    ``counter``: it is the counter-voice, of the pole opposite to the theme's. ``pinned``: a person chose it.
    """

    text: str
    code: int
    sentiment: Sentiment | None = None
    about: tuple[str, ...] = ()
    reference: str = ""
    verbatim: int = 0
    counter: bool = False
    pinned: bool = False
    by_machine: bool = False
