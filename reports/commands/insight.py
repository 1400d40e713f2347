"""Understand: all figures of a scope as text or JSON, and the plan of an audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli import PROJECT, progress, show, verb
from annotate.messages import N_, _, counted
from annotate.store.project import Project

if TYPE_CHECKING:
    from reports.collect.planning import AuditPlan
    from reports.data import ReportData
    from reports.manuscript import Earlier

MOST = 12


@click.group()
def group() -> None:
    """The command of understanding."""


@group.command()
@PROJECT
@click.option("--question", "questions", metavar="NAME", multiple=True, help="Only this question; may be repeated.")
@click.option("--filter", "filters", metavar="TEXT", multiple=True, help="column=value, score>=7; may be repeated.")
@click.option("--wave", metavar="NAME", default="", help="Only this wave or period, compared with the one before.")
@click.option("--compare", metavar="NAME", default="", help="The period to compare with instead.")
@click.option("--window", type=click.Choice(["1", "3", "12"]), default="1", help="Latest periods counted together.")
@click.option("--segment", metavar="COLUMN", default="", help="Column of the cross tables.")
@click.option("--weighted", is_flag=True, help="Count by the weights of the records.")
@click.option("--counts-only", is_flag=True, help="Do not correct shares for the model's errors.")
@click.option("--letters", type=click.Choice(["holm", "uncorrected"]), help="Rule of the letters in cross tables.")
@click.option("--plan", is_flag=True, help="What an audit would give, before anyone reads: intervals and hours.")
@verb("main.py insight car.tingdong --wave 2026-07 --segment 区域")
def insight(
    project: Path,
    questions: tuple[str, ...],
    filters: tuple[str, ...],
    wave: str,
    compare: str,
    window: str,
    segment: str,
    weighted: bool,
    counts_only: bool,
    letters: str | None,
    plan: bool,
) -> None:
    """Print what the answers say: scores, themes, changes, what goes with the score, sudden rises."""
    from annotate import verbatims
    from annotate.messages import current
    from reports.collect import figures, read
    from reports.collect.report import plans
    from reports.data import Scope
    from reports.definitions.terms import Letters
    from reports.filters import parse_filters, the_column
    from reports.issue import earlier
    from reports.measures import spelled_out
    from reports.plain import plain

    with Project.open(project, read_only=True) as opened:
        scope = Scope(
            tuple(verbatims.the_question(opened, name).id for name in questions),
            parse_filters(opened, filters),
            wave,
            int(window),
            compare,
            the_column(opened, segment) if segment else "",
            weighted,
            counts_only,
            None if letters is None else Letters(letters),
        )
        loaded = read(opened, progress=progress())
        with opened.reading() as db, db.snapshot():
            if plan:
                told = plans(db, loaded, scope)
                show({"plans": plain(told)}, [line for one in told for line in _plan_lines(one)])
                return
            data = figures(db, loaded, scope, title=project.stem, progress=progress())
            issued, year = (earlier(db, data, current(), year=one) for one in (False, True))
    shown = plain(spelled_out(data))
    assert isinstance(shown, dict)
    told_before = {"issued": plain(issued), "issued_year": plain(year)}
    show({**shown, **told_before}, _lines(data) + _issued_lines(issued) + _issued_lines(year))


def _lines(data: ReportData) -> list[str]:
    """Return the figures as text: the summary, then the themes of each question."""
    from annotate.messages import current
    from reports import findings
    from reports.labels import named
    from reports.missing import undecided_sentence
    from reports.statistics.limits import BaseSize
    from reports.statistics.shares import Source
    from reports.wording import Words

    words = Words(current(), data.unit)
    data = named(data, words)
    lines = []
    for item in findings.summary(data, words):
        lines.append(f"[{words(item.tone.word)}] {item.lead}")
        if item.rest:
            lines.append(f"    {item.rest}")
    for question in data.questions:
        listed = findings.codes(question)[:MOST]
        lines += ["", f"{question.name}  {words.base(question.base)}"]
        if waiting := undecided_sentence([question.coding], words):
            lines.append(f"  {waiting}")
        if data.limits.of(question.base) is BaseSize.HIDDEN:
            lines.append(f"  {words('Too few answers for percentages (n={n})', n=question.base)}")
            continue
        changes = findings.theme_changes(listed)
        for theme in listed:
            share, counted = theme.share, theme.counted or theme.share
            parts = [
                findings.distinct_label(theme, question.themes),
                f"{words.percent(counted.value, counted.base)} · {words.count(counted.count)}",
            ]
            if share.source is Source.CORRECTED:
                value = words.percent(share.value, share.base)
                parts.append(words("corrected {value} ({span})", value=value, span=words.share_span(share)))
            elif share.source is Source.MACHINE:
                parts.append(words("machine estimate, not corrected"))
            else:
                parts.append(f"({words.share_span(share)})")
            if theme.code in changes:
                mark = findings.change_mark(theme, changes) or "="
                parts.append(f"{mark} {words.points(changes[theme.code][0].value)}")
            lines.append("  " + "  ".join(parts))
    return lines


def _issued_lines(issued: Earlier | None) -> list[str]:
    """Return the figures of a period compared with that were issued otherwise than they are told now."""
    if issued is None:
        return []
    differing = [one for one in issued.figures if one.differs]
    told = _("{period} was issued as “{name}” on {day}: {count} of its {n} figures are told differently now.")
    head = told.format(
        period=issued.period, name=issued.name, day=issued.day, count=len(differing), n=len(issued.figures)
    )
    pair = _("issued {issued}, restated {now}")
    return [
        "",
        head,
        *(f"  {one.question} {one.what}  {pair.format(issued=one.issued, now=one.now)}".rstrip() for one in differing),
    ]


def _plan_lines(one: AuditPlan) -> list[str]:
    from annotate.messages import current
    from reports.labels import named
    from reports.wording import Words

    words = Words(current())
    one = named(one, words)
    pace = _("pace of this project") if one.own_pace else _("assumed")
    lines = [
        _("{question}: {open} answers rest on the model alone; {read} random ones are read.").format(
            question=one.question, open=words.count(one.open), read=words.count(one.read)
        ),
        _("Seconds an answer: {seconds} ({pace}).").format(seconds=f"{one.seconds:.0f}", pace=pace),
    ]
    for size, hours in zip(one.sizes, one.hours, strict=True):
        lines.append("  " + counted(N_("{n} answers: {hours} hours"), n=words.count(size), hours=f"{hours:.1f}"))
    for theme in sorted(one.themes, key=lambda theme: (not theme.is_net, -theme.count))[: 3 * MOST]:
        reach = "  ".join(f"±{100 * half:.1f}" for half in theme.half_widths)
        lines.append(f"  {theme.theme.label}  {words.count(theme.count)}  {reach}")
    return lines
