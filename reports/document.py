"""The report as a document: sections in order, laid out, finished, written beside the target and put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotate.jobs import Progress, Share, silent
from annotate.messages import language_of
from reports.data import ReportData
from reports.document_file import write_file
from reports.labels import manuscript_named
from reports.manuscript import Manuscript
from reports.pdf.blocks import Block
from reports.pdf.finish import check_password, finish
from reports.pdf.fonts import Typesetter
from reports.pdf.headings import Heading
from reports.pdf.pages import Book, draw_pages
from reports.pdf.paper import PAPERS
from reports.sections.front import contents, cover
from reports.sections.order import body
from reports.sections.press import Press, Title
from reports.sections.voices import choose
from reports.spec import ReportSpec
from reports.theme import palette_of
from reports.wording import Words


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """What was written: pages, places masked by kind and released, and characters that no font has.

    ``titles`` are the headlines as generated and as printed, by their stable keys.
    """

    path: Path
    pages: int
    masked: dict[str, int]
    released: int
    missing_characters: dict[str, int]
    titles: tuple[Title, ...]


def write_report(
    manuscript: Manuscript, path: Path, *, password: str | None = None, progress: Progress = silent
) -> WrittenReport:
    """Write the report as a PDF; the same manuscript gives the same bytes, unless a password encrypts them.

    The file is written beside the target and renamed, so that a fault or a cancelled run leaves an earlier report
    whole. Raises UserError when the target cannot be written, AskedWronglyError for a password that no PDF can have,
    CancelledError from ``progress``.
    """
    data, report = printed(manuscript, path, password=password, progress=progress)
    write_file(path, data)
    return report


def printed(
    manuscript: Manuscript, path: Path, *, password: str | None = None, progress: Progress = silent
) -> tuple[bytes, WrittenReport]:
    """Return the PDF as bytes, for a preview, and what is to be said of it."""
    if password is not None:
        check_password(password)
    press = press_of(manuscript)
    progress(0, 100, press.words("laying out"))
    blocks = compose(press)
    drawn = draw_pages(
        book_of(press), blocks, setter=press.setter, colours=press.colours, progress=Share(progress, 20, 85, 100)
    )
    data = finish(drawn, book_of(press), password=password)
    progress(100, 100, press.words("laying out"))
    report = WrittenReport(
        path, drawn.pages, dict(press.masked), press.released, dict(press.setter.missing), tuple(press.titles)
    )
    return data, report


def press_of(manuscript: Manuscript) -> Press:
    """Return the tools that a manuscript is set with."""
    spec = manuscript.spec
    words = Words(spec.language, manuscript.data.unit)
    manuscript = manuscript_named(manuscript, words)
    setter = Typesetter(latin_first=not words.chinese)
    return Press(manuscript, words, setter, palette_of(spec.look), PAPERS[spec.page])


def headlines(manuscript: Manuscript) -> tuple[Title, ...]:
    """Return every headline that can be edited, as generated and as it would be printed, in the order of the report."""
    press = press_of(manuscript)
    compose(press)
    return tuple(press.titles)


def book_of(press: Press) -> Book:
    """Return what the document says about itself."""
    data, words, spec = press.manuscript.data, press.words, press.manuscript.spec
    title, client = spec.title or data.title, spec.client or data.client
    return Book(
        title=title,
        author=client,
        subject=words("Voice of the customer report, {period}", period=press.period),
        keywords=words("report {id}, snapshot {hash}", id=data.report_id, hash=data.snapshot),
        language="zh-CN" if language_of(spec.language) == "zh_CN" else "en",
        header_left=" · ".join(part for part in (client, title) if part),
        header_right=words("Confidential") if data.confidential else "",
        footer=_footer(data, words, spec),
        page_of=words("Page {page} of {pages}"),
        cover=cover(press),
        paper=press.paper,
    )


def compose(press: Press) -> list[Block]:
    """Return all blocks after the cover, in reading order."""
    press.groups = choose(press)  # first, because the section on method says how much was masked
    blocks = body(press)
    count = sum(1 for block in blocks if isinstance(block, Heading) and block.level == 0)
    return [*contents(press, count), *blocks] if count > 1 else blocks  # one section needs no contents


def _footer(data: ReportData, words: Words, spec: ReportSpec) -> str:
    parts = [words("Report {id}", id=data.report_id)]
    if spec.master:
        parts.append(words("view “{name}”", name=spec.name))
    if data.frame_name:
        parts.append(words("code frame {name} {revision}", name=data.frame_name, revision=data.frame_revision))
    parts.append(words("snapshot {hash}", hash=data.snapshot[:12]))
    return " · ".join(parts)
