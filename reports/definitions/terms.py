"""Definitions (口径): what scores, journey, tiers and limits mean in this project."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from reports.statistics.limits import Limits


class Measure(StrEnum):
    """How the answers to a score question become one figure."""

    NPS = "nps"
    TOP_BOX = "top_box"
    MEAN = "mean"


class Letters(StrEnum):
    """How letters of cross tables are found: Holm over the whole table, or 95/90 % uncorrected as in earlier waves."""

    HOLM = "holm"
    UNCORRECTED = "uncorrected"


@dataclass(frozen=True, slots=True)
class Score:
    """A score question: the client column, its scale, its measure. ``cut``: first good box of a top-box measure."""

    name: str
    column: str
    measure: Measure
    lowest: float
    highest: float
    cut: float | None = None
    good_is_high: bool = True
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of the KPI tree below the headline: its score (by name), its indicator above, its weight in it."""

    name: str
    score: str = ""
    above: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A touchpoint of the journey in its stage."""

    name: str
    stage: str


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Where a code belongs: touchpoint and department. ``code`` is a number, a label or net/code."""

    code: str
    touchpoint: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """How much a voice counts in priorities: the value of a client column and its weight (a VIP 1.3)."""

    column: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A stage of a brand's funnel: the client column that says who is there, and the value that means yes ("": any)."""

    brand: str
    stage: str
    column: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ImageItem:
    """An attribute of a brand's image: the client column that says who sees it, and the value that means yes."""

    brand: str
    attribute: str
    column: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """A closed group that is asked as a whole (18 key accounts): how many accounts it has, and the client columns that
    name the account and (``column`` = ``value``, "" for every record) say who belongs to it."""

    name: str
    account: str
    size: int
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure of others that a score is held against: its ``value``, of how many answers (``size``), and when.

    ``error``: standard error of a mean; that of a top box follows from value and size.
    """

    name: str
    score: str
    value: float
    size: int
    dated: str
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Practical:
    """Changes below these are called small: NPS and top box in points, shares in points or relative percent."""

    nps: float = 3.0
    top_box: float = 1.0
    share: float = 1.0
    share_relative: float = 20.0


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a project. ``stages``, ``touchpoints`` and ``funnel`` are in their order.

    ``self_selected``: channels in which speakers chose themselves, left out of every NPS; none named: told by the name.
    """

    scores: tuple[Score, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    stages: tuple[str, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    codes: tuple[CodePlace, ...] = ()
    tiers: tuple[Tier, ...] = ()
    limits: Limits = field(default_factory=Limits)
    practical: Practical = field(default_factory=Practical)
    letters: Letters = Letters.HOLM
    funnel: tuple[FunnelStep, ...] = ()
    image: tuple[ImageItem, ...] = ()
    self_selected: tuple[str, ...] = ()
    populations: tuple[Population, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def headline(self) -> Score | None:
        """Return the headline score: the one marked, else the first NPS, else the first."""
        marked = [one for one in self.scores if one.headline] or [s for s in self.scores if s.measure is Measure.NPS]
        return next(iter(marked or self.scores), None)

    def to_json(self) -> str:
        """Return the definitions as canonical JSON."""
        return json.dumps({"v": 1, **asdict(self)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Definitions:
        """Read ``to_json`` back, what early files lacked as in a new one. Raises ValueError for another version."""
        later = ("funnel", "image", "self_selected", "populations", "references")
        told = {**dict.fromkeys(later, ()), **json.loads(text)}
        if told.pop("v") != 1:
            raise ValueError("definitions of another version")
        return cls(
            scores=tuple(Score(**{**one, "measure": Measure(one["measure"])}) for one in told["scores"]),
            indicators=tuple(Indicator(**one) for one in told["indicators"]),
            stages=tuple(told["stages"]),
            touchpoints=tuple(Touchpoint(**one) for one in told["touchpoints"]),
            codes=tuple(CodePlace(**one) for one in told["codes"]),
            tiers=tuple(Tier(**one) for one in told["tiers"]),
            limits=Limits(**told["limits"]) if "limits" in told else _early_limits(told.get("bounds", {})),
            practical=Practical(**told["practical"]),
            letters=Letters(told["letters"]),
            funnel=tuple(FunnelStep(**one) for one in told["funnel"]),
            image=tuple(ImageItem(**one) for one in told["image"]),
            self_selected=tuple(told["self_selected"]),
            populations=tuple(Population(**one) for one in told["populations"]),
            references=tuple(Reference(**one) for one in told["references"]),
        )


def _early_limits(bounds: dict[str, int]) -> Limits:
    """Return the limits of a file written while they were called bounds."""
    now = {"hidden": "shown", "starred": "full", "tested": "tested", "shown_people": "people"}
    return Limits(**{now[name]: value for name, value in bounds.items()})
