"""What stands around the answers of the Label page: the bar above, the line below, the pane where none is listed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _
from annotate.verbatims import Question
from ui.actions import Actions
from ui.views.flow import Flow
from ui.views.mode_bar import ModeBar

_TYPING_MS = 40
_HINTS = (
    (N_("move"), "down"), (N_("ticks"), "tick"), (N_("picks a code"), "picker"), (N_("takes"), "accept"),
    (N_("confirms"), "confirm"), (N_("skips"), "skip"), (N_("reasons"), "explain"), (N_("all keys"), "key_sheet"),
)  # fmt: skip


class TopBar(QFrame):
    """The question, the modes, the search. ``searched`` when typing pauses; ``left`` when the search box is done."""

    question_chosen = Signal(object)
    searched = Signal(str)
    left = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self._actions = actions
        self.question = QComboBox()
        self.question.setMaximumWidth(340)
        self.question.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.question.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.modes = ModeBar(actions)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(240)
        self._hits = QLabel()
        self._hits.setObjectName("muted")
        flow = Flow(self, gap=8, margins=(10, 5, 10, 4))
        for widget in (self.question, self.modes, self.search, self._hits):
            flow.addWidget(widget)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self.left)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(lambda: self.searched.emit(self.text))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self.left)
        self.question.activated.connect(lambda at: self.question_chosen.emit(self.question.itemData(at)))
        self.retranslate()

    @property
    def text(self) -> str:
        """Return what is searched for."""
        return self.search.text().strip()

    def settle(self) -> None:
        """Stop waiting for more typing."""
        self._typing.stop()

    def use_questions(self, questions: Sequence[Question]) -> None:
        """List the questions; all of them together where there are several."""
        self.question.clear()
        if len(questions) != 1:
            self.question.addItem(_("All questions"), None)
        for one in questions:
            self.question.addItem(f"{one.name}  {one.text}".strip()[:80], one.id)

    def show_question(self, question: int | None) -> None:
        """Mark the question in force."""
        self.question.setCurrentIndex(max(0, self.question.findData(question)))

    def show_hits(self, words: str) -> None:
        """Say how many answers are listed."""
        self._hits.setText(words)

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.search.setPlaceholderText(_("Search answers ({key})").format(key=self._actions.shown("search")))
        self.search.setToolTip(_('Words anywhere in an answer; "a phrase", AND, OR, NOT'))
        self.search.setAccessibleName(_("Search answers"))
        self.question.setAccessibleName(_("Question"))
        if self.question.count() and self.question.itemData(0) is None:
            self.question.setItemText(0, _("All questions"))


class Foot(QFrame):
    """The base with what is confirmed of it, and the keys that are needed most."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        self._actions = actions
        self._base, self._keys = QLabel(), QLabel()
        self._base.setTextFormat(Qt.TextFormat.PlainText)
        self._keys.setObjectName("muted")
        for one in (self._base, self._keys):  # in large letters one line is wider than a window may be
            one.setWordWrap(True)
            one.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            one.setMinimumWidth(200)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(160, 8)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 4)
        row.setSpacing(10)
        row.addWidget(self._progress)
        row.addWidget(self._base, 2)
        row.addWidget(self._keys, 3)
        self.retranslate()

    def show_base(self, asked: int, answered: int, reviewed: int) -> None:
        """Say the base and how much of it is confirmed."""
        self._progress.setRange(0, max(1, answered))
        self._progress.setValue(reviewed)
        self._base.setText(
            _("Base: asked {asked}, answered {answered}  ·  confirmed {reviewed} ({share} %)").format(
                asked=f"{asked:,}",
                answered=f"{answered:,}",
                reviewed=f"{reviewed:,}",
                share=f"{100 * reviewed / max(1, answered):.1f}",
            )
        )

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        told = [_("digits code"), *(f"{self._actions.shown(id)} {_(words)}" for words, id in _HINTS)]
        self._keys.setText(" · ".join(told))


class NothingListed(QWidget):
    """Says why no answer is listed and offers the one next step."""

    import_asked = Signal()
    draw_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._import, self.draw = QPushButton(), QPushButton()
        lay = QVBoxLayout(self)
        lay.setContentsMargins(40, 10, 40, 10)
        lay.addStretch(1)
        lay.addWidget(self.words)
        for button, asked in ((self._import, self.import_asked), (self.draw, self.draw_asked)):
            button.setProperty("primary", True)
            button.clicked.connect(asked)
            lay.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        lay.addStretch(2)
        self.retranslate()

    def tell(self, words: str, *, can_import: bool, can_draw: bool) -> None:
        """Say this, with the step that helps."""
        self.words.setText(words)
        self._import.setVisible(can_import)
        self.draw.setVisible(can_draw)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._import.setText(_("Import answers…"))
        self.draw.setText(_("Draw 100 answers at random"))
