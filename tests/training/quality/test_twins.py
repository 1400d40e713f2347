"""Near-twins with opposite labels: all of them, and nothing else."""

from __future__ import annotations

from pathlib import Path

import models_example as example
import numpy as np
import pytest
from training_example import example as corpus

from annotate import coding
from annotate.store.project import Project
from training.learner.features import count, fit_features
from training.quality import twins
from training.quality.neighbours import TWIN, unit


def test_pairs_are_those_of_a_naive_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "_BLOCK", 7)
    told = corpus(120, seed=3, noise=0.2)
    counts = count(told.texts)
    rows = unit(fit_features(counts).weigh(counts))
    labels = told.labels[:, :4].copy()
    labels[::9] = -1
    cosine = np.asarray((rows @ rows.T).todense())
    expected = {
        (column, a, b)
        for a in range(120)
        for b in range(120)
        for column in range(4)
        if a != b and cosine[a, b] >= 0.6 and labels[a, column] == 1 and labels[b, column] == 0
    }
    found = twins.opposite(rows, labels, least=0.6)
    assert {each[:3] for each in found} == expected
    assert len(found) == len(expected) > 5
    assert [each[3] for each in found] == sorted((each[3] for each in found), reverse=True)


def test_a_project_tells_who_says_yes_and_who_no(tmp_path: Path) -> None:
    with Project.open(example.make(tmp_path, 150)) as project:
        example.train(project)
        code = example.code_of(project, "304")
        before = twins.opposite_twins(project, n=1000)
        pair = next(one for one in before if one.code_id == code) if before else None
        said, ids = example.answers(), example.ids(project)
        row = next(row for row in range(150) if said[row][1] == ("304",))
        coding.remove_code(project, verbatims=[ids[row]], code=code, expand=False)
        found = [one for one in twins.opposite_twins(project, n=1000) if one.no == ids[row]]
        assert found
        assert {one.code_id for one in found} == {code}
        assert all("304" in said[ids.index(one.yes)][1] and TWIN <= one.similarity <= 1 for one in found)
        assert pair is None or pair in before
