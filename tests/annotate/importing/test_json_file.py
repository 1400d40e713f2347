"""JSON as systems export it: lists, lists in a wrapper, objects within objects; nothing in them is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.errors import UserError
from annotate.importing.reading import open_reader
from annotate.importing.records import Record, Reject, RejectReason

REVIEWS: list[object] = [
    {
        "id": n,
        "user": {"city": "Lyon", "age": 30 + n},
        "review": {"text": f"Trop cher {n}", "stars": n % 5},
        "tags": ["a"],
    }
    for n in range(4)
]
COLUMNS = ("id", "tags", "user.city", "user.age", "review.text", "review.stars")


def written(path: Path, told: object, encoding: str = "utf-8") -> Path:
    path.write_bytes(json.dumps(told, ensure_ascii=False).encode(encoding))
    return path


@pytest.mark.parametrize(
    "told", [REVIEWS, {"meta": {"n": 4}, "data": REVIEWS}, {"result": {"page": 1, "items": REVIEWS}, "next": None}]
)
def test_objects_are_records_wherever_their_list_is(tmp_path: Path, told: object) -> None:
    reader = open_reader(written(tmp_path / "a.json", told))
    assert (reader.kind, set(reader.columns)) == ("json", set(COLUMNS))
    rows = list(reader.read())
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert isinstance(rows[1], Record)
    assert dict(zip(reader.columns, rows[1].values, strict=True)) == {
        "id": 1, "tags": '["a"]', "user.city": "Lyon", "user.age": 31, "review.text": "Trop cher 1", "review.stars": 1,
    }  # fmt: skip
    assert list(reader.read(rows[1].next_offset, rows[1].number)) == rows[2:]


def test_lines_hold_objects_within_objects_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, REVIEWS)), encoding="utf-8")
    assert set(open_reader(path).columns) == set(COLUMNS)


def test_a_name_that_is_taken_keeps_both(tmp_path: Path) -> None:
    told = [{"a.b": "mine", "a": {"b": "theirs"}, "c": {}, "d": None}]
    reader = open_reader(written(tmp_path / "a.json", told))
    (row,) = reader.preview(1)
    assert dict(zip(reader.columns, row.values, strict=True)) == {
        "a.b": "mine", "a": '{"b":"theirs"}', "c": "{}", "d": None,
    }  # fmt: skip


def test_what_is_no_object_is_a_reject(tmp_path: Path) -> None:
    rows = list(open_reader(written(tmp_path / "a.json", [{"text": "ok"}, "loose", {"text": "a\0b"}])).read())
    assert [one.reason if isinstance(one, Reject) else None for one in rows] == [
        None, RejectReason.NOT_AN_OBJECT, RejectReason.NUL,
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    told = [{"编号": n, "评论": f"物流太慢了，等了{n}天"} for n in range(30)]
    reader = open_reader(written(tmp_path / "a.json", told, encoding))
    assert reader.columns == ("编号", "评论")


@pytest.mark.parametrize(
    ("content", "error"),
    [(b'[{"text": "a"}, {"te', "json-damaged"), (b"[1, 2]", "json-without-records"), (b"[]", "json-without-records")],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, error: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        open_reader(path)
    assert caught.value.id == error
    assert "Export" in caught.value.sentence()
