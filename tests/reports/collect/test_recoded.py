"""A wave coded by an old model, the next by a new one: the real change is told from the model's."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
import pytest
from study import study

from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect
from reports.data import Scope, ThemeChange

EACH = 400


@pytest.mark.parametrize("aside", [False, True])
def test_a_change_of_model_is_no_change_of_the_customers(tmp_path: Path, aside: bool) -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(2 * EACH) < 0.3  # the same in both waves
    may = np.arange(2 * EACH) < EACH
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {"who": (Role.RESPONDENT, [f"p{n}" for n in range(2 * EACH)]),
             "wave": (Role.WAVE, ["五月" if one else "六月" for one in may])},
            {"": ("甲",)},
        )  # fmt: skip
        waves = [int(row[0] or 0) for row in project.rows("select id from wave order by id")]
        old = truth & may & (rng.random(2 * EACH) < 0.5)  # the old model finds half
        made.guess({"甲": old}, wave=waves[0])
        made.guess({"甲": truth & ~may}, wave=waves[1])
        told = change(project)
        assert told.other_model and told.parts is None
        assert told.change.low > 8
        if aside:
            put_aside(
                project, made.question, waves, [row for row, on in zip(made.rows, truth & may, strict=True) if on]
            )
            told = change(project)
            assert told.other_model and told.parts is not None
            assert told.parts.issued == pytest.approx(100 * old[may].mean())
            assert told.parts.frame.value == 0
            assert told.parts.model.value == pytest.approx(100 * (truth[may].mean() - old[may].mean()))
            assert told.change == told.parts.real
            assert told.change.low < 0 < told.change.high or abs(told.change.value) < 5
            assert told.change.value == pytest.approx(100 * (truth[~may].mean() - truth[may].mean()))


def change(project: Project) -> ThemeChange:
    (theme,) = collect(project, scope=Scope(period="六月"), texts=False).questions[0].themes
    assert theme.change is not None
    return theme.change


def put_aside(project: Project, question: int, waves: list[int], rows: list[int]) -> None:
    """Let the model of the second wave code the first one as a candidate."""
    (model,) = project.rows(
        "select u.model_id, u.id from run_in_force f join run u on u.id = f.run_id where f.wave_id = ?", (waves[1],)
    )
    code = project.rows("select min(id) from code")[0][0]

    def do(db) -> None:  # type: ignore[no-untyped-def]
        run = db.execute(
            "insert into run(uuid, model_id, question_id, wave_id, state, next_verbatim, created_ms)"
            " values (?, ?, ?, ?, 1, (select max(id) + 1 from verbatim), 0)",
            (uuid.uuid4().bytes, model[0], question, waves[0]),
        ).lastrowid
        db.executemany(
            "insert into prediction(run_id, verbatim_id, code_id, p, accepted) values (?, ?, ?, 9000, 1)",
            [(run, row, code) for row in rows],
        )

    project.write(do)
