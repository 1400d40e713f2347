"""What an operation touched, told to whoever listens after it is on disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """What one committed operation touched. ``verbatims`` is None where there are too many to name."""

    op: int
    kind: str
    verbatims: tuple[int, ...] | None = ()
    codes: frozenset[int] = frozenset()
    frame: bool = False
    rows: bool = False
    runs: bool = False
    settings: bool = False


@dataclass(slots=True)
class Changes:
    """The listeners of one open project."""

    _listeners: list[Callable[[Change], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call listener after each commit, on the writer thread; return a function that ends it."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def publish(self, change: Change) -> None:
        """Tell every listener; one that fails must not undo what is already on disk nor silence the others."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(change)
            except Exception:  # a listener's bug is logged; the commit stands and the next listener is told
                log.exception("a listener failed on operation %s", change.op)
