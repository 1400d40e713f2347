"""A code frame sheet into the project: new codes are added, known ones brought up to date, nothing is taken away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from annotate import frames
from annotate.errors import UserError
from annotate.frames import Frame, Role
from annotate.importing.cells import Problem, folded
from annotate.importing.codebook import read_codebook
from annotate.importing.documents import text_lines
from annotate.importing.frame_or_answers import is_clearly_frame, looks_like_answers
from annotate.importing.frame_sheets import FrameNode, FrameSheet, parse_frame, write_frame
from annotate.importing.reading import Reader, open_reader
from annotate.importing.records import Cell, Record
from annotate.messages import N_
from annotate.store import operations, revisions
from annotate.store.connection import Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

_ROWS = 2_000
OUTLINE = ("#1",)
"""The one column, without a name, of a frame written as an outline."""


@dataclass(frozen=True, slots=True)
class FrameImport:
    """What a frame import did: how many nets and codes came new or changed, and the rows left out."""

    frame: int
    name: str
    layout: str
    nets: int
    codes: int
    added: int
    changed: int
    problems: tuple[Problem, ...]
    step: Step


def read_frame(path: Path, *, sheet: str | None = None, header_row: int | None = None) -> FrameSheet:
    """Read a frame sheet or a REFI-QDA codebook; raises UserError for files that cannot be read."""
    if path.suffix.lower() == ".qdc":
        return read_codebook(path)
    reader = open_reader(path, sheet=sheet, header_row=header_row)
    columns, stream, unread = reader.columns, reader.read(), list[Problem]()
    if _is_outline(reader):
        columns, stream = OUTLINE, text_lines(path)
    rows: list[tuple[Cell, ...]] = []
    for record in stream:
        if isinstance(record, Record):
            rows.append(record.values)
        else:
            unread.append(Problem(record.number + 1, "row-unreadable", record.reason.message))
    told = parse_frame(columns, rows, guarded=True)
    if looks_like_answers(columns, len(rows), told):
        raise UserError(
            "not-a-frame",
            N_("{name} was not imported: it looks like a table of answers, not like a code frame."),
            N_("It has columns or rows such as answers and labels have: whole sentences, or the same name many times."),
            N_("Import answers with: import, labels with: label import. A code frame has a row for each code."),
            name=path.name,
        )
    return replace(told, problems=(*unread, *told.problems))


def _is_outline(reader: Reader) -> bool:
    """Tell whether a file is text in which nobody speaks: of a transcript, speakers stand in the second column."""
    return reader.kind == "txt" and not any(record.values[1] for record in reader.preview(200))


def looks_like_frame(path: Path) -> bool:
    """Say whether a file holds a code frame rather than answers. Reads its first rows; False for an unreadable file."""
    if path.suffix.lower() == ".qdc":
        return True
    try:
        reader = open_reader(path)
        columns = reader.columns
        rows = [record.values for record in reader.preview(_ROWS + 1)]
        if _is_outline(reader):
            columns, rows = OUTLINE, [one.values for one in text_lines(path) if isinstance(one, Record)][: _ROWS + 1]
    except (UserError, OSError):
        return False
    if not 0 < len(rows) <= _ROWS:
        return False  # no frame is as long as that
    told = parse_frame(columns, rows, guarded=True)
    return is_clearly_frame(columns, len(rows), told)


def import_frame(
    project: Project,
    path: Path,
    *,
    frame: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> FrameImport:
    """Import a code frame: into the named frame, the only one, or a new one named after the file; one undo step.

    Codes are recognised by their full path. Raises UserError (no-codes, number-taken and those of the reader).
    """
    read = read_frame(path, sheet=sheet, header_row=header_row)
    if not read.nodes:
        raise UserError(
            "no-codes",
            N_("{name} holds no codes."),
            N_("No row could be read as a net or a code."),
            N_("Give a sheet with columns such as number, net, label; see: frame import --help"),
            name=path.name,
        )
    known = frames.frames(project)
    existing = next((one.id for one in known if one.name == frame), None) if frame else None
    if frame is None and len(known) == 1:
        existing = known[0].id
    name = frame or (known[0].name if existing else _stem(path))

    def do(op: Operation) -> tuple[int, int, int]:
        frame_id = existing if existing is not None else frames.new_frame(op, name)
        op.say(N_("Code frame from {name}"), name=path.name)
        added, changed = _write(op, frame_id, read.nodes)
        op.rows = added + changed
        return frame_id, added, changed

    (frame_id, added, changed), step = operations.run(project, "frame", do)
    codes = frames.head(project, frame_id).codes
    return FrameImport(
        frame_id,
        name,
        read.layout.kind.name.lower(),
        sum(code.is_net for code in codes),
        sum(not code.is_net for code in codes),
        added,
        changed,
        read.problems,
        step,
    )


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or path.name


def _write(op: Operation, frame_id: int, nodes: tuple[FrameNode, ...]) -> tuple[int, int]:
    frame = frames.read(op.db, frame_id)
    by_path: dict[tuple[str, ...], int] = {_key(code.path): code.id for code in frame.codes}
    numbers = {code.number: _key(code.path) for code in frame.codes if code.number}
    added = changed = 0
    for node in nodes:
        key = _key((*node.path, node.label))
        number = node.number or ""
        if number and numbers.setdefault(number, key) != key:
            _refuse(number, node.label)
        values: dict[str, Value] = {
            "number": number, "label_en": node.label_en, "role": Role(node.role).value, "definition": node.definition,
            "include": node.include, "exclude": node.exclude, "examples": node.examples, "notes": node.notes,
            "colour": node.colour,
        }  # fmt: skip
        if key in by_path:
            changed += _update(op, frame, by_path[key], values)
            continue
        parent = by_path.get(_key(node.path)) if node.path else None
        by_path[key] = frames.new_code(
            op, frame_id, {**values, "label": node.label, "parent_id": parent, "is_net": int(node.is_net)}
        )
        added += 1
    return added, changed


def _update(op: Operation, frame: Frame, code_id: int, values: dict[str, Value]) -> int:
    """Change what the sheet says otherwise; its empty cells change nothing."""
    old = frame.code(code_id)
    new: dict[str, Value] = {name: value for name, value in values.items() if value and getattr(old, name) != value}
    if new.get("role") == Role.THEME.value:
        del new["role"]
    if not new:
        return 0
    if frames.MEANING & set(new):
        new["meaning_from"] = revisions.draft(op, frame.id).number
    revisions.write_code(op, frame.id, code_id, new)
    return 1


def _key(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folded(part) for part in path)


def _refuse(number: str, label: str) -> None:
    raise UserError(
        "number-taken",
        N_("The code frame was not imported: number {number} of {label} is taken."),
        N_("Another code of the project's frame has that number."),
        N_("Change the number in the sheet, or import into a new frame with --frame NAME."),
        number=number,
        label=label,
    )


def sheet_of(frame: Frame) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return a frame as the sheet that ``import_frame`` reads back: columns and rows."""
    return write_frame(
        FrameNode(
            code.number or None, code.label, code.label_en, code.path[:-1], code.is_net, code.role.value,
            code.definition, code.include, code.exclude, code.examples, code.notes, code.colour,
        )
        for code in frame.codes
        if not code.retired
    )  # fmt: skip
