"""The journey: people once a touchpoint, gaps, hollow dots, peak and valley only if proved, one mix of channels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t, tukey_hsd

from reports.statistics.journey import (
    Curve,
    Mood,
    curve_of,
    mood_of_people,
    net_sentiment,
    score_curve,
    sentiment_curve,
    standardised_curve,
)
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Estimate, Votes, nps


def moods(*counts: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return place and mood of people: for each touchpoint how many are good, neutral, bad."""
    place = np.concatenate([np.full(sum(one), at) for at, one in enumerate(counts)])
    return place, np.concatenate([np.repeat([1, 0, -1], one) for one in counts])


def value(curve: Curve, place: int) -> float:
    estimate = curve.stops[place].estimate
    assert isinstance(estimate, Estimate)
    return estimate.value


def test_a_person_counts_once_at_a_touchpoint() -> None:
    person = np.array([1, 1, 1, 2, 2, 3, 3, 4])
    place = np.array([0, 0, 0, 0, 0, 1, -1, 1])
    sentiment = np.array([-1, -1, 1, -1, 1, 1, -1, 9], np.int8)
    who, where, mood = mood_of_people(person, place, sentiment)
    assert list(zip(who, where, mood, strict=True)) == [(1, 0, -1), (2, 0, 0), (3, 1, 1)]


def test_net_sentiment_is_counted_as_a_promoter_score() -> None:
    _, mood = moods((50, 30, 20))
    found, theirs = net_sentiment(mood), nps(Votes(50, 30, 20))
    assert isinstance(found, Estimate)
    assert theirs is not None
    assert (found.value, found.low, found.high) == pytest.approx((theirs.value, theirs.low, theirs.high))


def test_weights_and_several_answers_of_a_customer_widen_the_band() -> None:
    _, mood = moods((50, 30, 20))
    plain = net_sentiment(mood)
    even = net_sentiment(mood, weights=np.full(100, 2.0), clusters=np.arange(100))
    uneven = net_sentiment(mood, weights=np.where(np.arange(100) % 2, 3.0, 1.0))
    thrice = net_sentiment(np.repeat(mood, 3), clusters=np.repeat(np.arange(100), 3))
    assert isinstance(plain, Estimate)
    assert isinstance(even, Estimate)
    assert isinstance(uneven, Estimate)
    assert isinstance(thrice, Estimate)
    assert even.half_width == pytest.approx(plain.half_width)
    assert uneven.half_width > 1.08 * plain.half_width
    assert thrice.half_width == pytest.approx(plain.half_width, rel=0.02)
    alike = net_sentiment(np.ones(60, np.int64), clusters=np.repeat(np.arange(4), 15))
    assert isinstance(alike, Estimate)
    assert alike.low < 70  # four customers are no proof of a perfect place


def test_gaps_stay_open_and_small_bases_are_hollow() -> None:
    curve = sentiment_curve(*moods((60, 20, 20), (5, 5, 5), (20, 10, 15), (10, 20, 70)), 5)
    assert curve.stops[1].estimate == TooFew(Lack.ANSWERS, 15, 30)
    assert curve.stops[4].estimate == TooFew(Lack.ANSWERS, 0, 30)
    assert [one.hollow for one in curve.stops] == [False, True, True, False, True]
    assert [one.mood for one in curve.stops] == [Mood.GOOD, Mood.UNSURE, Mood.UNSURE, Mood.BAD, Mood.UNSURE]
    assert curve.runs == ((0,), (2, 3))
    assert (curve.peak, curve.valley) == (0, 3)


def test_a_hollow_dot_is_neither_peak_nor_valley() -> None:
    curve = sentiment_curve(*moods((60, 20, 20), (45, 0, 0), (20, 20, 60)), 3)
    assert (curve.peak, curve.valley) == (0, 2)
    assert sentiment_curve(*moods((60, 20, 20)), 1).peak is None
    assert sentiment_curve(np.array([], int), np.array([], int), 0) == Curve((), None, None)


def test_even_journeys_have_rarely_a_peak() -> None:
    rng = np.random.default_rng(3)
    named = 0
    for _ in range(300):
        place = np.repeat(np.arange(8), 120)
        named += sentiment_curve(place, rng.integers(-1, 2, place.size), 8).peak is not None
    assert named / 300 <= 0.08


def test_peak_and_valley_of_scores_are_tukeys_largest_difference() -> None:
    rng = np.random.default_rng(1)
    place = np.repeat(np.arange(4), 400)
    score = rng.normal(7, 1.5, place.size)
    for shift, proved in [(0.12, False), (0.45, True)]:
        moved = score + np.where(place == 2, shift, 0)
        curve = score_curve(place, moved, 4)
        groups = [moved[place == at] for at in range(4)]
        assert bool(tukey_hsd(*groups).pvalue.min() <= 0.05) is proved
        assert (curve.peak is not None) is proved
    low, high = t.interval(0.95, 399, groups[1].mean(), groups[1].std(ddof=1) / 20)
    estimate = curve.stops[1].estimate
    assert isinstance(estimate, Estimate)
    assert (estimate.low, estimate.high) == pytest.approx((low, high))
    assert curve.stops[2].place == curve.peak


def test_scores_that_nobody_gave_are_gaps() -> None:
    score = np.full(80, np.nan)
    score[:29] = 5.0
    curve = score_curve(np.zeros(80, int), score, 1, clusters=np.arange(80))
    assert curve.stops[0].estimate == TooFew(Lack.ANSWERS, 29, 30)


def test_one_mix_of_channels_takes_the_hotline_out() -> None:
    """Both places are equally good by channel; one is heard of mostly by telephone."""
    counts = {(0, 0): (40, 0, 160), (0, 1): (80, 0, 20), (1, 0): (10, 0, 40), (1, 1): (320, 0, 80)}
    place = np.concatenate([np.full(sum(c), at) for (at, _), c in counts.items()])
    channel = np.concatenate([np.full(sum(c), by) for (_, by), c in counts.items()])
    mood = np.concatenate([np.repeat([1, 0, -1], c) for c in counts.values()])
    plain, fixed = sentiment_curve(place, mood, 2), standardised_curve(place, mood, channel, 2, [0.5, 0.5])
    assert value(plain, 1) - value(plain, 0) > 60
    assert value(fixed, 0) == pytest.approx(value(fixed, 1)) == pytest.approx(0)
    assert plain.peak == 1
    assert fixed.peak is None
    gap = standardised_curve(place, mood, np.where(place == 0, 1, channel), 2, [0.5, 0.5])
    assert gap.stops[0].estimate == TooFew(Lack.CHANNELS, 0, 30)
    with pytest.raises(ValueError, match="add up"):
        standardised_curve(place, mood, channel, 2, [0.5, 0.6])


def test_the_limits_of_the_definitions_say_what_is_a_gap_and_what_is_hollow() -> None:
    place, mood = moods((10, 5, 10), (30, 20, 10))
    strict, loose = Limits(shown=61, tested=80), Limits(shown=20, tested=25)
    assert net_sentiment(mood[place == 0], limits=strict) == TooFew(Lack.ANSWERS, 25, 61)
    assert [isinstance(one.estimate, TooFew) for one in sentiment_curve(place, mood, 2).stops] == [True, False]
    stops = sentiment_curve(place, mood, 2, limits=loose).stops
    assert [(isinstance(one.estimate, Estimate), one.hollow) for one in stops] == [(True, False)] * 2
    assert all(isinstance(one.estimate, TooFew) for one in sentiment_curve(place, mood, 2, limits=strict).stops)
    score = np.arange(place.size, dtype=np.float64)
    assert isinstance(score_curve(place, score, 2, limits=loose).stops[0].estimate, Estimate)
    mixed = standardised_curve(place, mood, np.zeros_like(place), 2, [1.0], limits=strict)
    assert mixed.stops[0].estimate == TooFew(Lack.CHANNELS, 25, 61)
    assert [one.hollow for one in curve_of([stops[0].estimate], limits=Limits(tested=26)).stops] == [True]
