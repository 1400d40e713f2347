"""Agreement: equal to the krippendorff package and scikit-learn, intervals that cover, undefined cases in words."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from reports.statistics.agreement import (
    MISSING,
    Agreement,
    Coefficient,
    FrameAgreement,
    Undefined,
    Verdict,
    frame_agreement,
    single_agreement,
)
from reports.statistics.limits import Lack, TooFew

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: nominal, 4 observers, alpha .743
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
) - 1  # fmt: skip


def coefficient(found: object) -> Coefficient:
    assert isinstance(found, Coefficient)
    return found


def coders(rows: int, agree: float, seed: int, codes: int = 3, people: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = rng.random((rows, codes)) < [0.3, 0.1, 0.03][:codes]
    said = np.where(rng.random((people, rows, codes)) < agree, truth, rng.random((people, rows, codes)) < 0.2)
    return said.astype(np.int8)


def test_the_published_example() -> None:
    found = single_agreement(PUBLISHED, least=1)
    assert isinstance(found, Agreement)
    assert coefficient(found.alpha).value == pytest.approx(0.743, abs=0.0005)
    assert found.rows == 11
    assert found.kappa is None


def test_each_code_is_that_of_the_krippendorff_package() -> None:
    said = coders(400, 0.8, 1)
    said[2, 100:] = MISSING
    said[1, 390:] = MISSING  # ten rows with one coder count for nothing
    found = frame_agreement(said, draws=50)
    assert isinstance(found, FrameAgreement)
    assert found.overall.rows == 390
    for code, one in enumerate(found.codes):
        values = np.where(said[:, :, code] == MISSING, np.nan, said[:, :, code])
        theirs = krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")
        assert coefficient(one.alpha).value == pytest.approx(theirs)


def test_kappa_is_that_of_scikit_learn() -> None:
    said = coders(300, 0.8, 2, people=2)
    found = frame_agreement(said, draws=50)
    assert isinstance(found, FrameAgreement)
    for code, one in enumerate(found.codes):
        assert coefficient(one.kappa).value == pytest.approx(cohen_kappa_score(said[0, :, code], said[1, :, code]))
        assert one.percent == pytest.approx((said[0, :, code] == said[1, :, code]).mean())
    moods = np.random.default_rng(1).integers(0, 3, (2, 250))
    single = single_agreement(moods, draws=50)
    assert isinstance(single, Agreement)
    assert coefficient(single.kappa).value == pytest.approx(cohen_kappa_score(*moods))
    assert single.percent == pytest.approx((moods[0] == moods[1]).mean())


def test_over_all_codes_disagreements_are_summed() -> None:
    found = frame_agreement(coders(400, 0.8, 3), draws=50)
    assert isinstance(found, FrameAgreement)
    alphas = [coefficient(one.alpha).value for one in found.codes]
    assert min(alphas) < coefficient(found.overall.alpha).value < max(alphas)
    one = frame_agreement(coders(400, 0.8, 3)[:, :, :1], draws=50)
    assert isinstance(one, FrameAgreement)
    assert one.overall.alpha == one.codes[0].alpha


def test_intervals_cover_the_alpha_of_many_rows() -> None:
    many = frame_agreement(coders(100_000, 0.85, 99), draws=2)
    assert isinstance(many, FrameAgreement)
    truth = coefficient(many.overall.alpha).value
    covered = 0
    for seed in range(60):
        found = frame_agreement(coders(250, 0.85, seed), draws=200)
        assert isinstance(found, FrameAgreement)
        alpha = coefficient(found.overall.alpha)
        covered += alpha.low <= truth <= alpha.high
    assert covered >= 52


def test_undefined_cases_say_why() -> None:
    said = np.zeros((2, 200, 3), np.int8)
    said[:, :, 1] = 1
    found = frame_agreement(said, draws=20)
    assert isinstance(found, FrameAgreement)
    assert [one.alpha for one in found.codes] == [Undefined.NEVER, Undefined.ALWAYS, Undefined.NEVER]
    assert found.codes[0].kappa is Undefined.NEVER
    assert found.codes[0].percent == 1.0
    assert found.codes[0].verdict is None
    alone = single_agreement(np.ones((3, 200), np.int64), draws=20)
    assert isinstance(alone, Agreement)
    assert alone.alpha is Undefined.ONE_VALUE


def test_perfect_agreement_and_verdicts() -> None:
    said = coders(300, 1.0, 5)
    found = frame_agreement(said, draws=50)
    assert isinstance(found, FrameAgreement)
    assert coefficient(found.overall.alpha) == Coefficient(1.0, 1.0, 1.0)
    made = [Agreement(200, 0.9, Coefficient(value, 0.0, 1.0), None).verdict for value in (0.8, 0.79, 0.67, 0.66)]
    assert made == [Verdict.CONCLUDE, Verdict.TENTATIVE, Verdict.TENTATIVE, Verdict.UNRELIABLE]


def test_too_few_double_coded_rows() -> None:
    said = coders(300, 0.8, 1)
    said[1:, 150:] = MISSING
    assert frame_agreement(said) == TooFew(Lack.DOUBLE, 150, 200)
    assert frame_agreement(said[:1]) == TooFew(Lack.DOUBLE, 0, 200)
    assert frame_agreement(said[:, :, :0]) == TooFew(Lack.DOUBLE, 0, 200)
    assert frame_agreement(said[:, :0], least=0) == TooFew(Lack.DOUBLE, 0, 1)
    assert single_agreement(np.full((2, 300), MISSING)) == TooFew(Lack.DOUBLE, 0, 200)
    assert isinstance(frame_agreement(said, least=100, draws=20), FrameAgreement)
