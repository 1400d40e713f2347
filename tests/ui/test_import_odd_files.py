"""Odd and hostile files in the wizard: each is shown as what it is or refused in a sentence."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.errors import UserError
from annotate.importing.roles import Role
from annotate.jobs import silent
from annotate.store.project import Project
from ui.views.import_adds import lines_of
from ui.views.import_look import Settings, look_into
from ui.views.import_queue import import_files


def package(name: str, inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, inside)
    return made.getvalue()


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
PAGE = "<html><table><tr><td>id</td><td>原话</td></tr><tr><td>1</td><td>空间大</td></tr></table></html>"
READ: dict[str, tuple[bytes, int]] = {
    "same-names.csv": ("id,text,text,\n1,很好,b,\n2,c,d,e\n".encode(), 2),
    "no-names.csv": (",,\n1,空间大,9\n2,没力,3\n".encode(), 1),
    "open-quote.csv": (b'id,text\n1,"never closed\n2,other\n3,x\n', 2),
    "no-mark.csv": ("编号,原话\n1,空间很大\n2,没力气\n".encode("utf-16-le"), 2),
    "formula.csv": (b'id,text\n1,"=HYPERLINK(""x"",""y"")"\n2,@SUM(1)\n', 2),
    "markup.csv": (b'id,<b>text</b>\n1,"<img src=x onerror=alert(1)>%s{name}{0}"\n', 1),
    "{name}%s.csv": (b"id,te{xt}\n1,a\n", 1),
    "line-ends.csv": (b"id,text\r\n1,a\r2,b\n3,c\r\n", 3),
    "broken.csv": ("编号,原话\n1,空间\n".encode("gb18030") + b"\xff\xff\n2,x\n", 2),
    "some-json.json": ('{"a":{"b":1},"text":"好"}\n{"a":2}\n{bad\n'.encode(), 2),
    "packed.csv.gz": (gzip.compress("id,text\n1,很好\n".encode()), 1),
    "turned.csv": ("id,te\u202ext\n1,\u202eevil\u2066\n".encode(), 1),
    "controls.csv": (b"id,text\n1,\x01\x02\x1b[31mred\n", 1),
    "page.xls": (PAGE.encode(), 1),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "mark-only.csv": (b"\xef\xbb\xbf", "file-empty"),
    "nothing.xlsx": (b"", "file-empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not-a-table"),
    "cut.xlsx": (b"PK\x03\x04" + bytes(range(200)), "package-damaged"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-office-file"),
    "numbers.json": (b"[1,2,3]", "json-without-records"),
    "deep.json": (b"[" * 100_000, "json-damaged"),
    "archive.zip": (package("a.csv", "id,text\n1,x"), "package-unknown"),
    "bomb.xlsx": (package("xl/workbook.xml", BOMB), "document-damaged"),
    "codes.qdc": (b'<?xml version="1.0"?><CodeBook/>', "codebook-no-answers"),
    "empty.txt": (b"  \n \n", "document-without-text"),
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project.create(tmp_path / "p.tingdong", coder="周岚")
    yield made
    made.close()


def roles_of(roles: dict[str, Role]) -> dict[Role, list[str]]:
    found: dict[Role, list[str]] = {}
    for column, role in roles.items():
        found.setdefault(role, []).append(column)
    return found


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_is_shown_and_taken_as_it_was_shown(project: Project, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content, accepted = READ[name]
    path.write_bytes(content)
    look = look_into(project, path, Settings(), {}, {})
    assert f"{accepted} row{'s' if accepted != 1 else ''} would be taken" in " ".join(
        line.words for line in lines_of(look.preview)
    )
    (outcome,) = import_files(project, [path], roles_of(look.roles), Settings(), "", again=False, progress=silent)
    assert outcome.result is not None
    assert outcome.result.accepted == accepted


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_a_sentence(project: Project, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content, why = REFUSED[name]
    path.write_bytes(content)
    with pytest.raises(UserError) as told:
        look_into(project, path, Settings(), {}, {})
    assert told.value.id == why
    assert name in told.value.sentence()


def test_a_folder_and_a_file_that_is_gone_are_sentences(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    for path in (folder, tmp_path / "gone.csv"):
        with pytest.raises(UserError, match=path.name):
            look_into(project, path, Settings(), {}, {})


def test_a_table_wider_than_a_project_is_refused_before_anything_is_written(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    row = ",".join(["空间很大坐着舒服", *(str(n) for n in range(2_000))])
    path.write_text(",".join(f"c{n}" for n in range(2_001)) + f"\n{row}\n", encoding="utf-8")
    look = look_into(project, path, Settings(), {}, {})
    with pytest.raises(UserError, match="2,000 columns") as told:
        import_files(project, [path], roles_of(look.roles), Settings(), "", again=False, progress=silent)
    assert told.value.id == "too-many-columns"
    assert project.rows("select count(*) from import_batch") == [(0,)]


def test_a_frame_among_the_answers_is_told(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "码表.csv"
    path.write_text("大类,小类,编码\n服务,人员,501\n服务,等待,502\n", encoding="utf-8")
    assert look_into(project, path, Settings(), {}, {}).frame
