"""What the answers on the Label page are narrowed by: each filter with its words and its condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from annotate.facets import Facet
from annotate.frames import Code, Frame
from annotate.messages import N_, _
from annotate.store.query import (
    AnyOf,
    Condition,
    DatedBetween,
    Felt,
    FieldBetween,
    FieldIs,
    Flagged,
    FromChannel,
    FromSource,
    HasCode,
    HasMemo,
    InWave,
    Not,
    Reviewed,
    Skipped,
    Suggested,
    Touched,
)
from annotate.verbatims import Field
from ui.models.frame_tree import name_of

_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. ``about``: what it narrows (only one filter about one thing); ``title`` and ``value``: its words.

    A title is a message id unless it names a client's column; a value is one only of STATES, SENTIMENTS and CONFIDENCE.
    """

    about: str
    condition: Condition
    value: str
    title: str = ""

    @property
    def words(self) -> str:
        """Return the filter as its chip says it."""
        value = _(self.value) if self.about in ("status", "sure", "felt") else self.value
        title = self.title if self.about.startswith("field/") else _(self.title)
        return f"{title} = {value}" if title else value


STATUS, SURE, CODE, CODER = N_("Status"), N_("Confidence"), N_("Code"), N_("Coder")
SENTIMENT = N_("Sentiment")
SOURCE, CHANNEL, WAVE, DATE = N_("Source"), N_("Channel"), N_("Wave"), N_("Date")

STATES: tuple[tuple[str, Condition], ...] = (
    (N_("Not yet confirmed"), Not((Reviewed(),))),
    (N_("Confirmed"), Reviewed()),
    (N_("Untouched"), Not((Touched(),))),
    (N_("Flagged"), Flagged()),
    (N_("Skipped"), Skipped()),
    (N_("With a memo"), HasMemo()),
)
CONFIDENCE: tuple[tuple[str, Condition], ...] = (
    (N_("95 % and more"), Suggested((), 0.95, 1.0)),
    (N_("80 to 95 %"), Suggested((), 0.8, 0.9499)),
    (N_("50 to 80 %"), Suggested((), 0.5, 0.7999)),
    (N_("below 50 %"), Suggested((), 0.0, 0.4999)),
    (N_("above a threshold"), Suggested(accepted=True)),
    (N_("no suggestion"), Not((Suggested(),))),
)
SENTIMENTS: tuple[tuple[str, Condition], ...] = (
    (N_("a negative mention"), Felt(-1)),
    (N_("a neutral mention"), Felt(0)),
    (N_("a positive mention"), Felt(1)),
)


def of_sentiment(at: int) -> Filter:
    """Return the filter for mentions that people gave a sentiment."""
    return Filter("felt", SENTIMENTS[at][1], SENTIMENTS[at][0], SENTIMENT)


def of_state(at: int) -> Filter:
    """Return the filter for a status."""
    return Filter("status", STATES[at][1], STATES[at][0])


def of_confidence(at: int) -> Filter:
    """Return the filter for how sure the machine is."""
    return Filter("sure", CONFIDENCE[at][1], CONFIDENCE[at][0], SURE)


def of_values(field: Field, values: Sequence[str]) -> Filter:
    """Return the filter for values of a category column."""
    return Filter(f"field/{field.id}", FieldIs(field.id, tuple(values)), " / ".join(values), field.name)


def of_range(field: Field, low: float | None, high: float | None) -> Filter:
    """Return the filter for a range of a number column, both ends within."""
    return Filter(f"field/{field.id}", FieldBetween(field.id, low, high), _span(_short(low), _short(high)), field.name)


def of_dates(field: Field | None, low: str, high: str) -> Filter | None:
    """Return the filter for a range of days, YYYY-MM-DD or empty, both within; None where a day is none."""
    ends: list[int | None] = []
    for told, later in ((low, 0), (high, 1)):
        try:
            day = datetime.strptime(told, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=later) if told else None
        except ValueError:
            return None
        ends.append(None if day is None else int(day.timestamp() * 1_000) - later)
    if ends == [None, None]:
        return None
    words = _span(low, high)
    if field is None:
        return Filter("date", DatedBetween(ends[0], ends[1]), words, DATE)
    return Filter(f"field/{field.id}", FieldBetween(field.id, ends[0], ends[1]), words, field.name)


def of_code(code: Code, frame: Frame) -> Filter:
    """Return the filter for answers with a code, or with any code of a net."""
    below = sorted(frame.under(code.id)) or [code.id]
    condition: Condition = HasCode(below[0]) if len(below) == 1 else AnyOf(tuple(HasCode(one) for one in below))
    return Filter("code", condition, f"{code.number} {name_of(code)}".strip(), CODE)


def of_coder(coder: Facet) -> Filter:
    """Return the filter for what someone has touched."""
    return Filter("coder", Touched(coder.id), coder.value, CODER)


def of_source(source: Facet) -> Filter:
    """Return the filter for one source."""
    return Filter("source", FromSource(source.id), source.value, SOURCE)


def of_channel(channel: Facet) -> Filter:
    """Return the filter for one kind of channel."""
    return Filter("channel", FromChannel((channel.value,)), channel.value, CHANNEL)


def of_wave(wave: Facet) -> Filter:
    """Return the filter for one wave."""
    return Filter("wave", InWave(wave.id), wave.value, WAVE)


def with_filter(filters: Sequence[Filter], one: Filter) -> list[Filter]:
    """Return filters with one more; what was set about the same thing before goes."""
    return [*(other for other in filters if other.about != one.about), one]


def toggled(filters: Sequence[Filter], field: Field, value: str) -> list[Filter]:
    """Return filters with a value of a category column added to those chosen of it, or taken out."""
    chosen: list[str] = []
    for one in filters:
        if one.about == f"field/{field.id}" and isinstance(one.condition, FieldIs):
            chosen = list(one.condition.values)
    chosen = [other for other in chosen if other != value] if value in chosen else [*chosen, value]
    rest = [other for other in filters if other.about != f"field/{field.id}"]
    return [*rest, of_values(field, chosen)] if chosen else rest


def renamed(filters: Sequence[Filter], frame: Frame | None) -> list[Filter]:
    """Return filters with the code named as the frame names it now."""
    found = []
    for one in filters:
        if one.about == "code" and isinstance(one.condition, HasCode) and frame is not None:
            named = [code for code in frame.codes if code.id == one.condition.code]
            found.append(replace(one, value=f"{named[0].number} {name_of(named[0])}".strip()) if named else one)
        else:
            found.append(one)
    return found


def _short(value: float | None) -> str:
    return "" if value is None else repr(int(value)) if float(value).is_integer() else repr(value)


def _span(low: str, high: str) -> str:
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
