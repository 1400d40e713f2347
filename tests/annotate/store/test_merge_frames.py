"""What another copy changed in its code frame, and what of it is left to people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from copies_of import labels, state
from survey import import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import check, images, merge, merge_notes, operations
from annotate.store.merge import Why
from annotate.store.project import Project


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
