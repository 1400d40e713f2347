"""What the strategies choose, why, and that a batch does not say the same thing twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from training.loop import queries
from training.loop.queries import Choice, Known, Reason


def unit(table: list[list[float]]) -> csr_array:
    values = np.array(table, np.float32)
    return csr_array(values / np.linalg.norm(values, axis=1, keepdims=True))


def known(
    scores: list[list[float]],
    *,
    thresholds: list[float],
    positives: list[int],
    characters: list[int] | None = None,
    rows: csr_array | None = None,
) -> Known:
    size = len(scores)
    return Known(
        rows if rows is not None else csr_array(np.eye(size, dtype=np.float32)),
        np.array(scores, np.float32),
        np.array(thresholds),
        np.array(positives),
        np.array(characters or [10] * size),
    )


def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_turns_ask_near_thresholds_and_show_the_likeliest_of_rare_codes() -> None:
    scores = [[0.9, -0.9], [0.1, -0.8], [-0.2, -0.1], [-0.9, -0.7], [0.5, 0.2]]
    told = known(scores, thresholds=[0.1, np.inf], positives=[40, 2])
    chosen = queries.turn_c(told, 4, generator())
    assert len({one.row for one in chosen}) == 4
    unsure = [one for one in chosen if one.column == 0]
    rare = [one for one in chosen if one.column == 1]
    assert unsure[0] == Choice(unsure[0].row, Reason.UNSURE, 0, unsure[0].score, 0.1)
    assert unsure[0].row == 1
    assert [one.row for one in rare][:2] == [4, 2]
    assert all(one.reason is Reason.RARE and np.isnan(one.threshold) for one in rare)
    again = queries.turn_c(told, 4, generator())
    assert [(one.row, one.column) for one in again] == [(one.row, one.column) for one in chosen]


def test_rare_codes_get_more_turns() -> None:
    scores = np.random.default_rng(1).normal(size=(400, 2)).tolist()
    told = known(scores, thresholds=[0.0, 0.0], positives=[399, 15])
    columns = [one.column for one in queries.turn_c(told, 100, generator())]
    assert 70 < columns.count(1) < 95  # 1/√16 beside 1/√400


def test_unsure_answers_take_turns_over_the_codes_that_have_a_threshold() -> None:
    wavering = [[0.01 * n, -0.9, 0.9] for n in range(20)]
    others = [[0.9, 0.5 + 0.01 * n, 0.9] for n in range(20)]
    told = known([*wavering, *others], thresholds=[0.0, 0.5, np.inf], positives=[40, 40, 40])
    alone = [one.column for one in queries.unsure(told, 10, generator())]
    turns = [one.column for one in queries.unsure_in_turns(told, 10, generator())]
    assert set(turns) == {0, 1}
    assert min(turns.count(0), turns.count(1)) >= 2
    assert all(one.reason is Reason.UNSURE for one in queries.unsure_in_turns(told, 10, generator()))
    assert len(alone) == 10
    assert queries.unsure_in_turns(known([[0.1]], thresholds=[np.inf], positives=[40]), 1, generator()) == []


def test_of_two_answers_as_unsure_the_shorter_is_read() -> None:
    told = known([[0.2], [0.2], [0.2]], thresholds=[0.3], positives=[20], characters=[300, 8, 90])
    assert [one.row for one in queries.turn_c(told, 2, generator())] == [1, 2]
    assert [one.row for one in queries.unsure(told, 2, generator())] == [1, 2]


def test_a_batch_takes_one_of_answers_that_say_the_same() -> None:
    rows = unit([[1, 1, 0, 0], [1, 1.05, 0, 0], [1, 1, 0.02, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    told = known([[0.3], [0.3], [0.3], [0.1], [-0.5]], thresholds=[0.3], positives=[20], rows=rows)
    for choose in (queries.turn_c, queries.unsure):
        assert [one.row for one in choose(told, 5, generator())] == [0, 3, 4]
    assert [one.row for one in queries.likely_for_code(told, 0, 2)] == [0, 3]
    alike = [Choice(row, Reason.SHUFFLE) for row in (2, 1, 4, 0, 3)]
    assert [one.row for one in queries.apart(alike, rows, 9)] == [2, 4, 3]


def test_unsure_is_about_the_nearest_code() -> None:
    scores = [[0.9, 0.31, -1.0], [-0.8, -0.9, 0.6], [0.0, 0.9, -0.4]]
    told = known(scores, thresholds=[0.05, 0.3, np.inf], positives=[20, 20, 1])
    first = queries.unsure(told, 1, generator())[0]
    assert (first.row, first.column, first.reason) == (0, 1, Reason.UNSURE)
    assert (round(first.score, 2), first.threshold) == (0.31, 0.3)


def test_uncovered_answers_are_below_every_threshold_the_furthest_first() -> None:
    scores = [[0.9, -1], [-0.6, -0.2], [-0.9, -0.95], [-0.1, 0.4], [-0.3, -0.9]]
    told = known(scores, thresholds=[0.0, 0.3], positives=[20, 20])
    chosen = queries.uncovered(told, 5, generator())
    assert [(one.row, one.column) for one in chosen] == [(2, 0), (1, 1), (4, 0)]
    assert all(one.score < one.threshold for one in chosen)


def test_without_a_threshold_nothing_is_uncovered_and_unsure_falls_back() -> None:
    told = known([[0.1], [0.4]], thresholds=[np.inf], positives=[1])
    assert queries.uncovered(told, 2, generator()) == []
    assert [(one.row, one.reason) for one in queries.unsure(told, 1, generator())] == [(1, Reason.RARE)]


def test_a_frame_without_codes_chooses_nothing() -> None:
    told = Known(
        csr_array(np.eye(2, dtype=np.float32)), np.zeros((2, 0), np.float32), np.zeros(0), np.zeros(0, np.int64),
        np.ones(2, np.int64),
    )  # fmt: skip
    assert queries.turn_c(told, 3, generator()) == []


def clusters() -> NDArray[np.float32]:
    random = np.random.default_rng(4)
    centres = np.eye(4, 6)
    sizes = (40, 25, 10, 5)
    points = [centre + random.normal(0, 0.05, (size, 6)) for centre, size in zip(centres, sizes, strict=True)]
    return np.concatenate(points).astype(np.float32)


def test_seeds_are_typical_of_different_kinds_the_largest_first() -> None:
    chosen = queries.typiclust(clusters(), 4, seed=1)
    assert [one.score for one in chosen] == [40, 25, 10, 5]
    assert [np.searchsorted([40, 65, 75], one.row, "right") for one in chosen] == [0, 1, 2, 3]
    assert all(one.reason is Reason.TYPICAL for one in chosen)


def test_seeds_leave_out_kinds_that_are_decided_already() -> None:
    points = clusters()
    chosen = queries.typiclust(points, 2, seed=1, decided=points[[3, 70]])
    kinds = [int(np.searchsorted([40, 65, 75], one.row, "right")) for one in chosen]
    assert sorted(kinds) == [1, 3]


def test_seeds_of_few_or_empty_answers() -> None:
    same = np.ones((6, 3), np.float32)
    assert len(queries.typiclust(same, 4, seed=1)) == 1
    assert queries.typiclust(np.zeros((5, 3), np.float32), 4, seed=1) == []
    assert queries.typiclust(np.zeros((5, 0), np.float32), 4, seed=1) == []


def test_contested_answers_hold_several_open_questions() -> None:
    scores = [[0.31, -0.9], [0.3, 0.29], [-0.8, 0.9], [0.32, 0.33]]
    told = known(scores, thresholds=[0.3, 0.3], positives=[20, 20])
    chosen = queries.contested(told, 3, generator())
    assert [one.row for one in chosen] == [1, 3, 0]
    assert {one.reason for one in chosen} == {Reason.UNSURE}
    longer = known(scores, thresholds=[0.3, 0.3], positives=[20, 20], characters=[5, 900, 5, 5])
    assert [one.row for one in queries.contested(longer, 2, generator())] == [3, 0]


def test_a_balanced_batch_is_both_and_full() -> None:
    random = np.random.default_rng(2)
    told = known(random.normal(0, 0.5, (60, 3)).tolist(), thresholds=[0.2, 0.1, np.inf], positives=[30, 8, 1])
    chosen = queries.balanced(told, 20, generator())
    assert len({one.row for one in chosen}) == len(chosen) == 20
    assert [one.row for one in chosen[:12]] == [one.row for one in queries.turn_c(told, 12, generator())]
    assert len(queries.balanced(told, 100, generator())) == 60


def test_where_codes_exclude_each_other_ties_are_asked_about() -> None:
    scores = [[0.9, 0.2, -0.7], [0.1, 0.0, 0.05], [-0.4, -0.52, 0.9], [-0.8, -0.83, 0.4]]
    told = replace(
        known(scores, thresholds=[0.1, 0.1, 0.1], positives=[9, 4, 0], characters=[9, 900, 9, 9]), single=True
    )
    chosen = queries.tied(told, 4, generator())
    assert [(one.row, one.column) for one in chosen] == [(3, 0), (1, 0), (2, 0), (0, 0)]  # nobody gave the third yet
    assert all(one.reason is Reason.UNSURE and np.isnan(one.threshold) for one in chosen)
    for choose in (queries.balanced, queries.unsure):
        assert [one.row for one in choose(told, 4, generator())] == [3, 1, 2, 0]


def test_none_of_the_codes_stands_for_election_with_them() -> None:
    scores = [[0.9, 0.2], [-0.8, -0.81], [-0.1, -0.9], [0.3, -0.4]]
    none = np.array([-0.9, 0.9, -0.15, 0.4], np.float32)
    told = replace(known(scores, thresholds=[np.inf, np.inf], positives=[2, 2]), single=True, none=none)
    assert [(one.row, one.column) for one in queries.tied(told, 4, generator())] == [(2, 0), (3, 0), (0, 0), (1, 0)]
    only = replace(told, positives=np.array([2, 0]))
    assert [one.row for one in queries.tied(only, 2, generator())] == [2, 3]
    alone = queries.tied(replace(only, none=None), 1, generator())
    assert [(one.row, one.reason) for one in alone] == [(0, Reason.RARE)]


def test_a_code_without_a_yes_gets_no_turn_while_another_has_one() -> None:
    scores = np.random.default_rng(1).normal(size=(50, 2)).tolist()
    told = known(scores, thresholds=[np.inf, np.inf], positives=[0, 2])
    assert {one.column for one in queries.turn_c(told, 9, generator())} == {1}
    told = known(scores, thresholds=[np.inf, np.inf], positives=[0, 0])
    assert {one.column for one in queries.turn_c(told, 9, generator())} == {0, 1}
