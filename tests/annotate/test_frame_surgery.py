"""Changes of a frame: what a preview says is what the step does; merge, split, numbers, restore and re-check."""

from __future__ import annotations

import random

import pytest
from survey import add_question, import_answers

from annotate import coding, frame_diff, frame_edits, frame_preview, frame_recheck, frame_sandbox, frames
from annotate.errors import UserError
from annotate.frame_draft import NEW, FrameDraft
from annotate.frame_edits import AddCode, Edit, EditCode, MergeCodes, MoveCodes, Part, Renumber, RetireCodes, SplitCode
from annotate.frame_preview import Count
from annotate.frames import Role
from annotate.store import check, operations, query
from annotate.store.project import Project

TEXTS = ["顿挫", "异响", "没有", "风噪", "胎噪", "起步肉", "空间大", "刹车软", "油耗高", "挺好"]


@pytest.fixture
def rows(project: Project, frame: int) -> list[int]:
    return import_answers(project, add_question(project, "Q1", frame=frame), TEXTS)[1]


def by_label(project: Project, frame: int, label: str) -> int:
    return next(one.id for one in frames.head(project, frame).live if one.label == label)


def counts(project: Project, frame: int) -> dict[int, Count]:
    with project.reading() as db, db.snapshot():
        return frame_preview.counted(frame_preview.read_mentions(db, frame), FrameDraft.open(db, frame))


def shape(project: Project, frame: int) -> list[tuple[object, ...]]:
    return [
        (one.path, one.number, one.label_en, one.role, one.definition, one.retired, one.is_net)
        for one in frames.head(project, frame).codes
    ]


def random_edit(dice: random.Random, draft: FrameDraft, rows: list[int]) -> Edit:
    """Draw a change that may or may not fit."""
    codes = sorted(draft.codes)
    one, other = dice.choice(codes), dice.choice(codes)
    nets = [None, *(code for code in codes if draft.codes[code].is_net)]
    return dice.choice(
        [
            AddCode(f"new {dice.random():.3f}", parent=dice.choice(nets), is_net=dice.random() < 0.3),
            EditCode(one, {"definition": f"{dice.random():.2f}", "label": f"l{one}"}, minor=dice.random() < 0.3),
            MoveCodes((one,), dice.choice(nets), other),
            RetireCodes((one,)),
            MergeCodes((one,), other),
            MergeCodes((one,), other),
            SplitCode(
                one,
                (Part("a", tuple(dice.sample(rows, 3))), Part("b", tuple(dice.sample(rows, 2)))),
                rest=dice.random() < 0.8,
                recheck=dice.random() < 0.5,
            ),
            Renumber(((one, str(dice.randrange(20))), (other, str(dice.randrange(20)))), reuse=dice.random() < 0.5),
        ]
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_a_preview_says_is_what_the_step_does(project: Project, frame: int, rows: list[int], seed: int) -> None:
    dice = random.Random(seed)
    net = frames.add_code(project, frame=frame, label="N", is_net=True)
    for n in range(6):
        frames.add_code(project, frame=frame, label=f"c{n}", number=str(n), parent=net if n % 2 else None)
    for _round in range(4):
        for coder in ("Ann", "Ben"):
            project.work_as(coder)
            live = [one.id for one in frames.head(project, frame).live]
            for _n in range(5):
                coding.apply_code(project, verbatims=dice.sample(rows, 3), code=dice.choice(live))
            coding.confirm(project, verbatims=dice.sample(rows, 3))
        with project.reading() as db, db.snapshot():
            base, mentions = FrameDraft.open(db, frame), frame_preview.read_mentions(db, frame)
        after, edits = FrameDraft.open_like(base), list[Edit]()
        while len(edits) < 5:
            edit = random_edit(dice, after, rows)
            try:
                frame_edits.applied(FrameDraft.open_like(base), [*edits, edit])
            except UserError:
                continue
            edit.apply(after)
            edits.append(edit)
        edits = list(frame_edits.from_json(frame_edits.to_json(edits)))
        told = frame_preview.preview(mentions, base, edits)
        before = (shape(project, frame), counts(project, frame), frame_recheck.count(project, frame))
        assert before[2] == told.recheck_before
        made, step = frames.carry_out(project, frame=frame, edits=edits)
        assert step.op
        assert [one.path for one in told.after.codes] == [one.path for one in frames.head(project, frame).codes]
        assert counts(project, frame) == {made.get(code, code): count for code, count in told.counts.items()}
        assert frame_recheck.count(project, frame) == told.recheck_after
        table = frames.code_counts(project, frame)
        assert {code: n.answers for code, n in counts(project, frame).items()} == {c: n for c, n in table.items() if n}
        operations.undo(project)
        assert (shape(project, frame), counts(project, frame)) == before[:2]
        operations.redo(project)
        assert counts(project, frame) == {made.get(code, code): count for code, count in told.counts.items()}
    assert check.check(project).ok


def test_only_what_changes_is_shown(project: Project, frame: int, rows: list[int]) -> None:
    net = frames.add_code(project, frame=frame, label="Noise", is_net=True)
    wind, tyre = (frames.add_code(project, frame=frame, label=label, parent=net) for label in ("wind", "tyre"))
    frames.add_code(project, frame=frame, label="space")
    assert counts(project, frame) == {}
    coding.apply_code(project, verbatims=rows[:3], code=wind)
    coding.apply_code(project, verbatims=rows[2:4], code=tyre)
    told = frame_preview.preview_of(project, frame=frame, edits=[MergeCodes((wind,), tyre)])
    assert [(one.path, one.before, one.after) for one in told.rows] == [
        (("Noise",), Count(4, 4, 5, 0), Count(4, 4, 4, 0)),
        (("Noise", "wind"), Count(3, 3, 3, 0), None),
        (("Noise", "tyre"), Count(2, 2, 2, 0), Count(4, 4, 4, 0)),
    ]
    assert shape(project, frame) == shape(project, frame)
    assert frames.head(project, frame).live[0].label == "wind"  # nothing was written


def test_decisions_after_a_split_go_where_they_are_made(project: Project, frame: int, rows: list[int]) -> None:
    noise = frames.add_code(project, frame=frame, label="noise", number="304")
    coding.apply_code(project, verbatims=rows[:4], code=noise)
    (wind,), _step = frames.split_code(project, code=noise, parts={"wind": rows[:2]})
    rest = by_label(project, frame, "noise")
    assert frames.head(project, frame).code(rest).number == "304"
    project.work_as("Ben")
    with pytest.raises(UserError) as refused:
        coding.apply_code(project, verbatims=rows[:1], code=noise)
    assert refused.value.id == "retired-code"
    coding.apply_code(project, verbatims=rows[:1], code=rest)
    assert project.rows("select code_id from label_now where coder_id = ? and yes = 1", (project.coder.id,)) == [
        (rest,)
    ]
    project.work_as("Ann")
    coding.apply_code(project, verbatims=rows[:1], code=rest)
    said = project.rows("select code_id from label_now where verbatim_id = ? and coder_id = 1 and yes = 1", (rows[0],))
    assert sorted(said) == sorted([(wind,), (rest,)])
    # A part is split further, and so is what was left.
    frames.split_code(project, code=rest, parts={"tyre": rows[2:3]})
    assert frames.code_counts(project, frame)[by_label(project, frame, "tyre")] == 1
    assert check.check(project).ok


def test_a_net_retires_with_what_is_in_it(project: Project, frame: int) -> None:
    net = frames.add_code(project, frame=frame, label="N", is_net=True)
    inner = frames.add_code(project, frame=frame, label="inner", is_net=True, parent=net)
    frames.add_code(project, frame=frame, label="a", parent=inner)
    frames.retire_code(project, code=net)
    assert frames.head(project, frame).live == ()
    operations.undo(project)
    assert len(frames.head(project, frame).live) == 1


def test_numbers_change_places_and_those_of_retired_codes_are_asked_for(project: Project, frame: int) -> None:
    a, b, c = (
        frames.add_code(project, frame=frame, label=label, number=n) for label, n in zip("abc", "123", strict=True)
    )
    step = frames.renumber(project, frame=frame, numbers={a: "2", b: "1"})
    assert (step.rows, [one.number for one in frames.head(project, frame).codes]) == (2, ["2", "1", "3"])
    frames.retire_code(project, code=c)
    for numbers in ({a: "3"}, {a: "9", b: "9"}):
        with pytest.raises(UserError) as refused:
            frames.renumber(project, frame=frame, numbers=numbers)
        assert refused.value.id == "number-taken"
    frames.renumber(project, frame=frame, numbers={a: "3"}, reuse=True)
    assert [one.number for one in frames.head(project, frame).codes] == ["3", "1", ""]
    operations.undo(project)
    assert [one.number for one in frames.head(project, frame).codes] == ["2", "1", "3"]


def test_numbers_are_proposed_in_blocks_or_running(project: Project, frame: int) -> None:
    ride = frames.add_code(project, frame=frame, label="Ride", is_net=True)
    for label in ("jerk", "weak"):
        frames.add_code(project, frame=frame, label=label, parent=ride)
    loose = frames.add_code(project, frame=frame, label="loose")
    none = frames.add_code(project, frame=frame, label="none", number="98", role=Role.NONE)
    cabin = frames.add_code(project, frame=frame, label="Cabin", is_net=True)
    frames.add_code(project, frame=frame, label="seat", parent=cabin)
    gone = frames.add_code(project, frame=frame, label="gone", number="201", parent=cabin)
    frames.retire_code(project, code=gone)
    codes = frames.head(project, frame).codes
    blocks = dict(frame_edits.proposed_numbers(codes, blocks=True))
    assert [blocks.get(one.id) for one in codes] == ["100", "101", "102", "1", None, "200", "202", None]
    assert [frame_edits.next_number(codes, one) for one in (ride, cabin, None)] == ["", "202", ""]
    running = dict(frame_edits.proposed_numbers(codes, first=97))
    assert [running.get(one.id) for one in codes] == ["", "97", "99", "100", None, "", "101", None]
    frames.renumber(project, frame=frame, numbers=blocks)
    assert frames.head(project, frame).code(loose).number == "1"
    assert frames.head(project, frame).code(none).number == "98"


def test_a_change_of_meaning_fills_the_queue_and_a_confirmation_empties_it(
    project: Project, frame: int, rows: list[int]
) -> None:
    jerk, noise = (frames.add_code(project, frame=frame, label=label) for label in ("jerk", "noise"))
    coding.apply_code(project, verbatims=rows[:3], code=jerk)
    coding.apply_code(project, verbatims=rows[3:5], code=noise)
    coding.confirm(project, verbatims=rows[:6])
    told = frame_preview.preview_of(project, frame=frame, edits=[EditCode(jerk, {"definition": "new"})])
    assert (told.recheck_before, told.recheck_after) == (0, 3)
    assert frame_preview.preview_of(
        project, frame=frame, edits=[EditCode(jerk, {"definition": "new"}, minor=True)]
    ).recheck_after == 0  # fmt: skip
    frames.edit_code(project, code=jerk, definition="new")
    (one,) = frame_recheck.waiting(project, frame)
    assert (one.code, one.since, one.answers, one.without) == (jerk, 2, 3, 3)
    with project.reading() as db:
        asked = query.Query.from_json(frame_recheck.waiting_query(frame, jerk).to_json())
        assert query.select_ids(db, asked) == rows[:3]
        assert query.select_ids(db, frame_recheck.waiting_query(frame, without=True)) == rows[:6]
    project.work_as("Ben")
    coding.confirm(project, verbatims=rows[:1])
    assert frame_recheck.count(project, frame) == 2
    step = frame_recheck.settle(project, frame=frame)
    assert (step.rows, frame_recheck.count(project, frame)) == (2, 0)
    operations.undo(project)
    assert frame_recheck.count(project, frame) == 2


def test_a_merge_brings_nothing_to_look_at_again_until_the_target_changes(
    project: Project, frame: int, rows: list[int]
) -> None:
    old = frames.add_code(project, frame=frame, label="old")
    coding.apply_code(project, verbatims=rows[:3], code=old)
    new = frames.add_code(project, frame=frame, label="new", definition="made later")
    frames.merge_codes(project, sources=[old], target=new)
    assert frame_recheck.count(project, frame) == 0
    coding.apply_code(project, verbatims=rows[4:5], code=new)
    frames.edit_code(project, code=new, definition="another thing")
    assert frame_recheck.count(project, frame) == 4


def test_a_split_by_words_can_be_looked_at_again(project: Project, frame: int, rows: list[int]) -> None:
    noise = frames.add_code(project, frame=frame, label="noise")
    coding.apply_code(project, verbatims=rows[:4], code=noise)
    frames.split_code(project, code=noise, parts={"wind": rows[:2]}, recheck=True)
    assert frame_recheck.count(project, frame) == 2
    operations.undo(project)
    frames.split_code(project, code=noise, parts={"wind": rows[:2]})
    assert frame_recheck.count(project, frame) == 0


def test_an_older_revision_comes_back_as_a_new_draft(project: Project, frame: int, rows: list[int]) -> None:
    a = frames.add_code(project, frame=frame, label="a", number="1", definition="d")
    b = frames.add_code(project, frame=frame, label="b", number="2")
    coding.apply_code(project, verbatims=rows[:2], code=a)
    coding.apply_code(project, verbatims=rows[1:3], code=b)
    first = shape(project, frame)
    frames.merge_codes(project, sources=[a], target=b)
    frames.edit_code(project, code=b, label="ab", number="9")
    late = frames.add_code(project, frame=frame, label="late", number="2")
    coding.confirm(project, verbatims=rows)
    told = frame_preview.preview_of_restore(project, frame=frame, revision=1)
    assert told.counts[a] == Count(2, 2, 2, 0)
    frames.restore_revision(project, frame=frame, revision=1)
    now = frames.head(project, frame)
    assert (now.number, now.draft) == (3, True)
    assert shape(project, frame)[:2] == first
    assert (now.code(late).retired, now.code(late).number) == (True, "")
    assert now.code(a).held_from == 3  # nobody could give it under revision 2
    assert frames.code_counts(project, frame)[a] == 2
    operations.undo(project)
    assert frames.head(project, frame).code(b).label == "ab"
    operations.redo(project)
    assert shape(project, frame)[:2] == first
    frames.split_code(project, code=a, parts={"part": rows[:1]})
    before = shape(project, frame), counts(project, frame)
    frames.restore_revision(project, frame=frame, revision=2)
    operations.undo(project)
    assert (shape(project, frame), counts(project, frame)) == before
    for number in (2, 7):
        if number == 7:
            with pytest.raises(UserError) as refused:
                frames.restore_revision(project, frame=frame, revision=number)
            assert refused.value.id == "no-revision"
    assert check.check(project).ok


def test_differences_are_told_in_sentences(project: Project, frame: int, rows: list[int]) -> None:
    net = frames.add_code(project, frame=frame, label="N", is_net=True)
    a, b, c, d = (frames.add_code(project, frame=frame, label=label, number=label) for label in "abcd")
    coding.apply_code(project, verbatims=rows[:3], code=a)
    frames.carry_out(
        project,
        frame=frame,
        edits=[
            EditCode(b, {"label": "bb", "definition": "x", "notes": "n"}),
            EditCode(c, {"definition": "y"}, minor=True),
            MoveCodes((c,), net),
            MergeCodes((d,), b),
            SplitCode(a, (Part("a1", tuple(rows[:1])),)),
            Renumber(((c, "33"),)),
            AddCode("new", parent=net),
        ],
    )
    first, last, found = frame_diff.between(project, frame=frame)
    assert (first, last) == (1, 2)
    assert {one.sentence for one in found} == {
        "b renamed b bb", "Definition of b bb changed: its meaning is another one", "Notes of b bb changed",
        "Definition of 33 c changed", "33 c moved from (top level) to N", "d d merged into b bb",
        "a a split into a1", "Number of c: c → 33", "New code new under N",
    }  # fmt: skip
    with pytest.raises(UserError):
        frame_diff.between(project, frame=frame, first=1, last=9)
    (newest, oldest) = frame_diff.revisions_of(project, frame)
    assert (newest.draft, oldest.draft, oldest.decisions, oldest.codes) == (True, False, 3, 4)
    frames.restore_revision(project, frame=frame, revision=1)
    assert {one.kind for one in frame_diff.between(project, frame=frame)[2]} == set()


def test_nothing_else_sees_a_sandbox(project: Project, frame: int, rows: list[int]) -> None:
    a, b = (frames.add_code(project, frame=frame, label=label) for label in "ab")
    coding.apply_code(project, verbatims=rows[:2], code=a)
    seen = (shape(project, frame), frames.code_counts(project, frame), len(operations.history(project)))
    edits = (MergeCodes((a,), b), AddCode("c", is_net=True), MoveCodes((b,), NEW + 1))
    frame_sandbox.save(project, frame, edits)
    assert seen == (shape(project, frame), frames.code_counts(project, frame), len(operations.history(project)))
    project.work_as("Ben")
    assert frame_sandbox.load(project, frame) is None
    project.work_as("Ann")
    assert frame_sandbox.load(project, frame) == edits
    done = frame_sandbox.commit(project, frame)
    assert done is not None
    assert frame_sandbox.load(project, frame) is None
    assert [one.path for one in frames.head(project, frame).codes] == [("a",), ("c",), ("c", "b")]
    operations.undo(project)
    assert seen[:2] == (shape(project, frame), frames.code_counts(project, frame))
    frame_sandbox.save(project, frame, (MergeCodes((a,), b),))
    frame_sandbox.drop(project, frame)
    assert frame_sandbox.commit(project, frame) is None
    frame_sandbox.save(project, frame, (MergeCodes((a,), 99),))
    with pytest.raises(UserError):
        frame_sandbox.commit(project, frame)
    assert frame_sandbox.load(project, frame) == (MergeCodes((a,), 99),)
    with pytest.raises(UserError) as refused:
        frame_edits.from_json('[{"edit": "dance"}]')
    assert refused.value.id == "bad-edits"


def test_codes_are_named_as_people_do(project: Project, frame: int) -> None:
    net = frames.add_code(project, frame=frame, label="N", is_net=True, number="1")
    a = frames.add_code(project, frame=frame, label="a", parent=net, number="11")
    top = frames.add_code(project, frame=frame, label="b", number="12")
    other = frames.add_code(project, frame=frame, label="M", is_net=True)
    frames.add_code(project, frame=frame, label="a", parent=other)
    now = frames.head(project, frame)
    assert [frames.named(now, text).id for text in ("11", "N/a", " 12 ", "N")] == [a, a, top, net]
    for text, id in (("a", "which-code"), ("zzz", "no-code-named"), ("", "no-code-named")):
        with pytest.raises(UserError) as refused:
            frames.named(now, text)
        assert refused.value.id == id
