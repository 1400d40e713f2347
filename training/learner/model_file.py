"""A model as named parts, JSON and plain arrays, and back: same model, same bytes, and nothing to execute."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from math import prod
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.messages import N_
from training.learner.calibration import Calibration
from training.learner.classifier import Model
from training.learner.evaluate import CodeScore, Figure, Overall, Scores
from training.learner.features import FEATURE_VERSION, MAX_VOCABULARY, Features
from training.learner.nets import bottom_up
from training.learner.ngrams import BUCKETS
from training.learner.outlet import Outlet
from training.learner.sentiment import SentimentModel, context_count, weight_rows
from training.learner.sentiment_scores import CLASSES, SentimentScores

FORMAT = 3
META = "model.json"
MAX_META = 8 << 20
MAX_PART = 1 << 30

_DTYPES = {
    "vocabulary": "<i4",
    "idf": "<f4",
    "weights": "<f2",
    "bias": "<f4",
    "parents": "<i8",
    "slope": "<f8",
    "shift": "<f8",
    "knots": "<f8",
    "heights": "<f8",
    "thresholds": "<f8",
    "keys": "<i8",
    "evidence": "<f2",
    "outlet": "<f8",
    "exclusive": "<i8",
}
Json = dict[str, object]
Arrays = dict[str, NDArray[np.generic]]


class _Damage(Exception):
    """The parts do not make a model."""


def to_parts(model: Model) -> dict[str, bytes]:
    """Return a classifier as parts by name, META with the SHA-256 of all others. Out-of-sample predictions stay out."""
    arrays: Arrays = {
        "vocabulary": model.features.vocabulary,
        "idf": model.features.idf,
        "weights": model.weights,
        "bias": model.bias,
        "parents": model.parents,
        "slope": model.calibration.slope,
        "shift": model.calibration.shift,
        "knots": model.calibration.knots,
        "heights": model.calibration.heights,
        "thresholds": model.thresholds,
        "outlet": np.array([model.outlet.slope, model.outlet.shift]),
        "exclusive": np.flatnonzero(model.exclusive),
    }
    return pack("classifier", {"single": model.single, "seed": model.seed, "scores": asdict(model.scores)}, arrays)


def from_parts(parts: Mapping[str, bytes]) -> Model:
    """Return the classifier of ``to_parts``, predicting exactly as before. Raises UserError where a part is damaged."""
    try:
        meta, arrays = unpack("classifier", parts)
        features = _features(arrays)
        bias, parents = arrays["bias"], arrays["parents"].astype(np.int64)
        single, columns = meta["single"], parents.size
        if not isinstance(single, bool):
            raise _Damage
        scored = columns + int(single)
        thresholds = arrays["thresholds"].astype(np.float64)
        _same((bias.shape, (scored,)), (arrays["weights"].shape, (features.width, scored)), (parents.shape, (columns,)))
        _same((thresholds.shape, (columns,)), (arrays["slope"].shape, (columns,)), (arrays["shift"].shape, (columns,)))
        bottom_up(parents)
        scores = _scores(cast(Json, meta["scores"]))
        _same(((len(scores.columns),), (columns,)))
        return Model(
            features=features,
            weights=arrays["weights"].astype(np.float32),
            bias=bias.astype(np.float32),
            parents=parents,
            calibration=_calibration(arrays),
            thresholds=thresholds,
            single=single,
            seed=_whole(meta["seed"]),
            scores=scores,
            outlet=_outlet(arrays),
            exclusive=_exclusive(arrays, columns),
            out_of_sample=None,
        )
    except (_Damage, KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged() from error


def sentiment_to_parts(model: SentimentModel) -> dict[str, bytes]:
    """Return a sentiment model as parts by name, as ``to_parts`` does."""
    arrays: Arrays = {
        "vocabulary": model.features.vocabulary,
        "idf": model.features.idf,
        "evidence": model.evidence,
        "keys": model.keys,
        "weights": model.weights,
        "bias": model.bias,
        "slope": model.calibration.slope,
        "shift": model.calibration.shift,
        "knots": model.calibration.knots,
        "heights": model.calibration.heights,
        "thresholds": model.offsets,
    }
    meta: Json = {
        "columns": model.columns,
        "directed": model.directed,
        "by_channel": model.by_channel,
        "fallback": model.fallback,
        "fallback_confidence": model.fallback_confidence,
        "seed": model.seed,
        "scores": asdict(model.scores),
    }
    return pack("sentiment", meta, arrays)


def sentiment_from_parts(parts: Mapping[str, bytes]) -> SentimentModel:
    """Return the model of ``sentiment_to_parts``. Raises UserError where a part is damaged."""
    try:
        meta, arrays = unpack("sentiment", parts)
        keys, offsets = arrays["keys"].astype(np.int64), arrays["thresholds"].astype(np.float64)
        size, directed, fallback = len(CLASSES), meta["directed"], _whole(meta["fallback"])
        features, columns, weights = _features(arrays), _whole(meta["columns"]), arrays["weights"]
        _same((keys.ndim, 1), (arrays["evidence"].shape, (features.width, columns)), (arrays["bias"].shape, (size,)))
        if weights.shape != (0, size) or keys.size or features.width:  # without any it says its fallback
            _same((weights.shape, (weight_rows(features.width, columns, keys.size), size)))
        _same((offsets.shape, (size,)), (arrays["slope"].shape, (size,)), (arrays["shift"].shape, (size,)))
        by_channel = meta["by_channel"]
        if not isinstance(directed, bool) or not isinstance(by_channel, bool):
            raise _Damage
        if fallback not in CLASSES or (np.diff(keys) <= 0).any():
            raise _Damage
        if keys.size and (keys[0] < 0 or keys[-1] >= context_count(columns) * features.width):
            raise _Damage
        return SentimentModel(
            features=features,
            evidence=arrays["evidence"].astype(np.float32),
            keys=keys,
            weights=weights.astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
            offsets=offsets,
            calibration=_calibration(arrays),
            columns=columns,
            directed=directed,
            by_channel=by_channel,
            fallback=fallback,
            fallback_confidence=float(cast(float, meta["fallback_confidence"])),
            seed=_whole(meta["seed"]),
            scores=_sentiment_scores(cast(Json, meta["scores"])),
            out_of_sample=None,
        )
    except (_Damage, KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged() from error


def model_hash(parts: Mapping[str, bytes]) -> str:
    """Return the SHA-256 (64 hex digits) of a model: that of ``model.json``, which vouches for the other parts."""
    return hashlib.sha256(parts[META]).hexdigest()


def other_version() -> UserError:
    """Return the refusal of a model that another version of the program made."""
    return UserError(
        "model-other-version",
        N_("The stored model cannot be used by this version of the program."),
        N_("It was made by another version, which cuts texts in another way."),
        N_("Train again; the codes people gave are not touched."),
    )


def damaged() -> UserError:
    """Return the error for parts that do not make a model."""
    return UserError(
        "model-damaged",
        N_("The stored model cannot be read."),
        N_("Its parts are incomplete or were changed after it was saved."),
        N_("Train again; the codes people gave are not touched."),
    )


def _dtype(kind: str, name: str) -> np.dtype[np.generic]:
    """Return how an array is stored. A classifier's weights keep 32 bits: scores are the same to 1e-5 everywhere."""
    return np.dtype("<f4" if (kind, name) == ("classifier", "weights") else _DTYPES[name])


def pack(kind: str, meta: Json, arrays: Arrays) -> dict[str, bytes]:
    """Return parts for one kind of model: little-endian arrays in C order, and META naming their shapes and hashes."""
    parts: dict[str, bytes] = {}
    table: Json = {}
    for name, array in sorted(arrays.items()):
        data = np.ascontiguousarray(array, dtype=_dtype(kind, name)).tobytes()
        parts[name] = data
        table[name] = {"shape": list(array.shape), "sha256": hashlib.sha256(data).hexdigest()}
    whole = {"format": FORMAT, "kind": kind, "features": FEATURE_VERSION, "arrays": table, **meta}
    parts[META] = json.dumps(whole, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    return parts


def unpack(kind: str, parts: Mapping[str, bytes]) -> tuple[Json, Arrays]:
    """Check sizes, hashes, shapes and finiteness, and return (meta, arrays).

    Raises UserError for damage and for a model of another format or feature version.
    """
    try:
        if len(parts[META]) > MAX_META:
            raise _Damage
        meta = json.loads(parts[META])
        if meta["kind"] != kind:
            raise _Damage
        version, features = int(meta["format"]), int(meta["features"])
    except (_Damage, KeyError, TypeError, ValueError, RecursionError) as error:
        raise damaged() from error
    if (version, features) != (FORMAT, FEATURE_VERSION):
        raise other_version()
    try:
        return meta, {name: _array(kind, name, entry, parts[name]) for name, entry in meta["arrays"].items()}
    except (_Damage, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged() from error


def _array(kind: str, name: str, entry: Mapping[str, object], data: bytes) -> NDArray[np.generic]:
    shape = tuple(int(size) for size in cast(list[int], entry["shape"]))
    dtype = _dtype(kind, name)
    if len(data) > MAX_PART or any(size < 0 for size in shape) or prod(shape) * dtype.itemsize != len(data):
        raise _Damage
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise _Damage
    array = np.frombuffer(data, dtype).reshape(shape)
    if dtype.kind == "f" and not (np.isfinite(array) | (np.isinf(array) & (name == "thresholds"))).all():
        raise _Damage
    return array


def _same(*pairs: tuple[object, object]) -> None:
    if any(left != right for left, right in pairs):
        raise _Damage


def _features(arrays: Arrays) -> Features:
    vocabulary, idf = arrays["vocabulary"].astype(np.int32), arrays["idf"].astype(np.float32)
    if vocabulary.ndim != 1 or vocabulary.shape != idf.shape or vocabulary.size > MAX_VOCABULARY:
        raise _Damage
    if vocabulary.size and (vocabulary[0] < 0 or vocabulary[-1] >= BUCKETS or (np.diff(vocabulary) <= 0).any()):
        raise _Damage
    return Features(vocabulary, idf)


def _calibration(arrays: Arrays) -> Calibration:
    slope, shift, knots, heights = (arrays[name].astype(np.float64) for name in ("slope", "shift", "knots", "heights"))
    if knots.ndim != 1 or knots.shape != heights.shape or (np.diff(knots) < 0).any() or (np.diff(heights) < 0).any():
        raise _Damage
    return Calibration(slope, shift, knots, heights)


def _exclusive(arrays: Arrays, columns: int) -> NDArray[np.bool_]:
    """Return which columns never stand beside others; a model of before knows of none."""
    given = arrays.get("exclusive", np.empty(0, np.int64)).astype(np.int64)
    if given.ndim != 1 or ((given < 0) | (given >= columns)).any():
        raise _Damage
    return np.isin(np.arange(columns), given)


def _outlet(arrays: Arrays) -> Outlet:
    given = arrays["outlet"].astype(np.float64)
    _same((given.shape, (2,)))
    return Outlet(float(given[0]), float(given[1]))


def _whole(value: object) -> int:
    return int(cast(int, value))


def _figure(entry: object) -> Figure:
    given = cast(dict[str, float], entry)
    return Figure(float(given["value"]), float(given["low"]), float(given["high"]))


def _overall(entry: object) -> Overall:
    given = cast(Json, entry)
    macro = given["macro_f1"]
    return Overall(
        _figure(given["micro_f1"]), None if macro is None else _figure(macro), _whole(given["columns"]),
        _whole(given["macro_columns"]),
    )  # fmt: skip


def _column(entry: object) -> CodeScore:
    given = cast(Json, entry)
    threshold = given["threshold"]
    return CodeScore(
        looked_at=_whole(given["looked_at"]),
        support=_whole(given["support"]),
        hits=_whole(given["hits"]),
        wrong=_whole(given["wrong"]),
        missed=_whole(given["missed"]),
        precision=_figure(given["precision"]),
        recall=_figure(given["recall"]),
        f1=_figure(given["f1"]),
        threshold=None if threshold is None else float(cast(float, threshold)),
        learnable=bool(given["learnable"]),
        net=bool(given["net"]),
    )


def _scores(given: Json) -> Scores:
    return Scores(
        columns=tuple(_column(entry) for entry in cast(list[object], given["columns"])),
        codes=_overall(given["codes"]),
        nets=None if given["nets"] is None else _overall(given["nets"]),
        exact=None if given["exact"] is None else _figure(given["exact"]),
        exact_base=_whole(given["exact_base"]),
        base=_whole(given["base"]),
        from_random_rows=bool(given["from_random_rows"]),
    )


def _three(given: list[object]) -> tuple[object, object, object]:
    if len(given) != len(CLASSES):
        raise _Damage
    return given[0], given[1], given[2]


def _sentiment_scores(given: Json) -> SentimentScores:
    bad, even, good = _three(cast(list[object], given["f1"]))
    counts = _three(cast(list[object], given["support"]))
    return SentimentScores(
        accuracy=_figure(given["accuracy"]),
        f1=(_figure(bad), _figure(even), _figure(good)),
        support=(_whole(counts[0]), _whole(counts[1]), _whole(counts[2])),
        majority=float(cast(float, given["majority"])),
        base=_whole(given["base"]),
        learned=bool(given["learned"]),
        macro_f1=_figure(given["macro_f1"]),
        random=None if given["random"] is None else _sentiment_scores(cast(Json, given["random"])),
    )
