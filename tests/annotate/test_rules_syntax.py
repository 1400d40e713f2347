"""What a rule means, how it is written and stored, and that no rule makes an answer long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import AskedWronglyError
from annotate.rules_syntax import (
    AllOf,
    AnyOf,
    Expression,
    Near,
    Not,
    Term,
    checked,
    from_json,
    parse,
    places,
    to_json,
    written,
)
from annotate.rules_syntax import test_of as holds_of
from annotate.text import fold


def holds(rule: str, answer: str) -> bool:
    return holds_of(parse(rule))(fold(answer))


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ("顿挫", Term("顿挫")),
        ("a b", AllOf((Term("a"), Term("b")))),
        ("a AND b or c", AnyOf((AllOf((Term("a"), Term("b"))), Term("c")))),
        ("（空间 近/5 大）且 非 小", AllOf((Near(Term("空间"), Term("大"), 5), Not(Term("小"))))),
        ("a NEAR b NEAR/4 (c|d)", Near(Near(Term("a"), Term("b"), 10), AnyOf((Term("c"), Term("d"))), 4)),
        ("“Fuel  Economy” CHARG*", AllOf((Term("fuel economy"), Term("charg", True)))),
        ("空間", Term("空间")),
        ('"or" oriental', AllOf((Term("or"), Term("oriental")))),
    ],
)
def test_reads(rule: str, read: Expression) -> None:
    assert parse(rule) == read


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "empty"), ("()", "from here on"), ("(a", "breaks off"), ("a OR", "breaks off"), ("a )", "from here on"),
        ("NOT a", "must not be there"), ("a OR NOT b", "must not be there"), ("a NEAR (b c)", "Beside NEAR"),
        ("a NEAR NOT b", "from here on"), ("a NEAR/999 b", "spans at most"), ('""', "no word"), ("OR", "from here on"),
        ("a" * 1001, "1000 characters"), ("(" * 30 + "a" + ")" * 30, "nested"), ("!" * 900 + "a", "nested"),
        ("NOT " * 200 + "a", "nested"), (" ".join(["a"] * 101), "100 words"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(rule: str, said: str) -> None:
    with pytest.raises(AskedWronglyError) as raised:
        parse(rule)
    assert raised.value.id == "bad-rule"
    assert said in raised.value.sentence().replace(",", "")


@pytest.mark.parametrize(
    ("rule", "answer", "expected"),
    [
        ("空间", "後排空間大", True),
        ("空间 大 NOT 不大", "空间不大", False),
        ("空间 大 NOT 不大", "空间很大", True),
        ("空间 NEAR/3 大", "空间真的很大", True),
        ("空间 NEAR/3 大", "空间真的是很大", False),
        ("大 NEAR/3 空间", "空间很大", True),
        ("大 NEAR/3 大", "空间大", False),
        ("大 NEAR/3 大", "大空间大", True),
        ("空间 NEAR/2 (大 OR 宽)", "空间够宽", True),
        ("空间 NEAR/2 大 NEAR/2 前排", "前排空间够大", True),
        ("app", "apple pie", False),
        ("app*", "apple pie", True),
        ("app", "the APP!", True),
        ("cvt", "换了cvt之后", True),
        ("fuel NEAR/1 bad", "Fuel economy bad", True),
        ("fuel NEAR/0 bad", "fuel economy bad", False),
        ("c++", "会c++的", True),
    ],
)
def test_holds(rule: str, answer: str, expected: bool) -> None:
    assert holds(rule, answer) is expected


def test_places_are_those_of_the_answer_as_written() -> None:
    assert places(parse("空间 NEAR/3 大 OR 油耗 NOT 小"), "哦，空間很 大！油耗低") == [(2, 7), (8, 10)]


TERMS = st.sampled_from(["空", "大", "大小", "a", "b c", "or", "near/3", "非", "!x", "好"])


def _terms() -> st.SearchStrategy[Expression]:
    return st.builds(Term, TERMS, st.booleans().map(lambda _: False)) | st.just(Term("ab", True))


def _placed(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(AnyOf, some) | st.builds(Near, inner, inner, st.integers(0, 9))


PLACED = st.recursive(_terms(), _placed, max_leaves=5)
RULES = st.recursive(
    PLACED,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


def naive(rule: Expression, told: str) -> bool:
    """Hold without NEAR, as a reader would."""
    if isinstance(rule, Term):
        return holds_of(rule)(told)
    if isinstance(rule, Not):
        return not naive(rule.part, told)
    if isinstance(rule, Near):
        return holds_of(rule)(told)
    parts = [naive(part, told) for part in rule.parts]
    return any(parts) if isinstance(rule, AnyOf) else all(parts)


def usable(rule: Expression) -> bool:
    try:
        checked(rule)
    except AskedWronglyError:
        return False
    return True


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(RULES, st.lists(st.sampled_from("空大小ab c好非!"), max_size=15).map("".join))
def test_written_and_stored_rules_mean_the_same(rule: Expression, told: str) -> None:
    assert from_json(to_json(rule)) == rule
    told = fold(told)
    assert holds_of(rule)(told) == naive(rule, told)
    if usable(rule):
        again = parse(written(rule))
        assert holds_of(again)(told) == holds_of(rule)(told)
        assert written(again) == written(rule)


@pytest.mark.parametrize("stored", ["", "{}", '{"v": 2, "rule": {"term": "a"}}', '{"v": 1, "rule": {"x": 1}}', "[]"])
def test_a_rule_of_another_version_is_refused(stored: str) -> None:
    with pytest.raises(AskedWronglyError, match="this version"):
        from_json(stored)


@pytest.mark.parametrize("piece", ["空间大", "空大 ", "大", "a b ", "空"])
@pytest.mark.parametrize("rule", ["空间 NEAR/3 大 NEAR/3 空", "空 NEAR/5 (大 OR 空)", "a NEAR/3 b NOT c"])
def test_long_hostile_answers_end(piece: str, rule: str) -> None:
    assert holds(rule, piece * 20_000) in (True, False)
