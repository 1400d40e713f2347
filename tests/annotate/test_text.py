"""What folds alike and what must not, and the hashes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.text import FoldCounts, fold, fold_counts, fold_hash, text_hash

REPEATABLE = settings(max_examples=200, derandomize=True, database=None, deadline=None)
LETTERS = (
    "空間大不好看哈1０.。，,!！?？-～~ \u3000()（）<>/b\u200b\ue000ａAiIxX★é“\ufe0f\U0001f44d\U000f0000Ⅲ\u212aﬁ\ud800\0"
)
PIECES = st.sampled_from([*LETTERS, "產(chǎn)", "<br>", "</b>", "<b>", "III", "们(men)", "e\u0301", "''"])
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("空间大", "空间大。"),
        ("空间大", " 空间大！！ "),
        ("空间大", "空間大"),
        ("哈哈哈哈好", "哈哈哈哈哈哈好"),
        ("SUV空间大", "ｓｕｖ空间大"),
        ("产品好", "產(chǎn)品好"),
        ("没有", "沒（méi）有"),
        ("他们好", "他們(men)好"),
        ("好看", "<b>好</b>看"),
        ("好 看", "好<br/>看"),
        ("好看", "好\u200b\u202e看\ue123"),
        ("don't buy", "Don’t buy..."),
        ("三代II", "三代Ⅱ"),
        ("sooo good", "SOOOOOO good"),
        ("é", "e\u0301"),
        ("空间大?!", "空间大？"),
        ("", "。。。"),
    ],
)
def test_the_same_answer(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold_hash(one) == fold_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("空间大", "空间不大"),
        ("空间大", "空间大？"),
        ("看", "看看"),
        ("1000元", "10000元"),
        ("1000元", "100000元"),
        ("５", "5.5"),
        ("-5", "5"),
        (".5", "5"),
        ("5²", "52"),
        ("½", "1/2"),
        ("II代", "III代"),
        ("XXL", "XXXL"),
        ("AA", "AAA"),
        ("★★★", "★★★★★"),
        ("三三三", "三三"),
        ("+++", "++"),
        ("油耗(L)", "油耗"),
        ("越野(suv)", "越野"),
        ("咖啡(café)", "咖啡"),
        ("<3", ""),
        ("a<b and c>d", "ad"),
        ("“好”", "好"),
        (":)", ":("),
        ("没买", "没 卖"),
    ],
)
def test_different_answers(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert fold_hash(one) != fold_hash(other)


@given(TEXTS)
@REPEATABLE
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold_hash(once) == fold_hash(text) == fold_hash(once, folded=True)


@given(TEXTS)
@REPEATABLE
def test_folded_text_is_clean(text: str) -> None:
    once = fold(text)
    assert once == once.strip()
    assert "  " not in once
    assert not any(unicodedata.category(character) in ("Cf", "Cc", "Co", "Cs") for character in once)
    once.encode()


@given(
    st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from(["油耗{}升", "{}", "{}分。", "（{}）"])
)
def test_numbers_never_merge(one: int, other: int, pattern: str) -> None:
    assert (fold(pattern.format(one)) == fold(pattern.format(other))) == (one == other)


@REPEATABLE
@given(st.text(alphabet="空间大油耗低好差车", min_size=1, max_size=8), st.sampled_from("不没别未无非"))
def test_a_negation_never_disappears(text: str, negation: str) -> None:
    for place in range(len(text) + 1):
        assert negation in fold(text[:place] + negation + text[place:])


def test_counts_what_is_dropped() -> None:
    assert fold_counts("產(chǎn)品<b>好</b>\u200b\ufeff\ue000（油耗(L)）") == FoldCounts(1, 2, 2, 1)
    assert fold_counts("空间大，油耗低 (suv)") == FoldCounts()
    assert fold_counts("他們（men）沒(méi)") == FoldCounts(glosses=2)


def test_hashes_are_of_fixed_size_and_value() -> None:
    assert len(text_hash("空间大")) == 16
    assert text_hash("空间大") != text_hash("空间大。")
    assert text_hash("\ud800") != text_hash("\ud801")
    assert -(2**63) <= fold_hash("空间大") < 2**63
    # A stored hash must stay valid on other machines and in later releases.
    assert fold_hash("空间大") == -2619379408429835310


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        ".",
        "(",
        "空(",
        "空( ",
        "<a ",
        "<a =",
        "=",
        "但",
        "、",
        "，",
        "1、",
        "x",
        "1,",
        "\u200b",
        "空 ",
        "空.",
        "e\u0301",
    ],
)
def test_long_hostile_texts_end(piece: str) -> None:
    text = "空(<a " + piece * (300_000 // len(piece))
    assert fold(fold(text)) == fold(text)
    assert fold_counts(text).tags == 0


@pytest.mark.parametrize("depth", [1, 7, 8, 9, 30_000])
def test_tags_within_tags_end(depth: int) -> None:
    text = "好" + "<b" * depth + ">" * depth + "看"
    assert fold(fold(text)) == fold(text)
    assert fold(text).startswith("好")
