"""Everything that a report is printed from: figures, specification, pictures, basket, decisions on personal data.

A manuscript needs no project any more: printed twice it gives the same bytes, and frozen it is an issued report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.data import Quote, ReportData
from reports.spec import OwnPage, Picture, ReportSpec


@dataclass(frozen=True, slots=True)
class Put:
    """A thing out of the basket. ``exhibit``: what is shown of ``question``; ``data``: the figures of its scope.

    A quote has ``quote`` and the label of its theme, a page ``page``; ``scope`` says in words which rows. ``place`` in
    the basket, from 1.
    """

    kind: str
    exhibit: str = ""
    question: str = ""
    title: str = ""
    scope: str = ""
    data: ReportData | None = None
    quote: Quote | None = None
    page: OwnPage | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure of the period compared with, as it was issued and as it is counted now, in percent or points."""

    question: str
    what: str
    issued: str
    now: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """The issued report of a period compared with, and its figures beside today's."""

    name: str
    period: str
    day: str
    figures: tuple[Restated, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer of the appendix: its question, number, what may be printed of its author, its text and codes."""

    question: str
    reference: str
    about: tuple[str, ...]
    text: str
    codes: tuple[str, ...]
    verbatim: int = 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Figures and what was decided on them.

    ``released``: places that a named person released, as (verbatim, the characters); all others are masked.
    ``earlier``: what was issued for the period compared with, ``year_earlier`` for the one a year before.
    ``listed_of``: how many answers the list in the appendix was taken from.
    """

    data: ReportData
    spec: ReportSpec = field(default_factory=ReportSpec)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    basket: tuple[Put, ...] = ()
    released: frozenset[tuple[int, str]] = frozenset()
    earlier: Earlier | None = None
    listed: tuple[Listed, ...] = ()
    listed_of: int = 0
    year_earlier: Earlier | None = None

    @property
    def issued_before(self) -> tuple[Earlier, ...]:
        """Return what was issued for the periods that changes are told against."""
        return tuple(one for one in (self.earlier, self.year_earlier) if one is not None)
