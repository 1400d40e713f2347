"""A project and copies of it for several coders."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import frames
from annotate.store.project import Project

TEXTS = ["低速顿挫", "异响", "没有", "风噪", "风噪。", "油耗"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A closed project with a frame still in draft, six answers and two codes: what the coders are given."""
    path = tmp_path / "base.tingdong"
    with Project.create(path, coder="Lead") as project:
        frame = frames.create_frame(project, name="Car")
        import_answers(project, add_question(project, "Q1", frame=frame), TEXTS)
        for label in ("a", "b"):
            frames.add_code(project, frame=frame, label=label)
    return path


@pytest.fixture
def copy_of(base: Path, tmp_path: Path) -> Iterator[Callable[[str], Project]]:
    """Open a copy of the base as a coder of that name."""
    opened: list[Project] = []

    def make(coder: str) -> Project:
        folder = tmp_path / f"copy {len(opened)}"
        folder.mkdir()
        opened.append(Project.open(shutil.copy(base, folder), coder=coder))
        return opened[-1]

    yield make
    for project in opened:
        project.close()
