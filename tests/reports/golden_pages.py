"""Pages held against pictures of them: fonts and drawing are the program's own, so that a page looks alike anywhere.

After a change that is wanted, look at the new pages and write the pictures anew: python tests/reports/golden_pages.py
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from report_example import example

from reports.document import printed
from reports.manuscript import Manuscript
from reports.spec import ReportSpec

FOLDER = Path(__file__).parent / "goldens"
PAGES = {"zh-a4-themes": ("zh", "a4", "themes"), "en-slide-where": ("en", "16:9", "where")}
"""Name of the picture: language, paper, and the section, printed alone."""
SCALE = 0.4  # pixels a point
LEVELS = 24
"""Grey levels out of 255 by which a pixel may differ: what rounding in another build of the renderer moves."""
MOST = 0.001


def drawn(name: str) -> NDArray[np.uint8]:
    """Return the first page of a section as grey levels (height × width)."""
    language, page, section = PAGES[name]
    spec = ReportSpec(language=language, page=page, sections=(section,))
    pdf, _ = printed(Manuscript(example(language), spec), Path("r.pdf"))
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    picture = document[1].render(scale=SCALE, grayscale=True).to_pil()
    document.close()
    return np.asarray(picture.convert("L"))


def kept(name: str) -> NDArray[np.uint8]:
    """Return the picture that is kept of a page."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        return np.asarray(picture)


def unlike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the part of the pixels that differ, 1 for pictures of other sizes."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one.astype(np.int16) - other.astype(np.int16)) > LEVELS).mean())


def write() -> None:
    """Write the pictures of all pages."""
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        Image.fromarray(drawn(name)).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    write()
