"""Words that all figures share: what a base counts, roles, sentiment, and the rows behind a figure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum

from annotate.store.query import Query

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


SENTIMENTS = {-1: Sentiment.NEGATIVE, 0: Sentiment.NEUTRAL, 1: Sentiment.POSITIVE}
"""Sentiments by their number in the project file."""


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
class Rows:
    """The answers behind a figure: those that ``query`` means and, in the final layer, carry ``code`` (or any below a
    net, of them only ``members`` where given) with ``sentiment`` (−1, 0, 1).

    ``coded`` (code None): only answers of the base of the shares; else all. ``touchpoint``: those with a theme said
    there. ``last``: only of each person's last record of a wave, as a score counts, and of these ``part``. ``of``:
    only of people with an answer of the base that fits this too.
    ``reports.collect.rows.ids`` finds them.
    """

    query: Query
    code: int | None = None
    sentiment: int | None = None
    coded: bool = True
    members: tuple[int, ...] = ()
    touchpoint: str = ""
    last: bool = False
    part: Query = field(default_factory=Query)
    of: Query = field(default_factory=Query)

    def to_json(self) -> str:
        """Return the rows in a form that ``from_json`` reads back."""
        told: dict[str, object] = {
            "query": json.loads(self.query.to_json()), "code": self.code, "sentiment": self.sentiment,
            "coded": self.coded,
        }  # fmt: skip
        if self.members:
            told["members"] = list(self.members)
        if self.touchpoint:
            told["touchpoint"] = self.touchpoint
        if self.last:
            told |= {"last": True, "part": json.loads(self.part.to_json())}
        if self.of.conditions:
            told["of"] = json.loads(self.of.to_json())
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Rows:
        """Read ``to_json`` back. Raises UserError (bad-query) for a query that this program does not know."""
        told = json.loads(text)
        query = Query.from_json(json.dumps(told["query"]))
        part, of = (Query.from_json(json.dumps(told[one])) if one in told else Query() for one in ("part", "of"))
        return cls(
            query, told["code"], told["sentiment"], told["coded"], tuple(told.get("members", ())),
            told.get("touchpoint", ""), told.get("last", False), part, of,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a count came about: answers that carry the code by who said so, what the audit found, and of which state.

    ``audited``: random rows read by people and judged by the model; the model gave the code to ``said`` of them, to
    ``right`` of these rightly, and missed ``missed`` others. None where nothing was audited. ``borrowed``: too few of
    ``said``, so that the correction leans on the codes of the same net. ``carried``: corrected by answers and carried
    over to people, because some people gave several. ``revision`` of the frame, ``op``: newest operation.
    """

    human: int
    certified: int
    machine: int
    revision: int
    op: int
    model: str = ""
    audited: int | None = None
    said: int = 0
    right: int = 0
    missed: int = 0
    borrowed: bool = False
    carried: bool = False
