"""Shares of themes: as counted, corrected for the model's errors, weighted, and against other periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import holm
from annotate.frames import Code
from annotate.layers import Source
from reports.coded_answers import NO_SENTIMENT, SOURCES
from reports.collect.view import View
from reports.data import (
    CodingFigures,
    CorrectionFigures,
    FirstFigures,
    Provenance,
    Role,
    SentimentFigures,
    ThemeChange,
    ThemeFigures,
)
from reports.statistics.corrected import Corrected, corrected_shares, tally
from reports.statistics.csat import difference, interval_difference
from reports.statistics.journey import mood_of_people, net_sentiment
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Change, Estimate
from reports.statistics.shares import FirstMentions, Share, first_mentions, share, weighted_share
from reports.statistics.shares import Source as ShareSource

Ints = NDArray[np.int64]

_PEOPLE = tuple(SOURCES.index(one) for one in (Source.ADJUDICATED, Source.HUMAN, Source.DISAGREEMENT))
_TWINS = tuple(SOURCES.index(one) for one in (Source.DUPLICATE, Source.RULE))
_MODEL = tuple(SOURCES.index(one) for one in (Source.MODEL, Source.CERTIFIED))
_CERTIFIED = SOURCES.index(Source.CERTIFIED)


def coding(view: View) -> CodingFigures:
    """Return the answers of the scope by who decided their codes."""
    source = view.told.source[view.within]
    human, twins, machine = (int(np.isin(source, told).sum()) for told in (_PEOPLE, _TWINS, _MODEL))
    certified = int((source == _CERTIFIED).sum())
    return CodingFigures(human, twins, machine, source.size - human - twins - machine, certified)


@dataclass(frozen=True, slots=True)
class Correction:
    """What correcting the shares of a view came to: by code, or what is missing; ``carried``: over to people.

    ``audited``: by code, (the model said it, rightly, missed) among the audited answers.
    """

    shares: Mapping[int, Corrected] | TooFew | None
    read: int
    stands_for: int
    carried: bool
    audited: Mapping[int, tuple[int, int, int]]

    @property
    def figures(self) -> CorrectionFigures | TooFew | None:
        """Return what the page says of it."""
        return self.shares if self.shares is None or isinstance(self.shares, TooFew) else CorrectionFigures(
            self.read, self.stands_for
        )  # fmt: skip


def correct(view: View) -> Correction:
    """Return the corrected shares of all codes and nets of a view; None where the model has no part in them.

    Open answers are those that only the model coded, and the audited ones; all others are known. Counted by answers;
    where a person gave several, the share of people is the counted one times corrected ÷ counted of answers.
    """
    told = view.told
    audit = view.loaded.audits[told.question.id]
    inside = view.counted[audit.row]
    rows = audit.row[inside]
    open_rows = view.counted & np.isin(told.source, [*_MODEL, SOURCES.index(Source.OPEN)])
    if not open_rows.any():
        return Correction(None, 0, 0, False, {})
    open_rows[rows] = True
    size, known_size = int(open_rows.sum()), int((view.counted & ~open_rows).sum())
    codes = [one for one in told.frame.codes if one.role.value != Role.INVALID.value]
    place = {one.id: at for at, one in enumerate(codes)}
    above = np.array([place.get(one.parent_id, -1) if one.parent_id else -1 for one in codes], np.int64)
    at = np.full(len(told), -1, np.int64)
    at[rows] = np.arange(rows.size)
    machine, truth = (np.zeros((rows.size, len(codes)), np.bool_) for _ in range(2))
    new_place = np.cumsum(inside) - 1
    keep = inside[audit.said_row]
    said_at, said_code = new_place[audit.said_row[keep]], audit.said_code[keep]
    positive, known = np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
    alone = open_rows.copy()
    alone[rows] = False
    for column, one in enumerate(codes):
        machine[said_at[np.isin(said_code, told.places(one.id))], column] = True
        carrying = np.unique(view.mention_row[view.mentions_of(one.id)])
        truth[at[carrying[at[carrying] >= 0]], column] = True
        positive[column] = int(alone[carrying].sum()) + int(machine[:, column].sum())
        known[column] = int((~open_rows[carrying]).sum())
    found = corrected_shares(
        tally(machine, truth, audit.inclusion[inside]), positive, size=size, above=above, known=known,
        known_size=known_size,
    )  # fmt: skip
    parts = (one.sum(axis=0).tolist() for one in (machine, machine & truth, truth & ~machine))
    checked = {one.id: told for one, told in zip(codes, zip(*parts, strict=True), strict=True)}
    carried = bool((view.rows_each > 1).any())
    if isinstance(found, TooFew):
        return Correction(found, int(rows.size), size, carried, checked)
    told_shares = {one.id: share for one, share in zip(codes, found, strict=True)}
    if carried:
        told_shares = {code: _carried(view, code, one) for code, one in told_shares.items()}
    return Correction(told_shares, int(rows.size), size, carried, checked)


def _carried(view: View, code: int, one: Corrected) -> Corrected:
    """Carry a share of answers over to people."""
    told, count = one.share, int(view.hits(code).size)
    if not told.count:
        value, low, high = told.value, told.low, told.high
    else:
        scale = (count / view.people) / (told.count / told.base)
        value, low, high = (min(1.0, scale * end) for end in (told.value, told.low, told.high))
    return Corrected(Share(count, view.people, value, low, high, ShareSource.CORRECTED), one.own)


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a view by code: as counted (weighted where weights are used), corrected where they could be."""

    counted: Mapping[int, Share]
    printed: Mapping[int, Share]
    correction: Correction


def shares(view: View, *, counts_only: bool) -> Shares:
    """Return the shares of all codes and nets of a view."""
    none = Correction(None, 0, 0, False, {})
    correction = none if counts_only or view.weights is not None or not view.people else correct(view)
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
                net_sentiment=_net(view, code),
                first=None if first is None else _first(first.get(code.id, 0), base),
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
    return net_sentiment(mood, weights=None if view.weights is None else view.weights[who], clusters=customers)


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


def _first(count: int, base: int) -> Share | TooFew:
    return share(count, base) if base >= 30 else TooFew(Lack.ANSWERS, base, 30)


def compared(
    now: tuple[ThemeFigures, ...], before: Mapping[int, Share] | Shares, period: str, *, practical: tuple[float, float]
) -> dict[int, ThemeChange]:
    """Return the change of each theme since another period, p adjusted by Holm over all of them.

    Corrected shares are compared where both periods have them, else counts with counts. ``practical``: points, and
    percent of the earlier share, below which (the smaller of both) a change is called small.
    """
    pairs = {}
    for one in now:
        then = _comparable(one, before) if isinstance(before, Shares) else before.get(one.code)
        if then is not None and then.base and one.share.base and one.role is Role.THEME:
            mine = one.share if then.source is ShareSource.CORRECTED else one.counted or one.share
            pairs[one.code] = (then, mine)
    moved = {code: _moved(*pair) for code, pair in pairs.items()}
    adjusted = holm([change.p for change in moved.values()]).tolist()
    points, relative = practical
    return {
        code: ThemeChange(
            period,
            pairs[code][0],
            Change(100 * change.value, 100 * change.low, 100 * change.high, change.p),
            q,
            min(points, relative * pairs[code][0].value or points),
        )
        for (code, change), q in zip(moved.items(), adjusted, strict=True)
    }


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
