"""Where a question stands: accuracy from random rows only, health by its printed formula, and the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tables
from click.testing import CliRunner
from in_process import InProcess

import main
from annotate import coding, frames, questions, samples, verbatims
from annotate.estimates import f1_score, wilson_interval
from annotate.frames import Frame
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.coding import run as coding_run
from training.quality import acceptance, curve, standing
from training.quality.standing import HEALTH_FORMULA

ROWS = 500


@dataclass
class Desk:
    project: Project
    question: int
    frame: int
    drawn: list[int]


def wrong(n: int) -> bool:
    """Every eleventh answer is labelled otherwise than its words say."""
    return n % 11 == 0


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 answers of five kinds, each of its own person; 300 coded, 120 of those drawn at random; trained and coded."""
    folder = tmp_path_factory.mktemp("standing")
    texts = [f"{tables.ANSWERS[n % 5][0]}，第{n}位" for n in range(ROWS)]
    answers = tables.write_csv(folder / "a.csv", ["id", "Q7"], [[f"r{n}", text] for n, text in enumerate(texts)])
    path = folder / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        import_file(project, answers, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})
        import_frame(project, tables.frame(folder / "f.csv"))
        question = verbatims.questions(project)[0].id
        samples.draw_audit(project, question=question, size=120)
        keys = {
            row.id: int(row.record_key[1:]) for row in verbatims.page(project, samples.rows_owed(project, limit=120))
        }
        coded = sorted({*keys.values(), *range(0, 450, 2)})
        table = [[f"r{n}", tables.ANSWERS[(n + wrong(n)) % 5][2]] for n in coded]
        import_labels(project, tables.write_csv(folder / "l.csv", ["id", "code"], table))
        session.train(project, worker=InProcess())
        coding_run.code(project, worker=InProcess())
    return path


@pytest.fixture
def desk(finished: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "p.tingdong").write_bytes(finished.read_bytes())
    with Project.open(tmp_path / "p.tingdong") as project:
        drawn = [int(row[0] or 0) for row in project.rows("select verbatim_id from sample_row")]
        question = verbatims.questions(project)[0]
        assert question.frame_id is not None
        yield Desk(project, question.id, question.frame_id, drawn)


def test_accuracy_is_counted_on_the_random_rows(desk: Desk) -> None:
    told = standing.accuracy(desk.project, desk.question)
    assert told is not None
    assert (told.base, told.population, told.covered, told.beside, told.needed) == (120, ROWS, ROWS, 0, 0)
    stored = session.load(desk.project, standing.model_of(desk.project, desk.question) or 0)
    marks = ", ".join(map(str, desk.drawn))
    yes = {
        (int(row[0] or 0), int(row[1] or 0))
        for row in desk.project.rows(
            f"select verbatim_id, code_id from label_now where yes = 1 and verbatim_id in ({marks})"
        )
    }
    said = {
        (row, code)
        for row in desk.drawn
        for place, code in enumerate(stored.columns)
        if code not in stored.nets and stored.accepted[stored.trained[row], place]
    }
    hits, false, missed = len(yes & said), len(said - yes), len(yes - said)
    assert told.micro_f1 is not None
    assert told.micro_f1.value == pytest.approx(f1_score(hits, false, missed))
    assert told.micro_f1.low < told.micro_f1.value < told.micro_f1.high
    for one in told.codes:
        if one.code.is_net:
            continue
        mine = [row for row, code in yes if code == one.code.id]
        assert one.support == len(mine)
        assert (one.precision is None) == (one.needed > 0) == (len(mine) < standing.HIDDEN)
        assert one.needed == max(0, standing.HIDDEN - len(mine))
    power = next(one for one in told.codes if one.code.is_net and one.code.label == "动力")
    under = frames.head(desk.project, desk.frame).under(power.code.id)
    carry = {row for row, code in yes if code in under}
    heard = {row for row, code in said if code in under}
    assert power.support == len(carry) >= standing.HIDDEN
    assert power.recall is not None
    assert power.recall.value == pytest.approx(len(carry & heard) / len(carry))
    assert (power.recall.low, power.recall.high) == pytest.approx(wilson_interval(len(carry & heard), len(carry)))
    assert power.few


def test_chosen_labels_never_make_an_accuracy(desk: Desk) -> None:
    desk.project.write(lambda db: db.execute("update sample set state = 0"))
    told = standing.accuracy(desk.project, desk.question)
    assert told is not None
    assert (told.base, told.needed, told.micro_f1, told.macro_f1) == (0, 100, None, None)
    health = standing.report(desk.project, desk.question).health
    assert health.score is None
    assert {part.id: part.value is None for part in health.parts} == {
        "accuracy": True, "coding_rate": False, "balance": False, "weakest_codes": True,
    }  # fmt: skip


def test_a_new_random_row_is_judged_by_what_the_model_says_of_it(desk: Desk) -> None:
    samples.draw_audit(desk.project, question=desk.question, size=20)
    new = [row for row in samples.rows_owed(desk.project, limit=50) if row not in desk.drawn]
    assert new
    coding.confirm(desk.project, verbatims=new)  # people find nothing there: every code of the model is wrong
    told = standing.accuracy(desk.project, desk.question)
    assert told is not None
    assert told.base == 120 + 20
    assert sum(one.said for one in told.codes if not one.code.is_net) > sum(
        one.support for one in told.codes if not one.code.is_net
    )


def test_weights_count_as_rows_of_an_effective_number() -> None:
    marks = np.array([True, True, False, False])
    weight = np.array([1.0, 1.0, 3.0, 3.0])
    right, rest = standing._effective((marks, ~marks), weight)
    assert right / (right + rest) == pytest.approx(2 / 8)
    assert right + rest == pytest.approx(8**2 / 20)
    assert standing._effective((marks, ~marks), np.ones(4)) == [2, 2]


def test_nets_follow_their_codes(desk: Desk) -> None:
    frame: Frame = frames.head(desk.project, desk.frame)
    live = [code.number or code.label for code in frame.codes]
    labels = np.full((3, len(frame.live)), -1, np.int8)
    column = {code.number: place for place, code in enumerate(frame.live)}
    for number in ("301", "302", "304"):
        labels[0, column[number]] = 0
    labels[1, column["302"]] = 1
    labels[2, column["301"]] = 0
    told, accepted = standing.with_nets(labels, labels == 1, frame)
    assert told[:, live.index("动力")].tolist() == [0, 1, -1]
    assert accepted[:, live.index("动力")].tolist() == [False, True, False]
    assert told[:, live.index("302")].tolist() == labels[:, column["302"]].tolist()


def test_health_is_the_plain_mean_that_it_prints(desk: Desk) -> None:
    told = standing.report(desk.project, desk.question)
    values = [part.value for part in told.health.parts]
    known = [value for value in values if value is not None]
    assert len(known) == 4
    assert told.health.score == round(100 * sum(known) / 4)
    assert "÷ 4" in HEALTH_FORMULA
    assert told.accuracy is not None
    assert told.accuracy.micro_f1 is not None
    assert values[0] == told.accuracy.micro_f1.value
    assert values[1] == told.rate.share
    assert values[3] == min(one.rough_f1 for one in told.accuracy.codes if not one.code.is_net and one.support >= 10)
    assert all(part.action for part in told.health.parts)


def test_codes_say_how_many_examples_they_lack(desk: Desk) -> None:
    new = frames.add_code(desk.project, frame=desk.frame, label="备件贵", number="618")
    coding.apply_code(desk.project, verbatims=desk.drawn[:3], code=new)
    told = {one.code.number: one for one in standing.learnable(desk.project, desk.question)}
    assert (told["618"].examples, told["618"].needed) == (3, 7)
    assert told["302"].needed == 0
    health = standing.report(desk.project, desk.question).health
    balance = next(part for part in health.parts if part.id == "balance")
    assert balance.value == pytest.approx(4 / 5)
    assert balance.params["code"] == "备件贵"


def test_without_a_model_there_is_no_accuracy(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        import_file(project, tables.survey(tmp_path / "a.csv", 20))
        told = standing.report(project, verbatims.questions(project)[0].id)
    assert told.accuracy is None
    assert told.health.score is None
    assert told.where.total == 20


def test_the_curve_refits_in_the_order_of_deciding(desk: Desk) -> None:
    told = curve.learning_curve(desk.project, desk.frame, worker=InProcess())
    assert [point.labels for point in told.points][-1] == len(session.gather(desk.project, desk.frame).labelled.ids)
    assert told.rows == 120
    assert told.points[-1].micro_f1.value > 0.6
    assert len(told.kappas) in (1, 2)
    assert told.characters > 500
    desk.project.write(lambda db: db.execute("update sample set state = 0"))
    told = curve.learning_curve(desk.project, desk.frame, worker=InProcess())
    assert (told.points, told.needs, told.gain, told.stop) == ((), 100, None, False)


def run(*arguments: object) -> dict[str, object]:
    answer = CliRunner().invoke(main.commands, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert isinstance(told, dict)
    people = CliRunner().invoke(main.commands, [*map(str, arguments)], catch_exceptions=False)
    assert people.stdout.strip()
    return told


def _judge_as_the_machine(project: Project, owed: list[int]) -> None:
    """Code each answer as the run in force does and confirm it: what a person who agrees would do."""
    for verbatim in owed:
        for (code,) in project.rows(
            "select p.code_id from prediction p join run_in_force f on f.run_id = p.run_id"
            " where p.verbatim_id = ? and p.accepted = 1",
            (verbatim,),
        ):
            coding.apply_code(project, verbatims=[verbatim], code=int(code or 0))
        coding.confirm(project, verbatims=[verbatim])


def test_the_commands_go_from_drawing_to_a_certificate(desk: Desk) -> None:
    path = desk.project.path
    desk.project.close()
    told = run("standing", path)
    assert told["standing"]["total"] == ROWS  # type: ignore[index]
    assert told["health"]["formula"] == HEALTH_FORMULA  # type: ignore[index]
    assert told["curve"] is None
    assert run("sample", "draw", path, "-n", 10)["sample"]["drawn"] == 10  # type: ignore[index]
    assert run("sample", "draw", path, "--purpose", "agreement", "-n", 5)["sample"]["purpose"] == "agreement"  # type: ignore[index]
    assert run("sample", "accept", path, "--code", "动力", "--only-propose")["sample"] is None
    accepted = CliRunner().invoke(
        main.commands, ["sample", "accept", str(path), "--cut", "0.3", "-n", "6", "--json"], catch_exceptions=False
    )
    drawn = json.loads(accepted.stdout)["sample"]
    assert drawn["purpose"] == "acceptance"
    listed = run("sample", "list", path)
    assert {one["purpose"] for one in listed["samples"]} == {"audit", "agreement", "acceptance"}  # type: ignore[attr-defined]
    owed = run("sample", "next", path, "--purpose", "acceptance", "-n", 50)["answers"]
    assert len(owed) == 6  # type: ignore[arg-type]
    assert run("sample", "certify", path)["certificates"] == []
    with Project.open(path) as project:
        _judge_as_the_machine(project, samples.rows_owed(project, purpose=samples.Purpose.ACCEPTANCE))
        assert acceptance.ready(project) == [drawn["id"]]
    answer = CliRunner().invoke(main.commands, ["sample", "certify", str(path), "--json"], catch_exceptions=False)
    (certificate,) = json.loads(answer.stdout)["certificates"]
    assert (certificate["n"], certificate["errors"], certificate["passed"]) == (6, 0, False)
    assert run("standing", path)["certificates"] == [certificate]


def test_answers_of_one_kind_teach_nothing_and_standing_says_what_is_missing(tmp_path: Path) -> None:
    with Project.create(tmp_path / "one.tingdong") as project:
        rows = [[f"a{n}", f"油耗高{n}"] for n in range(40)]
        import_file(project, tables.write_csv(tmp_path / "a.csv", ["id", "Q7"], rows), roles={Role.TEXT: ["Q7"]})
        question = verbatims.questions(project)[0]
        frame = frames.create_frame(project, name="f")
        code = frames.add_code(project, frame=frame, label="油耗")
        questions.change(project, question=question.id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[:30], code=code)
        coding.confirm(project, verbatims=ids[:30])
        told = standing.report(project, question.id)
        assert [(one.examples, one.needed, one.without) for one in told.learnable] == [(30, 0, 0)]
        parts = {one.id: one for one in told.health.parts}
        assert "without {code}" in parts["accuracy"].action
        assert parts["balance"].value == 0
        coding.confirm(project, verbatims=ids[30:])
        assert standing.one_sided(standing.learnable(project, question.id)) == ()
