"""Shared fixtures; loading this file also puts survey.py within reach of the tests below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate import frames
from annotate.store.project import Project


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long proofs out unless they are asked for with -m."""
    if not config.option.markexpr:
        skip = pytest.mark.skip(reason="a long proof: run it with -m slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A fresh project of the coder Ann."""
    with Project.create(tmp_path / "car.tingdong", coder="Ann") as one:
        yield one


@pytest.fixture
def frame(project: Project) -> int:
    """A frame in the fresh project."""
    return frames.create_frame(project, name="Car")
