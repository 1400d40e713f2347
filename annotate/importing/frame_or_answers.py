"""A table of answers or labels given where a code frame was asked for: told by its columns and by what repeats."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from annotate.importing.frame_columns import find_columns
from annotate.importing.frame_layouts import FrameKind
from annotate.importing.frame_sheets import FrameSheet
from annotate.importing.role_names import NAMES, Role
from annotate.text import fold

LONG = 25
"""Characters: names of codes are words, answers are sentences."""
_NAMED = 0.8
"""Share of the rows that must be read as nets or codes for a sheet to be a frame beyond doubt."""
_SIGNS = (
    Role.TEXT, Role.DATE, Role.SCORE, Role.RESPONDENT, Role.CHANNEL, Role.WAVE, Role.ASKED, Role.SENTIMENT,
    Role.QUESTION, Role.WEIGHT, Role.LANGUAGE,
)  # fmt: skip
_NAMES = {name: role for role in reversed(_SIGNS) for name in NAMES[role].split()}


def looks_like_answers(columns: Sequence[str], rows: int, told: FrameSheet) -> bool:
    """Say whether a sheet that was read as a frame is rather a table of answers or labels; ``rows`` it has."""
    if told.layout.kind is FrameKind.OWN or not told.nodes:
        return False
    frame = find_columns(columns)
    known = {*frame.places.values(), *frame.levels.values(), *frame.level_numbers.values()}
    signs = {
        _NAMES[name]
        for place, column in enumerate(columns)
        if place not in known and (name := re.sub(r"[\W_]+", "", fold(column))) in _NAMES
    }
    written = Role.TEXT in signs and not frame.levels and not {"definition", "path", "parent"} & frame.places.keys()
    if len(signs) >= 2 or written:
        return True
    twice = sum(problem.id == "frame-name-twice" for problem in told.problems)
    if 2 * twice > rows > 10:
        return True
    lengths = [len(node.label) for node in told.nodes]
    return told.layout.kind is FrameKind.FLAT and len(lengths) >= 5 and statistics.fmean(lengths) > LONG


def is_clearly_frame(columns: Sequence[str], rows: int, told: FrameSheet) -> bool:
    """Say whether a sheet is a frame beyond doubt: laid out and named as one, its names short, hardly a row left out.

    For a sheet of which nobody said what it is: what is doubtful is taken for answers, where nothing happens unasked.
    """
    if not told.nodes or looks_like_answers(columns, rows, told):
        return False
    if told.layout.kind is FrameKind.OWN:
        return True
    found = find_columns(columns)
    known = {*found.places.values(), *found.levels.values(), *found.level_numbers.values()}
    if told.layout.kind is FrameKind.FLAT or 2 * len(known) < len(columns):
        return False
    short = statistics.fmean(len(node.label) for node in told.nodes) <= LONG
    return short and len(told.nodes) >= _NAMED * rows
