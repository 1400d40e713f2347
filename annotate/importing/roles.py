"""Guess what each column of a table is for, from its name, its question text and its first values."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from annotate.importing.records import Cell
from annotate.importing.role_names import ASKS, INSIDE, NAMES, OPEN, PERSONAL, Role
from annotate.importing.values import days_first, decimal_commas, parse_date, parse_number
from annotate.text import fold

__all__ = ["Role", "guess_roles", "parse_date", "parse_number"]


_BY_NAME = {name: role for role, names in reversed(NAMES.items()) for name in names.split()}

_SINGLE = frozenset(Role) - {Role.TEXT, Role.SCORE, Role.SEGMENT, Role.CODE, Role.SENTIMENT, Role.IGNORE}
_PERIOD = re.compile(
    r"(?:第?[\d一二三四五六七八九十]+(?:期|波|轮|季度?|批次?|月份?)|(?:wave|w|q|h)\s?\d{1,2}|\d{4}.*)", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class _Column:
    """One column under the eye: its names and its values that are not empty."""

    name: str
    text: str
    values: tuple[Cell, ...]
    rows: int

    @cached_property
    def texts(self) -> list[str]:
        return [str(value).strip() for value in self.values]

    @cached_property
    def distinct(self) -> float:
        """The share of different values."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def single(self) -> float:
        """The share of values that nobody else gave: of those ticked in a list there are hardly any."""
        counts = Counter(self.texts)
        return sum(count == 1 for count in counts.values()) / len(self.texts) if self.texts else 0.0

    @property
    def asks(self) -> bool:
        """Whether its name or text is a question."""
        return any(ASKS.search(fold(told)) for told in (self.name, self.text) if told)

    @cached_property
    def length(self) -> float:
        """The mean length in characters."""
        return statistics.fmean(map(len, self.texts)) if self.texts else 0.0

    @cached_property
    def numbers(self) -> list[float]:
        comma = decimal_commas(self.values)
        return [number for value in self.values if (number := parse_number(value, comma)) is not None]

    @property
    def is_numeric(self) -> bool:
        return bool(self.values) and len(self.numbers) >= 0.9 * len(self.values)

    @cached_property
    def is_dates(self) -> bool:
        order = days_first(self.values)
        read = sum(parse_date(value, order) is not None for value in self.values)
        return bool(self.values) and read >= 0.8 * len(self.values)

    @property
    def is_written(self) -> bool:
        """Whether people may have written this: letters, and neither numbers nor dates."""
        lettered = sum(bool(_LETTERS.search(text)) for text in self.texts)
        return 2 * lettered >= len(self.texts) and not self.is_numeric and not self.is_dates

    @property
    def is_scale(self) -> bool:
        """Whether the values are points of a scale up to 100, more than yes and no, or a share of them is missing."""
        plain = [number for number in self.numbers if number >= 0]
        return self.is_numeric and bool(plain) and max(plain) <= 100 and (max(plain) > 1 or len(self.values) < 5)


def guess_roles(columns: Sequence[str], column_texts: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[str, Role]:
    """Return a role for every column; what nothing speaks for is a segment, a nameless empty one ignored.

    The name decides first, if the values do not contradict it; then the question text. Long values, nearly all
    different, are verbatims if the column asks a question or no name has told of any. ``rows``: the first.
    """
    seen = [
        _Column(name, column_texts[place] if place < len(column_texts) else "", _filled(rows, place), len(rows))
        for place, name in enumerate(columns)
    ]
    guessed = {column.name: _by_name(column) for column in seen}
    _keep_single(seen, guessed)
    _id_of_answers(seen, guessed, rows)
    nameless = Role.TEXT not in guessed.values()
    for column in seen:
        asks = nameless or column.text or column.name.endswith(("?", "？"))
        if guessed[column.name] in (Role.SEGMENT, Role.QUESTION) and (
            (asks and _reads_like_answers(column)) or _asks_for_words(column)
        ):
            guessed[column.name] = Role.TEXT
    if Role.TEXT not in guessed.values():
        longest = max(seen, key=lambda column: column.length * _may_be_answers(column), default=None)
        if (
            longest is not None
            and _may_be_answers(longest)
            and guessed[longest.name] is Role.SEGMENT
            and (longest.distinct > 0.5 or (longest.asks and longest.length >= 12))
        ):
            guessed[longest.name] = Role.TEXT
    if Role.DATE not in guessed.values():
        dated = (column for column in seen if guessed[column.name] is Role.SEGMENT and column.is_dates)
        first = next((column for column in dated if not column.is_numeric), None)
        if first is not None:
            guessed[first.name] = Role.DATE
    return guessed


def _id_of_answers(seen: Sequence[_Column], guessed: dict[str, Role], rows: Sequence[Sequence[Cell]]) -> None:
    """Where a row is one answer, an id comes back with each question: take it if id and question together differ."""
    asks = next((place for place, column in enumerate(seen) if guessed[column.name] is Role.QUESTION), None)
    if asks is None or Role.ID in guessed.values():
        return
    for place, column in enumerate(seen):
        if guessed[column.name] is Role.SEGMENT and Role.ID in _named_in_turn(column) and column.length <= 64:
            pairs = [(row[place], row[asks]) for row in rows if max(place, asks) < len(row) and row[place]]
            if len(set(pairs)) > 0.95 * len(pairs):
                guessed[column.name] = Role.ID
                return


def _filled(rows: Sequence[Sequence[Cell]], place: int) -> tuple[Cell, ...]:
    cells = (row[place] for row in rows if place < len(row))
    return tuple(cell for cell in cells if cell is not None and str(cell).strip())


def _may_be_answers(column: _Column) -> bool:
    return column.is_written and not PERSONAL.search(fold(column.text or column.name))


def _reads_like_answers(column: _Column) -> bool:
    return _may_be_answers(column) and column.length >= 8 and column.distinct >= 0.6


def _asks_for_words(column: _Column) -> bool:
    """Whether a question is answered in words of one's own by some, however many gave the same: none, price."""
    return column.asks and _may_be_answers(column) and column.single >= 0.1 and column.length >= 4


def _by_name(column: _Column) -> Role:
    if not column.values and column.name.startswith("#"):
        return Role.IGNORE
    for role in _named_in_turn(column):
        if _fits(role, column):
            return role
    return Role.SEGMENT


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


def _named_in_turn(column: _Column) -> list[Role]:
    """Return the roles that a column's name speaks for, the surest first."""
    found = [role for role in (_BY_NAME.get(_plain(column.name)), _BY_NAME.get(_plain(column.text))) if role]
    for text in (fold(column.name), fold(column.text)):
        found += [role for role, pattern in INSIDE if text and pattern.search(text)]
    return found


def _fits(role: Role, column: _Column) -> bool:
    """Tell whether the values allow what the name says. Without values the name is all there is."""
    if not column.values:
        return True
    match role:
        case Role.ID:
            return column.distinct > 0.95 and column.length <= 64
        case Role.TEXT:
            exact = _BY_NAME.get(_plain(column.name)) is Role.TEXT
            # Brands and other short answers repeat: only a name that says "in your own words" vouches for them.
            least = 3 if exact else 1.5 if OPEN.search(fold(column.text or column.name)) else None
            return column.is_written and (column.distinct >= 0.5 or (least is not None and column.length >= least))
        case Role.SCORE:
            return column.is_scale
        case Role.WEIGHT:
            return column.is_numeric and min(column.numbers) >= 0
        case Role.DATE:
            return column.is_dates
        case Role.WAVE:
            periods = sum(bool(_PERIOD.fullmatch(text)) or parse_date(text) is not None for text in column.texts)
            return periods >= 0.8 * len(column.texts) or (column.is_numeric and len(set(column.texts)) <= 24)
        case Role.QUESTION:
            return len(set(column.texts)) <= max(1, min(60, column.rows // 2))
        case Role.CHANNEL | Role.TOUCHPOINT | Role.LANGUAGE:
            return len(set(column.texts)) <= 60 and column.length <= 40
    return True


def _keep_single(seen: Sequence[_Column], guessed: dict[str, Role]) -> None:
    """Leave each role that one column alone can have to the first column named exactly so, else to the first."""
    for role in _SINGLE:
        holders = [column for column in seen if guessed[column.name] is role]
        exact = [column for column in holders if _BY_NAME.get(_plain(column.name)) is role]
        for column in holders:
            if column is not (exact or holders)[0]:
                guessed[column.name] = Role.SEGMENT
