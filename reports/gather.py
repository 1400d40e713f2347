"""From a project and a specification to a manuscript: figures of every scope, basket, pictures, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from annotate import layers, verbatims
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import InQuestion
from reports import issue, records
from reports.basket import Item, read_items
from reports.collect import Loaded, figures, periods
from reports.collect import read as read_project
from reports.collect.report import of_periods
from reports.collect.rows import ids
from reports.data import Quote, ReportData, Rows, Scope
from reports.definitions.verbs import in_force
from reports.filters import parse_filters, the_column
from reports.labels import named
from reports.manuscript import Listed, Manuscript, Put
from reports.release import released_places
from reports.spec import Picture, ReportSpec
from reports.spec_pictures import pictures
from reports.spec_store import resolved
from reports.wording import Words


def scope_of(project: Project, spec: ReportSpec) -> Scope:
    """Return which rows a specification asks for.

    Raises UserError for a question, filter, period or column that the project does not have.
    """
    return Scope(
        tuple(verbatims.the_question(project, name).id for name in spec.questions),
        parse_filters(project, spec.filter),
        spec.wave,
        spec.window,
        spec.compare,
        the_column(project, spec.segment) if spec.segment else "",
        spec.weighted,
        spec.counts_only,
        spec.letters,
    )


def known_scope(project: Project, spec: ReportSpec) -> Scope:
    """Return ``scope_of`` for a specification that is kept; a period that there is not is refused here too."""
    scope = scope_of(project, spec)
    if scope.period or scope.compare:
        with project.reading() as db:
            there = periods.known(db, records.read(db, ()), in_force(db).definitions.limits)
        periods.choose(scope, there, ())
        if scope.compare and not scope.period:
            periods.choose(replace(scope, period=scope.compare, compare=""), there, ())
    return scope


def gather(
    project: Project,
    spec: ReportSpec | None = None,
    *,
    with_pictures: Mapping[str, Picture] | None = None,
    loaded: Loaded | None = None,
    progress: Progress = silent,
) -> Manuscript:
    """Return everything that a report is printed from; a view is laid over its master first.

    ``loaded``: the project as read before (``reports.collect.read``), so that several views are counted from one
    reading. Raises UserError as ``scope_of`` does.
    """
    with project.reading() as db:
        whole = resolved(db, spec or ReportSpec())
    scope = scope_of(project, whole)
    read = loaded or read_project(project, progress=Share(progress, 0, 40, 100))
    with project.reading() as db, db.snapshot():
        data = figures(
            db,
            read,
            scope,
            title=whole.title or project.path.stem,
            client=whole.client,
            progress=Share(progress, 40, 80, 100),
        )
        things = read_items(db, spec=whole.master or whole.name) if "basket" in whole.sections else []
        counted: dict[str, ReportData] = {scope.to_json(): data}
        puts = tuple(_put(db, read, one, counted, Words(whole.language)) for one in things)
        wanted = (*whole.pictures(), *(h for one in things if one.page for h in one.page.pictures))
        listed, of = _listed(db, read, data, whole) if "verbatims" in whole.sections else ((), 0)
        made = Manuscript(
            data,
            whole,
            {**pictures(db, wanted), **(with_pictures or {})},
            puts,
            released_places(db),
            issue.earlier(db, data, whole.language),
            listed,
            of,
            issue.earlier(db, data, whole.language, year=True),
        )
    progress(100, 100, N_("Collecting figures"))
    return made


def _put(db: Connection, loaded: Loaded, item: Item, counted: dict[str, ReportData], words: Words) -> Put:
    """Return a thing of the basket with its figures; those of a scope are counted once."""
    if item.kind == "page":
        return Put("page", page=item.page, title=item.title, place=item.place)
    if item.kind == "quote":
        row = db.one(
            "select label, label_en from code_def where code_id = ? order by revision_id desc limit 1", (item.code,)
        )
        label, english = row or ("", "")
        title = item.title or str((not words.chinese and english) or label)
        return Put("quote", title=title, quote=_quote(db, item))
    scope = item.scope or Scope()
    key = scope.to_json()
    if key not in counted:
        counted[key] = figures(db, loaded, scope)
    return Put(item.kind, item.exhibit, item.question, item.title, item.said, counted[key])


def _quote(db: Connection, item: Item) -> Quote:
    row = db.one(
        f"select t.text, {verbatims.RECORD_NAME}, ifnull(w.name, '') from verbatim v"
        " join verbatim_text t on t.id = v.id"
        " join record r on r.id = v.record_id left join wave w on w.id = r.wave_id where v.id = ?",
        (item.verbatim,),
    )
    text, key, wave = row or ("", "", "")
    about = (str(wave),) if wave else ()
    return Quote(str(text), item.code, None, about, "#" + str(key), item.verbatim, pinned=True)


def _listed(db: Connection, loaded: Loaded, data: ReportData, spec: ReportSpec) -> tuple[tuple[Listed, ...], int]:
    """Return the answers of the appendix, at most as many as asked for, and how many there are."""
    found: list[Listed] = []
    total = 0
    chosen = data.scope
    within = of_periods(chosen.scope.filter, chosen.now) if chosen else Scope().filter
    words = Words(spec.language)
    for question in data.questions:
        if question.id not in loaded.coded:
            continue
        told = ids(db, loaded, Rows(within.where(InQuestion(question.id)), coded=False))
        total += int(told.size)
        kept = [int(one) for one in told[: max(0, spec.quotes.listed - len(found))]]
        codes = _codes(db, loaded, question.id, set(kept))
        labels = {theme.code: theme.label for theme in named(question.themes, words)}
        marks = ", ".join(map(str, kept))
        for verbatim, text, key, wave in db.execute(
            f"select v.id, t.text, {verbatims.RECORD_NAME}, ifnull(w.name, '') from verbatim v"
            " join verbatim_text t on t.id = v.id join record r on r.id = v.record_id"
            f" left join wave w on w.id = r.wave_id where v.id in ({marks}) order by v.id"
        ):
            of = codes.get(int(verbatim or 0), [])
            found.append(
                Listed(
                    question.name,
                    "#" + str(key),
                    (str(wave),) if wave else (),
                    str(text),
                    tuple(labels[code] for code in of if code in labels),
                    int(verbatim or 0),
                )
            )
    return tuple(found), total


def _codes(db: Connection, loaded: Loaded, question: int, wanted: set[int]) -> dict[int, list[int]]:
    """Return the codes of answers in the final layer."""
    held = {code.id: code.held_from for code in loaded.coded[question].frame.codes}
    return {
        answer.verbatim: [said.code_id for said in answer.final(held) if said.source is not layers.Source.DISAGREEMENT]
        for answer in layers.answers(db, question)
        if answer.verbatim in wanted
    }
