"""Named arrays in one block of shared memory: how two processes hand each other texts, labels and models."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.messages import N_

Json = dict[str, object]
Named = dict[str, NDArray[np.generic]]

_ALIGN = 64
_MEMORY = Path("/dev/shm")  # noqa: S108 not a temporary file: where Linux keeps shared memory
_attaching = threading.Lock()


def put_texts(texts: Sequence[str]) -> Named:
    """Return texts as ``text`` uint8 (bytes of UTF-8) and ``ends`` int64 (n), the end of each text."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    return {"text": np.frombuffer(b"".join(encoded), np.uint8), "ends": ends}


def take_texts(arrays: Named) -> list[str]:
    """Return the texts of ``put_texts``."""
    data, ends = arrays["text"].tobytes(), cast(list[int], arrays["ends"].tolist())
    return [data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise([0, *ends])]


def under(name: str, arrays: Named) -> Named:
    """Return the arrays named ``NAME:…``, by what follows."""
    return {key.removeprefix(f"{name}:"): array for key, array in arrays.items() if key.startswith(f"{name}:")}


def put_parts(parts: Mapping[str, bytes]) -> Named:
    """Return the parts of a model as uint8 arrays named ``part:NAME``."""
    return {f"part:{name}": np.frombuffer(data, np.uint8) for name, data in parts.items()}


def take_parts(arrays: Named) -> dict[str, bytes]:
    """Return the parts of ``put_parts``."""
    return {name[5:]: array.tobytes() for name, array in arrays.items() if name.startswith("part:")}


def write(arrays: Named) -> tuple[SharedMemory, Json]:
    """Copy arrays into a new block. Returns it, to be closed and unlinked by the caller, and its table for ``read``.

    Raises UserError where the machine has not enough shared memory.
    """
    table: dict[str, Json] = {}
    size = 0
    for name, array in arrays.items():
        table[name] = {"dtype": array.dtype.str, "shape": list(array.shape), "offset": size}
        size += -(-array.nbytes // _ALIGN) * _ALIGN
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free < size:
        # Linux would create the block and end the process at the first page that does not fit.
        raise _too_little(size)
    try:
        block = SharedMemory(create=True, size=max(size, 1))
    except OSError as error:
        raise _too_little(size) from error
    for name, array in arrays.items():
        view = np.ndarray(array.shape, array.dtype, block.buf, cast(int, table[name]["offset"]))
        view[...] = array
        del view
    return block, {"name": block.name, "arrays": table}


def read(table: Json) -> Named:
    """Copy the arrays out of a block that another process owns."""
    block = _attach(cast(str, table["name"]))
    arrays: Named = {}
    try:
        memory = block.buf
        assert memory is not None
        for name, entry in cast(dict[str, Json], table["arrays"]).items():
            shape = tuple(cast(list[int], entry["shape"]))
            dtype = np.dtype(cast(str, entry["dtype"]))
            offset = cast(int, entry["offset"])
            flat = np.frombuffer(bytes(memory[offset : offset + prod(shape) * dtype.itemsize]), dtype)
            arrays[name] = flat.reshape(shape)
        del memory
    finally:
        block.close()
    return arrays


def discard(block: SharedMemory) -> None:
    """Close and unlink a block of one's own; one that is gone already is well."""
    block.close()
    try:
        block.unlink()
    except FileNotFoundError:
        # The other side ended first and its clean-up took the block along; our own must not look for it at the end.
        from multiprocessing import resource_tracker

        resource_tracker.unregister(f"/{block.name}", "shared_memory")


def _attach(name: str) -> SharedMemory:
    if sys.version_info >= (3, 13):
        return SharedMemory(name, track=False)
    # Before 3.13 attaching counts as owning: at its end this process would unlink a block that is not its own.
    from multiprocessing import resource_tracker

    with _attaching:
        register = resource_tracker.register
        resource_tracker.register = lambda name, rtype: None
        try:
            return SharedMemory(name)
        finally:
            resource_tracker.register = register


def _too_little(size: int) -> UserError:
    return UserError(
        "shared-memory-full",
        N_("The work could not be handed to the training process."),
        N_("It needs {size} MB of shared memory, and the machine has less left."),
        N_("Close other programs, or give the container more shared memory (--shm-size), and try again."),
        size=-(-size // 1_000_000),
    )
