"""Page formats: A4 for reading, 16:9 for showing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """A page in points: its size, the margin at both sides, and what header and footer take."""

    name: str
    width: float
    height: float
    margin: float
    top: float
    bottom: float

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.margin

    @property
    def room(self) -> float:
        """Height between header and footer."""
        return self.height - self.top - self.bottom

    @property
    def wide(self) -> bool:
        """Whether the page is wider than tall."""
        return self.width > self.height


A4 = Paper("a4", 595.2756, 841.8898, 48.0, 68.0, 58.0)
# 672 points wide: text of 9.5 points reads like 13.6 on a slide of 960, labels of axes (7) like 10. On a screen 53 cm
# wide these are 5.5 mm tall, 12.7 minutes of arc from 150 cm; the letters of a table (6 points), the smallest, 10.8.
SLIDE = Paper("16:9", 672.0, 378.0, 34.0, 46.0, 30.0)
PAPERS = {paper.name: paper for paper in (A4, SLIDE)}
