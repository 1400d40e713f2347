"""The curve over the journey: net sentiment or score at every touchpoint, with bands; a gap where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from reports.statistics.least_squares import Floats, Ints, sum_by
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Z95, Estimate

LEVEL = 0.05


class Mood(Enum):
    """Which side of 0 the band of a touchpoint lies on."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Stop:
    """A touchpoint on the curve, or the gap at it where ``estimate`` is a TooFew.

    ``place`` in the order of the journey. Net sentiment runs from −100 to 100, a score on its own scale. ``hollow``:
    fewer people than ``limits.tested``. ``mood`` is of net sentiment; UNSURE for a score or a gap.
    """

    place: int
    estimate: Estimate | TooFew
    error: float
    hollow: bool
    mood: Mood


@dataclass(frozen=True, slots=True)
class Curve:
    """The stops in order; ``peak`` and ``valley``: places, None unless the two are proved to differ."""

    stops: tuple[Stop, ...]
    peak: int | None
    valley: int | None

    @property
    def runs(self) -> tuple[tuple[int, ...], ...]:
        """Return the places that a line may join: neighbours with a figure, gaps left open."""
        runs: list[list[int]] = [[]]
        for stop in self.stops:
            if isinstance(stop.estimate, TooFew):
                runs.append([])
            else:
                runs[-1].append(stop.place)
        return tuple(tuple(run) for run in runs if run)


def mood_of_people(person: Ints, place: Ints, sentiment: NDArray[np.int8]) -> tuple[Ints, Ints, Ints]:
    """Return one row for each person at each touchpoint: person, place, and −1, 0 or 1 by the majority of mentions.

    ``person``, ``place`` (−1: none) and ``sentiment`` (−1, 0, 1; others are left out) of m mentions. A tie is neutral.
    """
    used = (place >= 0) & (np.abs(sentiment) <= 1)
    who, where = person[used].astype(np.int64), place[used].astype(np.int64)
    # One number for both: sorting pairs took ten times as long.
    shift = int(who.min(initial=0))
    width = int(who.max(initial=0)) - shift + 1
    pairs, back = np.unique(where * width + (who - shift), return_inverse=True)
    balance = np.bincount(back.reshape(-1), sentiment[used], minlength=pairs.size).astype(np.int64)
    return pairs % width + shift, pairs // width, np.sign(balance)


def net_sentiment(
    mood: Ints, *, weights: Floats | None = None, clusters: Ints | None = None, limits: Limits | None = None
) -> Estimate | TooFew:
    """Return the net sentiment of people (n moods −1, 0, 1) in points: % positive − % negative, neutral in the base.

    Interval: three answers added (¾ +1½ +¾) as for NPS (Rocks 2016), on the effective number of people where weights or
    customers with several answers make it smaller. Needs ``limits.shown`` people.
    """
    least = (limits or Limits()).shown
    if mood.size < least:
        return TooFew(Lack.ANSWERS, int(mood.size), least)
    value, _, centre, reach = _net(mood, weights, clusters)
    low, high = max(-100.0, centre - reach), min(100.0, centre + reach)
    return Estimate(value, min(low, value), max(high, value), int(mood.size))


def _net(mood: Ints, weights: Floats | None, clusters: Ints | None) -> tuple[float, float, float, float]:
    """Return net sentiment, its standard error, and the centre and half of the length of its interval, in points."""
    weight = np.ones(mood.size) if weights is None else weights
    total = float(weight.sum())
    up, down = float(weight[mood > 0].sum()) / total, float(weight[mood < 0].sum()) / total
    value = up - down
    spread = up + down - value**2
    parts = sum_by((weight * (mood - value))[:, None], clusters)[:, 0] / total
    seen = float(parts @ parts)
    n = float(mood.size)
    if weights is not None:
        n = min(n, total**2 / float(weight @ weight))
    if clusters is not None:
        n = min(n, spread / seen if seen > 0 else float(np.unique(clusters).size))
    up, down = (up * n + 0.75) / (n + 3), (down * n + 0.75) / (n + 3)
    variance = up + down - (up - down) ** 2
    reach = Z95 * float(np.sqrt(variance / (n + 3)))
    return 100 * value, 100 * float(np.sqrt(variance / n)), 100 * (up - down), 100 * reach


def sentiment_curve(
    place: Ints, mood: Ints, places: int, *, weights: Floats | None = None, clusters: Ints | None = None,
    limits: Limits | None = None,
) -> Curve:  # fmt: skip
    """Return the curve of net sentiment over touchpoints 0 … places − 1 from people's moods (``mood_of_people``)."""
    stops, bounds = [], limits or Limits()
    for at in range(places):
        rows = place == at
        part = None if weights is None else weights[rows], None if clusters is None else clusters[rows]
        estimate = net_sentiment(mood[rows], weights=part[0], clusters=part[1], limits=bounds)
        error = 0.0 if isinstance(estimate, TooFew) else _net(mood[rows], *part)[1]
        stops.append(_stop(at, estimate, error, bounds))
    return _curve(stops, bounds)


def curve_of(estimates: Sequence[Estimate | TooFew], *, limits: Limits | None = None) -> Curve:
    """Return the curve of net sentiments found elsewhere, a touchpoint each; errors are those of their intervals."""
    bounds = limits or Limits()
    return _curve([
        _stop(place, one, 0.0 if isinstance(one, TooFew) else one.half_width / Z95, bounds)
        for place, one in enumerate(estimates)
    ], bounds)  # fmt: skip


def score_curve(
    place: Ints, score: Floats, places: int, *, clusters: Ints | None = None, limits: Limits | None = None
) -> Curve:
    """Return the curve of mean scores (NaN: none) over touchpoints, with t intervals; one row a person and place."""
    from scipy.stats import t

    stops, bounds = [], limits or Limits()
    for at in range(places):
        rows = (place == at) & np.isfinite(score)
        values = score[rows]
        if values.size < bounds.shown:
            stops.append(Stop(at, TooFew(Lack.ANSWERS, int(values.size), bounds.shown), 0.0, True, Mood.UNSURE))
            continue
        mean = float(values.mean())
        parts = sum_by((values - mean)[:, None], None if clusters is None else clusters[rows])[:, 0] / values.size
        groups = max(2, parts.size)
        error = float(np.sqrt(parts @ parts * groups / (groups - 1)))
        reach = float(t.ppf(0.975, groups - 1)) * error
        estimate = Estimate(mean, mean - reach, mean + reach, int(values.size))
        stops.append(Stop(at, estimate, error, values.size < bounds.tested, Mood.UNSURE))
    return _curve(stops, bounds)


def standardised_curve(
    place: Ints, mood: Ints, channel: Ints, places: int, mix: Sequence[float], *, weights: Floats | None = None,
    limits: Limits | None = None,
) -> Curve:  # fmt: skip
    """Return the curve with every touchpoint reweighed to one mix of channels (direct standardisation).

    The hotline hears trouble: without this a touchpoint looks bad because its voices came by telephone. ``channel`` (n)
    is a place in ``mix``, the shares of channels, which add up to 1. A touchpoint where some channel of the mix has
    fewer people than ``limits.shown`` is a gap. Raises ValueError for a mix that is none.
    """
    shares = np.asarray(mix, np.float64)
    if (shares < 0).any() or abs(float(shares.sum()) - 1) > 1e-9:
        raise ValueError("shares of channels add up to 1")
    stops, bounds = [], limits or Limits()
    for at in range(places):
        parts = [(place == at) & (channel == one) for one in np.flatnonzero(shares > 0)]
        least = min(int(part.sum()) for part in parts)
        if least < bounds.shown:
            stops.append(Stop(at, TooFew(Lack.CHANNELS, int(least), bounds.shown), 0.0, True, Mood.UNSURE))
            continue
        told = np.array([_net(mood[part], None if weights is None else weights[part], None) for part in parts])
        weight = shares[shares > 0]
        value, centre = float(weight @ told[:, 0]), float(weight @ told[:, 2])
        error, reach = (float(np.sqrt(weight**2 @ told[:, column] ** 2)) for column in (1, 3))
        low, high = max(-100.0, centre - reach), min(100.0, centre + reach)
        people = sum(int(part.sum()) for part in parts)
        stops.append(_stop(at, Estimate(value, min(low, value), max(high, value), people), error, bounds))
    return _curve(stops, bounds)


def _stop(place: int, estimate: Estimate | TooFew, error: float, limits: Limits) -> Stop:
    if isinstance(estimate, TooFew):
        return Stop(place, estimate, error, True, Mood.UNSURE)
    mood = Mood.GOOD if estimate.low > 0 else Mood.BAD if estimate.high < 0 else Mood.UNSURE
    return Stop(place, estimate, error, estimate.base < limits.tested, mood)


def _curve(stops: list[Stop], limits: Limits) -> Curve:
    """Find peak and valley among solid stops, named only if their distance is more than chance among so many.

    The largest of all differences is compared with the studentised range (Tukey and Kramer).
    """
    from scipy.stats import studentized_range

    solid = [(one.place, one.estimate, one.error) for one in stops if isinstance(one.estimate, Estimate)]
    solid = [one for one in solid if one[1].base >= limits.tested]
    if len(solid) >= 2:
        bottom, top = min(solid, key=lambda one: one[1].value), max(solid, key=lambda one: one[1].value)
        base = np.array([one[1].base for one in solid], np.float64)
        own = np.array([one[2] ** 2 for one in solid])
        # Extreme moods have small errors of their own: those alone named a peak in 9 % of even journeys of 60 people.
        pooled = float((own * base) @ base / base.sum())
        spread = np.sqrt(max(pooled * (1 / top[1].base + 1 / bottom[1].base), bottom[2] ** 2 + top[2] ** 2) / 2)
        distance = top[1].value - bottom[1].value
        if distance > 0 and (spread == 0 or studentized_range.sf(distance / spread, len(solid), np.inf) <= LEVEL):
            return Curve(tuple(stops), top[0], bottom[0])
    return Curve(tuple(stops), None, None)
