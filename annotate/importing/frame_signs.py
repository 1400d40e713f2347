"""What gives away how a code frame is laid out: net words, numbers, depths, leading signs, indents, separators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from math import gcd

from annotate.importing.cells import folded, name_of

_NET_WORD = re.compile(r"((?:sub[\s_-]*)*)net\s?([1-9]?)")
_CHINESE_NETS = {"大类": 0, "中类": 1, "子类": 1, "小类": 2}
NUMBER = re.compile(r"[A-Za-z]{0,3}[0-9]{1,12}(?:[.\-_][0-9]{1,6})*|-[0-9]{1,6}", re.ASCII)
_NET_BESIDE = (
    re.compile(r"[\[(【（](?P<net>(?:sub[\s_-]*)*net)[\])】）]\s*[:：]?\s*(?P<name>\S.*)", re.IGNORECASE),
    re.compile(r"(?P<net>(?:sub[\s_-]*)*net)\s*(?:[:：]|\s[-–—])\s*(?P<name>\S.*)", re.IGNORECASE),
    re.compile(r"(?P<name>.*\S)\s*[\[(【（](?P<net>(?:sub[\s_-]*)*net)[\])】）]", re.IGNORECASE),
    re.compile(r"(?P<net>(?:SUB[\s_-]*)*NET)\s+(?P<name>\S.*)"),
)
_NUMBER_IN_NAME = re.compile(
    r"[\[(【（]?([0-9]{1,6}(?:\.[0-9]{1,4})*)(?:[\])】）]\s*|[、．:：_\-]\s*(?=\D)|\.\s*(?=\D)|\.?\s+)(\S.*)", re.ASCII
)
_OUTLINE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})*\.?", re.ASCII)
_SIGNS = re.compile(r"\s*((?:[-–—*•·>+=~◆◇■□●○▪▸►→]\s*)+)(?=[^\s\d])")
_DEPTH_WORD = re.compile(r"(?:level|lv|l|第)?\s*([0-9]{1,2})\s*(?:级|层)?(?:\.0)?")
_CHINESE_DEPTH = re.compile(r"第?([一二三四五六])[级层]")
_SEPARATORS = (">", "\\", "#", "/")
_LOOKALIKES = str.maketrans({"＞": ">", "›": ">", "»": ">", "→": ">", "＼": "\\", "＃": "#", "／": "/"})


def net_depth(mark: str) -> int | None:
    """Return 0 for NET or 大类, 1 for SUB-NET or 中类, …; None for anything else."""
    name = folded(mark)
    if name in _CHINESE_NETS:
        return _CHINESE_NETS[name]
    found = _NET_WORD.fullmatch(name)
    if not found:
        return None
    return int(found[2]) - 1 if found[2] else found[1].count("sub")


def net_in_name(name: str) -> tuple[int, str] | None:
    """Return depth and bare name of ``NET: 服务``, ``[SUB-NET] 人员``, ``服务 (NET)``; None for names of codes."""
    for pattern in _NET_BESIDE:
        if found := pattern.fullmatch(name):
            return net_depth(found["net"]) or 0, found["name"].strip()
    return None


def is_net_mark(mark: str) -> bool:
    """Say whether a cell marks a net or a net within a net."""
    return net_depth(mark) is not None


def is_code_mark(mark: str) -> bool:
    """Say whether a cell marks a code, as a blank one does."""
    return folded(mark) in ("", "code", "编码", "码", "leaf", "叶", "叶子")


def are_numbers(values: Sequence[str]) -> bool:
    """Say whether a column holds code numbers: at least one, nothing else, hardly any twice."""
    filled = [value for value in values if value]
    return bool(filled) and all(map(NUMBER.fullmatch, filled)) and len(set(filled)) * 10 >= len(filled) * 8


def depths_of(values: Sequence[str]) -> list[int | None] | None:
    """Return depths from 0 that a column says (2, Level 2, L2, 二级), None for a cell that says none.

    None instead of a list where more than a fifth of the cells say none: the column is not one of depths.
    """
    depths = [_depth_of(folded(value)) for value in values]
    said = [depth for depth in depths if depth is not None]
    if not said or len(said) * 5 < len(depths) * 4:
        return None
    return [None if depth is None else depth - min(said) for depth in depths]


def _depth_of(name: str) -> int | None:
    if found := _DEPTH_WORD.fullmatch(name):
        return int(found[1])
    if found := _CHINESE_DEPTH.fullmatch(name):
        return "一二三四五六".index(found[1]) + 1
    return None


def numbers_in_names(names: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Return numbers and bare names of ``101 态度``, ``1.1、人员``, ``[17] 太贵``, if most names begin so.

    Nets may go without; no number may come twice.
    """
    found = [_NUMBER_IN_NAME.fullmatch(name) for name in names]
    numbers = [match[1] if match else "" for match in found]
    said = [number for number in numbers if number]
    if len(said) < 2 or len(said) < 0.6 * len(names) or len(set(said)) < len(said):
        return None
    return numbers, [match[2] if match else name for match, name in zip(found, names, strict=True)]


def outline_depths(numbers: Sequence[str]) -> list[int] | None:
    """Return depths by outline numbers (1, 1.1, 1.1.1), if each of them continues one that is there."""
    known = {number.rstrip(".") for number in numbers}
    if not any("." in number for number in known) or not all(map(_OUTLINE.fullmatch, numbers)):
        return None
    if not all(number.rpartition(".")[0] in known for number in known if "." in number):
        return None
    return [number.rstrip(".").count(".") for number in numbers]


def looks_like_depth(values: Sequence[str]) -> bool:
    """Say whether an unnamed column is one of depths: small, repeated, starting at the top, mostly one step deeper."""
    found = depths_of(values)
    if found is None or None in found:
        return False
    depths = [depth for depth in found if depth is not None]
    if depths[0] != 0 or max(depths) > 9 or not 1 < len(set(depths)) < len(depths):
        return False
    return sum(b > a + 1 for a, b in pairwise(depths)) * 10 <= len(depths)


def staggered(columns: Sequence[int], values: dict[int, list[str]]) -> bool:
    """Say whether each row fills just one of the columns, and not always the same."""
    used = [[column for column in columns if values[column][i]] for i in range(len(values[columns[0]]))]
    return all(len(one) <= 1 for one in used) and len({one[0] for one in used if one}) > 1


def sign_depths(cells: Sequence[str]) -> tuple[list[str], list[int]] | None:
    """Return labels without their leading signs and depths, if at least three in ten (and two) have signs."""
    found = [_SIGNS.match(cell) for cell in cells]
    if sum(map(bool, found)) < max(2, 0.3 * len(cells)):
        return None
    marks = [re.sub(r"\s", "", match[1]) if match else "" for match in found]
    labels = [name_of(cell[match.end() :] if match else cell) for cell, match in zip(cells, found, strict=True)]
    if len({sign for mark in marks for sign in mark}) == 1:
        return labels, _steps([len(mark) for mark in marks])
    order = list(dict.fromkeys(marks))  # one sign a level: they deepen in the order in which they first appear
    return labels, [order.index(mark) for mark in marks]


def indent_depths(cells: Sequence[str]) -> list[int] | None:
    """Return depths by leading spaces, None if nothing is indented. A tab counts four, a full-width space two."""
    widths = []
    for cell in cells:
        lead = cell[: len(cell) - len(cell.lstrip())].replace("\t", "    ").replace("\u3000", "  ")
        widths.append(len(lead))
    return _steps(widths) if len(set(widths)) > 1 else None


def _steps(widths: Sequence[int]) -> list[int]:
    """Return depths for widths of indent: by their common step if there is one, else as Python reads its own."""
    least = min(widths)
    widths = [width - least for width in widths]
    step = reduce(gcd, widths)
    if step > 1 or set(widths) == set(range(max(widths) + 1)):
        return [width // max(step, 1) for width in widths]
    depths, open_widths = [], [0]
    for width in widths:
        while width < open_widths[-1]:
            open_widths.pop()
        if width > open_widths[-1]:
            open_widths.append(width)
        depths.append(len(open_widths) - 1)
    return depths


def split_path(path: str, separator: str) -> list[str]:
    """Return the names of a path; look-alikes of the separator count, spaces around it do not."""
    if not separator:
        return [path]
    marks = [match.start() for match in re.finditer(re.escape(separator), path.translate(_LOOKALIKES))]
    parts = [path[a:b].strip() for a, b in zip([0, *(m + 1 for m in marks)], [*marks, len(path)], strict=True)]
    while len(parts) > 1 and not parts[0]:  # a leading separator, as in /服务/态度
        parts.pop(0)
    return parts


def separator_of(paths: Sequence[str], *, declared: bool) -> str:
    """Return what separates names in paths, "" if they are plain names.

    Names may hold such signs themselves (``Exchange/Warranty/Return``), so unless the column is declared as a path, a
    separator must build a tree: share a first name between rows or continue another row; ``/`` in most rows.
    """
    filled = [path for path in paths if path]
    best, most = "", 0
    for separator in _SEPARATORS:
        split = [split_path(path, separator) for path in filled]
        deep = [parts for parts in split if len(parts) > 1 and all(parts)]
        if len(deep) <= most:
            continue
        heads = [folded(parts[0]) for parts in deep]
        tree = len(set(heads)) < len(heads) or not {folded(path) for path in filled}.isdisjoint(heads)
        if declared or (tree and (separator != "/" or _mostly_tree(filled, heads))):
            best, most = separator, len(deep)
    return best


def _mostly_tree(filled: Sequence[str], heads: Sequence[str]) -> bool:
    """Say whether most rows are part of the tree: 价格/优惠 among plain names is one name."""
    names, counts = {folded(path) for path in filled}, Counter(heads)
    alone = sum(count == 1 and head not in names for head, count in counts.items())
    return len(heads) + len(names & counts.keys()) >= 0.6 * len(filled) and alone * 3 <= len(counts) * 2
