"""Files that ship with the program: fonts, icons, translations, lexicons, the sample."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def path(*parts: str) -> Path:
    """Return the path of a shipped file, e.g. ``path("sample", "survey.csv")``."""
    return FOLDER.joinpath(*parts)
