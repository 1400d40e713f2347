"""The reject list: every row that was not taken, with its reason and its bytes."""

from __future__ import annotations

import csv
from pathlib import Path

from tables import write_csv

from annotate.importing.load import import_file
from annotate.importing.records import RejectReason
from annotate.importing.rejects import OWN_REASONS, export_rejects, sentence_of
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project

ROLES = {Role.ID: ["id"], Role.TEXT: ["text"]}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rejects_go_out_as_they_stood_and_leave_with_their_import(project: Project, tmp_path: Path) -> None:
    broken = "5,太,多\n".encode()
    path = tmp_path / "a.csv"
    path.write_bytes("id,text\n1,好\n1,好\n1,坏\n2,行\n".encode() + broken + b"6,\xff\xfe\n")
    done = import_file(project, path, roles=ROLES, encoding="utf-8")
    assert (done.records, done.accepted, done.rejected, done.conflicts) == (6, 2, 4, 1)
    assert export_rejects(project, tmp_path / "rejects.csv") == 4
    rows = rows_of(tmp_path / "rejects.csv")
    assert [(row["file"], row["number"], row["reason"]) for row in rows] == [
        ("a.csv", "2", sentence_of("repeat")),
        ("a.csv", "3", sentence_of("conflict")),
        ("a.csv", "5", RejectReason.TOO_MANY_CELLS.sentence),
        ("a.csv", "6", RejectReason.ENCODING.sentence),
    ]
    assert bytes.fromhex(rows[2]["bytes"]).strip() == broken.strip()
    assert bytes.fromhex(rows[3]["bytes"]).strip() == b"6,\xff\xfe"
    start, length = int(rows[2]["offset"]), int(rows[2]["length"])
    assert path.read_bytes()[start : start + length].strip() == broken.strip()
    assert '"坏"' in rows[1]["row"]
    operations.undo(project)
    assert export_rejects(project, tmp_path / "rejects.csv") == 0
    assert rows_of(tmp_path / "rejects.csv") == []


def test_every_stored_reason_has_its_sentence(project: Project, tmp_path: Path) -> None:
    sentences = [sentence_of(name) for name in (*OWN_REASONS, *(reason.name.lower() for reason in RejectReason))]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)
    import_file(project, write_csv(tmp_path / "a.csv", ["id", "text"], [[1, "a"]]), roles=ROLES)
    assert export_rejects(project, tmp_path / "none.csv") == 0
