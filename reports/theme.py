"""The look of a client's report: two brand colours over the palette whose other colours carry meaning, and a logo."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import resources
from annotate.errors import AskedWronglyError
from annotate.messages import N_
from reports.charts import Palette
from reports.spec import Look, Picture
from reports.spec_pictures import name_of
from reports.spec_pictures import read as read_picture

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BRAND = ("strong", "accent")
TEXT, LINES = 4.5, 3.0
"""The least contrast of texts, and of lines and marks, with white (WCAG 2.2, 1.4.3 and 1.4.11)."""


def read_theme(path: Path) -> tuple[Look, dict[str, Picture]]:
    """Return the look of a theme file and its pictures.

    The file: ``{"strong": "#16365c", "accent": "#2b6cb0", "logo": "logo.png"}``, each of them optional; the logo is a
    PNG or JPEG beside the file. Raises AskedWronglyError when it cannot be read or holds anything else, UserError for
    a logo that cannot be used.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        raise AskedWronglyError(
            "theme-unreadable",
            N_("The report theme “{file}” cannot be read."),
            N_("It is missing or not JSON."),
            N_("Give another file, or leave the theme out."),
            file=path.name,
        ) from None
    good = isinstance(content, dict) and all(
        isinstance(value, str) and (key == "logo" or (key in _BRAND and _COLOUR.fullmatch(value)))
        for key, value in content.items()
    )
    logo = path.parent / content["logo"] if good and content.get("logo") else None
    if not good or (logo is not None and not logo.is_file()):
        raise AskedWronglyError(
            "theme-unknown",
            N_("The report theme “{file}” holds something that a theme does not have."),
            N_(
                "A theme has the colours “strong” and “accent”, each as #rrggbb, and “logo”, a picture beside the file."
            ),
            N_("Correct the file, or leave the theme out."),
            file=path.name,
        )
    look = Look(content.get("strong", ""), content.get("accent", ""))
    if logo is None:
        return look, {}
    picture = read_picture(logo)
    return replace(look, logo=name_of(picture)), {name_of(picture): picture}


def palette_of(look: Look) -> Palette:
    """Return the palette of a look; where it says nothing, of the shipped theme.

    Red, green, amber and grey mean worse, better, unsure and too little data in every report and cannot be themed.
    Titles are of the strong colour and white text stands on it, lines are of the accent: a brand's colour that is too
    light for that is darkened until it can be read.
    """
    own = json.loads(resources.path("themes", "plain.json").read_text(encoding="utf-8"))
    strong = readable(look.strong or own["strong"], TEXT)
    accent = readable(look.accent or own["accent"], LINES)
    return replace(Palette(), strong=strong, accent=accent, accent_soft=_tint(accent, 0.83))


def contrast(colour: str) -> float:
    """Return the contrast of a colour with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def readable(colour: str, least: float) -> str:
    """Return a colour, darkened in its own hue as far as its contrast with white needs."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for share in range(100, -1, -2):
        made = "#" + "".join(f"{part * share // 100:02x}" for part in parts)
        if contrast(made) >= least:
            return made
    return colour


def _tint(colour: str, white: float) -> str:
    """Return a colour mixed with this share of white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)
