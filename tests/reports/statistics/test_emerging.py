"""Emerging themes: planted ones come out with their words, shapeless texts have none, the same twice."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from annotate.lexicon import Vocabulary
from annotate.words import cutter
from reports.statistics.emerging import Emerging, Theme, chance, emerging, label_words
from reports.statistics.limits import Lack, TooFew
from reports.statistics.text_vectors import text_vectors

PLANTED = (
    ["充电桩", "充电", "快充", "排队", "车位"],
    ["座椅", "腰靠", "头枕", "坐垫", "加热"],
    ["导航", "黑屏", "卡顿", "车机", "语音"],
)
REST = (
    "朋友 上周 买车 家里 感觉 说实话 孩子 颜色 高速 周末 天气 公司 老婆 "
    "价格 店里 时间 东西 电话 生活 城市 音乐 工作 早上 晚上 故事"
).split()


def words(text: str) -> set[str]:
    return cutter(Vocabulary()).themes(text)


def texts(n: int, seed: int) -> tuple[list[str], list[int]]:
    """Return n texts, two thirds of them about a planted theme, and which (−1 none)."""
    luck = random.Random(seed)
    found, about = [], []
    for _ in range(n):
        theme = luck.choice([0, 1, 2, -1])
        said = luck.sample(REST, 2 if theme >= 0 else 4) + (luck.sample(PLANTED[theme], 3) if theme >= 0 else [])
        luck.shuffle(said)
        found.append("，".join(said))
        about.append(theme)
    return found, about


def shapeless(n: int, seed: int) -> list[str]:
    generator = np.random.default_rng(seed)
    chance = 1 / np.arange(1, 1001) ** 0.9
    return [
        " ".join(f"word{place}x" for place in row) for row in generator.choice(1000, (n, 8), p=chance / chance.sum())
    ]


@pytest.fixture(scope="module")
def found() -> Emerging:
    given, _ = texts(500, 3)
    told = emerging(given, words)
    assert isinstance(told, Emerging)
    return told


def test_planted_themes_come_out_with_their_words(found: Emerging) -> None:
    _, about = texts(500, 3)
    for theme, own in enumerate(PLANTED):
        inside = {row for row, one in enumerate(about) if one == theme}
        best = max(found.themes, key=lambda one: len(inside & set(one.rows)))
        assert len(inside & set(best.rows)) / len(best.rows) > 0.9
        assert set(best.words[:2]) <= {part for word in own for part in (word, *words(word))}
        assert all(about[row] == theme for row in best.examples)
    assert all(one.stability >= 0.6 and len(one.rows) >= 15 for one in found.themes)
    assert [len(one.rows) for one in found.themes] == sorted((len(one.rows) for one in found.themes), reverse=True)
    assert found.clusters == found.unstable + len(found.themes)


def test_a_row_is_in_one_theme(found: Emerging) -> None:
    rows = [row for one in found.themes for row in one.rows]
    assert len(set(rows)) == len(rows)
    assert isinstance(found.themes[0], Theme)


def test_shapeless_texts_have_no_themes() -> None:
    told = emerging(shapeless(300, 1), words)
    assert isinstance(told, Emerging)
    assert told.themes == ()


def test_the_same_twice() -> None:
    given, _ = texts(220, 5)
    assert emerging(given, words, seed=2) == emerging(given, words, seed=2)


def test_too_few_texts_and_texts_without_words() -> None:
    given, _ = texts(199, 1)
    assert emerging(given, words) == TooFew(Lack.OTHER, 199, 200)
    assert emerging(["！！！"] * 300, words) == TooFew(Lack.OTHER, 0, 200)
    assert emerging([*given, *["？"] * 100], words) == TooFew(Lack.OTHER, 199, 200)


def test_texts_of_one_word_do_not_break_it() -> None:
    told = emerging(["座椅"] * 300, words)
    assert isinstance(told, Emerging)
    assert told.themes == ()  # one theme of all is none


def test_labels_are_words_of_few_clusters() -> None:
    """tf·ln(1 + A/f): "common" is as frequent as "own" in the first cluster, but in all of them."""
    counts = [Counter(own=10, common=10, rare=2), Counter(other=10, common=10), Counter(common=30)]
    assert label_words(counts) == [("own", "common"), ("other", "common"), ("common",)]
    assert label_words([Counter()]) == [()]


def test_like_texts_are_near_and_rows_have_length_one() -> None:
    given, about = texts(300, 9)
    points = text_vectors(given, words)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0)
    first, second, other = (np.flatnonzero(np.array(about) == theme) for theme in (0, 0, 1))
    assert (points[first] @ points[second].T).mean() > (points[first] @ points[other].T).mean() + 0.3
    assert text_vectors(["一", "二"], words).tolist() == [[0.0], [0.0]]
    assert text_vectors([], words).shape == (0, 1)


def test_planted_themes_are_no_chance_and_frequent_words_are(found: Emerging) -> None:
    given, _ = texts(500, 3)
    assert chance(given, words, found) == (1 / 20,) * len(found.themes)
    common = np.random.default_rng(2)
    weights = 1 / np.arange(1, 101) ** 1.1
    loose = [" ".join(f"w{n}" for n in row) for row in common.choice(100, (400, 5), p=weights / weights.sum())]
    told = emerging(loose, lambda text: set(text.split()))
    assert isinstance(told, Emerging)
    assert told.themes  # stable, and yet nothing but frequent words
    assert min(chance(loose, lambda text: set(text.split()), told)) > 0.05


def test_texts_that_are_all_the_same_are_points_without_a_warning() -> None:
    points = text_vectors(["一样 的 话 " + " ".join(f"词{n}" for n in range(40))] * 60, words)
    assert np.isfinite(points).all()
    assert np.allclose(points, points[0])
