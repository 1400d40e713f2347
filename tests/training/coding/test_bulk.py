"""Coding in bulk gives what predicting gives, to the bit, and no text depends on those beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_example import PARENTS, example

from annotate.jobs import CancelledError
from training.coding.bulk import FLOOR, NO_SENTIMENT, Coded, Coder, Known, in_scale
from training.learner.background import dense_weight, fit_background
from training.learner.classifier import Model, Predictions, fit, prepare, targets_of
from training.learner.features import chunks
from training.learner.model_file import from_parts, to_parts
from training.learner.sentiment import fit_sentiment
from training.loop.live import LiveModel
from training.quality import cuts

TEXTS = [*example(150, 8).texts, "", "qqq", "😀", "价格实惠" * 3, "价格实惠" * 3, *example(40, 8).texts]


def fitted(*, single: bool) -> Model:
    data = example(300, 3, noise=0)
    labels = data.labels.copy()
    if single:
        first = (labels[:, :4] == 1).argmax(axis=1)
        labels[:, :5] = 0
        labels[np.arange(300), first] = 1
    return fit(data.texts, labels, parents=PARENTS, groups=data.groups, seed=1, single=single)


MODELS = {single: fitted(single=single) for single in (False, True)}
LEAVES = ~np.isin(np.arange(PARENTS.size), PARENTS)


def kept(told: Predictions) -> list[tuple[int, int, int, bool]]:
    """Return what a run keeps of dense predictions, read plainly."""
    rows, columns = np.nonzero((told.accepted | (told.probability >= FLOOR)) & LEAVES)
    return [
        (int(row), int(column), int(in_scale(told.probability[row, column])), bool(told.accepted[row, column]))
        for row, column in zip(rows, columns, strict=True)
    ]


def mentions(coded: Coded) -> list[tuple[int, int, int, bool]]:
    return list(
        zip(
            coded.rows.tolist(),
            coded.columns.tolist(),
            coded.probability.tolist(),
            coded.accepted.tolist(),
            strict=True,
        )
    )


@pytest.mark.parametrize("single", [False, True])
def test_the_same_as_predicting_everything(single: bool) -> None:
    model = MODELS[single]
    coded = Coder(model).code(TEXTS)
    assert mentions(coded) == kept(model.predict(TEXTS))
    told = model.predict(TEXTS)
    assert told.covered is not None
    assert told.none is not None
    assert np.array_equal(coded.covered, in_scale(told.covered))
    assert np.array_equal(coded.none, in_scale(told.none))
    assert (coded.texts, coded.sentiment.tolist()) == (len(TEXTS), [NO_SENTIMENT] * coded.rows.size)
    assert coded.accepted.sum() > 100


@pytest.mark.parametrize("single", [False, True])
@given(shift=st.floats(-8, 8), scale=st.floats(0.01, 50), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_the_same_for_any_thresholds_and_calibration(single: bool, shift: float, scale: float, seed: int) -> None:
    model, generator = MODELS[single], np.random.default_rng(seed)
    thresholds = np.where(LEAVES, generator.normal(0, 1, PARENTS.size), np.inf)
    thresholds[generator.random(PARENTS.size) < 0.2] = np.inf
    if single:
        thresholds = np.where(np.isinf(thresholds), np.inf, -np.inf)
    calibration = replace(
        model.calibration,
        slope=np.full(PARENTS.size, scale),
        shift=generator.normal(shift, 2, PARENTS.size),
    )
    other = replace(model, thresholds=thresholds, calibration=calibration)
    assert mentions(Coder(other).code(TEXTS)) == kept(other.predict(TEXTS))


@given(st.permutations(range(len(TEXTS))), st.integers(1, 60))
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
def test_order_and_company_change_nothing(order: list[int], size: int) -> None:
    coder = Coder(MODELS[False])
    whole = mentions(coder.code(TEXTS))
    found = []
    for start in range(0, len(order), size):
        part = order[start : start + size]
        found += [(part[row], *rest) for row, *rest in mentions(coder.code([TEXTS[one] for one in part]))]
    assert sorted(found) == whole


@pytest.mark.parametrize("single", [False, True])
def test_known_rows_and_thresholds_by_hand(single: bool) -> None:
    model = MODELS[single]
    told = model.predict(TEXTS)
    rows = np.array([3, 40, 151], np.int64)
    generator = np.random.default_rng(1)
    own = generator.random((3, PARENTS.size)).astype(np.float32)
    taken = own > 0.6
    values = np.full(PARENTS.size, np.nan)
    values[[0, 2]] = 0.3, 0.9
    told.probability[rows], told.accepted[rows] = own, taken
    by_hand = cuts.Cuts(values, model.parents, single, model.features, model.exclusive)
    expected = Predictions(told.probability, by_hand.apply(told.probability, told.accepted, TEXTS))
    assert mentions(Coder(model, cuts=values).code(TEXTS, known=Known(rows, own, taken))) == kept(expected)
    assert mentions(Coder(model).code(TEXTS, known=Known(rows, own, taken))) != mentions(Coder(model).code(TEXTS))


def test_sentiment_of_every_mention() -> None:
    data = example(300, 3, noise=0)
    rows, columns = np.nonzero(data.labels == 1)
    moods = np.where(columns % 2 == 0, np.int8(-1), np.int8(1)).astype(np.int8)
    sentiment = fit_sentiment(
        [data.texts[row] for row in rows.tolist()], columns, np.zeros(rows.size, np.int8), moods,
        columns=PARENTS.size, groups=rows, seed=1,
    )  # fmt: skip
    coded = Coder(MODELS[False], sentiment=sentiment).code(TEXTS, 1)
    told = sentiment.predict([TEXTS[row] for row in coded.rows.tolist()], coded.columns.astype(np.int64),
                             np.ones(coded.rows.size, np.int8))  # fmt: skip
    assert np.array_equal(coded.sentiment, told.sentiment)
    assert np.array_equal(coded.confidence, in_scale(told.confidence))
    assert {-1, 1} <= set(coded.sentiment.tolist())


def test_what_is_not_asked_for_changes_nothing_else() -> None:
    coded = Coder(MODELS[False], whole_answers=False).code(TEXTS)
    assert (coded.covered.size, coded.none.size) == (0, 0)
    assert mentions(coded) == mentions(Coder(MODELS[False]).code(TEXTS))


def test_nothing_to_code_and_a_cancelled_one() -> None:
    coded = Coder(MODELS[False]).code([])
    assert (coded.texts, coded.rows.size) == (0, 0)

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        Coder(MODELS[False]).code(TEXTS, progress=stop)


def test_the_live_model_the_stored_one_and_bulk_coding_score_alike() -> None:
    told = example(1090, 5)
    learned, fresh = slice(0, 90), told.texts[90:]
    background = fit_background(told.texts, seed=1)
    model = fit(
        told.texts[learned], told.labels[learned], parents=PARENTS, groups=told.groups[learned], seed=1,
        background=background,
    )  # fmt: skip
    stored = from_parts(to_parts(model))
    labels, _ = prepare(told.labels[learned], parents=PARENTS)
    rows = background.rows(told.texts)
    live = LiveModel.fit(
        rows[learned], targets_of(labels), keys=told.groups[learned], groups=told.groups[learned],
        directions=background.directions, weight=dense_weight(90),
    )  # fmt: skip
    interactive = live.scores(rows[90:])
    weigher = stored.features.weigher()
    parts = [weigher.by_column(fresh[start:end])[0] @ stored.weights for start, end in chunks(fresh)]
    assert np.abs(np.concatenate(parts) + stored.bias - interactive).max() < 1e-5
    assert np.abs(stored.features.transform(fresh) @ stored.weights + stored.bias - interactive).max() < 1e-5
