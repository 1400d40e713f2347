"""Which verbatims a report quotes: typical ones of the largest themes, one a person, never the same words twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from annotate import layers, verbatims
from annotate.frames import Code, Frame, Role
from annotate.phrases import Cleaner
from annotate.store.connection import Connection
from reports.data import Quote, Sentiment

if TYPE_CHECKING:
    from reports.collect import Heard

THEMES = 8
QUOTES = 3
SHORT, LONG, TYPICAL = 8, 120, 36
LONG_DIALOGUE = 4_000
"""Characters of a call note or chat that is looked through for a quote of LONG characters."""
MOODS = {-1: Sentiment.NEGATIVE, 0: Sentiment.NEUTRAL, 1: Sentiment.POSITIVE}


def choose(db: Connection, frame: Frame, heard: Heard) -> Iterable[Quote]:
    """Yield quotes for the largest themes: human-coded first, surer before less sure, of typical length."""
    themes = [code for code in frame.codes if not code.is_net and code.role is Role.THEME and code.id in heard.people]
    themes.sort(key=lambda code: (-len(heard.people[code.id]), code.id))
    used: set[int] = set()
    cleaner = Cleaner.load(db)
    for code in themes[:THEMES]:
        yield from _of_theme(db, code, heard, used, cleaner)


def _of_theme(db: Connection, code: Code, heard: Heard, used: set[int], cleaner: Cleaner) -> Iterable[Quote]:
    said = dict(heard.said[code.id])
    marks = ", ".join(str(one) for one in list(said)[:20_000])
    rows = db.execute(
        "select v.id, v.group_id, t.text, ifnull(r.key, r.number), w.name, r.id from verbatim v"
        " join verbatim_text t on t.id = v.id join record r on r.id = v.record_id left join wave w on w.id = r.wave_id"
        f" where v.id in ({marks}) and length(t.text) between {SHORT} and {LONG_DIALOGUE if cleaner else LONG}"
    ).fetchall()
    if cleaner:  # what the agent said and what a template repeats is no quote
        quoted = ((verbatim, group, cleaner.quoted(str(text)), *rest) for verbatim, group, text, *rest in rows)
        rows = [row for row in quoted if SHORT <= len(str(row[2])) <= LONG]
    order = sorted(
        rows,
        key=lambda row: (
            said[int(row[0] or 0)].source in (layers.Source.MODEL, layers.Source.CERTIFIED),
            -round(said[int(row[0] or 0)].confidence or 1.0, 1),
            abs(len(str(row[2])) - TYPICAL) // 8,
            int(row[0] or 0),
        ),
    )
    given = 0
    for verbatim, group, text, key, wave, record in order:
        if given == QUOTES:
            return
        if int(group or 0) in used:
            continue
        used.add(int(group or 0))
        mood = said[int(verbatim or 0)].sentiment
        about = [*_about(db, int(record or 0)), *([str(wave)] if wave else [])]
        yield Quote(
            str(text),
            code.id,
            None if mood is None else MOODS[mood],
            tuple(about),
            "#" + str(key),
        )
        given += 1


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
