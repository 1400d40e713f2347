"""The models of a code frame: a numbered list with what each learned from, its scores, and where it is in force."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.errors import AskedWronglyError, UserError
from annotate.estimates import FEW_GROUPS, f1_score, holm
from annotate.frames import merged_into
from annotate.messages import N_, listed
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from training import session
from training.learner import evaluate
from training.learner.evaluate import Figure
from training.process.worker import Worker
from training.quality import cuts
from training.quality.decide import decide, for_codes
from training.quality.hand_thresholds import tuning_half

DRAWS = 2000
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class InForce:
    """A question and wave ('' : of no named wave) that a model codes now; a delivered wave keeps it."""

    question: str
    wave: str
    delivered: bool


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained model of a frame. ``number`` counts the frame's models from 1; ``name`` is v1… unless renamed.

    ``snapshot_op``: the last operation whose decisions it learned from; ``labels``: answers it was trained on.
    ``micro_f1`` over all codes, ``macro_f1`` over the ``macro_codes`` codes that MACRO_LEAST answers carry (None
    without any), out of sample, from ``base`` answers (drawn at random where ``from_random_rows``), by its own
    thresholds; ``sentiment_f1``: macro-F1 over the sentiments; ``by_hand``: codes whose threshold a person set;
    ``by_itself``: nobody asked for its training.
    """

    id: int
    number: int
    name: str
    note: str
    created_ms: int
    hash: str
    revision: int
    snapshot_op: int
    labels: int
    micro_f1: Figure
    macro_f1: Figure | None
    macro_codes: int
    base: int
    from_random_rows: bool
    sentiment_f1: Figure | None
    by_hand: tuple[tuple[int, float], ...]
    in_force: tuple[InForce, ...]
    by_itself: bool = False


def models(project: Project, frame: int) -> list[ModelVersion]:
    """Return the models of a frame, oldest first; nothing is loaded."""
    with project.reading() as db, db.snapshot():
        rows = db.execute(
            "select m.id, n.name, n.note, m.created_ms, hex(m.h), r.number, m.snapshot_op, m.spec, m.scores"
            " from model m join revision r on r.id = m.revision_id left join model_note n on n.model_id = m.id"
            " where m.frame_id = ? order by m.id",
            (frame,),
        ).fetchall()
        where = _in_force(db, frame)
        by_hand: dict[int, list[tuple[int, float]]] = {}
        for model, code, p in db.execute("select model_id, code_id, p from model_threshold order by 1, 2"):
            by_hand.setdefault(int(model or 0), []).append((int(code or 0), int(p or 0) / cuts.SCALE))
    found = []
    for number, row in enumerate(rows, 1):
        scores, model = json.loads(str(row[8])), int(row[0] or 0)
        over_codes, mood = scores["codes"], scores["sentiment"] or {}
        # Models of before kept a macro-F1 over all codes, also those without examples: another figure.
        macro = over_codes["codes"]["macro_f1"] if "macro_columns" in over_codes["codes"] else None
        spec = json.loads(str(row[7]))
        mood = mood.get("random") or mood  # models of before kept no macro-F1
        found.append(
            ModelVersion(
                id=model,
                number=number,
                name=str(row[1] or f"v{number}"),
                note=str(row[2] or ""),
                created_ms=int(row[3] or 0),
                hash=str(row[4]).lower(),
                revision=int(row[5] or 0),
                snapshot_op=int(row[6] or 0),
                labels=int(spec["rows"]),
                micro_f1=_figure(over_codes["codes"]["micro_f1"]),
                macro_f1=None if macro is None else _figure(macro),
                macro_codes=int(over_codes["codes"].get("macro_columns", 0)),
                base=int(over_codes["base"]),
                from_random_rows=bool(over_codes["from_random_rows"]),
                sentiment_f1=_figure(mood["macro_f1"]) if "macro_f1" in mood else None,
                by_hand=tuple(by_hand.get(model, ())),
                in_force=tuple(where.get(model, ())),
                by_itself=bool(spec.get("by_itself", False)),
            )
        )
    return found


def _figure(told: dict[str, float]) -> Figure:
    return Figure(float(told["value"]), float(told["low"]), float(told["high"]))


def _in_force(db: Connection, frame: int) -> dict[int, list[InForce]]:
    found: dict[int, list[InForce]] = {}
    for model, question, wave, delivered in db.execute(
        "select u.model_id, q.name, w.name, w.delivered from run_in_force f join run u on u.id = f.run_id"
        " join question q on q.id = f.question_id left join wave w on w.id = f.wave_id where q.frame_id = ?"
        " order by q.sort, q.id, w.sort",
        (frame,),
    ):
        found.setdefault(int(model or 0), []).append(InForce(str(question), str(wave or ""), bool(delivered)))
    return found


def find(project: Project, frame: int, called: str | None = None) -> ModelVersion:
    """Return the model of a frame by name, number (v3 or 3) or the first digits of its hash; the newest without.

    Raises UserError (no-model), AskedWronglyError (no-such-model).
    """
    known = models(project, frame)
    if not known or called is None:
        session.newest_model(project, frame)  # says so where there is none
        return known[-1]
    for one in known:
        if called == one.name:
            return one
    for one in known:
        if called.lower() in (f"v{one.number}", str(one.number)):
            return one
    alike = [one for one in known if len(called) >= 6 and one.hash.startswith(called.lower())]
    if len(alike) == 1:
        return alike[0]
    raise AskedWronglyError(
        "no-such-model",
        N_("There is no model {name}."),
        N_("Known models: {names}."),
        N_("Give one of these names, its number, or six digits of its hash or more."),
        name=called,
        names=listed(one.name for one in known),
    )


def rename(project: Project, *, model: int, name: str | None = None, note: str | None = None) -> Step:
    """Give a model a name or a note; an empty name gives back its number. Raises UserError (name-taken)."""

    def do(op: Operation) -> None:
        row = op.db.one("select frame_id, (select count(*) from model o where o.frame_id = m.frame_id and o.id <= m.id)"
                        " from model m where m.id = ?", (model,))  # fmt: skip
        assert row is not None
        own = f"v{int(row[1] or 0)}"
        before = images.read(op.db, "model_note", {"model_id": model})
        new = (str(before["name"]) if before else own) if name is None else (name.strip() or own)
        taken = op.db.integer(
            "select exists(select 1 from model_note n join model m on m.id = n.model_id"
            " where m.frame_id = ? and n.name = ? and m.id <> ?)",
            (row[0], new, model),
        )
        if taken or (new != own and _is_number(new)):
            raise UserError(
                "name-taken",
                N_("The model cannot be called {name}."),
                N_("Another model has that name, or it is a model's number."),
                N_("Choose another name."),
                name=new,
            )
        said = (str(before["note"]) if before else "") if note is None else note.strip()
        plain = new == own and not said
        images.write(op, "model_note", {"model_id": model}, None if plain else {"name": new, "note": said})
        op.rows = 1
        op.say(N_("Model {number} is called {name}"), number=own, name=new)

    return operations.run(project, "model-note", do)[1]


def _is_number(name: str) -> bool:
    return name.lower().removeprefix("v").isdigit()


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two figures in [−1, 1] with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CodeDifference:
    """One code: ``gains`` and ``losses`` are groups of answers on which the second model is right more or less often.

    ``p``: two-sided sign test over those groups, after Holm over all codes. ``verdict``: better, worse or ''.
    """

    code_id: int
    support: int
    f1_before: float
    f1_after: float
    gains: int
    losses: int
    p: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same ``rows`` answers (in ``groups``), each judged out of sample.

    ``difference``: micro-F1 of the second minus that of the first; macro-F1 over the ``macro_codes`` codes that
    MACRO_LEAST of the rows carry, the same for both, None without any. ``from_random_rows``: all rows were drawn at
    random; ``reporting_half``: a threshold was set by hand, so the half used to set it is left out.
    """

    before: int
    after: int
    rows: int
    groups: int
    from_random_rows: bool
    reporting_half: bool
    micro_before: float
    micro_after: float
    macro_before: float | None
    macro_after: float | None
    macro_codes: int
    difference: Difference
    codes: tuple[CodeDifference, ...]


def compare(project: Project, before: int, after: int, *, worker: Worker | None = None) -> Comparison:
    """Compare two models of a frame, by id, on the same answers with people's present decisions.

    Answers that trained a model count by its out-of-sample decisions, others are predicted; answers beside one that
    trained a model (a duplicate, the same respondent) are left out. Only rows drawn at random where there are
    RANDOM_ROWS of them. A code that a model does not know it never gives. Raises UserError (nothing-to-compare).
    """
    pair = (session.load(project, before), session.load(project, after))
    with project.reading() as db, db.snapshot():
        frame = frames.read(db, pair[1].frame_id)
        codes = list(frame.live)
        asked = [int(r[0] or 0) for r in db.execute("select id from question where frame_id = ?", (frame.id,))]
        said = layers.labelled(db, sorted(asked), codes)
        merged = merged_into(db, frame.id)
        tuning = tuning_half(db, said.ids)
    known = [one.id for one in codes]
    told = [for_codes(decide(project, one, said.ids.tolist(), worker=worker), known, merged) for one in pair]
    rows = told[0].honest & told[1].honest & (said.labels >= 0).any(axis=1)
    by_hand = any(cuts.by_code(project, one.id) for one in pair)
    if by_hand:
        rows &= ~tuning
    random = int((rows & said.random).sum()) >= evaluate.RANDOM_ROWS
    if random:
        rows &= said.random
    if not rows.any():
        raise UserError(
            "nothing-to-compare",
            N_("The two models cannot be compared."),
            N_("There is no coded answer that both can be judged on out of sample."),
            N_("Code some answers that neither was trained on."),
        )
    groups = np.unique(said.groups[rows], return_inverse=True)[1].reshape(-1)
    counted = [_counts(one.accepted[rows], said.labels[rows], groups) for one in told]
    micro = [_micro(one.sum(axis=0)) for one in counted]
    low, high = _paired(counted[0], counted[1], seed=pair[1].classifier.seed)
    labels = said.labels[rows]
    carried = (labels == 1).sum(axis=0) >= evaluate.MACRO_LEAST
    macro = [
        evaluate.macro_f1(took & (labels == 1), took & (labels == 0), ~took & (labels == 1), carried)
        for took in (one.accepted[rows] for one in told)
    ]
    return Comparison(
        before,
        after,
        int(rows.sum()),
        int(groups.max()) + 1,
        random,
        by_hand,
        micro[0],
        micro[1],
        macro[0],
        macro[1],
        int(carried.sum()),
        Difference(micro[1] - micro[0], low, high),
        _by_code(known, said.labels[rows], told[0].accepted[rows], told[1].accepted[rows], groups),
    )


def _counts(accepted: NDArray[np.bool_], labels: NDArray[np.int8], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (hits, wrong, missed) of each group over all codes, float64 (groups × 3)."""
    parts = (accepted & (labels == 1), accepted & (labels == 0), ~accepted & (labels == 1))
    return np.stack([np.bincount(groups, part.sum(axis=1)) for part in parts], axis=1)


def _micro(counts: NDArray[np.float64]) -> float:
    return f1_score(float(counts[0]), float(counts[1]), float(counts[2]))


def _paired(before: NDArray[np.float64], after: NDArray[np.float64], *, seed: int) -> tuple[float, float]:
    """Return the percentile interval of the difference of micro-F1, drawing whole groups for both models alike.

    Efron 1979; (−1, 1) below FEW_GROUPS groups.
    """
    number = before.shape[0]
    if number < FEW_GROUPS:
        return -1.0, 1.0
    both = np.hstack([before, after])
    generator = np.random.default_rng(seed)
    found = np.zeros(DRAWS)
    for draw in range(DRAWS):
        times = np.bincount(generator.integers(0, number, number), minlength=number).astype(np.float64)
        sums = times @ both
        found[draw] = _micro(sums[3:]) - _micro(sums[:3])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _by_code(
    codes: list[int],
    labels: NDArray[np.int8],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    groups: NDArray[np.int64],
) -> tuple[CodeDifference, ...]:
    from scipy.stats import binomtest

    looked, yes = labels >= 0, labels == 1
    step = ((after == yes).astype(np.int8) - (before == yes).astype(np.int8)) * looked
    won = np.stack([np.bincount(groups, step[:, column]) for column in range(len(codes))], axis=1)
    gains, losses = (won > 0).sum(axis=0).tolist(), (won < 0).sum(axis=0).tolist()
    raw = [float(binomtest(g, g + x).pvalue) if g + x else 1.0 for g, x in zip(gains, losses, strict=True)]
    adjusted = holm(raw).tolist()
    found = []
    for column, code in enumerate(codes):
        f1 = [_micro(_counts(one[:, [column]], labels[:, [column]], groups).sum(axis=0)) for one in (before, after)]
        sure = adjusted[column] < LEVEL
        verdict = "" if not sure else "better" if gains[column] > losses[column] else "worse"
        found.append(
            CodeDifference(
                code, int(yes[:, column].sum()), f1[0], f1[1], gains[column], losses[column], adjusted[column], verdict
            )
        )
    return tuple(found)
