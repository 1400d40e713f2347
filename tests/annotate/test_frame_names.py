"""Names of codes: what is like a name that is being typed, and what only looks like it."""

from __future__ import annotations

import pytest
from opposites import pairs

from annotate.frame_codes import Code, Role
from annotate.frame_names import Names, Why
from annotate.lexicon import Entry, Kind, Vocabulary


def code(id: int, label: str, english: str = "", *, retired: bool = False) -> Code:
    return Code(
        id, None, False, str(300 + id), label, english, Role.THEME, "", "", "", "", "", "", retired=retired,
        held_from=1, meaning_from=1, path=(label,), depth=0, sort=id,
    )  # fmt: skip


KNOWN = Vocabulary([Entry(Kind.SYNONYM, "一窜一窜", "顿挫"), Entry(Kind.SYNONYM, "闯动", "顿挫")])


@pytest.mark.parametrize(
    ("there", "typed", "why"),
    [
        ("顿挫", "顿挫", Why.SAME),
        ("座椅 舒适", "座椅（舒适）", Why.SAME),
        ("換擋頓挫", "换挡顿挫", Why.SAME),
        ("Fuel economy", "fuel-economy", Why.SAME),
        ("低速顿挫", "低速闯动", Why.SYNONYM),
        ("顿挫", "一窜一窜", Why.SYNONYM),
        ("换挡顿挫", "换档顿错", Why.SOUND),
        ("低速顿挫", "低速的顿挫", Why.NEAR),
        ("低速顿挫", "顿挫", Why.NEAR),
        ("座椅舒适", "座椅舒适性", Why.NEAR),
        ("Seat comfort", "Seats comfort", Why.NEAR),
    ],
)
def test_names_that_say_the_same(there: str, typed: str, why: Why) -> None:
    found = Names([code(1, "油耗"), code(2, there)], KNOWN).like(typed)
    assert [(one.code.id, one.why) for one in found] == [(2, why)]


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("空间大", "空间小"),
        ("空间大", "空间不大"),
        ("前排空间", "后排空间"),
        ("顿挫", "异响"),
        ("顿挫", "顿"),
        ("油耗高", "油耗低"),
    ],
)
def test_names_that_only_look_alike(there: str, typed: str) -> None:
    assert Names([code(1, there)], KNOWN).like(typed) == []


def test_no_opposite_is_offered_as_the_same_name() -> None:
    wrong = set()
    for one, other in pairs():
        found = Names([code(1, one)], KNOWN).like(other)
        if found and found[0].why < Why.NEAR:
            wrong.add(frozenset((one, other)))
    # They differ in a stop alone, and a name has none, or sound the same.
    only = (
        ("不，好", "不好"),
        ("没有，好", "没有好"),
        ("no, good", "no good"),
        ("油耗8.5", "油耗85"),
        ("难得好", "难的好"),
    )
    assert wrong <= {frozenset(pair) for pair in only}


def test_english_names_count_retired_codes_do_not_and_few_are_told() -> None:
    names = Names(
        [code(1, "空间", "Roomy interior"), code(2, "内部", "Roomy interiors", retired=True),
         *(code(n, f"顿挫感{sign}") for n, sign in enumerate("甲乙丙丁", 3))],
        Vocabulary(),
    )  # fmt: skip
    assert [one.code.id for one in names.like("roomy interior")] == [1]
    assert len(names.like("顿挫感")) == 3
