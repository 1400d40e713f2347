"""What the Code frame page shows, read in one go off the UI thread, and what its changes are carried out on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from annotate import frame_diff, frame_edits, frame_preview, frame_recheck, frame_sandbox, rules_syntax
from annotate.errors import UserError
from annotate.frame_diff import Difference, Revision
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import Edit
from annotate.frame_preview import Count, Mentions, Preview
from annotate.frame_recheck import Waiting
from annotate.frames import Frame
from annotate.jobs import Progress, Share, silent
from annotate.store.project import Project
from annotate.text import fold

_CHUNK = 5_000
_STEPS = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One frame as it was when it was read, over all questions that it codes.

    ``edits``: the sandbox, None where none is open; ``fault``: why it no longer fits. ``draft``,
    ``frame`` and ``counts`` are those of the sandbox where one is open.
    """

    base: FrameDraft
    mentions: Mentions
    edits: tuple[Edit, ...] | None
    draft: FrameDraft
    frame: Frame
    counts: Mapping[int, Count]
    differences: tuple[Difference, ...]
    waiting: tuple[Waiting, ...]
    recheck: int
    revisions: tuple[Revision, ...]
    fault: UserError | None
    seconds: float

    @property
    def sandbox(self) -> bool:
        """Whether a sandbox is open."""
        return self.edits is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """Identical answers that carry a code: the ids, and the text that they share."""

    ids: tuple[int, ...]
    text: str


def read(project: Project, frame_id: int, *, progress: Progress = silent) -> Snapshot:
    """Read a frame with everything that the page tells of it."""
    progress(0, _STEPS)
    begin = time.perf_counter()
    with project.reading() as db, db.snapshot():
        base = FrameDraft.open(db, frame_id)
        mentions = frame_preview.read_mentions(db, frame_id, progress=Share(progress, 0, 6, _STEPS))
    edits, fault = None, None
    draft = base
    try:
        edits = frame_sandbox.load(project, frame_id)
        if edits:
            draft = FrameDraft.open_like(base)
            frame_edits.applied(draft, edits)
    except UserError as error:
        fault, draft = error, base
    progress(6, _STEPS)
    waiting = tuple(frame_recheck.waiting(project, frame_id, progress=Share(progress, 6, 3, _STEPS)))
    progress(9, _STEPS)
    return Snapshot(
        base, mentions, edits if fault is None else (edits or ()), draft, draft.frame,
        frame_preview.counted(mentions, draft),
        frame_diff.differences(base, draft) if draft is not base else (), waiting,
        frame_recheck.count(project, frame_id), tuple(frame_diff.revisions_of(project, frame_id)), fault,
        time.perf_counter() - begin,
    )  # fmt: skip


def preview(snapshot: Snapshot, edits: tuple[Edit, ...]) -> Preview:
    """Return what changes would do to what is shown; raises UserError where they do not fit."""
    after = snapshot.draft.copy()
    frame_edits.applied(after, edits)
    return frame_preview.compared(snapshot.mentions, snapshot.draft, after)


def ahead(snapshot: Snapshot, edits: tuple[Edit, ...]) -> Snapshot:
    """Return what is shown with changes already in it, so that the next key press builds on them; counts follow."""
    draft = snapshot.draft.copy()
    frame_edits.applied(draft, edits)
    if snapshot.edits is not None:
        return replace(snapshot, edits=(*snapshot.edits, *edits), draft=draft, frame=draft.frame)
    base = FrameDraft(draft.frame, draft.maps)
    return replace(snapshot, base=base, draft=base, frame=draft.frame)


def answers_of(project: Project, snapshot: Snapshot, code: int) -> list[Answer]:
    """Return the answers that carry a code as it is shown, identical ones together, the commonest first."""
    codes = frame_preview.resolved(snapshot.mentions, snapshot.draft)
    ids = np.unique(snapshot.mentions.verbatims[codes == code]).tolist()
    groups: dict[int, list[int]] = {}
    with project.reading() as db:
        for start in range(0, len(ids), _CHUNK):
            some = ", ".join(map(str, ids[start : start + _CHUNK]))
            for verbatim, group in db.execute(f"select id, group_id from verbatim where id in ({some})"):
                groups.setdefault(int(group or 0), []).append(int(verbatim or 0))
        firsts = {members[0]: members for members in groups.values()}
        wanted, found = list(firsts), []
        for start in range(0, len(wanted), _CHUNK):
            some = ", ".join(map(str, wanted[start : start + _CHUNK]))
            for verbatim, text in db.execute(f"select id, text from verbatim_text where id in ({some})"):
                found.append(Answer(tuple(firsts[int(verbatim or 0)]), str(text)))
    return sorted(found, key=lambda one: (-len(one.ids), one.ids))


def with_rules(answers: list[Answer], rules: list[str]) -> tuple[int, ...]:
    """Return the answers for which one of these rules holds; a word is a rule.

    Raises:
        UserError: a rule cannot be read.
    """
    tests = [rules_syntax.test_of(rules_syntax.parse(one)) for one in rules]
    return tuple(
        verbatim
        for one in answers
        for folded in [fold(one.text)]
        if any(holds(folded) for holds in tests)
        for verbatim in one.ids
    )
