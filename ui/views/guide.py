"""The user guide, opened by F1 at the page that is shown: files that ship with the program, no network."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _, current

_FILE = Qt.ItemDataRole.UserRole
INDEX = "index"


def folder() -> Path:
    """Return where the guide is: beside the program in a clone, in the share folder where it was installed."""
    language = "zh" if current() == "zh_CN" else "en"
    beside = Path(__file__).resolve().parents[2] / "docs" / "guide"
    installed = Path(sys.prefix) / "share" / "doc" / "tingdong" / "guide"
    return (beside if beside.is_dir() else installed) / language


def title_of(page: Path) -> str:
    """Return the heading of a page of the guide."""
    with page.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()


class _Page(QTextBrowser):
    """A page whose pictures are as wide as it is, at most."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        loaded = super().loadResource(kind, name)
        if kind != int(QTextDocument.ResourceType.ImageResource.value):
            return loaded
        address = name if isinstance(name, QUrl) else QUrl(name)
        picture = QImage(self.source().resolved(address).toLocalFile())
        room = max(200, self.viewport().width() - 60)
        if picture.isNull() or picture.width() <= room:
            return loaded
        return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)


class Guide(QDialog):
    """Contents at the left, the page at the right; what is typed leaves the pages that hold it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(False)
        wide, high = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        room = self.screen().availableSize()
        self.resize(min(room.width() - 60, max(1000, 140 * wide)), min(room.height() - 60, max(760, 44 * high)))
        self._find = QLineEdit()
        self._find.setClearButtonEnabled(True)
        self._contents = QListWidget()
        self._contents.setWordWrap(True)
        self._contents.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.browser = _Page()
        self.browser.setOpenExternalLinks(False)
        self.browser.document().setDocumentMargin(18)
        left = QWidget()
        lay = QVBoxLayout(left)
        lay.setContentsMargins(8, 8, 0, 8)
        lay.addWidget(self._find)
        lay.addWidget(self._contents, 1)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(self.browser)
        across.setSizes([max(270, 38 * wide), max(730, 102 * wide)])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(across)
        self._contents.currentItemChanged.connect(self._on_chosen)
        self._find.textChanged.connect(self._narrow)
        self.browser.sourceChanged.connect(self._on_source)
        QShortcut(QKeySequence.StandardKey.Find, self, self._find.setFocus)
        QShortcut(QKeySequence.StandardKey.Back, self, self.browser.backward)
        self._texts: dict[str, str] = {}
        self.retranslate()

    def show_page(self, name: str) -> None:
        """Show a page by its name, the contents where there is none of that name."""
        row = next((n for n in range(self._contents.count()) if self._contents.item(n).data(_FILE) == name), 0)
        self._contents.setCurrentRow(row)

    def retranslate(self) -> None:
        """Show the guide in the language in use, at the page it was at."""
        item = self._contents.currentItem()
        at = str(item.data(_FILE)) if item is not None else INDEX
        self.setWindowTitle(_("User guide"))
        self._find.setPlaceholderText(_("Find in the guide"))
        self._find.setAccessibleName(_("Find in the guide"))
        self._contents.setAccessibleName(_("Contents of the guide"))
        self.browser.setAccessibleName(_("Page of the guide"))
        self._contents.clear()
        place = folder()
        for name in names(place):
            page = place / f"{name}.md"
            self._texts[name] = page.read_text(encoding="utf-8").casefold()
            entry = QListWidgetItem(title_of(page))
            entry.setData(_FILE, name)
            self._contents.addItem(entry)
        self.show_page(at)

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        for row in range(self._contents.count()):
            item = self._contents.item(row)
            told = self._texts[str(item.data(_FILE))]
            item.setHidden(not all(word in told for word in wanted))

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.browser.setSource(QUrl.fromLocalFile(str(folder() / f"{item.data(_FILE)}.md")))

    def _on_source(self, source: QUrl) -> None:
        name = Path(source.toLocalFile()).stem
        for row in range(self._contents.count()):
            if self._contents.item(row).data(_FILE) == name and self._contents.currentRow() != row:
                self._contents.blockSignals(True)
                self._contents.setCurrentRow(row)
                self._contents.blockSignals(False)


def names(place: Path) -> list[str]:
    """Return the pages in the order of the contents, which come first."""
    index = (place / f"{INDEX}.md").read_text(encoding="utf-8")
    listed = re.findall(r"\]\((\w[\w-]*)\.md\)", index)
    return [INDEX, *dict.fromkeys(listed)]
