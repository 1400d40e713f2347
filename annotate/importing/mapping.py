"""What each column of a file means for the project, and what the project must know before rows can come in."""

from __future__ import annotations

import json
import uuid as uuids
from collections.abc import Mapping as MappingABC
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.errors import AskedWronglyError
from annotate.importing.headers import shown
from annotate.importing.records import Cell, Notice
from annotate.importing.roles import Role, parse_date, parse_number
from annotate.importing.values import days_first, decimal_commas
from annotate.messages import N_
from annotate.store.connection import Connection

# Roles that one column at most can have.
ONCE = frozenset(
    {Role.ID, Role.RESPONDENT, Role.QUESTION, Role.WAVE, Role.WEIGHT, Role.ASKED, Role.DATE}
    | {Role.CHANNEL, Role.TOUCHPOINT, Role.LANGUAGE}
)
# Values that hardly ever repeat, or long ones, are kept as they are; others are categories. Of 3,500 stores, 2,000 rows
# show three different ones in four; ids and free texts show nearly as many as there are rows.
MANY_VALUES = 0.9
FEW_VALUES = 60
LONG_VALUE = 120

MISSING = frozenset({"-1", "-9", "-99", "na", "n/a", "#n/a", "null", "nan", "跳过", "未作答"})

NOT_ASKED = frozenset({"", "0", "no", "否", "false", "n", "未问"})
"""What a column that says who was asked holds for those who were not."""

DISLIKES = (
    "不满意",
    "不喜欢",
    "不足",
    "缺点",
    "抱怨",
    "改进",
    "问题",
    "dislike",
    "improve",
    "complain",
    "worst",
    "bad",
)
LIKES = ("满意", "喜欢", "优点", "好的", "表扬", "like", "best", "good", "praise")


@dataclass(frozen=True, slots=True)
class Mapping:
    """The role of each column of a file, in column order."""

    roles: tuple[tuple[str, Role], ...]

    def columns(self, role: Role) -> list[str]:
        """Return the columns with a role, in order."""
        return [column for column, one in self.roles if one is role]

    def to_json(self) -> str:
        """Write the mapping for the import batch."""
        return json.dumps({column: role.value for column, role in self.roles}, ensure_ascii=False)


def decide(columns: Sequence[str], guessed: MappingABC[str, Role], asked: MappingABC[Role, Sequence[str]]) -> Mapping:
    """Return the mapping: what was asked for, guesses for the rest; a guess never adds to a role that was asked for.

    Raises AskedWronglyError (no-such-column, no-text-column, column-twice).
    """
    chosen: dict[str, Role] = {}
    for role, names in asked.items():
        for name in names:
            if name not in columns:
                raise AskedWronglyError(
                    "no-such-column",
                    N_("The file has no column {column}."),
                    N_("Its columns are: {columns}."),
                    N_("Check the name, or choose another header row or sheet."),
                    column=name,
                    columns=shown(columns),
                )
            if name in chosen and chosen[name] is not role:
                raise AskedWronglyError(
                    "column-twice",
                    N_("Column {column} was given two roles."),
                    N_("A column has one role."),
                    N_("Leave one of them out."),
                    column=name,
                )
            chosen[name] = role
    taken = {role for role, names in asked.items() if names}
    roles: list[tuple[str, Role]] = []
    for column in columns:
        role = chosen.get(column) or guessed.get(column, Role.SEGMENT)
        if column not in chosen and (role in taken or (role in ONCE and any(one is role for _, one in roles))):
            role = Role.SEGMENT
        roles.append((column, role))
    mapping = Mapping(tuple(roles))
    if not mapping.columns(Role.TEXT):
        raise AskedWronglyError(
            "no-text-column",
            N_("No column of the file looks like answers in the customers' own words."),
            N_("Its columns are: {columns}."),
            N_("Say which it is with --text COLUMN."),
            columns=shown(columns),
        )
    return mapping


def direction_of(name: str, text: str) -> str:
    """Guess from a question's name and text whether it asks for likes or dislikes."""
    told = f"{name} {text}".lower()
    if any(word in told for word in DISLIKES):
        return "dislikes"
    return "likes" if any(word in told for word in LIKES) else "neutral"


@dataclass(frozen=True, slots=True)
class Column:
    """A client's column as the project keeps it."""

    place: int
    name: str
    field_id: int
    kind: str


def kind_of(role: Role, values: Sequence[Cell]) -> str:
    """Decide how to keep a client's column from a first part of its values: number, date, category or text."""
    filled = [value for value in values if value is not None and str(value).strip()]
    if role is Role.SCORE:
        return "number"
    if role in (Role.CHANNEL, Role.TOUCHPOINT, Role.LANGUAGE):
        return "category"
    if role in (Role.CODE, Role.SENTIMENT):
        return "text"
    if not filled:
        return "category"
    different = {str(value) for value in filled}
    comma = decimal_commas(filled)
    numbers = sum(parse_number(value, comma) is not None for value in filled)
    if numbers == len(filled) and len(different) > FEW_VALUES:
        return "number"
    order = days_first(filled)
    dates = 0 if numbers == len(filled) else sum(parse_date(value, order) is not None for value in filled)
    if dates >= 0.95 * len(filled):
        return "date"
    longest = max(len(value) for value in different)
    if longest <= LONG_VALUE and (len(different) <= FEW_VALUES or len(different) <= MANY_VALUES * len(filled)):
        return "category"
    return "text"


def decimal_comma_columns(mapping: Mapping, rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Return the columns, by place, whose numbers are written with a decimal comma, as their first rows show."""
    return {
        place: name
        for place, (name, role) in enumerate(mapping.roles)
        if (is_kept(role) or role is Role.WEIGHT) and decimal_commas(row[place] for row in rows if place < len(row))
    }


def decimal_comma_notice(columns: Sequence[str]) -> tuple[Notice, ...]:
    """Return the notice that the comma was read as the decimal sign, if it was in any column."""
    text = N_("Read with a decimal comma, so that 1.234,5 is 1234.5: {columns}. What was written is kept.")
    return (Notice("decimal-comma", text, {"columns": shown(columns)}),) if columns else ()


ROLE_NAMES = {
    Role.CHANNEL: "channel",
    Role.TOUCHPOINT: "touchpoint",
    Role.LANGUAGE: "language",
    Role.SCORE: "score",
}


def is_kept(role: Role) -> bool:
    """Say whether a column of this role is kept as one of the client's columns."""
    return role in ROLE_NAMES or role in (Role.SEGMENT, Role.CODE, Role.SENTIMENT)


def know_fields(
    db: Connection, mapping: Mapping, columns: Sequence[str], sample: Sequence[Sequence[Cell]]
) -> list[Column]:
    """Return the client's columns, adding those the project does not know yet (a column of record for each)."""
    found: list[Column] = []
    for place, (name, role) in enumerate(mapping.roles):
        if not is_kept(role):
            continue
        row = db.one("select id, kind from field where name = ?", (name,))
        if row is None:
            kind = kind_of(role, [record[place] for record in sample if place < len(record)])
            field_id = db.execute(
                "insert into field(uuid, name, kind, role, sort) values (?, ?, ?, ?, ?)",
                (
                    uuids.uuid4().bytes,
                    name,
                    kind,
                    ROLE_NAMES.get(role, ""),
                    db.integer("select max(sort) from field") + 1,
                ),
            ).lastrowid
            if kind != "text":
                sql_type = "real" if kind == "number" else "integer"
                db.execute(f"alter table record add column c{field_id} {sql_type}")
        else:
            field_id, kind = int(row[0] or 0), str(row[1])
        found.append(Column(place, name, field_id, kind))
    return found


def know_question(db: Connection, name: str, text: str = "") -> int:
    """Return the question of that name, adding it where the project does not know it; the only frame codes it."""
    row = db.one("select id from question where name = ?", (name,))
    if row is not None:
        return int(row[0] or 0)
    frames = db.execute("select id from frame where state = 1").fetchall()
    return db.execute(
        "insert into question(uuid, name, text, direction, frame_id, sort) values (?, ?, ?, ?, ?, ?)",
        (
            uuids.uuid4().bytes,
            name,
            text,
            direction_of(name, text),
            frames[0][0] if len(frames) == 1 else None,
            db.integer("select max(sort) from question") + 1,
        ),
    ).lastrowid


def know_wave(db: Connection, name: str) -> int:
    """Return the wave of that name, adding it after the known ones."""
    row = db.one("select id from wave where name = ?", (name,))
    if row is not None:
        return int(row[0] or 0)
    return db.execute(
        "insert into wave(uuid, name, sort) values (?, ?, ?)",
        (uuids.uuid4().bytes, name, db.integer("select max(sort) from wave") + 1),
    ).lastrowid


def know_source(db: Connection, name: str, channel: str = "") -> int:
    """Return the source of that name, adding it where the project does not know it."""
    row = db.one("select id from source where name = ?", (name,))
    if row is not None:
        return int(row[0] or 0)
    return db.execute(
        "insert into source(uuid, name, channel) values (?, ?, ?)", (uuids.uuid4().bytes, name, channel)
    ).lastrowid
