"""The arithmetic behind the table of goals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.goals.certainty import predicted_share
from benchmarks.goals.curves import Point, at, calibration_error, difference, f1_pair, mean, ratio, reach
from benchmarks.goals.doubting import hits, spoil
from benchmarks.goals.finding import read_until
from benchmarks.goals.report import Aim, Report, as_json, lines

CURVE = [Point(50, 1000, 0.3, 0.2), Point(100, 2200, 0.5, 0.4), Point(200, 5000, 0.8, 0.6)]


def test_a_target_is_reached_between_checkpoints_by_a_straight_line() -> None:
    assert reach(CURVE, 0.5) == 150
    assert reach(CURVE, 0.5, by="characters") == 3600
    assert reach(CURVE, 0.4, score="micro") == 75
    assert reach(CURVE, 0.1) == 50
    assert reach(CURVE, 0.61) is None
    assert at(CURVE, 100) == 0.4


def test_f1_leaves_out_codes_that_do_not_occur() -> None:
    truth = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], bool)
    said = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0]], bool)
    micro, macro = f1_pair(said, truth)
    assert micro == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert macro == pytest.approx((2 / 3 + 1) / 2)


def test_ratios_pair_the_seeds() -> None:
    ours, theirs = [1.0, 2.0, 4.0], [2.0, 4.0, 8.0]
    figure = ratio(ours, theirs)
    assert (figure.value, figure.low, figure.high, figure.seeds) == (0.5, 0.5, 0.5, 3)
    assert difference(ours, theirs).value == pytest.approx(-7 / 3)
    assert mean([1.0, 3.0]).low == 1 and mean([1.0, 3.0]).high == 3
    assert ratio([1.0], [0.0]).value == float("inf")


def test_calibration_counts_only_pairs_worth_a_look() -> None:
    probability = np.array([[0.05, 0.25, 0.25, 0.25, 0.25]])
    truth = np.array([[True, True, False, False, False]])
    assert calibration_error(probability, truth) == pytest.approx(0)
    assert calibration_error(np.array([[0.95, 0.95]]), np.array([[False, True]])) == pytest.approx(0.45)
    assert calibration_error(np.array([[0.01]]), np.array([[True]])) == 0


@pytest.mark.parametrize("single", [False, True])
def test_as_many_rows_are_spoiled_as_was_asked(single: bool) -> None:
    generator = np.random.default_rng(3)
    labels = np.zeros((400, 6), np.uint8)
    labels[np.arange(400), generator.integers(0, 6, 400)] = 1
    if not single:
        labels[generator.random(400) < 0.3, 0] = 1
    spoiled, wrong = spoil(labels, 0.1, 5, single=single)
    assert wrong.sum() == 40
    assert ((spoiled != labels).any(axis=1) == wrong).all()
    assert (spoil(labels, 0.1, 5, single=single)[0] == spoiled).all()
    if single:
        assert (spoiled.sum(axis=1) == 1).all()
    assert hits(wrong.astype(float), wrong, 40) == 1


def test_rows_read_until_a_recall() -> None:
    relevant = np.zeros(100, bool)
    relevant[[1, 5, 7, 20]] = True
    order = np.array([50, 1, 5, 60, 7, 61, 20])
    assert read_until(order, relevant, 0.5) == 3
    assert read_until(order, relevant, 0.75) == 5
    assert read_until(order, relevant, 0.95) == 7


def test_predicted_shares_have_honest_intervals() -> None:
    """A prediction that is 8 points too high is put right by the labelled rows, and 95 % intervals cover."""
    inside = []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        truth = generator.random((1500, 1)) < 0.3
        probability = np.clip(0.18 + 0.5 * truth + generator.normal(0, 0.15, truth.shape) + 0.05, 0, 1)
        chosen = generator.permutation(1500)[:300]
        value, error = predicted_share(probability, probability[chosen], truth, chosen)
        inside.append(abs(float(value[0]) - float(truth.mean())) <= 1.96 * float(error[0]))
    assert 0.92 <= np.mean(inside) <= 0.98


def test_the_table_says_what_was_missed_and_what_was_not_reached() -> None:
    report = Report()
    report.aim("part", "good", "a good one", mean([0.5, 0.7]), Aim.AT_MOST, 0.8)
    report.aim("part", "bad", "a bad one", mean([0.5]), Aim.AT_LEAST, 0.8)
    report.aim("part", "none", "one that never came", None, Aim.AT_MOST, 0.8)
    report.tell("part", "told", "without a promise", mean([3.0]))
    assert [goal.met for goal in report.goals] == [True, False, False, None]
    text = "\n".join(lines(report))
    assert "met" in text and "MISSED" in text and "not reached" in text
    report.extra["ratio_to_naive"] = 21.5
    assert as_json(report)["ratio_to_naive"] == 21.5


def test_the_script_does_not_hide_the_package_of_the_same_name() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "training.py"
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout
    done = subprocess.run([sys.executable, str(script), "--only", "x"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
