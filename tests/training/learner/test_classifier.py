"""The classifier on made-up verbatims: nets, masks, single choice, honest figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training_example import NAMES, PARENTS, Example, example

from annotate.errors import UserError
from annotate.estimates import f1_score
from annotate.jobs import CancelledError
from training.learner import classifier, nets, ridge
from training.learner.classifier import Model, fit

CODES = slice(0, 5)
PRICE, FUEL, RARE, VALUE, CARE = (NAMES.index(name) for name in ("price", "fuel", "rare", "value", "care"))


def fitted(data: Example, seed: int = 1, single: bool = False) -> Model:
    return fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=seed, single=single)


@pytest.fixture(scope="module")
def model() -> Model:
    return fitted(example(500, 1))


def test_it_learns_the_themes(model: Model) -> None:
    fresh = example(300, 2, noise=0)
    said = model.predict(fresh.texts)
    assert said.accepted.shape == said.probability.shape == (300, len(NAMES))
    yes = fresh.labels[:, CODES] == 1
    accepted = said.accepted[:, CODES]
    assert f1_score(int((yes & accepted).sum()), int((~yes & accepted).sum()), int((yes & ~accepted).sum())) > 0.9


def test_nets_are_the_union_of_their_codes(model: Model) -> None:
    for said in (model.predict(example(200, 3).texts), model.out_of_sample):
        assert said is not None
        for code, net in enumerate(PARENTS):
            if net >= 0:
                assert (said.probability[:, net] >= said.probability[:, code]).all()
                assert (said.accepted[:, net] >= said.accepted[:, code]).all()
        assert np.array_equal(said.accepted[:, VALUE], said.accepted[:, [PRICE, FUEL]].any(axis=1))


def test_nets_of_nets_carry_up() -> None:
    data = example(300, 4)
    labels = np.hstack([data.labels, np.full((300, 1), -1, np.int8)])
    parents = np.array([5, 5, 6, 6, -1, 7, 7, -1])
    model = fit(data.texts, labels, parents=parents, groups=data.groups, seed=1)
    said = model.predict(data.texts)
    assert np.array_equal(said.accepted[:, 7], said.accepted[:, :4].any(axis=1))
    assert (said.probability[:, 7] >= said.probability[:, :4].max(axis=1)).all()
    assert model.scores.columns[7].support == int((data.labels[:, :4] == 1).any(axis=1).sum())
    assert model.scores.nets is not None
    assert model.scores.nets.columns == 3


def test_a_net_is_open_while_a_code_below_is_open() -> None:
    labels = np.array([[1, -1, -1], [0, -1, -1], [0, 0, -1], [-1, -1, 1], [0, 0, 1]], np.int8)
    parents = np.array([2, 2, -1])
    completed = nets.with_nets(labels, parents, nets.bottom_up(parents))
    assert completed[:, 2].tolist() == [1, -1, 0, 1, 1]


def test_codes_with_few_yes_are_never_accepted(model: Model) -> None:
    assert not model.scores.columns[RARE].learnable
    assert model.scores.columns[RARE].support == 2
    assert model.scores.columns[RARE].threshold is None
    assert model.out_of_sample is not None
    assert not model.out_of_sample.accepted[:, RARE].any()
    assert not model.predict(example(500, 1).texts).accepted[:, RARE].any()


def test_reported_figures_are_those_of_the_out_of_sample_predictions(model: Model) -> None:
    data = example(500, 1)
    assert model.out_of_sample is not None
    yes, said = data.labels[:, CODES] == 1, model.out_of_sample.accepted[:, CODES]
    hits, wrong, missed = (int(part.sum()) for part in (yes & said, ~yes & said, yes & ~said))
    micro = model.scores.codes.micro_f1
    assert micro.value == pytest.approx(f1_score(hits, wrong, missed))
    assert micro.low < micro.value < micro.high
    assert sum(column.hits for column in model.scores.columns[CODES]) == hits
    assert model.scores.exact is not None
    assert model.scores.exact.value == pytest.approx((yes == said).all(axis=1).mean())
    assert model.scores.base == model.scores.exact_base == 500
    assert all(column.f1.low <= column.f1.value <= column.f1.high for column in model.scores.columns)


def test_out_of_sample_figures_hold_on_new_rows_where_labels_are_noise() -> None:
    # Nothing can be learned: what the model reports must say so, although its own rows could be learned by heart.
    reported, true = [], []
    for seed in (5, 6, 7):
        data = example(400, seed)
        generator = np.random.default_rng(seed + 1)
        labels = np.zeros((400, len(NAMES)), np.int8)
        labels[:, :4] = generator.random((400, 4)) < 0.2
        model = fitted(replace(data, labels=labels))
        fresh = generator.random((400, 4)) < 0.2
        said = model.predict(example(400, seed + 2).texts).accepted[:, :4]
        true.append(f1_score(int((fresh & said).sum()), int((~fresh & said).sum()), int((fresh & ~said).sum())))
        reported.append(model.scores.codes.micro_f1.value)
        assert model.out_of_sample is not None
        assert np.quantile(model.out_of_sample.probability[:, :4], 0.99) < 0.5
    assert abs(np.mean(reported) - np.mean(true)) < 0.04


@pytest.mark.parametrize("exact", [True, False])
def test_duplicates_do_not_flatter_the_figures(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    monkeypatch.setattr(ridge, "EXACT_ROWS", 6000 if exact else 0)
    data = example(150, 8)
    generator = np.random.default_rng(9)
    labels = np.zeros_like(data.labels)
    labels[:, :4] = generator.random((150, 4)) < 0.3  # noise, but the same for every copy of a text
    copies = [f"{text} {number}" for number, text in enumerate(data.texts)] * 4
    many = Example(copies, np.tile(labels, (4, 1)), np.tile(data.groups, 4))
    apart = fitted(replace(many, groups=np.arange(600)))
    together = fitted(many)
    assert apart.scores.codes.micro_f1.value > 0.7
    assert together.scores.codes.micro_f1.value < 0.55
    assert together.scores.codes.micro_f1.high - together.scores.codes.micro_f1.low > 0.06


def test_not_looked_at_is_not_no() -> None:
    data = example(600, 10, noise=0)
    partial = data.labels.copy()
    partial[300:, FUEL] = -1  # nobody looked for fuel in the second half
    masked = fitted(replace(data, labels=partial))
    wrong = partial.copy()
    wrong[300:, FUEL] = 0
    taken_for_no = fitted(replace(data, labels=wrong))
    fresh = example(300, 11, noise=0)
    truth = fresh.labels[:, FUEL] == 1

    def recall(model: Model) -> float:
        return float(model.predict(fresh.texts).accepted[truth, FUEL].mean())

    assert recall(masked) > 0.9
    assert masked.scores.columns[FUEL].looked_at == 300
    believed = [float(m.predict(fresh.texts).probability[truth, FUEL].mean()) for m in (masked, taken_for_no)]
    assert believed[0] > believed[1] + 0.2


def test_partial_yes_alone_cannot_train() -> None:
    data = example(100, 12)
    only_yes = np.where(data.labels == 1, np.int8(1), np.int8(-1))
    with pytest.raises(UserError) as caught:
        fitted(replace(data, labels=only_yes))
    assert caught.value.id == "nothing-to-learn"
    assert "3" in str(caught.value)


def single_example(rows: int, seed: int) -> Example:
    data = example(rows, seed, noise=0)
    one = data.labels.copy()
    first = (one[:, :4] == 1).argmax(axis=1)
    one[:, :5] = 0
    one[np.arange(rows), first] = 1
    one[:20, :5] = 0  # reviewed, and none of the codes
    texts = ["天气 今天 不错" if row < 20 else text for row, text in enumerate(data.texts)]
    return Example(texts, one, data.groups)


def test_single_choice_takes_the_highest_score() -> None:
    data = single_example(400, 13)
    model = fitted(data, single=True)
    said = model.predict(data.texts)
    assert (said.accepted[:, CODES].sum(axis=1) <= 1).all()
    assert not said.accepted[:20].any()
    assert said.accepted[20:, CODES].any(axis=1).all()
    assert model.scores.exact is not None
    assert model.scores.exact.value > 0.75
    assert np.allclose(
        said.probability[:, VALUE], np.minimum(said.probability[:, [PRICE, FUEL]].sum(axis=1), 1), atol=1e-6
    )
    assert np.array_equal(said.accepted[:, VALUE], said.accepted[:, [PRICE, FUEL]].any(axis=1))


def test_single_choice_completes_the_noes_and_refuses_two() -> None:
    data = single_example(200, 14)
    open_ = np.where((data.labels == 0) & (data.labels == 1).any(axis=1)[:, None], np.int8(-1), data.labels)
    left, right = fitted(data, single=True), fitted(replace(data, labels=open_), single=True)
    assert np.array_equal(left.weights, right.weights)
    twice = data.labels.copy()
    twice[30, :2] = 1
    with pytest.raises(ValueError, match="two codes"):
        fitted(replace(data, labels=twice), single=True)


def test_single_choice_of_two_codes() -> None:
    data = single_example(300, 15)
    two = np.flatnonzero((data.labels[:, :2] == 1).any(axis=1))
    labels = data.labels[two][:, :2]
    model = fit([data.texts[row] for row in two], labels, parents=np.array([-1, -1]), groups=two, seed=1, single=True)
    assert model.scores.exact is not None
    assert model.scores.exact.value > 0.8


@pytest.mark.parametrize("single", [True, False])
def test_a_text_without_a_known_word_is_never_accepted(single: bool) -> None:
    model = fitted(single_example(300, 16) if single else example(300, 16), single=single)
    said = model.predict(["", "。。。", "ξψω", "😀"])
    assert not said.accepted.any()
    assert np.isfinite(said.probability).all()
    assert model.predict([]).probability.shape == (0, len(NAMES))


def test_random_rows_carry_the_overall_figures() -> None:
    data = example(400, 17)
    drawn = np.zeros(400, bool)
    drawn[:120] = True
    given = {"parents": PARENTS, "groups": data.groups, "seed": 1}
    audited = fit(data.texts, data.labels, random_rows=drawn, **given)
    assert audited.scores.from_random_rows
    assert audited.scores.base == 120
    assert audited.out_of_sample is not None
    yes, said = data.labels[:120, CODES] == 1, audited.out_of_sample.accepted[:120, CODES]
    expected = f1_score(int((yes & said).sum()), int((~yes & said).sum()), int((yes & ~said).sum()))
    assert audited.scores.codes.micro_f1.value == pytest.approx(expected)
    drawn[99:] = False
    few = fit(data.texts, data.labels, random_rows=drawn, **given)
    assert not few.scores.from_random_rows
    assert few.scores.base == 400


def test_the_same_seed_gives_the_same_model(model: Model) -> None:
    again = fitted(example(500, 1))
    assert np.array_equal(again.weights, model.weights)
    assert np.array_equal(again.thresholds, model.thresholds)
    assert again.scores == model.scores


def test_chunks_do_not_change_predictions(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    texts = example(700, 18).texts
    whole = model.predict(texts)
    monkeypatch.setattr(classifier, "_CHUNK_VALUES", 1)
    seen: list[int] = []
    cut = model.predict(texts, progress=lambda done, total, what="": seen.append(done))
    assert np.array_equal(whole.probability, cut.probability)
    assert seen == [0, 256, 512, 700]


def test_progress_rises_and_can_stop_the_work() -> None:
    data = example(100, 19)
    seen: list[int] = []
    given = {"parents": PARENTS, "groups": data.groups, "seed": 1}
    fit(data.texts, data.labels, progress=lambda done, total, what="": seen.append(done), **given)
    assert seen == sorted(seen)
    assert seen[-1] == 100

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        fit(data.texts, data.labels, progress=stop, **given)


@pytest.mark.parametrize("parents", [[1, 0], [0, -1], [5, -1], [-2, -1]])
def test_parents_must_make_a_tree(parents: list[int]) -> None:
    with pytest.raises(ValueError, match=r"circle|column"):
        nets.bottom_up(np.array(parents))


def test_inputs_must_fit_together() -> None:
    data = example(50, 20)
    with pytest.raises(ValueError, match="fit together"):
        fit(data.texts[:-1], data.labels, parents=PARENTS, groups=data.groups, seed=1)
