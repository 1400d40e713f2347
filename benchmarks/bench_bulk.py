"""Code a whole project: what reading and predicting take, and what writing adds.

    python benchmarks/make_corpus.py corpus.csv
    python benchmarks/bench_bulk.py corpus.csv --codes 200

Imports the corpus into a project in a temporary folder (or takes ``--project FILE``, which is copied), makes a frame
whose codes stand for words, labels 3,000 answers by them, trains, and codes everything: first with the results thrown
away, by one process and by one a core, then as people do, with everything written. Wall and CPU seconds, and the peak
memory of each process. Wall times mean something on a quiet machine only: the load is printed.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # before this folder: it has a training.py of its own

from annotate import frames, verbatims
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.text_batch import fold_many
from benchmarks.bulk import labels_by_words
from training import session
from training.coding import run as coding_run
from training.coding.chunk import Chunk, CodedChunk
from training.coding.crew import Crew, hired, processes
from training.coding.run import Only
from training.process.worker import Worker
from training.session import StoredModel

LABELLED = 3_000
MOODS = ("-1", "0", "1")


def prepare(project: Project, folder: Path, codes: int, *, sentiment: bool) -> StoredModel:
    """Make a frame and labels of words, train on them, and return the model."""
    ids = verbatims.ids(project, Query())[: LABELLED * 97 : 97].tolist()
    marks = ", ".join(map(str, ids))
    rows = project.rows(
        "select r.key, t.text from verbatim v join record r on r.id = v.record_id join verbatim_text t on t.id = v.id"
        f" where v.id in ({marks}) order by v.id"
    )
    words, labels = labels_by_words(fold_many([str(row[1]) for row in rows]), codes)
    frame, labelled = folder / "frame.csv", folder / "labels.csv"
    with frame.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["number", "net", "label"])
        table.writerows([1000 + place, f"net {place // 10}", word] for place, word in enumerate(words))
    with labelled.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "code", *(["sentiment"] if sentiment else [])])
        for number, ((key, _), held) in enumerate(zip(rows, labels, strict=True)):
            for place in held.nonzero()[0].tolist():
                table.writerow([key, 1000 + place, *([MOODS[(number + place) % 3]] if sentiment else [])])
    import_frame(project, frame)
    import_labels(project, labelled)
    session.train(project)
    return session.load(project, session.newest_model(project, frames.the_frame(project)))


def timed(work: Callable[[], None]) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds of this process, and those of its children that ended meanwhile."""
    wall, cpu, below = time.perf_counter(), time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = after.ru_utime + after.ru_stime - below.ru_utime - below.ru_stime
    return time.perf_counter() - wall, time.process_time() - cpu, children


def peak(worker: Worker) -> int:
    """Return the most memory a worker's child held so far, in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{worker.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return max((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), default=0)


def chunks(project: Project) -> Iterator[Chunk]:
    stretches, _ = coding_run.stretches_of(project, verbatims.questions(project), Only())
    for stretch in stretches:
        yield from coding_run.chunks_of(stretch, 0)


def predict_only(project: Project, stored: StoredModel, count: int) -> str:
    """Read and predict everything, keep nothing; return a line."""
    plan = coding_run.plan_of(project, stored, Only())
    answers, mentions, peaks = 0, 0, [0]

    def do(worker: Worker, chunk: Chunk, progress: object) -> CodedChunk:
        return worker.code_chunk(plan, chunk)

    def work() -> None:
        nonlocal answers, mentions, peaks
        with hired(None, count) as workers:
            for done in Crew(workers, do).results(chunks(project), lambda: None):
                answers += done.ids.size
                mentions += done.coded.rows.size
            peaks = [peak(worker) for worker in workers]

    wall, own, children = timed(work)
    return (
        f"read and predict, {count} process(es): wall {wall:.1f} s, CPU {own:.1f} + {children:.1f} s, "
        f"{answers / wall:,.0f} answers/s, {answers / (own + children):,.0f} per CPU-s, "
        f"{mentions / answers:.2f} mentions each, peak MB {peaks}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--codes", type=int, default=200)
    parser.add_argument("--sentiment", action="store_true", help="labels carry a sentiment, so a model of it codes too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "bulk.tingdong"
        if asked.project is not None:
            shutil.copy(asked.project, path)
            project = Project.open(path)
        else:
            project = Project.create(path, coder="Benchmark")
            import_file(project, asked.corpus, roles={Role.ID: ["id"], Role.TEXT: ["text"]})
        with project:
            stored = prepare(project, Path(temporary), asked.codes, sentiment=asked.sentiment)
            print(f"load {os.getloadavg()[0]:.1f}, {len(stored.columns)} codes and nets,"
                  f" {stored.classifier.features.width:,} columns", flush=True)  # fmt: skip
            for count in sorted({1, processes()}):
                print(predict_only(project, stored, count), flush=True)
            before = path.stat().st_size
            wall, own, children = timed(lambda: print(coding_run.code(project)))
            print(
                f"code, everything written: wall {wall:.1f} s, CPU {own:.1f} + {children:.1f} s,"
                f" file {before >> 20} → {path.stat().st_size >> 20} MB, peak of this process"
                f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
            )


if __name__ == "__main__":
    main()
