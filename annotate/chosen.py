"""Which answers a verb acts on: those that are named or that a query means at that moment, with their twins."""

from __future__ import annotations

from collections.abc import Sequence

from annotate import samples
from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.decisions import Origin
from annotate.store.operations import Operation
from annotate.store.query import Query

Chosen = Sequence[int] | Query


def choose(op: Operation, verbatims: Chosen, frame_id: int | None, origin: Origin, expand: bool) -> int:
    """Fill temp.chosen(id, origin) with the meant answers (and their identical twins); return how many.

    Evaluated inside the transaction, so that what is coded is what the query means at that moment.
    """
    db = op.db
    db.execute("create temp table if not exists chosen(id integer primary key, origin integer not null)")
    db.execute("delete from temp.chosen")
    if isinstance(verbatims, Query):
        text, values = verbatims.sql()
        db.execute(f"insert into temp.chosen select v.id, {int(origin)} from verbatim v where {text}", values)
        op.detail["query"] = verbatims.to_json()
    else:
        db.executemany("insert or ignore into temp.chosen values (?, ?)", ((int(v), int(origin)) for v in verbatims))
    if expand:
        _add_twins(db)
    if frame_id is not None:
        strays = db.execute(
            # cross join, here and below: begun from the question, the planner would read all its verbatims.
            "delete from temp.chosen where id not in (select v.id from temp.chosen c"
            " cross join verbatim v on v.id = c.id cross join question q on q.id = v.question_id"
            " where q.frame_id = ?)",
            (frame_id,),
        ).rowcount
        if strays and not db.integer("select exists(select 1 from temp.chosen)"):
            raise other_frame()
    return db.integer("select count(*) from temp.chosen")


def leave_blind(db: Connection, coder: int) -> int:
    """Take the answers that people are to judge unaided out of temp.chosen; return how many."""
    marks = ", ".join(map(str, samples.blind(db, coder)))
    return db.execute(
        "delete from temp.chosen where id in (select c.id from temp.chosen c cross join verbatim v on v.id = c.id"
        f" where v.group_id in ({marks}))"
    ).rowcount


def _add_twins(db: Connection) -> None:
    duplicate = int(Origin.DUPLICATE)
    active = "(select id from import_batch where state = 1)"
    # The first of a group, and the members that point to it: two steps, so that each uses its index.
    db.execute(
        "create temp table if not exists grouped(id integer primary key)",
    )
    db.execute("delete from temp.grouped")
    db.execute(
        "insert or ignore into temp.grouped select v.group_id from temp.chosen c cross join verbatim v on v.id = c.id"
    )
    db.execute(
        f"insert or ignore into temp.chosen select v.id, {duplicate} from temp.grouped g"
        " cross join verbatim v on v.id = g.id"
        f" where v.state = 1 and v.batch_id in {active}"
    )
    db.execute(
        f"insert or ignore into temp.chosen select v.id, {duplicate} from temp.grouped g"
        " cross join verbatim v on v.group_id = g.id and v.group_id <> v.id"
        f" where v.state = 1 and v.batch_id in {active}"
    )


def other_frame() -> UserError:
    """Return the refusal of a code that belongs to another frame."""
    return UserError(
        "other-frame",
        N_("The code does not fit these answers."),
        N_("Their question is coded by another code frame."),
        N_("Choose a code of that frame, or point the question to this one."),
    )
