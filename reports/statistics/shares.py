"""Shares of people: intervals, nets, low bases, and the correction for a classifier's errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from annotate.estimates import wilson_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Source(Enum):
    """Who decided the codes behind a share."""

    HUMAN = "human"
    MACHINE = "machine"  # machine codes counted as they are
    CORRECTED = "corrected"  # machine codes corrected by an audit sample


class BaseSize(Enum):
    """What a base allows: nothing, a figure with a star, or a figure."""

    HIDDEN = "hidden"
    STARRED = "starred"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Limits:
    """The smallest bases that allow a figure, a figure without a star, and a test."""

    shown: int = 30
    full: int = 100
    tested: int = 50

    def of(self, base: int) -> BaseSize:
        """Return what a base of this many people (or rows) allows."""
        if base < self.shown:
            return BaseSize.HIDDEN
        return BaseSize.STARRED if base < self.full else BaseSize.FULL


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


@dataclass(frozen=True, slots=True)
class AuditStratum:
    """Rows with one machine verdict (or known rows), and what people found in a random sample of them.

    ``size`` rows, of which ``audited`` were drawn at random and read, ``hits`` of those carry the code.
    Rows that people coded anyway are a stratum with audited = size.
    """

    size: int
    audited: int
    hits: int
    machine_positive: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.audited <= self.size:
            raise ValueError("a stratum needs 0 ≤ hits ≤ audited ≤ size")


def enough_to_correct(strata: Sequence[AuditStratum], *, positives: int = 30, negatives: int = 100) -> bool:
    """Return whether both machine verdicts were audited often enough to correct a share by them."""
    for verdict, wanted in ((True, positives), (False, negatives)):
        part = [stratum for stratum in strata if stratum.machine_positive is verdict]
        if any(s.size and not s.audited for s in part):
            return False
        if sum(s.audited for s in part) < min(wanted, sum(s.size for s in part)):
            return False
    return True


def corrected_share(strata: Sequence[AuditStratum], *, draws: int = 2000, seed: int = 0) -> Share:
    """Return the share of rows that truly carry a code, from a random audit stratified by the machine's verdict.

    Within a stratum the unread rows carry the code with probability ~ Beta(hits + ½, audited − hits + ½) (Jeffreys);
    the interval is the 2.5–97.5 % range of the total over the draws, so read rows count as known and a census has no
    width. Raises ValueError when a stratum with rows was not audited at all.
    """
    import numpy as np

    total = sum(stratum.size for stratum in strata)
    if any(stratum.size and not stratum.audited for stratum in strata):
        raise ValueError("a stratum without audited rows cannot be corrected")
    counted = sum(s.hits if s.audited == s.size else s.size * s.machine_positive for s in strata)
    if total == 0:
        return share(0, 0, source=Source.CORRECTED)
    rng = np.random.default_rng(seed)
    sums = np.zeros(draws)
    value = 0.0
    for stratum in strata:
        unread = stratum.size - stratum.audited
        sums += stratum.hits
        value += stratum.hits
        if unread:
            rates = rng.beta(stratum.hits + 0.5, stratum.audited - stratum.hits + 0.5, size=draws)
            sums += rng.binomial(unread, rates)
            value += unread * stratum.hits / stratum.audited
    low, high = np.quantile(sums / total, (0.025, 0.975))
    value /= total
    return Share(counted, total, value, min(float(low), value), max(float(high), value), Source.CORRECTED)
