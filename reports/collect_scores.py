"""Scores of the project as a report needs them: distributions over people, by wave and by segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from annotate import verbatims
from annotate.store.connection import Connection, Row
from annotate.verbatims import Field
from reports.data import Distribution, ScoreFigures, ScoreKind, ScorePart, ScoreSegments

# A name that says "would you recommend us", or a scale that only that question has.
RECOMMEND = ("nps", "推荐", "recommend")
TOP_BOXES = {5.0: 4.0, 7.0: 6.0}
ACTIVE = "join import_batch b on b.id = r.batch_id and b.state = 1"


def scores_of(db: Connection) -> list[ScoreFigures]:
    """Return every score column with answers; a person's last answer of a wave counts."""
    found = []
    fields = verbatims.fields(db)
    for one in fields:
        if one.role != "score":
            continue
        rows = _answers(db, one, "''")
        if not rows:
            continue
        values = sorted({float(row[0] or 0) for row in rows})
        kind, lowest, highest, cut = scale_of(one.name, values)
        waves = _parts(_answers(db, one, "ifnull((select name from wave w where w.id = r.wave_id), '')"))
        found.append(
            ScoreFigures(
                one.name,
                kind,
                lowest,
                highest,
                _distribution(float(row[0] or 0) for row in rows),
                cut,
                trend=waves if len(waves) > 1 else (),
                segments=tuple(_segments(db, one, fields)),
            )
        )
    return found


def scale_of(name: str, values: list[float]) -> tuple[ScoreKind, float, float, float | None]:
    """Guess kind, ends and top-box cut of a scale from its name and the values that occur (ascending)."""
    whole = all(value.is_integer() for value in values)
    low, high = values[0], values[-1]
    if whole and low >= 0 and high <= 10 and (high > 7 or any(word in name.lower() for word in RECOMMEND)):
        if any(word in name.lower() for word in RECOMMEND):
            return ScoreKind.NPS, 0.0, 10.0, None
        return ScoreKind.MEAN, min(low, 1.0), 10.0, None
    for top, cut in TOP_BOXES.items():
        if low >= 1 and high <= top:
            return ScoreKind.TOP_BOX, 1.0, top, cut
    return ScoreKind.MEAN, low, high, None


def _answers(db: Connection, one: Field, by: str) -> list[Row]:
    """Return (value, group) of each person's last scored record in a wave; records without a person count alone."""
    return db.execute(
        f"select r.{one.column}, {by} from record r {ACTIVE} where r.{one.column} is not null"
        " and (r.respondent_id is null or r.id = (select max(x.id) from record x join import_batch b2"
        "  on b2.id = x.batch_id and b2.state = 1 where x.respondent_id = r.respondent_id"
        f"  and x.wave_id is r.wave_id and x.{one.column} is not null)) order by r.id"
    ).fetchall()


def _distribution(values: Iterable[float]) -> Distribution:
    return tuple(sorted(Counter(values).items()))


def _parts(rows: list[Row]) -> tuple[ScorePart, ...]:
    groups: dict[str, list[float]] = {}
    for value, group in rows:
        if group:
            groups.setdefault(str(group), []).append(float(value or 0))
    return tuple(ScorePart(name, _distribution(groups[name])) for name in sorted(groups))


def _segments(db: Connection, one: Field, fields: list[Field]) -> Iterable[ScoreSegments]:
    given = 0
    for other in fields:
        if other.kind != "category" or other.role not in ("", "channel"):
            continue
        by = f"(select value from field_value f where f.id = r.{other.column})"
        parts = _parts(_answers(db, one, by))
        if 2 <= len(parts) <= 8:
            yield ScoreSegments(other.name, parts)
            given += 1
        if given == 2:
            return
