"""Pain, itch and delight: what costs points, what lifts, what is wished for, and how needs move between years."""

from __future__ import annotations

from dataclasses import replace

from reports import specs, specs_why
from reports.charts_moves import moves_marks
from reports.data import MoveRow, NeedFigures, QuestionFigures
from reports.missing import rare_sentence, together_sentence
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.lacks import lack_sentence
from reports.sections.press import Press
from reports.statistics.kano import Layer, Point
from reports.statistics.limits import TooFew
from reports.wording import Words

MOST_ITCHES = 10


def needs(press: Press) -> list[Block]:
    """Return the section of each question that has needs or wishes."""
    blocks: list[Block] = []
    told: set[tuple[str, ...]] = set()
    for question in press.data.questions:
        found = question.needs
        if found is None:
            continue
        again = found.together in told  # the same layers: only its wishes are its own
        if found.together:
            told.add(found.together)
        if found.itches or not (again or isinstance(found.needs, TooFew)):
            blocks += _question(press, question, found, again=again)
    return blocks


def _question(press: Press, question: QuestionFigures, found: NeedFigures, *, again: bool) -> list[Block]:
    words = press.words
    name = words("Pain, itch and delight")
    if len(press.data.questions) > 1 and (again or not found.together):
        name = words("{question}: {finding}", question=question.name, finding=name)
    blocks: list[Block] = [press.section(name, needs_sentence(press, found, again=again), key=f"needs:{question.name}")]
    if again:
        return [*blocks, *itch_blocks(press, found)]
    if isinstance(found.needs, TooFew):
        blocks.append(
            press.text(words.text(words("Layers of needs are not shown."), lack_sentence(press, found.needs)))
        )
    elif found.needs:
        blocks += need_blocks(press, found)
    else:
        blocks.append(press.text(rare_sentence(found, words)))
    if found.itches:
        blocks += itch_blocks(press, found)
    if found.moves and found.years:
        blocks += move_blocks(press, found.moves, found.years)
    return blocks


def needs_sentence(press: Press, found: NeedFigures, *, again: bool = False) -> str:
    """Say the strongest pain and delight, else (of layers told ``again``, only) the most wished-for theme."""
    words = press.words
    told = () if again or isinstance(found.needs, TooFew) else found.needs
    pains = [row for row in told if Point.PAIN in row.need.points]
    delights = [row for row in told if Point.DELIGHT in row.need.points]
    if pains and delights:
        return words(
            "{pain} is the strongest pain point, {delight} the strongest delight point",
            pain=words.quoted(max(pains, key=lambda row: row.need.penalty.value).theme.label),
            delight=words.quoted(max(delights, key=lambda row: row.need.reward.value).theme.label),
        )
    if pains:
        label = max(pains, key=lambda row: row.need.penalty.value).theme.label
        return words("{pain} is the strongest pain point; no delight point is proved", pain=words.quoted(label))
    if delights:
        label = max(delights, key=lambda row: row.need.reward.value).theme.label
        return words("{delight} is the strongest delight point; no pain point is proved", delight=words.quoted(label))
    if found.itches:
        first = found.itches[0]
        return words(
            "{label} is wished for most: {n} {people} say so",
            label=words.quoted(first.theme.label),
            n=words.count(first.wishers),
            people=words.people,
        )
    return words("No need is proved to be a pain or a delight point")


def need_blocks(press: Press, found: NeedFigures) -> list[Block]:
    """Return penalty and reward bars with the verdict on each need."""
    words, bars = press.words, specs.needs(found, press.words)
    if bars is None:
        return []
    widest = max(press.setter.width(bar.label, 8) for bar in bars.rows)
    chart = replace(bars, label_width=min(0.28 * press.width, max(60.0, widest + 4)))
    notes = [
        words(
            "Points of {score} that a bad mention costs and a good one gains against no mention (n={n}, HC3); "
            "whisker: 95% "
            "interval.",
            score=found.score,
            n=words.count(found.n),
        ),
        words("Must-be: costs more than twice what it gains; attractive: the other way round; q ≤ .05."),
        words("Derived from texts and scores, not asked (Kano's questions were not put); a person may overrule it."),
        words("Counted over: {periods}.", periods=words.window(found.periods)) if found.periods else "",
        together_sentence(found, words),
    ]
    if found.left_out:
        notes.append(words("Left out, too rarely mentioned: {count}.", count=len(found.left_out)))
    return [press.rows(chart, name=words("Pain, itch and delight")), press.caption(words.text(*notes))]


def itch_blocks(press: Press, found: NeedFigures) -> list[Block]:
    """Return what people wish for."""
    words = press.words
    columns = [
        ColumnSpec(words("Itch point: wished for"), 3.0),
        ColumnSpec(words("say so in a wish"), 1.1, "right"),
        ColumnSpec(words("mention it"), 1.1, "right"),
        ColumnSpec(words("Share"), 1.0, "right"),
    ]
    rows: list[list[Cell | str]] = [
        [
            itch.theme.label,
            Cell(words.count(itch.wishers), bold=True),
            words.count(itch.people),
            words.percent(itch.wishers / itch.people, itch.people) if itch.people else "—",
        ]
        for itch in found.itches[:MOST_ITCHES]
    ]
    note = words("A wish is told by its form (if only…, I wish…, would be nice if…), not by its sentiment.")
    return [press.part(words("Wishes")), press.table(columns, rows, keep=True), press.note(note)]


def move_blocks(press: Press, moves: tuple[MoveRow, ...], years: tuple[str, str]) -> list[Block]:
    """Return the needs of two years on the plane of reward and penalty, arrows where the move is proved."""
    words = press.words
    drawing = moves_marks(specs_why.moves(moves, words), press.width, press.setter.width, press.colours)
    title = words("Needs of {before} and {after}", before=years[0], after=years[1])
    proved = sum(1 for move in moves if move.moved)
    note = words(
        "Right: gains more; up: costs more. An arrow where the change is proved ({proved} of {count}); else "
        "a grey dot.",
        proved=proved,
        count=len(moves),
    )
    return [
        press.part(title, move_sentence(moves, years, words)),
        press.chart(drawing, name=title),
        press.caption(note),
    ]


def move_sentence(moves: tuple[MoveRow, ...], years: tuple[str, str], words: Words) -> str:
    """Say which needs changed their layer, else which cost or gain otherwise than before, as far as it is proved."""
    between = {"before": years[0], "after": years[1]}
    proved = [one for one in moves if one.moved]
    for one in proved:
        layers = one.before.layer, one.after.layer
        if layers[0] is not layers[1] and Layer.UNPROVED not in layers:
            return words(
                "{theme}: {layer} in {before}, {now} in {after}", theme=words.quoted(one.theme.label),
                layer=words(layers[0].value), now=words(layers[1].value), **between,
            )  # fmt: skip
    if proved:
        names = words.listed([words.quoted(one.theme.label) for one in proved[:3]])
        return words("{themes} cost or gain otherwise in {after} than in {before}", themes=names, **between)
    return words("No need is proved to have moved from {before} to {after}", **between)
