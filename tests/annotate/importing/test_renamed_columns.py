"""A later wave whose columns have other names: told, and read under the names that the project knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import verbatims
from annotate.errors import AskedWronglyError
from annotate.importing.load import import_file
from annotate.importing.preview import preview
from annotate.importing.reading import open_reader
from annotate.store.project import Project

NAMES = {"NPS (0-10)": "NPS", "Reason for your score": "Reason for score"}


@pytest.fixture
def waves(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "w1.csv", tmp_path / "w2.csv"
    for path, head, extra in (
        (first, "User ID,NPS,Reason for score,Region", ""),
        (second, "User ID,NPS (0-10),Reason for your score,Region,Device", ",iPhone"),
    ):
        rows = [f"U{n:03d},{n % 11},the network is slow at place {n},{'NS'[n % 2]}{extra}" for n in range(40)]
        path.write_text(head + "\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return first, second


def test_what_may_be_renamed_is_told_and_taken_under_known_names(project: Project, waves: tuple[Path, Path]) -> None:
    first, second = waves
    import_file(project, first, source="telco", wave="Q1")
    adds = preview(project, second, source="telco").adds
    assert (adds.lacking, adds.lacking_questions) == (("NPS",), ("Reason for score",))
    assert dict(adds.alike) == NAMES
    adds = preview(project, second, source="telco", names=NAMES).adds
    assert (adds.lacking, adds.lacking_questions, adds.alike) == ((), (), ())
    assert (adds.questions, adds.columns) == ((), ("Device",))
    import_file(project, second, source="telco", wave="Q2", names=NAMES)
    assert [(one.name, one.answered) for one in verbatims.questions(project)] == [("Reason for score", 80)]
    assert [one.name for one in verbatims.context_fields(project)] == ["NPS", "Region", "Device"]
    assert import_file(project, second, source="telco", wave="Q2", names=NAMES).already


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({"Reason": "x"}, "no-such-column"),
        ({"NPS (0-10)": "Region"}, "column-name-taken"),
        ({"NPS (0-10)": " "}, "column-name-taken"),
    ],
)
def test_names_that_cannot_be(waves: tuple[Path, Path], names: dict[str, str], error: str) -> None:
    with pytest.raises(AskedWronglyError) as caught:
        open_reader(waves[1], names=names)
    assert caught.value.id == error
