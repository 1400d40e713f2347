"""What the drawing library cannot do: structure tree, XMP metadata, colour profile, and encryption, by pikepdf.

Without a password the same drawing gives the same bytes. What is claimed is PDF/A-2b, which the tests have checked by
the allowlist validator of pikepdf; the tags are certified by nobody, and PDF/UA is not claimed.
"""

from __future__ import annotations

import os
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from annotate.errors import AskedWronglyError
from annotate.messages import N_
from reports.pdf.pages import Book, Drawn
from reports.pdf.structure import Element, place_of

if TYPE_CHECKING:
    import pikepdf

LEAST_PASSWORD = 6
MOST_PASSWORD_BYTES = 127
"""Revision 6 cuts a password after 127 bytes of UTF-8 (ISO 32000-2, 7.6.4.3.2)."""
_PRINTED = 4
"""The Print flag of an annotation, which PDF/A asks of links too."""


def check_password(password: str) -> None:
    """Raise AskedWronglyError for a password that is too short, or longer than a PDF keeps."""
    if len(password) < LEAST_PASSWORD or len(password.encode()) > MOST_PASSWORD_BYTES:
        raise AskedWronglyError(
            "report-password-length",
            N_("This password cannot be used for the report."),
            N_("It needs at least {least} characters and at most {most} bytes."),
            N_("Choose another one."),
            least=LEAST_PASSWORD,
            most=MOST_PASSWORD_BYTES,
        )


def finish(drawn: Drawn, book: Book, *, password: str | None = None) -> bytes:
    """Return the finished PDF: tagged, with metadata; with a password encrypted by AES-256 (revision 6).

    An encrypted file is no PDF/A, so the claim is left out of it. The owner's password is random and kept by nobody.
    """
    import pikepdf

    with pikepdf.open(BytesIO(drawn.data)) as pdf:
        _tag(pdf, drawn.structure.root, book)
        _links(pdf)
        _colours(pdf)
        _describe(pdf, book, archive=password is None)
        target = BytesIO()
        if password is None:
            pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        else:
            _save_locked(pdf, target, password)
    return target.getvalue()


def _save_locked(pdf: pikepdf.Pdf, target: BytesIO, password: str) -> None:
    import pikepdf

    check_password(password)
    rights = pikepdf.Permissions(
        extract=False, modify_annotation=False, modify_assembly=False, modify_form=False, modify_other=False
    )
    lock = pikepdf.Encryption(user=password, owner=os.urandom(24).hex(), R=6, aes=True, allow=rights)
    pdf.save(target, encryption=lock, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def locked(data: bytes, password: str) -> bytes:
    """Return a finished PDF encrypted, its claim to be PDF/A taken out."""
    import pikepdf

    target = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            for name in ("pdfaid:part", "pdfaid:conformance"):
                if name in told:
                    del told[name]
        _save_locked(pdf, target, password)
    return target.getvalue()


def _tag(pdf: pikepdf.Pdf, root: Element, book: Book) -> None:
    """Write the structure tree and the way from marked content to its element."""
    from pikepdf import Array, Dictionary, Name, String

    pages = [page.obj for page in pdf.pages]
    marks: list[list[pikepdf.Object]] = [[] for _ in pages]
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))

    def build(element: Element, parent: pikepdf.Object) -> pikepdf.Object | None:
        made = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + element.tag), P=parent))
        if element.alt:
            made.Alt = String(element.alt)
        if element.tag == "TH":
            made.A = Dictionary(O=Name.Table, Scope=Name.Column)
        kids: list[object] = []
        on_page = None
        for kid in element.kids:
            if isinstance(kid, Element):
                below = build(kid, made)
                if below is not None:
                    kids.append(below)
                continue
            page, number = place_of(kid)
            # Numbers of one page are dealt out in drawing order, so that each finds its place at the end.
            marks[page].append(made)
            if len(marks[page]) != number + 1:
                raise AssertionError("marked content out of order")
            if on_page is None:
                on_page = page
                made.Pg = pages[page]
            kids.append(number if page == on_page else Dictionary(Type=Name.MCR, Pg=pages[page], MCID=number))
        if not kids:
            return None
        made.K = Array(kids)
        return made

    document = build(root, tree)
    if document is None:
        return
    tree.K = document
    numbers = Array()
    for index, page in enumerate(pages):
        page.StructParents = index
        page.Tabs = Name.S
        numbers.append(index)
        numbers.append(pdf.make_indirect(Array(marks[index])))
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = len(pages)
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(book.language)


def _links(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        if "/Trans" in page.obj:  # an empty transition, which the drawing library writes
            del page.obj["/Trans"]
        for annotation in page.obj.get("/Annots", []):
            annotation.F = _PRINTED


def _colours(pdf: pikepdf.Pdf) -> None:
    """Say that all colours are sRGB."""
    from pikepdf import Array, Dictionary, Name, Stream, String

    profile = Stream(pdf, srgb_profile())
    profile.N = 3
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )


@cache
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB without the hour at which it was made."""
    from PIL.ImageCms import ImageCmsProfile, createProfile

    made = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    made[24:36] = bytes([7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])  # 2000-01-01, ICC.1:2010, 7.2.10
    return bytes(made)


def _describe(pdf: pikepdf.Pdf, book: Book, *, archive: bool) -> None:
    """Write the XMP metadata, the same as in the document information, whose fixed dates go."""
    for name in ("/CreationDate", "/ModDate", "/Trapped"):
        if name in pdf.docinfo:
            del pdf.docinfo[name]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        told["dc:title"] = book.title
        if book.author:
            told["dc:creator"] = [book.author]
        told["dc:description"] = book.subject
        told["dc:language"] = {book.language}
        told["dc:format"] = "application/pdf"
        told["pdf:Keywords"] = book.keywords
        told["pdf:Producer"] = str(pdf.docinfo.get("/Producer", ""))
        told["xmp:CreatorTool"] = str(pdf.docinfo.get("/Creator", ""))
        if archive:
            told["pdfaid:part"] = "2"
            told["pdfaid:conformance"] = "B"
