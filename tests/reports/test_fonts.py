from __future__ import annotations

import hashlib
import unicodedata

import pytest

import resources
from reports.pdf.fonts import EMOJI, HALF, LATIN, MISSING, SC, SC_BOLD, Typesetter, to_unicode_map, visible


def faces(text: str, *, latin_first: bool = False, bold: bool = False) -> list[tuple[str, str]]:
    return [(run.face, run.text) for run in Typesetter(latin_first=latin_first).runs(text, bold=bold)]


def test_shipped_fonts_are_those_that_were_built() -> None:
    lines = resources.path("fonts", "SHA256SUMS").read_text("ascii").splitlines()
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256(resources.path("fonts", name).read_bytes()).hexdigest() == digest
    assert len(lines) == 5
    assert "SIL OPEN FONT LICENSE" in resources.path("fonts", "OFL.txt").read_text("utf-8")


def test_every_character_of_gbk_can_be_drawn() -> None:
    setter = Typesetter()
    characters = []
    for point in range(0x20, 0x10000):
        try:
            chr(point).encode("gbk")
        except UnicodeEncodeError:
            continue
        if unicodedata.category(chr(point)) not in ("Cc", "Co"):
            characters.append(chr(point))
    lacking = [c for c in visible("".join(characters)) if setter.lacking(c)]
    assert len(characters) > 21_000
    assert len(lacking) < 40


def test_quotes_are_narrow_in_english_and_wide_in_chinese() -> None:
    assert faces("“smart” isn’t", latin_first=True) == [(LATIN, "“smart” isn’t")]
    assert faces("说“正常”吧") == [(SC, "说“正常”吧")]
    assert faces("我don’t懂") == [(SC, "我don"), (LATIN, "’"), (SC, "t懂")]
    assert faces("约±3×2") == [(SC, "约"), (LATIN, "±"), (SC, "3"), (LATIN, "×"), (SC, "2")]


def test_bold_falls_back_to_regular_for_traditional_characters() -> None:
    assert faces("车機", bold=True) == [(SC_BOLD, "车"), (SC, "機")]


def test_emoji_are_drawn_and_what_no_font_has_becomes_a_counted_box() -> None:
    setter = Typesetter()
    assert [(run.face, run.text) for run in setter.runs(visible("👍🏽❤️"))] == [(EMOJI, "👍❤")]
    setter.count_missing("好𠮷\ue000")
    assert setter.missing == {"𠮷": 1, "\ue000": 1}
    assert setter.runs("𠮷")[0].text == MISSING
    assert setter.lacking("好𠮷") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("零\u200b宽\ufeff", "零宽"),
        ("\u202e倒\u202c写", "倒写"),
        ("a\tb\x00c\x1b", "a bc"),
        ("1\ufe0f\u20e3", "1"),
        ("cafe\u0301", "café"),
    ],
)
def test_text_is_shown_without_what_no_font_draws(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_two_full_width_signs_share_their_blank_halves() -> None:
    setter = Typesetter()
    assert setter.widths("好”（", 1000)[1] == HALF
    assert setter.widths("好”好", 1000)[1] == 2 * HALF
    assert [run.text for run in setter.runs("好”（n")] == ["好”", "（n"]


def test_characters_beyond_the_first_plane_copy_as_themselves() -> None:
    table = to_unicode_map("F", [0, 0x1F600, *range(0x4E00, 0x4E00 + 150)])
    assert "<01> <D83DDE00>" in table
    assert [line for line in table.splitlines() if line.endswith("beginbfchar")] == [
        "100 beginbfchar",
        "51 beginbfchar",
    ]
