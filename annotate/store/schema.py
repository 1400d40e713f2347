"""The versions of the project file and how an older one becomes the newest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.store.connection import Connection, sqlite_utils, statements

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x54494E47  # "TING", at byte 68 of the file
VERSION = 1


def script() -> tuple[str, ...]:
    """Return the statements that make a new project file."""
    return tuple(statements(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")))


def _first(db: Database) -> None:
    """Version 1: every table of schema.sql."""
    for statement in script():
        db.conn.execute(statement)


# Ordered, one function a version; a shipped one is never edited.
STEPS: tuple[tuple[str, Callable[[Database], None]], ...] = (("0001_first", _first),)


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
