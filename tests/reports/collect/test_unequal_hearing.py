"""Touchpoints where the model hears one region well and another badly: each by its own audit, or as counted."""

from __future__ import annotations

from pathlib import Path

import machine as machines
import numpy as np
from study import study

from annotate import samples
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect
from reports.corrections import cells_sentence
from reports.data import PartCorrection, Scope, TouchpointTable
from reports.statistics.nps import Estimate
from reports.wording import Words

N = 1600


def table(folder: Path, south: float) -> tuple[TouchpointTable, dict[str, float]]:
    """Return touchpoints by region and the truth by region; ``south``: part of the answers that are 华南."""
    rng = np.random.default_rng(6)
    region = np.where(rng.random(N) < south, "华南", "华东")
    true = rng.random(N) < 0.5
    bad = rng.random(N) < 0.7
    east = region == "华东"
    said = true & (rng.random(N) < np.where(east, 0.95, 0.6))
    heard = np.where(bad, np.where(east | (rng.random(N) < 0.2), -1, 0), 1)  # in 华南 most of the bad is neutral
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        made = study(
            project, folder,
            {"region": (Role.SEGMENT, region.tolist()), "touch": (Role.TOUCHPOINT, ["用车"] * N)}, {"": ("异响",)},
        )  # fmt: skip
        told = [(row, made.codes["异响"], 0.9, True) for row, on in zip(made.rows, said, strict=True) if on]
        moods = dict(zip(made.rows, heard.tolist(), strict=True))
        machines.predict(project, made.question, told, moods=moods)
        samples.draw_audit(project, question=made.question, size=400)
        drawn = {int(row[0] or 0) for row in project.rows("select verbatim_id from sample_row")}
        marks = np.array([row in drawn for row in made.rows])
        made.say("异响", true & marks & bad, -1)
        made.say("异响", true & marks & ~bad, 1)
        made.confirm(marks)
        found = collect(project, scope=Scope(segment="region"), texts=False).touchpoints
    assert found is not None
    return found, {name: 100 * (1 - 2 * float(bad[true & (region == name)].mean())) for name in ("华东", "华南")}


def test_each_region_is_corrected_by_its_own_audit(tmp_path: Path) -> None:
    told, real = table(tmp_path, 0.5)
    assert isinstance(told.cells, PartCorrection)
    assert told.cells.alike < 0.01 and told.cells.as_counted == () and told.cells.pooled == 0
    assert not any(cell.letters or cell.outlined for cell in told.rows[0].cells)
    for column, cell in zip(told.columns, told.rows[0].cells, strict=True):
        assert isinstance(cell.estimate, Estimate) and isinstance(cell.counted, Estimate)
        assert cell.estimate.low < real[column.value] < cell.estimate.high
    south = next(cell for column, cell in zip(told.columns, told.rows[0].cells, strict=True) if column.value == "华南")
    assert isinstance(south.counted, Estimate) and isinstance(south.estimate, Estimate)
    assert south.counted.low > real["华南"] + 15  # as counted it looks much better than it is


def test_a_region_with_too_small_an_audit_stays_as_counted_and_says_so(tmp_path: Path) -> None:
    told, _real = table(tmp_path, 0.15)
    assert isinstance(told.cells, PartCorrection)
    assert told.cells.as_counted == ("华南",)
    assert 0 < told.cells.more < 100
    south = next(cell for column, cell in zip(told.columns, told.rows[0].cells, strict=True) if column.value == "华南")
    assert south.counted is None and isinstance(south.estimate, Estimate)
    said = cells_sentence(told, Words("en"))
    assert "Not corrected: 华南: the model errs differently between these parts" in said
    assert f"{told.cells.more} more are needed" in said
    assert said.startswith("Cells are corrected by how the model hears")
