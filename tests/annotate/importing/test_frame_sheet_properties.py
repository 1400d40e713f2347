"""Frames that go out come back, no sheet breaks the reader, and real frames are read."""

# ruff: noqa: E501 a whole sheet on one line is easier to compare with the next
from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from frame_outline import outline
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.exchange.guard import guard
from annotate.importing.cells import folded, text_of
from annotate.importing.code_roles import ROLES
from annotate.importing.frame_layouts import FrameKind
from annotate.importing.frame_sheets import FrameNode, parse_frame, write_frame
from annotate.importing.records import Cell

DATA = Path(os.environ.get("TINGDONG_DATA") or Path(__file__).parents[3] / "../shared/data")


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Cn"]) | st.sampled_from("=-/#>'\\|"),
    min_size=1,
    max_size=12,
).map(lambda text: " ".join(text.split()))


details = names | st.just("")


cells = st.none() | st.integers(-9, 999) | st.floats() | st.sampled_from(
    ["", "NET", "SUB-NET", "1", "2", "1.1", "a", "a/b", "a>b", "- a", "  a", "一级", "其他", "label", "code", "net", "parent"]
) | st.text(max_size=4)  # fmt: skip


@st.composite
def frames(draw: st.DrawFn) -> list[FrameNode]:
    nodes: list[FrameNode] = []

    def grow(path: tuple[str, ...], room: int) -> None:
        labels = draw(st.lists(names.filter(folded), max_size=room, unique_by=folded))
        for label in labels:
            at = len(nodes)
            is_net = len(path) < 4 and draw(st.booleans())
            number = draw(st.none() | st.just(f"{at:02}"))
            role = "theme" if is_net else draw(st.sampled_from(ROLES))
            texts = [draw(details) for _ in range(7)]
            nodes.append(FrameNode(number, label, texts[0], path, is_net, role, *texts[1:]))
            if is_net:
                grow((*path, label), 2)

    grow((), 3)
    return nodes


@settings(max_examples=150, deadline=None)
@given(frames(), st.booleans())
def test_what_goes_out_comes_back(nodes: list[FrameNode], through_csv: bool) -> None:
    columns, rows = write_frame(nodes)
    if through_csv:
        rows = [tuple(map(guard, row)) for row in rows]
    sheet = parse_frame(columns, rows, guarded=through_csv)
    assert sheet.problems == ()
    assert list(sheet.nodes) == nodes


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["label", "code", "number", "level1", "level2", "depth", "path", "parent", "类别", "x", "#1", ""])
             | st.text(max_size=3), max_size=4),
    st.lists(st.lists(cells, max_size=5), max_size=8),
)  # fmt: skip
def test_no_sheet_breaks_the_reader_and_no_row_vanishes(columns: list[str], rows: list[list[Cell]]) -> None:
    sheet = parse_frame(columns, rows)
    filled = sum(any(text_of(cell) for cell in row) for row in rows)
    assert len(sheet.nodes) + len(sheet.problems) >= filled - 1  # one may be a header in words of its own
    assert len({(node.path, node.label) for node in sheet.nodes}) == len(sheet.nodes)
    taken = [node.number for node in sheet.nodes if node.number]
    assert len(set(taken)) == len(taken)


def data_rows(name: str) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in the data folder")
    columns, *rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    return columns, rows


def test_the_hotline_frame_whose_leaf_names_repeat() -> None:
    sheet = parse_frame(*data_rows("zh_gov_hotline_tipdm2020.codeframe.csv"))
    assert sheet.problems == ()
    assert sheet.layout.kind is FrameKind.LEVELS
    leaves = [node for node in sheet.nodes if not node.is_net]
    assert len(leaves) == 517
    assert len({(*node.path, node.label) for node in sheet.nodes}) == len(sheet.nodes)
    assert {node.depth for node in leaves} == {2}
    others = [node for node in leaves if node.label == "其他"]
    assert len(others) == 116
    assert {node.role for node in others} == {"other"}
    again = parse_frame(*write_frame(sheet.nodes))
    assert again.nodes == sheet.nodes


def test_the_phone_frame_whose_names_hold_slashes() -> None:
    columns, rows = data_rows("en_phone_reviews_asqp.codeframe.csv")
    rows = list(rows)
    sheet = parse_frame(columns, rows)
    leaves = [node for node in sheet.nodes if not node.is_net]
    assert sheet.problems == ()
    assert len(leaves) == 88
    assert leaves[0].path == ("After-sales Service",)
    assert leaves[0].label == "Exchange/Warranty/Return"
    paths_only = parse_frame(["code"], [row[:1] for row in rows])
    assert paths_only.layout.separator == "#"
    assert outline(paths_only) == outline(sheet)
