"""One process a tool: a job folder goes in, an answer comes back, and an answer once made is kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.environment import python_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Found = TypeVar("Found")

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "benchmarks" / "peers"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool answered: figures in ``said`` (cpu_seconds, peak_mib, versions, …) and ``arrays`` by name."""

    said: dict[str, object]
    arrays: dict[str, NDArray[np.generic]]

    def floats(self, name: str) -> NDArray[np.float64]:
        """Return an array of the answer as numbers."""
        return self.arrays[name].astype(np.float64)

    def places(self, name: str) -> NDArray[np.int64]:
        """Return an array of the answer as row numbers."""
        return self.arrays[name].astype(np.int64)

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Return an array of the answer as yes and no."""
        return self.arrays[name].astype(np.bool_)

    def number(self, name: str) -> float:
        """Return a figure of the answer."""
        value = self.said[name]
        assert isinstance(value, int | float)
        return float(value)


@dataclass(slots=True)
class Bench:
    """Runs jobs and keeps their answers under ``folder``; at most ``jobs`` at a time; ``fresh`` asks anew each time."""

    folder: Path
    jobs: int = 1
    fresh: bool = False
    versions: dict[str, str] = field(default_factory=dict)

    def over(self, seeds: Sequence[int], one: Callable[[int], Found]) -> list[Found]:
        """Return what ``one`` finds for each seed, ``jobs`` seeds at a time."""
        python_of(self.folder)
        with ThreadPoolExecutor(self.jobs) as crew:
            return list(crew.map(one, seeds))

    def ask(
        self,
        tool: str,
        ask: dict[str, object],
        *,
        texts: list[str],
        labels: NDArray[np.uint8],
        rows: csr_array | None = None,
        probability: NDArray[np.float32] | None = None,
        keep: bool = True,
    ) -> Answer:
        """Run ``tool`` (a module of peers, or of goals when it begins with "ours") on a job, or return its kept answer.

        What is about speed is asked with ``keep`` false: it is measured in this run or not at all.
        The key of a kept answer covers the job, the tool's source, the packages' versions and, for ours, the engine.
        Raises RuntimeError with the tool's last words when its process fails.
        """
        own = tool.startswith("ours")
        script = (ROOT / "benchmarks" / "goals" if own else PEERS) / f"{tool}.py"
        engine = self.engine() if own else _digest([PEERS / "job.py", PEERS / "environment.py"])
        key = hashlib.sha256(
            json.dumps([tool, ask, engine, _digest([script])], sort_keys=True).encode()
            + json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")
            + labels.tobytes()
            + (b"" if rows is None else rows.data.tobytes() + rows.indices.tobytes() + rows.indptr.tobytes())
            + (b"" if probability is None else probability.tobytes())
        ).hexdigest()[:32]
        kept = self.folder / "answers" / key
        if self.fresh or not keep or not (kept / "answer.json").exists():
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                (folder / "job.json").write_text(json.dumps(ask), encoding="utf-8")
                (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
                np.save(folder / "labels.npy", labels)
                if rows is not None:
                    from scipy.sparse import save_npz

                    save_npz(folder / "rows.npz", rows, compressed=False)
                if probability is not None:
                    np.save(folder / "probability.npy", probability)
                self._run(tool, script, folder, own)
                kept.mkdir(parents=True, exist_ok=True)
                for name in ("answer.npz", "answer.json"):
                    shutil.copy(folder / name, kept / name)
        said = json.loads((kept / "answer.json").read_text(encoding="utf-8"))
        with np.load(kept / "answer.npz") as stored:
            arrays = {name: stored[name] for name in stored.files}
        self.versions.update(said["versions"])
        return Answer(said, arrays)

    def engine(self) -> str:
        """Return the digest of the engine's sources as they are now: an answer of an older engine is never shown."""
        folders = (ROOT / "training", ROOT / "annotate")
        sources = [path for folder in folders for path in folder.glob("*.py")]
        return _digest([*sources, PEERS / "job.py"])

    def _run(self, tool: str, script: Path, folder: Path, own: bool) -> None:
        python = Path(sys.executable) if own else python_of(self.folder)
        call = [
            str(python.absolute()),
            "-W",
            "ignore",
            *(("-m", f"benchmarks.goals.{tool}") if own else (str(script),)),
            str(folder),
        ]
        print(f"  {tool} {(folder / 'job.json').read_text(encoding='utf-8')[:150]}", file=sys.stderr, flush=True)
        # A peer may leave caches where it runs: not in the repository.
        where = ROOT if own else folder
        done = subprocess.run(call, cwd=where, env={**os.environ, **ONE_THREAD}, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{tool}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.read_bytes())
    return found.hexdigest()
