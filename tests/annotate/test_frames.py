"""Every verb of the code frame: revisions, roles, trees, merges and splits, and what published revisions refuse."""

from __future__ import annotations

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.frames import Role
from annotate.store import operations
from annotate.store.connection import Connection, IntegrityError
from annotate.store.project import Project


@pytest.fixture
def rows(project: Project, frame: int) -> list[int]:
    return import_answers(project, add_question(project, "Q1", frame=frame), ["顿挫", "异响", "没有", "风噪"])[1]


def labels(project: Project, frame: int) -> list[str]:
    return ["·" * one.depth + one.label for one in frames.head(project, frame).codes]


def publish(project: Project, rows: list[int]) -> None:
    """Make a decision, which publishes the draft."""
    coding.confirm(project, verbatims=rows[:1])


def test_new_questions_point_to_the_first_frame(project: Project) -> None:
    question = add_question(project, "Q1")
    frame = frames.create_frame(project, name="Car")
    assert project.rows("select frame_id from question where id = ?", (question,)) == [(frame,)]
    operations.undo(project)
    assert project.rows("select frame_id from question where id = ?", (question,)) == [(None,)]
    assert frames.frames(project) == []
    operations.redo(project)
    assert [one.name for one in frames.frames(project)] == ["Car"]


def test_the_frame_is_found_by_name_or_alone(project: Project) -> None:
    with pytest.raises(UserError) as refused:
        frames.the_frame(project)
    assert refused.value.id == "no-frame"
    car = frames.create_frame(project, name="Car")
    assert frames.the_frame(project) == car
    shop = frames.create_frame(project, name="Shop")
    assert frames.the_frame(project, "Shop") == shop
    with pytest.raises(UserError) as refused:
        frames.the_frame(project)
    assert refused.value.id == "which-frame"
    with pytest.raises(UserError) as refused:
        frames.the_frame(project, "House")
    assert refused.value.id == "no-frame"


def test_codes_stand_in_tree_order_under_their_nets(project: Project, frame: int) -> None:
    ride = frames.add_code(project, frame=frame, label="Ride", is_net=True)
    cabin = frames.add_code(project, frame=frame, label="Cabin", is_net=True)
    jerk = frames.add_code(project, frame=frame, label="Jerk", number="302", parent=ride)
    frames.add_code(project, frame=frame, label="Noise", parent=cabin)
    frames.add_code(project, frame=frame, label="Power", parent=ride)
    assert labels(project, frame) == ["Ride", "·Jerk", "·Power", "Cabin", "·Noise"]
    head = frames.head(project, frame)
    assert head.code(jerk).full_path == "Ride/Jerk"
    assert head.under(ride) == {jerk, head.codes[2].id}
    assert {one.label for one in head.live} == {"Jerk", "Power", "Noise"}
    with pytest.raises(KeyError):
        head.code(999)


def test_moves_keep_the_order_of_the_others(project: Project, frame: int) -> None:
    net = frames.add_code(project, frame=frame, label="N", is_net=True)
    a, b, c = (frames.add_code(project, frame=frame, label=label, parent=net) for label in "abc")
    frames.move_code(project, code=c, parent=net, before=a)
    assert labels(project, frame) == ["N", "·c", "·a", "·b"]
    frames.move_code(project, code=b, parent=None)
    assert labels(project, frame) == ["N", "·c", "·a", "b"]
    operations.undo(project)
    operations.undo(project)
    assert labels(project, frame) == ["N", "·a", "·b", "·c"]


def test_nets_do_not_go_under_themselves_nor_under_codes(project: Project, frame: int) -> None:
    outer = frames.add_code(project, frame=frame, label="outer", is_net=True)
    inner = frames.add_code(project, frame=frame, label="inner", is_net=True, parent=outer)
    code = frames.add_code(project, frame=frame, label="code")
    for one, parent in ((outer, inner), (outer, outer), (inner, code), (inner, 999)):
        with pytest.raises(UserError) as refused:
            frames.move_code(project, code=one, parent=parent)
        assert refused.value.id == "bad-parent"


def test_numbers_are_given_once_even_after_retirement(project: Project, frame: int) -> None:
    code = frames.add_code(project, frame=frame, label="a", number="98")
    frames.retire_code(project, code=code)
    with pytest.raises(UserError) as refused:
        frames.add_code(project, frame=frame, label="b", number=" 98 ")
    assert refused.value.id == "number-taken"
    with pytest.raises(UserError) as refused:
        frames.add_code(project, frame=frame, label="  ")
    assert refused.value.id == "bad-code"
    with pytest.raises(UserError) as refused:
        frames.edit_code(project, code=999, label="x")
    assert refused.value.id == "no-code"
    with pytest.raises(TypeError):
        frames.edit_code(project, code=code, retired="1")


def test_layout_edits_amend_the_draft_and_a_decision_publishes_it(
    project: Project, frame: int, rows: list[int]
) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    frames.edit_code(project, code=code, label="b")
    head = frames.head(project, frame)
    assert (head.number, head.draft) == (1, True)
    publish(project, rows)
    head = frames.head(project, frame)
    assert (head.number, head.draft) == (1, False)
    frames.edit_code(project, code=code, label="c")
    head = frames.head(project, frame)
    assert (head.number, head.draft, head.codes[0].label) == (2, True, "c")
    with project.reading() as db:
        first = db.integer("select id from revision where number = 1")
        assert frames.read(db, frame, first).codes[0].label == "b"


def test_an_edit_that_changes_nothing_begins_no_revision(project: Project, frame: int, rows: list[int]) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    frames.retire_code(project, code=code)
    publish(project, rows)
    assert frames.edit_code(project, code=code, label="a").op == 0
    assert frames.retire_code(project, code=code).op == 0
    assert frames.move_code(project, code=code, parent=None).op == 0
    assert frames.head(project, frame).number == 1


def test_edits_of_meaning_ask_for_another_look(project: Project, frame: int, rows: list[int]) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    publish(project, rows)
    frames.edit_code(project, code=code, label="new label")
    assert frames.head(project, frame).code(code).meaning_from == 1
    frames.edit_code(project, code=code, definition="a typo mended", minor=True)
    assert frames.head(project, frame).code(code).meaning_from == 1
    frames.edit_code(project, code=code, definition="another thing")
    assert frames.head(project, frame).code(code).meaning_from == 2
    publish(project, rows)
    operations.undo(project)  # the review
    operations.undo(project)  # the definition, back to what reviews of revision 2 did not see
    assert frames.head(project, frame).code(code).meaning_from == 3
    assert frames.head(project, frame).code(code).definition == "a typo mended"


def test_a_code_that_comes_back_is_held_anew(project: Project, frame: int, rows: list[int]) -> None:
    frames.add_code(project, frame=frame, label="a")
    publish(project, rows)
    late = frames.add_code(project, frame=frame, label="late")
    assert frames.head(project, frame).code(late).held_from == 2
    operations.undo(project)
    project.work_as("Ben")
    publish(project, rows)  # revision 2, which does not hold it
    project.work_as("Ann")
    operations.redo(project)
    assert frames.head(project, frame).code(late).held_from == 3
    operations.undo(project)
    operations.redo(project)
    assert frames.head(project, frame).number == 3


@pytest.mark.parametrize(
    "statement",
    [
        "update code_def set label = 'x' where revision_id = 1",
        "delete from code_def where revision_id = 1",
        "insert into code_def(revision_id, code_id, sort, is_net, label, held_from, meaning_from)"
        " values (1, 99, 1, 0, 'x', 1, 1)",
        "insert into code_map(revision_id, from_code, to_code) values (1, 1, 2)",
        "delete from code_map where revision_id = 1",
        "update code_map set to_code = 2 where revision_id = 1",
        "update revision set state = 0 where id = 1",
        "update revision set number = 7 where id = 1",
        "delete from revision where id = 1",
    ],
)
def test_a_published_revision_never_changes(project: Project, frame: int, rows: list[int], statement: str) -> None:
    one = frames.add_code(project, frame=frame, label="a")
    two = frames.add_code(project, frame=frame, label="b")
    three = frames.add_code(project, frame=frame, label="c")
    frames.merge_codes(project, sources=[three], target=one)
    publish(project, rows)
    assert two
    with pytest.raises(IntegrityError, match="a published revision never changes"):
        project.write(lambda db: db.execute(statement))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update op set kind = 'x'", "operations are append-only"),
        ("delete from op", "operations are append-only"),
        ("update label_event set action = 0", "decisions are append-only"),
        ("delete from label_event", "decisions are append-only"),
        ("update verbatim_text set text = 'x'", "original text is never changed"),
    ],
)
def test_what_is_append_only_refuses_everything_else(
    project: Project, rows: list[int], statement: str, words: str
) -> None:
    publish(project, rows)
    with pytest.raises(IntegrityError, match=words):
        project.write(lambda db: db.execute(statement))


def test_a_merge_is_the_union_and_can_be_undone(project: Project, frame: int, rows: list[int]) -> None:
    a, b, c = (frames.add_code(project, frame=frame, label=label) for label in "abc")
    coding.apply_code(project, verbatims=rows[:2], code=a)
    coding.apply_code(project, verbatims=rows[1:3], code=b)
    step = frames.merge_codes(project, sources=[a], target=b)
    assert step.rows == 2
    assert frames.code_counts(project, frame)[b] == 3
    assert frames.head(project, frame).code(a).retired
    for sources, target in (([a], c), ([b], b), ([c], a)):
        with pytest.raises(UserError) as refused:
            frames.merge_codes(project, sources=sources, target=target)
        assert refused.value.id == "bad-merge"
    frames.merge_codes(project, sources=[b], target=c)
    assert frames.code_counts(project, frame)[c] == 3
    operations.undo(project)
    operations.undo(project)
    counts = frames.code_counts(project, frame)
    assert (counts[a], counts[b]) == (2, 2)


def test_two_people_cannot_merge_two_codes_into_each_other(project: Project, frame: int, rows: list[int]) -> None:
    a, b = (frames.add_code(project, frame=frame, label=label) for label in "ab")
    coding.apply_code(project, verbatims=rows[:1], code=a)
    frames.merge_codes(project, sources=[a], target=b)
    operations.undo(project)
    project.work_as("Ben")
    frames.merge_codes(project, sources=[b], target=a)
    project.work_as("Ann")
    with pytest.raises(UserError) as refused:
        operations.redo(project)
    assert refused.value.id == "undo-conflict"
    assert frames.code_counts(project, frame)[a] == 1


def test_a_split_moves_the_named_answers_and_keeps_the_rest(project: Project, frame: int, rows: list[int]) -> None:
    net = frames.add_code(project, frame=frame, label="N", is_net=True)
    noise = frames.add_code(project, frame=frame, label="noise", parent=net)
    coding.apply_code(project, verbatims=rows, code=noise)
    project.work_as("Ben")
    coding.apply_code(project, verbatims=rows[1:2], code=noise)
    project.work_as("Ann")
    (wind, tyres), step = frames.split_code(project, code=noise, parts={"wind": rows[1:2], "tyres": rows[2:3]})
    assert step.rows == 2
    counts = frames.code_counts(project, frame)
    (rest,) = (one.id for one in frames.head(project, frame).live if one.label == "noise")
    assert (counts.get(noise), counts[rest], counts[wind], counts[tyres], counts[net]) == (None, 2, 1, 1, 4)
    assert labels(project, frame) == ["N", "·noise", "·wind", "·tyres", "·noise"]
    assert frames.head(project, frame).code(noise).retired
    assert frames.head(project, frame).code(wind).parent_id == net
    assert project.rows("select count(*) from label_now where code_id = ? and yes = 1", (wind,)) == [(2,)]
    for code, parts in ((noise, {"more": rows[:1]}), (net, {"more": rows[:1]}), (wind, {})):
        with pytest.raises(UserError) as refused:
            frames.split_code(project, code=code, parts=parts)
        assert refused.value.id == "bad-split"
    operations.undo(project)
    assert frames.code_counts(project, frame)[noise] == 4
    operations.redo(project)
    assert frames.code_counts(project, frame)[wind] == 1


def test_a_code_that_others_use_does_not_vanish(project: Project, frame: int, rows: list[int]) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    project.work_as("Ben")
    coding.apply_code(project, verbatims=rows[:1], code=code)
    project.work_as("Ann")
    with pytest.raises(UserError) as refused:
        operations.undo(project)
    assert refused.value.id == "undo-conflict"
    assert labels(project, frame) == ["a"]


def test_a_net_with_others_codes_and_a_frame_with_others_codes_do_not_vanish(project: Project) -> None:
    frame = frames.create_frame(project, name="Car")
    project.work_as("Ben")
    frames.add_code(project, frame=frame, label="a")
    project.work_as("Ann")
    with pytest.raises(UserError):
        operations.undo(project)
    net = frames.add_code(project, frame=frame, label="net", is_net=True)
    project.work_as("Ben")
    frames.add_code(project, frame=frame, label="b", parent=net)
    project.work_as("Ann")
    with pytest.raises(UserError):
        operations.undo(project)
    assert labels(project, frame) == ["a", "net", "·b"]


def test_roles_are_kept_and_a_question_changes_its_frame(project: Project, frame: int) -> None:
    code = frames.add_code(project, frame=frame, label="无", role=Role.NONE, label_en="none", definition="d")
    one = frames.head(project, frame).code(code)
    assert (one.role, one.label_en, one.definition, one.is_net) == (Role.NONE, "none", "d", False)
    other = frames.create_frame(project, name="Other")
    question = add_question(project, "Q5", frame=frame)
    frames.point_question(project, question=question, frame=other)
    assert project.rows("select frame_id from question where id = ?", (question,)) == [(other,)]
    operations.undo(project)
    assert project.rows("select frame_id from question where id = ?", (question,)) == [(frame,)]


def test_a_failed_step_leaves_nothing_behind(project: Project, frame: int) -> None:
    before = project.rows(
        "select (select count(*) from code), (select count(*) from op), (select count(*) from op_image)"
    )

    def fail(op: operations.Operation) -> None:
        frames.new_code(op, frame, {"label": "half"})
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        operations.run(project, "frame", fail)
    assert (
        project.rows("select (select count(*) from code), (select count(*) from op), (select count(*) from op_image)")
        == before
    )
    assert project.write(_in_transaction) is False


def _in_transaction(db: Connection) -> bool:
    return bool(db.raw.in_transaction)
