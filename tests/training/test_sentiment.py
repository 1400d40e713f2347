"""Sentiment of mentions: what the text says, what the code and the question add, and when to fall back."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from annotate.jobs import CancelledError
from training.sentiment import SentimentModel, fit_sentiment

GOOD = ["很满意", "真不错", "love it", "好评"]
BAD = ["太差了", "失望", "hate it", "投诉"]
EVEN = ["一般般", "还行", "so so", "普通"]
FILLER = ["这车", "上个月买的", "in may", "朋友推荐", "总之"]
Mentions = tuple[list[str], NDArray[np.int64], NDArray[np.int8], NDArray[np.int8]]


def mentions(size: int, seed: int) -> Mentions:
    generator = np.random.default_rng(seed)
    sentiments = generator.choice([-1, 0, 1], size, p=[0.25, 0.1, 0.65]).astype(np.int8)
    words = {-1: BAD, 0: EVEN, 1: GOOD}
    texts = [f"{generator.choice(FILLER)}，{generator.choice(words[int(value)])}" for value in sentiments]
    return texts, generator.integers(0, 3, size), np.zeros(size, np.int8), sentiments


def fitted(data: Mentions, seed: int = 1, groups: NDArray[np.int64] | None = None) -> SentimentModel:
    groups = np.arange(len(data[0])) if groups is None else groups
    return fit_sentiment(*data, columns=3, groups=groups, seed=seed)


def test_it_learns_from_the_words() -> None:
    model = fitted(mentions(300, 1))
    texts, codes, directions, truth = mentions(300, 2)
    said = model.predict(texts, codes, directions)
    assert said.sentiment.dtype == np.int8
    assert (said.sentiment == truth).mean() > 0.95
    assert model.scores.learned
    assert model.scores.accuracy.value == pytest.approx((said.sentiment == truth).mean(), abs=0.04)
    assert sum(model.scores.support) == model.scores.base == 300
    assert ((said.confidence > 0) & (said.confidence < 1)).all()


def test_the_same_words_under_another_question_mean_the_opposite() -> None:
    generator = np.random.default_rng(3)
    directions = generator.choice([-1, 1], 300).astype(np.int8)
    data = (["没有"] * 300, np.zeros(300, np.int64), directions, (-directions).astype(np.int8))
    model = fitted(data)
    assert model.directed
    said = model.predict(["没有", "没有"], np.array([0, 0]), np.array([-1, 1], np.int8))
    assert said.sentiment.tolist() == [1, -1]
    assert model.scores.accuracy.value > 0.98


def test_the_same_words_about_another_code_mean_the_opposite() -> None:
    # 高 is bad of fuel use and good of seats.
    generator = np.random.default_rng(4)
    codes = generator.integers(0, 2, 300)
    texts = [f"{generator.choice(FILLER)} {generator.choice(['很高', '偏高', '高'])}" for _ in range(300)]
    model = fitted((texts, codes, np.zeros(300, np.int8), np.where(codes == 0, -1, 1).astype(np.int8)))
    assert not model.directed
    said = model.predict(["很高", "很高"], np.array([0, 1]), np.zeros(2, np.int8))
    assert said.sentiment.tolist() == [-1, 1]


def test_confidence_is_honest_where_the_words_tell_little() -> None:
    generator = np.random.default_rng(5)

    def noisy(seed: int) -> Mentions:
        texts, codes, directions, truth = mentions(1200, seed)
        wrong = generator.random(1200) < 0.3
        return texts, codes, directions, np.where(wrong, generator.choice([-1, 0, 1], 1200), truth).astype(np.int8)

    model = fitted(noisy(6))
    texts, codes, directions, truth = noisy(7)
    said = model.predict(texts, codes, directions)
    assert float(said.confidence.mean()) == pytest.approx(float((said.sentiment == truth).mean()), abs=0.05)
    assert model.scores.accuracy.value == pytest.approx(float((said.sentiment == truth).mean()), abs=0.05)


def test_mentions_of_one_group_are_left_out_together() -> None:
    texts, codes, directions, _ = mentions(100, 8)
    noise = np.random.default_rng(9).choice([-1, 1], 100).astype(np.int8)
    unlike = [f"{text} {number}" for number, text in enumerate(texts)]
    data: Mentions = (unlike * 4, np.tile(codes, 4), np.tile(directions, 4), np.tile(noise, 4))
    assert fitted(data).scores.accuracy.value > 0.9
    assert fitted(data, groups=np.tile(np.arange(100), 4)).scores.accuracy.value < 0.65


@pytest.mark.parametrize("size", [0, 1, 49])
def test_few_labels_fall_back_to_the_commonest(size: int) -> None:
    data = mentions(size, 10)
    model = fitted(data)
    said = model.predict(*mentions(20, 11)[:3])
    assert not model.scores.learned
    counts = [int((data[3] == value).sum()) for value in (-1, 0, 1)]
    assert (said.sentiment == (int(np.argmax(counts)) - 1 if size else 0)).all()
    assert (said.confidence <= (max(counts) / size if size else 0)).all()


def test_one_sentiment_only_falls_back_and_stays_unsure() -> None:
    texts, codes, directions, _ = mentions(80, 12)
    model = fitted((texts, codes, directions, np.full(80, -1, np.int8)))
    said = model.predict(texts, codes, directions)
    assert (said.sentiment == -1).all()
    assert 0.9 < float(said.confidence.max()) < 1


def test_a_class_with_few_labels_is_never_said() -> None:
    texts, codes, directions, truth = mentions(200, 13)
    truth = np.where(truth == 0, 1, truth).astype(np.int8)
    truth[:3] = 0
    said = fitted((texts, codes, directions, truth)).predict(texts, codes, directions)
    assert set(said.sentiment.tolist()) == {-1, 1}


def test_same_seed_same_model_and_progress_can_stop() -> None:
    data = mentions(120, 14)
    assert np.array_equal(fitted(data).weights, fitted(data).weights)

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        fit_sentiment(*data, columns=3, groups=np.arange(120), seed=1, progress=stop)


def test_inputs_must_fit_together() -> None:
    texts, codes, directions, truth = mentions(60, 15)
    for wrong in (
        (texts[:-1], codes, directions, truth),
        (texts, codes + 5, directions, truth),
        (texts, codes, directions + np.int8(2), truth),
        (texts, codes, directions, truth + np.int8(2)),
    ):
        with pytest.raises(ValueError, match=r"fit together|out of range|sentiment"):
            fitted(wrong)
