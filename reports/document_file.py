"""Files that leave: written beside the target and put in its place, so that a fault leaves an earlier file whole."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_


def write_file(path: Path, data: bytes) -> None:
    """Write bytes to a file; raises UserError (report-unwritable) when the target cannot be written."""
    beside = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UserError(
            "report-unwritable",
            N_("The report “{name}” could not be written."),
            N_("The system says: {reason}."),
            N_("Close the file if a viewer has it open, or choose another folder."),
            name=path.name or str(path),
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        with contextlib.suppress(OSError):  # a folder that refuses the report refuses this too
            beside.unlink(missing_ok=True)
