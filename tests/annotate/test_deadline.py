"""The plan to a deadline: its order, its sums, what it says of accuracy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey import add_question, import_answers

from annotate import coding, deadline, frames, samples
from annotate.deadline import BIG, GLANCE, Facts, Kind, plan
from annotate.estimates import wilson_interval
from annotate.frames import Code, Role
from annotate.pace import Pace
from annotate.store.project import Project


def code(number: int) -> Code:
    return Code(
        number, None, False, str(number), f"c{number}", "", Role.THEME, "", "", "", "", "", "", False, 1, 1, ("c",), 0
    )


def facts(
    sizes: list[int], pairs: list[tuple[int, int, int]], owed: list[int] | None = None, seen: int = 0, later: int = 0
) -> Facts:
    """Groups of these sizes whose rows are 100, 101, …; pairs of (group, code, confidence)."""
    told = np.array(pairs, np.int64).reshape(-1, 3)
    return Facts(
        (code(1), code(2)), {9: frozenset({1, 2})}, np.arange(100, 100 + len(sizes)), np.array(sizes, np.int64),
        told[:, :2], told[:, 2], np.array(owed or [], np.int64), seen, later, max(1, sum(sizes)), {}, Pace(10.0, 50),
    )  # fmt: skip


def test_random_rows_then_big_groups_then_the_code_with_most_then_the_rest() -> None:
    told = plan(facts([1, 9, 1, 1, 1, 2], [(2, 1, 50), (3, 2, 10), (4, 2, 90), (1, 2, 99)], owed=[100]), 3_600)
    assert [(one.kind, one.rows.tolist()) for one in told.stages] == [
        (Kind.SAMPLES, [100]), (Kind.GROUPS, [101]), (Kind.CODE, [104, 103]), (Kind.CODE, [102]), (Kind.REST, [105]),
    ]  # fmt: skip
    assert [one.code.id for one in told.stages if one.code] == [2, 1]
    assert (told.settled, told.open) == (15, 0)
    assert told.spent == pytest.approx(10 * (3 + 3 * GLANCE))
    assert told.spent == pytest.approx(told.wanted)


def test_what_does_not_fit_stays_open_and_is_counted() -> None:
    told = plan(facts([5, 4, 1, 1], [(2, 1, 5), (3, 1, 9)]), 12.0)
    assert [(one.kind, one.rows.tolist(), one.of) for one in told.stages] == [(Kind.GROUPS, [100], 2)]
    assert (told.settled, told.open) == (5, 6)
    assert told.spent <= 12.0 < told.wanted
    nothing = plan(facts([1], []), 0.0)
    assert (nothing.stages, nothing.open, nothing.half) == ((), 1, None)
    assert nothing.rows.size == 0


def test_an_answer_with_two_suggestions_is_settled_when_both_lists_were_gone_through() -> None:
    twice = facts([1, 1], [(0, 1, 9), (0, 2, 9), (1, 1, 8)])
    assert plan(twice, 10 * GLANCE * 2).settled == 1
    assert plan(twice, 10 * GLANCE * 3).settled == 2


def test_accuracy_is_told_from_the_random_rows_seen_by_then() -> None:
    told = plan(facts([1] * 40, [(place, 1, 9) for place in range(40)], owed=[100, 101], seen=38, later=7), 3_600)
    assert told.seen == 47
    low, high = wilson_interval(47, 47)
    assert told.half == pytest.approx((high - low) / 2)
    assert (told.unreported, told.codes) == (1, 2)


@given(
    st.lists(st.integers(1, 12), max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, 2), st.integers(0, 10_000)), max_size=20),
    st.floats(0, 400),
)
def test_sums_hold_whatever_the_material(sizes: list[int], told: list[tuple[int, int, int]], seconds: float) -> None:
    pairs = {(group, one): sure for group, one, sure in told if group < len(sizes)}
    made = plan(facts(sizes, [(*pair, sure) for pair, sure in sorted(pairs.items())], owed=[100]), seconds)
    assert made.settled + made.open == sum(sizes)
    assert made.spent <= seconds + 1e-6
    assert made.spent <= made.wanted + 1e-6
    for stage in made.stages:
        assert 0 < stage.rows.size <= stage.of
        assert stage.kind is not Kind.GROUPS or stage.answers >= BIG * stage.rows.size
    everything = plan(facts(sizes, [(*pair, sure) for pair, sure in sorted(pairs.items())]), 1e9)
    assert everything.open == 0


def test_facts_are_read_from_the_project(project: Project, frame: int) -> None:
    net = frames.add_code(project, frame=frame, label="动力", number="3", is_net=True)
    jerk = frames.add_code(project, frame=frame, label="顿挫", number="302", parent=net)
    question = add_question(project, "Q7", frame=frame)
    _, ids = import_answers(project, question, ["顿挫", "顿挫", "空间大", "没有", ""])
    samples.draw_audit(project, question=question, size=2)
    coding.apply_code(project, verbatims=[ids[0]], code=jerk)
    coding.confirm(project, verbatims=[ids[0]])
    told = deadline.gather(project, question)
    assert dict(zip(told.rows.tolist(), told.sizes.tolist(), strict=True)) == {ids[2]: 1, ids[3]: 1}
    assert told.answered == 4
    assert told.counts == {jerk: 2, net: 2}
    assert set(told.owed.tolist()) <= set(ids)
    assert told.seconds == deadline.FIRST_GUESS
    with project.reading() as db:
        assert deadline.left(db, question).groups == 2
