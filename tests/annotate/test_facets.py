"""What answers can be filtered by, and the conditions it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import coding, facets, frames, verbatims
from annotate.importing import load
from annotate.importing.roles import Role
from annotate.sorting import Sort
from annotate.store import operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Condition, DecidedOn, FromChannel, Not, Query, Suggested, Touched


@pytest.fixture
def survey(project: Project, frame: int, tmp_path: Path) -> tuple[Project, int]:
    table = tmp_path / "a.csv"
    lines = ["编号,区域,NPS,原话", "1,华东,9,顿挫", "2,华东,3,空间大", "3,华南,7,没有", "4,,,异响多"]
    table.write_text("\n".join(lines), encoding="utf-8")
    load.import_file(project, table, roles={Role.TEXT: ["原话"], Role.ID: ["编号"]})
    return project, frames.add_code(project, frame=frame, label="顿挫", number="302")


def ids(project: Project, *conditions: Condition, sort: Sort | None = None) -> list[int]:
    return verbatims.ids(project, Query(conditions), sort=sort).tolist()


def test_values_ends_and_coders_with_their_counts(survey: tuple[Project, int]) -> None:
    project, code = survey
    region, score = (
        next(one for one in verbatims.context_fields(project) if one.name == name) for name in ("区域", "NPS")
    )
    assert [(one.value, one.answers) for one in facets.values(project, region.id)] == [("华东", 2), ("华南", 1)]
    assert facets.values(project, region.id, question=999) == []
    assert facets.ends(project, score.id) == (3.0, 9.0)
    assert facets.facets(project).coders == ()
    coding.apply_code(project, verbatims=[1], code=code)
    coding.confirm(project, verbatims=[1])
    told = facets.facets(project)
    assert [(one.value, one.answers) for one in told.coders] == [("Ann", 1)]
    assert [one.answers for one in told.sources] == [4]
    assert ids(project, Touched(told.coders[0].id)) == [1]
    assert ids(project, Not((Touched(),))) == [2, 3, 4]
    assert ids(project, DecidedOn(code)) == [1]
    assert ids(project, FromChannel(("hotline",))) == []


def test_how_sure_the_run_in_force_is_filters_and_sorts(survey: tuple[Project, int]) -> None:
    project, code = survey

    def do(op: Operation) -> None:
        db = op.db
        revision, question = db.integer("select max(id) from revision"), db.integer("select max(id) from question")
        model = db.execute(
            "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
            " values (randomblob(16), (select max(id) from frame), ?, 1, 0, '{}', '{}', x'00')",
            (revision,),
        ).lastrowid
        run = db.execute(
            "insert into run(uuid, model_id, question_id, state, created_ms) values (randomblob(16), ?, ?, 1, 0)",
            (model, question),
        ).lastrowid
        db.execute("insert into run_in_force values (?, 0, ?)", (question, run))
        for verbatim, p, accepted in ((1, 9_700, 1), (2, 4_000, 0), (3, 8_000, 1)):
            db.execute(
                "insert into prediction(run_id, verbatim_id, code_id, p, accepted) values (?, ?, ?, ?, ?)",
                (run, verbatim, code, p, accepted),
            )

    operations.run(project, "run", do, stackable=False)
    assert ids(project, Suggested((), 0.95, 1.0)) == [1]
    assert ids(project, Suggested((code,), accepted=True)) == [1, 3]
    assert ids(project, Suggested((code + 1,))) == []
    assert ids(project, Not((Suggested(),))) == [4]
    assert ids(project, sort=Sort("sure", descending=True)) == [1, 3, 2, 4]
    assert ids(project, sort=Sort("sure")) == [2, 3, 1, 4]
    assert ids(project, sort=Sort("likely", code, descending=True)) == [1, 3, 2, 4]
    coding.apply_code(project, verbatims=[3], code=code)
    assert ids(project, sort=Sort("codes", descending=True))[0] == 3
    coding.confirm(project, verbatims=[4])
    assert ids(project, sort=Sort("status")) == [1, 2, 3, 4]
