"""What a search means: the words it asks for, and where they stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.search_language import Either, Every, Without, Word, hits, parse, quoted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("  　", None),
        ("變速箱", Word("变速箱")),
        ("ＡＰＰ", Word("app")),
        ("顿挫 异响", Every((Word("顿挫"), Word("异响")))),
        ("顿挫　异响", Every((Word("顿挫"), Word("异响")))),
        ("顿挫 AND 异响", Every((Word("顿挫"), Word("异响")))),
        ("油耗 OR 费油", Either((Word("油耗"), Word("费油")))),
        ("油耗 | 费油 NOT 高速", Either((Word("油耗"), Every((Word("费油"), Without(Word("高速"))))))),
        ("(油耗 OR 费油) -高速", Every((Either((Word("油耗"), Word("费油"))), Without(Word("高速"))))),
        ("（油耗 OR 费油） 高速", Every((Either((Word("油耗"), Word("费油"))), Word("高速")))),
        ('"low noise"', Word("low noise")),
        ("“不是 很好”", Word("不是 很好")),
        ('"NOT"', Word("not")),
        ("其他(请注明)", Word("其他(请注明)")),
        ("-1", Word("-1")),
        ("not and or", Every((Word("not"), Word("and"), Word("or")))),
    ],
)
def test_words_and_operators(text: str, wanted: object) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize("text", ["NOT", "OR", "AND", "NOT (", "()", '""', '"', "| |", "((((", "NOT OR", ") ("])
def test_what_is_not_finished_asks_for_nothing(text: str) -> None:
    assert parse(text) is None


def test_an_operator_still_without_its_word_does_not_change_the_search() -> None:
    for unfinished in ("顿挫 OR", "顿挫 NOT", "顿挫 AND", "(顿挫", "顿挫)", '"顿挫', "顿挫 ("):
        assert parse(unfinished) in (Word("顿挫"), Word("顿挫)")), unfinished


@pytest.mark.parametrize(
    ("text", "query", "spans"),
    [
        ("變速箱异响", "变速箱", [(0, 3)]),
        ("😀變速箱😀异响", "变速箱 异响", [(1, 4), (5, 7)]),
        ("顿挫顿挫感", "顿挫 顿挫感", [(0, 5)]),
        ("不顿挫", "NOT 顿挫", []),
        ("snapp APP的app iPhone15 2015", "app", [(6, 9), (10, 13)]),
        ("iPhone15 2015 15寸", "15", [(6, 8), (14, 16)]),
        ("C++和c", "c++", [(0, 3)]),
        ("油耗高", "空间 OR 油耗", [(0, 2)]),
        ("啊啊啊", "啊啊", [(0, 2)]),
        ("", "顿挫", []),
    ],
)
def test_hits_are_places_in_the_text_as_written(text: str, query: str, spans: list[tuple[int, int]]) -> None:
    assert hits(text, query) == spans


@pytest.mark.parametrize("text", ["NOT", "a OR b", "-x", '5" disk', "(好)", "C++ 和 C"])
def test_a_quoted_text_is_searched_as_it_stands(text: str) -> None:
    assert parse(quoted(text)) == Word(text.lower())


@settings(max_examples=300)
@given(st.text(max_size=40), st.text(alphabet='"() -|ab異顿1ANDORT', max_size=30))
def test_any_search_of_any_text_is_answered(text: str, query: str) -> None:
    wanted = parse(query)
    for start, end in hits(text, query):
        assert 0 <= start < end <= len(text)
    assert wanted is None or isinstance(wanted.found(text), bool)
