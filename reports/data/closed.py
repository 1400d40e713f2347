"""Closed groups: who of them answered, and what each account says."""

from __future__ import annotations

from dataclasses import dataclass

from reports.data.base import Rows
from reports.data.why import Theme
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account: its records in the scope, the mean of its scores (None without), and what it names most.

    ``bad`` and ``good``: themes by feeling; ``said``: themes without one.
    """

    name: str
    answers: int
    score: float | None
    bad: tuple[Theme, ...] = ()
    good: tuple[Theme, ...] = ()
    said: tuple[Theme, ...] = ()
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class ClosedFigures:
    """A closed group of ``size`` accounts, ``answered`` of them in the scope.

    ``figure``: mean over accounts of the headline score with its finite-population interval (Cochran 1977, 2.8).
    ``counts``: accounts that score 9–10, 7–8 and 0–6 where the headline is an NPS. ``small``: too small for any
    percentage by the limits of the definitions, so that ``accounts`` are listed, lowest score first, those without an
    answer last; else there is no list. ``unnamed``: accounts of the group that the data do not name.
    """

    name: str
    size: int
    answered: int
    score: str
    figure: Estimate | TooFew | None
    counts: tuple[int, int, int] | None
    small: bool
    accounts: tuple[AccountRow, ...] = ()

    @property
    def unnamed(self) -> int:
        """Accounts that never answered, whom nobody can name."""
        return max(0, self.size - len(self.accounts)) if self.small else 0

    @property
    def too_many(self) -> bool:
        """Whether more accounts answered than the definitions say there are."""
        return self.answered > self.size
