"""Where answers are: the fast count against the layers read one by one, on random projects."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from pathlib import Path

import machine
import pytest
from survey import add_question, import_answers

from annotate import certificates, coding, frames, layers, samples
from annotate.layers import Source
from annotate.standing import standing
from annotate.store import decisions, images, operations
from annotate.store.decisions import Action, Origin
from annotate.store.operations import Operation
from annotate.store.project import RULES, Project


def certify(project: Project, run: int, codes: list[int], cut: float, *, passed: bool = True) -> None:
    """Put a certificate in force without the sampling that should stand behind it."""

    def do(op: Operation) -> None:
        sample = op.db.integer("select max(id) from sample")
        images.write(
            op, "certificate", {"id": op.db.integer("select max(id) from certificate") + 1},
            {
                "uuid": uuid.uuid4().bytes, "run_id": run, "sample_id": sample, "scope": json.dumps({"codes": codes}),
                "cut": round(cut * 10_000), "target": 0.95, "level": 0.95, "n": 59, "errors": 0, "bound": 0.95,
                "passed": int(passed), "state": 1, "created_ms": 0,
            },
        )  # fmt: skip
        op.say("Certificate")

    operations.run(project, "certify", do)


def uncovered(project: Project, run: int, verbatim: int, share: float) -> None:
    def job(db: object) -> None:
        from annotate.store.connection import Connection

        assert isinstance(db, Connection)
        with db.transaction():
            db.execute(
                "insert into run_answer(run_id, verbatim_id, covered, none_p) values (?, ?, ?, 0)",
                (run, verbatim, round(share * 10_000)),
            )

    project.write(job)


def one_by_one(project: Project, question: int) -> Counter[Source]:
    tally: Counter[Source] = Counter()
    with project.reading() as db:
        for answer in layers.answers(db, question):
            source = answer.source if answer.decided else answer.machine
            tally[Source.DISAGREEMENT if answer.contested else source] += 1
    return tally


@pytest.mark.parametrize("seed", range(6))
def test_the_count_is_what_the_layers_say(project: Project, frame: int, seed: int) -> None:
    luck = random.Random(seed)
    codes = [frames.add_code(project, frame=frame, label=name) for name in "abc"]
    questions = [add_question(project, name, frame=frame) for name in ("Q1", "Q2")]
    words = ["异响", "空间", "油耗", "", "顿挫", "好"]
    rows = {
        question: import_answers(
            project, question, [luck.choice(words) + luck.choice(["", str(n)]) for n in range(70)]
        )[1]
        for question in questions
    }
    rows[questions[0]] += import_answers(project, questions[0], ["后来", "", "再来"])[1]
    answered = {int(row[0] or 0) for row in project.rows("select id from verbatim where state = 1")}
    for coder in ("Ann", "Bo"):
        project.work_as(coder)
        for question in questions:
            some = [row for row in rows[question] if row in answered and luck.random() < 0.3]
            for row in some:
                coding.apply_code(project, verbatims=[row], code=luck.choice(codes))
            coding.confirm(project, verbatims=[row for row in some if luck.random() < 0.6])
    ruled = luck.sample(sorted(answered), 20)
    rule: list[decisions.Todo] = [
        (row, codes[2], Action.YES, None, None, None, None, Origin.RULE) for row in ruled
    ]  # fmt: skip
    operations.run(project, "rules", lambda op: decisions.record(op, frame, project.layer(RULES), rule))
    for question in questions:
        judged = luck.sample(sorted(set(rows[question]) & answered), 2)
        for row in judged:
            coding.adjudicate(project, verbatim=row, codes=[(codes[0], None)])
        guesses = [
            (row, code, luck.random(), luck.random() < 0.5)
            for row in rows[question] if row in answered for code in codes if luck.random() < 0.6
        ]  # fmt: skip
        run = machine.predict(project, question, guesses)
        samples.draw_audit(project, question=question, size=3)
        certify(project, run, codes[:2], 0.4)
        certify(project, run, codes[2:], 0.2)
        certify(project, run, codes, 0.0, passed=False)
        for row in luck.sample(sorted(set(rows[question]) & answered), 8):
            uncovered(project, run, row, luck.choice([0.5, 0.8]))
    for question in questions:
        expected = one_by_one(project, question)
        with project.reading() as db:
            told = standing(db, question)
        assert {source: n for source, n in told.sources.items() if n} == dict(expected)
        assert told.total == len(rows[question])
        assert expected[Source.CERTIFIED]


def test_an_answer_is_certified_as_a_whole_or_not(project: Project, frame: int) -> None:
    codes = [frames.add_code(project, frame=frame, label=name) for name in "ab"]
    question = add_question(project, "Q1", frame=frame)
    rows = import_answers(project, question, [f"答{n}" for n in range(6)])[1]
    run = machine.predict(
        project, question,
        [
            (rows[0], codes[0], 0.9, True),  # certified
            (rows[1], codes[0], 0.7, True),  # below the cut
            (rows[2], codes[0], 0.9, True), (rows[2], codes[1], 0.9, True),  # its second code is not certified
            (rows[3], codes[0], 0.9, True), (rows[3], codes[1], 0.9, False),  # the second was not accepted
            (rows[4], codes[0], 0.9, True),  # half of it is unexplained
            (rows[5], codes[0], 0.9, True),  # a person looked
        ],
    )  # fmt: skip
    samples.draw_audit(project, question=question, size=1)
    certify(project, run, codes[:1], 0.8)
    uncovered(project, run, rows[4], 0.5)
    coding.confirm(project, verbatims=[rows[5]])

    def certified() -> list[int]:
        with project.reading() as db:
            return [answer.verbatim for answer in layers.answers(db, question) if answer.certified]

    assert certified() == [rows[0], rows[3]]
    with project.reading() as db:
        told = {one.verbatim: one for one in layers.answers(db, question, only=[rows[3], rows[1], 999])}
    assert list(told) == [rows[1], rows[3]]
    assert [one.source for one in told[rows[3]].final({})] == [Source.CERTIFIED]
    assert [one.source for one in told[rows[1]].final({})] == [Source.MODEL]
    operations.run(
        project, "setting",
        lambda op: images.write(op, "setting", {"key": certificates.COVERAGE_SETTING}, {"value": "0.5"}),
    )  # fmt: skip
    assert certified() == [rows[0], rows[3], rows[4]]
    machine.predict(project, question, [(rows[0], codes[0], 0.9, True)])
    assert certified() == []  # another run proves itself anew


def test_an_empty_project_stands_at_nothing(tmp_path: Path) -> None:
    with Project.create(tmp_path / "e.tingdong", coder="Ann") as project:
        question = add_question(project, "Q1")
        with project.reading() as db:
            told = standing(db, question)
    assert (told.total, set(told.sources.values())) == (0, {0})
