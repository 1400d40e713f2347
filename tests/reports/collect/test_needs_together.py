"""Needs of people who were asked for the good in one question and for the bad in another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from reports.collect import collect, read, rows
from reports.data import NeedFigures, QuestionFigures
from reports.missing import rare_sentence
from reports.statistics.kano import Layer, Point
from reports.wording import Words

N = 2_400


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[QuestionFigures]]]:
    """2,400 people: jerks cost 3 points, smoothness gains 0; the name is only blamed, and only 60 times."""
    folder = tmp_path_factory.mktemp("needs")
    rng = np.random.default_rng(3)
    good, bad, named = rng.random(N) < 0.2, rng.random(N) < 0.2, np.arange(N) < 60
    score = np.clip(np.rint(7 - 3 * bad + rng.normal(0, 1.2, N)), 0, 10).astype(int)
    likes = [f"likes {n}" for n in range(N)]
    dislikes = [f"dislikes {n}" if n % 10 else "" for n in range(N)]  # a tenth says nothing there
    path = write_csv(
        folder / "a.csv", ["id", "who", "NPS", "Likes", "Dislikes"],
        [[f"r{n}", f"c{n}", score[n], likes[n], dislikes[n]] for n in range(N)],
    )  # fmt: skip
    roles = {Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.SCORE: ["NPS"], Role.TEXT: ["Likes", "Dislikes"]}
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        import_file(project, path, roles=roles)
        frame = frames.create_frame(project, name="Car")
        jerk, name = (frames.add_code(project, frame=frame, label=label) for label in ("Jerks", "Name"))
        for question, marks, sentiment in zip(verbatims.questions(project), (good, bad), (1, -1), strict=True):
            frames.point_question(project, question=question.id, frame=frame)
            with project.reading() as db:
                told = db.execute(
                    "select r.key, v.id from verbatim v join record r on r.id = v.record_id"
                    " where v.question_id = ? and v.state = 1", (question.id,),
                ).fetchall()  # fmt: skip
            ids = {int(str(key)[1:]): int(str(id)) for key, id in told}
            chosen = [id for n, id in ids.items() if marks[n]]
            coding.apply_code(project, verbatims=chosen, code=jerk, sentiment=sentiment, expand=False)
            if sentiment < 0:
                chosen = [id for n, id in ids.items() if named[n]]
                coding.apply_code(project, verbatims=chosen, code=name, sentiment=-1, expand=False)
            coding.confirm(project, verbatims=list(ids.values()), expand=False)
        yield project, list(collect(project, texts=False).questions)


def _needs(question: QuestionFigures) -> NeedFigures:
    assert isinstance(question.needs, NeedFigures)
    return question.needs


def test_questions_that_the_same_people_answered_are_counted_together(
    asked: tuple[Project, list[QuestionFigures]],
) -> None:
    project, questions = asked
    likes, dislikes = (_needs(question) for question in questions)
    assert likes.together == dislikes.together == ("Likes", "Dislikes")
    assert likes.n == dislikes.n == N
    assert likes.needs == dislikes.needs
    assert isinstance(likes.needs, tuple)
    (row,) = likes.needs
    assert row.theme.label == "Jerks"
    assert row.need.penalty.low < 3 < row.need.penalty.high
    assert row.need.reward.low < 0 < row.need.reward.high
    assert (row.need.layer, row.need.points) == (Layer.MUST_BE, (Point.PAIN,))
    counted = {row.need.penalty.base, row.need.reward.base}
    themes = [question.themes[0].share.count for question in questions]
    assert counted == set(themes)
    assert row.theme.rows is not None
    loaded = read(project)
    with project.reading() as db:
        assert rows.ids(db, loaded, row.theme.rows).size == sum(themes)


def test_the_nearest_theme_that_lacks_a_side_is_named(asked: tuple[Project, list[QuestionFigures]]) -> None:
    needs = _needs(asked[1][0])
    (left,) = needs.left_out
    assert left.theme.label == "Name"
    assert (left.why.have, left.why.need) == (0, 100)
    assert rare_sentence(needs, Words("en")) == ""
    told = rare_sentence(NeedFigures("NPS", N, (), (), needs.left_out, together=needs.together), Words("en"))
    assert "“Name”, there are 0 on the rarer side" in told
    assert "Likes, Dislikes" in told


def test_a_question_of_other_people_is_left_alone(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        lines = [[f"r{n}", n % 11, "", f"b {n}"] if n % 2 else [f"r{n}", n % 11, f"a {n}", ""] for n in range(80)]
        roles = {Role.ID: ["id"], Role.SCORE: ["NPS"], Role.TEXT: ["A", "B"]}
        import_file(project, write_csv(tmp_path / "a.csv", ["id", "NPS", "A", "B"], lines), roles=roles)
        frame = frames.create_frame(project, name="F")
        code = frames.add_code(project, frame=frame, label="C")
        for question in verbatims.questions(project):
            frames.point_question(project, question=question.id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids, code=code, sentiment=-1, expand=False)
        coding.confirm(project, verbatims=ids, expand=False)
        for told in collect(project, texts=False).questions:
            assert (_needs(told).n, _needs(told).together) == (40, ())
