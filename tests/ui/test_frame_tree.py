"""The frame as a tree: order, counts, narrowing, and Qt's rules."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import Qt
from pytestqt.modeltest import ModelTester

from annotate import messages
from annotate.frames import Code, Frame, Role
from ui.models.frame_tree import FrameTree


def code(id: int, label: str, parent: int | None = None, *, net: bool = False, **more: object) -> Code:
    given: dict[str, object] = {"number": str(id), "label_en": "", "role": Role.THEME, "retired": False}
    given |= {"definition": "", **more}
    return Code(
        id=id, parent_id=parent, is_net=net, label=label, include="", exclude="", examples="", notes="",
        colour="", held_from=1, meaning_from=1, path=(label,), depth=0 if parent is None else 1, **given,
    )  # type: ignore[arg-type]  # fmt: skip


FRAME = Frame(
    1, "车", 1, 1, False,
    (
        code(3, "动力与变速", net=True),
        code(301, "动力弱", 3, label_en="Weak power"),
        code(302, "顿挫", 3),
        code(303, "旧码", 3, retired=True),
        code(98, "无", role=Role.NONE),
    ),
)  # fmt: skip


@pytest.fixture
def tree(qapp: object) -> FrameTree:
    messages.use("en")
    tree = FrameTree()
    tree.set_frame(FRAME)
    return tree


def titles(tree: FrameTree, parent: QModelIndex | None = None) -> list[object]:
    return [tree.data(tree.index(row, 0, parent)) for row in range(tree.rowCount(parent))]


def test_follows_the_rules_of_models(qtmodeltester: ModelTester, tree: FrameTree) -> None:
    qtmodeltester.check(tree)


def test_nets_hold_their_codes_and_retired_ones_are_left_out(tree: FrameTree) -> None:
    assert titles(tree) == ["3  动力与变速", "98  无  (none)"]
    assert titles(tree, tree.index(0, 0)) == ["301  Weak power", "302  顿挫"]


def test_only_counts_that_differ_are_painted_again(tree: FrameTree) -> None:
    tree.set_counts({301: 2, 302: 1})
    changed: list[int] = []
    tree.dataChanged.connect(lambda index, *_more: changed.append(index.internalId()))
    tree.set_counts({301: 2, 302: 5})
    assert changed == [302]
    assert tree.data(tree.index_of(302, 1)) == "5"


@pytest.mark.parametrize(
    ("typed", "kept"), [("power", ["301  Weak power"]), ("302", ["302  顿挫"]), ("顿", ["302  顿挫"])]
)
def test_narrowing_keeps_the_net_above(tree: FrameTree, typed: str, kept: list[object]) -> None:
    tree.narrow(typed)
    assert titles(tree) == ["3  动力与变速"]
    assert titles(tree, tree.index(0, 0)) == kept
    tree.narrow("")
    assert len(titles(tree)) == 2


def test_what_looks_like_markup_in_a_definition_is_shown_as_text(tree: FrameTree) -> None:
    tree.set_frame(Frame(1, "x", 1, 1, False, (code(1, "a", definition="<img src=x>"),)))
    tip = tree.data(tree.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert not Qt.mightBeRichText(str(tip))
    assert "img src=x" in str(tip)
