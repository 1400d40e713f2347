"""Answers as points: words and runs of Chinese characters, weighed by TF-IDF, in a few dimensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

import numpy as np

from annotate.text import fold
from reports.statistics.least_squares import Floats

DIMENSIONS = 30
_HAN = re.compile(r"[㐀-鿿]+")
_MANY = 2000
_FEATURES = 50_000

Words = Callable[[str], Collection[str]]
"""Cuts a text into the words that carry a theme: ``annotate.words.Cutter.themes``."""


def text_vectors(texts: Sequence[str], words: Words, *, dimensions: int = DIMENSIONS, seed: int = 0) -> Floats:
    """Return the texts as rows of length 1 (n × d, d ≤ ``dimensions``); a row of zeros where nothing is shared.

    TF-IDF over words and, in Chinese, runs of 2 and 3 characters used by two texts or more (three of many), then a
    truncated singular value decomposition (Deerwester et al. 1990). The same for the same texts and seed.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    def parts(text: str) -> list[str]:
        grams = [
            "#" + run[start : start + size]
            for run in _HAN.findall(fold(text))
            for size in (2, 3)
            for start in range(len(run) - size + 1)
        ]
        return [*sorted(words(text)), *grams]

    kept = 2 if len(texts) < _MANY else 3
    maker = TfidfVectorizer(analyzer=parts, min_df=kept, sublinear_tf=True, max_features=_FEATURES)
    try:
        table = maker.fit_transform(texts)
    except ValueError:  # no part is shared by enough texts: the vectorizer has no other way to say so
        return np.zeros((len(texts), 1))
    if table.shape[1] <= dimensions or len(texts) <= dimensions:
        points = np.asarray(table.toarray(), np.float64)
    else:
        with np.errstate(invalid="ignore", divide="ignore"):  # its shares of variance, unused: 0 / 0 of equal texts
            points = np.asarray(TruncatedSVD(dimensions, random_state=seed).fit_transform(table), np.float64)
    return unit_rows(points)


def unit_rows(points: Floats) -> Floats:
    """Return rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.divide(points, length, out=np.zeros_like(points), where=length > 1e-9), np.float64)
