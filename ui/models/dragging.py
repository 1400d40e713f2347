"""What is dragged between the grid of answers, the board of clusters and the code frame."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

_CODE, _ROWS = "application/x-tingdong-code", "application/x-tingdong-rows"
_CLUSTERS = "application/x-tingdong-clusters"


def of_code(code: int) -> QMimeData:
    """Return a code made ready to be dragged."""
    data = QMimeData()
    data.setData(_CODE, str(code).encode())
    return data


def of_rows() -> QMimeData:
    """Return the rows at hand (ticked, else the current one) made ready to be dragged: the page knows which."""
    data = QMimeData()
    data.setData(_ROWS, b"1")
    return data


def code_in(data: QMimeData) -> int | None:
    """Return the code that is dragged; None where something else is."""
    return int(bytes(data.data(_CODE).data())) if data.hasFormat(_CODE) else None


def has_rows(data: QMimeData) -> bool:
    """Tell whether rows of the grid are dragged."""
    return data.hasFormat(_ROWS)


def of_clusters() -> QMimeData:
    """Return the clusters at hand (selected, else the current one) made ready to be dragged: the page knows which."""
    data = QMimeData()
    data.setData(_CLUSTERS, b"1")
    return data


def has_clusters(data: QMimeData) -> bool:
    """Tell whether clusters of the board are dragged."""
    return data.hasFormat(_CLUSTERS)
