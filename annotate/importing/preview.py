"""What an import would bring, before it is done: columns, roles, first rows, rejects, and what is new to a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import AskedWronglyError
from annotate.importing import mapping as mappings
from annotate.importing.known import Known, in_project, renamed
from annotate.importing.load import SAMPLE, source_name
from annotate.importing.mapping import ROLE_NAMES, kind_of
from annotate.importing.reading import Reader, file_hash, open_reader, sheet_names
from annotate.importing.records import Cell, Notice, Record, Reject
from annotate.importing.roles import Role, guess_roles, parse_date, parse_number
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.text import text_hash

LOOK = 1_000
ROWS = 20
SHOWN_VALUES = 10


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column of the file. ``known``: the project has it; ``kind`` "" where the role keeps no column of its own."""

    name: str
    text: str
    role: str
    kind: str
    known: bool


@dataclass(frozen=True, slots=True)
class PreviewReject:
    """A record that would not be taken. ``line`` is its beginning as text, for the eye."""

    number: int
    reason: str
    detail: str
    line: str


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """A score column whose values leave the range it had in the project, or fill half of it or less."""

    column: str
    before: tuple[float, float]
    now: tuple[float, float]


@dataclass(frozen=True, slots=True)
class KindChange:
    """A column whose values no longer read as what the project keeps in it: how many of those looked at."""

    column: str
    kind: str
    unreadable: int


@dataclass(frozen=True, slots=True)
class NewValues:
    """Values that a category column has not had before: how many, and the first of them."""

    column: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adds:
    """What the records looked at would add to the project; for a new project all of it is new.

    ``lacking``: columns that earlier imports of the source have and this file has not, ``lacking_questions`` likewise;
    ``alike``: (column of the file, column or question that it may be under another name).
    """

    respondents: int
    respondents_known: int
    waves: tuple[str, ...]
    waves_known: tuple[str, ...]
    questions: tuple[str, ...]
    questions_known: tuple[str, ...]
    columns: tuple[str, ...]
    lacking: tuple[str, ...]
    values: tuple[NewValues, ...]
    scales: tuple[ScaleChange, ...]
    kinds: tuple[KindChange, ...]
    lacking_questions: tuple[str, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, judged by the first ``looked_at`` records; ``whole``: there are no more.

    ``problem``: why the roles do not fit yet, None where they do. ``rows`` are the first records that can be taken.
    """

    file: str
    kind: str
    encoding: str
    sheets: tuple[str, ...]
    columns: tuple[PreviewColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notices: tuple[Notice, ...]
    problem: AskedWronglyError | None
    looked_at: int
    whole: bool
    accepted: int
    rejects: tuple[PreviewReject, ...]
    answers: int
    blank: int
    already: bool
    adds: Adds

    @property
    def rejected(self) -> dict[str, int]:
        """Return how many records would not be taken, by reason."""
        return dict(Counter(one.reason for one in self.rejects))


def preview(
    project: Project | None,
    path: Path,
    *,
    roles: Mapping[Role, Sequence[str]] | None = None,
    source: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    header_rows: int = 1,
    encoding: str | None = None,
    delimiter: str | None = None,
    wave: str = "",
    names: Mapping[str, str] | None = None,
    look: int | None = LOOK,
    progress: Progress = silent,
) -> Preview:
    """Look at a file without importing it; ``look``: at how many of its records, None at all.

    ``wave``: the wave of rows that name none themselves; ``source``: the source it would be imported as, else the
    file's name; its ids and columns count as known.
    Raises UserError for files that cannot be read and AskedWronglyError for columns that are not there.
    """
    reader = open_reader(
        path, sheet=sheet, header_row=header_row, header_rows=header_rows, encoding=encoding, delimiter=delimiter,
        names=names,
    )  # fmt: skip
    sample = [record.values for record in reader.preview(SAMPLE)]
    guessed = guess_roles(reader.columns, reader.column_texts, sample)
    problem: AskedWronglyError | None = None
    try:
        mapping = mappings.decide(reader.columns, guessed, roles or {})
    except AskedWronglyError as error:
        if error.id != "no-text-column":
            raise
        problem = error
        chosen = {name: role for role, names in (roles or {}).items() for name in names}
        mapping = mappings.Mapping(
            tuple((name, chosen.get(name, guessed.get(name, Role.SEGMENT))) for name in reader.columns)
        )
    source = source or source_name(path)
    commas = mappings.decimal_comma_columns(mapping, sample)
    seen = _Seen(reader, mapping, wave, frozenset(commas.values()))
    stream: Iterator[Record | Reject] = reader.read()
    whole = True
    for one in stream:
        if look is not None and seen.looked_at >= look:
            whole = False
            break
        seen.take(one)
        if seen.looked_at % 5_000 == 0:
            progress(one.next_offset, reader.extent, N_("Looking through the file"))
    kinds = {
        name: "" if not _has_column(role) else kind_of(role, [row[at] for row in sample if at < len(row)])
        for at, (name, role) in enumerate(mapping.roles)
    }
    known, already = Known(), False
    if project is None:
        clashes = seen.clashes(None, source)
    else:
        digest = file_hash(path)
        with project.reading() as db, db.snapshot():
            known = in_project(db, source)
            already = db.one("select 1 from import_batch where file_h = ? and state = 1", (digest,)) is not None
            clashes = seen.clashes(db, source)
    rejects = sorted([*seen.rejects, *clashes], key=lambda reject: reject.number)
    texts = reader.column_texts or ("",) * len(reader.columns)
    columns = tuple(
        PreviewColumn(name, texts[at], role.value, known.kinds.get(name, kinds[name]), name in known.kinds)
        for at, (name, role) in enumerate(mapping.roles)
    )
    numbers = {one.name for one in columns if one.kind == "number" or one.role == Role.WEIGHT}
    read_with = mappings.decimal_comma_notice([name for name in commas.values() if name in numbers])
    return Preview(
        path.name, reader.kind, reader.encoding, tuple(_sheets(reader, path)), columns, tuple(seen.rows),
        (*reader.warnings, *read_with), problem, seen.looked_at, whole, seen.looked_at - len(rejects), tuple(rejects),
        seen.answers, seen.blank, already, seen.adds(known, kinds),
    )  # fmt: skip


def _has_column(role: Role) -> bool:
    return role in ROLE_NAMES or role in (Role.SEGMENT, Role.CODE, Role.SENTIMENT)


def _sheets(reader: Reader, path: Path) -> list[str]:
    return list(sheet_names(path)) if reader.kind == "xlsx" else []


class _Seen:
    """What the records of a file hold, as far as they were looked at."""

    def __init__(self, reader: Reader, mapping: mappings.Mapping, wave: str, commas: frozenset[str]) -> None:
        self.looked_at = self.answers = self.blank = 0
        self.rows: list[tuple[Cell, ...]] = []
        self.rejects: list[PreviewReject] = []
        self._encoding = reader.encoding
        self._mapping = mapping
        self._commas = commas
        self._width = len(reader.columns)
        self._place = {name: at for at, name in enumerate(reader.columns)}
        self._keyed: list[tuple[int, str, str, bytes]] = []
        self._found: dict[Role, dict[str, None]] = {Role.RESPONDENT: {}, Role.WAVE: {}, Role.QUESTION: {}}
        if wave:
            self._found[Role.WAVE][wave] = None
        self._values: dict[str, dict[str, None]] = {}
        self._ranges: dict[str, tuple[float, float]] = {}
        self._unread: dict[str, Counter[str]] = {}

    def _cell(self, row: Sequence[Cell], name: str) -> str:
        at = self._place[name]
        value = row[at] if at < len(row) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def take(self, one: Record | Reject) -> None:
        """Look at the next record."""
        self.looked_at += 1
        if isinstance(one, Reject):
            line = one.raw[:200].decode(self._encoding, "replace").strip().replace("\0", "\N{REPLACEMENT CHARACTER}")
            self.rejects.append(PreviewReject(one.number, one.reason.name.lower(), one.detail, line))
            return
        if len(self.rows) < ROWS:
            self.rows.append(one.values)
        holders = {role: names[0] for role in self._found if (names := self._mapping.columns(role))}
        told = {role: self._cell(one.values, name) for role, name in holders.items()}
        for role, value in told.items():
            if value:
                self._found[role].setdefault(value)
        key = next((self._cell(one.values, name) for name in self._mapping.columns(Role.ID)), "")
        asked = all(
            self._cell(one.values, name).lower() not in mappings.NOT_ASKED for name in self._mapping.columns(Role.ASKED)
        )
        for name in self._mapping.columns(Role.TEXT):
            text = self._cell(one.values, name)
            self.answers += bool(text) and text.lower() not in mappings.MISSING
            self.blank += asked and not text
            if not text and not asked:
                continue
            raw = one.values[self._place[name]] if self._place[name] < len(one.values) else None
            if key:
                told_text = raw if isinstance(raw, str) and text else text
                question = told.get(Role.QUESTION) or name
                self._keyed.append((one.number, key, question, text_hash(told_text)))
        for name, role in self._mapping.roles:
            if _has_column(role) and (value := self._cell(one.values, name)):
                self._measure(name, role, value)

    def _measure(self, name: str, role: Role, value: str) -> None:
        values = self._values.setdefault(name, {})
        if len(values) < 100_000:
            values.setdefault(value)
        number = parse_number(value, name in self._commas)
        unread = self._unread.setdefault(name, Counter())
        unread["number"] += number is None
        unread["date"] += parse_date(value, day_first=True) is None
        if role is Role.SCORE and number is not None:
            low, high = self._ranges.get(name, (number, number))
            self._ranges[name] = min(low, number), max(high, number)

    def clashes(self, db: Connection | None, source: str) -> list[PreviewReject]:
        """Return the records whose id came before: in the source, or earlier in this file."""
        held = {} if db is None else self._held(db, source)
        found: list[PreviewReject] = []
        by_record: dict[int, list[tuple[str, str, bytes]]] = {}
        for number, key, question, text_h in self._keyed:
            by_record.setdefault(number, []).append((key, question, text_h))
        for number, given in by_record.items():
            before = [held[key, question] == text_h for key, question, text_h in given if (key, question) in held]
            if before:
                found.append(PreviewReject(number, "repeat" if all(before) else "conflict", "", ""))
            else:
                held.update({(key, question): text_h for key, question, text_h in given})
        return found

    def _held(self, db: Connection, source: str) -> dict[tuple[str, str], bytes]:
        """Return what the source has under the ids of these records: (id, question) → hash of the text."""
        source_id = db.integer("select id from source where name = ?", (source,))
        held: dict[tuple[str, str], bytes] = {}
        keys = sorted({key for _, key, _, _ in self._keyed}) if source_id else []
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            for key, question, text_h in db.execute(
                "select r.key, q.name, v.text_h from record r join verbatim v on v.record_id = r.id"
                " join import_batch b on b.id = r.batch_id and b.state = 1 join question q on q.id = v.question_id"
                f" where r.source_id = ? and r.key in ({', '.join('?' * len(part))})",
                [source_id, *part],
            ):
                if isinstance(text_h, bytes):
                    held[str(key), str(question)] = text_h
        return held

    def adds(self, known: Known, kinds: Mapping[str, str]) -> Adds:
        """Return what is new to a project."""
        people, waves = self._found[Role.RESPONDENT], self._found[Role.WAVE]
        asked = list(self._found[Role.QUESTION]) or self._mapping.columns(Role.TEXT)
        mine = [name for name, role in self._mapping.roles if _has_column(role)]
        values, changed = [], []
        for name, seen in self._values.items():
            if known.kinds.get(name, kinds[name]) == "category" and name in known.kinds:
                fresh = [value for value in seen if value not in known.values.get(name, frozenset())]
                if fresh:
                    values.append(NewValues(name, len(fresh), tuple(fresh[:SHOWN_VALUES])))
            kind = known.kinds.get(name, "")
            if kind in ("number", "date") and self._unread[name][kind]:
                changed.append(KindChange(name, kind, self._unread[name][kind]))
        scales = [
            ScaleChange(name, known.ranges[name], now)
            for name, now in self._ranges.items()
            if name in known.ranges and _another_scale(known.ranges[name], now)
        ]
        lacking = tuple(sorted(known.of_source - set(mine)))
        mute = tuple(sorted(known.asked - set(asked))) if not self._found[Role.QUESTION] else ()
        fresh = [name for name in mine if name not in known.kinds]
        new = [one for one in asked if one not in known.questions]
        return Adds(
            sum(one not in known.respondents for one in people), sum(one in known.respondents for one in people),
            tuple(one for one in waves if one not in known.waves), tuple(one for one in waves if one in known.waves),
            tuple(new), tuple(one for one in asked if one in known.questions), tuple(fresh), lacking,
            tuple(values), tuple(scales), tuple(changed), mute, (*renamed(new, mute), *renamed(fresh, lacking)),
        )  # fmt: skip


def _another_scale(before: tuple[float, float], now: tuple[float, float]) -> bool:
    """Tell whether values go beyond what was seen before, or reach only half as high: a 0–10 scale become 1–5."""
    return now[0] < before[0] or now[1] > before[1] or now[1] <= before[1] / 2
