"""One question's coded answers as columns: read once, then every figure of understanding is counted from arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers, verbatims
from annotate.errors import UserError
from annotate.frames import Frame, Role
from annotate.jobs import Progress, silent
from annotate.layers import Answer, Source
from annotate.messages import N_
from annotate.samples import Purpose
from annotate.store.connection import Connection, Row, Value
from annotate.verbatims import Field, Question

SOURCES = tuple(Source)
NO_SENTIMENT = 9
_BATCH = 50_000
_ACTIVE = "v.batch_id in (select id from import_batch where state = 1)"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Codes on answers in the final layer, m of them: ``row`` into the answers, ``code`` into the frame's codes.

    ``sentiment`` int8: -1, 0, 1, NO_SENTIMENT where none is known; ``order`` int16: place of mention from 1, 0 unknown;
    ``machine``: said by the model alone.
    """

    row: NDArray[np.int32]
    code: NDArray[np.int32]
    sentiment: NDArray[np.int8]
    order: NDArray[np.int16]
    machine: Marks


@dataclass(frozen=True, slots=True)
class Audit:
    """Random rows for correction: ``row`` into the answers, their inclusion probability, whether people looked.

    ``machine_place`` and ``machine_code``: what the model says of them out of sample (place in ``row``, code).
    """

    row: NDArray[np.int32]
    inclusion: Floats
    looked: Marks
    machine_place: NDArray[np.int32]
    machine_code: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class CodedAnswers:
    """The n answered verbatims in force of a question, by rising id.

    ``person``: dense numbers of respondent × wave, an answer of nobody known being a person of its own; ``customer``:
    dense numbers of respondents over all waves. ``wave``: wave id, 0 of no named wave. ``at_ms``, ``weight`` float64,
    NaN where unknown. ``source``: place in SOURCES. ``counted``: people or the run in force looked, and it is not
    invalid: these make the base. ``columns``: of each client column, value ids (category; 0 unknown) or numbers.
    """

    question: Question
    frame: Frame
    fields: tuple[Field, ...]
    ids: Ints
    person: Ints
    customer: Ints
    wave: Ints
    at_ms: Floats
    weight: Floats
    source: NDArray[np.int8]
    counted: Marks
    columns: dict[int, NDArray[np.int64] | NDArray[np.float64]]
    mentions: Mentions
    audit: Audit
    people_known: bool

    def __len__(self) -> int:
        return int(self.ids.size)

    def carries(self, code_id: int) -> Marks:
        """Return bool (n): the code, or any code below the net, is on the answer."""
        places = self._places(code_id)
        marks = np.zeros(len(self), np.bool_)
        marks[self.mentions.row[np.isin(self.mentions.code, places)]] = True
        return marks

    def people(self, marks: Marks) -> Ints:
        """Return the people (rising) behind marked answers."""
        return np.unique(self.person[marks])

    def base(self, within: Marks | None = None) -> int:
        """Return how many people the base holds, of all answers or within marked ones."""
        marks = self.counted if within is None else self.counted & within
        return int(self.people(marks).size)

    def matrix(self, code_ids: list[int], within: Marks | None = None) -> tuple[Ints, Marks]:
        """Return (people of the base, rising; bool people × codes: the person mentions code or net)."""
        counted = self.counted if within is None else self.counted & within
        people = self.people(counted)
        table = np.zeros((people.size, len(code_ids)), np.bool_)
        usable = counted[self.mentions.row]
        who = np.searchsorted(people, self.person[self.mentions.row[usable]])
        code = self.mentions.code[usable]
        for column, code_id in enumerate(code_ids):
            table[who[np.isin(code, self._places(code_id))], column] = True
        return people, table

    def _places(self, code_id: int) -> NDArray[np.int32]:
        """Return the places in ``frame.codes`` of a code, or of all codes below a net."""
        below = self.frame.under(code_id) | {code_id}
        return np.array([place for place, one in enumerate(self.frame.codes) if one.id in below], np.int32)


def load(db: Connection, question: Question, *, progress: Progress = silent) -> CodedAnswers:
    """Read a question's answers with their final layer as columns; raises UserError (no-frame-for-question)."""
    if question.frame_id is None:
        raise UserError(
            "no-frame-for-question",
            N_("The answers to {name} cannot be counted."),
            N_("No code frame belongs to this question."),
            N_("Point the question to a frame, and code its answers."),
            name=question.name,
        )
    frame = frames.read(db, question.frame_id)
    fields = tuple(one for one in verbatims.fields(db) if one.kind in ("category", "number", "date"))
    table = _rows(db, question.id, fields, progress)
    ids, wave = table[0].astype(np.int64), np.nan_to_num(table[2]).astype(np.int64)
    person, customer, known = _people(table[1], wave)
    gathered = _Gathered(frame, ids)
    touched = _touched(db, ids)
    gathered.people_said(layers.answers(db, question.id, only=touched.tolist()))
    gathered.machine_said(db, question.id, wave, touched)
    columns = {
        one.id: np.nan_to_num(column).astype(np.int64) if one.kind == "category" else column
        for one, column in zip(fields, table[5:], strict=True)
    }
    return CodedAnswers(
        question, frame, fields, ids, person, customer, wave, table[3], table[4], gathered.source,
        gathered.counted & ~gathered.invalid, columns, gathered.mentions(), _audit(db, question.id, frame, gathered),
        known,
    )  # fmt: skip


def _rows(db: Connection, question: int, fields: tuple[Field, ...], progress: Progress) -> list[Floats]:
    """Return columns: verbatim, respondent, wave, time, weight and the client's, float64 with NaN for null."""
    more = "".join(f", r.{one.column}" for one in fields)
    cursor = db.execute(
        f"select v.id, r.respondent_id, r.wave_id, r.at_ms, r.weight{more} from verbatim v"
        f" join record r on r.id = v.record_id where +v.question_id = ? and v.state = 1 and {_ACTIVE} order by v.id",
        (question,),
    )
    parts: list[Floats] = []
    done = 0
    while rows := cursor.fetchmany(_BATCH):
        parts.append(_array(rows))
        done += len(rows)
        progress(done, None, N_("Reading answers"))
    whole = np.concatenate(parts) if parts else np.empty((0, 5 + len(fields)))
    return [np.ascontiguousarray(column) for column in whole.T]


def _array(rows: list[Row]) -> Floats:
    # Every number here is below 2**53, so that a float holds it exactly.
    return np.array([[np.nan if cell is None else cell for cell in row] for row in rows], np.float64)


def _people(respondent: Floats, wave: Ints) -> tuple[Ints, Ints, bool]:
    """Return (person, customer, whether every answer names its respondent) as dense numbers."""
    unknown = np.isnan(respondent)
    top = 0 if unknown.all() else int(np.nanmax(respondent)) + 1
    lone = top + np.arange(respondent.size)
    customer = np.where(unknown, lone, np.nan_to_num(respondent)).astype(np.int64)
    waves = int(wave.max(initial=0)) + 1
    person = np.where(unknown, customer * waves, customer * waves + wave)
    dense_person = np.unique(person, return_inverse=True)[1].reshape(-1).astype(np.int64)
    dense_customer = np.unique(customer, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return dense_person, dense_customer, bool(respondent.size) and not unknown.any()


def _touched(db: Connection, ids: Ints) -> Ints:
    """Return the answers on which any person, duplicate or rule has spoken."""
    told = _column(db, "select verbatim_id from label_now union select verbatim_id from review_now")
    return told[np.isin(told, ids, assume_unique=True)]


def _column(db: Connection, sql: str, values: tuple[Value, ...] = ()) -> Ints:
    return np.array([row[0] for row in db.execute(sql, values).fetchall()], np.int64)


class _Gathered:
    """What was said of each answer, while it is being read."""

    def __init__(self, frame: Frame, ids: Ints) -> None:
        self.ids = ids
        self.place = {code.id: place for place, code in enumerate(frame.codes)}
        self.held = {code.id: code.held_from for code in frame.codes}
        self.invalid_codes = [place for place, code in enumerate(frame.codes) if code.role is Role.INVALID]
        self.source = np.full(ids.size, SOURCES.index(Source.OPEN), np.int8)
        self.counted = np.zeros(ids.size, np.bool_)
        self.invalid = np.zeros(ids.size, np.bool_)
        self._parts: list[NDArray[np.int64]] = []

    def people_said(self, told: Iterator[Answer]) -> None:
        """Take the answers that people touched, by the rules of the final layer."""
        found: list[tuple[int, int, int, int, int]] = []
        for answer in told:
            row = int(np.searchsorted(self.ids, answer.verbatim))
            said = [one for one in answer.final(self.held) if one.source is not Source.DISAGREEMENT]
            self.counted[row] = answer.decided or answer.covered
            source = Source.DISAGREEMENT if answer.contested else answer.source
            if not answer.decided and any(one.source is Source.MODEL for one in said):
                source = answer.machine
            self.source[row] = SOURCES.index(source)
            found += [
                (row, self.place[one.code_id], NO_SENTIMENT if one.sentiment is None else one.sentiment,
                 one.mention or 0, int(one.source is Source.MODEL))
                for one in said
                if one.code_id in self.place
            ]  # fmt: skip
        self._take(np.array(found, np.int64).reshape(-1, 5))

    def machine_said(self, db: Connection, question: int, wave: Ints, touched: Ints) -> None:
        """Take accepted predictions of the runs in force on answers that nobody touched."""
        alone = ~np.isin(self.ids, touched, assume_unique=True)
        for wave_id, run, reached in db.execute(
            "select f.wave_id, f.run_id, u.next_verbatim from run_in_force f join run u on u.id = f.run_id"
            " where f.question_id = ?",
            (question,),
        ).fetchall():
            rows = alone & (wave == int(wave_id or 0)) & (self.ids < int(reached or 0))
            self.counted |= rows
            cursor = db.execute(
                "select verbatim_id, code_id, ifnull(sentiment, 9) from prediction where run_id = ? and accepted = 1",
                (run,),
            )
            while part := cursor.fetchmany(_BATCH):
                self._predicted(np.array(part, np.int64), rows)

    def _predicted(self, told: Ints, rows: Marks) -> None:
        place = np.searchsorted(self.ids, told[:, 0])
        inside = np.minimum(place, max(0, self.ids.size - 1))
        good = (self.ids[inside] == told[:, 0]) & rows[inside] if self.ids.size else np.zeros(len(told), np.bool_)
        codes, back = np.unique(told[:, 1], return_inverse=True)
        known = np.array([self.place.get(int(code), -1) for code in codes], np.int64)[back.reshape(-1)]
        good &= known >= 0
        row = inside[good]
        self.source[row] = SOURCES.index(Source.MODEL)
        nothing, yes = np.zeros(row.size, np.int64), np.ones(row.size, np.int64)
        self._take(np.stack([row, known[good], told[good, 2], nothing, yes], axis=1))

    def _take(self, found: NDArray[np.int64]) -> None:
        if len(found):
            self.invalid[found[np.isin(found[:, 1], self.invalid_codes), 0]] = True
            self._parts.append(found)

    def mentions(self) -> Mentions:
        """Return all mentions, by answer and code."""
        whole = np.concatenate(self._parts) if self._parts else np.empty((0, 5), np.int64)
        whole = whole[np.lexsort((whole[:, 1], whole[:, 0]))]
        return Mentions(
            whole[:, 0].astype(np.int32), whole[:, 1].astype(np.int32), whole[:, 2].astype(np.int8),
            whole[:, 3].astype(np.int16), whole[:, 4].astype(np.bool_),
        )  # fmt: skip


def _audit(db: Connection, question: int, frame: Frame, gathered: _Gathered) -> Audit:
    """Return the random rows drawn for audit and correction; one drawn more than once keeps its highest inclusion."""
    purposes = (Purpose.AUDIT.value, Purpose.CORRECTION.value)
    told = np.array(
        db.execute(
            "select w.verbatim_id, max(w.inclusion) from sample_row w join sample s on s.id = w.sample_id"
            " where s.state = 1 and s.question_id = ? and s.purpose in (?, ?) group by 1 order by 1",
            (question, *purposes),
        ).fetchall(),
        np.float64,
    ).reshape(-1, 2)
    row = np.searchsorted(gathered.ids, told[:, 0])
    inside = np.minimum(row, max(0, gathered.ids.size - 1))
    good = gathered.ids[inside] == told[:, 0] if gathered.ids.size else np.zeros(len(told), np.bool_)
    row = inside[good]
    machine = np.array(
        db.execute(
            "select p.verbatim_id, p.code_id from run_in_force f cross join prediction p on p.run_id = f.run_id"
            " join verbatim v on v.id = p.verbatim_id join record r on r.id = v.record_id"
            " where f.question_id = ?1 and p.accepted = 1 and f.wave_id = ifnull(r.wave_id, 0) and p.verbatim_id in"
            " (select w.verbatim_id from sample_row w join sample s on s.id = w.sample_id and s.state = 1"
            "  where s.question_id = ?1 and s.purpose in (?2, ?3))",
            (question, *purposes),
        ).fetchall(),
        np.int64,
    ).reshape(-1, 2)
    place = np.searchsorted(gathered.ids[row], machine[:, 0])
    known = np.array([gathered.place.get(int(code), -1) for code in machine[:, 1]], np.int64)
    keep = (place < row.size) & (known >= 0)
    keep[keep] = gathered.ids[row][place[keep]] == machine[keep, 0]
    looked = np.isin(gathered.source[row], [SOURCES.index(one) for one in _BY_PEOPLE])
    return Audit(
        row.astype(np.int32), told[good, 1], looked, place[keep].astype(np.int32), known[keep].astype(np.int32)
    )


_BY_PEOPLE = (Source.ADJUDICATED, Source.HUMAN, Source.DUPLICATE)
