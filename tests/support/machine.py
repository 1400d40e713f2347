"""A model layer for tests that need predictions in force and no classifier."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from annotate.store import images, operations
from annotate.store.operations import Operation
from annotate.store.project import Project

NOTHING_LEARNED = ('{"columns": [], "nets": [], "rows": 0}', '{"codes": {"columns": [], "base": 0}}')

Guess = tuple[int, int, float, bool]
"""(verbatim, code, confidence, accepted)"""


def predict(
    project: Project, question: int, guesses: Iterable[Guess], *, wave: int = 0,
    moods: Mapping[int, int] | None = None, model_of: int | None = None,
) -> int:  # fmt: skip
    """Put a run with these predictions in force for a question in one wave, as one step; return the run.

    ``moods``: the sentiment of all that is said of a verbatim; ``model_of``: an earlier run whose model this is too.
    """
    felt = moods or {}

    def do(op: Operation) -> int:
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        revision = op.db.integer("select max(id) from revision where frame_id = ?", (frame,))
        model = 0 if model_of is None else op.db.integer("select model_id from run where id = ?", (model_of,))
        model = (
            model
            or op.db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                " values (?, ?, ?, 0, 0, ?, ?, ?)",
                (uuid.uuid4().bytes, frame, revision, *NOTHING_LEARNED, uuid.uuid4().bytes),
            ).lastrowid
        )
        run = op.db.execute(
            "insert into run(uuid, model_id, question_id, wave_id, state, next_verbatim, created_ms)"
            " values (?, ?, ?, ?, 1, (select max(id) + 1 from verbatim), 0)",
            (uuid.uuid4().bytes, model, question, wave or None),
        ).lastrowid
        op.db.executemany(
            "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment) values (?, ?, ?, ?, ?, ?)",
            (
                (run, verbatim, code, round(p * 10_000), int(accepted), felt.get(verbatim))
                for verbatim, code, p, accepted in guesses
            ),
        )
        images.write(op, "run_in_force", {"question_id": question, "wave_id": wave}, {"run_id": run})
        op.say("Auto-coding of {n} answers", n=1)
        return run

    return operations.run(project, "auto-code", do)[0]
