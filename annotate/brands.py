"""Brands: semi-open answers (which one? other, please specify) coded back to the closed list, in order of mention.

Names of the closed list (codes of the question's frame) and their aliases are found in the answers; what is left over
between stops is a candidate. Variants of a name are gathered: the same sound (华伟, huawei for 华为), or a slip of a
letter; never where a digit differs (X3, X5). Nothing is coded before a person accepts it.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import different, frame_edits
from annotate.brand_names import LONGEST, MOST_WORDS, NEW, Found, Names, Table
from annotate.brand_variants import SIMILARITY, closest, families, is_variant
from annotate.different import Different, Groups, Ids
from annotate.errors import UserError
from annotate.frame_codes import Role, read
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import AddCode
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.phrases import Cleaner
from annotate.search_language import Either, Word
from annotate.store import decisions, images, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.finding import ids_of
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.text import fold

__all__ = [
    "LEAST", "SIMILARITY", "Candidate", "Found", "Names", "Table", "accept", "add_aliases", "candidates", "code_back",
    "forget", "ignore", "is_variant", "names", "table",
]  # fmt: skip

LEAST = 5
"""Answers that must name a candidate before it is shown: the count from which a code is usually made."""
_MOST_KEPT = 20_000
"""Forms that are counted at once; see _Said."""
_SETTING = "brands:{question}"
_LINE_ENDS = re.compile(r"[\r\n\t\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that is not on the list. ``forms``: folded variants with the answers that have each, most first;
    ``answers`` that have any; ``like``: the code whose name it may be a variant of; ``examples``: verbatims."""

    forms: tuple[tuple[str, int], ...]
    answers: int
    like: int | None
    examples: tuple[int, ...]

    @property
    def name(self) -> str:
        """Return the most frequent form."""
        return self.forms[0][0]


def table(db: Connection, question: int) -> Table:
    """Return what people taught of the brands of a question."""
    row = db.one("select value from setting where key = ?", (_SETTING.format(question=question),))
    told = json.loads(str(row[0])) if row else {}
    return Table({str(form): int(code) for form, code in told.get("aliases", {}).items()},
                 frozenset(told.get("ignored", ())))  # fmt: skip


def names(db: Connection, question: int) -> Names:
    """Return the names of a question's closed list; raises UserError (no-frame)."""
    frame = db.integer("select frame_id from question where id = ?", (question,))
    if not frame:
        raise UserError(
            "no-frame",
            N_("Brands cannot be looked for."),
            N_("The question has no code frame, which would be the closed list."),
            N_("Import or make a code frame first."),
        )
    return Names(read(db, frame), table(db, question))


def candidates(
    db: Connection,
    question: int,
    *,
    similarity: float = SIMILARITY,
    least: int = LEAST,
    progress: Progress = silent,
) -> list[Candidate]:
    """Return the names in the answers that are not on the list, with their variants, the most frequent first.

    Read without agents' turns and template phrases that are switched off. ``least``: answers that a candidate needs,
    all variants together. Raises UserError (no-frame), CancelledError through progress.
    """
    known = names(db, question)
    told = different.groups(db, question)
    said = _Said()
    place = 0
    for part in _answers(db, told, progress=Share(progress, 0, 90, 100)):
        for text, times in zip(part.texts, part.counts.tolist(), strict=True):
            for form in {one for one in known.find(text).rest if len(one) <= LONGEST and one.count(" ") < MOST_WORDS}:
                said.add(form, place, times)
            place += 1
    said.part_lists()
    found = []
    for forms in families(said.uses, similarity, Share(progress, 90, 10, 100)):
        where = np.unique(np.concatenate([said.places[form] for form in forms]))
        total = int(told.counts[where].sum())
        if total >= least:
            like = next((code for form in forms for code in [closest(form, known.by_form, similarity)] if code), None)
            examples = tuple(told.heads[where[:5]].tolist())
            found.append(Candidate(tuple((form, said.uses[form]) for form in forms), total, like, examples))
    progress(100, 100)
    return sorted(found, key=lambda one: (-one.answers, one.name))


def _answers(
    db: Connection, told: Groups, *, only: Ids | None = None, progress: Progress = silent
) -> Iterator[Different]:
    """Yield the different answers without the words that are not the customer's."""
    cleaner = Cleaner.load(db)

    def clean(text: str) -> str:
        parts, at = [], 0
        for span in cleaner.spans(text):
            parts.append(text[at : span.start])
            at = span.end
        return _LINE_ENDS.sub("；", "；".join([*parts, text[at:]]))  # folding makes them spaces, which part no names

    return different.parts(db, told, only=only, clean=clean, progress=progress)


class _Said:
    """How many answers have each form, and which: of _MOST_KEPT forms the less frequent half is let go now and then.

    In answers about brands nothing is; in a million sentences rare forms may count a little too low (the error of lossy
    counting, Manku and Motwani 2002).
    """

    def __init__(self) -> None:
        self.uses = Counter[str]()
        self.places: dict[str, array[int]] = {}

    def add(self, form: str, place: int, times: int) -> None:
        """Note that the different answer at this place, given so many times, has a form."""
        self.uses[form] += times
        where = self.places.get(form)
        if where is None:
            if len(self.places) >= _MOST_KEPT:
                self._let_go()
            where = self.places[form] = array("i")
        where.append(place)

    def part_lists(self) -> None:
        """Take forms of several words as lists where each word is said alone more often: vivo oppo, not coca cola."""
        for form in [form for form in self.uses if " " in form]:
            words = form.split()
            if all(len(word) > 1 and self.uses.get(word, 0) > self.uses[form] for word in words):
                times, where = self.uses.pop(form), self.places.pop(form)
                for word in words:
                    self.uses[word] += times
                    self.places[word].extend(where)

    def _let_go(self) -> None:
        kept = self.uses.most_common(_MOST_KEPT // 2)
        self.uses = Counter(dict(kept))
        self.places = {form: self.places[form] for form, _n in kept if form in self.places}


# Verbs


def accept(
    project: Project,
    *,
    question: int,
    name: str,
    forms: Sequence[str],
    parent: int | None = None,
    number: str = "",
    progress: Progress = silent,
) -> tuple[int, Step]:
    """Put a candidate onto the closed list and give its code to the answers that name it; return its id and the step.

    Raises UserError (no-frame, bad-code, number-taken, bad-parent).
    """

    known, asked = _named(project, question), {fold(name), *map(fold, forms)} - {""}
    back = _look_back(project, question, known.with_forms(asked, NEW), asked=asked, before=known, progress=progress)

    def do(op: Operation) -> int:
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        draft = FrameDraft.open(op.db, frame)
        frame_edits.applied(draft, [AddCode(name, number, parent, False, Role.THEME.value, "", "")])
        code = next(iter(draft.write(op).values()))
        _teach(op, question, {form: code for form in asked if form != fold(name)}, ())
        op.rows = _code_back(project, op, question, back, new=code)
        op.say(N_("Brand {name}: {n} answers"), name=name.strip(), n=op.rows)
        return code

    return operations.run(project, "brands", do)


def add_aliases(
    project: Project, *, question: int, forms: Sequence[str], code: int, progress: Progress = silent
) -> Step:
    """Say that these forms mean a code of the list, and give it to the answers that have them. Raises UserError
    (no-frame, other-frame)."""
    known, asked = _named(project, question), set(map(fold, forms)) - {""}
    if code not in known.codes:
        raise UserError(
            "other-frame",
            N_("The code does not fit these answers."),
            N_("Their question is coded by another code frame."),
            N_("Choose a code of that frame, or point the question to this one."),
        )
    back = _look_back(project, question, known.with_forms(asked, code), asked=asked, before=known, progress=progress)

    def do(op: Operation) -> None:
        _teach(op, question, dict.fromkeys(asked, code), ())
        op.rows = _code_back(project, op, question, back)
        op.say(N_("Alias {forms}: {n} answers"), forms=forms[0], n=op.rows)

    return operations.run(project, "brands", do)[1]


def ignore(project: Project, *, question: int, forms: Sequence[str]) -> Step:
    """Say that these forms are no brands: they are not offered again."""

    def do(op: Operation) -> None:
        _teach(op, question, {}, map(fold, forms))
        op.rows = len(forms)
        op.say(N_("No brand: {forms}"), forms=forms[0])

    return operations.run(project, "brands", do)[1]


def forget(project: Project, *, question: int, form: str) -> Step:
    """Take an alias or an ignored form out of the table; what was coded stays."""

    def do(op: Operation) -> None:
        now, gone = table(op.db, question), fold(form)
        _write(op, question, Table({one: code for one, code in now.aliases.items() if one != gone},
                                   now.ignored - {gone}))  # fmt: skip
        op.rows = 1
        op.say(N_("Brands: {form} taken out"), form=form)

    return operations.run(project, "brands", do)[1]


def code_back(project: Project, *, question: int, progress: Progress = silent) -> Step:
    """Give every answer the codes of the names it mentions, in order of mention; one step.

    Where nothing is left over, this coder's "other" goes off. Raises UserError (no-frame).
    """
    back = _look_back(project, question, _named(project, question), progress=progress)

    def do(op: Operation) -> None:
        op.rows = _code_back(project, op, question, back)
        op.say(N_("Brands coded back on {n} answers"), n=op.rows)

    return operations.run(project, "brands", do)[1]


def _named(project: Project, question: int) -> Names:
    with project.reading() as db:
        return names(db, question)


def _teach(op: Operation, question: int, aliases: dict[str, int], ignored: Iterable[str]) -> None:
    now = table(op.db, question)
    gone = set(ignored)
    _write(
        op,
        question,
        Table(
            {form: code for form, code in {**now.aliases, **aliases}.items() if form and form not in gone},
            (now.ignored | gone) - set(aliases),
        ),
    )


def _write(op: Operation, question: int, told: Table) -> None:
    value = json.dumps({"aliases": told.aliases, "ignored": sorted(told.ignored)}, ensure_ascii=False, sort_keys=True)
    images.write(op, "setting", {"key": _SETTING.format(question=question)}, {"value": value})


@dataclass(frozen=True, slots=True, eq=False)
class _Back:
    """What answers say: ``owners`` as in Groups; ``kind`` by head: 0 nothing, else which of ``kinds``, from 1: the
    codes in order of mention, and whether nothing is left over."""

    owners: NDArray[np.int32]
    kind: NDArray[np.int32]
    kinds: list[tuple[tuple[int, ...], bool]]


def _look_back(
    project: Project,
    question: int,
    known: Names,
    *,
    asked: set[str] | None = None,
    before: Names | None = None,
    progress: Progress = silent,
) -> _Back:
    """Read what the answers mention, outside the write: a million take a minute. ``asked``: just answers in which
    ``before`` left one of these forms over."""
    with project.reading() as db, db.snapshot():
        told = different.groups(db, question)
        kind, kinds = np.zeros(told.owners.size, np.int32), dict[tuple[tuple[int, ...], bool], int]()
        for part in _answers(db, told, only=_holding(db, told, asked), progress=progress):
            for head, text in zip(part.ids.tolist(), part.texts, strict=True):
                if asked is not None and before is not None and asked.isdisjoint(_said_in(before.find(text).rest)):
                    continue
                found = known.find(text)
                if found.codes:
                    kind[head] = kinds.setdefault((found.codes, not found.rest), len(kinds) + 1)
    return _Back(told.owners, kind, list(kinds))


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


def _code_back(project: Project, op: Operation, question: int, back: _Back, *, new: int = 0) -> int:
    """Write the codes of the names mentioned; return how many answers changed. ``new``: the code that NEW became."""
    frame = op.db.integer("select frame_id from question where id = ?", (question,))
    coder = project.coder.id
    others = {
        one.id: set(
            ids_of(
                op.db.one(
                    "select group_concat(verbatim_id) from label_now where coder_id = ? and code_id = ? and yes = 1",
                    (coder, one.id),
                )
            ).tolist()
        )
        for one in read(op.db, frame).live
        if one.role is Role.OTHER
    }

    def todo() -> Iterator[Todo]:
        kinds = back.kind[back.owners]
        for verbatim in np.flatnonzero(kinds).tolist():
            codes, whole = back.kinds[int(kinds[verbatim]) - 1]
            for mention, code in enumerate(codes, 1):
                yield verbatim, new if code == NEW else code, Action.YES, None, None, None, mention, Origin.BULK
            for code, had in others.items():
                if whole and verbatim in had:
                    yield verbatim, code, Action.OFF, None, None, None, None, Origin.BULK

    before = op.db.integer("select max(id) from label_event")
    decisions.record(op, frame, coder, todo())
    return op.db.integer("select count(distinct verbatim_id) from label_event where id > ?", (before,))
