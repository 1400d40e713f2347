"""Small files and projects that several tests share."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

SURVEY = ["id", "客户", "期", "日期", "渠道", "区域", "NPS推荐分", "Q7 不满意的地方"]
ANSWERS = [
    ("低速顿挫", -1, "302"),
    ("异响很大", -1, "304"),
    ("空间不大", -1, "402"),
    ("没有", None, "98"),
    ("起步肉,给油没反应", -1, "301"),
]


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    """Write a table as people's programs do."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def survey(path: Path, rows: int = 60) -> Path:
    """Write a survey of one question: five kinds of answers in turn, made different by a number, some identical."""
    table = []
    for n in range(rows):
        text, _, _ = ANSWERS[n % len(ANSWERS)]
        words = text if n % 10 < 5 else f"{text}{n}次"
        table.append(
            [f"r{n}", f"c{n % 40}", f"2026-0{5 + n % 2}", f"2026-05-{1 + n % 28:02d}", "调研" if n % 3 else "热线",
             "华东" if n % 2 else "华南", n % 11, words]
        )  # fmt: skip
    return write_csv(path, SURVEY, table)


def frame(path: Path) -> Path:
    """Write the frame of the survey."""
    rows = [
        ("301", "动力", "动力弱", "Weak power", "theme"),
        ("302", "动力", "顿挫", "Jerking", "theme"),
        ("304", "动力", "异响", "Noise", "theme"),
        ("402", "空间", "空间小", "Small space", "theme"),
        ("98", "", "无", "None", "none"),
    ]
    return write_csv(path, ["number", "net", "label", "label_en", "role"], rows)


def labels(path: Path, rows: int = 60) -> Path:
    """Write the labels of the first answers of the survey."""
    table = []
    for n in range(rows):
        _, mood, number = ANSWERS[n % len(ANSWERS)]
        table.append([f"r{n}", number, "" if mood is None else mood])
    return write_csv(path, ["id", "code", "sentiment"], table)


def shared_data(name: str) -> Path:
    """Return a real data file; skip the test where the data are not at hand."""
    folder = Path(os.environ.get("TINGDONG_DATA", Path(__file__).parents[3] / "shared" / "data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder of real data (TINGDONG_DATA)")
    return path
