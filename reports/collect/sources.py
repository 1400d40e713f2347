"""What a report says of its data: imports, channels, cleaning, and the model in force."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime

import numpy as np

from annotate.frames import Frame
from annotate.messages import N_
from annotate.store.connection import Connection
from reports.collect.loaded import Loaded
from reports.data import CleanedFigures, CodeQuality, ModelFigures, SourceFigures
from reports.records import Marks

CLEANED = {
    "glosses": N_("pinyin glosses inside words"),
    "tags": N_("tags"),
    "invisible": N_("invisible characters"),
    "private_use": N_("private-use characters"),
    "unreadable_dates": N_("dates that could not be read"),
    "unreadable_values": N_("values that could not be read"),
    "unreadable_weights": N_("weights that could not be read"),
}


def day(value: object) -> date | None:
    """Return the day of a time in ms, None for none."""
    return datetime.fromtimestamp(int(str(value)) / 1000, UTC).date() if value is not None else None


def span(loaded: Loaded, records: Marks) -> tuple[date | None, date | None]:
    """Return the first and the last day of the records marked."""
    at = loaded.records.at_ms[records]
    known = at[~np.isnan(at)]
    return (day(int(known.min())), day(int(known.max()))) if known.size else (None, None)


def sources(db: Connection, loaded: Loaded, records: Marks) -> Iterable[SourceFigures]:
    """Yield the imports in force that the records marked came with, oldest first."""
    whole = bool(records.all())
    counted = Counter() if whole else _by_batch(db, loaded, records)
    for row in db.execute(
        "select s.name || case when count(*) over (partition by s.id) > 1 then ' · ' || b.file_name else '' end,"
        " s.channel, b.records, b.accepted, b.rejected, b.duplicates, b.blank, b.started_ms, b.id from import_batch b"
        " join source s on s.id = b.source_id where b.state = 1 order by b.id"
    ):
        name, channel, rows, accepted, rejected, duplicates, blank, started, batch = row
        if not whole and not counted[int(batch or 0)]:
            continue
        yield SourceFigures(
            str(name),
            str(channel),
            int(rows or 0),
            int(accepted or 0),
            int(rejected or 0),
            int(duplicates or 0),
            int(blank or 0),
            day(started),
            None if whole else counted[int(batch or 0)],
        )


def _by_batch(db: Connection, loaded: Loaded, records: Marks) -> Counter[int]:
    """Return how many of the records marked each import brought."""
    row = db.one(
        "select group_concat(batch) from (select r.batch_id batch from record r"
        " where r.batch_id in (select id from import_batch where state = 1) order by r.id)"
    )
    batches = np.fromstring(str(row[0]), np.int64, sep=",") if row and row[0] else np.empty(0, np.int64)
    told, counts = np.unique(batches[records], return_counts=True)
    return Counter(dict(zip(told.tolist(), counts.tolist(), strict=True)))


def channels(loaded: Loaded, records: Marks) -> list[tuple[str, int]]:
    """Return the channels of the records marked with their number, largest first."""
    for one in loaded.fields:
        if one.role == "channel" and one.kind == "category":
            told, counts = np.unique(loaded.records.columns[one.id][records], return_counts=True)
            names = loaded.values[one.id]
            found = [(names[int(value)], int(n)) for value, n in zip(told, counts, strict=True) if int(value) in names]
            return sorted(found, key=lambda pair: (-pair[1], pair[0]))
    return []


def cleaned(db: Connection) -> list[CleanedFigures]:
    """Return what folding set aside in the imports in force."""
    total: Counter[str] = Counter()
    for row in db.execute("select quality from import_batch where state = 1"):
        total.update(json.loads(str(row[0])))
    return [CleanedFigures(what, total[name]) for name, what in CLEANED.items() if total[name]]


def model(db: Connection, frame: Frame | None) -> ModelFigures | None:
    """Return the newest model in force with its out-of-sample quality by code."""
    row = db.one(
        "select m.spec, m.scores, hex(m.h) from run_in_force f join run r on r.id = f.run_id"
        " join model m on m.id = r.model_id order by m.id desc limit 1"
    )
    if row is None or frame is None:
        return None
    spec, scores = json.loads(str(row[0])), json.loads(str(row[1]))["codes"]
    known = {code.id: code for code in frame.codes}
    codes = []
    for code_id, one in zip(spec["columns"], scores["columns"], strict=True):
        code = known.get(code_id)
        if code is not None and not code.is_net:
            above = known.get(code.parent_id) if code.parent_id is not None else None
            english = "/".join(one.label_en or one.label for one in (above, code) if one) if code.label_en else ""
            told = one["hits"], one["wrong"], one["missed"]
            codes.append(CodeQuality(code.full_path, *told, code.number, english))
    overall = CodeQuality(
        "", sum(c.hits for c in codes), sum(c.false_alarms for c in codes), sum(c.missed for c in codes)
    )
    told = scores.get("codes", {}).get("micro_f1")
    micro = (told["value"], told["low"], told["high"]) if told else None
    drawn = bool(scores.get("from_random_rows"))
    return ModelFigures(str(row[2])[:12].lower(), spec["rows"], scores["base"], overall, tuple(codes), micro, drawn)
