"""Sheets of what stands beside the themes: brand, closed groups, model quality, definitions."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.estimates import f1_interval, f1_score, wilson_interval
from reports.data import CodeQuality, ModelFigures
from reports.outside import closed_finding
from reports.sections.defined import definition_lines
from reports.sections.press import Press
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate
from reports.workbook_values import Portion, Sheet, SheetTable, Value

NONE: tuple[Value, ...] = (None, None, None, None)


def brand_sheet(press: Press) -> Sheet:
    """Return the sheet of brand funnels and brand image, every share with its interval and base."""
    words, data = press.words, press.data
    tables: list[SheetTable] = []
    steps = [
        (one.brand, one.stages[step.stage], *_shares(step.share), *_shares(step.conversion))
        for one in data.funnels
        if not isinstance(one.steps, TooFew)
        for step in one.steps
    ]
    interval = (words("low"), words("high"), words("base"))
    if steps:
        heads = (
            words("Brand"), words("Stage"), words("Share"), *interval, words("of the step before"), *interval,
        )  # fmt: skip
        tables.append((words("Brand funnel"), heads, tuple(steps)))
    if data.image is not None and not isinstance(data.image.cells, TooFew):
        heads = (
            words("Brand"), words("Attribute"), words("Share"), *interval, words("points more than expected"),
            words("low"), words("high"), "q",
        )  # fmt: skip
        rows = tuple(
            (data.image.brands[cell.brand], data.image.attributes[cell.attribute], *_shares(cell.share),
             cell.deviation.value, cell.deviation.low, cell.deviation.high, cell.q)
            for cell in data.image.cells
        )  # fmt: skip
        tables.append((words("Brand image"), heads, rows))
    return Sheet(words("Brand"), tuple(tables))


def _shares(figure: Estimate | TooFew | None) -> tuple[Value, ...]:
    if figure is None:
        return NONE
    if isinstance(figure, TooFew):
        return (None, None, None, figure.have)
    return (Portion(figure.value), Portion(figure.low), Portion(figure.high), figure.base)


def closed_sheets(press: Press) -> Iterator[Sheet]:
    """Yield a sheet for each closed group, of a small one account by account."""
    words = press.words
    heads = (
        words("Account"), words("Answers"), words("Score"), words("criticised most"), words("praised most"),
        words("mentioned"),
    )  # fmt: skip
    for group in press.data.closed:
        finding = closed_finding(group, press.data.limits, words)
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (one.name, one.answers, one.score, *(words.listed([theme.label for theme in themes])
                                                 for themes in (one.bad, one.good, one.said)))
            for one in group.accounts
        )  # fmt: skip
        yield Sheet(
            group.name, ((finding.lead, heads, rows),), tuple(one for one in (finding.lead, finding.rest) if one)
        )


def quality_sheet(press: Press, model: ModelFigures) -> Sheet:
    """Return the sheet of precision, recall and F1 by code, out of sample, with their intervals."""
    words = press.words
    ends = words("low"), words("high")
    heads = (
        words("No."), words("Code"), words("Support"), words("found rightly"), words("found wrongly"), words("missed"),
        words("Precision"), *ends, words("Recall"), *ends, "F1", *ends,
    )  # fmt: skip
    rows = tuple(
        (code.number, code.label, code.support, code.hits, code.false_alarms, code.missed, *_rates(code))
        for code in sorted(model.codes, key=lambda code: -code.support)
    )
    title = words("Appendix: model quality by code")
    notes = (
        words("Support: answers to which people gave the code. 95% intervals. All figures are out of sample."),
        words("A support under {n} is too little to judge by.", n=press.data.limits.shown),
    )
    return Sheet(words("Model quality"), ((title, heads, rows),), notes, labels=2)


def _rates(code: CodeQuality) -> tuple[Value, ...]:
    """Return precision, recall and F1, each with its interval; nothing where there is nothing to judge by."""
    found = code.hits + code.false_alarms
    told: list[Value] = []
    for of in (found, code.support):
        told += [code.hits / of, *wilson_interval(code.hits, of)] if of else [None, None, None]
    if not found + code.support:
        return (*told, None, None, None)
    counts = code.hits, code.false_alarms, code.missed
    return (*told, f1_score(*counts), *f1_interval(*counts))


def definitions_sheet(press: Press) -> Sheet:
    """Return the sheet of the definitions in force."""
    words = press.words
    title, lines = definition_lines(press)
    heads = (words("Kind"), words("Name"), words("Definition"))
    return Sheet(words("Definitions"), ((title, heads, tuple(lines)),), labels=2)
