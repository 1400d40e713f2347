"""Codes moved by hand in the tree: dragged, or by keys among their neighbours, out of a net and into one."""

from __future__ import annotations

from collections.abc import Callable

from annotate.frame_edits import MoveCodes
from ui.pages.frame_board import BoardView, FrameBoard
from ui.pages.frame_work import FrameWork

Ask = Callable[[tuple[int, ...], int | None, int | None], None]


class FrameMoves:
    """Another order among neighbours is done at once; another net is asked for first, since counts change by it."""

    def __init__(self, work: FrameWork, board: FrameBoard, view: BoardView, ask: Ask, *, locked: bool) -> None:
        self._work, self._board, self._view, self._ask, self._locked = work, board, view, ask, locked

    def move(self, codes: tuple[int, ...], parent: int | None, before: int | None) -> None:
        """Move codes under a net (None: the top level), before a sibling or to the end."""
        snapshot = self._work.snapshot
        if snapshot is None or self._locked:
            return
        if all(snapshot.frame.code(one).parent_id == parent for one in codes):
            self._work.do((MoveCodes(codes, parent, before),))
        else:
            self._ask(codes, parent, before)

    def step(self, by: int) -> None:
        """Move the code at hand up (-1) or down (+1) among its neighbours."""
        code = self._view.current()
        if code is None or self._work.snapshot is None:
            return
        siblings = self._board.siblings(code.id)
        place = siblings.index(code.id) + by
        if 0 <= place < len(siblings):
            others = [one for one in siblings if one != code.id]
            before = others[place] if place < len(others) else None
            self.move((code.id,), code.parent_id, before)

    def out(self) -> None:
        """Move the code at hand out of its net."""
        code, snapshot = self._view.current(), self._work.snapshot
        if code is not None and snapshot is not None and code.parent_id is not None:
            self.move((code.id,), snapshot.frame.code(code.parent_id).parent_id, None)

    def into(self) -> None:
        """Move the code at hand into the net above it."""
        code, snapshot = self._view.current(), self._work.snapshot
        if code is None or snapshot is None:
            return
        siblings = self._board.siblings(code.id)
        above = siblings[: siblings.index(code.id)]
        net = next((one for one in reversed(above) if snapshot.frame.code(one).is_net), None)
        if net is not None:
            self.move((code.id,), net, None)
