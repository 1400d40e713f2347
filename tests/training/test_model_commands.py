"""The commands of models, doubts and explanations, as people call them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import models_example as example
import pytest
from click.testing import CliRunner, Result
from in_process import InProcess

from annotate import frames, verbatims
from annotate.importing.label_load import import_labels
from annotate.store.connection import Connection
from annotate.store.project import Project
from training.coding import run as coding_run
from training.coding.tingmodel import read_tingmodel
from training.commands import group


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """v1 of 60 labels (two wrong) in force, v2 of 150."""
    folder = tmp_path_factory.mktemp("commands")
    path = example.make(folder, 60, wrong={8: "402", 31: "301"})
    with Project.open(path) as project:
        example.train(project)
        coding_run.code(project, worker=InProcess())
        import_labels(project, example.label(folder / "more.csv", range(60, 150)))
        example.train(project)
    return path


@pytest.fixture
def car(source: Path, tmp_path: Path) -> Path:
    shutil.copy(source, tmp_path / "car.tingdong")
    return tmp_path / "car.tingdong"


def call(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, (words, result.stdout, result.stderr)
    return result


def told(*words: object, code: int = 0) -> dict[str, object]:
    """Return what a command printed with --json: one object and nothing else."""
    answer = json.loads(call(*words, "--json", code=code).stdout)
    assert isinstance(answer, dict)
    return answer


def test_models_are_listed_and_shown(car: Path) -> None:
    models = told("model", "list", car)["models"]
    assert isinstance(models, list)
    assert [(one["model"], one["labels"], bool(one["in_force"])) for one in models] == [
        ("v1", 60, True),
        ("v2", 150, False),
    ]
    assert 0 < models[0]["micro_f1"]["low"] <= models[0]["micro_f1"]["value"] <= models[0]["micro_f1"]["high"] <= 1
    lines = call("model", "list", car).stdout.splitlines()
    assert len(lines) == 2
    assert "v1" in lines[0]
    assert "Q7 × 2026-05" in lines[0]
    assert told("model", "show", car)["model"] == "v2"
    assert told("model", "show", car, "v1")["by_hand"] is None
    assert told("model", "show", car, "v9", code=2)["error"] == "no-such-model"


def test_two_models_are_compared(car: Path) -> None:
    answer = told("model", "compare", car, "v1", "v2")
    difference = answer["difference"]
    assert isinstance(difference, dict)
    assert difference["low"] <= difference["value"] <= difference["high"]
    assert answer["rows"] == 150
    assert "micro-F1" in call("model", "compare", car, "1", "2").stdout


def test_a_preview_switches_nothing_and_use_switches(car: Path) -> None:
    preview = told("model", "use", car, "v2", "--preview")
    assert isinstance(preview["answers"], int)
    assert preview["answers"] > 0
    codes = preview["codes"]
    assert isinstance(codes, list)
    assert all(one["in"] == len(one["in_ids"]) and one["out"] == len(one["out_ids"]) for one in codes)
    models = told("model", "list", car)["models"]
    assert isinstance(models, list)
    assert models[0]["in_force"]
    used = told("model", "use", car, "v2", "--wave", "2026-06")
    assert (used["model"], used["answers"]) == ("v2", example.ROWS // 2)
    models = told("model", "list", car)["models"]
    assert isinstance(models, list)
    assert [[each["wave"] for each in one["in_force"]] for one in models] == [["2026-05"], ["2026-06"]]
    assert "already" in call("model", "use", car, "v2", "--wave", "2026-06").stdout
    assert told("model", "use", car, "v2", "--wave", "2031-01", code=2)["error"] == "no-wave"
    assert told("model", "use", car, "v2", "--question", "Q9", code=2)["error"] == "no-question"


def test_a_model_that_kept_no_count_of_codes_tells_no_macro_f1(car: Path) -> None:
    def forget(db: Connection) -> None:
        for model, scores in db.execute("select id, scores from model").fetchall():
            kept = json.loads(str(scores))
            del kept["codes"]["codes"]["macro_columns"]
            with db.transaction():
                db.execute("update model set scores = ? where id = ?", (json.dumps(kept), model))

    assert " codes" in call("model", "list", car).stdout.splitlines()[0]
    with Project.open(car) as project:
        project.write(forget)
    assert "macro-F1 not known" in call("model", "list", car).stdout.splitlines()[0]
    assert all(one["macro_f1"] is None for one in told("model", "list", car)["models"])  # type: ignore[attr-defined]


def test_a_model_is_renamed(car: Path) -> None:
    assert told("model", "rename", car, "v1", "spring", "--note", "old frame") == {
        "model": "v1", "name": "spring", "note": "old frame"
    }  # fmt: skip
    assert told("model", "show", car, "spring")["note"] == "old frame"
    assert told("model", "rename", car, "v2", "spring", code=1)["error"] == "name-taken"


def test_a_model_leaves_the_project_with_its_thresholds(car: Path, tmp_path: Path) -> None:
    told("model", "threshold", car, "v2", "--code", "402", "--set", "0.7")
    file = tmp_path / "out.tingmodel"
    answer = told("model", "export", car, "v2", file)
    assert (answer["model"], answer["bytes"]) == ("v2", file.stat().st_size)
    assert [one.cut for one in read_tingmodel(file).codes if one.cut is not None] == [0.7]


def test_answers_are_pinned_listed_and_taken_out(car: Path) -> None:
    with Project.open(car) as project:
        verbatim = example.ids(project)[0]
        answer = verbatims.page(project, [verbatim])[0].record_key
    number = example.answers()[0][1][0]
    assert told("model", "pin", car, answer, "--code", number, "--note", "why")["pinned"]
    pinned = told("model", "pin", car)["pinned"]
    assert isinstance(pinned, list)
    assert [(one["id"], one["key"], one["expected"], one["note"]) for one in pinned] == [
        (verbatim, answer, True, "why")
    ]
    assert f"answer {answer} must carry" in call("model", "pin", car).stdout
    assert told("model", "pin", car, answer, code=2)["error"] == "half-a-pin"
    assert told("model", "pin", car, answer, "--code", "nothing", code=2)["error"] == "no-code-named"
    assert told("model", "pin", car, answer, "--code", number, "--remove")["pinned"] == []


def test_a_threshold_is_tried_set_shown_copied_and_cleared(car: Path) -> None:
    curve = told("model", "threshold", car, "v2", "--code", "402")
    points = curve["points"]
    assert isinstance(points, list)
    assert len(points) > 3
    assert {"threshold", "taken", "precision", "recall"} == set(points[0])
    by_hand = told("model", "threshold", car, "v2", "--code", "402", "--set", "0.7")["by_hand"]
    assert isinstance(by_hand, dict)
    assert [(one["threshold"], one["by_hand"]) for one in by_hand["codes"]] == [(0.7, True)]
    models = told("model", "list", car)["models"]
    assert isinstance(models, list)
    assert list(models[1]["thresholds_by_hand"].values()) == [0.7]
    assert "by hand" in call("model", "show", car, "v2").stdout
    assert told("model", "threshold", car, "v1", "--like", "v2")["by_hand"]
    assert told("model", "threshold", car, "v2", "--code", "402", "--clear")["by_hand"] is None
    for wrong in ((), ("--code", "402", "--set", "0.5", "--clear"), ("--code", "402", "--like", "v1")):
        assert told("model", "threshold", car, "v2", *wrong, code=2)["error"] == "which-threshold"
    assert told("model", "threshold", car, "--code", "402", "--set", "2", code=2)["error"] == "bad-threshold"


def test_training_again_says_that_thresholds_were_set_by_hand(car: Path) -> None:
    assert told("train", car)["thresholds_by_hand_before"] is None
    told("model", "threshold", car, "v3", "--code", "402", "--set", "0.7")
    lines = call("train", car, "--seed", "2").stdout.splitlines()
    assert lines[-1] == "Thresholds set by hand for v3: 1; to take them over: model threshold --like v3"
    assert told("model", "show", car, "v4")["by_hand"] is None


def test_doubts_are_listed_and_kept(car: Path) -> None:
    found = told("doubts", car, "-n", "5")["doubts"]
    assert isinstance(found, list)
    assert 1 <= len(found) <= 5
    first = found[0]
    assert {"id", "key", "text", "code", "doubt", "said", "p", "human", "model", "instead", "near", "twins"} == set(
        first
    )
    assert first["text"] in call("doubts", car, "-n", "5").stdout
    again = told("doubts", car, "-n", "100", "--keep", first["id"])["doubts"]
    assert isinstance(again, list)
    assert first["id"] not in {one["id"] for one in again}
    only = told("doubts", car, "--code", "402", "--model", "v1")["doubts"]
    assert isinstance(only, list)
    assert {one["code"] for one in only} <= {"空间/空间小"}


def test_twins_are_listed(car: Path) -> None:
    pairs = told("doubts", car, "--twins", "-n", "10")["twins"]
    assert isinstance(pairs, list)
    assert all({"code", "similarity", "yes", "no"} == set(one) for one in pairs)
    assert call("doubts", car, "--twins").stdout.startswith(f"{len(pairs)} pairs")


def test_an_answer_is_explained(car: Path) -> None:
    said = example.answers()
    row = next(row for row in range(150, example.ROWS) if said[row][1] == ("304",))
    with Project.open(car) as project:
        answer = example.ids(project)[row]
        key = verbatims.page(project, [answer])[0].record_key
    explained = told("explain", car, f"#{key}", "--question", "Q7", "--code", "304")
    assert (explained["id"], explained["key"]) == (answer, key)
    assert explained == told("explain", car, key, "--code", "304")
    words, near = explained["words"], explained["near"]
    assert isinstance(words, list)
    assert isinstance(near, list)
    assert words[0]["weight"] > 0
    assert said[row][0][slice(*words[0]["spans"][0])] == words[0]["word"]
    assert all("304" in said[int(one["id"]) - answer + row][1] for one in near)
    assert said[row][0] in call("explain", car, key, "--code", "异响").stdout
    assert told("explain", car, 99_999, "--code", "304", code=2)["error"] == "no-such-answer"
    assert told("explain", car, answer, "--code", "顿", code=2)["error"] == "no-code-named"


def test_code_refuses_to_break_a_pin_without_a_reason(tmp_path: Path) -> None:
    path = example.make(tmp_path, 120)
    with Project.open(path) as project:
        example.train(project)
        coding_run.code(project, worker=InProcess())
        noisy = [row for row, (_, codes) in enumerate(example.answers()[:120]) if codes == ("304",)]
        import_labels(project, example.label(tmp_path / "wrong.csv", noisy, dict.fromkeys(noisy, "302")))
        example.train(project)
        said = {verbatim for run in example.pointers(project).values() for verbatim, code in
                example.accepted(project, run) if code == example.code_of(project, "304")}  # fmt: skip
        ids = example.ids(project)
        answer = next(ids[row] for row in range(120, 240)
                      if example.answers()[row][1] == ("304",) and ids[row] in said)  # fmt: skip
    told("model", "pin", path, answer, "--code", "304", "--expect", "yes")
    shown = told("model", "show", path)["must_hold"]
    assert isinstance(shown, dict)
    assert (shown["pinned"], [one["id"] for one in shown["broken"]]) == (1, [answer])
    refused = told("code", path, code=1)
    assert (refused["error"], refused["codes"]) == ("must-hold-broken", "304 (1)")
    assert told("code", path, "--anyway", "the frame changed")["answers"] == example.ROWS


def test_personal_data_is_masked_in_what_is_printed(car: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotate import verbatims
    from training.commands import doubts

    read = verbatims.page

    def written(project: Project, ids: list[int]) -> list[verbatims.VerbatimRow]:
        return [replace(row, text=f"{row.text}，电话13800138007") for row in read(project, ids)]

    monkeypatch.setattr(doubts.verbatims, "page", written)
    with Project.open(car) as project:
        shown = doubts._shown(project, [1, 2])
    assert len(shown) == 2
    assert all("138" not in row.text and "电话" in row.text for row in shown.values())


def test_a_model_file_is_not_replaced_without_a_word(car: Path, tmp_path: Path) -> None:
    file = tmp_path / "car.tingmodel"
    file.write_bytes(b"another model")
    assert told("model", "export", car, "v2", file, code=1)["error"] == "file-exists"
    assert file.read_bytes() == b"another model"
    told("model", "export", car, "v2", file, "--force")
    assert read_tingmodel(file).codes


def test_standing_and_doubts_say_that_another_program_has_the_project(car: Path) -> None:
    with Project.open(car):
        for words in (("standing", car), ("doubts", car, "-n", 2)):
            ran = call(*words, "--json")
            assert json.loads(ran.stdout)["read_only"] == "Another program has it open."
            assert "read-only" in ran.stderr
        assert told("doubts", car, "--keep", 1, code=1)["error"] == "read-only"
    assert told("standing", car)["read_only"] is None


def test_a_name_that_means_two_codes_is_asked_about(car: Path) -> None:
    with Project.open(car) as project:
        frame = frames.the_frame(project)
        net = frames.add_code(project, frame=frame, label="另一组", is_net=True)
        same = frames.head(project, frame).live[0].label
        frames.add_code(project, frame=frame, label=same, parent=net)
    for words in (("next", car, "--mode", "likely"), ("doubts", car), ("sample", "accept", car)):
        assert told(*words, "--code", same, code=2)["error"] == "which-code"


def test_macro_f1_says_on_how_many_codes_it_rests(car: Path) -> None:
    compared = told("model", "compare", car, "v1", "v2")
    assert compared["macro_codes"]
    assert isinstance(compared["macro_f1_after"], float)
    (line,) = [one for one in call("model", "compare", car, "v1", "v2").stdout.splitlines() if "macro-F1" in one]
    assert f"over the {compared['macro_codes']} codes on at least 5" in line
