"""A coded study made from arrays: answers of a survey whose truth is known, for tests of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
import numpy as np
from numpy.typing import NDArray
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Study:
    """A project with one question Q: its codes by label (nets too), and its answers in order."""

    project: Project
    question: int
    codes: dict[str, int]
    rows: list[int]

    def say(self, label: str, marks: Marks, sentiment: int | None = None) -> None:
        """Let the coder give a code to the marked answers."""
        chosen = [row for row, on in zip(self.rows, marks, strict=True) if on]
        if chosen:
            coding.apply_code(self.project, verbatims=chosen, code=self.codes[label], sentiment=sentiment, expand=False)

    def confirm(self, marks: Marks) -> None:
        """Let the coder confirm the marked answers as they stand."""
        chosen = [row for row, on in zip(self.rows, marks, strict=True) if on]
        coding.confirm(self.project, verbatims=chosen, expand=False)

    def guess(self, told: Mapping[str, Marks], *, wave: int = 0) -> int:
        """Put a run in force that accepts these codes."""
        guesses = [
            (row, self.codes[label], 0.9, True)
            for label, marks in told.items()
            for row, on in zip(self.rows, marks, strict=True)
            if on
        ]
        return machine.predict(self.project, self.question, guesses, wave=wave)


def study(
    project: Project,
    folder: Path,
    columns: Mapping[str, tuple[Role, Sequence[object]]],
    frame: Mapping[str, Sequence[str]],
    *,
    texts: Sequence[str] | None = None,
    roles: Mapping[str, frames.Role] | None = None,
) -> Study:
    """Import answers to Q with these columns (name → role and values), and make a frame: net ("" for none) → codes."""
    n = len(next(iter(columns.values()))[1])
    said = texts if texts is not None else [f"第{place}条回答说的话" for place in range(n)]
    header = ["id", *columns, "Q"]
    lines = [[f"r{at}", *(values[at] for _, values in columns.values()), said[at]] for at in range(n)]
    given: dict[Role, list[str]] = {Role.ID: ["id"], Role.TEXT: ["Q"]}
    for name, (role, _) in columns.items():
        given.setdefault(role, []).append(name)
    import_file(project, write_csv(folder / "study.csv", header, lines), roles=given)
    made = frames.create_frame(project, name="码框")
    codes: dict[str, int] = {}
    for net, labels in frame.items():
        if net:
            codes[net] = frames.add_code(project, frame=made, label=net, is_net=True)
        for label in labels:
            role = (roles or {}).get(label, frames.Role.THEME)
            codes[label] = frames.add_code(project, frame=made, label=label, parent=codes.get(net), role=role)
    question = verbatims.questions(project)[0].id
    frames.point_question(project, question=question, frame=made)
    return Study(project, question, codes, verbatims.ids(project, Query()).tolist())
