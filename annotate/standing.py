"""Where the answers of a question are: with people, with their twins, with rules, with the machine, or with nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import certificates, frames, layers
from annotate.frames import Role
from annotate.jobs import Progress, silent
from annotate.layers import Source
from annotate.messages import N_
from annotate.store.connection import Connection, Value
from annotate.store.decisions import OWN
from annotate.store.numbers import integers
from annotate.store.project import ADJUDICATED

Ids = NDArray[np.int64]

_ACTIVE = "v.batch_id in (select id from import_batch where state = 1)"
_STEPS = 6
_WHAT = N_("Counting answers")
NAMES: dict[Source | None, str] = {
    Source.ADJUDICATED: N_("adjudicated"),
    Source.HUMAN: N_("by people"),
    Source.DUPLICATE: N_("with their group"),
    Source.RULE: N_("by rule"),
    Source.CERTIFIED: N_("machine, certified"),
    Source.DISAGREEMENT: N_("people disagree"),
    Source.MODEL: N_("machine, to confirm"),
    Source.OPEN: N_("open"),
    None: N_("blank"),
}
"""What people see of where an answer is (None: blank)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many verbatims of a question are where; the counts add up to ``total``.

    ``sources``: answers by the source of their final layer (DISAGREEMENT: people who contradict each other; MODEL:
    suggestions that wait for people; OPEN: nothing from anybody). ``blank``: asked, and no answer or a missing-value
    mark.
    """

    sources: dict[Source, int]
    blank: int

    @property
    def total(self) -> int:
        """Return all verbatims in force of the question."""
        return sum(self.sources.values()) + self.blank


def standing(db: Connection, question: int, *, progress: Progress = silent) -> Standing:
    """Count where every answer of a question is, as ``layers.answers`` would, by aggregates of SQL and arrays.

    Only answers on which several people spoke are read one by one.
    """
    _ids, source = _placed(db, question, progress)
    counts = np.bincount(source, minlength=len(_ORDER))
    blank = db.integer(
        f"select count(*) from verbatim v where +v.question_id = ? and v.state <> 1 and {_ACTIVE}", (question,)
    )
    progress(_STEPS, _STEPS, _WHAT)
    return Standing({one: int(counts[place]) for place, one in enumerate(_ORDER)}, blank)


def answers_in(db: Connection, question: int, source: Source, *, progress: Progress = silent) -> Ids:
    """Return the answers of a question that are counted at a source by ``standing``, rising."""
    ids, where = _placed(db, question, progress)
    found: Ids = ids[where == _ORDER.index(source)]
    return found


def _placed(db: Connection, question: int, progress: Progress) -> tuple[Ids, Ids]:
    """Return the answers of a question, rising, and the place in _ORDER of each one's source."""
    progress(0, _STEPS, _WHAT)
    ids = np.sort(
        _column(db, f"select v.id from verbatim v where +v.question_id = ? and v.state = 1 and {_ACTIVE}", (question,))
    )
    source = np.full(ids.size, _OPEN, np.int64)
    progress(1, _STEPS, _WHAT)
    source[_places(ids, _suggested(db, question))] = _MODEL
    progress(2, _STEPS, _WHAT)
    source[_places(ids, _certified(db, question))] = _CERTIFIED
    for step, table in enumerate(("label_now", "review_now"), 3):
        progress(step, _STEPS, _WHAT)
        spoke, voice = _spoken(db, table)
        place = _places(ids, spoke)
        known = np.isin(spoke, ids, assume_unique=True)
        source[place] = np.maximum(source[place], voice[known])
    progress(_STEPS - 1, _STEPS, _WHAT)
    several = _column(
        db,
        "select verbatim_id from (select verbatim_id, coder_id from label_now union select verbatim_id, coder_id"
        f" from review_now) where coder_id in ({_coders(db, 0)}) group by verbatim_id having count(*) > 1",
    )
    for answer in layers.answers(db, question, model=False, only=ids[_places(ids, several)].tolist()):
        if answer.contested:
            source[np.searchsorted(ids, answer.verbatim)] = _DISAGREEMENT
    return ids, source


# In rising precedence; a disagreement is found answer by answer.
_ORDER = (
    Source.OPEN, Source.MODEL, Source.CERTIFIED, Source.RULE, Source.DUPLICATE, Source.HUMAN, Source.ADJUDICATED,
    Source.DISAGREEMENT,
)  # fmt: skip
_OPEN, _MODEL, _CERTIFIED, _RULE, _DUPLICATE, _HUMAN, _ADJUDICATED, _DISAGREEMENT = range(len(_ORDER))


def _coders(db: Connection, kind: int) -> str:
    return ", ".join(str(row[0]) for row in db.execute("select id from coder where kind = ?", (kind,)))


def _spoken(db: Connection, table: str) -> tuple[Ids, Ids]:
    """Return who was spoken on, rising, and the highest source among the voices of a table."""
    judged = f"coder_id in ({_coders(db, ADJUDICATED)})" if table == "review_now" else "0"
    own = ", ".join(str(int(one)) for one in OWN)
    voice = (
        f"max(case when coder_id in ({_coders(db, 0)}) then iif(origin in ({own}), {_HUMAN}, {_DUPLICATE})"
        f" when {judged} then {_ADJUDICATED} else {_RULE} end)"
    )
    row = db.one(
        f"select group_concat(id), group_concat(voice) from (select verbatim_id id, {voice} voice from {table}"
        " group by verbatim_id order by verbatim_id)"
    )
    assert row is not None
    return _numbers(row[0]), _numbers(row[1])


def _suggested(db: Connection, question: int) -> Ids:
    """Return the answers with an accepted code of the run in force of their wave."""
    return _column(
        db,
        "select distinct p.verbatim_id from run_in_force f cross join prediction p on p.run_id = f.run_id"
        f" and p.accepted = 1 {_same_wave(db)} where f.question_id = ?",
        (question,),
    )


def _certified(db: Connection, question: int) -> Ids:
    """Return the answers whose accepted codes are all certified and explain enough of their clauses."""
    told = certificates.in_force(db, question)
    found = [np.empty(0, np.int64)]
    for run, cuts in told.cuts.items():
        proven = " or ".join(f"(p.code_id = {int(code)} and p.p >= {int(cut)})" for code, cut in cuts.items())
        wanting = ""
        if told.coverage > 0:
            wanting = (
                " and not exists(select 1 from run_answer a where a.run_id = p.run_id"
                f" and a.verbatim_id = p.verbatim_id and a.covered < {told.coverage})"
            )
        found.append(
            _column(
                db,
                "select p.verbatim_id from run_in_force f cross join prediction p on p.run_id = f.run_id"
                f" and p.accepted = 1 {_same_wave(db)} where f.question_id = ? and p.run_id = {int(run)}{wanting}"
                f" group by p.verbatim_id having min({proven}) = 1",
                (question,),
            )
        )
    return np.unique(np.concatenate(found))


def _same_wave(db: Connection) -> str:
    """Return the join that keeps predictions of a verbatim's own wave; without waves there is nothing to tell apart."""
    if not db.integer("select exists(select 1 from wave)"):
        return ""
    return (
        "cross join verbatim v on v.id = p.verbatim_id cross join record r on r.id = v.record_id"
        " and ifnull(r.wave_id, 0) = f.wave_id"
    )


def _column(db: Connection, sql: str, values: tuple[Value, ...] = ()) -> Ids:
    # One string instead of 1.5 M row objects: 10 times faster to fetch.
    row = db.one(f"with found(n) as ({sql}) select group_concat(n) from found", values)
    assert row is not None
    return _numbers(row[0])


def _numbers(told: Value) -> Ids:
    return integers(told)


def _places(ids: Ids, wanted: Ids) -> Ids:
    """Return where those of ``wanted`` that are among the rising ``ids`` stand."""
    return np.searchsorted(ids, wanted[np.isin(wanted, ids)])


@dataclass(frozen=True, slots=True)
class CodingRate:
    """``coded`` of ``answered`` answers carry an informative code: a theme, from people or accepted from the model."""

    coded: int
    answered: int

    @property
    def share(self) -> float:
        """Return the coding rate in [0, 1]; 0 without answers."""
        return self.coded / self.answered if self.answered else 0.0


def coding_rate(db: Connection, question: int) -> CodingRate:
    """Return the coding rate of a question; a code that people contradict each other on counts as said."""
    ids = np.sort(
        _column(db, f"select v.id from verbatim v where +v.question_id = ? and v.state = 1 and {_ACTIVE}", (question,))
    )
    frame = db.integer("select frame_id from question where id = ?", (question,))
    if not frame:
        return CodingRate(0, ids.size)
    themes = ", ".join(str(code.id) for code in frames.read(db, frame).codes if code.role is Role.THEME) or "0"
    said = _column(db, f"select distinct verbatim_id from label_now where yes = 1 and code_id in ({themes})")
    decided = np.union1d(_spoken(db, "label_now")[0], _spoken(db, "review_now")[0])
    suggested = _column(
        db,
        "select distinct p.verbatim_id from run_in_force f cross join prediction p on p.run_id = f.run_id"
        f" and p.accepted = 1 and p.code_id in ({themes}) {_same_wave(db)} where f.question_id = ?",
        (question,),
    )
    coded = np.zeros(ids.size, np.bool_)
    for some, yes in ((suggested, True), (decided, False), (said, True)):
        coded[_places(ids, some)] = yes
    return CodingRate(int(coded.sum()), ids.size)
