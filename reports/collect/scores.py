"""Scores of a project: one answer a person, as figures with change, trend and segments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from annotate.store.connection import Connection
from annotate.store.query import FieldBetween, FieldIs, Not, Query
from annotate.verbatims import Field
from reports.collect.loaded import Loaded
from reports.collect.rows import record_marks
from reports.collect.themes import PAIRED
from reports.collect.trends import periods_or_weeks
from reports.collect.view import weights_of
from reports.data import (
    Chosen,
    Distribution,
    IndicatorFigures,
    Period,
    ReferenceFigures,
    Rows,
    ScoreChange,
    ScoreFigures,
    ScoreKind,
    ScorePart,
    ScoreSegments,
    WeighedAnswers,
)
from reports.definitions.terms import Definitions, Measure, Score
from reports.statistics.csat import difference, top_box
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Change, Estimate, nps_change, votes
from reports.statistics.scores import (
    Benchmark,
    mean,
    mean_change,
    movement,
    net_promoters,
    nps_points,
    paired_change,
    relative_index,
    top_boxes,
    top_share,
)
from reports.statistics.shares import effective_number

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

SEGMENT_VALUES = range(2, 9)
SEGMENTS = 2
SELF_SELECTED = ("舆情", "热线", "hotline", "public opinion", "social", "微博", "论坛", "forum")
"""Words in the names of channels where those speak who want to: they are no sample, and in no NPS."""
_DECIMALS = 1e-9


class Asked:
    """One score: ``values`` of all records in force (NaN: none, or outside the scale)."""

    def __init__(self, loaded: Loaded, score: Score, field: Field) -> None:
        self.loaded, self.score, self.field = loaded, score, field
        values = np.asarray(loaded.records.columns[field.id], np.float64)
        inside = (values >= score.lowest) & (values <= score.highest)
        self.values = np.where(inside, values, np.nan)

    def one_a_person(self, within: Marks) -> Ints:
        """Return the places of the records that count: each person's last with a score."""
        return self.loaded.records.last(within & ~np.isnan(self.values))

    def estimate(self, places: Ints, weights: Floats | None, limits: Limits) -> Estimate | TooFew:
        """Return the figure of these records."""
        told = self.values[places]
        w = None if weights is None else weights[places]
        if self.score.measure is Measure.NPS:
            return net_promoters(told, w, limits=limits)
        if self.score.measure is Measure.TOP_BOX:
            part = top_share(top_boxes(told, self.cut, good_is_high=self.score.good_is_high), w, limits=limits)
            return (
                part
                if isinstance(part, TooFew)
                else Estimate(100 * part.value, 100 * part.low, 100 * part.high, part.base)
            )
        return mean(told, w, limits=limits)

    @property
    def cut(self) -> float:
        """Return the first good box: as defined, else the second best of the scale."""
        score = self.score
        if score.cut is not None:
            return score.cut
        return score.highest - 1 if score.good_is_high else score.lowest + 1

    def worth(self, told: Floats) -> Floats:
        """Return what each answer adds to the figure: 100, 0, −100 of NPS; 100 or 0 of a top box; the score itself."""
        if self.score.measure is Measure.NPS:
            return nps_points(told)
        if self.score.measure is Measure.TOP_BOX:
            return 100 * top_boxes(told, self.cut, good_is_high=self.score.good_is_high)
        return told

    def change(self, before: Ints, after: Ints, limits: Limits, weights: Floats | None) -> tuple[Change | TooFew, bool]:
        """Return the change of the figure, and whether it is told from the same customers."""
        customers = self.loaded.records.customer
        both, at0, at1 = np.intersect1d(customers[before], customers[after], return_indices=True)
        then, now = self.values[before], self.values[after]
        if weights is None and both.size >= max(limits.shown, PAIRED * min(then.size, now.size)) and (both > 0).all():
            return paired_change(self.worth(then[at0]), self.worth(now[at1]), limits=limits), True
        least = min(then.size, now.size)
        if least < limits.shown:
            return TooFew(Lack.ANSWERS, least, limits.shown), False
        if weights is None and self.score.measure is Measure.NPS:
            return nps_change(votes(distribution(then)), votes(distribution(now))), False
        if weights is None and self.score.measure is Measure.TOP_BOX:
            good = self.score.good_is_high
            parts = (top_box(distribution(one), self.cut, good_is_high=good) for one in (then, now))
            told = difference(*parts)
            return Change(100 * told.value, 100 * told.low, 100 * told.high, told.p), False
        pair = None if weights is None else (weights[before], weights[after])
        return mean_change(self.worth(then), self.worth(now), weights=pair, limits=limits), False


def asked(loaded: Loaded) -> list[Asked]:
    """Return the defined scores whose column the project has, in order."""
    found = []
    for score in loaded.definitions.scores:
        field = loaded.field(score.column)
        if field is not None and field.kind != "category":
            found.append(Asked(loaded, score, field))
    return found


def headline(loaded: Loaded) -> Asked | None:
    """Return the headline score, where the project has its column."""
    wanted = loaded.definitions.headline
    told = asked(loaded)
    return next((one for one in told if one.score == wanted), told[0] if told else None)


def practical(definitions: Definitions, measure: Measure) -> float | None:
    """Return the change in points below which it is called small; None for means, which have no common unit."""
    told = definitions.practical
    return {Measure.NPS: told.nps, Measure.TOP_BOX: told.top_box}.get(measure)


def scores(db: Connection, loaded: Loaded, chosen: Chosen, within: Query) -> list[ScoreFigures]:
    """Return every defined score with answers in the scope; a person's last answer of a wave counts.

    ``within``: the filter and the periods counted.
    """
    marks = record_marks(db, loaded, within)
    anywhen = record_marks(db, loaded, chosen.scope.filter)
    weights: Floats | None = None
    if chosen.scope.weighted:
        weights = weights_of(loaded, np.arange(len(loaded.records)))
        marks &= loaded.records.weight != 0
        anywhen &= loaded.records.weight != 0
    found = []
    for one in asked(loaded):
        left, chose = _self_selected(loaded, one, marks)
        kept = marks & ~chose
        places = one.one_a_person(kept)
        if places.size:
            found.append(_figures(db, loaded, chosen, within, one, kept, anywhen & ~chose, left, weights))
    return found


def _self_selected(loaded: Loaded, one: Asked, marks: Marks) -> tuple[tuple[str, ...], Marks]:
    """Return the channels that an NPS leaves out, and their records; none where no other channel has answers."""
    nobody = np.zeros(len(loaded.records), np.bool_)
    field = next((f for f in loaded.fields if f.role == "channel" and f.kind == "category"), None)
    if one.score.measure is not Measure.NPS or field is None:
        return (), nobody
    defined = loaded.definitions.self_selected
    told = {
        number: text for number, text in loaded.values[field.id].items()
        if (text in defined if defined else any(word in text.lower() for word in SELF_SELECTED))
    }  # fmt: skip
    chose = np.isin(loaded.records.columns[field.id], list(told))
    here = chose & marks & ~np.isnan(one.values)
    if not here.any() or one.one_a_person(marks & ~chose).size < loaded.limits.shown:
        return (), nobody
    present = set(np.asarray(loaded.records.columns[field.id])[here].tolist())
    return tuple(sorted(text for number, text in told.items() if number in present)), chose


def _figures(
    db: Connection, loaded: Loaded, chosen: Chosen, within: Query, one: Asked, marks: Marks, anywhen: Marks,
    left: tuple[str, ...], weights: Floats | None,
) -> ScoreFigures:  # fmt: skip
    limits, score = loaded.limits, one.score
    places = one.one_a_person(marks)
    named = score.measure.value
    past = [
        _against(db, loaded, one, places, anywhen, period, weights) for period in (chosen.before, chosen.year_before)
    ]
    series = periods_or_weeks(
        loaded, score.name, one.one_a_person(anywhen), lambda at: one.estimate(at, weights, limits), chosen.known,
        lambda condition: _rows(loaded, one, chosen.scope.filter, left, part=Query((condition,))),
    )  # fmt: skip
    waves = [
        ScorePart(period.name, distribution(one.values[inside]), estimate=_weighted(one, inside, weights, limits))
        for period in chosen.known
        if period.wave is not None and (inside := one.one_a_person(anywhen & (loaded.records.wave == period.wave))).size
    ]
    before = past[0]
    return ScoreFigures(
        score.name, ScoreKind(named), score.lowest, score.highest, distribution(one.values[places]), score.cut,
        score.good_is_high, None if before is None else before[1], tuple(waves) if len(waves) > 1 else (),
        tuple(_segments(loaded, chosen, within, one, marks, left, weights)), _weighted(one, places, weights, limits),
        None if before is None else before[0], None if past[1] is None else past[1][0], series,
        practical(loaded.definitions, score.measure), score == loaded.definitions.headline,
        _rows(loaded, one, within, left), left, _references(loaded, one, places, weights),
        None if weights is None else weighed(one.values[places], weights[places]),
    )  # fmt: skip


def _references(loaded: Loaded, one: Asked, places: Ints, weights: Floats | None) -> tuple[ReferenceFigures, ...]:
    """Return the score held against the figures of others that the definitions name; none of an NPS."""
    if one.score.measure is Measure.NPS:
        return ()
    ours = one.estimate(places, weights, loaded.limits)
    found = []
    for other in loaded.definitions.references:
        error = other.error
        if error is None and one.score.measure is Measure.TOP_BOX and other.value < 100:
            error = (other.value * (100 - other.value) / other.size) ** 0.5
        if other.score != one.score.name or error is None:
            continue
        index = (
            ours if isinstance(ours, TooFew) else relative_index(
                ours, Benchmark(other.value, error, other.size, other.dated), limits=loaded.limits
            )
        )  # fmt: skip
        found.append(ReferenceFigures(other.name, other.value, other.size, other.dated, index))
    return tuple(found)


def _rows(loaded: Loaded, one: Asked, within: Query, left: tuple[str, ...], *, part: Query | None = None) -> Rows:
    """Return the answers of the people counted in a score: of channels ``left`` out there are none."""
    channel = next((f for f in loaded.fields if f.role == "channel" and f.kind == "category"), None)
    given = within.where(FieldBetween(one.field.id, one.score.lowest, one.score.highest))
    if left and channel is not None:
        given = given.where(Not((FieldIs(channel.id, left),)))
    return Rows(given, coded=False, last=True, part=part or Query())


def _weighted(one: Asked, places: Ints, weights: Floats | None, limits: Limits) -> Estimate | TooFew | None:
    return None if weights is None else one.estimate(places, weights, limits)


def _against(
    db: Connection, loaded: Loaded, one: Asked, now: Ints, anywhen: Marks, period: Period | None,
    weights: Floats | None,
) -> tuple[ScoreChange, Distribution] | None:  # fmt: skip
    if period is None:
        return None
    then = one.one_a_person(anywhen & record_marks(db, loaded, Query((period.condition,))))
    if not then.size:
        return None
    change, paired = one.change(then, now, loaded.limits, weights)
    limit = practical(loaded.definitions, one.score.measure)
    # A lower top-box share is worse whichever end of its scale is good: it counts the good ones.
    good = one.score.good_is_high or one.score.measure is not Measure.MEAN
    told = None if isinstance(change, TooFew) else movement(change, limit or _DECIMALS, good_is_high=good)
    before = one.estimate(then, weights, loaded.limits)
    return ScoreChange(period.name, before, change, told, paired), distribution(one.values[then])


def distribution(values: Floats) -> Distribution:
    """Return (score, answers), ascending."""
    kinds, counts = np.unique(values, return_counts=True)
    return tuple((float(kind), int(count)) for kind, count in zip(kinds, counts, strict=True))


def weighed(values: Floats, weights: Floats) -> WeighedAnswers:
    """Return the distribution by weight: ``values`` and ``weights`` ≥ 0 of the same answers, some weight among them."""
    kinds, back = np.unique(values, return_inverse=True)
    shares = np.bincount(back.reshape(-1), weights, minlength=kinds.size) / weights.sum()
    told = tuple((float(kind), float(share)) for kind, share in zip(kinds, shares, strict=True))
    return WeighedAnswers(told, effective_number(weights))


def _segments(
    loaded: Loaded,
    chosen: Chosen,
    within: Query,
    one: Asked,
    marks: Marks,
    left: tuple[str, ...],
    weights: Floats | None,
) -> Iterable[ScoreSegments]:
    given = 0
    wanted = [f for f in loaded.fields if f.kind == "category" and f.role in ("", "channel")]
    for field in sorted(wanted, key=lambda f: f.name != chosen.scope.segment):
        column = np.asarray(loaded.records.columns[field.id], np.int64)
        values = np.unique(column[marks & ~np.isnan(one.values) & (column > 0)])
        if values.size not in SEGMENT_VALUES:
            continue
        texts = loaded.values[field.id]
        parts = []
        for value in sorted(values.tolist(), key=lambda number: texts[number]):
            places = one.one_a_person(marks & (column == value))
            parts.append(
                ScorePart(
                    texts[value], distribution(one.values[places]),
                    _rows(loaded, one, within.where(FieldIs(field.id, (texts[value],))), left),
                    _weighted(one, places, weights, loaded.limits),
                )
            )  # fmt: skip
        yield ScoreSegments(field.name, tuple(parts))
        given += 1
        if given == SEGMENTS:
            return


def indicators(loaded: Loaded, db: Connection, within: Query) -> tuple[IndicatorFigures, ...]:
    """Return the tree below the headline, each node after the one above it.

    A node with a score has its figure; one without has the weighted mean of the nodes below it, each brought to 0–100
    between the ends of its scale (NPS from −100 to 100); TooFew where one below has none.
    """
    marks = record_marks(db, loaded, within)
    by_name = {one.score.name: one for one in asked(loaded)}
    told = loaded.definitions.indicators
    found: list[IndicatorFigures] = []

    def value(node: str) -> tuple[float | TooFew, tuple[tuple[str, float], ...]]:
        mine = next((one for one in told if one.name == node), None)
        score = by_name.get(mine.score if mine else node)
        if score is not None:
            figure = score.estimate(score.one_a_person(marks), None, loaded.limits)
            return (figure, ()) if isinstance(figure, TooFew) else (_hundred(score.score, figure.value), ())
        below = [one for one in told if one.above == node]
        parts = [(one.name, one.weight if one.weight is not None else 1.0, value(one.name)[0]) for one in below]
        missing = next((part for _, _, part in parts if isinstance(part, TooFew)), None)
        if missing is not None or not parts:
            return missing or TooFew(Lack.ANSWERS, 0, loaded.limits.shown), ()
        whole = sum(weight for _, weight, _ in parts) or 1.0
        known = [(name, weight, part) for name, weight, part in parts if not isinstance(part, TooFew)]
        mixed = sum(weight * part for _, weight, part in known) / whole
        return mixed, tuple((name, weight / whole) for name, weight, _ in known)

    def visit(above: str, depth: int) -> None:
        for one in told:
            if one.above == above and depth <= len(told):
                figure, weights = value(one.name)
                found.append(IndicatorFigures(one.name, above, depth, one.score, figure, weights))
                visit(one.name, depth + 1)

    names = {one.name for one in told}
    for root in dict.fromkeys(one.above for one in told if one.above not in names):
        visit(root, 1)
    return tuple(found)


def _hundred(score: Score, value: float) -> float:
    if score.measure is Measure.TOP_BOX:
        return value
    low, high = (-100.0, 100.0) if score.measure is Measure.NPS else (score.lowest, score.highest)
    part = 100 * (value - low) / (high - low)
    return part if score.good_is_high else 100 - part
