"""Numbers, intervals, bases and dates in the words of one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from annotate.messages import language_of, translator
from reports.data import Unit
from reports.statistics.nps import Estimate
from reports.statistics.shares import Share


@dataclass(frozen=True, slots=True)
class Words:
    """Says figures in one language; every method returns plain text."""

    language: str
    unit: Unit = Unit.PEOPLE

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate a text and fill its names."""
        translated = translator(self.language)(text)
        return translated.format(**values) if values else translated

    @property
    def chinese(self) -> bool:
        """Whether the language is Chinese."""
        return language_of(self.language) == "zh_CN"

    @property
    def people(self) -> str:
        """What a base counts, as a word after a number."""
        return self("people") if self.unit is Unit.PEOPLE else self("answers")

    def count(self, number: int) -> str:
        """Return a number with thousands separators."""
        return f"{number:,}"

    def base(self, number: int) -> str:
        """Return ``n=2,931``."""
        return f"n={number:,}"

    def percent(self, value: float, base: int) -> str:
        """Return a share in percent: one decimal, none on bases under 100."""
        return f"{100 * value:.{1 if base >= 100 else 0}f}%"

    def points(self, value: float, digits: int = 1) -> str:
        """Return points with their sign, a true minus for negatives."""
        rounded = round(value, digits) + 0.0
        return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"

    def span(self, low: str, high: str) -> str:
        """Return the words for an interval."""
        return self("{low} to {high}", low=low, high=high)

    def share_span(self, share: Share) -> str:
        """Return the interval of a share, the percent sign once."""
        digits = 1 if share.base >= 100 else 0
        return self.span(f"{100 * share.low:.{digits}f}", f"{100 * share.high:.{digits}f}%")

    def points_span(self, low: float, high: float, digits: int = 1) -> str:
        """Return an interval in points."""
        return self.span(self.points(low, digits), self.points(high, digits))

    def window(self, periods: Sequence[str]) -> str:
        """Return the periods that a figure was counted over, in time, as one name; nothing where there are none."""
        if len(periods) < 2:
            return periods[0] if periods else ""
        return self("{first} to {last}, {n} periods together", first=periods[0], last=periods[-1], n=len(periods))

    def mean_span(self, estimate: Estimate) -> str:
        """Return the interval of a mean."""
        return self.span(f"{estimate.low:.2f}", f"{estimate.high:.2f}")

    def share_in_full(self, share: Share) -> str:
        """Return a share with interval and base in one bracket."""
        return self(
            "{value} (95% CI {span}, n={base})",
            value=self.percent(share.value, share.base),
            span=self.share_span(share),
            base=self.count(share.base),
        )

    def quoted(self, label: str) -> str:
        """Return a label in the quotation marks of the language."""
        return self("“{label}”", label=label)

    def listed(self, items: Sequence[str]) -> str:
        """Return items separated by commas, in Chinese by the enumeration comma."""
        return ("、" if self.chinese else ", ").join(items)

    def series(self, parts: Sequence[str]) -> str:
        """Return parts of a sentence separated by semicolons."""
        return ("；" if self.chinese else "; ").join(parts)

    def text(self, *sentences: str) -> str:
        """Return whole sentences as running text."""
        return ("" if self.chinese else " ").join(sentence for sentence in sentences if sentence)

    def period(self, start: date | None, end: date | None) -> str:
        """Return a period of dates, or that none is known."""
        days = [f"{day:%Y-%m-%d}" for day in (start, end) if day]
        if not days:
            return self("no dates in the data")
        return days[0] if len(set(days)) == 1 else self("{start} to {end}", start=days[0], end=days[1])
