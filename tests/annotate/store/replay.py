"""A naive replay of a project in plain dicts, written without a look at the SQL: the oracle of the state machine.

Everything that undo can take back is one flat dict of facts; an operation is the list of facts it changed, undo puts
the old ones back. What may refuse an undo is stated here a second time, in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Key: TypeAlias = tuple[object, ...]
ADJUDICATED = "adjudicated"
EXCLUSIVE = {"none", "dont_know", "refused", "uncodable", "invalid"}


@dataclass(frozen=True)
class Answer:
    question: int
    group: int
    blank: bool
    batch: int


@dataclass(frozen=True)
class Code:
    parent: int | None
    sort: int
    is_net: bool
    number: str
    label: str
    role: str
    definition: str
    retired: bool


@dataclass(frozen=True)
class Mark:
    """What a layer says of a raw code: yes or off, with sentiment, order of mention and origin."""

    yes: bool
    sentiment: int | None
    mention: int | None
    origin: int


@dataclass
class Done:
    """One operation: who, which facts it changed, and when it was done, undone, done again."""

    op: int
    coder: str
    kind: str
    changes: list[tuple[Key, object, object]]
    turns: list[tuple[int, bool]] = field(default_factory=list)

    def in_force(self, until: int | None = None) -> bool:
        state = False
        for at, on in self.turns:
            if until is None or at <= until:
                state = on
        return state


@dataclass
class Replay:
    answers: dict[int, Answer] = field(default_factory=dict)
    singles: set[int] = field(default_factory=set)
    facts: dict[Key, object] = field(default_factory=dict)
    splits: dict[int, dict[int, int]] = field(default_factory=dict)
    number: int = 1
    draft: bool = True
    done: list[Done] = field(default_factory=list)
    stacks: dict[str, list[Done]] = field(default_factory=dict)
    undone: dict[str, list[Done]] = field(default_factory=dict)

    # Looking

    def codes(self) -> dict[int, Code]:
        return {key[1]: one for key, one in self.facts.items() if key[0] == "code" and isinstance(one, Code)}  # type: ignore[misc]

    def live(self) -> list[int]:
        return [code for code, one in self.codes().items() if not one.is_net and not one.retired]

    def resolve(self, verbatim: int, raw: int, facts: dict[Key, object] | None = None) -> int:
        facts = self.facts if facts is None else facts
        while True:
            told = facts.get(("map", raw))
            if told is None:
                return raw
            kind, *where = told  # type: ignore[misc]
            after = where[0] if kind == "merge" else self.splits[where[0]].get(verbatim, where[1])
            if after == raw:
                return raw
            raw = after

    def marks(self, verbatim: int, layer: str) -> dict[int, Mark]:
        return {
            key[3]: mark  # type: ignore[misc]
            for key, mark in self.facts.items()
            if key[0] == "label" and key[1:3] == (verbatim, layer) and isinstance(mark, Mark)
        }

    def yes(self, verbatim: int, layer: str) -> dict[int, Mark]:
        return {raw: mark for raw, mark in self.marks(verbatim, layer).items() if mark.yes}

    def active(self, verbatim: int) -> bool:
        return self.facts.get(("batch", self.answers[verbatim].batch)) == 1

    def has(self, verbatim: int, code: int, layer: str | None = None) -> bool:
        return any(
            key[0] == "label" and key[1] == verbatim and (layer is None or key[2] == layer)
            and isinstance(mark, Mark) and mark.yes and self.resolve(verbatim, key[3]) == code  # type: ignore[arg-type]
            for key, mark in self.facts.items()
        )  # fmt: skip

    def counts(self) -> dict[tuple[int, int], int]:
        pairs = {
            (key[1], self.resolve(key[1], key[3]))  # type: ignore[arg-type]
            for key, mark in self.facts.items()
            if key[0] == "label" and isinstance(mark, Mark) and mark.yes and self.active(key[1])  # type: ignore[arg-type]
        }
        found: dict[tuple[int, int], int] = {}
        for verbatim, code in pairs:
            place = (self.answers[verbatim].question, code)  # type: ignore[index]
            found[place] = found.get(place, 0) + 1  # type: ignore[index]
        return found  # type: ignore[return-value]

    def chosen(self, verbatims: Iterable[int], expand: bool) -> dict[int, int]:
        """Return the meant answers with their origin: 0 said by the person, 4 an identical twin."""
        meant = dict.fromkeys(sorted(set(verbatims)), 0)
        if expand:
            groups = {self.answers[one].group for one in meant}
            for one, answer in self.answers.items():
                if answer.group in groups and one not in meant and not answer.blank and self.active(one):
                    meant[one] = 4
        return meant

    # Coding

    def apply(
        self, coder: str, verbatims: Iterable[int], code: int, sentiment: int | None, expand: bool
    ) -> dict[Key, object]:
        codes, changes = self.codes(), dict[Key, object]()
        alone = codes[code].role in EXCLUSIVE
        clash = {c for c, one in codes.items() if c != code and (alone or one.role in EXCLUSIVE)}
        for one, origin in self.chosen(verbatims, expand).items():
            standing = self.yes(one, coder)
            for raw in standing:
                where = self.resolve(one, raw)
                if where in clash or (self.answers[one].question in self.singles and where != code):
                    changes["label", one, coder, raw] = Mark(False, None, None, origin)
            mine = standing.get(code) if self.resolve(one, code) == code else None
            mention = mine.mention if mine else 1 + max((m.mention or 0 for m in standing.values()), default=0)
            wanted = Mark(True, sentiment, mention, origin)
            old = standing.get(code)
            if old is None or replace(old, origin=origin) != wanted:
                changes["label", one, coder, code] = wanted
        return changes

    def remove(
        self, coder: str, verbatims: Iterable[int], code: int, expand: bool, explicit: bool
    ) -> dict[Key, object]:
        changes: dict[Key, object] = {}
        for one, origin in self.chosen(verbatims, expand).items():
            marks = self.marks(one, coder)
            for raw, mark in marks.items():
                if mark.yes and self.resolve(one, raw) == code:
                    changes["label", one, coder, raw] = Mark(False, None, None, origin)
            if explicit and not any(code in (raw, self.resolve(one, raw)) for raw in marks):
                changes["label", one, coder, code] = Mark(False, None, None, origin)
        return changes

    def feel(
        self, coder: str, verbatims: Iterable[int], code: int, sentiment: int | None, expand: bool
    ) -> dict[Key, object]:
        return {
            ("label", one, coder, raw): replace(mark, sentiment=sentiment)
            for one in self.chosen(verbatims, expand)
            for raw, mark in self.yes(one, coder).items()
            if self.resolve(one, raw) == code and mark.sentiment != sentiment
        }

    def confirm(self, coder: str, verbatims: Iterable[int], expand: bool) -> dict[Key, object]:
        return {
            ("review", one, coder): self.number
            for one in self.chosen(verbatims, expand)
            if self.draft or self.facts.get(("review", one, coder)) != self.number
        }

    def adjudicate(self, verbatim: int, wanted: dict[int, int | None]) -> dict[Key, object]:
        changes: dict[Key, object] = {}
        standing = self.yes(verbatim, ADJUDICATED)
        for raw in standing:
            if raw not in wanted:
                changes["label", verbatim, ADJUDICATED, raw] = Mark(False, None, None, 0)
        for place, (code, sentiment) in enumerate(wanted.items(), 1):
            if standing.get(code) != Mark(True, sentiment, place, 0):
                changes["label", verbatim, ADJUDICATED, code] = Mark(True, sentiment, place, 0)
        if self.draft or self.facts.get(("review", verbatim, ADJUDICATED)) != self.number:
            changes["review", verbatim, ADJUDICATED] = self.number
        return changes

    # Operations

    def commit(self, op: int, coder: str, kind: str, changes: dict[Key, object], *, always: bool = False) -> bool:
        """Carry out an operation; return whether anything changed (else it leaves no trace, unless ``always``)."""
        real = [(key, self.facts.get(key), after) for key, after in changes.items() if self.facts.get(key) != after]
        if not real and not always:
            return False
        self._put((key, after) for key, _before, after in real)
        if any(key[0] in ("label", "review") for key, *_ in real):
            self.draft = False
        self._redraft(real)
        done = Done(op, coder, kind, real, [(op, True)])
        self.done.append(done)
        self.stacks.setdefault(coder, []).append(done)
        self.undone[coder] = []
        return True

    def _put(self, values: Iterable[tuple[Key, object]]) -> None:
        for key, value in values:
            if value is None:
                self.facts.pop(key, None)
            else:
                self.facts[key] = value

    def _redraft(self, changes: list[tuple[Key, object, object]]) -> None:
        if not self.draft and any(key[0] in ("code", "map") for key, *_ in changes):
            self.draft, self.number = True, self.number + 1

    def turn(self, coder: str, *, back: bool) -> Callable[[int], None] | None:
        """Return what undo (or redo) would do when its operation gets a number; None where it must be refused."""
        done = (self.stacks if back else self.undone)[coder][-1]
        steps = [(key, after, before) for key, before, after in reversed(done.changes)] if back else done.changes
        if self._shared_since(done) or not self._images_fit(steps):
            return None

        def carry_out(op: int) -> None:
            self._put((key, wanted) for key, _expected, wanted in steps)
            self._redraft(done.changes)
            done.turns.append((op, not back))
            (self.stacks if back else self.undone)[coder].pop()
            (self.undone if back else self.stacks)[coder].append(done)

        return carry_out

    def _shared_since(self, done: Done) -> bool:
        """Whether another's say in a layer not one's own, on the same answers, came or went since the last turn."""
        places = {key[1:3] for key, *_ in done.changes if key[0] in ("label", "review") and key[2] != done.coder}
        since = done.turns[-1][0]
        return any(
            other.coder != done.coder
            and places & {key[1:3] for key, *_ in other.changes if key[0] in ("label", "review")}
            and other.in_force(since) != other.in_force()
            for other in self.done
        )

    def _images_fit(self, steps: list[tuple[Key, object, object]]) -> bool:
        facts = dict(self.facts)
        for key, expected, wanted in steps:
            if key[0] in ("label", "review"):
                continue
            if facts.get(key) != expected:
                return False
            if key[0] == "code":
                if wanted is None and self._needed(key[1], facts):
                    return False
                if isinstance(wanted, Code) and wanted.parent is not None:
                    parent = facts.get(("code", wanted.parent))
                    if not isinstance(parent, Code) or not parent.is_net:
                        return False
            if key[0] == "map" and wanted is not None:
                target = facts.get(("code", wanted[-1]))  # type: ignore[index]
                if not isinstance(target, Code) or target.retired:
                    return False
            if wanted is None:
                facts.pop(key, None)
            else:
                facts[key] = wanted
        return True

    def _needed(self, code: object, facts: dict[Key, object]) -> bool:
        for key, value in facts.items():
            if key[0] == "label" and isinstance(value, Mark) and value.yes:
                if self.resolve(key[1], key[3], facts) == code:  # type: ignore[arg-type]
                    return True
            elif (key[0] == "code" and isinstance(value, Code) and value.parent == code) or (
                key[0] == "map" and value[-1] == code  # type: ignore[index]
            ):
                return True
        return False

    def tree(self) -> list[int]:
        """Return the codes as people see them: siblings by place, each before what stands under it."""
        codes = self.codes()
        children: dict[int | None, list[int]] = {}
        for code in sorted(codes, key=lambda c: (codes[c].sort, c)):
            parent = codes[code].parent
            children.setdefault(parent if parent in codes else None, []).append(code)
        order: list[int] = []

        def visit(parent: int | None) -> None:
            for code in children.get(parent, []):
                order.append(code)
                visit(code)

        visit(None)
        return order
