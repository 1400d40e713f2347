"""Transcripts and documents: paragraphs, turns, speakers, and damaged files."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from annotate.errors import UserError
from annotate.importing.reading import open_reader
from annotate.importing.records import Record, Reject, RejectReason

TALK = "客服：您好，请问有什么可以帮您？\n客户： 我的车异响。\n\n还有油耗高\n[00:12] 客服：好的，网址 http://a.cn 有说明\nhttp://b.cn\n"


def rows(path: Path) -> list[tuple[object, ...]]:
    reader = open_reader(path)
    assert reader.columns == ("document", "speaker", "paragraph", "text")
    found = list(reader.read())
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    for each in found[1:5:3]:
        assert list(reader.read(each.next_offset, each.number)) == found[each.number :]
    return [each.values[1:] for each in found if isinstance(each, Record)]


SAID = [
    ("客服", 1, "您好，请问有什么可以帮您？"),
    ("客户", 2, "我的车异响。"),
    ("客户", 3, "还有油耗高"),
    ("客服", 4, "好的，网址 http://a.cn 有说明"),
    ("客服", 5, "http://b.cn"),
]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_a_transcript_as_text(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "通话 1.txt"
    path.write_bytes(TALK.encode(codec))
    assert rows(path) == SAID


def test_a_transcript_as_docx(tmp_path: Path) -> None:
    document = docx.Document()
    for line in TALK.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "客户：表里的话", "第二格"
    document.save(str(tmp_path / "访谈.docx"))
    assert rows(tmp_path / "访谈.docx") == [*SAID, ("客户", 6, "表里的话"), ("客户", 7, "第二格")]


def test_a_transcript_as_html(tmp_path: Path) -> None:
    lines = TALK.splitlines()
    page = (
        "<!DOCTYPE html><html><head><meta charset='gbk'><title>不读</title><style>p{}</style></head><body>"
        f"<p>{lines[0]}</p><div>{lines[1]}<br><br>还有<b>油耗</b>高</div><script>no()</script>"
        f"<ul><li>{lines[4]}<li>{lines[5]}</ul></body></html>"
    )
    (tmp_path / "a.html").write_bytes(page.encode("gbk"))
    assert rows(tmp_path / "a.html") == SAID


def test_names_that_recur_are_speakers_and_remarks_are_not(tmp_path: Path) -> None:
    path = tmp_path / "focus.txt"
    path.write_text("张女士：好\n李先生：不好\n张女士：为什么\n李先生：贵\n注意：会议到此结束\n", encoding="utf-8")
    assert [row[0] for row in rows(path)] == ["张女士", "李先生", "张女士", "李先生", "李先生"]
    assert rows(path)[-1][2] == "注意：会议到此结束"
    path.write_text("优点：空间大\n缺点一大堆\n油耗：一般，但是好开\n", encoding="utf-8")
    assert [row[0] for row in rows(path)] == ["", "", ""]
    path.write_text("Interviewer 1: Why?\nRespondent: Too noisy.\n", encoding="utf-8")
    assert [row[0] for row in rows(path)] == ["Interviewer 1", "Respondent"]


def test_bad_bytes_reject_their_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("第一段，很好\n".encode() + b"bad \xff\n" + "第三段，也好".encode())
    found = list(open_reader(path).read())
    assert [type(each) for each in found] == [Record, Reject, Record]
    assert found[1].reason is RejectReason.ENCODING
    assert found[1].raw == b"bad \xff\n"


def test_damaged_and_empty_documents(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "empty.docx"))
    (tmp_path / "blank.txt").write_text(" \n\n")
    (tmp_path / "none.html").write_text("<html><body></body></html>")
    for name in ("empty.docx", "blank.txt", "none.html"):
        with pytest.raises(UserError) as caught:
            open_reader(tmp_path / name)
        assert caught.value.id == "document-without-text"
    whole = (tmp_path / "empty.docx").read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[:-40])
    with pytest.raises(UserError):
        open_reader(tmp_path / "cut.docx")


def test_it_is_said_where_not_only_customers_speak(tmp_path: Path) -> None:
    path = tmp_path / "interview.txt"
    turns = "".join(f"Interviewer: How is it, {n}?\nRespondent: It drops in the evening, {n}\n" for n in range(5))
    path.write_text(turns, encoding="utf-8")
    assert [one.sentence() for one in open_reader(path).warnings] == [
        "Interviewer speaks too, and every turn is taken as an answer: the column speaker tells whose it is."
    ]
    path.write_text(turns.replace("Interviewer", "Respondent"), encoding="utf-8")
    assert open_reader(path).warnings == ()
