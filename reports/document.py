"""The report as a document: sections in order, laid out, written beside the target and put in its place."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import UserError
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_, language_of
from reports.data import ReportData
from reports.pdf.fonts import Typesetter
from reports.pdf.pages import Block, Book, Heading, write_pages
from reports.sections.appendix import definitions, frame, model_quality
from reports.sections.front import contents, cover, summary
from reports.sections.method import method
from reports.sections.press import Press
from reports.sections.scores import scores
from reports.sections.themes import themes
from reports.sections.voices import choose, voices
from reports.theme import load_theme
from reports.wording import Words


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """What was written: pages, places masked by kind, and characters that no font has."""

    path: Path
    pages: int
    masked: dict[str, int]
    missing_characters: dict[str, int]


def write_report(
    data: ReportData, path: Path, *, lang: str = "zh", theme: Path | None = None, progress: Progress = silent
) -> WrittenReport:
    """Write the report as a PDF; the same figures give the same bytes.

    The file is written beside the target and renamed, so that a fault or a cancelled run leaves an earlier report
    whole. Raises UserError when the target cannot be written, CancelledError from ``progress``.
    """
    words = Words(lang, data.unit)
    setter = Typesetter(latin_first=not words.chinese)
    press = Press(data, words, setter, load_theme(theme))
    progress(0, 100, words("laying out"))
    blocks = compose(press)
    book = Book(
        title=data.title,
        author=data.client,
        subject=words("Voice of the customer report, {period}", period=words.period(data.start, data.end)),
        keywords=words("report {id}, snapshot {hash}", id=data.report_id, hash=data.snapshot),
        language="zh-CN" if language_of(lang) == "zh_CN" else "en",
        header_left=" · ".join(part for part in (data.client, data.title) if part),
        header_right=words("Confidential") if data.confidential else "",
        footer=_footer(data, words),
        page_of=words("Page {page} of {pages}"),
        cover=cover(press),
    )
    beside = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        pages = write_pages(
            beside,
            book,
            blocks,
            setter=setter,
            colours=press.colours,
            progress=Share(progress, 20, 80, 100),
        )
        beside.replace(path)
    except OSError as error:
        raise UserError(
            "report-unwritable",
            N_("The report “{name}” could not be written."),
            N_("The system says: {reason}."),
            N_("Close the file if a viewer has it open, or choose another folder."),
            name=path.name or str(path),
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        with contextlib.suppress(OSError):  # a folder that refuses the report refuses this too
            beside.unlink(missing_ok=True)
    return WrittenReport(path, pages, dict(press.masked), dict(setter.missing))


def compose(press: Press) -> list[Block]:
    """Return all blocks after the cover, in reading order."""
    data = press.data
    groups = choose(press)  # first, because the section on method says how much was masked
    body = [*summary(press), *method(press), *scores(press)]
    for question in data.questions:
        body += themes(press, question)
    body += [*voices(press, groups), *frame(press), *model_quality(press), *definitions(press)]
    count = sum(1 for block in body if isinstance(block, Heading) and block.level == 0)
    return [*contents(press, count), *body]


def _footer(data: ReportData, words: Words) -> str:
    parts = [words("Report {id}", id=data.report_id)]
    if data.frame_name:
        parts.append(words("code frame {name} {revision}", name=data.frame_name, revision=data.frame_revision))
    parts.append(words("snapshot {hash}", hash=data.snapshot[:12]))
    return " · ".join(parts)
