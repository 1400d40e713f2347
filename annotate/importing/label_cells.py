"""What one cell of a label sheet says: codes, sentiments, ticks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from annotate.importing.cells import folded, name_of
from annotate.importing.records import Cell
from annotate.text import simplified

Known = Callable[[str], bool]
"""Says whether a text as a whole names a code of the frame."""


@dataclass(frozen=True, slots=True)
class LabelCode:
    """A code as a sheet calls it, with its sentiment where that is given: -1, 0 or 1."""

    ref: str
    sentiment: int | None = None


_SENTIMENTS = {
    -1: ("-1", "-", "−1", "neg", "negative", "n", "负", "负面", "负向", "消极", "不满", "不满意", "差评", "贬"),
    0: ("0", "=", "neu", "neutral", "中", "中性", "中立", "无情感"),
    1: ("1", "+1", "+", "pos", "positive", "p", "正", "正面", "正向", "积极", "满意", "好评", "褒"),
}
_SENTIMENT_BY_NAME = {name: value for value, names in _SENTIMENTS.items() for name in names}
_TICKS = {
    True: ("1", "true", "yes", "y", "是", "有", "对", "√", "✓", "✔", "x", "选中", "提及"),
    False: ("", "0", "false", "no", "n", "否", "无", "没有", "错", "未选中", "未提及"),
}  # fmt: skip
_TICK_BY_NAME = {folded(name): value for value, names in _TICKS.items() for name in names}

_SEPARATORS = re.compile(r"[|｜;；\n]")
_NUMBER_LIST = re.compile(r"[0-9]+(?:\s*[,，、]\s*[0-9]+)+", re.ASCII)
_SIGNED_NUMBER = re.compile(r"([0-9]+)\s*([-−－=＝+＋])", re.ASCII)
_SIGNED_NAME = re.compile(r"(.*\S)\s*([-−－=＝+＋])")
_WITH_SENTIMENT = (re.compile(r"(.*\S)\s*[:：]\s*([^:：]+)", re.DOTALL), re.compile(r"(.*\S)\s*[(（]([^()（）]+)[)）]"))


def sentiment_of(text: str) -> int | None:
    """Return -1, 0 or 1 for the ways in which people write sentiments in Chinese and English, None for other words."""
    return _SENTIMENT_BY_NAME.get(simplified(folded(text)).removesuffix(".0").replace("−", "-"))


def tick_of(text: str) -> bool | None:
    """Return whether a cell of a 0/1 column is ticked, None if it says neither yes nor no."""
    return _TICK_BY_NAME.get(folded(text).removesuffix(".0"))


def has_separator(text: str) -> bool:
    """Say whether a cell holds several codes."""
    return _SEPARATORS.search(text) is not None


def parts_of(cell: Cell, *, blanks: bool = False) -> list[str]:
    """Return the parts of a cell between ``|``, ``;``, ``；`` and line breaks; blank ones only if asked for."""
    text = cell if isinstance(cell, str) else name_of(cell)
    return [part for part in map(name_of, _SEPARATORS.split(text)) if part or blanks]


def split_codes(cell: Cell, known: Known | None = None) -> tuple[LabelCode, ...]:
    """Return the codes that a cell lists, in order, each once (``merged``).

    Only ``|``, ``;``, ``；`` and line breaks separate (labels hold ``/`` and ``#``); commas do between bare numbers.
    A code may carry its sentiment: ``油耗:-1``, ``价格：负面``, ``价格(负面)``, ``302-``, ``302=``, ``302+``. What
    ``known`` knows as a whole is neither split nor shortened.
    """
    return merged(listed_codes(cell, known))


def listed_codes(cell: Cell, known: Known | None = None) -> list[LabelCode]:
    """Return the codes of a cell as ``split_codes`` does, but with repetitions."""
    whole = name_of(cell)
    if not whole:
        return []
    if known is not None and known(whole):
        return [_label_code(whole, None)]
    parts = re.split(r"[,，、]", whole) if _NUMBER_LIST.fullmatch(whole) else parts_of(cell)
    return [_code_in(part.strip(), known) for part in parts]


def merged(codes: Iterable[LabelCode]) -> tuple[LabelCode, ...]:
    """Return codes in order of first mention, each once; two different sentiments of one code make none."""
    codes = tuple(codes)
    if len(codes) < 2:
        return codes
    found: dict[str, LabelCode] = {}
    torn: set[str] = set()
    for code in codes:
        name = folded(code.ref)
        before = found.get(name)
        if before is None or (before.sentiment is None and name not in torn):
            found[name] = code if before is None else LabelCode(before.ref, code.sentiment)
        elif code.sentiment is not None and code.sentiment != before.sentiment:
            torn.add(name)
            found[name] = LabelCode(before.ref)
    return tuple(found.values())


def _code_in(part: str, known: Known | None) -> LabelCode:
    if known is not None and known(part):
        return _label_code(part, None)
    for pattern in _WITH_SENTIMENT:
        if (found := pattern.fullmatch(part)) and (sentiment := sentiment_of(found[2])) is not None:
            return _label_code(found[1], sentiment)
    if found := _SIGNED_NUMBER.fullmatch(part):
        return _label_code(found[1], sentiment_of(found[2]))
    # "油耗-" means a negative 油耗 only where the frame has 油耗 and no 油耗-; elsewhere it may be a name (C++).
    if known is not None and (found := _SIGNED_NAME.fullmatch(part)) and known(found[1]):
        return _label_code(found[1], sentiment_of(found[2]))
    return _label_code(part, None)


@lru_cache(maxsize=4096)
def _label_code(ref: str, sentiment: int | None) -> LabelCode:
    """Return one shared object for equal codes: a sheet has millions of mentions of a few hundred codes."""
    return LabelCode(ref, sentiment)
