"""Groups of answers that speak of the same, with the phrases that tell them from the rest: texts in, arrays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, Share, silent
from annotate.lexicon import Vocabulary
from annotate.words import Cutter, cutter
from training.learner.background import fit_background
from training.learner.texts import words_of

Float = NDArray[np.float32]
Int = NDArray[np.int64]

MOST = 20_000
"""Different answers that are grouped one against the other; of more, a random part, and the rest joins the nearest."""
FEWEST_GROUPS, MOST_GROUPS = 20, 40
_ANSWERS_A_GROUP = 25
PHRASES = 6
_LEAST_USES = 2
_PRIOR = 500.0
_LEAST_CLOSE = 0.3
"""Cosine to the middle below which an answer has nothing of its group but the nearest place."""
_FAINT = 0.1
"""Length below which the latent directions know next to nothing of a text; the mean square is 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """``owners`` int64 (n): the group of each text, −1 where it is like no other; groups by falling
    weight. ``closeness`` float32 (n): cosine to the middle of its group. ``phrases``: of each group, best first.
    """

    owners: Int
    closeness: Float
    phrases: tuple[tuple[str, ...], ...]


def group_texts(
    texts: Sequence[str],
    counts: Int,
    vocabulary: Vocabulary,
    *,
    groups: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Groups:
    """Group texts as a reader prepares them (n), ``counts`` int64 (n) answers each.

    The same texts and ``seed`` give the same groups.
    Latent directions of n-grams of characters and words (``fit_background``), k-means on rows of length 1 (spherical:
    Dhillon and Modha 2001). ``groups``: how many; else one for _ANSWERS_A_GROUP texts, from FEWEST_GROUPS to
    MOST_GROUPS, and fewer of fewer than 100 texts.
    """
    from sklearn.cluster import KMeans

    background = fit_background(texts, seed=seed, progress=Share(progress, 0, 60, 100))
    dense = background.dense(background.rows(texts))
    length = np.sqrt((dense**2).sum(axis=1))
    said = np.flatnonzero(length > _FAINT)
    owners = np.full(len(texts), -1, np.int64)
    closeness = np.zeros(len(texts), np.float32)
    if said.size < 2 or not dense.shape[1]:
        return Groups(owners, closeness, ())
    points = dense[said] / length[said, None]
    wanted = groups or min(MOST_GROUPS, max(FEWEST_GROUPS, said.size // _ANSWERS_A_GROUP), max(2, said.size // 4))
    wanted = min(wanted, len(np.unique(points.round(5), axis=0)))
    learnt = np.sort(np.random.default_rng(seed).permutation(said.size)[:MOST])
    progress(60, 100)
    fitted = KMeans(wanted, n_init=4, random_state=seed).fit(points[learnt])
    middles = fitted.cluster_centers_ / np.maximum(np.linalg.norm(fitted.cluster_centers_, axis=1), 1e-9)[:, None]
    near = points @ middles.T.astype(np.float32)
    own = near.argmax(axis=1)
    close = near[np.arange(said.size), own]
    kept = close >= _LEAST_CLOSE
    sizes = np.bincount(own[kept], counts[said[kept]], wanted)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(wanted, np.int64)
    rank[order] = np.arange(wanted)
    owners[said[kept]] = rank[own[kept]]
    closeness[said] = close
    used = int((sizes > 0).sum())
    progress(80, 100)
    phrases = key_phrases([words_of(text) for text in texts], owners, used, vocabulary)
    progress(100, 100)
    return Groups(owners, closeness, phrases)


def key_phrases(
    texts: Sequence[str], owners: Int, groups: int, vocabulary: Vocabulary, *, top: int = PHRASES
) -> tuple[tuple[str, ...], ...]:
    """Return for each group the words and pairs of words that its texts use more than the others, best first.

    By z of the log odds with an informative prior (Monroe, Colaresi and Quinn 2008, equations 15–22), texts counted,
    not uses. A pair stands for its words where most of their uses are in it.
    """
    cut = cutter(vocabulary)
    inside: list[Counter[str]] = [Counter() for _ in range(groups)]
    shared = Counter[str]()
    pairs: dict[str, tuple[str, str]] = {}
    for text, owner in zip(texts, owners.tolist(), strict=True):
        if owner < 0:
            continue
        found = _phrases(cut, text, pairs)
        inside[owner].update(found)
        shared.update(found)
    total = sum(shared.values())
    return tuple(_best(counts, shared, total, pairs, top) for counts in inside)


def _phrases(cut: Cutter, text: str, pairs: dict[str, tuple[str, str]]) -> set[str]:
    themes = cut.themes(text)
    words = cut.cut(text)
    for one, other in pairwise(words):
        gap = text[one.end : other.start]
        if gap.strip() or not {one.text, other.text} <= themes:
            continue
        pair = f"{one.text}{' ' if gap or (one.text[-1].isascii() and other.text[0].isascii()) else ''}{other.text}"
        pairs[pair] = (one.text, other.text)
        themes.add(pair)
    return themes


def _best(
    counts: Counter[str], shared: Counter[str], total: int, pairs: dict[str, tuple[str, str]], top: int
) -> tuple[str, ...]:
    own = sum(counts.values())
    scores: dict[str, float] = {}
    for phrase, count in counts.items():
        if count < _LEAST_USES:
            continue
        alpha = _PRIOR * shared[phrase] / total
        a, b = count + alpha, shared[phrase] - count + alpha
        rest_a, rest_b = own + _PRIOR - a, total - own + _PRIOR - b
        delta = np.log(a / max(rest_a, 1e-9)) - np.log(b / max(rest_b, 1e-9))
        scores[phrase] = float(delta / np.sqrt(1 / a + 1 / b))
    whole: dict[str, str] = {}
    for pair in sorted((one for one in counts if one in pairs), key=lambda one: (-counts[one], one)):
        for word in pairs[pair]:
            if counts[pair] >= _LEAST_USES and 2 * counts[pair] >= counts[word]:
                whole.setdefault(word, pair)
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda one: (-scores[one], one)):
        if len(chosen) == top or scores[phrase] <= 0:
            break
        shown = whole.get(phrase, phrase)
        if not any(shown in one or one in shown for one in chosen):
            chosen.append(shown)
    return tuple(chosen)
