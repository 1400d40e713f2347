"""What the page Rules shows: the rules of a question, the one that is being written, and what it hits."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _
from annotate.rule_hits import Hits, Precision
from annotate.rules import Offer, Rule
from annotate.rules_syntax import Expression, places
from annotate.verbatims import VerbatimRow
from ui.pages.question_page import LookingPage
from ui.pages.registry import Room
from ui.pages.rules_hits import HitList
from ui.views.code_box import CodeBox
from ui.views.page_parts import button, cell, label, lay_out, rule, table
from ui.views.splitting import keep_split
from ui.views.train_job import JobLine
from ui.views.train_parts import code_name

_TYPED_MS = 120
"""From the last key to looking: fast typing is looked up once."""
_SOON_MS = 600


@dataclass(frozen=True, slots=True)
class Known:
    """The rules of a question with what each hits and how people agree."""

    rules: list[Rule]
    offers: dict[int, Offer]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the typed rule hits."""

    expression: Expression
    hits: Hits
    rows: list[VerbatimRow]


class RulesShowing(LookingPage):
    """The rules of a question above; below, the one that is being written, with its hits."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, _SOON_MS, parent)
        self._known = Known([], {})
        self._seen: Seen | None = None
        self._editing: int | None = None
        self._build()

    # Composition

    def _build(self) -> None:
        self._lead = label("muted")
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._questions)
        row.addWidget(self._lead)
        self.again = button(self._asks("again"), quiet=True)
        self.again.hide()
        row.addWidget(self.again)
        row.addStretch(1)
        self.surveying = JobLine()
        row.addWidget(self.surveying)
        self.list = table(6, stretch=1)
        self._apply, self._edit = (
            button(self._asks("apply"), primary=True),
            button(self._asks("edit")),
        )
        self._switch, self._remove, self._see = (
            button(self._asks("switch")),
            button(self._asks("remove")),
            button(self._asks("see")),
        )
        self._about = label("muted", wrap=True)
        acts = QHBoxLayout()
        acts.setContentsMargins(12, 6, 12, 6)
        acts.setSpacing(6)
        acts.addWidget(self._about, 1)
        for one in (self._see, self._edit, self._switch, self._remove, self._apply):
            acts.addWidget(one)
        upper = QWidget()
        lay = QVBoxLayout(upper)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(self.list, 1)
        lay.addLayout(acts)
        across = QSplitter(Qt.Orientation.Vertical)
        across.addWidget(upper)
        across.addWidget(self._editor())
        across.setSizes([280, 480])
        keep_split(across, "rules")
        self._hint = label("muted")
        lay_out(self, bar, body=across, hint=self._hint)
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)

    def _editor(self) -> QWidget:
        self._title = label("heading")
        self.expression, self._code = QLineEdit(), CodeBox()
        self._code.setMinimumWidth(240)
        self._save, self._cancel = (
            button(self._asks("save"), primary=True),
            button(self._asks("cancel"), quiet=True),
        )
        self._told = label(wrap=True)
        self._teach = label("muted", wrap=True)
        self._hits = HitList()
        self._said = table(2)
        self._said.setMinimumWidth(280)
        lower = QWidget()
        lay = QVBoxLayout(lower)
        lay.setContentsMargins(14, 10, 14, 8)
        lay.setSpacing(6)
        lay.addWidget(self._title)
        row = QHBoxLayout()
        row.addWidget(self.expression, 3)
        row.addWidget(self._code, 1)
        row.addWidget(self._save)
        row.addWidget(self._cancel)
        lay.addLayout(row)
        lay.addWidget(self._teach)
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        self.looking = JobLine()
        row.addWidget(self.looking)
        lay.addLayout(row)
        lay.addWidget(rule())
        row = QHBoxLayout()
        row.addWidget(self._hits, 2)
        row.addWidget(self._said, 1)
        lay.addLayout(row, 1)
        return lower

    @property
    def chosen(self) -> Rule | None:
        """Return the rule that is chosen in the list."""
        at = self.list.currentRow()
        return self._known.rules[at] if 0 <= at < len(self._known.rules) and self.list.selectedItems() else None

    @property
    def told(self) -> str:
        """Return what is said of the rule being written."""
        return self._told.text()

    # Showing

    def _show_rules(self) -> None:
        at = max(0, self.list.currentRow())
        self.list.setRowCount(len(self._known.rules))
        for row, one in enumerate(self._known.rules):
            offer = self._known.offers.get(one.id)
            cells = (
                code_name(self._desk.codes.get(one.code_id)), one.text, _("on") if one.active else _("off"),
                f"{offer.hits:,}" if offer else "–", f"{offer.new:,}" if offer else "–",
                _agreed(offer.agreed if offer else None),
            )  # fmt: skip
            for column, words in enumerate(cells):
                self.list.setItem(row, column, cell(words, right=column in (3, 4)))
        if self._known.rules:
            self.list.selectRow(min(at, len(self._known.rules) - 1))
        waiting = sum(one.new for one in self._known.offers.values())
        if self._known.rules:
            told = _(
                "{n} rules; {waiting} hits are not coded yet: a rule codes when it is applied, also after an import"
            )
            self._lead.setText(told.format(n=len(self._known.rules), waiting=f"{waiting:,}"))
        else:
            self._lead.setText(_("No rules yet: write the first one below."))
        self._tell()

    def _tell(self) -> None:
        chosen = self.chosen
        offer = self._known.offers.get(chosen.id) if chosen is not None else None
        for one in (self._edit, self._switch, self._remove):
            one.setEnabled(chosen is not None and self._may)
        self._see.setEnabled(offer is not None and bool(offer.hits))
        self._apply.setEnabled(offer is not None and bool(offer.new) and self._may)
        n = f"{offer.new:,}" if offer is not None else "0"
        self._apply.setText(_("Apply to {n} answers").format(n=n))
        self._switch.setText(_("Switch off") if chosen is None or chosen.active else _("Switch on"))
        self._about.setText(_agreed_in_words(offer.agreed) if offer is not None else "")

    def _tell_editor(self) -> None:
        new = self._editing is None
        self._title.setText(_("New rule") if new else _("Change the rule"))
        self._code.setEnabled(new and self._may)
        self._save.setText(_("Keep the rule"))
        self._save.setEnabled(self._may and self._seen is not None)
        self._cancel.setVisible(bool(self.expression.text()) or not new)

    def _show_first(self, rows: list[VerbatimRow], expression: Expression) -> None:
        """Show the first hits while the others are counted."""
        self._teach.hide()
        self._said.setRowCount(0)
        self._told.setText(_("The first hits; the others are being counted."))
        self._hits.show_answers([(row.text, _apart(places(expression, row.text))) for row in rows])

    def _show_seen(self, problem: str) -> None:
        seen = self._seen
        self._hits.clear()
        self._said.setRowCount(0)
        self._teach.setVisible(seen is None)
        self._told.setText(problem)
        if seen is not None:
            self._told.setText(
                _("{n} of {total} answers, {uncoded} of them without a code.").format(
                    n=f"{seen.hits.answers:,}", total=f"{seen.hits.out_of:,}", uncoded=f"{seen.hits.uncoded:,}"
                )
                + ("  " + _agreed_in_words(seen.hits.agreed) if self._code.code is not None else "")
            )
            self._hits.show_answers([(row.text, _apart(places(seen.expression, row.text))) for row in seen.rows])
            self._said.setRowCount(len(seen.hits.said))
            for at, (code, n) in enumerate(seen.hits.said):
                self._said.setItem(at, 0, cell(code_name(self._desk.codes.get(code))))
                self._said.setItem(at, 1, cell(f"{n:,}", right=True))
        self._tell_editor()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._questions.setAccessibleName(_("Question"))
        self.list.setAccessibleName(_("Rules"))
        self.list.setHorizontalHeaderLabels(
            [_("Code"), _("Rule"), _("State"), _("Hits"), _("Not coded yet"), _("People agree")]
        )
        self._said.setAccessibleName(_("Codes that people gave to these answers"))
        self._said.setHorizontalHeaderLabels([_("Codes of these answers"), _("Answers")])
        self._edit.setText(_("Change the rule"))
        self._remove.setText(_("Remove"))
        self._see.setText(_("See the answers"))
        self._cancel.setText(_("Cancel"))
        self.again.setText(_("Look again"))
        self.surveying.retranslate()
        self.looking.retranslate()
        self.expression.setPlaceholderText("换挡 NEAR/6 (顿 OR 冲) NOT 不顿")
        self.expression.setAccessibleName(_("Words of the rule"))
        self._code.setAccessibleName(_("Code that the rule gives"))
        self._code.retranslate()
        self._hits.setAccessibleName(_("Examples of hits"))
        self._teach.setText(
            _(
                "Words side by side must all be there; also AND, OR, NOT and brackets. NEAR/6: at most 6 characters"
                " between (words, between Latin ones). In quotes a phrase; charg* any ending. 空間 finds 空间. People's"
                " decisions always come before a rule."
            )
        )
        self._hint.setText(_("N new rule  Enter change  A apply  O on or off  Delete remove  G answers  ? keys"))
        self._show_rules()
        self._show_seen("")


def _agreed(agreed: Precision | None) -> str:
    if agreed is None:
        return "–"
    return f"{agreed.right}/{agreed.judged} ({round(100 * agreed.low)}–{round(100 * agreed.high)} %)"


def _agreed_in_words(agreed: Precision | None) -> str:
    if agreed is None:
        return _("No person has decided on any of these answers yet.")
    told = _("People gave the code to {right} of the {judged} different answers they decided ({low}–{high} %).").format(
        right=agreed.right, judged=agreed.judged, low=round(100 * agreed.low), high=round(100 * agreed.high)
    )
    if agreed.random_judged:
        told += " " + _("Among random answers: {right} of {judged}.").format(
            right=agreed.random_right, judged=agreed.random_judged
        )
    return told


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places without those that lie upon the one before."""
    kept: list[tuple[int, int]] = []
    for start, stop in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, stop))
    return kept
