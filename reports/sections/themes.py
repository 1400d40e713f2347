"""Themes of one question: shares of nets and codes, and how they differ between segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import findings
from reports.charts import BarChart, BarRow, Palette, Segment, legend_marks, round_up
from reports.charts import Drawing as ChartDrawing
from reports.data import QuestionFigures, SegmentColumn, SegmentTable, ThemeFigures, Unit
from reports.pdf.pages import WIDTH, Bars, Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.statistics.nps import Change
from reports.statistics.shares import BaseSize, Source

MOST_BARS = 40
MOST_SEGMENT_COLUMNS = 7
MOST_SEGMENT_ROWS = 14
FULL_SHADE = 0.12


def themes(press: Press, question: QuestionFigures) -> list[Block]:
    """Return the section of one question; says so when nothing is coded or the base is too small."""
    words, data = press.words, press.data
    listed, upper = findings.codes(question), findings.nets(question)
    name = words("Themes: {question}", question=question.name) if len(data.questions) > 1 else words("Themes")
    if not question.coding.coded:
        title = words("None of the {n} answers is coded yet", n=words.count(question.coding.total))
        text = words(
            "Code some answers, by hand or with the model, and write the report again to see shares of themes here."
        )
        return [press.section(name, title), press.text(text)]
    if data.limits.of(question.base) is BaseSize.HIDDEN:
        title = words("Too few answers for percentages (n={n})", n=question.base)
        return [press.section(name, title), *_counts_only(press, listed)]
    if not listed and not upper:
        return [press.section(name, words("No theme was mentioned (n={n})", n=words.count(question.base)))]
    blocks: list[Block] = [press.section(name, _title(press, listed or upper))]
    blocks.append(press.text(_base_sentence(press, question)))
    if upper:
        once = (
            words("Nets: each person counts once in a net")
            if data.unit is Unit.PEOPLE
            else words("Nets: each answer counts once in a net")
        )
        blocks.append(press.part(words("Nets"), once))
        blocks += _bars(press, question, upper, words("Nets by share of {people}", people=words.people))
    if listed:
        if upper:
            blocks.append(press.part(words("Codes"), words("Codes, most mentioned first")))
        what = words("Codes by share of {people}", people=words.people)
        blocks += _bars(press, question, listed[:MOST_BARS], what, left_out=len(listed) - MOST_BARS)
    special = [theme for theme in findings.specials(question) if theme.share.count]
    if special:
        parts = [
            words(
                "{label} {share} ({count})",
                label=theme.label,
                share=words.percent(theme.share.value, theme.share.base),
                count=words.count(theme.share.count),
            )
            for theme in special
        ]
        text = words(
            "Answers without a theme: {parts}; n={n}.", parts=words.series(parts), n=words.count(question.base)
        )
        blocks.append(press.note(text))
    for table in question.segments:
        blocks += _segment_table(press, question, table)
    return blocks


def _title(press: Press, listed: Sequence[ThemeFigures]) -> str:
    words = press.words
    first = listed[0]
    values = {
        "first": words.quoted(first.label),
        "share": words.percent(first.share.value, first.share.base),
        "n": words.count(first.share.base),
    }
    if len(listed) == 1:
        return words("{first} is mentioned by {share} (n={n})", **values)
    second = listed[1]
    return words(
        "{first} ({share}) and {second} ({other}) are mentioned most (n={n})",
        second=words.quoted(second.label),
        other=words.percent(second.share.value, second.share.base),
        **values,
    )


def _base_sentence(press: Press, question: QuestionFigures) -> str:
    words = press.words
    return words(
        "Question: {question} Base: {n} {people} whose answer was read by people or the model (n={n}); several themes "
        "may be named, so shares do not sum to 100%.",
        question=question.text or question.name,
        n=words.count(question.base),
        people=words.people,
    )


def _bars(
    press: Press, question: QuestionFigures, listed: Sequence[ThemeFigures], what: str, *, left_out: int = 0
) -> list[Block]:
    """Return a Pareto of themes: bars split by sentiment, whiskers, share, interval and count."""
    words, colours = press.words, press.colours
    changes = findings.theme_changes(listed)
    sources = {theme.share.source for theme in listed}
    names = {theme.code: theme.label for theme in question.themes if theme.is_net}
    rows = tuple(_row(press, theme, names, changes) for theme in listed)
    top = round_up(max(min(1.0, theme.share.high) for theme in listed))
    widths = (44.0, 66.0, 42.0)
    heads = ("\n".join((words("share"), words.base(question.base))), words("95% interval"), words("count"))
    sentiment = any(theme.sentiments and theme.sentiments.total for theme in listed)
    tall = 19.0 if len(rows) <= 12 else 16.0
    label = _label_width(press, rows)
    chart = BarChart(rows, heads, widths, top, label_width=label, row_height=tall)
    blocks: list[Block] = []
    if sentiment:
        legend = [
            (words("negative"), colours.bad_soft),
            (words("neutral or mixed"), "#c8d0da"),
            (words("positive"), colours.good_soft),
        ]
        marks, height = legend_marks(legend, WIDTH, press.setter.width, colours)
        blocks.append(press.chart(ChartDrawing(WIDTH, height, tuple(marks)), space_before=4))
    blocks.append(Bars(chart, press.setter, colours, space_before=2, keep_with_next=True))
    notes = [
        words(
            "{what} (n={n}), {count} beside; whisker: 95% interval.",
            what=what,
            n=words.count(question.base),
            count=words("number of {people}", people=words.people),
        )
    ]
    if sentiment:
        notes.append(words("Bars are split by the sentiment of the mentions."))
    if Source.MACHINE in sources:
        notes.append(words("Grey: machine counts, not corrected; the interval holds sampling error only."))
    if Source.CORRECTED in sources:
        notes.append(words("Shares are corrected by an audit sample; the count beside is the machine's."))
    if changes:
        notes.append(words("▲▼ significant change on the period before (Holm over all rows)."))
    if left_out > 0:
        notes.append(words("{count} rarer codes are in the appendix.", count=left_out))
    blocks.append(press.caption(words.text(*notes)))
    return blocks


def _label_width(press: Press, rows: Sequence[BarRow]) -> float:
    """Return the room for labels and the nets before them, between 90 and 210 points."""
    labels = sorted(press.setter.width(row.label, 8) for row in rows)
    label = min(labels[-1], 1.15 * labels[len(labels) * 9 // 10])  # one very long label does not squeeze all bars
    note = max(press.setter.width(row.note, 6.5) for row in rows)
    return min(210.0, max(90.0, label + (note + 10 if note else 4)))


def _row(
    press: Press, theme: ThemeFigures, names: Mapping[int, str], changes: dict[int, tuple[Change, float]]
) -> BarRow:
    words, share = press.words, theme.share
    value = words.percent(share.value, share.base)
    if press.data.limits.of(share.base) is BaseSize.STARRED:
        value += "*"
    value += findings.change_mark(theme, changes)
    return BarRow(
        theme.label,
        _segments(theme, press.colours),
        share.low,
        share.high,
        (value, words.share_span(share), words.count(share.count)),
        note=names.get(theme.net, "") if theme.net is not None else "",
        quiet=share.source is Source.MACHINE,
        query=theme.query,
    )


def _segments(theme: ThemeFigures, colours: Palette) -> tuple[Segment, ...]:
    pole, value = theme.sentiments, theme.share.value
    if not pole or not pole.total:
        return (Segment(value, colours.accent),)
    return (
        Segment(value * pole.negative / pole.total, colours.bad_soft),
        Segment(value * pole.neutral / pole.total, "#c8d0da"),
        Segment(value * pole.positive / pole.total, colours.good_soft),
    )


def _counts_only(press: Press, listed: Sequence[ThemeFigures]) -> list[Block]:
    words = press.words
    if not listed:
        return []
    columns = [ColumnSpec(words("Theme"), 4), ColumnSpec(words("number of {people}", people=words.people), 1, "right")]
    rows = [[theme.label, words.count(theme.share.count)] for theme in listed[:MOST_BARS]]
    note = words("With a base under {n} only counts are shown.", n=press.data.limits.shown)
    return [press.table(columns, rows), press.note(note)]


def _segment_table(press: Press, question: QuestionFigures, table: SegmentTable) -> list[Block]:
    """Return themes by segment, shaded by the distance from the share of the whole base."""
    words, limits = press.words, press.data.limits
    themes_by_code = {theme.code: theme for theme in question.themes}
    order = sorted(range(len(table.columns)), key=lambda i: -table.columns[i].base)[:MOST_SEGMENT_COLUMNS]
    order = [i for i in sorted(order) if table.columns[i].base]
    rows = [row for row in table.rows if row.code in themes_by_code]
    rows.sort(key=lambda row: -themes_by_code[row.code].share.value)
    rows = rows[:MOST_SEGMENT_ROWS]
    if not order or not rows:
        return []
    chosen = [table.columns[i] for i in order]
    columns = [
        ColumnSpec(words("Theme"), 2.6),
        ColumnSpec("\n".join((words("All"), words.base(question.base))), 1.0, "center"),
        *(ColumnSpec(f"{column.value}\n{words.base(column.base)}", 1.0, "center") for column in chosen),
    ]
    cells: list[list[Cell | str]] = []
    for row in rows:
        theme = themes_by_code[row.code]
        counts = [row.counts[i] for i in order]
        label = findings.distinct_label(theme, question.themes)
        line: list[Cell | str] = [label, words.percent(theme.share.value, theme.share.base)]
        for column, count in zip(chosen, counts, strict=True):
            line.append(_heat(press, column, count, theme.share.value))
        cells.append(line)
    widest = _widest(press, [(themes_by_code[row.code], [row.counts[i] for i in order]) for row in rows], chosen)
    name = words("Themes by {segment}", segment=table.dimension)
    note = words(
        "Share in each segment; the bases (n) are in the head. Shade: distance from the share of all, the darker "
        "the larger. "
        "* base of {low} to {high}; no figure under {low}. Not tested for significance: read differences as hints.",
        low=limits.shown,
        high=limits.full - 1,
    )
    blocks: list[Block] = [press.part(name, widest or name)]
    if len(table.columns) > len(order):
        left = len([c for c in table.columns if c.base]) - len(order)
        if left > 0:
            note = words.text(note, words("The {count} smallest segments are left out.", count=left))
    return [*blocks, press.table(columns, cells, keep=True), press.note(note)]


def _heat(press: Press, column: SegmentColumn, count: int, overall: float) -> Cell:
    size = press.data.limits.of(column.base)
    if size is BaseSize.HIDDEN:
        return Cell("—", colour=press.colours.quiet)
    value = count / column.base
    text = press.words.percent(value, column.base) + ("*" if size is BaseSize.STARRED else "")
    depth = min(1.0, abs(value - overall) / FULL_SHADE)
    target = (0x2B, 0x6C, 0xB0) if value > overall else (0xE0, 0x8A, 0x1E)
    shade = tuple(round(255 - (255 - part) * 0.55 * depth) for part in target)
    return Cell(text, ground="#{:02x}{:02x}{:02x}".format(*shade))


def _widest(press: Press, rows: Sequence[tuple[ThemeFigures, Sequence[int]]], columns: Sequence[SegmentColumn]) -> str:
    """Return a sentence on the row whose segments lie furthest apart, among bases that allow a test."""
    words = press.words
    best: tuple[float, str] = (0.0, "")
    for theme, counts in rows:
        shares = [
            (count / column.base, column)
            for count, column in zip(counts, columns, strict=True)
            if column.base >= press.data.limits.full
        ]
        if len(shares) < 2:
            continue
        low, high = min(shares, key=lambda s: s[0]), max(shares, key=lambda s: s[0])
        if high[0] - low[0] > best[0]:
            sentence = words(
                "{label} spreads most: {high} in {first} (n={n1}), {low} in {second} (n={n2})",
                label=words.quoted(theme.label),
                high=words.percent(high[0], high[1].base),
                first=words.quoted(high[1].value),
                n1=words.count(high[1].base),
                low=words.percent(low[0], low[1].base),
                second=words.quoted(low[1].value),
                n2=words.count(low[1].base),
            )
            best = (high[0] - low[0], sentence)
    return best[1]
