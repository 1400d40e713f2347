"""Tables leave whole or not at all, read back as they were, and run nothing in a spreadsheet."""

from __future__ import annotations

import csv
import errno
import io
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.errors import AskedWronglyError, UserError
from annotate.exchange import writers, xlsx
from annotate.exchange.guard import dangerous, guard, unguard
from annotate.exchange.writers import open_writer, write_table

COLUMNS = ("id", "text", "number", "day")
ROWS: list[tuple[Any, ...]] = [
    ("1", "动力不错，油耗\n有点高", -1, date(2026, 1, 31)),
    ("2", '=cmd|"/c calc"!A0', 4.5, None),
    ("3", '他说"好"，逗号', None, datetime(2026, 2, 1, 13, 5)),
]

# Everything a stored text can hold: no half surrogate pairs, which the database cannot bind.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
risky = st.builds(
    lambda lead, sign, rest: lead + sign + rest,
    st.text(" \t\r\n'　\u200b\ufeff\0", max_size=4),
    st.sampled_from("=+-@＝＋－＠|%'1a中\0\t"),
    st.text("=+-@'1.%e", max_size=6) | texts,
)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@given(texts | risky)
def test_guard_leaves_nothing_that_a_spreadsheet_would_run(text: str) -> None:
    guarded = guard(text)
    assert not dangerous(guarded)
    assert guarded[:1] not in set("=@＝＋－＠|%\t\r\n\0")
    if guarded.lstrip()[:1] in ("+", "-"):
        float(guarded.strip().rstrip("%").replace(",", ""))


@given(texts | risky)
def test_unguard_gives_back_what_was_there(text: str) -> None:
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["-1", "+4.5", "0", "-1,234.50", "+3%", "-1e5", "好", "a=b", "'tis", "", "3-1", " 5"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert guard(text) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1-1", "-a", "@A1", "＝1", "　=1", "\t1", "\r1", "\n1", "\0a", "|x", "%x", "-", "-1+cmd", "\ufeff=1"],
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert guard(text) == "'" + text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(texts | risky, min_size=2, max_size=2), max_size=5))
def test_csv_comes_back_through_pythons_reader(tmp_path: Path, rows: list[list[str]]) -> None:
    target = tmp_path / "t.csv"
    assert write_table(target, ["一", "=b"], rows) == len(rows)
    with target.open(encoding="utf-8-sig", newline="") as file:
        header, *back = csv.reader(file, strict=True)
    assert [unguard(name) for name in header] == ["一", "=b"]
    assert [[unguard(cell) for cell in row] for row in back] == rows
    assert left_in(tmp_path) == ["t.csv"]


def test_csv_bytes(tmp_path: Path) -> None:
    write_table(tmp_path / "表.csv", COLUMNS, ROWS)
    assert (tmp_path / "表.csv").read_bytes().decode() == (
        "\ufeffid,text,number,day\r\n"
        '1,"动力不错，油耗\n有点高",-1,2026-01-31\r\n'
        '2,"\'=cmd|""/c calc""!A0",4.5,\r\n'
        '3,"他说""好""，逗号",,2026-02-01 13:05:00\r\n'
    )


def test_csv_spells_truth_and_drops_what_is_no_number(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["a", "b", "c"], [(True, False, float("nan"))])
    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()[1] == "true,false,"


def test_jsonl_keeps_types_and_text_as_it_is(tmp_path: Path) -> None:
    write_table(tmp_path / "t.jsonl", ["文", "n", "ok"], [("=1", None, True), ("\udc80", 2**70, False)])
    lines = (tmp_path / "t.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line) for line in lines] == [
        {"文": "=1", "n": None, "ok": True},
        {"文": "\\udc80", "n": str(2**70), "ok": False},
    ]


def test_xlsx_reads_back_typed_and_without_formulas(tmp_path: Path) -> None:
    rows = [*ROWS, ("4", "https://example.org", 6222021234567890123, date(1850, 1, 1)), ("5", "", float("inf"), None)]
    write_table(tmp_path / "t.xlsx", COLUMNS, rows)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Sheet1"]
    values = list(sheet.iter_rows(values_only=True))
    assert values[0] == COLUMNS
    assert values[1] == ("1", "动力不错，油耗\n有点高", -1, datetime(2026, 1, 31))
    assert values[2] == ("2", '=cmd|"/c calc"!A0', 4.5, None)
    assert values[3][3] == datetime(2026, 2, 1, 13, 5)
    assert values[4] == ("4", "https://example.org", "6222021234567890123", "1850-01-01")
    assert sheet["B3"].data_type != "f"
    assert sheet["B5"].hyperlink is None
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["C"].width


def test_xlsx_of_equal_rows_has_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_table(tmp_path / name, COLUMNS, ROWS)
    with open_writer(tmp_path / "c.xlsx", COLUMNS, created=datetime(2026, 5, 1, tzinfo=UTC)) as writer:
        for row in ROWS:
            writer.write(row)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "c.xlsx").properties.created == datetime(2026, 5, 1)


def test_xlsx_refuses_a_cell_that_excel_would_cut(tmp_path: Path) -> None:
    write_table(tmp_path / "t.xlsx", ["text"], [("字" * xlsx.XLSX_CELL,)])
    before = (tmp_path / "t.xlsx").read_bytes()
    with pytest.raises(UserError) as caught:  # an emoji is one code point and two of Excel's characters
        write_table(tmp_path / "t.xlsx", ["text"], [("a",), ("😀" * (xlsx.XLSX_CELL // 2 + 1),)])
    assert caught.value.id == "xlsx-cell"
    assert caught.value.params["row"] == 3
    assert "😀" not in caught.value.sentence()
    assert (tmp_path / "t.xlsx").read_bytes() == before
    assert left_in(tmp_path) == ["t.xlsx"]


def test_xlsx_refuses_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "XLSX_ROWS", 3)
    write_table(tmp_path / "fits.xlsx", ["a"], [("1",), ("2",)])
    with pytest.raises(UserError) as caught:
        write_table(tmp_path / "t.xlsx", ["a"], [("1",), ("2",), ("3",)])
    assert caught.value.id == "xlsx-rows"
    assert "3" in caught.value.sentence()
    assert left_in(tmp_path) == ["fits.xlsx"]


def test_xlsx_refuses_too_many_columns(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_table(tmp_path / "t.xlsx", [str(i) for i in range(xlsx.XLSX_COLUMNS + 1)], [])
    assert caught.value.id == "xlsx-columns"
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("suffix", writers.SUFFIXES)
def test_a_fault_in_the_middle_leaves_the_old_file(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"t{suffix}"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), open_writer(target, COLUMNS) as writer:
        writer.write(ROWS[0])
        raise KeyboardInterrupt
    assert target.read_bytes() == b"old"
    assert left_in(tmp_path) == [target.name]


@pytest.mark.parametrize("suffix", writers.SUFFIXES)
def test_nothing_of_the_table_lies_in_the_systems_temporary_folder(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, folder = tmp_path / "tmp", tmp_path / "out"
    elsewhere.mkdir()
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    with open_writer(folder / f"t{suffix}", COLUMNS) as writer:
        writer.write(ROWS[0])
        assert left_in(elsewhere) == []
        assert not (folder / f"t{suffix}").exists()
    assert left_in(folder) == [f"t{suffix}"]
    assert left_in(elsewhere) == []


@pytest.mark.parametrize("suffix", writers.SUFFIXES)
def test_a_full_disk_is_explained(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    target = tmp_path / f"t{suffix}"
    target.write_bytes(b"old")
    with pytest.raises(UserError) as caught:
        write_table(target, COLUMNS, ROWS)
    assert caught.value.id == "table-disk-full"
    assert target.read_bytes() == b"old"
    assert left_in(tmp_path) == [target.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_disk_that_fills_while_writing_is_explained(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = io.open

    def on_full_device(path: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        return real("/dev/full" if "w" in mode else path, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", on_full_device)
    with pytest.raises(UserError) as caught:
        write_table(tmp_path / f"t{suffix}", ["a"], [("x" * 1000,)] * 100)
    assert caught.value.id == "table-disk-full"


def test_a_target_held_by_another_program_is_tried_again_then_explained(tmp_path: Path) -> None:
    class Held:
        def __init__(self, failures: int) -> None:
            self.failures, self.now, self.calls = failures, 0.0, 0

        def replace(self, _target: Path) -> None:
            self.calls += 1
            if self.calls <= self.failures:
                raise PermissionError(errno.EACCES, "in use")

        def clock(self) -> float:
            return self.now

        def pause(self, seconds: float) -> None:
            self.now += seconds

    def place(held: Any) -> None:
        writers._put_in_place(held, tmp_path / "t.csv", held.clock, held.pause)

    soon_free = Held(failures=10)
    place(soon_free)
    assert soon_free.calls == 11

    never_free = Held(failures=10**6)
    with pytest.raises(UserError) as caught:
        place(never_free)
    assert caught.value.id == "table-target-open"
    assert 5 <= never_free.now < 5.2


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("t.xls", "table-format-unknown"),
        ("t", "table-format-unknown"),
        ("missing/t.csv", "table-folder-missing"),
        ("folder.csv", "table-target-is-folder"),
    ],
)
def test_wrong_targets_are_refused_before_anything_is_written(tmp_path: Path, name: str, error: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(AskedWronglyError) as caught:
        write_table(tmp_path / name, COLUMNS, ROWS)
    assert caught.value.id == error
    assert left_in(tmp_path) == ["folder.csv"]


def test_a_folder_without_the_right_to_write_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_options: Any) -> str:  # root may write anywhere, so the refusal is played
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(UserError) as caught:
        write_table(tmp_path / "t.csv", COLUMNS, ROWS)
    assert caught.value.id == "table-not-writable"


def test_upper_case_suffixes_and_links_to_the_real_file(tmp_path: Path) -> None:
    (tmp_path / "real.CSV").write_bytes(b"old")
    link = tmp_path / "link.CSV"
    try:
        link.symlink_to(tmp_path / "real.CSV")
    except OSError:
        pytest.skip("this system does not allow symbolic links here")
    write_table(link, ["a"], [("1",)])
    assert link.is_symlink()
    assert (tmp_path / "real.CSV").read_text("utf-8-sig").split() == ["a", "1"]


def test_a_row_of_another_width_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 cells for 4 columns"):
        write_table(tmp_path / "t.csv", COLUMNS, [("1", "2", "3")])
