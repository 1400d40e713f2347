"""The versions of the project file and how an older one becomes the newest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.store.connection import Connection, sqlite_utils, statements

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x54494E47  # "TING", at byte 68 of the file
VERSION = 3


FILES = ("schema.sql", "schema_2.sql", "schema_3.sql")


def script(*names: str) -> tuple[str, ...]:
    """Return the statements of these files of the schema, of all of them where none is named."""
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names or FILES)
    return tuple(one for told in texts for one in statements(told))


def _first(db: Database) -> None:
    """Version 1: every table of schema.sql."""
    for statement in script("schema.sql"):
        db.conn.execute(statement)


def _engine(db: Database) -> None:
    """Version 2: what the training engine keeps."""
    for statement in script("schema_2.sql"):
        db.conn.execute(statement)


def _reports(db: Database) -> None:
    """Version 3: what understanding and reporting keep."""
    for statement in script("schema_3.sql"):
        db.conn.execute(statement)


# Ordered, one function a version; a shipped one is never edited.
STEPS: tuple[tuple[str, Callable[[Database], None]], ...] = (
    ("0001_first", _first),
    ("0002_engine", _engine),
    ("0003_reports", _reports),
)


def version_of(connection: Connection) -> int:
    """Return the version the file says it has."""
    return connection.integer("pragma user_version")


def migrate(connection: Connection) -> None:
    """Bring the file to VERSION; each step is one transaction, an up-to-date file costs one read."""
    if version_of(connection) == VERSION:
        return
    library = sqlite_utils()
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("tingdong")
    for name, step in STEPS:
        migrations(name=name)(step)
    migrations.apply(library.Database(connection.raw))
    connection.execute(f"pragma application_id={APPLICATION_ID}")
    connection.execute(f"pragma user_version={VERSION}")
