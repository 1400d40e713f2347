"""What is known of each code: what it is mixed up with, what waits, its words, and what to do next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import models_example as example
import numpy as np
import pytest
from in_process import InProcess

from annotate import coding, frames, samples
from annotate.errors import AskedWronglyError
from annotate.store.connection import Connection
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.quality import by_code, code_words, confusion, cuts, drift, machine_counts, next_step, standing, versions
from training.quality.confusion import NO_CODE
from training.quality.next_step import Do
from training.session import StoredModel

LABELLED = 200
WRONG = {row: "402" for row, (_, codes) in enumerate(example.answers()) if codes == ("301",) and row // 2 % 4 == 0}


@pytest.fixture(scope="module")
def in_force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model of LABELLED labels in force; people call some 301 a 402."""
    path = example.make(tmp_path_factory.mktemp("codes"), LABELLED, wrong=WRONG)
    with Project.open(path) as project:
        example.train(project)
        coding_run.code(project, worker=InProcess())
    return path


@pytest.fixture
def project(in_force: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(in_force, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong", coder="Ann") as one:
        yield one


@pytest.fixture
def stored(project: Project) -> StoredModel:
    return session.load(project, session.newest_model(project, frames.the_frame(project)))


def test_pairs_are_counted_from_both_sides_and_left_open_where_one_has_no_error() -> None:
    ids, codes = np.array([7, 8, 9, 10]), np.array([1, 2, 3])
    labels = np.array([[1, 0, 0], [0, 1, 0], [1, 0, -1], [0, 0, 0]], np.int8)
    accepted = np.array([[0, 1, 0], [1, 0, 1], [0, 0, 1], [0, 0, 1]], np.bool_)
    found = confusion.mixed_up(ids, labels, accepted, codes)
    assert found == {(1, 2): (7,), (2, 1): (8,), (2, 3): (8,), (1, NO_CODE): (9,), (NO_CODE, 3): (10,)}
    told = confusion.Confusion(4, found)
    first = told.of(1)[0]
    assert (first.other, first.missed, first.taken) == (2, (7,), (8,))
    assert told.worst(1) is None, "one answer each way may be chance"


def test_what_people_call_otherwise_is_what_the_model_mixes_up(project: Project, stored: StoredModel) -> None:
    told = confusion.confusion(project, stored)
    assert told.rows == LABELLED
    worst = told.worst(example.code_of(project, "402"))
    assert worst is not None
    assert worst.other == example.code_of(project, "301")
    planted = {example.ids(project)[row] for row in WRONG if row < LABELLED}
    assert set(worst.missed) <= planted


def test_counts_are_those_of_undecided_answers_and_a_net_counts_one_once(project: Project) -> None:
    frame = frames.head(project, frames.the_frame(project))
    with project.reading() as db:
        before = machine_counts.machine_counts(db, 1, frame)
        rows = db.execute(
            "select p.verbatim_id, p.code_id from run_in_force f join prediction p on p.run_id = f.run_id"
            " where p.accepted = 1 and not exists(select 1 from label_now w where w.verbatim_id = p.verbatim_id)"
        ).fetchall()
    said = {(int(a or 0), int(b or 0)) for a, b in rows}
    for code in frame.codes:
        below = frame.under(code.id)
        assert before[code.id].waiting == len({verbatim for verbatim, one in said if one in below})
    verbatim, code_id = min(said)
    coding.confirm(project, verbatims=[verbatim], expand=False)
    with project.reading() as db:
        after = machine_counts.machine_counts(db, 1, frame)
    assert after[code_id].waiting == before[code_id].waiting - 1


def test_a_threshold_is_counted_on_what_is_stored(project: Project) -> None:
    code = example.code_of(project, "302")
    with project.reading() as db:
        told = machine_counts.undecided(db, 1, code)
    assert told.stored.tolist() == sorted(told.stored.tolist())
    for at in (0.1, 0.5, 0.9):
        assert told.taken(at) == int((told.stored >= round(at * 10_000)).sum())
    assert told.accepted.size <= told.stored.size


def test_lines_tell_figures_threshold_and_what_to_do(project: Project, stored: StoredModel) -> None:
    frame = frames.head(project, frames.the_frame(project))
    with project.reading() as db:
        counts = machine_counts.machine_counts(db, 1, frame)
    lines = by_code.code_lines(
        frame, told=None, trained=by_code.trained_figures(project, stored.id), examples=standing.learnable(project, 1),
        counts=counts, by_hand={example.code_of(project, "302"): 0.8}, mixed=confusion.confusion(project, stored),
    )  # fmt: skip
    by_number = {one.code.number: one for one in lines if not one.code.is_net}
    assert [one.code.id for one in lines] == [one.id for one in frame.codes if not one.retired]
    assert (by_number["302"].threshold, by_number["302"].by_hand) == (0.8, True)
    assert by_number["301"].threshold == counts[by_number["301"].code.id].lowest
    assert by_number["402"].advice == "mixed up with {code}: {n}"
    assert by_number["402"].params["code"] == "301"
    assert by_number["402"].figures is not None
    assert not by_number["402"].random
    net = next(one for one in lines if one.code.is_net)
    assert net.threshold is None
    assert not net.advice


def test_words_of_a_code_are_those_of_its_phrases(project: Project, stored: StoredModel) -> None:
    words = code_words.code_words(project, stored, example.code_of(project, "304"))
    assert words
    assert words == sorted(words, key=lambda one: -one.weight)
    assert words[0].weight > 0
    strong = "".join(one.word for one in words if one.weight > 0)
    assert any(part in strong for part in ("异响", "响", "吱"))
    with pytest.raises(AskedWronglyError):
        code_words.code_words(project, stored, 9_999)


def test_sentiment_is_none_where_none_was_coded(project: Project, stored: StoredModel) -> None:
    assert by_code.sentiment_figures(project, stored.id) is None


def test_drift_compares_the_last_two_waves_and_says_what_is_sure(project: Project) -> None:
    other = example.code_of(project, "98")
    with project.reading() as db:
        told = drift.drift(db, 1)
    assert {one.kind for one in told} == {"other", "uncoded"}
    assert all((one.earlier, one.later) == ("2026-05", "2026-06") and not one.sure for one in told)
    later = example.pointers(project)["2026-06"]

    def spoil(db: Connection) -> None:
        with db.transaction():
            db.execute("delete from prediction where run_id = ? and code_id <> ?", (later, other))

    project.write(spoil)
    with project.reading() as db:
        bare = next(one for one in drift.drift(db, 1) if one.kind == "uncoded")
    assert bare.sure
    assert bare.after > bare.before


def test_the_next_step_follows_what_is_missing(project: Project) -> None:
    def step() -> next_step.NextStep:
        frame = frames.the_frame(project)
        return next_step.next_step(
            standing.report(project, 1), samples.owed(project), versions.models(project, frame), question=1,
            decided=LABELLED,
        )  # fmt: skip

    first = step()
    assert first.do is Do.DRAW
    assert "{random}" in first.stands
    assert first.stands.format(**first.params)
    samples.draw_audit(project, question=1, size=20)
    owed = sum(one.owed for one in samples.owed(project).lines)
    second = step()
    assert (second.do, second.params["owed"]) == (Do.REVIEW, owed)


def test_before_a_model_people_code_until_one_code_has_enough(tmp_path: Path) -> None:
    path = example.make(tmp_path, 12)
    with Project.open(path) as project:
        frame = frames.the_frame(project)

        def step() -> next_step.NextStep:
            report, ledger = standing.report(project, 1), samples.owed(project)
            return next_step.next_step(report, ledger, versions.models(project, frame), question=1, decided=12)

        few = step()
        assert few.do is Do.LABEL
        assert few.params["needed"] == next_step.FIRST_AT - max(one.examples for one in standing.learnable(project, 1))
        example.label(tmp_path / "more.csv", range(150))
        from annotate.importing.label_load import import_labels

        import_labels(project, tmp_path / "more.csv")
        assert step().do is Do.TRAIN


def test_a_model_that_is_not_in_force_is_let_code_first(tmp_path: Path) -> None:
    path = example.make(tmp_path, 60)
    with Project.open(path) as project:
        example.train(project)
        frame = frames.the_frame(project)
        report, ledger = standing.report(project, 1), samples.owed(project)
        told = next_step.next_step(report, ledger, versions.models(project, frame), question=1, decided=60)
        assert told.do is Do.CODE
        assert cuts.by_code(project, 1) == {}
        again = next_step.next_step(report, ledger, versions.models(project, frame), question=1, decided=200)
        assert again.do is Do.TRAIN
        assert again.params["new"] == 140
