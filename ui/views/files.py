"""The dialogs that ask for files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from annotate.messages import _

_KINDS = "*.csv *.tsv *.txt *.gz *.xlsx *.xlsm *.jsonl *.json *.docx *.html *.htm"


def choose_files(parent: QWidget, title: str) -> list[Path]:
    """Ask for files to import."""
    names, _kind = QFileDialog.getOpenFileNames(
        parent, title, str(Path.home()), _("Tables and documents") + f" ({_KINDS});;" + _("All files") + " (*)"
    )
    return [Path(name) for name in names]
