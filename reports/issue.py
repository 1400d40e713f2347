"""Issued reports (发布): what was printed is frozen in the project, printed again as it was, and compared with."""

from __future__ import annotations

import hashlib
import uuid as uuids
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import AskedWronglyError, UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from reports.data import ReportData, ScoreChange, ScoreFigures, ScoreKind, ThemeFigures
from reports.issue_frozen import Sheets, freeze, thaw, thaw_sheets
from reports.labels import named
from reports.manuscript import Earlier, Manuscript, Restated
from reports.measures import measure
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.shares import Share, Source
from reports.wording import Words


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued report as it stands in a list. ``op``: the state of the project it speaks of; ``h``: its hash."""

    name: str
    period: str
    op: int
    day: str
    coder: str
    in_force: bool
    h: str
    size: int


def issue(project: Project, manuscript: Manuscript, *, name: str, sheets: Sheets | None = None) -> Step:
    """Freeze a manuscript under a name: figures, specification, quotations, basket, pictures and laid out pages.

    ``sheets``: the pages where they are printed already, else they are printed now.

    Raises AskedWronglyError without a name, or where a report of that name is in force: withdraw it first.
    """
    if not name.strip():
        raise AskedWronglyError(
            "issue-nameless",
            N_("The report was not issued."),
            N_("It has no name."),
            N_("Give it one, such as “2026 Q3”."),
        )
    body = freeze(manuscript, sheets or sheets_of(manuscript))

    def do(op: Operation) -> None:
        if op.db.one("select 1 from issued where name = ? and state = 1", (name,)) is not None:
            raise AskedWronglyError(
                "issue-name-taken",
                N_("The report was not issued."),
                N_("A report “{name}” is issued already; what was published is not changed."),
                N_("Choose another name, or withdraw that one with: issue withdraw."),
                name=name,
            )
        made = op.db.execute(
            "insert into issued(uuid, name, wave_id, op_id, body, h, state, created_ms) values (?, ?, ?, ?, ?, "
            "?, 0, ?)",
            (
                uuids.uuid4().bytes,
                name,
                _wave(manuscript.data),
                manuscript.data.op,
                zlib.compress(body, 9),
                hashlib.sha256(body).digest(),
                op.at_ms,
            ),
        ).lastrowid
        images.write(op, "issued", {"id": made}, {"state": 1})
        op.rows = 1
        op.say(N_("Report “{name}” issued"), name=name)

    return operations.run(project, "issue", do)[1]


def _wave(data: ReportData) -> int | None:
    """Return the wave that a report speaks of, None where it speaks of several or of none."""
    now = data.scope.now if data.scope else ()
    return now[0].wave if len(now) == 1 else None


def sheets_of(manuscript: Manuscript, *, progress: Progress = silent) -> Sheets:
    """Return a manuscript as printed pages."""
    from reports.document import printed

    pdf, told = printed(manuscript, Path("report.pdf"), progress=progress)
    return Sheets(pdf, told.pages, sum(told.masked.values()), told.released)


def print_again(
    project: Project,
    path: Path,
    *,
    name: str,
    password: str | None = None,
    language: str = "",
    progress: Progress = silent,
) -> Sheets:
    """Write an issued report as it was laid out when it was issued, whatever the program lays out now.

    In another ``language`` it is laid out anew from the frozen figures, and so is a report that was issued by a version
    that kept no pages. Raises as ``read`` and ``write_report`` do.
    """
    from reports.document_file import write_file
    from reports.pdf.finish import check_password, locked

    if password is not None:
        check_password(password)
    body, h = _row(project, name)
    manuscript = _thawed(body, h, name)
    sheets = thaw_sheets(zlib.decompress(body))
    if sheets is None or language not in ("", manuscript.spec.language):
        spec = replace(manuscript.spec, language=language or manuscript.spec.language)
        sheets = sheets_of(replace(manuscript, spec=spec), progress=progress)
    write_file(path, sheets.pdf if password is None else locked(sheets.pdf, password))
    return sheets


def withdraw(project: Project, *, name: str) -> Step:
    """Withdraw an issued report; it stays in the project and can still be printed by its name."""

    def do(op: Operation) -> None:
        row = op.db.one("select id from issued where name = ? and state = 1", (name,))
        if row is None:
            raise _missing(op.db, name)
        images.write(op, "issued", {"id": row[0]}, {"state": 0})
        op.rows = 1
        op.say(N_("Report “{name}” withdrawn"), name=name)

    return operations.run(project, "issue", do)[1]


def _missing(db: Connection, name: str) -> AskedWronglyError:
    names = ", ".join(dict.fromkeys(str(row[0]) for row in db.execute("select name from issued order by id")))
    return AskedWronglyError(
        "no-such-issue",
        N_("There is no issued report “{name}”."),
        N_("The project has: {names}.") if names else N_("The project has none."),
        N_("Look at them with: issue list."),
        name=name,
        names=names,
    )


def listed(project: Project) -> list[Issued]:
    """Return all issued reports, newest first, withdrawn ones too."""
    with project.reading() as db:
        rows = db.execute(
            "select i.name, ifnull(w.name, ''), i.op_id, i.created_ms, i.state, hex(i.h), length(i.body),"
            " ifnull((select c.name from op_image m join op on op.id = m.op_id join coder c on c.id = op.coder_id"
            "   where m.thing = 'issued' and m.key = '{\"id\":' || i.id || '}' order by m.op_id limit 1), '')"
            " from issued i left join wave w on w.id = i.wave_id order by i.id desc"
        ).fetchall()
    return [
        Issued(
            str(name),
            str(wave),
            int(op or 0),
            _day(int(created or 0)),
            str(coder),
            state == 1,
            str(h).lower(),
            int(size or 0),
        )
        for name, wave, op, created, state, h, size, coder in rows
    ]


def _day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d}"


def read(project: Project, *, name: str) -> Manuscript:
    """Return an issued report as it was frozen, the one in force, else the last withdrawn one of that name.

    Raises AskedWronglyError where there is none, UserError (issue-damaged) where its hash does not fit.
    """
    return _thawed(*_row(project, name), name)


def _row(project: Project, name: str) -> tuple[bytes, bytes]:
    with project.reading() as db:
        row = db.one("select body, h from issued where name = ? order by state desc, id desc limit 1", (name,))
        if row is None:
            raise _missing(db, name)
    body, h = row
    assert isinstance(body, bytes)
    assert isinstance(h, bytes)
    return body, h


def _thawed(body: object, h: object, name: str) -> Manuscript:
    assert isinstance(body, bytes)
    try:
        plain = zlib.decompress(body)
        if hashlib.sha256(plain).digest() != h:
            raise ValueError("hash")
        return thaw(plain)
    except (zlib.error, ValueError, KeyError, TypeError):
        raise UserError(
            "issue-damaged",
            N_("The issued report “{name}” cannot be printed."),
            N_("What was frozen is damaged, or was written by a newer version."),
            N_("Check the project with: check; or take it from a backup."),
            name=name,
        ) from None


def earlier(db: Connection, data: ReportData, language: str, *, year: bool = False) -> Earlier | None:
    """Return the issued report of the period that ``data`` is compared with, its figures beside today's.

    ``year``: of the period a year before instead. None where nothing is compared, or nothing was issued for that
    period. A report of other rows (another filter), or weighted otherwise, is no match.
    """
    if data.scope is None:
        return None
    before = data.scope.year_before if year else data.scope.before
    if before is None:
        return None
    rows = db.execute(
        "select name, created_ms, body, h from issued where state = 1 and (wave_id is ? or wave_id is null)"
        " order by id desc",
        (before.wave,),
    ).fetchall()
    for name, created, body, h in rows:
        issued = _thawed(body, h, str(name)).data
        scope = issued.scope
        if scope is None or [one.name for one in scope.now] != [before.name]:
            continue
        if (scope.scope.filter, scope.scope.weighted) != (data.scope.scope.filter, data.scope.scope.weighted):
            continue
        words = Words(language, data.unit)
        figures = tuple(_restated(issued, data, words, year=year))
        return Earlier(str(name), before.name, _day(int(created or 0)), figures)
    return None


def _restated(issued: ReportData, data: ReportData, words: Words, *, year: bool) -> list[Restated]:
    """Return the figures that both have, as issued and as counted now."""
    found = []
    then_scores = {score.name: score for score in issued.scores}
    for score in data.scores:
        then = then_scores.get(score.name)
        pair = _score_pair(then, score.year if year else score.change, score.kind, words) if then else None
        if pair:
            found.append(Restated("", score.name, *pair, pair[0] != pair[1]))
    then_questions = {question.name: question for question in issued.questions}
    for question in data.questions:
        before = then_questions.get(question.name)
        themes = {theme.code: theme for theme in before.themes} if before else {}
        for theme in named(question.themes, words):
            old, now = themes.get(theme.code), _before(theme, year=year)
            if old is not None and now is not None and _shown(data, old.share, now):
                pair = _share_pair(old, now, words)
                found.append(Restated(question.name, theme.label, *pair, pair[0] != pair[1]))
    return found


def _shown(data: ReportData, *shares: Share) -> bool:
    return all(data.limits.of(one.base) is not BaseSize.HIDDEN for one in shares)


def _before(theme: ThemeFigures, *, year: bool) -> Share | None:
    """Return a theme's share in the period before, or a year before, as it is told now."""
    change = theme.year if year else theme.change
    share = change.before if change else None if year else theme.previous
    return share if share is not None and share.base else None


def _share_pair(old: ThemeFigures, now: Share, words: Words) -> tuple[str, str]:
    """Return a share as issued and as told now, both as counted where one of them is not corrected.

    Where nothing like today's was issued, each says what it is.
    """
    then = old.share
    if then.source is Source.CORRECTED and now.source is not Source.CORRECTED and old.counted is not None:
        then = old.counted
    told = [words.percent(one.value, one.base) for one in (then, now)]
    corrected = [one.source is Source.CORRECTED for one in (then, now)]
    if corrected[0] != corrected[1]:
        told = [
            words("{value}, corrected", value=text) if fixed else words("{value}, as counted", value=text)
            for text, fixed in zip(told, corrected, strict=True)
        ]
    return told[0], told[1]


def _score_pair(then: ScoreFigures, now: ScoreChange | None, kind: ScoreKind, words: Words) -> tuple[str, str] | None:
    old = measure(then)
    if old is None or now is None or isinstance(now.before, TooFew):
        return None
    again = type(old)(kind, now.before)
    return old.value(words), again.value(words)
