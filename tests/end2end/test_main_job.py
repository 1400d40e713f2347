"""The main job on the command line, as its users type it: one project file from new to report."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import tables
from click.testing import CliRunner, Result

import main


def call(*words: object, code: int = 0) -> Result:
    """Run a command in this process and demand its exit code."""
    result = CliRunner().invoke(main.commands, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, (words, result.stdout, result.stderr)
    return result


def told(*words: object, code: int = 0) -> dict[str, object]:
    """Run a command with --json and return what it printed on stdout: one object and nothing else."""
    answer = json.loads(call(*words, "--json", code=code).stdout)
    assert isinstance(answer, dict)
    return answer


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that went through the whole job: 60 answers, 40 labelled, trained, coded."""
    folder = tmp_path_factory.mktemp("job")
    project = folder / "车.tingdong"
    assert told("new", project, "--coder", "周岚")["coder"] == "周岚"
    imported = told("import", project, tables.survey(folder / "调研.csv"), "--segment", "区域")
    assert (imported["records"], imported["accepted"], imported["rejected"]) == (60, 60, 0)
    assert imported["source"] == "调研"
    assert imported["duplicates"] == 25
    framed = told("frame", "import", project, tables.frame(folder / "码框.csv"))
    assert (framed["nets"], framed["codes"], framed["added"]) == (2, 5, 7)
    labelled = told("label", "import", project, tables.labels(folder / "labels.csv", 40))
    assert (labelled["verbatims"], labelled["codes"], labelled["unknown_ids"]) == (40, 40, 0)
    trained = told("train", project)
    assert trained["rows"] == 40
    assert trained["out_of_sample"] is True
    assert told("code", project)["answers"] == 60
    return project


def test_model_layer_has_the_columns_others_rely_on(coded: Path, tmp_path: Path) -> None:
    told("export", coded, tmp_path / "model.csv", "--layer", "model")
    rows = rows_of(tmp_path / "model.csv")
    assert list(rows[0]) == [
        "id", "question", "code", "net", "sentiment", "source",
        "confidence", "sentiment_confidence", "accepted", "model",
    ]  # fmt: skip
    assert {row["source"] for row in rows} == {"model"}
    assert {row["accepted"] for row in rows} <= {"true", "false"}
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    jerking = [row for row in rows if row["code"] == "动力/顿挫"]
    assert jerking
    assert {row["net"] for row in jerking} == {"动力"}
    codes = {"动力/动力弱", "动力/顿挫", "动力/异响", "空间/空间小", "无"}
    assert {row["code"] for row in rows} <= codes, "a net is no code"


def test_human_layer_is_what_was_imported(coded: Path, tmp_path: Path) -> None:
    told("export", coded, tmp_path / "human.csv", "--layer", "human")
    rows = rows_of(tmp_path / "human.csv")
    by_id = {row["id"]: row for row in rows if row["source"] == "human"}
    assert len(by_id) == 40
    assert by_id["r0"]["code"] == "动力/顿挫"
    assert by_id["r0"]["sentiment"] == "-1"
    assert by_id["r3"]["code"] == "无"


def test_final_layer_names_where_each_row_comes_from(coded: Path, tmp_path: Path) -> None:
    told("export", coded, tmp_path / "final.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "final.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["id"] for row in rows} == {f"r{n}" for n in range(60)}
    assert all(row["source"] == "human" for row in rows if int(row["id"][1:]) < 40)
    assert {row["source"] for row in rows if int(row["id"][1:]) >= 40} <= {"model", "open"}


@pytest.mark.parametrize("layout", ["joined", "wide"])
def test_export_goes_back_in_and_changes_nothing(coded: Path, tmp_path: Path, layout: str) -> None:
    told("export", coded, tmp_path / "out.csv", "--layer", "human", "--layout", layout)
    copy = tmp_path / "copy.tingdong"
    copy.write_bytes(coded.read_bytes())
    told("label", "import", copy, tmp_path / "out.csv")
    told("export", copy, tmp_path / "again.csv", "--layer", "human", "--layout", layout)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_report_check_and_backup(coded: Path, tmp_path: Path) -> None:
    assert told("report", coded, tmp_path / "报告.pdf")["size"] == (tmp_path / "报告.pdf").stat().st_size
    assert (tmp_path / "报告.pdf").read_bytes().startswith(b"%PDF")
    assert told("check", coded)["ok"] is True
    (tmp_path / "backups").mkdir()
    copy = Path(str(told("backup", coded, tmp_path / "backups")["backup"]))
    told("restore", copy, tmp_path / "restored.tingdong")
    assert told("check", tmp_path / "restored.tingdong")["ok"] is True


def test_undo_takes_back_every_step_and_redo_brings_it_again(coded: Path, tmp_path: Path) -> None:
    project = tmp_path / "copy.tingdong"
    project.write_bytes(coded.read_bytes())
    told("export", project, tmp_path / "before.csv", "--layer", "model")
    undone = [told("undo", project)["undone"] for _ in range(4)]
    kinds = [steps[0]["kind"] for steps in undone if isinstance(steps, list)]
    assert kinds == ["auto-code", "label-import", "frame", "import"]
    assert told("undo", project)["undone"] == []
    assert told("status", project)["counts"]["verbatims"] == 0  # type: ignore[index]
    for _ in range(4):
        assert told("redo", project)["redone"] != []
    told("export", project, tmp_path / "after.csv", "--layer", "model")
    assert (tmp_path / "after.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()
    assert told("check", project)["ok"] is True


def test_the_same_file_twice_is_recognised(coded: Path, tmp_path: Path) -> None:
    project = tmp_path / "copy.tingdong"
    project.write_bytes(coded.read_bytes())
    again = told("import", project, tables.survey(tmp_path / "调研.csv"), "--segment", "区域")
    assert again["already_imported"] is True
    assert told("status", project)["counts"]["verbatims"] == 60  # type: ignore[index]


def test_every_error_is_a_sentence_with_the_right_exit_code(coded: Path, tmp_path: Path) -> None:
    before = coded.read_bytes()
    tables.write_csv(tmp_path / "wrong.csv", ["id", "code"], [["r1", "no such code"], ["r2", "302"]])
    assert told("import", coded, tmp_path / "none.csv", code=1)["error"]
    assert told("import", coded, tables.survey(tmp_path / "s.csv"), "--text", "Q9", code=2)["error"] == "no-such-column"
    assert told("frame", "import", coded, tmp_path / "none.xlsx", code=1)["error"]
    assert told("export", coded, tmp_path / "x.doc", code=2)["error"]
    assert told("export", coded, tmp_path / "x.csv", "--question", "Q9", code=2)["error"] == "no-question"
    assert told("new", coded, code=1)["error"] == "project-exists"
    assert told("status", tmp_path / "no.tingdong", code=1)["error"] == "no-such-project"
    call("train", coded, "--nonsense", code=2)
    assert coded.read_bytes() == before
    copy = tmp_path / "copy.tingdong"
    copy.write_bytes(before)
    placed = told("label", "import", copy, tmp_path / "wrong.csv", "--coder", "陈")
    assert placed["unknown_codes"] == {"no such code": 1}


def test_demo_writes_what_it_promises(tmp_path: Path) -> None:
    told("demo", "--folder", tmp_path / "demo", "--no-window")
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"demo.tingdong", "report.pdf", "coded.xlsx"} <= names
    audits = told("sample", "list", tmp_path / "demo" / "demo.tingdong")["samples"]
    assert [(one["drawn"], one["reviewed"]) for one in audits] == [(300, 300), (300, 300)], "run tools/make_sample.py"
    told("demo", "--folder", tmp_path / "demo", "--no-window")
    assert (tmp_path / "demo" / "demo-2.tingdong").exists()
