"""The code frame as a REFI-QDA codebook (.qdc), which NVivo, MAXQDA, ATLAS.ti and QualCoder read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from annotate.frames import Code, Frame
from annotate.store.connection import Connection

SPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = "Tingdong"
DETAILS = ("label_en", "role", "include", "exclude", "examples", "notes")
"""What a codebook has no place for stands in the description, a line each: [include] …"""


def write_codebook(db: Connection, frame: Frame, path: Path) -> int:
    """Write the nets and codes in use; return how many. The number stands before the name.

    Raises OSError. The file is put in place whole or not at all.
    """
    rows = db.execute("select id, uuid from code where frame_id = ?", (frame.id,))
    guids = {int(row[0] or 0): str(uuid.UUID(bytes=row[1])) for row in rows if isinstance(row[1], bytes)}
    live = [one for one in frame.codes if not one.retired]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<CodeBook xmlns="{SPACE}" origin="{ORIGIN}">',
        "  <Codes>",
    ]
    open_codes: list[Code] = []
    for one in live:
        while open_codes and open_codes[-1].id != one.parent_id:
            lines.append("  " * (open_codes.pop().depth + 2) + "</Code>")
        lines += _begun(one, guids)
        open_codes.append(one)
    while open_codes:
        lines.append("  " * (open_codes.pop().depth + 2) + "</Code>")
    lines += ["  </Codes>", "</CodeBook>", ""]
    partial = path.with_name(f"{path.name}.part")
    partial.write_text("\n".join(lines), encoding="utf-8")
    partial.replace(path)
    return len(live)


def _begun(code: Code, guids: Mapping[int, str]) -> list[str]:
    indent = "  " * (code.depth + 2)
    name = f"{code.number} {code.label}".strip()
    colour = f" color={quoteattr(code.colour)}" if code.colour.startswith("#") and len(code.colour) == 7 else ""
    codable = "false" if code.is_net else "true"
    said = [code.definition] if code.definition else []
    for detail in DETAILS:
        value = str(getattr(code, detail))
        if value and not (detail == "role" and (code.is_net or value == "theme")):
            said.append(f"[{detail}] {value}")
    lines = [f'{indent}<Code guid="{guids[code.id]}" name={quoteattr(name)} isCodable="{codable}"{colour}>']
    if said:
        lines.append(f"{indent}  <Description>{escape(chr(10).join(said))}</Description>")
    return lines
