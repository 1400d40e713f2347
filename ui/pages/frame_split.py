"""How a code is split: by rule, by clusters of its answers, or by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate.frame_edits import Edit, Part, SplitCode
from annotate.messages import _
from annotate.store.project import Project
from ui.pages.frame_state import Answer, with_rules
from ui.tasks import Job
from ui.views.train_job import JobLine

RULE, CLUSTERS, HAND = range(3)
SHOWN = 2_000
"""Answers listed to be ticked by hand; beyond, a rule is quicker."""


class SplitForm(QWidget):
    """The parts of a split. The answers of the code come in by ``take_answers``, clusters by ``take_parts``."""

    changed = Signal()
    clusters_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ""
        self._answers: list[Answer] = []
        self._parts: list[tuple[str, tuple[int, ...]]] = []
        self.mode = QComboBox()
        self.mode.addItems([""] * 3)
        self.mode.currentIndexChanged.connect(self._on_mode)
        self.rules = QPlainTextEdit()
        self.rules.setTabChangesFocus(True)
        self.rules.textChanged.connect(self.changed)
        self._rules_hint = QLabel()
        self._rules_hint.setObjectName("muted")
        self._rules_hint.setWordWrap(True)
        self.clusters = QListWidget()
        self.clusters.itemChanged.connect(lambda _item: self.changed.emit())
        self.seek = QPushButton()
        self.seek.clicked.connect(self.clusters_asked)
        self.seeking = JobLine()
        self.seeking.freed.connect(lambda: self.seek.setEnabled(True))
        self.name = QLineEdit()
        self.name.textChanged.connect(self.changed)
        self.answers = QListWidget()
        self.answers.itemChanged.connect(lambda _item: self.changed.emit())
        self._more = QLabel()
        self._more.setObjectName("muted")
        self.rest, self.recheck = QCheckBox(), QCheckBox()
        self.rest.setChecked(True)
        for box in (self.rest, self.recheck):
            box.toggled.connect(self.changed)
        self._stack = QStackedWidget()
        for parts in (
            (self._rules_hint, self.rules),
            (self.seek, self.seeking, self.clusters),
            (self.name, self.answers, self._more),
        ):
            page = QWidget()
            lay = QVBoxLayout(page)
            lay.setContentsMargins(0, 0, 0, 0)
            for one in parts:
                lay.addWidget(one)
            self._stack.addWidget(page)
        ticks = QHBoxLayout()
        ticks.addWidget(self.rest)
        ticks.addWidget(self.recheck)
        ticks.addStretch(1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 4, 0, 4)
        lay.addWidget(self.mode)
        lay.addWidget(self._stack, 1)
        lay.addLayout(ticks)
        self.retranslate()

    def begin(self, label: str) -> None:
        """Begin with a code of this name."""
        self._label, self._answers, self._parts = label, [], []
        self.rules.clear()
        self.name.clear()
        self.clusters.clear()
        self.answers.clear()
        self.rest.setChecked(True)
        self.mode.setCurrentIndex(RULE)
        self._on_mode()

    def watch(self, job: Job) -> None:
        """Show how far the look for clusters is, with a way to stop it; one at a time."""
        self.seek.setEnabled(False)
        self.seeking.watch(job, _("Looking for clusters"))

    def take_answers(self, answers: list[Answer]) -> None:
        """Take the answers that carry the code."""
        self._answers = answers
        self.answers.blockSignals(True)
        self.answers.clear()
        for one in answers[:SHOWN]:
            times = f"  × {len(one.ids)}" if len(one.ids) > 1 else ""
            item = QListWidgetItem(" ".join(one.text[:160].split()) + times)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.answers.addItem(item)
        self.answers.blockSignals(False)
        self._more.setVisible(len(answers) > SHOWN)
        self.changed.emit()

    def take_parts(self, parts: Sequence[tuple[str, tuple[int, ...]]], *, ticked: bool = False) -> None:
        """Take parts that were found elsewhere: a name and the answers of each; names can be changed."""
        by_id = {verbatim: one.ids for one in self._answers for verbatim in one.ids}
        self._parts = [
            (label, tuple(dict.fromkeys(twin for one in ids for twin in by_id.get(one, ())))) for label, ids in parts
        ]
        self.mode.setCurrentIndex(CLUSTERS)
        self.clusters.blockSignals(True)
        self.clusters.clear()
        for label, ids in self._parts:
            item = QListWidgetItem(label)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            item.setToolTip(_("{n} answers").format(n=f"{len(ids):,}"))
            self.clusters.addItem(item)
        self.clusters.blockSignals(False)
        self.changed.emit()

    def recipe(self, code: int) -> Callable[[Project], tuple[Edit, ...]] | None:
        """Return how the split comes about, None while no part has a name and something in it."""
        rest, recheck, answers = self.rest.isChecked(), self.recheck.isChecked(), self._answers
        mode = self.mode.currentIndex()
        told: list[tuple[str, list[str]]] = []
        if mode == RULE:
            for line in self.rules.toPlainText().splitlines():
                label, equals, rule = line.replace("＝", "=").partition("=")
                some = [one.strip() for one in rule.replace("，", ",").replace("、", ",").split(",") if one.strip()]
                if label.strip() and (some or not equals):
                    told.append((label.strip(), some or [label.strip()]))
            parts: list[tuple[str, tuple[int, ...]]] = []
        elif mode == CLUSTERS:
            parts = [
                (self.clusters.item(n).text(), ids)
                for n, (_label, ids) in enumerate(self._parts)
                if self.clusters.item(n).checkState() == Qt.CheckState.Checked
            ]
        else:
            ticked = [n for n in range(self.answers.count()) if self._ticked(n)]
            ids = tuple(verbatim for n in ticked for verbatim in answers[n].ids)
            parts = [(self.name.text().strip(), ids)] if ids and self.name.text().strip() else []
        if not told and not parts:
            return None

        def cook(_project: Project) -> tuple[Edit, ...]:
            taken: set[int] = set()
            made = []
            for label, ids in [*parts, *((label, with_rules(answers, rules)) for label, rules in told)]:
                some = tuple(one for one in ids if one not in taken)
                taken.update(some)
                made.append(Part(label, some))
            return (SplitCode(code, tuple(made), rest, recheck),)

        return cook

    def _ticked(self, place: int) -> bool:
        return self.answers.item(place).checkState() == Qt.CheckState.Checked

    def _on_mode(self) -> None:
        self._stack.setCurrentIndex(self.mode.currentIndex())
        self.recheck.blockSignals(True)
        self.recheck.setChecked(self.mode.currentIndex() != HAND)
        self.recheck.blockSignals(False)
        self.changed.emit()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for n, words in enumerate((_("By rule"), _("By clusters of its answers"), _("By hand"))):
            self.mode.setItemText(n, words)
        self.mode.setAccessibleName(_("How to split"))
        self._rules_hint.setText(
            _(
                "A line for each new code: name = rule, as on the Rules page; a comma means or."
                " Example: wind noise = wind, whistl* NOT tyre"
            )
        )
        self.rules.setAccessibleName(_("New codes and their rules"))
        self.clusters.setAccessibleName(_("Clusters"))
        self.seeking.retranslate()
        self.seek.setText(_("Find clusters"))
        self.name.setPlaceholderText(_("Name of the new code"))
        self.name.setAccessibleName(_("Name of the new code"))
        self.answers.setAccessibleName(_("Answers with this code"))
        self._more.setText(_("The {n} commonest are listed; for more, split by rule.").format(n=f"{SHOWN:,}"))
        self.rest.setText(_("A code carries on with the rest"))
        self.recheck.setText(_("Look at what was handed over again"))
