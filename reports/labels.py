"""Names of themes in the language of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar, cast

from reports.data import CodeQuality, QuestionFigures, Theme, ThemeFigures, TrendFigures
from reports.data import closed as closed_figures
from reports.data import report as report_figures
from reports.data import sources as source_figures
from reports.data import where as where_figures
from reports.data import why as why_figures
from reports.manuscript import Manuscript
from reports.wording import Words

T = TypeVar("T")
_MODULES = frozenset(
    module.__name__ for module in (closed_figures, report_figures, source_figures, why_figures, where_figures)
)

_replace: Callable[..., object] = replace


def named(figures: T, words: Words) -> T:
    """Return figures with the English names of themes where the language is not Chinese and a theme has one.

    Retired codes are marked as such.

    The one place that decides it: figures hold both names, and whoever prints or shows them passes them through here.
    """
    return _renamed(figures, words)


def manuscript_named(manuscript: Manuscript, words: Words) -> Manuscript:
    """Return a manuscript whose figures, and those of its basket, are named in the language of the words."""
    basket = tuple(
        one if one.data is None else replace(one, data=_renamed(one.data, words)) for one in manuscript.basket
    )
    return replace(manuscript, data=_renamed(manuscript.data, words), basket=basket)


def _label(label: str, english: str, words: Words, *, retired: bool = False) -> str:
    name = english if english and not words.chinese else label
    mark = words("(retired)")
    if retired and not name.endswith(mark):  # figures may come here twice
        return f"{name}{mark}" if words.chinese else f"{name} {mark}"
    return name


def _renamed(value: T, words: Words) -> T:
    if isinstance(value, tuple):
        told = tuple(_renamed(one, words) for one in value)
        return value if all(a is b for a, b in zip(told, value, strict=True)) else cast("T", told)
    if isinstance(value, Theme | ThemeFigures | CodeQuality):
        retired = not isinstance(value, CodeQuality) and value.retired
        label = _label(value.label, value.label_en, words, retired=retired)
        return replace(value, label=label) if label != value.label else value
    if isinstance(value, TrendFigures):
        name = _label(value.name, value.name_en, words)
        return replace(value, name=name) if name != value.name else value
    if type(value).__module__ not in _MODULES:
        return value
    figures = cast("QuestionFigures", value)  # or another part
    changed: dict[str, object] = {}
    for one in fields(figures):
        held = getattr(figures, one.name)
        told = _renamed(held, words)
        if told is not held:
            changed[one.name] = told
    return cast("T", _replace(figures, **changed)) if changed else value
