"""Build the character tables of annotate.text and the encoding scorer: run `python tools/build_fold_table.py`.

Traditional → simplified comes from OpenCC's own conversion, one character at a time (dev dependency `opencc`,
Apache-2.0); how often a character occurs comes from jieba's dictionary (MIT). Both are written as plain text.
"""

from __future__ import annotations

import collections
from importlib.metadata import version
from pathlib import Path

import jieba
import opencc

HAN_BLOCKS = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
COMMON = 4000
FOLDER = Path(__file__).parent.parent / "resources" / "lexicons"


def traditional_to_simplified() -> dict[str, str]:
    """Return every single character that OpenCC's t2s replaces by one other character, followed to its end."""
    convert = opencc.OpenCC("t2s").convert
    found = {}
    for first, end in HAN_BLOCKS:
        for point in range(first, end):
            simplified = character = chr(point)
            while (after := convert(simplified)) != simplified:
                simplified = after
            if simplified != character and len(simplified) == 1:
                found[character] = simplified
    return found


def by_frequency() -> str:
    """Return the commonest Han characters of jieba's dictionary, commonest first."""
    counts: collections.Counter[str] = collections.Counter()
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, *_ = line.split(" ")
            for character in word:
                if "一" <= character <= "鿿":
                    counts[character] += int(count)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(character for character, _ in ranked[:COMMON])


def main() -> None:
    """Write both tables."""
    pairs = sorted(traditional_to_simplified().items())
    head = f"# Traditional to simplified, by position. OpenCC {version('opencc')} t2s, Apache-2.0.\n"
    keys, values = ("".join(side) for side in zip(*pairs, strict=True))
    (FOLDER / "traditional_simplified.txt").write_text(f"{head}{keys}\n{values}\n", encoding="utf-8")
    head = f"# Han characters, commonest first. Counted in the dictionary of jieba {version('jieba')}, MIT.\n"
    (FOLDER / "common_characters.txt").write_text(f"{head}{by_frequency()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
