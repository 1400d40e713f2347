"""Code numbers typed in the grid: a number applies as soon as no other begins with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from annotate.frames import Code

SIGNS = {"-": -1, "=": 0, "+": 1}
"""The keys of the three sentiments."""


@dataclass(slots=True)
class NumberKeys:
    """The digits typed so far, against the numbers of the codes in use."""

    pending: str = ""
    _numbers: dict[str, int] = field(default_factory=dict)

    def use(self, codes: Iterable[Code]) -> None:
        """Take the codes that may be given; what was typed is dropped."""
        self._numbers = {one.number: one.id for one in codes if one.number}
        self.pending = ""

    def press(self, digit: str) -> int | None:
        """Take a digit; return the code that it completes beyond doubt. A digit that leads nowhere is dropped."""
        typed = self.pending + digit
        known = [number for number in self._numbers if number.startswith(typed)]
        if not known:
            return None
        if known == [typed]:
            self.pending = ""
            return self._numbers[typed]
        self.pending = typed
        return None

    def take(self) -> int | None:
        """Return the code whose whole number was typed although others begin with it; what was typed is dropped."""
        typed, self.pending = self.pending, ""
        return self._numbers.get(typed)

    def back(self) -> bool:
        """Drop the last digit; return whether there was one."""
        had = bool(self.pending)
        self.pending = self.pending[:-1]
        return had

    def clear(self) -> bool:
        """Drop what was typed; return whether there was anything."""
        had = bool(self.pending)
        self.pending = ""
        return had

    def continuations(self) -> list[str]:
        """Return the numbers that begin with what was typed."""
        return sorted(one for one in self._numbers if self.pending and one.startswith(self.pending))
