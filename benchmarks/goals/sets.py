"""The shared labelled sets: read, de-duplicated, split by seed, each with the SHA-256 of its file."""

from __future__ import annotations

import csv
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotate.text import fold

HELD_OUT = 0.3
START = 10
RARE = 20


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set is and what it is: its file, language, and whether a row has exactly one code."""

    file: str
    language: str
    single: bool = False


SOURCES = {
    "auto": Source("zh_auto_bdci2018.shared70", "zh"),
    "cosmetics": Source("zh_cosmetics_reviews_zhijiang", "zh"),
    "phone": Source("en_phone_reviews_asqp", "en"),
    "banking77": Source("en_intents_banking77", "en", single=True),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """``texts`` folded and distinct; ``labels`` uint8 (n × codes)."""

    name: str
    source: Source
    texts: list[str]
    labels: NDArray[np.uint8]
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Split:
    """One seed's split: texts and labels of the pool and of the held-out rows, START pool rows to begin with."""

    corpus: Corpus
    seed: int
    pool: list[str]
    fresh: list[str]
    labels: NDArray[np.uint8]
    truth: NDArray[np.bool_]
    start: list[int]


def sha256(folder: Path, name: str) -> str:
    """Return the SHA-256 of a set's file as it lies on disk, or nothing where it is absent."""
    path = folder / f"{SOURCES[name].file}.csv.gz"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def read(folder: Path, name: str) -> Corpus:
    """Read a set without repeated texts. Codes with fewer than RARE rows are left out of the phone set (88 → 73)."""
    source = SOURCES[name]
    path = folder / f"{source.file}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    first: dict[str, int] = {}
    for number, row in enumerate(rows):
        first.setdefault(fold(row["text"]), number)
    sets = [
        set(filter(None, rows[number]["code" if source.single else "codes"].split("|"))) for number in first.values()
    ]
    codes = sorted(set().union(*sets))
    labels = np.array([[code in found for code in codes] for found in sets], np.uint8)
    if name == "phone":
        frequent = labels.sum(axis=0) >= RARE
        labels, codes = labels[:, frequent], [code for code, kept in zip(codes, frequent, strict=True) if kept]
    return Corpus(name, source, list(first), labels, codes)


def split(corpus: Corpus, seed: int) -> Split:
    """Hold out HELD_OUT of the rows by ``RandomState(seed).permutation``; the first START of the rest begin."""
    order = np.random.RandomState(seed).permutation(len(corpus.texts))
    cut = round((1 - HELD_OUT) * order.size)
    pool, fresh = np.sort(order[:cut]), np.sort(order[cut:])
    place = {int(row): index for index, row in enumerate(pool)}
    return Split(
        corpus=corpus,
        seed=seed,
        pool=[corpus.texts[row] for row in pool],
        fresh=[corpus.texts[row] for row in fresh],
        labels=corpus.labels[pool],
        truth=corpus.labels[fresh] > 0,
        start=[place[int(row)] for row in order[:START]],
    )
