"""The look into a file before it is imported: columns with guessed roles and why, first rows, what it would add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import UserError
from annotate.importing import preview as previews
from annotate.importing import reading
from annotate.importing.frame_load import looks_like_frame
from annotate.importing.load import SAMPLE
from annotate.importing.mapping import ONCE
from annotate.importing.preview import Preview
from annotate.importing.records import Cell
from annotate.importing.role_names import INSIDE, NAMES
from annotate.importing.roles import Role, guess_roles, parse_date
from annotate.messages import N_, _
from annotate.store.project import Project
from annotate.text import fold

LOOK = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How a file is to be read, and as what."""

    source: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    header_rows: int = 1
    encoding: str | None = None
    wave: str = ""
    names: tuple[tuple[str, str], ...] = ()

    @property
    def called(self) -> dict[str, str]:
        """Return what columns are called here, by their names in the file."""
        return dict(self.names)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a column has its role: a message and what fills it. ``chosen``: a person said so."""

    text: str
    params: Mapping[str, str] = field(default_factory=dict)
    chosen: bool = False

    @property
    def words(self) -> str:
        """Return it in the language in use."""
        return _(self.text).format(**self.params)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into a file showed: the preview, the role and why of every column, and that column's first values.

    ``frame``: it is rather a code frame than answers.
    """

    preview: Preview
    roles: dict[str, Role]
    reasons: dict[str, Reason]
    examples: dict[str, str]
    frame: bool = False


CHOSEN = Reason(N_("you said so"), chosen=True)
MOVED = Reason(N_("you gave that to another column"))
BEFORE = Reason(N_("as in the last import of this source"))
_EXAMPLE = 60


def look_into(
    project: Project,
    path: Path,
    settings: Settings,
    chosen: Mapping[str, Role],
    before: Mapping[str, Role],
) -> Look:
    """Look into a file. ``chosen``: roles that a person gave; ``before``: roles of the source's last import.

    Raises UserError for files that cannot be read. Not on the UI thread.
    """
    if path.suffix.lower() == ".qdc":
        raise UserError(
            "codebook-no-answers",
            N_("{name} is a codebook: it holds codes, no answers."),
            N_("Codebooks of other programs are code frames here."),
            N_("Import it as a code frame, from the File menu or on the Code frame page."),
            name=path.name,
        )
    reader = reading.open_reader(
        path, sheet=settings.sheet, header_row=settings.header_row, header_rows=settings.header_rows,
        encoding=settings.encoding, names=settings.called,
    )  # fmt: skip
    rows = [record.values for record in reader.preview(SAMPLE)]
    guessed = guess_roles(reader.columns, reader.column_texts, rows)
    roles, reasons = _decide(reader.columns, reader.column_texts, rows, guessed, chosen, before)
    by_role: dict[Role, list[str]] = {}
    for column, role in roles.items():
        by_role.setdefault(role, []).append(column)
    told = previews.preview(
        project, path, roles=by_role, source=settings.source, sheet=settings.sheet, header_row=settings.header_row,
        header_rows=settings.header_rows, encoding=settings.encoding, wave=settings.wave,
        names=settings.called, look=LOOK,
    )  # fmt: skip
    examples = {name: _example(rows, place) for place, name in enumerate(reader.columns)}
    return Look(told, roles, reasons, examples, not chosen and looks_like_frame(path))


def _decide(
    columns: Sequence[str],
    texts: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    guessed: Mapping[str, Role],
    chosen: Mapping[str, Role],
    before: Mapping[str, Role],
) -> tuple[dict[str, Role], dict[str, Reason]]:
    """Return role and reason of each column: what a person said, else as last time, else as guessed.

    A role that one column alone can have is left to the one that was given it first in that order.
    """
    roles: dict[str, Role] = {}
    reasons: dict[str, Reason] = {}
    taken: set[Role] = set()
    for given, why in ((chosen, CHOSEN), (before, BEFORE), (guessed, None)):
        for place, name in enumerate(columns):
            if name in roles or name not in given:
                continue
            role = given[name]
            if role in taken and role in ONCE and given is not chosen:
                roles[name], reasons[name] = Role.SEGMENT, MOVED
                continue
            taken.add(role)
            roles[name] = role
            reasons[name] = why or reason_of(name, texts[place] if texts else "", role, _values(rows, place))
    return {name: roles.get(name, Role.SEGMENT) for name in columns}, reasons


def _values(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    told = (row[place] for row in rows if place < len(row))
    return [str(value).strip() for value in told if value is not None and str(value).strip()]


def _example(rows: Sequence[Sequence[Cell]], place: int) -> str:
    seen = dict.fromkeys(value[:_EXAMPLE] for value in _values(rows[:50], place))
    return "  ·  ".join(list(seen)[:3])


def reason_of(name: str, text: str, role: Role, values: Sequence[str]) -> Reason:
    """Return why a role was guessed for a column, from the same names and signs by which it is guessed."""
    if not values:
        return Reason(N_("the column is empty"))
    for told in (name, text):
        if told and _plain(told) in NAMES.get(role, "").split():
            return Reason(N_("by its name"))
    for told, words in ((name, N_("its name says “{sign}”")), (text, N_("its question says “{sign}”"))):
        for one, pattern in INSIDE:
            if one is role and told and (match := pattern.search(fold(told))):
                return Reason(words, {"sign": match[0]})
    different = len(set(values))
    if role is Role.TEXT:
        return Reason(N_("long and nearly all different"))
    if role is Role.DATE and parse_date(values[0]) is not None:
        return Reason(N_("its values are dates"))
    if role is Role.ID:
        return Reason(N_("its values are all different"))
    if role is Role.SEGMENT:
        return Reason(
            N_("{n} different values in the first {rows}"), {"n": f"{different:,}", "rows": f"{len(values):,}"}
        )
    return Reason(N_("by its values"))


def _plain(told: str) -> str:
    return "".join(one for one in fold(told) if one.isalnum())


def again_once(roles: Mapping[str, Role]) -> Role | None:
    """Return a role that two columns have although only one can."""
    held: set[Role] = set()
    for role in roles.values():
        if role in ONCE and role in held:
            return role
        held.add(role)
    return None
