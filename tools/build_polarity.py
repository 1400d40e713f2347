"""Build the list of good and bad Chinese words of the sentiment model: run `python tools/build_polarity.py LIST`.

LIST is the sentiment dictionary of jionlp (Apache-2.0) as CSV with the columns word and score. Words of two characters
stay, since the features are pairs of characters, where jieba's dictionary (MIT) has met them COMMON times or more.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import jieba

COMMON = 20
TARGET = Path(__file__).parent.parent / "resources" / "lexicons" / "polarity_jionlp.txt"
HEAD = "# Good (+) and bad (-) words of two characters, from the sentiment dictionary of jionlp, Apache License 2.0."


def main() -> None:
    """Write the words, sorted, one line for each side."""
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as lines:
        met = {word: int(times) for word, times, *_ in (line.split(" ") for line in lines)}
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as file:
        scores = {row["word"]: float(row["score"]) for row in csv.DictReader(file)}
    words = [word for word in scores if len(word) == 2 and met.get(word, 0) >= COMMON]
    words = [word for word in words if all("一" <= character <= "鿿" for character in word)]
    good, bad = (sorted(word for word in words if scores[word] * side > 0) for side in (1, -1))
    TARGET.write_text(f"{HEAD}\n+ {' '.join(good)}\n- {' '.join(bad)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
