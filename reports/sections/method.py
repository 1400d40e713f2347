"""Method and data quality: where the answers came from, how they were coded, and how good the model is."""

from __future__ import annotations

from annotate.estimates import f1_interval, f1_score, wilson_interval
from reports.charts_bars import StackPart, stack_marks
from reports.charts_spans import ShareRow, SharesChart
from reports.data import (
    CodeQuality,
    CodingFigures,
    CorrectionFigures,
    ModelFigures,
    QuestionFigures,
    Role,
    SourceFigures,
)
from reports.manuscript import Earlier
from reports.missing import undecided_sentence
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.lacks import lack_blocks
from reports.sections.press import Press
from reports.statistics.shares import Source

MOST_CORRECTIONS, MOST_RESTATED = 12, 30


def method(press: Press) -> list[Block]:
    """Return the section."""
    words, data = press.words, press.data
    records, accepted = sum(s.records for s in data.sources), sum(s.accepted for s in data.sources)
    many = len(data.sources)
    said = (
        words("{verbatims} answers from one source")
        if many == 1
        else words("{verbatims} answers from {sources} sources")
    )
    told = (
        words("this report counts {counted} of {accepted} records")
        if any(source.counted is not None for source in data.sources)
        else words("all {records} records were accepted")
        if accepted == records
        else words("{accepted} of {records} records were accepted")
    )
    title = words.series([said, told]).format(
        verbatims=words.count(data.verbatims),
        sources=many,
        accepted=words.count(accepted),
        records=words.count(records),
        counted=words.count(sum(source.used for source in data.sources)),
    )
    blocks: list[Block] = [press.section(words("Method and data quality"), title, key="method")]
    blocks += _asked(press)
    if data.sources:
        blocks += _sources(press)
    if data.questions:
        blocks += _questions(press)
    blocks += [*_quality(press), *lack_blocks(press)]
    for question in data.questions:
        blocks += _correction(press, question)
    return [*blocks, *_restated(press)]


def _asked(press: Press) -> list[Block]:
    """Say which rows the report speaks of, and by which rules."""
    words, data, spec = press.words, press.data, press.manuscript.spec
    said = []
    if spec.filter:
        said.append(words("Only rows with {filter}.", filter=words.listed(spec.filter)))
    chosen = data.scope
    if chosen and chosen.now:
        said.append(words("Periods counted: {names}.", names=words.listed([one.name for one in chosen.now])))
        if chosen.before:
            said.append(words("Compared with {name}.", name=chosen.before.name))
    if spec.counts_only:
        said.append(
            words(
                "This report shows counts only: shares are not corrected for the model's errors, as its "
                "specification asks."
            )
        )
    if spec.weighted:
        said.append(words("Figures are weighted; bases are numbers of {people}.", people=words.people))
    return [press.text(words.text(*said))] if said else []


def _correction(press: Press, question: QuestionFigures) -> list[Block]:
    """Show the largest corrections: counted beside corrected."""
    words = press.words
    told = [
        (theme, theme.counted)
        for theme in question.themes
        if theme.share.source is Source.CORRECTED and theme.counted and not theme.is_net and theme.role is Role.THEME
    ]
    if not told:
        return []
    told.sort(key=lambda one: (-abs(one[0].share.value - one[1].value), one[0].code))
    largest, before = told[0]
    rows = tuple(
        ShareRow(
            theme.label,
            counted.value,
            theme.share.value,
            theme.share.low,
            theme.share.high,
            (
                words.percent(counted.value, counted.base),
                words.percent(theme.share.value, theme.share.base),
                words.share_span(theme.share),
            ),
            theme.query,
        )
        for theme, counted in told[:MOST_CORRECTIONS]
    )
    widest = max(press.setter.width(row.label, 8) for row in rows)
    chart = SharesChart(
        rows,
        (words("counted"), words("corrected"), words("95% interval")),
        (48.0, 50.0, 72.0),
        label_width=min(0.3 * press.width, max(70.0, widest + 4)),
    )
    title = words(
        "Largest correction: {label} from {counted} to {corrected}",
        label=words.quoted(largest.label),
        counted=words.percent(before.value, before.base),
        corrected=words.percent(largest.share.value, largest.share.base),
    )
    read = question.correction
    sample = (
        words(
            "Random sample: {n} answers read, which stand for {all}.",
            n=words.count(read.read),
            all=words.count(read.stands_for),
        )
        if isinstance(read, CorrectionFigures)
        else ""
    )
    note = words(
        "Hollow: share as counted, which a pivot of the export gives; full: corrected for the model's "
        "errors, with its 95% "
        "interval (sampling and the model's errors). n={n}.",
        n=words.count(question.base),
    )
    name = words("Counted and corrected shares")
    return [press.part(name, title), press.rows(chart, name=name), press.caption(words.text(note, sample))]


def _restated(press: Press) -> list[Block]:
    """Show the figures of the periods compared with as they were issued and as they are counted now."""
    told = [block for one in press.manuscript.issued_before for block in _restated_of(press, one)]
    return [press.part(press.words("Issued and restated figures")), *told] if told else []


def _restated_of(press: Press, earlier: Earlier) -> list[Block]:
    words = press.words
    differing = [one for one in earlier.figures if one.differs]
    values = {
        "name": earlier.name,
        "day": earlier.day,
        "period": earlier.period,
        "n": words.count(len(earlier.figures)),
    }
    if not differing:
        text = words(
            "{period} was issued as “{name}” on {day}; its {n} figures are the same as counted now.",
            **values,
        )
        return [press.text(text)]
    text = words(
        "{period} was issued as “{name}” on {day}. Of its {n} figures {count} are counted differently now; "
        "changes in this "
        "report are against the restated ones.",
        count=words.count(len(differing)),
        **values,
    )
    columns = [
        ColumnSpec(words("Question"), 1.2),
        ColumnSpec(words("Figure"), 2.6),
        ColumnSpec(words("Issued"), 1.0, "right"),
        ColumnSpec(words("Restated"), 1.0, "right"),
    ]
    rows: list[list[Cell | str]] = [
        [one.question, one.what, one.issued, Cell(one.now, bold=True)] for one in differing[:MOST_RESTATED]
    ]
    more = len(differing) - MOST_RESTATED
    rest = [press.note(words("{count} more differ.", count=more))] if more > 0 else []
    return [press.text(text), press.table(columns, rows), *rest]


def _sources(press: Press) -> list[Block]:
    words = press.words
    columns = [
        ColumnSpec(words("Source"), 2.6),
        ColumnSpec(words("Channel"), 1.2),
        ColumnSpec(words("Imported"), 1.1),
        ColumnSpec(words("Records"), 0.9, "right"),
        ColumnSpec(words("Accepted"), 0.9, "right"),
        ColumnSpec(words("Rejected"), 0.9, "right"),
        ColumnSpec(words("Duplicates"), 1.0, "right"),
        ColumnSpec(words("Blank"), 0.8, "right"),
    ]
    sources = press.data.sources
    narrowed = any(source.counted is not None for source in sources)
    if narrowed:
        columns.append(ColumnSpec(words("In this report"), 1.0, "right"))
    rows: list[list[Cell | str]] = [
        [
            source.name,
            source.channel or "—",
            f"{source.imported:%Y-%m-%d}" if source.imported else "—",
            *map(words.count, _counts(source, narrowed=narrowed)),
        ]
        for source in sources
    ]
    if len(sources) > 1:
        sums = [sum(counts) for counts in zip(*(_counts(source, narrowed=narrowed) for source in sources), strict=True)]
        rows.append([Cell(text, bold=True) for text in (words("Sum"), "", "", *map(words.count, sums))])
    blocks: list[Block] = [press.table(columns, rows)]
    note = words(
        "Accepted and rejected records sum to the records. Duplicates (the same words to the same question) and blank "
        "answers are kept and counted among the accepted."
    )
    blocks.append(press.note(note))
    if press.data.cleaned:
        parts = [
            words("{what}: {count}", what=words(item.what), count=words.count(item.count))
            for item in press.data.cleaned
        ]
        blocks.append(
            press.note(words("Set aside for comparison only, originals unchanged: {parts}.", parts=words.series(parts)))
        )
    return blocks


def _counts(source: SourceFigures, *, narrowed: bool) -> tuple[int, ...]:
    told = source.records, source.accepted, source.rejected, source.duplicates, source.blank
    return (*told, source.used) if narrowed else told


def _questions(press: Press) -> list[Block]:
    words, colours = press.words, press.colours
    blocks: list[Block] = [press.part(words("Bases and coding"), words("Bases and who decided the codes"))]
    columns = [
        ColumnSpec(words("Question"), 3.0),
        ColumnSpec(words("Asked"), 0.9, "right"),
        ColumnSpec(words("Answered"), 0.9, "right"),
        ColumnSpec(words("Blank"), 0.8, "right"),
        ColumnSpec(words("Read (base)"), 1.2, "right"),
    ]
    rows: list[list[Cell | str]] = [
        [
            question.text or question.name,
            words.count(question.asked) if question.asked is not None else "—",
            words.count(question.answered),
            words.count(question.blank),
            Cell(words.count(question.base), bold=True),
        ]
        for question in press.data.questions
    ]
    blocks.append(press.table(columns, rows))
    blocks.append(
        press.note(words("Numbers of {people}. Percentages in this report rest on the base.", people=words.people))
    )
    total = _sum(press.data.questions)
    if total.total:
        pale = colours.tint(colours.accent, 0.45)
        parts = [
            StackPart(words("coded by people"), total.human, colours.strong, words.count(total.human)),
            StackPart(
                words("same words as a coded answer"), total.duplicate, colours.accent, words.count(total.duplicate)
            ),
            StackPart(words("coded by the model"), total.machine, pale, words.count(total.machine), colours.ink),
            StackPart(words("not coded yet"), total.open, colours.too_little, words.count(total.open), colours.ink),
        ]
        bar = stack_marks([part for part in parts if part.amount], press.width, press.setter.width, colours)
        blocks.append(press.chart(bar, name=words("Who decided the codes")))
        blocks.append(
            press.caption(words("Answers by who decided their codes (n={n} answers).", n=words.count(total.total)))
        )
    if waiting := undecided_sentence([total], words):
        blocks.append(press.text(waiting))
    return blocks


def _sum(questions: tuple[QuestionFigures, ...]) -> CodingFigures:
    coding = [question.coding for question in questions]
    return CodingFigures(
        sum(c.human for c in coding),
        sum(c.duplicate for c in coding),
        sum(c.machine for c in coding),
        sum(c.open for c in coding),
        sum(c.certified for c in coding),
        sum(c.contested for c in coding),
        sum(c.contested_codes for c in coding),
    )


def quality_texts(code: CodeQuality) -> tuple[str, str, str]:
    """Return precision, recall and F1 with their intervals, — where there is nothing to judge by."""
    found = code.hits + code.false_alarms
    return (
        _rate(code.hits / found, wilson_interval(code.hits, found)) if found else "—",
        _rate(code.hits / code.support, wilson_interval(code.hits, code.support)) if code.support else "—",
        _rate(
            f1_score(code.hits, code.false_alarms, code.missed),
            f1_interval(code.hits, code.false_alarms, code.missed),
        )
        if found + code.support
        else "—",
    )


def micro_text(model: ModelFigures) -> str:
    """Return micro-F1 with the interval that training gives: one figure, one interval, wherever it is printed."""
    return _rate(model.micro[0], model.micro[1:]) if model.micro else quality_texts(model.overall)[2]


def _rate(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"


def _quality(press: Press) -> list[Block]:
    words, data = press.words, press.data
    blocks: list[Block] = [press.part(words("Coding quality"), words("How far the codes can be trusted"))]
    if data.model:
        model = data.model
        told = words(
            "Model {name} learned from {trained} answers. Each of {scored} answers was judged by a model fitted "
            "without it: micro-F1 {f1} (95% interval in brackets; {support} decisions of people as the yardstick). "
            "The appendix gives the figures code by code.",
            name=model.name,
            trained=words.count(model.trained_on),
            scored=words.count(model.scored),
            f1=micro_text(model),
            support=words.count(model.overall.support),
        )
        chosen = words(
            "These answers were chosen for coding, not drawn at random: the figure speaks of them, not of all."
        )
        blocks.append(press.text(told if model.random else words.text(told, chosen)))
    elif any(question.coding.coded for question in data.questions):
        blocks.append(press.text(words("No model took part: every code in this report was decided by people.")))
    if data.agreement:
        agreed = data.agreement
        blocks.append(
            press.text(
                words(
                    "Agreement of coders on {n} doubly coded answers: Krippendorff's alpha {value:.2f} "
                    "({low:.2f}–{high:.2f}). "
                    "From .80 conclusions are safe, from .67 tentative.",
                    n=words.count(agreed.answers),
                    value=agreed.value,
                    low=agreed.low,
                    high=agreed.high,
                )
            )
        )
    sources = {theme.share.source for question in data.questions for theme in question.themes}
    if Source.MACHINE in sources:
        blocks.append(
            press.text(
                words(
                    "Shares that include codes of the model are machine counts, not corrected: they are set in "
                    "grey, and "
                    "their intervals hold sampling error only."
                )
            )
        )
    if Source.CORRECTED in sources:
        blocks.append(
            press.text(
                words(
                    "Shares marked as corrected rest on an audit sample drawn at random; rare codes lean on their "
                    "net. Their intervals hold both sampling error and the model's errors."
                )
            )
        )
    blocks.append(
        press.text(
            words(
                "Personal data in printed verbatims (mobile numbers, identity numbers, e-mail addresses, bank "
                "cards, number "
                "plates, vehicle numbers) are masked automatically. Places masked in this report: {count}.",
                count=words.count(sum(press.masked.values())),
            )
        )
    )
    if press.released:
        blocks.append(
            press.text(
                words("Places that a named person released for printing: {count}.", count=words.count(press.released))
            )
        )
    if press.unprintable:
        blocks.append(
            press.text(
                words(
                    "{count} characters in printed verbatims are in none of the fonts and appear as □.",
                    count=words.count(press.unprintable),
                )
            )
        )
    return blocks
