from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stored import COLUMNS, ROLES, rows
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.store.project import Project
from annotate.store.query import Query


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    path = folder / "p.tingdong"
    with Project.create(path, coder="林顾问") as project:
        import_file(project, write_csv(folder / "a.csv", COLUMNS, rows()), roles=ROLES)
        frame = frames.create_frame(project, name="车")
        jerk = frames.add_code(project, frame=frame, label="低速顿挫", number="301")
        room = frames.add_code(project, frame=frame, label="后排空间", number="402")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[1::2], code=jerk, sentiment=-1, expand=False)
        coding.apply_code(project, verbatims=ids[0::2], code=room, sentiment=1, expand=False)
        coding.confirm(project, verbatims=ids)
    return path


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Iterator[Project]:
    path = tmp_path / "p.tingdong"
    path.write_bytes(original.read_bytes())
    with Project.open(path, coder="林顾问") as opened:
        yield opened
