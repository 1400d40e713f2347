"""A big project as people have one in the middle of the work: answers, a frame, labels, a model, every answer coded.

    python benchmarks/window_project.py big.tingdong --rows 1500000

The search index goes into the folder "search" beside it; what is there already stays. ``--from FILE`` begins with a
copy of a project that holds the answers already.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import resources
from annotate import coding, frames, samples, verbatims
from annotate.coding import Label
from annotate.importing.frame_load import import_frame
from annotate.importing.load import import_file
from annotate.search import Index
from annotate.store import operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Query
from benchmarks import make_corpus
from training import session
from training.coding import run as coding_run

LABELLED, AUDIT = 3_000, 400


def label(project: Project) -> None:
    """Take the frame of the sample, and code LABELLED answers from all over the file by the words its codes name."""
    import_frame(project, resources.path("sample", "frame.csv"))
    frame = frames.the_frame(project)
    words = [
        (one.id, [word for word in (*one.include.split("、"), *one.examples.split("；")) if word])
        for one in frames.head(project, frame).live
    ]
    ids = verbatims.ids(project, Query())
    chosen = verbatims.page(project, ids[:: max(1, len(ids) // LABELLED)][:LABELLED].tolist())
    labels = [
        Label(
            row.id,
            tuple((code, (-1, 0, 1)[row.id % 3]) for code, said in words if any(one in row.text for one in said)),
        )
        for row in chosen
    ]

    def do(op: Operation) -> None:
        op.say("Labels")
        coding.import_labels(project, op, frame=frame, coder=project.coder.id, labels=labels, partial=False)

    operations.run(project, "label", do)


def make(path: Path, *, rows: int, answers: Path | None = None) -> Path:
    """Make the project at ``path`` with ``rows`` answers, or with those of another project, and say what it took."""
    begin = time.perf_counter()
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name)
        if answers is not None:
            shutil.copy(answers, part)
        else:
            make_corpus.make(folder / "corpus.csv", rows)
            with Project.create(part, coder="bench") as project:
                import_file(project, folder / "corpus.csv")
        with Project.open(part, coder="bench") as project:
            label(project)
            session.train(project)
            print(f"answers, frame, labels, model: {time.perf_counter() - begin:.0f} s", flush=True)
            coded = coding_run.code(project)
            samples.draw_audit(project, question=verbatims.questions(project)[0].id, size=AUDIT)
    part.replace(path)
    print(f"{coded.answers:,} answers coded: {time.perf_counter() - begin:.0f} s", flush=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--from", dest="answers", type=Path)
    asked = parser.parse_args()
    if not asked.path.exists():
        make(asked.path, rows=asked.rows, answers=asked.answers)
    with (
        Project.open(asked.path, read_only=True) as project,
        Index(project, folder=asked.path.parent / "search") as index,
    ):
        index.bring_up_to_date()


if __name__ == "__main__":
    main()
