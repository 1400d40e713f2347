"""The bet of one writer: a person's decisions while a child streams 2 M predictions, for slices of 4, 8 and 20 ms.

    python benchmarks/bench_writer.py [--predictions 2000000]

Each row: how long a key press waited until it was durable, and how fast the stream went in.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from annotate import coding, frames
from annotate.importing.load import import_file
from annotate.store import writer as writers
from annotate.store.connection import Connection
from annotate.store.project import Project

ROWS = 20_000


def produce(pipe: multiprocessing.connection.Connection, predictions: int) -> None:
    """Send predictions in blocks, as a coding worker does."""
    os.nice(10)
    rng = np.random.default_rng(1)
    for start in range(0, predictions, 20_000):
        pipe.send_bytes(rng.integers(0, 10_000, 20_000).astype(np.int32).tobytes())
        del start
    pipe.send_bytes(b"")


def stream(pipe: multiprocessing.connection.Connection) -> Iterator[tuple[int, int]]:
    """Yield (place, p) as they come."""
    place = 0
    while block := pipe.recv_bytes():
        for p in np.frombuffer(block, np.int32).tolist():
            yield place, p
            place += 1


def trial(folder: Path, slice_ms: float, predictions: int) -> str:
    """Measure one slice length on a fresh project."""
    writers.SLICE_SECONDS = slice_ms / 1000
    corpus = folder / "small.csv"
    corpus.write_text("id,text\n" + "".join(f"r{n},第{n}条回答顿挫\n" for n in range(ROWS)), encoding="utf-8")
    with Project.create(folder / f"{slice_ms:g}.tingdong", coder="bench") as project:
        import_file(project, corpus)
        frame = frames.create_frame(project, name="Bench")
        code = frames.add_code(project, frame=frame, label="Key", number="1")

        def run_row(db: Connection) -> None:
            with db.transaction():
                db.execute(
                    "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                    " values (?, 1, 1, 0, 0, '{}', '{}', x'00')", (uuid.uuid4().bytes,),
                )  # fmt: skip
                db.execute(
                    "insert into run(uuid, model_id, question_id, state, created_ms) values (?, 1, 1, 0, 0)",
                    (uuid.uuid4().bytes,),
                )

        project.write(run_row)
        ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
        child = multiprocessing.get_context("spawn").Process(target=produce, args=(theirs, predictions))
        child.start()

        def write(db: Connection, part: list[tuple[int, int]]) -> None:
            db.executemany(
                "insert into prediction(run_id, verbatim_id, code_id, p, accepted) values (1, ?, ?, ?, 0)",
                ((place // 4, place % 4, p) for place, p in part),
            )

        done = threading.Event()
        took: list[float] = []

        def bulk() -> None:
            start = time.perf_counter()
            project.writer.slices(stream(ours), write)
            took.append(time.perf_counter() - start)
            done.set()

        thread = threading.Thread(target=bulk)
        thread.start()
        waits = []
        verbatim = 1
        while not done.wait(0.05) and verbatim < ROWS:
            start = time.perf_counter()
            coding.apply_code(project, verbatims=[verbatim], code=code, expand=False)
            waits.append((time.perf_counter() - start) * 1000)
            verbatim += 1
        thread.join()
        child.join()
    return (
        f"{slice_ms:4g} ms  {len(waits):5d} presses  median {statistics.median(waits):6.1f}  "
        f"p95 {np.percentile(waits, 95):6.1f}  max {max(waits):6.1f} ms   {predictions / took[0]:9,.0f} predictions/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--predictions", type=int, default=2_000_000)
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    for slice_ms in (4, 8, 20):
        with tempfile.TemporaryDirectory() as name:
            print(trial(Path(name), slice_ms, asked.predictions))


if __name__ == "__main__":
    main()
