"""A project of made-up answers, part of them coded, for the tests of the loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tables
from training_example import NAMES, example

from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.store.project import Project

CODES = {"price": "价值/price", "fuel": "价值/fuel", "space": "照顾/space", "service": "照顾/service"}


def make(folder: Path, *, rows: int, coded: int, single: bool = False, seed: int = 5) -> Path:
    """Return a project file of ``rows`` answers, ids a0…, the first ``coded`` of them coded whole by a two-level frame.

    ``single``: one code an answer. Every tenth answer repeats the one before it.
    """
    made = example(rows, seed, noise=0.0)
    texts = [made.texts[row - 1] if row % 10 == 9 else made.texts[row] for row in range(rows)]
    labels = made.labels.copy()
    labels[9::10] = labels[8::10][: labels[9::10].shape[0]]
    table, told = [], []
    for row in range(rows):
        table.append([f"a{row}", texts[row]])
        names = [NAMES[column] for column in np.flatnonzero(labels[row, :4] == 1)]
        if row < coded:
            told += [[f"a{row}", CODES[name]] for name in (names[:1] if single else names)]
    path = folder / "loop.tingdong"
    with Project.create(path, coder="Ann") as project:
        import_file(project, tables.write_csv(folder / "a.csv", ["id", "text"], table))
        if coded:
            import_labels(
                project, tables.write_csv(folder / "l.csv", ["id", "code"], told), create_codes=True
            )  # fmt: skip
    return path
