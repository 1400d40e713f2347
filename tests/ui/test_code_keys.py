"""Numbers typed, and codes found by letters."""

from __future__ import annotations

import pytest

from annotate.frames import Code, Role
from ui.models import code_index
from ui.models.code_keys import NumberKeys


def code(id: int, number: str, label: str, english: str = "", *, net: bool = False) -> Code:
    return Code(
        id=id, parent_id=None, is_net=net, number=number, label=label, label_en=english, role=Role.THEME, definition="",
        include="", exclude="", examples="", notes="", colour="", retired=False, held_from=1, meaning_from=1,
        path=("大类", label), depth=1,
    )  # fmt: skip


CODES = (
    code(1, "301", "动力弱", "Weak power"),
    code(2, "302", "顿挫", "Jerking"),
    code(3, "40", "空间", "Space"),
    code(4, "401", "空间大", "Roomy cabin"),
    code(5, "", "重启慢"),
    code(6, "611", "4S店推诿", "Dealer passes the buck"),
    code(7, "9", "动力", net=True),
)


@pytest.fixture
def keys() -> NumberKeys:
    keys = NumberKeys()
    keys.use(one for one in CODES if not one.is_net)
    return keys


def test_a_number_applies_as_soon_as_no_other_begins_with_it(keys: NumberKeys) -> None:
    assert [keys.press(digit) for digit in "302"] == [None, None, 2]
    assert keys.pending == ""


def test_one_digit_is_not_enough_even_where_only_one_number_goes_on(keys: NumberKeys) -> None:
    assert keys.press("6") is None
    assert keys.pending == "6"


def test_a_number_that_others_begin_with_waits_for_enter(keys: NumberKeys) -> None:
    assert [keys.press(digit) for digit in "40"] == [None, None]
    assert keys.continuations() == ["40", "401"]
    assert keys.take() == 3
    assert keys.pending == ""


def test_a_digit_that_leads_nowhere_is_dropped(keys: NumberKeys) -> None:
    keys.press("3")
    assert keys.press("9") is None
    assert keys.pending == "3"
    assert keys.back()
    assert not keys.back()


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("dlr", "动力弱"),
        ("dl", "动力弱"),
        ("dongliruo", "动力弱"),
        ("dongl", "动力弱"),
        ("dc", "顿挫"),
        ("动力", "动力弱"),
        ("jerk", "顿挫"),
        ("power", "动力弱"),
        ("302", "顿挫"),
        ("kjd", "空间大"),
        ("cqm", "重启慢"),
        ("chongqi", "重启慢"),
        ("4sdt", "4S店推诿"),
        ("tw", "4S店推诿"),
        ("buck", "4S店推诿"),
    ],
)
def test_the_picker_finds(typed: str, label: str) -> None:
    assert code_index.find(code_index.build(CODES), typed)[0].code.label == label


def test_letters_must_follow_the_syllables() -> None:
    assert code_index.find(code_index.build(CODES), "4st") == []


def test_nets_are_not_offered_and_likely_codes_come_first() -> None:
    entries = code_index.build(CODES)
    assert "动力" not in [one.code.label for one in entries]
    assert code_index.find(entries, "", {4: 0.9, 2: 0.95})[0].code.id == 2
    assert code_index.find(entries, "xyz") == []
