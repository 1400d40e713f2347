"""A small survey with a trained model in force, and the Train & review page on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tables
from car_window import settle
from pytestqt.qtbot import QtBot

from annotate import coding, frames, samples, verbatims
from annotate.coding import Label
from annotate.importing.frame_load import import_frame
from annotate.importing.load import import_file
from annotate.store import operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Query
from ui.main_window import MainWindow
from ui.pages.train import TrainPage

PHRASES = {
    "301": ["起步肉", "给油没反应", "动力太弱", "超车费劲"],
    "302": ["低速顿挫", "换挡一顿一顿", "顿挫感明显", "二挡升三挡冲一下"],
    "304": ["异响很大", "底盘响", "中控台吱吱响", "过坎有异响"],
    "402": ["空间不大", "后排很挤", "后备箱小", "腿没地方放"],
}
FILLER = ["这车", "开了一年", "总体来说", "朋友推荐", "上个月", "还有就是", "另外", "我觉得"]
ROWS, CHOSEN, DRAWN = 210, 30, 104


def texts() -> list[tuple[str, tuple[str, ...]]]:
    """Return ROWS answers with their codes; every tenth says none, every sixth two things."""
    generator = np.random.default_rng(3)
    found: list[tuple[str, tuple[str, ...]]] = []
    for row in range(ROWS):
        words = [str(one) for one in generator.choice(FILLER, 2, replace=False)]
        if row % 10 == 9:
            found.append((f"没有什么{words[0]}{row}", ("98",)))
            continue
        codes = tuple(sorted(str(one) for one in generator.choice(list(PHRASES), 1 + (row % 6 == 0), replace=False)))
        said = [str(generator.choice(PHRASES[code])) for code in codes]
        found.append(("，".join([words[0], *said, words[1] + str(row)]), codes))
    return found


def make(folder: Path, *, labelled: bool = True) -> Path:
    """Make the project; ``labelled``: people coded CHOSEN answers, the first one wrongly, and DRAWN random ones."""
    rows = [[f"r{row}", text] for row, (text, _codes) in enumerate(texts())]
    tables.write_csv(folder / "a.csv", ("id", "Q7 不满意的地方"), rows)
    tables.frame(folder / "f.csv")
    path = folder / "p.tingdong"
    with Project.create(path, coder="周岚") as project:
        import_file(project, folder / "a.csv")
        import_frame(project, folder / "f.csv")
        if labelled:
            _label(project)
    return path


def _label(project: Project) -> None:
    samples.draw_audit(project, question=1, size=DRAWN)
    ids: list[int] = verbatims.ids(project, Query()).tolist()
    owed = set(samples.rows_owed(project, limit=DRAWN))
    chosen = [one for one in ids if one not in owed][:CHOSEN]
    codes = {one.number: one.id for one in frames.head(project, 1).codes}
    said = texts()

    def do(op: Operation) -> None:
        op.say("Labels")
        labels = [
            Label(one, tuple((codes[number], -1) for number in said[ids.index(one)][1])) for one in (*chosen, *owed)
        ]
        first = labels[0]
        wrong = codes["301"] if codes["301"] not in [code for code, _ in first.codes] else codes["402"]
        labels[0] = Label(first.verbatim, ((wrong, -1),))
        coding.import_labels(project, op, frame=1, coder=project.coder.id, labels=labels, partial=False)

    operations.run(project, "label", do)


def page_of(qtbot: QtBot, window: MainWindow) -> TrainPage:
    """Show the page and wait until everything on it was read."""
    window.show_page("train")
    page = window.pages["train"]
    assert isinstance(page, TrainPage)
    wait(qtbot, window, page)
    return page


def wait(qtbot: QtBot, window: MainWindow, page: TrainPage) -> None:
    """Wait until nothing runs and the page knows the newest operation."""

    def quiet() -> bool:
        return window.tasks.idle and not page.waiting and not page.job.busy

    qtbot.waitUntil(quiet, timeout=60_000)
    settle(qtbot, window)
    qtbot.waitUntil(quiet, timeout=60_000)
