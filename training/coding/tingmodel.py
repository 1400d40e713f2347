"""A model as a file of its own: a zip of JSON and npz parts with their hashes, readable without its project.

Nothing in it is executed and no customer text is in it: n-grams are there as numbers of hash buckets only. The words of
the project's lexicon and its switched-on phrases are.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.frames import Frame
from annotate.messages import N_
from training.coding.bulk import Coder
from training.learner import model_file
from training.learner.classifier import Model
from training.learner.model_file import Json
from training.learner.sentiment import SentimentModel
from training.learner.texts import Json as ReaderJson
from training.learner.texts import Reader
from training.session import StoredModel

SUFFIX = ".tingmodel"
VERSION = 1
MANIFEST, CODES, READER = "manifest.json", "codes.json", "reader.json"
MAX_JSON = 16 << 20
MAX_ARRAYS = 2 << 30
_PARTS = {
    CODES: MAX_JSON,
    READER: MAX_JSON,
    "classifier.json": MAX_JSON,
    "classifier.npz": MAX_ARRAYS,
    "sentiment.json": MAX_JSON,
    "sentiment.npz": MAX_ARRAYS,
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes


@dataclass(frozen=True, slots=True)
class PortableCode:
    """A column of the model. ``path``: the labels from the outermost net down to itself. ``cut``: the calibrated
    probability that a person set as its threshold, None where the model's own holds."""

    number: str
    label: str
    label_en: str
    path: tuple[str, ...]
    is_net: bool
    cut: float | None

    @property
    def name(self) -> str:
        """Return what names the code in a list: its number, else its path."""
        return self.number or "/".join(self.path)


@dataclass(frozen=True, slots=True)
class PortableModel:
    """A model outside its project: its hash, the name of its code frame, and a code for each of its columns.

    ``reader`` prepares answers for it.
    """

    hash: str
    frame: str
    codes: tuple[PortableCode, ...]
    classifier: Model
    sentiment: SentimentModel | None
    reader: Reader

    def coder(self) -> Coder:
        """Return the model made ready to code texts, without what only a project keeps of whole answers."""
        cuts = np.array([np.nan if one.cut is None else one.cut for one in self.codes], np.float64)
        return Coder(self.classifier, sentiment=self.sentiment, cuts=cuts, whole_answers=False)


class _Damage(Exception):
    """The file is not what its manifest says."""


# What reading bytes that somebody made up can raise.
_FAULTS = (
    _Damage, LookupError, TypeError, ValueError, AttributeError, EOFError, MemoryError, RuntimeError, ZlibError,
)  # fmt: skip


def write_tingmodel(path: Path, stored: StoredModel, frame: Frame, *, cuts: Mapping[int, float] | None = None) -> None:
    """Write a stored model with the names of its codes; a file of that name is replaced, whole or not at all.

    cuts: thresholds set by hand, code → calibrated probability. Raises OSError.
    """
    held = {one.id: one for one in frame.codes}
    codes = []
    for column in stored.columns:
        one = held.get(column)
        codes.append(
            PortableCode(
                number=one.number if one else "",
                label=one.label if one else f"#{column}",
                label_en=one.label_en if one else "",
                path=one.path if one else (f"#{column}",),
                is_net=column in stored.nets,
                cut=(cuts or {}).get(column),
            )
        )
    parts = {CODES: _json({"frame": frame.name, "codes": [asdict(one) for one in codes]})}
    parts[READER] = _json(stored.reader.to_json())
    _put(parts, "classifier", model_file.to_parts(stored.classifier))
    if stored.sentiment is not None:
        _put(parts, "sentiment", model_file.sentiment_to_parts(stored.sentiment))
    table = {name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in parts.items()}
    manifest = _json({"tingmodel": VERSION, "model": stored.hash, "parts": table})
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in {MANIFEST: manifest, **parts}.items():
                    info = zipfile.ZipInfo(name, _EPOCH)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:  # whatever it was, a half-written file must not stay
        beside.unlink(missing_ok=True)
        raise


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _put(parts: dict[str, bytes], kind: str, own: dict[str, bytes]) -> None:
    _, arrays = model_file.unpack(kind, own)
    buffer = io.BytesIO()
    # An npz is a zip of arrays; left uncompressed, since the file around it compresses.
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in sorted(arrays.items()):
            inside = io.BytesIO()
            np.lib.format.write_array(inside, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), inside.getvalue())
    parts[f"{kind}.json"], parts[f"{kind}.npz"] = own[model_file.META], buffer.getvalue()


def read_tingmodel(source: Path | bytes) -> PortableModel:
    """Read a model file, or the bytes of one.

    Raises UserError (not-a-model-file, model-file-damaged, model-other-version), OSError.
    """
    name = source.name if isinstance(source, Path) else f"model{SUFFIX}"
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            return _read(archive, name)
    except zipfile.BadZipFile as error:
        raise _not_ours(name) from error
    except _FAULTS as error:
        if isinstance(error, UserError):
            raise
        raise _damaged(name) from error


def _read(archive: zipfile.ZipFile, name: str) -> PortableModel:
    entries = archive.infolist()
    names = [one.filename for one in entries]
    if MANIFEST not in names:
        raise _not_ours(name)
    if len(set(names)) < len(names) or not set(names) <= {MANIFEST, *_PARTS}:
        raise _Damage
    manifest = cast(Json, json.loads(_member(archive, MANIFEST, MAX_JSON)))
    version = manifest.get("tingmodel")
    if not isinstance(version, int):
        raise _not_ours(name)
    if version != VERSION:
        raise UserError(
            "model-other-version",
            N_("{name} cannot be used by this version of the program."),
            N_("The model file has version {theirs}, this program reads version {ours}."),
            N_("Export the model again with this version, or update the program."),
            name=name,
            theirs=version,
            ours=VERSION,
        )
    parts: dict[str, bytes] = {}
    for part, entry in cast(dict[str, dict[str, object]], manifest["parts"]).items():
        data = _member(archive, part, _PARTS[part])
        if len(data) != entry["size"] or hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise _Damage
        parts[part] = data
    classifier = model_file.from_parts(_take(parts, "classifier"))
    sentiment = model_file.sentiment_from_parts(_take(parts, "sentiment")) if "sentiment.json" in parts else None
    told = cast(Json, json.loads(parts[CODES]))
    codes = tuple(_code(entry) for entry in cast(list[Json], told["codes"]))
    nets = set(classifier.parents[classifier.parents >= 0].tolist())
    if len(codes) != classifier.columns or any(not codes[column].is_net for column in nets):
        raise _Damage
    reader = Reader.from_json(cast(ReaderJson, json.loads(parts[READER])))
    return PortableModel(str(manifest["model"]), str(told["frame"]), codes, classifier, sentiment, reader)


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Read one member, never more than it may hold, whatever its header says."""
    with archive.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _Damage
    return data


def _take(parts: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
    found = {model_file.META: parts[f"{kind}.json"]}
    with zipfile.ZipFile(io.BytesIO(parts[f"{kind}.npz"])) as archive:
        left = MAX_ARRAYS
        for one in archive.infolist():
            data = _member(archive, one.filename, left)
            left -= len(data)
            array: NDArray[np.generic] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
            found[one.filename.removesuffix(".npy")] = np.ascontiguousarray(array).tobytes()
    return found


def _code(entry: Json) -> PortableCode:
    cut = entry["cut"]
    if cut is not None and not (isinstance(cut, int | float) and 0 <= cut <= 1):
        raise _Damage
    return PortableCode(
        number=str(entry["number"]),
        label=str(entry["label"]),
        label_en=str(entry["label_en"]),
        path=tuple(str(one) for one in cast(list[object], entry["path"])),
        is_net=bool(entry["is_net"]),
        cut=None if cut is None else float(cut),
    )


def _not_ours(name: str) -> UserError:
    return UserError(
        "not-a-model-file",
        N_("{name} is not a model file."),
        N_("A model file is written by: model export, and its name ends in .tingmodel."),
        N_("Choose another file, or export the model again."),
        name=name,
    )


def _damaged(name: str) -> UserError:
    return UserError(
        "model-file-damaged",
        N_("The model file {name} cannot be read."),
        N_("Its parts are incomplete or were changed after it was written."),
        N_("Copy it again from where it came, or export the model again."),
        name=name,
    )
