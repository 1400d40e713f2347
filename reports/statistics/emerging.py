"""Themes among "other" that the frame has no code for yet: clusters that come back when the answers are drawn again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from annotate.messages import N_
from reports.statistics.least_squares import Floats, Ints
from reports.statistics.limits import Lack, TooFew
from reports.statistics.text_vectors import Words, text_vectors

LEAST_TEXTS, LEAST_ROWS = 200, 15
STABLE = 0.6
RESAMPLES = 10
WORDS, EXAMPLES = 5, 3
_KINDS = (3, 4, 5, 6, 8, 10, 12, 15, 20, 25)
_DRAWN = 5000
_LEAST_USES = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its rows (places in the texts given), the words that set it apart, how often it comes back.

    ``stability``: mean Jaccard with the likest cluster over resamples, in [0, 1]; ``examples``: rows nearest to its
    middle, nearest first.
    """

    rows: tuple[int, ...]
    words: tuple[str, ...]
    stability: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Emerging:
    """The themes that are stable, largest first, of ``texts`` texts; ``unstable`` clusters are not shown."""

    themes: tuple[Theme, ...]
    texts: int
    clusters: int
    unstable: int


def emerging(texts: Sequence[str], words: Words, *, seed: int = 0, progress: Progress = silent) -> Emerging | TooFew:
    """Return the stable themes of texts.

    TF-IDF and SVD (``text_vectors``), k-means in mini batches, with the number of clusters that leaves most texts in
    stable ones; a cluster of more than half of the texts is no theme. Stability: RESAMPLES bootstrap samples are
    clustered anew, and for each cluster the highest Jaccard coefficient with one of theirs is averaged (Hennig 2007);
    below STABLE, or LEAST_ROWS rows, a cluster is not shown. Labels: words by tf·ln(1 + A/f), tf the word's share in
    the cluster, f its uses in all, A the mean uses a cluster (Grootendorst 2022). The same for the same texts and seed.
    Needs LEAST_TEXTS texts.
    """
    if len(texts) < LEAST_TEXTS:
        return TooFew(Lack.OTHER, len(texts), LEAST_TEXTS)
    progress(0, None, N_("Looking for new themes"))
    points = text_vectors(texts, words, seed=seed)
    said = np.flatnonzero(np.abs(points).sum(axis=1) > 0)
    kinds = [k for k in _KINDS if k * LEAST_ROWS <= said.size]
    if len(kinds) < 1 or said.size < LEAST_TEXTS:
        return TooFew(Lack.OTHER, int(said.size), LEAST_TEXTS)
    points = points[said]
    tried = []
    for place, k in enumerate(kinds):
        progress(place, len(kinds), N_("Looking for new themes"))
        cluster, centres = _clusters(points, k, seed)
        tried.append((cluster, centres, _stability(points, cluster, k, seed)))
    cluster, centres, stability = max(tried, key=lambda one: int(np.isin(one[0], _shown(one[0], one[2])).sum()))
    return _described([texts[row] for row in said.tolist()], said, words, points, cluster, centres, stability)


def _clusters(points: Floats, k: int, seed: int) -> tuple[Ints, Floats]:
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(k, random_state=seed, n_init=3, batch_size=1024)
    cluster = model.fit_predict(points)
    return cluster.astype(np.int64), np.asarray(model.cluster_centers_, np.float64)


def _stability(points: Floats, cluster: Ints, k: int, seed: int) -> Floats:
    """Return the mean Jaccard coefficient of each cluster (k) with the likest one of each resample."""
    generator = np.random.default_rng(seed)
    found = np.zeros((RESAMPLES, k))
    for turn in range(RESAMPLES):
        rows = generator.integers(0, len(points), min(len(points), _DRAWN))
        again, _ = _clusters(points[rows], k, seed + turn + 1)
        unique, first = np.unique(rows, return_index=True)
        table = np.zeros((k, k))
        np.add.at(table, (cluster[unique], again[first]), 1.0)
        union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
        found[turn] = np.divide(table, union, out=np.zeros_like(table), where=union > 0).max(axis=1)
    return np.asarray(found.mean(axis=0), np.float64)


def _shown(cluster: Ints, stability: Floats) -> NDArray[np.intp]:
    """Return the clusters that are themes: stable, of LEAST_ROWS rows or more, of at most half of all."""
    size = np.bincount(cluster, minlength=stability.size)
    return np.flatnonzero((stability >= STABLE) & (size >= LEAST_ROWS) & (2 * size <= cluster.size))


def _described(
    texts: Sequence[str], place: NDArray[np.intp], words: Words, points: Floats, cluster: Ints, centres: Floats,
    stability: Floats,
) -> Emerging:  # fmt: skip
    counts = [Counter[str]() for _ in stability]
    for text, one in zip(texts, cluster.tolist(), strict=True):
        counts[one].update(set(words(text)))
    labels = label_words(counts)
    themes = []
    for one in _shown(cluster, stability).tolist():
        rows = np.flatnonzero(cluster == one)
        near = rows[np.lexsort((rows, -np.round(points[rows] @ centres[one], 9)))][:EXAMPLES]
        themes.append(
            Theme(tuple(place[rows].tolist()), labels[one], float(stability[one]), tuple(place[near].tolist()))
        )
    themes.sort(key=lambda theme: (-len(theme.rows), theme.rows))
    return Emerging(tuple(themes), len(texts), stability.size, stability.size - len(themes))


def label_words(counts: Sequence[Counter[str]], *, top: int = WORDS) -> list[tuple[str, ...]]:
    """Return the words that set each cluster apart, by class-based TF-IDF; none used less than three times."""
    whole = Counter[str]()
    for one in counts:
        whole.update(one)
    mean = whole.total() / max(1, len(counts))
    found = []
    for one in counts:
        total = max(1, one.total())
        weight = {
            word: uses / total * math.log(1 + mean / whole[word]) for word, uses in one.items() if uses >= _LEAST_USES
        }
        found.append(tuple(sorted(weight, key=lambda word: (-weight[word], word))[:top]))
    return found
