"""The queue of doubts: one label at a time, what people say, what the model says, what is near; one key decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotate.frames import Code
from annotate.messages import _
from training.quality.doubts import Doubt
from ui.pages.train_reading import Doubted
from ui.views.page_parts import beside, button, label, texts
from ui.views.train_parts import code_name, short


class DoubtsView(QWidget):
    """Shows doubts in turn. ``kept``, ``taken``, ``both`` and ``pinned`` carry the doubt that was decided."""

    kept = Signal(object)
    taken = Signal(object)
    both = Signal(object)
    pinned = Signal(object)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Doubted | None = None
        self.stopped = False
        self._left: list[Doubt] = []
        self._alike: dict[int, tuple[int, ...]] = {}
        self._codes: Mapping[int, Code] = {}
        self._keys: Mapping[str, str] = {}
        self._only = ""
        self._may = True
        self._title = label("heading", wrap=True)
        self._again = button(self.asked.emit, quiet=True)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._people, self._model, self._near = label(wrap=True), label(wrap=True), label("muted", wrap=True)
        self._keep = button(lambda: self.decide("kept"))
        self._take = button(lambda: self.decide("taken"))
        self._both = button(lambda: self.decide("both"))
        self._pin = button(lambda: self.decide("pinned"), quiet=True)
        self.rest = texts()
        self.rest.currentRowChanged.connect(lambda _row: self._tell())
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 8, 12, 4)
        lay.setSpacing(4)
        lay.addWidget(self._title)
        for words in (self._text, self._people, self._model, self._near):
            lay.addWidget(words)
        lay.addLayout(beside(self._keep, self._take, self._both, self._pin, self._again))
        lay.addWidget(self.rest, 1_000)
        lay.addStretch(1)
        self.retranslate()

    @property
    def current(self) -> Doubt | None:
        """Return the doubt at hand."""
        row = self.rest.currentRow()
        return self._left[row] if 0 <= row < len(self._left) else None

    @property
    def count(self) -> int:
        """Return how many doubts are left."""
        return len(self._left)

    def use(self, codes: Mapping[int, Code], keys: Mapping[str, str], *, may: bool) -> None:
        """Take the codes of the frame and the keys of the decisions (kept, taken, both, pinned)."""
        self._codes, self._keys, self._may = codes, keys, may
        self.retranslate()

    def show_doubts(self, told: Doubted | None, only: str = "") -> None:
        """Show these doubts, ``only`` about a code; None while they are not known."""
        self._told, self._only, self.stopped = told, only, False
        alike: dict[tuple[str, int, tuple[int, ...]], list[Doubt]] = {}
        for one in told.doubts if told is not None else ():
            alike.setdefault((self._text_of(one.verbatim), one.code_id, one.human), []).append(one)
        self._left = [same[0] for same in alike.values()]
        self._alike = {same[0].verbatim: tuple(one.verbatim for one in same) for same in alike.values()}
        self._list(0)

    def show_stopped(self) -> None:
        """Say that a person did not wait for the doubts; those that were known stay."""
        self.stopped = True
        self._tell()

    def alike(self, doubt: Doubt) -> tuple[int, ...]:
        """Return the answers that a doubt stands for: identical ones with the same codes are folded into one."""
        return self._alike.get(doubt.verbatim, (doubt.verbatim,))

    def drop(self, doubt: Doubt) -> None:
        """Take a doubt off the list: it is decided."""
        if doubt in self._left:
            row = self._left.index(doubt)
            self._left.pop(row)
            self._list(row)

    def decide(self, how: str) -> None:
        """Decide on the doubt at hand: kept, taken, both or pinned."""
        doubt = self.current
        if doubt is not None and self._may and (how != "both" or self.may_both(doubt)):
            getattr(self, how).emit(doubt)

    @staticmethod
    def may_both(doubt: Doubt) -> bool:
        """Tell whether people's code and the machine's can both be meant."""
        return doubt.said and doubt.instead is not None

    def _list(self, row: int) -> None:
        self.rest.blockSignals(True)
        self.rest.clear()
        self.rest.addItems([self._text_of(one.verbatim) for one in self._left])
        self.rest.blockSignals(False)
        if self._left:
            self.rest.setCurrentRow(min(row, len(self._left) - 1))
        self._tell()

    def _text_of(self, verbatim: int) -> str:
        answer = self._told.answers.get(verbatim) if self._told is not None else None
        return "" if answer is None else answer.text.replace("\n", " ")

    def _tell(self) -> None:
        doubt = self.current
        n = len(self._left)
        self._title.setText(
            _("Doubts about {code}: {n}").format(code=self._only, n=n) if self._only else _("Doubts: {n}").format(n=n)
        )
        for one in (self._people, self._model, self._near, self._keep, self._take, self._both, self._pin, self.rest):
            one.setVisible(doubt is not None)
        if doubt is None:
            self._text.setText(
                _("Stopped before the doubts were found.") if self.stopped
                else _("No label looks wrong to the model.") if self._told is not None
                else _("Labels that look wrong appear here when a model is there.")
            )  # fmt: skip
            self._text.setFont(self.font())
            return
        large = QFont(self.font())
        large.setPointSizeF(self.font().pointSizeF() * 1.25)
        self._text.setFont(large)
        self._text.setText(f"「{self._text_of(doubt.verbatim)[:400]}」")
        self._people.setText(_("People: {codes}").format(codes=self._names(doubt.human) or _("no code")))
        model = ", ".join(f"{self._name(code)} {short(p)}" for code, p in doubt.model)
        words = _("Model: {codes}").format(codes=model or _("no code"))
        if doubt.said:
            words += "   " + _("{code} only {p}").format(code=self._name(doubt.code_id), p=short(doubt.p))
        self._model.setText(words)
        self._near.setText(self._neighbours(doubt))
        self._near.setVisible(bool(doubt.near))
        self._keep.setText(_("Keep ({key})").format(key=self._keys.get("kept", "X")))
        self._take.setText(_("{change} ({key})").format(change=self._change(doubt), key=self._keys.get("taken", "A")))
        self._both.setText(_("Both ({key})").format(key=self._keys.get("both", "B")))
        self._both.setVisible(self.may_both(doubt))
        self._pin.setText(_("Must hold ({key})").format(key=self._keys.get("pinned", "W")))
        for one in (self._keep, self._take, self._both, self._pin):
            one.setEnabled(self._may)

    def _change(self, doubt: Doubt) -> str:
        code = self._codes.get(doubt.code_id)
        own = "" if code is None else code.number or code.label
        if not doubt.said:
            return _("Give {code}").format(code=own)
        other = self._codes.get(doubt.instead or 0)
        return _("Change to {code}").format(code=other.number or other.label) if other else _("Take {code} off").format(
            code=own)  # fmt: skip

    def _neighbours(self, doubt: Doubt) -> str:
        found: Counter[str] = Counter()
        coders: dict[str, list[str]] = {}
        for near in doubt.near:
            text = self._text_of(near.verbatim)[:40]
            found[text] += 1
            coders.setdefault(text, []).append(near.coder)
        parts = [
            f"{text}" + (f" ×{n}" if n > 1 else "") + f" ({', '.join(dict.fromkeys(coders[text]))})"
            for text, n in found.items()
        ]
        return _("Near, coded the other way: {answers}").format(answers="; ".join(parts))

    def _name(self, code: int) -> str:
        return code_name(self._codes.get(code))

    def _names(self, codes: tuple[int, ...]) -> str:
        return ", ".join(self._name(one) for one in codes)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._again.setText(_("Look again"))
        self.rest.setAccessibleName(_("Doubted answers"))
        self._tell()
