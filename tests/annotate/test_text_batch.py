"""Folding many texts at once gives what folding one by one gives, to the letter."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate import text_batch
from annotate.text import fold
from annotate.text_batch import fold_many

REPEATABLE = settings(max_examples=400, derandomize=True, database=None, deadline=None)
LETTERS = (
    "空間大不好看哈1０.。，.,!！?？-～~ \u3000\n\t()（）<>/b\u200b\ue000ａAiIxX★é“"
    "\ufe0f\U0001f44d\U000f0000Ⅲ\u212aﬁ\ud800"
    "\0\u1100\u1161\u11a8\u0301\u0308\u0344\u0958\U0001d15e\U00010400\U00020000\u1fed\u2126々\x1e🌟"
)
PIECES = st.sampled_from(
    [*LETTERS, *"產(chǎn) 们(men) 空( 空(a 好（hǎo） <br> </b> III ... 。。。 000".split(), "e\u0301"]
)
TEXT = st.lists(PIECES, max_size=15).map("".join) | st.text(max_size=20)


@given(st.lists(TEXT, max_size=12))
@example([])
@example([""])
@example(["", "", "", ""])
@example(["a\0b", "c", "\0", ""])
@example(["  好", "好  ", "", "-5", ".5", "，，好"])
@REPEATABLE
def test_every_text_folds_as_it_does_alone(texts: list[str]) -> None:
    assert fold_many(texts) == [fold(one) for one in texts]


@given(st.lists(TEXT, min_size=1, max_size=30), st.integers(1, 40))
@REPEATABLE
def test_batches_have_no_seam(texts: list[str], characters: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_batch, "_BATCH_CHARACTERS", characters)
        assert fold_many(texts) == [fold(one) for one in texts]


def test_every_character_between_two_han_and_after_each_kind_of_edge() -> None:
    points = [*range(0x3000), *range(0x3000, 0xD800, 7), *range(0xD800, 0x10000), *range(0x1F000, 0x1FA00)]
    texts = [f"空{chr(point)}大" for point in points] + [f"{chr(point)}a{chr(point)}" for point in points]
    assert fold_many(texts) == [fold(one) for one in texts]


@pytest.mark.parametrize("piece", [" ", ".", "(", "空(", "<a ", "哈", "\u200b", "e\u0301", "\0"])
def test_one_endless_text_among_short_ones(piece: str) -> None:
    texts = ["空间大", piece * 100_000, "省油。"]
    assert fold_many(texts) == [fold(one) for one in texts]
