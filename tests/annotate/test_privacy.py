from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.privacy import Kind, find, identity_check, luhn, mask, vin_check

TEXT = st.text(alphabet="我的车很好abcXYZ 0123456789，。：-+()@.\n", max_size=12)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def kinds(text: str) -> list[Kind]:
    return [item.kind for item in find(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("打我电话13812345678谢谢", Kind.MOBILE),
        ("电话：138 1234 5678", Kind.MOBILE),
        ("电话：138-1234-5678。", Kind.MOBILE),
        ("+86 13812345678", Kind.MOBILE),
        ("8613812345678", Kind.MOBILE),
        ("１３８１２３４５６７８", Kind.MOBILE),
        ("138\u200b1234\u200b5678", Kind.MOBILE),
        ("1 3 8 1 2 3 4 5 6 7 8", Kind.MOBILE),
        ("身份证11010519491231002X", Kind.IDENTITY),
        ("身份证11010519491231002x，请查", Kind.IDENTITY),
        ("110105194912310021", Kind.IDENTITY),
        ("老证 110105491231002 号", Kind.IDENTITY),
        ("发到 zhang.san+1@mail.example.com.cn 吧", Kind.EMAIL),
        ("邮箱ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", Kind.EMAIL),
        ("卡号 6222 0210 0112 3456 789 ", Kind.BANK_CARD),
        ("4111111111111111", Kind.BANK_CARD),
        ("打 010-62345678 找我", Kind.LANDLINE),
        ("(021) 62345678", Kind.LANDLINE),
        ("车架号LSVAM4187C2184841", Kind.VIN),
        ("VIN 1M8GDM9AXKP042788", Kind.VIN),
        ("车牌粤B·A12B3", Kind.PLATE),
        ("京AD12345", Kind.PLATE),
        ("沪A12345学", Kind.PLATE),
    ],
)
def test_personal_data_is_found_and_masked(text: str, kind: Kind) -> None:
    assert kinds(text) == [kind]
    masked = mask(text)
    assert not re.search(r"\d{5}", masked)  # \d takes full-width digits too
    assert find(masked) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "百公里11.8个油，跑了13800公里",
        "2026年9月30日提车，落地价128000元",
        "订单2026093012345678901234",
        "400-812-3456 的客服很好",
        "京东买的",
        "川A路线不错",
        "12345678901 不是手机号",
        "第１３页",
        "@客服 你好",
        "版本1.2.3.4",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert find(text) == []
    assert mask(text) == text


def test_masked_text_reads_well_and_keeps_the_rest() -> None:
    assert mask("刹车异响，打13812345678找我，或 a.b@c.com。") == "刹车异响，打［手机号］找我，或 ［邮箱］。"
    assert mask("Call 13812345678 or a.b@c.com.") == "Call [mobile] or [e-mail]."


def test_check_digits() -> None:
    assert identity_check("11010519491231002X")
    assert not identity_check("110105194912310021")
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert vin_check("1M8GDM9AXKP042788")
    assert not vin_check("1M8GDM9AXKP042789")


def test_a_wrong_check_digit_is_masked_but_not_sure() -> None:
    (found,) = find("证件110105194912310021")
    assert not found.sure
    (found,) = find("证件11010519491231002X")
    assert found.sure


@given(TEXT, MOBILES, TEXT, st.booleans())
def test_no_mobile_between_other_text_survives(before: str, mobile: str, after: str, wide: bool) -> None:
    text = f"{before.rstrip('0123456789-+.() ')}｜{mobile.translate(FULL_WIDTH) if wide else mobile}｜{after}"
    masked = mask(text)
    assert mobile not in masked
    assert mobile.translate(FULL_WIDTH) not in masked
    for run in re.findall(r"\d+", masked):
        assert not re.fullmatch(r"1[3-9]\d{9}", run)


@given(st.text(alphabet="0123456789 -我X@a.京B", max_size=40))
def test_masking_twice_changes_nothing_and_finds_are_in_order(text: str) -> None:
    found = find(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    masked = mask(text)
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "登记的身份证是990000190001075637",
        "身份证号：11010519491231002x",
        "护照E12345678",
        "编号440524188001010014在此",
        "证件 310110850601153",
    ],
)
def test_what_is_called_an_identity_number_is_masked_valid_or_not(text: str) -> None:
    shown = mask(text)
    assert "［身份证号］" in shown
    assert not [run for run in shown if run.isdigit()]


@pytest.mark.parametrize("text", ["订单12345678901234567890", "身份证办了3次", "ID不对", "里程123456公里"])
def test_other_numbers_beside_those_words_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    ["Call me on +44 7700 900123.", "(415) 555-0132 any time", "415-555-0132", "ring 07700 900123", "phone: 555 1234",
     "电话 62345678 找我", "Telefon: 030 1234567"],
)  # fmt: skip
def test_telephones_of_other_countries_are_masked(text: str) -> None:
    assert [one.kind for one in find(text)] == [Kind.LANDLINE]
    assert "phone]" in mask(text) or "［电话］" in mask(text)
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "text",
    ["call 2026-05-01", "热线400-820-8888没人接", "致电10086", "手机 12999元", "iphone 15 pro 256",
     "flight AB 1234 on 02-03-2026", "3 + 12345678 = x", "电话打了20次，等了3 5 10分钟"],
)  # fmt: skip
def test_numbers_near_telephones_stay(text: str) -> None:
    assert find(text) == []
