"""How often the encoding of a short Chinese text is found, beside charset-normalizer and chardet on the same bytes.

    python benchmarks/encodings.py --data ../shared/data
    python benchmarks/encodings.py --data ../shared/data --peers PYTHON

Pieces of real answers, cut at random, are written as UTF-8, GB18030, Big5 (in traditional characters) and UTF-16 of
both orders without its mark. An answer is right if the bytes decode to the text. PYTHON is an interpreter that has the
two packages, for example of an environment made for this. Prints one table of shares.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import json
import random
import subprocess
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import opencc

from annotate.importing.encoding import detect

LENGTHS = (6, 12, 30, 100, 300)
CODECS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
SETS = (
    "zh_online_shopping_10cats",
    "zh_restaurant_asap_sample",
    "zh_auto_bdci2018.shared70",
    "zh_news_titles_thucnews",
)
ASK_PEERS = """
import base64, json, sys, chardet, charset_normalizer
for line in sys.stdin:
    data = base64.b64decode(line)
    best = charset_normalizer.from_bytes(data).best()
    print(json.dumps([best and best.encoding, chardet.detect(data)["encoding"]]))
"""


def pieces(folder: Path, length: int, count: int, dice: random.Random) -> list[str]:
    """Return pieces of real answers of so many characters, at least three in four of them Han."""
    texts: list[str] = []
    for name in SETS:
        with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
            rows = [
                max(row.values(), key=lambda cell: len(cell or "")) or "" for row in islice(csv.DictReader(file), 4000)
            ]
        texts += ["\n".join(rows[at : at + 12]) if length > 30 else one for at, one in enumerate(rows)]
    found: list[str] = []
    while len(found) < count:
        text = dice.choice(texts)
        at = dice.randrange(max(1, len(text) - length + 1))
        piece = text[at : at + length]
        if len(piece) == length and sum("一" <= one <= "鿿" for one in piece) >= 0.75 * length:
            found.append(piece)
    return found


def right(data: bytes, codec: str | None, text: str) -> bool:
    try:
        return codec is not None and data.decode(codec) == text
    except (LookupError, UnicodeDecodeError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print what ours got wrong")
    asked = parser.parse_args()
    dice, traditional = random.Random(asked.seed), opencc.OpenCC("s2t")
    names = ("ours", "charset-normalizer", "chardet")[: 3 if asked.peers else 1]
    print(f"{'characters':>10}  {'encoding':<10}" + "".join(f"{name:>20}" for name in names))
    spent = bytes_ = 0.0
    for length in LENGTHS:
        for codec in CODECS:
            samples: list[tuple[str, bytes]] = []
            for text in pieces(asked.data, length, 3 * asked.count, dice):
                written = traditional.convert(text) if codec == "big5" else text
                try:
                    samples.append((written, written.encode(codec)))
                except UnicodeEncodeError:
                    continue
            samples = samples[: asked.count]
            score: Counter[str] = Counter()
            begin = time.process_time()
            ours = [detect([data]).codec for _, data in samples]
            spent, bytes_ = spent + time.process_time() - begin, bytes_ + sum(len(data) for _, data in samples)
            for (text, data), found in zip(samples, ours, strict=True):
                score["ours"] += right(data, found, text)
                if asked.misses and not right(data, found, text):
                    print("   ", repr(text[:30]), codec, "→", found)
            if asked.peers:
                told = subprocess.run(
                    [asked.peers, "-c", ASK_PEERS],
                    input="\n".join(base64.b64encode(data).decode() for _, data in samples),
                    capture_output=True, text=True, check=True,
                ).stdout.splitlines()  # fmt: skip
                for (text, data), line in zip(samples, told, strict=True):
                    for name, found in zip(names[1:], json.loads(line), strict=True):
                        score[name] += right(data, found, text)
            print(f"{length:>10}  {codec:<10}" + "".join(f"{score[name] / len(samples):>20.3f}" for name in names))
    print(f"ours: {bytes_ / 1e6 / max(spent, 1e-9):.1f} MB a CPU second", file=sys.stderr)


if __name__ == "__main__":
    main()
