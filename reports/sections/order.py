"""Which sections a report has, in which order: those of the specification, pages of one's own among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain

from reports.pdf.blocks import Block
from reports.sections.appendix import definitions, edited_titles, frame, model_quality, verbatim_list
from reports.sections.basket import basket
from reports.sections.brand import brand
from reports.sections.front import summary
from reports.sections.journey import journey
from reports.sections.method import method
from reports.sections.needs import needs
from reports.sections.own import own
from reports.sections.press import Press
from reports.sections.scores import scores
from reports.sections.signals import signals
from reports.sections.themes import themes
from reports.sections.voices import voices
from reports.sections.where import where
from reports.sections.why import why
from reports.spec import OWN

Section = Callable[[Press], list[Block]]
BUILDERS: Mapping[str, Section] = {
    "summary": summary,
    "method": method,
    "scores": scores,
    "themes": lambda press: list(chain.from_iterable(themes(press, question) for question in press.data.questions)),
    "where": where,
    "why": why,
    "needs": needs,
    "journey": journey,
    "signals": signals,
    "brand": brand,
    "voices": voices,
    "basket": basket,
    "frame": frame,
    "quality": model_quality,
    "definitions": definitions,
    "verbatims": verbatim_list,
}


def body(press: Press) -> list[Block]:
    """Return the blocks of all sections that the specification asks for, and what it must own up to at the end."""
    spec = press.manuscript.spec
    pages = {OWN + page.key: page for page in spec.own_pages}
    blocks: list[Block] = []
    for name in spec.sections:
        if name in pages:
            blocks += own(press, pages[name])
        elif name in BUILDERS:
            blocks += BUILDERS[name](press)
    return [*blocks, *edited_titles(press)]
