"""Bringing the decisions of another copy of the project into this one: a set union by uuid, nothing deleted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import (
    counters,
    decisions,
    merge_frames,
    merge_marks,
    merge_notes,
    merged,
    opening,
    operations,
    revisions,
)
from annotate.store.connection import Value
from annotate.store.copies import YES, Copy, Event
from annotate.store.copies import Step as Theirs
from annotate.store.copy_names import Names
from annotate.store.merge_marks import MARK, Marks
from annotate.store.merge_notes import Conflict, Why
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

__all__ = ["Conflict", "MergeResult", "Why", "merge"]

AGAIN = "merge-again"


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What a merge did: decisions added, codes brought over or changed, flags and memos brought over, decisions that
    were here already, what a person should look at. A step of op 0: there was nothing new."""

    added: int
    codes: int
    flags: int
    memos: int
    already: int
    conflicts: tuple[Conflict, ...]
    step: Step


def merge(project: Project, other_path: Path | str, *, passphrase: str | None = None) -> MergeResult:
    """Bring over the coding of another copy of this project, and what is plain of its code frame, as one undoable step.

    Coders, codes, revisions and steps meet by uuid, answers by import, record and question. The other file is only
    read, through a connection of its own. Repeating it adds nothing; what was undone comes back. ``passphrase`` is that
    of the other copy where it differs. Raises UserError (other-project, same-file, copy-locked, older-copy,
    damaged-copy, read-only, and those of opening).
    """
    project.require_writable()
    with _opened(project, Path(other_path), passphrase) as other:
        _require_sibling(project, other)
        db = other.own_reader()
        try:
            with db.snapshot():
                copy = Copy(other, db)
                copy.require_whole()

                def do(op: Operation) -> tuple[int, int, Marks, int, tuple[Conflict, ...]]:
                    return _Merge(op, copy).carry_out(other.uuid)

                (added, codes, marks, already, conflicts), step = operations.run(project, operations.MERGE, do)
        finally:
            db.close()
    return MergeResult(added, codes, marks.flags, marks.memos, already, conflicts, step)


def require_sibling(project: Project, other_path: Path | str, *, passphrase: str | None = None) -> None:
    """Raise what ``merge`` would for a file that is no copy of this project; nothing else is looked at."""
    project.require_writable()
    with _opened(project, Path(other_path), passphrase) as other:
        _require_sibling(project, other)


def _opened(project: Project, path: Path, passphrase: str | None) -> Project:
    """Open the copy with its passphrase: the one given, that of this project, or the one that is asked for."""
    if path.exists() and path.samefile(project.path):
        raise UserError(
            "same-file",
            N_("{name} cannot be merged into itself."),
            N_("Both names mean the same file."),
            N_("Choose the copy of another coder."),
            name=path.name,
        )
    if not opening.is_locked(path):
        return Project.open(path, read_only=True)
    if passphrase is not None or project.passphrase is None:
        return Project.open(path, read_only=True, passphrase=passphrase)
    try:
        return Project.open(path, read_only=True, passphrase=project.passphrase)
    except UserError as error:
        if error.id != "damaged-project":
            raise
    raise UserError(
        "copy-locked",
        N_("{name} has another passphrase than this project."),
        N_("It can only be read with its own."),
        N_("Give that one; the command takes it with --other-passphrase-env, or asks for it in a terminal."),
        name=path.name,
    )


def _require_sibling(project: Project, other: Project) -> None:
    if other.uuid != project.uuid:
        raise UserError(
            "other-project",
            N_("{name} cannot be merged into {mine}."),
            N_("It is another project, not a copy of this one: their imports and code frames have nothing in common."),
            N_("Merge copies that were made from one project file; other coding comes in with: label import"),
            name=other.path.name,
            mine=project.path.name,
        )


@dataclass(slots=True)
class _Pending:
    """Events written but not yet carried over into what is derived, and their keys."""

    first: int = 0
    last: int = 0
    keys: set[tuple[int, int, int]] = field(default_factory=set)


class _Merge:
    """One merge, inside its transaction."""

    def __init__(self, op: Operation, copy: Copy) -> None:
        self._op, self._db, self._copy = op, op.db, copy
        self._names = Names(op, copy)
        self._theirs = copy.steps()
        self._by_id = {step.id: step for step in self._theirs}
        self._their_uuids = {step.uuid for step in self._theirs}
        rows = self._db.execute(
            "select o.uuid, o.id, c.uuid, o.seq from op o join coder c on c.id = o.coder_id"
        ).fetchall()
        self._here: dict[Value, int] = {row[0]: int(row[1] or 0) for row in rows}
        self._places: dict[tuple[Value, Value], Value] = {(row[2], row[3]): row[0] for row in rows}
        self._conflicts: list[Conflict] = []
        self._pending = _Pending()
        self._agree: dict[tuple[int, int], bool] = {}

    def carry_out(self, from_project: bytes) -> tuple[int, int, Marks, int, tuple[Conflict, ...]]:
        """Bring over what is new, in the order of the other copy, which keeps each coder's own order."""
        op, first_op, known = self._op, self._op.id, merge_notes.read(self._op.db)
        other_work = self._other_work()
        changes = self._copy.guarded(lambda: merge_frames.net_changes(self._copy, other_work))
        made_there = merge_frames.of_unknown_frames(self._names, changes)
        codes, left = self._copy.guarded(lambda: merge_frames.bring_frames(op, self._names, changes))
        again = self._again()
        added, already, coders = self._decisions()
        self._flush()
        # What was added to a frame after the last decision that brought it.
        more, _told = self._copy.guarded(lambda: merge_frames.bring_frames(op, self._names, made_there))
        codes += more
        added += again
        marks = self._copy.guarded(lambda: merge_marks.bring_marks(op, self._names, changes.get(MARK, ())))
        # The rest of this operation's own row: it follows those it brought.
        op.id = self._db.integer("select max(id) from op") + 1
        if op.id > first_op:
            op.detail |= {"first_op": first_op, "last_op": op.id - 1}
            self._unplaced(first_op)
        # Their steps now follow those here that could be undone: last in, first out no longer holds for them.
        for coder in coders:
            self._db.execute("delete from op_stack where coder_id = ?", (coder,))
        conflicts = (*left, *self._conflicts, *merge_frames.left_out(self._names, {**changes, MARK: marks.left}))
        stored = {one.conflict.key for one in known}
        new = [one for one in conflicts if one.key not in stored]
        op.kept = bool(op.id > first_op or new)
        op.detail["frame_steps"] = [step.uuid.hex() for step in other_work]
        op.rows = added
        if noted := marks.flags + marks.memos:
            op.say(
                N_("Another copy merged: {n} decisions, {codes} codes of the frame; flags and memos {marks}"),
                n=added,
                codes=codes,
                marks=noted,
            )
        elif codes:
            op.say(N_("Another copy merged: {n} decisions, {codes} codes of the frame"), n=added, codes=codes)
        else:
            op.say(N_("{n} decisions brought over from another copy"), n=added)
        self._db.execute(
            "insert into merge_log(from_project, op_id, added, already, conflicts) values (?, ?, ?, ?, ?)",
            (from_project, op.id, added, already, merge_notes.dump(new)),
        )
        return added, codes, marks, already, conflicts

    def _other_work(self) -> list[Theirs]:
        """Return the steps that changed other things than decisions, and that no merge in force has looked at yet."""
        seen: set[str] = set()
        for merge, told in self._db.execute(
            "select o.id, o.detail ->> 'frame_steps' from merge_log m join op o on o.id = m.op_id"
        ).fetchall():
            if told is not None and merged.in_force(self._db, int(merge or 0)):
                seen.update(json.loads(str(told)))
        return [one for one in self._theirs if one.uuid not in self._here and one.uuid.hex() not in seen]

    def _again(self) -> int:
        """Bring back what earlier merges brought of these steps and what was undone with them; return how much."""
        db = self._db
        ranges = [told for told in merged.ranges(db) if not merged.in_force(db, told[2])]
        here = [self._here[uuid] for uuid in self._their_uuids if uuid in self._here]
        undone = [one for one in here if any(first <= one <= last for first, last, _merge in ranges)]
        if not undone:
            return 0
        inner = Operation(db, self._op.coder_id, AGAIN)
        inner.rows = decisions.again(inner, undone)
        if inner.rows:
            inner.detail["off_stack"] = True
            inner.say(N_("{n} decisions of an undone merge in force again"), n=inner.rows)
            operations.seal(inner)
            self._op.touch(inner.verbatims, inner.codes)
        return inner.rows

    def _decisions(self) -> tuple[int, int, set[int]]:
        """Bring over the decisions that are not here; return how many, how many were, and whose they are."""
        added, already = 0, 0
        coders, blocked = set[int](), set[int]()
        for step in self._theirs:
            known = self._here.get(step.uuid)
            if known is None and self._places.get((self._names.coder_uuid(step.coder), step.seq)) is not None:
                blocked.add(step.coder)
            if not step.decisions:
                continue
            if known is not None:
                already += step.decisions - self._missing(step, known)
            elif step.coder in blocked:
                self._note(Why.SAME_CODER, step, step.decisions)
            elif written := self._bring(step):
                added += written
                if not step.off_stack:
                    coders.add(self._names.coder(step.coder))
        return added, already, coders

    def _note(self, why: Why, step: Theirs, count: int) -> None:
        self._conflicts.append(merge_frames.conflict(why, self._names, step, count))

    def _missing(self, step: Theirs, known: int) -> int:
        """Note the decisions of a step merged earlier whose answers are still unknown here; return how many."""
        row = self._db.one("select ifnull(last_event - first_event + 1, 0) from op where id = ?", (known,))
        missing = step.decisions - int(row[0] or 0) if row else 0
        if missing > 0:
            self._note(Why.UNKNOWN_ANSWER, step, missing)
        return max(missing, 0)

    def _bring(self, step: Theirs) -> int:
        target = self._target(step)
        if target == 0:
            self._note(Why.BUILDS_ON, step, step.decisions)
            return 0
        events = self._copy.events(step)
        if len(events) != step.decisions:
            raise self._copy.damaged()
        answers = self._names.answers(event.verbatim for event in events)
        there = [(answers[event.verbatim], event) for event in events]
        placed = [(verbatim, event) for verbatim, event in there if verbatim is not None]
        if not all(self._agreed(verbatim, event) for verbatim, event in placed if self._shared(step, event)):
            self._note(Why.CONTESTED, step, step.decisions)
            return 0
        if len(placed) < len(events):
            self._note(Why.UNKNOWN_ANSWER, step, len(events) - len(placed))
        if placed:
            self._write(step, target, placed)
        return len(placed)

    def _target(self, step: Theirs) -> int | None:
        """Return the operation here that a step undoes or redoes: None for neither, 0 where it is not here."""
        turned = step.undo_of or step.redo_of
        if turned is None:
            return None
        target = self._by_id.get(turned)
        return self._here.get(target.uuid, 0) if target else 0

    def _shared(self, step: Theirs, event: Event) -> bool:
        return event.coder != step.coder or self._names.coder_kind(event.coder) != 0

    def _agreed(self, verbatim: int, event: Event) -> bool:
        """Whether both copies say the same of an answer in a shared layer, or only the other one has spoken."""
        layer = self._names.coder(event.coder)
        key = (verbatim, layer)
        if key not in self._agree:
            mine = self._db.execute(
                "select distinct o.uuid from label_event e join op o on o.id = e.op_id"
                " where e.verbatim_id = ? and e.coder_id = ?",
                key,
            ).fetchall()
            alone = all(row[0] in self._their_uuids for row in mine)
            self._agree[key] = alone or set(self._db.execute(YES, key)) == self._copy.yes(event.verbatim, event.coder)
        return self._agree[key]

    def _write(self, step: Theirs, target: int | None, placed: list[tuple[int, Event]]) -> None:
        db, names = self._db, self._names
        coder = names.coder(step.coder)
        rows = [
            (verbatim, names.coder(e.coder), e.action, names.code(e.code), names.revision(e.revision), e.rest)
            for verbatim, e in placed
        ]
        keys = {(row[0], row[1], row[3]) for row in rows}  # the code of a review is 0
        if keys & self._pending.keys:
            self._flush()
        inner = Operation(db, coder, step.kind)
        inner.at_ms, inner.rows = step.at_ms, step.rows
        inner.words = step.words
        inner.detail = {name: told for name, told in json.loads(step.detail).items() if name not in ("words", "params")}
        first = db.integer("select max(id) from label_event") + 1
        db.executemany(
            "insert into label_event(op_id, verbatim_id, coder_id, action, code_id, revision_id, prev_id, sentiment,"
            " span_start, span_end, mention, origin) values (?1, ?2, ?3, ?4, ?5, ?6, case when ?4 >= 3 then"
            " (select r.event_id from review_now r where r.verbatim_id = ?2 and r.coder_id = ?3 and r.frame_id ="
            "  (select frame_id from revision where id = ?6)) else"
            " (select w.event_id from label_now w where w.verbatim_id = ?2 and w.coder_id = ?3 and w.raw_code = ?5)"
            " end, ?7, ?8, ?9, ?10, ?11)",
            ((inner.id, *row[:5], *row[5]) for row in rows),
        )
        last = db.integer("select max(id) from label_event")
        inner.note_events(first, last)
        operations.seal(
            inner,
            undo_of=target if step.undo_of is not None else None,
            redo_of=target if step.redo_of is not None else None,
            uuid=step.uuid,
            seq=step.seq,
        )
        self._here[step.uuid] = inner.id
        self._op.touch((row[0] for row in rows), {row[3] for row in rows})
        self._pending.first = self._pending.first or first
        self._pending.last = last
        self._pending.keys |= keys

    def _flush(self) -> None:
        """Carry pending events over into what is derived; in one range each key occurs once."""
        if self._pending.first:
            first, last = self._pending.first, self._pending.last
            with counters.following(self._op, first, last):
                decisions.apply_events(self._db, first, last)
        self._pending = _Pending()

    def _unplaced(self, first_op: int) -> None:
        """Note the steps that brought a yes to a code that the present frame does not hold."""
        by_uuid: dict[Value, Theirs] = {step.uuid: step for step in self._theirs}
        heads = [
            revisions.head(self._db, int(row[0] or 0)).revision
            for row in self._db.execute("select distinct frame_id from revision where away = 0").fetchall()
        ]
        for uuid, count in self._db.execute(
            "select o.uuid, count(*) from op o"
            " join label_event e on e.id between o.first_event and o.last_event where o.id >= ? and e.action = 1"
            " and not exists(select 1 from code_def d where d.code_id = e.code_id and d.revision_id in"
            "  (select value from json_each(?))) group by o.id order by o.id",
            (first_op, json.dumps(heads)),
        ).fetchall():
            if uuid in by_uuid:
                self._note(Why.CODE_NOT_IN_FRAME, by_uuid[uuid], int(count or 0))
