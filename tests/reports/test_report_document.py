"""The whole report: what a reader sees, copies out, and clicks on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from full_example import full
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject
from report_example import bare, example, flat

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress, silent
from reports.data import ReportData
from reports.document import WrittenReport, write_report
from reports.manuscript import Manuscript
from reports.pdf.paragraphs import NO_START
from reports.spec import ReportSpec
from reports.statistics.shares import share

CASES = {
    "zh": (lambda: example("zh"), "zh"),
    "zh-machine": (lambda: example("zh", machine=True), "zh"),
    "en": (lambda: example("en"), "en"),
    "bare-zh": (bare, "zh"),
    "bare-en": (bare, "en"),
    "flat": (flat, "en"),
    "full-zh": (lambda: full("zh"), "zh"),
    "full-en": (lambda: full("en"), "en"),
}


def print_figures(data: ReportData, path: Path, *, lang: str, progress: Progress = silent) -> WrittenReport:
    return write_report(Manuscript(data, ReportSpec(language=lang)), path, progress=progress)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    paths = {}
    for name, (data, lang) in CASES.items():
        paths[name] = folder / f"{name}.pdf"
        print_figures(data(), paths[name], lang=lang)
    return paths


def texts(path: Path) -> list[str]:
    """Return the text of each page as a reader would copy it."""
    document = pypdfium2.PdfDocument(path)
    pages = []
    for page in document:
        text_page = page.get_textpage()
        pages.append(text_page.get_text_bounded().replace("\r\n", "\n"))
        text_page.close()
        page.close()
    document.close()
    return pages


def resolved(item: object) -> DictionaryObject:
    found = item.get_object() if isinstance(item, IndirectObject) else item
    assert isinstance(found, DictionaryObject)
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_font_is_embedded(written: dict[str, Path], name: str) -> None:
    fonts = set()
    for page in PdfReader(written[name]).pages:
        for font in resolved(resolved(page["/Resources"])["/Font"]).values():
            entry = resolved(font)
            fonts.add(str(entry["/BaseFont"]))
            assert "/FontFile2" in resolved(entry["/FontDescriptor"])
            assert "/ToUnicode" in entry
    assert any("NotoSans" in font for font in fonts)


@pytest.mark.parametrize("name", CASES)
def test_contents_bookmarks_and_pages_agree(written: dict[str, Path], name: str) -> None:
    reader = PdfReader(written[name])
    sections = [
        (str(i.title), reader.get_destination_page_number(i) + 1) for i in reader.outline if not isinstance(i, list)
    ]
    lines = texts(written[name])[1].splitlines()
    for number, (title, page) in enumerate(sections, 1):
        assert any(re.fullmatch(rf"{number:02d}\s*{re.escape(title)}\s*{page}", line.strip()) for line in lines), title
        assert f"{number:02d}" in texts(written[name])[page - 1]
    links = [resolved(a) for a in reader.pages[1]["/Annots"]]  # type: ignore[attr-defined]
    assert len(links) == len(sections)


@pytest.mark.parametrize("name", CASES)
def test_pages_are_numbered_and_no_page_after_the_cover_is_nearly_empty(written: dict[str, Path], name: str) -> None:
    pages = texts(written[name])
    pattern = "第 {} 页 / 共 {} 页" if "zh" in name else "Page {} of {}"
    for number, text in enumerate(pages[1:], 2):
        assert pattern.format(number, len(pages)) in text
        assert len(text) > 250


@pytest.mark.parametrize("name", CASES)
def test_every_percentage_stands_with_a_base(written: dict[str, Path], name: str) -> None:
    for number, text in enumerate(texts(written[name]), 1):
        # Without levels of intervals and tests, and limits of what is called small.
        figures = re.sub(r"(?<![\d.])(5|20|90|95|100)%", "", text)
        if re.search(r"\d%", figures):
            assert "n=" in text, number


@pytest.mark.parametrize("name", CASES)
def test_no_box_and_no_line_starts_with_a_closing_sign(written: dict[str, Path], name: str) -> None:
    for text in texts(written[name]):
        assert "□" not in text
        assert not [line for line in text.splitlines() if line and line[0] in NO_START - {"—"}]


def test_the_chinese_report_says_what_it_must(written: dict[str, Path]) -> None:
    pages = texts(written["zh-machine"])
    whole = "\n".join(pages)
    for wanted in (
        "+37.1",
        "95% 置信区间",
        "n=2,420",
        "9f3c52d1a7be40c8",
        "R-2026Q3-0007",
        "车机卡顿、反应慢",
        "14.3%",
        "13.0～15.8%",
        "未校正",
        "海外",
        "样本不足",
        "升級以後還是一樣",
        "😤",
        "［手机号］",
        "［邮箱］",
    ):
        assert wanted in whole, wanted
    assert "13812345678" not in whole
    assert "example.com" not in whole
    assert whole.count("{") == whole.count("}") == 0


def test_markup_in_a_verbatim_is_printed_literally(written: dict[str, Path]) -> None:
    joined = "".join("".join(texts(written["zh"])).split())
    assert '<fontcolor="red">希望尽快解决</font>' in joined
    assert "<b>every</b>" in "".join("".join(texts(written["en"])).split())


def test_a_flat_frame_prints_all_its_codes(written: dict[str, Path]) -> None:
    whole = "\n".join(texts(written["flat"]))
    for number in range(1, 119):
        assert re.search(rf"Theme {number}\b", whole), number
    assert "78 rarer codes" in whole
    assert "nets" not in whole.lower().replace("net and code", "").replace("in a net", "")


def test_nothing_coded_is_said_and_no_share_is_printed(written: dict[str, Path]) -> None:
    whole = "\n".join(texts(written["bare-en"]))
    assert "No answer is coded yet" in whole
    assert not re.search(r"\d\.\d%", whole)


def test_language_and_title_are_in_the_file(written: dict[str, Path]) -> None:
    reader = PdfReader(written["zh"])
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "2026年第三季度客户之声洞察报告"
    assert "9f3c52d1" in str(reader.metadata.get("/Keywords"))
    assert PdfReader(written["en"]).trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]


def test_the_same_figures_give_the_same_bytes(written: dict[str, Path], tmp_path: Path) -> None:
    print_figures(example("en"), tmp_path / "again.pdf", lang="en")
    assert (tmp_path / "again.pdf").read_bytes() == written["en"].read_bytes()
    program = (
        "import sys; from pathlib import Path; from report_example import example; "
        "from reports.document import write_report; from reports.manuscript import Manuscript; "
        "from reports.spec import ReportSpec; "
        "write_report(Manuscript(example('en'), ReportSpec(language='en')), Path(sys.argv[1]))"
    )
    paths = [str(Path(__file__).parent), *sys.path]
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(paths)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "other.pdf")], check=True, env=environment)
    assert (tmp_path / "other.pdf").read_bytes() == written["en"].read_bytes()


def test_an_earlier_report_survives_a_cancelled_one(tmp_path: Path) -> None:
    target = tmp_path / "报告.pdf"
    target.write_bytes(b"earlier")

    def cancel(done: int, total: int | None, what: str = "") -> None:
        if done > 50:
            raise CancelledError

    with pytest.raises(CancelledError):
        print_figures(example("en"), target, lang="en", progress=cancel)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        print_figures(example("en"), tmp_path / "none" / "report.pdf", lang="en")
    assert raised.value.id == "report-unwritable"


def _hostile() -> ReportData:
    data = example("en")
    question = data.questions[0]
    label = "极长的标签" * 60 + "x" * 300
    themes = tuple(replace(t, label=label, definition=label * 3) for t in question.themes)
    quotes = tuple(replace(q, text="\u202e" + label * 4 + "\x00\n<para>&amp;", about=(label,)) for q in question.quotes)
    columns = tuple(replace(c, value=label) for c in question.segments[0].columns)
    segments = (replace(question.segments[0], dimension=label, columns=columns),)
    hostile = replace(question, name=label, text=label * 20, themes=themes, quotes=quotes, segments=segments)
    sources = tuple(replace(s, name=label, channel=label) for s in data.sources * 6)
    scores = tuple(replace(s, name=label) for s in data.scores)
    return replace(
        data,
        title=label,
        client=label,
        questions=(hostile,) * 3,
        sources=sources,
        scores=scores,
        frame_name=label,
        channels=tuple((label, 1) for _ in range(30)),
    )


def test_absurd_names_break_no_page(tmp_path: Path) -> None:
    """Every glyph stays on the paper, whatever the labels are."""
    written = print_figures(_hostile(), tmp_path / "hostile.pdf", lang="en")
    document = pypdfium2.PdfDocument(written.path)
    for page in document:
        text_page = page.get_textpage()
        for index in range(text_page.count_rects()):
            left, bottom, right, top = text_page.get_rect(index)
            assert -1 <= left <= right <= 597
            assert -1 <= bottom <= top <= 843
        text_page.close()
        page.close()
    document.close()


@pytest.mark.parametrize("base", [0, 1, 29, 30, 99])
def test_small_bases_give_counts_then_stars(tmp_path: Path, base: int) -> None:
    data = example("en")
    question = data.questions[0]
    themes = tuple(replace(t, share=share(min(base, 7), base), previous=None) for t in question.themes)
    small = replace(data, questions=(replace(question, base=base, themes=themes),), scores=())
    path = tmp_path / "small.pdf"
    print_figures(small, path, lang="en")
    whole = "\n".join(texts(path))
    assert ("Too few answers for percentages" in whole) == (base < 30)
    assert bool(re.search(r"\d%\*", whole)) == (base >= 30)


def test_a_report_without_anything_is_still_a_report(tmp_path: Path) -> None:
    nothing = replace(bare(), questions=(), sources=(), channels=(), respondents=0, start=None, end=None, client="")
    assert print_figures(nothing, tmp_path / "nothing.pdf", lang="en").pages >= 2
