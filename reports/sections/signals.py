"""Emerging and sudden: rises in a slice of the data, and candidates for themes that the frame has no code for."""

from __future__ import annotations

from dataclasses import replace

from reports import specs
from reports.data import EmergingFigures, QuestionFigures, SpikeFigures
from reports.outside import repeated_sentence
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.wording import Words

MOST_CANDIDATES = 10


def signals(press: Press) -> list[Block]:
    """Return the section; nothing where neither was looked for."""
    words = press.words
    parts: list[Block] = []
    rises, candidates, tests, searched, grouped = 0, 0, 0, False, False
    for question in press.data.questions:
        if isinstance(question.spikes, SpikeFigures):
            searched = True
            rises, tests = rises + len(question.spikes.rows), tests + question.spikes.tests
            parts += spike_blocks(press, question, question.spikes)
        if isinstance(question.emerging, EmergingFigures):
            grouped = True
            candidates += len(question.emerging.candidates)
            parts += emerging_blocks(press, question, question.emerging)
    if not parts:
        return []
    said = [_rises_said(words, rises, tests)] if searched else []
    said += [_candidates_said(words, candidates)] if grouped else []
    title = words.series(said)
    title = title[:1].upper() + title[1:]
    return [press.section(words("Emerging and sudden"), title, key="signals"), *parts]


def _rises_said(words: Words, rises: int, tests: int) -> str:
    if not rises:
        return words("no sudden rise confirmed in {tests} checks", tests=words.count(tests))
    if rises == 1:
        return words("one sudden rise confirmed in {tests} checks", tests=words.count(tests))
    return words("{rises} sudden rises confirmed in {tests} checks", rises=rises, tests=words.count(tests))


def _candidates_said(words: Words, candidates: int) -> str:
    if not candidates:
        return words("no candidate for a new theme")
    if candidates == 1:
        return words("one candidate for a new theme")
    return words("{candidates} candidates for new themes", candidates=candidates)


def _named(press: Press, question: QuestionFigures, name: str) -> str:
    if len(press.data.questions) < 2:
        return name
    return press.words("{question}: {finding}", question=question.name, finding=name)


def spike_blocks(press: Press, question: QuestionFigures, found: SpikeFigures) -> list[Block]:
    """Return the rises with their course week by week, and how much was searched."""
    words = press.words
    blocks: list[Block] = [press.part(_named(press, question, words("Sudden rises")))]
    if found.rows:
        chart = replace(specs.spikes(found, words), label_width=0.44 * press.width)
        blocks.append(press.rows(chart, name=words("Sudden rises")))
    searched = words(
        "{tests} checks: themes × {slices} slices by week from {first} to {last}. With an uncorrected "
        "p ≤ .05 about {chance} alarms would have come by chance.",
        tests=words.count(found.tests),
        slices=words.count(found.slices),
        first=f"{found.weeks[0]:%Y-%m-%d}",
        last=f"{found.weeks[1]:%Y-%m-%d}",
        chance=words.count(round(found.by_chance)),
    )
    kept = words(
        "Of the {alarms} kept (q ≤ .05) about {false} are to be expected false.",
        alarms=words.count(found.alarms),
        false=f"{found.expected_false:.1f}",
    )
    note = words.text(searched, kept if found.alarms else "")
    none = words("No rise stands out.") if not found.rows else ""
    note = words.text(note, repeated_sentence(found.repeated, words))
    blocks.append(press.caption(words.text(none, note)) if found.rows else press.text(words.text(none, note)))
    return blocks


def emerging_blocks(press: Press, question: QuestionFigures, found: EmergingFigures) -> list[Block]:
    """Return candidates for new themes; a person names them or does not."""
    words = press.words
    blocks: list[Block] = [press.part(_named(press, question, words("Candidates for new themes")))]
    if found.candidates:
        columns = [
            ColumnSpec(words("Words"), 1.5),
            ColumnSpec(words("Answers"), 0.7, "right"),
            ColumnSpec(words("Comes back"), 0.8, "right"),
            ColumnSpec(words("For example"), 3.4),
        ]
        rows: list[list[Cell | str]] = [
            [
                Cell(words.listed(one.words), bold=True),
                words.count(one.answers),
                f"{one.stability:.2f}",
                words.series([words("“{label}”", label=press.prepared(text, most=90)) for text in one.examples[:2]]),
            ]
            for one in found.candidates[:MOST_CANDIDATES]
        ]
        blocks.append(press.table(columns, rows, size=7.5))
    note = words(
        "Candidates, not findings: groups of similar answers among the {texts} without a theme of the frame. "
        "Of {clusters} "
        "groups {unstable} did not come back when the answers were drawn again and {chance} were no more "
        "alike than chance "
        "makes.",
        texts=words.count(found.texts),
        clusters=words.count(found.clusters),
        unstable=words.count(found.unstable),
        chance=words.count(found.by_chance),
    )
    none = words("No group passed both tests.") if not found.candidates else ""
    blocks.append(press.note(words.text(none, note)))
    return blocks
