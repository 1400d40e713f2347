"""Closed groups of the definitions: response, figure with its finite-population interval, account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.store.query import Condition, FieldIs, Query
from annotate.verbatims import Field
from reports.collect.loaded import Loaded
from reports.collect.scores import Asked
from reports.collect.view import View
from reports.data import AccountRow, ClosedFigures, Rows, Theme
from reports.definitions.terms import Measure, Population
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import DETRACTOR_TO, PROMOTER_FROM, Estimate
from reports.statistics.scores import mean

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

MOST_THEMES = 3


def closed(
    loaded: Loaded, within: Marks, query: Query, views: Sequence[View], score: Asked | None
) -> tuple[ClosedFigures, ...]:
    """Return the closed groups whose columns the project has; ``within`` bool (records) of the scope."""
    found = []
    for one in loaded.definitions.populations:
        field, of = loaded.field(one.account), loaded.field(one.column)
        if field is None or field.kind != "category" or (one.column and (of is None or of.kind != "category")):
            continue
        found.append(_closed(loaded, within, query, views, score, one, field, of))
    return tuple(found)


def _closed(
    loaded: Loaded, within: Marks, query: Query, views: Sequence[View], score: Asked | None, one: Population,
    field: Field, of: Field | None,
) -> ClosedFigures:  # fmt: skip
    texts = loaded.values[field.id]
    account = np.asarray(loaded.records.columns[field.id], np.int64)
    belongs = account > 0
    if of is not None:
        numbers = [number for number, text in loaded.values[of.id].items() if text == one.value]
        belongs &= np.isin(loaded.records.columns[of.id], numbers)
    here = within & belongs
    answered = np.unique(account[here])
    means = {} if score is None else _means(score, account, here)
    small = one.size < loaded.limits.shown
    more: list[Condition] = [] if of is None else [FieldIs(of.id, (one.value,))]
    accounts: list[AccountRow] = []
    if small:
        themes = _themes(loaded, views, account, here, field, more)
        for number in np.unique(account[belongs]).tolist():
            rows = Rows(query.where(*more, FieldIs(field.id, (texts[number],))), coded=False)
            bad, good, said = (tuple(themes.get((number, pole), ()))[:MOST_THEMES] for pole in (-1, 1, 0))
            accounts.append(
                AccountRow(
                    texts[number], int((here & (account == number)).sum()), means.get(number), bad, good, said, rows
                )
            )
        accounts.sort(key=lambda row: (not row.answers, row.score is None, row.score or 0.0, row.name))
        if score is not None and not score.score.good_is_high:
            accounts.sort(key=lambda row: (not row.answers, row.score is None, -(row.score or 0.0), row.name))
    figure, counts = _figure(loaded, score, np.array(list(means.values())), one.size)
    name = score.score.name if score else ""
    return ClosedFigures(one.name, one.size, int(answered.size), name, figure, counts, small, tuple(accounts))


def _means(score: Asked, account: Ints, here: Marks) -> dict[int, float]:
    """Return the mean score of each account over its people, each person's last answer."""
    places = score.one_a_person(here)
    kinds, back = np.unique(account[places], return_inverse=True)
    sums, sizes = np.bincount(back, score.values[places]), np.bincount(back)
    return dict(zip(kinds.tolist(), (sums / np.maximum(sizes, 1)).tolist(), strict=True))


def _figure(
    loaded: Loaded, score: Asked | None, means: Floats, size: int
) -> tuple[Estimate | TooFew | None, tuple[int, int, int] | None]:
    if score is None:
        return None, None
    counts = None
    if score.score.measure is Measure.NPS:
        good, bad = int((means >= PROMOTER_FROM).sum()), int((means <= DETRACTOR_TO).sum())
        counts = good, means.size - good - bad, bad
    if means.size < 2:
        return TooFew(Lack.ANSWERS, int(means.size), 2), counts
    told = mean(means, population=max(size, means.size), limits=loaded.limits)
    return told, counts


def _themes(
    loaded: Loaded, views: Sequence[View], account: Ints, here: Marks, field: Field, more: Sequence[Condition]
) -> dict[tuple[int, int], list[Theme]]:
    """Return the themes of each account by feeling (−1, 1; 0: without any), most mentioned first."""
    texts = loaded.values[field.id]
    found: Counter[tuple[int, int, int, int]] = Counter()
    for at, view in enumerate(views):
        codes = {place: one for place, one in enumerate(view.told.frame.codes) if not one.is_net}
        themes = {one.id for one in view.codes(nets=False)}
        record = view.told.place[view.mention_row]
        for place in np.flatnonzero(here[record]).tolist():
            code = codes.get(int(view.mention_code[place]))
            if code is None or code.id not in themes:
                continue
            mood = int(view.mood[place])
            pole = mood if mood in (-1, 1) else 0
            found[int(account[record[place]]), pole, at, code.id] += 1
    told: dict[tuple[int, int], list[Theme]] = {}
    for (number, pole, at, code_id), _n in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        condition = FieldIs(field.id, (texts[number],))
        theme = views[at].theme(code_id, pole or None, *more, condition)
        told.setdefault((number, pole), []).append(theme)
    return told
