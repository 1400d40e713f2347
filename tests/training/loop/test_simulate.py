"""The replay of finished labels: what it learns from, what it is scored on, and what it makes of odd projects."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tables
from click.testing import CliRunner
from in_process import InProcess
from loop_project import make
from training_example import PARENTS, example

from annotate.errors import AskedWronglyError, UserError
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.store.project import Project
from training.commands import loop as commands
from training.loop import next_answers as loop
from training.loop import simulate as replays
from training.loop.simulate import Curve, Material, Plan, Point, Score, _point, checkpoints, replay, simulate


def material(rows: int = 300, *, single: bool = False) -> Material:
    made = example(rows, 8, noise=0.0)
    labels = made.labels.copy()
    if single:
        first = labels[:, :4].argmax(axis=1)
        labels[:, :5] = 0
        labels[np.arange(rows), first] = 1
    lengths = np.array([len(one) for one in made.texts])
    return Material(made.texts, lengths, labels, PARENTS, made.groups, single)


@pytest.mark.parametrize("single", [False, True])
def test_a_replay_learns_and_counts_what_was_read(single: bool) -> None:
    told = material(single=single)
    for plan in (Plan.DEFAULT, Plan.RANDOM):
        scores, whole = replay(told, plan=plan, budget=120, seed=1, everything=True)
        assert [one.labels for one in scores] == [50, 100, 120]
        assert whole is not None
        assert scores[0].micro_f1 < 0.99
        assert scores[-1].micro_f1 > 0.8
        assert whole.micro_f1 >= scores[0].micro_f1
        assert whole.labels > 190
        assert 0 < scores[0].characters < scores[1].characters < scores[2].characters < whole.characters
        assert replay(told, plan=plan, budget=120, seed=1, everything=True) == (scores, whole)


def test_what_is_held_out_teaches_nothing_not_even_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    told = replace(material(120), groups=np.arange(120) // 2)
    seen: list[set[str]] = []
    scored: list[set[str]] = []
    background, predict = replays.fit_background, replays.classifier.Model.predict

    def watched(texts: list[str], *, seed: int) -> object:
        seen.append(set(texts))
        return background(texts, seed=seed)

    monkeypatch.setattr(replays, "fit_background", watched)
    monkeypatch.setattr(
        replays.classifier.Model, "predict", lambda self, texts: scored.append(set(texts)) or predict(self, texts)
    )
    replay(told, plan=Plan.DEFAULT, budget=60, seed=3)
    assert 70 <= len(seen[0]) <= 90
    assert all(not seen[0] & fresh for fresh in scored)
    assert all(seen[0] | fresh == set(told.texts) for fresh in scored)
    place = {one: row for row, one in enumerate(told.texts)}
    out = {told.groups[place[one]] for one in scored[0]}
    assert not out & {told.groups[place[one]] for one in seen[0]}


def test_identical_answers_are_read_once() -> None:
    told = material(100)
    twice = Material(
        [*told.texts, *told.texts], np.tile(told.characters, 2), np.tile(told.labels, (2, 1)), told.parents,
        np.tile(told.groups, 2), False,
    )  # fmt: skip
    scores, _ = replay(twice, plan=Plan.RANDOM, budget=1000, seed=1)
    assert scores[-1].labels <= 75


def test_the_last_checkpoint_of_a_large_budget_is_everything() -> None:
    scores, whole = replay(material(150), plan=Plan.UNSURE, budget=5000, seed=2, everything=True)
    assert whole is not None
    assert (scores[-1].labels, scores[-1].characters) == (whole.labels, whole.characters)
    assert scores[-1].micro_f1 == pytest.approx(whole.micro_f1, abs=0.02)
    assert [one.labels for one in scores][:2] == [50, 100]


def test_checkpoints() -> None:
    assert checkpoints(120) == [50, 100, 120]
    assert checkpoints(1600) == [*range(50, 501, 50), *range(600, 1001, 100), 1250, 1500, 1600]
    assert checkpoints(7) == [7]


def test_labels_to_a_share_lie_between_checkpoints() -> None:
    points = tuple(Point(labels, 10, f1, 0, f1 / 2, 0) for labels, f1 in ((50, 0.4), (100, 0.6), (150, 0.8)))
    curve = Curve(Plan.DEFAULT, 1, 100, 30, False, points, Point(999, 10, 0.9, 0, 0.5, 0))
    assert curve.labels_to(7 / 9) == pytest.approx(125)
    assert curve.labels_to(0.9, macro=True) is None
    assert curve.labels_to(0.5, macro=True) == pytest.approx(75)
    assert replace(curve, full=None).labels_to(0.8) is None


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("simulate"), rows=160, coded=160)


def test_a_project_is_replayed_and_not_changed(finished: Path) -> None:
    with Project.open(finished) as project:
        before = project.rows("select count(*), max(id) from op")
        curve = simulate(project, budget=70, seeds=2, everything=True)
        assert project.rows("select count(*), max(id) from op") == before
    assert (curve.answers, curve.held_out, curve.seeds, curve.single) == (160, 48, 2, False)
    assert [one.labels for one in curve.curve] == [50, 70]
    assert curve.curve[1].micro_f1 > 0.5
    assert curve.curve[0].micro_f1_sd > 0


def test_the_command_prints_the_curve(finished: Path) -> None:
    ran = CliRunner().invoke(
        commands.group, ["simulate", str(finished), "--strategy", "random", "--budget", "60", "--seeds", "1", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["strategy"] == "random"
    assert [set(point) for point in told["curve"]] == [
        {"labels", "characters", "micro_f1", "macro_f1", "micro_f1_sd", "macro_f1_sd"}
    ] * 2
    assert told["full"] is None
    people = CliRunner().invoke(commands.group, ["simulate", str(finished), "--budget", "50", "--seeds", "1", "--all"])
    assert people.exit_code == 0, people.output
    assert "50 answers" in people.stdout


def test_next_prints_masked_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "Worker", InProcess)
    path = make(tmp_path, rows=60, coded=0)
    more = [[f"b{row}", f"请回电13812345678，{row}号门店"] for row in range(60)]
    with Project.open(path) as project:
        import_file(project, tables.write_csv(tmp_path / "b.csv", ["id", "text"], more), source="b")
    ran = CliRunner().invoke(commands.group, ["next", str(path), "--mode", "shuffle", "-n", "20", "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert len(told["answers"]) == 20
    assert "13812345678" not in ran.stdout
    assert "手机号" in ran.stdout
    assert all(one["reason"] == "shuffle" and one["why"] for one in told["answers"])
    lost = CliRunner().invoke(commands.group, ["next", str(path), "--mode", "likely", "--code", "没有的", "--json"])
    assert lost.exit_code == 1
    assert json.loads(lost.stdout)["error"] == "no-frame"


@pytest.mark.parametrize("asked", [{"budget": 0}, {"seeds": 0}, {"hold_out": 0.99}])
def test_a_replay_that_cannot_be_run_says_why(finished: Path, asked: dict[str, int]) -> None:
    with Project.open(finished) as project, pytest.raises(AskedWronglyError) as refused:
        simulate(project, **asked)
    assert refused.value.id == "bad-replay"


def test_too_little_to_replay_is_a_sentence(tmp_path: Path) -> None:
    with Project.open(make(tmp_path, rows=60, coded=20)) as project, pytest.raises(UserError) as refused:
        simulate(project)
    assert refused.value.id == "too-few-to-replay"


def test_one_code_that_everybody_has_teaches_nothing_and_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.tingdong"
    rows = [[f"a{row}", f"很好{row}" if row % 3 else "😀" * (row + 1)] for row in range(90)]
    with Project.create(path) as project:
        import_file(project, tables.write_csv(tmp_path / "a.csv", ["id", "text"], rows))
        told = tables.write_csv(tmp_path / "l.csv", ["id", "code"], [[row[0], "好"] for row in rows])
        import_labels(project, told, create_codes=True)
        with pytest.raises(UserError) as refused:
            simulate(project, budget=60, seeds=1, everything=True)
    assert refused.value.id == "nothing-to-replay"


def test_a_size_at_which_a_replay_could_learn_nothing_has_no_score() -> None:
    known, unknown = Score(50, 900, 0.5, 0.25), Score(50, 880, None, None)
    assert _point([known, unknown]).micro_f1 is None
    assert (_point([known]).micro_f1, _point([known]).micro_f1_sd) == (0.5, 0.0)
