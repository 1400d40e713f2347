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
# 800 points wide, so that text of 9.5 points reads like 11.4 points on a slide of 960.
SLIDE = Paper("16:9", 800.0, 450.0, 40.0, 52.0, 38.0)
PAPERS = {paper.name: paper for paper in (A4, SLIDE)}
