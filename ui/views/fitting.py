"""Columns of a list in the room there is: those that people can do without give way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHeaderView


def give_way(head: QHeaderView, widths: Mapping[int, int], room: int, less_needed: Sequence[int]) -> None:
    """Hide, in this order, as many of ``less_needed`` as it takes for the rest to fit into ``room``.

    ``widths``: what every column of the list asks for, in pixels; columns not named there stay as they are.
    """
    over = sum(widths.values()) - room
    for column in less_needed:
        if column in widths:
            head.setSectionHidden(column, over > 0)
            over -= widths[column] if over > 0 else 0
