"""Words that people see: user words of the lexicon, joined negations, stop words, and previews."""

from __future__ import annotations

import sys

import pytest

from annotate import words
from annotate.answers import Told
from annotate.lexicon import Entry, Kind, Vocabulary

NONE = Vocabulary()
CAR = Vocabulary(
    [
        Entry(Kind.WORD, "给油"),
        Entry(Kind.WORD, "fuel economy"),
        Entry(Kind.SYNONYM, "一窜一窜", "顿挫"),
        Entry(Kind.STOP, "楼主"),
    ]
)


def said(text: str, vocabulary: Vocabulary = NONE) -> list[str]:
    return [word.text for word in words.cut(text, vocabulary)]


def test_taught_terms_are_one_word_and_synonyms_count_as_their_target() -> None:
    assert "给油" not in said("给油后顿挫明显")
    assert said("给油后一窜一窜的", CAR) == ["给油", "后", "顿挫", "的"]
    assert said("Fuel  Economy is bad", CAR) == ["fuel economy", "is", "bad"]


def test_a_taught_term_does_not_tear_the_words_around_it() -> None:
    assert said("给油门的时候", CAR) == ["给", "油门", "的", "时候"]


def test_places_are_those_of_the_text_as_written() -> None:
    text = "頓挫SUV，Ｔ恤；4S店"
    assert [text[one.start : one.end] for one in words.cut(text, NONE)] == ["頓挫", "SUV", "Ｔ恤", "4S店"]
    assert said("Ｔ恤") == ["t恤"]


def test_signs_and_white_space_are_no_words() -> None:
    assert said(" ，。!? 😀 —— ") == []


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("座椅很不舒服", {"座椅", "不舒服"}),
        ("没有声音", {"没有声音"}),
        ("不, 声音大", {"声音"}),
        ("the app is not working", {"app", "not_working"}),
        ("it didn't charge", {"not_charge"}),
        ("my card's limit", {"card", "limit"}),
        ("楼主买了100个", {"买"}),
        ("a b 3.5 100", set()),
    ],
)
def test_themes_leave_out_stop_words_and_join_negations(text: str, themes: set[str]) -> None:
    assert words.cutter(CAR).themes(text) == themes


def test_a_text_counts_once_for_a_word() -> None:
    counts = words.theme_counts(["油耗高，油耗", "油耗低", "内饰"], NONE)
    assert (counts["油耗"], counts["内饰"]) == (2, 1)


def test_negations_are_no_stop_words() -> None:
    assert words.stop_words().isdisjoint({"不", "没", "没有", "别", "无", "not", "no", "never"})
    assert {"的", "我们", "the"} <= words.stop_words()


def test_the_preview_shows_what_teaching_changes() -> None:
    told = [Told(1, "加速一窜一窜的"), Told(2, "内饰不错"), Told(3, "顿挫")]
    teaching = [Entry(Kind.SYNONYM, "一窜一窜", "顿挫")]
    recut = list(words.preview(told, NONE, teaching))
    assert [one.id for one in recut] == [1]
    assert recut[0].after == ("加速", "一窜一窜→顿挫", "的")
    assert "一窜一窜" not in recut[0].before
    assert list(words.preview(told, Vocabulary(teaching), teaching)) == []


def test_without_rjieba_jieba_cuts_and_writes_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)

    def never(*_: object) -> None:
        raise AssertionError("a file in the temporary folder")

    monkeypatch.setattr("tempfile.mkstemp", never)
    slow = words.Cutter(CAR)
    quick = words.cutter(CAR)
    for text in ("给油后一窜一窜的，Ｔ恤", "给油门", "Fuel Economy", "发动机的声音很大，油耗高"):
        assert slow.cut(text) == quick.cut(text)
