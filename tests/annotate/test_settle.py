"""Settling a doubted answer: off and on in one step, with its twins, or as a judge where others spoke."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tables

from annotate import coding, frames, settle, verbatims
from annotate.errors import UserError
from annotate.importing.frame_load import import_frame
from annotate.importing.load import import_file
from annotate.layers import Source, answers
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query

TEXTS = ("空间不大", "低速顿挫", "空间不大", "还可以吧")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tables.write_csv(tmp_path / "a.csv", ("id", "Q7 不满意的地方"), [[f"r{n}", text] for n, text in enumerate(TEXTS)])
    tables.frame(tmp_path / "f.csv")
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as opened:
        import_file(opened, tmp_path / "a.csv")
        import_frame(opened, tmp_path / "f.csv")
    return tmp_path / "p.tingdong"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path, coder="Ann") as opened:
        yield opened


def ids(project: Project) -> list[int]:
    found: list[int] = verbatims.ids(project, Query()).tolist()
    return found


def code_of(project: Project, number: str) -> int:
    return next(one.id for one in frames.head(project, frames.the_frame(project)).codes if one.number == number)


def given(project: Project) -> dict[int, set[str]]:
    """Return the final codes people gave, by answer."""
    number = {one.id: one.number for one in frames.head(project, frames.the_frame(project)).codes}
    with project.reading() as db:
        return {one.verbatim: {number[said.code_id] for said in one.human} for one in answers(db, 1, model=False)}


def test_one_step_changes_the_answer_and_its_twin_and_goes_back(project: Project) -> None:
    first, _, twin, _ = ids(project)
    wrong, right = code_of(project, "302"), code_of(project, "402")
    coding.apply_code(project, verbatims=[first], code=wrong)
    before = given(project)
    step = settle.settle(project, verbatim=first, take=[wrong], give=[right])
    assert step.rows == 2
    assert given(project)[first] == given(project)[twin] == {"402"}
    operations.undo(project)
    assert given(project) == before


def test_a_twin_that_was_taken_out_as_an_exception_stays(project: Project) -> None:
    first, _, twin, _ = ids(project)
    wrong, right = code_of(project, "302"), code_of(project, "402")
    coding.apply_code(project, verbatims=[first], code=wrong)
    coding.remove_code(project, verbatims=[twin], code=wrong, expand=False)
    assert settle.settle(project, verbatim=first, take=[wrong], give=[right]).rows == 1
    assert given(project)[twin] == set()


def test_giving_an_excluding_code_takes_the_others_off(project: Project) -> None:
    last = ids(project)[3]
    coding.apply_code(project, verbatims=[last], code=code_of(project, "302"))
    settle.settle(project, verbatim=last, give=[code_of(project, "98")])
    assert given(project)[last] == {"98"}


def test_where_others_spoke_the_answer_is_adjudicated(path: Path) -> None:
    with Project.open(path, coder="Bo") as other:
        second = ids(other)[1]
        for number in ("302", "301"):
            coding.apply_code(other, verbatims=[second], code=code_of(other, number), sentiment=-1)
        coding.confirm(other, verbatims=[second])
    with Project.open(path, coder="Ann") as project:
        settle.settle(project, verbatim=second, take=[code_of(project, "301")], give=[code_of(project, "304")])
        assert given(project)[second] == {"302", "304"}
        with project.reading() as db:
            told = next(one for one in answers(db, 1, model=False) if one.verbatim == second)
        assert told.source is Source.ADJUDICATED
        assert {said.sentiment for said in told.human} == {-1, None}
        operations.undo(project)
        assert given(project)[second] == {"302", "301"}


def test_an_unknown_answer_is_refused(project: Project) -> None:
    with pytest.raises(UserError) as caught:
        settle.settle(project, verbatim=999_999, give=[code_of(project, "302")])
    assert caught.value.id == "no-such-answer"
