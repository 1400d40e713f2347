"""What the merge of another copy left for people to look at: kept with it, told in sentences, settled one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from annotate.errors import AskedWronglyError
from annotate.messages import N_, _, counted
from annotate.store import images, merged, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

_SETTLED = "merge_settled:"


class Why(StrEnum):
    """Why something of the other copy needs a person's eye."""

    SAME_CODER = "same-coder"
    """The same coder has worked in both copies: from here on their steps have no common order."""
    UNKNOWN_ANSWER = "unknown-answer"
    """The answer was imported in the other copy only, or its text differs."""
    CONTESTED = "contested"
    """Both copies settled the same answer in a shared layer (adjudication, rules, another's import) differently."""
    BUILDS_ON = "builds-on"
    """The step undoes or repeats one that is not here."""
    CODE_NOT_IN_FRAME = "code-not-in-frame"
    """Brought over, but the code frame here does not hold the code."""
    BOTH_CHANGED = "both-changed"
    """Both copies say another thing of a code than when they parted; what is said here stays."""
    SAME_NAME = "same-name"
    """Both copies made a code of this name; both stand in the frame now."""
    MERGED_THERE = "merged-there"
    SPLIT_THERE = "split-there"
    """The new codes came in beside the code, which is still in use here."""
    RETIRED_THERE = "retired-there"
    BACK_THERE = "back-there"
    """Retired codes back in use, or decisions on a merged or split code that count for itself again."""
    LEFT_OUT = "left-out"
    """Other things that were changed over there (rules, definitions, the basket…) and are not brought over."""


_WORDS: Mapping[Why, str] = {
    Why.SAME_CODER: N_(
        "{coder}, {when}: “{step}” was left out ({n} decisions). {coder} has worked in both copies since they parted,"
        " and the two have no common order. Do it again here, or bring it in with: label import"
    ),
    Why.UNKNOWN_ANSWER: N_(
        "{coder}, {when}: “{step}” decided on answers that are not here ({n} decisions). Import their file here and do"
        " it again, or bring it in with: label import"
    ),
    Why.CONTESTED: N_(
        "{coder}, {when}: “{step}” was left out ({n} decisions). Both copies settled these answers, and differently:"
        " adjudicate them here."
    ),
    Why.BUILDS_ON: N_(
        "{coder}, {when}: “{step}” was left out ({n} decisions). It undoes or repeats a step that is not here."
    ),
    Why.CODE_NOT_IN_FRAME: N_(
        "{coder}, {when}: “{step}” came in ({n} decisions), but its code is not in the code frame here. Add the code."
    ),
    Why.BOTH_CHANGED: N_(
        "{coder}, {when}: {thing} of {what} is another in the copy, and was changed here as well; what is said here"
        " stays. Look at both."
    ),
    Why.SAME_NAME: N_(
        "{coder}, {when}: {what} was made in both copies. Both are here now: merge them if they are one."
    ),
    Why.MERGED_THERE: N_(
        "{coder}, {when}: {what} was merged into {into} in the copy; here both are still in use. Merge them here too if"
        " you agree."
    ),
    Why.SPLIT_THERE: N_(
        "{coder}, {when}: {what} was split in the copy; its new codes came in beside it, and it is still in use here."
        " Split it here too if you agree."
    ),
    Why.RETIRED_THERE: N_("{coder}, {when}: {what} was retired in the copy; here it is still in use."),
    Why.BACK_THERE: N_("{coder}, {when}: {what} is in use by itself again in the copy; here nothing changed."),
    Why.LEFT_OUT: N_("{coder}, {when}: {thing} changed in the copy ({n}); nothing of it was brought over. Do it here."),
}
THINGS: Mapping[str, str] = {
    "setting": N_("Settings"),
    "source": N_("Sources"),
    "import_batch": N_("Imports"),
    "wave": N_("Waves"),
    "field": N_("Columns"),
    "question": N_("Questions"),
    "frame": N_("Code frames"),
    "mark": N_("Flags and memos"),
    "sample": N_("Samples"),
    "lexicon": N_("The lexicon"),
    "rule": N_("Rules"),
    "model_note": N_("Names of models"),
    "model_threshold": N_("Thresholds set by hand"),
    "must_hold": N_("Answers that a model must get right"),
    "certificate": N_("Certificates"),
    "phrase": N_("Phrases and agents' marks"),
    "definitions": N_("Definitions"),
    "report_spec": N_("Reports"),
    "basket": N_("The report basket and its pictures"),
    "quote_choice": N_("Quotations pinned or banned"),
    "release": N_("Personal data released or masked"),
    "issued": N_("Issued reports"),
    # Of a code:
    "label": N_("Name"),
    "label_en": N_("English name"),
    "number": N_("Number"),
    "parent_id": N_("Net"),
    "is_net": N_("Kind"),
    "role": N_("Role"),
    "definition": N_("Definition"),
    "include": N_("Includes"),
    "exclude": N_("Excludes"),
    "examples": N_("Examples"),
    "notes": N_("Notes"),
    "colour": N_("Colour"),
}
"""What may differ, in words. Which model run is in force is not told: it is worked out anew here."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What of one step of the other copy a person should look at; ``op`` is the step's uuid in hex.

    ``decisions``: how many, for ``left-out`` changes of ``thing``. ``what``: the code; ``into``: what it went into.
    """

    why: Why
    coder: str
    op: str
    kind: str
    at_ms: int
    decisions: int
    words: str = ""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    what: str = ""
    into: str = ""
    thing: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from others, the same at every merge."""
        return ":".join((self.why, self.op, self.thing, self.what))

    @property
    def sentence(self) -> str:
        """Return it in the language in use."""
        step = operations.said(self.words, self.params) or self.kind
        return counted(
            _WORDS[self.why], coder=self.coder, when=moment(self.at_ms), step=step, n=self.decisions, what=self.what,
            into=self.into, thing=_(THINGS.get(self.thing, self.thing)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A conflict as the project keeps it: its number in the list, the merge's step, whether someone settled it."""

    number: int
    merge: int
    conflict: Conflict
    settled: bool


def moment(at_ms: int) -> str:
    """Return a time as people read it here."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def dump(conflicts: Iterable[Conflict]) -> str:
    """Write conflicts as the merge keeps them."""
    return json.dumps([asdict(one) for one in conflicts], ensure_ascii=False)


def _load(text: str) -> list[Conflict]:
    found = []
    for told in json.loads(text):
        told["why"] = Why(told["why"])
        found.append(Conflict(**told))
    return found


def read(db: Connection) -> list[Note]:
    """Return what all merges in force left to look at, oldest first; settled ones too."""
    settled = {
        str(row[0]) for row in db.execute("select key from setting where key glob ?", (f"{_SETTLED}*",)).fetchall()
    }
    found: list[Note] = []
    number = 0
    for merge, told in db.execute("select op_id, conflicts from merge_log order by id").fetchall():
        conflicts = _load(str(told))
        if merged.in_force(db, int(merge or 0)):
            found += [
                Note(number + place, int(merge or 0), one, _SETTLED + one.key in settled)
                for place, one in enumerate(conflicts, 1)
            ]
        number += len(conflicts)
    return found


def notes(project: Project) -> list[Note]:
    """Return what all merges in force left to look at, oldest first; settled ones too."""
    with project.reading() as db, db.snapshot():
        return read(db)


def settle(project: Project, numbers: Sequence[int] | None = None) -> Step:
    """Note that these (all for None) were looked at and need nothing more, as one undoable step.

    Raises AskedWronglyError (no-such-note).
    """

    def do(op: Operation) -> None:
        known = {one.number: one for one in read(op.db)}
        chosen = [one for one in known.values() if not one.settled] if numbers is None else []
        for number in numbers or ():
            if number not in known:
                raise AskedWronglyError(
                    "no-such-note",
                    N_("There is no point {n} to settle."),
                    N_("It is not in the list of what merges left to look at."),
                    N_("List them with: merged"),
                    n=number,
                )
            chosen.append(known[number])
        for one in chosen:
            images.write(op, "setting", {"key": _SETTLED + one.conflict.key}, {"value": json.dumps(op.at_ms)})
        op.rows = len(chosen)
        op.say(N_("Settled what a merge left to look at: {n}"), n=op.rows)

    return operations.run(project, "settle-merge", do)[1]
