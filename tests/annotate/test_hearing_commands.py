"""The commands search, quality and import --dry-run, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import main
from annotate.importing.load import import_file
from annotate.store.project import Project

TABLE = """id,date,nps,区域,Q7_不满意的地方
1,2026-05-01,9,华东,变速箱低速顿挫
2,2026-05-02,99,华东,打我电话13912345678，顿挫
3,2026-05-09,3,,變速箱異響
4,2026-05-09,3,华东,
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_more: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def car(tmp_path: Path) -> str:
    table = tmp_path / "survey.csv"
    table.write_text(TABLE, encoding="utf-8")
    path = tmp_path / "car.tingdong"
    with Project.create(path, coder="Ann") as project:
        import_file(project, table, source="调研")
    return str(path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main.commands, list(words))


def test_search_with_and_without_an_index(car: str, cache: Path) -> None:
    for more in ((), ("--index",), ()):
        told = json.loads(call("search", car, "变速箱 NOT 异响", "--json", *more).stdout)
        assert told["count"] == 1
        assert told["answers"][0]["hits"] == [[0, 3]]
        assert [one["text"] for one in told["answers"]] == ["变速箱低速顿挫"]
    assert list(cache.glob("search/*.index"))
    lines = call("search", car, "顿挫", "--limit", "1").stdout.splitlines()
    assert lines[0] == "2 answers." and lines[1].endswith("变速箱低速顿挫") and "1 more" in lines[2]
    assert call("search", car, "顿挫", "--limit", "0").stdout == "2 answers.\n"
    assert call("search", car, "顿挫", "--question", "Q9").exit_code == 2


def test_a_search_for_nothing_is_asked_wrongly(car: str) -> None:
    answer = call("search", car, "NOT", "--json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"] == "nothing-searched"


def test_quality_in_words_and_as_json(car: str) -> None:
    answer = call("quality", car)
    assert answer.exit_code == 0, answer.output
    for line in (
        "调研", "  4 records: 4 accepted, 0 rejected.", "  3 of 4 answers have text: 1 blank, 0 missing-value marks.",
        "  Columns not filled everywhere: 区域 75.0 %.",
        "  Personal data in answers: mobile numbers 1 (of 3 looked at).",
        "  6 days without a record; the longest gap is 6 days, from 2026-05-03.",
    ):  # fmt: skip
        assert line in answer.stdout.splitlines(), line
    (told,) = json.loads(call("quality", car, "--source", "调研", "--json").stdout)["sources"]
    assert told["accuracy"]["rejected"] == 0 and told["personal"] == {"mobile": 1}
    assert call("quality", car, "--source", "热线").exit_code == 2


def test_a_dry_run_says_what_is_new_and_imports_nothing(car: str, tmp_path: Path) -> None:
    more = tmp_path / "june.csv"
    more.write_text(
        TABLE.replace("\n1,", "\n5,").replace("区域", "省份").replace("99", "5"), encoding="gbk", errors="replace"
    )
    answer = call("import", car, str(more), "--source", "调研", "--dry-run")
    assert answer.exit_code == 0, answer.output
    for line in (
        "june.csv: csv, gb18030.", "All 4 records were looked at:",
        "  1 would be accepted, 3 rejected; 3 answers, 1 blank.", "  New columns: 省份.",
        "  Columns that earlier imports had and this file has not: 区域.",
    ):  # fmt: skip
        assert line in answer.stdout.splitlines(), answer.stdout
    told = json.loads(call("import", car, str(more), "--source", "调研", "--dry-run", "--json").stdout)
    assert told["rejected"] == {"repeat": 3} and told["whole"] is True
    assert json.loads(call("status", car, "--json").stdout)["counts"]["verbatims"] == 4
