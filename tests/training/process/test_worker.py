"""The child process: the same answers as a direct call, and a clean end in every case."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from training_example import PARENTS, example

from annotate.errors import UserError
from annotate.jobs import CancelledError
from training.learner.classifier import Model, fit
from training.learner.model_file import sentiment_to_parts, to_parts
from training.learner.sentiment import fit_sentiment
from training.process import blocks
from training.process.worker import Worker, WorkerFault

DATA = example(200, 1)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as shared:
        yield shared


@pytest.fixture(scope="module")
def model() -> Model:
    return fit(DATA.texts, DATA.labels, parents=PARENTS, groups=DATA.groups, seed=1)


def test_it_answers_as_a_direct_call(worker: Worker, model: Model) -> None:
    seen: list[tuple[int, int | None]] = []
    drawn = np.ones(200, bool)
    theirs = worker.fit(
        DATA.texts,
        DATA.labels,
        parents=PARENTS,
        groups=DATA.groups,
        seed=1,
        random_rows=drawn,
        progress=lambda done, total, what="": seen.append((done, total)),
    )
    assert theirs.scores.from_random_rows
    plain = worker.fit(DATA.texts, DATA.labels, parents=PARENTS, groups=DATA.groups, seed=1)
    assert np.allclose(plain.weights, model.weights, atol=2e-3)  # one thread here, perhaps several there
    assert plain.out_of_sample is not None
    assert model.out_of_sample is not None
    assert np.allclose(plain.out_of_sample.probability, model.out_of_sample.probability, atol=0.05)
    assert seen
    assert seen[-1][0] <= (seen[-1][1] or 0)
    texts = [*example(50, 2).texts, "", "\ud800", "😀\x1e", "行\n行"]
    here, first, again = plain.predict(texts), worker.predict(plain, texts), worker.predict(plain, texts)
    assert np.array_equal(first.probability, again.probability)
    assert np.array_equal(first.accepted, here.accepted)
    assert np.allclose(first.probability, here.probability, atol=1e-6)
    other = worker.predict(theirs, texts)
    assert np.array_equal(other.accepted, theirs.predict(texts).accepted)


def test_the_same_seed_gives_the_same_bytes_from_two_children() -> None:
    def once() -> dict[str, bytes]:
        with Worker() as fresh:
            return to_parts(fresh.fit(DATA.texts, DATA.labels, parents=PARENTS, groups=DATA.groups, seed=4))

    assert once() == once()


def test_sentiment_too(worker: Worker) -> None:
    codes, directions = np.zeros(200, np.int64), np.zeros(200, np.int8)
    sentiments = np.where(DATA.labels[:, 0] == 1, 1, -1).astype(np.int8)
    given = (DATA.texts, codes, directions, sentiments)
    theirs = worker.fit_sentiment(*given, columns=1, groups=DATA.groups, seed=1)
    ours = fit_sentiment(*given, columns=1, groups=DATA.groups, seed=1)
    assert sentiment_to_parts(theirs).keys() == sentiment_to_parts(ours).keys()
    assert theirs.out_of_sample is not None
    said = worker.predict_sentiment(theirs, DATA.texts, codes, directions)
    assert np.array_equal(said.sentiment, theirs.predict(DATA.texts, codes, directions).sentiment)


def test_faults_for_people_cross_over(worker: Worker) -> None:
    with pytest.raises(UserError) as caught:
        worker.fit(DATA.texts, np.zeros_like(DATA.labels), parents=PARENTS, groups=DATA.groups, seed=1)
    assert caught.value.id == "nothing-to-learn"
    assert "3" in str(caught.value)


def test_other_faults_name_the_place_and_no_text(worker: Worker) -> None:
    with pytest.raises(WorkerFault, match=r"ValueError at .*fit") as caught:
        worker.fit(DATA.texts[:-1], DATA.labels, parents=PARENTS, groups=DATA.groups, seed=1)
    assert "fit together" not in str(caught.value)


def test_a_person_can_stop_it_and_the_child_works_on(worker: Worker, model: Model) -> None:
    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    big = example(3000, 3)
    worker.predict(model, DATA.texts[:3])
    before = worker.pid
    with pytest.raises(CancelledError):
        worker.fit(big.texts, big.labels, parents=PARENTS, groups=big.groups, seed=1, progress=stop)
    assert worker.predict(model, DATA.texts[:3]).accepted.shape == (3, 7)
    assert worker.pid == before


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are POSIX")
def test_a_dead_child_is_told_and_replaced(model: Model) -> None:
    import signal

    with Worker() as worker:

        def kill(done: int, total: int | None, what: str = "") -> None:
            if worker.pid is not None:
                os.kill(worker.pid, signal.SIGKILL)

        big = example(3000, 3)
        with pytest.raises(UserError) as caught:
            worker.fit(big.texts, big.labels, parents=PARENTS, groups=big.groups, seed=1, progress=kill)
        assert caught.value.id == "worker-died"
        assert worker.pid is None
        assert worker.predict(model, DATA.texts[:3]).accepted.shape == (3, 7)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the priority from /proc")
def test_the_child_is_niced_and_leaves_when_closed(model: Model) -> None:
    worker = Worker()
    worker.predict(model, DATA.texts[:3])
    process = Path(f"/proc/{worker.pid}")
    nice = int((process / "stat").read_text().rsplit(")", 1)[1].split()[16])
    assert nice >= min(19, os.nice(0) + 10)
    worker.close()
    assert not process.exists()
    worker.close()
    assert worker.predict(model, DATA.texts[:1]).accepted.shape == (1, 7)
    worker.close()


def test_a_module_in_the_folder_of_work_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Model
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Worker() as worker:
        assert worker.predict(model, ["空间大"]).accepted.shape == (1, 7)


def test_blocks_carry_arrays_of_all_kinds() -> None:
    arrays: blocks.Named = {
        "none": np.empty((0, 3), np.float32),
        "flags": np.array([[True, False]]),
        "numbers": np.arange(5),
        "turned": np.arange(6.0).reshape(2, 3).T,
    }
    block, table = blocks.write(arrays)
    try:
        back = blocks.read(table)
    finally:
        blocks.discard(block)
    assert all(np.array_equal(back[name], array) and back[name].dtype == array.dtype for name, array in arrays.items())
    with pytest.raises(FileNotFoundError):
        blocks.read(table)
    texts = ["", "空间大", "a\x1eb", "\ud800", "😀"]
    assert blocks.take_texts(blocks.put_texts(texts)) == texts
    assert blocks.take_texts(blocks.put_texts([])) == []


def test_too_little_shared_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blocks, "SharedMemory", full)
    with pytest.raises(UserError) as caught:
        blocks.write({"x": np.zeros(2_500_000, np.uint8)})
    assert caught.value.id == "shared-memory-full"
    assert "3 MB" in str(caught.value)


def test_a_block_that_is_gone_leaves_no_warning_at_the_end() -> None:
    # In a process of its own: the tracker of shared memory complains when the program is over.
    script = (
        "import numpy as np\nfrom training.process import blocks\n"
        "own, table = blocks.write({'a': np.zeros(9)})\nother = blocks._attach(own.name)\n"
        "import _posixshmem; _posixshmem.shm_unlink('/' + own.name)\nother.close()\nblocks.discard(own)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stderr == ""
