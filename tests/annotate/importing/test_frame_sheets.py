"""A code frame comes in from whatever sheet the client has, and goes out so that it comes back the same."""

# ruff: noqa: E501 a whole sheet on one line is easier to compare with the next

from __future__ import annotations

import pytest
from frame_outline import outline

from annotate.importing.code_roles import guess_role, role_named
from annotate.importing.frame_layouts import FrameKind
from annotate.importing.frame_sheets import FrameNode, FrameSheet, parse_frame, write_frame
from annotate.importing.records import Cell

# One tree in every layout: 服务 holds 人员 with two codes, and 速度; 其他 stands alone.
TREE = ["服务", "服务/人员", "服务/人员/态度", "服务/人员/专业", "服务/速度", "其他"]
NUMBERS = ["", "", "101", "102", "201", "98"]


def numbers(sheet: FrameSheet) -> list[str]:
    return [node.number or "" for node in sheet.nodes]


def lines(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.strip("\n").split("\n")]


def read(text: str) -> FrameSheet:
    columns, *rows = lines(text)
    return parse_frame(columns, rows)


MARKED = """
服务,NET
人员,SUB-NET
态度,101
专业,102
"""
LAYOUTS: dict[str, tuple[FrameKind, str]] = {
    "depth": (FrameKind.DEPTH, "层级,名称,编号\n1,服务,\n2,人员,\n3,态度,101\n3,专业,102\n2,速度,201\n1,其他,98"),
    "depth in words": (
        FrameKind.DEPTH,
        "label,level,number\n服务,Level 1,\n人员,Level 2,\n态度,Level 3,101\n专业,Level 3,102\n速度,Level 2,201\n其他,Level 1,98",
    ),
    "depth 一级": (
        FrameKind.DEPTH,
        "标签,级别,编码\n服务,一级,\n人员,二级,\n态度,三级,101\n专业,三级,102\n速度,二级,201\n其他,一级,98",
    ),
    "depth without header": (FrameKind.DEPTH, "0,服务,\n1,人员,\n2,态度,101\n2,专业,102\n1,速度,201\n0,其他,98"),
    "signs": (FrameKind.SYMBOL, "编码框,编号\n服务,\n-人员,\n--态度,101\n-- 专业,102\n-速度,201\n其他,98"),
    "one sign a level": (FrameKind.SYMBOL, "label,code\n服务,\n*人员,\n> 态度,101\n> 专业,102\n* 速度,201\n其他,98"),
    "signs without header": (FrameKind.SYMBOL, "服务,\n- 人员,\n- - 态度,101\n- - 专业,102\n- 速度,201\n其他,98"),
    "signs on every level": (FrameKind.SYMBOL, "*服务,\n**人员,\n***态度,101\n***专业,102\n**速度,201\n*其他,98"),
    "spaces": (FrameKind.INDENTED, "label,code\n服务,\n  人员,\n    态度,101\n    专业,102\n  速度,201\n其他,98"),
    "uneven spaces": (FrameKind.INDENTED, "label,code\n服务,\n  人员,\n     态度,101\n     专业,102\n  速度,201\n其他,98"),
    "tabs": (FrameKind.INDENTED, "名称,编号\n服务,\n\t人员,\n\t\t态度,101\n\t\t专业,102\n\t速度,201\n其他,98"),
    "full-width spaces, no header": (
        FrameKind.INDENTED,
        "服务,\n\u3000人员,\n\u3000\u3000态度,101\n\u3000\u3000专业,102\n\u3000速度,201\n其他,98",
    ),
    "columns by level, no header": (
        FrameKind.LEVELS,
        "服务,,,\n,人员,,\n,,态度,101\n,,专业,102\n,速度,,201\n其他,,,98",
    ),
    "columns by level": (
        FrameKind.LEVELS,
        "一级,二级,三级,编码\n服务,,,\n,人员,,\n,,态度,101\n,,专业,102\n,速度,,201\n其他,,,98",
    ),
    "columns by level, one named": (
        FrameKind.LEVELS,
        "code frame,,,number\n服务,,,\n,人员,,\n,,态度,101\n,,专业,102\n,速度,,201\n其他,,,98",
    ),
    "levels": (
        FrameKind.LEVELS,
        "level1,level2,level3,code\n服务,人员,态度,101\n服务,人员,专业,102\n服务,速度,,201\n其他,,,98",
    ),
    "一级标签": (
        FrameKind.LEVELS,
        "一级标签,二级标签,三级标签,编号\n服务,人员,态度,101\n服务,人员,专业,102\n服务,速度,,201\n其他,,,98",
    ),
    "大类 with merged cells": (FrameKind.LEVELS, "大类,中类,小类,编码\n服务,人员,态度,101\n,,专业,102\n,速度,,201\n其他,,,98"),
    "net and code": (FrameKind.LEVELS, "net,sub-net,code,no\n服务,人员,态度,101\n服务,人员,专业,102\n服务,,速度,201\n,,其他,98"),
    "slash": (FrameKind.PATH, "路径,编号\n服务,\n服务/人员,\n服务/人员/态度,101\n服务/人员/专业,102\n服务/速度,201\n其他,98"),
    "greater": (
        FrameKind.PATH,
        "Code,No\n服务 > 人员,\n服务 > 人员 > 态度,101\n服务 ＞ 人员 ＞ 专业,102\n服务 > 速度,201\n其他,98",
    ),
    "backslash": (FrameKind.PATH, "Code,number\n服务,\n服务\\人员\\态度,101\n服务\\人员\\专业,102\n服务\\速度,201\n其他,98"),
    "hash": (FrameKind.PATH, "code,number\n服务#人员,\n服务#人员#态度,101\n服务#人员#专业,102\n服务#速度,201\n其他,98"),
    "parent by number": (
        FrameKind.PARENT,
        "id,name,parent\nA1,服务,\nA2,人员,A1\n101,态度,A2\n102,专业,A2\n201,速度,A1\n98,其他,",
    ),
    "parent by name": (
        FrameKind.PARENT,
        "编号,名称,上级名称\n,服务,\n101,态度,人员\n,人员,服务\n102,专业,人员\n201,速度,服务\n98,其他,",
    ),
    "parents without rows": (FrameKind.LEVELS, "Category,Sub-category,Topic,No\n服务,人员,态度,101\n服务,人员,专业,102\n服务,,速度,201\n,,其他,98"),
    "numbers in names": (
        FrameKind.INDENTED,
        "服务\n  人员\n    101 态度\n    102、专业\n  201. 速度\n98 其他",
    ),
    "nets in names": (FrameKind.MARKER, "label,code\nNET: 服务,\n[SUB-NET] 人员,\n态度,101\n专业,102\n(NET) 快慢,\n速度,201\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_tree(name: str) -> None:
    kind, text = LAYOUTS[name]
    sheet = read(text)
    assert sheet.problems == ()
    assert sheet.layout.kind is kind
    found = dict(zip(outline(sheet), sheet.nodes, strict=True))
    if name == "nets in names":  # such a list cannot say where a net ends
        assert list(found) == [*TREE[:4], "快慢", "快慢/速度"]
        return
    assert list(found) == TREE
    assert [
        "" if name.startswith("parent") and (node.number or "").startswith("A") else node.number or ""
        for node in sheet.nodes
    ] == NUMBERS
    assert [node.is_net for node in sheet.nodes] == [True, True, False, False, False, False]
    assert sheet.nodes[-1].role == "other"


@pytest.mark.parametrize(
    "header",
    ["label,code\n", "名称,类型\n", "问题一的码,号码\n", ""],
    ids=["english", "kind column", "unknown words", "no header"],
)
def test_nets_marked_beside_their_names(header: str) -> None:
    sheet = read(header + "服务,NET\n人员,SUB-NET\n态度,101\n专业,102\n价格,NET\n太贵,201\n")
    assert sheet.layout.kind is FrameKind.MARKER
    assert sheet.layout.header == bool(header)
    assert outline(sheet) == ["服务", "服务/人员", "服务/人员/态度", "服务/人员/专业", "价格", "价格/太贵"]
    assert numbers(sheet) == ["", "", "101", "102", "", "201"]


def test_nets_marked_in_a_column_of_their_own_keep_their_numbers() -> None:
    sheet = read("编号,名称,类型\n100,服务,大类\n101,态度,编码\n102,速度,编码\n200,空大类,大类\n")
    assert outline(sheet) == ["服务", "服务/态度", "服务/速度", "空大类"]
    assert numbers(sheet) == ["100", "101", "102", "200"]
    assert [node.is_net for node in sheet.nodes] == [True, False, False, True]


def test_outline_numbers_show_the_level() -> None:
    for text in (
        "编号,名称\n1,服务\n1.1,人员\n1.1.1,态度\n2,价格\n2.1,太贵",
        "1 服务\n1.1 人员\n1.1.1 态度\n2 价格\n2.1 太贵",
    ):
        sheet = read(text)
        assert sheet.layout.kind is FrameKind.OUTLINE
        assert outline(sheet) == ["服务", "服务/人员", "服务/人员/态度", "价格", "价格/太贵"]
        assert numbers(sheet) == ["1", "1.1", "1.1.1", "2", "2.1"]


def test_a_category_column_is_a_net_beside_names_and_a_name_without_them() -> None:
    assert outline(read("编号,类别,名称\n1,服务,态度\n2,服务,速度")) == ["服务", "服务/态度", "服务/速度"]
    assert outline(read("theme,code\nService,Staff\nService,Speed")) == ["Service", "Service/Staff", "Service/Speed"]
    assert outline(read("编码,分类\n1,态度\n2,速度")) == ["态度", "速度"]


def test_parents_that_are_missing_or_lead_in_a_circle() -> None:
    sheet = read("number,label,parent\n1,a,2\n2,b,1\n3,c,9\n4,d,新大类\n5,e,4")
    assert outline(sheet) == ["新大类", "新大类/d", "新大类/d/e"]
    assert [(p.row, p.id) for p in sheet.problems] == [
        (2, "frame-parent-loop"),
        (3, "frame-parent-loop"),
        (4, "frame-parent-missing"),
    ]


def test_a_flat_list_keeps_signs_inside_names() -> None:
    sheet = read("编码,标签\n01,价格/优惠\n2,C#\n3,-5度也能启动\n4,A>B\n")
    assert sheet.layout.kind is FrameKind.FLAT
    assert outline(sheet) == ["价格/优惠", "C#", "-5度也能启动", "A>B"]
    assert numbers(sheet) == ["01", "2", "3", "4"]


def test_a_flat_list_may_have_neither_header_nor_numbers() -> None:
    sheet = parse_frame(["动力"], [["油耗"], ["内饰"]])
    assert outline(sheet) == ["动力", "油耗", "内饰"]
    assert not sheet.layout.header


def test_a_header_that_the_reader_made_up_or_made_of_data() -> None:
    rows = [["服务", "", ""], ["", "态度", ""], ["", "速度", ""]]
    expected = ["服务", "服务/态度", "服务/速度"]
    assert outline(parse_frame(["#1", "#2", "#3"], rows, first_row=1)) == expected
    assert outline(parse_frame(["服务", "#2", "#3"], rows[1:])) == expected
    sheet = parse_frame(["其他", "其他 (2)"], [["其他", "杂项"], ["服务", "态度"], ["服务", "速度"]])
    assert outline(sheet) == ["其他", "其他/其他", "其他/杂项", "服务", "服务/态度", "服务/速度"]


def test_definitions_beside_names_are_no_level() -> None:
    sheet = parse_frame(["1", "动力", "加速、起步"], [["2", "油耗", "百公里油耗"], ["3", "内饰", ""]])
    assert [(node.label, node.definition) for node in sheet.nodes] == [
        ("动力", "加速、起步"),
        ("油耗", "百公里油耗"),
        ("内饰", ""),
    ]


def test_maxqda_and_taguette_sheets() -> None:
    maxqda = parse_frame(["Code", "Memo"], [["Service", ""], ["Service > Staff", "how they behave"], ["Price", "cost"]])
    assert outline(maxqda) == ["Service", "Service/Staff", "Price"]
    assert maxqda.nodes[1].definition == "how they behave"
    for column in ("name", "tag", "path"):
        taguette = parse_frame([column, "description"], [["Service/Staff", "x"], ["Service/Speed", ""]])
        assert outline(taguette) == ["Service", "Service/Staff", "Service/Speed"]
        assert taguette.nodes[1].definition == "x"


def test_numbers_of_levels_and_all_details() -> None:
    sheet = read(
        "一级编码,一级名称,二级编码,二级名称,英文名,定义,包括,不包括,示例,备注,颜色\n"
        "1,服务,11,态度,Attitude,d,i,e,x,n,#aa0000\n1,服务,12,速度,,,,,,,\n"
    )
    assert numbers(sheet) == ["1", "11", "12"]
    assert sheet.nodes[1] == FrameNode(
        "11", "态度", "Attitude", ("服务",), False, "theme", "d", "i", "e", "x", "n", "#aa0000"
    )


@pytest.mark.parametrize(
    "text",
    [
        "number,net,net_en,label,label_en,role\n101,服务,Service,态度,Attitude,theme\n102,服务,Service,专业,Skill,theme",
        "大类,大类英文,名称,英文名称\n服务,Service,态度,Attitude\n,,专业,Skill",
    ],
)
def test_nets_have_their_english_names_in_a_column_beside_them(text: str) -> None:
    sheet = read(text)
    assert outline(sheet) == ["服务", "服务/态度", "服务/专业"]
    assert [node.label_en for node in sheet.nodes] == ["Service", "Attitude", "Skill"]
    columns, rows = write_frame(sheet.nodes)
    assert parse_frame(columns, rows).nodes == sheet.nodes


def test_numbers_and_names_of_nets_side_by_side() -> None:
    sheet = read("大类编码,大类名称,小类编码,小类名称\n1,服务,101,态度\n1,服务,102,专业")
    assert outline(sheet) == ["服务", "服务/态度", "服务/专业"]
    assert numbers(sheet) == ["1", "101", "102"]


@pytest.mark.parametrize(
    ("cell", "number"), [(1.0, "1"), (12, "12"), ("01", "01"), ("1.0", "1"), (" 7 ", "7"), (None, None), ("A1", "A1")]
)
def test_numbers_as_excel_and_people_write_them(cell: Cell, number: str | None) -> None:
    sheet = parse_frame(["编号", "名称"], [[cell, "价格"], [99, "x"]])
    assert sheet.nodes[0].number == number


def test_blank_rows_count_for_row_numbers_only() -> None:
    sheet = parse_frame(["number", "label"], [["1", "a"], ["", " "], [None], ["1", "b"]], first_row=4)
    assert outline(sheet) == ["a"]
    assert [(p.row, p.id) for p in sheet.problems] == [(7, "frame-number-twice")]


def test_problems_name_row_and_reason_and_good_rows_stay() -> None:
    sheet = parse_frame(
        ["depth", "number", "label", "role"],
        [
            ["1", "1", "服务", ""],
            ["2", "2", "态度", ""],
            ["2", "2", "速度", ""],
            ["2", "3", "态 度".replace(" ", ""), ""],
            ["2", "4", "", ""],
            ["4", "5", "太深", ""],
            ["2", "6", "长" * 201, ""],
            ["?", "7", "哪级", ""],
            ["2", "8", "好", "theme"],
            ["2", "9", "坏", "chief"],
            ["1", "10", "其他", "other"],
        ],
    )
    assert outline(sheet) == ["服务", "服务/态度", "服务/好", "其他"]
    assert [(p.row, p.id) for p in sheet.problems] == [
        (4, "frame-number-twice"),
        (5, "frame-name-twice"),
        (6, "frame-name-missing"),
        (7, "frame-depth-jump"),
        (8, "frame-name-long"),
        (9, "frame-depth-unknown"),
        (11, "frame-role-unknown"),
    ]
    assert [p.reason for p in sheet.problems][:2] == [
        "The number 2 already belongs to row 3.",
        "“态度” is already in row 3 under the same net.",
    ]


def test_a_bad_net_does_not_hand_its_codes_to_the_net_before() -> None:
    sheet = parse_frame(["depth", "label"], [["1", "a"], ["2", "b"], ["1", ""], ["2", "c"], ["1", "d"], ["2", "e"]])
    assert outline(sheet) == ["a", "a/b", "d", "d/e"]
    assert [p.id for p in sheet.problems] == ["frame-name-missing", "frame-depth-jump"]


def test_codes_of_a_net_with_a_taken_number_stay_under_its_name() -> None:
    sheet = parse_frame(["depth", "no", "label"], [["1", "1", "a"], ["1", "1", "b"], ["2", "2", "c"]])
    assert outline(sheet) == ["a", "b", "b/c"]
    assert numbers(sheet) == ["1", "", "2"]


def test_widths_and_cases_are_one_name() -> None:
    sheet = parse_frame(["level1", "level2"], [["ＡＰＰ", "登录"], ["app", "闪退"], ["App", "登录"]])
    assert outline(sheet) == ["ＡＰＰ", "ＡＰＰ/登录", "ＡＰＰ/闪退"]
    assert [p.id for p in sheet.problems] == ["frame-name-twice"]


@pytest.mark.parametrize(
    ("label", "number", "role"),
    [
        ("其他", None, "other"),
        ("其它（请注明）", "5", "other"),
        ("Other (please specify)", None, "other"),
        ("Other, specify", None, "other"),
        ("没有", "98", "none"),
        ("None of the above", None, "none"),
        ("不知道/不清楚", None, "dont_know"),
        ("DK", "99", "dont_know"),
        ("拒答", "97", "refused"),
        ("无法编码", None, "uncodable"),
        ("Spam", None, "invalid"),
        ("其他问题", "98", "other"),
        ("其他问题", "12", "theme"),
        ("广告", None, "theme"),
        ("没有停车位", "99", "theme"),
        ("价格", "97", "theme"),
        ("价格", "98", "theme"),
        ("价格", "99", "theme"),
    ],
)
def test_roles_are_guessed_from_whole_labels_only(label: str, number: str | None, role: str) -> None:
    assert guess_role(label, number) == role


def test_a_net_called_other_is_a_net() -> None:
    sheet = parse_frame(["level1", "level2"], [["其他", "其他"], ["其他", "杂项"]])
    assert [(node.label, node.is_net, node.role) for node in sheet.nodes] == [
        ("其他", True, "theme"),
        ("其他", False, "other"),
        ("杂项", False, "theme"),
    ]


def test_roles_have_names_in_both_languages() -> None:
    assert [role_named(name) for name in ("其他", "None", "don't know", "DONT_KNOW", "拒答", "NET", "boss")] == [
        "other", "none", "dont_know", "dont_know", "refused", "net", None,
    ]  # fmt: skip


def test_an_empty_sheet_is_an_empty_frame() -> None:
    assert parse_frame([], []).nodes == ()
    assert parse_frame(["number", "label"], [["", ""]]).nodes == ()
