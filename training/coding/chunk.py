"""One chunk of a coding run: read from the project where the work is done, coded, and handed back as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from annotate.store.project import Project
from training.coding.bulk import Coded, Coder, Known
from training.learner import model_file, texts
from training.learner.classifier import Model
from training.learner.sentiment import SentimentModel
from training.learner.texts import Json as ReaderJson
from training.learner.texts import Reader
from training.process import blocks
from training.process.blocks import Json, Named


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What all chunks of a coding run share: the project file, the model and its reader, what it was trained on.

    ``trained`` int64 (k), rising: answers with out-of-sample ``probability`` float32 and ``accepted`` bool
    (k × columns). ``cuts`` float64 (columns), NaN where the model's own threshold holds.
    """

    path: Path
    passphrase: str | None
    classifier: Model
    sentiment: SentimentModel | None
    reader: Reader
    cuts: NDArray[np.float64]
    trained: NDArray[np.int64]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]

    def coder(self) -> Coder:
        """Return the model made ready."""
        return Coder(self.classifier, sentiment=self.sentiment, cuts=self.cuts)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Answers of a question (with its direction, −1, 0 or 1) in a wave (0: of none) with low ≤ id < high."""

    question: int
    direction: int
    wave: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CodedChunk:
    """The answers of a chunk: ``ids`` int64 (n), rising; ``trained`` bool (n), those that trained the model."""

    ids: NDArray[np.int64]
    trained: NDArray[np.bool_]
    coded: Coded


def code_chunk(project: Project, coder: Coder, plan: Plan, chunk: Chunk, progress: Progress = silent) -> CodedChunk:
    """Read and code a chunk."""
    with project.reading() as db:
        channel, joins = texts.channel_sql(db, plan.reader)
        rows = db.execute(
            f"select v.id, t.text, {channel} from verbatim v join verbatim_text t on t.id = v.id join record r"
            f" on r.id = v.record_id{joins} where v.question_id = ?1 and v.state = 1 and ifnull(r.wave_id, 0) = ?2"
            " and v.batch_id in (select id from import_batch where state = 1)"
            " and v.id >= ?3 and v.id < ?4 order by v.id",
            (chunk.question, chunk.wave, chunk.low, chunk.high),
        ).fetchall()
    ids = np.array([row[0] for row in rows], np.int64)
    prepared = plan.reader(
        cast(Sequence[str], [row[1] for row in rows]), chunk.question, cast(Sequence[str], [row[2] for row in rows])
    )
    del rows
    trained = np.isin(ids, plan.trained)
    own = np.searchsorted(plan.trained, ids[trained])
    known = Known(np.flatnonzero(trained), plan.probability[own], plan.accepted[own])
    return CodedChunk(ids, trained, coder.code(prepared, chunk.direction, known=known, progress=progress))


class ChunkCoder:
    """Codes chunks for one plan, with a read-only connection of its own. Close it at the end."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._coder = plan.coder()
        self._project = Project.open(plan.path, read_only=True, passphrase=plan.passphrase)

    def __call__(self, chunk: Chunk, progress: Progress) -> CodedChunk:
        return code_chunk(self._project, self._coder, self._plan, chunk, progress)

    def close(self) -> None:
        self._project.close()


def put_plan(plan: Plan) -> tuple[Json, Named]:
    """Return a plan as JSON and arrays, for a child; the passphrase travels with the JSON, through its pipe."""
    parts = {f"classifier/{name}": data for name, data in model_file.to_parts(plan.classifier).items()}
    if plan.sentiment is not None:
        parts |= {f"sentiment/{name}": data for name, data in model_file.sentiment_to_parts(plan.sentiment).items()}
    own: Named = {"cuts": plan.cuts, "trained": plan.trained, "probability": plan.probability}
    own["accepted"] = plan.accepted
    told: Json = {"path": str(plan.path), "passphrase": plan.passphrase, "reader": plan.reader.to_json()}
    return told, {**blocks.put_parts(parts), **own}


def take_plan(params: Json, arrays: Named) -> Plan:
    """Return the plan of ``put_plan``."""
    parts = blocks.take_parts(arrays)
    mood = {name.removeprefix("sentiment/"): data for name, data in parts.items() if name.startswith("sentiment/")}
    code = {name.removeprefix("classifier/"): data for name, data in parts.items() if name.startswith("classifier/")}
    return Plan(
        path=Path(cast(str, params["path"])),
        passphrase=cast("str | None", params["passphrase"]),
        classifier=model_file.from_parts(code),
        sentiment=model_file.sentiment_from_parts(mood) if mood else None,
        reader=Reader.from_json(cast(ReaderJson, params["reader"])),
        cuts=cast(NDArray[np.float64], arrays["cuts"]),
        trained=cast(NDArray[np.int64], arrays["trained"]),
        probability=cast(NDArray[np.float32], arrays["probability"]),
        accepted=cast(NDArray[np.bool_], arrays["accepted"]),
    )


def put_coded(done: CodedChunk) -> Named:
    """Return a coded chunk as arrays."""
    coded = {f"coded:{one.name}": getattr(done.coded, one.name) for one in fields(Coded) if one.name != "texts"}
    return {"ids": done.ids, "trained": done.trained, **coded}


def take_coded(arrays: Named) -> CodedChunk:
    """Return the coded chunk of ``put_coded``."""
    told = {name.removeprefix("coded:"): array for name, array in arrays.items() if name.startswith("coded:")}
    ids = cast(NDArray[np.int64], arrays["ids"])
    coded = Coded(texts=ids.size, **told)  # type: ignore[arg-type]  # the fields are written by put_coded alone
    return CodedChunk(ids, cast(NDArray[np.bool_], arrays["trained"]), coded)
