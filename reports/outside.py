"""Closed groups that were asked as a whole, and the figures of others: how they are said."""

from __future__ import annotations

from reports.charts_rows import HeatCell, HeatChart, HeatRow
from reports.data import (
    AccountRow,
    AnswerRow,
    ClosedFigures,
    JourneyFigures,
    QuestionFigures,
    ReferenceFigures,
    RepeatRow,
    Rows,
    ScoreKind,
    Theme,
    Unit,
)
from reports.grammar import Finding, Tone
from reports.missing import lack_said
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words

FULL_POINTS, FULL_LIFT = 20.0, 8.0
_SHORT = 7
"""Signs of a theme's name that fit into a cell."""


def closed_finding(told: ClosedFigures, limits: Limits, words: Words) -> Finding:
    """Say who of a closed group answered and its mean, without a percentage where the group is small."""
    n, size = words.count(told.answered), words.count(told.size)
    lead = words("{name}: {n} of {size} accounts answered", name=told.name, n=n, size=size)
    parts = []
    if not told.small and told.size:
        share = words.percent(min(1.0, told.answered / told.size), told.size)
        parts.append(words("Response rate {share}.", share=share))
    if told.too_many:
        parts.append(words("More accounts answered than the definitions name; correct the size of the group."))
    if isinstance(told.figure, Estimate):
        parts.append(
            words(
                "{score}: mean over accounts {value} ({span} for all {size}, finite population).", score=told.score,
                value=f"{told.figure.value:.1f}", span=words.span(f"{told.figure.low:.1f}", f"{told.figure.high:.1f}"),
                size=size,
            )
        )  # fmt: skip
    if told.counts is not None and told.figure is not None:
        good, middle, bad = (words.count(one) for one in told.counts)
        parts.append(words("Accounts at 9–10: {good}, 7–8: {middle}, 0–6: {bad}.", good=good, middle=middle, bad=bad))
    if told.small:
        parts.append(words("Fewer than {n} accounts: listed one by one, no percentages.", n=limits.shown))
    if told.unnamed:
        parts.append(words("{n} accounts never answered and are not named in the data.", n=words.count(told.unnamed)))
    return Finding(Tone.PLAIN, lead, words.text(*parts), f"closed:{told.name}")


def accounts_chart(told: ClosedFigures, words: Words) -> HeatChart | None:
    """Return a small closed group account by account; None where it is not listed. Each cell leads to its answers."""
    if not told.accounts:
        return None
    known = [one.score for one in told.accounts if one.score is not None]
    middle = sum(known) / len(known) if known else 0.0
    reach = max((abs(one - middle) for one in known), default=0.0) or 1.0
    rows = tuple(
        HeatRow(
            one.name, words.count(one.answers),
            (
                _score(one, middle, reach),
                _themes(one.bad, one.rows), _themes(one.good or one.said, one.rows),
            ),
        )
        for one in told.accounts
    )  # fmt: skip
    heads = ((told.score or words("score"), ""), (words("criticised most"), ""), (words("praised most"), ""))
    return HeatChart(rows, heads, (words("answers"), ""), good_is_high=True)


def _score(one: AccountRow, middle: float, reach: float) -> HeatCell:
    query = one.rows.to_json() if one.rows else None
    if not one.answers:
        return HeatCell("—", quiet=True)
    if one.score is None:
        return HeatCell("—", quiet=True, query=query)
    return HeatCell(f"{one.score:.1f}", (one.score - middle) / reach, query=query)


def _themes(told: tuple[Theme, ...], rows: Rows | None) -> HeatCell:
    if not told:
        return HeatCell("—", quiet=True)
    first = told[0]
    name = first.label if len(first.label) <= _SHORT else first.label[: _SHORT - 1] + "…"
    behind = first.rows or rows
    return HeatCell(name, query=behind.to_json() if behind else None)


def stands_out(question: QuestionFigures) -> list[tuple[str, AnswerRow]]:
    """Return the themes that stand out in a value of a column, with the column: surest first, each once a column."""
    found = [
        (one.column, row) for one in question.answers if not isinstance(one.rows, TooFew) for row in one.rows
        if row.association.points > 0
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair[1].association.q, -pair[1].association.points, pair[1].theme.code))


def stands_finding(question: QuestionFigures, words: Words) -> Finding | None:
    """Say the surest theme that stands out in a value of a column; None where none is proved."""
    found = stands_out(question)
    if not found:
        return None
    column, row = found[0]
    lead = words(
        "{label} stands out in {value}",
        label=words.quoted(row.theme.label),
        value=words.quoted(f"{column} {row.value}"),
    )
    rest = words(
        "{points} points more there than among the others (q {q} over the column, n={n}).",
        points=words.points(row.association.points).lstrip("+"), q=_q(row.association.q),
        n=words.count(row.association.n),
    )  # fmt: skip
    return Finding(Tone.PLAIN, lead, rest, f"question:{question.id}:stands-out")


def rises_lacking(question: QuestionFigures, words: Words) -> str:
    """Say what the search for sudden rises lacks and what there is instead; nothing where it was made."""
    lack = question.spikes
    if not isinstance(lack, TooFew):
        return ""
    if lack.lack is not Lack.PERIODS:
        return lack_said(lack, words)
    need = words(
        "A sudden rise is a week held against the eight before it: {have} weeks have answers, {more} more are needed.",
        have=words.count(lack.have), more=words.count(lack.more),
    )  # fmt: skip
    columns = [one.column for one in question.answers if not isinstance(one.rows, TooFew)]
    if not columns:
        return need
    found = stands_finding(question, words)
    held = words(
        "Until then each value of {columns} is held against all others over the same weeks: {finding}.",
        columns=words.listed(columns), finding=words("no theme stands out") if found is None else found.lead,
    )  # fmt: skip
    return words.text(need, held)


def stands_chart(question: QuestionFigures, words: Words, *, most: int = 8) -> HeatChart | None:
    """Return the themes that stand out, by column and value; None where none is proved."""
    rows = tuple(
        HeatRow(
            row.theme.label, "",
            (
                HeatCell(f"{column} {row.value}", query=row.rows.to_json() if row.rows else None),
                HeatCell(
                    words.points(row.association.points), row.association.points / FULL_POINTS, outlined=True,
                    query=row.rows.to_json() if row.rows else None,
                ),
            ),
        )
        for column, row in stands_out(question)[:most]
    )  # fmt: skip
    if not rows:
        return None
    return HeatChart(rows, ((words("stands out in"), ""), (words("points"), "")), ("", ""), head=16.0)


def pairs_chart(question: QuestionFigures, words: Words, *, most: int = 8) -> HeatChart | None:
    """Return the themes said together more often than by chance; None where none are."""
    if question.pairs is None or isinstance(question.pairs, TooFew) or not question.pairs:
        return None
    rows = tuple(
        HeatRow(
            words("{one} with {other}", one=row.one.label, other=row.other.label), words.count(row.pair.together),
            (
                HeatCell(f"{row.pair.lift:.1f}", min(1.0, row.pair.lift / FULL_LIFT), query=_query(row.rows)),
                HeatCell(words.span(f"{row.pair.low:.1f}", f"{row.pair.high:.1f}"), query=_query(row.rows)),
            ),
        )
        for row in question.pairs[:most]
    )  # fmt: skip
    return HeatChart(rows, ((words("times"), ""), (words("95% interval"), "")), (words.people, ""), head=16.0)


def _query(rows: Rows | None) -> str | None:
    return None if rows is None else rows.to_json()


def _q(value: float) -> str:
    return "< .001" if value < 0.001 else "= " + f"{value:.3f}".lstrip("0")


def reference_sentence(told: ReferenceFigures, kind: ScoreKind, words: Words) -> str:
    """Say a score's index against the figure of others, with that figure's base and date."""
    value = f"{told.value:.1f}%" if kind is ScoreKind.TOP_BOX else f"{told.value:.2f}"
    named = words(
        "{name} ({value}, n={n}, {dated})", name=told.name, value=value, n=words.count(told.size), dated=told.dated
    )
    if isinstance(told.index, TooFew):
        return words(
            "No index against {reference}: {have} answers, {need} are needed.", reference=named,
            have=words.count(told.index.have), need=words.count(told.index.need),
        )  # fmt: skip
    span = words.span(f"{told.index.low:.0f}", f"{told.index.high:.0f}")
    return words(
        "Index {value} (95% CI {span}) against {reference}.", value=f"{told.index.value:.0f}", span=span,
        reference=named,
    )  # fmt: skip


def what_n_counts(words: Words) -> str:
    """Say what n of a score counts."""
    if words.unit is Unit.PEOPLE:
        return words("n counts people, each once a wave with their last answer.")
    return words("n counts answers; of a named customer only the last in a wave.")


def mix_sentence(told: JourneyFigures, words: Words) -> str:
    """Say which mix of channels a journey is held to; nothing where there is one channel."""
    if not told.standard:
        return ""
    mix = words.listed([f"{name} {words.percent(share, 1)}" for name, share in told.mix])
    told_mix = words("At one channel mix: every touchpoint as if its voices came from {mix}, as counted.", mix=mix)
    fixed = told.standard_correction
    if fixed is not None and not fixed.as_counted:
        told_mix = words(
            "At one channel mix: every touchpoint as if its voices came from {mix}, corrected for the model's errors.",
            mix=mix,
        )  # fmt: skip
    parts = [told_mix]
    lacking = [one for one in told.standard if isinstance(one, TooFew)]
    if lacking:
        parts.append(
            words(
                "{n} touchpoints have fewer than {least} voices in one of these channels.",
                n=words.count(len(lacking)), least=words.count(lacking[0].need),
            )
        )  # fmt: skip
    return words.text(*parts)


def turned(told: JourneyFigures) -> tuple[str, ...]:
    """Return the touchpoints whose sign differs at one channel mix, both being proved."""
    found = []
    for stop, other in zip(told.stops, told.standard, strict=False):
        mine = stop.estimate
        if isinstance(mine, Estimate) and isinstance(other, Estimate):
            opposite = (mine.low > 0 and other.high < 0) or (mine.high < 0 and other.low > 0)
            found += [stop.touchpoint] if opposite else []
    return tuple(found)


def repeated_sentence(told: tuple[RepeatRow, ...], words: Words) -> str:
    """Say which rises are customers repeating themselves; nothing where there are none."""
    if not told:
        return ""
    parts = [
        words(
            "{theme} in {place}: {answers} answers of {customers} customers, {most} of one", theme=row.theme.label,
            place=f"{row.column} {row.value}" if row.column else words("all answers"),
            answers=words.count(row.answers), customers=words.count(row.customers), most=words.count(row.most),
        )
        for row in told
    ]  # fmt: skip
    return words("No sudden rise, but customers who repeat themselves: {parts}.", parts=words.series(parts))
