"""Coding a Parquet data set on Dask: the same coding function, wherever the workers run.

An optional extra for the command line: the window never imports this module.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import AskedWronglyError, UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_, listed
from training.coding import crew
from training.coding.bulk import NO_SENTIMENT, SCALE, Coded, Coder
from training.coding.tingmodel import PortableModel, read_tingmodel

if TYPE_CHECKING:
    import pyarrow
    from distributed import Client

ROWS = 20_000
"""Rows that a worker holds at a time."""
COLUMNS = ("codes", "probabilities", "sentiments")
_MARK, _ACCEPTED = "tingdong", "tingdong-accepted"
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class CodedParquet:
    """What was coded: rows, parts written now, parts found finished, accepted codes, and the hash of the model."""

    model: str
    rows: int
    parts: int
    kept: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Part:
    """One row group of one file, and the file that it becomes. ``mark`` stands for source, model and options."""

    source: str
    group: int
    target: str
    mark: str


def code_parquet(
    source: Path,
    target: Path,
    model: Path,
    *,
    scheduler: str | None = None,
    text: str | None = None,
    direction: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> CodedParquet:
    """Code every row of a Parquet file or folder into the folder ``target``: its columns and COLUMNS.

    ``codes`` are the numbers (else the paths) of the accepted codes, with ``probabilities`` and ``sentiments`` (−1, 0,
    1; null without a sentiment model). ``text`` names the column with the answers; direction: of their question, −1
    dislikes, 0 neutral, 1 likes. ``scheduler``: the address of a running Dask scheduler, whose workers see the same
    files and have this program installed; without one ``workers`` processes (one a core) on this machine, reached
    through encrypted local connections only. Called again after a stop it goes on with the parts that are missing.
    Raises UserError (cluster-extra-missing, no-parquet, cluster-failed, no-scheduler), AskedWronglyError
    (no-text-column, column-taken, target-taken).
    """
    _require_extra()
    portable = read_tingmodel(model)
    files = _files(source, target)
    column = _text_column(files, text)
    parts = _parts(files, target, f"{portable.hash} {column} {direction}")
    missing = [one for one in parts if _finished(one) is None]
    target.mkdir(parents=True, exist_ok=True)
    if missing:
        with _client(scheduler, min(workers or crew.processes(), len(missing))) as client, client.as_current():
            _work(client, missing, model.read_bytes(), column, direction, len(parts), progress)
    told = [_finished(one) or (0, 0) for one in parts]
    rows, accepted = sum(one[0] for one in told), sum(one[1] for one in told)
    return CodedParquet(portable.hash, rows, len(missing), len(parts) - len(missing), accepted)


def _work(
    client: Client, parts: list[Part], model: bytes, column: str, direction: int, total: int, progress: Progress
) -> None:
    from distributed import as_completed

    done = total - len(parts)
    progress(done, total, N_("Coding answers"))
    shared = client.scatter(model, broadcast=True)
    futures = [client.submit(code_part, one, shared, column, direction, pure=False) for one in parts]
    try:
        for future in as_completed(futures):
            problem = future.exception()
            if problem is not None:
                if isinstance(problem, UserError | OSError):
                    raise problem
                raise UserError(
                    "cluster-failed",
                    N_("A worker could not code a part of the data set."),
                    N_("It stopped with {problem}."),
                    N_("See that every worker has this version of the program; parts that are done are kept."),
                    problem=type(problem).__name__,
                )
            done += 1
            progress(done, total, N_("Coding answers"))
    finally:
        client.cancel(futures)


def code_part(part: Part, model: bytes, column: str, direction: int) -> int:
    """Code one part where this runs, ROWS rows at a time; return its rows. Its file appears whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    portable, coder = _ready(model)
    rows = accepted = 0
    beside = Path(part.target).with_suffix(".unfinished")
    with pq.ParquetFile(part.source) as file:
        schema = _schema(file.schema_arrow)
        with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
            for batch in file.iter_batches(ROWS, row_groups=[part.group]):
                written = ["" if one is None else str(one) for one in batch.column(column).to_pylist()]
                coded = coder.code(portable.reader(written), direction)
                arrays = [*batch.columns, *_lists(portable, coded)]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
                rows += batch.num_rows
                accepted += int(coded.accepted.sum())
            writer.add_key_value_metadata({_MARK: part.mark, _ACCEPTED: str(accepted)})
    beside.replace(part.target)
    return rows


@lru_cache(maxsize=1)
def _ready(model: bytes) -> tuple[PortableModel, Coder]:
    portable = read_tingmodel(model)
    return portable, portable.coder()


def _schema(given: pyarrow.Schema) -> pyarrow.Schema:
    import pyarrow as pa

    inside = dict(zip(COLUMNS, (pa.string(), pa.float32(), pa.int8()), strict=True))
    return pa.schema([*given, *(pa.field(name, pa.list_(kind)) for name, kind in inside.items())])


def _lists(portable: PortableModel, coded: Coded) -> list[pyarrow.ListArray]:
    """Return the accepted codes of each row as Arrow lists, in the order of COLUMNS."""
    import pyarrow as pa

    kept = coded.accepted
    offsets = pa.array(np.searchsorted(coded.rows[kept], np.arange(coded.texts + 1)).astype(np.int32))
    names = [portable.codes[column].name for column in coded.columns[kept].tolist()]
    moods = coded.sentiment[kept]
    values = (
        pa.array(names, pa.string()),
        pa.array(coded.probability[kept].astype(np.float32) / SCALE, pa.float32()),
        pa.array(moods, pa.int8(), mask=moods == NO_SENTIMENT),
    )
    return [pa.ListArray.from_arrays(offsets, one) for one in values]


def _files(source: Path, target: Path) -> list[Path]:
    files = sorted(source.rglob("*.parquet")) if source.is_dir() else [source] if source.is_file() else []
    if not files:
        raise UserError(
            "no-parquet",
            N_("There is nothing to code in {name}."),
            N_("It is neither a Parquet file nor a folder with some."),
            N_("Give the file, or the folder that holds the .parquet files."),
            name=source.name,
        )
    inside = target.resolve().is_relative_to(source.resolve()) or source.resolve().is_relative_to(target.resolve())
    if target.is_file() or inside:
        raise _target_taken(target, N_("It is a file, or it lies within the data that are read."))
    return files


def _text_column(files: list[Path], wanted: str | None) -> str:
    """Return the column with the answers: the one asked for, one named text, or the only one that holds texts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: set[str] | None = None
    for file in files:
        try:
            schema = pq.read_schema(file)
        except pa.ArrowInvalid as error:
            raise UserError(
                "no-parquet",
                N_("There is nothing to code in {name}."),
                N_("It is not a Parquet file, or it is damaged."),
                N_("Write it again, or leave it out."),
                name=file.name,
            ) from error
        taken = [name for name in COLUMNS if name in schema.names]
        if taken:
            raise AskedWronglyError(
                "column-taken",
                N_("{name} has a column named {column} already."),
                N_("The results are written under that name."),
                N_("Rename the column first."),
                name=file.name,
                column=taken[0],
            )
        texts = {one.name for one in schema if _holds_texts(one.type)}
        found = texts if found is None else found & texts
    names = sorted(found or ())
    chosen = wanted or ("text" if "text" in names else names[0] if len(names) == 1 else None)
    if chosen not in names:
        raise AskedWronglyError(
            "no-text-column",
            N_("It is not clear which column holds the answers."),
            N_("Columns with texts in every file: {names}."),
            N_("Name the column with --text."),
            names=listed(names) or "–",
        )
    return chosen


def _holds_texts(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _parts(files: list[Path], target: Path, options: str) -> list[Part]:
    import pyarrow.parquet as pq

    parts: list[Part] = []
    for file in files:
        state = file.stat()
        for group in range(pq.read_metadata(file).num_row_groups):
            told = f"{file.resolve()} {state.st_size} {state.st_mtime_ns} {group} {options}"
            mark = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
            name = target / f"part-{len(parts):06}.parquet"
            parts.append(Part(str(file.resolve()), group, str(name.absolute()), mark))
    ours = {Path(one.target).name for one in parts}
    others = [one for one in target.glob("*") if one.suffix != ".unfinished" and one.name not in ours]
    if others or any(Path(one.target).exists() and _finished(one) is None for one in parts):
        raise _target_taken(target, N_("It holds other files, or results of another model or of other data."))
    return parts


def _finished(part: Part) -> tuple[int, int] | None:
    """Return rows and accepted codes of a part that was coded before, None where it was not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_metadata(part.target)
    except (OSError, pa.ArrowInvalid):
        return None
    marks = told.metadata or {}
    if marks.get(_MARK.encode()) != part.mark.encode():
        return None
    return told.num_rows, int(marks[_ACCEPTED.encode()])


def _target_taken(target: Path, why: str) -> AskedWronglyError:
    return AskedWronglyError(
        "target-taken",
        N_("The results cannot be written to {name}."),
        why,
        N_("Give a new folder."),
        name=target.name,
    )


def _require_extra() -> None:
    if any(find_spec(name) is None for name in ("distributed", "pyarrow", "cryptography")):
        raise UserError(
            "cluster-extra-missing",
            N_("Coding Parquet data needs packages that are not installed."),
            N_("Dask and pyarrow are an optional extra."),
            N_('Install them with: pip install ".[cluster]"'),
        )


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Connect to a scheduler, or run one here: local addresses only, encrypted, without its web pages."""
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UserError(
                "no-scheduler",
                N_("No Dask scheduler answers at {address}."),
                N_("It may not run, or a firewall is between."),
                N_("Start it with: dask scheduler, and its workers with: dask worker {address}"),
                address=scheduler,
            ) from error
        with client:
            yield client
        return
    nothing: dict[str, object] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(nothing))
        # Without security any user of this machine could hand the workers code to run.
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                security=Security.temporary(),
                silence_logs=logging.ERROR,
                memory_limit=0,
                local_directory=stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)),
            )
        )
        yield stack.enter_context(Client(cluster, set_as_default=False))
