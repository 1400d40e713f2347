"""Build the static TrueType subsets in resources/fonts from variable Noto fonts (development only).

The PDF library refuses CFF outlines and draws the default instance of a variable font, which is Thin, so each weight is
instanced here. Sources are two development packages under the SIL Open Font License 1.1: ``justmytype-intl-cjk``
(Noto Sans SC) and ``manimgx-fonts`` (Noto Sans, Noto Emoji). Layout tables and hinting are dropped: the report sets
its own lines and never hints. Two runs write the same bytes; ``--check`` compares the folder with its SHA256SUMS.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"
SUMS = "SHA256SUMS"

LATIN = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),  # Latin-1, Extended-A and -B
    *range(0x370, 0x400),  # Greek
    *range(0x400, 0x460),  # Cyrillic
    *range(0x1E00, 0x1F00),  # Vietnamese and other additions
    *range(0x2010, 0x2028),  # dashes, quotation marks, bullet, ellipsis
    *range(0x2030, 0x203B),
    *range(0x2070, 0x2095),  # superscripts and subscripts
    *range(0x20A0, 0x20C1),  # currency signs
    *range(0x2190, 0x2194),
    *(0x2044, 0x2113, 0x2116, 0x2122, 0x2126, 0x2212, 0x2215, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CA),
)


@dataclass(frozen=True, slots=True)
class Subset:
    """One font to build: where the outlines come from, at which weight, for which characters."""

    target: str
    package: str
    source: str
    weight: int
    charset: str


SUBSETS = (
    Subset("NotoSansSC-Regular.ttf", "justmytype-intl-cjk", "NotoSansSC[wght].ttf", 400, "gbk"),
    Subset("NotoSansSC-Bold.ttf", "justmytype-intl-cjk", "NotoSansSC[wght].ttf", 700, "gb2312"),
    Subset("NotoSans-Regular.ttf", "manimgx-fonts", "NotoSans[wght].ttf", 400, "latin"),
    Subset("NotoSans-Bold.ttf", "manimgx-fonts", "NotoSans[wght].ttf", 700, "latin"),
    Subset("NotoEmoji-Regular.ttf", "manimgx-fonts", "NotoEmoji[wght].ttf", 400, "emoji"),
)


def charset(name: str) -> set[int]:
    """Return the code points of ``gbk``, ``gb2312``, ``latin`` or ``emoji``."""
    if name == "latin":
        return set(LATIN)
    if name == "emoji":
        modifiers = {0x200D, 0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400), *range(0xE0000, 0xE0080)}
        return {*range(0x2600, 0x27C0), *range(0x2B00, 0x2C00), *range(0x1F000, 0x1FB00)} - modifiers
    ascii_and_marks = {*range(0x20, 0x7F), *map(ord, "·•–−×±°²³▲▼■□●○◆◇★☆→←↑↓√①②③④⑤⑥⑦⑧⑨⑩℃㎡㎞")}
    encodable = {point for point in range(0x80, 0x10000) if _encodes(chr(point), name)}
    return ascii_and_marks | encodable


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def source_path(package: str, name: str) -> Path:
    """Return where an installed package keeps a font; exits with advice when it is not installed."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f"Install the development group first: {package} is missing.")
    found = [Path(str(file.locate())) for file in files if file.name == name]
    if not found:
        sys.exit(f"{package} has no {name}.")
    return found[0]


def build(subset: Subset) -> bytes:
    """Return the bytes of one static subset."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
    from fontTools.varLib import instancer  # type: ignore[import-untyped]

    font = TTFont(source_path(subset.package, subset.source), recalcTimestamp=False)
    options = Options()
    options.layout_features = []
    options.drop_tables = [*options.drop_tables, "GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=charset(subset.charset))
    subsetter.subset(font)
    axes = {axis.axisTag: subset.weight if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    instancer.instantiateVariableFont(font, axes, inplace=True)
    _name(font, Path(subset.target).stem)
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def _name(font: object, postscript: str) -> None:
    """Give the instance its own names: the PDF shows them, and viewers group faces by them."""
    table = font["name"]  # type: ignore[index]
    family, _, style = postscript.partition("-")
    for number, text in ((1, family), (2, style), (3, postscript), (4, f"{family} {style}"), (6, postscript)):
        for record in [item for item in table.names if item.nameID == number]:
            table.setName(text, number, record.platformID, record.platEncID, record.langID)


def sums(names: Iterable[str]) -> str:
    """Return the lines of SHA256SUMS for files of the folder."""
    return "".join(f"{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names))


def main() -> None:
    """Build every subset, or compare the folder with its list of checksums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the files with SHA256SUMS and build nothing")
    names = [subset.target for subset in SUBSETS]
    if parser.parse_args().check:
        sys.exit(0 if sums(names) == (FOLDER / SUMS).read_text("ascii") else "fonts differ from SHA256SUMS")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for subset in SUBSETS:
        data = build(subset)
        (FOLDER / subset.target).write_bytes(data)
        print(f"{subset.target}\t{len(data):,} bytes")
    (FOLDER / SUMS).write_text(sums(names), encoding="ascii")


if __name__ == "__main__":
    main()
