"""Verbatims for the most mentioned themes, with a counter-voice: masked, else as written; long ones cut with […]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import findings
from reports.data import Quote
from reports.pdf.blocks import Block
from reports.sections.press import Press
from reports.statistics.limits import TooFew

MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """The chosen verbatims of one theme, masked and cut, and the words that tell its answers from the others."""

    label: str
    quotes: tuple[tuple[Quote, str], ...]
    words: tuple[str, ...] = ()


def quoted(press: Press) -> list[tuple[str, int, list[Quote]]]:
    """Return the verbatims to print: (question, code, quotes) of the most mentioned themes of every question."""
    limits, found = press.manuscript.spec.quotes, []
    for question in press.data.questions:
        count = 0
        for theme in findings.codes(question) or findings.nets(question):
            quotes = [quote for quote in question.quotes if quote.code == theme.code]
            pinned = [quote for quote in quotes if quote.pinned]
            # Neither what people pinned nor the counter-voice is ever what is cut.
            others = [quote for quote in quotes if not quote.counter and not quote.pinned]
            kept = pinned + others[: max(0, limits.each - len(pinned))]
            kept += [quote for quote in quotes if quote.counter][: 1 if kept else 0]
            if count >= limits.themes:
                kept = pinned
            if kept:
                count += 1
                found.append((question.name, theme.code, kept))
    return found


def choose(press: Press) -> list[Group]:
    """Return the verbatims to print, counting what was masked; nothing where the section is not asked for."""
    if "voices" not in press.manuscript.spec.sections:
        return []
    groups = []
    questions = {question.name: question for question in press.data.questions}
    for name, code, quotes in quoted(press):
        question = questions[name]
        theme = next(one for one in question.themes if one.code == code)
        label = findings.distinct_label(theme, question.themes)
        if len(questions) > 1:
            label = f"{name} · {label}"
        told = next((row.words for row in question.words if row.theme.code == code), ())
        words = () if isinstance(told, TooFew) else tuple(one.word for one in told[:MOST_WORDS])
        groups.append(
            Group(label, tuple((quote, press.prepared(quote.text, quote.verbatim)) for quote in quotes), words)
        )
    return groups


def voices(press: Press) -> list[Block]:
    """Return the section; nothing without verbatims."""
    words, groups = press.words, press.groups
    if not groups:
        return []
    count = sum(len(group.quotes) for group in groups)
    title = words("{count} verbatims on the {themes} most mentioned themes", count=count, themes=len(groups))
    blocks: list[Block] = [press.section(words("Verbatims"), title, key="voices")]
    notes = [
        words(
            "Examples, not a sample: they show what was said, not how often. Personal data are masked; cuts are marked "
            "[…]."
        )
    ]
    if any(quote.counter for group in groups for quote, _ in group.quotes):
        notes.append(words("Counter-voice: somebody who says the opposite of most."))
    if press.released:
        notes.append(
            words("Places with possible personal data that a named person released: {count}.", count=press.released)
        )
    blocks.append(press.note(words.text(*notes), keep=True))
    for group in groups:
        blocks.append(press.part(group.label))
        if group.words:
            blocks.append(
                press.note(words("Words of this theme: {words}.", words=words.listed(group.words)), keep=True)
            )
        blocks += quote_blocks(press, group.quotes)
    return blocks


def quote_blocks(press: Press, quotes: Sequence[tuple[Quote, str]]) -> list[Block]:
    """Return verbatims, already masked, two by two."""
    return press.beside([press.quote(quote, text) for quote, text in quotes])
