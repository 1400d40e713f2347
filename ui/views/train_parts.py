"""How the parts of Train & review write figures: shares, intervals, minutes, codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from annotate.frames import Code
from annotate.messages import _
from ui.models.frame_tree import name_of


class Span(Protocol):
    """A figure in [0, 1] with its interval."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def short(share: float) -> str:
    """Return a share with two digits, without the nought: .86."""
    told = f"{share:.2f}"
    return told[1:] if told.startswith("0") else told


def span(figure: Span | None) -> str:
    """Return a figure with its interval: .86 (.81–.90)."""
    return "–" if figure is None else f"{short(figure.value)} ({short(figure.low)}–{short(figure.high)})"


def minutes(told: float | None) -> str:
    """Return how long something takes, in words."""
    if told is None:
        return _("time not known yet")
    if told < 90:
        return _("about {n} min").format(n=max(1, round(told)))
    return _("about {n} h").format(n=f"{told / 60:.1f}")


def code_name(code: Code | None) -> str:
    """Return the number and label of a code in the language in use."""
    return "" if code is None else f"{code.number} {name_of(code)}".strip()


def named(params: Mapping[str, str | int], codes: Iterable[Code]) -> dict[str, str | int]:
    """Return what fills an advice, a code that is told by its path in the words of the window: 102 Weak power."""
    path = params.get("code")
    told = next((code_name(one) for one in codes if one.full_path == path), None)
    return {**params, "code": told} if told else dict(params)
