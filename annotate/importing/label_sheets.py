"""Coded data from sheets: which verbatim was reviewed, and the codes it got.

``label_layouts`` tells the layouts apart, ``label_cells`` reads cells, ``code_index`` finds the codes of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, islice

from annotate.exchange.guard import unguard
from annotate.importing.cells import Problem, at, folded, name_of, problem, text_of
from annotate.importing.code_index import Ambiguous, CodeIndex, Missing, resolve
from annotate.importing.label_cells import (
    Known,
    LabelCode,
    listed_codes,
    merged,
    parts_of,
    sentiment_of,
    split_codes,
    tick_of,
)
from annotate.importing.label_layouts import (
    CodeColumn,
    LabelKind,
    LabelLayout,
    LabelRoles,
    guess_label_layout,
    is_our_export,
)
from annotate.importing.records import Cell, Record
from annotate.messages import N_

__all__ = [
    "Ambiguous",
    "CodeIndex",
    "LabelCode",
    "LabelKind",
    "LabelLayout",
    "LabelRoles",
    "LabelRow",
    "Missing",
    "guess_label_layout",
    "parse_labels",
    "resolve",
    "split_codes",
]

SAMPLE = 1000  # rows looked at to guess the layout
_UNDECIDED = frozenset({"open", "disagreement"})  # sources in our exports


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a sheet says of one verbatim: it was reviewed, and these are all its codes, in order of mention.

    ``key`` is its id ("" where the row has none; ``problems`` says so), ``question`` and ``coder`` are None where the
    sheet does not say. ``source`` is where our own exports say the codes come from ("human", "model", …; several are
    joined by "|"). ``record_number`` is that of its first row.
    """

    record_number: int
    key: str
    question: str | None
    codes: tuple[LabelCode, ...]
    coder: str | None = None
    source: str | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def empty(self) -> bool:
        """Say whether it was reviewed and got no code."""
        return not self.codes


@dataclass(slots=True)
class _Gathered:
    """Rows of one verbatim on their way to one LabelRow; ``codes`` still with repetitions."""

    record_number: int
    codes: tuple[LabelCode, ...]
    sources: tuple[str, ...]
    problems: tuple[Problem, ...]


def parse_labels(
    columns: Sequence[str],
    rows: Iterable[Record | Sequence[Cell]],
    *,
    roles: LabelRoles | None = None,
    layout: LabelLayout | None = None,
    known: Known | None = None,
    first_record: int = 1,
    guarded: bool = False,
) -> Iterator[LabelRow]:
    """Yield what a sheet says of each verbatim, in the order in which they first appear.

    Rows of one verbatim (id, question and coder) make one LabelRow wherever they stand, so the whole sheet is read
    before the first is yielded. ``layout`` is guessed from the first 1,000 rows if not given. ``known`` keeps names of
    the frame whole that hold a separator or end like a sentiment (``index.__contains__``). ``guarded``: take back the
    apostrophes of our own CSV exports.

    What our own exports call open or in disagreement is passed over: nobody decided it; codes that the model did not
    accept are none. A sentiment or tick in words that mean nothing is a problem of its row and the rest of the row
    stands. Raises AskedWronglyError where the layout cannot be told.
    """
    records = iter(rows)
    if guarded and is_our_export(columns):
        columns, records = [unguard(name) for name in columns], map(_unguarded, records)
    if layout is None:
        sample = list(islice(records, SAMPLE))
        layout = guess_label_layout(columns, [_values(row) for row in sample], roles, known)
        records = chain(sample, records)
    groups = _by_question(layout)
    codes_of = lru_cache(maxsize=65_536)(partial(listed_codes, known=known))  # cells repeat: few codes, many verbatims
    found: dict[tuple[str, str | None, str | None], _Gathered] = {}
    nameless: list[LabelRow] = []
    shared: dict[tuple[LabelCode, ...], tuple[LabelCode, ...]] = {}  # equal lists of codes are one object
    for count, row in enumerate(records, first_record):
        number, cells = (row.number, row.values) if isinstance(row, Record) else (count, row)
        if not any(text_of(cell) for cell in cells):
            continue
        source = text_of(at(cells, layout.source)) if layout.source is not None else ""
        key = text_of(at(cells, layout.key))
        coder = name_of(at(cells, layout.coder)) or None
        for question, code_columns in groups:
            asked = question if question is not None else (name_of(at(cells, layout.question)) or None)
            codes, problems = _codes_in(cells, number, layout, code_columns, columns, codes_of)
            codes = shared.setdefault(codes, codes) if len(shared) < 65_536 else codes
            if not key:
                problems = (*problems, problem(number, "label-id-missing", N_("The row has no id.")))
                nameless.append(LabelRow(number, "", asked, merged(codes), coder, source or None, problems))
                continue
            gathered = found.get((key, asked, coder))
            if gathered is None:
                found[key, asked, coder] = _Gathered(number, codes, (source,) if source else (), problems)
            else:
                gathered.codes += codes
                gathered.problems += problems
                if source and source not in gathered.sources:
                    gathered.sources += (source,)
    for (key, asked, coder), gathered in found.items():
        if not _UNDECIDED.isdisjoint(gathered.sources):
            continue
        sources = "|".join(gathered.sources) or None
        yield LabelRow(gathered.record_number, key, asked, merged(gathered.codes), coder, sources, gathered.problems)
    yield from nameless


def _unguarded(row: Record | Sequence[Cell]) -> Record | Sequence[Cell]:
    values = tuple(unguard(cell) if isinstance(cell, str) else cell for cell in _values(row))
    return replace(row, values=values) if isinstance(row, Record) else values


def _values(row: Record | Sequence[Cell]) -> Sequence[Cell]:
    return row.values if isinstance(row, Record) else row


def _by_question(layout: LabelLayout) -> list[tuple[str | None, list[CodeColumn]]]:
    groups: dict[str | None, list[CodeColumn]] = {}
    for code in layout.codes:
        groups.setdefault(code.question, []).append(code)
    return list(groups.items())


def _codes_in(
    cells: Sequence[Cell],
    number: int,
    layout: LabelLayout,
    code_columns: Sequence[CodeColumn],
    columns: Sequence[str],
    codes_of: Callable[[Cell], list[LabelCode]],
) -> tuple[tuple[LabelCode, ...], tuple[Problem, ...]]:
    codes: list[LabelCode] = []
    problems: tuple[Problem, ...] = ()
    for code in code_columns:
        cell = at(cells, code.column)
        if not code.ref:
            codes += codes_of(cell)
        elif (ticked := tick_of(text_of(cell))) is None:
            what = N_("Column {column} says neither yes nor no.")
            problems += (problem(number, "label-tick-unknown", what, column=columns[code.column][:40]),)
        elif ticked:
            codes.append(LabelCode(code.ref))
    # A blank cell here is a code that a person gave; for its own the model says true or false.
    accepted = text_of(at(cells, layout.accepted))
    if accepted and tick_of(accepted) is False:
        return (), problems
    if layout.sentiment is not None:
        codes, trouble = _with_sentiments(codes, at(cells, layout.sentiment), number, codes_of)
        problems += trouble
    return tuple(codes), problems


def _with_sentiments(
    codes: list[LabelCode], cell: Cell, number: int, codes_of: Callable[[Cell], list[LabelCode]]
) -> tuple[list[LabelCode], tuple[Problem, ...]]:
    """Add sentiments from a column of their own: ``油耗:0|价格:-1``, or a list beside the codes (``0|-1``)."""
    parts = parts_of(cell)
    if not parts or not codes:
        return codes, ()
    given = [sentiment_of(part) for part in parts]
    if None not in given:
        beside = [sentiment_of(part) for part in parts_of(cell, blanks=True)]
        if len(beside) != len(codes):
            what = N_("There are {codes} codes and {sentiments} sentiments; the sentiments were left out.")
            return codes, (problem(number, "label-sentiment-count", what, codes=len(codes), sentiments=len(beside)),)
        return [
            LabelCode(code.ref, code.sentiment if said is None else said)
            for code, said in zip(codes, beside, strict=True)
        ], ()
    said_of = codes_of(cell)
    if {folded(one.ref) for one in said_of}.isdisjoint({folded(code.ref) for code in codes}):
        what = N_("The sentiment is in words that are not known.")
        return codes, (problem(number, "label-sentiment-unknown", what),)
    return [*codes, *said_of], ()
