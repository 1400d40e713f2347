"""Plan to a deadline: until when, how fast; what is done in which order, what stays open and what that costs."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDateTimeEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate import deadline
from annotate.deadline import Facts, Kind, Plan, Stage
from annotate.messages import _
from ui.desk import Desk
from ui.models.frame_tree import name_of
from ui.views.standing_bar import hours

_SHOWN = 6
"""Stages named one by one; the lists of further codes are counted together."""


class DeadlinePanel(QFrame):
    """A pane over the page; nothing is blocked while it is open. ``started`` (Plan) when its queue shall be coded."""

    started = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self._desk, self._over = desk, parent
        self._facts: Facts | None = None
        self.plan: Plan | None = None
        self._title, self._says = QLabel(), QLabel()
        self._title.setObjectName("heading")
        self.until = QDateTimeEdit()
        self.until.setCalendarPopup(True)
        self.until.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.speed = QLineEdit()
        self.speed.setValidator(QIntValidator(1, 9_999, self.speed))
        self._until_words, self._speed_words = QLabel(), QLabel()
        form = QFormLayout()
        form.addRow(self._until_words, self.until)
        form.addRow(self._speed_words, self.speed)
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._says.setWordWrap(True)
        self.start, self._close = QPushButton(), QPushButton()
        self.start.setProperty("primary", True)
        self.start.clicked.connect(self._start)
        self._close.clicked.connect(self.shut)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        foot.addWidget(self.start)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 14, 16, 12)
        lay.addWidget(self._title)
        lay.addLayout(form)
        lay.addWidget(self._says, 1)
        lay.addLayout(foot)
        self.until.dateTimeChanged.connect(lambda _at: self._work_out())
        self.speed.textChanged.connect(lambda _speed: self._work_out())
        self.retranslate()
        self.hide()

    def open(self) -> None:
        """Open and read what the plan is made from."""
        question = self._desk.question
        if question is None:
            return
        self._facts = None
        now = QDateTime.currentDateTime()
        if self.until.dateTime() <= now:
            self.until.setDateTime(now.addSecs(2 * 3_600))
        self.retranslate()
        self._place()
        self.show()
        self.raise_()
        self.until.setFocus()
        self._desk.read("deadline", lambda project: deadline.gather(project, question), self.use, slow=True)

    def use(self, facts: Facts) -> None:
        """Take what the plan is made from, and plan."""
        self._facts = facts
        self.speed.setText(str(round(3_600 / facts.seconds)))
        self._work_out()

    def shut(self) -> None:
        """Close and give the keys back."""
        self.hide()
        self.closed.emit()

    def _work_out(self) -> None:
        if self._facts is None or not self.speed.hasAcceptableInput():
            return
        seconds = QDateTime.currentDateTime().secsTo(self.until.dateTime())
        self.plan = deadline.plan(self._facts, max(0, seconds), each=3_600 / int(self.speed.text()))
        self.start.setEnabled(bool(self.plan.stages))
        self._says.setText("\n".join(self.tell()))
        self._says.setAccessibleName(self._says.text())
        self._place()

    def tell(self) -> list[str]:
        """Return the plan in words, line by line."""
        plan, facts = self.plan, self._facts
        if plan is None or facts is None:
            return [_("Reading…")]
        lines = [_("In this order:")] if plan.stages else [_("No time is left, or nothing is left to do.")]
        named = plan.stages[:_SHOWN]
        lines += [f"  {place}.  {self._of(stage)}" for place, stage in enumerate(named, 1)]
        more = plan.stages[_SHOWN:]
        if more:
            words = _("and {n} more lists: {rows} looks, {time}")
            rows = sum(one.rows.size for one in more)
            time = hours(sum(one.seconds for one in more) / 3_600)
            lines.append("      " + words.format(n=len(more), rows=f"{rows:,}", time=time))
        lines.append("")
        lines.append(
            _("Settled by then: {n} answers. Open: {open}.").format(n=f"{plan.settled:,}", open=f"{plan.open:,}")
        )
        if plan.spent < plan.wanted - 1:
            lines.append(
                _("Everything would take {time}; the machine's suggestions count for what stays open.").format(
                    time=hours(plan.wanted / 3_600)
                )
            )
        if plan.half is None:
            lines.append(_("Without random answers nothing can be said of accuracy: draw an audit sample first."))
        else:
            lines.append(
                _("Nets are then known to ±{half} points ({n} random answers, 95 %).").format(
                    half=f"{plan.half * 100:.1f}", n=f"{plan.seen:,}"
                )
            )
        if plan.codes:
            lines.append(
                _(
                    "{n} of {codes} codes are not reportable by then: fewer than {least} random answers carry them."
                ).format(n=plan.unreported, codes=plan.codes, least=deadline.LEAST)
            )
        lines.append(
            _("A look at an answer in a list of one code is taken as a quarter of a decision.")
            + (" " + _("The speed is a first guess: few decisions were timed.") if facts.pace.few else "")
        )
        return lines

    @staticmethod
    def _of(stage: Stage) -> str:
        kind, rows = stage.kind, f"{stage.rows.size:,}"
        if stage.rows.size < stage.of:
            rows = _("{n} of {all}").format(n=rows, all=f"{stage.of:,}")
        time = hours(stage.seconds / 3_600)
        if kind is Kind.SAMPLES:
            return _("random answers owed: {rows}, {time}").format(rows=rows, time=time)
        if kind is Kind.GROUPS:
            return _("big groups: {rows} groups, {n} answers, {time}").format(
                rows=rows, n=f"{stage.answers:,}", time=time
            )
        if kind is Kind.CODE and stage.code is not None:
            code = f"{stage.code.number} {name_of(stage.code)}".strip()
            return _("list of {code}: {rows} looks, {time}").format(code=code, rows=rows, time=time)
        return _("the rest one by one, larger groups first: {rows}, {time}").format(rows=rows, time=time)

    def _start(self) -> None:
        if self.plan is not None:
            self.started.emit(self.plan)
            self.shut()

    def _place(self) -> None:
        over = self._over
        self.setFixedWidth(min(560, over.width() - 20))
        lay = self.layout()
        tall = lay.totalHeightForWidth(self.width()) if lay is not None else 0
        self.resize(self.width(), min(over.height() - 20, max(tall, 220)))
        self.move(max(8, (over.width() - self.width()) // 2), max(8, (over.height() - self.height()) // 3))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Plan to a deadline"))
        self._until_words.setText(_("Until"))
        self._speed_words.setText(_("Decisions an hour"))
        self.start.setText(_("Queue it this way"))
        self._close.setText(_("Close"))
        self.until.setAccessibleName(_("Until"))
        self.speed.setAccessibleName(_("Decisions an hour"))
        self._says.setText("\n".join(self.tell()))
