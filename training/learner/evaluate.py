"""How good a model is, from predictions for rows that did not train it: counts, F1 and intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import bootstrap_f1, f1_interval, f1_score, wilson_interval

RANDOM_ROWS = 100
"""From so many randomly drawn rows on, overall figures come from them alone."""

MACRO_LEAST = 5
"""Macro-F1 is over the codes that so many scored rows carry: one answer more or less must not make or unmake a code."""

_BOOTSTRAP_WORK = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in [0, 1] with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CodeScore:
    """One column out of sample: ``looked_at`` rows with a decision, ``support`` of them yes.

    Precision and recall carry Wilson intervals, F1 Wilson's interval of the Jaccard share (``f1_interval``).
    ``threshold`` is the raw score of acceptance, None where the code is never accepted or by the highest score only.
    """

    looked_at: int
    support: int
    hits: int
    wrong: int
    missed: int
    precision: Figure
    recall: Figure
    f1: Figure
    threshold: float | None
    learnable: bool
    net: bool


@dataclass(frozen=True, slots=True)
class Overall:
    """Figures over several columns: micro- and macro-F1 with bootstrap intervals over groups of rows.

    ``micro_f1`` is over all ``columns``. ``macro_f1`` is the mean over the ``macro_columns`` of them that MACRO_LEAST
    rows or more carry, None where none is carried so often.
    """

    micro_f1: Figure
    macro_f1: Figure | None
    columns: int
    macro_columns: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a model: per column, over all codes, over all nets (None without nets).

    ``exact``: share of wholly reviewed rows whose accepted codes are exactly the right ones (the accuracy of a
    single-choice frame), None without such rows. ``base`` rows carry the overall figures; ``from_random_rows``: these
    were drawn at random, so the figures hold for the whole corpus; else they hold for rows like the labelled ones.
    """

    columns: tuple[CodeScore, ...]
    codes: Overall
    nets: Overall | None
    exact: Figure | None
    exact_base: int
    base: int
    from_random_rows: bool


def score(
    accepted: NDArray[np.bool_],
    labels: NDArray[np.int8],
    *,
    parents: NDArray[np.int64],
    groups: NDArray[np.int64],
    thresholds: NDArray[np.float64],
    learnable: NDArray[np.bool_],
    random_rows: NDArray[np.bool_] | None,
    seed: int,
) -> Scores:
    """Compare out-of-sample acceptance with labels (both n × columns; 1, 0, −1 ignored)."""
    looked, yes = labels >= 0, labels == 1
    hits = accepted & yes
    wrong = accepted & looked & ~yes
    missed = ~accepted & yes
    nets = np.isin(np.arange(labels.shape[1]), parents)
    columns = tuple(
        _column(
            int(looked[:, column].sum()),
            int(hits[:, column].sum()),
            int(wrong[:, column].sum()),
            int(missed[:, column].sum()),
            float(thresholds[column]),
            bool(learnable[column]),
            bool(nets[column]),
        )
        for column in range(labels.shape[1])
    )
    base = looked.any(axis=1)
    drawn = random_rows is not None and int((random_rows & base).sum()) >= RANDOM_ROWS
    if drawn and random_rows is not None:
        base = base & random_rows
    counts = [_per_group(part[base], groups[base]) for part in (hits, wrong, missed)]
    whole = base & looked[:, ~nets].all(axis=1)
    right = int((accepted == yes)[whole][:, ~nets].all(axis=1).sum())
    exact_base = int(whole.sum())
    exact = Figure(right / exact_base, *wilson_interval(right, exact_base)) if exact_base else None
    return Scores(
        columns=columns,
        codes=_overall([part[:, ~nets] for part in counts], seed),
        nets=_overall([part[:, nets] for part in counts], seed) if nets.any() else None,
        exact=exact,
        exact_base=exact_base,
        base=int(base.sum()),
        from_random_rows=drawn,
    )


def _column(
    looked_at: int, hits: int, wrong: int, missed: int, threshold: float, learnable: bool, net: bool
) -> CodeScore:
    said, there = hits + wrong, hits + missed
    return CodeScore(
        looked_at=looked_at,
        support=there,
        hits=hits,
        wrong=wrong,
        missed=missed,
        precision=Figure(hits / said if said else 0.0, *wilson_interval(hits, said)),
        recall=Figure(hits / there if there else 0.0, *wilson_interval(hits, there)),
        f1=Figure(f1_score(hits, wrong, missed), *f1_interval(hits, wrong, missed)),
        threshold=threshold if np.isfinite(threshold) else None,
        learnable=learnable,
        net=net,
    )


def _per_group(marks: NDArray[np.bool_], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum marks (n × columns) over the rows of each group."""
    if groups.size == 0:
        return np.zeros((0, marks.shape[1]), np.int64)
    order = np.argsort(groups, kind="stable")
    starts = np.concatenate(([0], np.flatnonzero(np.diff(groups[order])) + 1))
    return np.add.reduceat(marks[order].astype(np.int64), starts, axis=0)


def _overall(counts: list[NDArray[np.int64]], seed: int) -> Overall:
    hits, wrong, missed = counts
    micro = f1_score(int(hits.sum()), int(wrong.sum()), int(missed.sum()))
    carried = (hits + missed).sum(axis=0) >= MACRO_LEAST
    draws = int(np.clip(_BOOTSTRAP_WORK // max(1, hits.size), 200, 1000))
    ends = bootstrap_f1(hits, wrong, missed, seed=seed, draws=draws, columns=carried)
    macro = macro_f1(hits, wrong, missed, carried)
    return Overall(
        Figure(micro, *ends[0]), None if macro is None else Figure(macro, *ends[1]), hits.shape[1], int(carried.sum())
    )


def macro_f1(
    hits: NDArray[np.int64], wrong: NDArray[np.int64], missed: NDArray[np.int64], columns: NDArray[np.bool_]
) -> float | None:
    """Return the mean F1 over ``columns`` bool (codes) from counts (rows × codes), None over no column."""
    each = [
        f1_score(*(float(part[:, column].sum()) for part in (hits, wrong, missed)))
        for column in np.flatnonzero(columns).tolist()
    ]
    return float(np.mean(each)) if each else None
