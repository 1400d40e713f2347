"""Models as parts and back: exact, repeatable, and refusing what was changed."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from training_example import PARENTS, example

from annotate.errors import UserError
from training.learner.classifier import Model, fit
from training.learner.model_file import META, from_parts, model_hash, sentiment_from_parts, sentiment_to_parts, to_parts
from training.learner.sentiment import fit_sentiment

Parts = dict[str, bytes]


def fitted(seed: int = 1, single: bool = False) -> Model:
    data = example(200, 3, noise=0)
    labels = data.labels.copy()
    if single:
        first = (labels[:, :4] == 1).argmax(axis=1)
        labels[:, :5] = 0
        labels[np.arange(200), first] = 1
    return fit(data.texts, labels, parents=PARENTS, groups=data.groups, seed=seed, single=single)


@pytest.fixture(scope="module")
def model() -> Model:
    return fitted()


@pytest.mark.parametrize("single", [False, True])
def test_predictions_repeat_exactly(single: bool) -> None:
    model = fitted(single=single)
    again = from_parts(to_parts(model))
    texts = example(300, 4).texts
    left, right = model.predict(texts), again.predict(texts)
    assert np.array_equal(left.probability, right.probability)
    assert np.array_equal(left.accepted, right.accepted)
    assert again.scores == model.scores
    assert (again.seed, again.single, again.out_of_sample) == (model.seed, model.single, None)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(model: Model) -> None:
    parts = to_parts(model)
    assert to_parts(fitted()) == parts == to_parts(from_parts(parts))
    assert model_hash(parts) == model_hash(to_parts(fitted()))
    assert model_hash(to_parts(fitted(seed=2))) != model_hash(parts)


def test_parts_hold_no_texts(model: Model) -> None:
    whole = b"".join(to_parts(model).values())
    assert "价格".encode() not in whole
    assert b"roomy" not in whole


def flip(parts: Parts, name: str) -> None:
    data = bytearray(parts[name])
    data[len(data) // 2] ^= 1
    parts[name] = bytes(data)


def rewrite(parts: Parts, change: Callable[[dict[str, object]], object]) -> None:
    meta = json.loads(parts[META])
    change(meta)
    parts[META] = json.dumps(meta).encode()


DAMAGE: dict[str, Callable[[Parts], object]] = {
    "weights flipped": lambda parts: flip(parts, "weights"),
    "idf cut": lambda parts: parts.update(idf=parts["idf"][:-4]),
    "vocabulary lost": lambda parts: parts.pop("vocabulary"),
    "meta lost": lambda parts: parts.pop(META),
    "meta not JSON": lambda parts: parts.update({META: b"{"}),
    "meta another thing": lambda parts: parts.update({META: b"[]"}),
    "meta deep": lambda parts: parts.update({META: b"[" * 100_000}),
    "shape negative": lambda parts: rewrite(parts, lambda meta: meta["arrays"]["bias"].update(shape=[-7])),
    "shape huge": lambda parts: rewrite(parts, lambda meta: meta["arrays"]["weights"].update(shape=[2**40, 2**40])),
    "array unknown": lambda parts: rewrite(parts, lambda meta: meta["arrays"].update(code={"shape": [0]})),
    "scores gone": lambda parts: rewrite(parts, lambda meta: meta.pop("scores")),
    "kind": lambda parts: rewrite(parts, lambda meta: meta.update(kind="sentiment")),
    "single no truth value": lambda parts: rewrite(parts, lambda meta: meta.update(single="yes")),
    "single by mistake": lambda parts: rewrite(parts, lambda meta: meta.update(single=True)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_told(model: Model, damage: Callable[[Parts], object]) -> None:
    parts = dict(to_parts(model))
    damage(parts)
    with pytest.raises(UserError) as caught:
        from_parts(parts)
    assert caught.value.id == "model-damaged"


def forged(model: Model, **change: object) -> Parts:
    """Return parts with hashes that are right and contents that are not."""
    from dataclasses import replace

    return to_parts(replace(model, **change))


def test_contents_are_checked_beyond_their_hashes(model: Model) -> None:
    from dataclasses import replace

    wide = model.weights.copy()
    wide[0, 0] = np.nan
    circle = model.parents.copy()
    circle[5] = 0
    backwards = replace(model.features, vocabulary=model.features.vocabulary[::-1].copy())
    unknown = np.full_like(model.thresholds, np.nan)
    for parts in (
        forged(model, weights=wide),
        forged(model, weights=wide[:-1]),
        forged(model, parents=circle),
        forged(model, features=backwards),
        forged(model, thresholds=unknown),
        forged(model, bias=model.bias[:-1]),
    ):
        with pytest.raises(UserError, match="cannot be read"):
            from_parts(parts)


@pytest.mark.parametrize("name", ["format", "features"])
def test_another_version_is_named_as_such(model: Model, name: str) -> None:
    parts = dict(to_parts(model))
    rewrite(parts, lambda meta: meta.update({name: 99}))
    with pytest.raises(UserError) as caught:
        from_parts(parts)
    assert caught.value.id == "model-other-version"


@pytest.mark.parametrize("size", [0, 30, 200])
def test_sentiment_models_repeat_exactly(size: int) -> None:
    data = example(size, 5)
    generator = np.random.default_rng(6)
    codes, directions = generator.integers(0, 4, size), generator.integers(-1, 2, size).astype(np.int8)
    sentiments = generator.integers(-1, 2, size).astype(np.int8)
    model = fit_sentiment(data.texts, codes, directions, sentiments, columns=4, groups=data.groups, seed=1)
    parts = sentiment_to_parts(model)
    again = sentiment_from_parts(parts)
    assert sentiment_to_parts(again) == parts
    assert again.scores == model.scores
    fresh = example(50, 7).texts
    given = (fresh, np.zeros(50, np.int64), np.ones(50, np.int8))
    left, right = model.predict(*given), again.predict(*given)
    assert np.array_equal(left.sentiment, right.sentiment)
    assert np.array_equal(left.confidence, right.confidence)
    rewrite(parts, lambda meta: meta.update(fallback=7))
    with pytest.raises(UserError, match="cannot be read"):
        sentiment_from_parts(parts)
