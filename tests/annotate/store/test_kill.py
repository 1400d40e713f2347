"""A program killed at random moments: whatever it had told is there, whole, and the file opens by itself."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal of Unix")


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "bench_kill.py"
    spec = importlib.util.spec_from_file_location("bench_kill", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_kill"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("kills", "passphrase"), [(4, None), (1, "correct horse")])
def test_what_was_told_survives_kill_9(bench: ModuleType, tmp_path: Path, kills: int, passphrase: str | None) -> None:
    outcome = bench.trials(tmp_path, kills, 5, passphrase, most=25)
    assert (outcome.kills, outcome.lost, outcome.broken) == (kills, 0, [])
    assert outcome.acknowledged >= kills


def test_the_trial_can_fail(bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the log thrown away after the kill, what was told is lost, and it is noticed."""
    real = bench.Project.open

    def without_log(path: Path, **kwargs: str | None) -> object:
        path.with_name(path.name + "-wal").unlink(missing_ok=True)
        return real(path, **kwargs)

    monkeypatch.setattr(
        bench, "Project", type("Project", (), {"open": staticmethod(without_log), "create": bench.Project.create})
    )
    outcome = bench.trials(tmp_path, 1, 5, most=25)
    assert outcome.lost > 0
    shutil.rmtree(tmp_path)
