"""Sentiment of mentions: what the text says, what the code and the question add, and when to fall back."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from annotate.jobs import CancelledError
from training.learner.model_file import sentiment_from_parts, sentiment_to_parts
from training.learner.sentiment import SentimentModel, fit_sentiment

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
    # Four tellings of each answer, with a number that only they share.
    unlike = [f"{text} {number}{end}" for end in ("", " 了", " 哦", " 吧") for number, text in enumerate(texts)]
    data: Mentions = (unlike, np.tile(codes, 4), np.tile(directions, 4), np.tile(noise, 4))
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


def two_sided(size: int, seed: int) -> Mentions:
    """Answers that praise one thing and blame the other, one mention a thing."""
    generator = np.random.default_rng(seed)
    texts, codes, sentiments = [], [], []
    for _ in range(size):
        first, second = generator.permutation(2).tolist()
        values = {first: int(generator.choice([-1, 1]))}
        values[second] = -values[first]
        parts = []
        for thing in (first, second):
            word = generator.choice(GOOD[:2] if values[thing] > 0 else BAD[:2])
            parts.append(f"{('空间', '油耗')[thing]}{word}")
        texts += [generator.choice(["，", "。", " ", "但"]).join(parts)] * 2
        codes += [0, 1]
        sentiments += [values[0], values[1]]
    return texts, np.array(codes, np.int64), np.zeros(2 * size, np.int8), np.array(sentiments, np.int8)


def test_each_code_is_judged_by_what_is_said_of_it() -> None:
    model = fitted(two_sided(150, 20), groups=np.repeat(np.arange(150), 2))
    texts, codes, directions, truth = two_sided(100, 21)
    said = model.predict(texts, codes, directions)
    assert (said.sentiment == truth).mean() > 0.95
    assert model.scores.accuracy.value > 0.95


def test_good_and_bad_words_that_no_label_has_are_known() -> None:
    generator = np.random.default_rng(22)
    learnt = {1: "好看 满意 喜欢 舒适 方便 清晰".split(), -1: "失望 粗糙 难看 垃圾 噪音 故障".split()}
    fresh = {1: ["耐用", "热情"], -1: ["伤心", "恶劣"]}
    truth = generator.choice([-1, 1], 200).astype(np.int8)
    texts = [f"{generator.choice(FILLER)}{generator.choice(learnt[int(value)])}" for value in truth]
    level = np.zeros(200, np.int8)
    model = fit_sentiment(texts, level.astype(np.int64), level, truth, columns=1, groups=np.arange(200), seed=1)
    words = [(word, value) for value in (-1, 1) for word in fresh[value]]
    said = model.predict([word for word, _ in words], np.zeros(4, np.int64), np.zeros(4, np.int8))
    assert said.sentiment.tolist() == [value for _, value in words]


def test_mentions_in_random_answers_are_scored_by_themselves() -> None:
    data = mentions(400, 23)
    drawn = np.arange(400) % 3 == 0
    model = fit_sentiment(*data, columns=3, groups=np.arange(400), seed=1, random_rows=drawn)
    own = model.out_of_sample
    assert own is not None
    assert model.scores.random is not None
    assert model.scores.random.base == drawn.sum()
    assert model.scores.random.accuracy.value == pytest.approx((own.sentiment == data[3])[drawn].mean())
    few = fit_sentiment(*data, columns=3, groups=np.arange(400), seed=1, random_rows=np.arange(400) < 99)
    assert few.scores.random is None
    assert few.scores.base == 400


def test_rare_sentiments_are_said_about_as_often_as_macro_f1_wants() -> None:
    generator = np.random.default_rng(240)
    texts, codes, directions, truth = mentions(1500, 24)
    noisy = np.where(generator.random(1500) < 0.35, generator.permutation(truth), truth).astype(np.int8)
    model = fitted((texts, codes, directions, noisy))
    low, value, high = (getattr(model.scores.macro_f1, name) for name in ("low", "value", "high"))
    assert low < value < high
    assert value == pytest.approx(np.mean([one.value for one in model.scores.f1]))
    assert min(one.value for one in model.scores.f1) > 0.3
    assert model.scores.accuracy.value > model.scores.majority


def test_a_prediction_does_not_hang_on_what_stands_beside_it() -> None:
    model = fitted(mentions(300, 25))
    texts, codes, directions, _ = mentions(200, 26)
    together = model.predict(texts, codes, directions)
    for row in range(0, 200, 40):
        alone = model.predict(texts[row : row + 1], codes[row : row + 1], directions[row : row + 1])
        assert alone.sentiment[0] == together.sentiment[row]
        assert float(alone.confidence[0]) == pytest.approx(float(together.confidence[row]), abs=1e-3)


@pytest.mark.parametrize("odd", ["", " ", "。。。", "\U0001f600", "\x1e\x1f", "很好，" * 30_000])
def test_odd_texts_get_an_answer(odd: str) -> None:
    data = mentions(120, 27)
    model = fitted(([*data[0][:-1], odd], *data[1:]))
    said = model.predict([odd, "太差了"], np.array([0, 0]), np.zeros(2, np.int8))
    assert np.isfinite(said.confidence).all()
    assert said.sentiment[1] == -1
    assert model.predict([], np.zeros(0, np.int64), np.zeros(0, np.int8)).sentiment.size == 0


def test_the_channel_counts_where_there_are_several() -> None:
    told = [f"说不清第{row}次" for row in range(120)]
    sentiments = np.where(np.arange(120) % 2, 1, -1).astype(np.int8)
    codes, directions, groups = np.zeros(120, np.int64), np.zeros(120, np.int8), np.arange(120)
    channels = np.where(sentiments == 1, 3, 5).astype(np.int8)
    one = fit_sentiment(told, codes, directions, sentiments, columns=1, groups=groups, seed=1)
    two = fit_sentiment(told, codes, directions, sentiments, columns=1, groups=groups, seed=1, channels=channels)
    assert (one.by_channel, two.by_channel) == (False, True)
    back = sentiment_from_parts(sentiment_to_parts(two))
    fresh = ["说不清"] * 2
    said = back.predict(fresh, codes[:2], directions[:2], channels=np.array([3, 5], np.int8))
    assert said.sentiment.tolist() == [1, -1]
    with pytest.raises(ValueError, match="channel"):
        two.predict(fresh, codes[:2], directions[:2], channels=np.array([3, 99], np.int8))
