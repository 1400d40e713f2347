"""From figures to charts: reasons, changes and brands; printed and shown alike. Each mark carries its rows."""

from __future__ import annotations

from collections.abc import Sequence

from reports import findings
from reports.charts_chips import Chip, ChipRow, ChipsChart
from reports.charts_moves import Move, MovesChart
from reports.charts_rows import HeatCell, HeatChart, HeatRow
from reports.charts_spans import EffectRow, EffectsChart
from reports.data import (
    DriverFigures,
    DriverRow,
    EmergingFigures,
    FunnelFigures,
    ImageFigures,
    MoveRow,
    QuestionFigures,
    Rows,
    ThemeFigures,
)
from reports.specs import name_of, query_of
from reports.statistics.limits import TooFew
from reports.statistics.nps import Change, Estimate
from reports.wording import Words

MOST_DRIVERS, MOST_SCENARIOS, MOST_CHANGES, MOST_CANDIDATES = 15, 10, 12, 10
FULL_IMAGE, FULL_CHANGE, SURE = 15.0, 8.0, 0.05
STRONG_Z = 12.0


def priorities(drivers: DriverFigures, words: Words, *, most: int = MOST_DRIVERS) -> EffectsChart:
    """Return effect, reach, importance and place by priority of each theme, the most pressing first."""
    rank = {row.theme: place for place, row in enumerate(drivers.by_priority, 1)}
    ordered = sorted(drivers.rows, key=lambda row: (rank.get(row.theme, 10_000), -row.weight.value))
    rows = tuple(
        EffectRow(
            name_of(row.theme, words) + (" †" if row.doubtful else ""), row.effect.value, row.effect.low,
            row.effect.high,
            (
                words.points(row.effect.value), words.percent(row.reach, drivers.people), _weight(row, words),
                f"{rank[row.theme]}." if row.theme in rank else "—",
            ),
            row.sure, query_of(row.theme.rows),
        )
        for row in ordered[:most]
    )  # fmt: skip
    heads = (words("effect"), words("reach"), words("importance"), words("priority"))
    return EffectsChart(rows, heads, (40.0, 38.0, 70.0, 36.0))


def _weight(row: DriverRow, words: Words) -> str:
    weight = row.weight
    span = words.span(f"{100 * weight.low:.0f}", f"{100 * weight.high:.0f}")
    return f"{100 * weight.value:.0f}% ({span})"


def scenarios(drivers: DriverFigures, words: Words, *, most: int = MOST_SCENARIOS) -> EffectsChart | None:
    """Return what halving the mentions of a theme would go with; None where nothing can be told."""
    told = [
        (row, row.what_if) for row in drivers.rows if isinstance(row.what_if, Estimate) and row.effect.value < 0
    ]  # fmt: skip
    told.sort(key=lambda one: -one[1].value)
    rows = tuple(
        EffectRow(
            name_of(row.theme, words), gain.value, gain.low, gain.high,
            (words.points(gain.value), words.points_span(gain.low, gain.high)), gain.low > 0 or gain.high < 0,
            query_of(row.theme.rows),
        )
        for row, gain in told[:most]
    )  # fmt: skip
    return EffectsChart(rows, (words("points"), words("95% interval")), (44.0, 84.0)) if rows else None


def moves(told: Sequence[MoveRow], words: Words) -> MovesChart:
    """Return the needs of two years."""
    return MovesChart(
        tuple(
            Move(
                one.theme.label, (one.before.reward.value, one.before.penalty.value),
                (one.after.reward.value, one.after.penalty.value), one.moved, query_of(one.theme.rows),
            )
            for one in told
        ),
        (words("gains →"), words("↑ costs")),
    )  # fmt: skip


def key_words(question: QuestionFigures, words: Words) -> ChipsChart | None:
    """Return the words that tell each theme's answers from the others, with the answers that use them."""
    rows = []
    for one in question.words:
        if isinstance(one.words, TooFew):
            few = words("too few answers: {have} of {need}", have=one.words.have, need=one.words.need)
            rows.append(ChipRow(one.theme.label, (), few, query_of(one.theme.rows)))
            continue
        behind: Sequence[Rows | None] = one.behind or [None] * len(one.words)
        chips = tuple(
            Chip(word.word, words.count(word.inside), word.z / STRONG_Z, query_of(rows_))
            for word, rows_ in zip(one.words, behind, strict=True)
        )
        rows.append(ChipRow(one.theme.label, chips, words("no word stands out"), query_of(one.theme.rows)))
    return ChipsChart(tuple(rows)) if rows else None


def candidates(found: EmergingFigures, words: Words, *, most: int = MOST_CANDIDATES) -> HeatChart | None:
    """Return the groups of answers that may be new themes: answers, and how often they came back."""
    rows = tuple(
        HeatRow(
            words.listed(one.words[:4]), "",
            (
                HeatCell(words.count(one.answers), query=query_of(one.rows)),
                HeatCell(f"{one.stability:.2f}", query=query_of(one.rows)),
            ),
        )
        for one in found.candidates[:most]
    )  # fmt: skip
    return HeatChart(rows, ((words("answers"), ""), (words("comes back"), "")), ("", ""), head=16.0) if rows else None


def changes(question: QuestionFigures, words: Words, *, most: int = MOST_CHANGES) -> HeatChart | None:
    """Return the changes of themes taken apart: what people said, what the frame and the model make of it.

    Themes whose share as published differs from what it counts as today come first, then proved changes by size.
    """
    told = [(one, one.change) for one in findings.codes(question) if one.change is not None]
    if not told:
        return None
    told.sort(key=lambda pair: (pair[1].parts is None, pair[1].q > SURE, -abs(pair[1].change.value), pair[0].code))
    rows = tuple(_change_row(theme, question, words) for theme, _change in told[:most])
    heads = ((words("in all"), ""), (words("real"), ""), (words("frame"), ""), (words("model"), ""))
    return HeatChart(rows, heads, (told[0][1].period, words.base(told[0][1].before.base)))


def _change_row(theme: ThemeFigures, question: QuestionFigures, words: Words) -> HeatRow:
    change = theme.change
    assert change is not None
    query = theme.query
    label = findings.distinct_label(theme, question.themes)
    if not change.comparable:
        cells = tuple(HeatCell(words("n/a"), quiet=True, query=query) for _ in range(3))
        return HeatRow(
            label, words.percent(change.before.value, change.before.base),
            (*cells[:2], HeatCell(words("changed"), quiet=True, query=query), cells[2]),
        )  # fmt: skip
    real, parts = change.change, change.parts
    issued = 100 * change.before.value if parts is None else parts.issued
    frame = None if parts is None else parts.frame
    model = None if parts is None else parts.model
    whole = real.value + (0.0 if frame is None else frame.value) + (0.0 if model is None else model.value)
    unknown = "?" if change.other_model and parts is None else "—"
    return HeatRow(
        label, words.percent(issued / 100, change.before.base),
        (
            HeatCell(words.points(whole), query=query),
            HeatCell(
                words.points(real.value), real.value / FULL_CHANGE, outlined=change.q <= SURE, query=query
            ),
            _part(frame, "—", query, words), _part(model, unknown, query, words),
        ),
    )  # fmt: skip


def _part(part: Change | None, without: str, query: str | None, words: Words) -> HeatCell:
    if part is None or not part.value:
        return HeatCell(without, quiet=True, query=query)
    return HeatCell(words.points(part.value), part.value / FULL_CHANGE, query=query)


def funnel(funnels: Sequence[FunnelFigures], words: Words) -> HeatChart | None:
    """Return the brands by the stages of the first one: share of all asked, and of those on the stage before."""
    known = [one for one in funnels if not isinstance(one.steps, TooFew)]
    if not known:
        return None
    stages = tuple(dict.fromkeys(stage for one in known for stage in one.stages))
    rows = tuple(HeatRow(one.brand, "", tuple(_step(one, stage, words) for stage in stages)) for one in known)
    heads = tuple((stage, words("→ of the stage before") if at == 1 else "") for at, stage in enumerate(stages))
    return HeatChart(rows, heads, ("", ""))


def _step(one: FunnelFigures, stage: str, words: Words) -> HeatCell:
    if stage not in one.stages or isinstance(one.steps, TooFew):
        return HeatCell("—", quiet=True)
    at = one.stages.index(stage)
    step = one.steps[at]
    kept = step.conversion
    text = words.percent(step.share.value, step.share.base)
    if isinstance(kept, Estimate):
        text += f" →{100 * kept.value:.0f}%"
    return HeatCell(text, step.share.value, query=query_of(one.rows[at]) if one.rows else None)


def image(told: ImageFigures, words: Words) -> HeatChart | None:
    """Return what stands out for which brand: points off what brand and attribute lead to expect."""
    if isinstance(told.cells, TooFew):
        return None
    behind: Sequence[Rows | None] = told.rows or [None] * len(told.cells)
    found = {(cell.attribute, cell.brand): (cell, rows) for cell, rows in zip(told.cells, behind, strict=True)}
    brands = [at for at in range(len(told.brands)) if any(brand == at for _, brand in found)]
    rows = []
    for place, attribute in enumerate(told.attributes):
        cells = []
        for brand in brands:
            if (place, brand) not in found:
                cells.append(HeatCell("—", quiet=True))
                continue
            cell, behind_it = found[place, brand]
            cells.append(
                HeatCell(
                    words.points(cell.deviation.value, 0), cell.deviation.value / FULL_IMAGE,
                    outlined=cell.q <= SURE, query=query_of(behind_it),
                )
            )  # fmt: skip
        rows.append(HeatRow(attribute, "", tuple(cells)))
    bases = {cell.brand: cell.share.base for cell in told.cells}
    heads = tuple((told.brands[at], words.base(bases[at])) for at in brands)
    return HeatChart(tuple(rows), heads, ("", ""), good_is_high=True)
