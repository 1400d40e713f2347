"""The logical structure of a document: headings, paragraphs, tables and figures in reading order (PDF 32000-1, 14.7).

Drawing says which element it belongs to; here the marked-content numbers are dealt out. What belongs to no element
(rules, grounds, running heads) is an artifact.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Code(Protocol):
    """Takes operators of a page's content stream."""

    def append(self, operator: str, /) -> None: ...


@dataclass(slots=True)
class Element:
    """A structure element: its type, the text that stands for a figure, and what is in it in order.

    A number among ``kids`` is marked content: the page's index × 2³² + the number on that page.
    """

    tag: str
    alt: str = ""
    kids: list[Element | int] = field(default_factory=list)


def place_of(number: int) -> tuple[int, int]:
    """Return (page index, number on the page) of a kid that is marked content."""
    return number >> 32, number & 0xFFFFFFFF


class Structure:
    """Grows the tree while pages are drawn and brackets what is drawn by marked-content operators."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self._open: list[Element] = []
        self._page, self._next = -1, 0
        self._code: Code | None = None
        self._inside: Element | str | None = None

    def begin_page(self, code: Code) -> None:
        """Turn to the next page, whose operators go to ``code``."""
        self.end_page()
        self._page, self._next, self._code = self._page + 1, 0, code

    def end_page(self) -> None:
        """Close what is open on this page."""
        self._close()
        self._code = None

    @contextmanager
    def element(self, tag: str, alt: str = "") -> Iterator[None]:
        """Let what is drawn inside belong to a new element."""
        one = Element(tag, alt)
        (self._open[-1] if self._open else self.root).kids.append(one)
        self._open.append(one)
        try:
            yield
        finally:
            if self._inside is one:
                self._close()
            self._open.pop()

    def mark(self) -> None:
        """Open the bracket for what is drawn next, unless it is open."""
        wanted: Element | str = self._open[-1] if self._open else "artifact"
        if self._code is None or self._inside is wanted:
            return
        self._close()
        if isinstance(wanted, Element):
            wanted.kids.append((self._page << 32) | self._next)
            self._code.append(f"/{wanted.tag} <</MCID {self._next}>> BDC")
            self._next += 1
        else:
            self._code.append("/Artifact BMC")
        self._inside = wanted

    def _close(self) -> None:
        if self._inside is not None and self._code is not None:
            self._code.append("EMC")
        self._inside = None
