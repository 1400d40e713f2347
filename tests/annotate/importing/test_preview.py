"""What an import would bring is told before it is done, and is then what it brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import AskedWronglyError
from annotate.importing.load import import_file
from annotate.importing.preview import KindChange, NewValues, PreviewReject, ScaleChange, preview
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project

FIRST = """编号,客户,期,nps,区域,提车日期,Q7_不满意的地方
1,u1,第1期,9,华东,2026-05-01,车机卡顿，倒车影像打不开
2,u2,第1期,0,华南,2026-05-02,低速顿挫明显
3,u3,第1期,10,华东,2026-05-03,隔音不好，风噪很大
"""
SECOND = """编号,客户,期,nps,区域,提车日期,车型,Q7_不满意的地方,Q8_满意的地方
3,u3,第1期,10,华东,2026-05-03,A,隔音不好，风噪很大,空间大
2,u2,第1期,0,华南,2026-05-02,A,完全是另一个回答,油耗低
4,u4,第2期,5,西北,去年,B,没有,座椅舒服
5,u1,第2期,4,华东,2026-06-02,B,,
6,u5
"""
ROLES = {
    Role.ID: ["编号"], Role.RESPONDENT: ["客户"], Role.WAVE: ["期"], Role.SCORE: ["nps"],
    Role.SEGMENT: ["区域", "提车日期"], Role.TEXT: ["Q7_不满意的地方"],
}  # fmt: skip
BOTH = {**ROLES, Role.TEXT: ["Q7_不满意的地方", "Q8_满意的地方"], Role.SEGMENT: ["区域", "提车日期", "车型"]}


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "first.csv"
    path.write_text(FIRST, encoding="gbk")
    return path


@pytest.fixture
def second(tmp_path: Path) -> Path:
    path = tmp_path / "second.csv"
    path.write_text(SECOND, encoding="utf-8")
    return path


def test_a_file_by_itself(first: Path) -> None:
    told = preview(None, first)
    assert (told.kind, told.encoding, told.sheets) == ("csv", "gb18030", ())
    assert {one.name: one.role for one in told.columns} == {
        "编号": "id", "客户": "respondent", "期": "wave", "nps": "score", "区域": "segment", "提车日期": "date",
        "Q7_不满意的地方": "text",
    }  # fmt: skip
    assert told.rows[1][:2] == ("2", "u2")
    assert (told.looked_at, told.whole, told.accepted, told.answers, told.blank) == (3, True, 3, 3, 0)
    assert told.problem is None and not told.already and not told.rejects
    assert told.adds.questions == ("Q7_不满意的地方",) and told.adds.waves == ("第1期",)
    assert (told.adds.respondents, told.adds.respondents_known) == (3, 0)
    assert told.adds.columns == ("nps", "区域")
    assert not told.adds.scales and not told.adds.values


def test_what_a_new_wave_adds(project: Project, first: Path, second: Path) -> None:
    import_file(project, first, roles=ROLES, source="调研")
    told = preview(project, second, roles=BOTH, source="调研")
    assert told.adds.questions == ("Q8_满意的地方",) and told.adds.questions_known == ("Q7_不满意的地方",)
    assert told.adds.waves == ("第2期",) and told.adds.waves_known == ("第1期",)
    assert (told.adds.respondents, told.adds.respondents_known) == (1, 3)
    assert told.adds.columns == ("车型",) and told.adds.lacking == ()
    assert NewValues("区域", 1, ("西北",)) in told.adds.values
    assert told.adds.kinds == (KindChange("提车日期", "date", 1),)
    assert told.adds.scales == ()
    assert {one.name: one.known for one in told.columns}["车型"] is False
    found = [(one.number, one.reason) for one in told.rejects]
    assert found == [(1, "repeat"), (2, "conflict"), (5, "too_few_cells")]


def test_the_import_does_what_the_preview_said(project: Project, first: Path, second: Path) -> None:
    import_file(project, first, roles=ROLES, source="调研")
    told = preview(project, second, roles=BOTH, source="调研")
    done = import_file(project, second, roles=BOTH, source="调研")
    assert (done.records, done.accepted, done.rejected) == (told.looked_at, told.accepted, len(told.rejects))
    said = {
        (int(number or 0), str(reason))
        for number, reason in project.rows("select number, reason from import_reject where batch_id = ?", (done.batch,))
    }
    assert said == {(one.number, one.reason) for one in told.rejects}
    assert done.answered <= told.answers
    operations.undo(project)
    assert preview(project, second, roles=BOTH, source="调研").rejects == told.rejects


def test_another_scale_and_a_missing_column_are_said(project: Project, first: Path, tmp_path: Path) -> None:
    import_file(project, first, roles=ROLES, source="调研")
    path = tmp_path / "third.csv"
    path.write_text("编号,nps,Q7_不满意的地方\n9,5,噪音大\n10,3,没有\n", encoding="utf-8")
    told = preview(
        project, path, roles={Role.ID: ["编号"], Role.SCORE: ["nps"], Role.TEXT: ["Q7_不满意的地方"]}, source="调研"
    )
    assert told.adds.scales == (ScaleChange("nps", (0, 10), (3, 5)),)
    assert told.adds.lacking == ("区域", "提车日期")


def test_the_same_file_is_known(project: Project, first: Path) -> None:
    assert not preview(project, first).already
    import_file(project, first)
    assert preview(project, first).already


def test_only_the_first_records_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = "".join(f"{n},回答第{n}个问题的话\n" for n in range(50))
    path.write_text("id,text\n" + rows + '51,"open\n', encoding="utf-8")
    told = preview(None, path, look=20)
    assert (told.looked_at, told.whole, told.accepted, told.rejects) == (20, False, 20, ())
    whole = preview(None, path, look=None)
    assert (whole.looked_at, whole.whole, len(whole.rows)) == (51, True, 20)
    assert whole.rejects == (PreviewReject(51, "quotes", whole.rejects[0].detail, '51,"open'),)


def test_without_a_column_of_answers_the_rest_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,nps\n1,9\n2,10\n", encoding="utf-8")
    told = preview(None, path)
    assert told.problem is not None and told.problem.id == "no-text-column"
    assert [one.role for one in told.columns] == ["id", "score"]
    with pytest.raises(AskedWronglyError):
        preview(None, path, roles={Role.TEXT: ["nobody"]})


def test_nothing_is_changed(project: Project, first: Path) -> None:
    before = project.path.stat().st_size, project.rows("select count(*) from op")
    preview(project, first, source="调研")
    assert (project.path.stat().st_size, project.rows("select count(*) from op")) == before
    assert project.rows("select count(*) from source") == [(0,)]
