"""Counts of whole questions and frames are those that reading the rows one by one gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from survey import add_question, import_answers
from tables import write_csv

from annotate import coding, frame_preview, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.standing import coding_rate
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.project import Project


def use_frame(project: Project, frame: int) -> None:
    def job(db: Connection) -> None:
        with db.transaction():
            db.execute("update question set frame_id = ?", (frame,))

    project.write(job)


def bases(project: Project, frame: int, question: int | None = None) -> tuple[int, int]:
    with project.reading() as db:
        told = frame_preview.read_mentions(db, frame, question)
    return told.answered, told.people_answered


@pytest.fixture
def asked(project: Project, frame: int, tmp_path: Path) -> list[int]:
    """Two questions: 甲 came twice, two rows name nobody, 丁 said nothing to Q7."""
    rows: list[list[object]] = [
        [1, "甲", "异响", "没有"], [2, "甲", "空间小", "费油"], [3, "乙", "异响。", "贵"], [4, "", "孤立", "独一"],
        [5, "", "不同", "另外"], [6, "丁", "座椅", ""],
    ]  # fmt: skip
    path = write_csv(tmp_path / "a.csv", ["id", "who", "Q6", "Q7"], rows)
    import_file(project, path, roles={Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.TEXT: ["Q6", "Q7"]})
    use_frame(project, frame)
    return [one.id for one in verbatims.questions(project)]


def test_the_base_counts_a_respondent_once_and_a_row_without_one_as_its_own(
    project: Project, frame: int, asked: list[int]
) -> None:
    other = add_question(project, "another frame")
    import_answers(project, other, ["别的"])
    assert bases(project, frame) == (11, 5)
    assert [bases(project, frame, one) for one in asked] == [(6, 5), (5, 4)]


def test_an_import_that_was_undone_counts_nowhere(project: Project, frame: int, asked: list[int]) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    first = verbatims.questions(project)[0]
    ids = project.rows("select id from verbatim where question_id = ? order by id", (first.id,))
    mine = [int(row[0] or 0) for row in ids[:3]]
    coding.apply_code(project, verbatims=mine[:2], code=code, expand=False)
    coding.confirm(project, verbatims=mine, expand=False)
    told = {one.id: (one.asked, one.answered, one.reviewed) for one in verbatims.questions(project)}
    assert told == {asked[0]: (6, 6, 3), asked[1]: (6, 5, 0)}
    with project.reading() as db:
        rate = coding_rate(db, asked[0])
    assert (rate.coded, rate.answered) == (2, 6)
    import_answers(project, asked[0], ["再来", "一次", ""])
    assert [(one.asked, one.answered) for one in verbatims.questions(project)] == [(9, 8), (6, 5)]
    assert bases(project, frame) == (13, 7)
    operations.undo(project)
    assert [(one.asked, one.answered, one.reviewed) for one in verbatims.questions(project)] == [(6, 6, 3), (6, 5, 0)]
    assert bases(project, frame) == (11, 5)
