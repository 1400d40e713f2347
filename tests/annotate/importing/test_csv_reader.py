"""The careful CSV reader: hostile files, exact accounting and resume, equality with a naive reading of its rules."""

from __future__ import annotations

import csv
import gzip
import io
from itertools import pairwise
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.errors import AskedWronglyError, UserError
from annotate.importing import csv_reader
from annotate.importing.csv_reader import CsvReader, open_csv
from annotate.importing.encoding import Encoding
from annotate.importing.lines import Lines
from annotate.importing.records import MAX_CELL, MAX_LINES, MAX_RECORD, Record, Reject, RejectReason

REPEATABLE = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def opened(tmp_path: Path, content: bytes, name: str = "data.csv", **options: object) -> CsvReader:
    path = tmp_path / name
    path.write_bytes(content)
    return open_csv(path, **options)  # type: ignore[arg-type]


def read(reader: CsvReader) -> tuple[list[tuple[object, ...]], list[tuple[int, RejectReason, bytes]]]:
    """Return good rows and (number, reason, bytes) of rejects, having checked numbers, offsets and resume."""
    found = list(reader.read())
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    for before, after in pairwise(found):
        assert before.next_offset <= after.offset
    for each in found[:: max(1, len(found) // 7)]:
        assert list(reader.read(each.next_offset, each.number)) == found[each.number :]
    good = [each.values for each in found if isinstance(each, Record)]
    return good, [(each.number, each.reason, each.raw) for each in found if isinstance(each, Reject)]


def test_plain_table(tmp_path: Path) -> None:
    reader = opened(tmp_path, '编号,原话,评分\n1,空间大,9\n2,"油耗高, 但好\n开",4.5\n'.encode(), "客户 原话.csv")
    assert reader.columns == ("编号", "原话", "评分")
    assert (reader.kind, reader.encoding, reader.delimiter) == ("csv", "utf-8", ",")
    assert read(reader) == ([("1", "空间大", "9"), ("2", "油耗高, 但好\n开", "4.5")], [])
    assert [record.values[0] for record in reader.preview(1)] == ["1"]


def test_ragged_rows_are_rejected_by_number(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n"))
    assert good == [("1", "2", "3"), ("4", "5", "6")]
    assert bad == [(2, RejectReason.TOO_FEW_CELLS, b"1,2\n"), (3, RejectReason.TOO_MANY_CELLS, b"1,2,3,4\n")]


def test_an_open_quote_costs_one_line_only(tmp_path: Path) -> None:
    rows = b"".join(b"%d,good\n" % number for number in range(5000))
    good, bad = read(opened(tmp_path, b'a,b\n1,"open\n' + rows))
    assert len(good) == 5000
    assert bad == [(1, RejectReason.QUOTES, b'1,"open\n')]


def test_two_open_quotes_do_not_pair_across_rows(tmp_path: Path) -> None:
    between = b"".join(b"%d,good,x\n" % number for number in range(300))
    good, bad = read(opened(tmp_path, b'a,b,c\n1,"open,x\n' + between + b'2,"open,x\n' + between))
    assert len(good) == 600
    assert [number for number, _, _ in bad] == [1, 302]


def test_quotes_within_a_cell_are_text(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, '屏幕,b\n7" 屏,"他说""好"""\n'.encode()))
    assert good == [('7" 屏', '他说"好"')]
    assert not bad


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    content = end.join(["a,b", "1,x", '2,"y', 'z"', "3,w"]).encode()
    good, bad = read(opened(tmp_path, content))
    assert good == [("1", "x"), ("2", f"y{end}z"), ("3", "w")]
    assert not bad


def test_mixed_line_ends_in_quotes(tmp_path: Path) -> None:
    good, _ = read(opened(tmp_path, b'a,b\r\n1,"x\ny\r\nz\rw"\n2,v\r3,u\r\n'))
    assert good == [("1", "x\ny\r\nz\rw"), ("2", "v"), ("3", "u")]


def test_one_bad_byte_costs_one_record(tmp_path: Path) -> None:
    rows = "".join(f"{number},很好的车\n" for number in range(200)).encode()
    content = b"a,b\n" + rows + b"x,\xff\xfe\n" + b'y,"\xe5\xa5\n\xbd"\n' + rows
    good, bad = read(opened(tmp_path, content))
    assert len(good) == 400
    assert bad == [
        (201, RejectReason.ENCODING, b"x,\xff\xfe\n"),
        (202, RejectReason.ENCODING, b'y,"\xe5\xa5\n\xbd"\n'),
    ]


def test_nul_is_rejected(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, b"a,b\n1,x\0y\n2,z\n"))
    assert good == [("2", "z")]
    assert bad == [(1, RejectReason.NUL, b"1,x\0y\n")]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_offsets_of_the_original(tmp_path: Path, codec: str) -> None:
    text = '\ufeff编号\t原话\n1\t"空间大\n好"\n2\t半\ud800个\n3\t\U0001f44d好\n4\tok\n'
    content = text.encode(codec, "surrogatepass")
    reader = opened(tmp_path, content, "调查.txt")
    good, bad = read(reader)
    assert reader.kind == "tsv"
    assert good == [("1", "空间大\n好"), ("3", "\U0001f44d好"), ("4", "ok")]
    assert bad == [(2, RejectReason.SURROGATE, "2\t半\ud800个\n".encode(codec, "surrogatepass"))]
    for each in reader.read():
        assert content[each.offset : each.next_offset].decode(codec, "surrogatepass").startswith(f"{each.number}\t")


def test_utf_16_of_odd_length(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, "\ufeffa,b\n1,x\n2,y".encode("utf-16-le") + b"z"))
    assert good == [("1", "x")]
    assert [(number, reason) for number, reason, _ in bad] == [(2, RejectReason.ENCODING)]


def test_gb18030_and_big5(tmp_path: Path) -> None:
    text = "编号|原话\n1|空间大，油耗低，朗逸\n2|镕的后备箱﹐㐂\n"
    good, _ = read(opened(tmp_path, text.encode("gb18030")))
    assert good == [("1", "空间大，油耗低，朗逸"), ("2", "镕的后备箱﹐㐂")]
    reader = opened(tmp_path, "編號,原話\n1,空間很大，油耗也低\n2,座椅不舒服\n".encode("big5"))
    assert reader.encoding == "big5hkscs"
    assert read(reader)[0] == [("1", "空間很大，油耗也低"), ("2", "座椅不舒服")]


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    reader = opened(tmp_path, b'\xef\xbb\xbf"id",text\n1,x\n')
    assert reader.columns == ("id", "text")
    assert reader.encoding == "utf-8-sig"


def test_names_are_made_unique_visibly(tmp_path: Path) -> None:
    reader = opened(tmp_path, "分数,,分数,分数 (2)\n1,2,3,4\n".encode())
    assert reader.columns == ("分数", "#2", "分数 (3)", "分数 (2)")
    assert [notice.id for notice in reader.warnings] == ["unnamed-columns", "repeated-columns"]


def test_a_cell_and_a_record_that_are_too_long(tmp_path: Path) -> None:
    cell = b"x" * (MAX_CELL + 1)
    line = b"y" * (MAX_RECORD + (3 << 20))
    content = b"a,b\n1,ok\n2," + cell + b"\n3," + b"x" * MAX_CELL + b"\n4," + line + b"\r\n5,ok\n"
    good, bad = read(opened(tmp_path, content))
    assert [values[0] for values in good] == ["1", "3", "5"]
    assert [(number, reason) for number, reason, _ in bad] == [
        (2, RejectReason.CELL_TOO_LONG),
        (4, RejectReason.RECORD_TOO_LONG),
    ]
    assert len(bad[1][2]) == MAX_RECORD


def test_a_105_mb_cell_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"a,b\n1,")
        for number in range(105):
            file.write(bytes([97 + number % 26]) * (1 << 20))
        file.write(b"\n2,ok\n")
    with pytest.raises(UserError) as caught:
        list(open_csv(path).read())
    assert caught.value.id == "archive-bomb"


@pytest.mark.parametrize("codec", [Encoding.UTF_16_LE, Encoding.UTF_8])
def test_an_overlong_line_is_measured_whole(tmp_path: Path, codec: Encoding) -> None:
    path = tmp_path / "long.csv"
    long_line = "2," + "好" * (2 << 20) + "\r\n"
    content = "a,b\n1,ok\n", long_line, "3,ok\n"
    mark = b"\xff\xfe" if codec.is_utf_16 else b""
    path.write_bytes(mark + b"".join(part.encode(codec.codec) for part in content))
    found = list(open_csv(path).read())
    assert [type(each) for each in found] == [Record, Reject, Record]
    assert found[1].length == len(long_line.encode(codec.codec))
    assert found[2].next_offset == path.stat().st_size


def test_too_many_lines(tmp_path: Path) -> None:
    record = b'1,"' + b"\n" * MAX_LINES + b'x"\n'
    good, bad = read(opened(tmp_path, b"a,b\n" + record + b"2,ok\n"))
    assert ("2", "ok") in good
    assert bad[0] == (1, RejectReason.TOO_MANY_LINES, b'1,"\n')
    fitting = b'1,"' + b"\n" * (MAX_LINES - 1) + b'x"\n'
    good, bad = read(opened(tmp_path, b"a,b\n" + fitting))
    assert (len(good), bad) == (1, [])


def test_blank_lines_are_no_records_and_empty_rows_are(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, b"\n\na,b\n\n1,x\n  \n,\n\r\n2,y\n\n\n"))
    assert good == [("1", "x"), ("", ""), ("2", "y")]
    assert not bad
    good, _ = read(opened(tmp_path, '原话\n空间大，油耗低\n\n  \n""\n好,很好\n'.encode()))
    assert good == [("空间大，油耗低",), ("  ",), ("",), ("好,很好",)]


def test_one_empty_cell_more_in_every_row_is_taken_off(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, b"a,b\n1,x,\n2,y,\n"))
    assert (good, bad) == ([("1", "x"), ("2", "y")], [])
    good, bad = read(opened(tmp_path, b"a,b\n1,x,\n2,y,\n3,z\n"))
    assert good == [("3", "z")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["编号", "原话", "日期"]] + [[str(n), "空间,大;油耗|低", "2026-07-03"] for n in range(20)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    reader = opened(tmp_path, text.getvalue().encode())
    assert reader.delimiter == delimiter
    assert len(read(reader)[0]) == 20


def test_excels_own_line_about_the_delimiter(tmp_path: Path) -> None:
    reader = opened(tmp_path, "\ufeffsep=;\r\na;b,c\r\n1;x,y\r\n".encode())
    assert (reader.columns, reader.delimiter) == (("a", "b,c"), ";")
    assert read(reader)[0] == [("1", "x,y")]


def test_stray_quotes_in_every_line_end_soon(tmp_path: Path) -> None:
    good, bad = read(opened(tmp_path, b"a,b\n" + b'"\n' * 20_000 + b"1,x\n", delimiter=",", header_row=1))
    assert good == [("1", "x")]
    assert len(bad) == 20_000


def test_header_rows(tmp_path: Path) -> None:
    content = "满意度调查\n\nQ1,Q5_1,Q5_2\n您的建议是？,请评分,\n好,5,4\n".encode()
    reader = opened(tmp_path, content, header_row=2, header_rows=2)
    assert reader.columns == ("Q1", "Q5_1", "Q5_2")
    assert reader.column_texts == ("您的建议是？", "请评分", "请评分")
    assert read(reader)[0] == [("好", "5", "4")]
    bare = opened(tmp_path, b"1,x\n2,y\n", header_row=0)
    assert bare.columns == ("#1", "#2")
    assert len(read(bare)[0]) == 2
    with pytest.raises(AskedWronglyError):
        opened(tmp_path, b"a,b\n", header_row=5)


def test_a_second_header_row_is_announced(tmp_path: Path) -> None:
    rows = "".join(f"{number},好,{number % 11}\n" for number in range(9))
    reader = opened(tmp_path, f"ID,Q1,Q2\n答卷编号,您的建议,推荐度\n{rows}".encode())
    assert [notice.id for notice in reader.warnings] == ["second-header-row"]
    assert opened(tmp_path, f"ID,Q1,Q2\n{rows}".encode()).warnings == ()


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    rows = "".join(f"{number},好,x\n" for number in range(20))
    reader = opened(tmp_path, f"2026 年 7 月满意度调查\n编号,原话,渠道\n{rows}".encode())
    assert reader.columns == ("编号", "原话", "渠道")
    assert [notice.id for notice in reader.warnings] == ["rows-above-header"]
    assert len(read(reader)[0]) == 20


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    rows = "".join(f"{number},{number * 7919 % 10007}\n" for number in range(200_000)).encode()
    packed = gzip.compress(b"a,b\n" + rows)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UserError) as caught:
        list(open_csv(path).read())
    assert caught.value.id == "archive-damaged"
    path.write_bytes(gzip.compress(b"a,b\n1,x\n") + gzip.compress(b"2,y\n") + bytes(512))
    assert read(open_csv(path))[0] == [("1", "x"), ("2", "y")]


def test_packed_and_plain_give_the_same(tmp_path: Path) -> None:
    rows = "".join(f'{number},"空间{number}\n{"大" * 30}"\n' for number in range(15_000)).encode()
    plain = list(opened(tmp_path, b"a,b\n" + rows).read())
    packed = list(opened(tmp_path, gzip.compress(b"a,b\n" + rows, 1), "a.csv.gz").read())
    assert plain == packed
    assert len(plain) == 15_000


@pytest.mark.parametrize(
    "content", [b"", b"\n\r\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), bytes(range(32)) * 40, b"\x00" * 99]
)
def test_files_without_a_table(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UserError):
        opened(tmp_path, content)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, error in ((tmp_path / "没有.csv", "file-missing"), (tmp_path, "file-is-a-folder")):
        with pytest.raises(UserError) as caught:
            open_csv(path)
        assert caught.value.id == error


def naive(content: bytes, width: int, max_lines: int) -> list[tuple[bool, tuple[str, ...] | bytes]]:
    """Read UTF-8 by the rules in the module's docstring, one record at a time and without any cleverness."""
    lines = content.splitlines(keepends=True)
    found: list[tuple[bool, tuple[str, ...] | bytes]] = []
    place = 0
    while place < len(lines):
        if not lines[place].strip(b"\r\n" if width == 1 else None):
            place += 1
            continue
        row, end = None, place
        for stop in range(place + 1, min(place + max_lines, len(lines)) + 1):
            texts = [line.decode("utf-8", "surrogateescape") for line in lines[place:stop]]
            try:
                row, end = next(csv.reader(texts, strict=True)), stop
                break
            except csv.Error as error:
                if "unexpected end" not in str(error):
                    break
        raw = b"".join(lines[place:end])
        if row is None or len(row) != width:
            found.append((False, lines[place]))
            place += 1
            continue
        sound = b"\0" not in raw and not any("\ud800" <= character <= "\udfff" for cell in row for character in cell)
        found.append((True, tuple(row)) if sound else (False, raw))
        place = end
    return found


PIECES = st.sampled_from(
    ["a", "空", ",", ",", '"', '"', '""', "\n", "\r\n", "\r", " ", '","', ',"', '",', "x,y\n", "\0", "\n\n"]
)
CONTENTS = st.lists(PIECES.map(str.encode) | st.sampled_from([b"\xff", b"\xe5\xa5"]), max_size=60).map(b"".join)


@given(CONTENTS, st.integers(1, 40), st.integers(1, 3), st.integers(2, 6), st.integers(1, 3))
@REPEATABLE
def test_equals_the_naive_reading(content: bytes, chunk: int, width: int, max_lines: int, span: int) -> None:
    lines = Lines.__new__(Lines)
    lines_from_bytes(lines, content, chunk)
    with mock.patch.multiple(csv_reader, MAX_LINES=max_lines, _AFTER_TROUBLE=span):
        found = list(csv_reader._records(lines, ",", width, 0))
    got = [(True, each.values) if isinstance(each, Record) else (False, each.raw) for each in found]
    assert got == naive(content, width, max_lines)


def lines_from_bytes(lines: Lines, content: bytes, chunk: int) -> None:
    """Set up a window over bytes in memory, handed over in small chunks."""
    lines.texts, lines.starts, lines.flaws, lines.at_end = [], [0], {}, False
    lines._raws, lines._encoding, lines._codec, lines._measure = [], Encoding.UTF_8, "utf-8", len
    lines._stream = iter([content[at : at + chunk] for at in range(0, len(content), chunk)])
    lines._rest, lines._cut = b"", 0


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\r\n\t",'))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3)))
@REPEATABLE
def test_round_trip_of_what_csv_writes(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["id", "text", "x"], *rows])
    good, bad = read(opened(tmp_path, text.getvalue().encode(), encoding=Encoding.UTF_8, delimiter=",", header_row=1))
    assert good == [tuple(row) for row in rows]
    assert not bad


@given(st.binary(max_size=400) | CONTENTS)
@REPEATABLE
def test_random_bytes_never_break_it(tmp_path: Path, content: bytes) -> None:
    try:
        reader = opened(tmp_path, content)
        found = list(reader.read())
    except UserError:
        return
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(before.next_offset <= after.offset for before, after in pairwise(found))
    assert not found or found[-1].next_offset <= len(content)
    for each in found:
        if isinstance(each, Record):
            assert len(each.values) == len(reader.columns)
        else:
            assert content[each.offset : each.next_offset] == each.raw


def test_decimal_commas_below_the_header_do_not_divide_a_semicolon_file(tmp_path: Path) -> None:
    path = tmp_path / "de.csv"
    rows = [f"{n};{n},5;{n}.000,50;Antwort {n}" for n in range(1, 40)]
    path.write_text("Nr;Note;Umsatz;Kommentar\n" + "\n".join(rows) + "\n", encoding="utf-8")
    reader = open_csv(path)
    assert (reader.delimiter, reader.columns) == (";", ("Nr", "Note", "Umsatz", "Kommentar"))
