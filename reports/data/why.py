"""What goes with the score, what layer of need a theme is, what is said together: no claim of a cause."""

from __future__ import annotations

from dataclasses import dataclass

from reports.data.base import Rows, Sentiment
from reports.statistics.answers import Association, ImageCell, Step
from reports.statistics.association import Pair
from reports.statistics.kano import Need
from reports.statistics.keyness import KeyWord
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate
from reports.statistics.priority import Quadrant


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as a row of such figures: net or code, its label (with its net where labels repeat), which pole."""

    code: int
    number: str
    label: str
    sentiment: Sentiment | None = None
    members: tuple[int, ...] = ()
    rows: Rows | None = None
    label_en: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Lacking:
    """A theme without a figure, and what it lacks."""

    theme: Theme
    why: TooFew


@dataclass(frozen=True, slots=True)
class DriverRow:
    """A theme with its importance (share of the explained variance, in [0, 1]), effect of a mention in points of the
    score's figure, and what halving its mentions would go with. ``doubtful``: the model codes it badly.

    ``reach``: share of people who mention it, corrected where it could be. ``quadrant``/``sure``: field of the map.
    ``urgency``, ``value``, ``priority``: reach × |effect| × urgency × customer value.
    """

    theme: Theme
    weight: Estimate
    effect: Estimate
    p: float
    q: float
    doubtful: bool
    reach: float
    what_if: Estimate | TooFew | None
    quadrant: Quadrant
    sure: bool
    urgency: float
    value: float
    priority: float


@dataclass(frozen=True, slots=True)
class DriverFigures:
    """What goes with a score among the themes of a question, by falling importance.

    ``n`` people with a score, of ``people`` (a random part where there are very many); ``periods``: the periods pooled,
    which are named with the figure; ``explained``: R² in [0, 1]; ``median_reach``: the vertical cut of the map.
    """

    score: str
    n: int
    people: int
    periods: tuple[str, ...]
    explained: float
    rows: tuple[DriverRow, ...]
    left_out: tuple[Lacking, ...]
    inseparable: tuple[Theme, ...]
    median_reach: float

    @property
    def by_priority(self) -> tuple[DriverRow, ...]:
        """Return the themes whose mentions are proved to go with a lower score, most pressing first."""
        costly = [row for row in self.rows if row.effect.high < 0]
        return tuple(sorted(costly, key=lambda row: (-row.priority, row.theme.code)))


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A theme's penalty and reward in points of the score, its Kano layer and its points (pain, itch, delight)."""

    theme: Theme
    need: Need


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A need in two years; ``moved``: the change is proved, so that an arrow may be drawn."""

    theme: Theme
    before: Need
    after: Need
    moved: bool


@dataclass(frozen=True, slots=True)
class Itch:
    """A theme that people wish for: how many of those who mention it say so in a wish."""

    theme: Theme
    wishers: int
    people: int


@dataclass(frozen=True, slots=True)
class NeedFigures:
    """Layers derived from text and score. ``needs`` is TooFew as a whole below the minimum; itches need no score.

    ``together``: the questions counted together, where the same people answered several of one frame.
    """

    score: str
    n: int
    periods: tuple[str, ...]
    needs: tuple[NeedRow, ...] | TooFew
    left_out: tuple[Lacking, ...] = ()
    itches: tuple[Itch, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    years: tuple[str, str] | None = None
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two themes mentioned together more often than by chance."""

    one: Theme
    other: Theme
    pair: Pair
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class WordsRow:
    """Words that tell the answers with a theme from the others. ``behind``: the answers that use each word."""

    theme: Theme
    words: tuple[KeyWord, ...] | TooFew
    behind: tuple[Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible new theme among "other": its words, answers, how often it comes back, and answers to look at.

    A candidate, no finding: a person names it and adopts it, or does not.
    """

    words: tuple[str, ...]
    answers: int
    stability: float
    chance: float
    examples: tuple[str, ...]
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class EmergingFigures:
    """Candidates that were stable and more compact than chance makes; ``texts`` looked through, ``clusters`` tried."""

    candidates: tuple[Candidate, ...]
    texts: int
    clusters: int
    unstable: int
    by_chance: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A theme and the structured answer it goes with; ``value`` stands out most."""

    theme: Theme
    value: str
    association: Association
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Themes by one structured column: those that go with it (q ≤ .05), by falling effect."""

    column: str
    rows: tuple[AnswerRow, ...] | TooFew
    lacking: int


@dataclass(frozen=True, slots=True)
class FunnelFigures:
    """The funnel of one brand; ``stages`` and ``rows`` in the order of ``steps``."""

    brand: str
    stages: tuple[str, ...]
    steps: tuple[Step, ...] | TooFew
    rows: tuple[Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageFigures:
    """What stands out for which brand; cells point into ``brands`` and ``attributes``, ``rows`` in their order."""

    brands: tuple[str, ...]
    attributes: tuple[str, ...]
    cells: tuple[ImageCell, ...] | TooFew
    rows: tuple[Rows | None, ...] = ()
