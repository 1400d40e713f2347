"""The dialogs that ask for files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from annotate.messages import _

SUFFIX = ".tingdong"
_KINDS = "*.csv *.tsv *.txt *.gz *.xlsx *.xlsm *.jsonl *.json *.docx *.html *.htm"


def choose_files(parent: QWidget, title: str) -> list[Path]:
    """Ask for files to import."""
    names, _kind = QFileDialog.getOpenFileNames(
        parent, title, str(Path.home()), _("Tables and documents") + f" ({_KINDS});;" + _("All files") + " (*)"
    )
    return [Path(name) for name in names]


def new_project(parent: QWidget) -> Path | None:
    """Ask where a new project goes."""
    name, _kind = QFileDialog.getSaveFileName(parent, _("New project"), str(Path.home()), _projects())
    path = Path(name)
    return None if not name else path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def project(parent: QWidget) -> Path | None:
    """Ask which project to open."""
    name, _kind = QFileDialog.getOpenFileName(parent, _("Open project"), str(Path.home()), _projects())
    return Path(name) if name else None


def restored_project(parent: QWidget, old: Path) -> Path | None:
    """Ask where a restored backup goes; beside the old project at first."""
    name, _kind = QFileDialog.getSaveFileName(
        parent, _("Restore as"), str(old.with_name(f"{old.stem}-{_('restored')}{SUFFIX}")), _projects()
    )
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
