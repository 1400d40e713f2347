"""From one model to another: what would change, the switch itself, and the way back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annotate import frames, verbatims
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.store.query import Ids, Query
from annotate.verbatims import Question
from training import session
from training.coding import run as coding_run
from training.coding.run import Only, Scope
from training.process.worker import Worker
from training.quality import cuts, must_hold


@dataclass(frozen=True, slots=True)
class CodeFlips:
    """A code: the answers that would get it (``gains``) and those that would lose it (``losses``), by id."""

    code_id: int
    gains: tuple[int, ...]
    losses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flips:
    """What a candidate run would change in the final layer: only where the model decides, not people.

    ``gaining``, ``losing`` and ``both`` count answers that only get codes, only lose some, or do both; ``sentiment``
    those that keep a code with another sentiment. ``codes`` hold those with a change, in the order of the frame.
    """

    runs: tuple[int, ...]
    answers: int
    gaining: int
    losing: int
    both: int
    sentiment: int
    codes: tuple[CodeFlips, ...]

    def query(self, code: int | None = None) -> Query:
        """Return the answers that change (on one code) as a Query."""
        ids = {
            verbatim
            for one in self.codes
            if code is None or one.code_id == code
            for verbatim in (*one.gains, *one.losses)
        }
        return Query().where(Ids.of(sorted(ids)))


@dataclass(frozen=True, slots=True)
class Used:
    """A model put in force: its runs, whether they had to be coded now, the delivered waves that keep theirs."""

    runs: tuple[int, ...]
    coded_now: bool
    kept_waves: tuple[str, ...]
    step: Step


def candidates(
    project: Project,
    model: int,
    *,
    questions: Collection[int] | None = None,
    waves: Collection[int] | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> tuple[list[Scope], bool]:
    """Return complete runs of a model over everything as it stands now, and whether any had to be coded for it.

    ``questions`` and ``waves`` are ids (wave 0: of no named wave), None: all; delivered waves are left out.
    A run counts as complete where no answer came or went since and no threshold was changed. Raises UserError
    (nothing-to-code, worker-died).
    """
    stored = session.load(project, model)
    places = _places(project, stored.frame_id, questions, waves)
    with project.reading() as db:
        found = {place: _complete(db, model, *place) for place in places}
    missing = {place for place, run in found.items() if run is None}
    coded: dict[tuple[int, int], int] = {}
    if missing or not places:
        only = Only({one[0] for one in missing}, {one[1] for one in missing}) if places else Only(questions, waves)
        scopes = coding_run.code_aside(project, stored, only, worker=worker, progress=progress)
        coded = {(one.question.id, one.wave): one.run for one in scopes}
    runs = {place: coded.get(place) or run for place, run in found.items()}
    return [Scope(run, places[place], place[1]) for place, run in runs.items() if run is not None], bool(missing)


def _places(
    project: Project, frame: int, questions: Collection[int] | None, waves: Collection[int] | None
) -> dict[tuple[int, int], Question]:
    """Return the (question, wave) of a frame that have answers and are not delivered."""
    known = {one.id: one for one in verbatims.questions(project) if one.frame_id == frame and one.answered}
    marks = ", ".join(map(str, known)) or "0"
    rows = project.rows(
        "select distinct v.question_id, ifnull(r.wave_id, 0) from verbatim v join record r on r.id = v.record_id"
        f" left join wave w on w.id = r.wave_id where v.question_id in ({marks}) and v.state = 1"
        " and v.batch_id in (select id from import_batch where state = 1) and ifnull(w.delivered, 0) = 0 order by 1, 2"
    )
    places = [(int(row[0] or 0), int(row[1] or 0)) for row in rows]
    return {
        one: known[one[0]]
        for one in places
        if (questions is None or one[0] in questions) and (waves is None or one[1] in waves)
    }


def _complete(db: Connection, model: int, question: int, wave: int) -> int | None:
    """Return the newest run of a model that covers exactly the answers of a question and wave, if there is one."""
    row = db.one(
        "select id, next_verbatim, n_verbatims from run where model_id = ? and question_id = ?"
        " and ifnull(wave_id, 0) = ? and state = 1 and created_ms >= ? order by id desc limit 1",
        (model, question, wave, cuts.changed_ms(db, model)),
    )
    if row is None:
        return None
    counted = db.one(
        "select count(*), sum(v.id < ?3) from verbatim v join record r on r.id = v.record_id where v.question_id = ?1"
        " and v.state = 1 and ifnull(r.wave_id, 0) = ?2"
        " and v.batch_id in (select id from import_batch where state = 1)",
        (question, wave, row[1]),
    )
    assert counted is not None
    return int(row[0] or 0) if counted[0] == counted[1] == row[2] else None


def flips(
    project: Project,
    model: int,
    *,
    questions: Collection[int] | None = None,
    waves: Collection[int] | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Flips:
    """Show what putting a model in force would change, coding a candidate run where there is none; nothing switches.

    Raises as ``candidates``.
    """
    scopes, _ = candidates(project, model, questions=questions, waves=waves, worker=worker, progress=progress)
    frame = session.load(project, model).frame_id
    with project.reading() as db, db.snapshot():
        codes = frames.read(db, frame).codes
        held = {one.id: one.held_from for one in codes}
        gains: dict[int, list[int]] = {}
        losses: dict[int, list[int]] = {}
        mood: set[int] = set()
        for scope in scopes:
            row = db.one(
                "select run_id from run_in_force where question_id = ? and wave_id = ?", (scope.question.id, scope.wave)
            )
            old = 0 if row is None else int(row[0] or 0)
            if old == scope.run:
                continue
            decided = _Decided(db, scope.question.id, scope.wave, frame, held)
            for way, pair in ((gains, (scope.run, old)), (losses, (old, scope.run))):
                for verbatim, code in db.execute(_ONLY_FIRST, pair):
                    if not decided(int(verbatim or 0), int(code or 0)):
                        way.setdefault(int(code or 0), []).append(int(verbatim or 0))
            for verbatim, code in db.execute(_OTHER_MOOD, (scope.run, old)):
                if not decided(int(verbatim or 0), int(code or 0)):
                    mood.add(int(verbatim or 0))
    getting = {verbatim for one in gains.values() for verbatim in one}
    leaving = {verbatim for one in losses.values() for verbatim in one}
    order = [one.id for one in codes]
    order += sorted((set(gains) | set(losses)) - set(order))
    return Flips(
        tuple(one.run for one in scopes),
        len(getting | leaving),
        len(getting - leaving),
        len(leaving - getting),
        len(getting & leaving),
        len(mood - getting - leaving),
        tuple(
            CodeFlips(code, tuple(gains.get(code, ())), tuple(losses.get(code, ())))
            for code in order
            if code in gains or code in losses
        ),
    )


_ONLY_FIRST = (
    "select verbatim_id, code_id from prediction where run_id = ?1 and accepted = 1"
    " except select verbatim_id, code_id from prediction where run_id = ?2 and accepted = 1 order by 1, 2"
)
_OTHER_MOOD = (
    "select a.verbatim_id, a.code_id from prediction a join prediction b on b.run_id = ?2"
    " and b.verbatim_id = a.verbatim_id and b.code_id = a.code_id and b.accepted = 1"
    " where a.run_id = ?1 and a.accepted = 1 and a.sentiment is not b.sentiment"
)


class _Decided:
    """Knows where in a question and wave people, duplicates or rules have spoken, and which answers were withdrawn."""

    def __init__(self, db: Connection, question: int, wave: int, frame: int, held: dict[int, int]) -> None:
        here = (
            "join verbatim v on v.id = n.verbatim_id join record r on r.id = v.record_id"
            " where v.question_id = ? and ifnull(r.wave_id, 0) = ?"
        )
        self._held = held
        self._reviewed: dict[int, int] = {}
        for verbatim, number in db.execute(
            "select n.verbatim_id, max(u.number) from review_now n join revision u on u.id = n.revision_id"
            f" {here} and n.frame_id = ? group by 1",
            (question, wave, frame),
        ):
            self._reviewed[int(verbatim or 0)] = int(number or 0)
        rows = db.execute(f"select n.verbatim_id, n.code_id from label_now n {here}", (question, wave))
        self._said = {(int(row[0] or 0), int(row[1] or 0)) for row in rows}
        rows = db.execute(
            "select v.id from verbatim v where v.question_id = ? and v.batch_id not in"
            " (select id from import_batch where state = 1)",
            (question,),
        )
        self._gone = {int(row[0] or 0) for row in rows}

    def __call__(self, verbatim: int, code: int) -> bool:
        if verbatim in self._gone:
            return True
        reviewed = self._reviewed.get(verbatim, 0)
        return (reviewed > 0 and self._held.get(code, 0) <= reviewed) or (verbatim, code) in self._said


def use(
    project: Project,
    model: int,
    *,
    questions: Collection[int] | None = None,
    waves: Collection[int] | None = None,
    anyway: str | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Used:
    """Put a model in force for questions and waves (all) in one undoable step; an older one is the way back.

    Its complete runs are used as they are, else it codes first. Delivered waves keep theirs. ``anyway``: the reason to
    switch although a pinned answer breaks, kept in the history. Raises as ``candidates`` and UserError
    (must-hold-broken).
    """
    project.require_writable()
    scopes, coded = candidates(project, model, questions=questions, waves=waves, worker=worker, progress=progress)
    told = must_hold.require(project, [(one.run, one.question.id, one.wave) for one in scopes], anyway=anyway)
    kept = _delivered(project, {one.question.id for one in scopes}, waves)

    def do(op: Operation) -> None:
        op.detail.update(told)
        op.detail["model"] = model
        coding_run.put_in_force(op, scopes)
        op.rows = op.db.integer(
            f"select sum(n_verbatims) from run where id in ({', '.join(str(one.run) for one in scopes)})"
        )
        op.verbatims = None
        op.say(N_("Another model put in force for {n} answers"), n=op.rows)

    step = operations.run(project, "use-model", do)[1]
    return Used(tuple(one.run for one in scopes), coded, kept, step)


def _delivered(project: Project, asked: Collection[int], waves: Collection[int] | None) -> tuple[str, ...]:
    marks = ", ".join(map(str, asked)) or "0"
    rows = project.rows(
        "select distinct w.id, w.name from verbatim v join record r on r.id = v.record_id"
        f" join wave w on w.id = r.wave_id where v.question_id in ({marks}) and v.state = 1 and w.delivered = 1"
        " order by w.sort"
    )
    return tuple(str(row[1]) for row in rows if waves is None or row[0] in waves)
