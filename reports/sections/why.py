"""Why: what goes with the score, what to do first, what a change would go with, and what is said together."""

from __future__ import annotations

from dataclasses import replace

from reports import specs, specs_why
from reports.charts import Drawing
from reports.charts_plane import quadrant_marks
from reports.charts_words import quadrant_said
from reports.data import DriverFigures, PairRow, QuestionFigures
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

MOST_DRIVERS, MOST_PAIRS = 15, 12


def why(press: Press) -> list[Block]:
    """Return the section; nothing where no question has drivers or pairs."""
    blocks: list[Block] = []
    for question in press.data.questions:
        drivers = question.drivers if isinstance(question.drivers, DriverFigures) and question.drivers.rows else None
        pairs = () if question.pairs is None or isinstance(question.pairs, TooFew) else question.pairs
        if drivers is None and not pairs:
            continue
        blocks += _question(press, question, drivers, pairs)
    return blocks


def _question(
    press: Press, question: QuestionFigures, drivers: DriverFigures | None, pairs: tuple[PairRow, ...]
) -> list[Block]:
    words = press.words
    many = len(press.data.questions) > 1
    name = words("Drivers and priorities")
    name = words("{question}: {finding}", question=question.name, finding=name) if many else name
    key = f"why:{question.name}"
    if drivers is None:
        title = words("Some themes are mentioned together more often than by chance")
        return [press.section(name, title, key=key), *pair_blocks(press, question, pairs)]
    return [
        press.section(name, driver_sentence(press, drivers), key=key),
        *quadrant_blocks(press, drivers),
        *driver_table(press, drivers),
        *scenario_blocks(press, drivers),
        *(pair_blocks(press, question, pairs) if pairs else []),
    ]


def driver_sentence(press: Press, drivers: DriverFigures) -> str:
    """Say which theme comes first, or that none is proved to go with a lower score."""
    words = press.words
    if not drivers.by_priority:
        lifting = [row for row in drivers.rows if row.sure and row.effect.value > 0]
        if not lifting:
            return words("No theme is proved to go with a lower {score}", score=drivers.score)
        best = max(lifting, key=lambda row: row.weight.value)
        return words(
            "{theme} goes with {effect} points of {score} a mention; no theme is proved to go with a lower one",
            theme=words.quoted(specs.name_of(best.theme, words)),
            effect=words.points(best.effect.value),
            score=drivers.score,
        )
    first = drivers.by_priority[0]
    return words(
        "{theme} comes first: {reach} mention it, and a mention goes with {effect} points of {score}",
        theme=words.quoted(specs.name_of(first.theme, words)),
        reach=words.percent(first.reach, drivers.people),
        effect=words.points(first.effect.value),
        score=drivers.score,
    )


def quadrant_blocks(press: Press, drivers: DriverFigures) -> list[Block]:
    """Return the map of reach and effect."""
    words = press.words
    chart = specs.quadrant(drivers, words)

    def draw(height: float) -> Drawing:
        return quadrant_marks(replace(chart, height=height), press.width, press.setter.width, press.colours)

    said = quadrant_said(press.last_title, chart.points)
    shortest = 150.0 if press.paper.wide else 180.0
    note = words.text(
        words(
            "Effect of a mention on {score}, other themes held fixed (least squares, HC3), with its 95% interval; dot: "
            "{people} who mention it; n={n}.",
            score=drivers.score,
            people=words.people,
            n=words.count(drivers.n),
        ),
        words("Grey: not proved to differ from 0, or rarer than the median theme."),
        words("Counted over: {periods}.", periods=words.window(drivers.periods)) if drivers.periods else "",
        words("What goes together is not a cause."),
    )
    return [
        press.elastic(draw, 250.0, shortest, name=words("Drivers and priorities"), alt=said),
        press.caption(note),
    ]


def driver_table(press: Press, drivers: DriverFigures) -> list[Block]:
    """Return importance, effect and priority theme by theme."""
    words = press.words
    rank = {row.theme: place for place, row in enumerate(drivers.by_priority, 1)}
    columns = [
        ColumnSpec(words("Theme"), 2.3),
        ColumnSpec("\n".join((words("Reach"), words.base(drivers.people))), 0.8, "right"),
        ColumnSpec(words("Importance"), 1.5, "right"),
        ColumnSpec(words("Effect (95% CI)"), 1.8, "right"),
        ColumnSpec(words("Urgency"), 0.8, "right"),
        ColumnSpec(words("Customer value"), 0.9, "right"),
        ColumnSpec(words("Priority"), 0.8, "right"),
    ]
    rows: list[list[Cell | str]] = []
    ordered = sorted(drivers.rows, key=lambda row: (rank.get(row.theme, 10_000), -row.weight.value))
    for row in ordered[:MOST_DRIVERS]:
        grey = None if row.sure else press.colours.quiet
        rows.append(
            [
                Cell(specs.name_of(row.theme, words) + (" †" if row.doubtful else "")),
                words.percent(row.reach, drivers.people),
                _share_span(press, row.weight),
                Cell(
                    f"{words.points(row.effect.value)} ({words.points_span(row.effect.low, row.effect.high)})",
                    colour=grey,
                ),
                f"{row.urgency:.1f}",
                f"{row.value:.2f}",
                Cell(f"{rank[row.theme]}." if row.theme in rank else "—", bold=True),
            ]
        )
    notes = [
        words("Importance: share of the explained variance (Johnson's relative weights); together they explain {r}.",
              r=f"{100 * drivers.explained:.0f}%"),
        words("Priority: reach × effect × urgency × customer value, of themes proved to go with a lower score."),
    ]  # fmt: skip
    if any(row.doubtful for row in ordered[:MOST_DRIVERS]):
        notes.append(words("† the model codes this theme poorly: read it with care."))
    if drivers.left_out:
        names = words.listed([one.theme.label for one in drivers.left_out[:6]])
        notes.append(
            words("Left out, too rarely mentioned: {count} ({names}).", count=len(drivers.left_out), names=names)
        )
    if drivers.inseparable:
        notes.append(
            words(
                "Cannot be told from other themes: {names}.", names=words.listed([t.label for t in drivers.inseparable])
            )
        )
    name = words("Theme by theme")
    return [press.part(name), press.table(columns, rows, size=7.5), press.note(words.text(*notes))]


def _share_span(press: Press, figure: Estimate) -> str:
    return f"{100 * figure.value:.0f}% ({press.words.span(f'{100 * figure.low:.0f}', f'{100 * figure.high:.0f}%')})"


def scenario_blocks(press: Press, drivers: DriverFigures) -> list[Block]:
    """Return what halving the mentions of a theme would go with."""
    words = press.words
    spec = specs_why.scenarios(drivers, words)
    if spec is None:
        return []
    widest = max(press.setter.width(row.label, 8) for row in spec.rows)
    chart = replace(spec, label_width=min(200.0, max(80.0, widest + 4)))
    title = words("If half as many mentioned it: {score} in the model", score=drivers.score)
    note = words(
        "A scenario of the model (multinomial logit, averaged over the people there are), not a forecast and no proof "
        "of a cause: what else these people say stays as it is."
    )
    return [
        press.part(words("What if"), title), press.rows(chart, name=words("What if")), press.caption(note),
    ]  # fmt: skip


def pair_blocks(press: Press, question: QuestionFigures, pairs: tuple[PairRow, ...]) -> list[Block]:
    """Return themes that are mentioned together."""
    words = press.words
    columns = [
        ColumnSpec(words("Theme"), 2.2),
        ColumnSpec(words("and"), 2.2),
        ColumnSpec(words("together"), 0.8, "right"),
        ColumnSpec(words("Lift (95% CI)"), 1.6, "right"),
        ColumnSpec("q", 0.7, "right"),
    ]
    rows: list[list[Cell | str]] = [
        [
            specs.name_of(row.one, words),
            specs.name_of(row.other, words),
            words.count(row.pair.together),
            f"{row.pair.lift:.1f} ({row.pair.low:.1f}–{row.pair.high:.1f})",
            "<.001" if row.pair.q < 0.001 else f"{row.pair.q:.3f}".lstrip("0"),
        ]
        for row in pairs[:MOST_PAIRS]
    ]
    note = words(
        "Pairs that more {people} mention together than by chance (Fisher, q ≤ .05 over all pairs). Lift 1: "
        "as often as "
        "by chance. Together is no cause.",
        people=words.people,
    )
    return [
        press.part(words("Themes mentioned together")),
        press.table(columns, rows, keep=len(rows) < 13),
        press.note(note),
    ]
