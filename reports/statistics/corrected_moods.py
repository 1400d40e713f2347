"""Net sentiment corrected for the machine's errors: of everything from the audit, of its parts from how it hears.

A unit is felt about something in one of four ways: not mentioned 0, negative 1, neutral 2, positive 3. An audit tells
what machine and people say of the same units. Of the whole, what people say within a verdict of the machine is carried
over to its unread units. Of a part (a segment, a channel, weighted people) that would carry the mood of the whole over,
too: what carries over there is how the machine hears a mood, its chance of each verdict given what is true.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.statistics.corrected import LEAST_READ
from reports.statistics.limits import Lack, TooFew

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIKE = 8.0
"""Units of all columns together that a column with few audited mentions borrows within each verdict of the machine."""
LEAST_MENTIONS = 30
"""Audited mentions from which on a column speaks for itself."""
DRAWS = 500
SPREAD = 0.2
"""How far the chances of a verdict in a part may lie from those of the whole (standard deviation, logs)."""
_PRIOR = 0.25
_ROUNDS = 60


def corrected_net_sentiment(
    table: Ints, sizes: Ints, *, known: Ints | None = None, like: Ints | None = None, closed: bool = False,
    draws: int = 2000, seed: int = 0,
) -> tuple[float, float, float] | TooFew:  # fmt: skip
    """Return (net sentiment, low, high) of a code or of everything, both poles corrected; in [−1, 1].

    ``table`` int64 (4 × 4): audited units by the machine's verdict (row) and people's (column). ``sizes`` int64 (4):
    all units by the machine's verdict. Net sentiment is (positive − negative) / mentions, neutral ones in the base.
    Within a verdict the truth of unread units is drawn from Dirichlet(counts + ¼) (Perks 1947): the extension of the
    two-verdict stratification to both poles at once. ``closed`` as for ``corrected_shares``. ``known`` int64 (4): units
    by people's verdict, decided for other reasons. TooFew as of ``lacking``. ``like``, the table of all codes together,
    lets a code with fewer borrow: within each of the machine's verdicts with LIKE rows of it (Dirichlet), and with its
    missed mentions felt like its found ones.
    """
    lack = lacking(table, sizes, like)
    if lack is not None:
        return lack
    borrows = _borrows(table, like)
    sure = np.zeros(4, np.int64) if known is None else known
    if not table[:, 1:].any() and not (borrows and sizes[1:].any()):
        return TooFew(Lack.MENTIONS, 0, 1)
    rng = np.random.default_rng(seed)
    drawn = np.zeros((draws, 4)) + sure
    plain = np.zeros(4) + sure
    for verdict in range(4):
        counts, unread = table[verdict].astype(np.float64), int(sizes[verdict] - table[verdict].sum())
        prior = _prior(verdict, like, borrows)
        if prior is None:
            drawn += counts
            plain += counts
            continue
        drawn += counts + rng.multinomial(unread, rng.dirichlet(counts + prior, draws))
        expected = counts + (prior if borrows else 1e-12)
        plain += counts + unread * expected / expected.sum()
    if not closed:
        gammas = rng.standard_gamma(drawn + _PRIOR)
        drawn = gammas / gammas.sum(axis=1, keepdims=True) * float(drawn.sum(axis=1).mean())
    net = (drawn[:, 3] - drawn[:, 1]) / np.maximum(drawn[:, 1:].sum(axis=1), 1e-9)
    value = float((plain[3] - plain[1]) / plain[1:].sum())
    low, high = np.quantile(net, (0.025, 0.975))
    return value, min(float(low), value), max(float(high), value)


def lacking(table: Ints, sizes: Ints, like: Ints | None = None) -> TooFew | None:
    """Return what an audit lacks for net sentiment: LEAST_READ units, LEAST_MENTIONS true mentions (of ``like`` too).

    Raises ValueError for an audit that cannot be.
    """
    if table.shape != (4, 4) or sizes.shape != (4,) or (table.sum(axis=1) > sizes).any() or (table < 0).any():
        raise ValueError("audited units by machine and people (4 × 4), no more than there are of each verdict")
    read, whole = int(table.sum()), int(sizes.sum())
    if read < min(LEAST_READ, whole):
        return TooFew(Lack.AUDITED, read, min(LEAST_READ, whole))
    mentions = int(table[:, 1:].sum())
    if mentions < LEAST_MENTIONS and read < whole and not _borrows(table, like):
        return TooFew(Lack.MENTIONS, mentions, LEAST_MENTIONS)
    return None


def _borrows(table: Ints, like: Ints | None) -> bool:
    few = int(table[:, 1:].sum()) < LEAST_MENTIONS
    return few and like is not None and int(like[1:, 1:].sum()) >= LEAST_MENTIONS


def _prior(verdict: int, like: Ints | None, borrows: bool) -> Floats | None:
    """Return what stands beside the audited units of a verdict; None where nothing is told of its unread ones."""
    if not borrows or like is None:
        return np.full(4, _PRIOR)
    if not verdict:  # what it misses of other codes says nothing of how this one is felt
        return None
    others = like[verdict] + _PRIOR
    return np.asarray(LIKE * others / others.sum(), np.float64)


def hearing(table: Ints, sizes: Ints, *, like: Ints | None = None, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Draw how the machine hears: its chance of each verdict given what is true, float64 (draws × 4 true × 4 said).

    Arguments as for ``corrected_net_sentiment``, whose rates these are, turned round by Bayes' theorem; where a column
    borrows, only among the units that the machine finds (0 said for all).
    """
    rng = np.random.default_rng(seed)
    joint = np.zeros((draws, 4, 4))
    borrows = _borrows(table, like)
    for verdict in range(4):
        prior = _prior(verdict, like, borrows)
        if prior is not None:
            joint[:, :, verdict] = rng.dirichlet(table[verdict] + prior, draws) * (float(sizes[verdict]) + 1e-6)
    return np.asarray(joint / np.maximum(joint.sum(axis=2, keepdims=True), 1e-300), np.float64)


def part_moods(heard: Floats, said: Floats, true: Floats, *, spread: float = SPREAD, seed: int = 0) -> Floats:
    """Return draws of how many units of each part are truly felt how, float64 (draws × d × 4).

    ``heard``: from ``hearing``; ``said`` (d × 4): units that only the machine saw, by its verdict, ``true`` (d × 4):
    those that people decided, by theirs; effective numbers where people are weighted. Each draw of the hearing meets
    one of the people (the Bayesian bootstrap, Rubin 1981: counts as gamma variates, ¼ beside each feeling) and is
    turned back by maximum likelihood (EM, Dempster, Laird and Rubin 1977).
    """
    rng = np.random.default_rng(seed)
    shape = (len(heard), len(said), 4)
    chance = heard[:, None] * np.exp(spread * rng.standard_normal((*shape, 4)))
    chance /= np.maximum(chance.sum(axis=3, keepdims=True), 1e-300)
    seen = rng.standard_gamma(np.broadcast_to(said, shape))
    known = rng.standard_gamma(np.broadcast_to(true + np.array([0.0, _PRIOR, _PRIOR, _PRIOR]), shape))
    if not heard[:, :, 0].any():
        seen[:, :, 0] = 0.0
    return _turned_back(chance, seen, known)


def _turned_back(chance: Floats, seen: Floats, known: Floats) -> Floats:
    """Return the true units (… × 4) that most likely gave these verdicts: ``chance`` (… × 4 true × 4 said)."""
    # Feelings first, so that every step runs along draws and parts: a tenth of the time of the other order.
    through = np.ascontiguousarray(np.moveaxis(chance, (-2, -1), (0, 1)))
    verdicts, sure = (np.ascontiguousarray(np.moveaxis(one, -1, 0)) for one in (seen, known))
    units = sure + verdicts.sum(axis=0) / 4
    for _round in range(_ROUNDS):
        expected = np.maximum((through * units[:, None]).sum(axis=0), 1e-300)
        units = sure + units * (through * (verdicts / expected)).sum(axis=1)
    return np.ascontiguousarray(np.moveaxis(units, 0, -1))


def nets(units: Floats) -> Floats:
    """Return net sentiment in [−1, 1] of units (… × 4) by what is true; 0 without any mention."""
    mentions = units[..., 1:].sum(axis=-1)
    found = np.divide(units[..., 3] - units[..., 1], mentions, out=np.zeros_like(mentions), where=mentions > 1e-9)
    return np.asarray(found, np.float64)
