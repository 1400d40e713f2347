"""Coding a whole corpus with a model: in chunks, resumable at the exact answer, switched into force as one."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from annotate import frames, verbatims
from annotate.errors import UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection, Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.verbatims import Question
from training import session
from training.coding import bulk
from training.coding.bulk import NO_SENTIMENT
from training.coding.chunk import Chunk, CodedChunk, Plan
from training.coding.crew import Crew, hired
from training.process.worker import Worker
from training.quality import cuts, must_hold
from training.session import DIRECTIONS, StoredModel

CHUNK = 10_000
FLOOR = bulk.FLOOR
"""Probability below which a code that was not accepted is not stored."""
NONE_NOTABLE = 0.2
"""From this probability on that no code fits, it is stored beside the predictions of an answer."""
_SPARSEST = 8
"""Answers of a wave may lie so thinly among others that a chunk of ids holds few; it is widened so far at most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One run: a question in one wave (0: answers of no named wave)."""

    run: int
    question: Question
    wave: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the ``answers`` of a question and wave lie: low ≤ id < high."""

    question: Question
    wave: int
    low: int
    high: int
    answers: int


@dataclass(frozen=True, slots=True)
class CodedCorpus:
    """What a coding run did. ``accepted`` counts codes, ``with_code`` answers that got at least one."""

    model: str
    runs: tuple[int, ...]
    answers: int
    accepted: int
    with_code: int
    kept_waves: tuple[str, ...]
    step: Step


def code(
    project: Project,
    *,
    frame: int | None = None,
    model: int | None = None,
    anyway: str | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> CodedCorpus:
    """Let a model (the newest) code every answer of its frame and put the result in force in one undoable step.

    Answers that trained the model get their out-of-sample scores. Waves marked delivered keep the run they have. A
    killed or cancelled run goes on where it was. ``anyway``: why it is put in force even where it breaks an answer
    pinned as must-hold. Raises UserError (no-model, nothing-to-code, worker-died, must-hold-broken).
    """
    project.require_writable()
    frame_id = frame if frame is not None else frames.the_frame(project)
    stored = session.load(project, model if model is not None else session.newest_model(project, frame_id))
    scopes, kept, done = _code(project, stored, Only(), worker=worker, progress=progress)
    told = must_hold.require(project, [(one.run, one.question.id, one.wave) for one in scopes], anyway=anyway)

    def switch(op: Operation) -> None:
        op.detail.update(told)
        put_in_force(op, scopes)
        op.rows = done
        op.verbatims = None
        op.say(N_("Auto-coding of {n} answers"), n=done)

    _, step = operations.run(project, "auto-code", switch)
    runs = tuple(scope.run for scope in scopes)
    marks = ", ".join(map(str, runs))
    row = project.reading_one(
        f"select count(*), count(distinct verbatim_id) from prediction where run_id in ({marks}) and accepted = 1"
    )
    assert row is not None
    return CodedCorpus(stored.hash, runs, done, int(row[0] or 0), int(row[1] or 0), kept, step)


@dataclass(frozen=True, slots=True)
class Only:
    """What a run is limited to: these questions and waves (0: of no named wave; None: all), and with thresholds of
    its own by code instead of those that were set by hand."""

    questions: Collection[int] | None = None
    waves: Collection[int] | None = None
    thresholds: Mapping[int, float] | None = None


def code_aside(
    project: Project, stored: StoredModel, only: Only, *, worker: Worker | None = None, progress: Progress = silent
) -> list[Scope]:
    """Let a model code answers as candidates: complete runs, of which none is put in force. Raises as ``code``."""
    scopes, _, _ = _code(project, stored, only, worker=worker, progress=progress)
    marks = ", ".join(str(one.run) for one in scopes)
    project.write(lambda db: db.execute(f"update run set state = 1 where id in ({marks})"))
    return scopes


def _code(
    project: Project, stored: StoredModel, only: Only, *, worker: Worker | None, progress: Progress
) -> tuple[list[Scope], tuple[str, ...], int]:
    """Make the predictions; return the scopes, the delivered waves that keep theirs, and how many answers."""
    asked = [
        one
        for one in verbatims.questions(project)
        if one.frame_id == stored.frame_id and one.answered and (only.questions is None or one.id in only.questions)
    ]
    stretches, kept = stretches_of(project, asked, only)
    if not stretches:
        raise UserError(
            "nothing-to-code",
            N_("There is nothing to code."),
            N_("No question with answers uses this code frame, or all its waves were delivered."),
            N_("Import answers, point a question to the frame, or reopen a wave."),
        )
    scopes = project.write(lambda db: _begin(db, stored.id, stretches, resumable=only.thresholds is None))
    total = sum(one.answers for one in stretches)
    plan = plan_of(project, stored, only)
    done = 0
    few = total <= CHUNK  # a second process takes longer to start than its share of the work

    def do(one: Worker, chunk: Chunk, watch: Progress) -> CodedChunk:
        return one.code_chunk(plan, chunk, progress=watch)

    with hired(worker, 1 if few else None) as workers:
        crew = Crew(workers, do)
        for scope, stretch in zip(scopes, stretches, strict=True):
            done = _run(project, crew, stored, scope, stretch, (done, total), progress)
    return scopes, kept, done


def stretches_of(project: Project, asked: list[Question], only: Only) -> tuple[list[Stretch], tuple[str, ...]]:
    """Return what is to be coded, by question and wave, and the delivered waves that are left as they are."""
    found, kept = [], []
    with project.reading() as db:
        delivered = {int(r[0] or 0): str(r[1]) for r in db.execute("select id, name from wave where delivered = 1")}
        # Without waves the records need not be looked at, which takes nearly three times as long as answers alone.
        named = db.one("select 1 from wave limit 1") is not None
        wave_of = "ifnull(r.wave_id, 0)" if named else "0"
        records = " join record r on r.id = v.record_id" if named else ""
        for question in asked:
            waves = db.execute(
                f"select {wave_of}, min(v.id), max(v.id), count(*) from verbatim v{records}"
                " where v.question_id = ? and v.state = 1"
                " and v.batch_id in (select id from import_batch where state = 1)"
                " group by 1 having count(*) > 0 order by 1",
                (question.id,),
            ).fetchall()
            for row in waves:
                wave, first, last, answers = (int(cell or 0) for cell in row)
                if only.waves is not None and wave not in only.waves:
                    continue
                if wave in delivered:
                    kept.append(delivered[wave])
                    continue
                found.append(Stretch(question, wave, first, last + 1, answers))
    return found, tuple(dict.fromkeys(kept))


def _begin(db: Connection, model_id: int, stretches: list[Stretch], *, resumable: bool) -> list[Scope]:
    """Make or find the runs."""
    with db.transaction():
        return [
            Scope(_know_run(db, model_id, one.question.id, one.wave, resumable=resumable), one.question, one.wave)
            for one in stretches
        ]


def plan_of(project: Project, stored: StoredModel, only: Only) -> Plan:
    trained = np.array(sorted(stored.trained), np.int64)
    own = [stored.trained[one] for one in trained.tolist()]
    return Plan(
        path=project.path,
        passphrase=project.passphrase,
        classifier=stored.classifier,
        sentiment=stored.sentiment,
        reader=stored.reader,
        cuts=cuts.read(project, stored, only.thresholds).values,
        trained=trained,
        probability=stored.probability[own],
        accepted=stored.accepted[own],
    )


def _know_run(db: Connection, model_id: int, question: int, wave: int, *, resumable: bool) -> int:
    """Return the run that was stopped, or a new one.

    A new one where imports came or went behind its mark, or a threshold was set since. One that is not ``resumable``
    counts as abandoned until it is complete.
    """
    row = db.one(
        "select id, next_verbatim, n_verbatims, created_ms from run where model_id = ? and question_id = ?"
        " and ifnull(wave_id, 0) = ? and state = 0",
        (model_id, question, wave),
    )
    if row is not None and resumable:
        behind = db.integer(
            "select count(*) from verbatim v join record r on r.id = v.record_id where v.question_id = ?"
            " and v.state = 1 and ifnull(r.wave_id, 0) = ? and v.id < ?"
            " and v.batch_id in (select id from import_batch where state = 1)",
            (question, wave, row[1]),
        )
        if behind == row[2] and int(row[3] or 0) >= cuts.changed_ms(db, model_id):
            return int(row[0] or 0)
        db.execute("update run set state = 2 where id = ?", (row[0],))
    return db.execute(
        "insert into run(uuid, model_id, question_id, wave_id, state, created_ms)"
        " values (?, ?, ?, ?, ?, unixepoch('subsec') * 1000)",
        (uuids.uuid4().bytes, model_id, question, wave or None, 0 if resumable else 2),
    ).lastrowid


def _run(
    project: Project,
    crew: Crew[Chunk, CodedChunk],
    stored: StoredModel,
    scope: Scope,
    stretch: Stretch,
    at: tuple[int, int],
    progress: Progress,
) -> int:
    """Code what a run has not coded yet; return how many answers are done in all."""
    done, total = at
    row = project.reading_one("select next_verbatim, n_verbatims from run where id = ?", (scope.run,))
    assert row is not None
    done += int(row[1] or 0)

    def told() -> None:
        progress(min(done, total), total, N_("Coding answers"))

    for chunk in crew.results(chunks_of(stretch, int(row[0] or 0)), told):
        _save(project, scope.run, stored, chunk)
        done += chunk.ids.size
        told()
    return done


def chunks_of(stretch: Stretch, start: int) -> Iterator[Chunk]:
    """Yield ranges of ids that hold about CHUNK answers."""
    density = (stretch.high - stretch.low) / max(1, stretch.answers)
    step = int(CHUNK * min(_SPARSEST, max(1.0, density)))
    direction = DIRECTIONS[stretch.question.direction]
    for low in range(max(start, stretch.low), stretch.high, step):
        yield Chunk(stretch.question.id, direction, stretch.wave, low, min(low + step, stretch.high))


def _save(project: Project, run: int, stored: StoredModel, chunk: CodedChunk) -> None:
    """Write predictions in slices; each also moves the run's mark, so that a killed run goes on at the exact answer."""
    coded, ids = chunk.coded, chunk.ids.tolist()
    codes = np.array(stored.columns, np.int64)
    moods: Iterable[Value] = repeat(None)
    sure: Iterable[Value] = repeat(None)
    if stored.sentiment is not None:
        silent_ones = (coded.sentiment == NO_SENTIMENT).tolist()
        moods = (None if no else one for one, no in zip(coded.sentiment.tolist(), silent_ones, strict=True))
        sure = (None if no else one for one, no in zip(coded.confidence.tolist(), silent_ones, strict=True))
    rows: list[tuple[Value, ...]] = list(
        zip(
            repeat(run), chunk.ids[coded.rows].tolist(), codes[coded.columns].tolist(), coded.probability.tolist(),
            coded.accepted.tolist(), moods, sure, chunk.trained[coded.rows].tolist(),
            strict=False,
        )
    )  # fmt: skip
    pointer = np.searchsorted(coded.rows, np.arange(len(ids) + 1)).tolist()

    with_code = np.zeros(len(ids), np.bool_)
    with_code[coded.rows[coded.accepted]] = True
    notable = np.flatnonzero((with_code & (coded.covered < bulk.SCALE)) | (coded.none >= NONE_NOTABLE * bulk.SCALE))
    told = (repeat(run), chunk.ids[notable].tolist(), coded.covered[notable].tolist(), coded.none[notable].tolist())
    beside: list[tuple[Value, ...]] = list(zip(*told, strict=False))
    besides = np.searchsorted(notable, np.arange(len(ids) + 1)).tolist()

    def write(db: Connection, part: list[int]) -> None:
        db.executemany(
            "insert into run_answer(run_id, verbatim_id, covered, none_p) values (?, ?, ?, ?)",
            beside[besides[part[0]] : besides[part[-1] + 1]],
        )
        db.executemany(
            "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment, sentiment_p, trained)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            rows[pointer[part[0]] : pointer[part[-1] + 1]],
        )
        db.execute(
            "update run set next_verbatim = ?, n_verbatims = n_verbatims + ? where id = ?",
            (ids[part[-1]] + 1, len(part), run),
        )

    project.writer.slices(range(len(ids)), write)


def put_in_force(op: Operation, scopes: Iterable[Scope]) -> None:
    """Point each question and wave to its run, complete now, as part of an operation."""
    for scope in scopes:
        op.db.execute("update run set state = 1 where id = ?", (scope.run,))
        key: images.RowImage = {"question_id": scope.question.id, "wave_id": scope.wave}
        images.write(op, "run_in_force", key, {"run_id": scope.run})
