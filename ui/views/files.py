"""The dialogs that ask for files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from annotate.messages import _

SUFFIX = ".tingdong"
_TABLES = "*.csv *.tsv *.xlsx *.xlsm *.xls *.et *.html *.htm *.txt *.text *.md *.docx *.jsonl *.ndjson *.json *.gz"
"""Endings of what is read as answers; .xls and .et are, where they hold the table of a web page, as many exports do."""
_FRAMES = f"*.qdc {_TABLES}"


def choose_files(parent: QWidget, title: str) -> list[Path]:
    """Ask for files to import."""
    names, _kind = QFileDialog.getOpenFileNames(parent, title, str(Path.home()), _kinds(_TABLES))
    return [Path(name) for name in names]


def choose_frame(parent: QWidget) -> Path | None:
    """Ask for the sheet or codebook of a code frame."""
    name, _kind = QFileDialog.getOpenFileName(parent, _("Import code frame"), str(Path.home()), _kinds(_FRAMES))
    return Path(name) if name else None


def _kinds(endings: str) -> str:
    return _("Tables and documents") + f" ({endings});;" + _("All files") + " (*)"


def new_project(parent: QWidget) -> Path | None:
    """Ask where a new project goes."""
    name, _kind = QFileDialog.getSaveFileName(parent, _("New project"), str(Path.home()), _projects())
    path = Path(name)
    return None if not name else path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def project(parent: QWidget) -> Path | None:
    """Ask which project to open."""
    name, _kind = QFileDialog.getOpenFileName(parent, _("Open project"), str(Path.home()), _projects())
    return Path(name) if name else None


def backup_file(parent: QWidget) -> Path | None:
    """Ask which backup to bring back."""
    name, _kind = QFileDialog.getOpenFileName(
        parent, _("Restore from a backup"), str(Path.home()), _("Backups (*{suffix})").format(suffix=".tingdong-backup")
    )
    return Path(name) if name else None


def other_copy(parent: QWidget) -> Path | None:
    """Ask for the copy of another coder."""
    name, _kind = QFileDialog.getOpenFileName(parent, _("Merge another copy"), str(Path.home()), _projects())
    return Path(name) if name else None


def restored_project(parent: QWidget, old: Path) -> Path | None:
    """Ask where a restored backup goes; beside the old project at first, in its place where there is none."""
    beside = old.with_name(f"{old.stem}-{_('restored')}{SUFFIX}") if old.exists() else old
    name, _kind = QFileDialog.getSaveFileName(parent, _("Restore as"), str(beside), _projects())
    path = Path(name)
    return None if not name else path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def sample_project(parent: QWidget) -> Path | None:
    """Ask where the sample project goes."""
    name, _kind = QFileDialog.getSaveFileName(
        parent, _("Where should the sample project go?"), str(Path.home() / f"sample{SUFFIX}")
    )
    return Path(name) if name else None


def _projects() -> str:
    return _("Projects (*{suffix})").format(suffix=SUFFIX)
