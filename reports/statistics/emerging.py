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
SHUFFLES = 19
WORDS, EXAMPLES = 5, 3
STARTS, STARTS_AGAIN, ROUNDS = 5, 2, 25
_KINDS = (3, 4, 5, 6, 8, 10, 12, 15, 20, 25)
_DRAWN = 2000
_LEAST_USES = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its rows (places in the texts given), the words that set it apart, how often it comes back.

    ``stability``: mean Jaccard with the likest cluster over resamples, in [0, 1]; ``examples``: rows nearest to its
    middle, nearest first. Stable is not real: words that are merely frequent make stable clusters too (``chance``).
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

    TF-IDF and SVD (``text_vectors``), k-means, with the number of clusters that leaves most texts in
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


def _clusters(points: Floats, k: int, seed: int, *, starts: int = STARTS) -> tuple[Ints, Floats]:
    """Return the cluster of each row and the centres, by k-means: the best of ``starts`` from k-means++ (Lloyd 1982;
    Arthur and Vassilvitskii 2007), ROUNDS at most."""
    generator = np.random.default_rng((seed, k))
    best: tuple[float, Ints, Floats] | None = None
    for _ in range(starts):
        centres = _first_centres(points, k, generator)
        cluster = np.full(len(points), -1)
        for _ in range(ROUNDS):
            away = (centres * centres).sum(axis=1) - 2 * points @ centres.T
            told = away.argmin(axis=1)
            if (told == cluster).all():
                break
            cluster = told
            member = np.zeros((k, len(points)))
            member[cluster, np.arange(len(points))] = 1.0
            sizes = member.sum(axis=1)[:, None]
            centres = np.where(sizes > 0, member @ points / np.maximum(sizes, 1), centres)
        spread = float(((points - centres[cluster]) ** 2).sum())
        if best is None or spread < best[0]:
            best = spread, cluster.astype(np.int64), centres
    assert best is not None
    return best[1], best[2]


def _first_centres(points: Floats, k: int, generator: np.random.Generator) -> Floats:
    """Return k rows far from each other: each drawn with a chance as its squared distance from those before."""
    chosen = [int(generator.integers(len(points)))]
    away = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(k - 1):
        whole = float(away.sum())
        chance_of = away / whole if whole > 0 else None
        chosen.append(int(generator.choice(len(points), p=chance_of)))
        away = np.minimum(away, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]


def _stability(points: Floats, cluster: Ints, k: int, seed: int) -> Floats:
    """Return the mean Jaccard coefficient of each cluster (k) with the likest one of each resample."""
    generator = np.random.default_rng(seed)
    found = np.zeros((RESAMPLES, k))
    for turn in range(RESAMPLES):
        rows = generator.integers(0, len(points), min(len(points), _DRAWN))
        again, _ = _clusters(points[rows], k, seed + turn + 1, starts=STARTS_AGAIN)
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


def chance(
    texts: Sequence[str], words: Words, found: Emerging, *, seed: int = 0, progress: Progress = silent
) -> tuple[float, ...]:
    """Return, for each theme, how often texts whose words were dealt at random have any cluster as stable, in (0, 1].

    SHUFFLES times the words of all texts are dealt anew: every text keeps their number, every word its frequency, and
    what is said together is lost. Clustered in the same way, the stablest cluster of LEAST_ROWS rows or more of each
    shuffle is held against the theme: p = (1 + shuffles as stable) ÷ (1 + SHUFFLES), over all themes at once (Westfall
    and Young 1993). Merely frequent words make stable clusters too: those alone do not pass. Where every theme has
    been matched, no more is dealt, and p is over the shuffles done.
    """
    said = [sorted(words(text)) for text in texts]
    whole = np.array([word for one in said for word in one], dtype=object)
    ends = np.cumsum([len(one) for one in said])
    generator = np.random.default_rng(seed)
    stablest: list[float] = []
    best = max((theme.stability for theme in found.themes), default=0.0)
    for turn in range(SHUFFLES if found.themes else 0):
        if max(stablest, default=-1.0) >= best:
            break
        progress(turn, SHUFFLES, N_("Looking for new themes"))
        dealt = generator.permutation(whole)
        bags = [" ".join(sorted(set(part.tolist()))) for part in np.split(dealt, ends[:-1])]
        points = text_vectors(bags, str.split, seed=seed)
        points = points[np.abs(points).sum(axis=1) > 0]
        if len(points) < found.clusters:
            stablest.append(0.0)
            continue
        cluster, _ = _clusters(points, found.clusters, seed)
        stability = _stability(points, cluster, found.clusters, seed)
        shown = np.bincount(cluster, minlength=stability.size)
        stablest.append(float(stability[(shown >= LEAST_ROWS) & (2 * shown <= cluster.size)].max(initial=0.0)))
    return tuple((1 + sum(one >= theme.stability for one in stablest)) / (1 + len(stablest)) for theme in found.themes)


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
