"""Parts of a page side by side or one under another, as wide and as high as people dragged them the last time."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter

from ui import state


def keep_split(splitter: QSplitter, key: str) -> None:
    """Put a splitter where people left it, and remember where they drag it; none of its parts can be dragged away.

    It is called when the parts are in and have their first sizes; ``key`` names the splitter for good.
    """
    splitter.setChildrenCollapsible(False)
    if kept := state.shape(f"split/{key}"):
        splitter.restoreState(kept)
    splitter.splitterMoved.connect(lambda _at, _place: state.remember_shape(f"split/{key}", splitter.saveState()))
