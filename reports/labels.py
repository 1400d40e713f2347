"""Names of themes in the language of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar, cast

from reports.data import CodeQuality, QuestionFigures, Theme, ThemeFigures, TrendFigures
from reports.data import report as report_figures
from reports.data import sources as source_figures
from reports.data import where as where_figures
from reports.data import why as why_figures
from reports.manuscript import Manuscript
from reports.wording import Words

T = TypeVar("T")
_MODULES = frozenset(module.__name__ for module in (report_figures, source_figures, why_figures, where_figures))

_replace: Callable[..., object] = replace


def named(figures: T, words: Words) -> T:
    """Return figures with the English names of themes where the language is not Chinese and a theme has one.

    The one place that decides it: figures hold both names, and whoever prints or shows them passes them through here.
    """
    return figures if words.chinese else _english(figures)


def manuscript_named(manuscript: Manuscript, words: Words) -> Manuscript:
    """Return a manuscript whose figures, and those of its basket, are named in the language of the words."""
    if words.chinese:
        return manuscript
    basket = tuple(one if one.data is None else replace(one, data=_english(one.data)) for one in manuscript.basket)
    return replace(manuscript, data=_english(manuscript.data), basket=basket)


def _english(value: T) -> T:
    if isinstance(value, tuple):
        told = tuple(_english(one) for one in value)
        return value if all(a is b for a, b in zip(told, value, strict=True)) else cast("T", told)
    if isinstance(value, Theme | ThemeFigures | CodeQuality):
        return replace(value, label=value.label_en) if value.label_en else value
    if isinstance(value, TrendFigures):
        return replace(value, name=value.name_en) if value.name_en else value
    if type(value).__module__ not in _MODULES:
        return value
    figures = cast("QuestionFigures", value)  # or another part
    changed: dict[str, object] = {}
    for one in fields(figures):
        held = getattr(figures, one.name)
        told = _english(held)
        if told is not held:
            changed[one.name] = told
    return cast("T", _replace(figures, **changed)) if changed else value
