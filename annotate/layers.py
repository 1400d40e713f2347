"""The layers of coded data: what people say, what the model says, and who wins in the final one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import certificates, frames
from annotate.certificates import Certified
from annotate.frames import Code
from annotate.random_rows import random_rows
from annotate.store.connection import Connection
from annotate.store.decisions import OWN

CHUNK = 20_000


class Source(StrEnum):
    """Where a row of the final layer comes from; also its order of precedence.

    CERTIFIED: the model's, on an answer whose codes an acceptance sample of the run in force has proven.
    """

    ADJUDICATED = "adjudicated"
    HUMAN = "human"
    DUPLICATE = "duplicate"
    RULE = "rule"
    DISAGREEMENT = "disagreement"
    CERTIFIED = "certified"
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
    """One answer with what each layer says of it.

    ``covered``: the run in force went over it, whatever it found. ``certified``: nobody looked, and every code that the
    run accepted is certified, and they explain enough of its clauses.
    """

    verbatim: int
    human: list[Said] = field(default_factory=list)
    denied: set[int] = field(default_factory=set)
    contested: set[int] = field(default_factory=set)
    reviewed: int = 0
    source: Source = Source.OPEN
    model: list[Said] = field(default_factory=list)
    covered: bool = False
    certified: bool = False

    @property
    def decided(self) -> bool:
        """Whether any person, duplicate or rule has spoken."""
        return self.source is not Source.OPEN

    @property
    def machine(self) -> Source:
        """Return what the final layer calls the model's word on an answer nobody decided."""
        if self.certified:
            return Source.CERTIFIED
        return Source.MODEL if any(one.accepted for one in self.model) else Source.OPEN

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


def answers(
    db: Connection, question: int, *, model: bool = True, only: Sequence[int] | None = None
) -> Iterator[Answer]:
    """Yield every answered verbatim in force of a question, by id, with its layers; memory is bounded by chunks.

    ``only``: just these verbatims, where they are among them.
    """
    lead = lead_coder(db)
    kinds = {int(row[0] or 0): int(row[1] or 0) for row in db.execute("select id, kind from coder")}
    frame = db.integer("select frame_id from question where id = ?", (question,))
    held = {code.id: code.held_from for code in frames.read(db, frame).codes} if frame else {}
    merged = frames.merged_into(db, frame) if frame and model else {}
    certified = certificates.in_force(db, question) if model else None
    for found, some in _spans(db, question) if only is None else _picked(db, question, only):
        for verbatim, said in _voices(db, some).items():
            if verbatim in found:
                _decide(found[verbatim], said, kinds, lead, held)
        if certified is not None:
            _read_model(db, found, question, some, certified)
            if merged:
                for answer in found.values():
                    answer.model = _counted_as(answer.model, merged)
        yield from found.values()


_IN_FORCE = (
    "select v.id from verbatim v where v.question_id = ? and v.state = 1"
    " and v.batch_id in (select id from import_batch where state = 1)"
)


def _spans(db: Connection, question: int) -> Iterator[tuple[dict[int, Answer], str]]:
    """Yield all answers of a question in chunks, each with the SQL that bounds their ids."""
    last = 0
    while rows := db.execute(f"{_IN_FORCE} and v.id > ? order by v.id limit ?", (question, last, CHUNK)).fetchall():
        first, last = int(rows[0][0] or 0), int(rows[-1][0] or 0)
        yield {int(row[0] or 0): Answer(int(row[0] or 0)) for row in rows}, f"between {first} and {last}"


def _picked(db: Connection, question: int, only: Sequence[int]) -> Iterator[tuple[dict[int, Answer], str]]:
    wanted = sorted(set(only))
    for start in range(0, len(wanted), CHUNK):
        some = f"in ({', '.join(str(int(one)) for one in wanted[start : start + CHUNK])})"
        rows = db.execute(f"{_IN_FORCE.replace('v.question_id', '+v.question_id')} and v.id {some}", (question,))
        yield {int(row[0] or 0): Answer(int(row[0] or 0)) for row in rows}, some


def _voices(db: Connection, some: str) -> dict[int, dict[int, _Voice]]:
    """Return what each coder says of the verbatims that the SQL means: verbatim → coder → voice."""
    voices: dict[int, dict[int, _Voice]] = {}
    for verbatim, coder, code, yes, sentiment, mention, origin in db.execute(
        "select verbatim_id, coder_id, code_id, yes, sentiment, mention, origin from label_now"
        f" where verbatim_id {some}"
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
        f" where n.verbatim_id {some}"
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


def _read_model(db: Connection, found: dict[int, Answer], question: int, some: str, certified: Certified) -> None:
    if not db.integer("select exists(select 1 from run_in_force where question_id = ?)", (question,)):
        return
    for row in db.execute(
        "select v.id from verbatim v cross join record r on r.id = v.record_id cross join run_in_force f"
        " on f.question_id = ?1 and f.wave_id = ifnull(r.wave_id, 0) cross join run u on u.id = f.run_id"
        f" where v.id {some} and +v.question_id = ?1 and v.id < u.next_verbatim",
        (question,),
    ):
        if int(row[0] or 0) in found:
            found[int(row[0] or 0)].covered = True
    accepted: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for run, verbatim, code, p, taken, sentiment, sentiment_p in db.execute(
        "select p.run_id, p.verbatim_id, p.code_id, p.p, p.accepted, p.sentiment, p.sentiment_p from run_in_force f"
        f" join prediction p on p.run_id = f.run_id and p.verbatim_id {some}"
        " join verbatim v on v.id = p.verbatim_id join record r on r.id = v.record_id"
        " where f.question_id = ?1 and v.question_id = ?1 and f.wave_id = ifnull(r.wave_id, 0)"
        " order by p.verbatim_id, p.p desc, p.code_id",
        (question,),
    ):
        answer = found.get(int(verbatim or 0))
        if answer is None:
            continue
        answer.model.append(
            Said(
                int(code or 0), None if sentiment is None else int(sentiment), Source.MODEL,
                int(p or 0) / 10_000, None if sentiment_p is None else int(sentiment_p) / 10_000, bool(taken),
            )
        )  # fmt: skip
        if taken and not answer.decided:
            accepted.setdefault((int(run or 0), answer.verbatim), []).append((int(code or 0), int(p or 0)))
    if certified.cuts:
        _mark_certified(db, found, some, accepted, certified)


def _counted_as(said: list[Said], merged: dict[int, int]) -> list[Said]:
    """Return what a model said with codes that were merged away since as the ones in which they count now, each once.

    People's decisions follow the code map where they are derived; a prediction keeps the code that the model knows.
    """
    found: dict[int, Said] = {}
    for one in said:  # the likeliest first
        code = merged.get(one.code_id, one.code_id)
        known = found.get(code)
        if known is None or (one.accepted and not known.accepted):
            found[code] = replace(one, code_id=code)
    return list(found.values())


def _mark_certified(
    db: Connection,
    found: dict[int, Answer],
    some: str,
    accepted: dict[tuple[int, int], list[tuple[int, int]]],
    certified: Certified,
) -> None:
    runs = ", ".join(map(str, certified.cuts))
    covered = {
        (int(run or 0), int(verbatim or 0)): int(share or 0)
        for run, verbatim, share in db.execute(
            f"select run_id, verbatim_id, covered from run_answer where run_id in ({runs}) and verbatim_id {some}"
        )
    }
    for (run, verbatim), codes in accepted.items():
        if certified.whole(run, codes, covered.get((run, verbatim), certificates.WHOLE)):
            answer = found[verbatim]
            answer.certified = True
            answer.model = [replace(one, source=Source.CERTIFIED) if one.accepted else one for one in answer.model]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people decided, for training: n verbatims × codes.

    ``labels`` int8: 1 yes, 0 no, -1 not looked at. ``sentiments`` int8: -1, 0, 1, and 9 where none was given.
    ``groups`` int64: equal for identical answers and for answers of one respondent (transitively).
    ``random`` bool: drawn at random by design, from all answers, and reviewed in turn (``random_rows``).
    """

    ids: NDArray[np.int64]
    labels: NDArray[np.int8]
    sentiments: NDArray[np.int8]
    groups: NDArray[np.int64]
    questions: NDArray[np.int64]
    random: NDArray[np.bool_]


def labelled(db: Connection, questions: list[int], codes: list[Code], *, only: Sequence[int] | None = None) -> Labelled:
    """Return people's decisions on the answers to these questions; rows nobody looked at are left out.

    ``only``: just these verbatims, where they are among them.
    """
    column = {code.id: place for place, code in enumerate(codes)}
    ids: list[int] = []
    of_question: list[int] = []
    labels: list[NDArray[np.int8]] = []
    sentiments: list[NDArray[np.int8]] = []
    held = np.array([code.held_from for code in codes], np.int64)
    if only is None:
        # Of a million answers people decided on thousands: the others need not be read.
        only = [
            int(row[0] or 0)
            for row in db.execute("select verbatim_id from label_now union select verbatim_id from review_now")
        ]
    for question in questions:
        for answer in answers(db, question, model=False, only=only):
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
        np.isin(vector, [one for question in questions for one in random_rows(db, question).ids.tolist()]),
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
