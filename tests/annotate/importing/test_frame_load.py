"""A frame sheet into the project: what is new comes in, the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import tables
from tables import write_csv

from annotate import frames
from annotate.errors import UserError
from annotate.frames import Role
from annotate.importing.frame_load import import_frame, sheet_of
from annotate.store import operations
from annotate.store.project import Project

COLUMNS = ["number", "net", "label", "definition"]


def codes(project: Project) -> dict[str, tuple[str, str, Role, bool]]:
    """Return number, definition, role and net of each path of the only frame."""
    read = frames.head(project, frames.the_frame(project))
    return {one.full_path: (one.number, one.definition, one.role, one.is_net) for one in read.codes}


def test_a_frame_comes_in_as_one_step(project: Project, tmp_path: Path) -> None:
    done = import_frame(project, tables.frame(tmp_path / "码框.csv"))
    assert (done.name, done.nets, done.codes, done.added, done.changed) == ("码框", 2, 5, 7, 0)
    told = codes(project)
    assert told["动力/顿挫"] == ("302", "", Role.THEME, False)
    assert told["动力"][3]
    assert told["无"][2] is Role.NONE
    assert [one.kind for one in operations.history(project)] == ["frame"]
    operations.undo(project)
    assert frames.frames(project) == []


def test_the_same_sheet_twice_changes_nothing(project: Project, tmp_path: Path) -> None:
    path = tables.frame(tmp_path / "码框.csv")
    import_frame(project, path)
    before = codes(project), len(operations.history(project))
    again = import_frame(project, path)
    assert (again.added, again.changed, again.step.op) == (0, 0, 0)
    assert (codes(project), len(operations.history(project))) == before


def test_an_exported_frame_comes_back_without_a_change(project: Project, tmp_path: Path) -> None:
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    columns, rows = sheet_of(frames.head(project, frames.the_frame(project)))
    again = import_frame(project, write_csv(tmp_path / "again.csv", columns, rows))
    assert (again.added, again.changed, again.problems) == (0, 0, ())


def test_new_codes_are_added_and_told_ones_updated(project: Project, tmp_path: Path) -> None:
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    ids = {one.full_path: one.id for one in frames.head(project, frames.the_frame(project)).codes}
    rows = [["302", "动力", "顿挫", "换挡时一顿一顿"], ["305", "动力", "漏油", ""], ["402", "空间", "空间小", ""]]
    done = import_frame(project, write_csv(tmp_path / "more.csv", COLUMNS, rows))
    assert (done.added, done.changed) == (1, 1)
    told = codes(project)
    assert told["动力/漏油"][0] == "305"
    assert told["动力/顿挫"][1] == "换挡时一顿一顿"
    assert told["动力/异响"][0] == "304"
    after = {one.full_path: one.id for one in frames.head(project, frames.the_frame(project)).codes}
    assert {path: after[path] for path in ids} == ids


def test_a_number_that_is_taken_refuses_the_whole_sheet(project: Project, tmp_path: Path) -> None:
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    before = codes(project), len(operations.history(project))
    path = write_csv(tmp_path / "clash.csv", COLUMNS, [["900", "动力", "新的", ""], ["302", "动力", "别的", ""]])
    with pytest.raises(UserError) as refused:
        import_frame(project, path)
    assert refused.value.id == "number-taken"
    assert "302" in refused.value.sentence()
    assert (codes(project), len(operations.history(project))) == before
    other = import_frame(project, path, frame="另一个")
    assert (other.name, other.codes, len(frames.frames(project))) == ("另一个", 2, 2)


def test_a_sheet_without_codes_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        import_frame(project, write_csv(tmp_path / "a.csv", COLUMNS, [["", "", "", ""]]))
    assert frames.frames(project) == []


def test_leaves_of_one_name_below_different_parents_stay_apart(project: Project, tmp_path: Path) -> None:
    rows = [["城乡建设", "违建", "其他"], ["城乡建设", "道路", "其他"], ["环境", "噪声", "其他"]]
    import_frame(project, write_csv(tmp_path / "levels.csv", ["level1", "level2", "level3"], rows))
    leaves = [path for path, told in codes(project).items() if not told[3]]
    assert leaves == ["城乡建设/违建/其他", "城乡建设/道路/其他", "环境/噪声/其他"]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (["text"], [["低速顿挫"], ["没有"], ["空间大"]]),
        (["id", "text"], [[str(n), f"answer {n}"] for n in range(5)]),
        (["编号", "区域", "NPS", "原话"], [[str(n), "华东", "7", "没有"] for n in range(5)]),
        (["id", "codes", "sentiment", "date"], [["1", "302", "-1", "2026-07-01"], ["2", "401", "1", "2026-07-02"]]),
        (["id", "code"], [[str(n), "302"] for n in range(40)]),
        (["什么不满意"], [[f"第{n}次去店里都要等很久很久, 而且服务顾问一直说正常不用修理"] for n in range(6)]),
    ],
)
def test_a_table_of_answers_is_not_taken_for_a_frame(
    project: Project, tmp_path: Path, columns: list[str], rows: list[list[str]]
) -> None:
    with pytest.raises(UserError) as refused:
        import_frame(project, write_csv(tmp_path / "table.csv", columns, rows))
    assert refused.value.id == "not-a-frame"
    assert frames.frames(project) == []
