"""The low base of the definitions holds for every figure: sentiment, first mentions, journey, funnel, answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from study import study
from tables import write_csv

from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect
from reports.definitions.verbs import import_sheet
from reports.statistics.limits import Lack, TooFew

N = 28
HEAD = ["kind", "name", "column", "stage", "value", "measure"]


@pytest.mark.parametrize(("limit", "shown"), [(None, False), (20, True), (29, False)])
def test_the_low_base_of_the_definitions_holds_for_every_figure(tmp_path: Path, limit: int | None, shown: bool) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        columns = {
            "nps": (Role.SCORE, [k % 11 for k in range(N)]), "knows": (Role.SEGMENT, ["1", "0"] * (N // 2)),
            "touch": (Role.TOUCHPOINT, ["交车"] * N),
        }  # fmt: skip
        made = study(project, tmp_path, columns, {"": ("甲",)})
        made.say("甲", np.ones(N, np.bool_), -1)
        rows = [["funnel", "我们", "knows", "知道", "1", ""], ["score", "nps", "nps", "", "", "nps"]]
        rows += [] if limit is None else [["limit", "hidden", "", "", str(limit), ""]]
        assert import_sheet(project, write_csv(tmp_path / "d.csv", HEAD, rows)).problems == ()
        data = collect(project, texts=False)
    lack = TooFew(Lack.ANSWERS, N, limit or 30)
    (theme,) = data.questions[0].themes
    assert data.journey is not None
    figures = {
        "sentiment": theme.net_sentiment, "first": theme.first, "journey": data.journey.stops[0].estimate,
        "score there": data.journey.scores[0], "funnel": data.funnels[0].steps,
    }  # fmt: skip
    for name, figure in figures.items():
        assert isinstance(figure, TooFew) is not shown, name
        assert shown or figure == lack, name


@pytest.mark.parametrize(("tested", "told"), [(None, False), (14, True)])
def test_answers_are_tested_from_the_base_that_the_definitions_give(
    tmp_path: Path, tested: int | None, told: bool
) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(project, tmp_path, {"region": (Role.SEGMENT, ["东", "南"] * (N // 2))}, {"": ("甲", "乙")})
        made.say("甲", np.arange(N) % 2 == 0)
        made.say("乙", np.arange(N) % 2 == 1)
        if tested is not None:
            sheet = write_csv(tmp_path / "d.csv", HEAD, [["limit", "tested", "", "", tested, ""]])
            assert import_sheet(project, sheet).problems == ()
        (answers,) = collect(project, texts=False).questions[0].answers
    assert isinstance(answers.rows, tuple) is told
    assert told or answers.rows == TooFew(Lack.ANSWERS, N // 2, 50)
