"""The names of a closed list with their aliases, found in semi-open answers, and what is left over between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from annotate.frame_codes import Frame, Role
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.text import fold

LONGEST, MOST_WORDS = 20, 4
"""Characters and words of a name; what is longer is a sentence."""
NEW = -1
"""The code of a name that is about to be put onto the list."""
_STOPS = re.compile(
    # People part names by spaces too; beside Latin words and digits these may stand within a name (iphone 12).
    r"(?<=[㐀-鿿]) +(?=[㐀-鿿]|[a-z]{2})|(?<=[a-z0-9]) +(?=[㐀-鿿])"
    r"|[,，、;；/|｜\n\r\t。!！?？+&:：()（）\[\]【】\"“”]+|(?<![a-z0-9㐀-鿿])\d+[.、)）](?!\d)|\s+(?:and|or)\s+|以及|还有|或者"
    r"|(?<=[㐀-鿿a-z0-9])[和与及跟]"
)
_EDGES = " .·-—~'’"
_FILLERS = re.compile(
    r"^(?:和|与|及|跟|我|一直|现在|目前|主要|比较|喜欢|用过?|买过?|开|的?是|有|想买|其他|其它|牌子|品牌|(?:i|the|a|like|use|using)(?=\s)|\s)+|(?:牌子?|品牌|手机|汽车|的|等等?|吧|呢|之类)+$"
)
_NOTHING = frozenset(
    "无 没有 没 不知道 不清楚 没有了 其他 其它 都没有 都不是 随便 都行 都可以 不一定 忘了 忘记了 不记得 不记得了 记不清"
    " 记不清了 还是"
    " none no nothing n/a na dk don't know idk forgot any".split()
)


@dataclass(frozen=True, slots=True)
class Table:
    """What people taught of a question's brands: ``aliases`` folded form → code; ``ignored`` folded forms."""

    aliases: dict[str, int] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """Known names of one answer in order of mention, as codes, and what is left over between them."""

    codes: tuple[int, ...]
    rest: tuple[str, ...]


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
        self._ignored = Vocabulary(Entry(Kind.WORD, form) for form in table.ignored)

    def with_forms(self, forms: Iterable[str], code: int) -> Names:
        """Return these names and more forms of a code; NEW for one that is not on the list yet."""
        aliases = {**self._table.aliases, **dict.fromkeys(forms, code)}
        return Names(self._frame, Table(aliases, self._table.ignored - set(forms)), new=code)

    def find(self, text: str) -> Found:
        """Find the names in a folded answer."""
        hits = self._vocabulary.spans(text)
        codes = tuple(dict.fromkeys(self.by_form[hit.term] for hit in hits if hit.term in self.by_form))
        parts, at = [], 0
        for hit in hits:
            parts.append(text[at : hit.start])
            at = hit.end
        pieces = [piece for part in (*parts, text[at:]) for piece in _STOPS.split(part)]
        rest = tuple(
            one for piece in pieces if len(one := _name(piece)) > 1 and one not in self.ignored and one not in _NOTHING
        )
        return Found(codes, rest)


def _name(piece: str) -> str:
    """Return what is between two stops without what people say around a name; a sentence stays as it is."""
    piece = piece.strip(_EDGES)
    return piece if len(piece) > 3 * LONGEST else _FILLERS.sub("", piece).strip(_EDGES)
