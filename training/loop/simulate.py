"""Replay of finished labels: how fast a model would have learned, had the loop chosen what people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import frames
from annotate.errors import AskedWronglyError, UserError
from annotate.estimates import f1_score
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.store.project import Project
from training import session
from training.learner import classifier
from training.learner.background import Background, fit_background
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.loop import queries
from training.loop.pool import AUDIT_SHARE, BATCH, SEEDING, Decided, Pool

Places = NDArray[np.int64]

CANDIDATES = 5000
FEWEST = 40
"""Different decided answers that a replay needs: with fewer, luck decides."""


class Plan(StrEnum):
    """How the replay chooses what is read next."""

    DEFAULT = "default"
    RANDOM = "random"
    UNSURE = "unsure"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Material:
    """Decided answers for a replay: folded texts (n), characters int64 (n) as written, labels int8 (n × columns).

    parents, groups, single, hints and exclusive as for ``classifier.fit``.
    """

    texts: Sequence[str]
    characters: Places
    labels: NDArray[np.int8]
    parents: Places
    groups: Places
    single: bool
    hints: Hints = NO_HINTS
    exclusive: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One checkpoint of one replay: answers and characters read, F1 of the codes (no nets) on the part held out.

    Macro-F1 is the mean over the codes that occur there. Both None where no code had examples enough to be learned, or
    none occurs there.
    """

    labels: int
    characters: int
    micro_f1: float | None
    macro_f1: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint over all replays: means, and the standard deviations between them (0 for one replay).

    None where one of the replays could not learn anything yet.
    """

    labels: int
    characters: int
    micro_f1: float | None
    micro_f1_sd: float | None
    macro_f1: float | None
    macro_f1_sd: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """What replays of one plan came to. ``full``: with all labels of the part not held out, None where not asked for.

    ``answers``: decided answers in all; ``held_out``: of these not learned from, a replay on average.
    """

    strategy: Plan
    seeds: int
    answers: int
    held_out: int
    single: bool
    curve: tuple[Point, ...]
    full: Point | None

    def labels_to(self, share: float, *, macro: bool = False) -> float | None:
        """Return the labels at which F1 reaches a share of that of all labels, between checkpoints by a straight line.

        None where it is not reached, or all labels were not tried.
        """
        if self.full is None:
            return None
        whole = self.full.macro_f1 if macro else self.full.micro_f1
        if whole is None:
            return None
        goal, before = share * whole, (0, 0.0)
        for point in self.curve:
            value = (point.macro_f1 if macro else point.micro_f1) or 0.0
            if value >= goal > 0:
                return before[0] + (point.labels - before[0]) * (goal - before[1]) / max(value - before[1], 1e-9)
            before = (point.labels, value)
        return None


def simulate(
    project: Project,
    *,
    strategy: Plan = Plan.DEFAULT,
    budget: int = 1000,
    seeds: int = 5,
    hold_out: float = 0.3,
    seed: int = 1,
    everything: bool = False,
    frame: int | None = None,
    progress: Progress = silent,
) -> Curve:
    """Replay the decisions of a frame, ``seeds`` times with another random part held out, and return the curve.

    Nothing is changed. The plan reads answers as a person would (identical ones at once), learns as ``train`` does, and
    is scored on the part held out, which teaches nothing, not even its words. ``everything``: score all labels too.
    Raises UserError (no-frame, nothing-labelled, too-few-to-replay, nothing-to-replay), AskedWronglyError (bad-replay).
    """
    if budget < 1 or seeds < 1 or not 0.05 <= hold_out <= 0.9:
        raise AskedWronglyError(
            "bad-replay",
            N_("This replay cannot be run."),
            N_("It needs a budget and a number of seeds of at least 1, and 5 to 90 % held out."),
            N_("For example: simulate {example} --budget 1000 --seeds 5"),
            example="car.tingdong",
        )
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    material = read(project, frame if frame is not None else frames.the_frame(project))
    runs: list[list[Score]] = []
    wholes: list[Score] = []
    for turn in range(seeds):
        share = Share(progress, 100 * turn, 100, 100 * seeds)
        with threadpool_limits(1):  # small matrices: on a busy machine more threads took ten times as long
            scores, whole = replay(
                material, plan=strategy, budget=budget, seed=seed + turn, hold_out=hold_out, everything=everything,
                progress=share,
            )  # fmt: skip
        runs.append(scores)
        wholes += [whole] if whole else []
    progress(100 * seeds, 100 * seeds)
    steps = min(map(len, runs))  # parts of different seeds may hold a few answers more or less
    points = [_point([run[step] for run in runs]) for step in range(steps - 1)] + [_point([run[-1] for run in runs])]
    tried = [*points, *([_point(wholes)] if wholes else [])]
    if all(one.micro_f1 is None for one in tried):
        raise UserError(
            "nothing-to-replay",
            N_("A replay would show nothing."),
            N_("No code could be learned and scored: that takes answers with a code and answers without it."),
            N_("Give a larger budget, or code more answers, also such as do not carry the commonest code."),
        )
    answers = len(material.texts)
    return Curve(
        strategy, seeds, answers, round(answers * hold_out), material.single, tuple(points),
        _point(wholes) if wholes else None,
    )  # fmt: skip


def read(project: Project, frame_id: int) -> Material:
    """Return the decisions of a frame as material for a replay; raises UserError (nothing-labelled, too-few-…)."""
    told = session.gather(project, frame_id)
    leaf = _leaves(told.parents)
    kept = np.flatnonzero((told.labelled.labels[:, leaf] >= 0).any(axis=1))
    texts = [told.texts[row] for row in kept.tolist()]
    groups = told.labelled.groups[kept]
    if len(set(texts)) < FEWEST or np.unique(groups).size < FEWEST:
        raise UserError(
            "too-few-to-replay",
            N_("There is too little to replay."),
            N_("{answers} different answers are decided, and {needed} are needed."),
            N_("Code more answers first; a replay is for finished work."),
            answers=min(len(set(texts)), int(np.unique(groups).size)),
            needed=FEWEST,
        )
    lengths = _characters(project, told.labelled.ids[kept])
    dense = np.unique(groups, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return Material(
        texts, lengths, told.labelled.labels[kept], told.parents, dense, told.single, told.hints, told.exclusive
    )


def _characters(project: Project, ids: Places) -> Places:
    lengths: dict[int, int] = {}
    wanted = ids.tolist()
    for start in range(0, len(wanted), 20_000):
        marks = ", ".join(map(str, wanted[start : start + 20_000]))
        for verbatim, length in project.rows(f"select id, length(text) from verbatim_text where id in ({marks})"):
            lengths[int(verbatim or 0)] = int(length or 0)
    return np.array([lengths.get(one, 0) for one in wanted], np.int64)


def checkpoints(budget: int) -> list[int]:
    """Return the numbers of labels at which a replay is scored: every 50 to 500, every 100 to 1,000, then every 250."""
    steps = [*range(50, 501, 50), *range(600, 1001, 100), *range(1250, budget + 1, 250)]
    return [step for step in steps if step < budget] + [budget]


def replay(
    material: Material,
    *,
    plan: Plan,
    budget: int,
    seed: int,
    hold_out: float = 0.3,
    everything: bool = False,
    progress: Progress = silent,
) -> tuple[list[Score], Score | None]:
    """Replay once: a random ``hold_out`` of the groups is the test, the rest is read in the order of the plan.

    Where the budget exceeds the rest, the last checkpoint is all of it. Returns the scores, and that of all labels.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(int(material.groups.max()) + 1)
    out = order[material.groups] < hold_out * order.size
    test, rest = np.flatnonzero(out), np.flatnonzero(~out)
    texts = [material.texts[row] for row in rest.tolist()]
    background = fit_background(texts, seed=seed)
    codes = _leaves(material.parents)
    hints = Hints(material.hints.texts, np.searchsorted(codes, material.hints.columns))
    twins = _twins(texts)
    first = np.array([members[0] for members in twins])
    pool = Pool(np.arange(first.size), [texts[row] for row in first], background=background, seed=seed)
    score = _scorer(material, background, rest, test, codes, seed)
    scores: list[Score] = []
    read: list[int] = []
    marks = checkpoints(min(budget, first.size))
    for done, mark in enumerate(marks):
        progress(done, len(marks) + int(everything))
        while len(read) < mark:
            size = min(SEEDING if not read and plan is Plan.DEFAULT else BATCH, mark - len(read))
            chosen = following(pool, plan, size, generator)
            read += chosen
            rows = rest[first[read]]
            labels = material.labels[np.ix_(rows, codes)]
            pool.learn(
                Decided(np.array(read), pool.rows[read], labels, material.groups[rows], codes, material.single, hints)
            )
        at = np.concatenate([twins[row] for row in read])
        scores.append(score(at, len(read), int(material.characters[rest[first[read]]].sum())))
    whole = None
    if everything:
        progress(len(marks), len(marks) + 1)
        whole = score(np.arange(rest.size), first.size, int(material.characters[rest[first]].sum()))
    return scores, whole


def following(pool: Pool, plan: Plan, size: int, generator: np.random.Generator) -> list[int]:
    """Return ``size`` undecided rows of a pool by a plan."""
    free = np.flatnonzero(~pool.decided)
    audit = size if plan is Plan.RANDOM else round(AUDIT_SHARE * size) if plan is Plan.DEFAULT else 0
    nothing = not pool.decided.any()
    seeding = nothing and plan is Plan.DEFAULT
    audit = audit if not nothing or seeding else size
    chosen: list[int] = [] if seeding else generator.permutation(free)[:audit].tolist()
    among = np.setdiff1d(free, chosen)
    if among.size > CANDIDATES:
        among = np.sort(generator.choice(among, CANDIDATES, replace=False))
    if seeding:
        chosen += [one.row for one in pool.seeds(size, among)]
    elif len(chosen) < size:
        asked = {Plan.UNSURE: queries.unsure, Plan.UNCOVERED: queries.uncovered}.get(plan, queries.balanced)
        chosen += [one.row for one in pool.choose(asked, size - len(chosen), generator, among)]
    if len(chosen) < size:  # answers much alike are not asked for twice in a batch: draw the rest
        others = np.setdiff1d(free, chosen)
        chosen += generator.permutation(others)[: size - len(chosen)].tolist()
    return chosen


def _leaves(parents: Places) -> Places:
    return np.flatnonzero(~np.isin(np.arange(parents.size), parents))


def _twins(texts: Sequence[str]) -> list[list[int]]:
    """Return the rows of each different text, in order of its first."""
    found: dict[str, list[int]] = {}
    for row, told in enumerate(texts):
        found.setdefault(told, []).append(row)
    return list(found.values())


def _scorer(
    material: Material, background: Background, rest: Places, test: Places, codes: Places, seed: int
) -> Callable[[Places, int, int], Score]:
    """Return a function that fits on rows of the rest as ``train`` does and scores the fit on the test."""
    truth = material.labels[np.ix_(test, codes)]
    fresh = [material.texts[row] for row in test.tolist()]

    def score(at: Places, labels: int, characters: int) -> Score:
        rows = rest[at]
        try:
            model = classifier.fit(
                [material.texts[row] for row in rows.tolist()], material.labels[rows], parents=material.parents,
                groups=material.groups[rows], seed=seed, single=material.single, background=background,
                hints=material.hints, exclusive=material.exclusive,
            )  # fmt: skip
        except UserError:
            return Score(labels, characters, None, None)  # no code has examples enough yet
        said = model.predict(fresh).accepted[:, codes]
        hits, wrong, missed = (
            part.sum(axis=0) for part in (said & (truth == 1), said & (truth == 0), ~said & (truth == 1))
        )
        there = np.flatnonzero(hits + missed)
        if not there.size:
            return Score(labels, characters, None, None)
        each = [f1_score(int(hits[code]), int(wrong[code]), int(missed[code])) for code in there]
        micro = f1_score(int(hits.sum()), int(wrong.sum()), int(missed.sum()))
        return Score(labels, characters, micro, float(np.mean(each)))

    return score


def _point(scores: Sequence[Score]) -> Point:
    labels = round(float(np.mean([one.labels for one in scores])))
    characters = round(float(np.mean([one.characters for one in scores])))
    micro = np.array([one.micro_f1 for one in scores if one.micro_f1 is not None])
    macro = np.array([one.macro_f1 for one in scores if one.macro_f1 is not None])
    if micro.size < len(scores) or macro.size < len(scores):
        return Point(labels, characters, None, None, None, None)
    spread = int(len(scores) > 1)
    return Point(
        labels,
        characters,
        float(micro.mean()),
        float(micro.std(ddof=spread)),
        float(macro.mean()),
        float(macro.std(ddof=spread)),
    )
