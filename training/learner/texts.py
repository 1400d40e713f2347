"""One way from answers as written to what models read: the customer's words, folded, with marks for what else is known.

A mark is a number after the text that no text can hold by itself: a word of the lexicon with all its synonyms has one,
and so has each question where several share a code frame, and each channel (survey, hotline, store …) where there are
several. Marks count as words of the text; that of the channel stands last, by itself, for the sentiment model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from annotate import lexicon
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.phrases import Cleaner
from annotate.phrases import Kind as PhraseKind
from annotate.store.connection import Connection
from annotate.text_batch import fold_many

MARK = "\x1f"
"""Parts the words from the marks, and these from that of the channel; folding makes a space of it, so it is in no
answer."""
CHANNELS = 16
"""What ``channel_of`` tells apart: 0 for none, the others hashed."""
_MOST_CHANNELS = 100
_SHARED = 3
"""How often the mark of a word with synonyms counts: it must outweigh the characters, which the synonyms don't share.

From lone words 1, so that a lexicon of thousands of trade words leaves the balance of a text as it is.
"""
Json = dict[str, list[list[str]]]

_WORD = re.compile(r"\w")


class Reader:
    """Prepares answers for models. ``agents`` and ``templates`` are phrases that are not the customer's words.

    ``entries`` are words and synonyms of the lexicon; ``questions`` ids and ``channels`` get a mark each.
    """

    __slots__ = ("_agents", "_channels", "_cleaner", "_questions", "_templates", "_times", "_vocabulary")

    def __init__(
        self,
        *,
        agents: Sequence[str] = (),
        templates: Sequence[str] = (),
        entries: Sequence[Entry] = (),
        questions: Sequence[int] = (),
        channels: Sequence[str] = (),
    ) -> None:
        self._agents, self._templates = tuple(sorted(agents)), tuple(sorted(templates))
        self._cleaner = Cleaner(agents=agents, templates=templates)
        self._vocabulary = Vocabulary(one for one in entries if one.kind is not Kind.STOP)
        said = Counter(map(self._vocabulary.counts_as, self._vocabulary.said))
        self._times = {word: _SHARED if said[word] > 1 else 1 for word in self._vocabulary.words}
        self._questions = frozenset(questions)
        self._channels = frozenset(channels)

    @property
    def by_channel(self) -> bool:
        """Tell whether channels get marks, so that it is worth reading them."""
        return bool(self._channels)

    def __call__(
        self, written: Sequence[str], questions: Sequence[int] | int = 0, channels: Sequence[str] | str = ""
    ) -> list[str]:
        """Return answers as written (n) ready for models; ``questions`` are the ids (or the id) they answer,
        ``channels`` where they came from, '' where that is not known."""
        told = list(map(self._cleaner.clean, written)) if self._cleaner else written
        folded = fold_many(told)
        if not self._vocabulary and not self._questions and not self._channels:
            return folded
        asked = [questions] * len(folded) if isinstance(questions, int) else questions
        come = [channels] * len(folded) if isinstance(channels, str) else channels
        return [self._marked(*one) for one in zip(folded, asked, come, strict=True)]

    def _marked(self, folded: str, question: int, channel: str) -> str:
        if not folded:
            return folded
        marks = [_number(f"word {word}") for word in self._vocabulary.find(folded) for _ in range(self._times[word])]
        if question in self._questions and _WORD.search(folded):  # nothing said stays nothing
            marks.append(_number(f"question {question}"))
        if channel in self._channels and _WORD.search(folded):
            return f"{folded}{MARK}{' '.join(marks)}{MARK}{_number(f'channel {channel}')}"
        return f"{folded}{MARK}{' '.join(marks)}" if marks else folded

    @property
    def key(self) -> str:
        """Return 32 hex digits, the same for readers that prepare alike."""
        return blake2b(repr(self.to_json()).encode(), digest_size=16).hexdigest()

    def to_json(self) -> Json:
        """Return what ``from_json`` makes the same reader of."""
        return {
            "agents": [list(self._agents)],
            "templates": [list(self._templates)],
            "entries": [[one.kind.value, one.term, one.target] for one in self._vocabulary.entries],
            "questions": [[str(one) for one in sorted(self._questions)]],
            "channels": [sorted(self._channels)],
        }

    @classmethod
    def from_json(cls, given: Json) -> Reader:
        """Return the reader of ``to_json``. Raises KeyError, TypeError or ValueError where it is damaged."""
        return cls(
            agents=[str(one) for part in given["agents"] for one in part],
            templates=[str(one) for part in given["templates"] for one in part],
            entries=[Entry(Kind(kind), str(term), str(target)) for kind, term, target in given["entries"]],
            questions=[int(one) for part in given["questions"] for one in part],
            channels=[str(one) for part in given["channels"] for one in part],
        )


PLAIN = Reader()
"""Folds, and nothing more."""


def reader(db: Connection, questions: Sequence[int] = ()) -> Reader:
    """Return the reader for a project as it stands; ``questions`` are those that share the code frame."""
    rows = db.execute("select kind, term from phrase where active = 1").fetchall()
    of = {kind: [str(term) for one, term in rows if one == kind.value] for kind in PhraseKind}
    return Reader(
        agents=of[PhraseKind.AGENT],
        templates=of[PhraseKind.TEMPLATE],
        entries=lexicon.load(db).entries,
        questions=questions if len(questions) > 1 else (),
        channels=_channels(db),
    )


def _channel_field(db: Connection) -> int | None:
    """Return the client's column that says through which channel a record came."""
    row = db.one("select id from field where role = 'channel' and kind = 'category' order by sort, id limit 1")
    return None if row is None else int(row[0] or 0)


def _channels(db: Connection) -> list[str]:
    """Return the channels of a project; none where there is one only, or so many that they are no kinds."""
    found = {str(row[0]) for row in db.execute("select distinct channel from source where channel <> ''")}
    field = _channel_field(db)
    if field is not None:
        values = db.execute("select value from field_value where field_id = ? limit ?", (field, _MOST_CHANNELS + 1))
        found |= {str(row[0]) for row in values}
    return sorted(found) if 1 < len(found) <= _MOST_CHANNELS else []


def channel_sql(db: Connection, reader: Reader) -> tuple[str, str]:
    """Return the channel of a record r as SQL, and the joins that it takes; '' and none where it does not matter.

    A record's own word stands before that of its source.
    """
    if not reader.by_channel:
        return "''", ""
    field = _channel_field(db)
    joins = " join source s on s.id = r.source_id"
    if field is None:
        return "s.channel", joins
    return "ifnull(x.value, s.channel)", f"{joins} left join field_value x on x.id = r.c{field}"


def words_of(prepared: str) -> str:
    """Return a prepared text without its marks."""
    return prepared.partition(MARK)[0]


def channel_of(prepared: str) -> int:
    """Return a number in [0, CHANNELS) for the channel of a prepared text, 0 for none."""
    marks = prepared.split(MARK)
    return 1 + int(marks[2]) % (CHANNELS - 1) if len(marks) > 2 else 0


def _number(name: str) -> str:
    return str(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))
