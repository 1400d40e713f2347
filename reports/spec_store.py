"""The report specifications of a project: save, read, resolve a view on its master, remove; each can be undone."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from reports.document_file import write_file
from reports.spec import Picture, ReportSpec
from reports.spec_json import read_json, to_json
from reports.spec_pictures import checked, keep, name_of, pictures

MOST_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A specification of the project as it stands in a list; ``master`` empty for a master."""

    id: int
    name: str
    master: str
    language: str


def save(project: Project, *, spec: ReportSpec, with_pictures: Mapping[str, Picture] | None = None) -> Step:
    """Keep a specification under its name, in the place of one of that name.

    Raises AskedWronglyError without a name, or where a view's master is missing or a view itself.
    """
    if not spec.name.strip():
        raise AskedWronglyError(
            "spec-nameless",
            N_("The report specification was not saved."),
            N_("It has no name."),
            N_("Give it one: “name” in the file, or --name."),
        )

    def do(op: Operation) -> None:
        for picture in (with_pictures or {}).values():
            keep(op, picture)
        if spec.master:
            above = _row(op.db, spec.master)
            if above is None or read_json(above[1])[0].master or spec.master == spec.name:
                raise _no_master(spec.master)
        body = to_json(spec)
        row = op.db.one("select id, state, body from report_spec where name = ?", (spec.name,))
        if row is None:
            # Born withdrawn and switched on by an image, so that undoing never deletes what a basket refers to.
            made = op.db.execute(
                "insert into report_spec(uuid, name, body, state) values (?, ?, ?, 0)",
                (uuids.uuid4().bytes, spec.name, body),
            ).lastrowid
            images.write(op, "report_spec", {"id": made}, {"state": 1})
        else:
            images.write(op, "report_spec", {"id": row[0]}, {"body": body, "state": 1})
        op.rows = 1
        op.say(N_("Report specification “{name}” saved"), name=spec.name)

    return operations.run(project, "report-spec", do)[1]


def _no_master(name: str) -> AskedWronglyError:
    return AskedWronglyError(
        "spec-no-master",
        N_("The view was not saved."),
        N_("Its master “{name}” is not a master report of this project."),
        N_("Save the master first, or name another one."),
        name=name,
    )


def remove(project: Project, *, name: str) -> Step:
    """Take a specification away; raises UserError where views of it remain."""

    def do(op: Operation) -> None:
        row = _row(op.db, name)
        if row is None:
            raise _missing(op.db, name)
        views = [one.name for one in _listed(op.db) if one.master == name]
        if views:
            raise UserError(
                "spec-has-views",
                N_("The report specification “{name}” was not removed."),
                N_("These views rest on it: {views}."),
                N_("Remove them first."),
                name=name,
                views=", ".join(views),
            )
        images.write(op, "report_spec", {"id": row[0]}, {"state": 0})
        op.rows = 1
        op.say(N_("Report specification “{name}” removed"), name=name)

    return operations.run(project, "report-spec", do)[1]


def listed(project: Project) -> list[Kept]:
    """Return the specifications of a project, masters before their views."""
    with project.reading() as db:
        return _listed(db)


def _listed(db: Connection) -> list[Kept]:
    found = []
    for number, name, body in db.execute("select id, name, body from report_spec where state = 1 order by name"):
        spec = read_json(str(body))[0]
        found.append(Kept(int(number or 0), str(name), spec.master, spec.language))
    return sorted(found, key=lambda one: (one.master or one.name, bool(one.master), one.name))


def _row(db: Connection, name: str) -> tuple[int, str] | None:
    row = db.one("select id, body from report_spec where name = ? and state = 1", (name,))
    return None if row is None else (int(row[0] or 0), str(row[1]))


def _missing(db: Connection, name: str) -> AskedWronglyError:
    names = ", ".join(one.name for one in _listed(db))
    return AskedWronglyError(
        "no-such-spec",
        N_("There is no report specification “{name}”."),
        N_("The project has: {names}.") if names else N_("The project has none."),
        N_("Look at them with: spec list."),
        name=name,
        names=names,
    )


def number_of(db: Connection, name: str) -> int:
    """Return the row of a specification; raises AskedWronglyError where there is none."""
    row = _row(db, name)
    if row is None:
        raise _missing(db, name)
    return row[0]


def written(db: Connection, name: str) -> ReportSpec:
    """Return a specification as it was saved: of a view only what it says itself."""
    row = _row(db, name)
    if row is None:
        raise _missing(db, name)
    return replace(read_json(row[1])[0], name=name)


def resolved(db: Connection, spec: ReportSpec) -> ReportSpec:
    """Return the whole specification: a view laid over its master."""
    if not spec.master:
        return spec
    row = _row(db, spec.master)
    if row is None:
        raise _no_master(spec.master)
    return spec.over(read_json(row[1])[0])


def of_name(project: Project, name: str) -> ReportSpec:
    """Return the whole specification of this name."""
    with project.reading() as db:
        return resolved(db, written(db, name))


def read_file(path: Path) -> tuple[ReportSpec, dict[str, Picture]]:
    """Return a specification file with its pictures, checked, under the hashes that they have once they are checked.

    Raises AskedWronglyError and UserError as ``read_json`` and ``checked`` do.
    """
    if path.stat().st_size > MOST_BYTES:
        raise AskedWronglyError(
            "bad-report-spec",
            N_("The report specification cannot be used."),
            N_("It is larger than {mb} MB."),
            N_("Use smaller pictures."),
            mb=MOST_BYTES // 1_000_000,
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    spec, raw = read_json(text)
    found, new = {}, {}
    for h, data in raw.items():
        picture = checked(data)
        new[h] = name_of(picture)
        found[new[h]] = picture
    pages = tuple(replace(one, pictures=tuple(new.get(h, h) for h in one.pictures)) for one in spec.own_pages)
    look = replace(spec.look, logo=new.get(spec.look.logo, spec.look.logo))
    return replace(spec, own_pages=pages, look=look), found


def export_file(project: Project, name: str, path: Path) -> None:
    """Write a specification with its pictures as a file that ``read_file`` reads back."""
    with project.reading() as db:
        spec = written(db, name)
        found = pictures(db, spec.pictures())
    write_file(path, to_json(spec, found).encode() + b"\n")
