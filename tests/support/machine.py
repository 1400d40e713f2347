"""A model layer for tests that need predictions in force and no classifier."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from annotate.store import images, operations
from annotate.store.operations import Operation
from annotate.store.project import Project

NOTHING_LEARNED = ('{"columns": [], "nets": [], "rows": 0}', '{"codes": {"columns": [], "base": 0}}')

Guess = tuple[int, int, float, bool]
"""(verbatim, code, confidence, accepted)"""


def predict(project: Project, question: int, guesses: Iterable[Guess], *, wave: int = 0) -> int:
    """Put a run with these predictions in force for a question in one wave, as one step; return the run."""

    def do(op: Operation) -> int:
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        revision = op.db.integer("select max(id) from revision where frame_id = ?", (frame,))
        model = op.db.execute(
            "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
            " values (?, ?, ?, 0, 0, ?, ?, ?)",
            (uuid.uuid4().bytes, frame, revision, *NOTHING_LEARNED, uuid.uuid4().bytes),
        ).lastrowid
        run = op.db.execute(
            "insert into run(uuid, model_id, question_id, wave_id, state, next_verbatim, created_ms)"
            " values (?, ?, ?, ?, 1, (select max(id) + 1 from verbatim), 0)",
            (uuid.uuid4().bytes, model, question, wave or None),
        ).lastrowid
        op.db.executemany(
            "insert into prediction(run_id, verbatim_id, code_id, p, accepted) values (?, ?, ?, ?, ?)",
            ((run, verbatim, code, round(p * 10_000), int(accepted)) for verbatim, code, p, accepted in guesses),
        )
        images.write(op, "run_in_force", {"question_id": question, "wave_id": wave}, {"run_id": run})
        op.say("Auto-coding of {n} answers", n=1)
        return run

    return operations.run(project, "auto-code", do)[0]
