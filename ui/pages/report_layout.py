"""What the Report page is laid out of: the bar, the lists at the left, the preview; and their names."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _
from ui.views.page_parts import beside
from ui.views.report.form import SpecForm
from ui.views.report.kept import KeptReports
from ui.views.report.lists import BasketList, HeadlinesList, IssuedList, PersonalData
from ui.views.report.preview import Draw, Preview
from ui.views.report.quotes import QuotesList
from ui.views.splitting import keep_split

_WIDEST = 640
"""Pixels that the names of the tabs may take; with larger text they scroll."""


class ReportLayout(QWidget):
    """Composes specification, preview and lists; what they do is the page's."""

    def __init__(self, draw: Draw, *, read_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept_places = self._kept_things = 0
        self.kept = KeptReports(read_only=read_only)
        self._pdf, self._more = QPushButton(), QPushButton()
        self._others = QMenu(self)
        self._workbook, self._pictures = self._others.addAction(""), self._others.addAction("")
        self._more.setMenu(self._others)
        self._pdf.setProperty("primary", True)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setMaximumWidth(170)
        self._place = QLabel()
        self._place.setObjectName("muted")
        self._whole = QCheckBox()
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self.kept)
        row.addStretch(1)
        row.addLayout(beside(self._place, self._whole, self._password, self._more, self._pdf))
        self.form, self.headlines, self.basket = SpecForm(), HeadlinesList(), BasketList(read_only=read_only)
        self.personal, self.issued = PersonalData(read_only=read_only), IssuedList(read_only=read_only)
        self.form.logo_button.setHidden(read_only)
        self.quotes = QuotesList(read_only=read_only)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        for tab in self._parts():
            self._tabs.addTab(tab, "")
        self.preview = Preview(draw)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self._tabs)
        across.addWidget(self.preview)
        across.setSizes([440, 900])
        keep_split(across, "report")
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(bar)
        lay.addWidget(across, 1)

    def _parts(self) -> tuple[SpecForm, HeadlinesList, QuotesList, BasketList, PersonalData, IssuedList]:
        """Return the tabs in their order."""
        return self.form, self.headlines, self.quotes, self.basket, self.personal, self.issued

    def _tell_tabs(self, *, places: int | None = None, things: int | None = None) -> None:
        """Say the names of the tabs, with how much is in them; None: as many as before."""
        self._kept_places = self._kept_places if places is None else places
        self._kept_things = self._kept_things if things is None else things
        names = (
            _("Report"), _("Headlines"), _("Quotes {n}").format(n=len(self.quotes) or "").strip(),
            _("Basket {n}").format(n=self._kept_things or "").strip(),
            _("Personal data {n}").format(n=self._kept_places or "").strip(), _("Issued"),
        )  # fmt: skip
        for number, name in enumerate(names):
            self._tabs.setTabText(number, name)
        self._tabs.setMinimumWidth(min(_WIDEST, self._tabs.tabBar().sizeHint().width() + 4))

    def _say_own(self) -> None:
        """Say everything in the language in use."""
        for part in (self.kept, *self._parts()):
            part.retranslate()
        self._whole.setText(_("Whole page"))
        self._pdf.setText(_("Save PDF…"))
        self._more.setText(_("Save more"))
        self._workbook.setText(_("Workbook of all figures…"))
        self._pictures.setText(_("Charts as SVG and PNG…"))
        self._password.setPlaceholderText(_("Password (optional)"))
        self._password.setAccessibleName(_("Password of the PDF"))
        self._password.setToolTip(
            _("Who has no password cannot open the file. A forgotten password cannot be recovered.")
        )
        self._tell_tabs()
