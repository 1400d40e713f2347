"""Sheets as offices keep them: hidden rows and columns, two header rows, questions answered alike, years since 1911."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from annotate.importing.reading import open_reader
from annotate.importing.roles import Role, guess_roles, parse_date

HEAD = [["Q1", "Q2", "Q5_1", "Q7"], ["Respondent id", "NPS score", "Why this score?", "Any other comments?"]]
BODY: list[list[object]] = [
    [f"R{n}", n % 11, f"Because of reason {n}", "none" if n % 2 else "more seats"] for n in range(40)
]


def book(path: Path, rows: list[list[object]]) -> Path:
    work = Workbook()
    sheet = work.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for row in (5, 6, 7):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["B"].hidden = True
    work.save(path)
    return path


def test_hidden_cells_are_read_and_told(tmp_path: Path) -> None:
    reader = open_reader(book(tmp_path / "a.xlsx", [HEAD[1], *BODY]))
    assert [one.sentence() for one in reader.warnings] == [
        "Hidden in the sheet and read all the same: rows 3, columns 1."
    ]
    assert len(list(reader.read())) == 40


def test_numbers_of_questions_over_their_texts_are_two_header_rows(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [*HEAD, *BODY])
    reader = open_reader(path)
    assert (reader.columns, reader.column_texts) == (tuple(HEAD[0]), tuple(HEAD[1]))
    assert "two-header-rows" in {one.id for one in reader.warnings}
    assert len(list(reader.read())) == 40
    assert len(list(open_reader(path, header_row=1).read())) == 41  # who says which row it is, is obeyed
    roles = guess_roles(reader.columns, reader.column_texts, [row.values for row in reader.preview(40)])
    assert roles == {"Q1": Role.RESPONDENT, "Q2": Role.SCORE, "Q5_1": Role.TEXT, "Q7": Role.TEXT}


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("Q3. What do you think of the app?", [f"slow {n}" if n % 3 else "too slow" for n in range(60)], Role.TEXT),
        ("您希望我們改善什麼？", [f"多蓋{n}座基地台" if n % 3 else "沒有意見" for n in range(60)], Role.TEXT),
        ("What is your region?", ["North", "South", "East"] * 20, Role.SEGMENT),
        ("您为什么选择我们", ["价格便宜", "离家近一些", "朋友推荐的"] * 20, Role.SEGMENT),
    ],
)
def test_questions_answered_alike_by_many(name: str, values: list[str], role: Role) -> None:
    rows = [(n, f"an answer of its own, number {n}", value) for n, value in enumerate(values)]
    assert guess_roles(["id", "comment", name], [], rows)[name] is role


def test_a_question_that_is_all_there_is_may_repeat() -> None:
    rows = [(n % 3, "Der Techniker kam zu spät" if n % 2 else "Alles bestens, vielen Dank") for n in range(40)]
    assert (
        guess_roles(["Land", "Was können wir besser machen?"], [], rows)["Was können wir besser machen?"] is Role.TEXT
    )


def test_years_since_1911() -> None:
    assert parse_date("民國115年7月3日") == parse_date("2026-07-03") == parse_date("中華民國 115 年 7 月 3 日")
