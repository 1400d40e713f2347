"""Every report that can be printed is a sound file, and prints no number that its figures do not tell."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from full_example import full
from golden_pages import MOST, PAGES, drawn, kept, unlike
from printed_numbers import foreign

from reports.document import printed
from reports.manuscript import Manuscript
from reports.spec import ReportSpec

PASSWORD = "客户2026安全"
PAPERS = [(language, page) for language in ("zh", "en") for page in ("a4", "16:9")]


def faults(pdf: bytes, password: str = "") -> list[str]:
    """Return what the library of qpdf has against a file: what ``qpdf --check`` tells."""
    with pikepdf.open(BytesIO(pdf), password=password, suppress_warnings=True) as opened:
        return [*opened.check_pdf_syntax(), *map(str, opened.get_warnings())]


@pytest.fixture(scope="module", params=PAPERS, ids="-".join)
def manuscript(request: pytest.FixtureRequest) -> Manuscript:
    language, page = request.param
    return Manuscript(full(language), ReportSpec(language=language, page=page))


@pytest.fixture(scope="module")
def pdf(manuscript: Manuscript) -> bytes:
    return printed(manuscript, Path("r.pdf"))[0]


def test_the_file_is_sound(pdf: bytes) -> None:
    assert faults(pdf) == []


def test_the_encrypted_file_is_sound(manuscript: Manuscript) -> None:
    assert faults(printed(manuscript, Path("r.pdf"), password=PASSWORD)[0], PASSWORD) == []


def test_what_is_damaged_is_found() -> None:
    data, _ = printed(Manuscript(full("en"), ReportSpec(language="en")), Path("r.pdf"))
    assert faults(data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n")
    with pikepdf.open(BytesIO(data)) as opened:
        opened.pages[1].Contents = opened.make_stream(b"BT /F1 9 Tf (never closed")
        target = BytesIO()
        opened.save(target)
    assert faults(target.getvalue())


def test_no_number_is_printed_that_the_figures_do_not_tell(manuscript: Manuscript, pdf: bytes) -> None:
    assert foreign(pdf, manuscript.data) == []


def test_a_number_of_other_figures_is_found() -> None:
    data = full("en")
    question = data.questions[0]
    first = question.themes[0]
    moved = replace(first, share=replace(first.share, value=0.4567), mentions=98_765)
    other = replace(data, questions=(replace(question, themes=(moved, *question.themes[1:])),))
    pdf, _ = printed(Manuscript(other, ReportSpec(language="en")), Path("r.pdf"))
    assert "45.7%" in {number for _, number, _ in foreign(pdf, data)}
    assert foreign(pdf, other) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_its_picture_does(name: str) -> None:
    assert unlike(drawn(name), kept(name)) <= MOST


def test_a_word_that_is_not_there_makes_a_page_unlike_its_picture() -> None:
    picture = kept("zh-a4-themes")
    changed = picture.copy()
    changed[200:212, 40:120] = 255
    assert unlike(changed, picture) > MOST
    assert unlike(picture[:-1], picture) == 1.0
