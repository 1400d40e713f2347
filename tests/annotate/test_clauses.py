"""Where clauses begin and end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate import clauses
from annotate.clauses import split, texts

REPEATABLE = settings(max_examples=200, derandomize=True, database=None, deadline=None)
PIECES = st.sampled_from(
    [*"空间大不但过是可好0１.。，,！!？?-～~ \u3000()（）、/b\u200baAi★é👍\ufe0f①", "www.", "Dr.", "p.m."]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("空间大，油耗低；但是异响大。", ["空间大", "油耗低", "但是异响大"]),
        ("3.5L发动机1,000公里就坏了", ["3.5L发动机1,000公里就坏了"]),
        ("1、空间大 2、油耗低", ["空间大", "油耗低"]),
        ("优点：1.空间大2.油耗低3.好", ["优点", "空间大", "油耗低", "好"]),
        ("(1)空间大(2)油耗低", ["空间大", "油耗低"]),
        ("①空间大②油耗低", ["空间大", "油耗低"]),
        ("1. good 2. bad 3) ugly", ["good", "bad", "ugly"]),
        ("I paid 5. Then left", ["I paid 5", "Then left"]),
        ("gave (5) stars at 10:30.", ["gave (5) stars at 10:30"]),
        ("v2.0. New", ["v2.0", "New"]),
        ("外观、内饰都好", ["外观、内饰都好"]),
        ("油耗高、空间小、异响大", ["油耗高", "空间小", "异响大"]),
        ("再好不过了，不过贵", ["再好不过了", "不过贵"]),
        ("空间大就是但贵", ["空间大就是", "但贵"]),
        ("只不过是不过去", ["只不过是不过去"]),
        ("Great food, but rude staff. Never again!", ["Great food", "but rude staff", "Never again"]),
        ("See Dr. Smith at 5 p.m. today. No. 5 is bad", ["See Dr. Smith at 5 p.m. today", "No. 5 is bad"]),
        ("It said no. It wasn't. Not me", ["It said no", "It wasn't", "Not me"]),
        ("see https://a.com/x?y=1;z! ok", ["see https://a.com/x?y=1;z", "ok"]),
        ("good...but slow", ["good", "but slow"]),
        ("好...贵", ["好", "贵"]),
        ("service - slow — bad 3 - 5 days", ["service", "slow", "bad 3 - 5 days"]),
        ("空间大 油耗低\n好", ["空间大", "油耗低", "好"]),
        ("很好👍服务也不错👌🏻", ["很好👍", "服务也不错👌🏻"]),
        ("好，👍，贵", ["好，👍", "贵"]),
        ("我❤️这车", ["我❤️这车"]),
        ("👍👍👍", ["👍👍👍"]),
        ("+++", ["+++"]),
        ("……。。", []),
        ("", []),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    assert texts(text) == parts


@given(TEXTS)
@REPEATABLE
def test_clauses_lie_in_order_and_keep_every_letter(text: str) -> None:
    found = split(text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    kept = "".join(text[start:end] for start, end in found)
    assert [c for c in kept if "一" <= c <= "鿿"] == [c for c in text if "一" <= c <= "鿿"]


@pytest.mark.parametrize(
    "piece", [" ", ".", "(", "空(", "但", "、", "，", "1、", "1.", "12", "👍", "空 ", "空.", "p.", "@a", "(1"]
)
def test_long_hostile_texts_end(piece: str) -> None:
    text = "空(a " + piece * (300_000 // len(piece))
    assert len(split(text)) <= len(text)


def test_what_is_not_the_customers_is_cut_out_of_the_clauses() -> None:
    text = "[客服]您好，请讲。[客户]哎，动力一般，空间大"
    agent = (0, text.index("[客户]"))
    mark = (agent[1], agent[1] + 4)
    found = clauses.without(text, clauses.split(text), [agent, mark])
    assert [text[start:stop] for start, stop in found] == ["哎", "动力一般", "空间大"]
    assert clauses.without(text, clauses.split(text), []) == clauses.split(text)
    assert clauses.without(text, clauses.split(text), [(0, len(text))]) == []
