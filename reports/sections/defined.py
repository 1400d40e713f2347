"""Appendix: the definitions in force: scores, indicators, journey, codes, tiers, groups, brands, limits, rules."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.messages import N_
from reports.definitions.terms import Definitions, Letters, Measure, Score
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press

MEASURES = {Measure.NPS: N_("NPS"), Measure.TOP_BOX: N_("share of good scores"), Measure.MEAN: N_("mean")}
Line = tuple[str, str, str]
"""Kind, name, definition."""


def defined(press: Press) -> list[Block]:
    """Return the definitions as a table; limits and rules stand in it where nobody defined anything, too."""
    words = press.words
    title, lines = definition_lines(press)
    columns = [ColumnSpec(words("Kind"), 0.8), ColumnSpec(words("Name"), 1.6), ColumnSpec(words("Definition"), 3.4)]
    rows: list[list[Cell | str]] = [list(line) for line in lines]
    return [press.part(words("Definitions"), title), press.table(columns, rows)]


def definition_lines(press: Press) -> tuple[str, list[Line]]:
    """Return which definitions these are, and all of them."""
    words, told = press.words, press.data.definitions
    version = press.data.definitions_version
    title = (
        words("Definitions, version {n}", n=version)
        if version
        else words("Definitions: none were given, these are guessed")
    )
    parts = (_scores, _journey, _people, _brands, _rules)
    return title, [line for part in parts for line in part(press, told)]


def _scores(press: Press, told: Definitions) -> Iterator[Line]:
    words = press.words
    for score in told.scores:
        yield words("Score"), score.name, words.series(_of_score(press, score, first=score == told.headline))
    for one in told.indicators:
        above = words("part of {name}", name=one.above) if one.above else ""
        weight = words("weight {weight}", weight=f"{one.weight:g}") if one.weight is not None else ""
        yield words("Indicator"), one.name, words.series([part for part in (one.score, above, weight) if part])
    for other in told.references:
        parts = [other.score, f"{other.value:g}", words.base(other.size), other.dated]
        yield words("Benchmark"), other.name, words.series(parts)


def _of_score(press: Press, score: Score, *, first: bool) -> list[str]:
    words = press.words
    parts = [
        words("headline") if first else "",
        words(MEASURES[score.measure]),
        f"{score.lowest:g}–{score.highest:g}",
        words("good from {cut}", cut=f"{score.cut:g}") if score.cut is not None else "",
        "" if score.good_is_high else words("low is good"),
        words("column {name}", name=score.column) if score.column != score.name else "",
    ]
    return [part for part in parts if part]


def _journey(press: Press, told: Definitions) -> Iterator[Line]:
    """Yield stages with their touchpoints, and codes by touchpoint and department."""
    words = press.words
    by_stage: dict[str, list[str]] = {stage: [] for stage in told.stages}
    for point in told.touchpoints:
        by_stage.setdefault(point.stage, []).append(point.name)
    for stage, names in by_stage.items():
        yield words("Stage"), stage, words.listed(names) if names else "—"
    names_of = {
        key: theme.label
        for question in press.data.questions
        for theme in question.themes
        for key in (theme.number, theme.label)
        if key
    }
    placed: dict[tuple[str, str], list[str]] = {}
    for one in told.codes:
        label = names_of.get(one.code, "")
        placed.setdefault((one.touchpoint, one.department), []).append(
            one.code if label in ("", one.code) else f"{one.code} {label}"
        )
    for (touchpoint, department), codes in placed.items():
        where = [
            words("touchpoint {name}", name=touchpoint) if touchpoint else "",
            words("department {name}", name=department) if department else "",
        ]
        yield words("Codes"), words.series([part for part in where if part]) or "—", words.listed(codes)


def _people(press: Press, told: Definitions) -> Iterator[Line]:
    words = press.words
    for tier in told.tiers:
        yield words("Tier"), f"{tier.column} = {tier.value}", words("weight {weight}", weight=f"{tier.weight:g}")
    if told.self_selected:
        meaning = words("speakers chose themselves: left out of every NPS")
        yield words("Channel"), words.listed(told.self_selected), meaning
    for group in told.populations:
        accounts = words("{n} accounts, named in {column}", n=words.count(group.size), column=group.account)
        only = f"{group.column} = {group.value}" if group.column else ""
        yield words("Closed group"), group.name, words.series([part for part in (accounts, only) if part])


def _brands(press: Press, told: Definitions) -> Iterator[Line]:
    words = press.words
    steps: dict[str, list[str]] = {}
    for step in told.funnel:
        steps.setdefault(step.brand, []).append(_meant(step.stage, step.column, step.value))
    seen: dict[str, list[str]] = {}
    for item in told.image:
        seen.setdefault(item.brand, []).append(_meant(item.attribute, item.column, item.value))
    for kind, found in ((words("Brand funnel"), steps), (words("Brand image"), seen)):
        for brand, parts in found.items():
            yield kind, brand, words.listed(parts)


def _meant(name: str, column: str, value: str) -> str:
    return f"{name} ({column} = {value})" if value else f"{name} ({column})" if column != name else name


def _rules(press: Press, told: Definitions) -> Iterator[Line]:
    """Yield the limits of small bases, what counts as small, and the rule of letters, as this report applies them."""
    words, limits, small = press.words, told.limits, told.practical
    bases = words(
        "no percentage under {shown}, marked * under {full}, no test under {tested}",
        shown=limits.shown, full=limits.full, tested=limits.tested,
    )  # fmt: skip
    yield words("Limits"), words("Low base"), bases
    if limits.people > 1:
        yield words("Limits"), words("Privacy"), words("themes of fewer than {n} people are not shown", n=limits.people)
    changes = words(
        "below these a change is called small: NPS {nps} points, good scores {top} points, shares {share} points or "
        "{relative}% of the share, whichever is less",
        nps=f"{small.nps:g}", top=f"{small.top_box:g}", share=f"{small.share:g}", relative=f"{small.share_relative:g}",
    )  # fmt: skip
    yield words("Limits"), words("Practical limits"), changes
    scope = press.data.scope
    rule = (scope.scope.letters if scope else None) or told.letters
    meaning = (
        words("95% and 90%, not corrected for the number of tests, as in earlier waves")
        if rule is Letters.UNCORRECTED
        else words("5% over the whole table (Holm)")
    )
    yield words("Rule"), words("Letters"), meaning
