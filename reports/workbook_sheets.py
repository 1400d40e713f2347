"""What is on the sheets of a workbook: the figures of every section with intervals, bases and letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reports import findings, measures
from reports.corrections import cells_sentence, correction_sentence
from reports.data import DriverFigures, EmergingFigures, NeedFigures, ScoreFigures, ScoreKind, SpikeFigures
from reports.missing import THINGS, undecided_sentence
from reports.outside import mix_sentence
from reports.sections.lacks import lacks
from reports.sections.press import Press
from reports.sections.where import letters_note
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.nps import Estimate
from reports.workbook_brand import brand_sheet, closed_sheets, definitions_sheet, quality_sheet
from reports.workbook_themes import needs_sheet, signals_sheet, themes_sheet, where_sheet, why_sheet, words_sheet
from reports.workbook_values import XLSX_CELL, Portion, Sheet, SheetTable, Value, estimate_cells


def sheets(press: Press) -> Iterator[Sheet]:
    """Yield the sheets of the sections asked for, in the order of the report; one without anything is left out."""
    return (one for one in _sheets(press) if one.notes or any(rows for _, _, rows in one.tables))


def _sheets(press: Press) -> Iterator[Sheet]:
    wanted = set(press.manuscript.spec.sections)
    data, words = press.data, press.words
    many = len(data.questions) > 1
    together: set[tuple[str, ...]] = set()
    if "summary" in wanted:
        yield _summary(press)
    if "method" in wanted:
        yield _method(press)
    if "scores" in wanted and data.scores:
        yield _scores(press)
    for question in data.questions:
        end = f" {question.name}" if many else ""
        if "themes" in wanted and question.themes:
            yield themes_sheet(press, question, words("Themes") + end)
        if "themes" in wanted and question.words:
            yield words_sheet(press, question, words("Key words") + end)
        if "where" in wanted and (question.segments or question.answers):
            yield where_sheet(press, question, words("Where") + end)
        if "why" in wanted and isinstance(question.drivers, DriverFigures):
            yield why_sheet(press, question, question.drivers, words("Drivers") + end)
        if "needs" in wanted and isinstance(question.needs, NeedFigures):
            needs = question.needs
            if needs.together not in together:
                yield needs_sheet(press, needs, words("Needs") + ("" if needs.together else end))
            elif needs.itches:  # the same layers: only its wishes are its own
                yield needs_sheet(press, replace(needs, needs=(), left_out=(), moves=()), words("Needs") + end)
            together |= {needs.together} - {()}
        if "signals" in wanted and (
            isinstance(question.spikes, SpikeFigures) or isinstance(question.emerging, EmergingFigures)
        ):
            yield signals_sheet(press, question, words("Signals") + end)
    if "journey" in wanted and (data.journey or data.touchpoints):
        yield _journey(press)
    if "where" in wanted:
        yield from closed_sheets(press)
    if "brand" in wanted:
        yield brand_sheet(press)
    if "voices" in wanted and press.groups:
        yield _voices(press)
    if "quality" in wanted and data.model is not None and data.model.codes:
        yield quality_sheet(press, data.model)
    if "definitions" in wanted:
        yield definitions_sheet(press)
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
                 words("Duplicates"), words("Blank"), words("In this report")),
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
            *_undecided(press),
            *_restated(press),
        ),
        tuple(one for one in [undecided_sentence([one.coding for one in data.questions], words)] if one),
    )  # fmt: skip


def _undecided(press: Press) -> Iterator[SheetTable]:
    """Yield the answers and codes that wait for a decision by question; nothing where coders differ nowhere."""
    words = press.words
    rows = tuple(
        (one.name, one.coding.contested, one.coding.contested_codes)
        for one in press.data.questions
        if one.coding.contested
    )
    if rows:
        yield words("To be decided: coders differ"), (words("Question"), words("Answers"), words("Codes")), rows


def _restated(press: Press) -> Iterator[SheetTable]:
    """Yield every figure of the periods compared with, as issued and as told now; nothing where none was issued."""
    words = press.words
    heads = words("Question"), words("Figure"), words("Issued"), words("Restated"), words("differs")
    for told in press.manuscript.issued_before:
        rows = tuple(
            (one.question, one.what, one.issued, one.now, words("yes") if one.differs else "") for one in told.figures
        )
        if rows:
            title = words("{period}: issued as “{name}” on {day}", period=told.period, name=told.name, day=told.day)
            yield title, heads, rows


def _scores(press: Press) -> Sheet:
    words = press.words
    heads = (words("Score"), words("Part"), words("Value"), words("low"), words("high"), "n")
    rows: list[tuple[Value, ...]] = []
    distribution: list[tuple[Value, ...]] = []
    parts: list[tuple[Value, ...]] = []
    notes: list[str] = []
    for score in press.data.scores:
        name = measures.name(score, words)
        found = measures.measure(score)
        rows.append((name, words("All"), *_shown(press, score, found.estimate if found else None)))
        for segments in score.segments:
            for part in segments.parts:
                one = measures.measure(score, part.distribution)
                figure = part.estimate if part.estimate is not None else one.estimate if one else None
                rows.append((name, f"{segments.dimension} {part.label}", *_shown(press, score, figure)))
        for part in score.trend:
            one = measures.measure(score, part.distribution)
            figure = part.estimate if part.estimate is not None else one.estimate if one else None
            rows.append((name, part.label, *_shown(press, score, figure)))
        shown = press.data.limits.of(sum(count for _, count in score.distribution)) is not BaseSize.HIDDEN
        distribution += _distribution(score, name, shown=shown)
        parts += [
            (name, part.name, Portion(part.share) if shown else None, part.count)
            for part in measures.portions(score, words)
        ]
        if shown and (weighed := measures.weighed_base(score, words)):
            notes.append(f"{name}: {weighed}")
    note = words("NPS in points; no figure under a base of {n}.", n=press.data.limits.shown)
    return Sheet(
        words("Scores"),
        (
            (words("Scores"), heads, tuple(rows)),
            (
                words("Distribution"),
                (words("Score"), words("Value"), words("Answers"), words("Share")),
                tuple(distribution),
            ),
            (
                words("Promoters, passives and detractors"),
                (words("Score"), words("Part"), words("Share"), words("Answers")),
                tuple(parts),
            ),
        ),
        (note, *notes),
    )


def _distribution(score: ScoreFigures, name: str, *, shown: bool) -> Iterator[tuple[Value, ...]]:
    """Yield score, value, answers and their share, by weight where weights are used; no share of a small base."""
    total = sum(count for _, count in score.distribution)
    weights = None if score.weighed is None else dict(score.weighed.shares)
    for value, count in score.distribution:
        share = count / total if weights is None else weights.get(value, 0.0)
        yield name, value, count, Portion(share) if shown else None


def _shown(press: Press, score: ScoreFigures, figure: Estimate | TooFew | None) -> tuple[Value, Value, Value, Value]:
    """Return a figure, a share of good scores as percent; without its value where the base is too small for one."""
    value, low, high, base = estimate_cells(figure)
    if isinstance(figure, Estimate) and press.data.limits.of(figure.base) is BaseSize.HIDDEN:
        return None, None, None, base
    if isinstance(figure, Estimate) and score.kind is ScoreKind.TOP_BOX:
        return Portion(figure.value / 100), Portion(figure.low / 100), Portion(figure.high / 100), base
    return value, low, high, base


def _journey(press: Press) -> Sheet:
    words, data = press.words, press.data
    tables: list[SheetTable] = []
    notes: tuple[str, ...] = ()
    if data.journey:
        heads = (words("Stage"), words("Touchpoint"), words("Net sentiment"), words("low"), words("high"), "n",
                 words("criticised most"), words("praised most"), words("as counted"),
                 *([words("at one channel mix")] if data.journey.standard else []))  # fmt: skip
        stops = tuple(
            (stop.stage, stop.touchpoint, *estimate_cells(stop.estimate), stop.worst.label if stop.worst else "",
             stop.best.label if stop.best else "", estimate_cells(stop.counted or stop.estimate)[0],
             *([estimate_cells(data.journey.standard[place])[0]] if data.journey.standard else []))
            for place, stop in enumerate(data.journey.stops)
        )  # fmt: skip
        tables.append((words("Journey"), heads, stops))
        notes = correction_sentence(data.journey.correction, words), mix_sentence(data.journey, words)
    if data.touchpoints:
        table = data.touchpoints
        columns: list[str] = [words("Touchpoint"), words("All")]
        for column in table.columns:
            columns += [f"{column.value} ({column.letter})", words("low"), words("high"), words("letters"), "n"]
        rows = []
        for row in table.rows:
            line: list[Value] = [row.touchpoint, estimate_cells(row.total)[0]]
            for cell in row.cells:
                value = estimate_cells(cell.estimate)
                line += [*value[:3], cell.letters, value[3]]
            rows.append(tuple(line))
        tables.append((words("Touchpoints by {segment}", segment=table.dimension), tuple(columns), tuple(rows)))
        notes = (*notes, cells_sentence(table, words), letters_note(press, table.rule, table.tests))
    return Sheet(words("Journey"), tuple(tables), tuple(one for one in notes if one))


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
