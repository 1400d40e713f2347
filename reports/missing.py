"""What a figure lacks, in words: how much there is, how much it needs, how much more that is."""

from __future__ import annotations

from annotate.messages import N_
from reports.statistics.limits import Lack, TooFew
from reports.wording import Words

THINGS = {
    Lack.ANSWERS: N_("people with an answer"),
    Lack.PAIRS: N_("people who answered both times"),
    Lack.MENTIONS: N_("mentions"),
    Lack.PERIODS: N_("periods"),
    Lack.AUDITED: N_("answers of the random sample read"),
    Lack.BENCHMARK: N_("answers behind the benchmark"),
    Lack.CLUSTERS: N_("customers"),
    Lack.WORDS: N_("answers with the word"),
    Lack.NEGATIVE: N_("people who mention it as bad"),
    Lack.POSITIVE: N_("people who mention it as good"),
    Lack.KINDS: N_("different scores"),
    Lack.THEMES: N_("themes that enough people mention"),
    Lack.CHANNELS: N_("people in a channel of the fixed mix"),
    Lack.OTHER: N_("answers under “other”"),
    Lack.DOUBLE: N_("answers coded by two people"),
}


def lack_said(told: TooFew, words: Words) -> str:
    """Say what is missing for one figure, and how many more it takes."""
    return words(
        "Too little data: {have} of {need} {things}; {more} more are needed.", have=words.count(told.have),
        need=words.count(told.need), things=words(THINGS[told.lack]), more=words.count(told.more),
    )  # fmt: skip
