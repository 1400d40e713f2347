"""All figures of a scope, gathered from one snapshot of the file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annotate import verbatims
from annotate.estimates import holm
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import AnyOf, InQuestion, Query
from annotate.verbatims import Question
from reports import voices_choice
from reports.collect import answers, needs, recoded, segments, sources, spikes, trends, where, why, words
from reports.collect.agreement import agreement
from reports.collect.closed import closed
from reports.collect.loaded import Loaded, load
from reports.collect.periods import choose
from reports.collect.planning import AuditPlan, plan_audit
from reports.collect.rows import answer_marks, record_marks
from reports.collect.scores import Asked, headline, indicators, scores
from reports.collect.themes import Shares, coding, compared, drawn_changes, first_base, paired, shares, themes
from reports.collect.touched import touched
from reports.collect.view import View
from reports.data import (
    Chosen,
    CodingFigures,
    Direction,
    ModelFigures,
    Period,
    QuestionFigures,
    ReportData,
    Scope,
    ThemeChange,
    ThemeFigures,
)
from reports.data.themes import READ_BEFORE
from reports.statistics.limits import TooFew
from reports.statistics.windows import PERIODS


def collect(
    project: Project, *, title: str | None = None, client: str = "", scope: Scope | None = None,
    texts: bool = True, progress: Progress = silent,
) -> ReportData:  # fmt: skip
    """Gather every figure of a scope (everything without one) over all imports in force.

    ``texts`` False: without what the texts themselves must be read for (quotes, words, wishes, candidates). Raises
    AskedWronglyError for a period that the project does not have.
    """
    asked = tuple(verbatims.questions(project))
    with project.reading() as db, db.snapshot():
        loaded = load(db, asked, progress=progress)
        named = title or project.path.stem
        return figures(db, loaded, scope or Scope(), title=named, client=client, texts=texts, progress=progress)


def read(project: Project, *, progress: Progress = silent) -> Loaded:
    """Read a project once, for figures of several scopes; it stays true until the next operation (``Loaded.op``)."""
    asked = tuple(verbatims.questions(project))
    with project.reading() as db, db.snapshot():
        return load(db, asked, progress=progress)


def figures(
    db: Connection, loaded: Loaded, scope: Scope, *, title: str = "", client: str = "", texts: bool = True,
    progress: Progress = silent,
) -> ReportData:  # fmt: skip
    """Return the figures of a scope of a project that was read before; ``texts`` as for ``collect``."""
    chosen = choose(scope, loaded.periods, [one.name for one in loaded.fields if one.kind == "category"])
    within = of_periods(scope.filter, chosen.now)
    wanted = [one for one in loaded.questions if not scope.questions or one.id in scope.questions]
    model = sources.model(db, next(iter(loaded.tree.values()), None))
    score = headline(loaded)
    told = []
    views = []
    for place, question in enumerate(wanted):
        progress(place, len(wanted), N_("Collecting figures"))
        if question.id in loaded.coded:
            views.append(view_of(db, loaded, question.id, within, weighted=scope.weighted))
            told.append(_question(db, loaded, chosen, views[-1], question, model, score, texts=texts))
        else:
            asked, answered, blank = _answers(db, within.where(InQuestion(question.id)))
            coded = CodingFigures(0, 0, 0, answered)
            direction = Direction(question.direction)
            told.append(
                QuestionFigures(
                    question.name, question.text, coded, 0, answered, blank, asked, direction, id=question.id
                )
            )
    records = record_marks(db, loaded, within)
    places = touched(loaded, views, corrects=not scope.counts_only)
    columns = segments.usable(views[0], loaded.fields) if views else []
    column = loaded.field(scope.segment) or next(iter(columns), None)
    rule = scope.letters or loaded.definitions.letters
    marks = sources.span(loaded, records)
    frame = next(iter(loaded.tree.values()), None)
    customers = loaded.records.customer[records]
    coders = agreement(db, frame)
    return ReportData(
        title=title,
        client=client,
        report_id=f"R-{loaded.hash[:8]}",
        snapshot=loaded.hash,
        unit=loaded.unit,
        sources=tuple(sources.sources(db, loaded, records)),
        questions=tuple(told),
        respondents=int(np.unique(customers[customers > 0]).size),
        start=marks[0],
        end=marks[1],
        channels=tuple(sources.channels(loaded, records)),
        scores=tuple(scores(db, loaded, chosen, within)),
        model=model,
        agreement=None if isinstance(coders, TooFew) else coders,
        cleaned=tuple(sources.cleaned(db)),
        frame_name=frame.name if frame else "",
        frame_revision=f"r{frame.number}" if frame else "",
        limits=loaded.limits,
        scope=chosen,
        definitions=loaded.definitions,
        definitions_version=loaded.version,
        op=loaded.op,
        indicators=indicators(loaded, db, within),
        touchpoints=where.table(loaded, places, column, rule=rule) if places and column else None,
        journey=where.journey(loaded, places, score) if places else None,
        funnels=answers.funnels(loaded, records, within),
        image=answers.image(loaded, records, within),
        closed=closed(loaded, records, within, views, score),
    )


def of_periods(filter: Query, periods: tuple[Period, ...]) -> Query:
    """Return a filter narrowed to these periods, any of them; none: unchanged."""
    if not periods:
        return filter
    return filter.where(periods[0].condition if len(periods) == 1 else AnyOf(tuple(one.condition for one in periods)))


def view_of(db: Connection, loaded: Loaded, question: int, query: Query, *, weighted: bool = False) -> View:
    """Return the people of a question within a query."""
    told = loaded.coded[question]
    return View(loaded, told, answer_marks(db, loaded, told, query), query, weighted=weighted)


def plans(db: Connection, loaded: Loaded, scope: Scope) -> list[AuditPlan]:
    """Return, for each question where the model stands alone, what an audit would give."""
    chosen = choose(scope, loaded.periods, ())
    within = of_periods(scope.filter, chosen.now)
    wanted = [one for one in loaded.coded if not scope.questions or one in scope.questions]
    told = (plan_audit(db, view_of(db, loaded, question, within)) for question in wanted)
    return [one for one in told if one is not None]


def _question(
    db: Connection, loaded: Loaded, chosen: Chosen, view: View, question: Question, model: ModelFigures | None,
    score: Asked | None, *, texts: bool,
) -> QuestionFigures:  # fmt: skip
    scope = chosen.scope
    asked, answered, blank = _answers(db, view.query.where(InQuestion(question.id)))
    found = shares(view, counts_only=scope.counts_only)
    listed = themes(view, found, model=model.name if model else "")
    looked = words.texts_of(db, view, np.flatnonzero(view.counted), words.LOOKED_AT) if texts else None
    wished = words.wishers(view, looked) if looked else {}
    listed = _compared(db, loaded, chosen, view, found, listed)
    rule = scope.letters or loaded.definitions.letters
    kept = None if scope.counts_only else found
    fields = segments.usable(view, loaded.fields)
    named = loaded.field(scope.segment) if scope.segment else None
    tabled = [named, *(one for one in fields if one != named)] if named else fields
    largest = view.largest(segments.THEMES)
    tables = [segments.table(view, one, largest, rule=rule, found=kept) for one in tabled[: segments.TABLES]]
    everywhen = view if chosen.all_periods else view_of(db, loaded, question.id, scope.filter)
    pool, beside = _pool(db, loaded, chosen, view, score), _beside(db, loaded, question)
    sliced = [one for one in loaded.fields if one.kind == "category" and one.role in ("", "channel", "touchpoint")]
    until = _until(db, loaded, chosen, view, question.id)
    return QuestionFigures(
        question.name,
        question.text,
        coding(view),
        view.people,
        answered,
        blank,
        asked,
        Direction(question.direction),
        listed,
        tuple(one for one in tables if one is not None),
        tuple(voices_choice.choose(db, view)) if texts else (),
        question.id,
        first_base(view),
        found.correction.figures,
        trends.of_themes(everywhen, loaded.periods, counts_only=scope.counts_only),
        spikes.spikes(until, sliced),
        why.drivers(pool, score, listed, model) if score else None,
        needs.needs(pool, beside, score, wished),
        why.pairs(view),
        words.theme_words(db, view, looked) if looked else (),
        words.candidates(db, view) if texts else None,
        answers.by_answers(view, loaded.fields),
    )


def _pool(db: Connection, loaded: Loaded, chosen: Chosen, view: View, score: Asked | None) -> why.Pool:
    """Return the way to a view over enough periods: 1, 3 or 12 up to the latest one of the scope."""

    def pool(need: int) -> why.Pooled:
        names = tuple(one.name for one in chosen.now or chosen.known)
        if chosen.all_periods or score is None:
            return why.Pooled(view, names)
        place = loaded.periods.index(chosen.now[-1])
        told = view
        for periods in PERIODS:
            if periods <= len(chosen.now) or periods > place + 1:
                continue
            if int((~np.isnan(why.score_of(told, score))).sum()) >= need:
                break
            window = loaded.periods[place + 1 - periods : place + 1]
            query = of_periods(chosen.scope.filter, window)
            told = view_of(db, loaded, view.told.question.id, query, weighted=chosen.scope.weighted)
            names = tuple(one.name for one in window)
        return why.Pooled(told, names)

    return pool


def _beside(db: Connection, loaded: Loaded, question: Question) -> needs.Beside:
    """Return the way to the other questions of the same frame over the rows of a view."""
    same = [other for other in loaded.coded.values() if other.question.id != question.id]

    def beside(view: View) -> list[View]:
        weighted = view.weights is not None
        return [
            view_of(db, loaded, one.question.id, view.query, weighted=weighted)
            for one in same
            if one.frame.id == view.told.frame.id
        ]

    return beside


def _until(db: Connection, loaded: Loaded, chosen: Chosen, view: View, question: int) -> View:
    """Return the people of all periods up to the latest one of the scope, whose weeks before are the baseline."""
    if chosen.all_periods:
        return view
    place = loaded.periods.index(chosen.now[-1])
    earlier = loaded.periods[max(0, place + 1 - PERIODS[-1]) : place + 1]
    return view_of(db, loaded, question, of_periods(chosen.scope.filter, earlier))


def _taken_apart(
    db: Connection, chosen: Chosen, view: View, then: View, period: Period, found: dict[int, ThemeChange]
) -> dict[int, ThemeChange]:
    """Return the changes with their real part to print, where another model coded the other period."""
    question = view.told.question.id
    ours, theirs = recoded.models(db, question, chosen.now), recoded.models(db, question, (period,))
    early = recoded.read_before(db, then, list(found))
    found = {
        code: replace(one, read_before=early[code], q=1.0 if early[code] > READ_BEFORE else one.q)
        if code in early
        else one
        for code, one in found.items()
    }
    if ours == theirs or not ours or not theirs:
        parts = recoded.frame_parts(db, then, {code: one.change for code, one in found.items()})
        return {code: replace(one, parts=parts.get(code)) for code, one in found.items()}
    told = recoded.parts(db, view, then, period, max(ours), list(found)) if len(ours) == 1 else {}
    adjusted = dict(zip(told, holm([one.real.p for one in told.values()]).tolist(), strict=True))
    return {
        code: replace(
            one,
            change=told[code].real,
            q=adjusted[code] if one.comparable else 1.0,
            parts=told[code],
            other_model=True,
        )
        if code in told
        else replace(one, other_model=True)
        for code, one in found.items()
    }


def _answers(db: Connection, query: Query) -> tuple[int, int, int]:
    text, values = query.sql()
    row = db.one(f"select count(*), sum(v.state = 1), sum(v.state = 0) from verbatim v where {text}", values)
    asked, answered, blank = (int(cell or 0) for cell in row) if row else (0, 0, 0)
    return asked, answered, blank


def _compared(
    db: Connection, loaded: Loaded, chosen: Chosen, view: View, mine: Shares, listed: tuple[ThemeFigures, ...]
) -> tuple[ThemeFigures, ...]:
    """Return the themes with their change since the period before and the one a year before."""
    practical = loaded.definitions.practical
    limits = practical.share, practical.share_relative
    told: list[dict[int, ThemeChange]] = []
    for period in (chosen.before, chosen.year_before):
        if period is None:
            told.append({})
            continue
        query = of_periods(chosen.scope.filter, (period,))
        then = view_of(db, loaded, view.told.question.id, query, weighted=chosen.scope.weighted)
        if min(view.people, then.people) < loaded.limits.shown:
            told.append({})
            continue
        before = shares(then, counts_only=chosen.scope.counts_only)
        found = compared(
            listed, before, period.name, practical=limits, paired=paired(view, then, [one.code for one in listed]),
            drawn=drawn_changes(mine, before),
        )  # fmt: skip
        told.append(_taken_apart(db, chosen, view, then, period, found))
    recent, year = told
    return tuple(
        replace(
            one,
            previous=recent[one.code].before if one.code in recent else None,
            change=recent.get(one.code),
            year=year.get(one.code),
        )
        for one in listed
    )
