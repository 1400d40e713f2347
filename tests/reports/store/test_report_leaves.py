"""What leaves a project: edited titles, workbooks, pictures; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from stored import PHONE, text_of

from annotate.errors import UserError
from annotate.store.project import Project
from reports.document import headlines
from reports.gather import gather
from reports.pictures import write_pictures
from reports.spec import Headline, ReportSpec
from reports.workbook import write_workbook


def test_edited_titles_are_marked_and_the_generated_ones_kept(project: Project) -> None:
    titles = {one.key: one for one in headlines(gather(project, ReportSpec(language="en")))}
    spec = ReportSpec(language="en", headlines={"method": Headline("We read everything", titles["method"].generated)})
    manuscript = gather(project, spec)
    assert next(one for one in headlines(manuscript) if one.key == "method").edited
    text = text_of(manuscript)
    for wanted in ("We read everything", "✏", "Appendix: edited titles", "worded by the consultant"):
        assert wanted in text
    assert titles["method"].generated.split(";")[0] in " ".join(text.split())


def test_the_workbook_has_the_same_figures_and_no_formula(project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    manuscript = gather(project, ReportSpec(language="en", sections=("summary", "themes", "where", "verbatims")))
    count = write_workbook(manuscript, tmp_path / "a.xlsx")
    write_workbook(manuscript, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = load_workbook(tmp_path / "a.xlsx")
    assert len(book.sheetnames) == count
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert not any(PHONE in str(cell.value) for cell in cells)
    theme = manuscript.data.questions[0].themes[0]
    assert any(cell.value == pytest.approx(theme.share.value) for cell in cells if isinstance(cell.value, float))


def test_heads_of_a_workbook_stay_in_sight_and_every_figure_has_its_format(project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_workbook(gather(project, ReportSpec(language="en", segment="region")), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    themes = book["Themes"]
    assert themes.freeze_panes == "D3"
    heads = {cell.value: cell.column for cell in themes[2]}
    assert themes.cell(3, heads["Share"]).number_format == "0.0%"
    assert themes.cell(3, heads["base"]).number_format == "#,##0"
    assert themes.auto_filter.ref.startswith("A2:")
    method = book["Method and data quality"]
    assert sum(1 for cell in method[2] if cell.value) == sum(1 for cell in method[3] if cell.value is not None) + 1
    for sheet in book:
        assert sheet.sheet_view.showGridLines is False
        assert sheet.page_setup.orientation == "landscape"
    assert "Where" in book.sheetnames


def test_charts_leave_as_svg_and_png(project: Project, tmp_path: Path) -> None:
    from xml.etree import ElementTree

    manuscript = gather(project, ReportSpec(language="en", sections=("scores", "themes")))
    files = write_pictures(manuscript, tmp_path / "charts")
    assert {path.suffix for path in files} == {".svg", ".png"}
    assert len(files) >= 4
    for path in files:
        if path.suffix == ".svg":
            told = ElementTree.fromstring(path.read_text(encoding="utf-8"))
            assert told.tag.endswith("svg")
        else:
            with Image.open(path) as opened:
                assert opened.width > 1_000
    labels = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".svg")
    assert "低速顿挫" in labels


def test_questions_filters_and_columns_that_are_not_there_are_refused(project: Project) -> None:
    for spec in (
        ReportSpec(questions=("Q99",)),
        ReportSpec(filter=("colour=red",)),
        ReportSpec(segment="colour"),
        ReportSpec(wave="1999-01"),
    ):
        with pytest.raises(UserError):
            gather(project, spec)
