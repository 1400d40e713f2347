"""The quality of the data that came in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from annotate.cli import PROJECT, progress, show, verb
from annotate.messages import N_, _, counted, listed, plural
from annotate.quality import OLD_DAYS, Quality
from annotate.quality import quality as quality_of
from annotate.quality import sources as names_of_sources
from annotate.store.project import Project


@click.group()
def group() -> None:
    """The quality of the data that came in."""


@group.command()
@PROJECT
@click.option("--source", metavar="NAME", help="Only this source; else each, and all together.")
@click.option("--older-than", "old_days", type=click.IntRange(1), default=OLD_DAYS, metavar="DAYS",
              help="From what age answers count as old; 365.")  # fmt: skip
@verb("main.py quality car.tingdong --source survey")
def quality(project: Path, source: str | None, old_days: int) -> None:
    """Say of each source how accurate, complete and timely its data is, what repeats, and whose data is in it."""
    with Project.open(project, read_only=True) as opened:
        wanted: list[str | None] = [source]
        if source is None:
            known = names_of_sources(opened)
            wanted = [*known, None] if len(known) != 1 else [known[0]]
        told = [quality_of(opened, name, old_days=old_days, progress=progress()) for name in wanted]
    lines = [line for one in told for line in _lines(one)]
    show({"sources": [_plain(one) for one in told]}, lines)


def _plain(one: Quality) -> dict[str, object]:
    told = asdict(one)
    told["accuracy"] |= {"rejected": one.accuracy.rejected, "conflicts": one.accuracy.conflicts}
    return told


PERSONAL = {
    "email": N_("e-mail addresses"), "identity": N_("identity numbers"), "bank_card": N_("bank cards"),
    "mobile": N_("mobile numbers"), "landline": N_("landline numbers"), "vin": N_("VINs"), "plate": N_("number plates"),
}  # fmt: skip


def _lines(one: Quality) -> list[str]:
    """Put the quality of a source into lines for people; what is in order is not spoken of."""
    accuracy, whole, repeated = one.accuracy, one.completeness, one.duplicates
    lines = [
        f"{one.source or _('All sources')}" + (f" ({one.channel})" if one.channel else ""),
        counted(
            N_("{records} records: {accepted} accepted, {rejected} rejected."),
            records=f"{accuracy.records:,}",
            accepted=f"{accuracy.accepted:,}",
            rejected=f"{accuracy.rejected:,}",
        ),
    ]
    if accuracy.conflicts:
        lines.append(_("{n} came under an id that had another text.").format(n=f"{accuracy.conflicts:,}"))
    lines += [
        _("{column}: {n} of {values} values lie outside {low}–{high}.").format(
            column=score.column, n=f"{score.outside:,}", values=f"{score.values:,}", low=f"{score.low:g}",
            high=f"{score.high:g}",
        )
        for score in accuracy.scores if score.outside
    ]  # fmt: skip
    if accuracy.mojibake:
        lines.append(
            counted(
                N_("{n} of {looked} answers looked at are garbled: read in a wrong encoding."),
                n=f"{accuracy.mojibake:,}",
                looked=f"{one.looked_at:,}",
            )
        )
    if accuracy.future:
        lines.append(_("{n} records are dated in the future.").format(n=f"{accuracy.future:,}"))
    lines.append(
        _("{answered} of {asked} answers have text: {blank} blank, {missing} missing-value marks.").format(
            answered=f"{whole.answered:,}", asked=f"{whole.asked:,}", blank=f"{whole.blank:,}",
            missing=f"{whole.missing_marks:,}",
        )
    )  # fmt: skip
    gaps = [one for one in whole.columns if one.filled < whole.records]
    if gaps:
        shares = listed([f"{gap.column} {100 * gap.filled / whole.records:.1f} %" for gap in gaps])
        lines.append(_("Columns not filled everywhere: {columns}.").format(columns=shares))
    if whole.absent:
        lines.append(_("Columns of other sources, empty here: {columns}.").format(columns=listed(whole.absent)))
    lines += _dates(one)
    lines.append(
        plural(
            repeated.answers,
            N_("{n} answer repeats another of the same question; the commonest came {most} times."),
            N_("{n} answers repeat another of the same question; the commonest came {most} times."),
        ).format(
            n=f"{repeated.answers:,}",
            most=f"{repeated.largest_group:,}",
        )
    )
    if repeated.people_twice:
        lines.append(_("{n} people answered a question of a wave twice.").format(n=f"{repeated.people_twice:,}"))
    if one.personal:
        kinds = listed([f"{_(PERSONAL[kind])} {count:,}" for kind, count in one.personal.items()])
        lines.append(
            _("Personal data in answers: {kinds} (of {looked} looked at).").format(
                kinds=kinds, looked=f"{one.looked_at:,}"
            )
        )
    return [*lines[:1], *(f"  {line}" for line in lines[1:])]


def _dates(one: Quality) -> list[str]:
    timely, records = one.timeliness, one.completeness.records
    if timely.first_ms is None or timely.last_ms is None:
        return [_("No record is dated.")] if records else []
    lines = [
        _("Dated from {first} to {last}; the newest is {age} days old.").format(
            first=_day(timely.first_ms), last=_day(timely.last_ms), age=timely.age_days
        )
    ]
    if one.completeness.dated < records:
        lines.append(_("{n} records have no date.").format(n=f"{records - one.completeness.dated:,}"))
    if timely.longest_gap_from_ms is not None:
        lines.append(
            _("{n} days without a record; the longest gap is {longest} days, from {day}.").format(
                n=f"{timely.gap_days:,}", longest=f"{timely.longest_gap:,}", day=_day(timely.longest_gap_from_ms)
            )
        )
    if timely.old:
        share = f"{100 * timely.old / records:.1f} %"
        lines.append(_("{share} are older than {days} days.").format(share=share, days=timely.old_days))
    return lines


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
