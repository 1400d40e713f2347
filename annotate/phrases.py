"""Words that are not the customer's: turns of the call agent and phrases that a template repeats.

They are found, shown and switched on or off by people; where active they are neither features nor quotes. The text
itself never changes.

An agent's turn begins at a speaker's mark ([客服], 坐席001：, Agent:) at the start of the text or of a line, or after a
stop or space, and ends at the next speaker's mark or line that begins with a name and a colon. A template is a string
within one clause, found wherever it stands.
"""

from __future__ import annotations

import re
import uuid as uuids
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b

import numpy as np

from annotate import answers, speakers, template_search
from annotate.errors import UserError
from annotate.lexicon import Entry, Vocabulary
from annotate.lexicon import Kind as TermKind
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.text import fold

SAMPLED = 5_000
"""Records of an import that are looked through for marks of agents: a second at most, however large it is."""


class Kind(StrEnum):
    """agent: a speaker's mark, what follows is not the customer's; template: a phrase that many answers repeat."""

    AGENT = "agent"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in the data: in how many of the answers, and their share in [0, 1].

    ``clear``: a mark of the agent in dialogues in which the customer has a mark too; such are switched on by ``scan``.
    """

    kind: Kind
    term: str
    count: int
    share: float
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the project; ``found`` counts the different answers that had it at the last scan."""

    id: int
    kind: Kind
    term: str
    active: bool
    found: int


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text that is not the customer's: [start, end) in code points."""

    start: int
    end: int
    kind: Kind


class Cleaner:
    """Finds the words in a text that are not the customer's, for the phrases that are active."""

    __slots__ = ("_agent", "_customer", "_templates", "key")

    def __init__(self, *, agents: Iterable[str] = (), templates: Iterable[str] = ()) -> None:
        marks = sorted({fold(one) for one in agents} - {""})
        told = sorted({fold(one) for one in templates} - {""})
        self.key = blake2b(repr((marks, told)).encode(), digest_size=16).hexdigest() if marks or told else ""
        """The same for cleaners that do the same; '' for one that does nothing."""
        self._agent = speakers.pattern(marks) if marks else None
        self._customer = speakers.pattern(speakers.CUSTOMERS)
        self._templates = Vocabulary(Entry(TermKind.WORD, one) for one in told)

    @classmethod
    def load(cls, db: Connection) -> Cleaner:
        """Return the cleaner for the phrases that are active in a project."""
        rows = db.execute("select kind, term from phrase where active = 1").fetchall()
        terms = {kind: [str(term) for one, term in rows if one == kind.value] for kind in Kind}
        return cls(agents=terms[Kind.AGENT], templates=terms[Kind.TEMPLATE])

    def __bool__(self) -> bool:
        return bool(self.key)

    def spans(self, text: str) -> list[Span]:
        """Return the places that are not the customer's, in order and without overlaps; speakers' marks among them."""
        if not self.key:
            return []
        found, templates = list[Span](), list[Span]()
        if self._agent is not None and speakers.MAY_MARK.search(text):
            found = self._turns(speakers.with_line_ends(text), text)
        starts = [one.start for one in found]
        for hit in self._templates.spans(text):
            at = bisect_left(starts, hit.end)
            if at == 0 or found[at - 1].end <= hit.start:
                templates.append(Span(hit.start, hit.end, Kind.TEMPLATE))
        return sorted((*found, *templates), key=lambda one: one.start)

    def _turns(self, text: str, written: str) -> list[Span]:
        assert self._agent is not None
        agents = dict(speakers.places(self._agent, text, written))
        customers = dict(speakers.places(self._customer, text, written))
        if not agents:
            return [Span(start, end, Kind.AGENT) for start, end in customers.items() if not text[:start].strip()]
        lines = {match.start(): match.end() for match in speakers.NAMED_LINE.finditer(text)}
        marks = sorted((lines | customers | agents).items())
        taken: list[Span] = []
        past, turn = 0, -1  # where the last mark ended, and where the agent's turn that is open began
        for start, end in marks:
            if start < past:  # a mark within a mark
                continue
            past = end
            if turn >= 0:
                taken.append(Span(turn, start, Kind.AGENT))
            turn = start if start in agents else -1
            if turn < 0 and start in customers:
                taken.append(Span(start, end, Kind.AGENT))
        return [*taken, Span(turn, len(text), Kind.AGENT)] if turn >= 0 else taken

    def clean(self, text: str) -> str:
        """Return the customer's words only; what is taken out leaves a space. Unchanged where nothing is to take out.

        '' where nothing of the text is the customer's.
        """
        parts = self._parts(text)
        return text if len(parts) == 1 else _SPACES.sub(" ", " ".join(_told(parts))).strip()

    def quoted(self, text: str) -> str:
        """Return the customer's words for a quote, every cut marked ［…］ ([…] in Latin text); '' where there are none.

        Unchanged where nothing is to take out.
        """
        parts = self._parts(text)
        if len(parts) == 1:
            return text
        told = _told(parts)
        if not told:
            return ""
        mark = "［…］" if _HAN.search(text) else " […] "
        first, last = _WORD.search(parts[0]) is None, _WORD.search(parts[-1]) is None
        return (mark * first + mark.join(told) + mark * last).strip()

    def _parts(self, text: str) -> list[str]:
        """Return what is before, between and after the spans; one part where there are none."""
        parts, at = [], 0
        for span in self.spans(text):
            parts.append(text[at : span.start])
            at = span.end
        return [*parts, text[at:]]


_WORD = re.compile("[\\w☀-➿\U0001f000-\U0001faff]")
_HAN = re.compile(r"[㐀-鿿]")
_SPACES = re.compile(r"\s+")


def _told(parts: Sequence[str]) -> list[str]:
    return [part.strip() for part in parts if _WORD.search(part)]


def find_phrases(texts: Sequence[str]) -> list[Found]:
    """Find agents' marks and template phrases in different answers, the most frequent first.

    Marks count in texts in which both sides have one, or, where every turn is an answer of its own, in texts that begin
    with one; at least five of them. Templates: see ``template_search``.
    """
    n = len(texts)
    found = [Found(Kind.AGENT, term, count, count / n, clear=True) for term, count in speakers.agents_in(texts).items()]
    cleaner = Cleaner(agents=[one.term for one in found])
    left = [cleaner.clean(text) for text in texts] if found else texts
    names = {fold(name) for name in (*speakers.AGENTS, *speakers.CUSTOMERS)}
    templates = [(term, count) for term, count in template_search.find(left) if term not in names]
    found += [Found(Kind.TEMPLATE, term, count, count / n) for term, count in templates]
    return sorted(found, key=lambda one: (one.kind is Kind.TEMPLATE, -one.count, one.term))


def phrases(project: Project) -> list[Phrase]:
    """Return the project's phrases: agents' marks first, then the most frequent."""
    rows = project.rows("select id, kind, term, active, found from phrase order by kind, found desc, term")
    return [Phrase(int(row[0] or 0), Kind(str(row[1])), str(row[2]), bool(row[3]), int(row[4] or 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan brought: the answers looked through, phrases that were not known before, and the step."""

    answers: int
    new: tuple[Found, ...]
    step: Step


def scan(project: Project, *, question: int | None = None) -> Scan:
    """Look through the answers (ENOUGH of them, drawn at random, where there are more) and keep what is found.

    Clear marks of agents are switched on, all else is offered and waits for a person. Phrases that are known keep their
    switch and get a new count. One undo step.
    """
    with project.reading() as db:
        texts = [one.text for one in answers.read(db, question=question)]
    found = find_phrases(texts) if texts else []
    by_key = {(one.kind, fold(one.term)): one for one in found}
    known = phrases(project)
    counted = {one.id: _count(one, texts) for one in known}
    fresh = [one for key, one in by_key.items() if key not in {(old.kind, fold(old.term)) for old in known}]

    def do(op: Operation) -> None:
        op.say(N_("Phrases: {n} found"), n=len(fresh))
        for old in known:
            images.write(op, "phrase", {"id": old.id}, {"found": counted[old.id]})
        for one in fresh:
            _insert(op, one.kind, one.term, active=one.clear, found=one.count)
        op.rows = len(fresh)

    return Scan(len(texts), tuple(fresh), operations.run(project, "phrase", do)[1])


def agents_in_batch(db: Connection, batch: int) -> list[Found]:
    """Return the clear marks of agents in the answers of an import, from SAMPLED of its records drawn at random."""
    row = db.one("select min(id), max(id) from record where batch_id = ?", (batch,))
    if row is None or row[0] is None:
        return []
    ids = np.arange(int(row[0]), int(row[1] or 0) + 1)
    if ids.size > SAMPLED:
        ids = np.random.default_rng(batch).choice(ids, SAMPLED, replace=False)
    marks = ", ".join(map(str, ids.tolist()))
    texts = {
        str(text): None
        for (text,) in db.execute(
            "select t.text from record r join verbatim v on v.record_id = r.id join verbatim_text t on t.id = v.id"
            f" where r.batch_id = ? and v.state = 1 and r.id in ({marks})",
            (batch,),
        )
    }
    told = speakers.agents_in(list(texts))
    return [Found(Kind.AGENT, term, count, count / len(texts), clear=True) for term, count in told.items()]


def switch_on(op: Operation, found: Iterable[Found]) -> tuple[str, ...]:
    """Keep phrases that the project does not know, switched on, as part of an operation; return their terms.

    Those that it knows stay as people left them.
    """
    known = {(str(kind), fold(str(term))) for kind, term in op.db.execute("select kind, term from phrase")}
    fresh = [one for one in found if (one.kind.value, fold(one.term)) not in known]
    for one in fresh:
        _insert(op, one.kind, one.term, active=True, found=one.count)
    return tuple(one.term for one in fresh)


def _count(phrase: Phrase, texts: Sequence[str]) -> int:
    if phrase.kind is Kind.AGENT:
        mark = speakers.pattern([phrase.term])
        return sum(mark.search(speakers.with_line_ends(text)) is not None for text in texts)
    templates = Vocabulary([Entry(TermKind.WORD, phrase.term)])
    return sum(bool(templates.spans(text)) for text in texts)


def _insert(op: Operation, kind: Kind, term: str, *, active: bool, found: int) -> None:
    number = op.db.integer("select max(id) from phrase") + 1
    values = {
        "uuid": uuids.uuid4().bytes, "kind": kind.value, "term": term, "active": int(active), "found": found,
    }  # fmt: skip
    images.write(op, "phrase", {"id": number}, values)


def switch(project: Project, *, phrase: int, active: bool) -> Step:
    """Switch a phrase on (neither feature nor quote) or off; raises UserError (no-phrase)."""
    known = next((one for one in phrases(project) if one.id == phrase), None)
    if known is None:
        raise UserError(
            "no-phrase",
            N_("There is no such phrase."),
            N_("It may have been taken back meanwhile."),
            N_("Look through the list of phrases again."),
        )
    return _switch(project, known, active=active)


def _switch(project: Project, one: Phrase, *, active: bool) -> Step:
    def do(op: Operation) -> None:
        op.say(N_("Phrase on: {term}") if active else N_("Phrase off: {term}"), term=one.term)
        op.rows = 1
        images.write(op, "phrase", {"id": one.id}, {"active": int(active)})

    return operations.run(project, "phrase", do)[1]


LONGEST = 200


def add(project: Project, *, kind: Kind, term: str, active: bool = True) -> Step:
    """Add a phrase that a person names, or switch the one that is known; raises UserError (empty-phrase)."""
    term = " ".join(term.split())
    if kind is Kind.AGENT:
        term = term.strip("[]［］【】<>《》「」()（）{}:： ")
    if not fold(term) or len(term) > LONGEST:
        raise UserError(
            "empty-phrase",
            N_("No phrase was added."),
            N_("A phrase has at most {limit} characters and at least one letter or digit."),
            N_("Give the words as they stand in the answers."),
            limit=LONGEST,
        )
    known = next((one for one in phrases(project) if one.kind is kind and fold(one.term) == fold(term)), None)
    if known is not None:
        return _switch(project, known, active=active)
    with project.reading() as db:
        told = [one.text for one in answers.read(db)]
    new = Phrase(0, kind, term, active, 0)
    new = replace(new, found=_count(new, told))

    def do(op: Operation) -> None:
        op.say(N_("Phrase on: {term}") if active else N_("Phrase off: {term}"), term=term)
        op.rows = 1
        _insert(op, kind, term, active=active, found=new.found)

    return operations.run(project, "phrase", do)[1]
