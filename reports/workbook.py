"""The figures of a report as a workbook: one sheet a section, figures as numbers with interval, base and letters."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from annotate.jobs import Progress, silent
from reports import findings, measures, specs
from reports.data import (
    AnswerFigures,
    DriverFigures,
    EmergingFigures,
    NeedFigures,
    QuestionFigures,
    SegmentTable,
    SpikeFigures,
    ThemeFigures,
)
from reports.document import compose, press_of
from reports.document_file import write_file
from reports.manuscript import Manuscript
from reports.sections.lacks import THINGS, lacks
from reports.sections.press import Press
from reports.sections.where import letters_note
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.nps import Estimate
from reports.statistics.shares import Share, Source

XLSX_CELL, MOST_NAME = 32_767, 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_FIXED_DATE = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Portion:
    """A share in [0, 1], shown in percent."""

    value: float


Value = str | int | float | Portion | None


SheetTable = tuple[str, tuple[str, ...], tuple[tuple[Value, ...], ...]]
"""Title, heads, rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the tables on it, and notes at its foot."""

    name: str
    tables: tuple[SheetTable, ...]
    notes: tuple[str, ...] = ()


def write_workbook(manuscript: Manuscript, path: Path, *, progress: Progress = silent) -> int:
    """Write the figures as XLSX and return the number of sheets; the same manuscript gives the same bytes.

    Texts are cells of text, never formulas or links. Raises UserError when the target cannot be written.
    """
    from xlsxwriter import Workbook

    press = press_of(manuscript)
    compose(press)  # counts what is masked and gathers the titles
    sheets = list(_sheets(press))
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = Workbook(target, options)
    book.set_properties(
        {
            "title": manuscript.spec.title or manuscript.data.title,
            "created": _FIXED_DATE,
            "author": manuscript.data.client,
        }
    )
    styles = {
        "title": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "number": book.add_format({"num_format": "0.00", "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "note": book.add_format({"font_color": "#6b7785"}),
    }
    used: set[str] = set()
    for number, sheet in enumerate(sheets):
        progress(number, len(sheets))
        made = book.add_worksheet(_sheet_name(sheet.name, used))
        _fill(made, sheet, styles)
    book.close()
    write_file(path, target.getvalue())
    progress(len(sheets), len(sheets))
    return len(sheets)


def _sheet_name(name: str, used: set[str]) -> str:
    base = _NOT_IN_A_NAME.sub(" ", name).strip()[:MOST_NAME] or "Sheet"
    tried, number = base, 2
    while tried.lower() in used:
        tried = f"{base[: MOST_NAME - 4]} {number}"
        number += 1
    used.add(tried.lower())
    return tried


def _fill(made: object, sheet: Sheet, styles: dict[str, object]) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(made, Worksheet)
    row = 0
    widths: dict[int, int] = {}
    for title, heads, rows in sheet.tables:
        made.write_string(row, 0, _fitting(title), styles["title"])
        row += 1
        for column, head in enumerate(heads):
            made.write_string(row, column, _fitting(head), styles["head"])
            widths[column] = max(widths.get(column, 0), min(24, _wide(head)))
        row += 1
        for cells in rows:
            for column, value in enumerate(cells):
                _cell(made, row, column, value, styles)
                if isinstance(value, str):
                    widths[column] = max(widths.get(column, 0), min(60, _wide(value)))
            row += 1
        row += 1
    for note in sheet.notes:
        made.write_string(row, 0, _fitting(note), styles["note"])
        row += 1
    for column, width in widths.items():
        made.set_column(column, column, max(9, width + 2))


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _fitting(text: str) -> str:
    """Return a text that a cell can hold: without half surrogate pairs, at most 32,767 UTF-16 units."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    while len(sound.encode("utf-16-le")) > 2 * XLSX_CELL:
        sound = sound[: len(sound) - max(1, (len(sound.encode("utf-16-le")) // 2 - XLSX_CELL))]
    return sound


def _cell(made: object, row: int, column: int, value: Value, styles: dict[str, object]) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(made, Worksheet)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, str):
        if value:
            made.write_string(row, column, _fitting(value), styles["text"])
    elif isinstance(value, Portion):
        made.write_number(row, column, value.value, styles["share"])
    elif isinstance(value, int):
        made.write_number(row, column, value, styles["count"])
    else:
        made.write_number(row, column, value, styles["number"])


def _sheets(press: Press) -> Iterator[Sheet]:
    wanted = set(press.manuscript.spec.sections)
    data, words = press.data, press.words
    many = len(data.questions) > 1
    if "summary" in wanted:
        yield _summary(press)
    if "method" in wanted:
        yield _method(press)
    if "scores" in wanted and data.scores:
        yield _scores(press)
    for question in data.questions:
        end = f" {question.name}" if many else ""
        if "themes" in wanted and question.themes:
            yield _themes(press, question, words("Themes") + end)
        if "where" in wanted and (question.segments or question.answers):
            yield _where(press, question, words("Where") + end)
        if "why" in wanted and isinstance(question.drivers, DriverFigures):
            yield _why(press, question, question.drivers, words("Drivers") + end)
        if "needs" in wanted and isinstance(question.needs, NeedFigures):
            yield _needs(press, question.needs, words("Needs") + end)
        if "signals" in wanted and (
            isinstance(question.spikes, SpikeFigures) or isinstance(question.emerging, EmergingFigures)
        ):
            yield _signals(press, question, words("Signals") + end)
    if "journey" in wanted and (data.journey or data.touchpoints):
        yield _journey(press)
    if "voices" in wanted and press.groups:
        yield _voices(press)
    if "verbatims" in wanted and press.manuscript.listed:
        yield _listed(press)


def _summary(press: Press) -> Sheet:
    words, data = press.words, press.data
    cards = findings.summary(data, words)
    edited = {title.key: title.printed for title in press.titles}
    rows = tuple((edited.get(card.key, card.lead), card.rest) for card in cards)
    facts: tuple[tuple[Value, ...], ...] = (
        (words("Report {id}", id=data.report_id), words("Data snapshot {hash}", hash=data.snapshot)),
        (words("period"), press.period),
        (words("Code frame {name} {revision}", name=data.frame_name, revision=data.frame_revision), ""),
    )
    name = words("Management summary")
    return Sheet(name, ((name, (words("Finding"), words("Evidence")), rows), (words("Report"), ("", ""), facts)))


def _method(press: Press) -> Sheet:
    words, data = press.words, press.data
    sources = tuple(
        (one.name, one.channel, one.records, one.accepted, one.rejected, one.duplicates, one.blank, one.used)
        for one in data.sources
    )
    coding = tuple(
        (one.name, one.asked, one.answered, one.blank, one.base, one.coding.human, one.coding.duplicate,
         one.coding.machine, one.coding.open)
        for one in data.questions
    )  # fmt: skip
    missing = tuple((name, words(THINGS[lack.lack]), lack.have, lack.need, lack.more) for name, lack in lacks(press))
    return Sheet(
        words("Method and data quality"),
        (
            (
                words("Source"),
                (words("Source"), words("Channel"), words("Records"), words("Accepted"), words("Rejected"),
                 words("Duplicates"), words("Blank")),
                sources,
            ),
            (
                words("Bases and coding"),
                (words("Question"), words("Asked"), words("Answered"), words("Blank"), words("Read (base)"),
                 words("coded by people"), words("same words as a coded answer"), words("coded by the model"),
                 words("not coded yet")),
                coding,
            ),
            (
                words("Not shown"),
                (words("Not shown"), words("What it needs"), words("There are"), words("Needed"), words("More")),
                missing,
            ),
        ),
    )  # fmt: skip


def _estimate(figure: Estimate | TooFew | None) -> tuple[Value, Value, Value, Value]:
    if figure is None:
        return None, None, None, None
    if isinstance(figure, TooFew):
        return None, None, None, figure.have
    return figure.value, figure.low, figure.high, figure.base


def _scores(press: Press) -> Sheet:
    words = press.words
    heads = (words("Score"), words("Part"), words("Value"), words("low"), words("high"), "n")
    rows: list[tuple[Value, ...]] = []
    distribution: list[tuple[Value, ...]] = []
    for score in press.data.scores:
        name = measures.name(score, words)
        found = measures.measure(score)
        rows.append((name, words("All"), *_shown(press, found.estimate if found else None)))
        for segments in score.segments:
            for part in segments.parts:
                one = measures.measure(score, part.distribution)
                figure = part.estimate if part.estimate is not None else one.estimate if one else None
                rows.append((name, f"{segments.dimension} {part.label}", *_shown(press, figure)))
        for part in score.trend:
            one = measures.measure(score, part.distribution)
            rows.append((name, part.label, *_shown(press, one.estimate if one else None)))
        distribution += [(name, value, count) for value, count in score.distribution]
    note = words("NPS and shares of good scores in points; no figure under a base of {n}.", n=press.data.limits.shown)
    return Sheet(
        words("Scores"),
        (
            (words("Scores"), heads, tuple(rows)),
            (words("Distribution"), (words("Score"), words("Value"), words("Answers")), tuple(distribution)),
        ),
        (note,),
    )


def _shown(press: Press, figure: Estimate | TooFew | None) -> tuple[Value, Value, Value, Value]:
    """Return a figure, without its value where the base is too small for one."""
    cells = _estimate(figure)
    if isinstance(figure, Estimate) and press.data.limits.of(figure.base) is BaseSize.HIDDEN:
        return None, None, None, figure.base
    return cells


def _themes(press: Press, question: QuestionFigures, name: str) -> Sheet:
    words = press.words
    hidden = press.data.limits.of(question.base) is BaseSize.HIDDEN
    labels = {theme.code: theme.label for theme in question.themes}
    heads = (
        words("No."), words("Net"), words("Net or code"), words("Share"), words("low"), words("high"),
        words("number of {people}", people=words.people), words("base"), words("as counted"), words("how"),
        words("Mentions"), words("negative"), words("neutral or mixed"), words("positive"),
        words("Net sentiment"), words("low"), words("high"),
        words("Change in points"), words("low"), words("high"), "q",
    )  # fmt: skip
    how = {
        Source.HUMAN: words("decided by people"),
        Source.MACHINE: words("machine estimate, not corrected"),
        Source.CORRECTED: words("corrected"),
    }
    rows = []
    for theme in question.themes:
        pole = theme.sentiments
        moved = theme.change
        net = _estimate(theme.net_sentiment)
        rows.append((
            theme.number, labels.get(theme.net, "") if theme.net is not None else "", theme.label,
            *_share(theme.share, hidden), theme.share.count, theme.share.base,
            None if hidden else Portion((theme.counted or theme.share).value), how[theme.share.source],
            theme.mentions, pole.negative if pole else None, pole.neutral if pole else None,
            pole.positive if pole else None, *net[:3],
            *((moved.change.value, moved.change.low, moved.change.high, moved.q) if moved else (None,) * 4),
        ))  # fmt: skip
    notes = [
        words(
            "Base: {n} {people} whose answer was read; 95% intervals.",
            n=words.count(question.base),
            people=words.people,
        )
    ]
    if hidden:
        notes.append(words("With a base under {n} only counts are shown.", n=press.data.limits.shown))
    return Sheet(name, ((question.text or question.name, heads, tuple(rows)),), tuple(notes))


def _share(share: Share, hidden: bool) -> tuple[Value, Value, Value]:
    return (None, None, None) if hidden else (Portion(share.value), Portion(share.low), Portion(share.high))


def _where(press: Press, question: QuestionFigures, name: str) -> Sheet:
    tables: list[SheetTable] = []
    notes: list[str] = []
    for table in question.segments:
        tables.append(_segment_table(press, question, table))
        notes.append(f"{table.dimension}: {letters_note(press, table.rule, table.tests)}")
    tables += [_answers(press, one) for one in question.answers]
    return Sheet(name, tuple(tables), tuple(dict.fromkeys(notes)))


def _segment_table(press: Press, question: QuestionFigures, table: SegmentTable) -> SheetTable:
    words = press.words
    known: dict[int, ThemeFigures] = {theme.code: theme for theme in question.themes}
    heads = [words("Theme"), words("All")]
    bases: list[Value] = [words("base"), question.base]
    for column in table.columns:
        letter = f" ({column.letter})" if column.letter else ""
        heads += [f"{column.value}{letter}", words("letters"), words("count")]
        bases += [column.base, None, None]
    rows: list[tuple[Value, ...]] = [tuple(bases)]
    for row in table.rows:
        theme = known.get(row.code)
        if theme is None:
            continue
        total = row.total or theme.share
        line: list[Value] = [findings.distinct_label(theme, question.themes), Portion(total.value)]
        for place, column in enumerate(table.columns):
            cell = row.cells[place] if row.cells else None
            shown = press.data.limits.of(column.base) is not BaseSize.HIDDEN
            share = cell.share if cell else row.counts[place] / column.base if column.base and shown else None
            line += [None if share is None else Portion(share), cell.letters if cell else "", row.counts[place]]
        rows.append(tuple(line))
    return words("Themes by {segment}", segment=table.dimension), tuple(heads), tuple(rows)


def _answers(press: Press, one: AnswerFigures) -> SheetTable:
    words = press.words
    rows = (
        ()
        if isinstance(one.rows, TooFew)
        else tuple(
            (
                row.theme.label,
                row.value,
                row.association.points,
                row.association.effect,
                row.association.q,
                row.association.n,
            )
            for row in one.rows
        )
    )
    heads = (
        words("Theme"),
        words("Stands out among"),
        words("Points from the others"),
        words("Strength (V)"),
        "q",
        "n",
    )
    return words("Themes by answers to {column}", column=words.quoted(one.column)), heads, rows


def _why(press: Press, question: QuestionFigures, found: DriverFigures, name: str) -> Sheet:
    words = press.words
    rank = {row.theme: place for place, row in enumerate(found.by_priority, 1)}
    heads = (
        words("Theme"), words("Reach"), words("Importance"), words("low"), words("high"), words("Effect"), words("low"),
        words("high"), "q", words("If half as many mentioned it"), words("low"), words("high"), words("Urgency"),
        words("Customer value"), words("Priority"),
    )  # fmt: skip
    rows = tuple(
        (
            specs.name_of(row.theme, words), Portion(row.reach), Portion(row.weight.value), Portion(row.weight.low),
            Portion(row.weight.high), row.effect.value, row.effect.low, row.effect.high, row.q,
            *_estimate(row.what_if)[:3], row.urgency, row.value, rank.get(row.theme),
        )
        for row in found.rows
    )  # fmt: skip
    tables: list[SheetTable] = [
        (words("Drivers of {score}, n={n}", score=found.score, n=words.count(found.n)), heads, rows)
    ]
    if question.pairs and not isinstance(question.pairs, TooFew):
        tables.append((
            words("Themes mentioned together"),
            (words("Theme"), words("and"), words("together"), words("lift"), words("low"), words("high"), "q"),
            tuple(
                (specs.name_of(pair.one, words), specs.name_of(pair.other, words), pair.pair.together,
                 pair.pair.lift, pair.pair.low, pair.pair.high, pair.pair.q)
                for pair in question.pairs
            ),
        ))  # fmt: skip
    return Sheet(name, tuple(tables), (words("What goes together is not a cause."),))


def _needs(press: Press, found: NeedFigures, name: str) -> Sheet:
    words = press.words
    told = () if isinstance(found.needs, TooFew) else found.needs
    heads = (
        words("need"), words("costs"), words("low"), words("high"), words("n bad"), words("gains"), words("low"),
        words("high"), words("n good"), words("layer"), words("points"),
    )  # fmt: skip
    rows = tuple(
        (row.theme.label, *_estimate(row.need.penalty), *_estimate(row.need.reward), words(row.need.layer.value),
         words.listed([words(point.value) for point in row.need.points]))
        for row in told
    )  # fmt: skip
    itches = tuple((itch.theme.label, itch.wishers, itch.people) for itch in found.itches)
    wished = (words("Itch point: wished for"), words("say so in a wish"), words("mention it"))
    note = words("Derived from texts and scores, not asked (Kano's questions were not put); a person may overrule it.")
    return Sheet(name, ((words("Layers of needs"), heads, rows), (words("Wishes"), wished, itches)), (note,))


def _signals(press: Press, question: QuestionFigures, name: str) -> Sheet:
    words = press.words
    tables: list[SheetTable] = []
    notes = []
    if isinstance(question.spikes, SpikeFigures):
        spikes = question.spikes
        heads = (words("Theme"), words("Column"), words("Value"), words("first day"), words("last day"), words("seen"),
                 words("expected"), words("lift"), "q")  # fmt: skip
        rows = tuple(
            (row.theme.label, row.column, row.value, f"{row.first:%Y-%m-%d}", f"{row.last:%Y-%m-%d}", row.seen,
             row.expected, row.lift, row.q)
            for row in spikes.rows
        )  # fmt: skip
        tables.append((words("Sudden rises"), heads, rows))
        notes.append(words("{tests} checks, {false} false alarms expected among those kept.",
                           tests=words.count(spikes.tests), false=f"{spikes.expected_false:.1f}"))  # fmt: skip
    if isinstance(question.emerging, EmergingFigures):
        columns = (words("Words"), words("Answers"), words("Comes back"))
        candidates = tuple(
            (words.listed(one.words), one.answers, one.stability) for one in question.emerging.candidates
        )
        tables.append((words("Candidates for new themes"), columns, candidates))
    return Sheet(name, tuple(tables), tuple(notes))


def _journey(press: Press) -> Sheet:
    words, data = press.words, press.data
    tables: list[SheetTable] = []
    notes: tuple[str, ...] = ()
    if data.journey:
        heads = (words("Stage"), words("Touchpoint"), words("Net sentiment"), words("low"), words("high"), "n",
                 words("criticised most"), words("praised most"))  # fmt: skip
        stops = tuple(
            (stop.stage, stop.touchpoint, *_estimate(stop.estimate), stop.worst.label if stop.worst else "",
             stop.best.label if stop.best else "")
            for stop in data.journey.stops
        )  # fmt: skip
        tables.append((words("Journey"), heads, stops))
    if data.touchpoints:
        table = data.touchpoints
        columns: list[str] = [words("Touchpoint"), words("All")]
        for column in table.columns:
            columns += [f"{column.value} ({column.letter})", words("letters"), "n"]
        rows = []
        for row in table.rows:
            line: list[Value] = [row.touchpoint, _estimate(row.total)[0]]
            for cell in row.cells:
                value = _estimate(cell.estimate)
                line += [value[0], cell.letters, value[3]]
            rows.append(tuple(line))
        tables.append((words("Touchpoints by {segment}", segment=table.dimension), tuple(columns), tuple(rows)))
        notes = (letters_note(press, table.rule, table.tests),)
    return Sheet(words("Journey"), tuple(tables), notes)


def _voices(press: Press) -> Sheet:
    words = press.words
    heads = (words("Theme"), words("Verbatim"), words("Sentiment"), words("No."), words("About"))
    names = {"negative": words("negative"), "neutral": words("neutral"), "positive": words("positive")}
    rows = tuple(
        (group.label, text, names[quote.sentiment.value] if quote.sentiment else "", quote.reference,
         " · ".join([*([words("counter-voice")] if quote.counter else []), *quote.about]))
        for group in press.groups
        for quote, text in group.quotes
    )  # fmt: skip
    name = words("Verbatims")
    return Sheet(name, ((name, heads, rows),), (words("Personal data are masked."),))


def _listed(press: Press) -> Sheet:
    words = press.words
    heads = (words("Question"), words("No."), words("Verbatim"), words("Codes"))
    rows: Sequence[tuple[Value, ...]] = [
        (
            one.question,
            one.reference,
            press.prepared(one.text, one.verbatim, most=XLSX_CELL - 10),
            words.listed(one.codes),
        )
        for one in press.manuscript.listed
    ]
    name = words("Appendix: list of verbatims")
    return Sheet(words("List of verbatims"), ((name, heads, tuple(rows)),), (words("Personal data are masked."),))
