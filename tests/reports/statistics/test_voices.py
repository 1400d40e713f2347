"""Voices: typical, unlike each other, one a person, moods in proportion, spread, banned and pinned, an objection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reports.statistics.text_vectors import unit_rows
from reports.statistics.voices import Told, Voice, Why, voices


def told(n: int = 60, seed: int = 0, bad: float = 1.0) -> Told:
    rng = np.random.default_rng(seed)
    mood = np.where(np.arange(n) < bad * n, -1, 1).astype(np.int8)
    vectors = unit_rows(np.abs(rng.normal(size=(n, 6))) + np.eye(6)[rng.integers(0, 2, n)] * 2)
    return Told(vectors, np.arange(n), np.full(n, 40), mood, np.full(n, -1))


def rows(found: tuple[Voice, ...], why: Why = Why.TYPICAL) -> list[int]:
    return [one.row for one in found if one.why is why]


def test_the_first_is_the_most_typical_and_the_next_follow_the_formula() -> None:
    given = told()
    found = rows(voices(given, 5))
    centre = unit_rows(given.vectors.mean(axis=0, keepdims=True))[0]
    central = given.vectors @ centre
    slow: list[int] = []
    for _ in range(5):
        left = [row for row in range(60) if row not in slow]
        near = {row: max((float(given.vectors[row] @ given.vectors[one]) for one in slow), default=0.0) for row in left}
        slow.append(max(left, key=lambda row: 0.7 * central[row] - 0.3 * near[row]))
    assert found == slow


def test_repeated_words_are_picked_once_where_others_are_as_typical() -> None:
    vectors = np.array([[1.0, 0.05]] * 5 + [[0.05, 1.0]] * 5)
    given = replace(told(10), vectors=unit_rows(vectors))
    assert sorted(row // 5 for row in rows(voices(given, 2))) == [0, 1]


def test_one_a_customer() -> None:
    given = replace(told(), customer=np.arange(60) % 3)
    found = voices(given, 8)
    assert len(found) == 3
    assert len({int(given.customer[one.row]) for one in found}) == 3


def test_moods_are_in_proportion_and_one_voice_objects() -> None:
    given = told(80, bad=0.75)
    found = voices(given, 8)
    picked = rows(found)
    assert sum(given.mood[row] == -1 for row in picked) == 6
    assert sum(given.mood[row] == 1 for row in picked) == 2
    against = rows(found, Why.COUNTER)
    assert len(against) == 1
    assert given.mood[against[0]] == 1
    assert against[0] not in picked
    assert found[-1].why is Why.COUNTER


def test_without_another_pole_nobody_objects() -> None:
    assert rows(voices(told(), 3), Why.COUNTER) == []
    even = told(40, bad=0.5)
    assert rows(voices(even, 4), Why.COUNTER) == []  # neither pole is the theme's
    lone = told(60, bad=0.95)
    lone.customer[57:] = 0  # who objects has already been quoted or says it all
    first = rows(voices(lone, 1))
    assert len(first) == 1


def test_lengths_that_read_well_come_first() -> None:
    given = told()
    given.length[:50] = 5
    assert all(row >= 50 for row in rows(voices(given, 8)))
    given.length[50:56] = 400
    found = rows(voices(given, 8))
    assert len(found) == 8
    assert {56, 57, 58, 59} <= set(found)


def test_large_segments_have_a_voice() -> None:
    given = told(100)
    segment = np.zeros(100, np.int64)
    segment[80:92], segment[92:99], segment[99] = 1, 2, 3
    given = replace(given, segment=segment)
    central = given.vectors @ unit_rows(given.vectors.sum(axis=0, keepdims=True))[0]
    outlying = given.vectors.copy()
    outlying[80:] = unit_rows(outlying[80:] - 1.2)
    assert central.size == 100
    found = voices(replace(given, vectors=outlying), 6)
    assert {0, 1, 2} <= {int(segment[one.row]) for one in found}
    assert 3 not in {int(segment[one.row]) for one in found if one.why is Why.TYPICAL}


def test_banned_never_pinned_always() -> None:
    given = told()
    first = rows(voices(given, 1))[0]
    again = voices(given, 4, banned=[first, 7], pinned=[9, 7, 9, 11])
    assert rows(again, Why.PINNED) == [9, 11]
    assert first not in [one.row for one in again]
    assert len(again) == 4
    assert len(voices(given, 1, pinned=[1, 2, 3])) == 3


def test_the_same_twice_and_nothing_from_nothing() -> None:
    given = told(80, bad=0.7)
    assert voices(given, 8) == voices(given, 8)
    empty = Told(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.int8), np.zeros(0, int))
    assert voices(empty, 8) == ()
    assert voices(given, 3, banned=range(80)) == ()
    silent = replace(given, vectors=np.zeros((80, 4)))
    assert len(rows(voices(silent, 3))) == 3
