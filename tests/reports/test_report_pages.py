from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import UserError
from reports.charts import Palette
from reports.pdf.blocks import PageBreak, Whole
from reports.pdf.flow import flow, reading_pages
from reports.pdf.fonts import Typesetter
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle
from reports.pdf.tables import Cell, ColumnSpec, Table
from reports.spec import Look
from reports.theme import LINES, TEXT, contrast, palette_of, read_theme

SETTER = Typesetter()
COLOURS = Palette()


@dataclass(slots=True)
class Box(Whole):
    tall: float = 100.0

    def height(self, width: float) -> float:
        return self.tall

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None: ...


def heights(blocks: list[Box | PageBreak | Paragraph]) -> list[list[float]]:
    return [[placed.block.height(300) for placed in page.placed] for page in flow(blocks, 300, 400)]


def test_blocks_fill_a_page_before_the_next_one_starts() -> None:
    assert heights([Box(tall=150), Box(tall=250), Box(tall=1)]) == [[150, 250], [1]]
    assert heights([Box(tall=150), Box(20, tall=240)]) == [[150], [240]]


def test_a_title_stays_with_what_follows() -> None:
    title = Box(keep_with_next=True, tall=30)
    assert heights([Box(tall=350), title, Box(tall=100)]) == [[350], [30, 100]]
    assert heights([Box(tall=200), title, title, Box(tall=150)]) == [[200], [30, 30, 150]]


def test_a_title_stays_with_the_first_lines_of_a_long_paragraph() -> None:
    text = Paragraph("好" * 600, TextStyle(), SETTER)
    pages = flow([Box(tall=300), Box(keep_with_next=True, tall=30), text], 300, 400)
    assert [len(page.placed) for page in pages] == [3, 1]


def test_a_page_break_only_breaks_a_page_that_is_full_enough() -> None:
    assert heights([Box(tall=100), PageBreak(below=0.5), Box(tall=10)]) == [[100, 10]]
    assert heights([Box(tall=300), PageBreak(below=0.5), Box(tall=10)]) == [[300], [10]]


def test_a_block_taller_than_a_page_is_a_fault() -> None:
    with pytest.raises(ValueError, match="taller"):
        flow([Box(tall=401)], 300, 400)


@given(st.lists(st.tuples(st.floats(1, 400), st.booleans(), st.floats(0, 30)), max_size=40))
def test_no_block_is_lost_or_leaves_the_page(sizes: list[tuple[float, bool, float]]) -> None:
    blocks = [Box(space, keep, tall=tall) for tall, keep, space in sizes]
    pages = flow(blocks, 300, 400)
    assert [p.block for page in pages for p in page.placed] == blocks
    for page in pages:
        ends = [(p.y, p.y + p.block.height(300)) for p in page.placed]
        assert all(end <= 400 + 1e-6 for _, end in ends)
        assert all(a[1] <= b[0] + 1e-6 for a, b in itertools.pairwise(ends))


def table(rows: int) -> Table:
    columns = [
        ColumnSpec("Net and code", 2),
        ColumnSpec("Mentions", 0.2, "right"),
        ColumnSpec("Share\nn=900", 1, "right"),
    ]
    cells = [[f"row {n} " * (1 + n % 5), str(n), Cell("12.3%", bold=True)] for n in range(rows)]
    return Table(columns, cells, SETTER, COLOURS)


@given(st.integers(0, 60), st.floats(30, 500))
def test_a_split_table_keeps_all_rows_and_its_head(rows: int, room: float) -> None:
    whole = table(rows)
    parts = whole.split(300, room)
    if parts is None:
        return
    first, rest = parts
    assert first.height(300) <= room
    head = table(0).height(300)
    assert first.height(300) + rest.height(300) - head == pytest.approx(whole.height(300))


def test_heads_do_not_break_inside_words() -> None:
    found = table(3)
    assert [len(cell.lines(w - 12)) for cell, w in zip(found._head.cells, found._widths(300), strict=True)] == [1, 1, 2]


def test_a_theme_changes_the_brand_colours_only(tmp_path: Path) -> None:
    file = tmp_path / "client.json"
    file.write_text('{"strong": "#123456", "accent": "#ff0000"}', encoding="utf-8")
    look, pictures = read_theme(file)
    palette = palette_of(look)
    assert (palette.strong, palette.accent, palette.accent_soft) == ("#123456", "#ff0000", "#ffd4d4")
    assert palette.bad == palette_of(Look()).bad
    assert pictures == {}


@pytest.mark.parametrize("colour", ["#ffee00", "#ffffff", "#f5a623", "#c0ffee", "#16365c"])
def test_a_brand_colour_too_light_to_be_read_is_darkened(colour: str) -> None:
    palette = palette_of(Look(colour, colour))
    assert contrast(palette.strong) >= TEXT
    assert contrast(palette.accent) >= LINES
    assert (palette.strong == colour) == (contrast(colour) >= TEXT)
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)  # the known grey just below 4.5


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"bad": "#00ff00"}', '{"accent": "red"}', '{"accent": 3}', '{"logo": "none.png"}']
)
def test_a_theme_that_is_none_is_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "client.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError):
        read_theme(file)
    with pytest.raises(UserError):
        read_theme(tmp_path / "none.json")


def test_the_shipped_theme_is_the_default() -> None:
    import resources

    shipped = json.loads(resources.path("themes", "plain.json").read_text("utf-8"))
    assert set(shipped) == {"strong", "accent"}
    assert palette_of(Look()).strong == shipped["strong"]


def test_a_long_list_in_small_print_fills_its_pages() -> None:
    """Notes stay with the table above them; answers of a list are no notes and stay with nothing."""
    small = TextStyle(size=7.5, leading=11)
    listed = [Paragraph(f"answer {n}", small, SETTER, space_before=3) for n in range(200)]
    pages = reading_pages([Paragraph("List", TextStyle(), SETTER, keep_with_next=True), *listed])
    assert len(pages) == 4
    owner = table(2)
    notes = [Paragraph(f"note {n}", small, SETTER) for n in range(2)]
    reading_pages([owner, *notes, PageBreak(), *listed[:1]])
    assert [owner.keep_with_next, *(note.keep_with_next for note in notes)] == [True, True, False]
