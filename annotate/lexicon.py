"""The project's domain lexicon: trade words, synonyms and stop words that people teach."""

from __future__ import annotations

import re
import uuid as uuids
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from annotate.aligned import aligned
from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.text import fold


class Kind(StrEnum):
    """word: a trade word (顿挫); synonym: counts as its target (一窜一窜 → 顿挫); stop: never shown as a theme word."""

    WORD = "word"
    SYNONYM = "synonym"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is taught: a term of a kind; ``target`` is the word that a synonym stands for."""

    kind: Kind
    term: str
    target: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the lexicon."""

    id: int
    kind: Kind
    term: str
    target: str
    note: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at its place in a text: [start, end) in code points; ``term`` is the word that it counts as."""

    term: str
    start: int
    end: int


LONGEST = 64
"""Characters of a term: longer ones are sentences, and belong to the phrases."""

_LETTER = r"[^\W_㐀-鿿豈-﫿぀-ヿ𠀀-𿿽]"
"""A letter or digit of a script that puts spaces between words."""
_IS_LETTER = re.compile(_LETTER)


class Vocabulary:
    """A lexicon made ready for finding its terms in texts.

    Terms are folded as texts are. A synonym, and a synonym of a synonym, counts as the word at the end of the chain;
    words of a ring (a → b → a) all count as the first of them in the order of characters. Where terms overlap, the one
    that starts first wins, of those that start together the longest, and what it covers is used up: with 前大灯 and
    大灯 taught, 前大灯 is one mention of 前大灯. Latin terms are found as whole words only (app is not in apple),
    Chinese ones anywhere.

    A text is searched for first characters, and each of these has a pattern of its own: one pattern for all 9,000 terms
    of a food lexicon took 125 µs for an answer of 45 characters, this takes 9.
    """

    __slots__ = ("_heads", "_said", "_tails", "entries", "key", "stops", "words")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        told = sorted({(one.kind.value, fold(one.term), fold(one.target)) for one in entries})
        self.entries = tuple(Entry(Kind(kind), term, target) for kind, term, target in told if term)
        """Kind, folded term and folded target of all entries, sorted: equal lexicons have equal entries."""
        self.key = blake2b(repr(told).encode(), digest_size=16).hexdigest()
        """The same for lexicons that find the same."""
        self.stops = frozenset(one.term for one in self.entries if one.kind is Kind.STOP)
        leads = {one.term: one.target for one in self.entries if one.kind is Kind.SYNONYM and one.target}
        named = {one.term for one in self.entries if one.kind is Kind.WORD} | set(leads) | set(leads.values())
        self._said = {term: _end(term, leads) for term in named}
        self.words = tuple(sorted(set(self._said.values())))
        """The words that terms count as, sorted."""
        tree = _tree(named)
        self._heads = re.compile(f"[{''.join(map(re.escape, sorted(tree)))}]") if tree else None
        self._tails = {head: _tail(head, below) for head, below in tree.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and other.entries == self.entries

    def __hash__(self) -> int:
        return hash(self.entries)

    def __bool__(self) -> bool:
        return self._heads is not None

    @property
    def said(self) -> tuple[str, ...]:
        """Every term that is looked for, words and synonyms, folded and sorted."""
        return tuple(sorted(self._said))

    def counts_as(self, term: str) -> str:
        """Return the word that a folded term counts as; itself where it is not of the lexicon."""
        if term not in self._said and "  " in term:
            term = " ".join(term.split())
        return self._said.get(term, term)

    def find(self, text: str) -> list[str]:
        """Return the words whose terms a folded text has, each once, in the order of their first mention."""
        return list(dict.fromkeys([self._word(text[start:end]) for start, end in self._places(text)]))

    def spans(self, text: str) -> list[Hit]:
        """Return every mention of a term in a text as written or folded, in order and without overlaps."""
        return self.hits(aligned(text))

    def hits(self, text: str) -> list[Hit]:
        """Return every mention of a term in a folded text, as ``spans`` does; twice as fast."""
        return [Hit(self._word(text[start:end]), start, end) for start, end in self._places(text)]

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        if self._heads is None:
            return
        search, tails = self._heads.search, self._tails
        head = search(text)
        while head is not None:
            at = head.end()
            if tail := tails[head[0]].match(text, at):
                at = tail.end()
                yield head.start(), at
            head = search(text, at)

    def _word(self, said: str) -> str:
        return self.counts_as(said)


def _end(term: str, leads: dict[str, str]) -> str:
    """Return the end of a chain of synonyms, or the first in order of a ring."""
    path = [term]
    while (further := leads.get(path[-1])) is not None:
        if further in path:
            return min(path[path.index(further) :])
        path.append(further)
    return path[-1]


Tree = dict[str, "Tree"]
_STOP = ""
"""The mark in a tree that a term may end here."""


def _tree(terms: Iterable[str]) -> Tree:
    """Return terms as a tree of characters, first characters at the top."""
    tree: Tree = {}
    for term in terms:
        place = tree
        for character in term:
            place = place.setdefault(character, {})
        place[_STOP] = {}
    return tree


def _tail(head: str, below: Tree) -> re.Pattern[str]:
    """Return the pattern of what may follow a first character; it looks back for the start of a Latin word."""
    return re.compile((f"(?<!{_LETTER}.)" if _IS_LETTER.match(head) else "") + _branch(head, below))


def _branch(before: str, tree: Tree) -> str:
    """Return the pattern of what may follow after the character ``before``, longest first."""
    parts = [
        (" +" if character == " " else re.escape(character)) + _branch(character, below)
        for character, below in sorted(tree.items())
        if character != _STOP
    ]
    if _STOP in tree:
        parts.append(f"(?!{_LETTER})" if _IS_LETTER.match(before) else "")
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def load(db: Connection) -> Vocabulary:
    """Return the lexicon of a project as it stands, ready for finding."""
    rows = db.execute("select kind, term, target from lexicon")
    return Vocabulary(Entry(Kind(str(kind)), str(term), str(target)) for kind, term, target in rows)


def terms(project: Project) -> list[Term]:
    """Return the lexicon, by kind and term."""
    rows = project.rows("select id, kind, term, target, note from lexicon order by kind, term")
    return [Term(int(row[0] or 0), Kind(str(row[1])), str(row[2]), str(row[3]), str(row[4])) for row in rows]


def checked(entry: Entry) -> Entry:
    """Return an entry without white space around it.

    Raises UserError (empty-term, term-too-long, synonym-of-itself) where it cannot be taught.
    """
    kind, term, target = entry.kind, entry.term.strip(), entry.target.strip() if entry.kind is Kind.SYNONYM else ""
    if not fold(term) or (kind is Kind.SYNONYM and not fold(target)):
        raise UserError(
            "empty-term",
            N_("The lexicon was not changed."),
            N_("A term needs letters, and a synonym the word it stands for."),
            N_("Type both."),
        )
    if max(len(term), len(target)) > LONGEST:
        raise UserError(
            "term-too-long",
            N_("The lexicon was not changed."),
            N_("A term has {n} characters and may have {limit}."),
            N_("Teach the word itself; whole sentences of a template are phrases."),
            n=max(len(term), len(target)),
            limit=LONGEST,
        )
    if kind is Kind.SYNONYM and fold(term) == fold(target):
        raise UserError(
            "synonym-of-itself",
            N_("The lexicon was not changed."),
            N_("{term} and {target} are the same word: width and letter case do not count."),
            N_("Give the word that it stands for, or teach it as a word."),
            term=term,
            target=target,
        )
    return Entry(kind, term, target, entry.note.strip())


def teach(project: Project, *, kind: Kind, term: str, target: str = "", note: str = "") -> Step:
    """Add a term, or change its target and note; raises UserError as ``checked`` does."""
    one = checked(Entry(kind, term, target, note))

    def do(op: Operation) -> None:
        op.say(N_("Lexicon: {term}"), term=one.term)
        op.rows = 1
        _write(op, [one], note=True)

    return operations.run(project, "lexicon", do)[1]


def teach_all(project: Project, *, entries: Sequence[Entry]) -> tuple[int, int, Step]:
    """Teach many terms as one undo step; return how many are new, how many were changed, and the step.

    An empty note leaves the note of a known term. Raises UserError as ``checked`` does; nothing is taught then.
    """
    ready = [checked(one) for one in entries]

    def do(op: Operation) -> tuple[int, int]:
        op.say(N_("Lexicon: {n} terms"), n=len(ready))
        added, changed = _write(op, ready)
        op.rows = added + changed
        return added, changed

    (added, changed), step = operations.run(project, "lexicon", do)
    return added, changed, step


def _write(op: Operation, entries: Sequence[Entry], *, note: bool = False) -> tuple[int, int]:
    """Write entries; one that folds like a known term of its kind changes that one. ``note``: an empty note counts."""
    known: dict[tuple[str, str], int] = {}
    stored: dict[int, tuple[str, str]] = {}
    for number, kind, term, target, said in op.db.execute("select id, kind, term, target, note from lexicon"):
        known[str(kind), fold(str(term))] = int(number or 0)
        stored[int(number or 0)] = str(target), str(said)
    number = max(stored, default=0)
    added = changed = 0
    for one in entries:
        key = one.kind.value, fold(one.term)
        at = known.get(key)
        if at is not None:
            new = one.target, one.note if one.note or note else stored[at][1]
            changed += new != stored[at]
            images.write(op, "lexicon", {"id": at}, {"target": new[0], "note": new[1]})
            stored[at] = new
            continue
        number += 1
        added += 1
        known[key], stored[number] = number, (one.target, one.note)
        values = {
            "uuid": uuids.uuid4().bytes, "kind": one.kind.value, "term": one.term, "target": one.target,
            "note": one.note,
        }  # fmt: skip
        images.write(op, "lexicon", {"id": number}, values)
    return added, changed


def forget(project: Project, *, term: int) -> Step:
    """Take a term out of the lexicon."""

    def do(op: Operation) -> None:
        row = op.db.one("select term from lexicon where id = ?", (term,))
        op.say(N_("Lexicon: {term} taken out"), term=str(row[0]) if row else "")
        op.rows = 1
        images.write(op, "lexicon", {"id": term}, None)

    return operations.run(project, "lexicon", do)[1]
