"""Every verb of coding: what it decides, for whom, and what it leaves alone."""

from __future__ import annotations

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.frames import Role
from annotate.store import operations
from annotate.store.decisions import Origin
from annotate.store.project import ADJUDICATED, Project
from annotate.store.query import Answered, HasCode, Query

TEXTS = ("低速顿挫", "低速顿挫。", "异响", "没有", "")


@pytest.fixture
def question(project: Project, frame: int) -> int:
    return add_question(project, "Q1", frame=frame)


@pytest.fixture
def rows(project: Project, question: int) -> list[int]:
    return import_answers(project, question, TEXTS)[1]


@pytest.fixture
def codes(project: Project, frame: int) -> dict[str, int]:
    made = {name: frames.add_code(project, frame=frame, label=name) for name in ("jerk", "noise")}
    made["none"] = frames.add_code(project, frame=frame, label="none", role=Role.NONE)
    return made


def said(project: Project, verbatim: int, coder: int | None = None) -> dict[int, tuple[int | None, int]]:
    """Return what a coder says yes to: code → (sentiment, origin)."""
    found = project.rows(
        "select code_id, sentiment, origin from label_now where verbatim_id = ? and coder_id = ? and yes = 1",
        (verbatim, coder or project.coder.id),
    )
    return {int(c or 0): (None if s is None else int(s), int(o or 0)) for c, s, o in found}


def test_a_code_is_given_with_its_sentiment(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    step = coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"], sentiment=-1)
    assert said(project, rows[2]) == {codes["noise"]: (-1, Origin.HUMAN)}
    assert (step.kind, step.rows, step.undone) == ("code", 1, False)


def test_identical_answers_are_coded_as_duplicates(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    coding.apply_code(project, verbatims=[rows[1]], code=codes["jerk"])
    assert said(project, rows[1])[codes["jerk"]] == (None, Origin.HUMAN)
    assert said(project, rows[0])[codes["jerk"]] == (None, Origin.DUPLICATE)
    coding.apply_code(project, verbatims=[rows[1]], code=codes["noise"], expand=False)
    assert codes["noise"] not in said(project, rows[0])


def test_duplicates_of_a_withdrawn_import_are_not_coded(
    project: Project, question: int, rows: list[int], codes: dict[str, int]
) -> None:
    _batch, later = import_answers(project, question, ["异响"])
    operations.undo(project)
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"])
    assert said(project, later[0]) == {}
    assert frames.code_counts(project, 1)[codes["noise"]] == 1


def test_what_stands_already_leaves_no_trace(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"], sentiment=1)
    before = len(operations.history(project))
    assert coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"], sentiment=1).op == 0
    assert len(operations.history(project)) == before
    assert coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"], sentiment=-1).op > 0
    assert said(project, rows[2]) == {codes["noise"]: (-1, Origin.HUMAN)}


def test_exclusive_and_other_codes_drive_each_other_out(
    project: Project, rows: list[int], codes: dict[str, int]
) -> None:
    one = [rows[2]]
    coding.apply_code(project, verbatims=one, code=codes["jerk"])
    coding.apply_code(project, verbatims=one, code=codes["noise"])
    coding.apply_code(project, verbatims=one, code=codes["none"])
    assert set(said(project, rows[2])) == {codes["none"]}
    coding.apply_code(project, verbatims=one, code=codes["jerk"])
    assert set(said(project, rows[2])) == {codes["jerk"]}
    operations.undo(project)
    operations.undo(project)
    assert set(said(project, rows[2])) == {codes["jerk"], codes["noise"]}


def test_a_single_choice_question_holds_one_code(project: Project, frame: int, codes: dict[str, int]) -> None:
    question = add_question(project, "Q2", single=True, frame=frame)
    _batch, made = import_answers(project, question, ["异响"])
    coding.apply_code(project, verbatims=made, code=codes["jerk"])
    coding.apply_code(project, verbatims=made, code=codes["noise"])
    assert set(said(project, made[0])) == {codes["noise"]}


def test_the_order_of_mention_follows_the_order_of_coding(
    project: Project, rows: list[int], codes: dict[str, int]
) -> None:
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"])
    coding.apply_code(project, verbatims=[rows[2]], code=codes["jerk"])
    coding.set_sentiment(project, verbatims=[rows[2]], code=codes["noise"], sentiment=-1)
    found = project.rows("select code_id, mention from label_now where verbatim_id = ? order by mention", (rows[2],))
    assert found == [(codes["noise"], 1), (codes["jerk"], 2)]


def test_a_query_means_what_it_means_when_it_is_carried_out(
    project: Project, rows: list[int], codes: dict[str, int]
) -> None:
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"])
    step = coding.apply_code(project, verbatims=Query((HasCode(codes["noise"]),)), code=codes["jerk"], expected=3)
    assert step.rows == 1
    detail = project.rows("select detail ->> 'expected', detail ->> 'query' from op where id = ?", (step.op,))
    assert detail == [(3, Query((HasCode(codes["noise"]),)).to_json())]
    everything = coding.apply_code(project, verbatims=Query((Answered(),)), code=codes["noise"], expected=4)
    assert everything.rows == 4
    assert project.rows("select detail ->> 'expected' from op where id = ?", (everything.op,)) == [(None,)]


def test_off_takes_back_only_ones_own_yes(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    ann = project.coder.id
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"])
    project.work_as("Ben")
    assert coding.remove_code(project, verbatims=[rows[2]], code=codes["noise"]).op == 0
    assert codes["noise"] in said(project, rows[2], ann)
    coding.remove_code(project, verbatims=[rows[2]], code=codes["noise"], explicit=True)
    found = project.rows("select coder_id, yes from label_now where verbatim_id = ? order by coder_id", (rows[2],))
    assert found == [(ann, 1), (project.coder.id, 0)]
    assert frames.code_counts(project, 1)[codes["noise"]] == 1


def test_a_rejection_of_a_split_code_leaves_its_parts_alone(
    project: Project, rows: list[int], codes: dict[str, int]
) -> None:
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"])
    (part,), _step = frames.split_code(project, code=codes["noise"], parts={"wind": [rows[2]]})
    coding.remove_code(project, verbatims=[rows[2]], code=codes["noise"], explicit=True)
    assert set(said(project, rows[2])) == {part}


def test_reviewed_means_no_to_everything_not_ticked(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    step = coding.confirm(project, verbatims=[rows[0]])
    assert step.rows == 2  # with its twin
    reviewed = project.rows("select verbatim_id, origin from review_now order by 1")
    assert reviewed == [(rows[0], Origin.HUMAN), (rows[1], Origin.DUPLICATE)]
    assert coding.confirm(project, verbatims=[rows[0]]).op == 0
    operations.undo(project)
    assert project.rows("select * from review_now") == []


def test_a_later_revision_asks_for_a_new_review(
    project: Project, frame: int, rows: list[int], codes: dict[str, int]
) -> None:
    coding.confirm(project, verbatims=[rows[2]])
    late = frames.add_code(project, frame=frame, label="late")
    held = {one.id: one.held_from for one in frames.head(project, frame).codes}
    number = project.rows("select r.number from review_now n join revision r on r.id = n.revision_id")
    assert number == [(1,)]
    assert held[codes["noise"]] == 1 < held[late] == 2
    assert coding.confirm(project, verbatims=[rows[2]]).op > 0


def test_answers_without_a_frame_cannot_be_confirmed(project: Project) -> None:
    question = add_question(project, "Q9")
    _batch, made = import_answers(project, question, ["x"])
    with pytest.raises(UserError) as refused:
        coding.confirm(project, verbatims=made)
    assert refused.value.id == "no-frame"
    with pytest.raises(UserError) as refused:
        coding.adjudicate(project, verbatim=made[0], codes=[])
    assert refused.value.id == "no-frame"


def test_codes_that_cannot_be_given_are_refused(project: Project, frame: int, rows: list[int]) -> None:
    net = frames.add_code(project, frame=frame, label="net", is_net=True)
    old = frames.add_code(project, frame=frame, label="old")
    frames.retire_code(project, code=old)
    other = frames.create_frame(project, name="Other")
    foreign = frames.add_code(project, frame=other, label="foreign")
    before = project.rows("select count(*) from op")
    for code, id in ((net, "retired-code"), (old, "retired-code"), (foreign, "other-frame"), (999, "no-code")):
        for give in (
            lambda code=code: coding.apply_code(project, verbatims=rows, code=code),
            lambda code=code: coding.adjudicate(project, verbatim=rows[0], codes=[(code, None)]),
        ):
            with pytest.raises(UserError) as refused:
                give()
            assert refused.value.id == id
    assert project.rows("select count(*) from op") == before


def test_adjudication_is_its_own_layer_and_replaces_what_it_said_before(
    project: Project, rows: list[int], codes: dict[str, int]
) -> None:
    layer = project.layer(ADJUDICATED)
    coding.apply_code(project, verbatims=[rows[2]], code=codes["jerk"])
    coding.adjudicate(project, verbatim=rows[2], codes=[(codes["noise"], -1), (codes["jerk"], None)])
    coding.adjudicate(project, verbatim=rows[2], codes=[(codes["noise"], -1)])
    assert set(said(project, rows[2], layer)) == {codes["noise"]}
    assert set(said(project, rows[2])) == {codes["jerk"]}
    assert project.rows("select coder_id from review_now") == [(layer,)]


def test_one_adjudicator_does_not_undo_under_another(project: Project, rows: list[int], codes: dict[str, int]) -> None:
    layer = project.layer(ADJUDICATED)
    coding.adjudicate(project, verbatim=rows[2], codes=[(codes["noise"], None)])
    project.work_as("Ben")
    coding.adjudicate(project, verbatim=rows[2], codes=[(codes["noise"], None), (codes["jerk"], None)])
    project.work_as("Ann")
    with pytest.raises(UserError) as refused:
        operations.undo(project)
    assert refused.value.id == "undo-conflict"
    assert set(said(project, rows[2], layer)) == {codes["noise"], codes["jerk"]}
    project.work_as("Ben")
    operations.undo(project)
    project.work_as("Ann")
    operations.undo(project)
    project.work_as("Ben")
    with pytest.raises(UserError):
        operations.redo(project)  # it was made on top of what Ann has taken back
    project.work_as("Ann")
    operations.redo(project)
    project.work_as("Ben")
    operations.redo(project)
    assert set(said(project, rows[2], layer)) == {codes["noise"], codes["jerk"]}


def test_imported_decisions_of_another_coder_are_not_undone_over_her_own(
    project: Project, frame: int, rows: list[int], codes: dict[str, int]
) -> None:
    ben = project.coder_named("Ben").id
    label = coding.Label(rows[2], ((codes["noise"], None),))

    def do(op: operations.Operation) -> int:
        op.say("Import of labels")
        return coding.import_labels(project, op, frame=frame, coder=ben, labels=[label], partial=False)

    written, _step = operations.run(project, "labels", do)
    assert written == 2
    project.work_as("Ben")
    coding.apply_code(project, verbatims=[rows[2]], code=codes["noise"], sentiment=-1)
    project.work_as("Ann")
    with pytest.raises(UserError) as refused:
        operations.undo(project)
    assert refused.value.id == "undo-conflict"
    assert said(project, rows[2], ben) == {codes["noise"]: (-1, Origin.HUMAN)}


def test_imported_rows_are_reviewed_whole_unless_partial(
    project: Project, frame: int, rows: list[int], codes: dict[str, int]
) -> None:
    ann = project.coder.id
    coding.apply_code(project, verbatims=[rows[2], rows[3]], code=codes["jerk"])
    labels = [coding.Label(rows[2], ((codes["noise"], 1),)), coding.Label(rows[3], ())]

    def take(partial: bool) -> None:
        operations.run(
            project,
            "labels",
            lambda op: coding.import_labels(project, op, frame=frame, coder=ann, labels=labels, partial=partial),
        )

    take(partial=True)
    assert set(said(project, rows[2])) == {codes["jerk"], codes["noise"]}
    assert set(said(project, rows[3])) == {codes["jerk"]}
    assert project.rows("select * from review_now") == []
    take(partial=False)
    assert set(said(project, rows[2])) == {codes["noise"]}
    assert said(project, rows[3]) == {}
    assert project.rows("select count(*) from review_now") == [(2,)]


def test_a_bulk_step_is_one_step(project: Project, question: int, codes: dict[str, int]) -> None:
    """More events than the counters follow one by one: counted anew, and taken back whole."""
    _batch, made = import_answers(project, question, [f"answer {n}" for n in range(1_200)])
    coding.apply_code(project, verbatims=made, code=codes["jerk"])
    assert frames.code_counts(project, 1)[codes["jerk"]] == 1_200
    project.work_as("Ben")
    frames.merge_codes(project, sources=[codes["jerk"]], target=codes["noise"])
    assert frames.code_counts(project, 1)[codes["noise"]] == 1_200
    project.work_as("Ann")
    operations.undo(project)
    assert frames.code_counts(project, 1).get(codes["noise"], 0) == 0
    operations.redo(project)
    assert frames.code_counts(project, 1)[codes["noise"]] == 1_200
    assert len(project.rows("select 1 from op where kind = 'code'")) == 1


@pytest.mark.parametrize("analysed", [False, True], ids=["no statistics", "statistics"])
def test_one_decision_does_not_read_all_answers(
    project: Project, question: int, codes: dict[str, int], analysed: bool
) -> None:
    """Counted in steps of SQLite's machine: what the planner chooses must not depend on the size of the project."""
    made = import_answers(project, question, [f"answer {n}" for n in range(3_000)])[1]
    coding.apply_code(project, verbatims=made[:2_000], code=codes["jerk"])
    if analysed:
        project.write(lambda db: db.execute("analyze").fetchall())
    heard = 0

    def count() -> int:
        nonlocal heard
        heard += 1
        return 0

    project.write(lambda db: db.on_progress(count, 100))
    for step in (
        lambda: coding.apply_code(project, verbatims=made[2_500:2_501], code=codes["noise"], sentiment=-1),
        lambda: coding.apply_code(project, verbatims=made[100:101], code=codes["none"]),
        lambda: coding.set_sentiment(project, verbatims=made[2_500:2_501], code=codes["noise"], sentiment=1),
        lambda: coding.confirm(project, verbatims=made[2_500:2_501]),
        lambda: coding.remove_code(project, verbatims=made[2_500:2_501], code=codes["noise"], explicit=True),
        lambda: coding.adjudicate(project, verbatim=made[7], codes=[(codes["noise"], None)]),
        lambda: operations.undo(project),
        lambda: operations.redo(project),
    ):
        heard = 0
        step()
        assert 1 < heard < 30  # 3,000 steps: one for each answer there is
    project.write(lambda db: db.on_progress(None))
