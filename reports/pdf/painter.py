"""Draws texts and chart marks as vectors on the pages of a PDF; y runs down from the upper edge."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol

from reports.charts import Area, Dot, Drawing, Label, Mark, Rect, Stroke
from reports.pdf.fonts import Typesetter, visible
from reports.pdf.structure import Structure


class Canvas(Protocol):
    """The part of the PDF library's canvas that is used here."""

    def __getattr__(self, name: str) -> Any: ...


class Painter:
    """Draws on the pages of one document; knows the page height and the fonts, tells the structure what is what."""

    def __init__(self, canvas: Canvas, height: float, setter: Typesetter) -> None:
        self._canvas, self._height, self.setter = canvas, height, setter
        self.structure = Structure()
        self.structure.begin_page(canvas._code)

    def next_page(self) -> None:
        """Finish this page and turn to the next."""
        self.structure.end_page()
        self._canvas.showPage()
        self.structure.begin_page(self._canvas._code)

    def element(self, tag: str, alt: str = "") -> AbstractContextManager[None]:
        """Let what is drawn inside be one element of the document's structure."""
        return self.structure.element(tag, alt)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        radius: float = 0.0,
        stroke: str | None = None,
    ) -> None:
        """Fill a rectangle given by its upper left corner."""
        self.structure.mark()
        self._fill(fill)
        bottom, line = self._height - y - height, 1 if stroke else 0
        if stroke:
            self._stroke(stroke)
            self._canvas.setLineWidth(1)
            self._canvas.setDash([])
        if radius:
            self._canvas.roundRect(x, bottom, width, height, min(radius, height / 2), stroke=line, fill=1)
        else:
            self._canvas.rect(x, bottom, width, height, stroke=line, fill=1)

    def stroke(
        self, points: Sequence[tuple[float, float]], colour: str, width: float = 0.6, dash: Sequence[float] = ()
    ) -> None:
        """Draw a line through points."""
        canvas = self._canvas
        self.structure.mark()
        self._stroke(colour)
        canvas.setLineWidth(width)
        canvas.setDash(list(dash))
        canvas.setLineJoin(1)
        canvas.drawPath(self._path(points), stroke=1, fill=0)

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """Fill a polygon."""
        self.structure.mark()
        self._fill(fill)
        path = self._path(points)
        path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str | None = None) -> None:
        """Fill a circle, with an outline where a colour is given."""
        self.structure.mark()
        self._fill(fill)
        if stroke:
            self._stroke(stroke)
            self._canvas.setLineWidth(1)
            self._canvas.setDash([])
        self._canvas.circle(x, self._height - y, radius, stroke=1 if stroke else 0, fill=1)

    def text(
        self, x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False, align: str = "left"
    ) -> None:
        """Draw one line with its baseline at y; ``align`` tells where x lies in it."""
        shown = visible(text).replace("\n", " ")
        if align != "left":
            width = self.setter.width(shown, size, bold=bold)
            x -= width if align == "right" else width / 2
        self.pieces(x, y, [(shown, bold, colour)], size)

    def pieces(self, x: float, y: float, pieces: Sequence[tuple[str, bool, str]], size: float) -> None:
        """Draw (text, bold, colour) pieces one after another on the baseline y; the texts are ``visible`` already."""
        from reportlab.pdfbase.pdfmetrics import getFont

        # Operators of its own: the library's text object works out the width of every text once more.
        self.structure.mark()
        document, base, high = self._canvas._doc, f"{self._height - y:.3f}", f"{size:g}"
        code = ["BT"]
        for text, bold, colour in pieces:
            self.setter.count_missing(text)
            code.append(_ink(colour))
            for run in self.setter.runs(text, bold=bold):
                font = getFont(run.face)
                code.append(f"1 0 0 1 {x:.3f} {base} Tm")
                for subset, codes in font.splitString(run.text, document):
                    code.append(f"{font.getSubsetInternalName(subset, document)} {high} Tf <{codes.hex()}> Tj")
                x += run.width * size / 1000
        code.append("ET")
        self._canvas._code.append(" ".join(code))

    def image(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        """Draw a picture (PNG or JPEG, already checked) into a rectangle given by its upper left corner."""
        from io import BytesIO

        from reportlab.lib.utils import ImageReader

        self.structure.mark()
        self._canvas.drawImage(ImageReader(BytesIO(data)), x, self._height - y - height, width, height)

    def link(self, x: float, y: float, width: float, height: float, target: str) -> None:
        """Make a rectangle lead to a bookmark."""
        bottom = self._height - y - height
        self._canvas.linkRect("", target, (x, bottom, x + width, bottom + height), relative=0, thickness=0)

    def bookmark(self, target: str, y: float) -> None:
        """Name the place at height y of this page."""
        self._canvas.bookmarkHorizontal(target, 0, self._height - y)

    def paint(self, drawing: Drawing, x: float, y: float) -> None:
        """Draw the marks of a chart with its upper left corner at (x, y)."""
        for mark in drawing.marks:
            self._mark(mark, x, y)

    def _mark(self, mark: Mark, x: float, y: float) -> None:
        match mark:
            case Rect():
                self.rect(
                    x + mark.x, y + mark.y, mark.width, mark.height, mark.fill, radius=mark.radius, stroke=mark.stroke
                )
            case Stroke():
                self.stroke([(x + px, y + py) for px, py in mark.points], mark.colour, mark.width, mark.dash)
            case Area():
                self.area([(x + px, y + py) for px, py in mark.points], mark.fill)
            case Dot():
                self.dot(x + mark.x, y + mark.y, mark.radius, mark.fill, mark.stroke)
            case Label():
                self.text(x + mark.x, y + mark.y, mark.text, mark.size, mark.colour, bold=mark.bold, align=mark.align)

    def _path(self, points: Sequence[tuple[float, float]]) -> Any:
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], self._height - points[0][1])
        for px, py in points[1:]:
            path.lineTo(px, self._height - py)
        return path

    def _fill(self, colour: str) -> None:
        self._canvas.setFillColor(_rgb(colour))

    def _stroke(self, colour: str) -> None:
        self._canvas.setStrokeColor(_rgb(colour))


def _rgb(colour: str) -> tuple[float, float, float]:
    """Return ``#rrggbb`` as three numbers in [0, 1]."""
    value = int(colour.removeprefix("#"), 16)
    return (value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


@cache
def _ink(colour: str) -> str:
    """Return the operator that fills with a colour."""
    return " ".join(f"{part:.4g}" for part in _rgb(colour)) + " rg"
