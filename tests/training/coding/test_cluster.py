"""Coding a Parquet data set with two workers gives what coding at home gives; what cannot be done is a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from training_example import NAMES, PARENTS, example

from annotate.errors import UserError
from annotate.frames import Frame
from training.coding import cluster
from training.coding.cluster import code_parquet
from training.coding.tingmodel import read_tingmodel, write_tingmodel
from training.commands.code import group
from training.learner import model_file
from training.learner.classifier import fit
from training.learner.texts import PLAIN
from training.session import StoredModel

pa = pytest.importorskip("pyarrow", reason="the cluster extra is not installed")
pytest.importorskip("distributed", reason="the cluster extra is not installed")
pytest.importorskip("cryptography", reason="the cluster extra is not installed")

import psutil  # noqa: E402 it comes with distributed
import pyarrow.parquet as pq  # noqa: E402 after the check that it is there

pytestmark = pytest.mark.filterwarnings("default")  # those of other people's code
TEXTS = [*example(70, 8).texts, "", "价格实惠，油耗低，空间大"]
IDS = tuple(range(1, 1 + len(NAMES)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = example(200, 3, noise=0)
    fitted = fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1)
    stored = StoredModel(
        id=1, hash="cd" * 32, frame_id=1, columns=IDS, nets=frozenset(IDS[-2:]),
        classifier=model_file.from_parts(model_file.to_parts(fitted)), sentiment=None, trained={},
        probability=np.empty((0, 7), np.float32), accepted=np.empty((0, 7), np.bool_),
        ranked=np.empty((0, 7), np.float32), reader=PLAIN,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("model") / "car.tingmodel"
    write_tingmodel(path, stored, Frame(1, "车", 1, 1, False, ()))
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "may").mkdir(parents=True)
    half = len(TEXTS) // 2
    for name, part in (("may/b.parquet", TEXTS[half:]), ("a.parquet", TEXTS[:half])):
        table = pa.table({"id": list(range(len(part))), "text": pa.array(part), "score": [1.5] * len(part)})
        pq.write_table(table, folder / name, row_group_size=15)
    return folder


def read(folder: Path) -> list[tuple[str, list[str], list[float]]]:
    rows = pq.read_table(folder).to_pylist()
    return [(row["text"], row["codes"], row["probabilities"]) for row in rows]


def at_home(model: Path) -> list[tuple[str, list[str], list[float]]]:
    portable = read_tingmodel(model)
    coded = portable.coder().code(portable.reader(TEXTS))
    rows = [(text, list[str](), list[float]()) for text in TEXTS]
    for row, column, p, accepted in zip(coded.rows, coded.columns, coded.probability, coded.accepted, strict=True):
        if accepted:
            rows[row][1].append(portable.codes[column].name)
            rows[row][2].append(float(np.float32(p) / 10_000))
    return rows


def test_two_workers_give_what_one_gives_at_home_and_open_no_port_outward(
    model: Path, source: Path, tmp_path: Path
) -> None:
    seen: list[tuple[int, int | None]] = []
    heard: set[str] = set()

    def watch(done: int, total: int | None, what: str = "") -> None:
        seen.append((done, total))
        me = psutil.Process()
        for process in [me, *me.children(recursive=True)]:
            heard.update(one.laddr.ip for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN)

    done = code_parquet(source, tmp_path / "out", model, workers=2, progress=watch)
    assert read(tmp_path / "out") == at_home(model)
    assert any(codes for _, codes, _ in at_home(model))
    assert (done.rows, done.parts, done.kept) == (len(TEXTS), 6, 0)
    assert seen[-1] == (6, 6)
    assert heard == {"127.0.0.1"}
    table = pq.read_table(tmp_path / "out")
    assert table.column_names == ["id", "text", "score", *cluster.COLUMNS]
    assert set(table["score"].to_pylist()) == {1.5}
    again = code_parquet(source, tmp_path / "out", model, workers=2)
    assert (again.rows, again.parts, again.kept, again.accepted) == (done.rows, 0, 6, done.accepted)


def test_a_stopped_run_goes_on_with_what_is_missing(model: Path, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    parts = cluster._parts(cluster._files(source, target), target, f"{'cd' * 32} text 0")
    for one in parts[:4]:
        cluster.code_part(one, model.read_bytes(), "text", 0)
    (target / "part-000004.unfinished").write_bytes(b"PAR1 cut short")
    done = code_parquet(source, target, model, workers=1)
    assert (done.rows, done.parts, done.kept) == (len(TEXTS), 2, 4)
    assert read(target) == at_home(model)
    assert not list(target.glob("*.unfinished"))


def refused(*asked: object, **more: object) -> str:
    with pytest.raises(UserError) as error:
        code_parquet(*asked, **more)  # type: ignore[arg-type]
    return error.value.id


def test_what_cannot_be_coded(model: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    assert refused(tmp_path / "none", out, model) == "no-parquet"
    assert refused(source, out, model, text="comment") == "no-text-column"
    assert refused(source, source / "out", model) == "target-taken"
    assert refused(source, tmp_path, model) == "target-taken"
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" * 9)
    assert refused(tmp_path / "bad.parquet", out, model) == "no-parquet"
    pq.write_table(pa.table({"text": ["x"], "codes": ["y"]}), tmp_path / "coded.parquet")
    assert refused(tmp_path / "coded.parquet", out, model) == "column-taken"
    pq.write_table(pa.table({"a": ["x"], "b": ["y"]}), tmp_path / "two.parquet")
    assert refused(tmp_path / "two.parquet", out, model) == "no-text-column"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    assert refused(source, tmp_path / "full", model) == "target-taken"
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    assert refused(source, out, model, scheduler="tcp://127.0.0.1:9") == "no-scheduler"
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    assert refused(source, out, model) == "cluster-extra-missing"


def test_the_command(model: Path, source: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["code", "--parquet", str(source / "a.parquet"), str(tmp_path / "o"), "--model", str(model), "--json"],
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["rows"] == len(TEXTS) // 2
    for mixed in (["code"], ["code", "x.tingdong", "--model", "y"], ["code", "--parquet", "a", "b"]):
        assert CliRunner().invoke(group, mixed).exit_code == 2


def test_the_window_and_the_other_commands_do_without() -> None:
    told = "import main, training.coding.run, training.commands, sys; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], cwd=Path(__file__).parents[3], check=False).returncode == 0
