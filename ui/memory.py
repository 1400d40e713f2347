"""Memory that large reads leave behind goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return freed memory to the system; not on the UI thread.

    The allocator of Linux keeps it for later, an arena a thread: after opening 1.5 M answers 155 of 385 MB were free.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
