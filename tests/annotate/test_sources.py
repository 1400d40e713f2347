"""What kind of channel a source is: said later, undone, never too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import sources
from annotate.errors import AskedWronglyError
from annotate.importing import load
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import FromChannel, Query
from annotate.verbatims import ids


def test_a_kind_is_said_filtered_by_and_undone(tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("id,comment\n1,the gearbox jerks\n2,roomy\n", encoding="utf-8")
    hotline = Query((FromChannel(("hotline",)),))
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        load.import_file(project, table, source="calls")
        assert len(ids(project, hotline)) == 0
        step = sources.set_kind(project, source=1, kind="  hotline ")
        assert step.words == "Kind of source calls: hotline"
        assert len(ids(project, hotline)) == 2
        operations.undo(project)
        assert len(ids(project, hotline)) == 0
        assert sources.set_kind(project, source=1, kind="").op == 0  # nothing changed, no step
        with pytest.raises(AskedWronglyError, match="was not changed"):
            sources.set_kind(project, source=1, kind="x" * 61)
