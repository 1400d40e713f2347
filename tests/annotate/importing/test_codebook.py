"""REFI-QDA codebooks: ours come back as they were, those of other programs are read, anything else is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import frames
from annotate.errors import UserError
from annotate.exchange.codebook import write_codebook
from annotate.frames import Role
from annotate.importing.codebook import read_codebook
from annotate.importing.frame_load import import_frame
from annotate.store.project import Project

THEIRS = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Other 5.1">
  <Codes>
    <Code guid="a" name="服务" isCodable="true" color="#AA0000"><Description>全部服务</Description>
      <Code guid="b" name="3 态度 &lt;好&gt;" isCodable="true"/>
      <Code guid="c" name="" isCodable="true"/>
    </Code>
    <Code guid="d" name="没有" isCodable="true"/>
  </Codes>
  <Sets><Set guid="s" name="x"/></Sets>
</CodeBook>
"""


def test_our_own_codebook_comes_back_as_it_was(project: Project, frame: int, tmp_path: Path) -> None:
    net = frames.add_code(project, frame=frame, label="动力 & 变速", number="3", is_net=True)
    inner = frames.add_code(project, frame=frame, label="变速", is_net=True, parent=net)
    jerk = frames.add_code(project, frame=frame, label='顿挫 "低速"', number="302", parent=inner, label_en="Jerk")
    frames.edit_code(
        project,
        code=jerk,
        definition="一冲一冲\n第二行",
        include="闯动",
        exclude="异响",
        examples="a; b",
        colour="#1c5a9e",
    )
    frames.add_code(project, frame=frame, label="无", number="98", role=Role.NONE)
    gone = frames.add_code(project, frame=frame, label="旧")
    frames.retire_code(project, code=gone)
    path = tmp_path / "码框.qdc"
    with project.reading() as db:
        assert write_codebook(db, frames.read(db, frame), path) == 4
    import_frame(project, path, frame="copy")
    (copy,) = [one.id for one in frames.frames(project) if one.name == "copy"]

    def told(number: int) -> list[tuple[object, ...]]:
        return [
            (
                one.path, one.number, one.label_en, one.role, one.is_net, one.definition, one.include, one.exclude,
                one.examples, one.colour,
            )
            for one in frames.head(project, number).codes
            if not one.retired
        ]  # fmt: skip

    assert told(copy) == told(frame)
    assert import_frame(project, path, frame="copy").step.op == 0


def test_a_codebook_of_another_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.qdc"
    path.write_text(THEIRS, encoding="utf-8")
    read = read_codebook(path)
    assert [(one.path, one.label, one.number, one.is_net, one.definition, one.role) for one in read.nodes] == [
        ((), "服务", None, True, "全部服务", "theme"),
        (("服务",), "3 态度 <好>", None, False, "", "theme"),
        ((), "没有", None, False, "", "none"),
    ]
    assert [(one.row, one.id) for one in read.problems] == [(3, "frame-name-missing")]


@pytest.mark.parametrize(
    "content",
    [
        "", "not xml", "<Project/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><CodeBook><Codes><Code name="&a;"/></Codes></CodeBook>',
    ],
)  # fmt: skip
def test_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.qdc"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_codebook(path)
    assert refused.value.id == "not-a-codebook"
