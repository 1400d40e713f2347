"""Answers that no model may get wrong: pinned with a code, checked before a model takes over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotate import frames, layers
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import merged_into
from annotate.messages import N_, listed
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from training.process.worker import Worker
from training.quality.decide import says
from training.session import StoredModel


@dataclass(frozen=True, slots=True)
class Pin:
    """An answer on which a code must be (``expected``) or must not be. ``code_id`` is as pinned.

    ``counts_as``: the codes (no nets) of which one on the answer means yes: what the code was merged into since, all
    below it where it is a net. Empty where the frame has none left.
    """

    verbatim: int
    code_id: int
    expected: bool
    note: str
    question: int
    wave: int
    counts_as: frozenset[int]

    def holds(self, accepted: Iterable[int]) -> bool:
        """Say whether a model that accepts these codes on the answer is right."""
        return any(code in self.counts_as for code in accepted) is self.expected


def pin(project: Project, *, verbatim: int, code: int, expected: bool | None = None, note: str = "") -> Step:
    """Pin that an answer must carry a code (``expected``) or must not; without it, as people decided.

    Pinning again replaces what was expected. Raises UserError (no-such-answer, not-decided), AskedWronglyError
    (other-frame).
    """

    def do(op: Operation) -> None:
        frame_id, one = frames.find(op.db, code)
        row = op.db.one(
            "select q.id, q.frame_id from verbatim v join question q on q.id = v.question_id"
            " where v.id = ? and v.state = 1",
            (verbatim,),
        )
        if row is None:
            raise no_such_answer(verbatim)
        if row[1] != frame_id:
            raise AskedWronglyError(
                "other-frame",
                N_("That code is not of the code frame of this answer."),
                N_("The question of the answer uses another code frame."),
                N_("Choose a code of the question's own frame."),
            )
        wanted = expected if expected is not None else _decided(op.db, int(row[0] or 0), verbatim, frame_id, code)
        key: images.RowImage = {"verbatim_id": verbatim, "code_id": code}
        images.write(op, "must_hold", key, {"expected": int(wanted), "note": note})
        op.rows = 1
        op.say(N_("Answer pinned as must-hold for {code}"), code=one.number or one.label)

    return operations.run(project, "must-hold", do)[1]


def unpin(project: Project, *, verbatim: int, code: int) -> Step:
    """Take an answer out of the must-hold set for a code; nothing happens where it is not in."""

    def do(op: Operation) -> None:
        one = frames.find(op.db, code)[1]
        images.write(op, "must_hold", {"verbatim_id": verbatim, "code_id": code}, None)
        op.rows = 1
        op.say(N_("Answer no longer must-hold for {code}"), code=one.number or one.label)

    return operations.run(project, "must-hold", do)[1]


def no_such_answer(verbatim: int) -> UserError:
    """Return the error for the id of an answer that the project does not hold."""
    return UserError(
        "no-such-answer",
        N_("There is no answer {number}."),
        N_("The project holds no answered question under that number."),
        N_("Take the id from doubts, next or an export."),
        number=verbatim,
    )


def _decided(db: Connection, question: int, verbatim: int, frame_id: int, code: int) -> bool:
    """Return what people decided on a code or net of an answer; raises UserError where they did not."""
    frame = frames.read(db, frame_id)
    held = {one.id: one.held_from for one in frame.codes}
    answer = next(layers.answers(db, question, model=False, only=[verbatim]), None)
    below = frame.under(code)
    if answer is not None and answer.decided:
        if any(said.code_id in below and said.code_id not in answer.contested for said in answer.human):
            return True
        looked = all(c in answer.denied or (answer.reviewed and held[c] <= answer.reviewed) for c in below)
        if looked and not below & answer.contested:
            return False
    raise UserError(
        "not-decided",
        N_("The answer cannot be pinned for that code yet."),
        N_("Nobody has decided whether it carries the code, or coders differ."),
        N_("Code the answer first, or say what is expected with --expect."),
    )


def pins(project: Project, frame_id: int | None = None) -> list[Pin]:
    """Return the must-hold set (of one frame), by answer; answers of withdrawn imports are left out."""
    with project.reading() as db, db.snapshot():
        rows = db.execute(
            "select m.verbatim_id, m.code_id, m.expected, m.note, v.question_id, ifnull(r.wave_id, 0), c.frame_id"
            " from must_hold m join code c on c.id = m.code_id join verbatim v on v.id = m.verbatim_id"
            " join record r on r.id = v.record_id"
            " where v.batch_id in (select id from import_batch where state = 1) and (?1 is null or c.frame_id = ?1)"
            " order by m.verbatim_id, m.code_id",
            (frame_id,),
        ).fetchall()
        counts_as: dict[int, frozenset[int]] = {}
        for number in {int(row[6] or 0) for row in rows}:
            frame, merged = frames.read(db, number), merged_into(db, number)
            for code in {int(row[1] or 0) for row in rows if row[6] == number}:
                below = frame.under(merged.get(code, code))
                counts_as[code] = below | {old for old, new in merged.items() if new in below}
    return [
        Pin(
            int(row[0] or 0), int(row[1] or 0), bool(row[2]), str(row[3]), int(row[4] or 0), int(row[5] or 0),
            counts_as[int(row[1] or 0)],
        )
        for row in rows
    ]  # fmt: skip


def verify(project: Project, stored: StoredModel, *, worker: Worker | None = None) -> list[Pin]:
    """Return the pins that a model breaks by what a run of it stores.

    That is the out-of-sample decision where the pinned answer trained the model, the prediction elsewhere, each with
    the thresholds set by hand.
    """
    wanted = pins(project, stored.frame_id)
    ids = sorted({one.verbatim for one in wanted})
    if not ids:
        return []
    told = says(project, stored, ids, worker=worker)
    given = {
        verbatim: [stored.columns[column] for column in np.flatnonzero(row).tolist()]
        for verbatim, row in zip(ids, told.accepted, strict=True)
    }
    return [one for one in wanted if not one.holds(given[one.verbatim])]


def require(project: Project, runs: Sequence[tuple[int, int, int]], *, anyway: str | None = None) -> dict[str, object]:
    """Refuse runs (run, question, wave) that break a pinned answer which the run now in force there gets right.

    Returns what the operation that switches must keep in its detail: with a reason ``anyway`` the broken pins and the
    reason, else nothing. Raises UserError (must-hold-broken), which names codes and counts, never a text.
    """
    wanted = pins(project)
    if not wanted:
        return {}
    broken: list[Pin] = []
    with project.reading() as db, db.snapshot():
        for run, question, wave in runs:
            here = [one for one in wanted if (one.question, one.wave) == (question, wave)]
            old = db.one("select run_id from run_in_force where question_id = ? and wave_id = ?", (question, wave))
            if not here or old is None or old[0] == run:
                continue
            now, before = _accepted(db, run, here), _accepted(db, int(old[0] or 0), here)
            covered = db.integer("select next_verbatim from run where id = ?", (old[0],))
            broken += [
                one
                for one in here
                if one.verbatim < covered
                and one.holds(before.get(one.verbatim, ()))
                and not one.holds(now.get(one.verbatim, ()))
            ]
        named = {one.id: one for number in _frames(db, broken) for one in frames.read(db, number).codes}
    if not broken:
        return {}
    if anyway:
        return {"must_hold": {"reason": anyway, "broken": [[one.verbatim, one.code_id] for one in broken]}}
    counts = Counter(one.code_id for one in broken)
    raise UserError(
        "must-hold-broken",
        N_("The model was not put in force: it gets {n} pinned answers wrong which the one in force gets right."),
        N_("They must hold for these codes: {codes}."),
        N_("Look at the answers and train again, or give a reason with --anyway."),
        n=len(broken),
        codes=listed(f"{named[code].number or named[code].label} ({n})" for code, n in sorted(counts.items())),
    )


def _accepted(db: Connection, run: int, pinned: Sequence[Pin]) -> dict[int, list[int]]:
    """Return the codes that a run accepted on pinned answers."""
    marks = ", ".join(str(one.verbatim) for one in pinned)
    found: dict[int, list[int]] = {}
    for verbatim, code in db.execute(
        f"select verbatim_id, code_id from prediction where run_id = ? and accepted = 1 and verbatim_id in ({marks})",
        (run,),
    ):
        found.setdefault(int(verbatim or 0), []).append(int(code or 0))
    return found


def _frames(db: Connection, broken: Sequence[Pin]) -> list[int]:
    marks = ", ".join(str(one.code_id) for one in broken) or "0"
    return [int(row[0] or 0) for row in db.execute(f"select distinct frame_id from code where id in ({marks})")]
