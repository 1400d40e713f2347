"""Read the word files beside this module and say clauses from them."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).parent
SIGNS = {"+": 1, "-": -1, "=": 0}
OTHER, NONE, DONT_KNOW, REFUSED, UNCODABLE, INVALID = range(9991, 9997)

EMPHASIS = 1.9  # power of the weights: how much commoner the common clauses are than the long tail

_SECTION = re.compile(r"\[(.+)\]")
_WEIGHT = re.compile(r"(\d+)\* ?")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{([^{}]+)\}")
_MENTION = re.compile(r"(\d+)([+\-=])")
# An electric car has no gearbox to complain of, a petrol car no range.
_UNFIT = {
    "纯电": re.compile(
        r"发动机|涡轮|双离合|变速箱|[一二三]挡|换挡|降挡|升挡|1\.5T|TCU|拨箱|混动|馈电|亏电|油耗|喝油|加油|费油|省油|油钱|油费|油箱"
        r"|机油|补油|个油|箱油|油表|加一次油|gear|transmission|petrol|fuel|litre|l/100|tank|\boil\b|turbo|thirsty|hybrid"
    ),
    "燃油": re.compile(
        r"充电|续航|电耗|馈电|亏电|桩|补能|纯电|电量|绿牌|能量回收|动能回收|单踏板|混动|焦虑|满电|用电|一公里几分钱|前备箱|电池"
        r"|charg|battery|hybrid|one-pedal|\brange\b"
    ),
    "混动": re.compile(r"绿牌|前备箱"),
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention:
    """One code that a coder ticks, with the sentiment: -1, 0 or 1."""

    code: int
    sentiment: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to say something; ``readings`` are the mentions that coders see in it, the likeliest first."""

    readings: tuple[tuple[Mention, ...], ...]
    pattern: str
    weight: float

    @property
    def codes(self) -> frozenset[int]:
        return frozenset(mention.code for reading in self.readings for mention in reading)

    @property
    def first(self) -> Mention:
        return self.readings[0][0]


class Chance:
    """Draws that are the same on every Python: of ``random`` only ``random()``, and fsum, as sum() changed in 3.12."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def share(self) -> float:
        """Return a number in [0, 1)."""
        return self._random()

    def happens(self, share: float) -> bool:
        return self._random() < share

    def pick(self, of: Sequence[T]) -> T:
        return of[int(self._random() * len(of))]

    def weighted(self, of: Sequence[T], weights: Sequence[float]) -> T:
        at = self._random() * fsum(weights)
        for item, weight in zip(of, weights, strict=True):
            at -= weight
            if at < 0:
                return item
        return of[-1]

    def bell(self, mean: float, deviation: float) -> float:
        """Return a nearly normal draw: the sum of twelve uniform ones less six."""
        return mean + deviation * (fsum(self._random() for _ in range(12)) - 6)


def lines(name: str) -> Iterator[str]:
    """Yield the lines of a word file but comments and empty ones; a space at the end or start belongs to the word."""
    for line in FOLDER.joinpath(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line


def sections(name: str) -> dict[str, list[tuple[str, float]]]:
    """Return section → its lines with their weights."""
    found: dict[str, list[tuple[str, float]]] = {}
    here: list[tuple[str, float]] = []
    for line in lines(name):
        if header := _SECTION.fullmatch(line):
            here = found.setdefault(header[1], [])
            continue
        weight = _WEIGHT.match(line)
        here.append((line[weight.end() :], float(weight[1])) if weight else (line, 1.0))
    return found


def readings_of(header: str) -> tuple[tuple[Mention, ...], ...]:
    """Read ``301+ 302-`` (both) or ``101- ~ 102-`` (either)."""
    return tuple(
        tuple(Mention(int(code), SIGNS[sign]) for code, sign in _MENTION.findall(reading))
        for reading in header.split("~")
    )


def clauses(name: str) -> list[Clause]:
    """Return all clauses of one file in its order."""
    return [
        Clause(readings_of(header), pattern, weight**EMPHASIS)
        for header, said in sections(name).items()
        for pattern, weight in said
    ]


def slots(name: str) -> dict[str, tuple[tuple[str, ...], tuple[float, ...]]]:
    """Return slot → (words, weights)."""
    found: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {}
    for line in lines(name):
        slot, words = line.split(" = ")
        pairs = [(_WEIGHT.sub("", word), _WEIGHT.match(word)) for word in words.split("|")]
        found[slot] = tuple(word for word, _ in pairs), tuple(float(w[1]) if w else 1.0 for _, w in pairs)
    return found


def table(name: str) -> dict[str, tuple[str, ...]]:
    """Return what was meant → what is written instead."""
    return {meant: tuple(written.split("|")) for meant, written in (line.split(" = ") for line in lines(name))}


def frame() -> list[dict[str, str]]:
    """Return the rows of the code frame."""
    with FOLDER.joinpath("frame.txt").open(encoding="utf-8", newline="") as file:
        names = [name.strip() for name in file.readline().lstrip("# ").split("|")]
        return list(csv.DictReader(file, fieldnames=names, delimiter="|"))


def fits(text: str, energy: str) -> bool:
    """Say whether the owner of a car with this energy (燃油, 混动, 纯电) could say it."""
    return not _UNFIT[energy].search(text)


def say(
    pattern: str, chance: Chance, words: Mapping[str, tuple[tuple[str, ...], tuple[float, ...]]], **known: str
) -> str:
    """Resolve the choices and slots of a pattern; ``known`` fills slots that depend on the speaker."""
    said = _CHOICE.sub(lambda choice: chance.pick(choice[1].split("|")), pattern)

    def fill(slot: re.Match[str]) -> str:
        return known[slot[1]] if slot[1] in known else chance.weighted(*words[slot[1]])

    return _SLOT.sub(fill, said)
