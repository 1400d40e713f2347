"""Layers of need: what costs points, what lifts and what is wished for, over all that the same people were asked.

Where people are asked for the good in one question and for the bad in another, neither alone holds both sides of a
need. Questions of one frame that the same people answered are therefore counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Role
from annotate.store.query import AnyOf, InQuestion
from reports.collect.scores import Asked
from reports.collect.view import View
from reports.collect.why import MOST_PEOPLE, Pool, sample
from reports.data import Itch, Lacking, MoveRow, NeedFigures, NeedRow, Rows, Theme
from reports.statistics import kano
from reports.statistics.limits import Lack, TooFew

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

SAME_PEOPLE = 0.5
"""Questions are counted together where this part of the people of the smaller one answered both."""

Beside = Callable[[View], Sequence[View]]
"""Return the other questions of a view's frame over the same rows."""


class People:
    """The people who answered any of some questions, P of them: their records, scores, and who says what.

    ``place``: the record of each person's first answer. ``weights``: of a weighted view.
    """

    def __init__(self, views: Sequence[View], one: Asked) -> None:
        records = views[0].loaded.records
        at = np.concatenate([view.told.place[view.row] for view in views])
        self._who, first = np.unique(records.who[at], return_index=True)
        self.views = views
        self.place = at[first]
        self.score = one.values[self.place] if one.score.good_is_high else -one.values[self.place]
        self.wave = records.wave[self.place]
        customer = records.customer[self.place]
        self.customer = customer if np.unique(customer).size < customer.size else None
        self.at_ms = records.at_ms[self.place]
        weights = records.weight[self.place]
        self.weights: Floats | None = None if views[0].weights is None else np.where(weights > 0, weights, 1.0)

    def __len__(self) -> int:
        return int(self._who.size)

    def marks(self, code: int, sentiment: int) -> Marks:
        """Return bool (P): who says a code with that sentiment in any of the questions."""
        found = np.zeros(len(self), np.bool_)
        for view in self.views:
            hits = view.row[view.hits(code, sentiment)]
            found[np.searchsorted(self._who, view.loaded.records.who[view.told.place[hits]])] = True
        return found


def needs(pool: Pool, beside: Beside, one: Asked | None, wished: Mapping[int, tuple[int, int]]) -> NeedFigures | None:
    """Return the layers of need; itches from wishes alone where there is no score; None where there is neither.

    ``wished``: by code, people who wish for it among those looked at, and those of them who mention it.
    """
    pooled = pool(kano.LEAST_PEOPLE)
    view = pooled.view
    if not np.isin(view.mood, (-1, 1)).any() and not any(wishers for wishers, _ in wished.values()):
        return None
    itches = _itches(view, wished)
    if one is None:
        return NeedFigures("", 0, pooled.periods, TooFew(Lack.KINDS, 0, 2), itches=itches)
    views = sorted([view, *_alike(view, beside(view))], key=lambda each: each.told.question.id)
    together = tuple(each.told.question.name for each in views) if len(views) > 1 else ()
    people = People(views, one)
    chosen = sample(len(people), MOST_PEOPLE)
    frame = view.told.frame.codes
    codes = [
        code.id
        for code in frame
        if code.role is Role.THEME and not code.is_net and not code.retired and any(v.hits(code.id).size for v in views)
    ]
    bad, good = (np.zeros((chosen.size, len(codes)), np.bool_) for _ in range(2))
    for place, code in enumerate(codes):
        bad[:, place], good[:, place] = people.marks(code, -1)[chosen], people.marks(code, 1)[chosen]
    found = _layers(people, chosen, bad, good)
    name = one.score.name
    if isinstance(found, TooFew):
        return NeedFigures(name, found.have, pooled.periods, found, itches=itches, together=together)
    left = tuple(Lacking(_theme(views, codes[column]), why) for column, why in found.left_out)
    rows = tuple(NeedRow(_theme(views, codes[need.column]), need) for need in found.needs)
    moves, years = _moves(views, codes, people, chosen, bad, good)
    return NeedFigures(name, found.n, pooled.periods, rows, left, itches, moves, years, together)


def _layers(
    people: People, chosen: Ints, bad: Marks, good: Marks, *, only: Marks | None = None
) -> kano.Layers | TooFew:
    """Return the layers of chosen people (places), whose marks ``bad`` and ``good`` are; ``only``: of some of them."""
    kept = np.ones(chosen.size, np.bool_) if only is None else only
    places = chosen[kept]
    waves = people.wave[places]
    return kano.layers(
        people.score[places], bad[kept], good[kept], waves=waves if np.unique(waves).size > 1 else None,
        customers=None if people.customer is None else people.customer[places],
        weights=None if people.weights is None else people.weights[places],
    )  # fmt: skip


def _alike(view: View, others: Sequence[View]) -> list[View]:
    """Return the views of the same people."""
    mine = _who(view)
    found = []
    for one in others:
        theirs = _who(one)
        smaller = min(mine.size, theirs.size)
        if smaller and np.intersect1d(mine, theirs, assume_unique=True).size >= SAME_PEOPLE * smaller:
            found.append(one)
    return found


def _who(view: View) -> Ints:
    return np.unique(view.loaded.records.who[view.told.place[view.row]])


def _theme(views: Sequence[View], code: int) -> Theme:
    """Return a code with its answers to all the questions."""
    theme = views[0].theme(code)
    if len(views) == 1:
        return theme
    asked = AnyOf(tuple(InQuestion(view.told.question.id) for view in views))
    return replace(theme, rows=Rows(views[0].query.where(asked), code))


def _itches(view: View, wished: Mapping[int, tuple[int, int]]) -> tuple[Itch, ...]:
    found = []
    for code, (wishers, people) in wished.items():
        marks = np.zeros((people, 1), np.bool_)
        marks[:wishers] = True
        if kano.itches(marks, np.ones((people, 1), np.bool_))[0]:
            found.append(Itch(view.theme(code), wishers, people))
    return tuple(sorted(found, key=lambda itch: (-itch.wishers, itch.theme.code)))


def _moves(
    views: Sequence[View], codes: Sequence[int], people: People, chosen: Ints, bad: Marks, good: Marks
) -> tuple[tuple[MoveRow, ...], tuple[str, str] | None]:
    """Return the needs of the last two years that have enough people each."""
    at = people.at_ms[chosen]
    year = np.nan_to_num(at).astype("datetime64[ms]").astype("datetime64[Y]").astype(np.int64) + 1970
    year[np.isnan(at)] = 0
    enough = [int(one) for one in np.unique(year[year > 0]) if (year == one).sum() >= kano.LEAST_PEOPLE]
    if len(enough) < 2:
        return (), None
    before, after = (_layers(people, chosen, bad, good, only=year == one) for one in enough[-2:])
    if isinstance(before, TooFew) or isinstance(after, TooFew):
        return (), None
    moves = kano.migration(before.needs, after.needs)
    rows = tuple(MoveRow(_theme(views, codes[move.column]), move.before, move.after, move.moved) for move in moves)
    return rows, (str(enough[-2]), str(enough[-1]))
