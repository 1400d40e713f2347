"""Long work that people can watch and stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class CancelledError(Exception):
    """The person asked the work to stop; what was committed stays."""


class Progress(Protocol):
    """Told how far long work has come; may raise CancelledError to stop it at a safe point."""

    def __call__(self, done: int, total: int | None, what: str = "") -> None: ...


def silent(done: int, total: int | None, what: str = "") -> None:
    """Progress for callers who do not watch."""


@dataclass(frozen=True, slots=True)
class Share:
    """Progress of one part of a larger job, scaled into its parent's range."""

    parent: Progress
    start: int
    span: int
    total: int

    def __call__(self, done: int, total: int | None, what: str = "") -> None:
        part = self.span * done // total if total else 0
        self.parent(self.start + part, self.total, what)
