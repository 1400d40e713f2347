"""Words of the themes, wishes, and candidates for new themes: what needs the texts themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import lexicon, privacy
from annotate.frames import Role
from annotate.jobs import Progress, silent
from annotate.phrases import Cleaner
from annotate.store.connection import Connection
from annotate.store.query import Ids
from annotate.words import cutter
from reports.collect.view import View
from reports.data import Candidate, EmergingFigures, Rows, WordsRow
from reports.statistics.emerging import Emerging, chance, emerging
from reports.statistics.keyness import key_words
from reports.statistics.limits import TooFew
from reports.wishes import is_wish

Ints = NDArray[np.int64]

LOOKED_AT = 6_000
"""Answers that words and wishes are told from: a random part of more."""
OTHERS = 1_500
THEMES = 8
SURE = 0.05
_BATCH = 900


@dataclass(frozen=True, slots=True)
class Texts:
    """Answers that were looked through: places in the question's answers, rising, and what the customer says."""

    rows: Ints
    texts: tuple[str, ...]


def texts_of(db: Connection, view: View, rows: Ints, most: int, *, seed: int = 0) -> Texts:
    """Read the texts of answers (a random part of many) without what agents and templates say."""
    if rows.size > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    cleaner = Cleaner.load(db)
    told: dict[int, str] = {}
    wanted = view.told.ids[rows].tolist()
    for start in range(0, len(wanted), _BATCH):
        marks = ", ".join(map(str, wanted[start : start + _BATCH]))
        for verbatim, text in db.execute(f"select id, text from verbatim_text where id in ({marks})"):
            told[int(verbatim or 0)] = cleaner.quoted(str(text)) if cleaner else str(text)
    return Texts(rows, tuple(told.get(one, "") for one in wanted))


def theme_words(db: Connection, view: View, looked: Texts) -> tuple[WordsRow, ...]:
    """Return, for the largest themes, the words that tell their answers from the others."""
    themes = cutter(lexicon.load(db)).themes
    said = [themes(text) for text in looked.texts]
    whole = Counter(word for one in said for word in one)
    found = []
    for code in view.largest(THEMES):
        inside_rows = np.isin(looked.rows, view.mention_row[view.mentions_of(code.id)])
        inside = Counter(word for one, here in zip(said, inside_rows.tolist(), strict=True) if here for word in one)
        outside = {word: count - inside[word] for word, count in whole.items()}
        n = int(inside_rows.sum())
        told = key_words(inside, outside, (n, len(said) - n))
        places = np.flatnonzero(inside_rows).tolist()
        behind: tuple[Rows, ...] = ()
        if not isinstance(told, TooFew):
            using = ([at for at in places if word.word in said[at]] for word in told)
            behind = tuple(view.rows_of(None, Ids.of(np.sort(view.told.ids[looked.rows[at]]).tolist())) for at in using)
        found.append(WordsRow(view.theme(code.id), told, behind))
    return tuple(found)


def wishers(view: View, looked: Texts) -> Mapping[int, tuple[int, int]]:
    """Return, by code, people of the answers looked through who wish for it, and who mention it.

    A wish counts for a theme where its answer carries no other theme: which of several is wished for, nobody knows.
    """
    roles = np.array([one.role is Role.THEME and not one.is_net for one in view.told.frame.codes], np.bool_)
    inside = np.isin(view.mention_row, looked.rows) & roles[view.mention_code]
    row, code, person = view.mention_row[inside], view.mention_code[inside], view.mention_person[inside]
    alone = np.bincount(np.searchsorted(looked.rows, row), minlength=looked.rows.size)
    wished = np.array([is_wish(text) for text in looked.texts], np.bool_)
    at = np.searchsorted(looked.rows, row)
    wish = wished[at] & (alone[at] == 1) if row.size else np.zeros(0, np.bool_)
    found = {}
    for place in np.unique(code).tolist():
        mine = code == place
        people = int(np.unique(person[mine]).size)
        found[view.told.frame.codes[place].id] = (int(np.unique(person[mine & wish]).size), people)
    return found


def candidates(db: Connection, view: View, *, progress: Progress = silent) -> EmergingFigures | TooFew:
    """Return candidates for new themes among answers that no theme explains: "other", or read and nothing found.

    Shown are those that come back when the answers are drawn again, more often than groups of words dealt at random do.
    """
    codes = view.told.frame.codes
    themed = np.array([one.role is not Role.OTHER for one in codes], np.bool_)
    explained = np.zeros(len(view.told), np.bool_)
    explained[view.mention_row[themed[view.mention_code]]] = True
    looked = texts_of(db, view, np.flatnonzero(view.counted & ~explained), OTHERS)
    words = cutter(lexicon.load(db)).themes
    found: Emerging | TooFew = emerging(looked.texts, words, progress=progress)
    if isinstance(found, TooFew):
        return found
    p = chance(looked.texts, words, found, progress=progress)
    shown = [
        Candidate(
            one.words, len(one.rows), one.stability, luck, tuple(_masked(looked.texts[row] for row in one.examples)),
            view.rows_of(None, Ids.of(view.told.ids[looked.rows[list(one.rows)]].tolist())),
        )
        for one, luck in zip(found.themes, p, strict=True)
        if luck <= SURE
    ]  # fmt: skip
    return EmergingFigures(tuple(shown), found.texts, found.clusters, found.unstable, len(p) - len(shown))


def _masked(texts: Iterable[str]) -> Iterable[str]:
    return (privacy.mask(text) for text in texts)
