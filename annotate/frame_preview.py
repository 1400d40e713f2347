"""What a change of a code frame would do, counted before it is made: people, mentions, answers to look at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotate import frame_edits, frames
from annotate.frame_codes import Code, Frame
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import Edit
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.numbers import integers
from annotate.store.project import Project

Ints = NDArray[np.int64]
NEVER = -1
_WHAT = N_("Counting answers")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Every standing yes of a frame's codes on answers in force, a row each: all int64 of one length.

    ``raw``: the code decided on, before any code map. ``people``: the respondent, or -record where none is known.
    ``stamp``: number of the revision under which it was decided. ``seen``: the highest number under which anyone
    reviewed the whole answer, -1 where nobody did. ``answered``, ``people_answered``: the bases.
    """

    verbatims: Ints
    raw: Ints
    people: Ints
    stamp: Ints
    seen: Ints
    answered: int
    people_answered: int
    splits: Mapping[int, tuple[Ints, Ints]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """A code or net counted: people and answers (each once), mentions (code × answer), answers to look at again."""

    people: int = 0
    answers: int = 0
    mentions: int = 0
    recheck: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One net or code before and after; None where it is not there or out of use."""

    code: int
    number: str
    path: tuple[str, ...]
    is_net: bool
    before: Count | None
    after: Count | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What changes: the nets and codes whose counts, place or number differ, and all answers to look at again."""

    before: Frame
    after: Frame
    rows: tuple[Row, ...]
    counts: Mapping[int, Count]
    recheck_before: int
    recheck_after: int


def read_mentions(
    db: Connection, frame_id: int, question: int | None = None, *, progress: Progress = silent
) -> Mentions:
    """Read what is counted, once for any number of previews; one question or all."""
    more = "" if question is None else " and v.question_id = ?2"
    values = (frame_id,) if question is None else (frame_id, question)
    row = db.one(
        # One string instead of row objects: ten times faster to fetch.
        "select group_concat(concat_ws(',', w.verbatim_id, w.raw_code, ifnull(r.respondent_id, -r.id), er.number,"
        f" ifnull(s.number, {NEVER})))"
        " from label_now w cross join verbatim v on v.id = w.verbatim_id"
        " and v.batch_id in (select id from import_batch where state = 1)"
        " cross join record r on r.id = v.record_id cross join label_event e on e.id = w.event_id"
        " cross join revision er on er.id = e.revision_id left join ("
        "  select n.verbatim_id, max(q.number) as number from review_now n join revision q on q.id = n.revision_id"
        "  where n.frame_id = ?1 group by 1) s on s.verbatim_id = w.verbatim_id"
        f" where w.yes = 1 and w.raw_code in (select id from code where frame_id = ?1){more}",
        values,
    )
    told = "" if row is None or row[0] is None else str(row[0])
    table = (np.fromstring(told, dtype=np.int64, sep=",") if told else np.empty(0, np.int64)).reshape(-1, 5)
    progress(1, 2, _WHAT)
    base, base_people = _bases(db, values, more)
    progress(2, 2, _WHAT)
    splits = {}
    for (split,) in db.execute(
        "select distinct m.split_id from code_map m join revision r on r.id = m.revision_id"
        " where r.frame_id = ? and r.away = 0 and m.split_id is not null",
        (frame_id,),
    ).fetchall():
        rows = db.execute(
            "select verbatim_id, to_code from split_row where split_id = ? order by verbatim_id", (split,)
        ).fetchall()
        pairs = np.array(rows, np.int64).reshape(-1, 2)
        splits[int(split or 0)] = (pairs[:, 0], pairs[:, 1])
    verbatims, raw, people, stamp, seen = (np.ascontiguousarray(table[:, n]) for n in range(5))
    return Mentions(
        verbatims, raw, people, stamp, seen, base, base_people, splits,
    )  # fmt: skip


def _bases(db: Connection, values: tuple[int, ...], more: str) -> tuple[int, int]:
    """Return all answers and all who gave them; a record without a respondent is one of its own."""
    # In the order of the rows and by the index of respondents alone: a look into a million records takes ten times as
    # long.
    told = db.one(
        "select group_concat(v.record_id) from verbatim v"
        " where +v.question_id in (select id from question where frame_id = ?1) and v.state = 1"
        f" and v.batch_id in (select id from import_batch where state = 1){more}",
        values,
    )
    known = db.one(
        "select group_concat(id), group_concat(respondent_id) from"
        " (select id, respondent_id from record where respondent_id is not null)"
    )
    assert told is not None and known is not None
    answers = integers(told[0])
    records, respondents = map(integers, known)
    of = np.isin(records, answers)
    return answers.size, _different(answers[~np.isin(answers, records)]) + _different(respondents[of])


def resolved(mentions: Mentions, draft: FrameDraft) -> Ints:
    """Return the code in which each mention counts under the code map of a draft."""
    found = mentions.raw.copy()

    def follow(rows: Ints, code: int, depth: int) -> None:
        to = draft.maps.get(code)
        if to is None or depth > len(draft.maps) or not len(rows):
            return
        left = rows
        if to.split is not None:
            listed, parts = _split(mentions, draft, to.split)
            place = np.searchsorted(listed, mentions.verbatims[rows])
            place[place == len(listed)] = 0
            hit = listed[place] == mentions.verbatims[rows] if len(listed) else np.zeros(len(rows), np.bool_)
            chosen = parts[place[hit]] if len(listed) else parts
            for part in np.unique(chosen):
                some = rows[hit][chosen == part]
                found[some] = part
                follow(some, int(part), depth + 1)
            left = rows[~hit]
        if to.to_code is not None:
            found[left] = to.to_code
            follow(left, to.to_code, depth + 1)

    for code in np.unique(mentions.raw):
        follow(np.flatnonzero(mentions.raw == code), int(code), 0)
    return found


def _split(mentions: Mentions, draft: FrameDraft, split: int) -> tuple[Ints, Ints]:
    if split >= 0:
        return mentions.splits[split]
    rows = sorted(draft.splits[split].items())
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def stale(mentions: Mentions, draft: FrameDraft, codes: Ints) -> NDArray[np.bool_]:
    """Return which mentions were decided before the meaning of their code changed and not looked at since.

    ``codes``: where they count. What a merge brought is judged from the merge on.
    """
    meaning = {one.id: one.meaning_from for one in draft.codes.values()}
    since = _looked_up(codes, {one.id: one.meaning_from for one in draft.codes.values() if not one.retired})
    merged = {one: meaning[one] for one, to in draft.maps.items() if to.split is None and one in meaning}
    floor = np.maximum(mentions.stamp, _looked_up(mentions.raw, merged))
    return (floor < since) & (mentions.seen < since)


def _looked_up(codes: Ints, values: Mapping[int, int]) -> Ints:
    found = np.zeros(len(codes), np.int64)
    for code in np.unique(codes):
        found[codes == code] = values.get(int(code), 0)
    return found


def counted(mentions: Mentions, draft: FrameDraft) -> dict[int, Count]:
    """Return the counts of every net and code of a draft; those without any are left out."""
    codes = resolved(mentions, draft)
    again = stale(mentions, draft, codes)
    ids = {one.id: one for one in draft.frame.codes}
    if not len(codes):
        return {}
    named, place = np.unique(codes, return_inverse=True)
    order = np.argsort(place, kind="stable")
    rows_of = dict(zip(named.tolist(), np.split(order, np.cumsum(np.bincount(place))[:-1]), strict=True))
    below: dict[int, list[Ints]] = {}
    for code, rows in rows_of.items():
        line: Code | None = ids.get(code)
        while line is not None:
            below.setdefault(line.id, []).append(rows)
            line = ids.get(line.parent_id) if line.parent_id is not None else None
    # One number for a code on an answer: unique rows of two columns take ten times as long.
    pairs = mentions.verbatims * (len(named) + 1) + place
    found = {}
    for code, parts in below.items():
        rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
        answers = mentions.verbatims[rows]
        found[code] = Count(
            _different(mentions.people[rows]), _different(answers), _different(pairs[rows]),
            _different(answers[again[rows]]),
        )  # fmt: skip
    return found


def _different(values: Ints) -> int:
    return int(np.count_nonzero(np.diff(np.sort(values)))) + bool(values.size)


def to_recheck(mentions: Mentions, draft: FrameDraft) -> int:
    """Return how many answers wait for another look."""
    return len(np.unique(mentions.verbatims[stale(mentions, draft, resolved(mentions, draft))]))


def compared(mentions: Mentions, before: FrameDraft, after: FrameDraft) -> Preview:
    """Return what differs between two states of a frame, nets that only count otherwise included."""
    was, now = counted(mentions, before), counted(mentions, after)
    old, new = before.frame, after.frame
    then = {one.id: one for one in old.codes}
    rows = []
    for one in new.codes:
        known = then.get(one.id)
        was_there = known is not None and not known.retired
        if not was_there and one.retired:
            continue
        left = was.get(one.id, Count()) if was_there else None
        right = None if one.retired else now.get(one.id, Count())
        moved = known is not None and (known.parent_id, known.number) != (one.parent_id, one.number)
        if left != right or moved:
            rows.append(Row(one.id, one.number, one.path, one.is_net, left, right))
    return Preview(old, new, tuple(rows), now, to_recheck(mentions, before), to_recheck(mentions, after))


def preview(mentions: Mentions, base: FrameDraft, edits: Sequence[Edit]) -> Preview:
    """Return what changes would do; raises UserError where one of them does not fit."""
    after = FrameDraft.open_like(base)
    frame_edits.applied(after, edits)
    return compared(mentions, base, after)


def preview_of(project: Project, *, frame: int, edits: Sequence[Edit]) -> Preview:
    """Read and preview in one go, for those who ask only once."""
    with project.reading() as db, db.snapshot():
        return preview(read_mentions(db, frame), FrameDraft.open(db, frame), edits)


def preview_of_restore(project: Project, *, frame: int, revision: int) -> Preview:
    """Return what going back to a published revision would do; raises UserError (no-revision)."""
    with project.reading() as db, db.snapshot():
        mentions = read_mentions(db, frame)
        return compared(mentions, FrameDraft.open(db, frame), frames.restored(db, frame, revision))
