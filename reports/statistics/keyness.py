"""Words that tell one group's answers from the others': log odds with an informative Dirichlet prior."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reports.statistics.least_squares import Floats
from reports.statistics.limits import Lack, TooFew

PRIOR = 1000.0
LEAST_Z, TOP = 3.0, 8
LEAST_ANSWERS, LEAST_USES = 30, 5


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word with the answers that use it in the group and elsewhere; ``z`` of its log odds ratio ``delta``."""

    word: str
    inside: int
    outside: int
    delta: float
    z: float


def log_odds(inside: Floats, outside: Floats, *, prior: float = PRIOR) -> tuple[Floats, Floats]:
    """Return (δ, z) of each word (w) from the answers that use it inside and outside a group (w counts each).

    δ = ln((a+α)/(n_a+α₀−a−α)) − ln((b+α)/(n_b+α₀−b−α)), z = δ/√(1/(a+α) + 1/(b+α)), with α = ``prior`` × the word's
    share of all uses. Monroe, Colaresi and Quinn 2008, equations 15, 16, 20 and 22. Answers are counted, not uses: a
    person who says a word ten times counts once. 0 where a word is used nowhere.
    """
    whole = inside + outside
    total = float(whole.sum())
    used = whole > 0
    alpha = prior * whole / max(total, 1.0)
    a, b = (inside + alpha)[used], (outside + alpha)[used]
    rest_a = inside.sum() + alpha.sum() - a
    rest_b = outside.sum() + alpha.sum() - b
    delta, z = np.zeros(whole.size), np.zeros(whole.size)
    # A word that is all there is has no odds.
    delta[used] = np.where((rest_a > 0) & (rest_b > 0), _log(a / np.where(rest_a > 0, rest_a, 1.0)), 0.0)
    delta[used] -= np.where((rest_a > 0) & (rest_b > 0), _log(b / np.where(rest_b > 0, rest_b, 1.0)), 0.0)
    z[used] = delta[used] / np.sqrt(1 / a + 1 / b)
    return delta, z


def _log(x: Floats) -> Floats:
    return np.asarray(np.log(x), np.float64)


def key_words(
    inside: Mapping[str, int],
    outside: Mapping[str, int],
    answers: tuple[int, int],
    *,
    top: int = TOP,
    least_z: float = LEAST_Z,
) -> tuple[KeyWord, ...] | TooFew:
    """Return up to ``top`` words that the group uses more, by falling z ≥ ``least_z``.

    ``inside`` and ``outside``: for each word, answers of the group and of the others that use it
    (``annotate.words.theme_counts``); ``answers``: how many answers both have. Words in fewer than LEAST_USES answers
    are left out. Needs LEAST_ANSWERS answers on both sides.
    """
    if min(answers) < LEAST_ANSWERS:
        return TooFew(Lack.ANSWERS, min(answers), LEAST_ANSWERS)
    both = Counter(inside) + Counter(outside)
    words = sorted(word for word, count in both.items() if count >= LEAST_USES)
    a = np.array([inside.get(word, 0) for word in words], np.float64)
    b = np.array([outside.get(word, 0) for word in words], np.float64)
    delta, z = log_odds(a, b)
    best = sorted(range(len(words)), key=lambda i: (-z[i], words[i]))[:top]
    return tuple(KeyWord(words[i], int(a[i]), int(b[i]), float(delta[i]), float(z[i])) for i in best if z[i] >= least_z)
