"""Pictures that enter a report: checked, made small, and freed of what the camera wrote into them."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.operations import Operation
from reports.spec import Picture

MOST_BYTES = 20_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2_400
"""Pixels of a stored picture's longer side: 300 a printed inch over 8 inches."""


def checked(data: bytes) -> Picture:
    """Return a PNG or JPEG as a plain RGB picture of at most LONGEST_SIDE pixels, without metadata.

    Raises UserError (picture-unusable) for anything else, or a picture larger than the limits.
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > MOST_BYTES:
        raise _unusable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
                if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 1:
                    raise _unusable()
                form = str(opened.format)
                opened.load()
                shown = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning,
            Image.DecompressionBombError):  # fmt: skip
        raise _unusable() from None
    paper = Image.new("RGB", shown.size, "white")
    paper.paste(shown, mask=shown.getchannel("A"))
    paper.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = BytesIO()
    if form == "PNG":
        paper.save(out, "PNG", optimize=True)
        return Picture("image/png", out.getvalue())
    paper.save(out, "JPEG", quality=90)
    return Picture("image/jpeg", out.getvalue())


def _unusable() -> UserError:
    return UserError(
        "picture-unusable",
        N_("The picture cannot be used."),
        N_("It is not a PNG or JPEG, or it is damaged or larger than {mb} MB or {mp} million pixels."),
        N_("Save it as PNG or JPEG in a smaller size and try again."),
        mb=MOST_BYTES // 1_000_000,
        mp=MOST_PIXELS // 1_000_000,
    )


def read(path: Path) -> Picture:
    """Return the picture of a file; raises UserError as ``checked`` does, or where the file cannot be read."""
    if path.stat().st_size > MOST_BYTES:
        raise _unusable()
    return checked(path.read_bytes())


def name_of(picture: Picture) -> str:
    """Return the hash by which a picture is known."""
    return hashlib.sha256(picture.data).hexdigest()


def keep(op: Operation, picture: Picture) -> str:
    """Put a picture among the project's and return its hash; one that is there already stays."""
    h = name_of(picture)
    op.db.execute(
        "insert into asset(h, media, data) values (?, ?, ?) on conflict(h) do nothing",
        (bytes.fromhex(h), picture.media, picture.data),
    )
    return h


def pictures(db: Connection, hashes: tuple[str, ...]) -> dict[str, Picture]:
    """Return the project's pictures among these hashes."""
    found = {}
    for h in hashes:
        row = db.one("select media, data from asset where h = ?", (bytes.fromhex(h),))
        if row is not None:
            assert isinstance(row[1], bytes)
            found[h] = Picture(str(row[0]), row[1])
    return found
