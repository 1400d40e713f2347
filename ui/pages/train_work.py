"""What Train & review does to the project: long work one at a time under the eye of a person, small verbs at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from annotate import accepting, lexicon, samples, settle, trade_words
from annotate import answers as told_answers
from annotate.accepting import Above
from annotate.errors import UserError
from annotate.jobs import Progress
from annotate.lexicon import Kind
from annotate.messages import _
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.trade_words import Candidate
from training import session
from training.coding import run as coding_run
from training.process.worker import Worker
from training.quality import acceptance, code_words, curve, doubts, hand_thresholds, must_hold, switch, versions
from training.quality.acceptance import Proposal
from training.quality.code_words import CodeWord
from training.quality.curve import LearningCurve
from training.quality.doubts import Doubt
from training.quality.must_hold import Pin
from training.quality.switch import Flips
from training.quality.versions import Comparison
from ui.desk import Desk
from ui.notify import Toasts
from ui.views.train_job import JobLine

T = TypeVar("T")

DRAWN_AT_ONCE = 100
_CANDIDATES = 20


class TrainWork(QObject):
    """The verbs of the page. ``busy_changed``: long work began or ended."""

    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, toasts: Toasts, line: JobLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._toasts, self._line = desk, toasts, line
        line.freed.connect(lambda: self.busy_changed.emit(False))

    @property
    def busy(self) -> bool:
        """Whether long work runs."""
        return self._line.busy

    def _long(
        self,
        what: str,
        verb: Callable[[Project, Progress], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        if self._line.busy:
            self._toasts.say(_("Something runs already; wait for it or cancel it."))
            return
        self._line.watch(self._desk.long(verb, done, failed), what)
        self.busy_changed.emit(True)

    def _worker(self) -> Worker:
        """Return the process for long work, on a working thread; a second model or comparison need not start one."""
        return self._desk.worker("train")

    def _worker_if(self, few: bool) -> Worker | None:
        """Return it for ``few`` answers; many are coded by several processes."""
        return self._worker() if few else None

    def _step(self, verb: Callable[[Project], Step]) -> None:
        self._desk.write(verb, self._desk.stepped.emit)

    # Models

    def train(self, frame: int) -> None:
        """Train a model on everything people decided."""

        def done(trained: session.Trained) -> None:
            self._toasts.say(_("Model trained on {n} answers").format(n=f"{trained.rows:,}"))

        self._long(
            _("Training"),
            lambda project, tell: session.train(project, frame=frame, worker=self._worker(), progress=tell),
            done,
        )

    def code(self, frame: int, model: int, *, few: bool) -> None:
        """Let a model code every answer; one step."""
        self._long(
            _("Coding answers"),
            lambda project, tell: coding_run.code(
                project, frame=frame, model=model, worker=self._worker_if(few), progress=tell
            ),
            lambda coded: self._desk.stepped.emit(coded.step),
        )

    def compare(self, before: int, after: int, done: Callable[[Comparison], None]) -> None:
        """Compare two models on the same answers."""
        self._long(
            _("Comparing"), lambda project, _tell: versions.compare(project, before, after, worker=self._worker()), done
        )

    def flips(
        self, model: int, waves: Collection[int] | None, question: int, done: Callable[[Flips], None], *, few: bool
    ) -> None:
        """Find out what using a model would change."""
        self._long(
            _("What would change"),
            lambda project, tell: switch.flips(
                project, model, questions=[question], waves=waves, worker=self._worker_if(few), progress=tell
            ),
            done,
        )

    def use(
        self,
        model: int,
        waves: Collection[int] | None,
        question: int,
        reason: str,
        refused: Callable[[], None],
        *,
        few: bool,
    ) -> None:
        """Put a model in force; ``refused`` is called where a pinned answer breaks and no reason was given."""

        def failed(error: BaseException) -> None:
            self._toasts.fail(error)
            if isinstance(error, UserError) and error.id == "must-hold-broken":
                refused()

        def done(used: switch.Used) -> None:
            self._desk.stepped.emit(used.step)
            if not used.step.op:
                self._toasts.say(_("It is in force there already."))

        self._long(
            _("Using the model"),
            lambda project, tell: switch.use(
                project,
                model,
                questions=[question],
                waves=waves,
                anyway=reason or None,
                worker=self._worker_if(few),
                progress=tell,
            ),
            done,
            failed,
        )

    def rename(self, model: int, name: str) -> None:
        """Give a model a name."""
        self._step(lambda project: versions.rename(project, model=model, name=name))

    def keep_threshold(self, model: int, code: int, threshold: float | None, *, few: bool) -> None:
        """Set the threshold of a code by hand, or give it back to the model; answers are coded anew with it."""
        self._long(
            _("Setting the threshold"),
            lambda project, tell: hand_thresholds.set_thresholds(
                project, model=model, thresholds={code: threshold}, worker=self._worker_if(few), progress=tell
            ),
            self._desk.stepped.emit,
        )

    def curve(self, frame: int, done: Callable[[LearningCurve], None]) -> None:
        """Refit on parts of the labels."""
        self._long(
            _("Learning curve"),
            lambda project, tell: curve.learning_curve(project, frame, worker=self._worker(), progress=tell),
            done,
        )

    def broken(self, model: int, done: Callable[[list[Pin]], None]) -> None:
        """Find out which pinned answers a model breaks."""
        self._desk.read(
            ("train", "broken", model),
            lambda project: must_hold.verify(project, session.load(project, model)),
            done,
            slow=True,
        )

    def words(self, model: int, code: int, done: Callable[[list[CodeWord]], None]) -> None:
        """Find the words that tip a code."""
        self._desk.read(
            ("train", "words"),
            lambda project: code_words.code_words(project, session.load(project, model), code),
            done,
            failed=self._quietly(lambda: done([])),
            slow=True,
        )

    @staticmethod
    def _quietly(done: Callable[[], None]) -> Callable[[BaseException], None]:
        """A code that the model does not know has no words; anything else is a fault and is raised again."""

        def failed(error: BaseException) -> None:
            if not isinstance(error, UserError):
                raise error
            done()

        return failed

    # Doubts

    def keep(self, verbatims: Sequence[int], frame: int) -> None:
        """Say that the doubted labels of these answers are right."""
        self._step(lambda project: doubts.keep(project, verbatims=verbatims, frame=frame))

    def take_machines(self, doubt: Doubt) -> None:
        """Change a doubted label to what the machine says."""
        take = [doubt.code_id] if doubt.said else []
        give = ([] if doubt.instead is None else [doubt.instead]) if doubt.said else [doubt.code_id]
        self._step(lambda project: settle.settle(project, verbatim=doubt.verbatim, take=take, give=give))

    def take_both(self, doubt: Doubt) -> None:
        """Add what the machine says to a doubted label."""
        give = [] if doubt.instead is None else [doubt.instead]
        self._step(lambda project: settle.settle(project, verbatim=doubt.verbatim, give=give))

    def pin(self, doubt: Doubt) -> None:
        """Pin a doubted answer as people decided it: no model may get it wrong."""
        self._step(lambda project: must_hold.pin(project, verbatim=doubt.verbatim, code=doubt.code_id))

    # Samples and taking over

    def draw(self, question: int) -> None:
        """Draw more random answers."""

        def done(drawn: samples.Sample) -> None:
            self._toasts.say(
                _("{n} answers drawn at random, {reviewed} of them coded already.").format(
                    n=f"{drawn.drawn:,}", reviewed=f"{drawn.reviewed:,}"
                )
            )

        self._desk.write(lambda project: samples.draw_audit(project, question=question, size=DRAWN_AT_ONCE), done)

    def propose(
        self, question: int, code: int, target: float, wave: str | None, done: Callable[[Proposal], None]
    ) -> None:
        """Find the confidence from which a code may be proven."""
        self._desk.read(
            ("train", "propose"),
            lambda project: acceptance.propose(project, question=question, codes=[code], target=target, wave=wave),
            done,
            slow=True,
        )

    def draw_acceptance(self, proposal: Proposal, done: Callable[[samples.Sample], None]) -> None:
        """Draw the sample that is to prove it."""
        self._desk.write(lambda project: acceptance.draw_acceptance(project, proposal), done)

    def certify(self, ready: Collection[int]) -> None:
        """Count what people decided on the acceptance samples that are coded."""
        for sample in ready:
            self._step(partial(_certify, sample=sample))

    def take_over(self, above: Above, right: Collection[int], wrong: Collection[int]) -> None:
        """Take a code over on the answers of a preview; one step."""
        self._step(lambda project: accepting.accept(project, above=above, right=right, wrong=wrong))

    # Lexicon

    def trade_words(self, question: int, done: Callable[[list[Candidate]], None]) -> None:
        """Look for trade words in the answers."""

        def look(project: Project, tell: Progress) -> list[Candidate]:
            with project.reading() as db:
                told, known = told_answers.read(db, question=question), lexicon.load(db)
            return trade_words.candidates(told, known, limit=_CANDIDATES, unknown_only=True, progress=tell)

        self._long(_("Looking for trade words"), look, done)

    def teach(self, term: str, target: str) -> None:
        """Teach a trade word, or a synonym of another."""
        kind = Kind.SYNONYM if target else Kind.WORD
        self._step(lambda project: lexicon.teach(project, kind=kind, term=term, target=target))

    def stop_word(self, term: str) -> None:
        """Never show a word as a theme word."""
        self._step(lambda project: lexicon.teach(project, kind=Kind.STOP, term=term))


def _certify(project: Project, *, sample: int) -> Step:
    return acceptance.certify(project, sample=sample)[1]
