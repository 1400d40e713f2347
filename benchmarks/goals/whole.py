"""With all labels: codes on held-out rows beside support vectors and regression."""

from __future__ import annotations

from benchmarks.goals import sets
from benchmarks.goals.active import cut, ours, words
from benchmarks.goals.curves import f1_pair, mean
from benchmarks.goals.jobs import Bench
from benchmarks.goals.report import Plan, Report, Row, percent
from benchmarks.goals.sets import Corpus, Split

Pair = tuple[float, float]
QUICK = ("auto", "cosmetics")


def quality(bench: Bench, plan: Plan, report: Report) -> None:
    """Add micro- and macro-F1 of all pool labels beside linear support vectors and naive regression."""
    for name in (name for name in plan.sets if not plan.quick or name in QUICK):
        corpus = sets.read(plan.data, name)

        def one(seed: int, corpus: Corpus = corpus) -> dict[str, Pair]:
            return _whole(bench, sets.split(corpus, seed), quick=plan.quick)

        found: dict[str, list[Pair]] = {}
        for answers in bench.over(plan.seeds, one):
            for who, pair in answers.items():
                found.setdefault(who, []).append(pair)
        for who, values in found.items():
            macro_of, micro_of = ([pair[place] for pair in values] for place in (0, 1))
            cells = {"macro-F1 %": percent(macro_of), "micro-F1 %": percent(micro_of)}
            report.rows.append(Row(f"all labels on {name}, {len(plan.seeds)} seeds", who, cells))
        report.tell(
            "full", f"full_{name}", f"{name}: micro-F1 with all labels", mean([pair[1] for pair in found["ours"]])
        )


def _whole(bench: Bench, part: Split, *, quick: bool) -> dict[str, Pair]:
    """Return (macro, micro) of every tool taught with the whole pool."""
    full = ours(bench, part, "default", quick=quick)[1]
    found = {"ours": (full.macro, full.micro)}
    size, source, codes = len(part.pool), part.corpus.source, part.truth.shape[1]
    for kind in ("support vectors", "regression"):
        asked: dict[str, object] = {
            "set": part.corpus.name, "language": source.language, "single": source.single, "seed": part.seed,
            "features": "shipped", "model": kind, "start": part.start, "budgets": [size],
        }  # fmt: skip
        answer = bench.ask("naive", asked, texts=part.pool + part.fresh, labels=part.labels)
        micro, macro = f1_pair(words(answer, f"said_{size}", codes), part.truth)
        found[f"naive {kind}, as shipped"] = (macro, micro)
        if f"scores_{size}" in answer.arrays:
            micro, macro = f1_pair(cut(answer, part, size), part.truth)
            found[f"naive {kind}, our thresholds"] = (macro, micro)
    return found
