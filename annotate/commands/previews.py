"""What an import would bring, in words: import --dry-run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from annotate.importing.preview import Adds, Preview
from annotate.importing.rejects import sentence_of
from annotate.messages import N_, _, counted, listed

_SHOWN = 10
_KINDS = {"number": N_("number"), "date": N_("date")}


def as_dict(told: Preview) -> dict[str, object]:
    """Return a preview for --json."""
    plain = asdict(told) | {"notices": [one.sentence() for one in told.notices], "rejected": told.rejected}
    plain["problem"] = None if told.problem is None else told.problem.as_dict()
    return plain


def lines_of(told: Preview) -> list[str]:
    """Return a preview as lines for people."""
    lines = [_("{name}: {kind}, {encoding}.").format(name=told.file, kind=told.kind, encoding=told.encoding)]
    if told.already:
        lines.append(_("This file is in the project already."))
    if told.problem is not None:
        lines.append(told.problem.sentence())
    lines += [
        f"  {one.name}: {one.role}" + (f" ({one.kind})" if one.kind else "") + (f"  {one.text}" if one.text else "")
        for one in told.columns
    ]
    looked = _("All {n} records were looked at:") if told.whole else _("The first {n} records were looked at:")
    lines.append(looked.format(n=f"{told.looked_at:,}"))
    lines.append(
        "  "
        + counted(
            N_("{accepted} would be accepted, {rejected} rejected; {answers} answers, {blank} blank."),
            accepted=f"{told.accepted:,}",
            rejected=f"{len(told.rejects):,}",
            answers=f"{told.answers:,}",
            blank=f"{told.blank:,}",
        )
    )
    lines += [f"  {reason} {count:,}" for reason, count in ((sentence_of(r), n) for r, n in told.rejected.items())]
    return lines + [f"  {line}" for line in _added(told.adds)]


def _added(adds: Adds) -> list[str]:
    lines = [
        words.format(names=_some(names))
        for words, names in (
            (_("New questions: {names}."), adds.questions),
            (_("New waves: {names}."), adds.waves),
            (_("New columns: {names}."), adds.columns),
            (_("Columns that earlier imports had and this file has not: {names}."), adds.lacking),
            (_("Questions that earlier imports had and this file has not: {names}."), adds.lacking_questions),
        )
        if names
    ]
    lines += [
        _('“{new}” may be “{old}” under another name. If so: --rename "{new}={old}"').format(new=new, old=old)
        for new, old in adds.alike
    ]
    if adds.respondents or adds.respondents_known:
        lines.append(
            _("{new} new respondents, {known} known.").format(
                new=f"{adds.respondents:,}", known=f"{adds.respondents_known:,}"
            )
        )
    lines += [
        _("{column}: {n} new values ({names}).").format(column=one.column, n=f"{one.count:,}", names=_some(one.first))
        for one in adds.values
    ]
    lines += [
        _("{column}: the scale seems to be another: {now} instead of {before}.").format(
            column=one.column, now=_range(one.now), before=_range(one.before)
        )
        for one in adds.scales
    ]
    lines += [
        _("{column}: {n} values are no {kind}; they are kept as text.").format(
            column=one.column, n=f"{one.unreadable:,}", kind=_(_KINDS[one.kind])
        )
        for one in adds.kinds
    ]
    return lines


def _some(names: Sequence[str]) -> str:
    return listed([*names[:_SHOWN], "…"] if len(names) > _SHOWN else list(names))


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g}–{ends[1]:g}"
