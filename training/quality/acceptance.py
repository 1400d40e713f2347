"""Auto-acceptance that is proven: a cut is proposed, a sample of what it accepts is drawn and decided by people.

A certificate belongs to a run: another run proves itself anew. It speaks of single assignments (this code on this
answer); an answer is accepted as a whole only where all its codes are certified (annotate/certificates.py).
"""

from __future__ import annotations

import json
import uuid as uuids
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from annotate import frames, layers, samples
from annotate.certificates import COVERAGE_SETTING, WHOLE
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import merged_into
from annotate.layers import Answer
from annotate.messages import N_
from annotate.samples import Purpose, Sample
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.store.query import AnyOf, InQuestion, Predicted, Query
from training import session
from training.quality import accepted_pairs, proving
from training.quality.in_force import InForce, run_in_force
from training.quality.proving import LEVEL, TARGET, Plan


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cut worth proving for codes of a run, pooled.

    ``cut``: confidence from which to accept, None where no cut is likely to reach the target; ``tested``: it passed
    learn-then-test, or is above one that did, on ``seen`` out-of-sample pairs with ``errors`` errors, else it is a
    guess from calibrated confidence. ``assignments`` on ``answers`` would be accepted (nobody has decided them yet).
    ``sample``: what to review, None without a cut; ``attempt`` counts from 1: each further sample for the same codes of
    a run may take half the risk of the one before (``level`` rises), so that trying again cannot be a way to pass.
    """

    question: int
    run: InForce
    codes: tuple[int, ...]
    target: float
    level: float
    attempt: int
    cut: float | None
    tested: bool
    seen: int
    errors: int
    from_random_rows: bool
    assignments: int
    answers: int
    sample: Plan | None

    @property
    def saves(self) -> bool:
        """Whether the sample is smaller than what it would let in: else coding that by hand is no more work."""
        return self.sample is not None and self.sample.size < self.assignments


@dataclass(frozen=True, slots=True)
class Scope:
    """What an acceptance sample is drawn from, as its design keeps it. ``cut`` in 1/10,000."""

    run: int
    codes: tuple[int, ...]
    cut: int
    target: float
    level: float
    population: int
    allowed: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a sample proved: ``errors`` of n reviewed assignments were wrong; precision exceeds ``bound``.

    ``without``: codes that were asked for and of which the sample held no assignment: nothing is proved of them.
    """

    id: int
    run: int
    sample: int
    codes: tuple[int, ...]
    cut: float
    target: float
    level: float
    n: int
    errors: int
    bound: float
    passed: bool
    without: tuple[int, ...] = ()


def propose(
    project: Project,
    *,
    question: int,
    codes: Sequence[int],
    target: float = TARGET,
    cut: float | None = None,
    wave: str | None = None,
) -> Proposal:
    """Find the cut from which the run in force may accept these codes by itself, and the sample that would prove it.

    Several codes are proven together: one cut, one sample, one certificate. ``cut``: take this one instead.
    Raises UserError (nothing-coded, which-wave, model-damaged), AskedWronglyError (bad-target).
    """
    if not 0.5 <= target < 1 or (cut is not None and not 0 <= cut <= 1):
        raise AskedWronglyError(
            "bad-target",
            N_("This cannot be proven."),
            N_("A target lies between 0.5 and 1, a cut between 0 and 1."),
            N_("Ask for a target such as 0.95."),
        )
    with project.reading() as db:
        run = run_in_force(db, question, wave)
    pairs = accepted_pairs.out_of_sample(project, session.load(project, run.model), codes)
    with project.reading() as db, db.snapshot():
        attempt = 1 + _attempts(db, run.run, codes)
        level = 1 - (1 - LEVEL) / 2 ** (attempt - 1)
        rows, confidence = accepted_pairs.undecided(db, run.run, codes, 0)
    # Random rows say best what the cut does; where they are too few to test one, all rows may choose it: those that
    # were chosen for training are hard rather than easy, and only the sample proves anything.
    told, found = pairs[0], None
    for told in pairs:
        found = proving.learn_then_test(told.p, told.right, target=target, level=level)
        if found is not None:
            break
    p, right, random = told.p, told.right, told.random
    tested = found is not None and cut is None
    if cut is None:
        cut = found.p if found else proving.likely_cut(confidence, target=target)
    if cut is None:
        return Proposal(
            question, run, tuple(codes), target, level, attempt, None, False, int(p.size), int((~right).sum()),
            random, 0, 0, None,
        )  # fmt: skip
    look = proving.provable if tested else proving.prospect
    one = look(p, right, confidence, cut, target=target, level=level)
    reached = np.rint(confidence * WHOLE) >= round(one.cut * WHOLE)
    return Proposal(
        question, run, tuple(codes), target, level, attempt, one.cut, tested, one.n, one.errors, random,
        one.population, len(set(rows[reached, 0].tolist())), one.sample,
    )  # fmt: skip


def draw_acceptance(
    project: Project, proposal: Proposal, *, size: int | None = None, seed: int = samples.SEED
) -> Sample:
    """Draw the sample that is to prove a proposal, at random from the assignments it would accept.

    The unit is the assignment: a row's stratum lists its drawn codes. Answers on which anybody decided are not drawn
    from, for there the certificate is not used. Raises UserError (nothing-to-certify; sample-saves-nothing where it
    would hold all of them and no ``size`` is given).
    """
    if size is None and proposal.sample is not None and not proposal.saves:
        raise UserError(
            "sample-saves-nothing",
            N_("No acceptance sample was drawn."),
            N_("It would hold all {n} assignments that it is about: to code these answers is no more work."),
            N_("Code them, they come with: next --mode likely. Or prove several codes together."),
            n=proposal.assignments,
        )

    def do(op: Operation) -> int:
        _require_in_force(op.db, proposal.run.run)
        cut = round((proposal.cut or 0) * WHOLE)
        rows, _ = accepted_pairs.undecided(op.db, proposal.run.run, proposal.codes, cut)
        wanted = size or (proposal.sample.size if proposal.sample else 0)
        if proposal.cut is None or not len(rows) or wanted < 1:
            raise UserError(
                "nothing-to-certify",
                N_("No acceptance sample was drawn."),
                N_("The model accepts nothing there that is likely to be right often enough and undecided."),
                N_("Code more answers and train again, lower the target, or try several codes together."),
            )
        drawn = np.random.default_rng(seed).permutation(rows)[:wanted]
        by_answer: dict[int, list[int]] = {}
        for verbatim, code in drawn.tolist():
            by_answer.setdefault(verbatim, []).append(code)
        allowed = proposal.sample.errors if proposal.sample and size is None else 0
        scope = Scope(
            proposal.run.run, proposal.codes, cut, proposal.target, proposal.level, len(rows), allowed,
        )  # fmt: skip
        query = Query().where(
            InQuestion(proposal.question),
            AnyOf(tuple(Predicted(scope.run, code, low=cut / WHOLE, accepted=True) for code in scope.codes)),
        )
        return samples.write(
            op, Purpose.ACCEPTANCE, "", proposal.question, seed,
            {"population": len(rows), "size": len(drawn), "query": query.to_json(), "acceptance": asdict(scope)},
            (
                (verbatim, ",".join(map(str, sorted(codes))), len(drawn) / len(rows))
                for verbatim, codes in by_answer.items()
            ),
        )  # fmt: skip

    return samples.find(project, operations.run(project, "sample", do)[0])


def scope_of(db: Connection, sample: int) -> Scope:
    """Return what an acceptance sample was drawn from; raises UserError (no-acceptance-sample)."""
    row = db.one("select design ->> 'acceptance' from sample where id = ? and state = 1", (sample,))
    if row is None or row[0] is None:
        raise UserError(
            "no-acceptance-sample",
            N_("There is no acceptance sample {sample} in the project."),
            N_("Only a sample of what a model accepts can certify it."),
            N_("See the samples with: sample list. Draw one with: sample accept"),
            sample=sample,
        )
    told = json.loads(str(row[0]))
    return Scope(**{**told, "codes": tuple(told["codes"])})


def certify(project: Project, *, sample: int) -> tuple[Certificate, Step]:
    """Count what people decided on an acceptance sample and write its certificate, passed or not, as one step.

    Right: people say yes to the code. Wrong: they looked and did not, or they contradict each other. Raises UserError
    (no-acceptance-sample, sample-not-reviewed, run-replaced, certified-already).
    """

    def do(op: Operation) -> int:
        scope = scope_of(op.db, sample)
        _require_fresh(op.db, sample, scope)
        drawn = _drawn(op.db, sample)
        seen = {code for codes in drawn.values() for code in codes}
        right, errors, waiting = _judged(op.db, sample, drawn)
        if waiting or not right + errors:
            raise UserError(
                "sample-not-reviewed",
                N_("The sample cannot certify anything yet."),
                N_("{n} of its {whole} assignments are still to be decided."),
                N_("Review them; they come with: sample next"),
                n=waiting,
                whole=right + errors + waiting,
            )
        n = right + errors
        bound = proving.lower_bound(right, n, level=scope.level, population=max(scope.population, n))
        passed = bound >= scope.target
        number = op.db.integer("select max(id) from certificate") + 1
        op.db.execute(
            "insert into certificate(id, uuid, run_id, sample_id, scope, cut, target, level, n, errors, bound, passed,"
            " state, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                number, uuids.uuid4().bytes, scope.run, sample, json.dumps(_told(scope, seen)), scope.cut,
                scope.target, scope.level, n, errors, bound, int(passed), op.at_ms,
            ),
        )  # fmt: skip
        images.write(op, "certificate", {"id": number}, {"state": 1})
        op.touch(None)
        op.rows = n
        op.say(
            N_("Certified: {errors} errors in {n}") if passed else N_("Not certified: {errors} errors in {n}"),
            errors=errors,
            n=n,
        )
        return number

    number, step = operations.run(project, "certify", do)
    with project.reading() as db:
        return next(one for one in _certificates(db, "c.id = ?", number)), step


def set_coverage_from(project: Project, share: float) -> Step:
    """Set which share of an answer's clauses its codes must explain before the model may code it as a whole.

    Raises AskedWronglyError (bad-coverage) for a share outside [0, 1].
    """
    if not 0 <= share <= 1:
        raise AskedWronglyError(
            "bad-coverage",
            N_("The clause coverage was not changed."),
            N_("It is a share between 0 and 1."),
            N_("Ask for 1 where every clause must be explained."),
        )

    def do(op: Operation) -> None:
        op.say(N_("Clause coverage from {share} on"), share=share)
        op.rows = 1
        images.write(op, "setting", {"key": COVERAGE_SETTING}, {"value": json.dumps(share)})

    return operations.run(project, "setting", do)[1]


def certificates(db: Connection, question: int) -> list[Certificate]:
    """Return the certificates of the runs in force of a question, passed or not, oldest first."""
    return _certificates(db, "c.run_id in (select run_id from run_in_force where question_id = ?)", question)


def _certificates(db: Connection, where: str, value: int) -> list[Certificate]:
    return [
        Certificate(
            int(row[0] or 0), int(row[1] or 0), int(row[2] or 0), tuple(told["codes"]),
            int(row[4] or 0) / WHOLE, float(row[5] or 0), float(row[6] or 0), int(row[7] or 0), int(row[8] or 0),
            float(row[9] or 0), bool(row[10]), tuple(told.get("without", ())),
        )
        for row in db.execute(
            "select c.id, c.run_id, c.sample_id, c.scope, c.cut, c.target, c.level, c.n, c.errors, c.bound, c.passed"
            f" from certificate c where c.state = 1 and {where} order by c.id",
            (value,),
        )
        for told in [json.loads(str(row[3]))]
    ]  # fmt: skip


def _attempts(db: Connection, run: int, codes: Sequence[int]) -> int:
    """Return how many acceptance samples of the run were drawn for any of these codes, certified or not."""
    wanted = set(codes)
    return sum(
        1
        for row in db.execute(
            "select design -> 'acceptance' ->> 'codes' from sample where purpose = ? and state = 1"
            " and design -> 'acceptance' ->> 'run' = ?",
            (Purpose.ACCEPTANCE.value, run),
        )
        if wanted & set(json.loads(str(row[0])))
    )


def _require_in_force(db: Connection, run: int) -> None:
    if not db.integer("select exists(select 1 from run_in_force where run_id = ?)", (run,)):
        raise UserError(
            "run-replaced",
            N_("The sample cannot certify anything any more."),
            N_("The run that it was drawn from is not in force: another model has coded these answers since."),
            N_("Draw a new one with: sample accept"),
        )


def _require_fresh(db: Connection, sample: int, scope: Scope) -> None:
    _require_in_force(db, scope.run)
    if db.integer("select exists(select 1 from certificate where sample_id = ? and state = 1)", (sample,)):
        raise UserError(
            "certified-already",
            N_("This sample has its certificate already."),
            N_("A sample proves one thing once."),
            N_("See it with: standing. To try again, draw a new sample with: sample accept"),
        )


def _told(scope: Scope, seen: set[int]) -> dict[str, list[int]]:
    told = {"codes": [code for code in scope.codes if code in seen]}
    without = [code for code in scope.codes if code not in seen]
    return told | {"without": without} if without else told


def _drawn(db: Connection, sample: int) -> dict[int, list[int]]:
    """Return the drawn assignments whose answers are still there: answer → codes."""
    return {
        int(row[0] or 0): [int(code) for code in str(row[1]).split(",")]
        for row in db.execute(
            "select w.verbatim_id, w.stratum from sample_row w join verbatim v on v.id = w.verbatim_id"
            " where w.sample_id = ? and v.batch_id in (select id from import_batch where state = 1)",
            (sample,),
        )
    }


def _judged(db: Connection, sample: int, drawn: Mapping[int, Sequence[int]]) -> tuple[int, int, int]:
    """Return how many drawn assignments people found right and wrong, and how many wait."""
    question = db.integer("select question_id from sample where id = ?", (sample,))
    frame_id = db.integer("select frame_id from question where id = ?", (question,))
    held = {code.id: code.held_from for code in frames.read(db, frame_id).codes}
    merged = merged_into(db, frame_id)
    right = errors = waiting = 0
    for answer in layers.answers(db, question, model=False, only=list(drawn)):
        for code in drawn[answer.verbatim]:
            verdict = _verdict(answer, merged.get(code, code), held)
            right += verdict is True
            errors += verdict is False
            waiting += verdict is None
    return right, errors, waiting


def _verdict(answer: Answer, code: int, held: Mapping[int, int]) -> bool | None:
    if answer.source is layers.Source.RULE:
        return None
    if any(one.code_id == code and one.source is not layers.Source.DISAGREEMENT for one in answer.human):
        return True
    looked = answer.reviewed and held.get(code, 0) <= answer.reviewed
    return False if looked or code in answer.denied or code in answer.contested else None


def ready(project: Project) -> list[int]:
    """Return the acceptance samples of runs in force that are reviewed and have no certificate, oldest first."""
    with project.reading() as db:
        waiting = {
            int(row[0] or 0)
            for row in db.execute(
                "select s.id from sample s where s.purpose = ? and s.state = 1"
                " and (s.design -> 'acceptance' ->> 'run') in (select run_id from run_in_force)"
                " and not exists(select 1 from certificate c where c.sample_id = s.id and c.state = 1)",
                (Purpose.ACCEPTANCE.value,),
            )
        }
    return [one.id for one in samples.samples(project) if one.id in waiting and one.reviewed == one.drawn]
