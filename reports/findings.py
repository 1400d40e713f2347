"""Figures become sentences by a fixed grammar; without a language model, the same in every language.

A sentence says no more than its interval allows, names its base, and claims no cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reports import measures
from reports.data import Direction, QuestionFigures, ReportData, Role, ScoreFigures, ThemeFigures
from reports.statistics.csat import interval_difference
from reports.statistics.multiplicity import holm
from reports.statistics.nps import Change
from reports.statistics.shares import BaseSize, Source
from reports.wording import Words

WIDE_SHARE = 0.05
SMALL_SHARE_CHANGE = 0.01
SIGNIFICANT = 0.05


class Tone(Enum):
    """How a finding is meant; each tone has a colour and a word."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = "plain"
    UNSURE = "unsure"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True)
class Finding:
    """A headline without a full stop, and the sentences that bear it out."""

    tone: Tone
    lead: str
    rest: str = ""


def codes(question: QuestionFigures) -> list[ThemeFigures]:
    """Return the themes that are codes, most mentioned first."""
    return _sorted(theme for theme in question.themes if not theme.is_net and theme.role is Role.THEME)


def nets(question: QuestionFigures) -> list[ThemeFigures]:
    """Return the nets of the highest level, most mentioned first."""
    return _sorted(
        theme for theme in question.themes if theme.is_net and theme.net is None and theme.role is Role.THEME
    )


def specials(question: QuestionFigures) -> list[ThemeFigures]:
    """Return the codes that are no themes: other, none, don't know and the like."""
    return _sorted(theme for theme in question.themes if not theme.is_net and theme.role is not Role.THEME)


def distinct_label(theme: ThemeFigures, themes: Sequence[ThemeFigures]) -> str:
    """Return the label, with the net before it where several themes are called so (Camera/General)."""
    if sum(one.label == theme.label for one in themes) < 2:
        return theme.label
    above = next((one.label for one in themes if one.code == theme.net), "")
    return f"{above}/{theme.label}" if above else theme.label


def _sorted(themes: object) -> list[ThemeFigures]:
    listed: list[ThemeFigures] = list(themes)  # type: ignore[call-overload]
    return sorted(listed, key=lambda theme: (-theme.share.value, theme.number, theme.label))


def change_words(change: Change, practical: float, words: Words) -> tuple[Tone, str]:
    """Return what may be said of a change in points, as the second half of a sentence."""
    if change.p <= SIGNIFICANT:
        if abs(change.value) < practical:
            return Tone.PLAIN, words("statistically different from the period before, but only slightly")
        if change.value > 0:
            return Tone.GOOD, words("significantly up on the period before")
        return Tone.BAD, words("significantly down on the period before")
    if -practical < change.low and change.high < practical:
        return Tone.PLAIN, words("unchanged from the period before")
    return Tone.UNSURE, words("no change confirmed against the period before")


def score_finding(score: ScoreFigures, data: ReportData, words: Words) -> Finding:
    """Say a score with interval and base, and its change where there is a period before."""
    title = measures.name(score, words)
    found = measures.measure(score)
    n = found.base if found else 0
    if found is None or data.limits.of(n) is BaseSize.HIDDEN:
        lead = words("{metric}: too few answers for a conclusion", metric=title)
        return Finding(Tone.TOO_LITTLE, lead, words("Answers: n={n}.", n=words.count(n)))
    rest = words("95% CI {span}, n={n}.", span=found.span(words), n=words.count(n))
    wide = measures.WIDE.get(score.kind)
    if wide is not None and found.estimate.half_width > wide:
        lead = words("{metric} is roughly {value}", metric=title, value=found.value(words))
        return Finding(Tone.UNSURE, lead, words.text(rest, words("The margin of error is large.")))
    moved = measures.change(score)
    if moved is None:
        return Finding(Tone.PLAIN, words("{metric} is {value}", metric=title, value=found.value(words)), rest)
    tone, sentence = change_words(moved, measures.PRACTICAL[score.kind], words)
    lead = words("{metric} is {value}, {change}", metric=title, value=found.value(words), change=sentence)
    delta = words(
        "Change: {points} points (95% CI {span}).",
        points=words.points(moved.value),
        span=words.points_span(moved.low, moved.high),
    )
    return Finding(tone, lead, words.text(rest, delta))


def theme_findings(question: QuestionFigures, data: ReportData, words: Words) -> list[Finding]:
    """Say the themes with most negative and most positive mentions, or just the most mentioned one.

    A question for dislikes gives only the negative one, a question for likes only the positive one.
    """
    themes = codes(question) or nets(question)
    if not themes or data.limits.of(question.base) is BaseSize.HIDDEN:
        return []
    with_sentiment = [theme for theme in themes if theme.sentiments and theme.sentiments.total]
    if not with_sentiment:
        lead = words("Most mentioned: {label}", label=words.quoted(themes[0].label))
        return [Finding(Tone.PLAIN, lead, _mentioned(themes[0], words))]
    found = []
    worst = max(with_sentiment, key=lambda t: t.sentiments.negative if t.sentiments else 0)
    if worst.sentiments and worst.sentiments.negative and question.direction is not Direction.LIKES:
        lead = words("Most negative mentions: {label}", label=words.quoted(worst.label))
        part = words(
            "{part} of its mentions are negative (n={n} mentions).",
            **_part(worst.sentiments.negative, worst.sentiments.total, words),
        )
        found.append(Finding(Tone.BAD, lead, words.text(_mentioned(worst, words), part)))
    best = max(with_sentiment, key=lambda t: t.sentiments.positive if t.sentiments else 0)
    if best.sentiments and best.sentiments.positive and question.direction is not Direction.DISLIKES:
        lead = words("Most positive mentions: {label}", label=words.quoted(best.label))
        part = words(
            "{part} of its mentions are positive (n={n} mentions).",
            **_part(best.sentiments.positive, best.sentiments.total, words),
        )
        found.append(Finding(Tone.GOOD, lead, words.text(_mentioned(best, words), part)))
    return found


def _mentioned(theme: ThemeFigures, words: Words) -> str:
    return words(
        "Mentioned by {count} {people}: {share}.",
        count=words.count(theme.share.count),
        people=words.people,
        share=words.share_in_full(theme.share),
    )


def _part(part: int, total: int, words: Words) -> dict[str, str]:
    return {"part": words.percent(part / total, total), "n": words.count(total)}


def unsure_findings(data: ReportData, words: Words) -> list[Finding]:
    """Say what this report cannot confirm: open answers, uncorrected machine codes, rough shares, small bases."""
    found = []
    uncoded = sum(question.coding.open for question in data.questions)
    if uncoded and data.verbatims:
        lead = words(
            "Not coded yet: {open} of {total} answers", open=words.count(uncoded), total=words.count(data.verbatims)
        )
        rest = (
            words("All shares rest on the coded answers only.")
            if data.model is None
            else words("The model read them and accepted no code; they stay in the base, so shares are rather too low.")
        )
        found.append(Finding(Tone.UNSURE, lead, rest))
    if any(theme.share.source is Source.MACHINE for question in data.questions for theme in question.themes):
        lead = words("Shares include codes of the model, counted as they are")
        rest = words("They are not corrected: the intervals hold sampling error only, not the model's errors.")
        found.append(Finding(Tone.UNSURE, lead, rest))
    rough = sum(
        1 for q in data.questions for t in codes(q) if q.base and t.share.half_width > WIDE_SHARE and t.share.count
    )
    if rough:
        lead = words("Themes with rough figures: {count}", count=rough)
        rest = words("Their intervals are wider than ±5 points; their order is not confirmed.")
        found.append(Finding(Tone.UNSURE, lead, rest))
    small = small_segments(data)
    if small:
        names = words.listed(small[:4])
        if len(small) > 4:
            names = words("{names} and more", names=names)
        lead = words("Segments with too little data: {count}", count=len(small))
        rest = words("Their base is under {n}, so they show no percentages: {names}.", n=data.limits.shown, names=names)
        found.append(Finding(Tone.TOO_LITTLE, lead, rest))
    return found


def small_segments(data: ReportData) -> list[str]:
    """Return the segments whose base is too small for a figure, each once."""
    names = {
        column.value
        for question in data.questions
        for table in question.segments
        for column in table.columns
        if data.limits.of(column.base) is BaseSize.HIDDEN
    }
    for score in data.scores:
        for segments in score.segments:
            for part in segments.parts:
                if sum(count for _, count in part.distribution) < data.limits.shown:
                    names.add(part.label)
    return sorted(names)


def theme_changes(themes: Sequence[ThemeFigures]) -> dict[int, tuple[Change, float]]:
    """Return each theme's change in points with its p-value adjusted by Holm over all themes given."""
    moved = {
        theme.code: interval_difference(theme.previous, theme.share)
        for theme in themes
        if theme.previous and theme.previous.base and theme.share.base
    }
    adjusted = holm([change.p for change in moved.values()])
    return {
        code: (Change(100 * change.value, 100 * change.low, 100 * change.high, change.p), q)
        for (code, change), q in zip(moved.items(), adjusted, strict=True)
    }


def change_mark(theme: ThemeFigures, changes: dict[int, tuple[Change, float]]) -> str:
    """Return ▲ or ▼ for a confirmed change of at least one point or a fifth of the former share, else nothing."""
    if theme.code not in changes or theme.previous is None:
        return ""
    change, q = changes[theme.code]
    practical = 100 * min(SMALL_SHARE_CHANGE, 0.2 * theme.previous.value or SMALL_SHARE_CHANGE)
    if q > SIGNIFICANT or abs(change.value) < practical:
        return ""
    return "▲" if change.value > 0 else "▼"


def summary(data: ReportData, words: Words) -> list[Finding]:
    """Return the cards of the management summary: scores, themes, and always what is not confirmed."""
    if not any(question.coding.coded for question in data.questions):
        open_ones = Finding(
            Tone.TOO_LITTLE,
            words("No answer is coded yet"),
            words("This report therefore has no theme shares; it describes the data and the scores only."),
        )
        return [*(score_finding(score, data, words) for score in data.scores), open_ones]
    found = [score_finding(score, data, words) for score in data.scores[:3]]
    for question in data.questions[:3]:
        for item in theme_findings(question, data, words):
            named = words("{question}: {finding}", question=question.name, finding=item.lead)
            found.append(replace(item, lead=named) if len(data.questions) > 1 else item)
    unsure = unsure_findings(data, words)
    if not unsure:
        unsure = [
            Finding(
                Tone.UNSURE,
                words("The order of neighbouring themes is not confirmed"),
                words("Where intervals overlap, a difference may be chance."),
            )
        ]
    return [*found, *unsure]
