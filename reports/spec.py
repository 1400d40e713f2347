"""What a report shall be: a versioned JSON value that can be kept, sent, and run again on another wave.

A master says everything. A view names its master and holds only what is different: a filter, a segment, a wave, a
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from annotate.messages import N_
from reports.definitions.terms import Letters

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

SECTIONS: Mapping[str, str] = {
    "summary": N_("Management summary"),
    "method": N_("Method and data quality"),
    "scores": N_("Scores"),
    "themes": N_("Themes"),
    "where": N_("Where"),
    "why": N_("Drivers and priorities"),
    "needs": N_("Pain, itch and delight"),
    "journey": N_("Journey"),
    "signals": N_("Emerging and sudden"),
    "brand": N_("Brand"),
    "voices": N_("Verbatims"),
    "basket": N_("Basket"),
    "frame": N_("Appendix: code frame"),
    "quality": N_("Appendix: model quality by code"),
    "definitions": N_("Appendix: terms and formulas"),
    "verbatims": N_("Appendix: list of verbatims"),
}
"""The sections by id, in the order of a report that says nothing else."""
DEFAULT = tuple(name for name in SECTIONS if name not in ("basket", "verbatims"))
OWN = "page:"
"""Before the key of a page of one's own among the sections."""


@dataclass(frozen=True, slots=True)
class Look:
    """The client's look: two colours (empty: ours) and the hash of a logo."""

    strong: str = ""
    accent: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """A title that a consultant wrote instead of the generated one, which is kept."""

    text: str
    generated: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """Characters of an own page that a named person released for printing, and why."""

    characters: str
    coder: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of the consultant's own words and pictures; ``pictures`` are hashes.

    Possible personal data in its words is masked, but for what was ``released``.
    """

    key: str
    title: str
    text: str = ""
    pictures: tuple[str, ...] = ()
    released: tuple[Released, ...] = ()

    @property
    def words(self) -> str:
        """The title, and under it the text."""
        return f"{' '.join(self.title.split())}\n{self.text}"


@dataclass(frozen=True, slots=True)
class QuoteCounts:
    """How many themes are quoted, how many verbatims a theme, and how many rows the appendix lists at most."""

    themes: int = 8
    each: int = 4
    listed: int = 500


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was checked: PNG or JPEG."""

    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """A report's specification. ``master`` makes it a view; ``given`` are the fields that a view says itself.

    ``filter`` are conditions as typed (``channel=hotline``), all of which hold. ``questions`` empty means all.
    """

    name: str = ""
    master: str = ""
    title: str = ""
    client: str = ""
    sections: tuple[str, ...] = DEFAULT
    questions: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    wave: str = ""
    compare: str = ""
    window: int = 1
    segment: str = ""
    language: str = "zh"
    page: str = "a4"
    look: Look = Look()
    counts_only: bool = False
    letters: Letters | None = None  # None: as the definitions say
    weighted: bool = False
    headlines: Mapping[str, Headline] = field(default_factory=dict)
    own_pages: tuple[OwnPage, ...] = ()
    quotes: QuoteCounts = QuoteCounts()
    given: frozenset[str] = frozenset()

    def but(self, **changes: object) -> ReportSpec:
        """Return this specification with some fields changed, which count as given."""
        return replace(self, **changes, given=self.given | set(changes))  # type: ignore[arg-type]

    def over(self, master: ReportSpec) -> ReportSpec:
        """Return the master with what this view says differently."""
        own = {name: getattr(self, name) for name in self.given if name not in ("given", "master", "name")}
        if "headlines" in own:
            own["headlines"] = {**master.headlines, **self.headlines}
        return replace(master, name=self.name, master=master.name, **own)

    def view(self, name: str, **changes: object) -> ReportSpec:
        """Return a view of this master with these fields changed."""
        return ReportSpec(name=name, master=self.name).but(**changes)

    def pictures(self) -> tuple[str, ...]:
        """Return the hashes of all pictures that this specification names."""
        named = [
            *([self.look.logo] if self.look.logo else []),
            *(one for page in self.own_pages for one in page.pictures),
        ]
        return tuple(dict.fromkeys(named))
