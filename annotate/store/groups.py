"""Groups of identical answers: the first active verbatim of a question with the same folded text heads them."""

from __future__ import annotations

from annotate.store.connection import Connection


def group_new(db: Connection, first: int, last: int) -> int:
    """Put the answered verbatims first…last of one import into their groups; return how many repeat earlier ones."""
    own = db.integer("select batch_id from verbatim where id = ?", (last,))
    aside = db.integer("select exists(select 1 from import_batch where state <> 1 and id <> ?)", (own,))
    active = f" and g.batch_id in (select id from import_batch where state = 1 or id = {own})" if aside else ""
    return db.execute(
        "update verbatim set group_id = (select min(g.id) from verbatim g where g.question_id = verbatim.question_id"
        f" and g.fold_h = verbatim.fold_h and g.state = 1{active})"
        " where id between ? and ? and state = 1 and exists(select 1 from verbatim g"
        f" where g.question_id = verbatim.question_id and g.fold_h = verbatim.fold_h and g.id < verbatim.id"
        f" and g.state = 1{active})",
        (first, last),
    ).rowcount


def regroup(db: Connection) -> None:
    """Give every group an active head after an import was withdrawn or came back.

    Only groups that reach over more than one import can change; with one import there is nothing to do.
    """
    if db.integer("select count(*) from import_batch where state in (1, 2)") < 2:
        return
    db.execute("create temp table if not exists regrouped(question_id, fold_h, head, primary key(question_id, fold_h))")
    db.execute("delete from temp.regrouped")
    db.execute(
        "insert into temp.regrouped select v.question_id, v.fold_h,"
        " ifnull(min(case when b.state = 1 then v.id end), min(v.id)) from verbatim v"
        " join import_batch b on b.id = v.batch_id where v.state = 1 group by 1, 2"
        " having count(*) > 1 and count(distinct v.batch_id) > 1"
    )
    db.execute(
        "update verbatim set group_id = (select head from temp.regrouped r where r.question_id = verbatim.question_id"
        "  and r.fold_h = verbatim.fold_h)"
        " where state = 1 and (question_id, fold_h) in (select question_id, fold_h from temp.regrouped)"
    )
    db.execute("delete from temp.regrouped")
