"""The basket: what is put aside for a report, in its order; and quotations pinned to a theme or banned."""

from __future__ import annotations

import json
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from reports.data import Scope
from reports.sections.basket import EXHIBITS
from reports.spec import Json, OwnPage, Picture
from reports.spec_json import own_page, page_value
from reports.spec_pictures import keep
from reports.spec_store import number_of

TABLES = frozenset({"answers", "closed", "drivers", "emerging", "indicators", "pairs", "wishes", "words"})
"""Exhibits that are tables; the others are charts."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing in the basket. ``spec``: the report it is kept for, "" for any; ``place`` counts from 1.

    A chart or table has ``exhibit``, ``question`` and ``scope``, with ``said`` the scope in words; a quotation has
    ``verbatim`` and ``code``; a page of one's own ``page``.
    """

    id: int
    place: int
    kind: str
    spec: str
    title: str = ""
    exhibit: str = ""
    question: str = ""
    scope: Scope | None = None
    said: str = ""
    verbatim: int = 0
    code: int = 0
    page: OwnPage | None = None


def put_exhibit(
    project: Project,
    *,
    exhibit: str,
    question: str = "",
    scope: Scope | None = None,
    said: str = "",
    title: str = "",
    spec: str = "",
) -> Step:
    """Put a chart or table of these rows at the end of the basket.

    ``question`` by name; the figures are counted when the report is printed. Raises AskedWronglyError for an exhibit,
    question or specification that there is not.
    """
    if exhibit not in EXHIBITS:
        raise AskedWronglyError(
            "no-such-exhibit",
            N_("Nothing was put into the basket."),
            N_("There is no “{name}”; there are: {names}."),
            N_("Give one of these."),
            name=exhibit,
            names=", ".join(EXHIBITS),
        )
    body: dict[str, Json] = {
        "exhibit": exhibit,
        "question": question,
        "scope": json.loads((scope or Scope()).to_json()),
        "said": said,
        "title": title,
    }
    return _put(project, "table" if exhibit in TABLES else "chart", body, spec)


def put_quote(project: Project, *, verbatim: int, code: int, title: str = "", spec: str = "") -> Step:
    """Put a verbatim, as one of this code, at the end of the basket."""
    return _put(project, "quote", {"verbatim": verbatim, "code": code, "title": title}, spec)


def put_page(
    project: Project, *, page: OwnPage, with_pictures: Mapping[str, Picture] | None = None, spec: str = ""
) -> Step:
    """Put a page of one's own words and pictures (already checked) at the end of the basket."""
    return _put(project, "page", _page_body(page), spec, with_pictures)


def change_page(
    project: Project, *, place: int, page: OwnPage, with_pictures: Mapping[str, Picture] | None = None
) -> Step:
    """Put a page of one's own in the place of another one in the basket, places from 1."""
    body = _page_body(page)

    def do(op: Operation) -> None:
        for picture in (with_pictures or {}).values():
            keep(op, picture)
        number = _at(op.db, place)[place - 1]
        images.write(op, "basket", {"id": number}, {"body": json.dumps(body, ensure_ascii=False, sort_keys=True)})
        op.rows = 1
        op.say(N_("Page of one's own changed: place {n}"), n=place)

    return operations.run(project, "basket", do)[1]


def _page_body(page: OwnPage) -> dict[str, Json]:
    body = page_value(page)
    if own_page(body) is None:
        raise AskedWronglyError(
            "bad-own-page",
            N_("The page was not put into the basket."),
            N_("It needs a title of at most 300 and a text of at most 20,000 characters."),
            N_("Shorten it, or give it a title."),
        )
    return body


def _put(
    project: Project, kind: str, body: dict[str, Json], spec: str, with_pictures: Mapping[str, Picture] | None = None
) -> Step:
    def do(op: Operation) -> None:
        for picture in (with_pictures or {}).values():
            keep(op, picture)
        if kind in {"chart", "table"}:
            _require(op.db, "select 1 from question where name = ? or ? = ''", (str(body["question"]),) * 2, "question")
        if kind == "quote":
            _require(op.db, "select 1 from verbatim where id = ?", (int(str(body["verbatim"])),), "verbatim")
            _require(op.db, "select 1 from code where id = ?", (int(str(body["code"])),), "code")
        number = op.db.integer("select ifnull(max(id), 0) from basket") + 1
        place = op.db.integer("select ifnull(max(place), 0) from basket") + 1
        values = {
            "uuid": uuids.uuid4().bytes,
            "spec_id": number_of(op.db, spec) if spec else None,
            "place": place,
            "kind": kind,
            "body": json.dumps(body, ensure_ascii=False, sort_keys=True),
        }
        images.write(op, "basket", {"id": number}, values)
        op.rows = 1
        op.say(N_("Put into the basket: place {n}"), n=place)

    return operations.run(project, "basket", do)[1]


def _require(db: Connection, sql: str, values: tuple[str | int, ...], what: str) -> None:
    if db.one(sql, values) is None:
        raise AskedWronglyError(
            "no-such-thing",
            N_("Nothing was put into the basket."),
            N_("The project has no {thing} “{name}”."),
            N_("Look it up in the window or in the export."),
            thing=what,
            name=values[0],
        )


def items(project: Project, *, spec: str = "") -> list[Item]:
    """Return what is in the basket in its order; with ``spec`` only what is kept for it or for any report."""
    with project.reading() as db:
        return read_items(db, spec=spec)


def read_items(db: Connection, *, spec: str = "") -> list[Item]:
    """Return the items as ``items`` does."""
    rows = db.execute(
        "select b.id, b.kind, b.body, ifnull(s.name, '') from basket b left join report_spec s on s.id = b.spec_id"
        " order by b.place, b.id"
    ).fetchall()
    found: list[Item] = []
    for number, kind, body, name in rows:
        if spec and name and name != spec:
            continue
        told = json.loads(str(body))
        scope = Scope.from_json(json.dumps(told["scope"])) if "scope" in told else None
        found.append(
            Item(
                int(number or 0),
                len(found) + 1,
                str(kind),
                str(name),
                str(told.get("title", "")),
                str(told.get("exhibit", "")),
                str(told.get("question", "")),
                scope,
                str(told.get("said", "")),
                int(told.get("verbatim", 0)),
                int(told.get("code", 0)),
                own_page(told) if kind == "page" else None,
            )
        )
    return found


def _at(db: Connection, place: int) -> list[int]:
    numbers = [one.id for one in read_items(db)]
    if not 1 <= place <= len(numbers):
        raise AskedWronglyError(
            "no-such-place",
            N_("The basket has no place {n}."),
            N_("It holds {count} things."),
            N_("Look at them with: basket list."),
            n=place,
            count=len(numbers),
        )
    return numbers


def move(project: Project, *, place: int, to: int) -> Step:
    """Move the thing at a place to another; the others close up."""

    def do(op: Operation) -> None:
        numbers = _at(op.db, place)
        moved = numbers.pop(place - 1)
        numbers.insert(max(0, min(to - 1, len(numbers))), moved)
        for at, number in enumerate(numbers, 1):
            images.write(op, "basket", {"id": number}, {"place": at})
        op.rows = 1
        op.say(N_("Moved in the basket: from {n} to {to}"), n=place, to=to)

    return operations.run(project, "basket", do)[1]


def remove(project: Project, *, place: int) -> Step:
    """Take the thing at a place out of the basket."""

    def do(op: Operation) -> None:
        images.write(op, "basket", {"id": _at(op.db, place)[place - 1]}, None)
        op.rows = 1
        op.say(N_("Taken out of the basket: place {n}"), n=place)

    return operations.run(project, "basket", do)[1]


def choose_quote(project: Project, *, verbatim: int, code: int, choice: int, place: int | None = None) -> Step:
    """Pin a verbatim to a code (1), at the end or at ``place``; ban it there (−1); or let the program choose (0)."""

    def do(op: Operation) -> None:
        _require(op.db, "select 1 from verbatim where id = ?", (verbatim,), "verbatim")
        _require(op.db, "select 1 from code where id = ?", (code,), "code")
        key = {"verbatim_id": verbatim, "code_id": code}
        if not choice:
            images.write(op, "quote_choice", key, None)
        elif choice < 0:
            images.write(op, "quote_choice", key, {"choice": -1, "place": 0})
        else:
            _pin(op, verbatim, code, place)
        op.rows = 1
        op.touch([verbatim], [code])
        words = {1: N_("Quotation pinned"), 0: N_("Quotation neither pinned nor banned"), -1: N_("Quotation banned")}
        op.say(words[choice])

    return operations.run(project, "quote-choice", do)[1]


def _pin(op: Operation, verbatim: int, code: int, place: int | None) -> None:
    rows = op.db.execute(
        "select verbatim_id from quote_choice where code_id = ? and choice = 1 and verbatim_id <> ?"
        " order by place, verbatim_id",
        (code, verbatim),
    )
    pinned = [int(row[0] or 0) for row in rows]
    pinned.insert(len(pinned) if place is None else max(0, min(place - 1, len(pinned))), verbatim)
    for at, one in enumerate(pinned, 1):
        images.write(op, "quote_choice", {"verbatim_id": one, "code_id": code}, {"choice": 1, "place": at})


@dataclass(frozen=True, slots=True)
class QuoteChoice:
    """A pinned (1) or banned (−1) verbatim of a code; ``place`` among the pinned ones."""

    verbatim: int
    code: int
    choice: int
    place: int


def quote_choices(project: Project) -> list[QuoteChoice]:
    """Return what was pinned and banned, by code and place."""
    with project.reading() as db:
        rows = db.execute(
            "select verbatim_id, code_id, choice, place from quote_choice order by code_id, choice desc, place, "
            "verbatim_id"
        ).fetchall()
    return [QuoteChoice(*(int(cell or 0) for cell in row)) for row in rows]
