"""Where: themes by segment, touchpoints by segment, and themes by what people ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import findings, specs
from reports.charts_rows import TALL_HEAD, HeatChart
from reports.corrections import cells_sentence, correction_sentence
from reports.data import (
    AnswerFigures,
    ClosedFigures,
    QuestionFigures,
    SegmentCell,
    SegmentColumn,
    SegmentTable,
    ThemeFigures,
    TouchpointTable,
)
from reports.definitions.terms import Letters
from reports.outside import closed_finding
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import WIDE_TABLE, Press
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.nps import Estimate

MOST_ANSWERS = 10


def where(press: Press) -> list[Block]:
    """Return the section; nothing without a table."""
    words, data = press.words, press.data
    tables = [(question, one) for question in data.questions for one in question.segments if _compares(press, one)]
    answers = [(question, told) for question in data.questions if (told := [*filter(tells, question.answers)])]
    if not tables and not answers and not data.closed and not (data.touchpoints and data.touchpoints.rows):
        return []
    title, parts = "", list[Block]()
    if data.touchpoints and data.touchpoints.rows:
        parts += touchpoint_blocks(press, data.touchpoints)
        title = touchpoint_sentence(press, data.touchpoints)
    for question, table in tables:
        sentence = segment_sentence(press, question, table)
        parts += segment_blocks(press, question, table, sentence if title else "")  # the first is the section's title
        title = title or sentence
    title = title or words("No segment is proved to differ")
    section = press.section(words("Where"), title, key="where")
    for question, told in answers:
        parts += answer_blocks(press, question, told)
    for group in data.closed:
        parts += closed_blocks(press, group)
    return [section, *parts]


def tells(one: AnswerFigures) -> bool:
    """Return whether some theme goes with the column."""
    return not isinstance(one.rows, TooFew) and bool(one.rows)


def _compares(press: Press, table: SegmentTable) -> bool:
    """Return whether a table has rows, and two columns with figures to compare."""
    shown = [column for column in table.columns if press.data.limits.of(column.base) is not BaseSize.HIDDEN]
    return bool(table.rows) and len(shown) > 1


def segment_sentence(press: Press, question: QuestionFigures, table: SegmentTable) -> str:
    """Say the largest difference that is proved; nothing where none is."""
    words = press.words
    best: tuple[float, ThemeFigures, SegmentColumn, SegmentCell] | None = None
    known = {theme.code: theme for theme in question.themes}
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=False):
            if not cell.outlined or cell.share is None or cell.effect is None or row.code not in known:
                continue
            if best is None or abs(cell.effect) > best[0]:
                best = (abs(cell.effect), known[row.code], column, cell)
    if best is None:
        return ""
    _, theme, column, cell = best
    text = (
        words("{label} is mentioned more in {value}: {share} (n={n}), {all} of all")
        if (cell.effect or 0) > 0
        else (words("{label} is mentioned less in {value}: {share} (n={n}), {all} of all"))
    )
    return text.format(
        label=words.quoted(findings.distinct_label(theme, question.themes)),
        value=words.quoted(f"{table.dimension} {column.value}"),
        share=words.percent(cell.share or 0.0, column.base),
        n=words.count(column.base),
        all=words.percent(theme.share.value, theme.share.base),
    )


def segment_blocks(press: Press, question: QuestionFigures, table: SegmentTable, sentence: str = "") -> list[Block]:
    """Return themes by segment as heat maps, in parts where there are more columns than fit."""
    words = press.words
    name = words("Themes by {segment}", segment=table.dimension)
    if len(press.data.questions) > 1:
        name = words("{question}: {finding}", question=question.name, finding=name)
    blocks: list[Block] = [press.part(name, sentence or name, key=f"where:{question.name}:{table.dimension}")]
    blocks += _heat_maps(press, specs.heat(question, table, press.data.limits, words), name)
    blocks.append(press.caption(_segment_note(press, table)))
    return blocks


def _heat_maps(press: Press, whole: HeatChart, name: str) -> list[Block]:
    """Return a heat map, in parts where it has more columns than fit across the page."""
    room = _label_room(press, [row.label for row in whole.rows])
    most = max(map(len, _parts(press, len(whole.columns))), default=1)
    pitch = (press.width - room - 8) / (most + 1) - 6
    if any(press.setter.width(name, 7.5, bold=True) > pitch for name, _ in whole.columns):
        whole = replace(whole, head=TALL_HEAD)
    return [
        press.rows(replace(specs.part(whole, places), label_width=room), name=f"{name} {places[0] + 1}")
        for places in _parts(press, len(whole.columns))
    ]


def _parts(press: Press, columns: int) -> list[list[int]]:
    """Return the places of the columns of each part: equal parts that fit across the page."""
    most = round((WIDE_TABLE + 1) * press.width / 499)
    parts = max(1, -(-columns // most))
    size = -(-columns // parts)
    return [list(range(start, min(columns, start + size))) for start in range(0, columns, size)]


def _label_room(press: Press, labels: Sequence[str]) -> float:
    widest = max([press.setter.width(label, 8) for label in labels] or [0.0])
    return min(0.3 * press.width, max(70.0, widest + 2))


def _segment_note(press: Press, table: SegmentTable) -> str:
    words, limits = press.words, press.data.limits
    return words.text(
        words("Share of {people} in each column; bases (n) in the head.", people=words.people),
        correction_sentence(table.correction, words),
        letters_note(press, table.rule, table.tests),
        words("Shade: points from the share of all, the darker the larger; frame: differs from the rest (q ≤ .05)."),
        words("* base of {low} to {high}; no figure under {low}.", low=limits.shown, high=limits.full - 1),
        words("A person may be in several columns; each column is tested against the rest.")
        if table.overlapping
        else "",
    )


def letters_note(press: Press, rule: Letters, tests: int) -> str:
    """Say what the letters mean, and which rule they follow."""
    words = press.words
    if not tests:
        return words("Bases are too small for letters.")
    if rule is Letters.UNCORRECTED:
        return words(
            "Letters: higher than the column of that letter; capitals 95%, small letters 90%, not corrected for the "
            "{tests} tests, as in earlier waves.",
            tests=words.count(tests),
        )
    return words(
        "Letters: higher than the column of that letter, 5% over the whole table of {tests} tests (Holm).",
        tests=words.count(tests),
    )


def touchpoint_sentence(press: Press, table: TouchpointTable) -> str:
    """Say the touchpoint with the lowest net sentiment; nothing where none has a figure."""
    words = press.words
    told = [(row.touchpoint, row.total) for row in table.rows if isinstance(row.total, Estimate)]
    if not told:
        return ""
    name, figure = min(told, key=lambda one: one[1].value)
    if figure.high >= 0:
        return words("No touchpoint is proved to be more often criticised than praised")
    return words(
        "{touchpoint} is criticised most: net sentiment {value} (95% CI {span}, n={n})",
        touchpoint=words.quoted(name),
        value=words.points(figure.value, 0),
        span=words.points_span(figure.low, figure.high, 0),
        n=words.count(figure.base),
    )


def touchpoint_blocks(press: Press, table: TouchpointTable) -> list[Block]:
    """Return net sentiment of touchpoints by segment as heat maps."""
    words = press.words
    name = words("Touchpoints by {segment}", segment=table.dimension)
    blocks: list[Block] = [press.part(name)]
    blocks += _heat_maps(press, specs.touchpoints(table, words), name)
    note = words.text(
        words(
            "Net sentiment in points: % positive minus % negative of the {people} who speak of it.", people=words.people
        ),
        correction_sentence(table.correction, words),
        cells_sentence(table, words),
        letters_note(press, table.rule, table.tests),
        words(
            "Shade: points from all; frame: differs from the rest (q ≤ .05). —: fewer than {n}.",
            n=press.data.limits.shown,
        ),
    )
    blocks.append(press.caption(note))
    return blocks


def answer_blocks(press: Press, question: QuestionFigures, told: Sequence[AnswerFigures]) -> list[Block]:
    """Return the themes that go with structured answers, one table for all that were asked."""
    words = press.words
    columns = [
        ColumnSpec(words("Theme"), 2.2),
        ColumnSpec(words("Stands out among"), 2.0),
        ColumnSpec(words("Points from the others"), 1.2, "right"),
        ColumnSpec(words("Strength (V)"), 1.0, "right"),
        ColumnSpec("q", 0.8, "right"),
        ColumnSpec("n", 0.8, "right"),
    ]
    many = len(told) > 1
    rows: list[list[Cell | str]] = [
        [
            row.theme.label,
            words("{column}: {value}", column=one.column, value=row.value) if many else row.value,
            Cell(words.points(row.association.points), bold=True),
            f"{row.association.effect:.2f}",
            _q(row.association.q),
            words.count(row.association.n),
        ]
        for one in told
        if not isinstance(one.rows, TooFew)
        for row in one.rows[:MOST_ANSWERS]
    ]
    asked = words.listed([words.quoted(one.column) for one in told])
    name = words("Themes by answers to {column}", column=asked)
    if len(press.data.questions) > 1:
        name = words("{question}: {finding}", question=question.name, finding=name)
    note = words(
        "Themes that go with the answer (q ≤ .05, Benjamini–Hochberg); V: Cramér's V without bias. Together "
        "is no cause."
    )
    return [press.part(name), press.table(columns, rows), press.note(note)]


def closed_blocks(press: Press, group: ClosedFigures) -> list[Block]:
    """Return a closed group: who answered and the mean, and a small one account by account."""
    words = press.words
    finding = closed_finding(group, press.data.limits, words)
    blocks: list[Block] = [press.part(group.name, finding.lead, key=f"closed:{group.name}"), press.text(finding.rest)]
    if not group.accounts:
        return blocks
    columns = [
        ColumnSpec(words("account"), 1.8),
        ColumnSpec(group.score or words("score"), 0.7, "right"),
        ColumnSpec(words("answers"), 0.7, "right"),
        ColumnSpec(words("criticised most"), 2.2),
        ColumnSpec(words("praised most"), 2.2),
    ]
    rows: list[list[Cell | str]] = [
        [
            one.name,
            "—" if one.score is None else f"{one.score:.1f}",
            words.count(one.answers),
            words.listed([theme.label for theme in one.bad]) or "—",
            words.listed([theme.label for theme in one.good or one.said]) or "—",
        ]
        for one in group.accounts
    ]
    return [*blocks, press.table(columns, rows, keep=len(rows) < 12)]


def _q(value: float) -> str:
    return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0")
