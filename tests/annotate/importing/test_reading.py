"""The one way in: kinds by content and name, choices by people, errors with what, why and what to do."""

from __future__ import annotations

import gzip
import os
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.errors import AskedWronglyError, UserError
from annotate.importing.reading import Reader, file_hash, open_reader
from annotate.importing.records import Record, RejectReason
from annotate.importing.roles import Role, guess_roles

DATA = Path(os.environ.get("TINGDONG_DATA", Path(__file__).parents[4] / "shared" / "data"))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"id,text\n1,x\n", "csv"),
        ("a.dat", b"id\ttext\n1\tx\n", "tsv"),
        ("a.tsv.gz", gzip.compress(b"id\ttext\n1\tx\n", mtime=0), "tsv"),
        ("a.txt", b"id\ttext\n1\tx\n", "tsv"),
        ("a.txt", b"one paragraph\nand another\n", "txt"),
        ("a.xlsx", b"id,text\n1,x\n", "csv"),
        ("a.json", b'{"id": 1}\n', "json"),
        ("a.log", b'{"id": 1}\n', "jsonl"),
        ("a.csv", b'{"id": 1},x\n2,3\n', "csv"),
        ("a.htm", b"<p>x</p>", "html"),
        ("a", b"<!doctype html><p>x", "html"),
    ],
)
def test_kinds(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    reader: Reader = open_reader(written(tmp_path / name, content))
    assert reader.kind == kind
    assert reader.size == len(content)
    assert len(reader.column_texts) == len(reader.columns)
    assert reader.preview(5)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.csv", b"", "file-empty"),
        ("a.pdf", b"%PDF-1.7\n...", "not-a-table"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "not-a-table"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "file-empty"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old-office-file"),
        ("a.csv.gz", b"\x1f\x8b\x08rest", "archive-damaged"),
        ("a.csv", bytes(range(256)) * 9, "not-a-table"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    with pytest.raises(UserError) as caught:
        open_reader(written(tmp_path / name, content))
    assert caught.value.id == error
    assert all((caught.value.what, caught.value.why, caught.value.advice))
    assert "{" not in caught.value.sentence()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        open_reader(tmp_path / "没有.xlsx")
    assert caught.value.id == "file-missing"
    assert "没有.xlsx" in caught.value.sentence()


def test_choices_are_checked(tmp_path: Path) -> None:
    path = written(tmp_path / "中文 路径.csv", "编号;原话\n1;空间大\n".encode("gb18030"))
    assert open_reader(path, encoding="GBK", delimiter=";").columns == ("编号", "原话")
    assert open_reader(path, delimiter="tab").columns == ("编号;原话",)
    for options in ({"encoding": "klingon"}, {"delimiter": "ab"}, {"delimiter": "x"}, {"header_rows": 3}):
        with pytest.raises(AskedWronglyError):
            open_reader(path, **options)  # type: ignore[arg-type]


def test_hash_of_a_file(tmp_path: Path) -> None:
    one, other = written(tmp_path / "a", b"x" * 3_000_000), written(tmp_path / "b", b"x" * 3_000_001)
    assert file_hash(one) == file_hash(one) != file_hash(other)
    assert len(file_hash(one)) == 32


def test_reasons_have_sentences() -> None:
    assert all(reason.sentence for reason in RejectReason)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data in {DATA}; set TINGDONG_DATA")
def test_real_data_read_whole_and_with_the_right_roles() -> None:
    expected = {
        "zh_auto_bdci2018.shared70.csv.gz": (7469, {"id": Role.ID, "text": Role.TEXT, "codes": Role.CODE}),
        "zh_gov_hotline_tipdm2020_unlabelled.csv.gz": (
            7067,
            {"text": Role.TEXT, "date": Role.DATE, "part": Role.SEGMENT},
        ),
        "en_skytrax_seat_reviews.csv.gz": (1258, {"overall_rating": Role.SCORE, "recommended": Role.SEGMENT}),
        "en_airline_tweets.csv.gz": (14_640, {"text": Role.TEXT, "sentiment": Role.SENTIMENT, "date": Role.DATE}),
    }
    for name, (count, roles) in expected.items():
        reader = open_reader(DATA / name)
        found = list(reader.read())
        assert len(found) == count
        assert all(isinstance(each, Record) for each in found)
        guessed = guess_roles(reader.columns, reader.column_texts, [each.values for each in reader.preview(200)])
        assert roles.items() <= guessed.items()


STARTS = st.sampled_from(
    [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b'{"a":1}\n', b"id,text\n", b"PK\x03\x04"]
)
NAMES = st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.jsonl", "a.json.gz", "a.xlsx", "a.docx", "a"])
WRITTEN = st.text('空大,\t\r\n"{}[]:a1 |', max_size=80).flatmap(
    lambda text: st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5"]).map(
        lambda codec: text.encode(codec, "replace")
    )
)


@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(NAMES, STARTS, WRITTEN | st.binary(max_size=300))
def test_any_bytes_give_records_or_a_user_error(tmp_path: Path, name: str, start: bytes, rest: bytes) -> None:
    path = written(tmp_path / name, start + rest)
    try:
        reader = open_reader(path)
        found = list(reader.read())
    except UserError as error:
        assert "{" not in error.sentence()
        return
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(before.next_offset <= after.offset for before, after in pairwise(found))
    for each in found[:3]:
        assert list(reader.read(each.next_offset, each.number)) == found[each.number :]


def test_the_same_table_in_every_kind(tmp_path: Path) -> None:
    rows = [["编号", "原话"], *([f"r{n}", f"空间大{n}，好"] for n in range(300))]
    text = "".join(f"{a},{b}\n" for a, b in rows)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    paths = [
        written(tmp_path / "a.csv", text.encode()),
        written(tmp_path / "b.csv", text.encode("gb18030")),
        written(tmp_path / "c.csv", text.encode("utf-16")),
        written(tmp_path / "d.csv.gz", gzip.compress(text.encode())),
        written(tmp_path / "e.tsv", text.replace(",", "\t").encode()),
        written(tmp_path / "f.jsonl", "".join(f'{{"编号":"{a}","原话":"{b}"}}\n' for a, b in rows[1:]).encode()),
        tmp_path / "a.xlsx",
    ]
    ends = [[*reader.read()][-1].next_offset - 1 <= (reader.extent or 0) for reader in map(open_reader, paths)]
    assert all(ends)
    tables = [(reader.columns, [each.values for each in reader.read()]) for reader in map(open_reader, paths)]
    assert all(table == tables[0] for table in tables)
    assert len(tables[0][1]) == 300
