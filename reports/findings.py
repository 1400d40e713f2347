"""Figures become sentences by a fixed grammar; without a language model, the same in every language.

A sentence says no more than its interval allows, names its base, and claims no cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import measures
from reports.data import (
    Direction,
    DriverFigures,
    QuestionFigures,
    ReportData,
    Role,
    ScoreFigures,
    ScoreKind,
    SpikeFigures,
    ThemeChange,
    ThemeFigures,
)
from reports.grammar import SIGNIFICANT, Finding, Record, Tone, said
from reports.outside import closed_finding, reference_sentence, stands_finding
from reports.statistics.limits import BaseSize
from reports.statistics.nps import Change, Estimate
from reports.statistics.shares import Source
from reports.wording import Words

__all__ = ["Finding", "Tone"]

WIDE_SHARE = 0.05


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


def score_finding(score: ScoreFigures, data: ReportData, words: Words) -> Finding:
    """Say a score with interval and base, and its change where there is a period before."""
    found = measures.measure(score)
    key = f"score:{score.name}"
    if found is None:
        return said(Record(measures.name(score, words), "", "", 0, 0.0), data.limits, words, key=key)
    moved = measures.change(score)
    record = Record(
        measures.name(score, words), found.value(words), found.span(words), found.base, found.estimate.half_width,
        words.points(found.estimate.half_width).lstrip("+"), measures.WIDE.get(score.kind), moved,
        practical=measures.practical(score), period=score.change.period if score.change else "",
        up_is=Tone.GOOD if score.good_is_high or score.kind is not ScoreKind.MEAN else Tone.BAD,
    )  # fmt: skip
    finding = said(record, data.limits, words, key=key)
    against = [reference_sentence(one, score.kind, words) for one in score.references]
    return replace(finding, rest=words.text(finding.rest, *against)) if against else finding


def change_findings(question: QuestionFigures, data: ReportData, words: Words, *, most: int = 3) -> list[Finding]:
    """Say the themes whose share has changed, the largest changes first: proved over all themes, and not small.

    A rise is bad under a question for dislikes and of a theme spoken badly of, good the other way round.
    """
    told = [
        (one, one.change)
        for one in codes(question)
        if one.change is not None
        and one.change.q <= SIGNIFICANT
        and abs(one.change.change.value) >= one.change.practical
    ]
    told.sort(key=lambda pair: (-abs(pair[1].change.value), pair[0].code))
    found = []
    for theme, change in told[:most]:
        record = Record(
            words("The share who mention {label}", label=words.quoted(distinct_label(theme, question.themes))),
            words.percent(theme.share.value, theme.share.base), words.share_span(theme.share), theme.share.base,
            theme.share.half_width, words.percent(theme.share.half_width, theme.share.base), WIDE_SHARE, change.change,
            change.q, change.practical, change.period, _rise(theme, question),
        )  # fmt: skip
        finding = said(record, data.limits, words, key=f"theme:{theme.code}:change")
        same = words("Told from the {n} who answered both times.", n=words.count(change.pairs)) if change.pairs else ""
        found.append(replace(finding, rest=words.text(finding.rest, same, *_other_model(change, words))))
    return found


def _other_model(change: ThemeChange, words: Words) -> list[str]:
    """Say what a change of frame or model makes of a change, or that nobody knows."""
    if not change.other_model:
        if change.parts is None:
            return []
        return [
            words(
                "Codes were merged or moved since {period}: that alone accounts for {frame} points, which are not "
                "counted here.",
                period=change.period, frame=words.points(change.parts.frame.value),
            )
        ]  # fmt: skip
    if change.parts is None:
        return [words("{period} was coded by another model; part of this may be the model.", period=change.period)]
    return [
        words(
            "{period} was coded by another model: the frame accounts for {frame}, the model for {model} points more, "
            "which are not counted here.",
            period=change.period, frame=words.points(change.parts.frame.value),
            model=words.points(change.parts.model.value),
        )
    ]  # fmt: skip


def _rise(theme: ThemeFigures, question: QuestionFigures) -> Tone:
    if question.direction is not Direction.NEUTRAL:
        return Tone.GOOD if question.direction is Direction.LIKES else Tone.BAD
    net = theme.net_sentiment
    if isinstance(net, Estimate) and (net.low > 0 or net.high < 0):
        return Tone.GOOD if net.low > 0 else Tone.BAD
    return Tone.PLAIN


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
        return [Finding(Tone.PLAIN, lead, _mentioned(themes[0], words), f"question:{question.id}:most-mentioned")]
    found = []
    worst = max(with_sentiment, key=lambda t: t.sentiments.negative if t.sentiments else 0)
    if worst.sentiments and worst.sentiments.negative and question.direction is not Direction.LIKES:
        lead = words("Most negative mentions: {label}", label=words.quoted(worst.label))
        part = words(
            "{part} of its mentions are negative (n={n} mentions).",
            **_part(worst.sentiments.negative, worst.sentiments.total, words),
        )
        found.append(_pole(Tone.BAD, lead, words.text(_mentioned(worst, words), part), question))
    best = max(with_sentiment, key=lambda t: t.sentiments.positive if t.sentiments else 0)
    if best.sentiments and best.sentiments.positive and question.direction is not Direction.DISLIKES:
        lead = words("Most positive mentions: {label}", label=words.quoted(best.label))
        part = words(
            "{part} of its mentions are positive (n={n} mentions).",
            **_part(best.sentiments.positive, best.sentiments.total, words),
        )
        found.append(_pole(Tone.GOOD, lead, words.text(_mentioned(best, words), part), question))
    return found


def _pole(tone: Tone, lead: str, rest: str, question: QuestionFigures) -> Finding:
    return Finding(tone, lead, rest, f"question:{question.id}:most-{'negative' if tone is Tone.BAD else 'positive'}")


def _mentioned(theme: ThemeFigures, words: Words) -> str:
    if theme.share.source is Source.CORRECTED:
        return words(
            "Counted for {count} {people}; corrected for the model's errors {share}.",
            count=words.count(theme.share.count),
            people=words.people,
            share=words.share_in_full(theme.share),
        )
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
        found.append(Finding(Tone.UNSURE, lead, rest, "not-coded-yet"))
    if any(theme.share.source is Source.MACHINE for question in data.questions for theme in question.themes):
        lead = words("Shares include codes of the model, counted as they are")
        rest = words("They are not corrected: the intervals hold sampling error only, not the model's errors.")
        found.append(Finding(Tone.UNSURE, lead, rest, "not-corrected"))
    found += _frame_findings(data, words)
    retired = [
        distinct_label(one, question.themes) for question in data.questions for one in codes(question)
        if one.retired and one.provenance is not None and one.provenance.machine
    ]  # fmt: skip
    if retired:
        names = words.listed([words.quoted(name) for name in dict.fromkeys(retired)])
        lead = words("The model still gives retired codes: {names}", names=names)
        rest = words("It knows the frame of before; train it and code again.")
        found.append(Finding(Tone.UNSURE, lead, rest, "retired-codes"))
    rough = sum(
        1 for q in data.questions for t in codes(q) if q.base and t.share.half_width > WIDE_SHARE and t.share.count
    )
    if rough:
        lead = words("Themes with rough figures: {count}", count=rough)
        rest = words("Their intervals are wider than ±5 points; their order is not confirmed.")
        found.append(Finding(Tone.UNSURE, lead, rest, "rough"))
    small = small_segments(data)
    if small:
        names = words.listed(small[:4])
        if len(small) > 4:
            names = words("{names} and more", names=names)
        lead = words("Segments with too little data: {count}", count=len(small))
        rest = words("Their base is under {n}, so they show no percentages: {names}.", n=data.limits.shown, names=names)
        found.append(Finding(Tone.TOO_LITTLE, lead, rest, "small-segments"))
    return found


def _frame_findings(data: ReportData, words: Words) -> list[Finding]:
    """Say which themes cannot be compared, because the earlier period was read before their code was there."""
    told = [
        (distinct_label(one, question.themes), one.change.period)
        for question in data.questions
        for one in codes(question)
        if one.change is not None and not one.change.comparable
    ]
    if not told:
        return []
    names = words.listed([words.quoted(name) for name, _ in told[:4]])
    if len(told) > 4:
        names = words("{names} and more", names=names)
    lead = words("Not comparable with {period}: {names}", period=told[0][1], names=names)
    rest = words(
        "Answers of that period were read before these codes existed or meant what they mean now: a change would be "
        "one of the code frame. Have them read again to compare."
    )
    return [Finding(Tone.UNSURE, lead, rest, "frame-changed")]


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
    """Return each theme's change in points with its p-value adjusted by Holm over all themes of its question."""
    return {theme.code: (theme.change.change, theme.change.q) for theme in themes if theme.change is not None}


def change_mark(theme: ThemeFigures, changes: dict[int, tuple[Change, float]]) -> str:
    """Return ▲ or ▼ for a confirmed change that is not small, else nothing."""
    if theme.code not in changes or theme.change is None:
        return ""
    change, q = changes[theme.code]
    if q > SIGNIFICANT or abs(change.value) < theme.change.practical:
        return ""
    return "▲" if change.value > 0 else "▼"


def summary(data: ReportData, words: Words) -> list[Finding]:
    """Return the cards of the management summary: scores, themes, what stands out, and always what is not confirmed."""
    if not any(question.coding.coded for question in data.questions):
        open_ones = Finding(
            Tone.TOO_LITTLE,
            words("No answer is coded yet"),
            words("This report therefore has no theme shares; it describes the data and the scores only."),
            "not-coded",
        )
        return [*(score_finding(score, data, words) for score in data.scores), open_ones]
    found = [score_finding(score, data, words) for score in data.scores[:3]]
    for question in data.questions[:3]:
        listed = [*theme_findings(question, data, words), *change_findings(question, data, words)]
        for item in [*listed, *standing_out(question, words)]:
            named = words("{question}: {finding}", question=question.name, finding=item.lead)
            found.append(replace(item, lead=named) if len(data.questions) > 1 else item)
    found += [closed_finding(one, data.limits, words) for one in data.closed]
    unsure = unsure_findings(data, words)
    if not unsure:
        unsure = [
            Finding(
                Tone.UNSURE,
                words("The order of neighbouring themes is not confirmed"),
                words("Where intervals overlap, a difference may be chance."),
                "order",
            )
        ]
    return [*found, *unsure]


def standing_out(question: QuestionFigures, words: Words) -> list[Finding]:
    """Say the surest sudden rise, what to do first, and the strongest pain and delight, where they are proved."""
    found = []
    if isinstance(question.spikes, SpikeFigures) and question.spikes.rows:
        row = question.spikes.rows[0]
        place = f"{row.column} {row.value}" if row.column else words("all answers")
        lead = words("Sudden rise: {label} in {place}", label=words.quoted(row.theme.label), place=place)
        rest = words(
            "{seen} {people} in a week where {expected} were to be expected ({lift} times); {first} to {last}.",
            seen=words.count(row.seen), people=words.people, expected=f"{row.expected:.1f}", lift=f"{row.lift:.1f}",
            first=f"{row.first:%Y-%m-%d}", last=f"{row.last:%Y-%m-%d}",
        )  # fmt: skip
        found.append(Finding(Tone.BAD if _is_bad(row.theme.code, question) else Tone.PLAIN, lead, rest,
                             f"question:{question.id}:spike"))  # fmt: skip
    stands = stands_finding(question, words)
    found += [] if stands is None else [stands]
    if isinstance(question.drivers, DriverFigures) and question.drivers.by_priority:
        first = question.drivers.by_priority[0]
        lead = words("To be looked at first: {label}", label=words.quoted(first.theme.label))
        rest = words(
            "Its mentions go with {effect} points of {score} (95% CI {span}, n={n}, {window}); what goes together is "
            "no cause.",
            effect=words.points(first.effect.value), score=question.drivers.score,
            span=words.points_span(first.effect.low, first.effect.high), n=words.count(question.drivers.n),
            window=words.window(question.drivers.periods) or words("all answers"),
        )  # fmt: skip
        found.append(Finding(Tone.BAD, lead, rest, f"question:{question.id}:priority"))
    return found


def _is_bad(code: int, question: QuestionFigures) -> bool:
    theme = next((one for one in question.themes if one.code == code), None)
    return theme is not None and _rise(theme, question) is Tone.BAD
