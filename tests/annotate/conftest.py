"""Shared fixtures; loading this file also puts survey.py within reach of the tests below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate import frames
from annotate.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A fresh project of the coder Ann."""
    with Project.create(tmp_path / "car.tingdong", coder="Ann") as one:
        yield one


@pytest.fixture
def frame(project: Project) -> int:
    """A frame in the fresh project."""
    return frames.create_frame(project, name="Car")
