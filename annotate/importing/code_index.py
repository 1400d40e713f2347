"""Which code of a frame a label sheet means: by full path, number, label or English label; never by a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from annotate.importing.cells import folded

_SEPARATOR = re.compile(r"\s*[>\\#/›»→]\s*")
_NUMBER_AND_LABEL = re.compile(r"(\S+?)(?:\s*[.、:_\-)]\s*|\s+)(\S.*)")
_WHOLE = re.compile(r"[0-9]+(?:\.0)?", re.ASCII)

Entry = tuple[int, str | None, str, tuple[str, ...], str]  # code id, number, label, path down to the label, label_en


@dataclass(frozen=True, slots=True)
class Missing:
    """The frame has no such code."""

    ref: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several codes answer to this name; ``codes`` are their ids. A full path or a number would tell them apart."""

    ref: str
    codes: tuple[int, ...]


class CodeIndex:
    """The names of a frame's codes. Width, case and spacing do not count; ``/ > \\ #`` all separate a path."""

    def __init__(self) -> None:
        self._paths: dict[str, set[int]] = {}
        self._numbers: dict[str, set[int]] = {}
        self._values: dict[int, set[int]] = {}  # numbers without their leading zeros, which Excel drops
        self._labels: dict[str, set[int]] = {}
        self._english: dict[str, set[int]] = {}
        self._endings: dict[str, set[int]] = {}

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> CodeIndex:
        """Index codes given as (id, number, label, path, label_en); a path may include the label or stop above it."""
        index = cls()
        for code, number, label, path, label_en in entries:
            names = path if path and folded(path[-1]) == folded(label) else (*path, label)
            index._paths.setdefault(_path("/".join(names)), set()).add(code)
            for start in range(1, len(names) - 1):
                index._endings.setdefault(_path("/".join(names[start:])), set()).add(code)
            index._labels.setdefault(_path(label), set()).add(code)
            if label_en:
                index._english.setdefault(_path(label_en), set()).add(code)
            if number:
                index._numbers.setdefault(folded(number), set()).add(code)
                if _WHOLE.fullmatch(number):
                    index._values.setdefault(int(float(number)), set()).add(code)
        return index

    def __contains__(self, ref: object) -> bool:
        """Say whether a text as a whole is a name of one code or more."""
        return isinstance(ref, str) and not isinstance(self.find(ref), Missing)

    def find(self, ref: str) -> int | Ambiguous | Missing:
        """Return the code that a reference means.

        A full path decides before a label, because exports write full paths: 其他 at the top is not the 其他 below a
        net. Digits that are one code's number and another one's label stay ambiguous. Then come an English label, the
        end of a path, a number without its leading zeros, and a number with its label ("302 太贵").
        """
        name, path = folded(ref), _path(ref)
        if not name:
            return Missing(ref)
        numbered = self._numbers.get(name, set()) | self._numbers.get(name.removesuffix(".0"), set())
        named = self._paths.get(path) or self._labels.get(path, set())
        found = numbered | named or self._english.get(path) or self._endings.get(path)
        if not found and _WHOLE.fullmatch(name):
            found = self._values.get(int(float(name)))
        if not found and (both := _NUMBER_AND_LABEL.fullmatch(name)):
            found = self._numbers.get(both[1], set()) & (
                self._labels.get(_path(both[2]), set()) | self._paths.get(_path(both[2]), set())
            )
        if not found:
            return Missing(ref)
        return next(iter(found)) if len(found) == 1 else Ambiguous(ref, tuple(sorted(found)))


def resolve(ref: str, index: CodeIndex) -> int | Ambiguous | Missing:
    """Return the id of the code that ``ref`` means, or why there is none: see ``CodeIndex.find``."""
    return index.find(ref)


def _path(text: str) -> str:
    return _SEPARATOR.sub("/", folded(text)).strip("/ ")
