"""Touchpoints of mentions: a row's own touchpoint wins over that of its code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code, Frame, Role
from annotate.verbatims import Field
from reports.coded_answers import CodedAnswers
from reports.collect.loaded import Loaded
from reports.definitions.terms import Definitions

Ints = NDArray[np.int64]
Whole = NDArray[np.integer]
Names = NDArray[np.object_]
Marks = NDArray[np.bool_]


def touchpoint_field(loaded: Loaded) -> Field | None:
    """Return the client's column of touchpoints, where there is one."""
    return next((one for one in loaded.fields if one.role == "touchpoint" and one.kind == "category"), None)


def place_of(definitions: Definitions, frame: Frame, code: Code) -> str:
    """Return the touchpoint of a code by the definitions: by number, path, label, or that of a net above it."""
    told = {one.code: one.touchpoint for one in definitions.codes if one.touchpoint}
    at: Code | None = code
    while at is not None and told:
        for key in (at.number, at.full_path, at.label):
            if key and key in told:
                return told[key]
        at = next((one for one in frame.codes if one.id == at.parent_id), None) if at.parent_id else None
    return ""


def places_said(loaded: Loaded, told: CodedAnswers, row: Whole, code: Whole, mood: Whole) -> Names:
    """Return the touchpoint of each mention (answer ``row``, place of the ``code``, ``mood``), "" where none is known.

    Only themes with a mood of −1, 0 or 1 are said at a touchpoint.
    """
    by_code = np.array([place_of(loaded.definitions, told.frame, one) for one in told.frame.codes], object)
    points: Names = by_code[code] if by_code.size else np.empty(0, object)
    field = touchpoint_field(loaded)
    if field is not None and points.size:
        texts = loaded.values[field.id]
        value = loaded.records.columns[field.id][told.place[row]]
        kinds, at = np.unique(value, return_inverse=True)
        own = np.array([texts.get(int(one), "") for one in kinds], object)[at.reshape(-1)]
        points = np.where(own != "", own, points)
    if not points.size:
        return points
    themed = np.array([one.role is Role.THEME for one in told.frame.codes], np.bool_)
    return np.where(themed[code] & (np.abs(mood) <= 1), points, "")


def said_at(loaded: Loaded, told: CodedAnswers, place: str, sentiment: int | None = None) -> Marks:
    """Return bool (answers): a theme is said at this touchpoint (with that mood)."""
    mentions, moods = told.mentions, told.moods
    here = places_said(loaded, told, mentions.row, mentions.code, moods) == place
    if sentiment is not None:
        here &= moods == sentiment
    marks = np.zeros(len(told), np.bool_)
    marks[mentions.row[here]] = True
    return marks
