"""Imports withdrawn and brought back, and the groups of identical answers over several."""

from __future__ import annotations

from pathlib import Path

from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.exchange import coded
from annotate.exchange.coded import Layer
from annotate.importing.load import ImportResult, import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from annotate.store.query import Query

ID_TEXT = {Role.ID: ["id"], Role.TEXT: ["text"]}


def take(project: Project, path: Path, rows: list[list[object]], *columns: str, **more: object) -> ImportResult:
    """Write a table of id, text and these columns and import it."""
    return import_file(project, write_csv(path, ["id", "text", *columns], rows), roles=ID_TEXT, **more)  # type: ignore[arg-type]


def texts(project: Project) -> dict[str, str]:
    """Return the texts in force by the id of their record."""
    rows = verbatims.page(project, verbatims.ids(project, Query()).tolist())
    return {row.record_key: row.text for row in rows}


def test_a_withdrawn_import_vanishes_and_comes_back_with_its_labels(project: Project, tmp_path: Path) -> None:
    frame = frames.create_frame(project, name="车")
    code = frames.add_code(project, frame=frame, label="异响")
    take(project, tmp_path / "a.csv", [[1, "异响"], [2, "NA"], [3, ""]], source="s")
    project.work_as("Bo")
    take(project, tmp_path / "b.csv", [[4, "异响大"]], source="s")
    everything = verbatims.ids(project, Query()).tolist()
    coding.apply_code(project, verbatims=[everything[0], everything[3]], code=code)
    coding.confirm(project, verbatims=[everything[0]])

    def seen() -> tuple[object, ...]:
        coded.export(project, tmp_path / "human.jsonl", layer=Layer.HUMAN)
        rows = (tmp_path / "human.jsonl").read_text(encoding="utf-8").splitlines()
        return texts(project), verbatims.counts(project), frames.code_counts(project, frame)[code], len(rows)

    before = seen()
    assert before == ({"1": "异响", "2": "NA", "3": "", "4": "异响大"}, verbatims.Counts(4, 2, 1, 1, 0), 2, 2)
    project.work_as("Ann")
    assert operations.undo(project).kind == "import"  # type: ignore[union-attr]
    assert seen() == ({"4": "异响大"}, verbatims.Counts(1, 1, 0, 0, 0), 1, 1)
    assert check(project).ok
    operations.redo(project)
    assert seen() == before
    assert check(project).ok


def test_what_was_withdrawn_can_be_imported_in_another_way(project: Project, tmp_path: Path) -> None:
    take(project, tmp_path / "a.csv", [[1, "异响"], [2, "好"]], source="s")
    operations.undo(project)
    again = take(project, tmp_path / "b.csv", [[1, "异响"], [2, "不好"]], source="s")
    assert (again.accepted, again.rejected) == (2, 0)


def test_a_group_has_a_head_in_force_whichever_import_is_withdrawn(project: Project, tmp_path: Path) -> None:
    take(project, tmp_path / "a.csv", [[1, "异响"], [2, "异响"]], source="s")
    project.work_as("Bo")
    take(project, tmp_path / "b.csv", [[3, "异响"], [4, "异响"], [5, "好"]], source="s")

    def heads() -> list[tuple[str, int]]:
        rows = verbatims.page(project, verbatims.ids(project, Query(), grouped=True).tolist())
        return [(row.record_key, row.group_size) for row in rows]

    assert heads() == [("1", 4), ("5", 1)]
    assert verbatims.counts(project).duplicates == 3
    project.work_as("Ann")
    operations.undo(project)
    assert heads() == [("3", 2), ("5", 1)]
    assert verbatims.counts(project).duplicates == 1
    operations.redo(project)
    assert heads() == [("1", 4), ("5", 1)]
    assert check(project).ok


def test_a_new_import_does_not_join_a_group_that_was_withdrawn(project: Project, tmp_path: Path) -> None:
    take(project, tmp_path / "a.csv", [[1, "异响"]], source="s")
    operations.undo(project)
    assert take(project, tmp_path / "b.csv", [[2, "异响"]], source="s").duplicates == 0
    assert verbatims.ids(project, Query(), grouped=True).tolist() == verbatims.ids(project, Query()).tolist()


def test_identical_answers_to_different_questions_are_no_duplicates(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "Q6", "Q7"], [[1, "没有", "没有"], [2, "没有！", ""]])
    done = import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q6", "Q7"]})
    assert done.duplicates == 1


def test_two_imports_are_counted_by_source(project: Project, tmp_path: Path) -> None:
    first = take(project, tmp_path / "a.csv", [[1, "好"], [2, "好。"]], channel="hotline")
    second = take(project, tmp_path / "b.csv", [[1, "坏"]], channel="store")
    assert (first.records, first.duplicates, second.records, second.duplicates) == (2, 1, 1, 0)
    assert project.rows("select name, channel from source order by id") == [("a", "hotline"), ("b", "store")]
