"""The check finds what was changed behind its back, and never changes anything itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.store import check, operations
from annotate.store.connection import Connection, driver
from annotate.store.project import Project


@pytest.fixture
def worked(project: Project, frame: int) -> Path:
    """A closed project with a bit of everything: merges, splits, duplicates, undone steps, two coders."""
    rows = import_answers(project, add_question(project, "Q1", frame=frame), ["顿挫", "顿挫", "异响", "没有", ""])[1]
    a, b, c = (frames.add_code(project, frame=frame, label=label) for label in "abc")
    coding.apply_code(project, verbatims=rows, code=a, sentiment=-1)
    coding.confirm(project, verbatims=rows)
    frames.merge_codes(project, sources=[c], target=b)
    frames.split_code(project, code=a, parts={"part": rows[2:4]})
    project.work_as("Ben")
    coding.apply_code(project, verbatims=rows[2:], code=b)
    coding.adjudicate(project, verbatim=rows[0], codes=[(b, 1)])
    operations.undo(project)
    coding.confirm(project, verbatims=rows)
    operations.undo(project)
    project.close()
    return project.path


def tamper(path: Path, *statements: str) -> None:
    """Change a closed project as another program would: without triggers, references or constraints."""
    raw = driver.connect(str(path), isolation_level=None)
    try:
        raw.execute("pragma foreign_keys=off")
        raw.execute("pragma ignore_check_constraints=on")
        triggers = raw.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
        for name, _sql in triggers:
            raw.execute(f"drop trigger {name}")
        for statement in statements:
            raw.execute(statement)
            assert raw.execute("select changes()").fetchone() != (0,), statement
        for _name, sql in triggers:
            raw.execute(sql)
    finally:
        raw.close()


def found(path: Path, *, deep: bool = True) -> set[str]:
    with Project.open(path, read_only=True) as project:
        report = check.check(project, deep=deep)
    assert report.ok == (not report.findings)
    assert all(one.count >= 1 and one.what and one.examples for one in report.findings)
    return {one.id for one in report.findings}


def test_a_project_that_was_worked_in_passes(worked: Path) -> None:
    before = worked.read_bytes()
    with Project.open(worked, read_only=True) as project:
        report = check.check(project)
        assert report.ok
        assert report.findings == ()
        assert report.counts["texts"] == report.counts["verbatim"] == 5
        assert report.counts["label_now"] > 0
        assert check.check(project, deep=False).ok
    assert worked.read_bytes() == before


def test_an_empty_project_passes(project: Project) -> None:
    assert check.check(project).ok


def test_the_check_of_an_open_project_writes_nothing(project: Project, frame: int) -> None:
    frames.add_code(project, frame=frame, label="a")
    before = project.rows("select count(*) from op")
    version = project.write(lambda db: db.integer("pragma data_version"))
    assert check.check(project).ok
    assert project.rows("select count(*) from op") == before
    assert project.write(lambda db: db.integer("pragma data_version")) == version


@pytest.mark.parametrize(
    ("id", "statement"),
    [
        ("text-hash", "update verbatim_text set text = 'x' where id = 1"),
        ("text-hash", "update verbatim set text_h = zeroblob(16) where id = 1"),
        ("fold-hash", "update verbatim set fold_h = fold_h + 1 where id = 4"),
        ("groups", "update verbatim set group_id = 3 where id = 2"),
        ("import-counts", "update import_batch set rejected = 1"),
        ("import-records", "update import_batch set records = 6, accepted = 6"),
        ("import-rejects", "update import_batch set records = 6, rejected = 1"),
        ("audit-chain", "update op set at_ms = at_ms + 1 where id = 3"),
        ("audit-chain", "update op set detail = '{}' where id = 3"),
        ("audit-chain", "delete from op where id = (select max(id) from op) - 1"),
        ("audit-chain", "update op_image set after = null where op_id = 2"),
        ("audit-chain", "update label_event set sentiment = 1 where id = 1"),
        ("event-missing", "delete from label_event where id = 2"),
        ("event-operations", "update label_event set op_id = 99 where id = 2"),
        ("event-codes", "update label_event set code_id = 99 where id = 2"),
        ("foreign-keys", "update verbatim set record_id = 99 where id = 4"),
        ("undo-stack", "update op_stack set undone = 1 - undone where pos = 2"),
        ("undo-stack", "delete from op_stack where pos = 1"),
        ("labels", "delete from label_now where verbatim_id = 3"),
        ("labels", "update label_now set sentiment = 1 where verbatim_id = 2"),
        ("reviews", "delete from review_now where verbatim_id = 1"),
        ("counts", "update code_count set verbatims = verbatims + 1"),
        ("counts", "delete from code_count"),
        ("published-revisions", "update code_def set label = 'x' where revision_id = 1"),
        ("published-revisions", "insert into code_map values (1, 1, 2, null)"),
        ("code-tree", "update code_def set parent_id = 1 where revision_id = 1 and code_id = 2"),
        ("drafts", "update revision set state = 0 where number = 1"),
        ("predictions", "insert into prediction values (1, 99, 1, 1, 0, null, null, 0)"),
        ("run-in-force", "insert into run_in_force values (1, 0, 1)"),
        ("model-parts", "insert into model_part values (1, 'w', x'00', x'00')"),
    ],
)
def test_what_was_changed_is_found(worked: Path, id: str, statement: str) -> None:
    runs = (
        "insert into model values (1, x'00', 1, 1, 1, 0, '{}', '{}', x'00')",
        "insert into run values (1, x'00', 1, 1, null, 0, 0, 0, 0)",
    )
    tamper(worked, *(runs if id in ("predictions", "run-in-force") else ()), statement)
    assert id in found(worked)


def test_texts_of_another_folding_rule_are_not_compared(worked: Path) -> None:
    tamper(
        worked, "update meta set value = 0 where key = 'fold_version'", "update verbatim set fold_h = 5 where id = 4"
    )
    assert found(worked) == set()


def test_the_chain_says_where_it_breaks(worked: Path) -> None:
    tamper(worked, "update op set n_rows = n_rows + 1 where id = 4")
    with Project.open(worked, read_only=True) as project:
        (finding,) = check.check(project).findings
    assert finding.examples == ("4: h",)


def test_the_quick_check_leaves_out_what_reads_every_row(worked: Path) -> None:
    tamper(worked, "update verbatim_text set text = 'x' where id = 1", "delete from op_stack where pos = 1")
    assert found(worked, deep=False) == {"undo-stack"}


def test_no_customer_text_in_a_report(worked: Path) -> None:
    tamper(worked, "update verbatim_text set text = 'SECRET-' || text", "update label_event set code_id = 99")
    with Project.open(worked, read_only=True) as project:
        assert "SECRET" not in repr(check.check(project))


def test_progress_is_told_and_can_stop_the_check(project: Project) -> None:
    told: list[tuple[int, int | None]] = []
    check.check(project, progress=lambda done, total, what="": told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] == len(told) - 1

    def stop(done: int, total: int | None, what: str = "") -> None:
        if done == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        check.check(project, progress=stop)
    assert check.check(project).ok


def test_damage_gives_findings_or_a_sentence_never_a_traceback(worked: Path, tmp_path: Path) -> None:
    """Flipped bits, overwritten stretches and zeroed pages, anywhere in the file."""
    whole = worked.read_bytes()
    dice = random.Random(7)
    refused = noticed = 0
    for number in range(60):
        damaged = bytearray(whole)
        kind = number % 3
        at = dice.randrange(len(damaged))
        if kind == 0:
            for _ in range(8):
                damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        elif kind == 1:
            damaged[at : at + 300] = dice.randbytes(len(damaged[at : at + 300]))
        else:
            page = at // 4096 * 4096
            damaged[page : page + 4096] = bytes(4096)
        path = tmp_path / f"damaged{number}.tingdong"
        path.write_bytes(damaged)
        try:
            with Project.open(path, read_only=True) as project:
                noticed += not check.check(project).ok
        except UserError as error:
            assert error.sentence()
            refused += 1
        assert path.read_bytes() == damaged
    assert noticed > 10
    assert refused + noticed > 20


def test_rebuilding_writes_what_was_there(worked: Path) -> None:
    from annotate.store import counters, decisions

    with Project.open(worked) as project:
        tables = ("label_now", "review_now", "code_count")
        before = [set(project.rows(f"select * from {table}")) for table in tables]

        def rebuild(db: Connection) -> None:
            with db.transaction():
                decisions.rebuild(db)
                counters.recount(db)

        project.write(rebuild)
        after = [set(project.rows(f"select * from {table}")) for table in tables]
    assert after[:2] == before[:2]
    assert {row for row in after[2] if row[2]} == {row for row in before[2] if row[2]}
