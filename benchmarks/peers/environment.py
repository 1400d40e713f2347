"""The peers' own environment: a folder outside the repository with packages from PyPI, made at the first run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

PACKAGES = (
    "small-text==1.4.1",
    "scikit-activeml==1.0.1",
    "asreview==3.0.8",
    "cleanlab==2.9.0",
    "scikit-learn==1.9.1",
    "numpy==2.4.6",
    "scipy==1.17.1",
    "jieba==0.42.1",
    "rjieba==0.2.2",
)


def default_folder() -> Path:
    """Return the folder for environment and answers when none is named."""
    return platformdirs.user_cache_path("tingdong-benchmarks", appauthor=False)


def python_of(folder: Path) -> Path:
    """Return the interpreter of the environment under ``folder``; build it where it is missing or of other versions."""
    home = folder / "peers"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "packages.txt"
    wanted = "\n".join(PACKAGES)
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(home, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    print(f"building the peers' environment in {home}", file=sys.stderr, flush=True)
    if uv := shutil.which("uv"):
        build = [uv, "venv", "--quiet", "--python", sys.executable, str(home)]
        install = [uv, "pip", "install", "--quiet", "--python", str(python), *PACKAGES]
    else:
        build = [sys.executable, "-m", "venv", str(home)]
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
    subprocess.run(build, check=True)
    subprocess.run(install, check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python
