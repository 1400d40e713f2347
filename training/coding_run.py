"""Coding a whole corpus with a model: in chunks, resumable at the exact answer, switched into force as one."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames, text, verbatims
from annotate.errors import UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection, Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.verbatims import Question
from training import session
from training.session import DIRECTIONS, StoredModel
from training.worker import Worker

CHUNK = 10_000
FLOOR = 0.05
"""Confidence below which a code that was not accepted is not stored."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One run: a question in one wave (0: answers of no named wave)."""

    run: int
    question: Question
    wave: int


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
    worker: Worker | None = None,
    progress: Progress = silent,
) -> CodedCorpus:
    """Let a model (the newest) code every answer of its frame and put the result in force in one undoable step.

    Answers that trained the model get their out-of-sample scores. Waves marked delivered keep the run they have. A
    killed or cancelled run goes on where it was. Raises UserError (no-model, nothing-to-code, worker-died).
    """
    project.require_writable()
    frame_id = frame if frame is not None else frames.the_frame(project)
    stored = session.load(project, model if model is not None else session.newest_model(project, frame_id))
    asked = [one for one in verbatims.questions(project) if one.frame_id == frame_id and one.answered]
    scopes, kept = _begin(project, stored.id, asked)
    if not scopes:
        raise UserError(
            "nothing-to-code",
            N_("There is nothing to code."),
            N_("No question with answers uses this code frame, or all its waves were delivered."),
            N_("Import answers, point a question to the frame, or reopen a wave."),
        )
    total = sum(one.answered for one in asked)
    own = worker or Worker()
    done = 0
    try:
        for scope in scopes:
            done = _run(project, own, stored, scope, (done, total), progress)
    finally:
        if worker is None:
            own.close()
    runs = tuple(scope.run for scope in scopes)
    _, step = operations.run(project, "auto-code", lambda op: _switch(op, scopes, done))
    marks = ", ".join(map(str, runs))
    row = project.reading_one(
        f"select count(*), count(distinct verbatim_id) from prediction where run_id in ({marks}) and accepted = 1"
    )
    assert row is not None
    return CodedCorpus(stored.hash, runs, done, int(row[0] or 0), int(row[1] or 0), kept, step)


def _begin(project: Project, model_id: int, asked: list[Question]) -> tuple[list[Scope], tuple[str, ...]]:
    """Make or find the runs: one for each question and wave that is not delivered."""
    kept: list[str] = []

    def job(db: Connection) -> list[Scope]:
        scopes = []
        delivered = {int(r[0] or 0): str(r[1]) for r in db.execute("select id, name from wave where delivered = 1")}
        with db.transaction():
            for question in asked:
                waves = db.execute(
                    "select distinct ifnull(r.wave_id, 0) from verbatim v join record r on r.id = v.record_id"
                    " where v.question_id = ? and v.state = 1"
                    " and v.batch_id in (select id from import_batch where state = 1) order by 1",
                    (question.id,),
                ).fetchall()
                for row in waves:
                    wave = int(row[0] or 0)
                    if wave in delivered:
                        kept.append(delivered[wave])
                        continue
                    scopes.append(Scope(_know_run(db, model_id, question.id, wave), question, wave))
        return scopes

    return project.write(job), tuple(dict.fromkeys(kept))


def _know_run(db: Connection, model_id: int, question: int, wave: int) -> int:
    """Return the run that was stopped, or a new one where imports came or went behind its mark."""
    row = db.one(
        "select id, next_verbatim, n_verbatims from run where model_id = ? and question_id = ?"
        " and ifnull(wave_id, 0) = ? and state = 0",
        (model_id, question, wave),
    )
    if row is not None:
        behind = db.integer(
            "select count(*) from verbatim v join record r on r.id = v.record_id where v.question_id = ?"
            " and v.state = 1 and ifnull(r.wave_id, 0) = ? and v.id < ?"
            " and v.batch_id in (select id from import_batch where state = 1)",
            (question, wave, row[1]),
        )
        if behind == row[2]:
            return int(row[0] or 0)
        db.execute("update run set state = 2 where id = ?", (row[0],))
    return db.execute(
        "insert into run(uuid, model_id, question_id, wave_id, state, created_ms)"
        " values (?, ?, ?, ?, 0, unixepoch('subsec') * 1000)",
        (uuids.uuid4().bytes, model_id, question, wave or None),
    ).lastrowid


def _run(
    project: Project, worker: Worker, stored: StoredModel, scope: Scope, at: tuple[int, int], progress: Progress
) -> int:
    done, total = at
    row = project.reading_one("select n_verbatims from run where id = ?", (scope.run,))
    done += int(row[0] or 0) if row else 0
    while True:
        with project.reading() as db:
            rows = db.execute(
                "select v.id, t.text from verbatim v join verbatim_text t on t.id = v.id join record r"
                " on r.id = v.record_id where v.question_id = ?1 and v.state = 1 and ifnull(r.wave_id, 0) = ?2"
                " and v.batch_id in (select id from import_batch where state = 1)"
                " and v.id >= (select next_verbatim from run where id = ?3) order by v.id limit ?4",
                (scope.question.id, scope.wave, scope.run, CHUNK),
            ).fetchall()
        if not rows:
            break
        ids = [int(row[0] or 0) for row in rows]
        predictions = _predict(worker, stored, scope, ids, [text.fold(str(row[1])) for row in rows])
        _save(project, scope.run, ids, predictions)
        done += len(ids)
        progress(min(done, total), total, N_("Coding answers"))
    return done


Prediction = tuple[Value, ...]


def _predict(
    worker: Worker, stored: StoredModel, scope: Scope, ids: list[int], folded: list[str]
) -> dict[int, list[Prediction]]:
    """Return the predictions to store, by verbatim; identical texts are predicted once."""
    unique = {one: place for place, one in enumerate(dict.fromkeys(folded))}
    told = worker.predict(stored.classifier, list(unique))
    back = np.array([unique[one] for one in folded], np.int64)
    probability, accepted = told.probability[back], told.accepted[back]
    trained = np.array([one in stored.trained for one in ids], np.bool_)
    for place in np.flatnonzero(trained).tolist():
        own = stored.trained[ids[place]]
        probability[place], accepted[place] = stored.probability[own], stored.accepted[own]
    # Nets are not stored: a net is what its codes are, wherever it is counted.
    leaf = np.array([one not in stored.nets for one in stored.columns], np.bool_)
    rows, columns = np.nonzero((accepted | (probability >= FLOOR)) & leaf)
    moods, sure = _sentiments(worker, stored, scope, folded, (rows, columns))
    found: dict[int, list[Prediction]] = {}
    whole = np.rint(probability * 10_000).astype(np.int64).clip(0, 10_000)
    for place, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        found.setdefault(ids[row], []).append(
            (
                stored.columns[column], int(whole[row, column]), int(accepted[row, column]),
                None if moods is None else int(moods[place]), None if sure is None else int(sure[place]),
                int(trained[row]),
            )
        )  # fmt: skip
    return found


def _sentiments(
    worker: Worker,
    stored: StoredModel,
    scope: Scope,
    folded: list[str],
    cells: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int8] | None, NDArray[np.int64] | None]:
    rows, columns = cells
    if stored.sentiment is None or not len(rows):
        return None, None
    direction = np.full(len(rows), DIRECTIONS[scope.question.direction], np.int8)
    told = worker.predict_sentiment(
        stored.sentiment, [folded[row] for row in rows.tolist()], columns.astype(np.int64), direction
    )
    return told.sentiment, np.rint(told.confidence * 10_000).astype(np.int64)


def _save(project: Project, run: int, ids: list[int], predictions: dict[int, list[Prediction]]) -> None:
    """Write predictions in slices; each also moves the run's mark, so that a killed run goes on at the exact answer."""

    def write(db: Connection, part: list[int]) -> None:
        db.executemany(
            "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment, sentiment_p, trained)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((run, one, *row) for one in part for row in predictions.get(one, ())),
        )
        db.execute(
            "update run set next_verbatim = ?, n_verbatims = n_verbatims + ? where id = ?",
            (part[-1] + 1, len(part), run),
        )

    project.writer.slices(ids, write)


def _switch(op: Operation, scopes: list[Scope], answers: int) -> None:
    for scope in scopes:
        op.db.execute("update run set state = 1 where id = ?", (scope.run,))
        key: images.RowImage = {"question_id": scope.question.id, "wave_id": scope.wave}
        images.write(op, "run_in_force", key, {"run_id": scope.run})
    op.rows = answers
    op.verbatims = None
    op.say(N_("Auto-coding of {n} answers"), n=answers)
