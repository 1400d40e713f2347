"""The Insights page with too little: every part says what is missing, no percentage is shown that may not be."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from car_window import Opener, settle
from pytestqt.qtbot import QtBot
from study import study

from annotate.importing.roles import Role
from annotate.store.project import Project
from ui.pages.insights import InsightsPage
from ui.views.insights.theme_table import CORRECTED, COUNTED, PEOPLE

WHO = (Role.RESPONDENT, [f"p{k}" for k in range(40)])
WAVE = (Role.WAVE, ["五月"] * 40)
SCORE = (Role.SCORE, [k % 11 for k in range(40)])


def _made(folder: Path, n: int, columns: dict[str, tuple[Role, list[object]]], codes: int, *, read: bool) -> Path:
    path = folder / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        told = study(
            project, folder, {name: (role, values[:n]) for name, (role, values) in columns.items()},
            {"": ("甲", "乙", "丙")},
        )  # fmt: skip
        for place, label in enumerate(("甲", "乙", "丙")[:codes]):
            told.say(label, np.arange(n) % codes == place, -1)
        if read:
            told.confirm(np.ones(n, np.bool_))
    return path


CASES = {
    "five answers, one wave": (5, {"who": WHO, "wave": WAVE, "nps": SCORE}, 3, True),
    "no score, no wave, no date": (40, {"who": WHO}, 3, True),
    "all one code": (40, {"who": WHO, "wave": WAVE, "nps": SCORE}, 1, True),
    "nothing coded": (40, {"who": WHO, "nps": SCORE}, 0, False),
}


@pytest.mark.parametrize("case", CASES)
def test_every_part_says_what_it_lacks(qtbot: QtBot, open_window: Opener, tmp_path: Path, case: str) -> None:
    n, columns, codes, read = CASES[case]
    window = open_window(_made(tmp_path, n, columns, codes, read=read))  # type: ignore[arg-type]
    window.show_page("insights")
    settle(qtbot, window)
    page = cast("InsightsPage", window.pages["insights"])
    why, overview = page.why, page.overview
    question = page._chosen()
    if question is None:
        assert page._stack.currentIndex() == 1 or (page._data is not None and page._data.scores)
        return
    for one in (*why.sections, *overview.sections):
        assert one.head.isHidden() or one.note.text(), one.short
    for one in (why.changes, why.courses, why.drivers, why.needs, overview.segments, overview.spikes):
        assert not one.head.isHidden(), one.short
    assert overview._where_lack.text()
    assert overview._none.text() or (page._data is not None and page._data.scores)
    model = why.table.lines
    told = [
        [str(model.index(row, column).data()) for column in (COUNTED, CORRECTED)] for row in range(model.rowCount())
    ]
    assert bool(told) is read
    if not read:
        assert "30 more" in why._base.text()
    elif n < 30:
        assert all(cells == ["—", "—"] for cells in told)
        assert f"{30 - n} more" in why._base.text()
    else:
        assert all("%" in counted for counted, _ in told)
    assert all(int(str(model.index(row, PEOPLE).data())) > 0 for row in range(model.rowCount()))
    assert "more are needed" in why.drivers.note.text() or "No " in why.drivers.note.text()
