from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from full_example import full
from fullness import fullness, half_empty
from report_example import bare, example
from reportlab.pdfgen.canvas import Canvas

from reports.data import ReportData
from reports.document import write_report
from reports.manuscript import Manuscript
from reports.spec import ReportSpec


def printed(data: ReportData, folder: Path, language: str, page: str) -> Path:
    path = folder / "report.pdf"
    write_report(Manuscript(data, ReportSpec(language=language, page=page)), path)
    return path


@pytest.mark.parametrize("page", ["a4", "16:9"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_half_empty(tmp_path: Path, language: str, page: str) -> None:
    assert half_empty(printed(full(language), tmp_path, language, page)) == []


@pytest.mark.parametrize("page", ["a4", "16:9"])
def test_no_page_is_half_empty_without_scores_and_dates(tmp_path: Path, page: str) -> None:
    data = replace(example("en"), scores=(), start=None, end=None)
    assert half_empty(printed(data, tmp_path, "en", page)) == []
    assert len(fullness(printed(bare(), tmp_path, "en", page))) >= 2


def test_what_is_half_empty_is_found(tmp_path: Path) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    for low in (400.0, 700.0, 60.0, 60.0, 700.0):  # cover, two lines high up, a full page, one with a hole, the last
        for y in (770.0, low) if low > 60 or canvas.getPageNumber() == 4 else range(60, 780, 20):
            canvas.drawString(50, y, "answers")
        canvas.showPage()
    canvas.save()
    path = tmp_path / "pages.pdf"
    path.write_bytes(target.getvalue())
    assert [one.page for one in half_empty(path)] == [2, 4]
