"""The charts of a report as pictures, SVG and PNG, drawn from the same marks as the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from annotate.jobs import Progress, silent
from reports.charts import Area, Dot, Drawing, Label, Mark, Rect, Stroke
from reports.document import compose, press_of
from reports.document_file import write_file
from reports.manuscript import Manuscript
from reports.pdf.blocks import Block, Chart, Row, Rows
from reports.pdf.fonts import SC, Typesetter, visible

FONTS = "'Noto Sans','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
PADDING = 12.0
SCALE = 3.0
"""Pixels a point in a PNG: 216 an inch."""
_UNSAFE = re.compile(r"[^\w\-（）()《》“”]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the name of its file and what it says in words."""

    name: str
    title: str
    drawing: Drawing


def figures(blocks: Sequence[Block], width: float) -> Iterator[Figure]:
    """Yield the charts among blocks in order; legends and other drawings without a name are left out."""
    for block in blocks:
        if isinstance(block, Row):
            for stack in block.stacks:
                yield from figures(stack, width)
        elif isinstance(block, Chart) and block.name:
            yield Figure(block.name, block.alt, block.drawing)
        elif isinstance(block, Rows) and block.name:
            yield Figure(block.name, block.alt, block.drawing(width))


def write_pictures(
    manuscript: Manuscript, folder: Path, *, kinds: Sequence[str] = ("svg", "png"), progress: Progress = silent
) -> list[Path]:
    """Write every chart of a report into a folder, numbered in the order of the report, and return the files."""
    press = press_of(manuscript)
    found = list(figures(compose(press), press.width))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, one in enumerate(found, 1):
        progress(number - 1, len(found))
        stem = f"{number:02d} {_UNSAFE.sub(' ', one.name).strip()[:60]}".strip()
        for kind in kinds:
            path = folder / f"{stem}.{kind}"
            data = svg(one.drawing, one.title).encode() if kind == "svg" else png(one.drawing, press.setter)
            write_file(path, data)
            written.append(path)
    progress(len(found), len(found))
    return written


def svg(drawing: Drawing, title: str = "") -> str:
    """Return a drawing as SVG; its texts stay texts."""
    width, height = drawing.width + 2 * PADDING, drawing.height + 2 * PADDING
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}"'
        f' viewBox="{_n(-PADDING)} {_n(-PADDING)} {_n(width)} {_n(height)}" font-family={quoteattr(FONTS)} role="img">',
        f"<title>{escape(visible(title))}</title>",
        f'<rect x="{_n(-PADDING)}" y="{_n(-PADDING)}" width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>',
        *(_element(mark) for mark in drawing.marks),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _element(mark: Mark) -> str:
    match mark:
        case Rect():
            round_ = f' rx="{_n(mark.radius)}"' if mark.radius else ""
            line = f' stroke="{mark.stroke}"' if mark.stroke else ""
            return (
                f'<rect x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(max(0.0, mark.width))}"'
                f' height="{_n(max(0.0, mark.height))}" fill="{mark.fill}"{round_}{line}/>'
            )
        case Stroke():
            dash = f' stroke-dasharray="{" ".join(map(_n, mark.dash))}"' if mark.dash else ""
            return (
                f'<polyline points="{_points(mark.points)}" fill="none" stroke="{mark.colour}"'
                f' stroke-width="{_n(mark.width)}" stroke-linejoin="round"{dash}/>'
            )
        case Area():
            return f'<polygon points="{_points(mark.points)}" fill="{mark.fill}"/>'
        case Dot():
            line = f' stroke="{mark.stroke}"' if mark.stroke else ""
            return f'<circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}" fill="{mark.fill}"{line}/>'
        case Label():
            anchor = {"left": "start", "center": "middle", "right": "end"}[mark.align]
            bold = ' font-weight="700"' if mark.bold else ""
            text = escape(visible(mark.text).replace("\n", " "))
            return (
                f'<text x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}" fill="{mark.colour}"'
                f' text-anchor="{anchor}"{bold}>{text}</text>'
            )


def png(drawing: Drawing, setter: Typesetter, *, scale: float = SCALE) -> bytes:
    """Return a drawing as PNG, ``scale`` pixels a point: the page of a PDF that holds it alone."""
    import pypdfium2

    document = pypdfium2.PdfDocument(one_page(drawing, setter))
    try:
        page = document[0]
        out = BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(out, "PNG")
        page.close()
    finally:
        document.close()
    return out.getvalue()


def one_page(drawing: Drawing, setter: Typesetter) -> bytes:
    """Return a PDF whose only page is the drawing."""
    from reportlab.pdfgen.canvas import Canvas

    from reports.pdf.painter import Painter

    target = BytesIO()
    size = (drawing.width + 2 * PADDING, drawing.height + 2 * PADDING)
    canvas = Canvas(target, pagesize=size, invariant=1, initialFontName=SC)
    painter = Painter(canvas, size[1], setter)
    painter.rect(0, 0, *size, "#ffffff")
    painter.paint(drawing, PADDING, PADDING)
    painter.next_page()
    canvas.save()
    return target.getvalue()
