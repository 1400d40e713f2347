"""The vectorised n-grams against a plain Python reading of the same rules."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from training.learner import features
from training.learner.features import count, fit_features
from training.learner.ngrams import BUCKETS

Gram = tuple[str, ...]
HAN = "空间大小省油的慢快车门"
TEXT = st.text(st.sampled_from(HAN + "abcXY12 ，。!-\x1e\n😀𠮷é한が"), max_size=40)


def kind(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff" or character in "한が" or ord(character) > 0xFFFF:
        return "han"
    if character.isalpha():
        return "letter"
    return "digit" if character.isalnum() else "break"


def grams(text: str) -> Counter[Gram]:
    text = text.lower()
    found: Counter[Gram] = Counter()
    kinds = [kind(character) for character in text]
    for place, character in enumerate(text):
        if kinds[place] == "han":
            found["han", character] += 1
            if place + 1 < len(text) and kinds[place + 1] == "han":
                found["han", text[place : place + 2]] += 1
    word, before = "", ""
    for character, its in zip([*text, " "], [*kinds, "break"], strict=True):
        if its in ("letter", "digit"):
            word += character
            continue
        if word:
            found["word", word] += 1
            if before:
                found["word", before, word] += 1
            before, word = word, ""
        if its == "han":
            before = ""
    framed = "\0" + "".join(c if k == "letter" else "\0" for c, k in zip(text, kinds, strict=True)) + "\0"
    for size in (3, 4):
        for place in range(len(framed) - size + 1):
            piece = framed[place : place + size]
            if "\0" not in piece[1:-1] and len(piece.strip("\0")) >= 2:
                found["letters", piece] += 1
    return found


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6))
@example(["ab ab cd", "", "AB", "a", "空间大 2.0T 省油", "\x1e", "a\x1eb"])
def test_counts_are_those_of_the_plain_rules(texts: list[str]) -> None:
    rows = count(texts)
    for row, text in enumerate(texts):
        expected = grams(text)
        # Buckets are hashes: compare how often each occurs, allowing for the rare collision of two grams.
        got = rows.data[rows.indptr[row] : rows.indptr[row + 1]]
        assert got.sum() == expected.total()
        assert len(expected) - 1 <= got.size <= len(expected)


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=8))
def test_a_row_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = count(texts)
    for row, text in enumerate(texts):
        alone = count([text])
        part = slice(together.indptr[row], together.indptr[row + 1])
        assert np.array_equal(together.indices[part], alone.indices)
        assert np.array_equal(together.data[part], alone.data)


def test_many_rows_are_cut_into_chunks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"车{number} 很好 good{number % 7}" for number in range(50)]
    whole = count(texts)
    monkeypatch.setattr(features, "CHUNK_ROWS", 7)
    monkeypatch.setattr(features, "_CHUNK_CHARACTERS", 60)
    cut = count(texts)
    assert (whole != cut).nnz == 0


@pytest.mark.parametrize(("left", "right"), [("ＡＢＣ１２", "abc12"), ("Good CAR", "good car")])
def test_width_and_case_do_not_matter(left: str, right: str) -> None:
    assert np.array_equal(count([left]).indices, count([right]).indices)


@pytest.mark.parametrize(("left", "right"), [("空间大", "大空间"), ("ab", "ba"), ("a b", "b a"), ("不大", "大不")])
def test_order_matters(left: str, right: str) -> None:
    assert not np.array_equal(count([left]).indices, count([right]).indices)


def test_buckets_stay_the_same_over_versions_and_machines() -> None:
    # A stored model depends on these numbers: a change needs a new FEATURE_VERSION.
    assert features.FEATURE_VERSION == 3
    rows = count(["空间大 2.0T Good"])
    assert int(rows.indices.astype(np.int64).sum()) == 6957890


def test_nothing_and_lone_surrogates_are_texts_too() -> None:
    assert count([]).shape == (0, BUCKETS)
    assert count(["", " ，"]).nnz == 0
    assert count(["\ud800车"]).nnz == 1


def test_longer_rows_are_longer_and_unknown_text_is_empty() -> None:
    texts = ["空间大", "空间小", "油耗高", ""]
    rows = count(texts)
    space = fit_features(rows)
    own = space.transform(texts)
    squares = np.asarray(own.multiply(own).sum(axis=1)).ravel()
    assert squares[:3].mean() == pytest.approx(1, abs=1e-6)  # of the texts that have a length
    weighed = space.transform(["空间", "空间大，空间小", "qqq"])
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    assert lengths[0] < lengths[1] < 2 * lengths[0]
    assert weighed[[2]].nnz == 0
    assert (space.weigh(rows) != space.transform(["空间大", "空间小", "油耗高", ""])).nnz == 0


def test_minimum_and_limit_choose_the_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = count(["空间大", "空间小", "空间高"])
    assert fit_features(rows, minimum=2).width == 3  # 空, 间, 空间
    monkeypatch.setattr(features, "MAX_VOCABULARY", 3)
    assert fit_features(rows).vocabulary.tolist() == fit_features(rows, minimum=2).vocabulary.tolist()
    assert (fit_features(rows).idf < np.sqrt(1 + np.log(4 / 3))).all()
