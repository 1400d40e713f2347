"""Find the encoding of a text file from its bytes: marks first, then validity, then how common the characters are."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from functools import cache

import resources
from annotate.text import fold


class Encoding(StrEnum):
    """The encodings that can be read; the value is Python's codec for the text behind any byte order mark."""

    UTF_8 = "utf-8"
    UTF_8_BOM = "utf-8-sig"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    GB18030 = "gb18030"
    BIG5 = "big5hkscs"
    WINDOWS_1252 = "cp1252"

    @property
    def codec(self) -> str:
        """Return the codec for text without its mark."""
        return "utf-8" if self is Encoding.UTF_8_BOM else self.value

    @property
    def is_utf_16(self) -> bool:
        """Tell whether a character takes two bytes or four."""
        return self in (Encoding.UTF_16_LE, Encoding.UTF_16_BE)


SAMPLE = 256 << 10
_ALIASES = {
    "utf8": Encoding.UTF_8, "utf8sig": Encoding.UTF_8_BOM, "utf8bom": Encoding.UTF_8_BOM,
    "utf16le": Encoding.UTF_16_LE, "utf16": Encoding.UTF_16_LE, "utf16be": Encoding.UTF_16_BE,
    "gb18030": Encoding.GB18030, "gbk": Encoding.GB18030, "gb2312": Encoding.GB18030, "cp936": Encoding.GB18030,
    "big5": Encoding.BIG5, "big5hkscs": Encoding.BIG5, "cp950": Encoding.BIG5,
    "cp1252": Encoding.WINDOWS_1252, "windows1252": Encoding.WINDOWS_1252, "latin1": Encoding.WINDOWS_1252,
    "iso88591": Encoding.WINDOWS_1252,
}  # fmt: skip


def named(name: str) -> Encoding | None:
    """Return the encoding that a person means by a name (gbk, UTF-8, big5…), or None."""
    return _ALIASES.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def byte_order_mark(start: bytes) -> tuple[Encoding, int] | None:
    """Return the encoding that a byte order mark at the start states, and the mark's length in bytes."""
    for mark, encoding in (
        (codecs.BOM_UTF8, Encoding.UTF_8_BOM),
        (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
        (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
    ):
        if start.startswith(mark):
            return encoding, len(mark)
    return None


@cache
def _ranks() -> dict[str, int]:
    _, characters = resources.path("lexicons", "common_characters.txt").read_text(encoding="utf-8").splitlines()
    return {character: rank for rank, character in enumerate(characters)}


_MARKS = frozenset("，。、；：？！（）《》“”‘’…—～·「」【】￥％")


def commonness(text: str) -> float:
    """Return how usual the non-ASCII characters of a text are: 1 the commonest Han, 0 none of the common ones.

    Traditional characters count as their simplified forms. Text without a non-ASCII character scores 0.
    """
    ranks = _ranks()
    total = score = 0.0
    for original, character in _folded_pairs(text):
        total += 1
        rank = ranks.get(character)
        if rank is not None:
            score += 1 - rank / (2 * len(ranks))
        elif original in _MARKS:
            score += 0.5
        elif not "一" <= character <= "鿿":
            score -= 0.5
    return score / total if total else 0.0


def _folded_pairs(text: str) -> list[tuple[str, str]]:
    seen = [character for character in text if character >= "\x80" and not character.isspace()][:4000]
    return [(character, fold(character)) for character in seen]


def _utf_8_damage(sample: bytes) -> float:
    """Return the share of invalid sequences among the non-ASCII ones, read as UTF-8 (0 for pure ASCII)."""
    text = sample.decode("utf-8", "replace")
    invalid = text.count("\ufffd") - sample.count("\ufffd".encode())
    characters = sum(1 for character in text if character >= "\x80")
    return invalid / characters if characters else 0.0


def _utf_16_without_mark(sample: bytes) -> Encoding | None:
    """Return the byte order of UTF-16 if there are the zero bytes of its ASCII, and one order gives usual text."""
    if sample.count(0) * 1000 < len(sample) or b"\0" not in sample:
        return None
    texts = {
        encoding: sample[: len(sample) // 2 * 2].decode(encoding.codec, "replace")
        for encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE)
    }
    usual = {encoding: _share_of_usual(text) for encoding, text in texts.items()}
    best = max(usual, key=lambda encoding: usual[encoding])
    return best if usual[best] >= 0.8 else None


def _share_of_usual(text: str) -> float:
    """Return the share of characters that are common Han, Chinese punctuation, printable ASCII or white space."""
    seen = text[:4000]
    ranks = _ranks()
    usual = sum(
        " " <= character <= "~" or character in "\r\n\t" or character in _MARKS or fold(character) in ranks
        for character in seen
    )
    return usual / max(len(seen), 1)


_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")


def detect(samples: list[bytes]) -> Encoding:
    """Return the encoding of a file from samples of it (start first; the others may begin within a character).

    A byte order mark decides. Then UTF-16, if there are zero bytes and it gives usual characters. Then UTF-8, if at
    most one in five non-ASCII sequences is invalid: one bad byte spoils a record, not the file. Single high bytes amid
    ASCII are Windows-1252 (Western Excel). Of the rest, the one whose characters are the commonest.
    """
    marked = byte_order_mark(samples[0])
    if marked:
        return marked[0]
    zeros = _utf_16_without_mark(samples[0])
    if zeros:
        return zeros
    sample = b"\n".join([samples[0], *(_whole_lines(later) for later in samples[1:])])
    damage = _utf_8_damage(sample)
    if damage <= 0.2:
        return Encoding.UTF_8
    high = len(_HIGH.findall(sample))
    if len(_ALONE.findall(sample)) > high / 2:
        return Encoding.WINDOWS_1252
    sound = commonness(sample.decode("utf-8", "ignore")) if damage <= 0.5 else 0.0
    if sound > max(_score(sample, Encoding.GB18030), _score(sample, Encoding.BIG5)):
        return Encoding.UTF_8
    return max((Encoding.GB18030, Encoding.BIG5), key=lambda encoding: _score(sample, encoding))


_STATED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)


def page_encoding(page: bytes) -> Encoding:
    """Return the encoding of a web page: what it states of itself, if that holds, else what its bytes look like."""
    start = page[:SAMPLE]
    match = _STATED.search(start[:4096])
    stated = named(match[1].decode("ascii", "replace")) if match and not byte_order_mark(start) else None
    if stated and not stated.is_utf_16 and start.decode(stated.codec, "replace").count("\ufffd") * 100 <= len(start):
        return stated
    return detect([start])


def _score(sample: bytes, encoding: Encoding) -> float:
    text = sample.decode(encoding.codec, "replace")
    broken = text.count("\ufffd")
    characters = sum(1 for character in text if character >= "\x80")
    return commonness(text) - 4 * broken / max(characters, 1)


def _whole_lines(sample: bytes) -> bytes:
    """Cut a sample from the middle of a file to whole lines, so that no character is halved."""
    first = sample.find(b"\n")
    return sample[first + 1 :] if first >= 0 else sample
