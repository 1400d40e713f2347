"""Candidates for trade words: what holds together and is of the trade comes first, with its examples."""

from __future__ import annotations

import csv
import gzip
import os
import random
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import answers, trade_words
from annotate.answers import Told
from annotate.jobs import CancelledError
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.store.project import Project
from annotate.trade_words import candidates

DATA = Path(os.environ.get("TINGDONG_DATA", Path(__file__).parents[3] / "shared" / "data"))
NONE = Vocabulary()


def told(texts: list[str]) -> list[Told]:
    return [Told(100 + number, text) for number, text in enumerate(texts)]


def about(terms: list[str], n: int = 30, seed: int = 1) -> list[str]:
    """Return answers that use each term n times among words of many kinds."""
    draw = random.Random(seed)
    before = ["我觉得", "今天发现", "上周开始", "高速上", "冬天", "这个", "朋友说", "新车", "早上", "雨天"]
    after = [
        "特别明显",
        "让人难受",
        "还是老样子",
        "需要改进",
        "比较多",
        "怎么解决",
        "太吵",
        "修过两次",
        "又来了",
        "正常吗",
    ]
    return [f"{draw.choice(before)}{term}{draw.choice(after)}{number}" for term in terms for number in range(n)]


def test_unknown_words_are_found_with_counts_and_examples() -> None:
    found = {one.term: one for one in candidates(told(about(["异响", "拨箱"])), NONE)}
    assert {"异响", "拨箱"} <= set(found)
    one = found["异响"]
    assert (one.answers, one.count, one.known) == (30, 30, False)
    assert one.examples == (100, 101)
    assert one.cohesion > 0
    assert "异响特" not in found
    assert "响特别" not in found


def test_dictionary_words_are_told_from_unknown_ones() -> None:
    texts = told(about(["发动机", "异响"]))
    every = {one.term: one.known for one in candidates(texts, NONE)}
    assert every["发动机"]
    assert "发动机" not in {one.term for one in candidates(texts, NONE, unknown_only=True)}


def test_taught_terms_and_stop_words_are_no_candidates() -> None:
    known = Vocabulary([Entry(Kind.SYNONYM, "异响", "噪音"), Entry(Kind.STOP, "拨箱")])
    assert {"异响", "拨箱"}.isdisjoint(one.term for one in candidates(told(about(["异响", "拨箱"])), known))


def test_what_few_answers_have_is_no_candidate() -> None:
    assert "异响" not in {one.term for one in candidates(told(about(["异响"], n=trade_words.LEAST - 1)), NONE)}
    assert "异响" not in {one.term for one in candidates(told(["异响" * 3 + "。"] * 1 + about(["油耗"])), NONE)}


def test_english_phrases_hold_together() -> None:
    draw = random.Random(2)
    others = "screen camera battery price shop colour weight sound light water paper table".split()
    texts = [f"{draw.choice(others)} {term} and {draw.choice(others)}" for term in ["boarding pass", "seat belt"] * 20]
    texts += [f"the {term} {draw.choice(others)}" for term in ["boarding pass", "seat belt"] * 20]
    found = [one.term for one in candidates(told(texts), NONE)]
    assert {"boarding pass", "seat belt"} <= set(found)
    assert not any("and" in one for one in found)


@pytest.mark.parametrize("texts", [[], [""], ["😀😀", "！！"], ["好"] * 50, ["字" * 100_000]])
def test_odd_answers_have_no_candidates(texts: list[str]) -> None:
    assert candidates(told(texts), NONE) == []


def test_of_more_than_is_looked_through_a_random_part_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trade_words, "CHARACTERS", 600)
    texts = told(about(["异响"], n=200))
    first = candidates(texts, NONE, seed=1)
    assert first == candidates(texts, NONE, seed=1)
    assert 0 < max(one.answers for one in first) < 100


def test_the_search_can_be_stopped() -> None:
    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        candidates(told(about(["异响"])), NONE, progress=stop)


def test_answers_of_a_project_come_once_each_and_at_random_where_there_are_many(project: Project) -> None:
    question = add_question(project, "Q7")
    other = add_question(project, "Q8")
    _, ids = import_answers(project, question, [f"第{n}条" for n in range(40)] + ["第0条", ""])
    import_answers(project, other, ["SUV 真好"])
    with project.reading() as db:
        assert [one.id for one in answers.read(db, question=question)] == ids[:40]
        few = answers.read(db, limit=10, seed=3)
        assert len(few) == 10
        assert few == answers.read(db, limit=10, seed=3)
        assert few != answers.read(db, limit=10, seed=4)
        assert [one.text for one in answers.read(db, holding="suv")] == ["SUV 真好"]


@pytest.mark.skipif(not (DATA / "zh_auto_aspect_terms.csv.gz").exists(), reason="the shared data are not here")
def test_half_of_the_gold_car_terms_are_among_the_first_hundred() -> None:
    with gzip.open(DATA / "zh_auto_aspect_terms.csv.gz", "rt", encoding="utf-8-sig") as file:
        texts = list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))
    with (DATA / "lexicons" / "gold_auto_aspect_terms.csv").open(encoding="utf-8-sig") as file:
        gold = {row["term"] for row in csv.DictReader(file)}
    findable = {term for term in gold if sum(term in text for text in texts) >= trade_words.LEAST}
    first = {one.term for one in candidates(told(texts), NONE, limit=100)}
    assert len(first & findable) >= 0.65 * len(findable)  # measured 0.73; jieba's words by TF-IDF: 0.50
