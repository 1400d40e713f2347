"""Measure candidates for trade words against a gold list of car terms, and the search for phrases on all shared sets.

    python benchmarks/trade_words.py --data ../shared/data [--json] [--phrases]

Texts: the car forum posts (zh_auto_bdci2018, 10,220 different ones) and the car reviews that the gold list was drawn
from (zh_auto_aspect_terms, 1,062). Gold: the terms of gold_auto_aspect_terms.csv that at least five of the texts have;
``new`` are those that jieba's dictionary does not have as one word. Beside it, in the same run: jieba's words by
TF-IDF, as most write it, and the same without stop words. Precision and recall are of the first k. The factors of the
score were chosen on these two sets, so the figures flatter it somewhat. ``--phrases`` prints what the search for
agents' marks and templates finds in each set.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from annotate import phrases, trade_words, words
from annotate.answers import Told
from annotate.lexicon import Vocabulary
from annotate.text import fold

CORPORA = {
    "forum": ("zh_auto_bdci2018.shared70", "zh_auto_bdci2018_unlabelled"),
    "reviews": ("zh_auto_aspect_terms",),
}
DEPTHS = (50, 100, 200, 500, 1000)
LEAST = 5


def read(data: Path, name: str, column: str = "text") -> list[str]:
    """Return the different texts of a shared set."""
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return list(dict.fromkeys(row[column] for row in csv.DictReader(file) if row[column]))


def naive(texts: Sequence[str], *, stops: frozenset[str]) -> list[str]:
    """Return jieba's words by TF-IDF summed over the texts."""
    counts: Counter[str] = Counter()
    having: Counter[str] = Counter()
    cutter = words.cutter(Vocabulary())
    for text in texts:
        found = [word for word, _, _ in cutter.tokens(text) if len(word) > 1 and re.search("[㐀-鿿]", word)]
        counts.update(found)
        having.update(set(found))
    wanted = (word for word in counts if having[word] >= LEAST and word not in stops)
    return sorted(wanted, key=lambda word: (-counts[word] * math.log(len(texts) / having[word]), word))


def measure(data: Path, corpus: str, gold: set[str], known: set[str]) -> dict[str, object]:
    """Return precision, recall and recall of new words at each depth, for each way to rank."""
    texts = [text for name in CORPORA[corpus] for text in read(data, name)]
    folded = [fold(text) for text in texts]
    findable = {term for term in gold if sum(term in text for text in folded) >= LEAST}
    new = findable - known
    start = time.process_time()
    told = [Told(number, text) for number, text in enumerate(texts)]
    everything = trade_words.candidates(told, Vocabulary(), limit=max(DEPTHS) * 10)
    seconds = time.process_time() - start
    rankings = {
        "ours": [one.term for one in everything],
        "ours --new": [one.term for one in everything if not one.known],
        "tf-idf": naive(folded, stops=frozenset()),
        "tf-idf, stops": naive(folded, stops=words.stop_words()),
    }
    rows = {
        name: [
            {
                "k": k,
                "precision": len(findable & set(ranked[:k])) / k,
                "recall": len(findable & set(ranked[:k])) / len(findable),
                "recall_new": len(new & set(ranked[:k])) / len(new),
            }
            for k in DEPTHS
        ]
        for name, ranked in rankings.items()
    }
    return {"texts": len(texts), "findable": len(findable), "new": len(new), "seconds": seconds, "rankings": rows}


def dictionary() -> set[str]:
    """Return the words of jieba's dictionary."""
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[0].lower() for line in lines}


def found_phrases(data: Path) -> dict[str, object]:
    """Return what the search for phrases finds in every shared set with a text column."""
    found: dict[str, object] = {}
    for path in sorted(data.glob("*.csv.gz")):
        name = path.name.removesuffix(".csv.gz")
        for column in ("text", "reply"):
            try:
                texts = read(data, name, column)
            except KeyError:
                continue
            start = time.process_time()
            hits = phrases.find_phrases(texts)
            found[f"{name}.{column}"] = {
                "texts": len(texts),
                "seconds": round(time.process_time() - start, 2),
                "phrases": [(one.kind.value, one.term, one.count) for one in hits],
            }
    return found


def show(corpus: str, result: dict[str, object]) -> None:
    """Print one corpus as a table."""
    print(
        f"{corpus}: {result['texts']:,} texts, {result['findable']} gold terms in five or more, {result['new']} of them"
        f" new; {result['seconds']:.1f} CPU-s"
    )
    print(f"{'':<14}" + "".join(f"{f'@{k}':>25}" for k in DEPTHS))
    rankings = result["rankings"]
    assert isinstance(rankings, dict)
    for name, rows in rankings.items():
        cells = (f"P {one['precision']:.2f} R {one['recall']:.2f} new {one['recall_new']:.2f}" for one in rows)
        print(f"{name:<14}" + "".join(f"{cell:>25}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--phrases", action="store_true")
    wanted = parser.parse_args()
    if wanted.phrases:
        print(json.dumps(found_phrases(wanted.data), ensure_ascii=False, indent=None if wanted.json else 1))
        return
    with (wanted.data / "lexicons" / "gold_auto_aspect_terms.csv").open(encoding="utf-8-sig", newline="") as file:
        gold = {fold(row["term"]) for row in csv.DictReader(file)}
    known = dictionary()
    results = {corpus: measure(wanted.data, corpus, gold, known) for corpus in CORPORA}
    if wanted.json:
        print(json.dumps(results, ensure_ascii=False))
        return
    for corpus, result in results.items():
        show(corpus, result)


if __name__ == "__main__":
    main()
