"""What a finished PDF says of itself: structure, metadata, archive marks, and that only the password opens it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from full_example import full
from pypdf import PdfReader

from annotate.errors import AskedWronglyError
from reports.document import printed, write_report
from reports.manuscript import Manuscript
from reports.pdf.paper import PAPERS
from reports.spec import ReportSpec

PASSWORD = "客户2026安全"


@pytest.fixture(scope="module", params=[("zh", "a4"), ("en", "16:9")], ids=["zh-a4", "en-slides"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lang, page = request.param
    path = tmp_path_factory.mktemp("finish") / f"{lang}.pdf"
    write_report(Manuscript(full(lang), ReportSpec(language=lang, page=page)), path)
    return path


def elements(node: pikepdf.Object, depth: int = 0) -> list[tuple[str, int]]:
    """Return (type, depth) of all structure elements in order."""
    found = []
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found.append((str(kid.S), depth))
            found += elements(kid, depth + 1)
    return found


def test_everything_drawn_is_in_the_structure_or_an_artifact(report: Path) -> None:
    with pikepdf.open(report) as pdf:
        root = pdf.Root.StructTreeRoot
        assert bool(pdf.Root.MarkInfo.Marked)
        parents = list(root.ParentTree.Nums)
        for number, page in enumerate(pdf.pages):
            depth, marked = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                    assert depth == 1
                    if name == "BDC":
                        marked.append(int(operands[1].MCID))
                elif name == "EMC":
                    depth -= 1
                elif name in ("Tj", "TJ", "f", "S", "B", "f*", "Do"):
                    assert depth == 1, f"page {number + 1}: {name} outside of marked content"
            assert depth == 0
            assert marked == list(range(len(marked)))
            assert int(page.obj.StructParents) == number == int(parents[2 * number])
            assert len(parents[2 * number + 1]) == len(marked)


def test_headings_tables_and_figures_are_what_they_are(report: Path) -> None:
    with pikepdf.open(report) as pdf:
        document = pdf.Root.StructTreeRoot.K
        found = [name for name, _ in elements(document)]
        assert set(found) <= {"/P", "/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/Figure", "/TOC", "/TOCI"}
        reader = PdfReader(report)
        assert found.count("/H1") == sum(1 for item in reader.outline if not isinstance(item, list))
        assert all(name in ("/TH", "/TD") for name, depth in elements(document) if depth == 2)
        figures = [kid for kid in document.K if str(kid.get("/S", "")) == "/Figure"]
        assert len(figures) > 10
        assert all(str(figure.Alt) for figure in figures)


def test_metadata_agrees_with_the_document_information(report: Path) -> None:
    with pikepdf.open(report) as pdf, pdf.open_metadata() as told:
        assert told["dc:title"] == str(pdf.docinfo["/Title"])
        assert told["pdf:Keywords"] == str(pdf.docinfo["/Keywords"])
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert "/CreationDate" not in pdf.docinfo
        intent = pdf.Root.OutputIntents[0]
        assert str(intent.S) == "/GTS_PDFA1"
        assert int(intent.DestOutputProfile.N) == 3
        assert str(pdf.Root.Lang) in ("zh-CN", "en")
        assert "/ID" in pdf.trailer
        assert "/Encrypt" not in pdf.trailer
        for page in pdf.pages:
            assert all(int(one.F) & 4 for one in page.obj.get("/Annots", []))


@pytest.mark.skipif(find_spec("jsonschema") is None, reason="pikepdf's validator needs jsonschema")
def test_a_validator_finds_it_to_be_the_archive_format_that_it_claims(report: Path) -> None:
    from pikepdf import pdfa

    found = pdfa.validate_written(report, "2b")
    assert [str(one) for one in found.findings] == []
    assert found.passed


def test_every_glyph_lies_within_the_margins(report: Path) -> None:
    paper = PAPERS["a4" if "zh" in report.name else "16:9"]
    document = pypdfium2.PdfDocument(report)
    for number, page in enumerate(document):
        text_page = page.get_textpage()
        assert "□" not in text_page.get_text_bounded()
        for index in range(text_page.count_rects()):
            left, bottom, right, top = text_page.get_rect(index)
            # A closing sign may hang out by half its width.
            assert left >= paper.margin - 1 or number == 0
            assert right <= paper.width - paper.margin + 6
            assert 10 < bottom <= top < paper.height - 10
        text_page.close()
        page.close()
    document.close()


def test_no_line_starts_with_a_closing_sign(report: Path) -> None:
    document = pypdfium2.PdfDocument(report)
    for page in document:
        text_page = page.get_textpage()
        for line in text_page.get_text_bounded().splitlines():
            assert not re.match("[，。；：？！”）]", line.strip()), line
        text_page.close()
        page.close()
    document.close()


def test_only_the_password_opens_an_encrypted_report() -> None:
    manuscript = Manuscript(full("zh"))
    plain, _ = printed(manuscript, Path("r.pdf"))
    locked, _ = printed(manuscript, Path("r.pdf"), password=PASSWORD)
    for wrong in ("", "客户2025安全"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(locked), password=wrong)
    with pikepdf.open(BytesIO(locked), password=PASSWORD) as pdf, pikepdf.open(BytesIO(plain)) as open_one:
        assert pdf.encryption.R == 6
        assert pdf.encryption.bits == 256
        assert not pdf.allow.extract
        for page, other in zip(pdf.pages, open_one.pages, strict=True):
            assert page.Contents.read_bytes() == other.Contents.read_bytes()
        with pdf.open_metadata() as told:
            assert "pdfaid:part" not in told  # an encrypted file is none
    document = pypdfium2.PdfDocument(BytesIO(locked), password=PASSWORD)
    assert len(document) > 5
    document.close()
    assert "顿挫".encode() not in locked


@pytest.mark.parametrize("password", ["", "short", "长" * 43])
def test_a_password_that_no_pdf_can_have_is_a_sentence(password: str) -> None:
    with pytest.raises(AskedWronglyError) as raised:
        printed(Manuscript(full("zh")), Path("r.pdf"), password=password)
    assert raised.value.id == "report-password-length"


def test_the_same_manuscript_gives_the_same_bytes() -> None:
    first, _ = printed(Manuscript(full("en"), ReportSpec(language="en", page="16:9")), Path("a.pdf"))
    second, _ = printed(Manuscript(full("en"), ReportSpec(language="en", page="16:9")), Path("b.pdf"))
    assert first == second
