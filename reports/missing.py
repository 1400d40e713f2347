"""What a figure lacks, in words: how much there is, how much it needs, how much more that is."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.messages import N_
from reports.data import CodingFigures, NeedFigures
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
    Lack.KINDS: N_("different values of a score"),
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


def undecided_sentence(codings: Sequence[CodingFigures], words: Words) -> str:
    """Say how many answers and codes wait for a decision because coders differ; nothing where none do."""
    answers = sum(one.contested for one in codings)
    if not answers:
        return ""
    return words(
        "Waiting for a decision: {codes} codes of {answers} answers, on which coders differ. What they differ on "
        "counts in no figure until then.",
        answers=words.count(answers), codes=words.count(sum(one.contested_codes for one in codings)),
    )  # fmt: skip


def together_sentence(told: NeedFigures, words: Words) -> str:
    """Say which questions the layers of need are counted over together; nothing where it is one."""
    if not told.together:
        return ""
    return words("What the same people said to {questions} is counted together.", questions=words.listed(told.together))


def rare_sentence(told: NeedFigures, words: Words) -> str:
    """Say what the theme nearest to a layer of need lacks; nothing where a theme has one, or none is left out."""
    if told.needs or not told.left_out:
        return ""
    nearest = max(told.left_out, key=lambda one: one.why.have)
    return words.text(
        words(
            "A layer needs {need} {people} who mention a theme as bad, and as many as good; of the nearest, {theme}, "
            "there are {have} on the rarer side.",
            need=words.count(nearest.why.need), people=words.people, theme=words.quoted(nearest.theme.label),
            have=words.count(nearest.why.have),
        ),
        together_sentence(told, words),
    )  # fmt: skip
