"""The check of a project: everything derived is derived again and compared, everything hashed is hashed again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b, sha256

from annotate.errors import UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_, _
from annotate.store import counters, decisions, merged, operations, revisions
from annotate.store.connection import Connection, DatabaseError, Value
from annotate.store.project import Project
from annotate.text import FOLD_VERSION, fold_hash

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: a stable id, what it is in words, how often, and where (never customer text)."""

    id: str
    what: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and how much it looked at."""

    ok: bool
    findings: tuple[Finding, ...]
    counts: dict[str, int]


@dataclass(slots=True)
class _Findings:
    tick: Callable[[], None]
    found: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, id: str, what: str, examples: list[str], count: int | None = None) -> None:
        """Note a finding where there is anything to note."""
        if examples:
            self.found.append(Finding(id, what, count or len(examples), tuple(examples[:EXAMPLES])))

    def rows(self, db: Connection, id: str, what: str, sql: str) -> None:
        """Note the rows of a query that should return none; each is shown as its cells."""
        self.add(id, what, [", ".join(repr(cell) for cell in row) for row in db.execute(sql)])


def check(project: Project, *, progress: Progress = silent, deep: bool = True) -> Report:
    """Check a project from end to end without writing to it; ``deep=False`` leaves out what reads every row.

    Works on a read-only project. What cannot be read because the file is damaged becomes a finding.
    Raises UserError (check-failed) where no part of the file can be read, CancelledError through ``progress``.
    """
    steps = _STEPS if deep else _QUICK
    number, what = 0, steps[0][0]
    found = _Findings(lambda: progress(number, len(steps), _(what)))
    try:
        with _aside(project) as db:
            for number, (what, step) in enumerate(steps):  # noqa: B007 the two are what a tick tells
                found.tick()
                _guarded(found, what, step, db)
            progress(len(steps), len(steps))
    except (DatabaseError, UnicodeDecodeError) as error:
        raise UserError(
            "check-failed",
            N_("{name} cannot be checked."),
            N_("The file is damaged so far that nothing in it can be read."),
            N_("Restore the newest backup. The file was left as it is."),
            name=project.path.name,
        ) from error
    return Report(not found.found, tuple(found.found), found.counts)


@contextmanager
def _aside(project: Project) -> Iterator[Connection]:
    """Lend a connection that sees one state of the file and can build temporary tables, never write the file."""
    db = project.own_reader()
    try:
        # The file is open with mode=ro, so only temporary tables can be written.
        db.execute("pragma query_only=off")
        with db.snapshot():
            yield db
    finally:
        db.close()


def _guarded(found: _Findings, what: str, step: Callable[[_Findings, Connection], None], db: Connection) -> None:
    try:
        step(found, db)
    except (DatabaseError, UnicodeDecodeError, ValueError, TypeError) as error:
        # A damaged page may also come back as broken JSON, a null or a number where text should be.
        found.add("unreadable", N_("A part of the file cannot be read."), [f"{_(what)}: {type(error).__name__}"])


# The parts


def _sqlite(found: _Findings, db: Connection) -> None:
    found.add("integrity", N_("The file is damaged."), _lines(db, "pragma integrity_check(100)"))


def _sqlite_quickly(found: _Findings, db: Connection) -> None:
    found.add("integrity", N_("The file is damaged."), _lines(db, "pragma quick_check(100)"))


def _lines(db: Connection, pragma: str) -> list[str]:
    try:
        # SQLite's own words name pages, tables and row numbers, never contents.
        return [str(row[0]) for row in db.execute(pragma) if row[0] != "ok"]
    except UnicodeDecodeError:  # the damage reached the message itself
        return [pragma]


def _keys(found: _Findings, db: Connection) -> None:
    rows = [f"{table!r} {rowid!r} → {parent!r}" for table, rowid, parent, _n in db.execute("pragma foreign_key_check")]
    found.add("foreign-keys", N_("Rows refer to rows that are not there."), rows)


def _texts(found: _Findings, db: Connection) -> None:
    told = db.one("select value from meta where key = 'fold_version'")
    folds = told is not None and told[0] == FOLD_VERSION
    changed, folded, count = list[str](), list[str](), 0
    # Only answers are folded: a missing-value mark is kept as it was written and has no folded form.
    for verbatim, state, text_h, fold_h, raw in db.execute(
        "select v.id, v.state, v.text_h, v.fold_h, cast(t.text as blob) from verbatim_text t"
        " join verbatim v on v.id = t.id"
    ):
        count += 1
        if count % 20_000 == 0:
            found.tick()
        # As bytes: a damaged text need not be UTF-8.
        content = raw if isinstance(raw, bytes) else str(raw or "").encode()
        if blake2b(content, digest_size=16).digest() != text_h:
            changed.append(str(verbatim))
        elif folds and state == 1 and fold_hash(content.decode(errors="surrogatepass")) != fold_h:
            folded.append(str(verbatim))
    found.counts["texts"] = count
    found.add("text-hash", N_("Original texts differ from their hashes."), changed)
    found.add("fold-hash", N_("Folded forms differ from their hashes."), folded)


def _records(found: _Findings, db: Connection) -> None:
    for table in ("record", "verbatim", "label_event", "op"):
        found.counts[table] = db.integer(f"select count(*) from {table}")
    found.rows(
        db,
        "import-counts",
        N_("An import does not account for all its records."),
        "select id, records, accepted, rejected from import_batch where accepted + rejected <> records or records < 0"
        " or accepted < 0 or rejected < 0",
    )
    found.rows(
        db,
        "import-records",
        N_("An import holds another number of records than it says."),
        "select b.id, b.accepted, n from import_batch b join"
        " (select batch_id, count(*) as n from record group by 1) r on r.batch_id = b.id"
        " where b.records > 0 and n <> b.accepted",
    )
    found.rows(
        db,
        "import-rejects",
        N_("An import holds another number of rejected records than it says."),
        "select b.id, b.rejected, (select count(*) from import_reject r where r.batch_id = b.id) as n"
        " from import_batch b where b.records > 0 and n <> b.rejected",
    )
    found.rows(
        db,
        "groups",
        N_("Identical answers are grouped wrongly."),
        "select v.id, v.group_id from verbatim v left join verbatim g on g.id = v.group_id"
        " where v.group_id <> v.id and (g.id is null or g.question_id <> v.question_id or g.fold_h <> v.fold_h"
        " or g.group_id <> g.id)",
    )


def _chain(found: _Findings, db: Connection) -> None:
    found.add("audit-chain", N_("The audit chain is broken."), broken_links(db))


def broken_links(db: Connection) -> list[str]:
    """Return where the audit chain does not hold: the operation's number and what of it."""
    broken, previous, last = [], operations.GENESIS, 0
    for op_id, prev_h, h, *fields in db.execute(
        f"select id, prev_h, h, {operations.LINK_FIELDS} from op order by id"
    ).fetchall():
        number = int(op_id or 0)
        first_event, last_event, content_h = fields[8], fields[9], fields[11]
        if prev_h != previous:
            broken.append(f"{number}: prev_h")
        if h != operations.link_hash(previous, fields):
            broken.append(f"{number}: h")
        if content_h != operations.content_hash(db, number, _whole(first_event), _whole(last_event)):
            broken.append(f"{number}: content_h")
        if number != last + 1:
            broken.append(f"{number}: {last + 1}")
        previous, last = h if isinstance(h, bytes) else b"", number
    return broken


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _events(found: _Findings, db: Connection) -> None:
    found.rows(
        db,
        "event-operations",
        N_("Decisions do not belong to the operation that wrote them."),
        "select e.id, e.op_id from label_event e left join op o on o.id = e.op_id"
        " where o.id is null or e.id not between o.first_event and o.last_event",
    )
    found.rows(
        db,
        "event-missing",
        N_("Decisions of an operation are missing."),
        "select o.id, o.last_event - o.first_event + 1, count(e.id) from op o"
        " left join label_event e on e.id between o.first_event and o.last_event and e.op_id = o.id"
        " where o.first_event is not null group by o.id having count(e.id) <> o.last_event - o.first_event + 1",
    )
    found.rows(
        db,
        "event-codes",
        N_("Decisions name a code that does not exist."),
        "select e.id, e.code_id from label_event e left join code c on c.id = e.code_id"
        " where e.action <= 2 and c.id is null",
    )


def replayed_stacks(db: Connection) -> set[tuple[int, int, int, int]]:
    """Return what every coder may undo and redo, worked out from the operations: (coder, pos, op, undone)."""
    stacks: dict[int, list[list[int]]] = {}
    ranges = merged.ranges(db)
    for op_id, coder, undo_of, redo_of, detail in db.execute(
        "select id, coder_id, undo_of, redo_of, detail from op order by id"
    ):
        number = int(op_id or 0)
        stack = stacks.setdefault(int(coder or 0), [])
        if any(first <= number <= last for first, last, _merge in ranges):
            # Work of this coder that came from another copy ends what could be undone here.
            if not json.loads(str(detail)).get("off_stack"):
                stack.clear()
        elif undo_of is not None or redo_of is not None:
            for entry in stack:
                if entry[1] == (undo_of or redo_of):
                    entry[2] = 1 if redo_of is None else 0
        elif not json.loads(str(detail)).get("off_stack"):
            stack[:] = [entry for entry in stack if not entry[2]]
            stack.append([1 + max((entry[0] for entry in stack), default=0), number, 0])
    return {(coder, pos, op, undone) for coder, stack in stacks.items() for pos, op, undone in stack}


def _stacks(found: _Findings, db: Connection) -> None:
    stored = {tuple(row) for row in db.execute("select coder_id, pos, op_id, undone from op_stack")}
    wrong = sorted(stored ^ replayed_stacks(db), key=str)
    found.add("undo-stack", N_("What can be undone differs from the history."), [str(entry) for entry in wrong])


def _derived(found: _Findings, db: Connection) -> None:
    # Temporary tables of the same names stand before the real ones, so the very code that writers use fills them.
    for name in ("label_now", "review_now", "code_count"):
        row = db.one("select sql from main.sqlite_schema where type = 'table' and name = ?", (name,))
        if row is None:
            raise ValueError(name)
        db.execute(
            str(row[0]).replace("CREATE TABLE", "create table").replace("create table ", "create temp table ", 1)
        )
    db.execute("create index temp.label_now_again on label_now(code_id, yes, verbatim_id)")
    db.execute("create index temp.label_now_raw on label_now(raw_code)")
    decisions.rebuild(db)
    counters.recount(db)
    for id, what, table, columns, where in (
        ("labels", N_("The decisions in force differ from the events."), "label_now", _LABEL, ""),
        ("reviews", N_("The reviews in force differ from the events."), "review_now", _REVIEW, ""),
        ("counts", N_("The counts of codes are wrong."), "code_count", "*", " where verbatims <> 0"),
    ):
        stored, again = (f"select {columns} from {schema}.{table}{where}" for schema in ("main", "temp"))
        found.rows(
            db, id, what, f"select * from ({stored} except {again}) union select * from ({again} except {stored})"
        )
        found.counts[table] = db.integer(f"select count(*) from main.{table}")


_LABEL = "verbatim_id, coder_id, code_id, raw_code, event_id, yes, sentiment, mention, origin"
_REVIEW = "verbatim_id, frame_id, coder_id, revision_id, event_id, origin"


def _frames(found: _Findings, db: Connection) -> None:
    changed = [
        str(revision)
        for revision, content in db.execute("select id, content_h from revision where state = 1").fetchall()
        if revisions.content_hash(db, int(revision or 0)) != content
    ]
    found.add("published-revisions", N_("A published revision of a code frame has changed."), changed)
    found.rows(
        db,
        "drafts",
        N_("A code frame has more than one draft, or one that is not its newest revision."),
        "select r.frame_id, r.id from revision r where r.state = 0 and (r.away = 1 or r.number <>"
        " (select max(number) from revision n where n.frame_id = r.frame_id and n.away = 0))",
    )
    found.rows(
        db,
        "code-tree",
        N_("A code stands under a code that its revision does not hold."),
        "select d.revision_id, d.code_id, d.parent_id from code_def d left join code_def p"
        " on p.revision_id = d.revision_id and p.code_id = d.parent_id"
        " where d.parent_id is not null and (p.code_id is null or p.is_net = 0)",
    )


def _runs(found: _Findings, db: Connection) -> None:
    found.rows(
        db,
        "predictions",
        N_("Predictions name answers or codes that do not exist."),
        "select p.run_id, p.verbatim_id, p.code_id from prediction p left join verbatim v on v.id = p.verbatim_id"
        " left join code c on c.id = p.code_id where v.id is null or c.id is null",
    )
    found.rows(
        db,
        "run-in-force",
        N_("A model run in force is not complete, or belongs to another question."),
        "select f.question_id, f.wave_id, f.run_id from run_in_force f join run r on r.id = f.run_id"
        " where r.state <> 1 or r.question_id <> f.question_id",
    )
    parts = [
        f"{model!r} {name!r}"
        for model, name, h, data in db.execute("select model_id, name, h, data from model_part")
        if isinstance(data, bytes) and isinstance(h, bytes) and blake2b(data, digest_size=len(h)).digest() != h
    ]
    found.add("model-parts", N_("A stored model has changed."), parts)


def _pictures(found: _Findings, db: Connection) -> None:
    # A page that is undone leaves its pictures: redo, and reports that were issued with them, need them.
    changed = [
        h.hex()[:12]
        for h, data in db.execute("select h, data from asset")
        if isinstance(h, bytes) and isinstance(data, bytes) and sha256(data).digest() != h
    ]
    found.add("pictures", N_("A stored picture has changed."), changed)
    found.rows(
        db,
        "pictures-missing",
        N_("A page in the basket names a picture that is not there."),
        "select b.id, substr(p.value, 1, 12) from basket b, json_each(b.body, '$.pictures') p"
        " where b.kind = 'page' and not exists(select 1 from asset a where lower(hex(a.h)) = p.value)",
    )


_Step = tuple[str, Callable[[_Findings, Connection], None]]
_QUICK: tuple[_Step, ...] = (
    (N_("Structure of the file"), _sqlite_quickly),
    (N_("Imports"), _records),
    (N_("Code frames"), _frames),
    (N_("Undo and redo"), _stacks),
)
_STEPS: tuple[_Step, ...] = (
    (N_("Structure of the file"), _sqlite),
    (N_("References"), _keys),
    (N_("Original texts"), _texts),
    (N_("Imports"), _records),
    (N_("Audit chain"), _chain),
    (N_("Decisions"), _events),
    (N_("Undo and redo"), _stacks),
    (N_("Code frames"), _frames),
    (N_("Decisions in force"), _derived),
    (N_("Model runs"), _runs),
    (N_("Pictures"), _pictures),
)
