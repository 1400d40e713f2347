"""What an import would bring, in lines with signs: new, known, to look at, rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.importing.preview import Adds, Preview
from annotate.importing.rejects import sentence_of
from annotate.messages import N_, _, listed

NEW, SAME, LOOK, NOT = ("+", "good"), ("=", "muted"), ("!", "unsure"), ("✕", "bad")
_SHOWN = 6
_KINDS = {"number": N_("number"), "date": N_("date")}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its sign, the token of its colour, the words."""

    sign: str
    token: str
    words: str


def lines_of(told: Preview) -> list[Line]:
    """Return what the records looked at would bring, the most important first."""
    lines: list[tuple[tuple[str, str], str]] = []
    if told.already:
        lines.append((LOOK, _("This very file is in the project already.")))
    lines += [(LOOK, one.sentence()) for one in told.notices]
    rejected = told.rejected
    taken = _("{n} rows would be taken: {answers} answers, {blank} blank.").format(
        n=f"{told.accepted:,}", answers=f"{told.answers:,}", blank=f"{told.blank:,}"
    )
    lines.append((NEW, taken) if told.accepted else (NOT, _("No row would be taken.")))
    lines += [
        (NOT, _("{n} would be rejected: {why}").format(n=f"{count:,}", why=sentence_of(reason)))
        for reason, count in rejected.items()
    ]
    if told.looked_at and not rejected:
        lines.append((SAME, _("No row would be rejected.")))
    lines += _added(told.adds)
    return [Line(sign, token, words) for (sign, token), words in lines]


def _added(adds: Adds) -> list[tuple[tuple[str, str], str]]:
    lines: list[tuple[tuple[str, str], str]] = []
    for mark, words, names in (
        (NEW, _("New questions: {names}"), adds.questions),
        (SAME, _("Known questions: {names}"), adds.questions_known),
        (NEW, _("New waves: {names}"), adds.waves),
        (SAME, _("Known waves: {names}"), adds.waves_known),
        (NEW, _("New columns: {names}"), adds.columns),
        (LOOK, _("Columns that earlier imports had and this file has not: {names}"), adds.lacking),
        (LOOK, _("Questions that earlier imports had and this file has not: {names}"), adds.lacking_questions),
    ):
        if names:
            lines.append((mark, words.format(names=_some(names))))
    lines += [
        (
            LOOK,
            _(
                "“{new}” may be “{old}” under another name. If so, double-click its name in the list and give it that."
            ).format(new=new, old=old),
        )
        for new, old in adds.alike
    ]
    if adds.respondents or adds.respondents_known:
        lines.append(
            (
                NEW if adds.respondents else SAME,
                _("{new} new respondents, {known} known").format(
                    new=f"{adds.respondents:,}", known=f"{adds.respondents_known:,}"
                ),
            )
        )
    lines += [
        (
            NEW,
            _("{column}: {n} new values ({names})").format(
                column=one.column, n=f"{one.count:,}", names=_some(one.first)
            ),
        )
        for one in adds.values
    ]
    lines += [
        (
            LOOK,
            _("{column}: the scale seems to be another: {now} instead of {before}").format(
                column=one.column, now=_range(one.now), before=_range(one.before)
            ),
        )
        for one in adds.scales
    ]
    lines += [
        (
            LOOK,
            _("{column}: {n} values are no {kind}; they are kept as text").format(
                column=one.column, n=f"{one.unreadable:,}", kind=_(_KINDS[one.kind])
            ),
        )
        for one in adds.kinds
    ]
    return lines


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    told = listed(names[:_SHOWN])
    return _("{names} and {n} more").format(names=told, n=f"{more:,}") if more > 0 else told


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g}–{ends[1]:g}"
