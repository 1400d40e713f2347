from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pdf.fonts import Typesetter, visible
from reports.pdf.paragraphs import NO_END, NO_START, Paragraph, Span, TextStyle, break_lines, shorten, units

STYLE = TextStyle()
SETTER = Typesetter()
WORDS = (
    "换挡顿挫 后排空间大 车机卡顿 “正常现象” 《手册》 （n=2,420） 12.3%～15.8% don't NPS 98.5分 ，。；：？！、 "
    "”，“ ……—— isn’t 很好！！ https://example.com/a/b?c=d (ok) 【通知】 👍 ‘好’ 10:30 ±0.7 10％ 3℃"
).split(" ")


def set_lines(text: str, width: float) -> list[str]:
    return [line.text for line in break_lines([Span(text)], width, STYLE, SETTER)]


def test_no_line_starts_or_ends_with_a_sign_that_must_not() -> None:
    """The stock breaker of the PDF library broke the rules on a tenth of such lines."""
    rng = random.Random(4)
    count = 0
    for _ in range(120):
        text = "".join(rng.choice(WORDS) for _ in range(rng.randint(5, 60)))
        widths = SETTER.widths(text, STYLE.size)
        longest = max(sum(widths[a:b]) for a, b in units(text))
        for width in (longest + 1, longest + 40, 300.0):
            if width < longest:
                continue
            lines = set_lines(text, width)
            count += len(lines)
            assert not [line for line in lines[1:] if line[0] in NO_START]
            assert not [line for line in lines[:-1] if line[-1] in NO_END]
    assert count > 1000


@given(st.text(alphabet="好的车，。“”（）abc12.,% \n—…👍", max_size=80), st.integers(20, 300))
def test_breaking_loses_and_adds_nothing_but_spaces(text: str, width: int) -> None:
    joined = "".join(set_lines(text, width))
    assert joined.replace(" ", "") == visible(text).replace(" ", "").replace("\n", "")


@given(st.text(alphabet="好的车，。“”（）abc12.,%👍 ", min_size=1, max_size=80), st.integers(30, 300))
def test_lines_keep_to_the_width_but_for_hanging_signs(text: str, width: int) -> None:
    for line in break_lines([Span(text)], width, STYLE, SETTER):
        assert line.width <= width + STYLE.size / 2 + 1e-6


def test_words_and_numbers_stay_whole() -> None:
    lines = set_lines("一共有 2,420 位受访者提到 premium 音响（n=2,420）", 80)
    assert any("2,420" in line for line in lines)
    assert any("premium" in line for line in lines)
    assert any("（n=2,420）" in line for line in lines)


def test_a_word_longer_than_the_line_is_cut_rather_than_lost() -> None:
    lines = set_lines("x" * 200, 50)
    assert len(lines) > 3
    assert "".join(lines) == "x" * 200


def test_closing_signs_hang_out_by_half() -> None:
    text = "好" * 10 + "。"
    assert set_lines(text, 10.5 * STYLE.size) == [text]
    assert set_lines(text, 10.4 * STYLE.size) == ["好" * 9, "好。"]


def test_spans_keep_their_weight_across_lines() -> None:
    lines = break_lines([Span("粗" * 12, bold=True), Span("细" * 12)], 100, STYLE, SETTER)
    assert lines[0].pieces[0].bold
    assert "".join(piece.text for line in lines for piece in line.pieces if piece.bold) == "粗" * 12


def test_shortened_text_ends_in_an_ellipsis_inside_the_width() -> None:
    lines = break_lines([Span("好" * 100)], 95, STYLE, SETTER)
    cut = shorten(lines, 2, 95, STYLE, SETTER)
    assert len(cut) == 2
    assert cut[-1].text.endswith("…")
    assert cut[-1].width <= 95
    assert shorten(lines, 50, 95, STYLE, SETTER) is lines


def test_a_paragraph_splits_with_two_lines_on_either_side() -> None:
    paragraph = Paragraph("好" * 100, STYLE, SETTER, space_before=5)
    total = len(paragraph.lines(95))
    parts = paragraph.split(95, 5 * STYLE.leading)
    assert parts is not None
    assert (len(parts[0].lines(95)), len(parts[1].lines(95))) == (5, total - 5)
    assert paragraph.split(95, 1.5 * STYLE.leading) is None
    near = paragraph.split(95, (total - 0.5) * STYLE.leading)
    assert near is not None
    assert len(near[1].lines(95)) == 2


@pytest.mark.parametrize(("text", "count"), [("", 1), ("\n\n", 2), ("a\n", 1)])
def test_empty_text_has_a_line(text: str, count: int) -> None:
    assert len(set_lines(text, 100)) == count
