"""REFI-QDA codebooks (.qdc) of other programs and our own, read as the sheet that they amount to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import UserError
from annotate.importing.cells import Problem, problem
from annotate.importing.code_roles import NET
from annotate.importing.frame_layouts import FrameKind, FrameLayout
from annotate.importing.frame_sheets import DEEPEST, FrameSheet, parse_frame
from annotate.messages import N_

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST = 20 * 2**20
"""Bytes: a codebook holds names and definitions, no answers."""
_OURS = "Tingdong"
_NETS = ("net", "sub_net", *(f"net_{rank}" for rank in range(3, DEEPEST + 1)))
_DETAILS = ("label_en", "role", "definition", "include", "exclude", "examples", "notes", "colour")
_LINE = re.compile(r"^\[(label_en|role|include|exclude|examples|notes)\] ?", re.MULTILINE)
_NUMBERED = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)*)[ 　]+(?P<label>\S.*)", re.DOTALL)


def read_codebook(path: Path) -> FrameSheet:
    """Read a codebook; raises UserError (not-a-codebook). Codes that hold codes, or are not codable, become nets."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse

    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path)
        root = parse(path, forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _unreadable(path) from error
    if root is None or _tag(root) != "CodeBook":
        raise _unreadable(path)
    rows: list[tuple[str, ...]] = []
    nameless: list[Problem] = []
    stack: list[tuple[Element, tuple[str, ...]]] = []
    for codes in root:
        if _tag(codes) == "Codes":
            stack += [(one, ()) for one in reversed(list(codes)) if _tag(one) == "Code"]
    ours = root.get("origin", "").startswith(_OURS)
    while stack:
        code, path_above = stack.pop()
        children = [one for one in code if _tag(one) == "Code"]
        label, row = _row(code, path_above, ours=ours, is_net=bool(children) or code.get("isCodable") == "false")
        if not label:
            rows.append(())  # keeps the count of the codes; what lies in it is left out with it
            nameless.append(
                problem(len(rows), "frame-name-missing", N_("The row has no name, or a net above it has none."))
            )
            continue
        rows.append(row)
        stack += [(one, (*path_above, label)) for one in reversed(children)]
    told = parse_frame(("number", *_NETS, "label", *_DETAILS), rows, first_row=1)
    return FrameSheet(told.nodes, FrameLayout(FrameKind.CODEBOOK, header=True), (*nameless, *told.problems))


def _row(code: Element, above: tuple[str, ...], *, ours: bool, is_net: bool) -> tuple[str, tuple[str, ...]]:
    name = " ".join((code.get("name") or "").split())
    number = ""
    if ours and (match := _NUMBERED.fullmatch(name)):
        number, name = match["number"], match["label"]
    said = next((one.text or "" for one in code if _tag(one) == "Description"), "").strip()
    details = dict.fromkeys(_DETAILS, "")
    parts = _LINE.split(said) if ours else [said]
    details["definition"] = parts[0].strip()
    for thing, text in zip(parts[1::2], parts[2::2], strict=True):
        details[thing] = text.strip()
    details["colour"] = code.get("color") or ""
    if is_net:
        details["role"] = NET
    # Deeper than a frame may be: the row is kept so deep that it is listed as such.
    nets = (*above, *[""] * (len(_NETS) - len(above)))[: len(_NETS)]
    return name, (number, *nets, name, *details.values())


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _unreadable(path: Path) -> UserError:
    return UserError(
        "not-a-codebook",
        N_("{name} cannot be read as a codebook."),
        N_("It is no REFI-QDA codebook, or is damaged or far too large."),
        N_("Export the codebook again as REFI-QDA (.qdc), or give a sheet."),
        name=path.name,
    )
