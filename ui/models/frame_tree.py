"""The code frame as a tree of nets and codes with live counts, narrowed by what is typed above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from annotate.frames import EXCLUSIVE, Code, Frame, Role
from annotate.messages import N_, _, current
from ui import theme
from ui.models import dragging

Index = QModelIndex | QPersistentModelIndex

CODE_ROLE = Qt.ItemDataRole.UserRole
_COLUMNS = (N_("Code"), N_("Count"))
ROLE_NAMES = {
    Role.OTHER: N_("other"),
    Role.NONE: N_("none"),
    Role.DONT_KNOW: N_("don't know"),
    Role.REFUSED: N_("refused"),
    Role.UNCODABLE: N_("uncodable"),
    Role.INVALID: N_("invalid"),
}


def name_of(code: Code) -> str:
    """Return a code's label in the language in use; the Chinese one where there is no English."""
    return code.label_en if current() == "en" and code.label_en else code.label


class FrameTree(QAbstractItemModel):
    """Nets and codes in frame order; retired ones are left out. Internal ids are code ids."""

    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._codes: dict[int, Code] = {}
        self._children: dict[int | None, list[int]] = {}
        self._places: dict[int, int] = {}
        self._counts: dict[int, int] = {}
        self._typed = ""
        self._frame: Frame | None = None

    def set_frame(self, frame: Frame | None) -> None:
        """Show a frame."""
        self._frame = frame
        self._build()

    def narrow(self, typed: str) -> None:
        """Keep the codes whose number or labels hold this text, with their nets."""
        self._typed = typed.strip().casefold()
        self._build()

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """Take the counts by code and net; rows that differ are repainted. ``counted``: they take more or less room."""
        before, self._counts = self._counts, dict(counts)
        for code_id in self._codes:
            if before.get(code_id) != self._counts.get(code_id):
                index = self.index_of(code_id, 1)
                self.dataChanged.emit(index, index)
        if _digits(before) != _digits(self._counts):
            self.counted.emit()

    def retranslate(self) -> None:
        """Say everything again in the language in use."""
        self._build()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_COLUMNS) - 1)

    def _build(self) -> None:
        self.beginResetModel()
        codes = [one for one in self._frame.codes if not one.retired] if self._frame else []
        known = {one.id: one for one in codes}
        kept = set(known)
        if self._typed:
            kept = set()
            for one in codes:
                if any(self._typed in text.casefold() for text in (one.number, one.label, one.label_en)):
                    line: Code | None = one
                    while line is not None:
                        kept.add(line.id)
                        line = known.get(line.parent_id or -1)
        self._codes = {one.id: one for one in codes if one.id in kept}
        self._children = {}
        self._places = {}
        for one in self._codes.values():
            parent = one.parent_id if one.parent_id in self._codes else None
            siblings = self._children.setdefault(parent, [])
            self._places[one.id] = len(siblings)
            siblings.append(one.id)
        self.endResetModel()

    def code(self, index: Index) -> Code | None:
        """Return the code of an index."""
        return self._codes.get(int(index.internalId())) if index.isValid() else None

    def index_of(self, code_id: int, column: int = 0) -> QModelIndex:
        """Return where a code is shown; invalid where it is not."""
        if code_id not in self._places:
            return QModelIndex()
        return self.createIndex(self._places[code_id], column, code_id)

    # Qt's view of it

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        above = int(parent.internalId()) if parent is not None and parent.isValid() else None
        children = self._children.get(above, [])
        if 0 <= row < len(children) and 0 <= column < len(_COLUMNS):
            return self.createIndex(row, column, children[row])
        return QModelIndex()

    def parent(self, child: Index | None = None) -> QModelIndex:  # type: ignore[override]
        if child is None or not child.isValid():
            return QModelIndex()
        code = self._codes.get(int(child.internalId()))
        if code is None or code.parent_id is None or code.parent_id not in self._codes:
            return QModelIndex()
        return self.index_of(code.parent_id)

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return len(self._children.get(None, []))
        return len(self._children.get(int(parent.internalId()), [])) if parent.column() == 0 else 0

    def columnCount(self, parent: Index | None = None) -> int:
        return len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        code = self.code(index)
        if code is None:
            return None
        if role == CODE_ROLE:
            return code
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(code) if index.column() == 0 else self._count(code)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and code.is_net:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1:
            return theme.colour("muted")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(code)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let codes, not nets, be dragged."""
        code = self.code(index)
        drag = Qt.ItemFlag.ItemIsDragEnabled if code is not None and not code.is_net else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | drag

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        code = next((code for one in indexes if (code := self.code(one)) is not None), None)
        return QMimeData() if code is None else dragging.of_code(code.id)

    def _count(self, code: Code) -> str:
        count = self._counts.get(code.id, 0)
        return f"{count:,}" if count else "·"

    @staticmethod
    def _title(code: Code) -> str:
        title = f"{code.number}  {name_of(code)}" if code.number else name_of(code)
        if code.role in ROLE_NAMES:
            title += f"  ({_(ROLE_NAMES[code.role])})"
        return title

    @staticmethod
    def _tip(code: Code) -> str:
        parts = [
            _(text).format(text=value)
            for text, value in (
                (N_("Definition: {text}"), code.definition),
                (N_("Includes: {text}"), code.include),
                (N_("Excludes: {text}"), code.exclude),
            )
            if value
        ]
        if code.role in EXCLUSIVE:
            parts.append(_("Stands alone: giving it takes every other code off."))
        # Shown as plain text: Qt reads a tip that looks like markup as such.
        return "\n".join(parts).replace("<", "‹").replace(">", "›")


def _digits(counts: Mapping[int, int]) -> int:
    return len(str(max(counts.values(), default=0)))
