"""How full the pages of a report are, measured on what is drawn and not on what the layout believes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2

HALF, HALF_SLIDE = 0.6, 0.5
SCALE, INK = 0.5, 8  # pixels a point; grey levels by which a pixel differs from the paper


@dataclass(frozen=True, slots=True)
class Fullness:
    """Shares of the height between header and footer: down to the lowest ink, and of the tallest blank band above."""

    page: int
    used: float
    gap: float


def fullness(path: Path) -> list[Fullness]:
    """Return how full every page after the cover is."""
    document = pypdfium2.PdfDocument(path)
    found = []
    for number in range(1, len(document)):
        page = document[number]
        width, height = page.get_size()
        grey = np.asarray(page.render(scale=SCALE, grayscale=True).to_pil(), dtype=np.int16)
        page.close()
        top, bottom = (46.0, 30.0) if width > height else (68.0, 58.0)  # header and footer of reports.pdf.paper
        body = grey[round((top - 4) * SCALE) : round((height - bottom + 4) * SCALE)]
        inked = np.flatnonzero((255 - body > INK).any(axis=1))
        rows = len(body)
        if not inked.size:
            found.append(Fullness(number + 1, 0.0, 1.0))
            continue
        gaps = np.diff(np.concatenate(([0], inked)))
        found.append(Fullness(number + 1, float(inked[-1] + 1) / rows, float(gaps.max()) / rows))
    document.close()
    return found


def half_empty(path: Path) -> list[Fullness]:
    """Return the pages that end before the half, or have a blank band of half their height, but for the last.

    A report may end anywhere; of slides the contents, the second, have as many lines as there are sections.
    """
    pages = fullness(path)
    document = pypdfium2.PdfDocument(path)
    width, height = document[0].get_size()
    document.close()
    least = HALF_SLIDE if width > height else HALF
    return [one for one in pages[:-1] if one.used < least or one.gap > 1 - least]
