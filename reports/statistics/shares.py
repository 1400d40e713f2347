"""Shares of people as counted: bases, intervals, weights, several rows a customer, nets, first mentions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from annotate.estimates import wilson_interval
from reports.statistics.limits import BaseSize, Lack, Limits, TooFew

__all__ = ["BaseSize", "Limits"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.bool_]


class Source(Enum):
    """Who decided the codes behind a share."""

    HUMAN = "human"
    MACHINE = "machine"  # machine codes counted as they are
    CORRECTED = "corrected"  # machine codes corrected by an audit sample


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval. ``count`` of ``base``; value, low and high in [0, 1].

    A corrected share keeps the machine's count, so its value is not count / base.
    """

    count: int
    base: int
    value: float
    low: float
    high: float
    source: Source = Source.HUMAN

    @property
    def half_width(self) -> float:
        """Half of the interval's length, in [0, 0.5]."""
        return (self.high - self.low) / 2


def share(count: int, base: int, *, source: Source = Source.HUMAN) -> Share:
    """Return the share of people who count, each person once in both figures, with Wilson's interval."""
    low, high = wilson_interval(count, base)
    return Share(count, base, count / base if base else 0.0, low, high, source)


def clustered_share(hits: Sequence[int], rows: Sequence[int], *, source: Source = Source.HUMAN) -> Share:
    """Return the share of rows that hit where a customer may have several rows.

    ``hits[k]`` of ``rows[k]`` rows of customer k. The interval is Wilson's at the effective number of rows, from
    se = √Σ(x_k − m_k·p)² / Σm_k (linearised ratio, customers as clusters); it is never narrower than that of
    independent rows, because a handful of clusters can look accidentally even.
    """
    if len(hits) != len(rows) or any(not 0 <= x <= m for x, m in zip(hits, rows, strict=True)):
        raise ValueError("each customer needs 0 ≤ hits ≤ rows")
    total, count = sum(rows), sum(hits)
    if total == 0:
        return share(0, 0, source=source)
    p = count / total
    if count in (0, total):
        effective = float(sum(1 for m in rows if m))
    else:
        variance = sum((x - m * p) ** 2 for x, m in zip(hits, rows, strict=True)) / total**2
        effective = min(float(total), p * (1 - p) / variance)
    low, high = wilson_interval(p * effective, effective)
    return Share(count, total, p, low, high, source)


def people_by_code(
    people: NDArray[np.int64], codes: NDArray[np.int64], parents: Mapping[int, int | None]
) -> dict[int, int]:
    """Return how many people mention each code and each net above it; a person counts once in each.

    ``people`` and ``codes`` have one entry a mention (any order, repeats allowed); ``parents`` names the net of a code
    or None, nets included. Every key of ``parents`` is in the answer; mentions of other codes are left out.
    Raises ValueError when the nets form a loop.
    """
    import numpy as np

    ids = np.array(sorted(parents), dtype=np.int64)
    if not ids.size:
        return {}
    place = {int(code): index for index, code in enumerate(ids)}
    above = np.array([place.get(net, -1) if (net := parents[int(c)]) is not None else -1 for c in ids], dtype=np.int64)
    known = np.isin(codes, ids)
    at = np.searchsorted(ids, codes[known])
    who = people[known]
    pairs: list[NDArray[np.int64]] = []
    chain = np.arange(ids.size)
    while (chain >= 0).any():
        if len(pairs) > ids.size:
            raise ValueError("the nets form a loop")
        here = chain[at]
        inside = here >= 0
        pairs.append(np.unique(who[inside] * ids.size + here[inside]))
        chain = np.where(chain >= 0, above[chain], -1)
    counts = np.bincount(np.unique(np.concatenate(pairs)) % ids.size, minlength=ids.size)
    return {int(code): int(count) for code, count in zip(ids, counts, strict=True)}


def people_by_code_and_column(
    people: NDArray[np.int64],
    codes: NDArray[np.int64],
    columns: NDArray[np.int64],
    parents: Mapping[int, int | None],
    *,
    width: int,
) -> dict[int, tuple[int, ...]]:
    """Return ``people_by_code`` within each column of a table: counts by code, one for each of ``width`` columns.

    ``columns`` has the column of each mention's respondent, −1 for none.
    """
    parts = [people_by_code(people[columns == n], codes[columns == n], parents) for n in range(width)]
    return {code: tuple(part[code] for part in parts) for code in parents}


class Base(Enum):
    """The people a percentage is computed over; always named beside the figure."""

    ALL = "all"  # all respondents in the base of the question
    COMMENTED = "commented"  # those whose answer says something
    PARENT = "parent"  # those who mention the net above


def effective_number(weights: Floats) -> float:
    """Return how many equally weighted answers these are worth, (Σw)²/Σw² (Kish 1965, 8.2). 0 without weight."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def weighted_share(
    hits: Marks, weights: Floats | None = None, *, people: Ints | None = None, source: Source = Source.HUMAN
) -> Share:
    """Return the share of weight that hits, each row one or part of one person.

    ``hits`` bool (n), ``weights`` float64 (n) ≥ 0, ``people`` int64 (n): rows of one person are one cluster. ``count``
    and ``base`` are unweighted rows. The interval is Wilson's at the effective number p(1 − p)/V with the linearised
    V = Σ_k (Σ_{i∈k} w_i(x_i − p))² / (Σw)² (Särndal, Swensson and Wretman 1992, 5.5), at most n.
    Raises ValueError for shapes that differ or a negative weight.
    """
    import numpy as np

    n = hits.size
    w = np.ones(n) if weights is None else weights
    who = np.arange(n) if people is None else np.unique(people, return_inverse=True)[1].reshape(-1)
    if w.shape != hits.shape or who.shape != hits.shape or (n and not w.min() >= 0):
        raise ValueError("each row needs its weight of 0 or more and its person")
    whole = float(w.sum())
    if whole == 0:
        return share(0, 0, source=source)
    p = float(w @ hits) / whole
    clusters = np.bincount(who, w * (hits - p))
    variance = float(clusters @ clusters) / whole**2
    # Nobody or everybody hit: people, not rows, say how sure that is. Else never more than independent rows give.
    people_worth = effective_number(np.bincount(who, w).astype(np.float64))
    effective = min(float(n), p * (1 - p) / variance) if 0 < p < 1 and variance > 0 else people_worth
    low, high = wilson_interval(min(p, 1.0) * effective, effective)
    return Share(int(hits.sum()), n, p, low, high, source)


def mention_shares(
    table: Marks,
    *,
    base: Base,
    above: Ints,
    commented: Marks | None = None,
    weights: Floats | None = None,
    limits: Limits | None = None,
    source: Source = Source.HUMAN,
) -> list[Share | TooFew]:
    """Return the share of people who mention each code or net, on the base asked for.

    ``table`` bool (people × k), nets as unions of their codes (``with_nets``); ``above`` int64 (k): the column of each
    column's net, −1 at the top, where base PARENT falls back on all who commented. ``commented`` bool (people): who
    said something; default: who mentions anything. TooFew for a base below ``limits.shown``.
    """
    bounds = limits or Limits()
    said = table.any(axis=1) if commented is None else commented
    found: list[Share | TooFew] = []
    for column, net in enumerate(above.tolist()):
        rows = None if base is Base.ALL else table[:, net] if base is Base.PARENT and net >= 0 else said
        hits = table[:, column] if rows is None else table[rows, column]
        if hits.size < bounds.shown:
            found.append(TooFew(Lack.ANSWERS, hits.size, bounds.shown))
        elif weights is None:
            found.append(share(int(hits.sum()), hits.size, source=source))
        else:
            found.append(weighted_share(hits, weights if rows is None else weights[rows], source=source))
    return found


def with_nets(table: Marks, above: Ints) -> Marks:
    """Return the table with each net set for whoever mentions any code below it. Raises ValueError for a loop.

    ``table`` bool (people × k), ``above`` int64 (k): the column of each column's net, −1 at the top.
    """
    whole = table.copy()
    for column in range(above.size):
        net, steps = int(above[column]), 0
        while net >= 0:
            whole[:, net] |= table[:, column]
            net, steps = int(above[net]), steps + 1
            if steps > above.size:
                raise ValueError("the nets form a loop")
    return whole


def shares_of_mentions(counts: Ints) -> Floats:
    """Return each code's part of all mentions (提及占比), float64 in [0, 1] summing to 1; zeros without mentions."""
    import numpy as np

    return counts / max(1, int(counts.sum())) if counts.size else np.zeros(0)


@dataclass(frozen=True, slots=True)
class FirstMentions:
    """What people say first. ``counts`` (k): people by the code they mention first, ``base`` of known order.

    ``unknown``: people with mentions whose order nobody recorded; they are in no share, and are printed.
    """

    counts: tuple[int, ...]
    base: int
    unknown: int

    @property
    def without_order(self) -> float:
        """Share of people with mentions whose first one is not known, in [0, 1]."""
        whole = self.base + self.unknown
        return self.unknown / whole if whole else 0.0


def first_mentions(people: Ints, rows: Ints, codes: Ints, order: Ints, *, width: int) -> FirstMentions:
    """Return what each person mentions first: in their first row, the mention with the lowest place.

    One entry a mention: ``people``; ``rows``, rising in time; ``codes`` in 0…width − 1; ``order``: its place in the row
    from 1, 0 where unknown. A row with a single code needs no order. All mentions are counted by ``people_by_code``.
    """
    import numpy as np

    if not people.size:
        return FirstMentions((0,) * width, 0, 0)
    turn = np.lexsort((codes, order, rows, people))
    who, row, code, place = people[turn], rows[turn], codes[turn], order[turn]
    start = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    person = np.cumsum(np.r_[False, who[1:] != who[:-1]])
    in_first = row == row[start][person]
    several = np.bincount(person[in_first & (code != code[start][person])], minlength=start.size) > 0
    # Unknown places sort first: one of them among several codes hides which came first.
    known = (place[start] > 0) | ~several
    counts = np.bincount(code[start][known], minlength=width)
    return FirstMentions(tuple(int(one) for one in counts), int(known.sum()), int((~known).sum()))
