"""What the Code frame page asks of the project: reading, previews, changes of the frame or of its sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from annotate import frame_diff, frame_preview, frame_sandbox, frames
from annotate.errors import UserError
from annotate.frame_diff import Difference
from annotate.frame_edits import AddCode, Edit, MoveCodes
from annotate.frame_preview import Preview
from annotate.messages import _
from annotate.store.operations import Step
from annotate.store.project import Project
from ui.desk import Desk
from ui.pages import frame_state
from ui.pages.frame_state import Answer, Snapshot
from ui.tasks import Failed, Job
from ui.views.long_read import LongRead
from ui.views.train_job import JobLine

T = TypeVar("T")
Recipe = Callable[[Project], tuple[Edit, ...]]
"""How changes come about; may read answers, so it runs off the UI thread."""


class FrameWork(QObject):
    """Keeps the newest snapshot. ``shown``: it was read; ``made``: the id of a new code; ``refused``: why not.

    ``stopped``: a person did not wait for the counts.
    """

    shown = Signal(object)
    made = Signal(int)
    refused = Signal(object)
    stopped = Signal()

    def __init__(self, desk: Desk, line: JobLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counted = LongRead(desk, "frame-page", line, self)
        self._counted.stopped.connect(self.stopped)
        self.snapshot: Snapshot | None = None
        self._writing = 0

    @property
    def frame_id(self) -> int:
        """Return the frame that is shown."""
        assert self.snapshot is not None
        return self.snapshot.base.base.id

    def reload(self) -> None:
        """Read the frame and its counts anew."""
        frame = self._desk.frame
        if frame is not None:
            self._counted.ask(
                _("Counting answers"),
                lambda project, progress: frame_state.read(project, frame.id, progress=progress),
                self._on_read,
            )

    def _on_read(self, snapshot: Snapshot) -> None:
        if not self._writing:  # else it is older than what a key has changed since; another read follows the change
            self._take(snapshot)

    def _write(self, verb: Callable[[Project], T], done: Callable[[T], None] | None = None) -> None:
        self._writing += 1

        def written(answer: T) -> None:
            self._writing -= 1
            if done is not None:
                done(answer)
            self.reload()

        def failed(error: BaseException) -> None:
            self._writing -= 1
            self.refused.emit(error)
            self.reload()

        self._desk.write(verb, written, failed)

    def _take(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.shown.emit(snapshot)

    # Looking

    def preview(self, recipe: Recipe, done: Callable[[tuple[tuple[Edit, ...], Preview]], None], failed: Failed) -> None:
        """Work out changes and what they would do."""
        snapshot = self.snapshot
        if snapshot is None:
            return

        def work(project: Project) -> tuple[tuple[Edit, ...], Preview]:
            edits = recipe(project)
            return edits, frame_state.preview(snapshot, edits)

        self._desk.read("frame-preview", work, done, failed, slow=True)

    def preview_restore(self, revision: int, done: Callable[[Preview], None], failed: Failed) -> None:
        """Work out what going back to a revision would do."""
        frame = self.frame_id
        self._desk.read(
            "frame-preview",
            lambda project: frame_preview.preview_of_restore(project, frame=frame, revision=revision),
            done, failed, slow=True,
        )  # fmt: skip

    def preview_meaning(self, edit: Edit, done: Callable[[Preview], None], failed: Failed) -> None:
        """Work out how many answers a change of meaning brings back, while it is typed."""
        snapshot = self.snapshot
        if snapshot is not None:
            self._desk.read(
                "frame-meaning", lambda _project: frame_state.preview(snapshot, (edit,)), done, failed, slow=True
            )

    def differences(self, first: int, last: int, done: Callable[[Sequence[Difference]], None]) -> None:
        """Read what changed between two revisions."""
        frame = self.frame_id
        self._desk.read(
            "frame-diff", lambda project: frame_diff.between(project, frame=frame, first=first, last=last)[2],
            done, slow=True,
        )  # fmt: skip

    def answers(self, code: int, done: Callable[[list[Answer]], None]) -> None:
        """Read the answers that carry a code."""
        snapshot = self.snapshot
        if snapshot is not None:
            self._desk.read(
                "frame-answers", lambda project: frame_state.answers_of(project, snapshot, code), done, slow=True
            )

    def clusters(self, code: int, done: Callable[[list[tuple[str, tuple[int, ...]]]], None]) -> Job | None:
        """Group the answers of a code by what they say: a name and the answers of each group."""
        from training import clusters

        questions = [one.id for one in self._desk.questions if one.frame_id == self.frame_id]
        chosen = self._desk.question if self._desk.question in questions else next(iter(questions), None)
        if chosen is None:
            return None
        return self._desk.long(
            lambda project, progress: clusters.board(project, question=chosen, code=code, progress=progress),
            lambda board: done([(one.name or _("(no name)"), one.ids) for one in board.clusters]),
        )

    # Changing

    def do(self, edits: tuple[Edit, ...]) -> None:
        """Make changes: in the sandbox where one is open, else in the project as one step."""
        snapshot, frame = self.snapshot, self._desk.frame
        sandbox = snapshot is not None and snapshot.sandbox
        if snapshot is not None and (sandbox or all(isinstance(one, MoveCodes) for one in edits)):
            try:
                self._take(frame_state.ahead(snapshot, edits))
            except UserError as error:
                self.refused.emit(error)
                return
        if sandbox and self.snapshot is not None:
            self.keep(self.snapshot.edits or ())
            return

        def work(project: Project) -> tuple[dict[int, int], Step]:
            frame_id = frame.id if frame else frames.create_frame(project, name=_("Code frame"))
            return frames.carry_out(project, frame=frame_id, edits=edits)

        def done(answer: tuple[dict[int, int], Step]) -> None:
            new, step = answer
            if len(edits) == 1 and isinstance(edits[0], AddCode):
                self.made.emit(next(iter(new.values())))
            self._desk.stepped.emit(step)

        self._write(work, done)

    def restore(self, revision: int) -> None:
        """Bring a revision back as a new draft."""
        verb = partial(frames.restore_revision, frame=self.frame_id, revision=revision)
        self._write(verb, self._desk.stepped.emit)

    # The sandbox

    def keep(self, edits: tuple[Edit, ...]) -> None:
        """Open a sandbox with these changes, or give the open one these."""
        frame = self.frame_id
        self._write(lambda project: frame_sandbox.save(project, frame, edits))

    def back(self) -> None:
        """Take the last change of the sandbox back."""
        if self.snapshot is not None and self.snapshot.edits:
            self.keep(self.snapshot.edits[:-1])

    def drop(self) -> None:
        """Forget the sandbox."""
        if self.snapshot is not None:
            frame = self.frame_id
            self._write(lambda project: frame_sandbox.drop(project, frame))

    def commit(self) -> None:
        """Make the changes of the sandbox as one step."""
        if self.snapshot is None:
            return
        frame = self.frame_id

        def done(answer: tuple[dict[int, int], Step] | None) -> None:
            if answer is not None:
                self._desk.stepped.emit(answer[1])

        self._write(lambda project: frame_sandbox.commit(project, frame), done)
