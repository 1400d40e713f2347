"""What is looked at of pages and dialogs: names for screen readers, visible focus, room for text, contrast."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QTableView,
    QTextEdit,
    QToolButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui import theme
from ui.views.import_columns import FirstRows
from ui.views.page_parts import Link
from ui.views.verbatim_grid import VerbatimGrid

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTextEdit, QTabBar,
)  # fmt: skip


def name_of(widget: QWidget) -> str:
    """Return what a screen reader says of a control."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    if isinstance(widget, QComboBox | QLineEdit | QAbstractItemView | QPlainTextEdit | QTextEdit):
        # Qt takes the value of these for a name where there is none; a label that belongs to them names them.
        labels = [one for one in widget.window().findChildren(QLabel) if one.buddy() is widget]
        return widget.accessibleName() or " ".join(one.text() for one in labels)
    return widget.accessibleName() or (spoken.text(QAccessible.Text.Name) if spoken is not None else "")


def is_ours(widget: QWidget) -> bool:
    """Say whether a control is one that people reach, not a part of another that speaks for it."""
    if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
        return False
    if widget.objectName().startswith("qt_") or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    parent = widget.parentWidget()
    if parent is not None and isinstance(parent.parentWidget(), QComboBox):
        return False  # the list that drops down
    return not isinstance(parent, QAbstractSpinBox | QComboBox | QAbstractItemView)


def path_of(widget: QWidget) -> str:
    parts: list[str] = []
    at: QWidget | None = widget
    while at is not None and not isinstance(at, QMainWindow):
        parts.append(type(at).__name__)
        at = at.parentWidget()
    return "/".join(reversed(parts))


def nameless(root: QWidget) -> Iterator[str]:
    """Yield the controls without a name. A button without text that is not shown yet gets both at once."""
    for one in root.findChildren(QWidget):
        later = isinstance(one, QAbstractButton) and not one.text() and not one.isVisibleTo(root)
        if is_ours(one) and not later and not name_of(one).strip():
            yield path_of(one)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def cut_off(page: QWidget) -> list[str]:
    """Return the labels and buttons whose text is longer than their place."""
    found = []
    for one in page.findChildren(QWidget):
        if not one.isVisibleTo(page) or not isinstance(one, QLabel | QPushButton | QToolButton | QCheckBox):
            continue
        text = one.text()
        if not text.strip() or (isinstance(one, Link) and text.endswith("…") and one.toolTip()):
            continue  # cut with dots, the whole in the tool tip and for the screen reader
        if isinstance(one, QLabel) and one.wordWrap():
            short = one.height() + 2 < one.heightForWidth(one.width())
        else:
            wanted = one.minimumSizeHint() if isinstance(one, QLabel) else one.sizeHint()
            short = one.width() + 2 < wanted.width() or one.height() + 2 < wanted.height()
        if short:
            found.append(f"{path_of(one)}: {text[:40]!r} has {one.width()}×{one.height()}")
    return found


def dressed() -> Iterator[None]:
    """Dress the application as it is when it is started; undressed afterwards, as the other tests have it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    yield
    theme.apply(app, "light")
    app.setStyleSheet("")


def unseen(qtbot: QtBot, root: QWidget) -> list[str]:
    """Return the controls that look the same with the focus and without it."""
    window = root.window()
    window.activateWindow()
    found = []
    for one in root.findChildren(QWidget):
        if not is_ours(one) or not one.isVisibleTo(root) or not one.isEnabled() or one.visibleRegion().isEmpty():
            continue
        window.setFocus()
        one.clearFocus()
        without = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(lambda one=one: one.hasFocus() or one.isAncestorOf(QApplication.focusWidget()), timeout=60_000)  # type: ignore[misc]
        if one.grab().toImage() == without:
            found.append(f"{path_of(one)}: {name_of(one)}")
    return found


def squeezed(root: QWidget) -> list[str]:
    """Return the heads of columns that are narrower than their words, and the lists that have to be moved sideways."""
    found = []
    for view in root.findChildren(QAbstractItemView):
        if not view.isVisibleTo(root) or isinstance(view, FirstRows | VerbatimGrid) or view.visibleRegion().isEmpty():
            continue  # as many columns as a file or a person has
        if view.horizontalScrollBar().maximum() > view.fontMetrics().averageCharWidth():
            found.append(f"{path_of(view)} moves sideways by {view.horizontalScrollBar().maximum()}")
        heads = view.horizontalHeader() if isinstance(view, QTableView) else None
        heads = view.header() if isinstance(view, QTreeView) else heads
        if heads is None or not heads.isVisible():
            continue
        for at in range(heads.count()):
            words = str(view.model().headerData(at, Qt.Orientation.Horizontal) or "")
            wanted = max((heads.fontMetrics().horizontalAdvance(line) for line in words.split("\n")), default=0)
            if not heads.isSectionHidden(at) and heads.sectionSize(at) < wanted + 8:
                found.append(f"{path_of(view)}: {words!r} has {heads.sectionSize(at)}")
    return found
