"""Codes as sheets name them are found in a frame, or reported."""

from __future__ import annotations

import pytest

from annotate.importing.label_sheets import (
    Ambiguous,
    CodeIndex,
    Missing,
    resolve,
)

INDEX = CodeIndex.build(
    [
        (1, "101", "态度", ("服务", "人员", "态度"), "Attitude"),
        (2, "102", "其他", ("服务", "人员", "其他"), "Other"),
        (3, "01", "其他", ("价格", "其他"), "Other"),
        (4, "98", "其他", ("其他",), ""),
        (5, None, "Exchange/Warranty/Return", ("After-sales Service",), ""),
        (6, "5", "油耗", ("油耗",), ""),
        (7, "8", "5", ("5",), ""),
        (8, "201", "专业", ("服务", "门店", "人员"), ""),
    ]
)


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("101", 1),
        ("101.0", 1),
        ("１０１", 1),
        ("态度", 1),
        ("attitude", 1),
        ("服务/人员/态度", 1),
        ("服务 > 人员 > 态度", 1),
        ("服务\\人员\\态度", 1),
        ("服务＃人员＃态度", 1),
        ("人员/态度", 1),
        ("101 态度", 1),
        ("101.态度", 1),
        ("服务/人员/其他", 2),
        ("01", 3),
        ("1", 3),
        ("价格/其他", 3),
        ("其他", 4),
        ("exchange/warranty/return", 5),
        ("After-sales Service#Exchange/Warranty/Return", 5),
        ("油耗", 6),
        ("102 态度", Missing("102 态度")),
        ("", Missing("")),
        ("人员", Missing("人员")),
        ("没有这个", Missing("没有这个")),
        ("5", Ambiguous("5", (6, 7))),
        ("Other", Ambiguous("Other", (2, 3))),
    ],
)
def test_codes_are_found_or_reported(ref: str, code: int | Missing | Ambiguous) -> None:
    assert resolve(ref, INDEX) == code


def test_a_label_under_several_nets_is_ambiguous() -> None:
    index = CodeIndex.build([(1, "1", "其他", ("a", "其他"), ""), (2, "2", "其他", ("b", "其他"), "")])
    assert resolve("其他", index) == Ambiguous("其他", (1, 2))
    assert "其他" in index
    assert "c" not in index
