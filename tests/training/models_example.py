"""A project of 240 short answers in two waves, of which people coded some, for the tests of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import tables
from in_process import InProcess

from annotate import frames, verbatims
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.store import images, operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Query
from training import session

PHRASES = {
    "301": ["起步肉", "给油没反应", "动力太弱", "超车费劲"],
    "302": ["低速顿挫", "换挡一顿一顿", "顿挫感明显", "二挡升三挡冲一下"],
    "304": ["异响很大", "底盘响", "中控台吱吱响", "过坎有异响"],
    "402": ["空间不大", "后排很挤", "后备箱小", "腿没地方放"],
}
FILLER = ["这车", "开了一年", "总体来说", "朋友推荐", "上个月", "还有就是", "另外", "我觉得"]
ROWS = 240


def answers(seed: int = 1) -> list[tuple[str, tuple[str, ...]]]:
    """Return (text, codes) of ROWS answers; every sixth carries two codes, every tenth the code 98 (none)."""
    generator = np.random.default_rng(seed)
    found: list[tuple[str, tuple[str, ...]]] = []
    for row in range(ROWS):
        words = [str(word) for word in generator.choice(FILLER, 2, replace=False)]
        if row % 10 == 9:
            found.append((f"没有什么{words[0]}{row}", ("98",)))
            continue
        codes = tuple(sorted(str(one) for one in generator.choice(list(PHRASES), 1 + (row % 6 == 0), replace=False)))
        said = [str(generator.choice(PHRASES[code])) for code in codes]
        found.append(("，".join([words[0], *said, words[1] + str(row)]), codes))
    return found


def make(folder: Path, labelled: int, *, wrong: dict[int, str] | None = None) -> Path:
    """Make the project with its first answers labelled; ``wrong`` gives rows another code than the right one."""
    said = answers()
    survey = [[f"r{row}", f"2026-0{5 + row % 2}", text] for row, (text, _) in enumerate(said)]
    tables.write_csv(folder / "调研.csv", ["id", "期", "Q7"], survey)
    tables.frame(folder / "码框.csv")
    label(folder / "labels.csv", range(labelled), wrong)
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        import_file(project, folder / "调研.csv")
        import_frame(project, folder / "码框.csv")
        import_labels(project, folder / "labels.csv")
    return folder / "p.tingdong"


def label(path: Path, rows: Iterable[int], wrong: Mapping[int, str] | None = None) -> Path:
    """Write the labels of these rows."""
    said, wrong = answers(), wrong or {}
    table = [[f"r{row}", code] for row in rows for code in ([wrong[row]] if row in wrong else said[row][1])]
    tables.write_csv(path, ["id", "code"], table)
    return path


def train(project: Project, seed: int = 1) -> int:
    """Train a model in this process; return its id."""
    return session.train(project, seed=seed, worker=InProcess()).id


def code_of(project: Project, number: str) -> int:
    """Return the id of a code."""
    return next(one.id for one in frames.head(project, frames.the_frame(project)).codes if one.number == number)


def ids(project: Project) -> list[int]:
    """Return the answers in the order of ``answers``."""
    found: list[int] = verbatims.ids(project, Query()).tolist()
    return found


def deliver(project: Project, wave: str) -> None:
    """Mark a wave as delivered."""

    def do(op: Operation) -> None:
        images.write(op, "wave", {"id": wave_of(project, wave)}, {"delivered": 1})
        op.say("Wave delivered")

    operations.run(project, "wave", do)


def wave_of(project: Project, wave: str) -> int:
    """Return the id of a wave."""
    return int(project.rows("select id from wave where name = ?", (wave,))[0][0] or 0)


def pointers(project: Project) -> dict[str, int]:
    """Return the run in force by wave."""
    rows = project.rows("select w.name, f.run_id from run_in_force f join wave w on w.id = f.wave_id")
    return {str(name): int(run or 0) for name, run in rows}


def accepted(project: Project, run: int) -> set[tuple[int, int]]:
    """Return the (answer, code) that a run accepted."""
    rows = project.rows("select verbatim_id, code_id from prediction where run_id = ? and accepted = 1", (run,))
    return {(int(row[0] or 0), int(row[1] or 0)) for row in rows}
