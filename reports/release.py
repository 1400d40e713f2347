"""Possible personal data in what a report prints: each place is masked, unless a named person releases it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotate import privacy
from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.verbatims import RECORD_NAME
from reports.basket import read_items
from reports.manuscript import Manuscript
from reports.pdf.fonts import visible
from reports.spec import DEFAULT, OWN, OwnPage, Released
from reports.spec_json import page_value

PAGE = "basket:"
"""Before the place in the basket, where a page is named."""
AROUND = 18
"""Characters shown on either side of a place, so that a person can judge it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a verbatim, in code points of the original: its kind, its characters, and what is around it.

    ``released`` by ``coder`` with a ``reason``; without a decision ``coder`` is "" and the place is masked. In an own
    page ``verbatim`` is 0 and ``page`` its place in the basket (0: a page of the specification).
    """

    verbatim: int
    reference: str
    start: int
    stop: int
    kind: privacy.Kind
    sure: bool
    characters: str
    before: str
    after: str
    released: bool = False
    coder: str = ""
    reason: str = ""
    page: int = 0


def printed_places(project: Project, manuscript: Manuscript) -> list[Place]:
    """Return every place with possible personal data in what a manuscript prints: quotations, then own pages."""
    return [*places(project, quoted_verbatims(manuscript)), *_own_places(manuscript)]


def _own_places(manuscript: Manuscript) -> list[Place]:
    spec = manuscript.spec
    sections = set(spec.sections)
    pages = [(0, page) for page in spec.own_pages if OWN + page.key in sections]
    pages += [(put.place, put.page) for put in manuscript.basket if put.page] if "basket" in sections else []
    return [place for number, page in pages for place in _in_page(number, page)]


def _in_page(number: int, page: OwnPage) -> list[Place]:
    text, reference = page.words, f"{PAGE}{number}" if number else page.key
    said = {one.characters: one for one in page.released}
    found = []
    for place in privacy.find(text):
        characters = text[place.start : place.end]
        by = said.get(characters, Released("", "", ""))
        found.append(
            Place(
                0, reference, place.start, place.end, place.kind, place.sure, characters,
                text[max(0, place.start - AROUND) : place.start], text[place.end : place.end + AROUND],
                bool(by.characters), by.coder, by.reason, number,
            )
        )  # fmt: skip
    return found


def quoted_verbatims(manuscript: Manuscript) -> list[int]:
    """Return the verbatims that a manuscript prints, in order: quotations, those of the basket, the list."""
    from reports.document import press_of
    from reports.sections.voices import quoted

    sections = set(manuscript.spec.sections or DEFAULT)
    found: list[int] = []
    if "voices" in sections:
        found += [quote.verbatim for _, _, quotes in quoted(press_of(manuscript)) for quote in quotes]
    if "basket" in sections:
        found += [put.quote.verbatim for put in manuscript.basket if put.quote]
    if "verbatims" in sections:
        found += [one.verbatim for one in manuscript.listed]
    return list(dict.fromkeys(one for one in found if one))


def places(project: Project, verbatims: Iterable[int]) -> list[Place]:
    """Return every place with possible personal data in these verbatims, with what was decided on it."""
    with project.reading() as db:
        return [place for one in verbatims for place in _places(db, one)]


def _places(db: Connection, verbatim: int) -> list[Place]:
    row = db.one(
        f"select t.text, {RECORD_NAME} from verbatim_text t join verbatim v on v.id = t.id"
        " join record r on r.id = v.record_id where t.id = ?",
        (verbatim,),
    )
    if row is None:
        return []
    text, found = str(row[0]), []
    told = privacy.find(text)
    decided = {}
    if told:
        decided = {
            (int(one[0] or 0), int(one[1] or 0)): (one[2] == 1, str(one[3]), str(one[4]))
            for one in db.execute(
                "select l.start, l.stop, l.released, c.name, l.reason from release l join coder c on c.id = l.coder_id"
                " where l.verbatim_id = ?",
                (verbatim,),
            )
        }
    for place in told:
        released, coder, reason = decided.get((place.start, place.end), (False, "", ""))
        found.append(
            Place(
                verbatim,
                "#" + str(row[1]),
                place.start,
                place.end,
                place.kind,
                place.sure,
                text[place.start : place.end],
                text[max(0, place.start - AROUND) : place.start],
                text[place.end : place.end + AROUND],
                released,
                coder,
                reason,
            )
        )
    return found


def decide(
    project: Project, *, verbatim: int = 0, page: int = 0, start: int, stop: int, released: bool, reason: str = ""
) -> Step:
    """Release a place of a verbatim or of the own page at a place in the basket, or mask it again.

    The coder of the project is the named person. Raises AskedWronglyError without a reason for a release, or where no
    personal data was found at that place.
    """
    if released and not reason.strip():
        raise AskedWronglyError(
            "release-without-reason",
            N_("The place was not released."),
            N_("A release needs a reason, which is kept with your name."),
            N_("Say why it may be printed."),
        )
    if not verbatim:
        return _decide_page(project, page, (start, stop), released=released, reason=reason.strip())

    def do(op: Operation) -> None:
        place = next((one for one in _places(op.db, verbatim) if (one.start, one.stop) == (start, stop)), None)
        if place is None:
            raise _nothing_there()
        key = {"verbatim_id": verbatim, "start": start, "stop": stop}
        values = {
            "kind": place.kind.value,
            "released": int(released),
            "coder_id": op.coder_id,
            "reason": reason.strip(),
        }
        images.write(op, "release", key, values)
        op.rows = 1
        op.touch([verbatim])
        op.say(N_("Possible personal data released for printing") if released else N_("Personal data masked"))

    return operations.run(project, "release", do)[1]


def _nothing_there() -> AskedWronglyError:
    return AskedWronglyError(
        "no-such-place-in-text",
        N_("Nothing was changed."),
        N_("No personal data was found at this place."),
        N_("Look at the places with: release list."),
    )


def _decide_page(project: Project, page: int, span: tuple[int, int], *, released: bool, reason: str) -> Step:
    def do(op: Operation) -> None:
        item = next((one for one in read_items(op.db) if one.place == page and one.page is not None), None)
        if item is None or item.page is None:
            raise _nothing_there()
        place = next((one for one in _in_page(page, item.page) if (one.start, one.stop) == span), None)
        if place is None:
            raise _nothing_there()
        kept = [one for one in item.page.released if one.characters != place.characters]
        name = str((op.db.one("select name from coder where id = ?", (op.coder_id,)) or ("",))[0])
        kept += [Released(place.characters, name, reason)] if released else []
        told = page_value(replace(item.page, released=tuple(kept)))
        body = json.dumps(told, ensure_ascii=False, sort_keys=True)
        images.write(op, "basket", {"id": item.id}, {"body": body})
        op.rows = 1
        op.say(N_("Possible personal data released for printing") if released else N_("Personal data masked"))

    return operations.run(project, "release", do)[1]


def released_places(db: Connection) -> frozenset[tuple[int, str]]:
    """Return what may be printed as it stands: (verbatim, the characters as they are drawn)."""
    rows = db.execute(
        "select l.verbatim_id, t.text, l.start, l.stop from release l join verbatim_text t on t.id = l.verbatim_id"
        " where l.released = 1"
    )
    return frozenset(
        (int(verbatim or 0), " ".join(visible(str(text)[int(start or 0) : int(stop or 0)]).split()))
        for verbatim, text, start, stop in rows
    )
