"""How often a machine's yes is right and its no is wrong, column by column, drawn from a small audit.

Columns of a net are alike, by as much as the data say: x right of n read ~ beta-binomial around the net's centre, x
missed ~ negative binomial around the net's rate per positive; both centres around the frame's, and both may move with
the size of the column. Strength, slope and centres are integrated over on grids (Gelman et al. 2013, chapter 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Ends of the grids: what a column can borrow at most. With twice as much, intervals of 1,000 rows covered 92 to 94 %.
_STRENGTHS = (1.0, 2.0, 4.0, 8.0, 16.0)
_SHAPES = (0.25, 0.5, 1.0, 2.0)
_SLOPES = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.8)  # machines are worse at rare codes: how much, the frame says

LEAST_ALIKE = 5
"""Columns below which nothing says how alike they are: each then stands alone, by Jeffreys draws."""

_STEP = 0.2
_LOGITS = np.arange(-6.0, 6.01, _STEP)
_LOGS = np.arange(-5.0, 5.01, _STEP)
"""Where the centre of a group may lie: of right positives in logits, of missed ones in logs around the frame's."""


def rates(
    positive: tuple[Floats, Floats],
    negative: tuple[Floats, Floats],
    said: Floats,
    above: Ints,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Draw, for each column (k), the parts in [0, 1] of the machine's positives and of its negatives that are true.

    ``positive`` and ``negative``: (rows read, those truly of the column), float64 (k) each; ``said`` in (0, 1): the
    machine's own share; ``above``: the column of the net, −1 at the top. Two arrays draws × k.
    """
    odds = said / (1 - said)
    right, missed = np.empty((2, draws, said.size))
    is_net = np.isin(np.arange(said.size), above)
    for level in (is_net, ~is_net):  # unions of codes are more alike than codes: neither says how alike the others are
        n, hits, n0, lost = (one[level] for one in (*positive, *negative))
        if n.size < LEAST_ALIKE:
            right[:, level] = rng.beta(hits + 0.5, n - hits + 0.5, (draws, n.size))
            missed[:, level] = rng.beta(lost + 0.5, n0 - lost + 0.5, (draws, n.size))
            continue
        group = np.unique(above[level], return_inverse=True)[1].reshape(-1)
        scale = np.log(said[level]) - np.log(said[level]).mean()
        own = np.concatenate(list(_right(n, hits, scale, group, draws, rng)))
        escaped = np.concatenate(list(_missed(n0 * odds[level], lost, scale, group, draws, rng)))
        right[:, level], missed[:, level] = rng.permuted(own, axis=0), rng.permuted(escaped, axis=0) * odds[level]
    return right, np.minimum(1.0, missed)


def _right(n: Floats, x: Floats, scale: Floats, group: Ints, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Draw the rates of x in n by column, x ~ Beta-binomial around the centre of its group.

    The centre of a column is its group's, moved on the logit scale by slope × ``scale`` (k), the log of its size.
    """
    from scipy.special import betaln, expit

    def centres(strength: float, slope: float) -> tuple[Floats, Floats, Floats]:
        """Return the moves of the columns, and by group and centre the log posterior of the centre (on the grid)."""
        e = n * (strength + 1) / (strength + n)  # a row of a column that swings tells less of the centre
        move = slope * (scale - float(e @ scale) / max(float(e.sum()), 1e-9))
        share = np.divide(x, n, out=np.zeros_like(x), where=n > 0)
        frame = (float(e @ share) + 0.5) / (float(e.sum()) + 1)
        m = _inner(expit(_LOGITS + move[:, None]))
        a, b = strength * m, strength * (1 - m)
        columns = betaln(x[:, None] + a, (n - x)[:, None] + b) - betaln(a, b)
        inside = expit(_LOGITS)
        prior = strength * (frame * np.log(inside) + (1 - frame) * np.log1p(-inside))  # Beta on the logit scale
        return move, _by_group(columns, group), prior

    grid = [(strength, slope) for strength in _STRENGTHS for slope in _SLOPES]
    told = [centres(*point) for point in grid]
    for place, times in _picked([_evidence(groups, prior) for _, groups, prior in told], draws, rng):
        strength, (move, groups, prior) = grid[place][0], told[place]
        centre = _inner(expit(_LOGITS[0] + _STEP * _drawn(groups + prior, times, rng)[:, group] + move))
        yield rng.beta(x + strength * centre, n - x + strength * (1 - centre))


def _missed(
    exposure: Floats, x: Floats, scale: Floats, group: Ints, draws: int, rng: np.random.Generator
) -> Iterator[Floats]:
    """Draw the rates of x per exposure by column, x ~ negative binomial around its group's centre × size to a power."""
    from scipy.special import gammaln

    def centres(shape: float, slope: float) -> tuple[Floats, Floats, Floats]:
        """Return the factors of the columns, the frame's rate, and by group and centre the log posterior."""
        steep = np.exp(slope * scale)
        e = exposure * steep
        v = 1 / (1 + e * (float(x.sum()) + 0.5) / (float(e.sum()) + 0.5) / shape)
        frame = (float(v @ x) + 0.5) / (float(v @ e) + 0.5)
        rate = frame * np.exp(_LOGS)
        expected = e[:, None] * rate
        seen = x[:, None]
        columns = gammaln(seen + shape) - gammaln(shape) + shape * np.log(shape / (shape + expected))
        columns = columns + seen * np.log(np.maximum(expected, 1e-300) / (shape + expected))
        return steep, np.array([frame]), _by_group(columns, group)

    grid = [(shape, -slope) for shape in _SHAPES for slope in _SLOPES]
    told = [centres(*point) for point in grid]
    priors = [shape * (_LOGS - np.exp(_LOGS)) for shape, _ in grid]  # Gamma(shape, shape / frame) on the log scale
    scores = [_evidence(groups, prior) for (_, _, groups), prior in zip(told, priors, strict=True)]
    for place, times in _picked(scores, draws, rng):
        shape, (steep, frame, groups) = grid[place][0], told[place]
        centre = frame * np.exp(_LOGS[0] + _STEP * _drawn(groups + priors[place], times, rng)[:, group])
        yield rng.gamma(x + shape, 1 / (exposure * steep + shape / centre)) * steep


def _inner(rates: Floats) -> Floats:
    return np.clip(rates, 1e-6, 1 - 1e-6)


def _by_group(columns: Floats, group: Ints) -> Floats:
    """Return the sums of log likelihoods (k × grid) by group (groups × grid)."""
    whole = np.zeros((int(group.max()) + 1, columns.shape[1]))
    np.add.at(whole, group, columns)
    return whole


def _evidence(groups: Floats, prior: Floats) -> float:
    """Return the log likelihood of all groups with their centres integrated out."""
    from scipy.special import logsumexp

    return float((logsumexp(groups + prior, axis=1) - logsumexp(prior)).sum())


def _drawn(posterior: Floats, times: int, rng: np.random.Generator) -> Floats:
    """Draw each group's place on the grid (times × groups), evenly within a step."""
    chance = np.exp(posterior - posterior.max(axis=1, keepdims=True))
    rising = np.cumsum(chance, axis=1) / chance.sum(axis=1, keepdims=True)
    luck = rng.random((times, len(posterior)))
    places = np.stack([np.searchsorted(row, luck[:, g]) for g, row in enumerate(rising)], axis=1)
    return np.asarray(np.minimum(places, posterior.shape[1] - 1) + rng.random(places.shape) - 0.5, np.float64)


def _picked(scores: Sequence[float], draws: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Deal the draws to the points of a grid by their likelihood: not knowing the strength widens the intervals."""
    chance = np.exp(np.array(scores) - max(scores))
    for place, times in enumerate(rng.multinomial(draws, chance / chance.sum()).tolist()):
        if times:
            yield place, times
