"""A sheet's tree as paths, for the tests of frame sheets."""

from __future__ import annotations

from annotate.importing.frame_sheets import FrameSheet


def outline(sheet: FrameSheet) -> list[str]:
    return ["/".join((*node.path, node.label)) for node in sheet.nodes]
