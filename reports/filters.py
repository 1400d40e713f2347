"""Filters as people type them: column=value, channel=, wave=, tier=, score>=7."""

from __future__ import annotations

import re
from collections.abc import Iterable

from annotate import verbatims
from annotate.errors import AskedWronglyError
from annotate.importing.values import parse_date
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import Condition, DatedBetween, FieldBetween, FieldIs, FromSource, InWave, Not, Query
from annotate.verbatims import Field
from reports.definitions.verbs import in_force

_FORM = re.compile(r"\s*(?P<name>[^=<>!≥≤]+?)\s*(?P<sign>!=|>=|<=|≥|≤|==?|>|<)\s*(?P<value>.*?)\s*", re.DOTALL)
_SIGNS = {"≥": ">=", "≤": "<=", "==": "="}
_DAY = 86_400_000
_STEP = 1e-9
"""Above and below a number: > 7 is ≥ 7 and a little."""


def parse_filters(project: Project, told: Iterable[str]) -> Query:
    """Return the rows that meet all filters.

    ``column=value`` (several values: ``a|b``), ``column!=value``; ``>=``, ``<=``, ``>``, ``<`` and ranges ``3..6`` for
    numbers and dates. ``channel``, ``wave``, ``source``, ``tier``, ``score``, ``touchpoint`` and ``date`` mean the
    column of that role where no column has that name. Raises AskedWronglyError (bad-filter, no-column, no-value, …).
    """
    with project.reading() as db:
        query = Query()
        for text in told:
            query = query.where(_condition(db, text))
        return query


def the_column(project: Project, name: str) -> str:
    """Return the column of that name whose values make a table; raises AskedWronglyError (no-segment)."""
    known = [one for one in verbatims.context_fields(project) if one.kind == "category"]
    word = {"channel": "channel", "渠道": "channel", "touchpoint": "touchpoint", "触点": "touchpoint"}.get(name.lower())
    for one in known:
        if one.name == name:
            return one.name
    for one in known:
        if one.name.lower() == name.lower() or (word is not None and one.role == word):
            return one.name
    raise AskedWronglyError(
        "no-segment",
        N_("There is no column “{name}” to make tables by."),
        N_("The project has: {names}."),
        N_("Name one of these columns."),
        name=name,
        names=", ".join(one.name for one in known) or "-",
    )


def _condition(db: Connection, text: str) -> Condition:
    form = _FORM.fullmatch(text)
    if form is None or not form["value"]:
        raise AskedWronglyError(
            "bad-filter",
            N_("“{filter}” is no filter."),
            N_("A filter is a column, a sign (=, !=, >=, <=, >, <) and a value."),
            N_("Write for example: channel=hotline, score>=7, region=East|South."),
            filter=text,
        )
    name, value = form["name"], form["value"]
    sign = _SIGNS.get(form["sign"], form["sign"])
    if sign == "!=":
        return Not((_meant(db, name, "=", value),))
    return _meant(db, name, sign, value)


def _meant(db: Connection, name: str, sign: str, value: str) -> Condition:
    known = verbatims.fields(db)
    field = next((one for one in known if one.name == name), None)
    field = field or next((one for one in known if one.name.lower() == name.lower()), None)
    if field is not None:
        return _of_field(db, field, sign, value)
    word = name.lower()
    if word in ("wave", "period", "期") and sign == "=":
        return InWave(_id(db, "select id, name from wave order by sort", value, N_("There is no wave “{value}”.")))
    if word in ("source", "来源") and sign == "=":
        return FromSource(
            _id(db, "select id, name from source order by id", value, N_("There is no source “{value}”."))
        )
    if word in ("date", "日期"):
        return _dates(value, sign)
    role = {"channel": "channel", "渠道": "channel", "touchpoint": "touchpoint", "触点": "touchpoint"}.get(word)
    if role is not None:
        of_role = next((one for one in known if one.role == role), None)
        if of_role is not None:
            return _of_field(db, of_role, sign, value)
        if role == "channel" and sign == "=":
            return FromSource(_id(db, "select id, channel from source order by id", value, _NO_CHANNEL))
    if word in ("tier", "层级", "客户层级"):
        column = next((tier.column for tier in in_force(db).definitions.tiers), None)
        field = next((one for one in known if one.name == column), None)
    if word in ("score", "评分", "分数"):
        headline = in_force(db).definitions.headline
        field = next((one for one in known if headline is not None and one.name == headline.column), None)
    if field is not None:
        return _of_field(db, field, sign, value)
    raise AskedWronglyError(
        "no-column",
        N_("There is no column “{name}” to filter by."),
        N_("The project has: {names}."),
        N_("Name one of these columns, or wave, channel, source, tier, score, date."),
        name=name,
        names=", ".join(one.name for one in known if one.kind != "text") or "-",
    )


_NO_CHANNEL = N_("There is no channel “{value}”.")
_NO_SOURCE = N_("There is no source “{value}”.")


def _id(db: Connection, sql: str, value: str, missing: str) -> int:
    rows = [(int(row[0] or 0), str(row[1])) for row in db.execute(sql)]
    for number, name in rows:
        if name == value:
            return number
    raise AskedWronglyError(
        "no-value",
        missing,
        N_("Known are: {names}."),
        N_("Give one of these."),
        value=value,
        names=", ".join(dict.fromkeys(name for _, name in rows if name)) or "-",
    )


def _of_field(db: Connection, field: Field, sign: str, value: str) -> Condition:
    if field.kind == "category":
        if sign != "=":
            raise AskedWronglyError(
                "no-order",
                N_("“{name}” has no order."),
                N_("It holds names, not numbers: only = and != can be asked of it."),
                N_("Write for example: {name}=value."),
                name=field.name,
            )
        wanted = tuple(part.strip() for part in value.split("|"))
        known = [
            str(row[0])
            for row in db.execute("select value from field_value where field_id = ? order by value", (field.id,))
        ]
        missing = next((one for one in wanted if one not in known), None)
        if missing is not None:
            raise AskedWronglyError(
                "no-value",
                N_("“{name}” has no value “{value}”."),
                N_("Known are: {names}."),
                N_("Give one of these."),
                name=field.name,
                value=missing,
                names=", ".join(known[:20]) + (" …" if len(known) > 20 else ""),
            )
        return FieldIs(field.id, wanted)
    if field.kind == "date":
        dated = _dates(value, sign)
        return FieldBetween(field.id, dated.low, dated.high)
    if field.kind != "number":
        raise AskedWronglyError(
            "text-column",
            N_("“{name}” cannot be filtered by."),
            N_("It holds free text."),
            N_("Filter by a column of names, numbers or dates."),
            name=field.name,
        )
    low, high = _ends(value, sign)
    return FieldBetween(field.id, low, high)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AskedWronglyError(
            "no-number",
            N_("“{value}” is no number."),
            N_("The column holds numbers."),
            N_("Write for example: score>=7 or score=0..6."),
            value=text,
        ) from None


def _ends(value: str, sign: str) -> tuple[float | None, float | None]:
    low, dots, high = value.partition("..")
    if sign == "=" and dots:
        return _number(low) if low else None, _number(high) if high else None
    told = _number(value)
    return {
        "=": (told, told), ">=": (told, None), ">": (told + _STEP, None), "<=": (None, told), "<": (None, told - _STEP),
    }[sign]  # fmt: skip


def _dates(value: str, sign: str) -> DatedBetween:
    low, dots, high = value.partition("..")
    if sign == "=":
        start, end = (_day(low), _day(high)) if dots else (_day(value), _day(value))
        return DatedBetween(start, None if end is None else end + _DAY - 1)
    told = _day(value)
    assert told is not None
    return {
        ">=": DatedBetween(told, None), ">": DatedBetween(told + _DAY, None), "<=": DatedBetween(None, told + _DAY - 1),
        "<": DatedBetween(None, told - 1),
    }[sign]  # fmt: skip


def _day(text: str) -> int | None:
    if not text:
        return None
    parsed = parse_date(text)
    if parsed is None:
        raise AskedWronglyError(
            "no-date",
            N_("“{value}” is no date."),
            N_("The filter compares dates."),
            N_("Write for example: date>=2026-07-01 or date=2026-07-01..2026-07-31."),
            value=text,
        )
    return parsed - parsed % _DAY
