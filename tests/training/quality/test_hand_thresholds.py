"""Thresholds set by hand: tried on one half, reported from the other, applied as a run of their own, undone as one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import models_example as example
import numpy as np
import pytest
from in_process import InProcess

from annotate import frames, layers
from annotate.errors import AskedWronglyError, UserError
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.learner.features import count, fit_features
from training.quality import cuts, hand_thresholds, must_hold, switch, versions
from training.quality.cuts import SCALE, Cuts
from training.session import StoredModel


@pytest.fixture(scope="module")
def in_force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model of 150 labels, some wrong, in force."""
    wrong = {row: "402" for row, (_, codes) in enumerate(example.answers()) if codes == ("301",) and row % 3 == 0}
    path = example.make(tmp_path_factory.mktemp("thresholds"), 150, wrong=wrong)
    with Project.open(path) as project:
        example.train(project)
        coding_run.code(project, worker=InProcess())
    return path


@pytest.fixture
def project(in_force: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(in_force, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


@pytest.fixture
def stored(project: Project) -> StoredModel:
    return session.load(project, session.newest_model(project, frames.the_frame(project)))


def test_the_halves_part_groups_and_stay_the_same(project: Project) -> None:
    ids = np.array(example.ids(project))
    with project.reading() as db:
        half = hand_thresholds.tuning_half(db, ids)
        groups = layers.groups_of(db, ids)
        backwards = hand_thresholds.tuning_half(db, ids[::-1])
        some = hand_thresholds.tuning_half(db, ids[50:90])
    assert 0.35 < half.mean() < 0.65
    assert all(len(set(half[groups == group].tolist())) == 1 for group in np.unique(groups))
    np.testing.assert_array_equal(backwards[::-1], half)
    np.testing.assert_array_equal(some, half[50:90])


def test_the_trade_off_counts_the_tuning_half_only(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    told = hand_thresholds.trade_off(project, stored, code)
    rows = hand_thresholds.judged(project, stored)
    column = rows.codes.index(code)
    assert (told.base, told.support) == (int(rows.tuning.sum()), int((rows.labels[rows.tuning, column] == 1).sum()))
    assert told.points[0].threshold == hand_thresholds.LOWEST
    assert [one.taken for one in told.points] == sorted((one.taken for one in told.points), reverse=True)
    assert len(told.points) > 5
    for point in told.points:
        taken = rows.tuning & (np.rint(rows.probability[:, column] * SCALE) >= round(point.threshold * SCALE))
        hits = int((taken & (rows.labels[:, column] == 1)).sum())
        assert point.taken == int(taken.sum())
        assert point.precision.value == pytest.approx(hits / max(1, point.taken))
        assert point.recall.value == pytest.approx(hits / told.support)
        assert point.precision.low <= point.precision.value <= point.precision.high


def test_the_reported_score_never_sees_the_half_that_was_used(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    assert hand_thresholds.scores(project, stored) is None
    hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.8}, worker=InProcess())
    told = hand_thresholds.scores(project, stored)
    assert told is not None
    rows = hand_thresholds.judged(project, stored)
    column = rows.codes.index(code)
    half = ~rows.tuning
    taken = half & (np.rint(rows.probability[:, column] * SCALE) >= 0.8 * SCALE)
    yes = half & (rows.labels[:, column] == 1)
    assert (told.base, [one.threshold for one in told.codes]) == (int(half.sum()), [0.8])
    score = told.codes[0].score
    assert (score.hits, score.wrong, score.missed) == (
        int((taken & yes).sum()), int((taken & ~yes).sum()), int((yes & ~taken).sum())
    )  # fmt: skip
    assert score.looked_at == told.base
    (version,) = versions.models(project, frames.the_frame(project))
    assert version.by_hand == ((code, 0.8),)


def test_setting_one_makes_a_run_of_its_own_and_undo_takes_both_back(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    before = example.pointers(project)
    threshold = 0.97
    step = hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: threshold}, worker=InProcess())
    after = example.pointers(project)
    assert set(before.values()).isdisjoint(after.values())
    changed = 0
    for wave, run in after.items():
        old, new = example.accepted(project, before[wave]), example.accepted(project, run)
        assert {row for row in old if row[1] != code} == {row for row in new if row[1] != code}
        told = {
            int(verbatim or 0)
            for (verbatim,) in project.rows(
                "select verbatim_id from prediction where run_id = ? and code_id = ? and p >= ?", (run, code, 9700)
            )
        }
        assert {verbatim for verbatim, given in new if given == code} == told
        changed += len(old - new)
    assert changed > 0
    assert not switch.use(project, stored.id, worker=InProcess()).coded_now  # the run knows the threshold
    assert check(project).ok
    assert operations.undo(project) is not None
    assert example.pointers(project) == before
    assert cuts.by_code(project, stored.id) == {}
    operations.redo(project)
    assert (example.pointers(project), cuts.by_code(project, stored.id)) == (after, {code: threshold})
    assert step.kind == "model-threshold"


def test_clearing_gives_back_the_models_own_decisions(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    before = {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()}
    hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.06}, worker=InProcess())
    low = {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()}
    assert sum(map(len, low.values())) > sum(map(len, before.values()))
    hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: None}, worker=InProcess())
    assert {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()} == before
    assert cuts.by_code(project, stored.id) == {}


def test_a_later_coding_run_honours_it(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.9}, worker=InProcess())
    mine = {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()}
    coding_run.code(project, worker=InProcess())
    assert {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()} == mine


def test_a_delivered_wave_keeps_what_it_has(project: Project, stored: StoredModel) -> None:
    before = example.pointers(project)
    example.deliver(project, "2026-05")
    code = example.code_of(project, "402")
    hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.9}, worker=InProcess())
    after = example.pointers(project)
    assert after["2026-05"] == before["2026-05"]
    assert after["2026-06"] != before["2026-06"]


def test_a_model_not_in_force_only_keeps_it(project: Project, stored: StoredModel) -> None:
    other = example.train(project, seed=2)
    before = example.pointers(project)
    code = example.code_of(project, "402")
    hand_thresholds.set_thresholds(project, model=other, thresholds={code: 0.9}, worker=InProcess())
    assert example.pointers(project) == before
    assert cuts.by_code(project, other) == {code: 0.9}
    assert cuts.by_code(project, stored.id) == {}


def test_one_that_breaks_a_pinned_answer_is_refused(project: Project, stored: StoredModel) -> None:
    code = example.code_of(project, "402")
    runs = example.pointers(project)
    marks = ", ".join(map(str, runs.values()))
    weakest = project.rows(
        f"select verbatim_id from prediction where run_id in ({marks}) and code_id = ? and accepted = 1 order by p",
        (code,),
    )[0][0]
    must_hold.pin(project, verbatim=int(weakest or 0), code=code, expected=True)
    with pytest.raises(UserError) as refused:
        hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.99}, worker=InProcess())
    assert refused.value.id == "must-hold-broken"
    assert (example.pointers(project), cuts.by_code(project, stored.id)) == (runs, {})


@pytest.mark.parametrize("value", [0, 0.04, 1.0, float("nan"), float("inf"), -3])
def test_what_cannot_be_a_threshold_is_refused(project: Project, stored: StoredModel, value: float) -> None:
    with pytest.raises(AskedWronglyError) as refused:
        hand_thresholds.set_thresholds(
            project, model=stored.id, thresholds={example.code_of(project, "402"): value}, worker=InProcess()
        )
    assert refused.value.id == "bad-threshold"


def test_a_net_or_an_unknown_code_has_no_threshold(project: Project, stored: StoredModel) -> None:
    for code in (next(iter(stored.nets)), 12_345):
        with pytest.raises(AskedWronglyError):
            hand_thresholds.trade_off(project, stored, code)
        with pytest.raises(AskedWronglyError):
            hand_thresholds.set_thresholds(project, model=stored.id, thresholds={code: 0.5}, worker=InProcess())


def test_cuts_decide_codes_and_carry_up_into_nets() -> None:
    features = fit_features(count(["异响", "异响 空间", "空间"]))
    parents = np.array([2, 2, -1])
    own = Cuts(np.array([0.5, np.nan, np.nan]), parents, False, features, np.zeros(3, np.bool_))
    probability = np.array([[0.5, 0.2, 0.5], [0.49, 0.2, 0.49], [0.9, 0.2, 0.9]], np.float32)
    accepted = np.array([[False, False, False], [True, True, True], [True, False, True]])
    told = own.apply(probability, accepted, ["异响", "空间", "全不认得"])
    assert told.tolist() == [[True, False, True], [False, True, True], [False, False, False]]
    assert accepted.tolist() == [[False, False, False], [True, True, True], [True, False, True]]
    only = Cuts(own.values, parents, True, features, np.zeros(3, np.bool_)).apply(
        probability, accepted, ["异响", "空间", "异响"]
    )
    assert only.tolist() == [[False, False, False], [False, True, True], [True, False, True]]
    none = Cuts(np.full(3, np.nan), parents, False, features, np.zeros(3, np.bool_))
    assert none.apply(probability, accepted, ["异响", "空间", "异响"]) is accepted
