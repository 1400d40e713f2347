"""What a base allows: no figure, a figure with a star, a figure, a test; and the typed answer where it is too small."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class BaseSize(Enum):
    """What a base allows: nothing, a figure with a star, or a figure."""

    HIDDEN = "hidden"
    STARRED = "starred"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Limits:
    """The smallest bases that allow a figure, a figure without a star, a test; expected count of the z test.

    ``people``: a row that fewer people mention is not shown, for their privacy.
    """

    shown: int = 30
    full: int = 100
    tested: int = 50
    expected: float = 5.0
    people: int = 1

    def of(self, base: float) -> BaseSize:
        """Return what a base of this many people (or rows) allows."""
        if base < self.shown:
            return BaseSize.HIDDEN
        return BaseSize.STARRED if base < self.full else BaseSize.FULL


class Lack(Enum):
    """What there is too little of."""

    ANSWERS = "answers"
    PAIRS = "pairs"  # respondents who answered both times
    MENTIONS = "mentions"
    PERIODS = "periods"
    AUDITED = "audited"  # answers of the random audit sample that were read
    BENCHMARK = "benchmark"  # answers behind the figure compared with
    CLUSTERS = "clusters"
    WORDS = "words"
    NEGATIVE = "negative"  # people who mention it as bad
    POSITIVE = "positive"  # people who mention it as good
    KINDS = "kinds"  # different scores
    THEMES = "themes"  # themes that enough people mention
    CHANNELS = "channels"  # people in a channel of the fixed mix
    OTHER = "other"  # answers under "other"
    DOUBLE = "double"  # answers coded by two people


@dataclass(frozen=True, slots=True)
class TooFew:
    """The answer instead of a figure: there are ``have`` of what is lacking where ``need`` are needed."""

    lack: Lack
    have: int
    need: int

    @property
    def more(self) -> int:
        """How many more are needed, at least 1."""
        return max(1, self.need - self.have)
