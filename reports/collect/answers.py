"""Themes by structured answers; the brand funnel and the image of brands where the definitions map them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from annotate.store.query import AnyOf, Condition, FieldBetween, FieldIs, Query
from annotate.verbatims import Field
from reports.collect.loaded import Loaded
from reports.collect.view import View
from reports.data import AnswerFigures, AnswerRow, FunnelFigures, ImageFigures, Rows
from reports.statistics.answers import LEVEL, Association, brand_image, funnel, theme_by_answer
from reports.statistics.limits import TooFew

Marks = NDArray[np.bool_]

COLUMNS, CODES, MOST_VALUES = 4, 40, 20


def by_answers(view: View, fields: Iterable[Field]) -> tuple[AnswerFigures, ...]:
    """Return, for the first few columns, the themes that go with them, by falling effect."""
    found: list[AnswerFigures] = []
    codes = [one.id for one in view.largest(CODES)]
    table = np.stack([view.marks(code) for code in codes], axis=1) if codes else None
    for field in fields:
        if table is None or field.kind != "category" or field.role not in ("", "channel") or len(found) == COLUMNS:
            continue
        answer = np.asarray(view.column(field), np.int64)
        if not 2 <= np.unique(answer[answer > 0]).size <= MOST_VALUES:
            continue
        told = theme_by_answer(table, answer, limits=view.loaded.limits)
        if isinstance(told, TooFew):
            found.append(AnswerFigures(field.name, told, 0))
            continue
        texts = view.loaded.values[field.id]
        sure = [one for one in told if isinstance(one, Association) and one.q <= LEVEL]
        rows = tuple(
            AnswerRow(
                view.theme(codes[one.column]), texts[one.answer], one,
                view.rows_of(codes[one.column], view.value_is(field, texts[one.answer])),
            )
            for one in sorted(sure, key=lambda one: (-one.effect, one.column))
        )  # fmt: skip
        found.append(AnswerFigures(field.name, rows, sum(isinstance(one, TooFew) for one in told)))
    return tuple(found)


def _yes(loaded: Loaded, column: str, value: str, within: Marks) -> Marks | None:
    """Return which records of a scope say yes in a column; None without the column."""
    field = loaded.field(column)
    if field is None:
        return None
    told = loaded.records.columns[field.id][within]
    if field.kind == "category":
        texts = loaded.values[field.id]
        wanted = [number for number, text in texts.items() if (text == value if value else text not in _NO)]
        return np.isin(told, wanted)
    known = np.asarray(~np.isnan(told), np.bool_)
    return known & (told == float(value)) if value.replace(".", "", 1).isdigit() else known & (told > 0)


def _says(loaded: Loaded, column: str, value: str) -> Condition | None:
    """Return the condition that ``_yes`` means; None without the column."""
    field = loaded.field(column)
    if field is None:
        return None
    if field.kind == "category":
        texts = loaded.values[field.id].values()
        return FieldIs(field.id, tuple(text for text in texts if (text == value if value else text not in _NO)))
    if value.replace(".", "", 1).isdigit():
        return FieldBetween(field.id, float(value), float(value))
    return FieldBetween(field.id, float(np.nextafter(0.0, 1.0)), None)


_NO = ("", "0", "否", "no", "No", "NO", "false", "False", "未选中", "未选")


def funnels(loaded: Loaded, within: Marks, query: Query) -> tuple[FunnelFigures, ...]:
    """Return the funnel of every brand that the definitions map; ``within`` bool (records): what ``query`` means.

    People are counted, each once a wave by their last record.
    """
    found = []
    within = _last(loaded, within)
    steps = loaded.definitions.funnel
    for brand in dict.fromkeys(one.brand for one in steps):
        mine = [one for one in steps if one.brand == brand]
        marks = [_yes(loaded, one.column, one.value, within) for one in mine]
        known = [(one.stage, told) for one, told in zip(mine, marks, strict=True) if told is not None]
        if known:
            table = np.stack([told for _, told in known], axis=1)
            said = [_says(loaded, one.column, one.value) for one in mine]
            rows = tuple(Rows(query, coded=False, last=True, part=Query((one,))) for one in said if one is not None)
            counted = funnel(table, limits=loaded.limits)
            found.append(FunnelFigures(brand, tuple(stage for stage, _ in known), counted, rows))
    return tuple(found)


def _last(loaded: Loaded, within: Marks) -> Marks:
    """Return of these records each person's last of a wave."""
    found = np.zeros(len(within), np.bool_)
    found[loaded.records.last(within)] = True
    return found


def image(loaded: Loaded, within: Marks, query: Query) -> ImageFigures | None:
    """Return which attributes stand out for which brand, ``within`` as for ``funnels``; None where none is mapped."""
    items, within = loaded.definitions.image, _last(loaded, within)
    brands = tuple(dict.fromkeys(one.brand for one in items))
    attributes = tuple(dict.fromkeys(one.attribute for one in items))
    if not items:
        return None
    seen = np.zeros((int(within.sum()), len(brands), len(attributes)), np.bool_)
    for one in items:
        told = _yes(loaded, one.column, one.value, within)
        if told is not None:
            seen[:, brands.index(one.brand), attributes.index(one.attribute)] |= told
    cells = brand_image(seen, limits=loaded.limits)
    rows: tuple[Rows | None, ...] = ()
    if not isinstance(cells, TooFew):
        said: dict[tuple[str, str], list[Condition]] = {}
        for one in items:
            if (condition := _says(loaded, one.column, one.value)) is not None:
                said.setdefault((one.brand, one.attribute), []).append(condition)
        rows = tuple(
            Rows(query, coded=False, last=True, part=Query((AnyOf(tuple(said[key])),)))
            if (key := (brands[cell.brand], attributes[cell.attribute])) in said else None
            for cell in cells
        )  # fmt: skip
    return ImageFigures(brands, attributes, cells, rows)
