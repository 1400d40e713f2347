"""Taking over the machine's code above a confidence: what is meant, one step, taken back whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tables

from annotate import accepting, coding, frames, verbatims
from annotate.errors import UserError
from annotate.frames import Role
from annotate.importing.frame_load import import_frame
from annotate.importing.load import import_file
from annotate.store import operations
from annotate.store.check import check
from annotate.store.connection import Connection
from annotate.store.decisions import Origin
from annotate.store.project import Project
from annotate.store.query import Query

COLUMNS = ("id", "Q7 不满意的地方")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Ten answers; a run in force gives 302 to the first eight with p from 0.95 down, 0.6 on the eighth."""
    tables.write_csv(tmp_path / "a.csv", COLUMNS, [[f"r{n}", f"低速顿挫，第{n}次"] for n in range(10)])
    tables.frame(tmp_path / "f.csv")
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as opened:
        import_file(opened, tmp_path / "a.csv")
        import_frame(opened, tmp_path / "f.csv")
        run_in_force(opened, {n: 9_500 - 500 * n for n in range(8)})
        yield opened


def run_in_force(project: Project, p: dict[int, int]) -> None:
    ids, code = answers(project), code_of(project, "302")
    frame = frames.the_frame(project)

    def write(db: Connection) -> None:
        with db.transaction():
            revision = db.integer("select max(id) from revision where frame_id = ?", (frame,))
            model = db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                " values (randomblob(16), ?, ?, 1, 0, '{}', '{}', zeroblob(32))",
                (frame, revision),
            ).lastrowid
            run = db.execute(
                "insert into run(uuid, model_id, question_id, state, created_ms) values (randomblob(16), ?, 1, 1, 0)",
                (model,),
            ).lastrowid
            db.executemany(
                "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment, trained)"
                " values (?, ?, ?, ?, 1, -1, 0)",
                ((run, ids[n], code, value) for n, value in p.items()),
            )
            db.execute("insert into run_answer values (?, ?, 5000, 0)", (run, ids[1]))
            db.execute("insert into run_in_force values (1, 0, ?)", (run,))

    project.write(write)


def answers(project: Project) -> list[int]:
    found: list[int] = verbatims.ids(project, Query()).tolist()
    return found


def code_of(project: Project, number: str) -> int:
    return next(one.id for one in frames.head(project, frames.the_frame(project)).codes if one.number == number)


def said(project: Project) -> dict[int, tuple[bool, int, Origin]]:
    rows = project.rows(
        "select verbatim_id, yes, ifnull(sentiment, 9), origin from label_now where code_id = ?",
        (code_of(project, "302"),),
    )
    return {int(r[0] or 0): (bool(r[1]), int(r[2] or 0), Origin(int(r[3] or 0))) for r in rows}


def test_meant_are_undecided_answers_from_the_cut_on_whose_clauses_are_explained(project: Project) -> None:
    ids, code = answers(project), code_of(project, "302")
    coding.confirm(project, verbatims=[ids[0]])
    above = accepting.preview(project, question=1, code=code, cut=0.75)
    assert above.ids.tolist() == [ids[2], ids[3], ids[4]]
    assert above.left_out == 1
    assert accepting.preview(project, question=1, code=code, cut=0.75, covered_only=False).ids.tolist() == ids[1:5]


def test_an_answer_with_an_excluding_code_is_left_alone_one_with_a_theme_is_not(project: Project) -> None:
    ids, code = answers(project), code_of(project, "302")
    coding.apply_code(project, verbatims=[ids[2]], code=code_of(project, "98"))
    coding.apply_code(project, verbatims=[ids[3]], code=code_of(project, "304"))
    coding.remove_code(project, verbatims=[ids[4]], code=code, explicit=True)
    above = accepting.preview(project, question=1, code=code, cut=0.5, covered_only=False)
    assert above.ids.tolist() == [ids[0], ids[1], ids[3], ids[5], ids[6], ids[7]]


def test_taking_over_is_one_step_with_the_machines_sentiment_and_goes_back_whole(project: Project) -> None:
    ids, code = answers(project), code_of(project, "302")
    above = accepting.preview(project, question=1, code=code, cut=0.5, covered_only=False)
    step = accepting.accept(project, above=above, right=[ids[0]], wrong=[ids[7]])
    assert step.rows == 7
    assert said(project) == {
        ids[0]: (True, -1, Origin.SUGGESTION),
        **{ids[n]: (True, -1, Origin.BULK) for n in range(1, 7)},
        ids[7]: (False, 9, Origin.HUMAN),
    }
    assert not verbatims.page(project, [ids[0]])[0].reviewed_by, "the other codes were not looked at"
    operations.undo(project)
    assert said(project) == {}
    operations.redo(project)
    assert len(said(project)) == 8
    assert check(project).ok


def test_what_changed_since_the_preview_is_evaluated_anew_and_kept_in_the_step(project: Project) -> None:
    ids, code = answers(project), code_of(project, "302")
    above = accepting.preview(project, question=1, code=code, cut=0.5, covered_only=False)
    coding.confirm(project, verbatims=[ids[0]])
    step = accepting.accept(project, above=above)
    assert step.rows == 7
    detail = project.rows("select detail ->> 'expected' from op where id = ?", (step.op,))
    assert detail[0][0] == 8


def test_nothing_above_the_cut_and_a_net_are_refused(project: Project) -> None:
    code = code_of(project, "302")
    above = accepting.preview(project, question=1, code=code, cut=0.99)
    with pytest.raises(UserError, match="No answer was coded"):
        accepting.accept(project, above=above)
    net = next(one.id for one in frames.head(project, frames.the_frame(project)).codes if one.is_net)
    with pytest.raises(UserError):
        accepting.preview(project, question=1, code=net, cut=0.5)


def test_the_answers_to_look_at_are_drawn_at_random_and_the_same_each_time(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "SHOWN", 3)
    code = code_of(project, "302")
    first, again = (accepting.preview(project, question=1, code=code, cut=0.5, seed=4).sample for _ in range(2))
    assert first == again
    assert len(first) == 3
    assert set(first) <= set(answers(project))


def test_roles_of_the_frame_are_as_the_tests_need_them(project: Project) -> None:
    codes = {one.number: one.role for one in frames.head(project, frames.the_frame(project)).codes}
    assert codes["98"] is Role.NONE
