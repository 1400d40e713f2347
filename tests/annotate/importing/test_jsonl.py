"""JSON Lines: columns from keys, every bad line a reject."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from annotate.errors import UserError
from annotate.importing import jsonl
from annotate.importing.jsonl import open_jsonl
from annotate.importing.records import MAX_CELL, Record, Reject, RejectReason


def test_values_keys_and_rejects(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "原话": "空间大", "分": 4.5, "好": true}',
        "",
        '{"原话": null, "标签": ["a", "b"], "id": 2}',
        '{"id": NaN}',
        '{"id": 1e999}',
        '{"id": "\\ud800"}',
        "[1]",
        '{"id": "x\\u0000y"}',
        "[" * 100_000,
        '{"id": 3',
        '{"id": 12345678901234567890}',
        '{"id": 1, "id": 2}',
    ]
    path = tmp_path / "反馈.jsonl.gz"
    path.write_bytes(gzip.compress(("\ufeff" + "\r\n".join(lines)).encode() + b'\n{"id": "\xff"}'))
    reader = open_jsonl(path)
    assert reader.columns == ("id", "原话", "分", "好", "标签")
    found = list(reader.read())
    assert [each.number for each in found] == list(range(1, 13))
    assert [each.values for each in found if isinstance(each, Record)] == [
        (1, "空间大", 4.5, "true", None),
        (2, None, None, None, '["a","b"]'),
        ("12345678901234567890", None, None, None, None),
        (2, None, None, None, None),
    ]
    assert [each.reason for each in found if isinstance(each, Reject)] == [
        RejectReason.NOT_JSON,
        RejectReason.NOT_JSON,
        RejectReason.NOT_JSON,
        RejectReason.NOT_AN_OBJECT,
        RejectReason.NUL,
        RejectReason.NOT_JSON,
        RejectReason.NOT_JSON,
        RejectReason.ENCODING,
    ]
    assert found[-1].raw == b'{"id": "\xff"}'
    for each in found:
        assert list(reader.read(each.next_offset, each.number)) == found[each.number :]


def test_a_late_key_rejects_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "KEYS_FROM", 2)
    path = tmp_path / "late.jsonl"
    path.write_text('{"a":1}\n{"b":2}\n{"c":3}\n{"a":4}\n')
    found = list(open_jsonl(path).read())
    assert isinstance(found[2], Reject)
    assert (found[2].reason, found[2].raw) == (RejectReason.LATE_COLUMN, b'{"c":3}\n')
    assert isinstance(found[3], Record)


def test_long_cells_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text('{"a":"x"}\n{"a":"' + "x" * (MAX_CELL + 1) + '"}\n{"a":"' + "y" * (5 << 20) + '"}\n{"a":"z"}')
    reasons = [getattr(each, "reason", None) for each in open_jsonl(path).read()]
    assert reasons == [None, RejectReason.CELL_TOO_LONG, RejectReason.RECORD_TOO_LONG, None]


@pytest.mark.parametrize("content", [b"", b"not json\n", b"[1, 2]\n", b"{}\n"])
def test_no_object_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(UserError):
        open_jsonl(path)
