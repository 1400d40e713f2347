"""The Sources page: who was heard where, how good the data is, what was rejected, and the ways to bring in more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from annotate import phrases, questions
from annotate import sources as heard_sources
from annotate.importing import rejects
from annotate.jobs import CancelledError, Progress
from annotate.messages import _
from annotate.phrases import Kind, Scan
from annotate.quality import Quality
from annotate.quality import quality as quality_of
from annotate.store.changes import Change
from annotate.store.project import Project
from ui.pages.registry import Room
from ui.tasks import Job
from ui.views.page_parts import button, label
from ui.views.sources import verdict
from ui.views.sources.empty import NothingYet
from ui.views.sources.lists import ImportsTab, QuestionsTab, RejectsTab, ask_where
from ui.views.sources.phrases_tab import PhrasesTab
from ui.views.sources.quality_pane import QualityPane
from ui.views.sources.reading import Heard, KnownSource, Rejects, read_heard, read_rejects
from ui.views.sources.source_tree import SourceTree
from ui.views.splitting import keep_split
from ui.views.train_job import JobLine

_OURS = ("phrase", "source", "undo", "redo")
"""Steps after which the lists are read again; imports are heard of as rows."""


class SourcesPage(QWidget):
    """Sources with their quality above; imports, rejected rows, questions, agents and templates below."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self._read_only = room.desk.project.read_only
        self.heard: Heard | None = None
        self.quality: dict[int, Quality] = {}
        self._to_check: list[KnownSource] = []
        self._job: Job | None = None
        self._stale = True
        self._of: tuple[int | None, int | None, str] = (None, None, "")
        self._build()
        self._connect()
        self.questions.show_questions(self._desk.questions, read_only=self._read_only)
        self.retranslate()

    # Composition

    def _build(self) -> None:
        self._title, self._lead = label("title"), label("muted", wrap=True)
        self.checking = JobLine()
        self._again = button(self._check_all)
        self._again.hide()
        self._import = button(self._room.import_asked.emit, primary=True)
        self._import.setEnabled(not self._read_only)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addWidget(self._lead, 1)
        top.addWidget(self.checking)
        top.addWidget(self._again)
        top.addWidget(self._import)
        top.setContentsMargins(20, 12, 20, 8)
        top.setSpacing(14)
        self.tree, self.pane = SourceTree(), QualityPane()
        for one in (self.pane.wave, self.pane.kind):
            one.setEnabled(not self._read_only)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self.tree)
        across.addWidget(self.pane)
        across.setSizes([860, 400])
        across.setStretchFactor(0, 3)
        across.setStretchFactor(1, 2)
        keep_split(across, "sources/across")
        self.imports, self.rejects = ImportsTab(), RejectsTab()
        self.questions, self.phrases = QuestionsTab(), PhrasesTab()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for tab in (self.imports, self.rejects, self.questions, self.phrases):
            tab.setContentsMargins(12, 0, 12, 6)
            self.tabs.addTab(tab, "")
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(across)
        down.addWidget(self.tabs)
        down.setSizes([460, 320])
        keep_split(down, "sources/down")
        self.empty = NothingYet(read_only=self._read_only)
        self._stack = QStackedWidget()
        self._stack.addWidget(down)
        self._stack.addWidget(self.empty)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addLayout(top)
        lay.addWidget(self._stack, 1)

    def _connect(self) -> None:
        desk, room = self._desk, self._room
        desk.questions_changed.connect(lambda found: self.questions.show_questions(found, read_only=self._read_only))
        desk.changed.connect(self._on_changed)
        self.tree.source_chosen.connect(self._on_source)
        self.tree.rows_asked.connect(lambda source: self._ask_rows(verdict.answers(source)))
        self.pane.rows_asked.connect(self._ask_rows)
        self.pane.wave_asked.connect(self._on_wave)
        self.pane.kind_given.connect(self._on_kind)
        self.imports.undo_asked.connect(room.history_asked)
        self.imports.rejects_asked.connect(self._on_rejects_of)
        self.rejects.all_asked.connect(lambda: self._read_rejects(None, None, ""))
        self.rejects.save_asked.connect(self.save_rejects)
        self.questions.rows_asked.connect(self._ask_rows)
        self.questions.change_asked.connect(self._on_question)
        self.phrases.scan_asked.connect(self.scan)
        self.phrases.switched.connect(self._on_switched)
        self.phrases.added.connect(self._on_phrase)
        self.empty.import_asked.connect(room.import_asked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # Reading

    def refresh(self) -> None:
        """Read again after an import or its undo, now or when the page is next looked at."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.quality.clear()
            self._read()

    def _on_changed(self, change: Change) -> None:
        if self.heard is None or change.rows or change.kind not in _OURS:
            return
        if self.isVisible():
            self._read()
        else:
            self._stale = True

    def _read(self) -> None:
        self._desk.read("sources", read_heard, self._show, slow=True)
        self._read_rejects(*self._of)

    def _show(self, heard: Heard) -> None:
        self.heard = heard
        self._tell_tabs()
        self._stack.setCurrentIndex(0 if heard.imports else 1)
        self._import.setVisible(bool(heard.imports))
        self.tree.show_sources(heard.sources)
        self.imports.show_imports(heard.imports, read_only=self._read_only)
        self.phrases.show_phrases(heard.phrases, read_only=self._read_only)
        for source, told in self.quality.items():
            self.tree.show_quality(source, told)
        self._check_all()

    def _check_all(self) -> None:
        """Look through the sources that were not yet, one after the other."""
        self._again.hide()
        self._to_check = [one for one in self.heard.sources if one.id not in self.quality] if self.heard else []
        if self._job is None:
            self._check_next()

    def _check_next(self) -> None:
        self._show_source()
        if not self._to_check:
            return
        one = self._to_check.pop(0)

        def work(project: Project, progress: Progress) -> Quality:
            return quality_of(project, one.name, progress=progress)

        def done(told: Quality) -> None:
            self._job = None
            self.quality[one.id] = told
            self.tree.show_quality(one.id, told)
            self._check_next()

        def failed(error: BaseException) -> None:
            self._job = None
            for each in (one, *self._to_check):
                self.tree.show_unknown(each.id)
            self._to_check = []
            self._again.show()
            if not isinstance(error, CancelledError):
                self._room.toasts.fail(error)

        self._job = self._desk.long(work, done, failed)
        self.checking.watch(self._job, _("Looking through {name}").format(name=one.name))

    def _on_source(self, _source: int) -> None:
        self._show_source()

    def _show_source(self) -> None:
        source = self.tree.chosen()
        if source is None or self.heard is None:
            return
        self.pane.show_kind(next((one.kind for one in self.heard.sources if one.id == source), ""))
        told = self.quality.get(source)
        if told is not None:
            self.pane.show_quality(told, source, self._desk.fields)
        else:
            self.pane.show_waiting(next((one.name for one in self.heard.sources if one.id == source), ""))

    # Ways on

    def _ask_rows(self, query: object) -> None:
        self._room.page_asked.emit("label", query)

    def _on_wave(self) -> None:
        source = self.tree.chosen()
        known = next((one for one in self.heard.sources if one.id == source), None) if self.heard else None
        if known is not None:
            self._room.wave_asked.emit(known)

    def _on_kind(self, kind: str) -> None:
        source = self.tree.chosen()
        if source is not None:
            self._desk.write(
                lambda project: heard_sources.set_kind(project, source=source, kind=kind),
                self._desk.stepped.emit,
                self._failed,
            )

    def _on_rejects_of(self, batch: int) -> None:
        file = next((one.file for one in self.heard.imports if one.batch == batch), "") if self.heard else ""
        self._read_rejects(None, batch, file)
        self.tabs.setCurrentWidget(self.rejects)

    def _read_rejects(self, source: int | None, batch: int | None, of: str) -> None:
        self._of = source, batch, of

        def show(found: Rejects) -> None:
            self.rejects.show_rejects(found, of)
            self._tell_tabs()

        batches = None if batch is None else (batch,)
        self._desk.read("rejected", partial(read_rejects, source=source, batches=batches), show, slow=True)

    def save_rejects(self) -> None:
        """Ask where to, and write the list of all rejected rows."""
        path = ask_where(self)
        if path is not None:
            self._desk.read(
                "rejects",
                lambda project: rejects.export_rejects(project, path),
                lambda count: self._room.toasts.say(
                    _("{n} rejected rows saved to {name}.").format(n=f"{count:,}", name=path.name)
                ),
                slow=True,
            )

    # Questions and phrases

    def _on_question(self, question: int, direction: str, single: bool) -> None:
        self._desk.write(
            lambda project: questions.change(project, question=question, direction=direction, single=single),
            self._desk.stepped.emit,
            self._room.toasts.fail,
        )

    def _on_switched(self, phrase: int, active: bool) -> None:
        self._desk.write(
            lambda project: phrases.switch(project, phrase=phrase, active=active), self._desk.stepped.emit, self._failed
        )

    def _on_phrase(self, kind: str, term: str) -> None:
        self._desk.write(
            lambda project: phrases.add(project, kind=Kind(kind), term=term), self._desk.stepped.emit, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        self._room.toasts.fail(error)
        self._read()  # a switch that was not turned stands as it was

    def scan(self) -> None:
        """Look through the answers for agents' turns and templates, in the background."""
        self.phrases.scan.setEnabled(False)

        def work(project: Project, progress: Progress) -> Scan:
            progress(0, None)
            return phrases.scan(project)

        def done(found: Scan) -> None:
            self.phrases.scan.setEnabled(True)
            told = _("{n} answers looked through: {new} new phrases.")
            self._room.toasts.say(told.format(n=f"{found.answers:,}", new=f"{len(found.new):,}"))

        def failed(error: BaseException) -> None:
            self.phrases.scan.setEnabled(True)
            self._room.toasts.fail(error)

        self.phrases.job.watch(self._desk.long(work, done, failed), _("Looking through the answers"))

    # Language

    def _tell_tabs(self) -> None:
        rejected = sum(one.rejected for one in self.heard.sources) if self.heard else 0
        told = _("Rejected rows") + (f"  {rejected:,}" if rejected else "")
        for at, name in enumerate((_("Imports"), told, _("Questions"), _("Agents and templates"))):
            self.tabs.setTabText(at, name)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Sources"))
        self._lead.setText(
            _("Answers come in from files of any channel. Every row is accepted or listed as rejected; none is lost.")
        )
        self._import.setText(_("Import answers…"))
        self._again.setText(_("Look through the rest"))
        self._tell_tabs()
        if self.heard is not None:
            self._show(self.heard)
            self._read()  # steps were put into words when they were read
