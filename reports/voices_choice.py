"""Which verbatims a report quotes: typical ones of the largest themes and one that objects, one a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate import layers, lexicon, verbatims
from annotate.frames import Code, Frame, Role
from annotate.phrases import Cleaner
from annotate.store.connection import Connection
from annotate.words import cutter
from reports.data import Quote, Sentiment
from reports.statistics.text_vectors import Words, text_vectors
from reports.statistics.voices import SHORT, Told, voices

if TYPE_CHECKING:
    from reports.collect import Heard

THEMES = 8
QUOTES = 3
LEAST, LONG = 8, 120
POOL = 400
"""Verbatims of a theme among which the typical ones are looked for: coded by people first, then the surest."""
LONG_DIALOGUE = 4_000
"""Characters of a call note or chat that is looked through for a quote of LONG characters."""
_NO_MOOD = 9
_BY_MACHINE = (layers.Source.MODEL, layers.Source.CERTIFIED)
MOODS = {-1: Sentiment.NEGATIVE, 0: Sentiment.NEUTRAL, 1: Sentiment.POSITIVE}


def choose(db: Connection, frame: Frame, heard: Heard) -> Iterable[Quote]:
    """Yield quotes for the largest themes: up to QUOTES typical ones each, then one that objects, if anybody does."""
    themes = [code for code in frame.codes if not code.is_net and code.role is Role.THEME and code.id in heard.people]
    themes.sort(key=lambda code: (-len(heard.people[code.id]), code.id))
    used = _Used(set(), set())
    cleaner, words = Cleaner.load(db), cutter(lexicon.load(db)).themes
    for code in themes[:THEMES]:
        yield from _of_theme(db, code, heard, used, cleaner, words)


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


def _of_theme(db: Connection, code: Code, heard: Heard, used: _Used, cleaner: Cleaner, words: Words) -> Iterable[Quote]:
    said = dict(heard.said[code.id])
    found = [one for one in _candidates(db, said, cleaner) if one.person not in used.people]
    by_people = [one for one in found if said[one.verbatim].source not in _BY_MACHINE]
    # What a person decided stands before what a machine did, unless that leaves too few to choose from.
    chosen = by_people if len({one.group for one in by_people}) > QUOTES else found
    first = {one.group: one for one in reversed(chosen) if one.group not in used.groups}
    pool = [one for one in chosen if first.get(one.group) is one][:POOL]
    mood = [said[one.verbatim].sentiment for one in pool]
    told = Told(
        text_vectors([one.text for one in pool], words),
        np.array([one.person for one in pool], np.int64),
        np.array([len(one.text) for one in pool], np.int64),
        np.array([_NO_MOOD if one is None else one for one in mood], np.int8),
        np.array([one.channel for one in pool], np.int64),
    )
    for voice in voices(told, QUOTES):
        one = pool[voice.row]
        used.people.add(one.person)
        used.groups.add(one.group)
        about = [*_about(db, one.record), *([one.wave] if one.wave else [])]
        sentiment = mood[voice.row]
        yield Quote(one.text, code.id, None if sentiment is None else MOODS[sentiment], tuple(about), "#" + one.key)


def _candidates(db: Connection, said: dict[int, layers.Said], cleaner: Cleaner) -> list[_Candidate]:
    """Return what may be quoted, decided by people first, then the surest, of a readable length first."""
    marks = ", ".join(str(one) for one in list(said)[:20_000])
    channel = next((f"r.{one.column}" for one in verbatims.fields(db) if one.role == "channel"), "null")
    rows = db.execute(
        "select v.id, t.text, v.group_id, ifnull(r.respondent_id, -r.id), ifnull("
        f"{channel}, -1), r.id, ifnull(r.key, r.number), w.name"
        " from verbatim v"
        " join verbatim_text t on t.id = v.id join record r on r.id = v.record_id left join wave w on w.id = r.wave_id"
        f" where v.id in ({marks}) and length(t.text) between {LEAST} and {LONG_DIALOGUE if cleaner else LONG}"
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
        (one for one in found if LEAST <= len(one.text) <= LONG),
        key=lambda one: (
            said[one.verbatim].source in _BY_MACHINE,
            -round(said[one.verbatim].confidence or 1.0, 1),
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
