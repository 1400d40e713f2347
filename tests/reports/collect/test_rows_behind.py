"""Every figure leads to exactly the rows that it counts, on a study in which every kind of figure can be made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whole_study import figures_shown, whole_study

from annotate.store.project import Project
from reports.collect import figures, read
from reports.collect.rows import counted_records, ids
from reports.data import DriverFigures, NeedFigures, Rows, Scope
from reports.reading import Order, Reading
from reports.reading import read as read_voices


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole_study(tmp_path_factory.mktemp("whole"))


def people_of(what: str, reading: Reading) -> int:
    """Return how many a figure must be shown to count: words and candidates count answers, scores records."""
    if what.startswith(("word", "candidate")):
        return int(reading.ids.size)
    return reading.people if reading.counted is None else reading.counted


@pytest.mark.parametrize("scope", [Scope(), Scope(period="2026"), Scope(period="2026", segment="level")], ids=str)
def test_every_figure_leads_to_the_rows_it_counts(whole: Path, scope: Scope) -> None:
    wrong, kinds = [], set()
    with Project.open(whole, read_only=True) as project:
        loaded = read(project)
        with project.reading() as db:
            data = figures(db, loaded, scope, title="t")
            for what, rows, shown in figures_shown(data):
                assert rows is not None, what
                assert Rows.from_json(rows.to_json()) == rows
                reading = read_voices(db, loaded, rows, Order.NEWEST, limit=0)
                opened = people_of(what, reading)
                by_first = what.startswith("cell of") and scope.segment == "level"
                if opened != shown and not by_first:  # who has two levels stands in the column of their first answer
                    wrong.append((what, shown, opened))
                kinds.add(what.split(" ")[0])
    assert not wrong, wrong
    assert {"cell", "course", "stop", "word", "image"} <= kinds
    assert isinstance(data.questions[0].drivers, DriverFigures)


def test_all_is_there_that_can_be_there(whole: Path) -> None:
    with Project.open(whole, read_only=True) as project:
        loaded = read(project)
        with project.reading() as db:
            data = figures(db, loaded, Scope(), title="t")
    needs = data.questions[0].needs
    assert isinstance(needs, NeedFigures) and isinstance(needs.needs, tuple) and needs.moves
    assert any(move.moved for move in needs.moves)
    assert data.funnels and data.image is not None and data.indicators and data.questions[0].words


def test_scored_people_without_words_are_counted_and_named(whole: Path) -> None:
    with Project.open(whole, read_only=True) as project:
        loaded = read(project)
        with project.reading() as db:
            data = figures(db, loaded, Scope(), title="t")
            rows = data.scores[0].rows
            assert rows is not None
            reading = read_voices(db, loaded, rows, Order.NEWEST, limit=1)
            assert reading.counted is not None
            assert reading.people < reading.counted == int(counted_records(db, loaded, rows).sum())
            assert np.array_equal(reading.ids, ids(db, loaded, rows))
            assert reading.named == ("nps",)
