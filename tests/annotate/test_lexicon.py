"""The lexicon: taught, changed, forgotten, taken back, and found in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate import lexicon
from annotate.aligned import aligned
from annotate.errors import UserError
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.store import operations
from annotate.store.project import Project
from annotate.text import fold


def told(project: Project) -> list[tuple[Kind, str, str]]:
    return [(one.kind, one.term, one.target) for one in lexicon.terms(project)]


def test_terms_are_taught_changed_and_forgotten_one_step_each(project: Project) -> None:
    lexicon.teach(project, kind=Kind.WORD, term=" 顿挫 ")
    lexicon.teach(project, kind=Kind.SYNONYM, term="一窜一窜", target="顿挫")
    lexicon.teach(project, kind=Kind.STOP, term="顿挫")
    assert told(project) == [
        (Kind.STOP, "顿挫", ""), (Kind.SYNONYM, "一窜一窜", "顿挫"), (Kind.WORD, "顿挫", ""),
    ]  # fmt: skip
    lexicon.teach(project, kind=Kind.SYNONYM, term="一窜一窜", target="抖动")
    assert (Kind.SYNONYM, "一窜一窜", "抖动") in told(project)
    assert len(told(project)) == 3
    lexicon.forget(project, term=lexicon.terms(project)[0].id)
    assert len(told(project)) == 2
    states = []
    while operations.undo(project):
        states.append(len(told(project)))
    assert states == [3, 3, 2, 1, 0]
    while operations.redo(project):
        pass
    assert told(project) == [(Kind.SYNONYM, "一窜一窜", "抖动"), (Kind.WORD, "顿挫", "")]


def test_teaching_what_stands_leaves_no_step(project: Project) -> None:
    lexicon.teach(project, kind=Kind.WORD, term="顿挫", note="n")
    before = len(operations.history(project))
    lexicon.teach(project, kind=Kind.WORD, term="顿挫", note="n")
    assert len(operations.history(project)) == before


@pytest.mark.parametrize(("kind", "term", "target"), [(Kind.WORD, " ", ""), (Kind.SYNONYM, "一窜一窜", " ")])
def test_terms_without_letters_are_refused(project: Project, kind: Kind, term: str, target: str) -> None:
    with pytest.raises(UserError) as refused:
        lexicon.teach(project, kind=kind, term=term, target=target)
    assert refused.value.id == "empty-term"
    assert told(project) == []


def test_many_terms_are_one_step_and_a_term_that_folds_alike_is_the_same_term(project: Project) -> None:
    added, changed, step = lexicon.teach_all(
        project, entries=[Entry(Kind.WORD, "SUV", note="n"), Entry(Kind.WORD, "顿挫"), Entry(Kind.STOP, "楼主")]
    )
    assert (added, changed, step.rows) == (3, 0, 3)
    added, changed, _ = lexicon.teach_all(
        project, entries=[Entry(Kind.WORD, "ｓｕｖ"), Entry(Kind.WORD, "顿挫", note="m"), Entry(Kind.WORD, "抖")]
    )
    assert (added, changed) == (1, 1)
    assert [(one.term, one.note) for one in lexicon.terms(project) if one.kind is Kind.WORD] == [
        ("SUV", "n"), ("抖", ""), ("顿挫", "m"),
    ]  # fmt: skip
    operations.undo(project)
    operations.undo(project)
    assert lexicon.terms(project) == []


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry(Kind.WORD, "。。"), "empty-term"),
        (Entry(Kind.WORD, "长" * 65), "term-too-long"),
        (Entry(Kind.SYNONYM, "SUV", "suv"), "synonym-of-itself"),
    ],
)
def test_one_bad_term_among_many_leaves_the_lexicon_as_it_was(project: Project, entry: Entry, why: str) -> None:
    with pytest.raises(UserError) as refused:
        lexicon.teach_all(project, entries=[Entry(Kind.WORD, "顿挫"), entry])
    assert refused.value.id == why
    assert lexicon.terms(project) == []


def vocabulary(*words: str, **synonyms: str) -> Vocabulary:
    return Vocabulary(
        [*(Entry(Kind.WORD, one) for one in words), *(Entry(Kind.SYNONYM, *pair) for pair in synonyms.items())]
    )


def test_synonyms_count_as_the_end_of_their_chain() -> None:
    known = vocabulary("顿挫", 一窜一窜="一顿一顿", 一顿一顿="顿挫")
    assert known.words == ("顿挫",)
    assert known.find("一窜一窜的,有顿挫") == ["顿挫"]
    assert known.counts_as("一窜一窜") == "顿挫"
    assert known.counts_as("油耗") == "油耗"


def test_the_target_of_a_synonym_need_not_be_taught_itself() -> None:
    assert vocabulary(一窜一窜="顿挫").find("有顿挫") == ["顿挫"]


def test_words_of_a_ring_of_synonyms_count_as_one() -> None:
    known = vocabulary(丙="甲", 甲="乙", 乙="甲")
    assert known.words == (min("甲", "乙"),)
    assert known.find("丙,乙,甲") == [known.words[0]]


def test_of_terms_that_overlap_the_first_and_then_the_longest_wins() -> None:
    known = vocabulary("大灯", "前大灯", "灯光", "前大")
    assert [(hit.term, hit.start, hit.end) for hit in known.spans("前大灯光")] == [("前大灯", 0, 3)]
    assert known.find("大灯和灯光,前大的") == ["大灯", "灯光", "前大"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("这suv真好", ["suv"]),
        ("suvs", []),
        ("xsuv", []),
        ("2suv", []),
        ("app,apple", ["app"]),
        ("apps application", []),
        ("去4s店", ["4s店"]),
        ("14s店", []),
        ("Fuel  Economy", ["fuel economy"]),
        ("fuel economycar", []),
        ("c++", ["c++"]),
    ],
)
def test_latin_terms_are_whole_words(text: str, found: list[str]) -> None:
    known = vocabulary("SUV", "app", "4S店", "fuel economy", "C++")
    assert [hit.term for hit in known.spans(text)] == found
    assert known.find(fold(text)) == found


def test_places_are_those_of_the_text_as_written() -> None:
    text = "這ＳＵＶ的頓挫"
    assert [text[hit.start : hit.end] for hit in vocabulary("suv", "顿挫").spans(text)] == ["ＳＵＶ", "頓挫"]


def test_stop_words_are_not_looked_for() -> None:
    known = Vocabulary([Entry(Kind.STOP, "楼主")])
    assert not known
    assert known.find("楼主好") == []
    assert known.stops == {"楼主"}


@given(
    terms=st.lists(st.text("甲乙丙ab+ ", min_size=1, max_size=4), max_size=8), text=st.text("甲乙丙ab+ ", max_size=30)
)
def test_finding_agrees_with_trying_every_place(terms: list[str], text: str) -> None:
    known, text = vocabulary(*terms), fold(text)
    found, at = [], 0
    while at < len(text):
        fitting = [term for term in known.said if text.startswith(term, at) and _whole(text, at, at + len(term))]
        if fitting:
            found.append(max(fitting, key=len))
        at += len(found[-1]) if fitting else 1
    assert [text[hit.start : hit.end] for hit in known.spans(text)] == found
    assert known.find(text) == list(dict.fromkeys(found))


def _whole(text: str, start: int, end: int) -> bool:
    def joined(left: int) -> bool:
        return text[left : left + 1] in ("a", "b") and text[left + 1 : left + 2] in ("a", "b")

    return not (start and joined(start - 1)) and not joined(end - 1)


def test_equal_lexicons_are_equal_whatever_their_order(project: Project) -> None:
    one, other = Vocabulary([Entry(Kind.WORD, "a"), Entry(Kind.WORD, "B")]), vocabulary("b", "A", "a")
    assert one == other
    assert hash(one) == hash(other)
    assert one.key == other.key
    assert vocabulary("b").key != one.key
    lexicon.teach_all(project, entries=[Entry(Kind.WORD, "b"), Entry(Kind.WORD, "a")])
    with project.reading() as db:
        assert lexicon.load(db) == one


@given(st.text(max_size=60))
def test_alignment_keeps_every_place(text: str) -> None:
    assert len(aligned(text)) == len(text)
    assert aligned(aligned(text)) == aligned(text)


def test_alignment_unifies_width_case_and_traditional_characters() -> None:
    assert aligned("Ａ車：Ｂ\tﬁ") == "a车:b ﬁ"
