"""Scores as figures: value, interval, base and change of a score question, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.data import Distribution, ReportData, ScoreFigures, ScoreKind, ScorePart
from reports.statistics.csat import difference, mean_score, top_box
from reports.statistics.limits import BaseSize, Lack, Limits, TooFew
from reports.statistics.nps import DETRACTOR_TO, PROMOTER_FROM, Change, Estimate, nps, nps_change, votes
from reports.wording import Words

WIDE = {ScoreKind.NPS: 10.0, ScoreKind.TOP_BOX: 5.0}
"""Half-widths in points beyond which a figure is called rough."""

PRACTICAL = {ScoreKind.NPS: 3.0, ScoreKind.TOP_BOX: 1.0}
"""Changes in points below which a change is called small."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A score's figure: NPS and top box in points (percent), means on their scale."""

    kind: ScoreKind
    estimate: Estimate

    @property
    def base(self) -> int:
        """Number of answers."""
        return self.estimate.base

    def value(self, words: Words) -> str:
        """Return the figure as text."""
        if self.kind is ScoreKind.NPS:
            return words.points(self.estimate.value)
        if self.kind is ScoreKind.TOP_BOX:
            return words.percent(self.estimate.value / 100, self.base)
        return f"{self.estimate.value:.2f}"

    def span(self, words: Words) -> str:
        """Return the 95 % interval as text."""
        if self.kind is ScoreKind.NPS:
            return words.points_span(self.estimate.low, self.estimate.high)
        if self.kind is ScoreKind.TOP_BOX:
            digits = 1 if self.base >= 100 else 0
            return words.span(f"{self.estimate.low:.{digits}f}", f"{self.estimate.high:.{digits}f}%")
        return words.mean_span(self.estimate)


def measure(score: ScoreFigures, distribution: Distribution | None = None) -> Measured | None:
    """Return the figure of a score, or of some of its answers; None where there is nothing to compute it from."""
    if distribution is None and isinstance(score.estimate, Estimate):
        return Measured(score.kind, score.estimate)
    answers = score.distribution if distribution is None else distribution
    if score.kind is ScoreKind.NPS:
        estimate = nps(votes(answers))
    elif score.kind is ScoreKind.TOP_BOX:
        part = top_box(answers, _cut(score), good_is_high=score.good_is_high)
        estimate = Estimate(100 * part.value, 100 * part.low, 100 * part.high, part.base) if part.base else None
    else:
        estimate = mean_score(answers)
    return Measured(score.kind, estimate) if estimate else None


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """Promoters, passives or detractors: how many answers, and their (weighted) share in [0, 1]."""

    name: str
    count: int
    share: float


def portions(score: ScoreFigures, words: Words) -> tuple[AnswerPart, ...]:
    """Return promoters, passives and detractors of an NPS, shares by weight where weights are used; else nothing."""
    if score.kind is not ScoreKind.NPS or not score.distribution:
        return ()
    counts = votes(score.distribution)
    good, bad = counts.promoters / counts.base, counts.detractors / counts.base
    if score.weighed is not None:
        good = sum(share for value, share in score.weighed.shares if value >= PROMOTER_FROM)
        bad = sum(share for value, share in score.weighed.shares if value <= DETRACTOR_TO)
    return (
        AnswerPart(words("Promoters 9–10"), counts.promoters, good),
        AnswerPart(words("Passives 7–8"), counts.passives, max(0.0, 1 - good - bad)),
        AnswerPart(words("Detractors 0–6"), counts.detractors, bad),
    )


def weighed_base(score: ScoreFigures, words: Words) -> str:
    """Say that shares are weighted and what base they have; nothing where no weights are used."""
    if score.weighed is None:
        return ""
    return words("Shares are weighted; effective base n={n}.", n=words.count(round(score.weighed.effective)))


def spelled_out(data: ReportData) -> ReportData:
    """Return the figures with the ``estimate`` of every score, period and segment, for who reads no distributions."""
    return replace(data, scores=tuple(_spelled_out(score, data.limits) for score in data.scores))


def _spelled_out(score: ScoreFigures, limits: Limits) -> ScoreFigures:
    def told(answers: Distribution) -> Estimate | TooFew | None:
        base = sum(count for _, count in answers)
        if limits.of(base) is BaseSize.HIDDEN:
            return TooFew(Lack.ANSWERS, base, limits.shown)
        found = measure(score, answers)
        return found.estimate if found else None

    def parts(listed: tuple[ScorePart, ...]) -> tuple[ScorePart, ...]:
        return tuple(one if one.estimate else replace(one, estimate=told(one.distribution)) for one in listed)

    return replace(
        score,
        estimate=score.estimate or told(score.distribution),
        trend=parts(score.trend),
        segments=tuple(replace(one, parts=parts(one.parts)) for one in score.segments),
    )


def practical(score: ScoreFigures) -> float | None:
    """Return the change in points below which it is called small; None for means, which have no common unit."""
    return PRACTICAL.get(score.kind) if score.practical is None else score.practical


def change(score: ScoreFigures) -> Change | None:
    """Return the change since the period before (points; means in their unit), or None without one."""
    if score.change is not None:
        return score.change.change if isinstance(score.change.change, Change) else None
    if score.previous is None or not sum(count for _, count in score.previous):
        return None
    if score.kind is ScoreKind.NPS:
        return nps_change(votes(score.previous), votes(score.distribution))
    if score.kind is ScoreKind.TOP_BOX:
        before = top_box(score.previous, _cut(score), good_is_high=score.good_is_high)
        after = top_box(score.distribution, _cut(score), good_is_high=score.good_is_high)
        moved = difference(before, after)
        return Change(100 * moved.value, 100 * moved.low, 100 * moved.high, moved.p)
    return None


def name(score: ScoreFigures, words: Words) -> str:
    """Return the name of the figure, for a top box with its cut."""
    if score.kind is not ScoreKind.TOP_BOX:
        return score.name
    cut = _cut(score)
    if score.good_is_high:
        return words("{name} (share scoring {cut} or more)", name=score.name, cut=f"{cut:g}")
    return words("{name} (share scoring {cut} or less)", name=score.name, cut=f"{cut:g}")


def _cut(score: ScoreFigures) -> float:
    """Return the first good box: as given, else the second best of the scale."""
    if score.cut is not None:
        return score.cut
    return score.highest - 1 if score.good_is_high else score.lowest + 1
