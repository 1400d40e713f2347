"""Search: the index of a project, a derived file that answers in milliseconds.

What a search means stands in ``annotate.search_language``; ``TextContains`` puts it into any Query, which asks the
index wherever one is open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate import verbatims
from annotate.search.index import Index
from annotate.search_language import hits
from annotate.store import query
from annotate.store.project import Project
from annotate.store.query import Answered, InQuestion, Query, TextContains

__all__ = ["Index", "count", "hits", "matching", "search"]


def matching(text: str, question: int | None = None) -> Query:
    """Return the query for answers in force that answer a search, of one question or of all."""
    found = Query((Answered(), TextContains(text)))
    return found if question is None else found.where(InQuestion(question))


def search(project: Project, text: str, *, question: int | None = None, limit: int | None = None) -> NDArray[np.int64]:
    """Return the ids of answers in force that answer a search, in order; the first ``limit`` of them."""
    return verbatims.ids(project, matching(text, question), limit=limit)


def count(project: Project, text: str, *, question: int | None = None) -> int:
    """Return how many answers in force answer a search."""
    with project.reading() as db:
        return query.count(db, matching(text, question))
