"""Clauses, what they say of which code, and the good and bad words in them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training.learner import mention_rows, polarity
from training.learner.features import count, fit_features
from training.learner.mention_rows import clauses_of, cut, fit_evidence
from training.learner.ngrams import BUCKETS

TEXTS = ["空间很大，油耗太高", "油耗很低。空间太小", "油耗高", "空间大 座椅硬", "座椅很硬但空间大", "座椅好"]
CODES = {"空间": 0, "油耗": 1, "座椅": 2}


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("空间大,油耗低。不错", ["空间大", "油耗低", "不错"]),
        ("贵但好看", ["贵", "但好看"]),
        ("油耗7.5l.不错", ["油耗7.5l", "不错"]),
        ("good phone but slow", ["good phone", " but slow"]),
        ("空间大 油耗低", ["空间大", "油耗低"]),
        ("very good", ["very good"]),
        ("。。", ["。。"]),
        ("", [""]),
    ],
)
def test_texts_are_cut_at_marks_and_turns(text: str, clauses: list[str]) -> None:
    assert cut([text]) == [clauses]
    assert cut(["前", text, "后"]) == [["前"], clauses, ["后"]]


def test_no_texts_have_no_clauses() -> None:
    assert cut([]) == []


def test_signs_that_part_texts_inside_a_text_do_not_shift_the_others() -> None:
    assert cut(["a\x1eb", "c\x1fd"]) == [["a b"], ["c d"]]


def mentions() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    said = [(place, code) for place, text in enumerate(TEXTS) for word, code in CODES.items() if word in text]
    return np.array([place for place, _ in said], np.int64), np.array([code for _, code in said], np.int64)


@pytest.mark.parametrize("dense", [0, 1 << 30])
def test_the_clause_that_names_a_code_weighs_most(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mention_rows, "_DENSE_VALUES", dense)
    features = fit_features(count(TEXTS))
    clauses = clauses_of(TEXTS, features)
    places, codes = mentions()
    rows = mention_rows.mention_rows(clauses, fit_evidence(clauses, places, codes, 3), places, codes)
    near = rows.near.toarray()
    assert np.linalg.norm(near, axis=1) == pytest.approx(1, abs=1e-5)
    for row in (0, 1, 2, 3):  # both codes of the first two texts
        own = next(word for word, code in CODES.items() if code == codes[row])
        inside = next(clause for clause in cut(TEXTS)[places[row]] if own in clause)
        other = next(clause for clause in cut(TEXTS)[places[row]] if own not in clause)
        likeness = [float((features.transform([one]) @ near[row])[0]) for one in (inside, other)]
        assert likeness[0] > likeness[1]
    assert np.linalg.norm(rows.whole.toarray(), axis=1) == pytest.approx(mention_rows.WHOLE, abs=1e-5)


def test_evidence_is_told_exactly_by_sixteen_bits() -> None:
    clauses = clauses_of(TEXTS, fit_features(count(TEXTS)))
    evidence = fit_evidence(clauses, *mentions(), 3)
    assert np.array_equal(evidence, evidence.astype(np.float16).astype(np.float32))
    assert np.isfinite(evidence).all()


def test_a_code_that_nobody_mentions_has_finite_evidence() -> None:
    clauses = clauses_of(TEXTS, fit_features(count(TEXTS)))
    assert np.isfinite(fit_evidence(clauses, *mentions(), 7)).all()


def marks_of(text: str) -> int:
    sides = polarity.table()[count([text]).indices]
    return int(np.bitwise_or.reduce(sides)) if sides.size else 0


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("满意", polarity.GOOD),
        ("失望", polarity.BAD),
        ("划算", polarity.GOOD),
        ("异响", polarity.BAD),
        ("差", polarity.BAD),
        ("good", polarity.GOOD),
        ("terrible", polarity.BAD),
        ("不", polarity.TURNS),
        ("don't", polarity.TURNS),
        ("not", polarity.TURNS),
        ("车", 0),
        ("table", 0),
    ],
)
def test_words_are_known_by_their_side(text: str, side: int) -> None:
    assert marks_of(text) == side


def test_the_words_take_up_a_small_part_of_the_buckets() -> None:
    table = polarity.table()
    assert table.shape == (BUCKETS,)
    assert 7_000 < int((table > 0).sum()) < BUCKETS // 100


def test_a_turned_word_is_counted_apart() -> None:
    clauses = clauses_of(["不满意", "满意", "满意，不来"], fit_features(count(TEXTS)))
    assert clauses.marks[:, 0].tolist()[1:3] == [1, 1]
    assert clauses.marks[0, 0] == 0
    assert clauses.marks[0, 2] == 1
