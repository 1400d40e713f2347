"""Coded answers as columns say what the layers say, answer by answer, whoever decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import machine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import write_csv

from annotate import coding, frames, layers, samples, verbatims
from annotate.errors import UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import images, operations
from annotate.store.project import Project
from annotate.store.query import Query
from reports import coded_answers, records
from reports.audit import Audit, audit
from reports.coded_answers import NO_SENTIMENT, SOURCES, CodedAnswers

ROLES = {
    Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.WAVE: ["wave"], Role.SCORE: ["nps"], Role.SEGMENT: ["region"],
    Role.TEXT: ["Q7"],
}  # fmt: skip
CODES = ("异响", "顿挫", "空间", "广告")


class Car:
    """Twelve answers of eight people in two waves; nets 动力 (异响, 顿挫), and an invalid code."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        rows = [
            [f"r{n}", f"p{n % 8}", "五月" if n < 7 else "六月", n % 11, "华东" if n % 3 else "", f"第{n}条说的话"]
            for n in range(12)
        ]
        import_file(
            project, write_csv(folder / "a.csv", ["id", "who", "wave", "nps", "region", "Q7"], rows), roles=ROLES
        )
        frame = frames.create_frame(project, name="车")
        self.net = frames.add_code(project, frame=frame, label="动力", is_net=True)
        roles = {"广告": frames.Role.INVALID}
        self.codes = [
            frames.add_code(
                project, frame=frame, label=label, parent=self.net if label in CODES[:2] else None,
                role=roles.get(label, frames.Role.THEME),
            )
            for label in CODES
        ]  # fmt: skip
        self.question = verbatims.questions(project)[0].id
        frames.point_question(project, question=self.question, frame=frame)
        self.rows = verbatims.ids(project, Query()).tolist()

    def load(self) -> CodedAnswers:
        question = next(one for one in verbatims.questions(self.project) if one.id == self.question)
        with self.project.reading() as db:
            fields = tuple(one for one in verbatims.fields(db) if one.kind != "text")
            return coded_answers.load(db, question, records.read(db, fields))

    def audited(self) -> Audit:
        with self.project.reading() as db:
            return audit(db, self.load())


@pytest.fixture
def car(tmp_path: Path) -> Iterator[Car]:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        yield Car(project, tmp_path)


def by_answer(car: Car) -> dict[int, tuple[set[tuple[int, int | None]], str, bool]]:
    """Return what the layers say of each answer: (code, sentiment)s, source, whether it counts."""
    with car.project.reading() as db:
        frame = frames.read(db, int(str(db.one("select frame_id from question where id = ?", (car.question,))[0])))  # type: ignore[index]
        held = {code.id: code.held_from for code in frame.codes}
        told = {}
        for answer in layers.answers(db, car.question):
            said = [one for one in answer.final(held) if one.source is not layers.Source.DISAGREEMENT]
            source = layers.Source.DISAGREEMENT if answer.contested else answer.source
            if not answer.decided and said:
                source = answer.machine
            counted = (answer.decided or answer.covered) and car.codes[3] not in {one.code_id for one in said}
            told[answer.verbatim] = ({(one.code_id, one.sentiment) for one in said}, source.value, counted)
        return told


def from_columns(told: CodedAnswers) -> dict[int, tuple[set[tuple[int, int | None]], str, bool]]:
    said: dict[int, set[tuple[int, int | None]]] = {verbatim: set() for verbatim in told.ids.tolist()}
    for row, code, mood in zip(told.mentions.row, told.mentions.code, told.mentions.sentiment, strict=True):
        said[int(told.ids[row])].add((told.frame.codes[code].id, None if mood == NO_SENTIMENT else int(mood)))
    return {
        verbatim: (said[verbatim], SOURCES[told.source[place]].value, bool(told.counted[place]))
        for place, verbatim in enumerate(told.ids.tolist())
    }


DECISION = st.tuples(
    st.sampled_from(["Ann", "Bo"]), st.integers(0, 11), st.integers(0, 3), st.sampled_from([-1, 0, 1, None]),
    st.sampled_from(["yes", "off", "confirm"]),
)  # fmt: skip
GUESS = st.tuples(st.integers(0, 11), st.integers(0, 3), st.booleans())


@settings(max_examples=15, deadline=None)
@given(decisions=st.lists(DECISION, max_size=12), guesses=st.lists(GUESS, max_size=12, unique_by=lambda g: g[:2]))
def test_columns_say_what_the_layers_say(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[tuple[str, int, int, int | None, str]],
    guesses: list[tuple[int, int, bool]],
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("car")
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        car = Car(project, folder)
        waves = [int(row[0] or 0) for row in project.rows("select id from wave order by id")]
        machine.predict(
            project, car.question, [(car.rows[row], car.codes[code], 0.9, yes) for row, code, yes in guesses],
            wave=waves[0],
        )  # fmt: skip
        for coder, row, code, mood, act in decisions:
            project.work_as(coder)
            if act == "yes":
                coding.apply_code(project, verbatims=[car.rows[row]], code=car.codes[code], sentiment=mood)
            elif act == "off":
                coding.remove_code(project, verbatims=[car.rows[row]], code=car.codes[code], explicit=True)
            else:
                coding.confirm(project, verbatims=[car.rows[row]])
        assert from_columns(car.load()) == by_answer(car)


def test_a_model_counts_where_its_codes_were_merged(car: Car) -> None:
    guesses = [(0, 0, True), (1, 1, True), (2, 0, True), (2, 1, True), (3, 1, False), (4, 2, True)]
    waves = [int(row[0] or 0) for row in car.project.rows("select id from wave order by id")]
    machine.predict(
        car.project, car.question, [(car.rows[row], car.codes[code], 0.9, yes) for row, code, yes in guesses],
        wave=waves[0],
    )  # fmt: skip
    coding.apply_code(car.project, verbatims=[car.rows[5]], code=car.codes[1])
    frames.merge_codes(car.project, sources=[car.codes[1]], target=car.codes[0])
    told = car.load()
    assert from_columns(told) == by_answer(car)
    carrying = {car.rows.index(int(told.ids[row])) for row in np.flatnonzero(told.carries(car.codes[0]))}
    assert carrying == {0, 1, 2, 5}
    assert not told.carries(car.codes[1]).any()
    assert told.mentions.row.size == 5  # the two codes of the third answer count once
    with car.project.reading() as db:
        model = {one.verbatim: [said.code_id for said in one.model] for one in layers.answers(db, car.question)}
    assert model[car.rows[2]] == [car.codes[0]]


def test_people_and_columns(car: Car) -> None:
    told = car.load()
    assert len(told) == 12
    assert told.records.named
    # p0 … p3 answered in both waves: eight customers, twelve respondents of a wave less those who answered twice in it.
    assert (len(set(told.customer.tolist())), len(set(told.person.tolist()))) == (8, 12)
    with car.project.reading() as db:
        field = {one.name: one.id for one in verbatims.fields(db)}
    assert told.records.columns[field["nps"]][told.place].tolist() == [n % 11 for n in range(12)]
    assert (told.records.columns[field["region"]] == 0).sum() == 4
    assert np.isnan(told.records.weight).all()


def test_nets_and_sentiments_of_what_an_answer_carries(car: Car) -> None:
    coding.apply_code(car.project, verbatims=car.rows[:3], code=car.codes[0], sentiment=-1)
    coding.apply_code(car.project, verbatims=car.rows[1:4], code=car.codes[1])
    coding.apply_code(car.project, verbatims=car.rows[4:5], code=car.codes[3])
    told = car.load()
    assert told.carries(car.net).sum() == 4
    assert told.carries(car.net, -1).sum() == 3
    assert told.counted.sum() == 4
    operations.run(car.project, "question", lambda op: images.write(
        op, "question", {"id": car.question}, {"direction": "dislikes"}))  # fmt: skip
    assert car.load().carries(car.net, -1).sum() == 4


def test_certified_answers_are_told_apart(car: Car) -> None:
    waves = [int(row[0] or 0) for row in car.project.rows("select id from wave order by id")]
    guesses = [(car.rows[0], car.codes[0], 0.95, True), (car.rows[1], car.codes[0], 0.6, True),
               (car.rows[2], car.codes[0], 0.95, True), (car.rows[2], car.codes[1], 0.95, True)]  # fmt: skip
    run = machine.predict(car.project, car.question, guesses, wave=waves[0])
    sample = samples.draw(car.project, purpose=samples.Purpose.ACCEPTANCE, question=car.question, size=1, seed=1)
    car.project.write(lambda db: db.execute(
        "insert into certificate(uuid, run_id, sample_id, scope, cut, target, level, n, errors, bound, passed,"
        " state, created_ms) values (randomblob(16), ?, ?, ?, 9000, 0.9, 0.95, 1, 0, 0.9, 1, 1, 0)",
        (run, sample.id, f'{{"codes": [{car.codes[0]}]}}')))  # fmt: skip
    assert from_columns(car.load()) == by_answer(car)
    assert SOURCES[car.load().source[0]].value == "certified"


def test_only_rows_read_after_they_were_drawn_are_the_audit(car: Car) -> None:
    waves = [int(row[0] or 0) for row in car.project.rows("select id from wave order by id")]
    coding.confirm(car.project, verbatims=car.rows[3:4])
    for wave in waves:
        machine.predict(car.project, car.question, [(car.rows[0], car.codes[0], 0.9, True)], wave=wave)
    samples.draw_audit(car.project, question=car.question, size=12)
    assert car.audited().row.size == 0
    coding.confirm(car.project, verbatims=[*car.rows[:3], *car.rows[4:]])
    told = car.audited()
    assert told.row.tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert told.inclusion.tolist() == [1.0] * 11
    assert (told.said_row.tolist(), told.said_code.tolist()) == ([0], [1])


def test_a_withdrawn_import_leaves_nothing(car: Car) -> None:
    while operations.undo(car.project):
        pass
    with car.project.reading() as db:
        assert db.integer("select count(*) from verbatim") == 12
    with pytest.raises(UserError) as refused:
        car.load()
    assert refused.value.id == "no-frame-for-question"
