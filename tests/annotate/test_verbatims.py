"""Rows, ids and counts as grid and command line read them."""

from __future__ import annotations

from pathlib import Path

import machine
import pytest
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.errors import UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.jobs import CancelledError
from annotate.sorting import Sort
from annotate.store.decisions import Origin
from annotate.store.project import Project
from annotate.store.query import InQuestion, Query

COLUMNS = ["id", "Q7", "区域", "分", "天", "备\"注'"]


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    """Four answers with a column of each kind."""
    rows: list[list[object]] = [
        ["a", "异响", "华东", 4.5, "2026-05-01", "n" * 130], ["b", "空间很小很小", "华南", 9, "2026-05-03 08:30", "短"],
        ["c", "异响。", "", "", "", ""], ["d", "", "华东", 10, "2026-05-02", ""],
    ]  # fmt: skip
    roles = {Role.ID: ["id"], Role.TEXT: ["Q7"], Role.SCORE: ["分"], Role.SEGMENT: ["区域", "天", COLUMNS[5]]}
    import_file(project, write_csv(tmp_path / "a.csv", COLUMNS, rows), roles=roles)
    return project


def keys(project: Project, **more: object) -> list[str]:
    found = verbatims.ids(project, Query(), **more)  # type: ignore[arg-type]
    return [row.record_key for row in verbatims.page(project, found.tolist())]


def test_a_row_shows_the_clients_columns_as_they_were_meant(filled: Project) -> None:
    fields = verbatims.context_fields(filled)
    assert {one.name: one.kind for one in fields} == {
        "区域": "category", "分": "number", "天": "date", COLUMNS[5]: "text",
    }  # fmt: skip
    rows = verbatims.page(filled, verbatims.ids(filled, Query()).tolist())
    told = {row.record_key: dict(zip((one.name for one in fields), row.context, strict=True)) for row in rows}
    assert told["a"] == {"区域": "华东", "分": "4.5", "天": "2026-05-01", COLUMNS[5]: "n" * 130}
    assert told["b"] == {"区域": "华南", "分": "9", "天": "2026-05-03 08:30:00", COLUMNS[5]: "短"}
    assert set(told["c"].values()) == {""}


def test_pages_keep_the_order_asked_and_leave_out_strangers(filled: Project) -> None:
    one, two = verbatims.ids(filled, Query()).tolist()[:2]
    assert [row.id for row in verbatims.page(filled, [two, 999, one])] == [two, one]
    assert verbatims.page(filled, []) == []


def test_reading_ids_stops_when_told_and_the_project_reads_on(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.store.connection._STEPS", 1)
    with pytest.raises(CancelledError):
        verbatims.ids(filled, Query(), stop=lambda: True)
    looks: list[bool] = []

    def stop() -> bool:
        looks.append(False)
        return False

    found = verbatims.ids(filled, Query(), stop=stop)
    assert found.tolist() == verbatims.ids(filled, Query()).tolist()
    assert looks
    looks.clear()
    verbatims.ids(filled, Query())
    assert not looks  # nobody asks any more


def test_orders(filled: Project) -> None:
    score = next(one.id for one in verbatims.context_fields(filled) if one.name == "分")
    assert keys(filled) == ["a", "b", "c", "d"]
    assert keys(filled, sort=Sort(descending=True)) == ["d", "c", "b", "a"]
    assert keys(filled, sort=Sort("length", descending=True))[0] == "b"
    assert keys(filled, sort=Sort("field", score)) == ["c", "a", "b", "d"]
    assert keys(filled, sort=Sort("group", descending=True))[0] == "a"
    assert keys(filled, grouped=True) == ["a", "b", "d"]
    assert keys(filled, limit=2) == ["a", "b"]


def test_no_rows_are_an_empty_vector(filled: Project) -> None:
    found = verbatims.ids(filled, Query((InQuestion(99),)))
    assert (found.tolist(), found.dtype.name) == ([], "int64")


def test_status_mentions_and_suggestions_of_a_row(filled: Project) -> None:
    frame = frames.create_frame(filled, name="车")
    noise, space = (frames.add_code(filled, frame=frame, label=name) for name in ("异响", "空间"))
    question = verbatims.questions(filled)[0].id
    frames.point_question(filled, question=question, frame=frame)
    a, b, c, d = verbatims.ids(filled, Query()).tolist()
    coding.apply_code(filled, verbatims=[a], code=space)
    coding.apply_code(filled, verbatims=[a], code=noise, sentiment=-1)
    coding.confirm(filled, verbatims=[a], expand=False)
    machine.predict(filled, question, [(b, noise, 0.2, False), (b, space, 0.9, True)])
    told = {row.id: row for row in verbatims.page(filled, [a, b, c, d])}
    assert [told[one].status for one in (a, b, c, d)] == ["confirmed", "open", "coded", "open"]
    assert [(one.code_id, one.sentiment) for one in told[a].mentions] == [(space, None), (noise, -1)]
    assert {one.origin for one in told[c].mentions} == {Origin.DUPLICATE}
    assert (told[a].reviewed_by, told[a].group_size, told[c].group_id, told[d].state) == ("Ann", 2, a, 0)
    assert [(one.code_id, one.confidence, one.accepted) for one in told[b].suggestions] == [
        (space, 0.9, True), (noise, 0.2, False),
    ]  # fmt: skip
    assert verbatims.counts(filled) == verbatims.Counts(verbatims=4, answered=3, blank=1, reviewed=1, duplicates=1)


def test_questions_are_found_by_name_or_alone(filled: Project, tmp_path: Path) -> None:
    assert verbatims.the_question(filled, None).name == "Q7"
    import_file(filled, write_csv(tmp_path / "b.csv", ["Q8", "x"], [["好", 1]]), roles={Role.TEXT: ["Q8"]})
    assert verbatims.the_question(filled, "Q8").answered == 1
    for name, error in ((None, "which-question"), ("Q9", "no-question")):
        with pytest.raises(UserError) as refused:
            verbatims.the_question(filled, name)
        assert refused.value.id == error
        assert "Q7, Q8" in refused.value.sentence()


def test_questions_that_are_not_counted_are_the_same_questions(filled: Project) -> None:
    counted = verbatims.questions(filled)
    found = verbatims.questions(filled, counted=False)
    assert [(one.id, one.name, one.frame_id) for one in found] == [(one.id, one.name, one.frame_id) for one in counted]
    assert [(one.asked, one.answered, one.reviewed) for one in found] == [(1, 1, 0)] * len(found)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(4.5, "number", "4.5"), (3.0, "number", "3"), (None, "number", ""), (0, "date", "1970-01-01"),
     ("甲", "category", "甲"),
     (-86_400_000, "date", "1969-12-31"), (1_783_000_000_000, "date", "2026-07-02 13:46:40")],
)  # fmt: skip
def test_values_are_shown_as_people_write_them(value: float | str | None, kind: str, text: str) -> None:
    assert verbatims.shown(value, kind) == text
