"""The sheets of one question: themes, where, drivers, needs, signals."""

from __future__ import annotations

from reports import findings, specs
from reports.corrections import correction_sentence
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
from reports.missing import rare_sentence, together_sentence
from reports.sections.lacks import lack_sentence
from reports.sections.press import Press
from reports.sections.where import letters_note
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.shares import Share, Source
from reports.workbook_values import Portion, Sheet, SheetTable, Value, estimate_cells


def themes_sheet(press: Press, question: QuestionFigures, name: str) -> Sheet:
    """Return the sheet of all nets and codes of a question."""
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
        net = estimate_cells(theme.net_sentiment)
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
            "Base: {n} {people} whose words were read; 95% intervals.",
            n=words.count(question.base),
            people=words.people,
        )
    ]
    if hidden:
        notes.append(words("With a base under {n} only counts are shown.", n=press.data.limits.shown))
    return Sheet(name, ((question.text or question.name, heads, tuple(rows)),), tuple(notes), labels=3)


def _share(share: Share, hidden: bool) -> tuple[Value, Value, Value]:
    return (None, None, None) if hidden else (Portion(share.value), Portion(share.low), Portion(share.high))


def where_sheet(press: Press, question: QuestionFigures, name: str) -> Sheet:
    """Return the sheet of segments and of structured answers."""
    tables: list[SheetTable] = []
    notes: list[str] = []
    for table in question.segments:
        tables.append(_segment_table(press, question, table))
        notes.append(f"{table.dimension}: {letters_note(press, table.rule, table.tests)}")
        if told := correction_sentence(table.correction, press.words):
            notes.append(f"{table.dimension}: {told}")
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


def why_sheet(press: Press, question: QuestionFigures, found: DriverFigures, name: str) -> Sheet:
    """Return the sheet of drivers and of themes mentioned together."""
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
            *estimate_cells(row.what_if)[:3], row.urgency, row.value, rank.get(row.theme),
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


def needs_sheet(press: Press, found: NeedFigures, name: str) -> Sheet:
    """Return the sheet of needs and wishes."""
    words = press.words
    told = () if isinstance(found.needs, TooFew) else found.needs
    heads = (
        words("need"), words("costs"), words("low"), words("high"), words("n bad"), words("gains"), words("low"),
        words("high"), words("n good"), words("layer"), words("points"),
    )  # fmt: skip
    rows = tuple(
        (row.theme.label, *estimate_cells(row.need.penalty), *estimate_cells(row.need.reward),
         words(row.need.layer.value), words.listed([words(point.value) for point in row.need.points]))
        for row in told
    )  # fmt: skip
    itches = tuple((itch.theme.label, itch.wishers, itch.people) for itch in found.itches)
    wished = (words("Itch point: wished for"), words("say so in a wish"), words("mention it"))
    note = words("Derived from texts and scores, not asked (Kano's questions were not put); a person may overrule it.")
    lack = (lack_sentence(press, found.needs),) if isinstance(found.needs, TooFew) else ()
    tables = ((words("Layers of needs"), heads, rows), (words("Wishes"), wished, itches), _moves(press, found))
    notes = (note, together_sentence(found, words)) if rows else (rare_sentence(found, words),)
    return Sheet(name, tables, (*lack, *(one for one in notes if one)))


def _moves(press: Press, found: NeedFigures) -> SheetTable:
    """Return the needs of two years side by side; without rows where there are no two years."""
    words = press.words
    if not found.years:
        return "", (), ()
    ends = words("low"), words("high")
    heads = [words("need")]
    for year in found.years:
        for what in (words("costs"), words("gains")):
            heads += [f"{what} {year}", *ends]
        heads.append(f"{words('layer')} {year}")
    rows = tuple(
        (
            move.theme.label,
            *(cell for need in (move.before, move.after)
              for cell in (*estimate_cells(need.penalty)[:3], *estimate_cells(need.reward)[:3],
                           words(need.layer.value))),
            words("yes") if move.moved else "",
        )
        for move in found.moves
    )  # fmt: skip
    title = words("Needs of {before} and {after}", before=found.years[0], after=found.years[1])
    return title, (*heads, words("change proved")), rows


def words_sheet(press: Press, question: QuestionFigures, name: str) -> Sheet:
    """Return the sheet of the words that tell each theme's answers from the others."""
    words = press.words
    heads = (
        words("Theme"), words("Key word"), words("Answers of the theme with it"), words("Other answers with it"),
        words("Log odds"), "z",
    )  # fmt: skip
    rows = tuple(
        (one.theme.label, word.word, word.inside, word.outside, word.delta, word.z)
        for one in question.words
        if not isinstance(one.words, TooFew)
        for word in one.words
    )
    notes = [words("Words that answers with the theme use more than the others (log odds, z ≥ 3).")]
    for one in question.words:
        if isinstance(one.words, TooFew):
            few = words("too few answers: {have} of {need}", have=one.words.have, need=one.words.need)
            notes.append(f"{one.theme.label}: {few}")
    return Sheet(name, ((words("Key words of themes"), heads, rows),), tuple(notes), labels=2)


def signals_sheet(press: Press, question: QuestionFigures, name: str) -> Sheet:
    """Return the sheet of sudden rises and of candidates for new themes."""
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
        notes.append(
            words("{tests} checks, {false} false alarms expected among those kept.",
                  tests=words.count(spikes.tests), false=f"{spikes.expected_false:.1f}")
            if spikes.rows
            else words("{tests} checks: no sudden rise stands out.", tests=words.count(spikes.tests))
        )  # fmt: skip
    if isinstance(question.emerging, EmergingFigures):
        columns = (words("Words"), words("Answers"), words("Comes back"))
        candidates = tuple(
            (words.listed(one.words), one.answers, one.stability) for one in question.emerging.candidates
        )
        tables.append((words("Candidates for new themes"), columns, candidates))
    return Sheet(name, tuple(tables), tuple(notes))
