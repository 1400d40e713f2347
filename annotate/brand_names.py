"""The names of a closed list with their aliases, found in semi-open answers, and what is left over between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotate.brand_pieces import Pieces, cut
from annotate.frame_codes import Frame, Role
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.text import fold

NEW = -1
"""The code of a name that is about to be put onto the list."""
_NONE = frozenset(
    "无 没 没有 没有了 都没有 都不是 一个都没有 一个也没有 都没用过 没用过 没有用过 没买过 没有买过 从没用过 从来没有"
    " 没喝过 没吃过 没去过 没听过 没听说过 没有听说过 都没听过 都没听说过 都不喝 都不用 没有特别 没有特别的"
    " none nothing no nope nil n/a na".split()
) | {"none of them", "none of these", "none of the above", "not any", "no brand", "no brands", "not applicable",
    "none that i know of", "none i know of", "not any that i know of", "never heard of any", "haven't heard of any",
}  # fmt: skip
_DONT_KNOW = frozenset(
    "不知道 不清楚 不太清楚 不了解 不晓得 忘了 忘记 忘记了 不记得 不记得了 记不得 记不得了 记不清 记不清了 想不起来"
    " 想不起来了 说不清 说不清楚 不确定 没印象 没有印象 一个都不知道 不太了解"
    " 说不上来 不记得叫什么 不记得叫什么了 叫不上名字 想不到 dk idk forgot unsure".split()
) | {
    "don't know", "dont know", "do not know", "not sure", "no idea", "have no idea", "no clue", "can't remember",
    "cannot remember", "don't remember", "do not remember", "can't recall", "don't recall", "don't know any",
    "can't remember any", "can't think of any", "cannot think of any", "nothing comes to mind", "not aware of any",
}  # fmt: skip
_ANY = frozenset("其他 其它 随便 都行 都可以 不一定 还是 这些 等等 any etc know heard mostly mainly also".split()) | {
    "heard of", "have heard of", "i've heard of",
}  # fmt: skip
_NOTHING = _NONE | _DONT_KNOW | _ANY


@dataclass(frozen=True, slots=True)
class Table:
    """What people taught of a question's brands: ``aliases`` folded form → code; ``ignored`` folded forms."""

    aliases: dict[str, int] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """Known names of one answer in order of mention, as codes, and what is left over between them.

    ``nothing``: NONE or DONT_KNOW where all that it says is this.
    """

    codes: tuple[int, ...]
    rest: tuple[str, ...]
    nothing: Role | None = None


class Names:
    """The names of a closed list with their aliases, ready for finding."""

    def __init__(self, frame: Frame, table: Table, *, new: int | None = None) -> None:
        self._frame, self._table = frame, table
        usable = [one for one in frame.live if one.role is Role.THEME]
        self.codes = {one.id for one in usable} | ({new} if new is not None else set())
        own = {fold(label): one.id for one in usable for label in (one.label, one.label_en) if fold(label)}
        self.by_form = {**own, **{form: code for form, code in table.aliases.items() if code in self.codes}}
        self.ignored = table.ignored
        self._vocabulary = Vocabulary(Entry(Kind.WORD, form) for form in self.by_form)

    def with_forms(self, forms: Iterable[str], code: int) -> Names:
        """Return these names and more forms of a code; NEW for one that is not on the list yet."""
        aliases = {**self._table.aliases, **dict.fromkeys(forms, code)}
        return Names(self._frame, Table(aliases, self._table.ignored - set(forms)), new=code)

    def cut(self, texts: Sequence[str]) -> Pieces:
        """Cut folded answers at these names and at stops."""
        return cut(texts, self._vocabulary)

    def names_nothing(self, piece: str) -> bool:
        """Tell whether what is left over between names is no name: no answer, or ignored."""
        return piece in _NOTHING or piece in self.ignored

    def fills(self, piece: str) -> bool:
        """Tell whether a piece only stands around names: mostly, 等等, what is ignored; none and don't know do not."""
        return piece in _ANY or piece in self.ignored

    def find(self, texts: Sequence[str]) -> list[Found]:
        """Find the names in folded answers; one after the other."""
        pieces = self.cut(texts)
        codes: list[dict[int, None]] = [{} for _text in texts]
        rest: list[list[str]] = [[] for _text in texts]
        said: list[set[Role | None]] = [{_role_of(text)} - {None} for text in texts]
        for hit, row in zip(pieces.hits, pieces.hit_rows.tolist(), strict=True):
            if hit.term in self.by_form:
                codes[row][self.by_form[hit.term]] = None
        for piece, row in zip(pieces.texts(), pieces.rows.tolist(), strict=True):
            if self.names_nothing(piece):
                said[row].add(_role_of(piece))
            else:
                rest[row].append(piece)
        return [
            Found(tuple(one), tuple(left), None if one or left or len(roles) != 1 else next(iter(roles)))
            for one, left, roles in zip(codes, rest, said, strict=True)
        ]


def _role_of(text: str) -> Role | None:
    """Return what is said by no name at all; None where it is none of these."""
    return Role.NONE if text in _NONE else Role.DONT_KNOW if text in _DONT_KNOW else None
