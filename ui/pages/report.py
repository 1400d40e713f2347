"""The Report page (报告): one specification, its preview, and what leaves the project: PDF, workbook, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress
from annotate.messages import N_, _
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from reports import basket, issue, release, spec_store
from reports.apart import Printed, issued_again, issuing, printing, writing
from reports.basket import Item
from reports.release import Place
from reports.sections.basket import EXHIBITS
from reports.spec import Headline, Look, ReportSpec
from ui.pages.registry import Room
from ui.pages.report_layout import ReportLayout
from ui.tasks import Job
from ui.views.report import quotes
from ui.views.report.form import new_spec
from ui.views.report.own_page import OwnPageDialog
from ui.views.report.preview import Pages
from ui.views.report.quotes import Chosen

PAGE = "report"
_SOON_MS = 500
_KINDS = {"page": N_("own page"), "quote": N_("quote")}


class ReportPage(ReportLayout):
    """Prints the specification in a process of its own, and does what its lists ask for."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(self._draw, read_only=room.desk.project.read_only, parent=parent)
        self._room, self._desk = room, room.desk
        self._apart = room.figures
        self._job: Job | None = None
        self._stale = True
        self._printed: Printed | None = None
        self._things: list[Item] = []
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.print_preview)
        self._connect()
        self.retranslate()
        self._read_lists()

    def _connect(self) -> None:
        self._desk.changed.connect(self._on_changed)
        self.form.changed.connect(self._soon.start)
        self.form.changed.connect(self._tell_basket)
        self.form.logo_button.clicked.connect(self._on_logo)
        self.headlines.edited.connect(self._on_headline)
        self.basket.moved.connect(lambda at, to: self._write(lambda p: basket.move(p, place=at, to=to)))
        self.basket.removed.connect(lambda at: self._write(lambda p: basket.remove(p, place=at)))
        self.basket.page_asked.connect(self._on_own_page)
        self.basket.change_asked.connect(self._on_change_page)
        self.basket.print_asked.connect(self._on_print_basket)
        self.quotes.chosen.connect(self._on_quote)
        self.personal.decided.connect(self._on_decided)
        self.issued.issue_asked.connect(self._on_issue)
        self.issued.print_asked.connect(self._on_print_issued)
        self.issued.withdraw_asked.connect(lambda name: self._write(lambda p: issue.withdraw(p, name=name)))
        self.preview.page_changed.connect(self._on_page)
        self.kept.chosen.connect(self._on_spec)
        self.kept.kept.connect(self._on_keep)
        self.kept.forgotten.connect(lambda name: self._write(lambda p: spec_store.remove(p, name=name)))
        self._workbook.triggered.connect(lambda _on: self.save_workbook())
        self._pictures.triggered.connect(lambda _on: self.save_pictures())
        self._whole.toggled.connect(self.preview.show_whole)
        self._pdf.clicked.connect(self.save_pdf)
        bind = self._room.actions.bind
        bind("report_pdf", self.save_pdf, self)
        bind("report_preview", self.print_preview, self)
        bind("report_workbook", self.save_workbook, self)
        self._room.actions.listen(self, PAGE)

    # Preview

    def enter(self, _what: object) -> None:
        """Print, where the project has changed since."""
        if self._stale:
            self.print_preview()
        self.preview.setFocus()

    def _on_changed(self, change: Change) -> None:
        self._stale = True
        if change.kind in ("basket", "report", "report-spec", "issue", "release", "undo", "redo", "quote-choice"):
            self._read_lists()
        if self.isVisible():
            self._soon.start()

    def print_preview(self) -> None:
        """Print the report as it stands into the preview."""
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
        self._stale = False
        spec = self.form.spec()
        job: Job | None = None

        def work(project: Project, progress: Progress) -> tuple[Printed, Pages]:
            told = self._apart.run(progress, printing, project.path, project.passphrase, spec)
            return told, Pages(told.pdf)

        def done(answer: tuple[Printed, Pages]) -> None:
            if self._job is job:
                self._job = None
                self._show(*answer)

        def failed(error: BaseException) -> None:
            if self._job is job:
                self._job, self._stale = None, True
                if not isinstance(error, CancelledError):
                    self._room.toasts.fail(error)
                self._place.setText(_("No preview"))

        self._place.setText(_("Printing the preview…"))
        job = self._job = self._desk.long(work, done, failed)

    def _show(self, told: Printed, pages: Pages) -> None:
        self._printed = told
        self.preview.show_pdf(pages)
        self.headlines.show_titles(told.titles)
        self.personal.show_places(told.places)
        self.form.offer(told.periods, told.columns)
        self._tell_tabs(places=len(told.places))
        self._on_page(1, told.pages)

    def _draw(self, pages: Pages, number: int, width: int, take: object) -> None:
        self._desk.read(
            ("page", id(pages), number),
            lambda _project: pages.image(number, width),
            lambda image: _given(take, image),
            slow=True,
        )

    def _on_page(self, at: int, count: int) -> None:
        self._place.setText(_("Page {n} of {count}").format(n=at, count=count))

    # Specification

    def _on_headline(self, key: str, generated: str, text: str) -> None:
        spec = self.form.spec()
        headlines = {name: one for name, one in spec.headlines.items() if name != key}
        if text and text != generated:
            headlines[key] = Headline(text, generated)
        self.form.take(spec.but(headlines=headlines))
        self._soon.start()

    def _on_logo(self) -> None:
        from annotate.store import operations
        from reports.spec_pictures import keep, name_of, read

        name, _kind = QFileDialog.getOpenFileName(self, _("Logo"), "", _("Pictures (*.png *.jpg *.jpeg)"))
        if not name:
            return
        try:
            picture = read(Path(name))
        except UserError as error:
            self._room.toasts.fail(error)
            return

        def work(project: Project) -> Step:
            return operations.run(project, "report", lambda op: keep(op, picture))[1]

        look = self.form.spec().look
        self.form.take(self.form.spec().but(look=Look(look.strong, look.accent, name_of(picture))))
        self._desk.write(work, lambda _step: self._soon.start(), self._room.toasts.fail)

    def _on_own_page(self) -> None:
        dialog = OwnPageDialog(self)
        dialog.made.connect(self._put_page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_change_page(self, place: int) -> None:
        page = next((one.page for one in self._things if one.place == place), None)
        if page is None:
            return
        dialog = OwnPageDialog(self, page=page)
        dialog.made.connect(
            lambda changed, pictures: self._write(
                lambda p: basket.change_page(p, place=place, page=changed, with_pictures=pictures)
            )
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_print_basket(self) -> None:
        spec = self.form.spec()
        self.form.show_spec(spec.but(sections=(*spec.sections, "basket")))
        self._tell_basket()
        self._soon.start()

    def _tell_basket(self) -> None:
        self.basket.tell_printed(printed="basket" in self.form.spec().sections)

    def _put_page(self, page: object, pictures: Mapping[str, object]) -> None:
        self._write(lambda p: basket.put_page(p, page=page, with_pictures=pictures))  # type: ignore[arg-type]

    def _on_spec(self, name: str) -> None:
        if not name:
            self.form.show_spec(new_spec())
            self._soon.start()
            return

        def show(spec: ReportSpec) -> None:
            self.form.show_spec(spec)
            self._soon.start()

        def read(project: Project) -> ReportSpec:
            with project.reading() as db:
                return spec_store.resolved(db, spec_store.written(db, name))

        self._desk.read("spec", read, show, self._room.toasts.fail)

    def _on_keep(self, name: str, view: bool) -> None:
        spec = self.form.spec()
        kept = spec.but(name=name, master="")
        if view:
            given = spec.given - {"name", "master", "own_pages"}
            master = spec.master or self.kept.name
            kept = ReportSpec(name=name, master=master).but(**{one: getattr(spec, one) for one in given})
        self._write(lambda p: spec_store.save(p, spec=kept))

    # What leaves the project

    def save_pdf(self) -> None:
        """Ask where the PDF goes, and write it."""
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the report"), "report.pdf", _("PDF (*.pdf)"))
        if name:
            self.write_to(Path(name))

    def save_workbook(self) -> None:
        """Ask where the workbook goes, and write it."""
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the figures"), "report.xlsx", _("Workbook (*.xlsx)"))
        if name:
            self.write_to(Path(name))

    def save_pictures(self) -> None:
        """Ask for a folder, and write every chart into it."""
        if name := QFileDialog.getExistingDirectory(self, _("Folder for the charts")):
            self.write_to(Path(name))

    def write_to(self, path: Path) -> None:
        """Write the report as PDF, its figures as a workbook, by the ending of the name; into a folder its charts."""
        spec, password = self.form.spec(), self._password.text() or None

        def work(project: Project, progress: Progress) -> Path:
            return self._apart.run(progress, writing, project.path, project.passphrase, spec, path, password)

        self._desk.long(work, self._say_written, self._room.toasts.fail)

    def _on_issue(self, name: str) -> None:
        spec = self.form.spec()

        def work(project: Project, progress: Progress) -> Step:
            made, sheets = self._apart.run(progress, issuing, project.path, project.passphrase, spec)
            return issue.issue(project, made, name=name, sheets=sheets)

        self._desk.long(work, self._stepped, self._room.toasts.fail)

    def _on_print_issued(self, name: str) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Save the report"), f"{name}.pdf", _("PDF (*.pdf)"))
        if not target:
            return
        password = self._password.text() or None

        def work(project: Project, progress: Progress) -> Path:
            return self._apart.run(
                progress, issued_again, project.path, project.passphrase, name, Path(target), password
            )

        self._desk.long(work, self._say_written, self._room.toasts.fail)

    def _on_quote(self, verbatim: int, code: int, choice: int, place: int) -> None:
        self._write(lambda p: basket.choose_quote(p, verbatim=verbatim, code=code, choice=choice, place=place or None))

    def _say_written(self, path: Path) -> None:
        self._room.toasts.say(_("{name} written.").format(name=path.name))

    def _on_decided(self, place: Place, released: bool, reason: str) -> None:
        self._write(
            lambda p: release.decide(
                p,
                verbatim=place.verbatim,
                page=place.page,
                start=place.start,
                stop=place.stop,
                released=released,
                reason=reason,
            )
        )

    # Lists

    def _write(self, verb: object) -> None:
        self._desk.write(verb, self._stepped, self._room.toasts.fail)  # type: ignore[arg-type]

    def _stepped(self, step: Step) -> None:
        self._desk.stepped.emit(step)
        self._read_lists()

    def _read_lists(self) -> None:
        def read(project: Project) -> tuple[list[Item], list[issue.Issued], list[spec_store.Kept], list[Chosen]]:
            return basket.items(project), issue.listed(project), spec_store.listed(project), quotes.read(project)

        self._desk.read("report lists", read, self._show_lists)

    def _show_lists(self, answer: tuple[list[Item], list[issue.Issued], list[spec_store.Kept], list[Chosen]]) -> None:
        things, issued, kept, chosen = answer
        self.quotes.show_quotes(chosen)
        self.basket.show_items(things, _said)
        self.issued.show_issued(issued)
        self.kept.show_kept(kept)
        self._things = things
        self._tell_tabs(things=len(things))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._say_own()
        if self._printed is not None:
            self.form.offer(self._printed.periods, self._printed.columns)
        self._read_lists()


def _said(item: Item) -> str:
    if item.kind in _KINDS:
        return f"{_(_KINDS[item.kind])}  {item.title}".strip()
    exhibit = EXHIBITS.get(item.exhibit)
    name = _(exhibit.name) if exhibit is not None else item.exhibit
    return "  ".join(part for part in (item.title or name, item.question, item.said) if part)


def _given(take: object, image: QImage) -> None:
    take(image)  # type: ignore[operator]
