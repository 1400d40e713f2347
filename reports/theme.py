"""The look of a client's report: two brand colours over the palette whose other colours carry meaning."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import resources
from annotate.errors import UserError
from annotate.messages import N_
from reports.charts import Palette

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BRAND = ("strong", "accent")


def load_theme(path: Path | None = None) -> Palette:
    """Return the palette of a theme file, ``{"strong": "#16365c", "accent": "#2b6cb0"}``; the shipped one by default.

    Red, green, amber and grey mean worse, better, unsure and too little data in every report and cannot be themed.
    Raises UserError when the file cannot be read or names anything but these two colours.
    """
    file = path or resources.path("themes", "plain.json")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(
            "theme-unreadable",
            N_("The report theme “{file}” cannot be read."),
            N_("It is missing or not JSON."),
            N_("Give another file, or leave the theme out."),
            file=file.name,
        ) from None
    good = isinstance(content, dict) and all(
        key in _BRAND and isinstance(value, str) and _COLOUR.fullmatch(value) for key, value in content.items()
    )
    if not good:
        raise UserError(
            "theme-unknown",
            N_("The report theme “{file}” holds something that a theme does not have."),
            N_("A theme has the colours “strong” and “accent”, each as #rrggbb."),
            N_("Correct the file, or leave the theme out."),
            file=file.name,
        )
    palette = replace(Palette(), **content)
    return replace(palette, accent_soft=_tint(palette.accent, 0.83))


def _tint(colour: str, white: float) -> str:
    """Return a colour mixed with this share of white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)
