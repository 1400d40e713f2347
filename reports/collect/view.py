"""One question within a scope: its people, who mentions what, and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code, Role
from annotate.store.query import Condition, FieldIs, InQuestion, Query
from annotate.verbatims import Field
from reports.coded_answers import CodedAnswers
from reports.collect.loaded import Loaded
from reports.data import Rows, Sentiment, Theme
from reports.data.base import SENTIMENTS
from reports.statistics.crosstab import Packed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


def weights_of(loaded: Loaded, records: Ints) -> Floats:
    """Return the weight of records (places), 1 where none is known."""
    weights = loaded.records.weight[records]
    return np.where(weights > 0, weights, 1.0)


class View:
    """The people of a question who are counted within a scope, P of them, as places 0 … P − 1 by rising person.

    ``within`` bool (answers): in the scope, whether counted or not. ``row``: each person's first counted answer.
    ``mood``: sentiment of a mention, else of its question's direction. ``kept``: what several figures of it share.
    """

    def __init__(self, loaded: Loaded, told: CodedAnswers, within: Marks, query: Query, *, weighted: bool) -> None:
        self.loaded, self.told, self.within, self.query = loaded, told, within, query
        self.kept: dict[str, object] = {}
        self.counted = told.counted & within
        if weighted:
            self.counted &= loaded.records.weight[told.place] != 0  # who weighs nothing is nobody
        rows = np.flatnonzero(self.counted)
        every = np.bincount(told.person[rows], minlength=int(told.person.max(initial=-1)) + 1)
        place = np.cumsum(every > 0) - 1  # people are dense numbers: no sorting
        self.people = int((every > 0).sum())
        self.rows_each = every[every > 0]
        self._place = np.full(len(told), -1, np.int32)
        self._place[rows] = place[told.person[rows]]
        self.row = np.empty(self.people, np.int64)
        self.row[self._place[rows[::-1]]] = rows[::-1]
        mentions = told.mentions
        inside = self.counted[mentions.row]
        self.mention_row = mentions.row[inside]
        self.mention_code = mentions.code[inside]
        self.mention_machine = mentions.machine[inside]
        self.mention_sentiment = mentions.sentiment[inside]
        self.mood = told.moods[inside]
        self.mention_order = mentions.order[inside]
        self.mention_person = self._place[self.mention_row]
        self._by_code: dict[int, Ints] = {}
        self._answers: dict[int, Ints] = {}
        self._bits: dict[int, NDArray[np.uint8]] = {}
        self._hits: dict[tuple[int, int | None], Ints] = {}
        self.weights: Floats | None = weights_of(loaded, told.place[self.row]) if weighted else None

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        width = len(self.told.frame.codes)
        code = self.mention_code.astype(np.int16) if width < 1 << 15 else self.mention_code  # short numbers sort faster
        order = np.argsort(code, kind="stable")
        bounds = np.r_[0, np.cumsum(np.bincount(code, minlength=width))]
        return order, bounds

    def person_of(self, rows: Ints) -> Ints:
        """Return the people (places) who gave these counted answers."""
        return self._place[rows].astype(np.int64)

    def mentions_of(self, code_id: int) -> Ints:
        """Return the places in the mentions of the scope where a code, or any below a net, is said."""
        if code_id not in self._by_code:
            order, bounds = self._sorted
            parts = [order[bounds[at] : bounds[at + 1]] for at in self.told.places(code_id).tolist()]
            self._by_code[code_id] = np.concatenate(parts) if parts else np.empty(0, np.int64)
        return self._by_code[code_id]

    def answers_with(self, code_id: int) -> Ints:
        """Return the counted answers (rising) that carry a code, or any below a net."""
        if code_id not in self._answers:
            rows = self.mention_row[self.mentions_of(code_id)].astype(np.int64)
            alone = bool((rows[1:] > rows[:-1]).all())  # mostly so: a code stands once in an answer, answers in order
            self._answers[code_id] = rows if alone else np.unique(rows)
        return self._answers[code_id]

    def hits(self, code_id: int, sentiment: int | None = None) -> Ints:
        """Return the people (places, rising) who mention a code or net (with that mood)."""
        key = code_id, sentiment
        if key not in self._hits:
            at = self.mentions_of(code_id)
            if sentiment is not None:
                at = at[self.mood[at] == sentiment]
            self._hits[key] = self._different(self.mention_person[at])
        return self._hits[key]

    def _different(self, people: NDArray[np.int32]) -> Ints:
        """Return the different people (places), rising."""
        if people.size < self.people >> 7:
            return np.unique(people).astype(np.int64)
        found = np.zeros(self.people, np.bool_)  # many of them: marking takes a third of the time of sorting
        found[people] = True
        return np.flatnonzero(found)

    def marks(self, code_id: int, sentiment: int | None = None) -> Marks:
        """Return bool (people): who mentions it."""
        found = np.zeros(self.people, np.bool_)
        found[self.hits(code_id, sentiment)] = True
        return found

    def packed(self, code_ids: Sequence[int]) -> Packed:
        """Return the bits of who mentions what (codes × ⌈people/64⌉), without the table."""
        whole = np.zeros((len(code_ids), -(-self.people // 64) * 8), np.uint8)
        for place, one in enumerate(code_ids):
            if one not in self._bits:
                self._bits[one] = np.packbits(self.marks(one))
            whole[place, : self._bits[one].size] = self._bits[one]
        return whole.view(np.uint64)

    def column(self, field: Field) -> NDArray[np.int64] | NDArray[np.float64]:
        """Return the value of a client column by person: that of their first counted answer."""
        return self.loaded.records.columns[field.id][self.told.place[self.row]]

    @cached_property
    def at_ms(self) -> Floats:
        """Return the time of each person's first counted answer, NaN unknown."""
        return self.loaded.records.at_ms[self.told.place[self.row]]

    @cached_property
    def wave(self) -> Ints:
        """Return the wave of each person."""
        return self.told.wave[self.row]

    @cached_property
    def customer(self) -> Ints | None:
        """Return the customer of each person where some answered more than once, else None."""
        who = self.told.customer[self.row]
        return who if np.unique(who).size < who.size else None

    def memberships(self, field: Field) -> tuple[Ints, Ints, bool]:
        """Return (value id, person) pairs of a category column over all counted answers, and whether any overlap."""
        if self.people and self.rows_each.max() == 1:
            alone = np.asarray(self.column(field), np.int64)
            who = np.flatnonzero(alone > 0)
            return alone[who], who, False
        rows = np.flatnonzero(self.counted)
        values = np.asarray(self.loaded.records.columns[field.id][self.told.place[rows]], np.int64)
        known = values > 0
        pairs = np.unique(self._place[rows[known]].astype(np.int64) << 32 | values[known])
        people, value = pairs >> 32, pairs & 0xFFFFFFFF
        return value, people, bool(people.size and np.unique(people).size < people.size)

    def codes(self, *, nets: bool = True, themes: bool = True) -> list[Code]:
        """Return the codes that are in use or retired with mentions, nets among them unless told otherwise."""
        return [
            one
            for one in self.told.frame.codes
            if (nets or not one.is_net) and (not themes or one.role is Role.THEME)
            and (not one.retired or self.hits(one.id).size)
        ]  # fmt: skip

    def largest(self, most: int, *, nets: bool = False, least: int = 1) -> list[Code]:
        """Return the themes in use that most people mention; retired codes are not among them."""
        found = [
            one for one in self.codes(nets=nets)
            if one.is_net is nets and not one.retired and self.hits(one.id).size >= least
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-self.hits(one.id).size, one.id))[:most]

    def rows_of(self, code_id: int | None, *more: Condition, sentiment: int | None = None) -> Rows:
        """Return the rows behind a figure of this question."""
        return Rows(self.query.where(InQuestion(self.told.question.id), *more), code_id, sentiment)

    def value_is(self, field: Field, text: str) -> FieldIs:
        """Return the condition of a column's value."""
        return FieldIs(field.id, (text,))

    def theme(self, code_id: int, sentiment: int | None = None, *more: Condition, members: Sequence[int] = ()) -> Theme:
        """Return a code as a row of a figure; its label comes with its net where another is called the same."""
        frame = self.told.frame
        code = frame.code(code_id)
        label, english = code.label, code.label_en
        if code.parent_id is not None and sum(one.label == label and not one.is_net for one in frame.codes) > 1:
            above = frame.code(code.parent_id)
            label = f"{above.label}/{label}"
            english = f"{above.label_en or above.label}/{english}" if english else ""
        mood: Sentiment | None = None if sentiment is None else SENTIMENTS[sentiment]
        return Theme(
            code.id,
            code.number,
            label,
            mood,
            tuple(members),
            replace(
                self.rows_of(code_id, *more, sentiment=sentiment),
                members=() if tuple(members) == (code_id,) else tuple(members),
            ),
            english,
            code.retired,
        )

    @property
    def parents(self) -> dict[int, int | None]:
        """Return the net of every code and net of the frame."""
        known = {one.id for one in self.told.frame.codes}
        return {one.id: one.parent_id if one.parent_id in known else None for one in self.told.frame.codes}
