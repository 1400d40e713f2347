"""Slides of 16:9, pages that fill, and charts in words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from full_example import full
from report_example import bare, example

from reports.charts import Drawing, Label, Palette, Stroke, two_lines
from reports.charts_spans import SpanRow, SpansChart
from reports.charts_words import rows_said
from reports.data import ReportData
from reports.document import compose, press_of, printed
from reports.manuscript import Manuscript, Put
from reports.pdf.blocks import Block, Chart, Row, Rows
from reports.pdf.flow import Page
from reports.pdf.fonts import Typesetter
from reports.pdf.headings import Contents, Heading
from reports.pdf.pages import laid_out
from reports.pdf.paper import A4, SLIDE
from reports.pdf.paragraphs import Paragraph
from reports.pdf.slides import slides as slides_of
from reports.spec import OwnPage, ReportSpec

SETTER = Typesetter()
COLOURS = Palette()


def manuscript(data: ReportData, language: str = "en", page: str = "16:9") -> Manuscript:
    return Manuscript(data, ReportSpec(language=language, page=page))


def slides(made: Manuscript) -> list[Page]:
    press = press_of(made)
    return laid_out(compose(press), press.paper)


def span_chart() -> SpansChart:
    rows = (
        SpanRow("East", 12.0, 4.0, 20.0, ("+12", "+4 to +20", "120"), '{"v":1}'),
        SpanRow("West", None, 0.0, 0.0, ("too few", "—", "12")),
    )
    return SpansChart(rows, ("Value", "95% interval", "n"), (50.0, 80.0, 40.0), 7.0, "all +7")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_slide_has_a_title_on_top_and_nothing_leaves_it(language: str) -> None:
    pages = slides(manuscript(example(language, machine=True), language))
    for page in pages[1:]:
        first = page.placed[0]
        assert isinstance(first.block, Heading)
        assert first.y == 0
        assert not first.block.hidden
        bottoms = [one.y + one.block.height(SLIDE.inner) for one in page.placed]
        assert max(bottoms) <= SLIDE.room + 1e-6
        assert all(a <= b.y + 1e-6 for a, b in zip(bottoms, page.placed[1:], strict=False))


def test_a_slide_holds_one_chart_at_most() -> None:
    for page in slides(manuscript(example("en", machine=True))):
        blocks = [one.block for one in page.placed]
        charts: list[Block] = [one for one in blocks if isinstance(one, Rows) and len(one.shown) > 2]
        charts += [one for one in blocks if isinstance(one, Chart | Row) and one.growth(1.0, wide=False)]
        assert len(charts) <= 1


def test_a_slide_that_goes_on_repeats_its_title_without_a_second_bookmark() -> None:
    made = manuscript(example("en", machine=True))
    pages = slides(made)
    keys = [one.block.key for page in pages for one in page.placed if isinstance(one.block, Heading) and one.block.key]
    again = [page.placed[0].block for page in pages if page.head]
    assert len(keys) == len(set(keys))
    assert again
    assert all(isinstance(one, Heading) and not one.key for one in again)
    data, _ = printed(made, Path("x.pdf"))
    document = pypdfium2.PdfDocument(data)
    assert any("(continued)" in page.get_textpage().get_text_bounded() for page in document)
    with pikepdf.open(BytesIO(data)) as pdf, pdf.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert len(titles) == len(set(titles))


def test_charts_grow_into_what_would_stay_empty_but_never_over_the_page() -> None:
    press = press_of(manuscript(example("en"), page="a4"))
    natural = {
        block.name: block.height(A4.inner) for block in compose(press) if isinstance(block, Chart) and block.name
    }
    pages = laid_out(compose(press_of(manuscript(example("en"), page="a4"))), A4)
    drawn = {b.block.name: b.block.height(A4.inner) for p in pages for b in p.placed if isinstance(b.block, Chart)}
    assert any(drawn[name] > height + 1 for name, height in natural.items())
    for page in pages:
        assert page.bottom <= A4.room + 1e-6


def test_the_title_of_an_own_page_stands_on_its_slide() -> None:
    page = OwnPage("visit", "What we saw", "Three shops.")
    spec = ReportSpec(language="en", page="16:9", sections=("basket",))
    made = Manuscript(example("en"), spec, basket=(Put("page", page=page, title=page.title, place=1),))
    data, _ = printed(made, Path("x.pdf"))
    assert "What we saw" in pypdfium2.PdfDocument(data)[1].get_textpage().get_text_bounded()


def test_too_little_data_makes_slides_too() -> None:
    assert len(slides(manuscript(bare(), "zh"))) >= 3


def test_contents_stand_on_one_page_in_two_columns() -> None:
    press = press_of(manuscript(example("en", machine=True)))
    contents = [block for block in compose(press) if isinstance(block, Contents)]
    assert len(contents) == 1
    assert contents[0].columns == 2
    assert contents[0].height(SLIDE.inner) < SLIDE.room
    assert contents[0].split(SLIDE.inner, 30.0) is None


def test_a_figure_by_segment_is_drawn_beside_that_of_all() -> None:
    chart = span_chart()
    drawing = chart.lay(chart.rows, 480, SETTER.width, COLOURS)
    labels = [mark.text for mark in drawing.marks if isinstance(mark, Label)]
    assert {"East", "+12", "+4 to +20", "120", "West", "too few", "12", "all +7"} <= set(labels)
    spans = [mark for mark in drawing.marks if isinstance(mark, Stroke) and mark.width == 3.0]
    assert len(spans) == 1
    low, high = spans[0].points[0][0], spans[0].points[1][0]
    dashed = next(mark for mark in drawing.marks if isinstance(mark, Stroke) and mark.dash)
    assert low < dashed.points[0][0] < high
    assert all(0 <= mark.x <= 480 for mark in drawing.marks if isinstance(mark, Label))


def test_a_chart_is_said_in_words_with_all_its_figures() -> None:
    chart = span_chart()
    said = rows_said("NPS by region", chart, chart.rows)
    assert said == ("NPS by region; Value, 95% interval, n; East: +12, +4 to +20, 120; West: too few, —, 12")
    many = replace(chart, rows=chart.rows * 50)
    assert rows_said("x", many, many.rows).endswith("…")


def test_every_figure_of_a_report_says_what_it_shows() -> None:
    data, _ = printed(manuscript(example("en"), page="a4"), Path("x.pdf"))
    told: list[str] = []
    with pikepdf.open(BytesIO(data)) as pdf:
        for found in pdf.objects:
            if isinstance(found, pikepdf.Dictionary) and found.get("/S") == "/Figure":
                told.append(str(found.Alt))
            if isinstance(found, pikepdf.Dictionary) and found.get("/S") == "/TH":
                assert found.A.Scope == "/Column"
    assert told
    assert all(told)
    assert sum(any(sign.isdigit() for sign in one) for one in told) > len(told) / 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [("安全", ("安全",)), ("价格与政策变化", ("价格与政", "策变化")), ("Price and value", ("Price", "and value"))],
)
def test_a_long_name_takes_two_lines(text: str, lines: tuple[str, ...]) -> None:
    found = two_lines(text, 44.0, 7.5, SETTER.width)
    assert len(found) == len(lines)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_a_drawing_is_as_tall_as_its_rows() -> None:
    chart = span_chart()
    drawing: Drawing = chart.lay(chart.rows, 480, SETTER.width, COLOURS)
    assert drawing.height == chart.head + 2 * chart.row_height + chart.axis


def test_a_part_that_opens_a_slide_stands_under_the_kicker_of_its_own_section() -> None:
    section = ""
    for page in slides(manuscript(full("en"))):
        for one in page.placed:
            block = one.block
            if isinstance(block, Heading) and block.level == 0 and block.kicker:
                section = block.kicker.spans[0].text
        first = page.placed[0].block
        if isinstance(first, Heading) and first.level and first.kicker:
            assert first.kicker.spans[0].text == section


def test_a_slide_with_little_text_is_set_in_larger_type() -> None:
    press = press_of(manuscript(example("en")))
    few = [press.section("Method", "A title", key="x"), press.text("Two lines of text at most.")]
    many = [*few, *(press.text("A sentence that is repeated. " * 12) for _ in range(4))]
    sizes = [
        {one.block.style.size for one in slides_of(blocks, SLIDE)[0].placed if isinstance(one.block, Paragraph)}
        for blocks in (few, many)
    ]
    assert max(sizes[0]) > 1.2 * max(sizes[1])
