"""The apostrophe that keeps a spreadsheet from running a customer's words as a formula.

A CSV cell has no type, so Excel, WPS and LibreOffice run whatever looks like a formula. XLSX and JSONL carry the type
and need no guard. Rules: OWASP ASVS 1.2.10, widened to the full-width signs that Chinese input methods produce.
"""

from __future__ import annotations

import re

_FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
_FIRST_CHARACTERS = frozenset("\t\r\n\0|%")
# A spreadsheet trims these before it looks; the last ones are invisible although str.isspace() does not count them.
_LEADING_SPACE = re.compile(r"^[\s\0\ufeff\u200b-\u200f\u2060]*")
_PLAIN_NUMBER = re.compile(r"[ ]*[+-]?(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?[ ]*", re.ASCII)


def dangerous(text: str) -> bool:
    """Say whether a spreadsheet could take the text for a formula or a command; plain numbers such as -1 are not."""
    if not text or text[0].isalnum():
        return False
    if text[0] in _FIRST_CHARACTERS:
        return True
    sign = _LEADING_SPACE.sub("", text, count=1)[:1]
    return sign in _FORMULA_SIGNS and _PLAIN_NUMBER.fullmatch(text) is None


def guard(text: str) -> str:
    """Return the text with one ``'`` before it where it is dangerous, else unchanged.

    A text that already begins with apostrophes before something dangerous gets one more, so that ``unguard`` always
    gives back what was there: ``unguard(guard(text)) == text``.
    """
    return "'" + text if dangerous(text.lstrip("'")) else text


def unguard(text: str) -> str:
    """Take back the ``'`` that ``guard`` put before a text. Use it on CSV files of our own only."""
    return text[1:] if text.startswith("'") and dangerous(text.lstrip("'")) else text
