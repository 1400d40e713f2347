"""Live counts of verbatims per question and code: kept by each operation, recounted by ``check``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from annotate.store import groups
from annotate.store.connection import Connection
from annotate.store.operations import Operation

# Up to so many events the two counts before and after are compared; beyond, counting the codes anew is cheaper.
FEW = 1_000

ACTIVE = "(select id from import_batch where state = 1)"


@contextmanager
def following(op: Operation, first: int, last: int) -> Iterator[None]:
    """Keep the counters in step with what happens inside, for the keys of the events first…last."""
    db = op.db
    if last - first >= FEW:
        yield
        recount(db, _codes(db, first, last))
        return
    db.execute(
        "create temp table if not exists pair(verbatim_id integer, code_id integer, was integer,"
        " primary key(verbatim_id, code_id)) without rowid"
    )
    db.execute("delete from temp.pair")
    # Decisions on merged or split codes count elsewhere, maps of maps included: every code in reach is watched.
    db.execute(
        "with recursive reach(verbatim_id, code_id) as ("
        " select verbatim_id, code_id from label_event where id between ? and ? and action <= 2"
        " union select r.verbatim_id, m.to_code from reach r join code_map m on m.from_code = r.code_id"
        "  where m.to_code is not null"
        " union select r.verbatim_id, s.to_code from reach r join code_map m on m.from_code = r.code_id"
        "  join split_row s on s.split_id = m.split_id and s.verbatim_id = r.verbatim_id)"
        " insert or ignore into temp.pair select verbatim_id, code_id, 0 from reach",
        (first, last),
    )
    yes = (
        "exists(select 1 from label_now w where w.verbatim_id = pair.verbatim_id and w.code_id = pair.code_id"
        " and w.yes = 1)"
    )
    db.execute(f"update temp.pair set was = {yes}")
    yield
    db.execute(
        "insert into code_count(question_id, code_id, verbatims)"
        f" select v.question_id, pair.code_id, sum({yes} - pair.was) from temp.pair"
        # cross join: with statistics the planner would begin at all verbatims of the imports in force.
        f" cross join verbatim v on v.id = pair.verbatim_id and v.batch_id in {ACTIVE}"
        " where true group by 1, 2 having sum(abs("
        f"{yes} - pair.was)) > 0"
        " on conflict do update set verbatims = verbatims + excluded.verbatims"
    )


def _codes(db: Connection, first: int, last: int) -> set[int]:
    """Return the codes of these events and all codes for which they may count through any code map."""
    rows = db.execute(
        "with recursive reach(code_id) as ("
        " select code_id from label_event where id between ? and ? and action <= 2"
        " union select m.to_code from reach r join code_map m on m.from_code = r.code_id where m.to_code is not null"
        " union select s.to_code from reach r join code_map m on m.from_code = r.code_id"
        "  join split_row s on s.split_id = m.split_id)"
        " select code_id from reach",
        (first, last),
    )
    return {int(row[0] or 0) for row in rows}


def count_again(codes: Iterable[int] | None) -> str:
    """Return the SQL that counts codes (all for None) from label_now: question, code, verbatims."""
    some = "" if codes is None else f" and w.code_id in ({', '.join(str(int(code)) for code in codes)})"
    return (
        "select v.question_id, w.code_id, count(distinct w.verbatim_id) from label_now w"
        f" join verbatim v on v.id = w.verbatim_id where w.yes = 1 and v.batch_id in {ACTIVE}{some} group by 1, 2"
    )


def recount(db: Connection, codes: set[int] | None = None) -> None:
    """Count these codes (all for None) anew."""
    if codes is None:
        db.execute("delete from code_count")
    elif codes:
        db.execute(f"delete from code_count where code_id in ({', '.join(str(int(code)) for code in codes)})")
    else:
        return
    db.execute(f"insert into code_count(question_id, code_id, verbatims) {count_again(codes)}")


def bring_up_to_date(op: Operation) -> None:
    """Bring derived rows in step with what an operation changed by other ways than events."""
    if "import_batch" in op.touched:
        groups.regroup(op.db)
    if "import_batch" in op.touched or "code_map" in op.touched:
        recount(op.db)
