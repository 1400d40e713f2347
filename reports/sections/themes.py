"""Themes of one question: shares of nets and codes, and how they differ between segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reports import findings, specs
from reports.charts import Drawing as ChartDrawing
from reports.charts import Palette, legend_marks
from reports.charts_bars import BarChart, BarRow, Segment, round_up
from reports.corrections import correction_sentence
from reports.data import QuestionFigures, ThemeFigures, Unit
from reports.pdf.blocks import Block
from reports.pdf.tables import ColumnSpec
from reports.sections.press import Press
from reports.statistics.limits import BaseSize
from reports.statistics.nps import Change
from reports.statistics.shares import Source

MOST_BARS, MOST_ON_SLIDE, LABEL, LONG_LABEL = 40, 12, 120.0, 150.0


def themes(press: Press, question: QuestionFigures) -> list[Block]:
    """Return the section of one question; says so when nothing is coded or the base is too small."""
    words, data = press.words, press.data
    listed, upper = findings.codes(question), findings.nets(question)
    name = words("Themes: {question}", question=question.name) if len(data.questions) > 1 else words("Themes")
    key = f"themes:{question.name}"
    if not question.coding.coded:
        title = words("None of the {n} answers is coded yet", n=words.count(question.coding.total))
        text = words(
            "Code some answers, by hand or with the model, and write the report again to see shares of themes here."
        )
        return [press.section(name, title, key=key), press.text(text)]
    if data.limits.of(question.base) is BaseSize.HIDDEN:
        title = words("Too few answers for percentages (n={n})", n=question.base)
        return [press.section(name, title, key=key), *_counts_only(press, listed)]
    if not listed and not upper:
        return [press.section(name, words("No theme was mentioned (n={n})", n=words.count(question.base)), key=key)]
    blocks: list[Block] = [press.section(name, _title(press, listed or upper), key=key)]
    base = _base_sentence(press, question)
    if press.paper.wide:  # the finding, its chart, and the base under it; the codes have a slide of their own
        first = net_blocks(press, question)[1:] or code_blocks(press, question)
        blocks += [*first, press.note(base, space_before=1)]
        blocks += code_blocks(press, question) if upper else []
    else:
        blocks += [press.text(base, keep=True), *net_blocks(press, question), *code_blocks(press, question)]
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
    return [*blocks, *course_blocks(press, question)]


def net_blocks(press: Press, question: QuestionFigures) -> list[Block]:
    """Return the nets as bars; nothing without nets."""
    words, upper = press.words, findings.nets(question)
    if not upper:
        return []
    once = (
        words("Nets: each person counts once in a net")
        if press.data.unit is Unit.PEOPLE
        else words("Nets: each answer counts once in a net")
    )
    head = press.part(words("Nets"), once)
    return [head, *_bars(press, question, upper, words("Nets by share of {people}", people=words.people))]


def code_blocks(press: Press, question: QuestionFigures) -> list[Block]:
    """Return the codes as bars, most mentioned first; nothing without codes."""
    words, listed = press.words, findings.codes(question)
    if not listed:
        return []
    named = press.part(words("Codes"), words("Codes, most mentioned first")) if findings.nets(question) else None
    what = words("Codes by share of {people}", people=words.people)
    most = MOST_ON_SLIDE if press.paper.wide else MOST_BARS
    bars = _bars(press, question, listed[:most], what, left_out=len(listed) - most)
    return [*([named] if named else []), *bars]


def course_blocks(press: Press, question: QuestionFigures) -> list[Block]:
    """Return the course of the largest themes over time; nothing where there are fewer than three periods."""
    words = press.words
    chart = specs.courses(question, words)
    if chart is None:
        return []
    chart = replace(chart, label_width=0.26 * press.width)
    note = words(
        "Shares of {people} by period, each on its own scale; periods with fewer than {n} answers are gaps. A "
        "change of level is named where it passes the test over all possible dates.",
        people=words.people,
        n=press.data.limits.shown,
    )
    name = words("Course of the largest themes")
    note = words.text(note, correction_sentence(question.trends[0].correction, words))
    return [press.part(name), press.rows(chart, name=name), press.caption(note)]


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
    words, asked = press.words, question.text or question.name
    if not words.chinese and asked[-1:] not in "?!.…？":
        asked += "."
    said = (
        words(
            "Question: {question} Base: {n} {people} whose words were read by people or the model (n={n}); several "
            "themes may be named, so shares do not sum to 100%."
        )
        if question.coding.machine
        else words(
            "Question: {question} Base: {n} {people} whose words were read by people (n={n}); several themes may be "
            "named, so shares do not sum to 100%."
        )
    )
    return said.format(
        question=asked,
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
    both = Source.CORRECTED in sources
    rows = tuple(_row(press, theme, names, changes, both=both) for theme in listed)
    top = round_up(max(min(1.0, theme.share.high) for theme in listed))
    widths = (44.0, 66.0, 42.0, *((46.0,) if both else ()))
    heads = (
        "\n".join((words("share"), words.base(question.base))),
        words("95% interval"),
        words("count"),
        *((words("as counted"),) if both else ()),
    )
    sentiment = any(theme.sentiments and theme.sentiments.total for theme in listed)
    tall = 19.0 if len(rows) <= 12 and not press.paper.wide else 16.0
    label = _label_width(press, rows)
    chart = BarChart(rows, heads, widths, top, label_width=label, row_height=tall)
    blocks: list[Block] = []
    if sentiment:
        legend = [
            (words("negative"), colours.bad_soft),
            (words("neutral or mixed"), colours.tint(colours.quiet, 0.36)),
            (words("positive"), colours.good_soft),
        ]
        marks, height = legend_marks(legend, press.width, press.setter.width, colours)
        drawing = ChartDrawing(press.width, height, tuple(marks))
        blocks.append(press.chart(drawing, alt=words.listed([name for name, _ in legend]), space_before=4))
    blocks.append(press.rows(chart, name=what, space_before=2))
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
        notes.append(
            words(
                "Shares are corrected for the model's errors by a random sample; beside them the count and the share "
                "that "
                "a pivot of the export gives."
            )
        )
    if changes:
        notes.append(words("▲▼ significant change on the period before (Holm over all rows)."))
    if left_out > 0:
        notes.append(words("{count} rarer codes are in the appendix.", count=left_out))
    blocks.append(press.caption(words.text(*notes)))
    return blocks


def _label_width(press: Press, rows: Sequence[BarRow]) -> float:
    """Return the room for labels and the nets before them, between 90 and 190 points."""
    labels = sorted(press.setter.width(row.label, 8) for row in rows)
    label = min(
        labels[-1], max(LABEL, 1.15 * labels[len(labels) * 9 // 10])
    )  # one very long label does not squeeze bars
    label = min(label, LONG_LABEL)  # longer ones are set in two lines
    note = max(press.setter.width(row.note, 6.5) for row in rows)
    return min(190.0, max(90.0, label + (note + 10 if note else 4)))


def _row(
    press: Press,
    theme: ThemeFigures,
    names: Mapping[int, str],
    changes: dict[int, tuple[Change, float]],
    *,
    both: bool,
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
        (value, words.share_span(share), words.count(share.count), *((_as_counted(press, theme),) if both else ())),
        note=names.get(theme.net, "") if theme.net is not None else "",
        quiet=share.source is Source.MACHINE,
        query=theme.query,
    )


def _as_counted(press: Press, theme: ThemeFigures) -> str:
    counted = theme.counted or theme.share
    return press.words.percent(counted.value, counted.base)


def _segments(theme: ThemeFigures, colours: Palette) -> tuple[Segment, ...]:
    pole, value = theme.sentiments, theme.share.value
    if not pole or not pole.total:
        return (Segment(value, colours.accent),)
    return (
        Segment(value * pole.negative / pole.total, colours.bad_soft),
        Segment(value * pole.neutral / pole.total, colours.tint(colours.quiet, 0.36)),
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
