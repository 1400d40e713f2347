"""What columns mean: what was asked for wins, kinds of columns, directions of questions."""

from __future__ import annotations

import pytest

from annotate.errors import AskedWronglyError
from annotate.importing.mapping import decide, direction_of, kind_of
from annotate.importing.roles import Role


def test_what_was_asked_for_wins_over_guesses() -> None:
    guessed = {"a": Role.ID, "b": Role.TEXT, "c": Role.TEXT, "d": Role.SCORE}
    told = decide(["a", "b", "c", "d", "e"], guessed, {Role.TEXT: ["c"], Role.ID: ["e"]})
    assert dict(told.roles) == {"a": Role.SEGMENT, "b": Role.SEGMENT, "c": Role.TEXT, "d": Role.SCORE, "e": Role.ID}


def test_only_one_column_is_the_id() -> None:
    told = decide(["a", "b", "t"], {"a": Role.ID, "b": Role.ID, "t": Role.TEXT}, {})
    assert told.columns(Role.ID) == ["a"]
    assert told.columns(Role.SEGMENT) == ["b"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({Role.TEXT: ["nowhere"]}, "no-such-column"),
        ({Role.TEXT: ["t"], Role.ID: ["t"]}, "column-twice"),
        ({Role.IGNORE: ["t"]}, "no-text-column"),
    ],
)
def test_wrong_wishes_are_refused(asked: dict[Role, list[str]], error: str) -> None:
    with pytest.raises(AskedWronglyError) as refused:
        decide(["t", "u"], {"t": Role.TEXT}, asked)
    assert refused.value.id == error
    assert "{" not in refused.value.sentence()


@pytest.mark.parametrize(
    ("name", "text", "direction"),
    [
        ("Q7 不满意的地方", "", "dislikes"),
        ("Q6 满意的地方", "", "likes"),
        ("Q1", "您最喜欢这款车的哪些方面？", "likes"),
        ("Q2", "您最不喜欢这款车的哪些方面？", "dislikes"),
        ("Q3", "What should we IMPROVE?", "dislikes"),
        ("likes", "", "likes"),
        ("dislikes", "", "dislikes"),
        ("评论内容", "", "neutral"),
    ],
)
def test_a_question_tells_its_direction(name: str, text: str, direction: str) -> None:
    assert direction_of(name, text) == direction


STORES = [f"{n % 1_500}号店" for n in range(2_000)]  # three different ones in four rows, as 3,500 stores show


@pytest.mark.parametrize(
    ("role", "values", "kind"),
    [
        (Role.SEGMENT, ["华东", "华南", "", None], "category"),
        (Role.SEGMENT, STORES, "category"),
        (Role.SEGMENT, [f"SN{n}" for n in range(2_000)], "text"),
        (Role.SEGMENT, [str(n) for n in range(11)] * 20, "category"),
        (Role.SEGMENT, [n / 7 for n in range(200)], "number"),
        (Role.SEGMENT, ["2026-07-01", "2026年7月2日", "2026/7/3"] * 30, "date"),
        (Role.SEGMENT, ["很长的备注" * 40, "短"] * 5, "text"),
        (Role.SEGMENT, [], "category"),
        (Role.SCORE, ["好评"], "number"),
        (Role.CHANNEL, STORES, "category"),
        (Role.CODE, ["301|302"], "text"),
    ],
)
def test_kinds_of_columns(role: Role, values: list[str | float | None], kind: str) -> None:
    assert kind_of(role, values) == kind
