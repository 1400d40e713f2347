"""The layers of coded data: what people say, what the model says, and who wins in the final one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import frames
from annotate.frames import Code
from annotate.store.connection import Connection
from annotate.store.decisions import OWN

CHUNK = 20_000


class Source(StrEnum):
    """Where a row of the final layer comes from; also its order of precedence."""

    ADJUDICATED = "adjudicated"
    HUMAN = "human"
    DUPLICATE = "duplicate"
    RULE = "rule"
    DISAGREEMENT = "disagreement"
    MODEL = "model"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Said:
    """A code on an answer in one layer."""

    code_id: int
    sentiment: int | None
    source: Source
    confidence: float | None = None
    sentiment_confidence: float | None = None
    accepted: bool = True
    mention: int | None = None


@dataclass(slots=True)
class _Voice:
    """What one coder says of one answer."""

    yes: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    off: set[int] = field(default_factory=set)
    own: bool = False
    reviewed: int = 0
    rank: int = 0


@dataclass(slots=True)
class Answer:
    """One answer with what each layer says of it. ``covered``: the run in force went over it, whatever it found."""

    verbatim: int
    human: list[Said] = field(default_factory=list)
    denied: set[int] = field(default_factory=set)
    contested: set[int] = field(default_factory=set)
    reviewed: int = 0
    source: Source = Source.OPEN
    model: list[Said] = field(default_factory=list)
    covered: bool = False

    @property
    def decided(self) -> bool:
        """Whether any person, duplicate or rule has spoken."""
        return self.source is not Source.OPEN

    def final(self, held_from: dict[int, int]) -> list[Said]:
        """Return the codes of the final layer: people where they looked, accepted predictions for the rest.

        ``held_from``: code → revision number since which a review covers it.
        """
        said = list(self.human)
        known = {one.code_id for one in said} | self.denied | self.contested
        for one in self.model:
            looked = self.reviewed and held_from.get(one.code_id, 0) <= self.reviewed
            if one.accepted and not looked and one.code_id not in known:
                said.append(one)
        return said


def lead_coder(db: Connection) -> int | None:
    """Return the project's lead coder, if one is named."""
    row = db.one("select value from setting where key = 'lead_coder'")
    return int(str(row[0])) if row else None


def answers(db: Connection, question: int, *, model: bool = True) -> Iterator[Answer]:
    """Yield every answered verbatim in force of a question, by id, with its layers; memory is bounded by chunks."""
    lead = lead_coder(db)
    kinds = {int(row[0] or 0): int(row[1] or 0) for row in db.execute("select id, kind from coder")}
    frame = db.integer("select frame_id from question where id = ?", (question,))
    held = {code.id: code.held_from for code in frames.read(db, frame).codes} if frame else {}
    last = 0
    while True:
        rows = db.execute(
            "select v.id from verbatim v where v.question_id = ? and v.state = 1 and v.id > ?"
            " and v.batch_id in (select id from import_batch where state = 1) order by v.id limit ?",
            (question, last, CHUNK),
        ).fetchall()
        if not rows:
            return
        first, last = int(rows[0][0] or 0), int(rows[-1][0] or 0)
        found = {int(row[0] or 0): Answer(int(row[0] or 0)) for row in rows}
        for verbatim, said in _voices(db, (first, last)).items():
            if verbatim in found:
                _decide(found[verbatim], said, kinds, lead, held)
        if model:
            _read_model(db, found, (question, first, last))
        yield from found.values()


def _voices(db: Connection, span: tuple[int, int]) -> dict[int, dict[int, _Voice]]:
    """Return what each coder says of the verbatims of a span: verbatim → coder → voice."""
    voices: dict[int, dict[int, _Voice]] = {}
    for verbatim, coder, code, yes, sentiment, mention, origin in db.execute(
        "select verbatim_id, coder_id, code_id, yes, sentiment, mention, origin from label_now"
        " where verbatim_id between ? and ?",
        span,
    ):
        voice = voices.setdefault(int(verbatim or 0), {}).setdefault(int(coder or 0), _Voice())
        if yes:
            voice.yes[int(code or 0)] = (
                None if sentiment is None else int(sentiment),
                None if mention is None else int(mention),
            )
        else:
            voice.off.add(int(code or 0))
        voice.own = voice.own or origin in OWN
    for verbatim, coder, number, origin in db.execute(
        "select n.verbatim_id, n.coder_id, r.number, n.origin from review_now n join revision r on r.id = n.revision_id"
        " where n.verbatim_id between ? and ?",
        span,
    ):
        voice = voices.setdefault(int(verbatim or 0), {}).setdefault(int(coder or 0), _Voice())
        voice.reviewed = int(number or 0)
        voice.own = voice.own or origin in OWN
    return voices


def _decide(
    answer: Answer, said: dict[int, _Voice], kinds: dict[int, int], lead: int | None, held: dict[int, int]
) -> None:
    """Find who wins among people: adjudicated, the lead coder, coders who agree, then duplicates, then rules."""
    for coder, voice in said.items():
        if kinds.get(coder) == 1 and voice.reviewed:
            _take(answer, voice, Source.ADJUDICATED)
            return
    people = {coder: voice for coder, voice in said.items() if kinds.get(coder) == 0}
    own = {coder: voice for coder, voice in people.items() if voice.own}
    if lead in own and lead is not None:
        _take(answer, own[lead], Source.HUMAN)
        return
    if own:
        _agree(answer, list(own.values()), Source.HUMAN, held)
        return
    if people:
        _agree(answer, list(people.values()), Source.DUPLICATE, held)
        return
    for voice in said.values():
        _take(answer, voice, Source.RULE)


def _take(answer: Answer, voice: _Voice, source: Source) -> None:
    answer.source = source
    answer.reviewed = voice.reviewed
    answer.denied |= voice.off - set(voice.yes)
    ordered = sorted(voice.yes.items(), key=lambda item: (item[1][1] is None, item[1][1] or 0, item[0]))
    answer.human += [Said(code, sentiment, source, mention=mention) for code, (sentiment, mention) in ordered]


def _agree(answer: Answer, voices: list[_Voice], source: Source, held: dict[int, int]) -> None:
    """Take what those say who looked; where one says yes and another looked and did not, it is a disagreement."""
    if len(voices) == 1:
        _take(answer, voices[0], source)
        return
    merged = _Voice(reviewed=max(v.reviewed for v in voices))
    codes = {code for voice in voices for code in voice.yes}
    for code in sorted(codes):
        since = held.get(code, 0)  # who reviewed before the code was there did not look at it
        if any(code not in v.yes and (code in v.off or (v.reviewed and since <= v.reviewed)) for v in voices):
            answer.contested.add(code)
            continue
        told = [v.yes[code] for v in voices if code in v.yes]
        sentiments = {sentiment for sentiment, _ in told}
        merged.yes[code] = (told[0][0] if len(sentiments) == 1 else None, told[0][1])
    merged.off = {code for voice in voices for code in voice.off} - codes
    _take(answer, merged, source)
    answer.human += [Said(code, None, Source.DISAGREEMENT) for code in sorted(answer.contested)]


def _read_model(db: Connection, found: dict[int, Answer], span: tuple[int, int, int]) -> None:
    if not db.integer("select exists(select 1 from run_in_force where question_id = ?)", (span[0],)):
        return
    for row in db.execute(
        "select v.id from verbatim v cross join record r on r.id = v.record_id cross join run_in_force f"
        " on f.question_id = ?1 and f.wave_id = ifnull(r.wave_id, 0) cross join run u on u.id = f.run_id"
        " where v.id between ?2 and ?3 and +v.question_id = ?1 and v.id < u.next_verbatim",
        span,
    ):
        if int(row[0] or 0) in found:
            found[int(row[0] or 0)].covered = True
    for verbatim, code, p, accepted, sentiment, sentiment_p in db.execute(
        "select p.verbatim_id, p.code_id, p.p, p.accepted, p.sentiment, p.sentiment_p from run_in_force f"
        " join prediction p on p.run_id = f.run_id and p.verbatim_id between ?2 and ?3"
        " join verbatim v on v.id = p.verbatim_id join record r on r.id = v.record_id"
        " where f.question_id = ?1 and v.question_id = ?1 and f.wave_id = ifnull(r.wave_id, 0)"
        " order by p.verbatim_id, p.p desc, p.code_id",
        span,
    ):
        answer = found.get(int(verbatim or 0))
        if answer is not None:
            answer.model.append(
                Said(
                    int(code or 0), None if sentiment is None else int(sentiment), Source.MODEL,
                    int(p or 0) / 10_000, None if sentiment_p is None else int(sentiment_p) / 10_000, bool(accepted),
                )
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people decided, for training: n verbatims × codes.

    ``labels`` int8: 1 yes, 0 no, -1 not looked at. ``sentiments`` int8: -1, 0, 1, and 9 where none was given.
    ``groups`` int64: equal for identical answers and for answers of one respondent (transitively).
    ``random`` bool: drawn at random by design.
    """

    ids: NDArray[np.int64]
    labels: NDArray[np.int8]
    sentiments: NDArray[np.int8]
    groups: NDArray[np.int64]
    questions: NDArray[np.int64]
    random: NDArray[np.bool_]


def labelled(db: Connection, questions: list[int], codes: list[Code]) -> Labelled:
    """Return people's decisions on the answers to these questions; rows nobody looked at are left out."""
    column = {code.id: place for place, code in enumerate(codes)}
    ids: list[int] = []
    of_question: list[int] = []
    labels: list[NDArray[np.int8]] = []
    sentiments: list[NDArray[np.int8]] = []
    held = np.array([code.held_from for code in codes], np.int64)
    for question in questions:
        for answer in answers(db, question, model=False):
            if not answer.decided:
                continue
            row = np.full(len(codes), -1, np.int8)
            mood = np.full(len(codes), 9, np.int8)
            if answer.reviewed:
                row[held <= answer.reviewed] = 0
            for code in answer.denied:
                if code in column:
                    row[column[code]] = 0
            for said in answer.human:
                if said.code_id in column:
                    row[column[said.code_id]] = 1
                    if said.sentiment is not None:
                        mood[column[said.code_id]] = said.sentiment
            for code in answer.contested:
                if code in column:
                    row[column[code]] = -1
            ids.append(answer.verbatim)
            of_question.append(question)
            labels.append(row)
            sentiments.append(mood)
    shape = (len(ids), len(codes))
    vector = np.array(ids, np.int64)
    return Labelled(
        vector,
        np.array(labels, np.int8).reshape(shape),
        np.array(sentiments, np.int8).reshape(shape),
        groups_of(db, vector),
        np.array(of_question, np.int64),
        _random_rows(db, vector),
    )


def groups_of(db: Connection, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a group number for each verbatim: identical answers and answers of one respondent share it."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    nodes: dict[int, tuple[str, int]] = {}
    wanted = ids.tolist()
    for start in range(0, len(wanted), CHUNK):
        marks = ", ".join(map(str, wanted[start : start + CHUNK]))
        for verbatim, group, record, respondent in db.execute(
            "select v.id, v.group_id, v.record_id, r.respondent_id from verbatim v join record r on r.id = v.record_id"
            f" where v.id in ({marks})"
        ):
            node = root(("group", int(group or 0)))
            person = ("person", int(respondent)) if respondent is not None else ("record", int(record or 0))
            parent[root(person)] = node
            nodes[int(verbatim or 0)] = node
    numbers: dict[tuple[str, int], int] = {}
    return np.array([numbers.setdefault(root(nodes[one]), len(numbers)) for one in wanted], np.int64)


def _random_rows(db: Connection, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    rows = db.execute(
        "select distinct s.verbatim_id from sample_row s join sample p on p.id = s.sample_id and p.state = 1"
    )
    drawn = {int(row[0] or 0) for row in rows}
    return np.array([one in drawn for one in ids.tolist()], np.bool_)
