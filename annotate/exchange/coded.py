"""Coded data on its way out: long, joined or wide, of the human, the model or the final layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from annotate import brands, frames, layers, privacy, verbatims
from annotate.errors import UserError
from annotate.exchange.values import Value
from annotate.exchange.writers import open_writer
from annotate.frames import Code, Frame, Role
from annotate.jobs import Progress, silent
from annotate.layers import Answer, Said, Source
from annotate.messages import N_
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation
from annotate.store.project import Project

BATCH = 5_000


class Layer(StrEnum):
    """Whose word is exported."""

    HUMAN = "human"
    MODEL = "model"
    FINAL = "final"


class Layout(StrEnum):
    """long: a row a code; joined: a row an answer, codes joined by ``|``; wide: a 0/1 column a code."""

    LONG = "long"
    JOINED = "joined"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written. ``open`` counts answers nobody and nothing has coded; ``masked`` whether texts were masked."""

    path: Path
    rows: int
    answers: int
    open: int
    masked: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer's record says: its id as the client knows it, the text as exported, its wave (0: none)."""

    name: str
    text: str
    wave: int


@dataclass(frozen=True, slots=True)
class _Context:
    """What the rows of one question share. ``models``: the model in force by wave."""

    question: str
    frame: Frame
    paths: dict[int, str]
    codes: frozenset[int]
    themes: frozenset[int]
    nets: dict[int, str]
    held_from: dict[int, int]
    models: dict[int, str]
    columns: dict[str, list[Code]]
    in_order: bool
    """Whether order of mention means something: brands."""


def export(
    project: Project,
    path: Path,
    *,
    layer: Layer = Layer.FINAL,
    layout: Layout = Layout.LONG,
    question: str | None = None,
    raw: str | None = None,
    progress: Progress = silent,
) -> ExportResult:
    """Write coded data to .csv, .xlsx or .jsonl; the file appears whole or not at all.

    Personal data in texts is masked unless ``raw`` gives a reason, which enters the history. Raises UserError
    (no-frame, no-question, no-run and those of the writers).
    """
    asked = [verbatims.the_question(project, question)] if question is not None else verbatims.questions(project)
    coded = [one for one in asked if one.frame_id is not None]
    if not coded:
        raise UserError(
            "no-frame",
            N_("There is nothing coded to export."),
            N_("No question has a code frame yet."),
            N_("Import answers and a code frame first."),
        )
    with project.reading() as db, db.snapshot():
        if layer is Layer.MODEL and not db.integer("select exists(select 1 from run_in_force)"):
            raise UserError(
                "no-run",
                N_("There is no model layer to export."),
                N_("No run of a model is in force."),
                N_("Train a model and let it code first: train, then code."),
            )
        contexts = {one.id: _context(db, one.name, one.frame_id or 0, one.id) for one in coded}
        total = sum(one.answered for one in coded)
        columns = _columns(layer, layout, list(contexts.values()))
        in_order = _in_order(layer, contexts.values())
        written = seen = unknown = 0
        with open_writer(path, columns) as writer:
            for question_id, context in contexts.items():
                for answer, told in _with_records(db, question_id, masked=raw is None):
                    seen += 1
                    rows = list(_rows(answer, told, context, layer, layout, in_order=in_order))
                    unknown += layer is Layer.FINAL and not answer.final(context.held_from) and not answer.decided
                    for row in rows:
                        writer.write(row)
                    written += len(rows)
                    if seen % 1_000 == 0:
                        progress(seen, total, N_("Exporting"))
    if raw is not None and not project.read_only:
        operations.run(project, "export", lambda op: _note_raw(op, path.name, raw), stackable=False)
    return ExportResult(path, written, seen, unknown, raw is None)


def _note_raw(op: Operation, name: str, reason: str) -> None:
    op.detail["reason"] = reason
    op.say(N_("Export of {name} with unmasked texts"), name=name)


def _context(db: Connection, question: str, frame_id: int, question_id: int) -> _Context:
    frame = frames.read(db, frame_id)
    columns: dict[str, list[Code]] = {}
    for code in frame.live:
        columns.setdefault(code.full_path, []).append(code)
    models = db.execute(
        "select f.wave_id, hex(m.h) from run_in_force f join run r on r.id = f.run_id join model m on m.id = r.model_id"
        " where f.question_id = ?",
        (question_id,),
    )
    return _Context(
        question,
        frame,
        {code.id: code.full_path for code in frame.codes},
        frozenset(code.id for code in frame.codes if not code.is_net),
        frozenset(code.id for code in frame.codes if code.role is Role.THEME),
        {code.id: "/".join(code.path[:-1]) for code in frame.codes},
        {code.id: code.held_from for code in frame.codes},
        {int(wave or 0): str(h)[:12].lower() for wave, h in models},
        columns,
        brands.in_order(db, question_id),
    )


def _columns(layer: Layer, layout: Layout, contexts: list[_Context]) -> list[str]:
    in_order = _in_order(layer, contexts)
    if layout is Layout.LONG:
        columns = ["id", "question", "code", "net", "sentiment", "source"]
        if layer is Layer.MODEL:
            return [*columns, "confidence", "sentiment_confidence", "accepted", "model"]
        return [*columns, "mention"] if in_order else columns
    columns = ["id", "question", "text"]
    mentions = ["first_mention", "mentions"] if in_order else []
    if layout is Layout.JOINED:
        return [*columns, "codes", "sentiments", "source", *mentions]
    paths = dict.fromkeys(path for context in contexts for path in context.columns)
    return [*columns, *paths, "source", *mentions]


def _in_order(layer: Layer, contexts: Iterable[_Context]) -> bool:
    """Tell whether order of mention is written: for brands, which people's layers know; a model knows none."""
    return layer is not Layer.MODEL and any(one.in_order for one in contexts)


def _with_records(db: Connection, question: int, *, masked: bool) -> Iterator[tuple[Answer, _Told]]:
    """Yield each answer with what its record says."""
    stream = layers.answers(db, question)
    while part := list(islice(stream, BATCH)):
        marks = ", ".join(str(answer.verbatim) for answer in part)
        found = {}
        for verbatim, name, wave, text in db.execute(
            f"select v.id, {verbatims.RECORD_NAME}, ifnull(r.wave_id, 0), t.text"
            " from verbatim v join record r on r.id = v.record_id"
            f" left join verbatim_text t on t.id = v.id where v.id in ({marks})"
        ):
            shown = "" if text is None else str(text)
            found[verbatim] = _Told(str(name), privacy.mask(shown) if masked else shown, int(wave or 0))
        for answer in part:
            yield answer, found[answer.verbatim]


def _rows(
    answer: Answer, told: _Told, context: _Context, layer: Layer, layout: Layout, *, in_order: bool
) -> Iterator[list[Value]]:
    name, text = told.name, told.text
    said = _said(answer, context, layer)
    if layer is Layer.HUMAN and not answer.decided:
        return
    source = answer.source if answer.decided else answer.machine if any(one.accepted for one in said) else Source.OPEN
    if layer is Layer.MODEL:
        source = Source.MODEL
    given = [one for one in said if one.accepted and one.source is not Source.DISAGREEMENT]
    mentioned = _mentioned(given, context) if in_order else []
    if layout is Layout.LONG:
        place: dict[int, Value] = {code: n for n, code in enumerate(mentioned, 1)}
        for one in said:
            yield _long(told, context, one, layer) + ([place.get(one.code_id, "")] if in_order else [])
        if not said and layer is not Layer.MODEL:
            yield [name, context.question, "", "", "", source.value, *([""] if in_order else [])]
        return
    paths = [context.paths[code] for code in mentioned]
    order: list[Value] = [paths[0] if paths else "", "|".join(paths)] if in_order else []
    if layout is Layout.JOINED:
        codes = "|".join(context.paths[one.code_id] for one in given)
        moods = "|".join("" if one.sentiment is None else str(one.sentiment) for one in given)
        yield [name, context.question, text, codes, moods if any(one.sentiment is not None for one in given) else "",
               source.value, *order]  # fmt: skip
        return
    yield [name, context.question, text, *_ticks(answer, given, context, layer), source.value, *order]


def _mentioned(given: Iterable[Said], context: _Context) -> list[int]:
    """Return the brands that an answer names, in order; what takes a name's place (other, none) is no mention."""
    if not context.in_order:
        return []
    ordered = [(one.mention, one.code_id) for one in given if one.mention is not None and one.code_id in context.themes]
    return [code for _mention, code in sorted(ordered)]


def _ticks(answer: Answer, given: list[Said], context: _Context, layer: Layer) -> Iterator[Value]:
    """Yield a cell a code column: 1, 0, or nothing where nobody has looked."""
    ticked = {context.paths[one.code_id] for one in given}
    for path, codes in context.columns.items():
        if path in ticked:
            yield 1
        elif layer is not Layer.HUMAN and answer.model:
            yield 0
        else:
            looked = any(code.id in answer.denied or code.held_from <= answer.reviewed for code in codes)
            yield 0 if looked else ""


def _said(answer: Answer, context: _Context, layer: Layer) -> list[Said]:
    if layer is Layer.HUMAN:
        said = answer.human
    elif layer is Layer.MODEL:
        said = answer.model
    else:
        said = answer.final(context.held_from)
    # A net is the union of its codes and stands beside each of them; as a row of its own it would count twice.
    return [one for one in said if one.code_id in context.codes]


def _long(told: _Told, context: _Context, one: Said, layer: Layer) -> list[Value]:
    row: list[Value] = [
        told.name,
        context.question,
        context.paths[one.code_id],
        context.nets[one.code_id],
        "" if one.sentiment is None else one.sentiment,
        one.source.value,
    ]
    if layer is Layer.MODEL:
        row += [
            one.confidence,
            "" if one.sentiment_confidence is None else one.sentiment_confidence,
            "true" if one.accepted else "false",
            context.models.get(told.wave, ""),
        ]
    return row
