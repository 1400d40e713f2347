"""What `next` shows: its order of things, its audit rows, and that it never asks twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from in_process import InProcess
from loop_project import make

from annotate import coding, frames, samples
from annotate.errors import AskedWronglyError, UserError
from annotate.samples import Purpose
from annotate.store.project import Project
from training import session
from training.learner.background import fit_background
from training.loop import asking, pool, queries
from training.loop import next_answers as loop
from training.loop.asking import Desk, Mode
from training.loop.next_answers import NextAnswer, next_answers
from training.loop.pool import Decided, Pool
from training.loop.queries import Reason
from training.process.worker import Worker


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("loop"), rows=260, coded=110)


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "p.tingdong"))


def decided(project: Project) -> set[int]:
    return {int(row[0] or 0) for row in project.rows("select verbatim_id from review_now")}


def code_named(project: Project, label: str) -> int:
    with project.reading() as db:
        return next(one.id for one in frames.read(db, frames.the_frame(project)).codes if one.label == label)


def test_a_batch_takes_turns_and_draws_a_fifth_through_the_audit(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        batch = next_answers(project, n=20, worker=worker)
        assert len(batch.answers) == len({one.verbatim for one in batch.answers}) == 20
        assert not {one.verbatim for one in batch.answers} & decided(project)
        audit = [one.verbatim for one in batch.answers if one.reason is Reason.AUDIT]
        assert len(audit) == 4
        owed = samples.rows_owed(project, purpose=Purpose.AUDIT)
        assert set(audit) <= set(owed)
        inclusion = project.rows("select distinct inclusion from sample_row")
        assert len(inclusion) == 1
        assert 0 < float(inclusion[0][0] or 0) < 1
        turns = [one for one in batch.answers if one.reason is Reason.UNSURE]
        assert turns
        for one in turns:
            assert one.code is not None
            assert not one.code.is_net
            assert one.p is not None
            assert one.threshold is not None
            assert 0 < one.p < 1
            assert f"{one.p:.2f}".removeprefix("0") in one.why()


def test_the_same_decisions_give_the_same_batch_and_draw_nothing_more(path: Path) -> None:
    with Project.open(path) as project:
        with InProcess() as worker:
            first = next_answers(project, n=20, worker=worker)
            again = next_answers(project, n=20, worker=worker)
        drawn = project.rows("select count(*) from sample_row")
        with InProcess() as fresh:
            assert next_answers(project, n=20, worker=fresh) == first == again
        assert project.rows("select count(*) from sample_row") == drawn
        with InProcess() as fresh:
            assert next_answers(project, n=20, seed=2, worker=fresh) != first


def test_the_batch_after_this_one_can_be_made_ahead(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        first = {one.verbatim for one in next_answers(project, n=20, worker=worker).answers}
        ahead = {one.verbatim for one in next_answers(project, n=20, without=first, worker=worker).answers}
        assert len(ahead) == 20
        assert not first & ahead


def test_what_is_decided_in_between_is_learned_by_the_model_that_the_worker_keeps(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        for _ in range(3):
            batch = next_answers(project, n=6, worker=worker)
            for one in batch.answers:
                coding.apply_code(project, verbatims=[one.verbatim], code=code_named(project, "price"))
                coding.confirm(project, verbatims=[one.verbatim])
        last = next_answers(project, n=12, worker=worker)
        with InProcess() as fresh:
            anew = next_answers(project, n=12, worker=fresh)
        assert [(one.verbatim, one.reason) for one in last.answers] == [
            (one.verbatim, one.reason) for one in anew.answers
        ]
        told = np.array([(one.p or 0, one.threshold or 0) for one in last.answers])
        np.testing.assert_allclose(told, [(one.p or 0, one.threshold or 0) for one in anew.answers], atol=1e-3)


def test_the_first_answers_are_typical_and_stay_the_same_as_they_are_read(tmp_path: Path) -> None:
    with Project.open(make(tmp_path, rows=260, coded=0)) as project, InProcess() as worker:
        few = next_answers(project, n=5, worker=worker)
        many = next_answers(project, n=30, worker=worker)
        assert [one.reason for one in many.answers] == [Reason.TYPICAL] * 30
        assert few.answers == many.answers[:5]
        assert all(one.alike >= 1 and one.code is None and one.p is None for one in many.answers)
        assert samples.samples(project) == []


def test_modes(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        fuel = code_named(project, "fuel")
        likely = next_answers(project, mode=Mode.LIKELY, code=fuel, n=8, worker=worker).answers
        assert [one.p for one in likely] == sorted((one.p for one in likely if one.p is not None), reverse=True)
        assert {one.reason for one in likely} == {Reason.LIKELY}
        texts = project.rows(
            f"select text from verbatim_text where id in ({', '.join(str(one.verbatim) for one in likely)})"
        )
        assert all(any(word in str(row[0]) for word in ("油", "fuel")) for row in texts)
        for mode, reason in ((Mode.UNSURE, Reason.UNSURE), (Mode.SHUFFLE, Reason.SHUFFLE)):
            batch = next_answers(project, mode=mode, n=10, worker=worker)
            assert [one.reason for one in batch.answers] == [reason] * 10
        uncovered = next_answers(project, mode=Mode.UNCOVERED, n=10, worker=worker)
        for one in uncovered.answers:
            assert one.p is not None
            assert one.threshold is not None
            assert one.p < one.threshold
        assert samples.samples(project) == []
        assert next_answers(project, mode=Mode.SHUFFLE, n=0, worker=worker).answers == ()


def test_possibly_wrong_answers_are_those_the_newest_model_doubts(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        with pytest.raises(UserError) as refused:
            next_answers(project, mode=Mode.WRONG, worker=worker)
        assert refused.value.id == "no-model"
        victim = int(project.rows("select min(verbatim_id) from label_now")[0][0] or 0)
        right = code_named(project, "service")
        had = {int(row[0] or 0) for row in project.rows(f"select code_id from label_now where verbatim_id = {victim}")}
        coding.apply_code(project, verbatims=[victim], code=right)
        session.train(project, worker=worker)
        found = next_answers(project, mode=Mode.WRONG, n=5, worker=worker).answers
        assert right not in had
        assert victim in [one.verbatim for one in found]
        one = next(one for one in found if one.verbatim == victim)
        assert one.reason is Reason.WRONG
        assert one.said
        assert "people gave service" in one.why()


def test_a_code_is_needed_for_likely_answers_and_no_net_will_do(path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        for code, wanted in ((None, "which-code"), (code_named(project, "价值"), "no-such-code")):
            with pytest.raises(AskedWronglyError) as refused:
                next_answers(project, mode=Mode.LIKELY, code=code, worker=worker)
            assert refused.value.id == wanted


def test_choices_that_need_a_model_say_that_there_is_none_yet(tmp_path: Path) -> None:
    with Project.open(make(tmp_path, rows=80, coded=2)) as project, InProcess() as worker:
        for mode in (Mode.UNSURE, Mode.UNCOVERED):
            with pytest.raises(UserError) as refused:
                next_answers(project, mode=mode, worker=worker)
            assert refused.value.id == "nothing-learned"


def test_where_everything_is_decided_nothing_is_left(tmp_path: Path) -> None:
    with Project.open(make(tmp_path, rows=70, coded=70)) as project, InProcess() as worker:
        batch = next_answers(project, worker=worker)
        assert (batch.answers, batch.undecided, batch.labelled) == ((), 0, 70)


def test_a_read_only_project_draws_nothing_but_shows_what_teaches(path: Path) -> None:
    with Project.open(path), Project.open(path) as second, InProcess() as worker:
        assert second.read_only_reason
        batch = next_answers(second, n=10, worker=worker)
        assert len(batch.answers) == 10
        assert Reason.AUDIT not in {one.reason for one in batch.answers}


def test_a_large_question_is_read_in_part_and_in_more_where_that_part_is_decided(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "POOL", 40)
    with Project.open(path) as project, InProcess() as worker:
        batch = next_answers(project, mode=Mode.SHUFFLE, n=100, worker=worker)
        assert worker.corpus is not None
        assert 20 <= batch.undecided < len(worker.corpus.texts) < 200


def test_the_child_process_answers_as_this_one_does(path: Path) -> None:
    with Project.open(path) as project, InProcess() as here, Worker() as there:
        for size in (6, 9):
            mine = next_answers(project, n=size, worker=here)
            theirs = next_answers(project, n=size, worker=there)
            assert [one.verbatim for one in mine.answers] == [one.verbatim for one in theirs.answers]
        assert there.corpus is not None


def test_a_pool_follows_new_retired_and_changed_codes_without_a_refit(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(["油耗", "空间", "动力", "价格", "服务", "外观"], 3)) + str(n) for n in range(120)]
    background = fit_background(texts, seed=1)
    labels = np.array([["油耗" in one, "空间" in one, "动力" in one] for one in texts], np.int8)

    def told(rows: list[int], codes: list[int], table: np.ndarray[tuple[int, int], np.dtype[np.int8]]) -> Decided:
        ids = np.array(rows)
        return Decided(ids, background.rows([texts[row] for row in rows]), table[rows][:, codes], ids, np.array(codes))

    kept = Pool(np.arange(120), texts, background=background, seed=1)
    kept.learn(told(list(range(40)), [0, 1], labels))
    kept.standing()
    changed = labels.copy()
    changed[7] = 1 - changed[7]
    fits = []
    fit = pool.LiveModel.fit
    monkeypatch.setattr(pool.LiveModel, "fit", lambda *a, **k: fits.append(1) or fit(*a, **k))
    for rows, codes in ((range(40), [0, 1, 2]), (range(1, 42), [0, 1, 2]), (range(1, 42), [1, 2])):
        kept.learn(told(list(rows), codes, changed))
        now = kept.standing()
        assert not fits
        fresh = Pool(np.arange(120), texts, background=background, seed=1)
        fresh.learn(told(list(rows), codes, changed))
        expected = fresh.standing()
        fits.clear()
        np.testing.assert_allclose(now.fit.weights, expected.fit.weights, atol=2e-5)
        np.testing.assert_allclose(now.fit.held_out, expected.fit.held_out, atol=2e-5)
        np.testing.assert_allclose(now.thresholds, expected.thresholds, atol=2e-5)


def test_in_a_single_choice_the_pool_knows_none_of_the_codes() -> None:
    words = ["油耗", "空间", "天气"]
    texts = [f"{words[row % 3]}如何{row}" for row in range(90)]
    background = fit_background(texts, seed=1)
    labels = np.array([[word in one for word in words[:2]] for one in texts], np.int8)

    def told(rows: list[int]) -> Decided:
        ids = np.array(rows)
        return Decided(ids, background.rows([texts[row] for row in rows]), labels[rows], ids, np.array([7, 9]), True)

    kept = Pool(np.arange(90), texts, background=background, seed=1)
    kept.learn(told([0, 1, 3, 4, 6, 7]))
    fresh = np.arange(60, 90)
    assert kept.known(fresh).none is None  # nobody said so yet
    kept.learn(told([0, 1, 3, 4, 6, 7, 2]))
    now = kept.known(fresh)
    assert now.none is not None
    assert now.scores.shape == (30, 2)
    assert (np.column_stack([now.scores, now.none]).argmax(axis=1) == fresh % 3).all()
    chosen = kept.choose(queries.balanced, 5, np.random.default_rng(1), fresh)
    assert len(chosen) == 3  # of each kind of answer one
    assert all(0 <= one.column < 2 and 0 <= one.score <= 1 for one in kept.calibrated(chosen))


def test_of_two_codes_alike_the_reason_speaks_of_a_rival() -> None:
    assert NextAnswer(1, Reason.UNSURE, p=0.4).why() == "unsure:  gets .40, and its rival nearly as much"


def test_too_many_labels_for_the_live_model_are_solved_by_blocks(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    with Project.open(path) as project, InProcess() as worker:
        expected = next_answers(project, mode=Mode.UNSURE, n=10, worker=worker)
        monkeypatch.setattr("training.loop.live.MAX_ROWS", 50)
        worker._desk = Desk()
        worker._corpus = None
        batch = next_answers(project, mode=Mode.UNSURE, n=10, worker=worker)
        # Thresholds come from folds there, so the answers beside them are not all the same.
        same = {one.verbatim for one in batch.answers} & {one.verbatim for one in expected.answers}
        assert len(same) >= len(expected.answers) // 3


def test_what_the_worker_is_asked_survives_the_way_there_and_back() -> None:
    ask = asking.Ask(
        Mode.LIKELY, 3, 2**40, True, 9, np.array([4, 9]), np.array([1]), ["一"], np.array([[1, -1]], np.int8),
        np.array([0]), np.array([5]),
    )  # fmt: skip
    corpus = asking.Corpus("key", np.array([5, 6]), ["二", ""], 11)
    back, same = asking.take_ask(*asking.put_ask(ask, corpus))
    assert same is not None
    assert (same.key, same.texts, same.seed, same.ids.tolist()) == ("key", ["二", ""], 11, [5, 6])
    assert (back.texts, back.mode, back.seed, back.code, back.single) == (["一"], Mode.LIKELY, 2**40, 9, True)
    assert back.labels.tolist() == [[1, -1]]
    assert asking.take_ask(*asking.put_ask(ask, None))[1] is None
    none = asking.take_asked(asking.put_asked(asking.Asked((), 4, True)))
    assert none == asking.Asked((), 4, True)
