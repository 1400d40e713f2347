"""Which verbatims a report quotes: typical ones of the largest themes and one that objects, one a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import lexicon, verbatims
from annotate.frames import Code
from annotate.phrases import Cleaner
from annotate.store.connection import Connection
from annotate.words import cutter
from reports.collect.view import View
from reports.data import Quote
from reports.data.base import SENTIMENTS
from reports.statistics.text_vectors import Words, text_vectors
from reports.statistics.voices import SHORT, Told, Why, voices

THEMES = 8
QUOTES = 3
LEAST, LONG = 8, 120
POOL = 400
"""Verbatims of a theme among which the typical ones are looked for: coded by people first, then the surest."""
LONG_DIALOGUE = 4_000
"""Characters of a call note or chat that is looked through for a quote of LONG characters."""
MOST_READ = 20_000


def choose(db: Connection, view: View) -> Iterable[Quote]:
    """Yield quotes for the largest themes, and for those with a pinned one: what people pinned, up to QUOTES typical
    ones each, then one that objects, if anybody does. What people banned is not quoted; what they pinned is, however
    long or short it is, and whoever said it."""
    used = _Used(set(), set())
    cleaner, words = Cleaner.load(db), cutter(lexicon.load(db)).themes
    codes = view.largest(THEMES)
    rows = db.execute("select distinct code_id from quote_choice where choice > 0 order by code_id").fetchall()
    pinned = {int(row[0] or 0) for row in rows} - {code.id for code in codes}
    for code in [*codes, *(code for code in view.codes(nets=False) if code.id in pinned)]:
        yield from of_theme(db, view, code, used, cleaner, words)


@dataclass(slots=True)
class _Used:
    """Whose words have been quoted, and which words."""

    people: set[int]
    groups: set[int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    verbatim: int
    text: str
    group: int
    person: int
    channel: int
    record: int
    key: str
    wave: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known of an answer with the theme: who said so and with which sentiment, how sure the model was."""

    machine: bool
    sentiment: int
    confidence: float


def of_theme(db: Connection, view: View, code: Code, used: _Used, cleaner: Cleaner, words: Words) -> Iterable[Quote]:
    """Yield the quotes of one theme."""
    said = _said(db, view, code)
    choice = {
        int(row[0] or 0): (int(row[1] or 0), int(row[2] or 0))
        for row in db.execute("select verbatim_id, choice, place from quote_choice where code_id = ?", (code.id,))
    }
    pinned = {verbatim for verbatim, (way, _) in choice.items() if way > 0}
    found = [
        one for one in _candidates(db, said, choice, cleaner) if one.verbatim in pinned or one.person not in used.people
    ]
    by_people = [one for one in found if not said[one.verbatim].machine or choice.get(one.verbatim, (0, 0))[0] > 0]
    # What a person decided stands before what a machine did, unless that leaves too few to choose from.
    chosen = by_people if len({one.group for one in by_people}) > QUOTES else found
    first = {one.group: one for one in reversed(chosen) if one.group not in used.groups}
    pool = [one for one in chosen if one.verbatim in pinned or first.get(one.group) is one][:POOL]
    mood = [said[one.verbatim].sentiment for one in pool]
    told = Told(
        text_vectors([one.text for one in pool], words),
        np.array([one.person for one in pool], np.int64),
        np.array([len(one.text) for one in pool], np.int64),
        np.array(mood, np.int8),
        np.array([one.channel for one in pool], np.int64),
    )
    ways = [choice.get(one.verbatim, (0, 0)) for one in pool]
    pins = sorted((place, at) for at, (way, place) in enumerate(ways) if way > 0)
    bans = [at for at, (way, _) in enumerate(ways) if way < 0]
    for voice in voices(told, max(QUOTES, len(pins)), banned=bans, pinned=[at for _, at in pins]):
        one = pool[voice.row]
        used.people.add(one.person)
        used.groups.add(one.group)
        about = [*_about(db, one.record), *([one.wave] if one.wave else [])]
        yield Quote(
            one.text, code.id, SENTIMENTS.get(mood[voice.row]), tuple(about), "#" + one.key, one.verbatim,
            voice.why is Why.COUNTER, voice.why is Why.PINNED, said[one.verbatim].machine,
        )  # fmt: skip


def _said(db: Connection, view: View, code: Code) -> dict[int, _Said]:
    """Return the answers with a theme: those that people coded, then the model's surest, MOST_READ at most."""
    at = view.mentions_of(code.id)
    rows, moods, machine = view.mention_row[at], view.mention_sentiment[at], view.mention_machine[at]
    ids = view.told.ids[rows]
    sure = np.ones(at.size)
    if machine.any():
        sure[machine] = _confidence(db, view.told.question.id, code.id, ids[machine])
    order = np.lexsort((ids, -np.round(sure, 4), machine))[:MOST_READ]
    return {int(ids[i]): _Said(bool(machine[i]), int(moods[i]), float(sure[i])) for i in order}


def _confidence(db: Connection, question: int, code: int, wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the confidence in [0, 1] of the runs in force in the code on these answers (rising), 0 where unknown."""
    rows = db.execute(
        "select p.verbatim_id, p.p from run_in_force f cross join prediction p on p.run_id = f.run_id and p.code_id = ?"
        " where f.question_id = ? and p.accepted = 1",
        (code, question),
    ).fetchall()
    told = np.array(rows, np.float64).reshape(-1, 2)
    told = told[np.argsort(told[:, 0], kind="stable")]
    place = np.minimum(np.searchsorted(told[:, 0], wanted), max(0, len(told) - 1))
    if not len(told):
        return np.zeros(wanted.size)
    return np.where(told[place, 0] == wanted, told[place, 1] / 10_000, 0.0)


def _candidates(
    db: Connection, said: dict[int, _Said], choice: dict[int, tuple[int, int]], cleaner: Cleaner
) -> list[_Candidate]:
    """Return what may be quoted, decided by people first, then the surest, of a readable length first."""
    marks = ", ".join(str(one) for one in said)
    pinned = {verbatim for verbatim, (way, _) in choice.items() if way > 0}
    pins = ", ".join(str(one) for one in sorted(pinned))
    channel = next((f"r.{one.column}" for one in verbatims.fields(db) if one.role == "channel"), "null")
    rows = db.execute(
        "select v.id, t.text, v.group_id, ifnull(r.respondent_id, -r.id), ifnull("
        f"{channel}, -1), r.id, {verbatims.RECORD_NAME}, w.name"
        " from verbatim v"
        " join verbatim_text t on t.id = v.id join record r on r.id = v.record_id left join wave w on w.id = r.wave_id"
        f" where v.id in ({marks})"
        f" and (length(t.text) between {LEAST} and {LONG_DIALOGUE if cleaner else LONG} or v.id in ({pins}))"
    ).fetchall()
    found = [
        _Candidate(
            int(verbatim or 0),
            # What the agent said and what a template repeats is no quote.
            cleaner.quoted(str(text)) if cleaner else str(text),
            int(group or 0), int(person or 0), int(place or 0), int(record or 0), str(key), str(wave or ""),
        )
        for verbatim, text, group, person, place, record, key, wave in rows
    ]  # fmt: skip
    return sorted(
        (one for one in found if LEAST <= len(one.text) <= LONG or (one.verbatim in pinned and one.text)),
        key=lambda one: (
            choice.get(one.verbatim, (0, 0))[0] != 1,
            said[one.verbatim].machine,
            -round(said[one.verbatim].confidence, 1),
            len(one.text) < SHORT,
            one.verbatim,
        ),
    )


def _about(db: Connection, record: int) -> list[str]:
    """Return what may be printed of the author: channel and touchpoint; finer columns could name a person."""
    found = []
    for one in verbatims.fields(db):
        if one.role in ("channel", "touchpoint") and one.kind == "category":
            row = db.one(
                f"select f.value from record r join field_value f on f.id = r.{one.column} where r.id = ?", (record,)
            )
            if row is not None:
                found.append(str(row[0]))
    return found
