"""A model that trains itself while people code: when it is due, and training it, so that suggestions appear unasked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annotate import frames
from annotate.errors import UserError
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.coding.run import Only, Scope
from training.process.worker import Worker
from training.quality import must_hold

FIRST_POSITIVES = 20
"""Answers with one code from which on the first model trains itself: the default of Label Sleuth."""
FIRST_ROWS = 40
"""Decided answers that it takes besides: with fewer, what a code is not was hardly seen."""
AGAIN_AFTER = 50
"""Answers newly decided after which it trains again, two batches of the loop; later a quarter of what it knows, so
that the models that are kept grow with the logarithm of the labels."""


@dataclass(frozen=True, slots=True)
class Due:
    """A frame whose model is to train itself: ``decided`` answers since the newest model, or in all."""

    frame: int
    decided: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of it: the model, the answers it trained on, and those it suggests codes for.

    ``kept``: places (a question in a wave) that stayed as they are because a person chose what codes them;
    ``broken``: the model breaks an answer that must hold and was put aside.
    """

    model: int
    rows: int
    suggested: int
    kept: int
    broken: bool


def due(project: Project, *, beyond: int = 0) -> Due | None:
    """Return the frame whose model is to train itself now, the one with most to learn first; None where none is.

    ``beyond``: answers decided when a person last stopped it; as many as ever must come on top. Cheap: counts only.
    """
    found: list[Due] = []
    with project.reading() as db, db.snapshot():
        for row in db.execute("select id from frame order by id").fetchall():
            frame = int(row[0] or 0)
            decided = _waiting(db, frame, beyond)
            if decided is not None and _may_suggest(db, frame):
                found.append(Due(frame, decided))
    return max(found, key=lambda one: (one.decided, -one.frame), default=None)


def _waiting(db: Connection, frame: int, beyond: int) -> int | None:
    """Return how many answers were decided since the newest model of a frame where they are enough, else None."""
    newest = db.one(
        "select snapshot_op, json_extract(spec, '$.rows') from model where frame_id = ? order by id desc limit 1",
        (frame,),
    )
    if newest is None:
        leaves = ", ".join(str(code.id) for code in frames.read(db, frame).live if not code.is_net)
        most = db.integer(
            "select max(n) from (select sum(verbatims) n from code_count"
            f" where code_id in ({leaves or 'null'}) group by code_id)"
        )
        if most < FIRST_POSITIVES:
            return None
        decided = _decided(db, frame, 0)
        return decided if decided >= FIRST_ROWS + beyond else None
    decided = _decided(db, frame, int(newest[0] or 0))
    return decided if decided >= max(AGAIN_AFTER, int(newest[1] or 0) // 4) + beyond else None


def _decided(db: Connection, frame: int, since: int) -> int:
    """Return on how many answers people decided after an operation."""
    return db.integer(
        "select count(distinct e.verbatim_id) from label_event e join verbatim v on v.id = e.verbatim_id"
        " join question q on q.id = v.question_id join coder c on c.id = e.coder_id"
        " where q.frame_id = ? and c.kind = 0"
        " and e.id > (select ifnull(max(last_event), 0) from op where id <= ? and last_event is not null)",
        (frame, since),
    )


def _may_suggest(db: Connection, frame: int) -> bool:
    return bool(_free_places(db, frame)[0])


def _free_places(db: Connection, frame: int) -> tuple[dict[int, set[int]], int]:
    """Return the waves (0: no named one) of each question that this may code, and how many others it leaves alone.

    Left alone are delivered waves, runs of models that a person trained, thresholds set by hand, and certificates.
    """
    free: dict[int, set[int]] = {}
    kept = 0
    for question, wave, delivered, chosen in db.execute(
        "with place as (select distinct v.question_id q, ifnull(r.wave_id, 0) w from verbatim v"
        " join record r on r.id = v.record_id join question on question.id = v.question_id"
        " where question.frame_id = ? and v.state = 1"
        " and v.batch_id in (select id from import_batch where state = 1))"
        " select p.q, p.w, ifnull(wave.delivered, 0),"
        " f.run_id is not null and (ifnull(json_extract(m.spec, '$.by_itself'), 0) = 0"
        " or exists (select 1 from model_threshold t where t.model_id = m.id)"
        " or exists (select 1 from certificate c where c.run_id = f.run_id))"
        " from place p left join wave on wave.id = p.w"
        " left join run_in_force f on f.question_id = p.q and f.wave_id = p.w"
        " left join run u on u.id = f.run_id left join model m on m.id = u.model_id",
        (frame,),
    ):
        if delivered or chosen:
            kept += 1
        else:
            free.setdefault(int(question or 0), set()).add(int(wave or 0))
    return free, kept


def learn(project: Project, *, frame: int, worker: Worker | None = None, progress: Progress = silent) -> Learnt:
    """Train a model of a frame, let it suggest codes wherever nobody chose another, and mark it trained by itself.

    Nothing of it goes on the undo stack: a person undoes what a person did. A place that a person gave a model, set a
    threshold or proved keeps what it has, delivered waves too. Raises UserError as ``session.train`` does.
    """
    trained = session.train(project, frame=frame, by_itself=True, worker=worker, progress=Share(progress, 0, 50, 100))
    stored = session.load(project, trained.id)
    with project.reading() as db:
        free, kept = _free_places(db, frame)
    scopes: list[Scope] = []
    rest = Share(progress, 50, 50, 100)
    for question, waves in free.items():
        scopes += coding_run.code_aside(
            project, stored, Only(questions=[question], waves=waves), worker=worker, progress=rest
        )
    try:
        must_hold.require(project, [(one.run, one.question.id, one.wave) for one in scopes])
    except UserError as error:
        if error.id != "must-hold-broken":
            raise
        return Learnt(trained.id, trained.rows, 0, kept, broken=True)
    suggested = _suggest(project, frame, scopes) if scopes else 0
    progress(100, 100, N_("Training"))
    return Learnt(trained.id, trained.rows, suggested, kept, broken=False)


def _suggest(project: Project, frame: int, scopes: Iterable[Scope]) -> int:
    def do(op: Operation) -> int:
        # Looked at again inside the change: a person may have put a model in force meanwhile.
        free, _kept = _free_places(op.db, frame)
        still = [one for one in scopes if one.wave in free.get(one.question.id, ())]
        coding_run.put_in_force(op, still)
        marks = ", ".join(str(one.run) for one in still)
        op.rows = op.db.integer(f"select sum(n_verbatims) from run where id in ({marks})") if still else 0
        op.verbatims = None
        op.say(N_("Suggestions for {n} answers, by a model trained by itself"), n=op.rows)
        return op.rows

    return operations.run(project, "suggest-by-itself", do, stackable=False)[0]
