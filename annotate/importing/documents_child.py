"""Read the paragraphs of a DOCX or HTML document in the limited child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.importing.limited import Answer, Request, serve

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

BATCH = 200
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i img ins del kbd label mark q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
_UNSEEN = frozenset(("script", "style", "head", "template", "noscript", "svg", "select", "textarea"))


def work(request: Request) -> Iterator[Answer]:
    """Answer with the paragraphs that are not blank, in batches, in the order of the document."""
    path = Path(str(request["path"]))
    found = _docx(path) if request["kind"] == "docx" else _html(path, str(request["encoding"]))
    batch: list[str] = []
    for paragraph in found:
        batch.append(paragraph)
        if len(batch) == BATCH:
            yield {"paragraphs": batch}
            batch = []
    yield {"paragraphs": batch}


def _docx(path: Path) -> Iterator[str]:
    import docx

    yield from _blocks(docx.Document(str(path)))


def _blocks(container: Document) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield from (line.strip() for line in block.text.splitlines() if line.strip())
        elif isinstance(block, Table):
            yield from _cells(block)


def _cells(table: Table) -> Iterator[str]:
    """Yield the paragraphs of a table row by row, those of a merged cell once."""
    seen = set()
    for row in table.rows:
        for cell in row.cells:
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            yield from _blocks(cell)


def _html(path: Path, codec: str) -> Iterator[str]:
    """Yield the runs of text between block elements and line breaks, white space collapsed as a browser does."""
    import lxml.html

    from annotate.importing.source import chunks

    text = b"".join(chunks(path)).decode(codec, "replace").lstrip("\ufeff")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    parts: list[str] = []
    hidden = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        inline = element.tag in _INLINE
        if not inline and not hidden and (paragraph := " ".join("".join(parts).split())):
            yield paragraph
        if not inline:
            parts = []
        if element.tag in _UNSEEN:
            hidden += 1 if event == "start" else -1
        if not hidden:
            parts.append((element.text if event == "start" else element.tail) or "")
    if paragraph := " ".join("".join(parts).split()):
        yield paragraph


if __name__ == "__main__":
    serve(work)
