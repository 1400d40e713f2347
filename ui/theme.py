"""Colours, fonts and icons: one set of tokens for light, one for dark; everything painted asks here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

import resources

SCHEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by what they mean. Text on its ground has a contrast of at least 4.5 : 1."""

    window: str
    surface: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    current: str
    ticked: str
    good: str
    good_ground: str
    bad: str
    bad_ground: str
    unsure: str
    unsure_ground: str
    plain_ground: str
    hit: str


LIGHT = Tokens(
    window="#f3f5f8", surface="#ffffff", raised="#e9edf3", text="#17212e", muted="#566273", border="#d5dbe3",
    accent="#1c5a9e", on_accent="#ffffff", current="#dbe8f7", ticked="#eef4fb",
    good="#17693c", good_ground="#dff2e6", bad="#a3231a", bad_ground="#fbe4e1",
    unsure="#7d5300", unsure_ground="#fdf0d2", plain_ground="#e2e8f1", hit="#d98e00",
)  # fmt: skip
DARK = Tokens(
    window="#171b21", surface="#1e232b", raised="#2a313b", text="#e6eaf0", muted="#a3aebd", border="#39424e",
    accent="#7fb4ee", on_accent="#0f1720", current="#2b405a", ticked="#243142",
    good="#84d5a3", good_ground="#1f3a2b", bad="#ffa79e", bad_ground="#48231f",
    unsure="#f0c66b", unsure_ground="#41341a", plain_ground="#323b48", hit="#f0b64a",
)  # fmt: skip

_tokens = LIGHT


def tokens() -> Tokens:
    """Return the tokens in use."""
    return _tokens


@cache
def colour(name: str) -> QColor:
    """Return the colour of a token of the scheme in use."""
    return QColor(str(getattr(_tokens, name)))


def is_dark() -> bool:
    """Tell whether the dark scheme is in use."""
    return _tokens is DARK


def apply(app: QApplication, scheme: str = "system") -> None:
    """Give the application the palette of a scheme. What a palette cannot say, ``dress`` says to parts of a window."""
    global _tokens  # noqa: PLW0603 one application wears one scheme at a time
    dark = scheme == "dark"
    if scheme not in ("light", "dark"):
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    _tokens = DARK if dark else LIGHT
    colour.cache_clear()
    if app.style().objectName() != "fusion":  # each setting polishes every widget again
        app.setStyle("Fusion")
    app.setPalette(_palette())


def dress(part: QWidget) -> None:
    """Give a part of a window, with all inside it, the few style rules that a palette cannot say.

    One style sheet for the application is what others do; changing it took 4 s with all pages built, this takes 10
    to 30 ms a page.
    """
    part.setStyleSheet(_style(_tokens))


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for one, name in (
        (role.Window, "window"), (role.WindowText, "text"), (role.Base, "surface"), (role.AlternateBase, "raised"),
        (role.Text, "text"), (role.Button, "surface"), (role.ButtonText, "text"), (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"), (role.PlaceholderText, "muted"), (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"), (role.Link, "accent"), (role.Mid, "border"), (role.Light, "raised"),
    ):  # fmt: skip
        palette.setColor(one, colour(name))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, colour("muted"))
    return palette


_STYLE = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {border}; padding: 3px; }}
QMenuBar {{ background: {window}; }}
QMenu {{ background: {surface}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 22px; border-radius: 3px; }}
QMenu::item:selected {{ background: {current}; color: {text}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox {{ background: {surface}; color: {text};
  border: 1px solid {border}; border-radius: 4px; padding: 3px 6px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border: 1px solid {accent}; }}
QAbstractSpinBox {{ padding-right: 20px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button, QDateTimeEdit::drop-down {{ subcontrol-origin: border;
  border: none; width: 18px; background: transparent; }}
QAbstractSpinBox::up-arrow {{ image: url({chevron_up}); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow, QDateTimeEdit::down-arrow {{ image: url({chevron}); width: 10px; height: 10px; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ image: url({chevron}); width: 12px; height: 12px; }}
QPushButton {{ background: {surface}; color: {text}; border: 1px solid {border}; border-radius: 4px;
  padding: 5px 14px; }}
QPushButton:hover {{ background: {raised}; }}
QPushButton:checked {{ background: {current}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:disabled {{ color: {muted}; background: {window}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border: 1px solid {accent}; }}
QPushButton[primary="true"]:focus {{ border: 3px double {on_accent}; padding: 3px 12px; }}
QPushButton[primary="true"]:disabled {{ background: {raised}; color: {muted}; border: 1px solid {border}; }}
QPushButton[quiet="true"] {{ background: transparent; border: none; padding: 3px 6px; }}
QPushButton[quiet="true"]:hover {{ background: {raised}; }}
QPushButton[quiet="true"]:focus {{ border: 1px solid {accent}; padding: 2px 5px; }}
QToolButton {{ border: none; border-radius: 4px; padding: 4px 6px; }}
QToolButton:hover {{ background: {raised}; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px;
  background: {surface}; }}
QCheckBox::indicator:checked {{ background: {accent}; border: 1px solid {accent}; image: url({check}); }}
QCheckBox::indicator:disabled {{ border: 1px solid {border}; }}
QToolButton#mode:checked {{ background: {current}; color: {text}; font-weight: 600;
  border-bottom: 2px solid {accent}; }}
QToolButton#chip {{ background: {plain_ground}; color: {text}; border: 1px solid {border}; padding: 3px 8px; }}
QToolButton:focus, QToolButton#chip:focus, QCheckBox:focus {{ border: 1px solid {accent}; }}
QHeaderView::section {{ background: {window}; color: {muted}; border: none; border-bottom: 1px solid {border};
  padding: 4px 6px; }}
QTableView, QTreeView, QListView {{ background: {surface}; border: 1px solid {surface}; outline: 0; }}
QTableView:focus, QTreeView:focus, QListView:focus, QTextBrowser:focus {{ border: 1px solid {accent}; }}
QTreeView::item, QListView::item {{ padding: 3px 2px; }}
QAbstractItemView::indicator {{ width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px;
  background: {surface}; }}
QAbstractItemView::indicator:checked {{ background: {accent}; border: 1px solid {accent}; image: url({check}); }}
QTreeView::item:selected, QListView::item:selected,
QTableView::item:selected {{ background: {current}; color: {text}; }}
QTabBar::tab {{ color: {muted}; padding: 5px 12px; border: 1px solid transparent;
  border-bottom: 2px solid transparent; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:selected:focus {{ border: 1px solid {accent}; border-bottom: 2px solid {accent}; border-radius: 3px; }}
QSlider:focus {{ border: 1px solid {accent}; border-radius: 3px; }}
QSplitter::handle {{ background: {border}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QProgressBar {{ background: {raised}; border: none; border-radius: 3px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {border}; border-radius: 4px; min-height: 32px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {border}; border-radius: 4px; min-width: 32px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
#nav {{ background: {window}; border-right: 1px solid {border}; }}
#nav QPushButton {{ text-align: left; border: none; border-left: 3px solid transparent; border-radius: 0;
  background: transparent; padding: 7px 12px; }}
#nav QPushButton:hover {{ background: {raised}; }}
#nav QPushButton:focus {{ border: 1px solid {accent}; border-left: 3px solid {accent}; padding: 6px 11px 6px 12px; }}
#nav QPushButton:checked {{ background: {current}; border-left: 3px solid {accent}; }}
#step {{ color: {muted}; padding: 12px 12px 2px 12px; }}
#bar {{ background: {surface}; border-bottom: 1px solid {border}; }}
#foot {{ background: {window}; border-top: 1px solid {border}; }}
#muted {{ color: {muted}; }}
#title {{ font-size: 20pt; font-weight: 600; }}
#heading {{ font-weight: 600; }}
#banner {{ background: {unsure_ground}; color: {unsure}; border-bottom: 1px solid {border}; padding: 6px 12px; }}
#toast {{ background: {raised}; border: 1px solid {border}; border-radius: 6px; }}
#toast[bad="true"] {{ background: {bad_ground}; border: 1px solid {bad}; }}
#popup {{ background: {surface}; border: 1px solid {accent}; border-radius: 6px; }}
#verbatim {{ border: 1px solid {surface}; padding: 0; background: {surface}; }}
#verbatim:focus {{ border: 1px solid {accent}; }}
#why {{ color: {text}; }}
QPushButton#key {{ background: {raised}; border: 1px solid {border}; padding: 1px 6px; text-align: left; }}
QPushButton#key:focus {{ border: 1px solid {accent}; }}
#key {{ background: {raised}; border: 1px solid {border}; border-radius: 3px; padding: 1px 6px; }}
"""


@cache
def _style(wanted: Tokens) -> str:
    values = {one.name: getattr(wanted, one.name) for one in fields(Tokens)}
    scheme = "dark" if wanted is DARK else "light"
    chevron, upwards, check = (
        resources.path("icons", f"{name}-{scheme}.svg").as_posix() for name in ("chevron", "chevron-up", "check")
    )
    return _STYLE.format(**values, chevron=chevron, chevron_up=upwards, check=check)


def icon(name: str, tint: str = "text") -> QIcon:
    """Return a shipped one-colour icon in the colour of a token."""
    return _icon(name, colour(tint).name())


@cache
def _icon(name: str, ink: str) -> QIcon:
    from PySide6.QtSvg import QSvgRenderer

    drawing = resources.path("icons", f"{name}.svg").read_bytes()
    renderer = QSvgRenderer(QByteArray(drawing.replace(b"currentColor", ink.encode())))
    made = QIcon()
    for size in (16, 24, 32, 48):
        pixmap = QPixmap(QSize(size, size))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(pixmap)
    return made


_CHINESE = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
)
_EMOJI = ("Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji")


def choose_fonts(app: QApplication) -> None:
    """Name the fonts for Chinese and emoji; the shipped ones are loaded (a few milliseconds) where the system has none.

    Left to itself an English desktop gives Chinese the Japanese shapes of its characters.
    """
    known = set(QFontDatabase.families())
    own = QFontInfo(app.font()).family()  # "Sans Serif" is no family: it would be passed over
    families = [own, *(name for name in _CHINESE if name in known)][:2]
    if len(families) == 1:
        families += _shipped("NotoSansSC-Regular.ttf")
    font = QFont(app.font())
    font.setFamilies(families)
    app.setFont(font)
    if not known.intersection(_EMOJI):
        QFontDatabase.setApplicationEmojiFontFamilies(_shipped("NotoEmoji-Regular.ttf"))


def _shipped(file: str) -> list[str]:
    number = QFontDatabase.addApplicationFont(str(resources.path("fonts", file)))
    return list(QFontDatabase.applicationFontFamilies(number)) if number >= 0 else []
