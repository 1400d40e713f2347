"""A project whose 240 answers are coded by people: enough for figures, without a model."""

from __future__ import annotations

import random
from pathlib import Path

from annotate import frames
from annotate.importing import label_load, load
from annotate.importing.roles import Role as Column
from annotate.store.project import Project

THEMES = {"顿挫": "低速顿挫得厉害", "空间大": "空间真的很大", "异响": "后排一直有异响", "油耗低": "油耗低，省钱"}


def make(folder: Path) -> Path:
    """Write the project into a folder and return its path."""
    draw = random.Random(5)
    answers, labels = folder / "answers.csv", folder / "labels.csv"
    rows, told = ["编号,区域,NPS,日期,原话"], ["编号,编码,情感"]
    for number in range(1, 241):
        code = draw.choice(list(THEMES))
        bad = code in ("顿挫", "异响")
        score = draw.randint(0, 6) if bad else draw.randint(8, 10)
        phone = "，电话13912345678" if number == 7 else ""
        rows.append(
            f"{number},{draw.choice(('华东', '华南'))},{score},2026-0{1 + number % 6}-15,{THEMES[code]}{number}{phone}"
        )
        told.append(f"{number},{code},{'负' if bad else '正'}")
    answers.write_text("\n".join(rows), encoding="utf-8")
    labels.write_text("\n".join(told), encoding="utf-8")
    path = folder / "coded.tingdong"
    with Project.create(path, coder="周岚") as project:
        load.import_file(
            project, answers,
            roles={Column.TEXT: ["原话"], Column.ID: ["编号"], Column.SCORE: ["NPS"], Column.SEGMENT: ["区域"],
                   Column.DATE: ["日期"]},
        )  # fmt: skip
        frame = frames.create_frame(project, name="车")
        for number, label in enumerate(THEMES, 1):
            frames.add_code(project, frame=frame, label=label, number=str(number))
        label_load.import_labels(project, labels)
    return path
