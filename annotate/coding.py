"""Coding: yes, off, reviewed. Every verb acts on all given answers and their identical twins, as one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from annotate import frames
from annotate.chosen import Chosen, choose, leave_blind, other_frame
from annotate.errors import UserError
from annotate.frames import EXCLUSIVE
from annotate.messages import N_
from annotate.store import decisions, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.operations import Operation, Step
from annotate.store.project import ADJUDICATED, Project
from annotate.store.query import Query


def apply_code(
    project: Project,
    *,
    verbatims: Chosen,
    code: int,
    sentiment: int | None = None,
    origin: Origin = Origin.HUMAN,
    expand: bool = True,
    expected: int | None = None,
    span: tuple[int, int] | None = None,
) -> Step:
    """Say yes to a code, with a sentiment (-1, 0, 1) or none; a yes that stands takes the new sentiment.

    Codes that cannot stand beside it go off: everything else for an exclusive one (none, don't know…), exclusive ones
    otherwise, and all others where the question is single-choice. ``expand`` codes identical answers too, as
    duplicates. ``expected``: the count shown beforehand; the step says so where it differs. ``span``: the words that
    carry the code, [start, stop) in code points, on the first answer given (identical ones may be written otherwise).
    Raises UserError (no-code, retired-code, other-frame).
    """
    do = applying(
        project, verbatims=verbatims, code=code, sentiment=sentiment, origin=origin, expand=expand,
        expected=expected, span=span,
    )  # fmt: skip
    return operations.run(project, "code", do)[1]


def applying(
    project: Project,
    *,
    verbatims: Chosen,
    code: int,
    sentiment: int | None = None,
    origin: Origin = Origin.HUMAN,
    expand: bool = True,
    expected: int | None = None,
    span: tuple[int, int] | None = None,
) -> Callable[[Operation], None]:
    """Return what ``apply_code`` does inside an operation, for a step that does more than that."""
    own = int(verbatims[0]) if span is not None and not isinstance(verbatims, Query) and len(verbatims) else None
    start, stop = span or (None, None)

    def do(op: Operation) -> None:
        frame_id, one = frames.find(op.db, code)
        _require_usable(one)
        n = choose(op, verbatims, frame_id, origin, expand)
        _say_bulk(op, N_("Code {code} on {n} answers"), n, expected, code=_short(one))
        coder = project.coder.id
        off = [other.id for other in frames.read(op.db, frame_id).codes if _clash(one, other)]
        decisions.empty_todo(op.db)
        if off:
            op.db.execute(
                "insert into temp.todo(verbatim_id, code_id, action, origin)"
                " select c.id, w.raw_code, 0, c.origin from temp.chosen c cross join label_now w"
                " on w.verbatim_id = c.id and w.coder_id = ? and w.yes = 1"
                f" and w.code_id in ({', '.join(map(str, off))})",
                (coder,),
            )
        op.db.execute(
            "insert into temp.todo(verbatim_id, code_id, action, origin)"
            " select c.id, w.raw_code, 0, c.origin from temp.chosen c cross join verbatim v on v.id = c.id"
            " cross join question q on q.id = v.question_id and q.single = 1 cross join label_now w"
            " on w.verbatim_id = c.id and w.coder_id = ?1 and w.yes = 1 and w.code_id <> ?2"
            " where (c.id, w.raw_code) not in (select verbatim_id, code_id from temp.todo)",
            (coder, code),
        )
        op.db.execute(
            "insert into temp.todo(verbatim_id, code_id, action, sentiment, span_start, span_end, mention, origin)"
            " select c.id, ?1, 1, ?2, iif(c.id = ?4, ?5, null), iif(c.id = ?4, ?6, null),"
            " ifnull((select w.mention from label_now w where w.verbatim_id = c.id"
            "   and w.coder_id = ?3 and w.code_id = ?1 and w.raw_code = ?1 and w.yes = 1),"
            "  1 + ifnull((select max(w.mention) from label_now w where w.verbatim_id = c.id and w.coder_id = ?3"
            "   and w.yes = 1), 0)), c.origin from temp.chosen c",
            (code, sentiment, coder, own, start, stop),
        )
        decisions.write_todo(op, frame_id, coder)

    return do


def remove_code(project: Project, *, verbatims: Chosen, code: int, expand: bool = True, explicit: bool = False) -> Step:
    """Take this coder's yes back; with ``explicit`` say no to the code even where there was no yes (a rejection)."""

    def do(op: Operation) -> None:
        frame_id, one = frames.find(op.db, code)
        choose(op, verbatims, frame_id, Origin.HUMAN, expand)
        decisions.empty_todo(op.db)
        op.db.execute(
            "insert into temp.todo(verbatim_id, code_id, action, origin)"
            " select c.id, w.raw_code, 0, c.origin from temp.chosen c cross join label_now w"
            " on w.verbatim_id = c.id and w.coder_id = ? and w.code_id = ? and w.yes = 1",
            (project.coder.id, code),
        )
        if explicit:
            op.db.execute(
                "insert into temp.todo(verbatim_id, code_id, action, origin) select c.id, ?1, 0, c.origin"
                " from temp.chosen c where not exists(select 1 from label_now w where w.verbatim_id = c.id"
                "  and w.coder_id = ?2 and ?1 in (w.code_id, w.raw_code))",
                (code, project.coder.id),
            )
        n = op.db.integer("select count(*) from temp.todo")
        op.say(N_("Code {code} off on {n} answers"), code=_short(one), n=n)
        op.rows = n
        decisions.write_todo(op, frame_id, project.coder.id)

    return operations.run(project, "code", do)[1]


def set_sentiment(
    project: Project, *, verbatims: Chosen, code: int, sentiment: int | None, expand: bool = True
) -> Step:
    """Set the sentiment (-1, 0, 1, None) of a code where this coder says yes to it."""

    def do(op: Operation) -> None:
        frame_id, one = frames.find(op.db, code)
        choose(op, verbatims, frame_id, Origin.HUMAN, expand)
        decisions.empty_todo(op.db)
        op.db.execute(
            "insert into temp.todo(verbatim_id, code_id, action, sentiment, span_start, span_end, mention, origin)"
            " select c.id, w.raw_code, 1, ?3, e.span_start, e.span_end, w.mention, w.origin from temp.chosen c"
            " cross join label_now w on w.verbatim_id = c.id and w.coder_id = ?1 and w.code_id = ?2 and w.yes = 1"
            " join label_event e on e.id = w.event_id",
            (project.coder.id, code, sentiment),
        )
        op.rows = op.db.integer("select count(*) from temp.todo")
        op.say(N_("Sentiment of {code} on {n} answers"), code=_short(one), n=op.rows)
        decisions.write_todo(op, frame_id, project.coder.id)

    return operations.run(project, "code", do)[1]


def confirm(project: Project, *, verbatims: Chosen, expand: bool = True, expected: int | None = None) -> Step:
    """Say that these answers were reviewed whole: every code of the present frame that is not ticked is a no.

    Raises UserError (no-frame) where a question has no code frame.
    """

    def do(op: Operation) -> None:
        n = choose(op, verbatims, None, Origin.HUMAN, expand)
        _say_bulk(op, N_("{n} answers confirmed"), n, expected)
        rows = op.db.execute(
            "select distinct q.frame_id from temp.chosen c cross join verbatim v on v.id = c.id"
            " cross join question q on q.id = v.question_id where q.frame_id is not null"
        ).fetchall()
        if n and not rows:
            raise _no_frame()
        for row in rows:
            decisions.empty_todo(op.db)
            op.db.execute(
                "insert into temp.todo(verbatim_id, code_id, action, origin) select c.id, 0, 3, c.origin"
                " from temp.chosen c cross join verbatim v on v.id = c.id"
                " cross join question q on q.id = v.question_id where q.frame_id = ?",
                (row[0],),
            )
            decisions.write_todo(op, int(row[0] or 0), project.coder.id)

    return operations.run(project, "confirm", do)[1]


def adjudicate(project: Project, *, verbatim: int, codes: Iterable[tuple[int, int | None]]) -> Step:
    """Settle an answer for good: exactly these (code, sentiment) are yes in the adjudicated layer, which wins.

    Raises UserError (no-frame, no-code, other-frame, retired-code: one that nobody has given to this answer).
    """
    wanted = dict(codes)

    def do(op: Operation) -> None:
        row = op.db.one(
            "select q.frame_id from verbatim v join question q on q.id = v.question_id where v.id = ?", (verbatim,)
        )
        if row is None or row[0] is None:
            raise _no_frame()
        frame_id = int(row[0])
        for code in wanted:
            _require_given_or_usable(op.db, verbatim, frame_id, code)
        layer = project.layer(ADJUDICATED)
        op.say(N_("Adjudication of {n} answers"), n=1)
        op.rows = 1
        stands = op.db.execute(
            "select distinct raw_code from label_now where verbatim_id = ? and coder_id = ? and yes = 1",
            (verbatim, layer),
        ).fetchall()
        rows: list[Todo] = [
            (verbatim, int(r[0] or 0), Action.OFF, None, None, None, None, Origin.HUMAN)
            for r in stands
            if r[0] not in wanted
        ]
        for place, (code, sentiment) in enumerate(wanted.items(), 1):
            rows.append((verbatim, code, Action.YES, sentiment, None, None, place, Origin.HUMAN))
        rows.append((verbatim, 0, Action.REVIEWED, None, None, None, None, Origin.HUMAN))
        decisions.record(op, frame_id, layer, rows)

    return operations.run(project, "adjudicate", do)[1]


def accept_suggestions(project: Project, *, verbatims: Chosen, expand: bool = True) -> Step:
    """Make the accepted suggestions of the run in force this coder's decisions and confirm the answers, in one step.

    What the coder has said of a code already stands. Where both an exclusive code (none, don't know…) and others are
    suggested, the others count. Answers drawn at random that nobody has judged are left out (samples.blind). Raises
    UserError (drawn-at-random) where nothing else was meant.
    """

    def do(op: Operation) -> None:
        n = choose(op, verbatims, None, Origin.SUGGESTION, expand)
        left = leave_blind(op.db, project.coder.id)
        if left and left == n:
            raise UserError(
                "drawn-at-random",
                N_("No suggestion was accepted."),
                N_("What was chosen was drawn at random to measure the machine: it would be agreeing with itself."),
                N_("Decide it yourself and press Enter; the suggestions show afterwards."),
            )
        op.rows = n - left
        if left:
            op.say(N_("Suggestions accepted on {n} answers; {left} drawn at random wait for a person"), n=n - left,
                   left=left)  # fmt: skip
        else:
            op.say(N_("Suggestions accepted on {n} answers"), n=n)
        rows = op.db.execute(
            "select distinct q.frame_id from temp.chosen c cross join verbatim v on v.id = c.id"
            " cross join question q on q.id = v.question_id where q.frame_id is not null"
        ).fetchall()
        for row in rows:
            frame_id = int(row[0] or 0)
            codes = frames.read(op.db, frame_id).live
            exclusive = ", ".join(str(one.id) for one in codes if one.role in EXCLUSIVE) or "0"
            usable = ", ".join(str(one.id) for one in codes) or "0"
            decisions.empty_todo(op.db)
            op.db.execute(
                "insert into temp.todo(verbatim_id, code_id, action, sentiment, mention, origin)"
                " select c.id, p.code_id, 1, p.sentiment, row_number() over (partition by c.id order by p.p desc)"
                "  + ifnull((select max(w.mention) from label_now w where w.verbatim_id = c.id and w.coder_id = ?1"
                "   and w.yes = 1), 0), c.origin"
                " from temp.chosen c cross join verbatim v on v.id = c.id cross join question q on q.id = v.question_id"
                "  and q.frame_id = ?2 cross join record r on r.id = v.record_id"
                " cross join run_in_force f on f.question_id = v.question_id and f.wave_id = ifnull(r.wave_id, 0)"
                " cross join prediction p on p.run_id = f.run_id and p.verbatim_id = c.id and p.accepted = 1"
                f"  and p.code_id in ({usable})"
                " where not exists(select 1 from label_now w where w.verbatim_id = c.id and w.coder_id = ?1"
                "  and w.code_id = p.code_id)",
                (project.coder.id, frame_id),
            )
            op.db.execute(
                f"delete from temp.todo where code_id in ({exclusive}) and (verbatim_id in"
                f" (select verbatim_id from temp.todo where code_id not in ({exclusive})) or exists(select 1"
                " from label_now w where w.verbatim_id = temp.todo.verbatim_id and w.coder_id = ? and w.yes = 1))",
                (project.coder.id,),
            )
            op.db.execute(
                "insert into temp.todo(verbatim_id, code_id, action, origin) select c.id, 0, 3, c.origin"
                " from temp.chosen c cross join verbatim v on v.id = c.id"
                " cross join question q on q.id = v.question_id where q.frame_id = ?",
                (frame_id,),
            )
            decisions.write_todo(op, frame_id, project.coder.id)

    return operations.run(project, "accept", do)[1]


@dataclass(frozen=True, slots=True)
class Label:
    """One imported decision on one verbatim: all its codes with sentiments, in order of mention."""

    verbatim: int
    codes: tuple[tuple[int, int | None], ...]
    origin: Origin = Origin.IMPORTED


def import_labels(
    project: Project, op: Operation, *, frame: int, coder: int, labels: Sequence[Label], partial: bool
) -> int:
    """Write imported decisions of one coder inside an operation; return how many events that took.

    A listed verbatim was reviewed whole: its unlisted codes go off and it counts as reviewed, unless ``partial``,
    which takes only the yes.
    """
    by_verbatim = {label.verbatim: label for label in labels}
    rows: list[Todo] = []
    imported = Origin.IMPORTED
    if not partial:
        ids = list(by_verbatim)
        for start in range(0, len(ids), 5_000):
            marks = ", ".join(map(str, ids[start : start + 5_000]))
            stands = op.db.execute(
                "select verbatim_id, raw_code, code_id from label_now where coder_id = ? and yes = 1"
                f" and verbatim_id in ({marks})",
                (coder,),
            ).fetchall()
            for verbatim, raw, code in stands:
                kept = {one for one, _ in by_verbatim[int(verbatim or 0)].codes}
                if code not in kept and raw not in kept:
                    rows.append((int(verbatim or 0), int(raw or 0), Action.OFF, None, None, None, None, imported))
    for label in by_verbatim.values():
        for place, (code, sentiment) in enumerate(dict(label.codes).items(), 1):
            rows.append((label.verbatim, code, Action.YES, sentiment, None, None, place, label.origin))
        if not partial:
            rows.append((label.verbatim, 0, Action.REVIEWED, None, None, None, None, label.origin))
    return decisions.record(op, frame, coder, rows)


def _require_usable(code: frames.Code) -> None:
    if code.is_net or code.retired:
        raise UserError(
            "retired-code",
            N_("{label} cannot be given to an answer."),
            N_("It is a net, or was retired."),
            N_("Choose a code in use."),
            label=code.label,
        )


def _require_given_or_usable(db: Connection, verbatim: int, frame_id: int, code: int) -> None:
    frame, one = frames.find(db, code)
    if frame != frame_id:
        raise other_frame()
    if one.is_net or not db.integer(
        "select exists(select 1 from label_now where verbatim_id = ? and code_id = ? and yes = 1)", (verbatim, code)
    ):
        _require_usable(one)


def _no_frame() -> UserError:
    return UserError(
        "no-frame",
        N_("These answers cannot be confirmed."),
        N_("Their question has no code frame yet."),
        N_("Import or make a code frame first."),
    )


def _clash(one: frames.Code, other: frames.Code) -> bool:
    if one.id == other.id:
        return False
    return one.role in EXCLUSIVE or other.role in EXCLUSIVE


def _short(code: frames.Code) -> str:
    return f"{code.number} {code.label}".strip()


def _say_bulk(op: Operation, text: str, n: int, expected: int | None, **params: str | int) -> None:
    op.rows = n
    op.say(text, n=n, **params)
    if expected is not None and expected != n:
        op.detail["expected"] = expected
