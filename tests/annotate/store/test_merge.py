"""Merging the copies of several coders: a union by identity, repeatable, nobody's work rewritten or dropped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from copies_of import labels, refused, state
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey import import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import check, merge, operations
from annotate.store.connection import driver
from annotate.store.merge import Why
from annotate.store.project import ADJUDICATED, Project


def test_the_decisions_of_two_coders_come_together(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    coding.apply_code(ann, verbatims=[1, 2], code=1, sentiment=-1)
    coding.apply_code(ben, verbatims=[2, 4], code=2)
    coding.confirm(ben, verbatims=[2])
    result = merge.merge(ann, ben.path)
    assert (result.added, result.already, result.conflicts) == (4, 0, ())  # 4 has a twin
    assert (result.step.kind, result.step.rows) == (operations.MERGE, 4)
    assert frames.code_counts(ann, 1) == {1: 2, 2: 3}
    assert frames.head(ann, 1).number == 1
    assert check.check(ann).ok
    merged = ann.rows(
        "select o.uuid, c.name, seq, at_ms, o.kind, detail from op o join coder c on c.id = o.coder_id"
        " where c.name = 'Ben' order by o.id"
    )
    assert merged == ben.rows(
        "select o.uuid, c.name, seq, at_ms, o.kind, detail from op o join coder c on c.id = o.coder_id"
        " where c.name = 'Ben' order by o.id"
    )
    assert ann.rows("select added, already, conflicts from merge_log") == [(4, 0, "[]")]


def test_repeating_a_merge_adds_nothing(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    coding.apply_code(ben, verbatims=[2], code=2)
    assert merge.merge(ann, ben.path).added == 1
    before = state(ann)
    again = merge.merge(ann, ben.path)
    assert (again.added, again.already) == (0, 1)
    coding.remove_code(ben, verbatims=[2], code=2)
    operations.undo(ben)
    later = merge.merge(ann, ben.path)
    assert (later.added, later.already) == (2, 1)
    assert state(ann) == before == state(ben)
    assert check.check(ann).ok


def test_a_merge_ends_what_its_coder_could_undo(copy_of: Callable[[str], Project]) -> None:
    lead, away = copy_of("Lead"), copy_of("Lead")
    coding.apply_code(away, verbatims=[1], code=1)
    done = merge.merge(lead, away.path)
    assert done.added == 1
    undone = operations.undo(lead)
    assert undone is not None
    assert undone.op == done.step.op
    assert operations.undo(lead) is None
    assert check.check(lead).ok


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["apply", "apply", "remove", "confirm", "sentiment", "undo", "redo", "frame"]),
        st.integers(1, 6),
        st.integers(1, 2),
    ),
    max_size=8,
)


def work(project: Project, actions: list[tuple[str, int, int]]) -> None:
    for verb, verbatim, code in actions:
        if verb == "apply":
            coding.apply_code(project, verbatims=[verbatim], code=code)
        elif verb == "remove":
            coding.remove_code(project, verbatims=[verbatim], code=code, explicit=True)
        elif verb == "confirm":
            coding.confirm(project, verbatims=[verbatim])
        elif verb == "sentiment":
            coding.set_sentiment(project, verbatims=[verbatim], code=code, sentiment=1)
        elif verb == "frame":
            frames.edit_code(project, code=code, label=f"{project.coder.name} {verbatim}")
        elif verb == "undo":
            operations.undo(project)
        else:
            operations.redo(project)


@settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(first=ACTIONS, second=ACTIONS, third=ACTIONS)
def test_the_order_of_merges_does_not_matter(
    base: Path,
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, int, int]],
    second: list[tuple[str, int, int]],
    third: list[tuple[str, int, int]],
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    copies = []
    for name, actions in (("Ann", first), ("Ben", second), ("Cem", third)):
        copies.append(folder / f"{name}.tingdong")
        with Project.open(shutil.copy(base, copies[-1]), coder=name) as project:
            work(project, actions)
    states = []
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        path = folder / f"{order}.tingdong"
        with Project.open(shutil.copy(base, path), coder="Lead") as project:
            for one in order:
                merge.merge(project, copies[one])
            assert merge.merge(project, copies[0]).added == 0
            states.append(state(project))
            assert check.check(project).ok
    # By way of another coder's copy it comes to the same.
    with Project.open(copies[0], coder="Ann") as project:
        merge.merge(project, copies[1])
    with Project.open(copies[2], coder="Cem") as project:
        merge.merge(project, copies[0])
        states.append(state(project))
        assert check.check(project).ok
    assert all(one == states[0] for one in states)


def test_the_same_coder_in_two_copies_is_a_conflict(copy_of: Callable[[str], Project]) -> None:
    here, there = copy_of("Lead"), copy_of("Lead")
    coding.apply_code(here, verbatims=[1], code=1)
    frames.edit_code(there, code=1, label="x")
    coding.apply_code(there, verbatims=[2], code=1)
    coding.apply_code(there, verbatims=[3], code=2)
    result = merge.merge(here, there.path)
    assert result.added == 0
    assert [(one.why, one.decisions) for one in result.conflicts] == [(Why.SAME_CODER, 1), (Why.SAME_CODER, 1)]
    assert frames.code_counts(here, 1) == {1: 1}
    assert check.check(here).ok


def test_answers_that_are_not_here_are_listed_each_time(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    _batch, more = import_answers(ben, 1, ["only over there"])
    coding.apply_code(ben, verbatims=[1, *more], code=1)
    coding.apply_code(ben, verbatims=more, code=2)
    operations.undo(ben)
    for added, once in ((1, [(Why.LEFT_OUT, 1)]), (0, [])):
        result = merge.merge(ann, ben.path)
        assert result.added == added
        assert [(one.why, one.decisions) for one in result.conflicts] == [
            (Why.UNKNOWN_ANSWER, 1),
            (Why.UNKNOWN_ANSWER, 1),
            (Why.BUILDS_ON, 1),
            *once,
        ]
    assert check.check(ann).ok


def test_answers_are_found_by_identity_where_numbers_differ(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    import_answers(ann, 1, ["mine"])
    _batch, theirs = import_answers(ben, 1, ["theirs"])
    assert theirs == [7]
    coding.apply_code(ben, verbatims=[7, 2], code=1)
    result = merge.merge(ann, ben.path)
    assert result.added == 1
    assert ann.rows("select verbatim_id from label_now") == [(2,)]


def test_two_adjudications_are_put_before_people_not_overwritten(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    coding.adjudicate(ann, verbatim=1, codes=[(1, None)])
    coding.adjudicate(ann, verbatim=3, codes=[(1, None)])
    coding.adjudicate(ben, verbatim=1, codes=[(2, None)])
    coding.adjudicate(ben, verbatim=2, codes=[(2, None)])
    coding.adjudicate(ben, verbatim=3, codes=[(1, None)])
    for added in (4, 0):
        result = merge.merge(ann, ben.path)
        assert result.added == added
        assert [(one.why, one.decisions) for one in result.conflicts] == [(Why.CONTESTED, 2)]
    found = ann.rows(
        "select verbatim_id, code_id from label_now where coder_id = ? and yes = 1 order by 1",
        (ann.layer(ADJUDICATED),),
    )
    assert found == [(1, 1), (2, 2), (3, 1)]
    assert check.check(ann).ok


def test_what_is_no_copy_is_refused(copy_of: Callable[[str], Project], tmp_path: Path) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    assert refused(ann, ann.path) == "same-file"
    assert refused(ann, tmp_path / "none.tingdong") == "no-such-project"
    with Project.create(tmp_path / "other.tingdong") as other:
        path = other.path
    assert refused(ann, path) == "other-project"
    ben.close()
    assert_tampered = {
        "trigger": "create trigger x after insert on coder begin delete from coder; end",
        "view": "create view x as select * from op",
        "chain": "update meta set value = value",
    }
    for name, statement in assert_tampered.items():
        path = Path(shutil.copy(ben.path, tmp_path / f"{name}.tingdong"))
        raw = driver.connect(str(path), isolation_level=None)
        raw.execute(statement)
        if name == "chain":
            raw.execute("drop trigger op_no_update")
            raw.execute("update op set n_rows = n_rows + 1 where id = 2")
        raw.close()
        assert refused(ann, path) == "damaged-copy"
    path.write_bytes(path.read_bytes()[:9_000])
    assert refused(ann, path) == "damaged-project"


def test_a_read_only_project_takes_nothing_in(copy_of: Callable[[str], Project], base: Path) -> None:
    ben = copy_of("Ben")
    with Project.open(base, read_only=True) as project, pytest.raises(UserError) as error:
        merge.merge(project, ben.path)
    assert error.value.id == "read-only"


def test_a_merge_is_one_step_that_undo_takes_back_and_redo_brings_again(copy_of: Callable[[str], Project]) -> None:
    lead, ben = copy_of("Lead"), copy_of("Ben")
    mine = coding.apply_code(lead, verbatims=[3], code=1)
    coding.apply_code(ben, verbatims=[1, 2], code=1)
    coding.remove_code(ben, verbatims=[1], code=1)
    late = frames.add_code(ben, frame=1, label="late", number="7")
    frames.edit_code(ben, code=2, label="B", definition="all of it")
    coding.apply_code(ben, verbatims=[1, 2], code=late, sentiment=1)
    coding.confirm(ben, verbatims=[2])
    before = state(lead), labels(lead)
    done = merge.merge(lead, ben.path)
    assert (done.added, done.codes, done.conflicts) == (6, 2, ())
    after = state(lead), labels(lead)
    assert after != before
    assert labels(lead) == ["a", "B", "7 late"]
    for _twice in range(2):
        undone = operations.undo(lead)
        assert undone is not None
        assert (undone.op, undone.undone) == (done.step.op, True)
        assert (state(lead), labels(lead)) == before
        shown = operations.history(lead)
        assert {one.undone for one in shown if one.coder == "Ben"} == {True}
        assert check.check(lead).ok
        assert operations.redo(lead) is not None
        assert (state(lead), labels(lead)) == after
        assert check.check(lead).ok
    operations.undo(lead)
    below = operations.undo(lead)
    assert below is not None
    assert below.op == mine.op


def test_a_merge_that_was_undone_can_be_made_again(copy_of: Callable[[str], Project]) -> None:
    lead, ben = copy_of("Lead"), copy_of("Ben")
    coding.apply_code(ben, verbatims=[1, 2], code=1)
    merge.merge(lead, ben.path)
    coding.remove_code(ben, verbatims=[1], code=1)
    late = frames.add_code(ben, frame=1, label="late")
    coding.apply_code(ben, verbatims=[4], code=late)
    merge.merge(lead, ben.path)
    whole = state(lead), labels(lead)
    for _each in range(2):
        operations.undo(lead)
    assert state(lead)[0] == set()
    coding.apply_code(lead, verbatims=[3], code=1)  # nothing is left to redo
    assert merge.merge(lead, ben.path).added > 0
    assert check.check(lead).ok
    operations.undo(lead)
    operations.undo(lead)
    assert state(lead)[0] == set()
    merge.merge(lead, ben.path)
    assert (state(lead)[0], labels(lead)) == (whole[0][0], whole[1])
    assert merge.merge(lead, ben.path).step.op == 0
    assert check.check(lead).ok


def test_what_its_coder_decided_since_keeps_a_merge_from_being_undone(copy_of: Callable[[str], Project]) -> None:
    lead, ben = copy_of("Lead"), copy_of("Ben")
    coding.apply_code(ben, verbatims=[1], code=1)
    merge.merge(lead, ben.path)
    coding.remove_code(ben, verbatims=[1], code=1)
    merge.merge(lead, ben.path)
    assert operations.undo(lead) is not None
    assert operations.undo(lead) is not None  # the second merge undone is no one's later work
    assert operations.redo(lead) is not None
    lead.work_as("Ben")
    coding.apply_code(lead, verbatims=[1], code=2)
    lead.work_as("Lead")
    with pytest.raises(UserError) as error:
        operations.undo(lead)
    assert error.value.id == "undo-conflict"
    assert check.check(lead).ok


def test_a_repeated_merge_leaves_no_step(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    assert merge.merge(ann, ben.path).step.op == 0
    _batch, more = import_answers(ben, 1, ["only over there"])
    coding.apply_code(ben, verbatims=[1, *more], code=1)
    merge.merge(ann, ben.path)
    before = ann.rows("select count(*) from op"), ann.rows("select count(*) from merge_log")
    again = merge.merge(ann, ben.path)
    assert (again.step.op, again.added, len(again.conflicts)) == (0, 0, 1)
    assert (ann.rows("select count(*) from op"), ann.rows("select count(*) from merge_log")) == before


def test_a_merge_of_an_older_program_is_not_silently_passed_over(copy_of: Callable[[str], Project]) -> None:
    ann = copy_of("Ann")
    coding.apply_code(ann, verbatims=[1], code=1)

    def as_then(op: operations.Operation) -> None:
        op.db.execute(
            "insert into merge_log(from_project, op_id, added, already, conflicts) values (?, ?, 0, 0, '[]')",
            (ann.uuid, op.id),
        )

    operations.run(ann, operations.MERGE, as_then, stackable=False)
    with pytest.raises(UserError) as error:
        operations.undo(ann)
    assert error.value.id == "merge-not-undoable"
    later = coding.apply_code(ann, verbatims=[2], code=1)
    undone = operations.undo(ann)
    assert undone is not None
    assert undone.op == later.op
