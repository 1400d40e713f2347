"""Shares of themes: as counted, corrected for the model's errors, weighted, and against other periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import holm
from annotate.frames import Code
from annotate.layers import Source
from reports.coded_answers import NO_SENTIMENT, SOURCES
from reports.collect.audited import MODEL
from reports.collect.correcting import Correction, correct
from reports.collect.moods import of_codes
from reports.collect.view import View
from reports.data import (
    CodingFigures,
    FirstFigures,
    Provenance,
    Role,
    SentimentFigures,
    ThemeChange,
    ThemeFigures,
)
from reports.statistics.corrected import LEAST_READ, Corrected
from reports.statistics.corrected_parts import difference as part_difference
from reports.statistics.csat import difference, interval_difference
from reports.statistics.journey import mood_of_people, net_sentiment
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Change, Estimate
from reports.statistics.scores import paired_share_change
from reports.statistics.shares import FirstMentions, Share, first_mentions, share, weighted_share
from reports.statistics.shares import Source as ShareSource

Ints = NDArray[np.int64]

PAIRED = 0.8
"""Part of the smaller period that must have answered both times before a change is told from pairs."""

_PEOPLE = tuple(SOURCES.index(one) for one in (Source.ADJUDICATED, Source.HUMAN, Source.DISAGREEMENT))
_TWINS = tuple(SOURCES.index(one) for one in (Source.DUPLICATE, Source.RULE))
_CERTIFIED = SOURCES.index(Source.CERTIFIED)


def coding(view: View) -> CodingFigures:
    """Return the answers of the scope by who decided their codes."""
    source = view.told.source[view.within]
    human, twins, machine = (int(np.isin(source, told).sum()) for told in (_PEOPLE, _TWINS, MODEL))
    certified = int((source == _CERTIFIED).sum())
    differ = view.told.contested[view.within]
    return CodingFigures(
        human, twins, machine, source.size - human - twins - machine, certified, int((differ > 0).sum()),
        int(differ.sum(dtype=np.int64)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a view by code: as counted (weighted where weights are used), corrected where they could be."""

    counted: Mapping[int, Share]
    printed: Mapping[int, Share]
    correction: Correction


def shares(view: View, *, counts_only: bool) -> Shares:
    """Return the shares of all codes and nets of a view."""
    none = Correction(None, 0, 0, False, {})
    correction = none if counts_only or not view.people else correct(view)
    mine = correction.shares if isinstance(correction.shares, dict) else {}
    counted = {one.id: _counted(view, one.id) for one in view.told.frame.codes}
    printed = {code: mine[code].share if code in mine else one for code, one in counted.items()}
    return Shares(counted, printed, correction)


def _counted(view: View, code: int) -> Share:
    hits = view.hits(code)
    source = ShareSource.MACHINE if view.mention_machine[view.mentions_of(code)].any() else ShareSource.HUMAN
    if view.weights is not None:
        return weighted_share(view.marks(code), view.weights, people=view.customer, source=source)
    if view.customer is not None and view.people:
        return weighted_share(view.marks(code), people=view.customer, source=source)
    return share(int(hits.size), view.people, source=source)


def themes(view: View, found: Shares, *, model: str = "") -> tuple[ThemeFigures, ...]:
    """Return the figures of every code and net in use, in the order of the frame."""
    frame = view.told.frame
    correction = found.correction.shares
    first, base = first_shares(view)
    moods = {one.id: _net(view, one) for one in frame.codes}
    sample = found.correction.sample
    felt = {} if sample is None else of_codes(view, sample, moods, pooled=found.correction.pooled)
    result = []
    for code in frame.codes:
        if code.retired and not view.hits(code.id).size:
            continue
        mine = correction.get(code.id) if isinstance(correction, dict) else None
        counted = found.counted[code.id]
        uncertain = counted.source is ShareSource.MACHINE and mine is None
        result.append(
            ThemeFigures(
                code.id,
                code.number,
                code.label,
                found.printed[code.id],
                int(view.mentions_of(code.id).size),
                code.parent_id,
                code.is_net,
                Role(code.role.value),
                code.definition,
                _sentiments(view, code),
                rows=view.rows_of(code.id),
                label_en=code.label_en,
                counted=counted,
                uncorrected=correction if uncertain and isinstance(correction, TooFew) else None,
                provenance=_provenance(view, code, found.correction, mine, model),
                **_feelings(view, code, moods[code.id], felt.get(code.id), corrects=correction is not None),
                first=None if first is None else _first(first.get(code.id, 0), base, view.loaded.limits),
                retired=code.retired,
            )
        )
    return tuple(result)


def _sentiments(view: View, code: Code) -> SentimentFigures | None:
    told = view.mention_sentiment[view.mentions_of(code.id)]
    counts = [int((told == mood).sum()) for mood in (-1, 0, 1)]
    return SentimentFigures(*counts) if any(counts) else None


def _net(view: View, code: Code) -> Estimate | TooFew | None:
    at = view.mentions_of(code.id)
    at = at[view.mention_sentiment[at] != NO_SENTIMENT]
    if not at.size:
        return None
    who, _, mood = mood_of_people(
        view.mention_person[at].astype(np.int64), np.zeros(at.size, np.int64), view.mention_sentiment[at]
    )
    customers = None if view.customer is None else view.customer[who]
    return net_sentiment(
        mood, weights=None if view.weights is None else view.weights[who], clusters=customers, limits=view.loaded.limits
    )


class _Feelings(TypedDict):
    net_sentiment: Estimate | TooFew | None
    net_counted: Estimate | TooFew | None
    net_uncorrected: TooFew | None


def _feelings(
    view: View, code: Code, counted: Estimate | TooFew | None, fixed: Estimate | TooFew | None, *, corrects: bool
) -> _Feelings:
    """Return a theme's net sentiment: corrected where it could be, else what is missing where the model took part."""
    if isinstance(fixed, Estimate):
        return {"net_sentiment": fixed, "net_counted": counted, "net_uncorrected": None}
    by_machine = corrects and isinstance(counted, Estimate) and view.mention_machine[view.mentions_of(code.id)].any()
    lack = fixed or TooFew(Lack.AUDITED, 0, LEAST_READ) if by_machine else None
    return {"net_sentiment": counted, "net_counted": counted, "net_uncorrected": lack}


def _provenance(view: View, code: Code, correction: Correction, mine: Corrected | None, model: str) -> Provenance:
    at = view.mentions_of(code.id)
    rows, first = np.unique(view.mention_row[at], return_index=True)
    machine = view.mention_machine[at][first]
    certified = int((machine & (view.told.source[rows] == _CERTIFIED)).sum())
    said, right, missed = correction.audited.get(code.id, (0, 0, 0))
    return Provenance(
        int((~machine).sum()), certified, int(machine.sum()) - certified, view.told.frame.number, view.loaded.op,
        model if machine.any() else "", correction.read if correction.audited else None, said, right, missed,
        mine is not None and mine.borrowed, mine is not None and correction.carried,
    )  # fmt: skip


def first_shares(view: View) -> tuple[dict[int, int] | None, int]:
    """Return the people by the code (or net) they mention first, and those of known order; None without any order."""
    if not view.mention_order.any():
        return None, 0
    found = _firsts(view)
    frame = view.told.frame
    counts = {one.id: found.counts[place] for place, one in enumerate(frame.codes)}
    return {
        one.id: sum(counts[below] for below in frame.under(one.id)) if one.is_net else counts[one.id]
        for one in frame.codes
    }, found.base  # fmt: skip


def _firsts(view: View) -> FirstMentions:
    return first_mentions(
        view.mention_person.astype(np.int64), view.mention_row.astype(np.int64), view.mention_code.astype(np.int64),
        view.mention_order.astype(np.int64), width=len(view.told.frame.codes),
    )  # fmt: skip


def first_base(view: View) -> FirstFigures | None:
    """Return whose first mention is known; None where nobody recorded any order."""
    if not view.mention_order.any():
        return None
    found = _firsts(view)
    return FirstFigures(found.base, found.unknown)


def _first(count: int, base: int, limits: Limits) -> Share | TooFew:
    return share(count, base) if base >= limits.shown else TooFew(Lack.ANSWERS, base, limits.shown)


def compared(
    now: tuple[ThemeFigures, ...], before: Mapping[int, Share] | Shares, period: str, *,
    practical: tuple[float, float], paired: Paired | None = None, drawn: Mapping[int, Change] | None = None,
) -> dict[int, ThemeChange]:  # fmt: skip
    """Return the change of each theme since another period, p adjusted by Holm over all of them.

    Corrected shares are compared where both periods have them, else counts with counts. ``practical``: points, and
    percent of the earlier share, below which (the smaller of both) a change is called small. ``paired``: changes told
    from people who answered both times, where nothing had to be corrected; ``drawn``: of shares corrected by the same
    error rates in both periods.
    """
    pairs = {}
    for one in now:
        then = _comparable(one, before) if isinstance(before, Shares) else before.get(one.code)
        if then is not None and then.base and one.share.base and one.role is Role.THEME:
            mine = one.share if then.source is ShareSource.CORRECTED else one.counted or one.share
            pairs[one.code] = (then, mine)
    moved = {code: _moved(*pair) for code, pair in pairs.items()}
    moved |= {code: change for code, change in (drawn or {}).items() if code in pairs and _corrected(*pairs[code])}
    same = {} if paired is None else {c: m for c, m in paired.changes.items() if c in pairs and _by_people(*pairs[c])}
    moved |= same
    adjusted = holm([change.p for change in moved.values()]).tolist()
    points, relative = practical
    return {
        code: ThemeChange(
            period,
            pairs[code][0],
            Change(100 * change.value, 100 * change.low, 100 * change.high, change.p),
            q,
            min(points, relative * pairs[code][0].value or points),
            pairs=paired.people if paired is not None and code in same else 0,
        )
        for (code, change), q in zip(moved.items(), adjusted, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Paired:
    """Changes by code of the ``people`` who answered in both periods (shares, in [−1, 1])."""

    people: int
    changes: Mapping[int, Change]


def paired(now: View, then: View, codes: Iterable[int]) -> Paired | None:
    """Return the changes of those who answered both times; None where too few of the smaller period did (PAIRED).

    Agresti and Min's interval, McNemar's exact test. Unweighted, each customer once a period.
    """
    if now.weights is not None or now.customer is not None or then.customer is not None:
        return None
    before, after = then.told.customer[then.row], now.told.customer[now.row]
    both, at0, at1 = np.intersect1d(before, after, return_indices=True)
    if both.size < max(now.loaded.limits.shown, PAIRED * min(before.size, after.size)):
        return None
    found = {}
    for code in codes:
        old, new = then.marks(code)[at0].astype(np.float64), now.marks(code)[at1].astype(np.float64)
        change = paired_share_change(old, new, limits=now.loaded.limits)
        if isinstance(change, Change):
            found[code] = change
    return Paired(int(both.size), found)


def drawn_changes(now: Shares, before: Shares) -> dict[int, Change]:
    """Return the changes of shares in both periods corrected by the same draws of the model's errors."""
    mine, theirs = now.correction.draws, before.correction.draws
    if mine is None or theirs is None or not (now.correction.pooled and before.correction.pooled):
        return {}
    return {code: part_difference(theirs[code], drawn) for code, drawn in mine.items() if code in theirs}


def _corrected(before: Share, after: Share) -> bool:
    return before.source is after.source is ShareSource.CORRECTED


def _by_people(before: Share, after: Share) -> bool:
    return before.source is after.source is ShareSource.HUMAN


def _comparable(one: ThemeFigures, before: Shares) -> Share | None:
    corrected = one.share.source is ShareSource.CORRECTED
    printed = before.printed.get(one.code)
    if corrected and printed is not None and printed.source is ShareSource.CORRECTED:
        return printed
    return before.counted.get(one.code)


def _moved(before: Share, after: Share) -> Change:
    plain = all(
        one.source is not ShareSource.CORRECTED and one.value == one.count / one.base for one in (before, after)
    )
    return difference(before, after) if plain else interval_difference(before, after)
