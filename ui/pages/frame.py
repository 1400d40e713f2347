"""The Code frame page: the tree with live counts, one code beside it, changes previewed before they are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from annotate import frame_recheck
from annotate.frame_draft import NEW
from annotate.frame_edits import Edit, EditCode
from annotate.frame_preview import Preview
from annotate.frames import Code, Frame
from annotate.messages import _
from annotate.store.changes import Change
from annotate.store.query import AnyOf, HasCode, Query
from ui.pages.frame_edits import new_code
from ui.pages.frame_layout import FrameLayout
from ui.pages.frame_moves import FrameMoves
from ui.pages.frame_state import Answer, Snapshot
from ui.pages.frame_surgery import MERGE, MOVE, RENUMBER, RESTORE, RETIRE, SPLIT, SplitAsked
from ui.pages.frame_work import Recipe
from ui.pages.registry import Room

_SOON = 200


class FramePage(FrameLayout):
    """What keys, clicks and other pages do with the frame.

    ``enter`` takes a split that was prepared, or a code to go to.
    """

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._made: tuple[Edit, ...] = ()
        self._asked: SplitAsked | None = None
        self._go_later: int | None = None
        self._codes: tuple[Code, ...] = ()
        self._stale = True
        self.moves = FrameMoves(self.work, self.board, self.view, self._ask_move, locked=self._locked)
        self._timer = QTimer(self, singleShot=True, interval=_SOON)
        self._timer.timeout.connect(self._read)
        self._connect()
        self._bind()
        self.retranslate()
        self._show_frame(self._desk.frame)

    def _connect(self) -> None:
        work, room = self.work, self._room
        work.shown.connect(self._show)
        self.top.again_asked.connect(work.reload)
        work.stopped.connect(partial(self.top.tell_stopped, True))
        work.made.connect(self._on_made)
        work.refused.connect(room.toasts.fail)
        self.search.textChanged.connect(self._narrow)
        self.view.current_changed.connect(self._on_current)
        self.board.moved.connect(self.moves.move)
        self.top.revisions_asked.connect(self.show_revisions)
        self.top.sandbox_asked.connect(self.open_sandbox)
        self.top.renumber_asked.connect(lambda: self.begin(RENUMBER))
        self.top.import_asked.connect(room.frame_import_asked)
        self.top.add_asked.connect(self.add)
        self.sandbox.commit_asked.connect(work.commit)
        self.sandbox.back_asked.connect(work.back)
        self.sandbox.drop_asked.connect(work.drop)
        self.recheck.code_asked.connect(self.code_now)
        self.code.save_asked.connect(self._save)
        self.code.preview_asked.connect(self._preview_meaning)
        self.code.surgery_asked.connect(self.begin)
        self.code.answers_asked.connect(self._show_answers)
        self.code.left.connect(self.leave)
        self.code.form.likes.taken.connect(self._use_like)
        self.surgery.asked.connect(self._preview)
        self.surgery.applied.connect(self.apply)
        self.surgery.left.connect(self.leave)
        self.surgery.clusters_asked.connect(self._find_clusters)
        self.revisions.chosen.connect(self._read_differences)
        self.revisions.restore_asked.connect(self.begin_restore)
        self.revisions.left.connect(self.leave)
        self.empty.import_asked.connect(room.frame_import_asked)
        self.empty.suggest_asked.connect(lambda: room.page_asked.emit("suggest", None))
        self.empty.add_asked.connect(lambda: self.add(False))
        self._desk.frame_changed.connect(self._show_frame)
        self._desk.changed.connect(self._on_changed)

    def _bind(self) -> None:
        does: dict[str, Callable[[], None]] = {
            "frame_rename": self.rename, "frame_move": partial(self.begin, MOVE),
            "frame_merge": partial(self.begin, MERGE), "frame_split": partial(self.begin, SPLIT),
            "frame_retire": partial(self.begin, RETIRE), "frame_renumber": partial(self.begin, RENUMBER),
            "frame_up": partial(self.moves.step, -1), "frame_down": partial(self.moves.step, +1),
            "frame_out": self.moves.out, "frame_in": self.moves.into,
            "frame_new": partial(self.add, False), "frame_new_net": partial(self.add, True),
            "frame_sandbox": self.open_sandbox, "frame_revisions": self.show_revisions,
            "frame_recheck": self.code_now, "frame_apply": self.apply, "frame_cancel": self.leave,
        }  # fmt: skip
        for id, do in does.items():
            if not self._locked or id in ("frame_revisions", "frame_recheck", "frame_cancel"):
                self._room.actions.bind(id, do, self)
        self._room.actions.listen(self, "frame")

    # Reading

    @property
    def snapshot(self) -> Snapshot | None:
        """Return what is shown, None before it was read."""
        return self.work.snapshot

    def enter(self, what: object) -> None:
        """Show the page; ``what``: a split that another page prepared, or the id of a code."""
        if isinstance(what, SplitAsked):
            self._asked = what
        elif isinstance(what, int):
            self._go_later = what
        self._turn_to_asked()
        self.view.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def refresh(self) -> None:
        """Count again after an import, now or when the page is next looked at."""
        self._soon()

    def _on_changed(self, _change: Change) -> None:
        self._soon()

    def _soon(self) -> None:
        self._stale = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _read(self) -> None:
        self._stale = False
        self.work.reload()

    def _show_frame(self, frame: Frame | None) -> None:
        self._split.setVisible(frame is not None)
        self.empty.setVisible(frame is None)
        if frame is None:
            self.work.snapshot = None
            self._codes = ()
            self.top.tell(None, self._locked)
            self.sandbox.hide()
            self.recheck.hide()
        elif self.snapshot is None or self.work.frame_id != frame.id:
            self._soon()

    def _show(self, snapshot: Snapshot) -> None:
        self.top.tell_stopped(False)
        # On a large project a count takes seconds: it may take a fifth of the time, not all of it.
        self._timer.setInterval(max(_SOON, int(snapshot.seconds * 5_000)))
        self.board.set_told(snapshot.counts, snapshot.mentions.people_answered)
        self.view.fit_columns()
        if snapshot.frame.codes != self._codes:
            self._codes = snapshot.frame.codes
            place = self.view.keep_place()
            self.board.set_frame(snapshot.frame)
            self.view.come_back(place)
            self.view.go_to_first()
        self.top.tell(snapshot, self._locked)
        self.sandbox.tell(snapshot)
        self.recheck.tell(snapshot)
        self.revisions.show_revisions(snapshot.revisions)
        if snapshot.fault is not None:
            self._room.toasts.fail(snapshot.fault)
        self._turn_to_asked()
        if self.side.currentWidget() is self.code and self.code.making is None:
            self._on_current()

    def _turn_to_asked(self) -> None:
        if self.snapshot is None:
            return
        if self._go_later is not None and self.board.index_of(self._go_later).isValid():
            self.view.go_to(self._go_later)
            self._go_later = None
        asked, self._asked = self._asked, None
        if asked is not None and not self._locked:
            self.view.go_to(asked.code)
            self._open_surgery(SPLIT, (asked.code,))

            def take(answers: list[Answer]) -> None:
                self.surgery.split.take_answers(answers)
                self.surgery.split.take_parts(asked.parts, ticked=True)

            self.work.answers(asked.code, take)

    def _narrow(self, typed: str) -> None:
        place = self.view.keep_place()
        self.board.narrow(typed)
        self.view.come_back(place)

    def _on_made(self, code: int) -> None:
        self._go_later = code

    # The form

    def _on_current(self) -> None:
        snapshot, code = self.snapshot, self.view.current()
        if snapshot is None or code is None or self.side.currentWidget() is self.surgery:
            return  # a question at hand keeps the codes that it began with
        if not (self.code.unsaved and self.code.shown == code.id):
            self.code.show_code(code, snapshot, read_only=self._locked)

    def leave(self) -> None:
        """Leave the change, the revisions or the new code and come back to the code at hand."""
        self.side.setCurrentWidget(self.code)
        self.code.reset()
        self._on_current()
        if self._desk.frame is None:
            self._show_frame(None)
        self.view.setFocus()

    def rename(self) -> None:
        """Go to the name of the code at hand."""
        self.side.setCurrentWidget(self.code)
        self._on_current()
        self.code.form.label.setFocus()
        self.code.form.label.selectAll()

    def add(self, is_net: bool) -> None:
        """Offer an empty form for a new code or net, in the net at hand."""
        here = self.view.current()
        parent = None if here is None else here.id if here.is_net else here.parent_id
        self.empty.hide()
        self._split.show()
        self.side.setCurrentWidget(self.code)
        self.code.begin_new(is_net, parent, self.snapshot.frame if self.snapshot else None)

    def _use_like(self, code: int) -> None:
        """Go to a code that is there instead of making another one of that name."""
        self.leave()
        self.view.go_to(code)

    def _save(self) -> None:
        form = self.code.form
        if not form.label.text().strip():
            return
        if self.code.making is not None:
            edit: Edit = new_code(form.values(), self.code.parent_net, self.code.making == "net")
        elif self.code.shown is not None and form.changes():
            edit = EditCode(self.code.shown, form.changes(), form.minor.isChecked())
        else:
            return
        made = self.code.making is not None
        self.code.saved()
        self.work.do((edit,))
        if made:  # the keys go back to the tree, so that the next code can be begun
            self.view.setFocus()

    def _preview_meaning(self) -> None:
        form, code = self.code.form, self.code.shown
        if code is not None:
            edit = EditCode(code, form.changes(), form.minor.isChecked())
            self.work.preview_meaning(edit, self.code.show_recheck, self._room.toasts.fail)

    # Changes

    def begin(self, kind: str) -> None:
        """Begin a change of the codes chosen; the preview comes beside the tree."""
        snapshot, here = self.snapshot, self.view.current()
        if snapshot is None or self._locked:
            return
        codes = self.view.chosen() or (() if here is None else (here.id,))
        if kind != RENUMBER and not codes:
            self._room.toasts.say(_("Choose a code in the tree first."))
            return
        if kind in (MERGE, SPLIT) and any(snapshot.frame.code(one).is_net for one in codes):
            self._room.toasts.say(_("Nets are merged and split by moving their codes."))
            return
        if kind == MERGE and here is not None and here.id in codes:
            codes = (here.id, *(one for one in codes if one != here.id))
        self._open_surgery(kind, codes[:1] if kind == SPLIT else () if kind == RENUMBER else codes)
        if kind == SPLIT:
            self.work.answers(codes[0], self.surgery.split.take_answers)
        self.surgery.focus()

    def _open_surgery(self, kind: str, codes: tuple[int, ...], revision: int = 0) -> None:
        assert self.snapshot is not None
        self.side.setCurrentWidget(self.surgery)
        self.surgery.begin(kind, self.snapshot.frame, codes, revision=revision)

    def begin_restore(self, number: int) -> None:
        """Show what going back to a revision would do."""
        if self.snapshot is None or self._locked:
            return
        if self.snapshot.sandbox:
            self._room.toasts.say(_("Keep or drop the sandbox first."))
            return
        self._open_surgery(RESTORE, (), number)

    def _find_clusters(self, code: int) -> None:
        def found(parts: list[tuple[str, tuple[int, ...]]]) -> None:
            if self.surgery.kind == SPLIT and self.surgery.codes == (code,):  # another code may be at hand by now
                self.surgery.split.take_parts(parts)

        job = self.work.clusters(code, found)
        if job is not None:
            self.surgery.split.watch(job)

    def _preview(self, recipe: Recipe) -> None:
        if self.surgery.kind == RESTORE:
            self.work.preview_restore(self.surgery.revision, self.surgery.show_preview, self.surgery.fail)
        else:
            self.work.preview(recipe, self._show_preview, self.surgery.fail)

    def _show_preview(self, told: tuple[tuple[Edit, ...], Preview]) -> None:
        self._made, preview = told
        self.surgery.show_preview(preview)

    def apply(self) -> None:
        """Make the change that is previewed, or save the form."""
        if self.side.currentWidget() is self.code:
            self._save()
        elif self.side.currentWidget() is self.surgery and self.surgery.apply.isEnabled():
            if self.surgery.kind == RESTORE:
                self.work.restore(self.surgery.revision)
            else:
                self.work.do(self._made)
            self.leave()

    def _ask_move(self, codes: tuple[int, ...], parent: int | None, before: int | None) -> None:
        self._open_surgery(MOVE, codes)
        self.surgery.move_to(parent, before)

    def open_sandbox(self) -> None:
        """Begin to rearrange on a copy that nothing else sees."""
        if self.snapshot is not None and not self.snapshot.sandbox and not self._locked:
            self.work.keep(())

    # Looking elsewhere

    def show_revisions(self) -> None:
        """Show the revisions of the frame, the newest at hand."""
        if self.snapshot is not None:
            self.side.setCurrentWidget(self.revisions)
            self.revisions.list.setCurrentRow(0)
            self.revisions.list.setFocus()

    def _read_differences(self, number: int) -> None:
        if self.snapshot is not None:
            self.work.differences(self.revisions.before(number), number, self.revisions.show_differences)

    def code_now(self) -> None:
        """Go to the answers that wait for another look."""
        if self.snapshot is not None and self.snapshot.recheck:
            self._room.page_asked.emit("label", frame_recheck.waiting_query(self.work.frame_id))

    def _show_answers(self, code: int) -> None:
        if self.snapshot is not None and code < NEW:
            inside = sorted(self.snapshot.base.base.under(code))
            self._room.page_asked.emit("label", Query((AnyOf(tuple(HasCode(one) for one in inside)),)))
