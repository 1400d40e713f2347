"""Roles guessed from names, question texts and values; dates and numbers as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from annotate.importing.records import Cell
from annotate.importing.roles import Role, guess_roles, parse_date, parse_number
from annotate.importing.values import days_first

TEXTS = [
    "空间很大，坐着舒服",
    "油耗有点高，希望改进",
    "服务态度好，下次还来",
    "隔音不行，高速吵",
    "没有什么不满意",
    "车机卡顿，反应慢",
]


def guess(table: dict[str, list[Cell]], texts: dict[str, str] | None = None) -> dict[str, Role]:
    columns = list(table)
    rows = list(zip(*table.values(), strict=True))
    return guess_roles(columns, [(texts or {}).get(column, "") for column in columns], rows)


def test_a_chinese_survey() -> None:
    table: dict[str, list[Cell]] = {
        "答卷编号": [1001, 1002, 1003, 1004, 1005, 1006],
        "客户ID": ["a", "b", "a", "c", "d", "e"],
        "您最满意的地方是什么？": [*TEXTS],
        "不满意原因": [*reversed(TEXTS)],
        "NPS": [9, 10, 3, 0, 7, 8],
        "总体满意度": ["5分", "4分", "3分", "5分", "1分", "2分"],
        "渠道": ["热线", "问卷", "热线", "门店", "热线", "门店"],
        "触点": ["购买", "使用", "使用", "购买", "使用", "使用"],
        "门店": ["朝阳店", "海淀店", "朝阳店", "西城店", "海淀店", "朝阳店"],
        "生产批次": ["B2607", "B2608", "B2607", "B2607", "B2606", "B2606"],
        "调研批次": ["2026Q1", "2026Q1", "2026Q1", "2026Q2", "2026Q2", "2026Q2"],
        "权重": [1.0, 0.8, 1.2, 1, 1, 1.1],
        "提交时间": [
            "2026/7/3 10:20",
            "2026/7/4 1:02",
            "2026/7/5 9:00",
            "2026/7/6 8:00",
            "2026/7/7 7:00",
            "2026/7/8 6:00",
        ],
        "语言": ["zh", "zh", "en", "zh", "zh", "zh"],
        "备用": [None, "", None, None, None, None],
        "#16": [None, None, None, None, None, None],
    }
    assert guess(table) == {
        "答卷编号": Role.ID,
        "客户ID": Role.RESPONDENT,
        "您最满意的地方是什么？": Role.TEXT,
        "不满意原因": Role.TEXT,
        "NPS": Role.SCORE,
        "总体满意度": Role.SCORE,
        "渠道": Role.CHANNEL,
        "触点": Role.TOUCHPOINT,
        "门店": Role.SEGMENT,
        "生产批次": Role.SEGMENT,
        "调研批次": Role.WAVE,
        "权重": Role.WEIGHT,
        "提交时间": Role.DATE,
        "语言": Role.LANGUAGE,
        "备用": Role.SEGMENT,
        "#16": Role.IGNORE,
    }


def test_an_english_table() -> None:
    table: dict[str, list[Cell]] = {
        "review_id": ["r1", "r2", "r3", "r4"],
        "Review Text": ["Great food", "Slow and rude", "Fine, I guess", "Never again!"],
        "star_rating": [5, 1, 3, 1],
        "created_at": ["2026-07-03T10:00:00Z", "2026-07-04T10:00:00Z", "2026-07-05T10:00:00Z", "2026-07-06T10:00:00Z"],
        "city": ["Leeds", "York", "York", "Leeds"],
        "likes": [3, 0, 12, 1],
        "source": ["app", "web", "app", "app"],
        "Sentiment": ["pos", "neg", "neu", "neg"],
    }
    assert list(guess(table).values()) == [
        Role.ID,
        Role.TEXT,
        Role.SCORE,
        Role.DATE,
        Role.SEGMENT,
        Role.SEGMENT,
        Role.CHANNEL,
        Role.SENTIMENT,
    ]


def test_question_texts_speak_where_names_are_codes() -> None:
    table: dict[str, list[Cell]] = {
        "Q1": [*TEXTS],
        "Q2": [9, 8, 10, 2, 3, 7],
        "Q3": ["男", "女", "男", "女", "男", "女"],
    }
    texts = {"Q1": "您不满意的原因是什么？", "Q2": "您有多大可能向朋友推荐？", "Q3": "您的性别"}
    assert guess(table, texts) == {"Q1": Role.TEXT, "Q2": Role.SCORE, "Q3": Role.SEGMENT}


def test_values_speak_where_names_do_not() -> None:
    table: dict[str, list[Cell]] = {
        "x1": [*TEXTS],
        "x2": ["北京", "上海", "北京", "上海", "北京", "上海"],
        "x3": [1, 2, 3, 4, 5, 6],
    }
    assert guess(table) == {"x1": Role.TEXT, "x2": Role.SEGMENT, "x3": Role.SEGMENT}


def test_values_overrule_names() -> None:
    table: dict[str, list[Cell]] = {
        "id": [1, 1, 1, 2, 2, 2],
        "评论": [3, 4, 0, 0, 9, 1],
        "满意度": ["满意", "一般", "满意", "满意", "一般", "满意"],
        "内容": [*TEXTS],
    }
    assert guess(table) == {"id": Role.SEGMENT, "评论": Role.SEGMENT, "满意度": Role.SEGMENT, "内容": Role.TEXT}


def test_an_empty_table_has_roles_by_name() -> None:
    assert guess_roles(["编号", "原话", "x"], ["", "", ""], []) == {
        "编号": Role.ID,
        "原话": Role.TEXT,
        "x": Role.SEGMENT,
    }


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-07-03", datetime(2026, 7, 3)),
        ("2026/7/3", datetime(2026, 7, 3)),
        ("2026.7.3", datetime(2026, 7, 3)),
        ("２０２６年７月３日", datetime(2026, 7, 3)),
        ("2026年7月3日 下午3:20", datetime(2026, 7, 3, 15, 20)),
        ("2026年7月3日 星期五 10时05分", datetime(2026, 7, 3, 10, 5)),
        ("2026/7/3 10:20:30", datetime(2026, 7, 3, 10, 20, 30)),
        ("2026-07-03T10:20:30.250+08:00", datetime(2026, 7, 3, 2, 20, 30, 250_000)),
        ("2026-07-03 24:00", datetime(2026, 7, 4)),
        ("20260703", datetime(2026, 7, 3)),
        ("2026年7月", datetime(2026, 7, 1)),
        ("3 July 2026", datetime(2026, 7, 3)),
        ("Jul 3, 2026 3:20 PM", datetime(2026, 7, 3, 15, 20)),
        ("31/12/2026", datetime(2026, 12, 31)),
        ("12/31/2026", datetime(2026, 12, 31)),
        (46206, datetime(2026, 7, 3)),
        (46206.43090277778, datetime(2026, 7, 3, 10, 20, 30)),
        (1_780_000_000, datetime(2026, 5, 28, 20, 26, 40)),
    ],
)
def test_dates(written: Cell, moment: datetime) -> None:
    assert parse_date(written) == round(moment.replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "written", ["3/7/2026", "2026-02-30", "2026-13-01", "空间大", "", None, 5, "12", "1.5", "2026", float("nan")]
)
def test_no_dates(written: Cell) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (4.5, 4.5),
        (9, 9.0),
        ("4.5", 4.5),
        (" 1,234.5 ", 1234.5),
        ("９", 9.0),
        ("-1", -1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("85%", 0.85),
        ("9分", 9.0),
        ("5 星", 5.0),
        ("10-非常满意", 10.0),
        ("1.非常不满意", 1.0),
        ("5（满意）", 5.0),
        ("8 / 10", 8.0),
    ],
)
def test_numbers(written: Cell, number: float) -> None:
    assert parse_number(written) == pytest.approx(number)


@pytest.mark.parametrize(
    "written", ["", None, "NA", "-", "3.0T", "5G", "2026-07-03", "1e999", "满意", "12,34", float("inf"), "1 2"]
)
def test_no_numbers(written: Cell) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize(
    ("values", "order"),
    [(["3/7/2026", "25/7/2026"], True), (["3/7/2026", "7/25/2026"], False), (["3/7/2026", "5/7/2026"], None),
     (["25/7/2026", "7/25/2026"], None), (["25.7.2026"], None), ([None, 4.0, "x"], None)],
)  # fmt: skip
def test_a_column_shows_whether_its_days_come_first(values: list[str | float | None], order: bool | None) -> None:
    assert days_first(values) is order


def test_a_day_and_a_month_in_either_order() -> None:
    assert parse_date("3/7/2026", True) == parse_date("2026-07-03")
    assert parse_date("3/7/2026", False) == parse_date("2026-03-07")
    assert parse_date("25/7/2026", False) == parse_date("2026-07-25")
    assert parse_date("03.07.2026") == parse_date("2026-07-03")
    assert parse_date("31.02.2026") is None


def test_columns_named_as_strangers_name_them() -> None:
    columns = ["Booking ref", "What could we do better?", "Flight date", "S1 其他品牌请注明", "订单号"]
    rows: list[list[str | float | None]] = [
        [
            f"AB{n}",
            f"more legroom in row {n % 60}",
            f"{n % 28 + 1}/03/2026",
            ["华为", "小米", "三星电子"][n % 3],
            f"D{n}",
        ]
        for n in range(100)
    ]
    found = guess_roles(columns, [], rows)
    assert found == {
        "Booking ref": Role.ID, "What could we do better?": Role.TEXT, "Flight date": Role.DATE,
        "S1 其他品牌请注明": Role.TEXT, "订单号": Role.SEGMENT,
    }  # fmt: skip
