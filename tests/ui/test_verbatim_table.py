"""The table model with 100,000 ids: blocks, ticks, refresh, and that it never reads on its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from annotate.verbatims import VerbatimRow
from ui.models.verbatim_table import BLOCK, KEPT, VerbatimTable

Deliver = Callable[[list[VerbatimRow]], None]


def row_of(number: int, text: str = "") -> VerbatimRow:
    return VerbatimRow(number, text or f"answer {number}", 1, str(number), 1, (), number, 1, (), (), None, False)


class Fetches:
    """Takes what the table asks for and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Hashable, list[int], Deliver]] = []

    def __call__(self, key: Hashable, ids: list[int], deliver: Deliver) -> None:
        self.asked.append((key, ids, deliver))

    def answer(self, text: str = "") -> None:
        asked, self.asked = self.asked, []
        for _key, ids, deliver in asked:
            deliver([row_of(one, text and f"{text} {one}") for one in ids])


@pytest.fixture
def fetches() -> Fetches:
    return Fetches()


@pytest.fixture
def table(qapp: object, fetches: Fetches) -> VerbatimTable:
    table = VerbatimTable(fetches)
    table.set_ids(np.arange(1, 100_001, dtype=np.int64) * 3)
    return table


def asked(qtbot: QtBot, fetches: Fetches) -> None:
    qtbot.waitUntil(lambda: bool(fetches.asked), timeout=60_000)


def test_follows_the_rules_of_models(qtmodeltester: ModelTester, qapp: object, fetches: Fetches) -> None:
    table = VerbatimTable(fetches)
    table.set_ids(np.arange(1, 300, dtype=np.int64))
    qtmodeltester.check(table)


def test_a_row_is_a_placeholder_until_its_block_came(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    assert table.rowCount() == 100_000
    assert table.row(70_000) is None
    asked(qtbot, fetches)
    [(_key, ids, _deliver)] = fetches.asked
    assert len(ids) <= BLOCK
    assert 70_001 * 3 in ids
    with qtbot.waitSignal(table.dataChanged, timeout=60_000):
        fetches.answer()
    row = table.row(70_000)
    assert row is not None
    assert row.id == 70_001 * 3
    assert table.data(table.index(70_000, 0)) == f"answer {70_001 * 3}"


def test_dragging_through_reads_only_the_newest_blocks(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    for row in range(0, 100_000, BLOCK):
        table.row(row)
    asked(qtbot, fetches)
    assert len(fetches.asked) <= 3
    assert fetches.asked[-1][1][-1] == 300_000


def test_keeps_only_the_blocks_around_the_eye(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    for block in range(KEPT + 10):
        table.row(block * BLOCK)
        asked(qtbot, fetches)
        fetches.answer()
    assert table.row(0) is None
    assert table.row((KEPT + 9) * BLOCK) is not None


def test_answers_for_rows_no_longer_shown_are_dropped(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    table.row(0)
    asked(qtbot, fetches)
    table.set_ids(np.array([7, 8, 9], np.int64))
    fetches.answer()
    assert table.row(0) is None


@pytest.mark.parametrize("shown", [20, 100_000 + 20])
def test_a_changed_row_is_read_again_when_rows_come_or_go_in_between(
    qtbot: QtBot, table: VerbatimTable, fetches: Fetches, shown: int
) -> None:
    table.row(0)
    asked(qtbot, fetches)
    fetches.answer()
    table.refresh([3])
    assert table.waiting
    table.set_ids(np.arange(1, shown + 1, dtype=np.int64) * 3)
    fetches.answer("late")
    qtbot.waitUntil(lambda: not table.waiting, timeout=60_000)
    row = table.row(0)
    assert row is not None
    assert row.text == "late 3"


def test_more_ids_behind_those_shown_move_nothing(qtbot: QtBot, qapp: object, fetches: Fetches) -> None:
    table = VerbatimTable(fetches)
    table.set_ids(np.arange(500, dtype=np.int64))
    table.tick(3, 3)
    with qtbot.assertNotEmitted(table.modelReset), qtbot.waitSignal(table.rowsInserted, timeout=60_000):
        table.set_ids(np.arange(2_000, dtype=np.int64))
    assert table.rowCount() == 2_000
    assert table.ticked_ids().tolist() == [3]
    assert table.row(450) is None
    asked(qtbot, fetches)
    fetches.answer()
    assert table.row(511) is not None


def test_ticks_follow_the_answers_through_another_order(table: VerbatimTable) -> None:
    table.tick(10, 12)
    ticked = set(table.ticked_ids().tolist())
    table.set_ids(table.ids[::-1].copy())
    assert set(table.ticked_ids().tolist()) == ticked
    assert table.ticked == 3


def test_all_ticked_is_known_without_a_list(table: VerbatimTable) -> None:
    table.tick_all()
    assert table.all_ticked
    table.tick(5, 5, on=False)
    assert not table.all_ticked
    assert table.ticked == 99_999


def test_a_change_reads_only_what_it_touched(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    table.row(0)
    asked(qtbot, fetches)
    fetches.answer()
    table.refresh([6, 299_997])
    [(_key, ids, _deliver)] = fetches.asked
    assert ids == [6]
    fetches.answer("new")
    first, second = table.row(0), table.row(1)
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == ("answer 3", "new 6")


def test_a_block_read_before_a_change_is_read_again(qtbot: QtBot, table: VerbatimTable, fetches: Fetches) -> None:
    table.row(0)
    asked(qtbot, fetches)
    table.refresh([3])
    fetches.answer("old")
    table.row(0)
    asked(qtbot, fetches)
    fetches.answer("new")
    row = table.row(0)
    assert row is not None
    assert row.text == "new 3"


def test_ticks_are_told_to_screen_readers(table: VerbatimTable) -> None:
    table.tick(1, 1)
    index: QModelIndex = table.index(1, 0)
    assert table.data(index, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked


def test_rows_asked_for_arrive_although_more_came_behind_them(qtbot: QtBot, fetches: Fetches) -> None:
    table = VerbatimTable(fetches)
    table.set_ids(np.arange(1, 501))
    assert table.row(0) is None
    qtbot.waitUntil(lambda: len(fetches.asked) == 1, timeout=60_000)
    early, fetches.asked = fetches.asked, []
    table.set_ids(np.arange(1, 10_001))
    for _key, ids, deliver in early:
        deliver([row_of(one) for one in ids])
    qtbot.waitUntil(lambda: len(fetches.asked) == 1, timeout=60_000)
    with qtbot.waitSignal(table.rows_arrived, timeout=60_000):
        fetches.answer()
    row = table.row(0)
    assert row is not None
    assert row.text == "answer 1"
