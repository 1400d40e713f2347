"""What stands between the stops of answers: many folded texts cut at once, as arrays of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from annotate.lexicon import Hit, Vocabulary

LONGEST, MOST_WORDS = 20, 4
"""Characters and words of a name; what is longer is a sentence."""
_BREAK = "\n"
"""Parts texts: folding leaves none in them."""
_STOP, _HAN, _LETTER, _DIGIT, _SPACE, _AND, _EDGE, _JOINT = (np.uint8(1 << bit) for bit in range(8))
_LATIN = _LETTER | _DIGIT
_STOPS = ',，、;；/|｜\n\r\t。!！?？+&:：()（）[]【】"“”'
_ANDS = "和与及跟"
_JOINTS = ("以及", "还有", "或者")
_EDGES = " .·-—~'’"
_CLOSERS = ".、)）"
_OPENERS = re.compile(
    r"(?:和|与|及|跟|我|一直|现在|目前|主要|比较|喜欢|用过?|买过?|开|的?是|有|想买|其他|其它|牌子|品牌|"
    r"(?:i|the|a|like|use|using|know|heard of|have heard of|i've heard of)(?=\s)|\s)+"
)
_CLOSINGS = re.compile(r"(?:牌子?|品牌|手机|汽车|的|等等?|吧|呢|之类)+$")
_BEGIN, _END = "和与及跟我一现目主比喜用买开的是有想其牌品italukh ", "牌子品机车的等吧呢类"
"""Signs that an opener may begin with, and those that a closing may end with."""
_FILLED = 3 * LONGEST
"""Characters from which a piece is a sentence, whatever stands around its name."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of several texts, by rising place; each of two characters and more.

    ``blob``: the texts, one a line; ``points``: its code points; ``rows``: to which text a piece belongs; ``starts``,
    ``ends``: its places in the blob; ``hits``: the names that were cut out; ``hit_rows``: to which text each belongs.
    """

    blob: str
    points: NDArray[np.uint32]
    rows: Places
    starts: Places
    ends: Places
    hits: list[Hit]
    hit_rows: Places

    def texts(self) -> list[str]:
        """Return every piece."""
        blob = self.blob
        return [blob[start:end] for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True)]

    def short(self) -> NDArray[np.bool_]:
        """Mark the pieces that are no longer than a name."""
        spaces = np.zeros(self.points.size + 1, np.int64)
        np.cumsum(self.points == ord(" "), out=spaces[1:])
        marked: NDArray[np.bool_] = (self.ends - self.starts <= LONGEST) & (
            spaces[self.ends] - spaces[self.starts] < MOST_WORDS
        )
        return marked


@cache
def _table() -> NDArray[np.uint8]:
    """Return what each character of the basic plane is."""
    kinds = np.zeros(0x10000, np.uint8)
    kinds[0x3400:0xA000] |= _HAN
    for signs, kind in (
        (_STOPS, _STOP), ("abcdefghijklmnopqrstuvwxyz", _LETTER), ("0123456789", _DIGIT), (" ", _SPACE), (_ANDS, _AND),
        (_EDGES, _EDGE), ([joint[0] for joint in _JOINTS], _JOINT),
    ):  # fmt: skip
        for sign in signs:
            kinds[ord(sign)] |= kind
    return kinds


@cache
def _fillers() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which characters of the basic plane an opener may begin with, and a closing end with."""
    begin, end = np.zeros(0x10000, np.bool_), np.zeros(0x10000, np.bool_)
    begin[[ord(sign) for sign in _BEGIN]] = True
    end[[ord(sign) for sign in _END]] = True
    return begin, end


def cut(texts: Sequence[str], names: Vocabulary) -> Pieces:
    """Cut folded texts at the names that they hold, and what is left at stops and at what people say around a name."""
    blob = _BREAK.join([*texts, ""])
    points = np.frombuffer(blob.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    lines = np.cumsum(lengths + 1)
    hits = names.hits(blob)
    shown = points.astype(np.uint16) if not points.size or int(points.max()) < 0x10000 else _basic(points)
    kinds = _table().take(shown)
    for hit in hits:
        kinds[hit.start : hit.end] = _STOP
    stops = _stops(blob, shown, kinds)
    edges = np.flatnonzero(stops[1:] != stops[:-1]) + 1
    bounds = edges if stops.size and stops[0] else np.concatenate([[0], edges])
    starts, ends = bounds[0 : bounds.size - bounds.size % 2 : 2], bounds[1::2]
    starts, ends = _trimmed(kinds, starts, ends)
    begin, end = _fillers()
    long = ends - starts > _FILLED
    filled = np.flatnonzero((begin.take(shown[starts]) | end.take(shown[ends - 1])) & ~long)
    if filled.size:
        bare = [
            _bare(blob, start, stop) for start, stop in zip(starts[filled].tolist(), ends[filled].tolist(), strict=True)
        ]
        starts[filled], ends[filled] = np.array(bare, np.int64).T
        starts, ends = _trimmed(kinds, starts, ends)
    told = ends - starts > 1
    starts, ends = starts[told], ends[told]
    where = np.fromiter((hit.start for hit in hits), np.int64, len(hits))
    return Pieces(
        blob, points, np.searchsorted(lines, starts, side="right"), starts, ends, hits,
        np.searchsorted(lines, where, side="right"),
    )  # fmt: skip


def _basic(points: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Return code points with those beyond the basic plane as one that is nothing in particular."""
    return np.where(points < 0x10000, points, 0xFFFF).astype(np.uint16)


def _stops(blob: str, points: NDArray[np.uint16], kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark what parts names."""
    stops: NDArray[np.bool_] = (kinds & _STOP) != 0
    beside = np.pad(kinds, 2)  # kinds[i] is beside[i + 2]: what is beyond the edges is nothing
    before, after, beyond = beside[1:-3], beside[3:-1], beside[4:]
    # Names are parted by spaces too; beside Latin words and digits these may stand within a name (iphone 12).
    spaces = np.flatnonzero(kinds & _SPACE)
    left, right, far = before[spaces], after[spaces], beyond[spaces]
    apart = ((left & _HAN) != 0) & (((right & _HAN) != 0) | ((right & far & _LETTER) != 0))
    apart |= ((left & _LATIN) != 0) & ((right & _HAN) != 0)
    stops[spaces[apart]] = True
    for word in (" and ", " or "):
        at = spaces[spaces + len(word) <= points.size]
        for place, sign in enumerate(word):
            at = at[points[at + place] == ord(sign)]
        for place in range(len(word)):
            stops[at + place] = True
    ands = np.flatnonzero(kinds & _AND)
    stops[ands[(before[ands] & (_HAN | _LATIN)) != 0]] = True
    for joint in np.flatnonzero(kinds & _JOINT).tolist():
        if blob.startswith(_JOINTS, joint):
            stops[joint : joint + 2] = True
    _number(points, kinds, stops)
    return stops


def _number(points: NDArray[np.uint16], kinds: NDArray[np.uint8], stops: NDArray[np.bool_]) -> None:
    """Mark the numbers of a list (1. 2、 3)) that stand apart from letters."""
    digits = (kinds & _DIGIT) != 0
    ends = np.flatnonzero(digits[:-1] & ~digits[1:]) + 1
    ends = ends[np.isin(points[ends], [ord(sign) for sign in _CLOSERS])]
    for end in ends[~digits[np.minimum(ends + 1, digits.size - 1)]].tolist():
        start = end - 1
        while start and digits[start - 1]:
            start -= 1
        if not start or not kinds[start - 1] & (_HAN | _LATIN):
            stops[start : end + 1] = True


def _trimmed(kinds: NDArray[np.uint8], starts: Places, ends: Places) -> tuple[Places, Places]:
    """Take signs off the edges of pieces; none is left empty-handed: such are left out."""
    starts, ends = starts.copy(), ends.copy()
    for places, step, first in ((starts, 1, 0), (ends, -1, -1)):
        at = np.flatnonzero(starts < ends)
        while at.size:
            at = at[(kinds[places[at] + first] & _EDGE) != 0]
            places[at] += step
            at = at[starts[at] < ends[at]]
    kept = starts < ends
    return starts[kept], ends[kept]


def _bare(blob: str, start: int, end: int) -> tuple[int, int]:
    """Return a piece without what people say around a name."""
    opener = _OPENERS.match(blob, start, end)
    if opener is not None:
        start = opener.end()
    closing = _CLOSINGS.search(blob, start, end)
    return start, end if closing is None else closing.start()
