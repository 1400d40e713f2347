"""One question's coded answers as columns: read once, then every figure of understanding is counted from arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import certificates, frames, layers
from annotate.errors import UserError
from annotate.frames import Frame, Role
from annotate.layers import Answer, Source
from annotate.messages import N_
from annotate.store.connection import Connection, Value
from annotate.verbatims import Question
from reports.records import Records

SOURCES = tuple(Source)
BY_MACHINE = (Source.MODEL, Source.CERTIFIED)
NO_SENTIMENT = 9
DIRECTIONS = {"likes": 1, "dislikes": -1}
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
class CodedAnswers:
    """The n answered verbatims in force of a question, by rising id.

    ``place``: the record of each answer in ``records``. ``person``: dense numbers of respondent × wave, an answer of
    nobody known being a person of its own; ``customer``: dense numbers of respondents over all waves. ``wave``: wave
    id, 0 of no named wave. ``source``: place in SOURCES. ``counted``: people or the run in force looked, and it is not
    invalid: these make the base; ``covered``: the run in force went over it. ``contested`` int16: codes of the
    answer on which coders differ, which count nowhere until someone decides.
    """

    question: Question
    frame: Frame
    records: Records
    ids: Ints
    place: Ints
    person: Ints
    customer: Ints
    wave: Ints
    source: NDArray[np.int8]
    counted: Marks
    covered: Marks
    mentions: Mentions
    contested: NDArray[np.int16]

    def __len__(self) -> int:
        return int(self.ids.size)

    @property
    def moods(self) -> NDArray[np.int8]:
        """Return the sentiment of each mention; one without has that of its question's direction, where it has one."""
        lean = DIRECTIONS.get(self.question.direction, NO_SENTIMENT)
        stated = self.mentions.sentiment
        return np.where(stated == NO_SENTIMENT, lean, stated).astype(np.int8)

    def carries(self, code_id: int, sentiment: int | None = None) -> Marks:
        """Return bool (n): the code, or any code below the net, is on the answer (with that one of ``moods``)."""
        said = np.isin(self.mentions.code, self.places(code_id))
        if sentiment is not None:
            said &= self.moods == sentiment
        marks = np.zeros(len(self), np.bool_)
        marks[self.mentions.row[said]] = True
        return marks

    def places(self, code_id: int) -> NDArray[np.int32]:
        """Return the places in ``frame.codes`` of a code, or of all codes below a net."""
        below = self.frame.under(code_id) | {code_id}
        return np.array([place for place, one in enumerate(self.frame.codes) if one.id in below], np.int32)


def load(db: Connection, question: Question, records: Records) -> CodedAnswers:
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
    row = db.one(
        "select group_concat(id), group_concat(record_id) from (select v.id, v.record_id from verbatim v"
        f" where +v.question_id = ? and v.state = 1 and {_ACTIVE} order by v.id)",
        (question.id,),
    )
    assert row is not None
    ids, of = (np.fromstring(str(one), np.int64, sep=",") if one else np.empty(0, np.int64) for one in row)
    place = np.searchsorted(records.id, of)
    gathered = _Gathered(frame, ids)
    touched = _touched(db, ids)
    gathered.people_said(layers.answers(db, question.id, only=touched.tolist()))
    gathered.machine_said(db, question.id, records.wave[place], touched)
    return CodedAnswers(
        question, frame, records, ids, place, _dense(records.who[place]), _dense(records.customer[place]),
        records.wave[place], gathered.source, gathered.counted & ~gathered.invalid, gathered.covered,
        gathered.mentions(), gathered.contested,
    )  # fmt: skip


def _dense(numbers: Ints) -> Ints:
    return np.unique(numbers, return_inverse=True)[1].reshape(-1).astype(np.int64)


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
        self.frame = frame.id
        self.place = {code.id: place for place, code in enumerate(frame.codes)}
        self.held = {code.id: code.held_from for code in frame.codes}
        self.merged: dict[int, int] = {}
        self.invalid_codes = [place for place, code in enumerate(frame.codes) if code.role is Role.INVALID]
        self.source = np.full(ids.size, SOURCES.index(Source.OPEN), np.int8)
        self.counted = np.zeros(ids.size, np.bool_)
        self.covered = np.zeros(ids.size, np.bool_)
        self.invalid = np.zeros(ids.size, np.bool_)
        self.contested = np.zeros(ids.size, np.int16)
        self._parts: list[NDArray[np.int64]] = []

    def people_said(self, told: Iterator[Answer]) -> None:
        """Take the answers that people touched, by the rules of the final layer."""
        found: list[tuple[int, int, int, int, int]] = []
        for answer in told:
            row = int(np.searchsorted(self.ids, answer.verbatim))
            said = [one for one in answer.final(self.held) if one.source is not Source.DISAGREEMENT]
            self.counted[row] = answer.decided or answer.covered
            self.contested[row] = sum(code in self.place for code in answer.contested)
            source = Source.DISAGREEMENT if answer.contested else answer.source
            if not answer.decided and any(one.source in BY_MACHINE for one in said):
                source = answer.machine
            self.source[row] = SOURCES.index(source)
            found += [
                (row, self.place[one.code_id], NO_SENTIMENT if one.sentiment is None else one.sentiment,
                 one.mention or 0, int(one.source in BY_MACHINE))
                for one in said
                if one.code_id in self.place
            ]  # fmt: skip
        self._take(np.array(found, np.int64).reshape(-1, 5))

    def machine_said(self, db: Connection, question: int, wave: Ints, touched: Ints) -> None:
        """Take accepted predictions of the runs in force on answers that nobody touched, and which are certified."""
        alone = ~np.isin(self.ids, touched, assume_unique=True)
        proven = certificates.in_force(db, question)
        self.merged = frames.merged_into(db, self.frame)
        for wave_id, run, reached in db.execute(
            "select f.wave_id, f.run_id, u.next_verbatim from run_in_force f join run u on u.id = f.run_id"
            " where f.question_id = ?",
            (question,),
        ).fetchall():
            reach = (wave == int(wave_id or 0)) & (self.ids < int(reached or 0))
            self.covered |= reach
            rows = alone & reach
            self.counted |= rows
            cuts = proven.cuts.get(int(run or 0), {})
            short = self._short(db, int(run or 0), proven.coverage) if cuts else np.zeros(self.ids.size, np.bool_)
            cursor = db.execute(
                "select verbatim_id, code_id, ifnull(sentiment, 9), p from prediction where run_id = ?"
                " and accepted = 1",
                (run,),
            )
            while part := cursor.fetchmany(_BATCH):
                self._predicted(np.array(part, np.int64), rows, cuts, short)
            if cuts:
                model = rows & (self.source == SOURCES.index(Source.MODEL))
                self.source[model & ~short] = SOURCES.index(Source.CERTIFIED)

    def _short(self, db: Connection, run: int, coverage: int) -> Marks:
        """Return bool (n): too few clauses of the answer are explained for it to be certified."""
        short = np.zeros(self.ids.size, np.bool_)
        if coverage > 0:
            told = _column(db, "select verbatim_id from run_answer where run_id = ? and covered < ?", (run, coverage))
            short[np.isin(self.ids, told)] = True
        return short

    def _predicted(self, told: Ints, rows: Marks, cuts: dict[int, int], short: Marks) -> None:
        place = np.searchsorted(self.ids, told[:, 0])
        inside = np.minimum(place, max(0, self.ids.size - 1))
        good = (self.ids[inside] == told[:, 0]) & rows[inside] if self.ids.size else np.zeros(len(told), np.bool_)
        codes, back = np.unique(told[:, 1], return_inverse=True)
        known = np.array([self.place.get(self.merged.get(int(code), int(code)), -1) for code in codes], np.int64)[
            back.reshape(-1)
        ]
        if cuts:
            cut = np.array([cuts.get(int(code), certificates.WHOLE + 1) for code in codes], np.int64)[back.reshape(-1)]
            short[inside[good & (told[:, 3] < cut)]] = True
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
        if self.merged and len(whole):  # two codes of a model may count as one now
            whole = whole[np.append(True, (np.diff(whole[:, :2], axis=0) != 0).any(axis=1))]
        return Mentions(
            whole[:, 0].astype(np.int32), whole[:, 1].astype(np.int32), whole[:, 2].astype(np.int8),
            whole[:, 3].astype(np.int16), whole[:, 4].astype(np.bool_),
        )  # fmt: skip
