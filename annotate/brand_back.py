"""Coding back: what answers mention, read once; counted for a preview, or written in order of mention."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from annotate import different
from annotate.brand_names import NEW, Names
from annotate.different import Different, Groups, Ids
from annotate.frame_codes import EXCLUSIVE, Frame, Role, read
from annotate.jobs import Progress, silent
from annotate.messages import N_, plural
from annotate.phrases import Cleaner
from annotate.search_language import Either, Word
from annotate.store import decisions
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.finding import ids_of
from annotate.store.operations import Operation
from annotate.store.project import Project

_LINE_ENDS = re.compile(r"[\r\n\t\u2028\u2029]+")


def cleaned(
    db: Connection, told: Groups, *, only: Ids | None = None, progress: Progress = silent
) -> Iterator[Different]:
    """Yield the different answers without the words that are not the customer's."""
    cleaner = Cleaner.load(db)

    def clean(text: str) -> str:
        spans = cleaner.spans(text) if cleaner else []
        if not spans and text.isprintable():
            return text
        parts, at = [], 0
        for span in spans:
            parts.append(text[at : span.start])
            at = span.end
        return _LINE_ENDS.sub("；", "；".join([*parts, text[at:]]))  # folding makes them spaces, which part no names

    return different.parts(db, told, only=only, clean=clean, progress=progress)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What some answers say: codes in order of mention, whether nothing is left over, and which kind of no answer."""

    codes: tuple[int, ...]
    whole: bool
    nothing: Role | None


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """What answers say: ``owners`` as in Groups; ``kind`` by head: 0 nothing, else which of ``kinds``, from 1."""

    owners: NDArray[np.int32]
    kind: NDArray[np.int32]
    kinds: list[_Kind]


@dataclass(frozen=True, slots=True)
class Preview:
    """What coding back would do. ``named``: answers that mention names of the list; ``nothing``: code → answers that
    name none, or whose writers do not know, and that nobody has coded."""

    named: int
    nothing: dict[int, int]

    @property
    def answers(self) -> int:
        """Return how many answers there are in all."""
        return self.named + sum(self.nothing.values())

    def sentences(self, labels: Mapping[int, str]) -> list[str]:
        """Say it, a line a thing; ``labels``: code → how people know it."""
        said = plural(
            self.named,
            N_("{n} answer mentions names on the list: it gets their codes, in order of mention"),
            N_("{n} answers mention names on the list: they get their codes, in order of mention"),
        ).format(n=f"{self.named:,}")
        return [said] + [
            plural(
                n, N_("{n} answer names nothing: it gets {code}"), N_("{n} answers name nothing: they get {code}")
            ).format(n=f"{n:,}", code=labels.get(code, ""))
            for code, n in self.nothing.items()
        ]


def look_back(
    project: Project,
    question: int,
    known: Names,
    *,
    asked: set[str] | None = None,
    before: Names | None = None,
    progress: Progress = silent,
) -> Back:
    """Read what the answers mention, outside the write. ``asked``: just answers in which ``before`` left one of these
    forms over."""
    with project.reading() as db, db.snapshot():
        told = different.groups(db, question)
        kind, kinds = np.zeros(told.owners.size, np.int32), dict[_Kind, int]()
        for part in cleaned(db, told, only=_holding(db, told, asked), progress=progress):
            heads, texts = part.ids.tolist(), part.texts
            if asked is not None and before is not None:
                left = [not asked.isdisjoint(_said_in(found.rest)) for found in before.find(texts)]
                heads, texts = list(compress(heads, left)), list(compress(texts, left))
            for head, found in zip(heads, known.find(texts), strict=True):
                if found.codes or found.nothing is not None:
                    one = _Kind(found.codes, not found.rest, found.nothing)
                    kind[head] = kinds.setdefault(one, len(kinds) + 1)
    return Back(told.owners, kind, list(kinds))


def _said_in(rest: Iterable[str]) -> Iterator[str]:
    """Yield what was left over, and the words of what may be a list."""
    for piece in rest:
        yield piece
        if " " in piece:
            yield from piece.split()


def _holding(db: Connection, told: Groups, forms: set[str] | None) -> Ids | None:
    """Return the heads whose answers may hold one of these forms, by the index; None for all."""
    ids = db.finder().perhaps(db, Either(tuple(map(Word, sorted(forms))))) if forms else None
    return None if ids is None else np.intersect1d(ids, told.heads)


def preview(project: Project, question: int, back: Back) -> Preview:
    """Count what ``write_back`` would do."""
    with project.reading() as db:
        frame = read(db, db.integer("select frame_id from question where id = ?", (question,)))
        named, nothing = _told(db, frame, project.coder.id, back)
    return Preview(named.size, dict(sorted(Counter(nothing.values()).items())))


def write_back(project: Project, op: Operation, question: int, back: Back, *, new: int = 0) -> int:
    """Write the codes of the names mentioned; return how many answers changed. ``new``: the code that NEW became."""
    frame_id = op.db.integer("select frame_id from question where id = ?", (question,))
    frame, coder = read(op.db, frame_id), project.coder.id
    named, nothing = _told(op.db, frame, coder, back)
    others = {one.id: _having(op.db, coder, one.id) for one in frame.live if one.role is Role.OTHER}

    def todo() -> Iterator[Todo]:
        kinds = back.kind[back.owners[named]]
        for verbatim, kind in zip(named.tolist(), kinds.tolist(), strict=True):
            one = back.kinds[kind - 1]
            for mention, code in enumerate(one.codes, 1):
                yield verbatim, new if code == NEW else code, Action.YES, None, None, None, mention, Origin.BULK
            for code, had in others.items():
                if one.whole and verbatim in had:
                    yield verbatim, code, Action.OFF, None, None, None, None, Origin.BULK
        for verbatim, code in nothing.items():
            yield verbatim, code, Action.YES, None, None, None, None, Origin.BULK

    before = op.db.integer("select max(id) from label_event")
    decisions.record(op, frame_id, coder, todo())
    return op.db.integer("select count(distinct verbatim_id) from label_event where id > ?", (before,))


def _told(db: Connection, frame: Frame, coder: int, back: Back) -> tuple[Ids, dict[int, int]]:
    """Return the answers that mention names, and verbatim → code for those that name none and are not coded yet.

    Where this coder has said that there is nothing (none, don't know…), or has looked, nothing is said against it.
    """
    kinds = back.kind[back.owners]
    has_names = np.array([False, *(bool(one.codes) for one in back.kinds)])
    held = [_having(db, coder, one.id) for one in frame.live if one.role in EXCLUSIVE]
    named = np.flatnonzero(has_names[kinds])
    if any(held):
        named = named[~np.isin(named, sorted(set().union(*held)))]
    by_role: dict[Role, int] = {
        one.role: one.id for one in reversed(frame.live) if one.role in (Role.NONE, Role.DONT_KNOW)
    }
    code_of = [0, *(0 if one.codes or one.nothing is None else by_role.get(one.nothing, 0) for one in back.kinds)]
    given = np.array(code_of)[kinds]
    open_ = np.flatnonzero(given)
    if open_.size:
        looked = db.one(
            "select group_concat(verbatim_id) from (select verbatim_id from label_now where coder_id = ?1"
            " union select verbatim_id from review_now where coder_id = ?1 and frame_id = ?2)",
            (coder, frame.id),
        )
        open_ = np.setdiff1d(open_, ids_of(looked))
    return named, dict(zip(open_.tolist(), given[open_].tolist(), strict=True))


def _having(db: Connection, coder: int, code: int) -> set[int]:
    row = db.one(
        "select group_concat(verbatim_id) from label_now where coder_id = ? and code_id = ? and yes = 1", (coder, code)
    )
    return set(ids_of(row).tolist())
