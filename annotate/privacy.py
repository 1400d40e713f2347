"""Finding and masking personal data in a text: mobiles, landlines, identity cards, bank cards, e-mail, plates, VINs.

Recognisers are patterns with check digits where the number has one; full-width and other decimal digits count as
digits. Names and addresses are not found: that needs a person. Masked places become a tag such as ［手机号］, which
reads well and, unlike 138****5678, cannot be completed by someone who knows a few candidates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Kind(Enum):
    """A kind of personal data."""

    EMAIL = "email"
    IDENTITY = "identity"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    VIN = "vin"
    PLATE = "plate"


TAGS = {
    Kind.EMAIL: ("邮箱", "e-mail"),
    Kind.IDENTITY: ("身份证号", "ID number"),
    Kind.BANK_CARD: ("银行卡号", "card number"),
    Kind.MOBILE: ("手机号", "mobile"),
    Kind.LANDLINE: ("电话", "phone"),
    Kind.VIN: ("车架号", "VIN"),
    Kind.PLATE: ("车牌号", "number plate"),
}
"""Tags in Chinese texts and in others; part of the exported data, hence not translated with the interface."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A place in a text, in code points; ``sure`` when a check digit or an unmistakable form confirms the kind."""

    start: int
    end: int
    kind: Kind
    sure: bool


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP = r"[\s\-.·_—–\u200b-\u200d\u2060\ufeff]{0,2}"
_GAP_WITHOUT_DOT = _GAP.replace(".", "")  # else four groups of an IP address look like a mobile

# Nothing below can match without an @, four digits close together, or a province followed by a letter.
_MAYBE = re.compile(rf"[@＠]|\d(?:.{{0,6}}?\d){{3}}|[{_PROVINCES}][A-Za-zＡ-Ｚａ-ｚ]", re.DOTALL)

_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@(?:[A-Za-z0-9\-]{1,63}\.)+[A-Za-z]{2,24}")
_IDENTITY = re.compile(rf"(?<!\d)[1-8]\d{{5}}{_GAP}(?:18|19|20)\d{{6}}{_GAP}\d{{3}}[\dXx](?![\dA-Za-z])")
# Whatever is called an identity number is one, mistyped or foreign too; 18 digits in a row are hardly anything else.
_CALLED_IDENTITY = re.compile(
    r"(?:身份证|证件|护照|通行证|\bID|\bpassport)[^\d\n。；;]{0,8}?(?<![\dA-Za-z])([A-Za-z]{0,2}\d{7,17}[\dXx])(?![\dA-Za-z])",
    re.IGNORECASE,
)
_EIGHTEEN = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<!\d)[1-8]\d{14}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ \-]?\d{4}){2,3}(?:[ \-]?\d{1,4})(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+?86|0086|0){_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}(?!\d)")
_MOBILE_OTHER_GAPS = re.compile(
    rf"(?<!\d)(?:(?:\+?86|0086|0){_GAP_WITHOUT_DOT})?1{_GAP_WITHOUT_DOT}[3-9](?:{_GAP_WITHOUT_DOT}\d){{9}}(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)(?:\(0[1-9]\d{1,2}\) ?|0[1-9]\d{1,2}[ \-])[2-8]\d{6,7}(?!\d)")
# +44 7700 900123; (415) 555-0132; 07700 900123; whatever is called a phone number. Service numbers are nobody's.
_PHONES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d+])\+[1-9](?:[ \-.()/]{0,2}\d){7,13}(?!\d)",
        r"(?<![\d.])(?!\(?[48]00)(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ \-.])[2-9]\d{2}[ \-.]\d{4}(?![\d.])",
        r"(?<![\d.])0\d{2,4}[ \-]\d{3,4}[ \-]?\d{3,4}(?!\d)",
        r"(?:\b(?:call|phone|tel|mobile|whatsapp|telefon)|电话|手机|致电|微信)[^\d\n。；;]{0,12}?"
        r"(?<!\d)(?P<told>(?![48]00|(?:19|20)\d\d[ \-])\d(?:[ \-]?\d){6,11})(?!\d)",
    )
)
_VIN = re.compile(r"(?<![A-Za-z0-9])[A-HJ-NPR-Za-hj-npr-z0-9]{17}(?![A-Za-z0-9])")
_PLATE = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Za-hj-np-z][·•\-. ]?[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}(?![A-Za-z0-9])")

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_VIN_VALUES = {
    **{str(d): d for d in range(10)},
    **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def find(text: str) -> list[PersonalData]:
    """Return the personal data in a text in order, without overlaps."""
    if not _MAYBE.search(text):
        return []
    folded = text if text.isascii() else "".join(map(_fold, text))
    taken: list[PersonalData] = []
    for found in _candidates(folded):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return sorted(taken, key=lambda item: item.start)


def mask(text: str) -> str:
    """Return the text with every find replaced by its tag, Chinese where the text has Han characters."""
    found = find(text)
    if not found:
        return text
    chinese = any("\u3400" <= character <= "\u9fff" for character in text)
    parts, at = [], 0
    for item in found:
        parts.append(text[at : item.start])
        parts.append(f"［{TAGS[item.kind][0]}］" if chinese else f"[{TAGS[item.kind][1]}]")
        at = item.end
    return "".join([*parts, text[at:]])


def _fold(character: str) -> str:
    """Return the ASCII form of a decimal digit or full-width sign; always one character, so that places agree."""
    if character < "\x80":
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character


def _candidates(text: str) -> Iterator[PersonalData]:
    """Yield finds, the kinds with the strongest evidence first."""
    for match in _EMAIL.finditer(text):
        yield PersonalData(*match.span(), Kind.EMAIL, True)
    for match in _IDENTITY.finditer(text):
        digits = _digits(match.group())
        if is_date(digits[6:14]):
            yield PersonalData(*match.span(), Kind.IDENTITY, identity_check(digits))
    for match in _CARD.finditer(text):
        digits = _digits(match.group())
        if 15 <= len(digits) <= 19 and luhn(digits) and _card_prefix(digits):
            yield PersonalData(*match.span(), Kind.BANK_CARD, len(digits) in (16, 19))
    for match in _CALLED_IDENTITY.finditer(text):
        yield PersonalData(*match.span(1), Kind.IDENTITY, False)
    for match in _EIGHTEEN.finditer(text):
        yield PersonalData(*match.span(), Kind.IDENTITY, False)
    for match in _VIN.finditer(text):
        word = match.group().upper()
        letters = sum(character.isalpha() for character in word)
        if not letters or letters == len(word):
            continue
        checked = vin_check(word)
        if checked or (word[0] == "L" and word[-4:].isdigit()):
            yield PersonalData(*match.span(), Kind.VIN, checked)
    for pattern in (_MOBILE, _MOBILE_OTHER_GAPS):
        for match in pattern.finditer(text):
            yield PersonalData(*match.span(), Kind.MOBILE, pattern is _MOBILE)
    for match in _OLD_IDENTITY.finditer(text):
        if is_date("19" + match.group()[6:12]):
            yield PersonalData(*match.span(), Kind.IDENTITY, False)
    for pattern in (_LANDLINE, *_PHONES):
        for match in pattern.finditer(text):
            yield PersonalData(*match.span("told" if "told" in pattern.groupindex else 0), Kind.LANDLINE, False)
    for match in _PLATE.finditer(text):
        if any(character.isdigit() for character in match.group()):
            yield PersonalData(*match.span(), Kind.PLATE, True)


def _digits(text: str) -> str:
    """Return the letters and digits of a match without what separates them."""
    return "".join(character for character in text if character.isalnum()).upper()


def is_date(text: str) -> bool:
    """Return whether eight digits are a day of the calendar."""
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True


def identity_check(number: str) -> bool:
    """Return whether 17 digits and their check character agree. ISO 7064 MOD 11-2, GB 11643-1999."""
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def luhn(number: str) -> bool:
    """Return whether the last digit is Luhn's check digit. ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def vin_check(number: str) -> bool:
    """Return whether the ninth sign of a VIN is its check digit. ISO 3779, as required by GB 16735."""
    total = sum(weight * _VIN_VALUES[sign] for weight, sign in zip(_VIN_WEIGHTS, number, strict=True))
    return "0123456789X"[total % 11] == number[8]


def _card_prefix(number: str) -> bool:
    """Return whether a number starts as UnionPay, Visa, Mastercard, American Express or JCB cards do."""
    return number[:2] in {"62", "60", "65", "34", "35", "37", *map(str, range(51, 56))} or number[0] in "49"
