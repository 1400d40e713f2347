"""How honest the figures are: calibration, certified acceptance, shares with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import clopper_pearson
from benchmarks.goals import sets
from benchmarks.goals.curves import Figure, calibration_error, mean, ratio
from benchmarks.goals.jobs import Answer, Bench
from benchmarks.goals.report import Aim, Plan, Report, Row, percent
from benchmarks.goals.sets import Corpus, Split
from reports.statistics.corrected import corrected_shares, tally
from training.quality import proving

Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

ACCEPTED = 4000
SPLITS, SHARE_SPLITS, QUICK_SPLITS = 40, 20, 6
TARGET = proving.TARGET
LABELLED = {"auto": 1000, "cosmetics": 600, "phone": 1000}
FEW_POSITIVES = 5


def model(bench: Bench, part: Split, labelled: int) -> Answer:
    """Return what our model of randomly labelled rows says of every row of a split."""
    source = part.corpus.source
    asked: dict[str, object] = {
        "set": part.corpus.name, "language": source.language, "single": source.single, "seed": part.seed,
        "labelled": labelled,
    }  # fmt: skip
    return bench.ask("ours_certainty", asked, texts=part.pool + part.fresh, labels=part.labels)


def calibration(bench: Bench, plan: Plan, report: Report) -> None:
    """Add the expected calibration error of pairs with p ≥ 0.1, beside logistic regression on words."""
    for name in (name for name in plan.sets if name in LABELLED):
        corpus = sets.read(plan.data, name)

        def one(seed: int, corpus: Corpus = corpus) -> tuple[float, float]:
            return _errors(bench, sets.split(corpus, seed))

        found = bench.over(plan.seeds, one)
        own, theirs = [pair[0] for pair in found], [pair[1] for pair in found]
        what = f"{name}, {LABELLED[name]:,} labels: error in points"
        report.aim("calibration", f"ece_{name}", what, mean(own), Aim.AT_MOST, 3)
        figure, note = ratio(own, theirs), f"regression: {np.mean(theirs):.1f} points"
        report.aim("calibration", f"ece_{name}_naive", "  ÷ logistic regression", figure, Aim.AT_MOST, 0.2, note)


def _errors(bench: Bench, part: Split) -> tuple[float, float]:
    """Return the calibration error in points, ours and that of regression on words."""
    size = LABELLED[part.corpus.name]
    said = model(bench, part, size).floats("all_probability")[len(part.pool) :]
    source = part.corpus.source
    asked: dict[str, object] = {
        "set": part.corpus.name, "language": source.language, "single": source.single, "seed": part.seed,
        "features": "shipped", "model": "regression", "start": part.start, "budgets": [size],
    }  # fmt: skip
    answer = bench.ask("naive", asked, texts=part.pool + part.fresh, labels=part.labels)
    probability = 1 / (1 + np.exp(-answer.floats(f"scores_{size}")))
    return 100 * calibration_error(said, part.truth), 100 * calibration_error(probability, part.truth)


def shares(bench: Bench, plan: Plan, report: Report) -> None:
    """Add the error of code shares and the coverage of their intervals, from randomly labelled rows."""
    for name in (name for name in plan.sets if name in LABELLED):
        corpus = sets.read(plan.data, name)

        def one(seed: int, corpus: Corpus = corpus) -> tuple[Split, Answer]:
            part = sets.split(corpus, seed)
            return part, model(bench, part, LABELLED[corpus.name])

        errors: dict[str, list[float]] = {}
        inside: list[Bools] = []
        powered: list[Bools] = []
        widths: list[float] = []
        # Errors of ten shares scatter: this takes more seeds, which are cheap here.
        for part, told in bench.over(range(QUICK_SPLITS if plan.quick else SHARE_SPLITS), one):
            labels = np.concatenate([part.labels > 0, part.truth])
            chosen = told.places("chosen")
            truth = labels.mean(axis=0)
            sample = labels[chosen].mean(axis=0)
            accepted = told.floats("all_accepted")
            accepted[chosen] = told.floats("own_accepted")
            value, error = predicted_share(
                told.arrays["all_probability"].astype(float),
                told.arrays["own_probability"].astype(float),
                labels,
                chosen,
            )
            seen = labels[chosen].sum(axis=0) >= FEW_POSITIVES
            finite = 1 - chosen.size / len(labels)
            plain = np.sqrt(finite * sample * (1 - sample) / chosen.size)
            told_shares = as_reported(accepted > 0, labels, chosen, part.seed)
            inside.append(((told_shares[:, 1] <= truth) & (truth <= told_shares[:, 2]))[seen])
            powered.append((np.abs(value - truth) <= 1.96 * error)[seen])
            widths.append(float(((told_shares[:, 2] - told_shares[:, 1])[seen] / (2 * 1.96 * plain[seen])).mean()))
            for who, found in (
                ("labelled sample only", sample),
                ("classify and count", accepted.mean(axis=0)),
                ("prediction-powered", value),
                ("as reports correct them", told_shares[:, 0]),
            ):
                errors.setdefault(who, []).append(100 * float(np.abs(found - truth).mean()))
        for who, found in errors.items():
            cells = {"mean error, points": f"{np.mean(found):.3f}"}
            report.rows.append(Row(f"shares on {name}, {LABELLED[name]:,} random labels", who, cells))
        figure = ratio(errors["as reports correct them"], errors["classify and count"])
        report.aim("shares", f"shares_{name}", f"{name}: error ÷ classify and count", figure, Aim.AT_MOST, 0.5)
        figure = ratio(errors["prediction-powered"], errors["classify and count"])
        note = f"its intervals hold {100 * np.concatenate(powered).mean():.1f} %"
        report.tell("shares", f"shares_{name}_powered", "  prediction-powered ÷ classify and count", figure, note)
        figure = ratio(errors["as reports correct them"], errors["labelled sample only"])
        report.tell("shares", f"shares_{name}_sample", "  ÷ labelled sample alone", figure)
        report.tell("shares", f"shares_{name}_width", "  interval width ÷ sample's", mean(widths))
        covered = mean([100 * float(marks.mean()) for marks in inside])
        note = f"{sum(marks.size for marks in inside)} intervals; 93 to 97 wanted"
        report.aim(
            "shares", f"shares_{name}_coverage", "  coverage of 95 % intervals, %", covered, Aim.AT_LEAST, 93, note
        )


def as_reported(accepted: Bools, labels: Bools, chosen: NDArray[np.int64], seed: int) -> Doubles:
    """Return share, low and high (codes × 3) as a report corrects them, ``chosen`` being its audit.

    accepted (n × codes): what the machine says of every row, out of sample of those chosen.
    """
    audit = tally(accepted[chosen], labels[chosen])
    codes = labels.shape[1]
    told = corrected_shares(
        audit,
        accepted.sum(axis=0, dtype=np.int64),
        size=len(labels),
        above=np.full(codes, -1),
        seed=seed,
        closed=True,
    )
    assert isinstance(told, list)
    return np.array([(one.share.value, one.share.low, one.share.high) for one in told])


def predicted_share(
    probability: Doubles, own: Doubles, labels: Bools, chosen: NDArray[np.int64]
) -> tuple[Doubles, Doubles]:
    """Return the share of each code and its standard error by prediction-powered inference with tuned weight.

    probability: (n × codes) of all rows; own: out of sample for ``chosen``, the random rows whose labels are known.
    Difference estimator λ·mean(p) + mean(y − λp) with λ = cov(y, p) ÷ var(p) in [0, 1] (Angelopoulos et al. 2023,
    PPI++), its error with the finite population's correction, the labelled rows being part of the population.
    """
    known = labels[chosen].astype(float)
    whole = probability.copy()
    whole[chosen] = own
    spread = ((own - own.mean(axis=0)) ** 2).mean(axis=0)
    together = ((own - own.mean(axis=0)) * (known - known.mean(axis=0))).mean(axis=0)
    weight = np.clip(np.divide(together, spread, out=np.zeros_like(spread), where=spread > 0), 0, 1)
    residual = known - weight * own
    value = weight * whole.mean(axis=0) + residual.mean(axis=0)
    finite = 1 - chosen.size / len(labels)
    return value, np.sqrt(finite * residual.var(axis=0, ddof=1) / chosen.size)


def acceptance(bench: Bench, plan: Plan, report: Report) -> None:
    """Add what the model may code by itself at 95 % precision: a cut by learn-then-test, then its acceptance sample.

    A cut misses where what it lets in of unseen rows is less precise than promised.
    """
    if "auto" not in plan.sets:
        return
    corpus = sets.read(plan.data, "auto")
    splits = range(QUICK_SPLITS if plan.quick else SPLITS)

    def one(seed: int) -> Certified:
        part = sets.split(corpus, seed)
        told = model(bench, part, ACCEPTED)
        labels = np.concatenate([part.labels > 0, part.truth])
        chosen = told.places("chosen")
        return certified(told, labels, chosen, seed)

    found = bench.over(splits, one)
    what = f"auto, {ACCEPTED:,} labels: right assignments let in, %"
    note = f"precision {percent([one.precision for one in found if one.recall])} %"
    report.aim("accept", "accepted", what, mean([100 * one.recall for one in found]), Aim.AT_LEAST, 35, note)
    missed = sum(one.precision < TARGET for one in found)
    low, high = clopper_pearson(missed, len(found))
    share = Figure(100 * missed / len(found), 100 * low, 100 * high, len(found))
    note = f"{missed} of {len(found)}"
    report.aim("accept", "accepted_missed", "  cuts below 95 % precision, %", share, Aim.AT_MOST, 5, note)
    passed = [one for one in found if one.passed]
    certain = mean([100 * one.proven_recall if one.passed else 0.0 for one in found])
    wrongly = sum(one.proven_precision < TARGET for one in passed)
    note = f"{len(passed)} of {len(found)} samples pass; {wrongly} of them wrongly"
    report.tell("accept", "certified", "  let in with a certificate, %", certain, note)


@dataclass(frozen=True, slots=True)
class Certified:
    """What one split came to: whether the sample passed, true precision and recall of what the cut lets in, and of
    what the cut above it lets in whose sample was drawn (``proving.provable``)."""

    passed: bool
    precision: float
    recall: float
    proven_precision: float = 1.0
    proven_recall: float = 0.0


def certified(told: Answer, labels: Bools, chosen: NDArray[np.int64], seed: int) -> Certified:
    """Choose a cut on the out-of-sample pairs, draw the sample it needs from unseen rows, judge both by the truth."""
    own = told.flags("own_accepted")
    found = proving.learn_then_test(told.floats("own_ranked")[own], labels[chosen][own])
    if found is None:
        return Certified(False, 1.0, 0.0)
    unseen = np.setdiff1d(np.arange(len(labels)), chosen)
    probability, truth = told.floats("all_probability")[unseen], labels[unseen]
    reached = told.flags("all_accepted")[unseen] & (probability >= found.p)
    right = truth[reached]
    if not right.size:
        return Certified(False, 1.0, 0.0)
    seen = told.floats("own_ranked")[own]
    accepted = told.flags("all_accepted")[unseen]
    likely = proving.provable(seen, labels[chosen][own], probability[accepted], found.p)
    assert likely.sample is not None
    proven = truth[accepted & (probability >= likely.cut)]
    drawn = np.random.RandomState(seed).permutation(proven.size)[: likely.sample.size]
    passed = int((~proven[drawn]).sum()) <= likely.sample.errors
    return Certified(
        passed, float(right.mean()), float(right.sum() / truth.sum()), float(proven.mean()),
        float(proven.sum() / truth.sum()),
    )  # fmt: skip
