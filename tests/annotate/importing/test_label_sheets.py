"""Coded data come in whatever layout they have, and no code is guessed."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import AskedWronglyError
from annotate.exchange.guard import guard
from annotate.importing.cells import folded, text_of
from annotate.importing.label_cells import merged, sentiment_of, tick_of
from annotate.importing.label_sheets import (
    LabelCode,
    LabelKind,
    LabelRoles,
    LabelRow,
    guess_label_layout,
    parse_labels,
    split_codes,
)
from annotate.importing.records import Cell, Record

DATA = Path(os.environ.get("TINGDONG_DATA") or Path(__file__).parents[3] / "../shared/data")


def read(
    text: str, *, roles: LabelRoles | None = None, known: Callable[[str], bool] | None = None
) -> tuple[LabelKind, list[LabelRow]]:
    columns, *rows = csv.reader(text.strip("\n").split("\n"))
    layout = guess_label_layout(columns, rows, roles, known)
    return layout.kind, list(parse_labels(columns, rows, roles=roles, known=known))


def said(rows: Sequence[LabelRow]) -> dict[str, list[str | tuple[str, int]]]:
    """Show rows as {id or id@question: [code or (code, sentiment), …]}."""
    return {
        row.key + (f"@{row.question}" if row.question else ""): [
            code.ref if code.sentiment is None else (code.ref, code.sentiment) for code in row.codes
        ]
        for row in rows
    }


def test_long_with_sentiments_and_an_empty_cell() -> None:
    kind, rows = read("id,code,sentiment\n1,油耗,-1\n2,,\n1,价格,正面\n3,油耗,")
    assert kind is LabelKind.LONG
    assert said(rows) == {"1": [("油耗", -1), ("价格", 1)], "2": [], "3": ["油耗"]}
    assert [(row.record_number, row.empty) for row in rows] == [(1, False), (2, True), (4, False)]


def test_long_by_coder_and_question() -> None:
    _, rows = read("编号,编码,编码员,问题\n1,a,张,Q1\n1,b,李,Q1\n1,c,张,Q2\n1,d,张,Q1")
    assert [(row.key, row.coder, row.question, [code.ref for code in row.codes]) for row in rows] == [
        ("1", "张", "Q1", ["a", "d"]),
        ("1", "李", "Q1", ["b"]),
        ("1", "张", "Q2", ["c"]),
    ]


@pytest.mark.parametrize("separator", ["|", ";", "；", "｜"])
def test_joined(separator: str) -> None:
    kind, rows = read(f"id,text,codes\n1,好，贵,服务/态度{separator} C#\n2,一般,\n")
    assert kind is LabelKind.JOINED
    assert said(rows) == {"1": ["服务/态度", "C#"], "2": []}


def test_joined_rows_of_one_id_are_one_verbatim() -> None:
    _, rows = read("id,codes\n1,a|b\n2,c\n1,b|d")
    assert said(rows) == {"1": ["a", "b", "d"], "2": ["c"]}


@pytest.mark.parametrize(
    "text",
    [
        "id,codes\n1,油耗:-1|价格:0",
        "id,codes\n1,油耗：负面；价格：中性",
        "id,codes\n1,油耗(负)|价格（中）",
        "id,code_sentiments\n1,油耗:-1|价格:0",
        "id,codes,code_sentiments\n1,油耗|价格,价格:0|油耗:-1",
        "id,codes,code_sentiments\n1,油耗,油耗:-1|价格:0",
        "id,codes,sentiment\n1,油耗|价格,-1|0",
        "id,codes,情感\n1,油耗;价格,neg;neutral",
        "id,code,情感\n1,油耗,差评\n1,价格,neutral",
    ],
)
def test_sentiments_in_all_their_places(text: str) -> None:
    assert said(read(text)[1]) == {"1": [("油耗", -1), ("价格", 0)]}


def test_sentiments_that_fit_no_code_are_named_and_the_codes_stay() -> None:
    _, rows = read("id,codes,sentiment\n1,a|b,1\n2,a,mixed\n3,a,\n4,,positive\n5,a,1")
    assert said(rows) == {"1": ["a", "b"], "2": ["a"], "3": ["a"], "4": [], "5": [("a", 1)]}
    assert [[found.id for found in row.problems] for row in rows] == [
        ["label-sentiment-count"],
        ["label-sentiment-unknown"],
        [],
        [],
        [],
    ]
    assert rows[0].problems[0].reason == "There are 2 codes and 1 sentiment; the sentiments were left out."


def test_code_numbers_in_order_of_mention_by_question() -> None:
    kind, rows = read("id,Q7_1,Q7_2,Q7_3,Q8_1,Q8_2\n1,302,17,,5,\n2,17,,,,\n3,,,,,")
    assert kind is LabelKind.NUMBERS
    assert said(rows) == {"1@Q7": ["302", "17"], "1@Q8": ["5"], "2@Q7": ["17"], "2@Q8": [], "3@Q7": [], "3@Q8": []}


def test_numbers_with_sentiment_signs_and_as_excel_gives_them() -> None:
    rows = list(parse_labels(["id", "m_1", "m_2"], [[1.0, 302.0, "17-"], [2.0, "5＋", "6="], [3, None, 7.0]]))
    assert [(row.key, row.question) for row in rows] == [("1", "m"), ("2", "m"), ("3", "m")]
    assert [row.codes for row in rows] == [
        (LabelCode("302"), LabelCode("17", -1)),
        (LabelCode("5", 1), LabelCode("6", 0)),
        (LabelCode("7"),),
    ]


@pytest.mark.parametrize("yes,no", [("1", "0"), ("1", ""), ("TRUE", "FALSE"), ("是", "否"), ("1.0", "0.0"), ("x", "")])
def test_ticks_by_question(yes: str, no: str) -> None:
    kind, rows = read(f"id,Q7_302,Q7_17,Q7_98,Q8_1\n1,{yes},{no},,{no}\n2,{no},{yes},,{yes}\n3,{no},{no},,{yes}")
    assert kind is LabelKind.ZERO_ONE
    assert said(rows) == {"1@Q7": ["302"], "1@Q8": [], "2@Q7": ["17"], "2@Q8": ["1"], "3@Q7": [], "3@Q8": ["1"]}


def test_ticks_under_names_of_codes() -> None:
    kind, rows = read(
        "id,text,date,油耗,服务/态度,没人提,价格,city\n1,a,2026-01-01,1,0,,1,京\n2,b,2026-01-02,0,1,,0,沪"
    )
    assert kind is LabelKind.ZERO_ONE
    assert said(rows) == {"1": ["油耗", "价格"], "2": ["服务/态度"]}


def test_a_column_called_like_a_code_is_that_code() -> None:
    text = "id,A4_空间,Q7_1\n1,1,0\n2,0,1"
    assert said(read(text)[1])["1@A4"] == ["空间"]
    assert said(read(text, known={"A4_空间"}.__contains__)[1])["1"] == ["A4_空间"]


def test_a_tick_that_says_neither_is_named_and_the_rest_stays() -> None:
    columns, rows = ["id", "a", "b"], [["1", "1", "0"], ["2", "0", "1"], ["3", "maybe", "1"]]
    layout = guess_label_layout(columns, rows[:2])
    found = list(parse_labels(columns, rows, layout=layout))
    assert said(found) == {"1": ["a"], "2": ["b"], "3": ["b"]}
    assert [(p.row, p.reason) for p in found[2].problems] == [(3, "Column a says neither yes nor no.")]


def test_joined_columns_by_question() -> None:
    kind, rows = read("id,Q1,Q1_c,Q2,Q2_c\n1,贵,3;17,好,5\n2,,,慢,8")
    assert kind is LabelKind.JOINED
    assert said(rows) == {"1@Q1": ["3", "17"], "1@Q2": ["5"], "2@Q1": [], "2@Q2": ["8"]}


def test_columns_named_by_the_person() -> None:
    roles = LabelRoles(id="Nr", code_columns=("flag", "第一提及"))
    _, rows = read("Nr,flag,第一提及,codes\n7,1,价格;油耗,zzz\n8,0,,zzz", roles=roles)
    assert said(rows) == {"7": ["flag", "价格", "油耗"], "8": []}
    assert said(read("key,mark,who\n1,a,me", roles=LabelRoles(code="mark", coder="WHO"))[1]) == {"1": ["a"]}
    with pytest.raises(AskedWronglyError) as caught:
        read("id,codes\n1,a", roles=LabelRoles(code="kodes"))
    assert caught.value.id == "label-column-missing"
    assert "id, codes" in caught.value.sentence()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("name,codes\n1,a", "label-id-unknown"),
        ("id,text,stars\n1,a,5", "label-codes-unknown"),
        ("id,text,recommended\n1,a,1", "label-codes-unknown"),
    ],
)
def test_sheets_that_cannot_be_told(text: str, error: str) -> None:
    with pytest.raises(AskedWronglyError) as caught:
        read(text)
    assert caught.value.id == error


def test_rows_without_an_id_are_handed_on_with_the_reason_and_blank_rows_are_not() -> None:
    _, rows = read("id,codes\n,a\n1,b\n , \n,c")
    assert [(row.record_number, row.key, [p.id for p in row.problems]) for row in rows] == [
        (2, "1", []),
        (1, "", ["label-id-missing"]),
        (4, "", ["label-id-missing"]),
    ]


def test_our_own_long_export_comes_back() -> None:
    header = "id,question,code,net,sentiment,source"
    _, rows = read(
        f"{header}\n1,Q1,服务/态度,服务,-1,human\n1,Q1,价格,,,duplicate\n2,Q1,,,,human\n3,Q1,,,,open\n"
        "4,Q1,价格,,,human\n4,Q1,服务/态度,服务,,disagreement"
    )
    assert said(rows) == {"1@Q1": [("服务/态度", -1), "价格"], "2@Q1": []}
    assert [row.source for row in rows] == ["human|duplicate", "human"]
    extra = ",confidence,sentiment_confidence,accepted,model"
    _, rows = read(f"{header}{extra}\n1,Q1,a,,,model,0.9,,true,m1\n1,Q1,b,,,model,0.2,,false,m1")
    assert said(rows) == {"1@Q1": ["a"]}


def test_our_own_joined_and_wide_exports_come_back() -> None:
    _, rows = read(
        "id,question,text,codes,sentiments,source\n1,Q1,好,a|b|c,-1||1,human\n2,Q1,,,,human\n3,Q1,x,,,open\n4,Q1,y,a,,human"
    )
    assert said(rows) == {"1@Q1": [("a", -1), "b", ("c", 1)], "2@Q1": [], "4@Q1": ["a"]}
    kind, rows = read("id,question,text,服务/态度,其他,source\n1,Q1,好,1,0,human\n2,Q1,好,0,1,human\n3,Q1,x,,,open")
    assert kind is LabelKind.ZERO_ONE
    assert said(rows) == {"1@Q1": ["服务/态度"], "2@Q1": ["其他"]}


names = st.text(st.characters(categories=["L", "N"]) | st.sampled_from("/#> -=@+,.'"), min_size=1, max_size=8).map(
    lambda text: f"c{text}".strip()
)
labelled = st.dictionaries(
    st.text(st.characters(categories=["L", "N"]) | st.sampled_from("-=@'"), min_size=1, max_size=5).map("k{}".format)
    | st.integers(-99, 99).map(str),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, -1, 0, 1])), max_size=4, unique_by=lambda one: one[0]),
    min_size=3,
    max_size=8,
)


@given(st.lists(names, min_size=5, max_size=5, unique_by=folded), labelled)
def test_what_goes_out_in_any_layout_comes_back(
    codes: list[str], wanted: dict[str, list[tuple[int, int | None]]]
) -> None:
    head = ["id", "question"]
    known = {folded(code) for code in codes}
    long = [[*head, "code", "sentiment", "source"]]
    joined = [[*head, "codes", "sentiments", "source"]]
    ticks = [[*head, *codes, "source"]]
    for key, given_codes in wanted.items():
        for at, mood in given_codes:
            long.append([key, "Q", codes[at], "" if mood is None else str(mood), "human"])
        if not given_codes:
            long.append([key, "Q", "", "", "human"])
        moods = "|".join("" if mood is None else str(mood) for _, mood in given_codes)
        joined.append([key, "Q", "|".join(codes[at] for at, _ in given_codes), moods, "human"])
        ticked = {at for at, _ in given_codes}
        ticks.append([key, "Q", *("1" if at in ticked else "0" for at in range(5)), "human"])
    for table in (long, joined, ticks):
        columns, *rows = [[guard(cell) for cell in row] for row in table]
        found = parse_labels(columns, rows, known=lambda text: folded(text) in known, guarded=True)
        back = {row.key: [(codes.index(code.ref), code.sentiment) for code in row.codes] for row in found}
        if table is ticks:
            assert back == {key: sorted((at, None) for at, _ in said_) for key, said_ in wanted.items()}
        else:
            assert back == wanted


headers = st.sampled_from(
    ["id", "code", "codes", "sentiment", "Q1_1", "Q1_2", "Q2_c", "a", "coder", "question", ""]
)  # fmt: skip
words = st.sampled_from(["1", "0", "a|b", "a:1", "-1", "是"]) | st.text(max_size=4)
cells = st.none() | st.integers(-9, 999) | st.floats() | words


@given(st.lists(headers, max_size=6), st.lists(st.lists(cells, max_size=6), max_size=6))
def test_no_sheet_breaks_the_reader_and_no_row_vanishes(columns: list[str], rows: list[list[Cell]]) -> None:
    try:
        found = list(parse_labels(columns, rows))
    except AskedWronglyError:
        return
    key = columns.index("id")
    filled = [row for row in rows if any(map(text_of, row))]
    assert {row.key for row in found} == {text_of(row[key]) if len(row) > key else "" for row in filled}


def test_columns_that_are_blank_in_the_sample_are_not_lost() -> None:
    blank = ["0", "1", "0", "", ""]
    rows: list[Sequence[Cell]] = [[str(n), *blank[1:]] for n in range(1000)]
    found = list(parse_labels(["id", "a", "b", "rare", "note"], [*rows, ["x", "0", "0", "1", "words"]]))
    assert [code.ref for code in found[-1].codes] == ["rare"]
    assert [p.reason for p in found[-1].problems] == ["Column note says neither yes nor no."]


def test_rating_grids_beside_code_numbers_are_told_by_the_frame() -> None:
    text = "id,Q7_1,Q7_2,Q3_1,Q3_2\n1,302,17,5,4\n2,17,,3,2"
    assert said(read(text, known={"302"}.__contains__)[1]) == {"1@Q7": ["302", "17"], "2@Q7": ["17"]}
    assert set(said(read(text)[1])) == {"1@Q7", "1@Q3", "2@Q7", "2@Q3"}


def test_records_of_a_reader_keep_their_numbers() -> None:
    records = [Record(7, 0, 0, 0, ("1", "a")), Record(9, 0, 0, 0, ("2", ""))]
    assert [row.record_number for row in parse_labels(["id", "codes"], iter(records))] == [7, 9]


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("", ()),
        (None, ()),
        (302.0, (LabelCode("302"),)),
        ("3,17", (LabelCode("3"), LabelCode("17"))),
        ("3、17", (LabelCode("3"), LabelCode("17"))),
        ("贵,但值", (LabelCode("贵,但值"),)),
        ("C++", (LabelCode("C++"),)),
        ("10:30", (LabelCode("10:30"),)),
        ("a||a;", (LabelCode("a"),)),
        ("a:-1|a:1", (LabelCode("a"),)),
        ("a:-1|a:1|a:1", (LabelCode("a"),)),
        ("a|a:1", (LabelCode("a", 1),)),
        ("Ａ:正|a", (LabelCode("Ａ", 1),)),
    ],
)
def test_cells(cell: Cell, codes: tuple[LabelCode, ...]) -> None:
    assert split_codes(cell) == codes


def test_what_the_frame_knows_stays_whole() -> None:
    known = {"价格;优惠", "服务:正面", "油耗", "C++"}.__contains__
    assert split_codes("价格;优惠", known) == (LabelCode("价格;优惠"),)
    assert split_codes("服务:正面|油耗-|C++", known) == (
        LabelCode("服务:正面"),
        LabelCode("油耗", -1),
        LabelCode("C++"),
    )


def test_words_for_sentiments_and_ticks() -> None:
    words = ["-1", "0", "1", "-1.0", "neg", "Neutral", "POS", "负", "中性", "正面", "－", "3", ""]
    assert [sentiment_of(word) for word in words] == [-1, 0, 1, -1, -1, 0, 1, -1, 0, 1, -1, None, None]
    assert [tick_of(word) for word in ["1", "是", "TRUE", "0", "", "否", "2"]] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
    ]


@given(st.lists(st.builds(LabelCode, st.sampled_from("aAbc"), st.sampled_from([None, -1, 0, 1])), max_size=8))
def test_merging_keeps_order_and_contradictions_have_no_sentiment(codes: list[LabelCode]) -> None:
    found = merged(codes)
    assert [folded(code.ref) for code in found] == list(dict.fromkeys(folded(code.ref) for code in codes))
    for code in found:
        given_ones = {one.sentiment for one in codes if folded(one.ref) == folded(code.ref)} - {None}
        assert code.sentiment == (given_ones.pop() if len(given_ones) == 1 else None)


REAL = {
    "zh_auto_bdci2018.shared70": (LabelKind.JOINED, 7469, True),
    "zh_cosmetics_reviews_zhijiang": (LabelKind.JOINED, 3229, True),
    "en_phone_reviews_asqp": (LabelKind.JOINED, 7115, False),
    "en_mcdonalds_reviews": (LabelKind.JOINED, 1525, False),
    "en_intents_banking77": (LabelKind.LONG, 13083, False),
    "zh_restaurant_asap_sample": (LabelKind.JOINED, 300, True),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_read_as_their_columns_say(name: str) -> None:
    path = DATA / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not in the data folder")
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        columns, *rows = csv.reader(file)
    kind, count, sentiments = REAL[name]
    assert guess_label_layout(columns, rows[:1000]).kind is kind
    found = list(parse_labels(columns, rows))
    assert len(found) == count
    assert not any(row.problems for row in found)
    column = columns.index("codes" if "codes" in columns else "code")
    for row, cells in zip(found, rows, strict=True):
        assert row.key == cells[0]
        assert [code.ref for code in row.codes] == list(dict.fromkeys(filter(None, cells[column].split("|"))))
    given_sentiments = [code.sentiment is not None for row in found for code in row.codes]
    assert all(given_sentiments) is (sentiments and name != "zh_cosmetics_reviews_zhijiang")
    assert any(given_sentiments) is sentiments
