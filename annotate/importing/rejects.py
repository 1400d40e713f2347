"""The reject list on its way out: every row that could not be taken, where it stood, why, and as it was."""

from __future__ import annotations

from pathlib import Path

from annotate.exchange.writers import open_writer
from annotate.importing.records import RejectReason
from annotate.messages import N_, _
from annotate.store.project import Project

OWN_REASONS = {
    "conflict": N_("The same id came before with another text."),
    "repeat": N_("The same id came before with the same text."),
}


def sentence_of(reason: str) -> str:
    """Return the reason of a reject as a sentence in the language in use."""
    if reason in OWN_REASONS:
        return _(OWN_REASONS[reason])
    return RejectReason[reason.upper()].sentence


def export_rejects(project: Project, path: Path) -> int:
    """Write the rejects of imports in force: file, number, offset, reason, the row and its bytes; return how many."""
    columns = ("file", "number", "offset", "length", "reason", "detail", "row", "bytes")
    count = 0
    with project.reading() as db, open_writer(path, columns) as writer:
        for file, number, offset, length, reason, detail, raw, encoding in db.execute(
            "select b.file_name, j.number, j.byte_offset, j.byte_length, j.reason, j.detail, j.raw,"
            " ifnull(b.reader ->> '$.encoding', 'utf-8') from import_reject j"
            " join import_batch b on b.id = j.batch_id where b.state = 1 order by b.id, j.number"
        ):
            data = raw if isinstance(raw, bytes) else b""
            row = data.decode(str(encoding), "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
            writer.write(
                [str(file), int(number or 0), int(offset or 0), int(length or 0), sentence_of(str(reason)), str(detail),
                 row, data.hex()]
            )  # fmt: skip
            count += 1
    return count
