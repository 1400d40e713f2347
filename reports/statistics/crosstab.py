"""Cross tables: shares by column, letters for columns that differ, effect and outline for the heat map.

Rows are people, each in a code's row at most once. A table tests every cell it shows, so that p-values are adjusted
over the whole table; a row-wise correction leaves a false letter in most tables (``benchmarks/inference.py --only
crosstab``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import holm
from reports.definitions.terms import Letters
from reports.statistics.corrected_parts import equal, equal_pairs
from reports.statistics.limits import BaseSize, Limits
from reports.statistics.multiplicity import benjamini_hochberg

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Packed = NDArray[np.uint64]

SIGNIFICANT = 0.05
WEAK = 0.10
_CHUNK = 1 << 12  # words of 64 people at a time: 32 KB a row, so that a pass stays in the cache


def pack(table: Marks) -> Packed:
    """Return bool (people × k) as bits, uint64 (k × ⌈people/64⌉), for ``cross_counts``."""
    people, k = table.shape
    whole = np.zeros((k, -(-people // 64) * 8), np.uint8)
    for start in range(0, people, 4096):  # turned piece by piece in the cache: a fifth of the time of one piece
        bits = np.packbits(np.ascontiguousarray(table[start : start + 4096].T), axis=1)
        whole[:, start // 8 : start // 8 + bits.shape[1]] = bits
    return whole.view(np.uint64)


def pack_members(places: Ints, people: Ints, *, size: int, width: int) -> Packed:
    """Return the bits of ``pack`` from pairs (column, person), without the table: repeats allowed, any order."""
    whole = np.zeros((width, -(-size // 64) * 8), np.uint8)
    short = places.astype(np.int16) if width < 1 << 15 else places  # short numbers sort faster
    order = np.argsort(short, kind="stable")
    ends = np.searchsorted(short[order], np.arange(width + 1))
    for place in range(width):
        marks = np.zeros(size, np.bool_)
        marks[people[order[ends[place] : ends[place + 1]]]] = True
        bits = np.packbits(marks)
        whole[place, : bits.size] = bits
    return whole.view(np.uint64)


def cross_counts(codes: Packed, columns: Packed) -> Ints:
    """Return how many people are in each code and column, int64 (codes × columns), of two ``pack``ed tables."""
    if codes.shape[1] != columns.shape[1]:
        raise ValueError("codes and columns must be of the same people")
    counts = np.zeros((len(codes), len(columns)), np.int64)
    for start in range(0, codes.shape[1], _CHUNK):
        part = codes[:, start : start + _CHUNK]
        for place, column in enumerate(columns[:, start : start + _CHUNK]):
            counts[:, place] += np.bitwise_count(part & column).sum(axis=1, dtype=np.int64)
    return counts


def weighted_counts(table: Marks, columns: Marks, weights: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Return ``cross_table``'s arguments of weighted people: counts, bases, total counts and total base.

    Each column is scaled to its effective number (Σw)²/Σw², so that tests do not take weight for people. ``table`` bool
    (people × codes), ``columns`` bool (people × columns), ``weights`` float64 (people).
    """
    whole = np.array([weights[columns[:, c]].sum() for c in range(columns.shape[1])])
    squares = np.array([(weights[columns[:, c]] ** 2).sum() for c in range(columns.shape[1])])
    bases = np.divide(whole**2, squares, out=np.zeros_like(whole), where=squares > 0)
    counts = np.zeros((table.shape[1], columns.shape[1]))
    for code in range(len(counts)):
        counts[code] = weights[table[:, code]] @ columns[table[:, code]]
    counts *= np.divide(bases, whole, out=np.zeros_like(whole), where=whole > 0)
    every, squared = float(weights.sum()), float(weights @ weights)
    base = every**2 / squared if squared else 0.0
    totals = np.array([weights[table[:, k]].sum() for k in range(table.shape[1])]) * (base / every if every else 0)
    return counts, bases, totals, base


@dataclass(frozen=True, slots=True)
class CrossTable:
    """A cross table of k codes and c columns.

    ``shares`` float64 (k × c) in [0, 1], NaN in hidden columns; ``sizes``: what each column's base allows;
    ``letters``: by code and column, "BD" where the share is higher than in columns B and D (lower case: 90 % only, of
    uncorrected letters), of overlapping columns "+" or "−" against all people outside the column; ``effect``: points
    from the row's share of all; ``q``: Benjamini–Hochberg of each column against the rest, NaN where not tested;
    ``outlined``: q ≤ .05; ``tests``: how many comparisons the letters rest on.
    """

    shares: Floats
    sizes: tuple[BaseSize, ...]
    letters: tuple[tuple[str, ...], ...]
    effect: Floats
    q: Floats
    outlined: Marks
    tests: int
    rule: Letters


def name(column: int) -> str:
    """Return the letter of a column: A to Z, then AA, AB… Where there are two letters, the table separates them."""
    return chr(65 + column) if column < 26 else name(column // 26 - 1) + chr(65 + column % 26)


def cross_table(
    counts: Ints | Floats,
    bases: Ints | Floats,
    totals: Ints | Floats,
    base: float,
    *,
    overlapping: bool = False,
    outside: Ints | Floats | None = None,
    rule: Letters = Letters.HOLM,
    limits: Limits | None = None,
) -> CrossTable:
    """Return shares, letters, effects and outlines.

    Parameters
    ----------
    counts, bases
        (k × c) people of each column who mention each code, (c) people of each column; effective numbers if weighted.
    totals, base
        (k) people of all who mention each code, and all people.
    overlapping
        Whether a person may be in several columns: then each column is tested against its complement.
    outside
        (k × c) people in no answer of the column who mention each code; without, all who mention it but do not in the
        column, which is the same where nobody is in several columns.
    rule
        HOLM: family error 5 % over the table. UNCORRECTED: capitals at 95 %, lower case at 90 %, each by itself.

    Cells are tested between columns of at least ``limits.tested``: z of pooled shares, and Fisher's exact test where an
    expected count is below ``limits.expected``. Raises ValueError for a count above its base.
    """
    bounds = limits or Limits()
    x, n, all_x = np.asarray(counts, np.float64), np.asarray(bases, np.float64), np.asarray(totals, np.float64)
    if x.shape != (all_x.size, n.size) or (x > n + 1e-9).any() or (all_x > base + 1e-9).any() or (x < 0).any():
        raise ValueError("each cell needs 0 ≤ count ≤ base")
    sizes = tuple(bounds.of(float(one)) for one in n)
    hidden = np.array([one is BaseSize.HIDDEN for one in sizes], np.bool_)
    shares = np.full(x.shape, np.nan)
    shares[:, ~hidden] = x[:, ~hidden] / n[~hidden]
    row = all_x / base if base else np.full(all_x.shape, np.nan)
    rest_x = all_x[:, None] - x if outside is None else np.asarray(outside, np.float64)
    rest_n = base - n
    against_rest = _tests(x, n, np.maximum(rest_x, 0.0), rest_n, bounds)
    if overlapping:
        pairs, p, higher = [(c, -1) for c in range(n.size)], against_rest, shares > row[:, None]
    else:
        pairs = list(combinations(range(n.size), 2))
        left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        p = _tests(x[:, left], n[left], x[:, right], n[right], bounds)
        higher = np.nan_to_num(shares[:, left]) > np.nan_to_num(shares[:, right])
    adjusted = holm(p) if rule is Letters.HOLM else p
    found = letters(adjusted, higher, pairs, n.size, rule)
    q = benjamini_hochberg(against_rest)
    return CrossTable(
        shares, sizes, found, 100 * (shares - row[:, None]), q, np.nan_to_num(q, nan=1.0) <= SIGNIFICANT,
        int((~np.isnan(p)).sum()), rule,
    )  # fmt: skip


def corrected_cross_table(
    drawn: Floats,
    rest: Floats,
    totals: Floats,
    bases: Ints | Floats,
    base: float,
    sure: Marks,
    *,
    overlapping: bool = False,
    rule: Letters = Letters.HOLM,
    limits: Limits | None = None,
) -> CrossTable:
    """Return ``cross_table`` of shares corrected for the machine's errors, from draws of them.

    ``drawn`` and ``rest`` (draws × k × c): ``corrected_parts.part_shares`` of the columns and of all people outside
    each; ``totals`` (k): the corrected shares of all; ``bases`` (c), ``base``: people; ``sure`` bool (c): the column
    could be corrected. Other columns are shown and not tested, nor are cells with fewer than ``limits.expected``.
    """
    bounds = limits or Limits()
    n = np.asarray(bases, np.float64)
    sizes = tuple(bounds.of(float(one)) for one in n)
    hidden = np.array([one is BaseSize.HIDDEN for one in sizes], np.bool_)
    value = drawn.mean(axis=0)
    shares = np.where(hidden, np.nan, value)
    able = sure & (n >= bounds.tested)
    against_rest = equal(drawn, rest)
    against_rest[~_tested(value, n, able, totals[:, None], base - n, base - n >= bounds.tested, bounds)] = np.nan
    if overlapping:
        pairs, p, higher = [(c, -1) for c in range(n.size)], against_rest, value > totals[:, None]
    else:
        pairs = list(combinations(range(n.size), 2))
        left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        p = equal_pairs(drawn, left, right)
        p[~_tested(value[:, left], n[left], able[left], value[:, right], n[right], able[right], bounds)] = np.nan
        higher = value[:, left] > value[:, right]
    adjusted = holm(p) if rule is Letters.HOLM else p
    found = letters(adjusted, higher, pairs, n.size, rule)
    q = benjamini_hochberg(against_rest)
    return CrossTable(
        shares, sizes, found, 100 * (shares - totals[:, None]), q, np.nan_to_num(q, nan=1.0) <= SIGNIFICANT,
        int((~np.isnan(p)).sum()), rule,
    )  # fmt: skip


def _tested(one: Floats, n1: Floats, able1: Marks, other: Floats, n2: Floats, able2: Marks, limits: Limits) -> Marks:
    """Return bool (k × m): both columns may be tested, and about so many people are expected on either side."""
    pooled = (one * n1 + other * n2) / np.maximum(n1 + n2, 1e-12)
    least = np.minimum(n1, n2) * np.minimum(pooled, 1 - pooled)
    return np.asarray((able1 & able2) & (least >= limits.expected), np.bool_)


def letters(
    p: Floats, higher: Marks, pairs: list[tuple[int, int]], width: int, rule: Letters
) -> tuple[tuple[str, ...], ...]:
    """Return the letters of a table of ``width`` columns from its tests.

    ``p`` (rows × pairs), adjusted where the rule says so, NaN not tested; ``higher`` (rows × pairs): the first of the
    pair has the higher figure; a pair (c, −1) is column c against all others, marked + or −.
    """
    cells = [[""] * width for _ in range(len(p))]
    bound = SIGNIFICANT if rule is Letters.HOLM else WEAK
    for code, place in np.argwhere(np.nan_to_num(p, nan=1.0) <= bound).tolist():
        left, right = pairs[place]
        up = bool(higher[code, place])
        if right < 0:
            mark = "+" if up else "−"
            cells[code][left] = mark if p[code, place] <= SIGNIFICANT else f"({mark})"
            continue
        winner, loser = (left, right) if up else (right, left)
        mark = name(loser) if p[code, place] <= SIGNIFICANT else name(loser).lower()
        cells[code][winner] += mark
    return tuple(tuple("".join(sorted(cell, key=str.upper)) if width <= 26 else cell for cell in row) for row in cells)


def _tests(x1: Floats, n1: Floats, x2: Floats, n2: Floats, limits: Limits) -> Floats:
    """Return two-sided p-values (k × m) of shares x1/n1 and x2/n2, NaN where a base is too small."""
    n1, n2 = np.broadcast_to(n1, x1.shape), np.broadcast_to(n2, x2.shape)
    p = np.full(x1.shape, np.nan)
    allowed = (n1 >= limits.tested) & (n2 >= limits.tested)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (x1 + x2) / (n1 + n2)
        error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        z = np.abs(x1 / n1 - x2 / n2) / error
    least = np.minimum(n1, n2) * np.minimum(pooled, 1 - pooled)
    from scipy.special import erfc

    exact = allowed & (least < limits.expected)
    usual = allowed & ~exact
    p[usual] = erfc(z[usual] / np.sqrt(2))
    p[exact] = fisher(*(np.rint(one[exact]).astype(np.int64) for one in (x1, n1, x2, n2)))
    return p


def fisher(x1: Ints, n1: Ints, x2: Ints, n2: Ints) -> Floats:
    """Return two-sided p-values (m) of Fisher's exact test: tables at most as likely as the one seen. Fisher 1935.

    All tests at once: their supports lie end to end in one array.
    """
    from scipy.special import gammaln

    m, whole = x1 + x2, n1 + n2
    low, high = np.maximum(0, m - n2), np.minimum(m, n1)
    lengths = high - low + 1
    if not lengths.size:
        return np.zeros(0)
    at = np.repeat(np.arange(lengths.size), lengths)
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    k = np.arange(int(lengths.sum())) - np.repeat(starts, lengths) + low[at]

    def choose(n: Ints, r: Ints) -> Floats:
        return np.asarray(gammaln(n + 1.0) - gammaln(r + 1.0) - gammaln(n - r + 1.0), np.float64)

    log = choose(n1[at], k) + choose(n2[at], m[at] - k) - choose(whole, m)[at]
    seen = choose(n1, x1) + choose(n2, m - x1) - choose(whole, m)
    chance = np.where(log <= seen[at] + 1e-7, np.exp(log), 0.0)
    return np.minimum(1.0, np.add.reduceat(chance, starts))
