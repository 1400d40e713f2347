"""How good a sentiment model is, from predictions for mentions that did not train it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import bootstrap_f1, f1_interval, f1_score, wilson_interval
from training.learner.evaluate import RANDOM_ROWS, Figure

Int = NDArray[np.int64]

CLASSES = (-1, 0, 1)

_DRAWS = 400


@dataclass(frozen=True, slots=True)
class SentimentScores:
    """Out-of-sample figures: ``accuracy`` over ``base`` mentions and ``f1`` of negative, neutral, positive.

    ``macro_f1``: the mean over the sentiments that occur. ``support``: mentions of each. ``majority``: accuracy of
    always saying the commonest. ``learned``: False where that is what the model does. Intervals of accuracy and of each
    F1 are Wilson's, with mentions as independent; that of macro-F1 is a bootstrap over groups. ``random``: the same for
    the mentions in randomly drawn answers alone, None with fewer than 100: only these hold for the whole corpus.
    """

    accuracy: Figure
    f1: tuple[Figure, Figure, Figure]
    macro_f1: Figure
    support: tuple[int, int, int]
    majority: float
    base: int
    learned: bool
    random: SentimentScores | None


def score(
    said: NDArray[np.int8], truth: NDArray[np.int8], groups: Int, random: NDArray[np.bool_], seed: int, *, learned: bool
) -> SentimentScores:
    """Compare what was said with the truth (both int8, m), over all mentions and, where enough, over random ones."""
    drawn = None
    if int(random.sum()) >= RANDOM_ROWS:
        drawn = _figures(said[random], truth[random], groups[random], seed, None, learned)
    return _figures(said, truth, groups, seed, drawn, learned)


def _figures(
    said: NDArray[np.int8],
    truth: NDArray[np.int8],
    groups: Int,
    seed: int,
    random: SentimentScores | None,
    learned: bool,
) -> SentimentScores:
    base = int(truth.size)
    of_said, of_truth = (side[:, None] == np.array(CLASSES) for side in (said, truth))
    right = int((said == truth).sum())
    groups = np.unique(groups, return_inverse=True)[1].reshape(-1)
    parts = [of_said & of_truth, of_said & ~of_truth, ~of_said & of_truth]
    counts = []
    for part in parts:
        summed = np.zeros((int(groups.max(initial=-1)) + 1, len(CLASSES)), np.int64)
        np.add.at(summed, groups, part)
        counts.append(summed)
    each = [tuple(int(part[:, place].sum()) for part in parts) for place in range(len(CLASSES))]
    f1 = [Figure(f1_score(*told), *f1_interval(*told)) for told in each]
    support = of_truth.sum(axis=0)
    occurring = [figure.value for figure, number in zip(f1, support.tolist(), strict=True) if number]
    ends = bootstrap_f1(*counts, seed=seed, draws=_DRAWS)[1] if base else (0.0, 1.0)
    return SentimentScores(
        accuracy=Figure(right / base if base else 0.0, *wilson_interval(right, base)),
        f1=(f1[0], f1[1], f1[2]),
        macro_f1=Figure(float(np.mean(occurring)) if occurring else 0.0, *ends),
        support=(int(support[0]), int(support[1]), int(support[2])),
        majority=int(support.max()) / base if base else 0.0,
        base=base,
        learned=learned,
        random=random,
    )
