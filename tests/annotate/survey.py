"""A small survey project for tests: answers come in by an import that can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from annotate.store import images, operations
from annotate.store.connection import Connection, driver
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.text import fold_hash, text_hash


@contextmanager
def quick_passphrases() -> Iterator[None]:
    """Let new connections of this process derive keys in 1,000 rounds, not in SQLCipher's 256,000 (0.3 s)."""
    raw = driver.connect(":memory:")
    raw.execute("pragma cipher_default_kdf_iter = 1000")
    try:
        yield
    finally:
        raw.execute("pragma cipher_default_kdf_iter = 256000")
        raw.close()


def add_question(project: Project, name: str, *, single: bool = False, frame: int | None = None) -> int:
    """Add a question as an import would; return its id."""

    def job(db: Connection) -> int:
        with db.transaction():
            sort = db.integer("select count(*) from question") + 1
            return db.execute(
                "insert into question(uuid, name, single, frame_id, sort) values (?, ?, ?, ?, ?)",
                (uuid.uuid4().bytes, name, int(single), frame, sort),
            ).lastrowid

    return project.write(job)


def import_answers(project: Project, question: int, texts: Sequence[str]) -> tuple[int, list[int]]:
    """Import answers ('' for blank) and switch the import on as one operation; return its id and the verbatims'."""

    def job(db: Connection) -> tuple[int, list[int]]:
        with db.transaction():
            source = (
                db.integer("select id from source where name = 's'")
                or db.execute("insert into source(uuid, name) values (?, 's')", (uuid.uuid4().bytes,)).lastrowid
            )
            batch = db.execute(
                "insert into import_batch(uuid, source_id, file_name, file_size, file_h, reader, mapping, records,"
                " accepted, state, started_ms) values (?, ?, 'f.csv', 1, x'00', '{}', '{}', ?, ?, 2, 0)",
                (uuid.uuid4().bytes, source, len(texts), len(texts)),
            ).lastrowid
            made = []
            for number, text in enumerate(texts, 1):
                record = db.execute(
                    "insert into record(batch_id, source_id, number) values (?, ?, ?)", (batch, source, number)
                ).lastrowid
                fold = fold_hash(text)
                verbatim = db.integer("select max(id) from verbatim") + 1
                head = db.integer(
                    "select min(id) from verbatim where question_id = ? and fold_h = ? and state = 1", (question, fold)
                )
                db.execute(
                    "insert into verbatim(id, record_id, question_id, batch_id, state, text_h, fold_h, group_id)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        verbatim, record, question, batch, int(bool(text)), text_hash(text), fold,
                        head if head and text else verbatim,
                    ),
                )  # fmt: skip
                db.execute("insert into verbatim_text(id, text) values (?, ?)", (verbatim, text))
                made.append(verbatim)
            return batch, made

    batch, made = project.write(job)

    def switch_on(op: Operation) -> None:
        op.say("Import of {n} records", n=len(texts))
        images.write(op, "import_batch", {"id": batch}, {"state": 1})

    operations.run(project, "import", switch_on)
    return batch, made
