"""Work in a process of its own: answers, errors and progress come back; a cancel ends it, the next call starts anew."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress, silent
from reports.apart import Apart


def double(progress: Progress, number: int) -> tuple[int, int]:
    progress(1, 2, "Doubling")
    return 2 * number, os.getpid()


def refuse(_progress: Progress) -> None:
    raise UserError("no-luck", "It did not work with {name}.", "", "Try again.", name="this")


def stumble(_progress: Progress) -> None:
    raise KeyError("a bug")


def die(_progress: Progress) -> None:
    os._exit(3)


def linger(progress: Progress) -> None:
    while True:
        progress(1, 10, "Waiting")
        time.sleep(0.05)


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.close()


def test_work_is_done_elsewhere_by_one_process(apart: Apart) -> None:
    told: list[str] = []
    first = apart.run(lambda _done, _total, what="": told.append(what), double, 21)
    second = apart.run(silent, double, 4)
    assert (first[0], second[0]) == (42, 8)
    assert first[1] == second[1] != os.getpid()
    assert "Doubling" in told


def test_errors_come_back_as_they_were_and_the_process_stays(apart: Apart) -> None:
    before = apart.run(silent, double, 1)[1]
    with pytest.raises(UserError) as refused:
        apart.run(silent, refuse)
    assert refused.value.id == "no-luck"
    assert "with this" in refused.value.sentence()
    assert apart.run(silent, double, 1)[1] == before
    with pytest.raises(KeyError):
        apart.run(silent, stumble)


def test_a_process_that_dies_is_told_and_replaced(apart: Apart) -> None:
    with pytest.raises(UserError) as broken:
        apart.run(silent, die)
    assert broken.value.id == "work-broke-off"
    assert apart.run(silent, double, 3)[0] == 6


def test_a_cancel_ends_the_work(apart: Apart) -> None:
    before = apart.run(silent, double, 1)[1]

    def stop(done: int, _total: int | None, _what: str = "") -> None:
        if done:
            raise CancelledError

    with pytest.raises(CancelledError):
        apart.run(stop, linger)
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert apart.run(silent, double, 1)[1] != before
