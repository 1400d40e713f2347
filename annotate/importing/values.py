"""Dates and numbers as people write them in tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from annotate.importing.records import Cell

_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
_EARLIEST, _LATEST = 1900, 2199
_WIDTH = {**{point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}, 0x3000: 0x20}

_TIME = (
    r"(?:[T\s]*(?P<half>上午|下午|am|pm)?\s*(?P<hour>\d{1,2})(?::|时|點|点)(?P<minute>\d{1,2})?"
    r"(?:(?::|分)(?P<second>\d{1,2})?(?:[.,](?P<part>\d{1,9}))?)?秒?\s*(?P<half_after>am|pm)?)?"
)
_ZONE = r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
_WEEKDAY = r"(?:\s*[（(]?(?:星期|周)[一二三四五六日天][)）]?)?"
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/.]|\s*年)\s*(?P<month>\d{{1,2}})(?:(?:[-/.]|\s*月)\s*(?:(?P<day>\d{{1,2}})(?:\s*日)?)?)?{_WEEKDAY}{_TIME}{_ZONE}",
    re.IGNORECASE,
)
_REPUBLIC = re.compile(
    rf"(?:中[华華])?民[国國]\s*(?P<since>\d{{2,3}})\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?:(?P<day>\d{{1,2}})(?:\s*日)?)?{_WEEKDAY}{_TIME}{_ZONE}",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sign>[-/.])(?P<second_>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}{_ZONE}", re.IGNORECASE
)
_MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_NAMED = re.compile(
    rf"(?:(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<name>[a-z]{{3,9}})\.?\s+(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?"
    rf"(?P<year>\d{{4}}){_TIME}{_ZONE}",
    re.IGNORECASE,
)
_BARE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)


def parse_number(value: Cell, decimal_comma: bool = False) -> float | None:
    """Return the number in a cell: 4.5, '1,234', '９', '85%' (0.85), '9分', '5星', '10-非常满意'; None if it has none.

    Text behind a number counts only after a sign that parts them or as the label of a scale point (not '3.0T', '5G').
    With ``decimal_comma`` a text is read as on the European continent: '7,5', '123.456,50', '1 234,5'.
    """
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    return _continental(value or "") if decimal_comma else _written_number(value or "")


def decimal_commas(values: Iterable[Cell]) -> bool:
    """Tell from a column's values whether its 1.234 means a thousand and more, and its 7,5 seven and a half.

    So it is where every text reads that way, at least one reads in no other, and they are no lists of two choices
    (1,2 and 3,12: the second beyond the first, both low).
    """
    commas = pairs = shown = 0
    for value in values:
        if not isinstance(value, str) or not (text := value.translate(_WIDTH).strip()):
            continue
        match = _CONTINENTAL.fullmatch(text)
        if match is None:
            return False
        shown += _BARE.fullmatch(text.rstrip("% ")) is None
        if part := match["part"]:
            whole = match["whole"]
            commas += 1
            pairs += whole.isdigit() and part[0] != "0" and int(whole) < int(part) <= _CHOICES
    return shown > 0 and pairs <= 0.8 * commas


@lru_cache(8192)
def _continental(value: str) -> float | None:
    match = _CONTINENTAL.fullmatch(value.translate(_WIDTH).strip())
    if match is None:
        return None
    number = float(f"{_THOUSANDS.sub('', match['whole'])}.{match['part'] or 0}")
    number = -number if match["sign"] == "-" else number
    return number / 100 if match["percent"] else number


_THOUSANDS = re.compile(r"[.'\u2019 \u00a0\u202f]")
_CONTINENTAL = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,15}|\d{1,3}(?:(?P<mark>[.'\u2019 \u00a0\u202f])\d{3})(?:(?P=mark)\d{3}){0,4})"
    r"(?:,(?P<part>\d{1,9}))?(?P<percent>\s*%)?"
)
_CHOICES = 40


@lru_cache(8192)
def _written_number(value: str) -> float | None:
    text = value.translate(_WIDTH).strip()
    if not 1 <= len(text) <= 200 or not (text[0].isdigit() or text[0] in "+-."):
        return None
    if _BARE.fullmatch(text):
        try:
            number = float(text.replace(",", ""))
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None
    match = _SCALE_POINT.fullmatch(text)
    if not match:
        return None
    number = float(match["number"].replace(",", ""))
    return number / 100 if match["percent"] else number


_SCALE_POINT = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,9})?)"
    r"(?:(?P<percent>\s*%)|\s*(?:分|星|stars?|points?|pts?|/\s*(?:5|10|100)))?"
    r"(?:\s*[.、—:：(（-]\s*[^\W\d].*)?",
    re.IGNORECASE | re.DOTALL,
)


def parse_date(value: Cell, day_first: bool | None = None) -> int | None:
    """Return a date or time as milliseconds since 1970 in UTC; without a zone it is taken as written.

    Reads ISO, 2026/7/3, 2026.7.3, 2026年7月3日 (with times, 上午/下午, weekdays), 20260703, 2026-07, 3 July 2026,
    31/12/2026, 3.7.2026 (the day first), 民國115年7月3日, Excel's day numbers, Unix seconds and milliseconds.
    3/7/2026 is read as ``day_first`` says; with None it is None: nobody can tell which is the day.
    """
    if isinstance(value, int | float):
        return _from_number(float(value))
    return _written_date(value or "", day_first)


def days_first(values: Iterable[Cell]) -> bool | None:
    """Tell from a column's values whether its 3/7/2026 means the third of July; None where no value shows it."""
    shown = {
        int(match["first"]) > 12
        for value in values
        if isinstance(value, str) and (match := _YEAR_LAST.fullmatch(value.translate(_WIDTH).strip()))
        if match["sign"] != "." and (int(match["first"]) > 12) is not (int(match["second_"]) > 12)
    }
    return shown.pop() if len(shown) == 1 else None


@lru_cache(8192)
def _written_date(value: str, day_first: bool | None) -> int | None:
    if len(value) >= 10 and value[4] == value[7] == "-":
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass  # 24:00, a weekday or the like: the patterns know more
        else:
            within = _EARLIEST <= moment.year <= _LATEST
            return _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if within else None
    text = value.translate(_WIDTH).strip()
    if not 5 <= len(text) <= 40 or not any(character.isdigit() for character in text):
        return None
    for pattern in (_YEAR_FIRST, _COMPACT, _YEAR_LAST, _NAMED, _REPUBLIC):
        if match := pattern.fullmatch(text):
            return _from_parts(match.groupdict(), day_first)
    try:
        return _from_number(float(text)) if text.replace(".", "", 1).isdecimal() else None
    except ValueError:
        return None


def _from_number(number: float) -> int | None:
    if not math.isfinite(number):
        return None
    if _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]:
        # Excel's fractions of a day are off by microseconds: round to the second.
        return _milliseconds(_EXCEL_EPOCH + timedelta(seconds=round(number * 86_400)))
    if 6e8 <= number < 7e9:
        return round(number * 1000)
    if 6e11 <= number < 7e12:
        return round(number)
    return None


def _from_parts(part: dict[str, str | None], day_first: bool | None) -> int | None:
    def number(name: str, otherwise: int = 0) -> int:
        return int(part.get(name) or otherwise)

    month, day = number("month"), number("day", 1)
    year = 1911 + number("since") if part.get("since") else number("year")
    if part.get("first"):
        first, second = number("first"), number("second_")
        either = first <= 12 and second <= 12 and first != second
        if part.get("sign") == ".":
            day_first = True  # with dots nobody writes the month first
        if either and day_first is None:
            return None
        day, month = (first, second) if (day_first if either else second <= 12) else (second, first)
    elif part.get("name"):
        month = _MONTHS.get((part["name"] or "")[:3].lower(), 0)
        day = number("day1") or number("day2", 1)
    hour = number("hour")
    half = (part.get("half") or part.get("half_after") or "").lower()
    if half in ("下午", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "am") and hour == 12:
        hour = 0
    micro = int((part.get("part") or "0").ljust(6, "0")[:6])
    zone = _zone(part.get("zone") or "Z")
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        # 24:00 is how some systems write the end of a day.
        extra, hour = (1, 0) if hour == 24 and not number("minute") and not number("second") else (0, hour)
        moment = datetime(year, month, day, hour, number("minute"), number("second"), micro, tzinfo=zone)
    except ValueError:
        return None
    return _milliseconds(moment + timedelta(days=extra))


def _zone(text: str) -> timezone:
    if text.upper() in ("Z", "UTC"):
        return UTC
    digits = text.replace(":", "")
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-offset if text[0] == "-" else offset) if offset < timedelta(hours=24) else UTC


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
