"""The headline grammar: a figure with its interval and change becomes a sentence that says no more than they allow.

Six rules, the first that fits: too few answers; roughly; changed; changed but little; unchanged; no change confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from annotate.messages import N_
from reports.statistics.limits import BaseSize, Limits
from reports.statistics.nps import Change
from reports.statistics.scores import Movement
from reports.wording import Words

SIGNIFICANT = 0.05


class Tone(Enum):
    """How a finding is meant; each tone has a colour and a word."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = "plain"
    UNSURE = "unsure"
    TOO_LITTLE = "too_little"

    @property
    def word(self) -> str:
        """Return the word that doubles its colour."""
        return _WORDS[self]


_WORDS = {
    Tone.GOOD: N_("good"), Tone.BAD: N_("bad"), Tone.PLAIN: N_("as it stands"), Tone.UNSURE: N_("not confirmed"),
    Tone.TOO_LITTLE: N_("too little data"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A headline without a full stop, and the sentences that bear it out. ``key``: the same for the same figure in
    every language and wave, so that an edited headline finds its place again."""

    tone: Tone
    lead: str
    rest: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a figure, as text where it is printed.

    ``half_width`` and ``wide`` in one unit: beyond ``wide`` the figure is called rough (None: never). ``change`` in
    points since ``period`` ("" for the period before), with ``p`` adjusted where several are told together;
    ``practical``: points below which it is called small (None: any is told). ``up_is``: what a rise means.
    """

    metric: str
    value: str
    span: str
    base: int
    half_width: float
    reach: str = ""
    wide: float | None = None
    change: Change | None = None
    p: float | None = None
    practical: float | None = None
    period: str = ""
    up_is: Tone = Tone.PLAIN


def said(record: Record, limits: Limits, words: Words, *, key: str = "") -> Finding:
    """Return the sentence of a figure by the first rule that fits."""
    n = words.count(record.base)
    if limits.of(record.base) is BaseSize.HIDDEN:
        lead = words("{metric}: too few answers for a conclusion", metric=record.metric)
        rest = words("Answers: n={n}; {more} more are needed.", n=n, more=words.count(limits.shown - record.base))
        return Finding(Tone.TOO_LITTLE, lead, rest, key)
    rest = words("95% CI {span}, n={n}.", span=record.span, n=n)
    if record.wide is not None and record.half_width > record.wide:
        lead = words("{metric} is roughly {value}", metric=record.metric, value=record.value)
        reach = words("The margin of error is large (±{reach}).", reach=record.reach)
        return Finding(Tone.UNSURE, lead, words.text(rest, reach), key)
    if record.change is None:
        return Finding(Tone.PLAIN, words("{metric} is {value}", metric=record.metric, value=record.value), rest, key)
    tone, sentence = change_said(record, words)
    lead = words("{metric} is {value}, {change}", metric=record.metric, value=record.value, change=sentence)
    delta = words(
        "Change: {points} points (95% CI {span}).",
        points=words.points(record.change.value),
        span=words.points_span(record.change.low, record.change.high),
    )
    return Finding(tone, lead, words.text(rest, delta), key)


def change_said(record: Record, words: Words) -> tuple[Tone, str]:
    """Return what may be said of a change in points, as the second half of a sentence."""
    change = record.change
    assert change is not None
    period = record.period or words("the period before")
    moved = movement_of(change, record.practical, record.p)
    if moved is Movement.UNSURE:
        return Tone.UNSURE, words("no change confirmed against {period}", period=period)
    if moved is Movement.UNCHANGED:
        return Tone.PLAIN, words("unchanged from {period}", period=period)
    points = words.points(abs(change.value)).lstrip("+")
    if record.practical is not None and abs(change.value) < record.practical:
        return Tone.PLAIN, words("statistically different from {period}, but only slightly", period=period)
    if change.value > 0:
        return record.up_is, words("significantly up on {period} by {points} points", period=period, points=points)
    turned = {Tone.GOOD: Tone.BAD, Tone.BAD: Tone.GOOD}.get(record.up_is, record.up_is)
    return turned, words("significantly down on {period} by {points} points", period=period, points=points)


def movement_of(change: Change, practical: float | None, p: float | None = None) -> Movement:
    """Return whether a change is proved (BETTER: up, WORSE: down), unchanged within ``practical``, or unsure."""
    if (change.p if p is None else p) <= SIGNIFICANT and change.value:
        return Movement.BETTER if change.value > 0 else Movement.WORSE
    limit = practical or 0.0
    return Movement.UNCHANGED if -limit < change.low and change.high < limit else Movement.UNSURE
