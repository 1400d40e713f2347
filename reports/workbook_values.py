"""What stands on a sheet of a workbook: tables of texts, numbers and shares, and notes."""

from __future__ import annotations

from dataclasses import dataclass

from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

XLSX_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Portion:
    """A share in [0, 1], shown in percent."""

    value: float


Value = str | int | float | Portion | None


SheetTable = tuple[str, tuple[str, ...], tuple[tuple[Value, ...], ...]]
"""Title, heads, rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the tables on it, and notes at its foot. ``labels``: columns that stay when it is scrolled."""

    name: str
    tables: tuple[SheetTable, ...]
    notes: tuple[str, ...] = ()
    labels: int = 1


def estimate_cells(figure: Estimate | TooFew | None) -> tuple[Value, Value, Value, Value]:
    """Return value, low, high and base; without its figure only the base that there is."""
    if figure is None:
        return None, None, None, None
    if isinstance(figure, TooFew):
        return None, None, None, figure.have
    return figure.value, figure.low, figure.high, figure.base
