"""Numbers as the European continent writes them: read as numbers where the column shows it, kept as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import verbatims
from annotate.importing.load import import_file
from annotate.importing.preview import preview
from annotate.importing.values import decimal_commas, parse_number
from annotate.store.project import Project

_HEAD = "ID;NPS;Umsatz;Kommentar\n"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7,5", 7.5), ("123.456,50", 123456.5), ("1 234,5", 1234.5), ("1.234", 1234.0), ("-3,25", -3.25), ("8", 8.0),
        ("85,5 %", 0.855), ("1\N{NARROW NO-BREAK SPACE}234", 1234.0), ("1,2,3", None), ("3.5", None), ("teuer", None),
    ],
)  # fmt: skip
def test_numbers_with_a_decimal_comma(text: str, number: float | None) -> None:
    assert parse_number(text, decimal_comma=True) == pytest.approx(number)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (["7,5", "8,0", "6"], True),
        (["123.456,50", "99,95"], True),
        (["1,234", "2,345"], False),  # thousands, as English writes them
        (["7,5", "7.5"], False),
        (["10", "8"], False),
        (["85%", "90%"], False),
        (["1,2", "3", "2,4", "1,12"], False),  # two choices of a list
        (["7,5", "weiß nicht"], False),
        ([7.5, 3.0], False),
    ],
)
def test_a_column_shows_which_it_is(values: list[str | float], shown: bool) -> None:
    assert decimal_commas(values) is shown


def test_a_german_file_gives_numbers_and_keeps_what_was_written(tmp_path: Path) -> None:
    rows = [f"{n};{n % 10},5;{n + 1}.{n:03d},50;Das Gerät ist mir zu teuer, Nummer {n}" for n in range(1, 90)]
    path = tmp_path / "umfrage.csv"
    path.write_bytes((_HEAD + "\n".join(rows) + "\n").encode("cp1252"))
    with Project.create(tmp_path / "de.tingdong", coder="Jana") as project:
        told = preview(project, path)
        assert {one.name: one.kind for one in told.columns if one.kind} == {
            "NPS": "number",
            "Umsatz": "number",
        }
        assert any(one.id == "decimal-comma" and "Umsatz" in one.sentence() for one in told.notices)
        done = import_file(project, path)
        assert any(one.id == "decimal-comma" for one in done.warnings)
        columns = {one.name: one.column for one in verbatims.context_fields(project)}
        row = project.reading_one(f"select {columns['NPS']}, {columns['Umsatz']} from record where number = 7")
        assert row == (7.5, 8007.5)
        context = verbatims.page(project, [7])[0].context
    assert context == ("7,5", "8.007,50")
