"""Passphrases of projects: what is asked of one, and where a command gets it, which is never its plain arguments."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from annotate.errors import AskedWronglyError
from annotate.messages import N_

LEAST = 12
"""Characters that a new passphrase has at least."""
LOST = N_(
    "A lost passphrase is lost for good: nobody can open the project without it, and there is no way around it."
    " Its backups need it too. Write it down where you keep such things before you go on."
)

Source = Callable[[Path], str | None]
_source: ContextVar[Source | None] = ContextVar("passphrase_source", default=None)


@contextmanager
def taken_from(source: Source) -> Iterator[None]:
    """Ask ``source`` for the passphrase of each locked project that is opened without one meanwhile."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def asked(path: Path) -> str | None:
    """Return the passphrase of a locked project from where this command takes it; None where nobody is asked."""
    source = _source.get()
    return source(path) if source is not None else None


def from_environment(name: str) -> str:
    """Return the passphrase that an environment variable holds; raises AskedWronglyError (no-passphrase)."""
    value = os.environ.get(name, "")
    if not value:
        raise AskedWronglyError(
            "no-passphrase",
            N_("There is no passphrase in {name}."),
            N_("No environment variable of that name is set, or it is empty."),
            N_("Set it first, or leave the option out to be asked."),
            name=name,
        )
    return value


def require_long(passphrase: str) -> str:
    """Return a new passphrase; raises AskedWronglyError (short-passphrase)."""
    if len(passphrase) < LEAST:
        raise AskedWronglyError(
            "short-passphrase",
            N_("The passphrase is too short."),
            N_("It has {n} characters; fewer than {least} are soon guessed."),
            N_("Take several words that do not belong together."),
            n=len(passphrase),
            least=LEAST,
        )
    return passphrase
