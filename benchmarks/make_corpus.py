"""Make a big CSV of synthetic customer feedback for benchmarks.

python benchmarks/make_corpus.py corpus.csv --rows 1500000
python benchmarks/make_corpus.py dirty.csv --rows 200000 --bad 60

Columns: id, date, channel, store, region, batch, tier, nps, text. Texts join the clauses of the shipped sample with
phrases around words of jieba's dictionary, drawn as often as the dictionary counts them, so that the vocabulary has
the long tail of real feedback; about 12 % of the texts repeat an earlier one. Rows are written as they are made. The
same seed gives the same bytes. What was written is printed as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import accumulate
from math import log
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from sample.grammar import NONE, UNCODABLE, Chance, clauses, say, sections, slots

HEADER = "id,date,channel,store,region,batch,tier,nps,text\n"
CHANNELS = ("调研", "调研", "调研", "客服热线", "私域", "舆情", "店端", "店端")
WITHOUT_SCORE = ("客服热线", "舆情")
REGIONS = ("华东", "华南", "华北", "华中", "西南", "西北", "东北")
BATCHES = tuple(f"D{number}" for number in range(1, 25))
TIERS = ("普通", "普通", "普通", "普通", "银卡", "金卡", "VIP")
STORES = 3500
FIRST_DAY, DAYS = date(2026, 5, 1), 92
DUPLICATES = 0.12
SHORT_ANSWERS = 4000
SPIKE_BATCH, SPIKE_DAYS, SPIKE_SHARE, SPIKE_TEXT = "D7", range(40, 54), 0.12, "低速顿挫，"
CLAUSE_POOL = 40_000
BATCH_OF_LINES = 5_000
# Phrases around a word of the dictionary, by its part of speech there.
PHRASES = {
    "n": ("跟{}有关", "说到{}", "{}也要考虑", "关于{}", "{}那边也问过", "像{}一样", "比{}还重要", "没有{}", "带着{}"),
    "v": ("一边{}", "准备{}的时候", "经常要{}", "想{}都不行", "刚{}完", "不敢{}", "帮我{}一下", "{}之后"),
    "a": ("显得{}", "不够{}", "比较{}", "越来越{}", "说不上{}"),
    "ns": ("在{}提的车", "去{}的路上", "{}这边", "从{}开回来"),
    "d": ("{}是这样", "{}会这样"),
}
CONNECTORS = ("，", "，", "，", "，", "。", "；", "！", "，而且", "，但是", "，不过", "，另外", " ")
BAD_KINDS = ("short", "long", "stray_quote", "open_quote", "bad_bytes", "nul")


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: good rows, bad rows by kind, texts that came before, characters of text, bytes."""

    rows: int
    bad: dict[str, int]
    duplicates: int
    characters: int
    bytes: int

    def as_json(self) -> str:
        return json.dumps(
            {
                "records": self.rows + sum(self.bad.values()),
                "good": self.rows,
                "bad": self.bad,
                "duplicate_texts": self.duplicates,
                "mean_characters": round(self.characters / max(1, self.rows), 1),
                "bytes": self.bytes,
            }
        )


def drawer(items: Sequence[str], weights: Sequence[float], random: Callable[[], float]) -> Callable[[], str]:
    """Return a function that draws an item by its weight."""
    sums = list(accumulate(weights))
    total, last = sums[-1], len(items) - 1
    return lambda: items[min(last, bisect(sums, random() * total))]


def dictionary(random: Callable[[], float]) -> dict[str, Callable[[], str]]:
    """Return part of speech → a drawer of words of jieba's dictionary by their counts, damped for a longer tail."""
    package = find_spec("jieba")  # its dictionary is all we need: importing jieba costs a second
    assert package is not None and package.origin is not None
    words: dict[str, list[tuple[str, float]]] = {kind: [] for kind in PHRASES}
    for line in Path(package.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, kind = line.rsplit(" ", 2)
        if kind in words and 2 <= len(word) <= 4 and word.isalpha():
            words[kind].append((word, float(count) ** 0.75))
    return {
        kind: drawer([word for word, _ in found], [weight for _, weight in found], random)
        for kind, found in words.items()
    }


class Texts:
    """Draws texts; only ``random.random`` is used, so that they are the same on every Python."""

    def __init__(self, seed: int, rows: int) -> None:
        self._random = random = Random(seed).random
        chance = Chance(seed)
        words = slots("slots_zh.txt")
        said = clauses("clauses_zh.txt")
        draw = drawer([clause.pattern for clause in said], [clause.weight**0.5 for clause in said], random)
        pool = [say(draw(), chance, words, 车="X5") for _ in range(min(CLAUSE_POOL, 200 + rows))]
        self._pool = pool
        none = [text for code in (NONE, UNCODABLE) for text, _ in sections("special_zh.txt")[str(code)]]
        found = list(dict.fromkeys(none + pool))[: max(10, min(SHORT_ANSWERS, rows // 300))]
        self._short = drawer(found, [1 / (place + 2) for place in range(len(found))], random)
        self._seen: set[int] = set()
        self._words = dictionary(random)
        self._kinds = drawer(tuple(PHRASES), (9, 6, 2, 1, 1), random)
        self.duplicates = 0

    def text(self, opening: str = "") -> str:
        """Return the next text, one time in eight a short answer that others gave too; count what came before."""
        text = opening + (self._short() if self._random() < DUPLICATES else self._long())
        key = hash(text)  # the texts themselves would not fit in memory
        if key in self._seen:
            self.duplicates += 1
        self._seen.add(key)
        return text

    def _long(self) -> str:
        random, pool = self._random, self._pool
        # Many short texts, few long ones: 2 to 60 parts.
        parts = 2 + min(58, int(-6.3 * log(1 - random())))
        said = [self._phrase() if part % 2 else pool[int(random() * len(pool))] for part in range(parts)]
        if parts < 4:  # too short to be unique without a second phrase
            said.append(self._phrase())
        text = said[0]
        for part in said[1:]:
            text += CONNECTORS[int(random() * 12)] + part
        return text

    def _phrase(self) -> str:
        kind = self._kinds()
        patterns = PHRASES[kind]
        return patterns[int(self._random() * len(patterns))].replace("{}", self._words[kind]())


def bad_line(kind: str, number: int) -> bytes:
    """Return a row that cannot be taken, ended by a newline."""
    known = f"B{number:07d},2026-06-01,调研,门店0001,华东,D1,普通,7,"
    return {
        "short": f"B{number:07d},2026-06-01,调研\n".encode(),
        "long": f"{known}空间大,多了一列,又一列\n".encode(),
        "stray_quote": f'{known}"空间"大"不大"也说不清\n'.encode(),
        "open_quote": f'{known}"这一句没有结束\n'.encode(),
        "bad_bytes": known.encode() + b"\xff\xfe\xe7\xa9\n",
        "nul": f"{known}空\x00间大\n".encode(),
    }[kind]


def lines(texts: Texts, rows: int, seed: int) -> Iterator[tuple[str, int]]:
    """Yield (CSV line, characters of its text)."""
    random = Random(seed + 1).random
    days = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS)]
    stores = [f"门店{number:04d},{REGIONS[number * 7919 % len(REGIONS)]}" for number in range(1, STORES + 1)]
    for number in range(1, rows + 1):
        channel = CHANNELS[int(random() * len(CHANNELS))]
        day = int(random() * DAYS)
        batch = BATCHES[int(random() * len(BATCHES))]
        nps = "" if channel in WITHOUT_SCORE else str(min(10, int(11.5 * random() ** 0.5)))
        spiked = batch == SPIKE_BATCH and day in SPIKE_DAYS and random() < SPIKE_SHARE
        text = texts.text(SPIKE_TEXT if spiked else "")
        # Small stores answer less: the square makes the first stores the big ones.
        store = stores[int(STORES * random() ** 2)]
        tier = TIERS[int(random() * len(TIERS))]
        cell = f'"{text}"' if "," in text or '"' in text else text
        yield f"A{number:07d},{days[day]},{channel},{store},{batch},{tier},{nps},{cell}\n", len(text)


def make(path: Path, rows: int, seed: int = 1, bad: int = 0) -> Made:
    """Write the corpus: ``rows`` good rows and ``bad`` bad ones spread evenly among them.

    Raises ValueError for negative counts.
    """
    if rows < 0 or bad < 0:
        raise ValueError("rows and bad must not be negative")
    texts = Texts(seed, rows)
    good = lines(texts, rows, seed)
    planted = dict.fromkeys(BAD_KINDS, 0)
    characters = placed = 0
    with path.open("wb") as file:
        size = file.write(HEADER.encode())
        waiting: list[bytes] = []
        for number in range(rows + 1):  # 0 stands for the place before the first good row
            if number:
                line, length = next(good)
                waiting.append(line.encode())
                characters += length
            while placed < (bad * number // rows if rows else bad):
                kind = BAD_KINDS[placed % len(BAD_KINDS)]
                placed += 1
                waiting.append(bad_line(kind, placed))
                planted[kind] += 1
            if len(waiting) >= BATCH_OF_LINES or number == rows:
                size += file.write(b"".join(waiting))
                waiting.clear()
    return Made(rows, planted if bad else {}, texts.duplicates, characters, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bad", type=int, default=0, metavar="N", help="also plant N rows that cannot be taken")
    asked = parser.parse_args()
    print(make(asked.path, asked.rows, asked.seed, asked.bad).as_json())


if __name__ == "__main__":
    main()
