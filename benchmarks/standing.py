"""Standing: how fast the answers of a large question are counted, and how often its statistics keep their word.

python benchmarks/standing.py --only speed --rows 1500000
python benchmarks/standing.py --only coverage --sets 4000
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from annotate import frames, layers, samples
from annotate.random_rows import random_rows
from annotate.standing import coding_rate, standing
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation
from annotate.store.project import Project
from training.learner.evaluate import Figure
from training.quality import acceptance
from training.quality.proving import learn_then_test, lower_bound, plan


def fill(project: Project, rows: int) -> int:
    """Write a question of so many answers, a fifth of them reviewed, all of them predicted; return its id."""
    frame = frames.create_frame(project, name="Car")
    codes = [frames.add_code(project, frame=frame, label=f"c{n}") for n in range(50)]
    coder = project.coder.id

    def job(db: Connection) -> int:
        with db.transaction():
            question = db.execute(
                "insert into question(uuid, name, frame_id, sort) values (?, 'Q', ?, 1)", (uuid.uuid4().bytes, frame)
            ).lastrowid
            source = db.execute("insert into source(uuid, name) values (?, 's')", (uuid.uuid4().bytes,)).lastrowid
            batch = db.execute(
                "insert into import_batch(uuid, source_id, file_name, file_size, file_h, reader, mapping, records,"
                " accepted, state, started_ms) values (?, ?, 'f', 1, x'00', '{}', '{}', ?, ?, 1, 0)",
                (uuid.uuid4().bytes, source, rows, rows),
            ).lastrowid
            numbers = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})"
            db.execute(
                f"{numbers} insert into record(id, batch_id, source_id, number) select i, ?, ?, i from n",
                (batch, source),
            )
            db.execute(
                f"{numbers} insert into verbatim(id, record_id, question_id, batch_id, state, text_h, fold_h, group_id)"
                " select i, i, ?, ?, i % 40 > 0, zeroblob(16), i, i from n",
                (question, batch),
            )
            revision = db.integer("select max(id) from revision")
            db.execute(
                f"{numbers} insert into review_now select i, ?, ?, ?, 1, 0 from n where i % 5 = 1",
                (frame, coder, revision),
            )
            db.execute(
                f"{numbers} insert into label_now select i, ?, ? + i % 50, ? + i % 50, 1, 1, null, null, i % 3"
                " from n where i % 5 = 1",
                (coder, codes[0], codes[0]),
            )
            model = db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                " values (?, ?, ?, 0, 0, '{}', '{}', x'00')",
                (uuid.uuid4().bytes, frame, revision),
            ).lastrowid
            run = db.execute(
                "insert into run(uuid, model_id, question_id, state, next_verbatim, created_ms)"
                " values (?, ?, ?, 1, ?, 0)",
                (uuid.uuid4().bytes, model, question, rows + 1),
            ).lastrowid
            for shift in (0, 7):
                db.execute(
                    f"{numbers} insert into prediction(run_id, verbatim_id, code_id, p, accepted)"
                    " select ?, i, ? + (i + ?) % 50, (i * 7919) % 10000, i % 3 > 0 from n where i % 40 > 0",
                    (run, codes[0], shift),
                )
            db.execute("insert into run_in_force values (?, 0, ?)", (question, run))
        return question

    question = project.write(job)
    samples.draw_audit(project, question=question, size=400)

    def certify(op: Operation) -> None:
        images.write(
            op, "certificate", {"id": 1},
            {
                "uuid": uuid.uuid4().bytes, "run_id": 1, "sample_id": 1, "scope": json.dumps({"codes": codes[:25]}),
                "cut": 9000, "target": 0.95, "level": 0.95, "n": 59, "errors": 0, "bound": 0.95, "passed": 1,
                "state": 1, "created_ms": 0,
            },
        )  # fmt: skip
        op.say("Certificate")

    operations.run(project, "certify", certify)
    return question


def speed(rows: int) -> dict[str, object]:
    """Return CPU seconds of each question asked of a project with so many answers."""
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p.tingdong", coder="Ann") as project:
        question = fill(project, rows)
        told: dict[str, object] = {"rows": rows}
        with project.reading() as db:
            for name, ask in (
                ("standing", lambda: standing(db, question)),
                ("coding_rate", lambda: coding_rate(db, question)),
                ("random_rows", lambda: random_rows(db, question)),
                ("layers_one_by_one", lambda: sum(1 for _ in layers.answers(db, question))),
                ("accepted", lambda: acceptance._accepted(db, 1, [1], 9000)),
            ):
                start, wall = time.process_time(), time.perf_counter()
                ask()
                told[name] = {
                    "cpu": round(time.process_time() - start, 2), "wall": round(time.perf_counter() - wall, 2)
                }  # fmt: skip
        for name, act in (
            ("draw_audit", lambda: samples.draw_audit(project, question=question, size=100)),
            ("owed", lambda: samples.owed(project)),
        ):
            start, wall = time.process_time(), time.perf_counter()
            act()
            told[name] = {"cpu": round(time.process_time() - start, 2), "wall": round(time.perf_counter() - wall, 2)}
        told["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return told


def coverage(sets: int) -> dict[str, object]:
    """Return how often promises are kept: the cut, the certificate, and the two together as people use them."""
    generator = np.random.default_rng(1)
    missed = found = passed = false = census = 0
    for _ in range(sets):
        # A code whose precision rises with p from 0.7 at 0 to 1 at 1: 95 % is crossed at p = 2/3 of the range above.
        p = generator.uniform(0.5, 1, 600)
        cut = learn_then_test(p, generator.random(600) < 0.7 + 0.3 * p)
        if cut is None:
            continue
        found += 1
        truth = 0.7 + 0.3 * (cut.p + 1) / 2
        missed += truth < 0.95
        population = int(generator.integers(30, 2_000))
        right = int(generator.binomial(population, truth))
        asked = plan((cut.n - cut.errors) / cut.n, population=population)
        hits = int(generator.hypergeometric(right, population - right, asked.size))
        proven = lower_bound(hits, asked.size, population=population) >= 0.95
        passed += proven
        false += proven and right / population < 0.95
        census += asked.size == population
    worst = 0
    for _ in range(sets):
        # The worst case: a population just below the target, so that every pass is a miss.
        population = int(generator.integers(60, 2_000))
        right = int(np.ceil(0.95 * population)) - 1
        asked = plan(0.97, population=population)
        hits = int(generator.hypergeometric(right, population - right, asked.size))
        worst += lower_bound(hits, asked.size, population=population) >= 0.95
    return {
        "sets": sets, "cut_found": found, "cut_missed": _share(missed, found), "certified": passed,
        "certified_below_target": _share(false, max(passed, 1)), "just_below_target_yet_passed": _share(worst, sets),
    }  # fmt: skip


def _share(x: int, n: int) -> Figure:
    from annotate.estimates import clopper_pearson

    return Figure(x / n if n else 0.0, *clopper_pearson(x, n))


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["speed", "coverage"])
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--sets", type=int, default=4_000)
    asked = parser.parse_args()
    told: dict[str, object] = {}
    if asked.only != "coverage":
        told["speed"] = speed(asked.rows)
    if asked.only != "speed":
        told["coverage"] = coverage(asked.sets)
    print(json.dumps(told, indent=1, default=lambda one: [one.value, one.low, one.high]))


if __name__ == "__main__":
    main()
