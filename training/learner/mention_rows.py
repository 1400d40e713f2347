"""What is said of one code in a verbatim: its clauses weighed by how much each speaks of the code, as sparse rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.learner import polarity
from training.learner.features import Features, count

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Int = NDArray[np.int64]

POLARITIES = 8
"""Good and bad words, each in clauses with and without a word that turns them, near the code and in all the text."""
STEPS = 3
"""Steps of conjugate gradients towards the ridge weights that tell which clause speaks of a code. Few steps are a
stronger penalty: 3 were measured as good as a full solve and cost a fortieth of a second a thousand verbatims."""

WHOLE = np.float32(0.5)
_FOCUS = 1.5
_CHEAPER = 200  # so much less does one more column of a sparse product cost than looking an entry up
_DENSE_VALUES = 20_000_000
_NEAR, _ALL = np.float32(0.7), np.float32(0.5)
_NEAR_REACH, _ALL_REACH = np.float32(2), np.float32(4)

_TEXT, _CLAUSE = "\x1e", "\x1f"
_MARKS = "。！？；，…～!?;,~\n\r"
_TURNS = ("但", "可是", "然而", "不过", " but ", " however ", " although ")
_POINT = re.compile(r"\.(?!\d)| (?=[㐀-鿿])")


@dataclass(frozen=True, slots=True)
class Clauses:
    """Texts cut into clauses: ``ends`` int64 (texts + 1), where the clauses of each text end; every text has one.

    ``rows`` float32 CSR (clauses × d) of length 1, in the order of the texts; ``marks`` float32 (clauses × 4): good and
    bad words where nothing turns them, good and bad words where something does.
    """

    ends: Int
    rows: csr_array
    marks: Float


def cut(texts: Sequence[str]) -> list[list[str]]:
    """Return the clauses of each folded text; a text without any is one.

    A mark ends a clause, a turn begins one; a point ends it where no digit follows, a space where a Han character does.
    Coarser than ``annotate.clauses.split``, which cuts for people to see, and ten times as fast, all texts at once: a
    stray cut in 1,000 or 不过去 costs nothing here.
    """
    joined = _TEXT.join(texts)
    if joined.count(_TEXT) != max(len(texts) - 1, 0) or _CLAUSE in joined:
        clean = str.maketrans(_TEXT + _CLAUSE, "  ")  # folded texts hold neither
        joined = _TEXT.join(text.translate(clean) for text in texts)
    for mark in _MARKS:
        joined = joined.replace(mark, _CLAUSE)
    for turn in _TURNS:
        joined = joined.replace(turn, _CLAUSE + turn)
    joined = _POINT.sub(_CLAUSE, joined)
    parts = [[part for part in text.split(_CLAUSE) if part and part != " "] for text in joined.split(_TEXT)]
    return [part or [text] for part, text in zip(parts, texts, strict=False)]


def clauses_of(texts: Sequence[str], features: Features) -> Clauses:
    """Cut texts and turn their clauses into rows."""
    parts = cut(texts)
    ends = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=ends[1:])
    counts = count([clause for part in parts for clause in part])
    return Clauses(ends, unit(features.weigh(counts)), _marks(counts))


def _marks(counts: csr_array) -> Float:
    sides = polarity.table()[counts.indices]
    found = np.flatnonzero(sides)
    row = np.searchsorted(counts.indptr, found, "right") - 1
    total = counts.shape[0]
    good = np.bincount(row[sides[found] == polarity.GOOD], minlength=total)
    bad = np.bincount(row[sides[found] == polarity.BAD], minlength=total)
    turned = np.bincount(row[sides[found] == polarity.TURNS], minlength=total) > 0
    told = np.stack([good, bad], axis=1)
    return np.concatenate([told * ~turned[:, None], told * turned[:, None]], axis=1).astype(np.float32)


def unit(rows: csr_array) -> csr_array:
    """Return rows scaled to Euclidean length 1; empty ones stay empty."""
    from scipy.sparse import csr_array

    values = rows.data.astype(np.float32)
    lengths = np.diff(rows.indptr)
    filled = np.flatnonzero(lengths)
    if filled.size:
        squares = np.add.reduceat(values * values, rows.indptr[filled])
        values *= np.repeat(1 / np.sqrt(np.maximum(squares, 1e-30)), lengths[filled])
    return csr_array((values, rows.indices, rows.indptr), shape=rows.shape)


def merged(clauses: Clauses, weights: Float) -> csr_array:
    """Return float32 CSR (texts × d) of length 1: the clauses of each text, times ``weights`` (clauses), together."""
    return unit(_sum(clauses.ends, np.arange(weights.size), weights) @ clauses.rows)


def _sum(ends: Int, clause: Int, weights: Float) -> csr_array:
    from scipy.sparse import csr_array

    return csr_array((weights, clause, ends), shape=(ends.size - 1, int(clause.max(initial=-1)) + 1))


def fit_evidence(clauses: Clauses, places: Int, codes: Int, columns: int) -> Float:
    """Return float32 (d × columns), exactly representable in 16 bits: how much an n-gram speaks of each code.

    places, codes int (m): the text and the code of each mention. Early-stopped ridge of the codes on whole texts, all
    codes side by side; each column is scaled such that its score over the clauses has a standard deviation of _FOCUS.
    """
    rows = merged(clauses, np.ones(int(clauses.ends[-1]), np.float32))
    wanted = np.full((rows.shape[0], columns), -1, np.float32)
    wanted[places, codes] = 1
    across = rows.T.tocsr()
    dual, residual, direction = np.zeros_like(wanted), wanted, wanted
    power = np.einsum("ij,ij->j", residual, residual)
    for _ in range(STEPS):
        image = rows @ (across @ direction) + direction.sum(axis=0) + direction
        step = power / np.maximum(np.einsum("ij,ij->j", direction, image), 1e-20)
        dual = dual + step * direction
        residual = residual - step * image
        before, power = power, np.einsum("ij,ij->j", residual, residual)
        direction = residual + power / np.maximum(before, 1e-20) * direction
    weights = across @ dual
    spread = (clauses.rows @ weights).std(axis=0)
    weights *= np.where(spread > 1e-6, _FOCUS / np.maximum(spread, 1e-6), 0)
    return np.asarray(weights, np.float32).astype(np.float16).astype(np.float32)


@dataclass(frozen=True, slots=True)
class MentionRows:
    """What the model sees of m mentions of some texts.

    ``whole`` float32 CSR (texts × d), rows of length WHOLE, and ``places`` int64 (m), the text of each mention;
    ``near`` float32 CSR (m × d), rows of length 1: the clauses that speak of the code, the more the heavier;
    ``marks`` float32 (m × POLARITIES).
    """

    whole: csr_array
    places: Int
    near: csr_array
    marks: Float


def mention_rows(clauses: Clauses, evidence: Float, places: Int, codes: Int) -> MentionRows:
    """Return the rows of mentions: text ``places`` int (m) and code int (m) of each.

    A clause weighs e^score over the sum of the text, its score being row · evidence of the code (softmax attention).
    """
    lengths = np.diff(clauses.ends)[places]
    ends = np.zeros(places.size + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    owner = np.repeat(np.arange(places.size), lengths)
    clause = np.arange(int(ends[-1])) - np.repeat(ends[:-1] - clauses.ends[places], lengths)
    score = _scores(clauses.rows, evidence, clause, codes[owner], lengths[owner] > 1)
    highest = np.maximum.reduceat(score, ends[:-1]) if places.size else score
    weight = np.exp(score - highest[owner])
    weight = (weight / np.bincount(owner, weight, places.size)[owner]).astype(np.float32)
    attention = _sum(ends, clause, weight)
    used = attention.shape[1]
    every = np.add.reduceat(clauses.marks, clauses.ends[:-1], axis=0)[places] if places.size else np.zeros((0, 4))
    near = attention @ clauses.marks[:used]
    whole = merged(clauses, np.ones(int(clauses.ends[-1]), np.float32))
    whole.data *= WHOLE
    return MentionRows(
        whole=whole,
        places=places,
        near=unit(attention @ clauses.rows[:used]),
        marks=np.concatenate(
            [_NEAR * np.tanh(near / _NEAR_REACH), _ALL * np.tanh(every / _ALL_REACH)], axis=1, dtype=np.float32
        ),
    )


def _scores(rows: csr_array, evidence: Float, clause: Int, code: Int, needed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return rows[clause] · evidence[:, code] for pairs (p); 0 where not needed, since a text is its only clause."""
    score = np.zeros(clause.size)
    asked = np.flatnonzero(needed)
    if asked.size == 0:
        return score
    lengths = np.diff(rows.indptr)[clause[asked]].astype(np.int64)
    ends = np.cumsum(lengths)
    codes, cells = evidence.shape[1], rows.shape[0] * evidence.shape[1]
    if cells <= _DENSE_VALUES and rows.nnz * codes <= _CHEAPER * int(ends[-1]):
        return np.asarray(np.where(needed, (rows @ evidence)[clause, code], 0), np.float64)
    entry = np.arange(int(ends[-1])) - np.repeat(ends - lengths - rows.indptr[clause[asked]], lengths)
    pair = np.repeat(np.arange(asked.size), lengths)
    values = rows.data[entry] * evidence.ravel()[rows.indices[entry] * np.int64(codes) + code[asked][pair]]
    score[asked] = np.bincount(pair, values, asked.size)
    return score
