"""The pages of the window: one table makes the navigation and says what builds each page."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from annotate.messages import N_

if TYPE_CHECKING:
    from reports.apart import Apart
    from ui.actions import Actions
    from ui.desk import Desk
    from ui.notify import Toasts


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page: ``id`` is also its icon, ``step`` the step of the work, ``made_by`` module:class, built when shown.

    ``teaches``: what it is for, said while there are no answers; empty for a page that teaches by itself.
    """

    id: str
    name: str
    step: str
    made_by: str
    teaches: str = ""


HEAR, CODING, UNDERSTAND = N_("Hear"), N_("Coding"), N_("Understand")
IMPROVE, SETUP = N_("Improve"), N_("Set up")

PAGES = (
    PageEntry("sources", N_("Sources"), HEAR, "ui.pages.sources:SourcesPage"),
    PageEntry("frame", N_("Code frame"), CODING, "ui.pages.frame:FramePage"),
    PageEntry("suggest", N_("Suggest codes"), CODING, "ui.pages.suggest:SuggestPage"),
    PageEntry("label", N_("Label"), CODING, "ui.pages.label:LabelPage"),
    PageEntry(
        "rules", N_("Rules"), CODING, "ui.pages.rules:RulesPage",
        N_("Words that give a code: the hits are listed before anything is coded, with how often people agreed."),
    ),
    PageEntry(
        "brands", N_("Brands"), CODING, "ui.pages.brands:BrandsPage",
        N_("For questions such as “which brand”: spellings of one name are brought together and coded to a list."),
    ),
    PageEntry(
        "lexicon", N_("Lexicon"), CODING, "ui.pages.lexicon:LexiconPage",
        N_("Trade words and synonyms that the dictionary does not know: taught here, they steer themes and the model."),
    ),
    PageEntry(
        "train", N_("Train & review"), CODING, "ui.pages.train:TrainPage",
        N_("How far the machine can be trusted, code by code, proved on answers drawn at random."),
    ),
    PageEntry("insights", N_("Insights"), UNDERSTAND, "ui.pages.insights:InsightsPage"),
    PageEntry(
        "report", N_("Report"), IMPROVE, "ui.pages.report:ReportPage",
        N_("What customers say, in figures with their bases and in their own words, as PDF, workbook and pictures."),
    ),
    PageEntry("definitions", N_("Definitions"), SETUP, "ui.pages.definitions:DefinitionsPage"),
)  # fmt: skip
BY_ID = {one.id: one for one in PAGES}
FIRST = "label"
"""The page that is shown when a project opens."""


class Room(QObject):
    """What a page is given: the open project, the actions, where to speak, and the ways to the rest of the window.

    ``page_asked`` (id of a page, what it shall show: a Query or None); ``import_asked``, ``frame_import_asked``;
    ``wave_asked`` (a KnownSource that gets another wave); ``history_asked`` (the step to put the cursor on).
    """

    page_asked = Signal(str, object)
    import_asked = Signal()
    frame_import_asked = Signal()
    wave_asked = Signal(object)
    history_asked = Signal(int)

    def __init__(self, desk: Desk, actions: Actions, toasts: Toasts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk, self.actions, self.toasts = desk, actions, toasts
        self._figures: Apart | None = None

    @property
    def figures(self) -> Apart:
        """The process in which figures are counted and reports printed; it starts when first asked."""
        if self._figures is None:
            from reports.apart import Apart

            self._figures = Apart()
            self.destroyed.connect(self._figures.close)
        return self._figures


@runtime_checkable
class Enters(Protocol):
    """A page that wants to know when it is shown; ``what`` it shall show, None for as it was."""

    def enter(self, what: object) -> None: ...


@runtime_checkable
class HearsRows(Protocol):
    """A page that counts rows, and counts again after an import."""

    def refresh(self) -> None: ...


@runtime_checkable
class HasAnswers(Protocol):
    """A page that shows answers in the size of text that people chose."""

    def use_font(self, font: QFont) -> None: ...


def preload(id: str) -> None:
    """Import what a page is made of, so that its first showing does not wait for it. Not on the UI thread."""
    import_module(BY_ID[id].made_by.split(":")[0])


def build(id: str, room: Room) -> QWidget:
    """Build a page; its module is imported here where that was not done ahead."""
    from ui.views.no_answers import NoAnswers

    entry = BY_ID[id]
    module, name = entry.made_by.split(":")
    page = getattr(import_module(module), name)(room)
    assert isinstance(page, QWidget)
    if entry.teaches:
        NoAnswers(page, room, entry.name, entry.teaches)
    return page
