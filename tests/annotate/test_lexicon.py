"""The lexicon: taught, changed, forgotten, and taken back."""

from __future__ import annotations

import pytest

from annotate import lexicon
from annotate.errors import UserError
from annotate.lexicon import Kind
from annotate.store import operations
from annotate.store.project import Project


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
