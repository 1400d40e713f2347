"""Which answers to read next, worked out where it may take a second: in the worker, which keeps the pool in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, Share, silent
from training.learner.background import fit_background
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.loop import queries
from training.loop.pool import SEEDING, Decided, Pool
from training.loop.queries import Choice, Known, Reason
from training.process import blocks
from training.process.blocks import Json, Named

Places = NDArray[np.int64]

_ARRAYS = ("codes", "ids", "labels", "groups", "without")
_REASONS = tuple(Reason)


class Mode(StrEnum):
    """How the answers to read next are chosen.

    DEFAULT: what teaches the most, a fifth of it drawn at random; SHUFFLE: at random; UNSURE: nearest to a threshold,
    the codes in turn; UNCOVERED: no code fits; LIKELY: one code would be accepted first; WRONG: coded already, and the
    model disagrees.
    """

    DEFAULT = "default"
    SHUFFLE = "shuffle"
    UNSURE = "unsure"
    UNCOVERED = "uncovered"
    LIKELY = "likely"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Different answers of a question: verbatim ids int64 (m) and folded texts (m). ``key`` tells it from others."""

    key: str
    ids: Places
    texts: Sequence[str]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """What is asked of the pool: ``size`` rows by ``mode``, with all decisions people made by then.

    ids int64 (n), texts, labels int8 (n × codes) and groups int64 (n) of decided answers; codes int64: ids of the
    columns; hints: what the frame says of them. ``code``: the id for LIKELY, else 0. ``without`` int64: answers not to
    choose. ``seed`` of the draws.
    """

    mode: Mode
    size: int
    seed: int
    single: bool
    code: int
    codes: Places
    ids: Places
    texts: Sequence[str]
    labels: NDArray[np.int8]
    groups: Places
    without: Places
    hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer: choices whose ``row`` is a verbatim id and whose ``column`` is a code id (0: none).

    Their scores and thresholds are calibrated, in [0, 1] (the number of answers alike for TYPICAL).

    ``undecided``: answers of the pool that nobody decided; ``learned``: the live model had a threshold for some code.
    """

    choices: tuple[Choice, ...]
    undecided: int
    learned: bool


class Desk:
    """Keeps the pool of one corpus, and the live model over it, from one ask to the next."""

    def __init__(self) -> None:
        self._pool: Pool | None = None

    def ask(self, asked: Ask, corpus: Corpus | None = None, *, progress: Progress = silent) -> Asked:
        """Choose from a corpus, or from that of the ask before."""
        if corpus is not None:
            background = fit_background(corpus.texts, seed=corpus.seed, progress=Share(progress, 0, 70, 100))
            self._pool = Pool(corpus.ids, corpus.texts, background=background, seed=corpus.seed)
        pool = self._pool
        assert pool is not None
        progress(70, 100)
        pool.learn(
            Decided(
                asked.ids,
                pool.background.rows(asked.texts),
                asked.labels,
                asked.groups,
                asked.codes,
                asked.single,
                asked.hints,
            )
        )
        found, learned = _chosen(pool, asked)
        progress(100, 100)
        named = [
            replace(one, row=int(pool.keys[one.row]), column=int(asked.codes[one.column]) if one.column >= 0 else 0)
            for one in pool.calibrated(found)
        ]
        return Asked(tuple(named), int((~pool.decided).sum()), learned)


def _chosen(pool: Pool, asked: Ask) -> tuple[list[Choice], bool]:
    generator = np.random.default_rng(asked.seed)
    among = np.flatnonzero(~pool.decided & ~np.isin(pool.keys, asked.without))
    if not among.size or asked.size < 1:
        return [], False
    if asked.mode is Mode.SHUFFLE:
        order = generator.permutation(among)[: 20 * asked.size]
        return queries.apart([Choice(int(row), Reason.SHUFFLE) for row in order], pool.rows, asked.size), False
    nothing = not asked.codes.size or not (asked.labels == 1).any()
    read = len(set(asked.texts))
    if asked.mode is Mode.DEFAULT and (read < SEEDING or nothing):
        # All of them at once, though fewer are asked for: each stands for another kind of answer.
        return pool.seeds(max(asked.size, SEEDING - read), among)[: asked.size], False
    if nothing:
        return [], False
    now = pool.standing()
    between = asked.single and asked.mode is Mode.UNSURE and int((now.positives > 0).sum()) > 1  # needs no threshold
    learned = bool(between or np.isfinite(now.thresholds).any())
    if asked.mode is Mode.LIKELY:
        column = int(np.flatnonzero(asked.codes == asked.code)[0])

        def likely(known: Known, size: int, _: np.random.Generator) -> list[Choice]:
            return queries.likely_for_code(known, column, size)

        return pool.choose(likely, asked.size, generator, among), learned
    strategy = {Mode.UNSURE: queries.unsure_in_turns, Mode.UNCOVERED: queries.uncovered}.get(
        asked.mode, queries.balanced
    )
    return pool.choose(strategy, asked.size, generator, among), learned


def put_ask(asked: Ask, corpus: Corpus | None) -> tuple[Json, Named]:
    """Return an Ask, and the corpus unless the other side has it, as parameters and arrays for the worker."""
    params: Json = {
        "mode": asked.mode.value, "size": asked.size, "seed": asked.seed, "single": asked.single, "code": asked.code,
        "known": len(asked.texts), "hints": len(asked.hints.texts), "corpus": corpus is not None,
    }  # fmt: skip
    texts = [*asked.texts, *asked.hints.texts]
    arrays: Named = {name: cast("NDArray[np.generic]", getattr(asked, name)) for name in _ARRAYS}
    arrays["hint_columns"] = asked.hints.columns
    if corpus is not None:
        texts += corpus.texts
        arrays["corpus_ids"] = corpus.ids
        params |= {"key": corpus.key, "corpus_seed": corpus.seed}
    return params, {**arrays, **blocks.put_texts(texts)}


def take_ask(params: Json, arrays: Named) -> tuple[Ask, Corpus | None]:
    """Return what ``put_ask`` was given."""
    texts = blocks.take_texts(arrays)
    known = cast(int, params["known"])
    end = known + cast(int, params["hints"])
    corpus = None
    if params["corpus"]:
        ids = cast(Places, arrays["corpus_ids"])
        corpus = Corpus(cast(str, params["key"]), ids, texts[end:], cast(int, params["corpus_seed"]))
    return (
        Ask(
            mode=Mode(cast(str, params["mode"])),
            size=cast(int, params["size"]),
            seed=cast(int, params["seed"]),
            single=cast(bool, params["single"]),
            code=cast(int, params["code"]),
            codes=cast(Places, arrays["codes"]),
            ids=cast(Places, arrays["ids"]),
            texts=texts[:known],
            labels=cast("NDArray[np.int8]", arrays["labels"]),
            groups=cast(Places, arrays["groups"]),
            without=cast(Places, arrays["without"]),
            hints=Hints(tuple(texts[known:end]), cast(Places, arrays["hint_columns"])),
        ),
        corpus,
    )


def put_asked(asked: Asked) -> Named:
    """Return the answer as arrays."""
    return {
        "rows": np.array([(one.row, one.column, _REASONS.index(one.reason)) for one in asked.choices], np.int64),
        "figures": np.array([(one.score, one.threshold) for one in asked.choices], np.float64),
        "told": np.array([asked.undecided, int(asked.learned)], np.int64),
    }


def take_asked(arrays: Named) -> Asked:
    """Return what ``put_asked`` was given."""
    undecided, learned = cast(list[int], arrays["told"].tolist())
    rows = cast(list[tuple[int, int, int]], arrays["rows"].tolist())
    figures = cast(list[tuple[float, float]], arrays["figures"].tolist())
    choices = tuple(
        Choice(row, _REASONS[reason], column, score, threshold)
        for (row, column, reason), (score, threshold) in zip(rows, figures, strict=True)
    )
    return Asked(choices, undecided, bool(learned))
