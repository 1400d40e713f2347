from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "make_corpus.py"


@pytest.fixture(scope="module")
def make_corpus() -> ModuleType:
    spec = spec_from_file_location("make_corpus", SCRIPT)
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules["make_corpus"] = module
    spec.loader.exec_module(module)
    return module


def texts_of(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")[1:-1]
    return [line.split(",", 8)[8].removeprefix('"').removesuffix('"') for line in lines]


def test_rows_lengths_and_duplicates_are_as_told(make_corpus: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    made = make_corpus.make(path, rows=20_000)
    texts = texts_of(path)
    assert len(texts) == made.rows == 20_000
    assert made.bytes == path.stat().st_size
    assert made.characters == sum(map(len, texts))
    assert 50 <= made.characters / made.rows <= 60
    assert made.duplicates == len(texts) - len(set(texts))
    assert 0.10 <= made.duplicates / made.rows <= 0.14


def test_columns_are_complete_and_ids_unique(make_corpus: ModuleType, tmp_path: Path) -> None:
    import csv

    path = tmp_path / "corpus.csv"
    make_corpus.make(path, rows=5_000)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert list(rows[0]) == ["id", "date", "channel", "store", "region", "batch", "tier", "nps", "text"]
    assert len({row["id"] for row in rows}) == 5_000
    assert all(None not in row and None not in row.values() for row in rows)
    assert all((row["nps"] == "") == (row["channel"] in make_corpus.WITHOUT_SCORE) for row in rows)
    assert len({row["store"] for row in rows}) > 1_000
    assert len({row["store"] for row in rows}) == len({(row["store"], row["region"]) for row in rows})


def test_same_seed_same_bytes(make_corpus: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_corpus.make(tmp_path / name, rows=500, seed=seed, bad=7)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


def test_bad_rows_are_planted_as_counted(make_corpus: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    made = make_corpus.make(path, rows=1_000, bad=20)
    lines = path.read_bytes().split(b"\n")[1:-1]
    bad = [line for line in lines if line.startswith(b"B")]
    assert len(bad) == sum(made.bad.values()) == 20
    assert len(lines) == 1_020
    counted = {
        "short": sum(line.count(b",") < 8 for line in bad),
        "long": sum(line.count(b",") > 8 for line in bad),
        "stray_quote": sum(line.count(b'"') > 1 for line in bad),
        "open_quote": sum(line.count(b'"') == 1 for line in bad),
        "bad_bytes": sum(b"\xff" in line for line in bad),
        "nul": sum(b"\0" in line for line in bad),
    }
    assert counted == made.bad


@pytest.mark.parametrize(("rows", "bad"), [(0, 0), (0, 2), (1, 0), (3, 9)])
def test_small_corpora(make_corpus: ModuleType, tmp_path: Path, rows: int, bad: int) -> None:
    path = tmp_path / "corpus.csv"
    made = make_corpus.make(path, rows=rows, bad=bad)
    assert path.read_bytes().count(b"\n") == 1 + rows + bad
    assert sum(made.bad.values()) == bad


def test_negative_counts_are_refused(make_corpus: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="negative"):
        make_corpus.make(tmp_path / "corpus.csv", rows=-1)


def test_command_prints_what_was_written_as_json(tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(path), "--rows", "100", "--bad", "3"],
        capture_output=True,
        check=True,
        text=True,
    )
    told = json.loads(done.stdout)
    assert told["records"] == 103
    assert told["bad"] == {"short": 1, "long": 1, "stray_quote": 1, "open_quote": 0, "bad_bytes": 0, "nul": 0}
