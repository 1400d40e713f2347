"""Workbooks: what people typed comes out, what is hostile is refused, and the parent survives it all."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from annotate.errors import AskedWronglyError, UserError
from annotate.importing import limited
from annotate.importing.packages import member_names
from annotate.importing.reading import open_reader
from annotate.importing.records import Record, Reject, RejectReason
from annotate.importing.xlsx import XlsxReader, open_xlsx, sheet_names

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(tmp_path: Path, rows: list[list[object]], name: str = "调查.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def handmade(path: Path, sheet: str, *, extra: dict[str, bytes] | None = None, shared: str = "") -> Path:
    """Write a workbook of one sheet from raw XML."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{REL}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if shared:
        parts["xl/sharedStrings.xml"] = shared
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def sheet_xml(rows: str, before: str = HEAD) -> str:
    return f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def text_row(number: int, *cells: str) -> str:
    inside = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for place, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def read(reader: XlsxReader) -> list[Record | Reject]:
    found = list(reader.read())
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    if found:
        middle = found[len(found) // 2]
        assert list(reader.read(middle.next_offset, middle.number)) == found[middle.number :]
    return found


def test_cells_keep_what_people_typed(tmp_path: Path) -> None:
    moment = datetime.datetime(2026, 7, 3, 10, 20, 30)
    values = ["空间大", 5, 4.5, moment, moment.date(), datetime.time(1, 2), True, None, "007", "多\n行"]
    reader = open_xlsx(workbook(tmp_path, [[f"列{place}" for place in range(10)], values]))
    assert reader.columns[0] == "列0"
    [record] = read(reader)
    assert record.values == (
        "空间大", 5, 4.5, "2026-07-03 10:20:30", "2026-07-03", "01:02:00", "TRUE", None, "007", "多\n行",
    )  # fmt: skip
    assert isinstance(record.values[1], int)
    assert [row.values for row in reader.preview(5)] == [record.values]


def test_error_cells_are_kept(tmp_path: Path) -> None:
    rows = text_row(1, "id", "text", "x") + (
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#DIV/0!</v></c></row>'
        '<row r="3"><c t="e"><f>A9</f><v>#N/A</v></c><c t="inlineStr"><is><t>好</t></is></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="C4" t="e"><v>#REF!</v></c></row>'
    )
    reader = open_xlsx(handmade(tmp_path / "e.xlsx", sheet_xml(rows)))
    assert [each.values for each in read(reader)] == [
        (1, "#DIV/0!", None),
        ("#N/A", "好", None),
        (3, None, "#REF!"),
    ]


def test_formulas_without_a_result_are_announced(tmp_path: Path) -> None:
    reader = open_xlsx(workbook(tmp_path, [["a", "b"], [1, "=A2+1"], [2, "x"]]))
    assert [notice.id for notice in reader.warnings] == ["formulas-without-result"]
    assert reader.warnings[0].params == {"count": 1}


def test_blank_rows_keep_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["id", "text"], [1, "x"], [], [], [2, "y"], [], [3, "z"]])
    assert [(each.number, each.offset) for each in read(open_xlsx(path))] == [(1, 2), (2, 5), (3, 7)]


def test_long_numbers_are_announced(tmp_path: Path) -> None:
    reader = open_xlsx(workbook(tmp_path, [["卡号", "text"], [6222021234567890123, "x"]]))
    assert [(notice.id, notice.params) for notice in reader.warnings] == [("rounded-numbers", {"column": "卡号"})]
    assert "卡号" in reader.warnings[0].sentence()


def test_two_header_rows_of_a_survey_platform(tmp_path: Path) -> None:
    codes = ["ID", "Q1", "Q2", *(f"Q3_{n}" for n in range(1, 9)), *(f"Q4_{n}" for n in range(1, 6))]
    codes += [f"S{n}" for n in range(1, 13)] + ["NPS", "提交时间"]
    texts: list[object] = [
        "答卷编号",
        "您最满意的是？",
        "您最不满意的是？",
        "请评价以下各项",
        *[None] * 7,
        "购买原因",
        *[None] * 4,
    ]
    texts += [f"背景{n}" for n in range(1, 13)] + ["您有多大可能推荐？", "提交时间"]
    assert len(codes) == len(texts) == 30
    body = [[n, f"空间大{n}", "油耗高", *[4] * 8, *[0] * 5, *["北京"] * 12, n % 11, "2026-07-03"] for n in range(1, 41)]
    for order in ([codes, texts], [texts, codes]):
        reader = open_xlsx(workbook(tmp_path, [*order, *body]), header_rows=2)
        assert reader.columns == tuple(codes)
        assert reader.column_texts[3:11] == ("请评价以下各项",) * 8
        assert reader.column_texts[1] == "您最满意的是？"
        assert [record.values[0] for record in read(reader)] == list(range(1, 41))


def test_sparse_question_texts_above_codes(tmp_path: Path) -> None:
    top = ["编号", "您的建议", "请评价", *[None] * 6]
    codes = ["ID", "Q1", *(f"Q2_{n}" for n in range(1, 8))]
    body = [[n, "好", *[5] * 7] for n in range(9)]
    reader = open_xlsx(workbook(tmp_path, [["调查"], top, codes, *body]), header_rows=2)
    assert reader.columns == tuple(codes)
    assert reader.column_texts == ("编号", "您的建议", *["请评价"] * 7)
    assert len(read(reader)) == 9


def test_a_second_header_row_is_announced(tmp_path: Path) -> None:
    rows = [["ID", "Q1", "NPS"], ["答卷编号", "您的建议", "推荐度"], *([n, "好", 9] for n in range(9))]
    assert [notice.id for notice in open_xlsx(workbook(tmp_path, rows)).warnings] == ["second-header-row"]
    assert open_xlsx(workbook(tmp_path, rows), header_rows=2).warnings == ()
    assert open_xlsx(workbook(tmp_path, [rows[0], *rows[2:]])).warnings == ()


def test_a_web_page_that_calls_itself_xls(tmp_path: Path) -> None:
    page = (
        "<html><head><meta charset=gb2312></head><body><table><tr><td>导航</td></tr></table><table>"
        "<tr><th>编号</th><th>原话</th><th colspan=2>评分</th></tr>"
        "<tr><td rowspan=2>1</td><td>空间大，<b>好</b></td><td>9</td><td>8</td></tr>"
        "<tr><td>油耗高<table><tr><td>内</td></tr></table></td><td>3</td><td></td></tr></table></body></html>"
    )
    path = tmp_path / "导出.xls"
    path.write_bytes(page.encode("gb18030"))
    reader = open_reader(path)
    assert (reader.kind, reader.columns) == ("html-table", ("编号", "原话", "评分", "#4"))
    assert [each.values for each in reader.read()] == [("1", "空间大，好", "9", "8"), (None, "油耗高内", "3", None)]
    path.write_bytes(b"<html><table></table></html>")
    with pytest.raises(UserError) as caught:
        open_reader(path)
    assert caught.value.id == "workbook-empty"


def test_titles_sheets_and_header_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    for row in [["2026 年满意度调查"], [], ["id", "原话", "城市"], [1, "好", "北京"], [2, "差", "上海"]]:
        book.create_sheet("数据") if "数据" not in book.sheetnames else None
        book["数据"].append(row)
    book.create_chartsheet("图")
    hidden = book.create_sheet("隐藏")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "多表.xlsx"
    book.save(path)
    assert sheet_names(path) == ("说明", "数据", "隐藏")
    reader = open_xlsx(path)
    assert (reader.sheet, reader.columns) == ("数据", ("id", "原话", "城市"))
    assert [notice.id for notice in reader.warnings] == ["rows-above-header"]
    assert [each.offset for each in read(reader)] == [4, 5]
    assert open_xlsx(path, header_row=4).columns == ("1", "好", "北京")
    assert open_xlsx(path, sheet="隐藏", header_row=0).columns == ("#1",)
    for options, error in ({"sheet": "无"}, "sheet-unknown"), ({"sheet": "说明"}, "sheet-empty"):
        with pytest.raises(UserError) as caught:
            open_xlsx(path, **options)
        assert caught.value.id == error
    with pytest.raises(AskedWronglyError):
        open_xlsx(path, header_row=90)


def test_a_table_that_begins_in_the_middle(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cell, value in {"C4": "id", "D4": "text", "C5": 1, "D5": "好", "F5": "旁注"}.items():
        book.active[cell] = value
    book.save(tmp_path / "m.xlsx")
    reader = open_xlsx(tmp_path / "m.xlsx")
    assert reader.columns == ("#1", "#2", "id", "text", "#5", "#6")
    assert [each.values for each in read(reader)] == [(None, None, 1, "好", None, "旁注")]


def test_a_cell_at_the_far_corner(tmp_path: Path) -> None:
    rows = text_row(1, "id", "text") + text_row(2, "1", "好") + '<row r="50000"><c r="XFD50000"><v>1</v></c></row>'
    reader = open_xlsx(handmade(tmp_path / "dim.xlsx", sheet_xml(rows)))
    assert reader.columns == ("id", "text")
    found = list(reader.read())
    assert [type(each) for each in found] == [Record, Reject]
    assert (found[1].offset, found[1].reason) == (50_000, RejectReason.TOO_MANY_CELLS)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
QUADRATIC = f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
EXTERNAL = f'{HEAD}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(("before", "cell"), [(BILLION, "&l9;"), (QUADRATIC, "&a;" * 20_000), (EXTERNAL, "&f;")])
def test_entities_are_never_expanded(tmp_path: Path, before: str, cell: str) -> None:
    path = handmade(tmp_path / "bomb.xlsx", sheet_xml(text_row(1, "a", "b") + text_row(2, "1", cell), before))
    try:
        found = list(open_xlsx(path).read())
    except UserError as error:
        assert error.id in ("document-damaged", "file-too-heavy", "package-hostile")
        return
    texts = [str(value) for each in found if isinstance(each, Record) for value in each.values]
    assert sum(map(len, texts)) < 1000
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in "".join(texts)


def test_hostile_packages_are_refused_unparsed(tmp_path: Path) -> None:
    blank = sheet_xml(text_row(1, "a"))
    cases = {
        "ratio": handmade(tmp_path / "r.xlsx", blank, extra={"xl/big.xml": bytes(40 << 20)}),
        "names": handmade(tmp_path / "n.xlsx", blank, extra={"../../evil.xml": b"x"}),
        "many": handmade(tmp_path / "m.xlsx", blank, extra={f"x/{n}.xml": b"" for n in range(5001)}),
    }
    for path in cases.values():
        with pytest.raises(UserError) as caught:
            open_reader(path)
        assert caught.value.id == "package-hostile"


def test_damaged_encrypted_and_old_files(tmp_path: Path) -> None:
    good = workbook(tmp_path, [["a", "b"], *([n, "x"] for n in range(500))]).read_bytes()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    flagged = bytearray(good)
    for place in range(len(flagged) - 4):
        if flagged[place : place + 4] == b"PK\x01\x02":
            flagged[place + 8] |= 1
    cases = {
        "package-damaged": good[: len(good) // 2],
        "file-encrypted": ole + "EncryptedPackage".encode("utf-16-le"),
        "old-office-file": ole + "Workbook".encode("utf-16-le"),
    }
    for error, content in [*cases.items(), ("file-encrypted", bytes(flagged))]:
        path = tmp_path / "bad.xlsx"
        path.write_bytes(content)
        with pytest.raises(UserError) as caught:
            open_reader(path)
        assert caught.value.id == error
        assert caught.value.why
        assert caught.value.advice


def test_mutated_workbooks_never_break_the_parent(tmp_path: Path) -> None:
    good = workbook(tmp_path, [["a", "b"], *([n, "x" * (n % 7)] for n in range(50))]).read_bytes()
    path = tmp_path / "mutant.xlsx"
    outcomes = set()
    for step in range(12):
        mutant = bytearray(good)
        for place in range(step * 37 % 90, len(good), 331 + step):
            mutant[place] ^= 1 << (step % 8)
        path.write_bytes(mutant)
        try:
            outcomes.add(len(list(open_xlsx(path).read())) >= 0)
        except UserError as error:
            outcomes.add(error.id)
    assert outcomes


def test_a_child_that_hangs_or_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stuck.py").write_text("import sys\nfor line in sys.stdin: pass\nimport time\ntime.sleep(99)\n")
    (tmp_path / "dead.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for module in ("stuck", "dead"):
        with pytest.raises(limited.ChildDiedError):
            list(limited.ask(module, {}, patience=0.3))


def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "greedy.py").write_text(
        "from annotate.importing.limited import serve\n"
        "def work(request):\n    yield {'got': len(bytes(3 << 30))}\n"
        "serve(work)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(limited.ChildDiedError):
        list(limited.ask("greedy", {}))


def test_member_names_of_a_sound_package(tmp_path: Path) -> None:
    assert "xl/workbook.xml" in member_names(workbook(tmp_path, [["a"]]))
