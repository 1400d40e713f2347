"""What the tests of merges share: what everybody says, by identity, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import frames
from annotate.errors import UserError
from annotate.store import merge
from annotate.store.connection import Row
from annotate.store.project import Project


def state(project: Project) -> tuple[set[Row], set[Row], set[Row]]:
    """Return what everybody says, by uuid, so that copies can be compared."""
    labels = project.rows(
        "select v.number, c.uuid, k.uuid, r.uuid, yes, sentiment, mention, origin from label_now w"
        " join verbatim x on x.id = w.verbatim_id join record v on v.id = x.record_id"
        " join coder c on c.id = w.coder_id join code k on k.id = w.code_id join code r on r.id = w.raw_code"
    )
    reviews = project.rows(
        "select verbatim_id, c.uuid, f.uuid from review_now n join coder c on c.id = n.coder_id"
        " join frame f on f.id = n.frame_id"
    )
    counts = project.rows(
        "select question_id, k.uuid, verbatims from code_count n join code k on k.id = n.code_id where verbatims <> 0"
    )
    return set(labels), set(reviews), set(counts)


def refused(project: Project, path: Path) -> str:
    before = project.rows("select count(*) from op")
    with pytest.raises(UserError) as error:
        merge.merge(project, path)
    assert error.value.sentence()
    assert project.rows("select count(*) from op") == before
    return error.value.id


def labels(project: Project, frame: int = 1) -> list[str]:
    return [f"{one.number} {one.label}".strip() for one in frames.head(project, frame).live]
