"""Near-identical answers: what folds, what never does, and that proposals of many answers are the pairwise ones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from opposites import pairs
from survey import add_question, import_answers

from annotate import near, opposites
from annotate.alike import Judge, alike
from annotate.different import Different
from annotate.jobs import CancelledError
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.near import groups_of
from annotate.store.project import Project
from annotate.text import fold

LONG = "我于三月五日在贵市某某路段发现路灯损坏无人维修晚上出行很不方便请有关部门尽快处理谢谢"


def different(*texts: str, counts: tuple[int, ...] = ()) -> Different:
    folded = [fold(text) for text in texts]
    ids = np.arange(1, len(texts) + 1)
    return Different(1, ids, folded, np.array(counts or [1] * len(texts)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("空间大", "空间大了"),
        ("空间大", "空间大，"),
        ("我觉得空间很大", "空间很大啊"),
        ("空间大 油耗低", "空间大，油耗低吧"),
        ("換擋頓挫", "换挡的顿挫"),
        ("低速顿挫严重", "低速顿错严重"),
        ("Fuel economy is good", "The fuel economy is good"),
        ("I think it's great", "It is great!"),
        ("seat is hard", "seats is hard"),
        ("can't charge", "cannot charge"),
        (LONG, LONG + "此致敬礼"),
    ],
)
def test_harmless_differences(one: str, other: str) -> None:
    assert alike(fold(one), fold(other))


def test_no_opposite_is_taken_for_the_other() -> None:
    found = pairs()
    assert len(found) >= 200
    assert len({frozenset(pair) for pair in found}) >= 199
    assert [pair for pair in found if alike(fold(pair[0]), fold(pair[1]))] == []


@pytest.mark.parametrize("around", ["这车{}", "{}，总体还行", "I said {}", LONG + "{}", "{}" + LONG])
def test_opposites_stay_apart_in_longer_answers(around: str) -> None:
    told = [(fold(around.format(one)), fold(around.format(other))) for one, other in pairs()]
    assert [pair for pair in told if alike(*pair)] == []


def test_all_opposites_together_make_no_group_of_two_sides() -> None:
    texts = list(dict.fromkeys(text for pair in pairs() for text in pair))
    groups = groups_of(different(*texts), Vocabulary(), similarity=0.5)
    opposite = {frozenset((fold(one), fold(other))) for one, other in pairs()}
    assert [pair for group in groups for pair in combinations(group.texts, 2) if frozenset(pair) in opposite] == []


def test_groups_are_led_by_the_most_frequent_and_as_similar_as_asked() -> None:
    answers = different("空间大", "空间大了", "空间大啊啊", "油耗低", "空间不大", counts=(2, 5, 1, 3, 4))
    groups = groups_of(answers, Vocabulary(), similarity=0.7)
    assert [group.texts for group in groups] == [("空间大了", "空间大")]
    assert (groups[0].ids, groups[0].counts, groups[0].answers) == ((2, 1), (5, 2), 7)
    assert [len(group.ids) for group in groups_of(answers, Vocabulary(), similarity=0.5)] == [3]
    assert groups_of(answers, Vocabulary(), similarity=1.0) == []


def test_synonyms_of_the_lexicon_are_one() -> None:
    known = Vocabulary([Entry(Kind.SYNONYM, "一窜一窜", "顿挫")])
    assert alike("低速一窜一窜", "低速顿挫", known)
    assert not alike("低速一窜一窜", "低速顿挫")


def test_a_slip_of_the_finger_is_known_by_its_rarity() -> None:
    many = ["the screen is very good", *(f"screen number {word} is good" for word in "abcdefghijk")]
    texts = [*many, "the scrreen is very good", "the scream is very good"]
    groups = groups_of(different(*texts), Vocabulary())
    assert {group.texts for group in groups if "the screen is very good" in group.texts} == {
        ("the screen is very good", "the scrreen is very good")
    }


def test_marks_miss_nothing_that_the_judge_allows() -> None:
    words = ["空间大", "顿挫", "顿错", "座椅", "的", "了", "，", "我觉得", "seat", "seats", " ", "不"]
    generator = np.random.default_rng(7)
    made = {fold("".join(generator.choice(words, generator.integers(1, 5)))) for _ in range(150)} - {""}
    texts = sorted(made)
    answers = different(*texts)
    judge = Judge(answers.texts, Vocabulary())
    grouped = [set(group.texts) for group in groups_of(answers, Vocabulary(), similarity=0.01)]
    member = {text: place for place, group in enumerate(grouped) for text in group}
    for one, other in combinations(range(len(texts)), 2):
        if judge.alike(one, other):
            assert texts[one] in member or texts[other] in member


@pytest.mark.parametrize(
    ("one", "other", "opposite"),
    [
        ("空间大", "空间不大", True),
        ("空间大", "空间小", True),
        ("空间很大", "空间不够大", True),
        ("空间不小", "空间小", True),
        ("有问题", "没问题", True),
        ("the seats are comfortable", "seats are not comfortable", True),
        ("seats too hard", "seats are soft", False),
        ("空间不大", "空间小", False),
        ("空间大", "空间很大", False),
        ("服务不错", "服务错", False),
        ("早上来的", "晚上来的", False),
        ("油耗8个", "油耗9个", False),
    ],
)
def test_opposites_are_known_as_such(one: str, other: str, *, opposite: bool) -> None:
    keys = Judge([fold(one), fold(other)], Vocabulary()).keys
    assert bool(opposites.opposites(keys, [1, 1])) is opposite


def test_most_of_the_opposite_pairs_are_told_and_none_that_is_near() -> None:
    def told(one: str, other: str) -> bool:
        return bool(opposites.opposites(Judge([fold(one), fold(other)], Vocabulary()).keys, [1, 1]))

    assert sum(told(*pair) for pair in pairs()) >= 160
    kept = [("空间大", "空间大了"), ("我觉得空间很大", "空间很大啊"), ("can't charge", "cannot charge")]
    assert not any(told(*pair) for pair in kept)


def test_one_look_finds_the_groups_of_every_step_and_the_opposites(project: Project) -> None:
    question = add_question(project, "Q1")
    texts = ["空间大", "空间大了", "空间大啊啊", "空间不大", "空间不大", "低速顿挫严重", "低速顿挫严重啊"]
    _, ids = import_answers(project, question, texts)
    seen: list[tuple[int, int | None]] = []
    found = near.look(project, question=question, progress=lambda done, total, _what="": seen.append((done, total)))
    assert set(found.groups) == set(near.STEPS)
    for similarity in near.STEPS:
        assert list(found.groups[similarity]) == near.propose(project, question=question, similarity=similarity)
    assert [len(found.groups[one]) for one in sorted(near.STEPS)] == [2, 2, 1]
    assert found.opposites[ids[0]] == (ids[3],)
    assert found.opposites[ids[3]] == (ids[0], ids[1], ids[2])
    assert ids[5] not in found.opposites
    assert seen[-1] == (100, 100)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_look_can_be_stopped(project: Project) -> None:
    question = add_question(project, "Q1")
    import_answers(project, question, ["空间大", "空间大了"])

    def stop(_done: int, _total: int | None, what: str = "") -> None:
        if what:
            raise CancelledError

    with pytest.raises(CancelledError):
        near.look(project, question=question, progress=stop)


def test_proposes_from_a_project(project: Project) -> None:
    question = add_question(project, "Q1")
    _, ids = import_answers(project, question, ["空间大", "空间大了", "空间不大", "空间大了", ""])
    found = near.propose(project, question=question, similarity=0.7)
    assert [(group.ids, group.counts) for group in found] == [((ids[1], ids[0]), (2, 1))]
