"""Answers, questions, codes and waves as people name them on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables import write_csv

from annotate import frames, naming, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.verbatims import Question


def take(project: Project, path: Path, columns: list[str], rows: list[list[object]], **roles: list[str]) -> None:
    import_file(project, write_csv(path, columns, rows), roles={Role[role]: told for role, told in roles.items()})


def asked(project: Project, *names: str) -> list[Question]:
    return [one for one in verbatims.questions(project) if not names or one.name in names]


def text_of(project: Project, verbatim: int) -> str:
    return verbatims.page(project, [verbatim])[0].text


@pytest.fixture
def airline(project: Project, tmp_path: Path) -> Project:
    """Records 3, 7 and 900 with an answer to Q1 each; 7 answered Q10 too."""
    rows: list[list[object]] = [[3, "late", ""], [7, "kind crew", "more legroom"], [900, "cold food", ""]]
    take(project, tmp_path / "a.csv", ["pax", "Q1 why", "Q10 wish"], rows, ID=["pax"], TEXT=["Q1 why", "Q10 wish"])
    return project


def test_the_clients_id_comes_before_the_number_in_the_project(airline: Project) -> None:
    first = asked(airline, "Q1 why")
    assert text_of(airline, naming.the_answer(airline, "3", first)) == "late"
    assert text_of(airline, naming.the_answer(airline, " #900", first)) == "cold food"
    for verbatim in [int(row[0] or 0) for row in airline.rows("select id from verbatim where state = 1")]:
        row = verbatims.page(airline, [verbatim])[0]
        among = [one for one in asked(airline) if one.id == row.question_id]
        assert naming.the_answer(airline, row.record_key, among) == verbatim
    number = int(airline.rows("select max(id) from verbatim where state = 1")[0][0] or 0)
    assert naming.the_answer(airline, str(number), asked(airline)) == number


def test_a_record_with_several_answers_needs_its_question(airline: Project) -> None:
    with pytest.raises(AskedWronglyError) as refused:
        naming.the_answer(airline, "7", asked(airline))
    assert refused.value.id == "which-question"
    assert "Q1 why, Q10 wish" in refused.value.sentence()
    assert text_of(airline, naming.the_answer(airline, "7", asked(airline, "Q10 wish"))) == "more legroom"
    assert len(naming.the_answers(airline, "7", asked(airline))) == 2
    for missing in ("8", "x", "", "99999999999999999999"):
        with pytest.raises(AskedWronglyError) as unknown:
            naming.the_answer(airline, missing, asked(airline))
        assert unknown.value.id == "no-such-answer"
    with pytest.raises(AskedWronglyError):
        naming.the_answer(airline, "3", asked(airline, "Q10 wish"))  # blank


def test_records_without_an_id_are_named_by_their_place_in_their_import(project: Project, tmp_path: Path) -> None:
    for name, said in (("a.csv", ["good", "bad"]), ("b.csv", ["fine", "poor"])):
        take(project, tmp_path / name, ["said", "n"], [[one, 1] for one in said], TEXT=["said"])
    ids = [int(row[0] or 0) for row in project.rows("select id from verbatim order by id")]
    assert [row.record_key for row in verbatims.page(project, ids)] == ["1", "2", "2-1", "2-2"]
    assert text_of(project, naming.the_answer(project, "2", asked(project))) == "bad"
    assert text_of(project, naming.the_answer(project, "2-1", asked(project))) == "fine"


def test_questions_are_meant_by_name_beginning_or_capitals(airline: Project) -> None:
    known = asked(airline)
    for name, meant in (
        ("Q1", ["Q1 why"]), ("q10", ["Q10 wish"]), ("Q1 WHY", ["Q1 why"]), ("Q", ["Q1 why", "Q10 wish"]), ("Q2", []),
        ("", []),
    ):  # fmt: skip
        assert [one.name for one in verbatims.called(name, known)] == meant
    for name, error in (("Q", "which-question"), ("Q2", "no-question"), ("", "no-question")):
        with pytest.raises(AskedWronglyError) as refused:
            verbatims.the_question(airline, name)
        assert refused.value.id == error
        assert "Q1 why, Q10 wish" in refused.value.sentence()


def test_what_nobody_knows_is_refused_with_what_there_is(airline: Project) -> None:
    frame = frames.create_frame(airline, name="Air")
    for label in (f"topic {n}" for n in range(30)):
        frames.add_code(airline, frame=frame, label=label)
    with pytest.raises(AskedWronglyError) as code:
        naming.the_code(airline, frame, "topic 77")
    assert code.value.id == "no-code-named"
    assert "topic 0, topic 1" in code.value.sentence()
    assert "topic 19 …" in code.value.sentence()
    with pytest.raises(AskedWronglyError) as wave:
        naming.the_waves(airline, ["May"])
    assert wave.value.id == "no-wave"
    assert naming.the_waves(airline, ["-"]) == {0}
    assert naming.the_waves(airline, []) is None
    with pytest.raises(AskedWronglyError) as of_name:
        frames.the_frame(airline, "Sea")
    assert "Air" in of_name.value.sentence()
    with pytest.raises(UserError) as none:
        naming.the_code(airline, None, "1")
    assert none.value.id == "no-frame"
