"""Look into ZIP packages (XLSX, DOCX) before any parser does: bombs, foreign names, encryption, old formats."""

from __future__ import annotations

import zipfile
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 5000
MAX_SUM = 1 << 30
MAX_MEMBER = 700 << 20
MAX_RATIO = 200
RATIO_FLOOR = 10 << 20


def member_names(path: Path) -> frozenset[str]:
    """Return the names inside a package that is safe to parse; raise UserError for any other."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise UserError(
            "package-damaged",
            N_("The file {name} is damaged or cut off."),
            N_("Its table of contents cannot be read."),
            N_("Copy or export it again."),
            name=path.name,
        ) from None
    if any(member.flag_bits & 1 for member in members):
        raise encrypted(path)
    total = sum(member.file_size for member in members)
    hostile = (
        len(members) > MAX_MEMBERS
        or total > MAX_SUM
        or sum(member.compress_size for member in members) > path.stat().st_size
        or any(_is_hostile(member) for member in members)
    )
    if hostile:
        raise UserError(
            "package-hostile",
            N_("The file {name} is built in a way that no office program writes."),
            N_("It would unpack to far more than its size, or to places outside itself."),
            N_("If you trust its source, open it in Excel or WPS, save it under a new name and import that file."),
            name=path.name,
        )
    return frozenset(member.filename for member in members)


def _is_hostile(member: zipfile.ZipInfo) -> bool:
    name = member.filename.replace("\\", "/")
    outside = name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]
    ratio = member.file_size / max(member.compress_size, 1)
    return outside or member.file_size > MAX_MEMBER or (member.file_size > RATIO_FLOOR and ratio > MAX_RATIO)


def encrypted(path: Path) -> UserError:
    """Return the error for a file that needs a password."""
    return UserError(
        "file-encrypted",
        N_("The file {name} is protected by a password."),
        N_("Its content cannot be read without it."),
        N_("Open it in Excel or WPS, remove the password, save it and import that file."),
        name=path.name,
    )


def refuse_ole(path: Path) -> UserError:
    """Return the error for a file in the container of old Office formats and of encrypted new ones."""
    with path.open("rb") as file:
        content = file.read(8 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return encrypted(path)
    return UserError(
        "old-office-file",
        N_("The file {name} is in an old Office format (.xls or .doc)."),
        N_("Only the newer formats can be read safely."),
        N_("Open it in Excel, Word or WPS, save it as .xlsx, .docx or CSV, and import that file."),
        name=path.name,
    )
