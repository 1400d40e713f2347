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
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from reports import coded_answers
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
            return coded_answers.load(db, question)


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


def test_people_and_columns(car: Car) -> None:
    told = car.load()
    assert len(told) == 12
    assert told.people_known
    # p0 … p3 answered in both waves: eight customers, twelve respondents of a wave less those who answered twice in it.
    assert (len(set(told.customer.tolist())), len(set(told.person.tolist()))) == (8, 12)
    field = {one.name: one.id for one in told.fields}
    assert told.columns[field["nps"]].tolist() == [n % 11 for n in range(12)]
    assert (told.columns[field["region"]] == 0).sum() == 4
    assert np.isnan(told.weight).all()


def test_nets_count_people_once(car: Car) -> None:
    coding.apply_code(car.project, verbatims=car.rows[:3], code=car.codes[0])
    coding.apply_code(car.project, verbatims=car.rows[1:4], code=car.codes[1])
    coding.apply_code(car.project, verbatims=car.rows[4:5], code=car.codes[3])
    told = car.load()
    assert told.base() == 4
    people, table = told.matrix([car.net, *car.codes])
    assert people.size == 4
    assert table.sum(axis=0).tolist() == [4, 3, 3, 0, 0]
    assert told.carries(car.net).sum() == 4
    assert told.base(told.wave == told.wave[0]) == 4


def test_random_rows_and_what_the_machine_says_of_them(car: Car) -> None:
    waves = [int(row[0] or 0) for row in car.project.rows("select id from wave order by id")]
    machine.predict(car.project, car.question, [(car.rows[0], car.codes[0], 0.9, True)], wave=waves[0])
    samples.draw(car.project, purpose=samples.Purpose.CORRECTION, question=car.question, size=12, seed=1)
    samples.draw(car.project, purpose=samples.Purpose.AGREEMENT, question=car.question, size=3, seed=1)
    coding.confirm(car.project, verbatims=car.rows[:2])
    told = car.load().audit
    assert told.row.tolist() == list(range(12))
    assert told.inclusion.tolist() == [1.0] * 12
    assert told.looked.tolist() == [True, True] + [False] * 10
    assert (told.machine_place.tolist(), told.machine_code.tolist()) == ([0], [1])


def test_a_withdrawn_import_leaves_nothing(car: Car) -> None:
    while operations.undo(car.project):
        pass
    with car.project.reading() as db:
        assert db.integer("select count(*) from verbatim") == 12
    with pytest.raises(UserError) as refused:
        car.load()
    assert refused.value.id == "no-frame-for-question"
