"""A lexicon sheet into the project and back: kind, term, target, note; bad rows are listed, the rest is taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate import lexicon
from annotate.errors import UserError
from annotate.exchange.guard import unguard
from annotate.importing.cells import Problem, at, folded, header_as_row, name_of, problem, text_of
from annotate.importing.reading import open_reader
from annotate.importing.records import Cell, Record
from annotate.lexicon import Entry, Kind, Term
from annotate.messages import N_
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.text import fold

COLUMNS = ("kind", "term", "target", "note")
_HEADERS = {
    "kind": ("kind", "type", "类型", "类别", "种类"),
    "term": ("term", "word", "words", "text", "keyword", "词", "词语", "词条", "术语", "领域词", "关键词", "说法"),
    "target": ("target", "synonym of", "stands for", "canonical", "标准词", "归入", "归为", "目标词", "同义于", "正词"),
    "note": ("note", "notes", "remark", "备注", "说明", "注释"),
}
_KINDS = {
    Kind.WORD: ("word", "words", "term", "trade word", "词", "领域词", "行业词", "专业词", "术语"),
    Kind.SYNONYM: ("synonym", "synonyms", "alias", "variant", "同义词", "近义词", "别名", "变体"),
    Kind.STOP: ("stop", "stop word", "stopword", "停用词", "停用"),
}


@dataclass(frozen=True, slots=True)
class LexiconImport:
    """What an import did: terms that came new or changed, and the rows left out."""

    added: int
    changed: int
    problems: tuple[Problem, ...]
    step: Step


def import_lexicon(
    project: Project, path: Path, *, sheet: str | None = None, header_row: int | None = None
) -> LexiconImport:
    """Teach the terms of a sheet as one undo step; known terms are brought up to date, nothing is taken away.

    A row without a kind is a synonym where it has a target, else a word; a list of words without a header will do.
    Raises UserError (no-terms and those of the reader).
    """
    entries, problems = read_lexicon(path, sheet=sheet, header_row=header_row)
    if not entries:
        raise UserError(
            "no-terms",
            N_("{name} holds no terms."),
            N_("No row could be read as a term of the lexicon."),
            N_("Give a sheet with the columns kind, term, target and note, or a list with one term in a row."),
            name=path.name,
        )
    added, changed, step = lexicon.teach_all(project, entries=entries)
    return LexiconImport(added, changed, tuple(problems), step)


def read_lexicon(
    path: Path, *, sheet: str | None = None, header_row: int | None = None
) -> tuple[list[Entry], list[Problem]]:
    """Return the terms of a sheet and the rows that cannot be taught, with the reason."""
    reader = open_reader(path, sheet=sheet, header_row=header_row)
    places = _places(reader.columns)
    entries: list[Entry] = []
    problems: list[Problem] = []
    first_row: dict[tuple[Kind, str], int] = {}
    rows: list[tuple[int, Sequence[Cell]]] = []
    if places is None:
        places = _headerless(len(reader.columns))
        rows.append((1, header_as_row(reader.columns)))
    own = set(COLUMNS) <= set(reader.columns)
    for record in reader.read():
        if isinstance(record, Record):
            rows.append((record.number + 1, record.values))
        else:
            problems.append(Problem(record.number + 1, "row-unreadable", record.reason.message))
    for number, cells in rows:
        told = {name: text_of(at(cells, place)) for name, place in places.items()}
        if own:
            told = {name: unguard(text) for name, text in told.items()}
        if not any(told.values()):
            continue
        found = _entry(number, told)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        before = first_row.setdefault((found.kind, fold(found.term)), number)
        if before != number:
            problems.append(problem(number, "term-twice", N_("Row {before} has the same term."), before=before))
            continue
        entries.append(found)
    return entries, sorted(problems, key=lambda one: one.row)


def _places(columns: Sequence[str]) -> dict[str, int] | None:
    """Return which column holds what; None where the first row names no column of terms and so is a term itself."""
    named = [folded(column) for column in columns]
    places = {
        what: next((place for place, name in enumerate(named) if name in names), -1) for what, names in _HEADERS.items()
    }
    return {what: place for what, place in places.items() if place >= 0} if places["term"] >= 0 else None


def _headerless(width: int) -> dict[str, int]:
    """Return the columns of a sheet without a header: a list of terms, or our own four columns in their order."""
    return {"term": 0} if width < len(COLUMNS) else {name: place for place, name in enumerate(COLUMNS)}


def _entry(row: int, told: dict[str, str]) -> Entry | Problem:
    target = name_of(told.get("target", ""))
    kind = _kind(told.get("kind", ""), target)
    if kind is None:
        return problem(row, "kind-unknown", N_("The kind is not word, synonym or stop."))
    try:
        return lexicon.checked(Entry(kind, name_of(told["term"]), target, told.get("note", "")))
    except UserError as error:
        return Problem(row, error.id, error.why, tuple(error.params.items()))


def _kind(text: str, target: str) -> Kind | None:
    if not text:
        return Kind.SYNONYM if target else Kind.WORD
    return next((kind for kind, names in _KINDS.items() if folded(text) in names), None)


def sheet_of(terms: Sequence[Term]) -> list[tuple[str, str, str, str]]:
    """Return a lexicon as rows of COLUMNS that ``import_lexicon`` reads back."""
    return [(one.kind.value, one.term, one.target, one.note) for one in terms]
