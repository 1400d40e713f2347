"""What the page Train & review reads of a project, each in one go and off the UI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate import accepting, frames, samples, verbatims
from annotate.accepting import Above
from annotate.errors import UserError
from annotate.frames import Frame, Role
from annotate.jobs import Progress, Share, silent
from annotate.layers import Source
from annotate.privacy import mask
from annotate.samples import Ledger
from annotate.standing import CodingRate, Standing, answers_in, coding_rate, standing
from annotate.store.project import Project
from annotate.store.query import Answered, Condition, HasCode, Ids, InQuestion, Not, Query, Suggested
from annotate.verbatims import Question
from training import session
from training.process.worker import Worker
from training.quality import acceptance, by_code, cuts, doubts, hand_thresholds, machine_counts, must_hold, next_step
from training.quality import standing as quality
from training.quality import versions as model_versions
from training.quality.acceptance import Certificate
from training.quality.by_code import CodeLine, Moods
from training.quality.confusion import Confusion, confusion
from training.quality.doubts import Doubt
from training.quality.drift import Drift, drift
from training.quality.hand_thresholds import TradeOff
from training.quality.in_force import InForce, runs_in_force
from training.quality.machine_counts import Undecided
from training.quality.next_step import NextStep
from training.quality.standing import Report
from training.quality.versions import ModelVersion

_STEPS = 10
"""Into which a read of the page is cut; each is about as long, and it can be stopped between two."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of the question with answers in force; id 0: of no named wave."""

    id: int
    name: str
    delivered: bool


@dataclass(frozen=True, slots=True)
class Where:
    """What can be counted without a model: where the answers are, what is owed, which models there are.

    ``decided``: answers of the whole frame that people decided on; ``ready``: acceptance samples that wait for their
    certificate; ``op``: the newest operation this knows of.
    """

    op: int
    question: Question
    frame: Frame | None
    standing: Standing
    rate: CodingRate
    ledger: Ledger
    models: tuple[ModelVersion, ...]
    waves: tuple[Wave, ...]
    runs: tuple[InForce, ...]
    decided: int
    ready: tuple[int, ...]
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the model in force (else the newest) is worth, by code; ``step``: what to do next."""

    report: Report
    lines: tuple[CodeLine, ...]
    mixed: Confusion | None
    moods: Moods | None
    drift: tuple[Drift, ...]
    pins: tuple[must_hold.Pin, ...]
    model: int | None
    step: NextStep


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is shown: personal data masked."""

    id: int
    text: str
    coder: str


def newest_op(project: Project) -> int:
    """Return the newest operation."""
    row = project.reading_one("select max(id) from op")
    return 0 if row is None else int(row[0] or 0)


def where(project: Project, question: int, *, progress: Progress = silent) -> Where | None:
    """Count where a question stands; None where it is gone."""
    progress(0, _STEPS)
    op = newest_op(project)
    asked = next((one for one in verbatims.questions(project) if one.id == question), None)
    if asked is None:
        return None
    frame = None if asked.frame_id is None else frames.head(project, asked.frame_id)
    progress(3, _STEPS)
    with project.reading() as db, db.snapshot():
        stands = standing(db, question, progress=Share(progress, 3, 4, _STEPS))
        rate = coding_rate(db, question)
        progress(9, _STEPS)
        runs = tuple(runs_in_force(db, question))
        proven = tuple(acceptance.certificates(db, question))
        decided = 0
        if frame is not None:
            decided = db.integer(
                "select count(*) from (select verbatim_id from label_now union select verbatim_id from review_now) d"
                " cross join verbatim v on v.id = d.verbatim_id and v.state = 1"
                " and v.batch_id in (select id from import_batch where state = 1)"
                " cross join question q on q.id = v.question_id and q.frame_id = ?",
                (frame.id,),
            )
        known = db.integer("select count(*) from wave")
        waves = [
            Wave(int(row[0] or 0), str(row[1] or ""), bool(row[2]))
            for row in db.execute(
                "select distinct ifnull(w.id, 0), w.name, w.delivered from verbatim v"
                " join record r on r.id = v.record_id left join wave w on w.id = r.wave_id"
                " where +v.question_id = ? and v.state = 1 order by w.sort",
                (question,),
            )
        ] if known else []  # fmt: skip
    models = () if frame is None else tuple(model_versions.models(project, frame.id))
    return Where(
        op, asked, frame, stands, rate, samples.owed(project), models, tuple(waves), runs, decided,
        tuple(acceptance.ready(project)), proven,
    )  # fmt: skip


def told(project: Project, at: Where, *, worker: Worker | None = None, progress: Progress = silent) -> Told:
    """Judge the coding of a question: accuracy, health, a line for each code, what to do next."""
    progress(0, _STEPS)
    question = at.question.id
    model = quality.model_of(project, question) if at.models else None
    unusable: UserError | None = None
    if model is not None:
        try:
            session.load(project, model)
        except UserError as error:  # of another version of the program, or damaged: the page says so and goes on
            model, unusable = None, error
    accuracy = None if model is None else quality.accuracy(project, question, worker=worker)
    progress(4, _STEPS)
    examples = quality.learnable(project, question)
    report = Report(at.standing, at.rate, accuracy, examples, quality.health(accuracy, at.rate, examples, at.standing))
    if unusable is None:
        step = next_step.next_step(report, at.ledger, list(at.models), question=question, decided=at.decided)
    else:
        told = {name: str(value) for name, value in unusable.params.items()}
        step = NextStep(next_step.Do.TRAIN, unusable.what, unusable.advice, {**told})
    if at.frame is None:
        return Told(report, (), None, None, (), (), None, step)
    mixed, moods, trained, by_hand = None, None, {}, {}
    progress(5, _STEPS)
    if model is not None:
        mixed = confusion(project, session.load(project, model), questions=[question], worker=worker)
        moods = by_code.sentiment_figures(project, model)
        trained, by_hand = by_code.trained_figures(project, model), cuts.by_code(project, model)
    with project.reading() as db:
        counts = machine_counts.machine_counts(db, question, at.frame, progress=Share(progress, 7, 2, _STEPS))
        drifted = tuple(drift(db, question))
    lines = by_code.code_lines(
        at.frame, told=accuracy, trained=trained, examples=examples, counts=counts, by_hand=by_hand, mixed=mixed,
        certificates=at.certificates,
    )  # fmt: skip
    return Told(report, lines, mixed, moods, drifted, tuple(must_hold.pins(project, at.frame.id)), model, step)


@dataclass(frozen=True, slots=True)
class ThresholdOf:
    """What thresholds of a code would give: on the tuning half of the judged answers, and of those that wait."""

    model: int
    curve: TradeOff
    waiting: Undecided
    own: float | None


def threshold_of(project: Project, question: int, model: int, code: int, own: float | None) -> ThresholdOf:
    """Read the trade-off of a code. Raises as ``hand_thresholds.trade_off``."""
    curve = hand_thresholds.trade_off(project, session.load(project, model), code)
    with project.reading() as db:
        waiting = machine_counts.undecided(db, question, code)
    return ThresholdOf(model, curve, waiting, own)


@dataclass(frozen=True, slots=True)
class Doubted:
    """The doubts of a frame with all answers that they quote, by id."""

    doubts: tuple[Doubt, ...]
    answers: dict[int, Shown]


def doubted(
    project: Project, frame: int, model: int, *, code: int | None = None, n: int = 50, worker: Worker | None = None,
    progress: Progress = silent,
) -> Doubted:  # fmt: skip
    """Read the labels that look most wrong."""
    found = doubts.doubts(project, n=n, frame=frame, model=model, code=code, worker=worker, progress=progress)
    ids = {one.verbatim for one in found} | {near.verbatim for one in found for near in one.near}
    return Doubted(tuple(found), shown(project, sorted(ids)))


def shown(project: Project, ids: Sequence[int]) -> dict[int, Shown]:
    """Return answers as they may be shown, by id."""
    found = verbatims.page(project, ids)
    return {
        row.id: Shown(row.id, mask(row.text), row.reviewed_by or (row.mentions[0].coder if row.mentions else ""))
        for row in found
    }


def place_query(project: Project, question: int, key: str, *, progress: Progress = silent) -> Query:
    """Return the answers behind a bar."""
    if key == "blank":
        return Query().where(InQuestion(question), Not((Answered(),)))
    with project.reading() as db:
        ids = answers_in(db, question, Source(key), progress=progress)
    return Query().where(InQuestion(question), Answered(), Ids.of(ids.tolist()))


def owed_query(project: Project, question: int) -> Query | None:
    """Return the random answers of a question that are owed, None where none is."""
    ids = samples.rows_owed(project, question=question, limit=100_000)
    return Query().where(InQuestion(question), Ids.of(ids)) if ids else None


def bare_query(project: Project, question: int) -> Query:
    """Return the answers that no theme explains, by people's word or the machine's."""
    with project.reading() as db:
        frame = db.integer("select frame_id from question where id = ?", (question,))
        themes = tuple(one.id for one in frames.read(db, frame).live if one.role is Role.THEME) if frame else ()
    has: tuple[Condition, ...] = tuple(HasCode(code) for code in themes)
    machine = Suggested(themes, accepted=True) if themes else None
    told = (*has, *(() if machine is None else (machine,)))
    return Query().where(InQuestion(question), Answered(), Not(told))


def preview(
    project: Project, question: int, code: int, cut: float, covered_only: bool, *, progress: Progress = silent
) -> tuple[Above, dict[int, Shown]]:
    """Return what would be taken over of a code, and the answers to look at first."""
    above = accepting.preview(
        project, question=question, code=code, cut=cut, covered_only=covered_only, progress=progress
    )
    return above, shown(project, above.sample)
