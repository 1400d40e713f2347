"""Bring the gettext catalogue up to date with the code: extract, merge into the .po, compile the .mo.

``python tools/catalogue.py`` rewrites resources/translations; ``--check`` only says what is missing (exit 1).
Translations are typed into the .po file; English is the message id.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("annotate", "training", "reports", "ui")
KEYWORDS = {"_": None, "N_": None, "words": None, "self": None}
LANGUAGE = "zh_CN"
FOLDER = ROOT / "resources" / "translations" / LANGUAGE / "LC_MESSAGES"


def extract() -> Catalog:
    """Return every marked text of the code, with the places that use it."""
    found = Catalog(project="tingdong", charset="utf-8")
    for package in (*PACKAGES, "main.py"):
        top = ROOT / package
        if top.is_file():
            from babel.messages.extract import extract_from_file

            rows = [(package, *row) for row in extract_from_file("python", str(top), keywords=KEYWORDS)]
        else:
            rows = [
                (f"{package}/{name}", *row)
                for name, *row in extract_from_dir(top, [("**.py", "python")], keywords=KEYWORDS)
            ]
        for name, _line, message, comments, _context in rows:
            if isinstance(message, str) and message:
                found.add(message, locations=[(Path(name).as_posix(), 0)], auto_comments=comments)
    for name, text in (*helps(), *in_f_strings()):
        found.add(text, locations=[(name, 0)])
    return found


def helps() -> Iterator[tuple[str, str]]:
    """Yield (file, text) of what ``--help`` prints: docstrings of commands, help of options."""
    for path in sorted([ROOT / "main.py", ROOT / "annotate" / "cli.py", *ROOT.glob("*/commands/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name != "group":  # the group of a module is never shown
                made_by = [ast.unparse(one) for one in node.decorator_list]
                if any(".command(" in one or ".group(" in one for one in made_by) and (said := ast.get_docstring(node)):
                    yield name, said
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("option", "Commands", "Group")):
                for one in node.keywords:
                    if one.arg == "help" and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str):
                        yield name, one.value.value


def in_f_strings() -> Iterator[tuple[str, str]]:
    """Yield (file, text) of texts marked inside f-strings, which the extractor sees as one token before Python 3.12."""
    for path in sorted([ROOT / "main.py", *(one for name in PACKAGES for one in (ROOT / name).rglob("*.py"))]):
        for whole in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for node in ast.walk(whole) if isinstance(whole, ast.JoinedStr) else ():
                if isinstance(node, ast.Call) and ast.unparse(node.func) in KEYWORDS and node.args:
                    said = node.args[0]
                    if isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value:
                        yield path.relative_to(ROOT).as_posix(), said.value


def read() -> Catalog:
    """Return the catalogue as it is in the repository."""
    path = FOLDER / "tingdong.po"
    if not path.exists():
        return Catalog(locale=LANGUAGE, project="tingdong", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def merged() -> Catalog:
    """Return the catalogue with exactly the texts of the code, translations kept, nothing guessed."""
    known = {message.id: message.string for message in read() if message.id}
    fresh = Catalog(locale=LANGUAGE, project="tingdong", charset="utf-8", header_comment="# 听懂 Tingdong: 简体中文")
    fresh.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # fixed: the file changes only when its texts do
    fresh.creation_date = fresh.revision_date
    for message in sorted((m for m in extract() if m.id), key=lambda m: str(m.id)):
        places = sorted({(name, 0) for name, _ in message.locations})
        fresh.add(message.id, known.get(message.id, ""), locations=[(name, None) for name, _ in places])
    return fresh


def missing(catalogue: Catalog) -> list[str]:
    """Return the texts without a translation, and those whose placeholders differ from the English ones."""
    import string

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        translated = str(message.string or "")
        try:
            same = names(str(message.id)) == names(translated)
        except ValueError:
            same = True
        if not translated or not same:
            wrong.append(str(message.id))
    return wrong


def bytes_of(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return the .po and .mo of a catalogue."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=120, include_lineno=False)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    catalogue = merged()
    lacking = missing(catalogue)
    for text in lacking:
        print(text)
    if asked.check:
        return 1 if lacking else 0
    po, mo = bytes_of(catalogue)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "tingdong.po").write_bytes(po)
    (FOLDER / "tingdong.mo").write_bytes(mo)
    return 0


if __name__ == "__main__":
    sys.exit(main())
