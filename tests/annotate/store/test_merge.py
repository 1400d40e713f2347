"""Merging the copies of several coders: a union by identity, repeatable, nobody's work rewritten or dropped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import check, images, merge, merge_notes, operations
from annotate.store.connection import Row, driver
from annotate.store.merge import Why
from annotate.store.project import ADJUDICATED, Project

TEXTS = ["低速顿挫", "异响", "没有", "风噪", "风噪。", "油耗"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A closed project with a frame still in draft, six answers and two codes: what the coders are given."""
    path = tmp_path / "base.tingdong"
    with Project.create(path, coder="Lead") as project:
        frame = frames.create_frame(project, name="Car")
        import_answers(project, add_question(project, "Q1", frame=frame), TEXTS)
        for label in ("a", "b"):
            frames.add_code(project, frame=frame, label=label)
    return path


@pytest.fixture
def copy_of(base: Path, tmp_path: Path) -> Iterator[Callable[[str], Project]]:
    """Open a copy of the base as a coder of that name."""
    opened: list[Project] = []

    def make(coder: str) -> Project:
        folder = tmp_path / f"copy {len(opened)}"
        folder.mkdir()
        opened.append(Project.open(shutil.copy(base, folder), coder=coder))
        return opened[-1]

    yield make
    for project in opened:
        project.close()


def state(project: Project) -> tuple[set[Row], set[Row], set[Row]]:
    """Return what everybody says, by uuid, so that copies can be compared."""
    labels = project.rows(
        "select v.number, c.uuid, k.uuid, r.uuid, yes, sentiment, mention, origin from label_now w"
        " join verbatim x on x.id = w.verbatim_id join record v on v.id = x.record_id"
        " join coder c on c.id = w.coder_id join code k on k.id = w.code_id join code r on r.id = w.raw_code"
    )
    reviews = project.rows(
        "select verbatim_id, c.uuid, f.uuid from review_now n join coder c on c.id = n.coder_id"
        " join frame f on f.id = n.frame_id"
    )
    counts = project.rows(
        "select question_id, k.uuid, verbatims from code_count n join code k on k.id = n.code_id where verbatims <> 0"
    )
    return set(labels), set(reviews), set(counts)


def refused(project: Project, path: Path) -> str:
    before = project.rows("select count(*) from op")
    with pytest.raises(UserError) as error:
        merge.merge(project, path)
    assert error.value.sentence()
    assert project.rows("select count(*) from op") == before
    return error.value.id


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


def test_codes_made_over_there_come_along(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    mine = frames.add_code(ann, frame=1, label="mine")
    coding.apply_code(ann, verbatims=[1], code=mine)
    theirs = frames.add_code(ben, frame=1, label="theirs")
    assert mine == theirs  # the same number for two different codes
    coding.apply_code(ben, verbatims=[2], code=theirs)
    coding.confirm(ben, verbatims=[2])
    result = merge.merge(ann, ben.path)
    assert (result.added, result.codes, result.conflicts) == (2, 1, ())
    assert labels(ann) == ["a", "b", "mine", "theirs"]
    assert ann.rows("select number, state, away from revision order by id") == [(1, 1, 0), (2, 0, 0), (0, 1, 1)]
    (row,) = ann.rows("select id from revision where away = 1")
    with ann.reading() as db:
        assert [one.label for one in frames.read(db, 1, int(row[0] or 0)).codes] == ["a", "b", "theirs"]
    assert check.check(ann).ok
    assert merge.merge(ann, ben.path).added == 0
    assert ann.rows("select count(*) from revision") == [(3,)]


def test_a_review_counts_for_the_codes_that_its_revision_held(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    for one in (ann, ben):
        coding.confirm(one, verbatims=[1])
    frames.edit_code(ben, code=1, label="A")
    coding.confirm(ben, verbatims=[2])  # same codes, same meaning
    frames.edit_code(ann, code=1, definition="a meaning of Ann's")
    frames.edit_code(ben, code=1, definition="something else")
    coding.confirm(ben, verbatims=[3])  # another meaning of what every revision here holds
    assert [one.thing for one in merge.merge(ann, ben.path).conflicts] == ["definition"]
    frames.add_code(ann, frame=1, label="late")
    found = ann.rows(
        "select n.verbatim_id, r.number from review_now n join revision r on r.id = n.revision_id"
        " join coder c on c.id = n.coder_id where c.name = 'Ben' order by 1"
    )
    assert found == [(1, 1), (2, 1), (3, 0)]
    assert check.check(ann).ok


def test_a_frame_made_over_there_comes_whole(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    shop = frames.create_frame(ben, name="Shop")
    one, two = (frames.add_code(ben, frame=shop, label=label) for label in ("x", "y"))
    frames.point_question(ben, question=1, frame=shop)
    coding.apply_code(ben, verbatims=[1, 2], code=one)
    frames.split_code(ben, code=one, parts={"part": [2]})
    rest = next(code.id for code in frames.head(ben, shop).live if code.label == "x")
    frames.merge_codes(ben, sources=[two], target=rest)
    coding.confirm(ben, verbatims=[1])
    frames.add_code(ben, frame=shop, label="z")
    result = merge.merge(ann, ben.path)
    assert (result.added, result.codes) == (3, 1)
    assert [(one.why, one.thing) for one in result.conflicts] == [(Why.LEFT_OUT, "question")]
    names = {one.name: one.id for one in frames.frames(ann)}
    brought = frames.head(ann, names["Shop"])
    assert [one.label for one in brought.codes] == ["x", "part", "x", "y", "z"]
    assert state(ann) == state(ben)
    assert check.check(ann).ok
    operations.undo(ann)
    assert state(ann)[0] == set()
    assert check.check(ann).ok
    operations.redo(ann)
    assert state(ann) == state(ben)
    assert check.check(ann).ok


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


def labels(project: Project, frame: int = 1) -> list[str]:
    return [f"{one.number} {one.label}".strip() for one in frames.head(project, frame).live]


def test_plain_changes_of_the_frame_come_along(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    for one in (ann, ben):
        coding.confirm(one, verbatims=[3])
    frames.edit_code(ann, code=1, label="A here")
    net = frames.add_code(ben, frame=1, label="net", is_net=True)
    inner = frames.add_code(ben, frame=1, label="inner", parent=net, number="5")
    frames.move_code(ben, code=2, parent=net)
    frames.edit_code(ben, code=2, definition="theirs", number="6")
    frames.edit_code(ben, code=1, notes="a note", label="A there")
    coding.apply_code(ben, verbatims=[1], code=inner)
    coding.confirm(ben, verbatims=[1])
    done = merge.merge(ann, ben.path)
    assert [(one.why, one.what, one.thing) for one in done.conflicts] == [(Why.BOTH_CHANGED, "A here", "label")]
    head = frames.head(ann, 1)
    told = {one.label: (one.path, one.number, one.definition, one.notes) for one in head.codes}
    assert told == {
        "A here": (("A here",), "", "", "a note"),
        "net": (("net",), "", "", ""),
        "inner": (("net", "inner"), "5", "", ""),
        "b": (("net", "b"), "6", "theirs", ""),
    }
    uuids = "select hex(uuid) from code order by 1"
    assert ann.rows(uuids) == ben.rows(uuids)
    # Ben's review knew the new code: it says no to the others for good, and nothing is asked again.
    (number,) = ann.rows(
        "select r.number from review_now n join revision r on r.id = n.revision_id join coder c on c.id = n.coder_id"
        " where c.name = 'Ben' and n.verbatim_id = 1"
    )
    assert number == (head.number,)
    assert check.check(ann).ok
    # The other way round there is nothing plain left, and nothing new to tell but what Ann changed.
    back = merge.merge(ben, ann.path)
    assert [(one.why, one.thing) for one in back.conflicts] == [(Why.BOTH_CHANGED, "label")]
    assert labels(ben) == ["A there", "5 inner", "6 b"]
    assert check.check(ben).ok


def test_merges_splits_and_retirements_are_told_and_no_yes_is_lost(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    third = {one.coder.name: frames.add_code(one, frame=1, label="c", number="3") for one in (ann, ben)}["Ben"]
    for one in (1, 2):
        coding.apply_code(ben, verbatims=[one], code=2)
    (part,), _step = frames.split_code(ben, code=2, parts={"风噪": [2]})
    rest = next(one.id for one in frames.head(ben, 1).live if one.label == "b")
    coding.apply_code(ben, verbatims=[3], code=part)
    coding.apply_code(ben, verbatims=[6], code=rest)
    frames.retire_code(ben, code=third)
    more = frames.add_code(ben, frame=1, label="d")
    coding.apply_code(ben, verbatims=[4], code=more)
    frames.merge_codes(ben, sources=[more], target=part)
    frames.merge_codes(ben, sources=[1], target=part)
    done = merge.merge(ann, ben.path)
    assert [(one.why, one.what, one.into) for one in done.conflicts] == [
        (Why.SPLIT_THERE, "b", ""),
        (Why.MERGED_THERE, "a", "风噪"),
    ]
    names = {one.id: one.label for one in frames.head(ann, 1).codes}
    yes = ann.rows("select verbatim_id, code_id from label_now where yes = 1 order by 1")
    assert [(v, names[int(c or 0)]) for v, c in yes] == [
        (1, "b"), (2, "b"), (3, "风噪"), (4, "风噪"), (5, "风噪"), (6, "b"),
    ]  # fmt: skip
    assert labels(ann) == ["a", "b", "风噪", "3 c"]
    assert check.check(ann).ok
    operations.undo(ann)
    assert labels(ann) == ["a", "b", "3 c"]
    assert check.check(ann).ok


def test_numbers_that_change_places_come_over_and_taken_ones_do_not(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    frames.renumber(ben, frame=1, numbers={1: "2", 2: "1"})
    frames.renumber(ben, frame=1, numbers={1: "1", 2: "2"})
    frames.renumber(ben, frame=1, numbers={1: "2", 2: "1"})
    assert merge.merge(ann, ben.path).conflicts == ()
    assert labels(ann) == ["2 a", "1 b"]
    frames.add_code(ann, frame=1, label="x", number="9")
    frames.renumber(ben, frame=1, numbers={1: "9"})
    done = merge.merge(ann, ben.path)
    assert [(one.why, one.what, one.thing) for one in done.conflicts] == [(Why.BOTH_CHANGED, "9 a", "number")]
    assert labels(ann) == ["2 a", "1 b", "9 x"]


def test_what_a_merge_left_is_kept_told_in_sentences_and_settled(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    _batch, more = import_answers(ben, 1, ["only over there"])
    coding.apply_code(ben, verbatims=[1, *more], code=1)
    frames.retire_code(ben, code=2)

    def rule(op: operations.Operation) -> None:
        images.write(op, "lexicon", {"id": 1}, {"uuid": bytes(16), "kind": "word", "term": "t"})

    operations.run(ben, "lexicon", rule)
    merge.merge(ann, ben.path)
    merge.merge(ann, ben.path)
    found = merge_notes.notes(ann)
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert [(one.conflict.why, one.conflict.thing) for one in found] == [
        (Why.RETIRED_THERE, ""),
        (Why.UNKNOWN_ANSWER, ""),
        (Why.LEFT_OUT, "import_batch"),
        (Why.LEFT_OUT, "lexicon"),
    ]
    assert "b was retired in the copy" in found[0].conflict.sentence
    assert "The lexicon" in found[3].conflict.sentence
    for one in found:
        assert one.conflict.sentence.startswith("Ben, 20")
    merge_notes.settle(ann, [2, 3])
    assert [one.number for one in merge_notes.notes(ann) if not one.settled] == [1, 4]
    assert merge_notes.settle(ann).rows == 2
    assert merge_notes.settle(ann).op == 0
    operations.undo(ann)
    assert [one.number for one in merge_notes.notes(ann) if not one.settled] == [1, 4]
    with pytest.raises(UserError) as error:
        merge_notes.settle(ann, [7])
    assert error.value.id == "no-such-note"
    operations.undo(ann)
    operations.undo(ann)  # the merge: what it left is no longer asked for
    assert merge_notes.notes(ann) == []
    merge.merge(ann, ben.path)
    assert [one.settled for one in merge_notes.notes(ann)] == [False] * 4


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
