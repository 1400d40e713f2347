"""Verbatims for the most mentioned themes: masked, else as written; long ones cut with […]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate import privacy
from reports import findings
from reports.data import Quote
from reports.pdf.fonts import is_chinese, visible
from reports.pdf.pages import Block
from reports.sections.press import Press

MOST_THEMES = 8
MOST_QUOTES = 4
MOST_CHARACTERS = 320


@dataclass(frozen=True, slots=True)
class Group:
    """The chosen verbatims of one theme, masked and cut."""

    label: str
    quotes: tuple[tuple[Quote, str], ...]


def choose(press: Press) -> list[Group]:
    """Return the verbatims to print for the most mentioned themes, counting what was masked."""
    groups = []
    for question in press.data.questions:
        found = 0
        for theme in findings.codes(question) or findings.nets(question):
            quotes = [quote for quote in question.quotes if quote.code == theme.code][:MOST_QUOTES]
            if not quotes or found == MOST_THEMES:
                continue
            found += 1
            label = findings.distinct_label(theme, question.themes)
            if len(press.data.questions) > 1:
                label = f"{question.name} · {label}"
            groups.append(Group(label, tuple((quote, prepared(press, quote.text)) for quote in quotes)))
    return groups


def voices(press: Press, groups: Sequence[Group]) -> list[Block]:
    """Return the section; nothing without verbatims."""
    words = press.words
    if not groups:
        return []
    count = sum(len(group.quotes) for group in groups)
    title = words("{count} verbatims on the {themes} most mentioned themes", count=count, themes=len(groups))
    blocks: list[Block] = [press.section(words("Verbatims"), title)]
    note = words(
        "Examples, not a sample: they show what was said, not how often. Personal data are masked; cuts are marked […]."
    )
    blocks.append(press.note(note, keep=True))
    for group in groups:
        blocks.append(press.part(group.label))
        blocks += [press.quote(quote, text) for quote, text in group.quotes]
    return blocks


def prepared(press: Press, text: str) -> str:
    """Return a verbatim as it may be printed: without invisible characters, masked, cut."""
    shown = " ".join(visible(text).split())
    for found in privacy.find(shown):
        press.masked[found.kind.value] = press.masked.get(found.kind.value, 0) + 1
    shown = privacy.mask(shown)
    if len(shown) > MOST_CHARACTERS:
        shown = shown[:MOST_CHARACTERS].rstrip() + ("［…］" if is_chinese(shown) else " […]")
    press.unprintable += press.setter.lacking(shown)
    return shown
