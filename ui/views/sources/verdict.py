"""What the quality of a source comes to: a sign and a word for each matter, sentences, and the answers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from annotate.importing.rejects import sentence_of
from annotate.messages import N_, _, listed
from annotate.quality import DAY_MS, Quality
from annotate.store.query import Answered, Condition, DatedBetween, FieldBetween, FromSource, Not, Query
from annotate.verbatims import Field

GOOD, LOOK, BAD, PLAIN = ("✓", "good"), ("!", "unsure"), ("✕", "bad"), ("–", "muted")
"""Sign and colour: in order, look at it, mend it, nothing to judge by."""
FEW, MANY = 0.01, 0.05
"""Shares of records with something wrong up to which one looks, from which one mends."""
ANSWERED, HARDLY = 0.8, 0.5
"""Shares of answers with text from which all is well, under which the column may be the wrong one."""

PERSONAL = {
    "email": N_("e-mail addresses"), "identity": N_("identity numbers"), "bank_card": N_("bank cards"),
    "mobile": N_("mobile numbers"), "landline": N_("landline numbers"), "vin": N_("VINs"), "plate": N_("number plates"),
}  # fmt: skip

UNREADABLE = {
    "unreadable_values": N_("{n} values could not be read as the number or date of their column; kept as text."),
    "unreadable_dates": N_("{n} dates could not be read; kept as text."),
    "unreadable_weights": N_("{n} weights could not be read; left empty."),
}
_TOLD = UNREADABLE | {
    "glosses": N_("{n} explanations in brackets are left out when answers are compared."),
    "tags": N_("{n} tags of web pages stand in answers."),
    "invisible": N_("{n} invisible characters stand in answers."),
    "private_use": N_("{n} characters have no meaning outside the program they came from."),
}
"""What an import counted while it read → the sentence; only the unreadable is held against the data."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One matter in short: its sign, the token of its colour, a few words."""

    sign: str
    token: str
    words: str

    @property
    def text(self) -> str:
        """Return sign and words."""
        return f"{self.sign} {self.words}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a source. ``query``: the answers behind it, None where there are none to show."""

    mark: tuple[str, str]
    words: str
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter at length."""

    name: str
    verdict: Verdict
    findings: tuple[Finding, ...]


def day(moment: int) -> str:
    """Return the day of a moment (UTC milliseconds)."""
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal; what is there at all is never 0.0 %."""
    share = 100 * part / whole if whole else 0.0
    return "<0.1 %" if 0 < share < 0.1 else f"{share:.1f} %"


def _verdict(mark: tuple[str, str], words: str) -> Verdict:
    return Verdict(mark[0], mark[1], words)


def _by_share(part: int, whole: int) -> tuple[str, str]:
    share = part / whole if whole else 0.0
    return GOOD if not part else LOOK if share <= MANY else BAD


def accurate(one: Quality) -> Verdict:
    """Judge whether what came in is right."""
    told = one.accuracy
    if not told.records:
        return _verdict(PLAIN, _("no rows"))
    unread = sum(count for name, count in told.unreadable.items() if name in UNREADABLE)
    wrong = told.rejected + told.future + sum(score.outside for score in told.scores) + unread
    share = wrong / told.records + (told.mojibake / one.looked_at if one.looked_at else 0.0)
    if not wrong and not told.mojibake:
        return _verdict(GOOD, _("in order"))
    mark = LOOK if share <= MANY else BAD
    if told.rejected:
        return _verdict(mark, _("{n} rejected").format(n=f"{told.rejected:,}"))
    if told.mojibake:
        return _verdict(mark, _("{n} garbled").format(n=f"{told.mojibake:,}"))
    return _verdict(mark, _("{n} odd values").format(n=f"{wrong:,}"))


def complete(one: Quality) -> Verdict:
    """Judge how much of what was asked was answered."""
    told = one.completeness
    if not told.asked:
        return _verdict(PLAIN, _("nothing asked"))
    share = told.answered / told.asked
    mark = GOOD if share >= ANSWERED else LOOK if share >= HARDLY else BAD
    return _verdict(mark, _("{share} answered").format(share=percent(told.answered, told.asked)))


def timely(one: Quality) -> Verdict:
    """Judge how new it is."""
    told = one.timeliness
    if told.last_ms is None or told.age_days is None:
        return _verdict(PLAIN, _("no dates"))
    old = told.old / one.completeness.records if one.completeness.records else 0.0
    mark = GOOD if told.age_days <= told.old_days and old <= MANY else LOOK if old <= HARDLY else BAD
    return _verdict(mark, _("{n} days old").format(n=f"{told.age_days:,}"))


def repeated(one: Quality) -> Verdict:
    """Judge how much repeats; a repeat is no fault, the same person twice may be one."""
    told, answered = one.duplicates, one.completeness.answered
    if told.people_twice:
        return _verdict(LOOK, _("{n} people twice").format(n=f"{told.people_twice:,}"))
    return _verdict(GOOD if answered else PLAIN, _("{share} repeat").format(share=percent(told.answers, answered)))


def personal(one: Quality) -> Verdict:
    """Judge whether answers hold what must not be printed."""
    found = sum(one.personal.values())
    if not one.looked_at:
        return _verdict(PLAIN, _("no answers"))
    return _verdict(LOOK, f"{found:,}") if found else _verdict(GOOD, _("none found"))


def matters(one: Quality, source: int | None, fields: Sequence[Field]) -> list[Matter]:
    """Return all matters at length. ``source``: the id that the answers behind a sentence must have; None for all."""
    return [
        Matter(_("Accuracy"), accurate(one), tuple(_accuracy(one, source, fields))),
        Matter(_("Completeness"), complete(one), tuple(_completeness(one, source))),
        Matter(_("Timeliness"), timely(one), tuple(_timeliness(one, source))),
        Matter(_("Repeats"), repeated(one), tuple(_repeats(one))),
        Matter(_("Personal data"), personal(one), tuple(_personal(one))),
    ]


def answers(source: int | None) -> Query:
    """Return the query for the answers of a source that have text."""
    return rows(source, Answered())


def rows(source: int | None, *more: Condition) -> Query:
    """Return the query for what a source asked, blanks too, narrowed by conditions."""
    return Query(((FromSource(source),) if source is not None else ()) + more)


def _accuracy(one: Quality, source: int | None, fields: Sequence[Field]) -> list[Finding]:
    told = one.accuracy
    found = [
        Finding(
            _by_share(told.rejected, told.records),
            _("{records} records: {accepted} accepted, {rejected} rejected.").format(
                records=f"{told.records:,}", accepted=f"{told.accepted:,}", rejected=f"{told.rejected:,}"
            ),
        )
    ]
    found += [Finding(PLAIN, f"{count:,} × {sentence_of(reason)}") for reason, count in told.rejects.items()]
    by_name = {field.name: field for field in fields}
    for score in told.scores:
        words = _("{column}: {n} of {values} values lie outside {low}–{high}.").format(
            column=score.column, n=f"{score.outside:,}", values=f"{score.values:,}", low=f"{score.low:g}",
            high=f"{score.high:g}",
        )  # fmt: skip
        field = by_name.get(score.column)
        query = None
        if score.outside and field is not None:
            inside = FieldBetween(field.id, score.low, score.high)
            query = rows(source, FieldBetween(field.id, None, None), Not((inside,)))
        found.append(Finding(_by_share(score.outside, score.values), words, query))
    found += [
        Finding(_by_share(count, told.records) if name in UNREADABLE else PLAIN, _(_TOLD[name]).format(n=f"{count:,}"))
        for name, count in told.unreadable.items()
        if count and name in _TOLD
    ]
    if told.mojibake:
        words = _("{n} of {looked} answers looked at are garbled: read in a wrong encoding.")
        found.append(
            Finding(
                _by_share(told.mojibake, one.looked_at),
                words.format(n=f"{told.mojibake:,}", looked=f"{one.looked_at:,}"),
            )
        )
    if told.future:
        ahead = DatedBetween(one.timeliness.now_ms + DAY_MS + 1, None)
        words = _("{n} records are dated in the future.").format(n=f"{told.future:,}")
        found.append(Finding(_by_share(told.future, told.records), words, rows(source, ahead)))
    return found


def _completeness(one: Quality, source: int | None) -> list[Finding]:
    told = one.completeness
    words = _("{answered} of {asked} answers have text: {blank} blank, {missing} missing-value marks.").format(
        answered=f"{told.answered:,}", asked=f"{told.asked:,}", blank=f"{told.blank:,}",
        missing=f"{told.missing_marks:,}",
    )  # fmt: skip
    empty = rows(source, Not((Answered(),))) if told.blank or told.missing_marks else None
    verdict = complete(one)
    found = [Finding((verdict.sign, verdict.token), words, empty)]
    gaps = [column for column in told.columns if column.filled < told.records]
    if gaps:
        shares = listed([f"{gap.column} {percent(gap.filled, told.records)}" for gap in gaps])
        found.append(Finding(LOOK, _("Columns not filled everywhere: {columns}.").format(columns=shares)))
    if told.absent:
        words = _("Columns of other sources, empty here: {columns}.").format(columns=listed(told.absent))
        found.append(Finding(PLAIN, words))
    if told.with_respondent < told.records:
        missing = told.records - told.with_respondent
        found.append(Finding(PLAIN, _("{n} records do not say who spoke.").format(n=f"{missing:,}")))
    if told.with_wave < told.records:
        missing = told.records - told.with_wave
        found.append(Finding(PLAIN, _("{n} records belong to no wave.").format(n=f"{missing:,}")))
    return found


def _timeliness(one: Quality, source: int | None) -> list[Finding]:
    told, records = one.timeliness, one.completeness.records
    if told.first_ms is None or told.last_ms is None:
        return [Finding(PLAIN, _("No record is dated."))]
    mark = timely(one)
    words = _("Dated from {first} to {last}; the newest is {age} days old.").format(
        first=day(told.first_ms), last=day(told.last_ms), age=f"{told.age_days or 0:,}"
    )
    found = [Finding((mark.sign, mark.token), words)]
    if one.completeness.dated < records:
        words = _("{n} records have no date.").format(n=f"{records - one.completeness.dated:,}")
        found.append(Finding(LOOK, words))
    if told.longest_gap_from_ms is not None:
        words = _("{n} days without a record; the longest gap is {longest} days, from {day}.").format(
            n=f"{told.gap_days:,}", longest=f"{told.longest_gap:,}", day=day(told.longest_gap_from_ms)
        )
        found.append(Finding(PLAIN, words))
    if told.old:
        words = _("{share} are older than {days} days.").format(share=percent(told.old, records), days=told.old_days)
        before = DatedBetween(None, told.now_ms - told.old_days * DAY_MS - 1)
        found.append(Finding(LOOK, words, rows(source, before)))
    return found


def _repeats(one: Quality) -> list[Finding]:
    told = one.duplicates
    words = _("{n} answers repeat another of the same question; the commonest came {most} times.")
    found = [Finding(PLAIN, words.format(n=f"{told.answers:,}", most=f"{told.largest_group:,}"))]
    if told.people_twice:
        words = _("{n} people answered a question of a wave twice.").format(n=f"{told.people_twice:,}")
        found.append(Finding(LOOK, words))
    return found


def _personal(one: Quality) -> list[Finding]:
    if not one.personal:
        words = _("None found in {n} answers looked at.").format(n=f"{one.looked_at:,}")
        return [Finding(GOOD if one.looked_at else PLAIN, words)]
    found = [
        Finding(LOOK, _("{kind}: {n} answers").format(kind=_(PERSONAL.get(kind, kind)), n=f"{count:,}"))
        for kind, count in one.personal.items()
    ]
    words = _("Reports and exports hide them. {n} answers were looked at.").format(n=f"{one.looked_at:,}")
    return [*found, Finding(PLAIN, words)]
