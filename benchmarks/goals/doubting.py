"""Labels that look wrong: injected errors among the most doubtful rows, beside cleanlab."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.goals import sets
from benchmarks.goals.curves import mean, ratio
from benchmarks.goals.jobs import Answer, Bench
from benchmarks.goals.report import Aim, Plan, Report, Row, percent
from benchmarks.goals.sets import Corpus
from training.learner.features import count, fit_features

ROWS = {"auto": 2000, "phone": 2000, "banking77": 3000}
NOISE = (0.05, 0.1)
SWAPS = 0.6


def spoil(
    labels: NDArray[np.uint8], share: float, seed: int, *, single: bool
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return labels of which ``share`` of the rows are wrong, and which rows these are.

    SWAPS of the wrong rows have one code swapped for another; of the rest half lose a code, half gain one. In a
    single-choice set all are swapped. Codes come by their frequency.
    """
    generator = np.random.RandomState(seed)
    spoiled = labels.copy()
    wrong = generator.permutation(labels.shape[0])[: round(share * labels.shape[0])]
    weight = labels.sum(axis=0) / labels.sum()
    for row in wrong:
        have = np.flatnonzero(spoiled[row])
        lack = np.flatnonzero(spoiled[row] == 0)
        new = generator.choice(lack, p=weight[lack] / weight[lack].sum())
        luck = generator.random_sample()
        if have.size and (single or luck < (1 + SWAPS) / 2):
            spoiled[row, generator.choice(have)] = 0
        if single or luck < SWAPS or luck >= (1 + SWAPS) / 2 or not have.size:
            spoiled[row, new] = 1
    return spoiled, (spoiled != labels).any(axis=1)


def hits(doubt: NDArray[np.float64], wrong: NDArray[np.bool_], size: int) -> float:
    """Return the share of wrong rows among the ``size`` most doubtful."""
    return float(wrong[np.argsort(-doubt, kind="stable")[:size]].mean())


@dataclass(frozen=True, slots=True)
class Listed:
    """How good a list is: the share of wrong rows among the first k, and among the first quarter; what it cost."""

    precision: float
    top: float
    cpu_seconds: float | None


def lists(bench: Bench, corpus: Corpus, noise: float, seed: int) -> dict[str, Listed]:
    """Return every tool's list on the same random rows with the same wrong labels."""
    single = corpus.source.single
    order = np.random.RandomState(seed).permutation(len(corpus.texts))[: ROWS[corpus.name]]
    texts = [corpus.texts[row] for row in order]
    labels, wrong = spoil(corpus.labels[order], noise, seed, single=single)
    counts = count(texts)
    rows = fit_features(counts, minimum=2).weigh(counts)
    asked: dict[str, object] = {
        "set": corpus.name, "language": corpus.source.language, "single": single, "seed": seed, "noise": noise,
    }  # fmt: skip
    own = bench.ask("ours_doubts", asked, texts=texts, labels=labels)
    shipped = bench.ask("with_cleanlab", {**asked, "features": "shipped"}, texts=texts, labels=labels)
    given = bench.ask("with_cleanlab", {**asked, "features": "ours"}, texts=texts, labels=labels, rows=rows)
    probability = own.floats("probability").astype(np.float32)
    asked["features"] = "our scores"
    scored = bench.ask("with_cleanlab", asked, texts=texts, labels=labels, probability=probability)
    size = int(wrong.sum())

    def judged(doubt: NDArray[np.float64], answer: Answer | None = None) -> Listed:
        cost = answer.number("cpu_seconds") if answer else None
        return Listed(hits(doubt, wrong, size), hits(doubt, wrong, size // 4), cost)

    return {
        "ours": judged(own.floats("doubt"), own),
        "cleanlab, as shipped": judged(-shipped.floats("quality"), shipped),
        "cleanlab, our features": judged(-given.floats("quality"), given),
        "cleanlab, our probabilities": judged(-scored.floats("quality")),
        "five folds, plain order, our features": judged(-given.floats("plain")),
    }


def run(bench: Bench, plan: Plan, report: Report) -> None:
    """Add precision@k (k = injected errors) of our list and of cleanlab's, and the CPU of both."""
    for name in (name for name in plan.sets if name in ROWS and not (plan.quick and name == "banking77")):
        corpus = sets.read(plan.data, name)
        for noise in NOISE[-1:] if plan.quick else NOISE:

            def one(seed: int, corpus: Corpus = corpus, noise: float = noise) -> dict[str, Listed]:
                return lists(bench, corpus, noise, seed)

            found: dict[str, list[Listed]] = {}
            for answers in bench.over(plan.seeds, one):
                for who, listed in answers.items():
                    found.setdefault(who, []).append(listed)
            _told(report, name, noise, found)


def _told(report: Report, name: str, noise: float, found: dict[str, list[Listed]]) -> None:
    precision = {who: [one.precision for one in values] for who, values in found.items()}
    spent = {who: [one.cpu_seconds for one in values if one.cpu_seconds] for who, values in found.items()}
    for who, values in found.items():
        cells = {"precision@k": percent(precision[who]), "top quarter": percent([one.top for one in values])}
        if spent[who]:
            cells["CPU s"] = f"{np.mean(spent[who]):.2f}"
        report.rows.append(Row(f"wrong labels: {name}, {noise:.0%} of {ROWS[name]:,} rows", who, cells))
    best = max((who for who in found if who.startswith("cleanlab")), key=lambda who: float(np.mean(precision[who])))
    figure = ratio(precision["ours"], precision[best])
    what = f"{name}, {noise:.0%}: precision@k ÷ cleanlab's best"
    key = f"doubts_{name}_{noise:g}"
    if name == "banking77":
        report.tell("doubts", key, what, figure, best)
    else:
        report.aim("doubts", key, what, figure, Aim.AT_LEAST, 1.15, best)
    report.tell("doubts", f"{key}_own", "  precision@k", mean(precision["ours"]))
    if name == "phone":
        figure = ratio(spent["ours"], spent["cleanlab, our features"])
        report.aim("doubts", f"{key}_cpu", "  CPU ÷ cleanlab's, our features", figure, Aim.AT_MOST, 0.1)
