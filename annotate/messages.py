"""One gettext catalogue for window, command line and report; English is the message id."""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache

import resources

DOMAIN = "tingdong"
LANGUAGES = ("zh_CN", "en")

_current = "en"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of one language; English is the source and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, resources.path("translations"), languages=[language])


def language_of(name: str | None) -> str:
    """Map ``zh``, ``zh_CN.UTF-8``, ``en_GB``… to one of LANGUAGES."""
    return "zh_CN" if (name or "").lower().startswith("zh") else "en"


def use(language: str | None = None) -> str:
    """Set the language of this process: as given, else TINGDONG_LANG, else the system's."""
    global _current  # noqa: PLW0603 one process speaks one language at a time; reports pass theirs explicitly
    wanted = language or os.environ.get("TINGDONG_LANG") or os.environ.get("LANG") or locale.getlocale()[0]
    _current = language_of(wanted)
    return _current


def current() -> str:
    """Return the language in use."""
    return _current


def _(text: str) -> str:
    """Translate into the language in use."""
    return _said(_current, text)


def _said(language: str, text: str) -> str:
    if not text:
        return ""
    said = translations(language).gettext(text)
    return _Counting(said) if language == "en" and _counts(said) else said


@lru_cache(1 << 13)
def _counts(text: str) -> bool:
    """Tell whether an English text counts things."""
    return _MANY.search(text) is not None


class _Counting(str):
    """An English text that counts one thing in the singular: 1 answer is, not 1 answers are.

    Steps of the history and findings are stored with one message id for all numbers, so the text itself has to know.
    """

    __slots__ = ()

    def format(self, *args: object, **params: object) -> str:
        """Fill the text in."""
        if not any(str(value) == "1" for value in params.values()):
            return super().format(*args, **params)
        return _MANY.sub(lambda match: _one(match, params), self).format(*args, **params)


def _one(match: re.Match[str], params: Mapping[str, object]) -> str:
    if str(params.get(match["number"])) != "1":
        return match[0]
    noun = match["noun"]
    noun = _SINGULAR.get(noun) or noun.removesuffix("s")
    verb = match["verb"] or ""
    return match["before"] + noun + (" " + _VERBS[verb] if verb else "")


_SINGULAR = {"people": "person", "entries": "entry", "matches": "match"}
_VERBS = {
    "are": "is", "were": "was", "have": "has", "do": "does", "carry": "carries", "say": "says", "stand": "stands",
    "rest": "rests", "belong": "belongs", "repeat": "repeats", "wait": "waits", "lie": "lies", "change": "changes",
    "bring": "brings",
}  # fmt: skip
_NOUNS = (
    "account|alarm|alias|answer|assignment|bracket|brand|candidate|change|character|check|choice|cluster|code|coder"
    "|column|customer|date|day|decision|difference|digit|error|example|explanation|figure|file|gap|group|hit|hour|id"
    "|label|line|list|look|mention|minute|month|name|net|page|period|phrase|picture|place|point|question|record|rise"
    "|respondent|revision|row|rule|score|sentence|sentiment|set|slice|source|stage|step|suggestion|synonym|tag|term"
    "|test|theme|thing|threshold|time|title|touchpoint|value|verbatim|voice|wave|week|weight|word"
)
_MANY = re.compile(
    r"(?P<before>\{(?P<number>\w+)\} +(?:(?!of |and |in |on |by |to |from |for |or |with )[a-z-]+ ){0,2})"
    rf"(?P<noun>(?:{_NOUNS})s|{'|'.join(_SINGULAR)})\b(?: (?P<verb>{'|'.join(_VERBS)})\b)?"
)


def N_(text: str) -> str:
    """Mark a text for the catalogue without translating it yet."""
    return text


def plural(n: int, one: str, many: str) -> str:
    """Return the translation of ``one`` for 1 and of ``many`` for any other number (both marked with ``N_``)."""
    return _(one if n == 1 else many)


def counted(text: str, /, **params: object) -> str:
    """Return the translation of a text, filled in: 1 answer, not 1 answers."""
    return _(text).format(**params)


def listed(parts: Iterable[str]) -> str:
    """Return parts as a list in a sentence of the language in use: a, b, c or a、b、c."""
    return ("、" if _current == "zh_CN" else ", ").join(parts)


def translator(language: str) -> Callable[[str], str]:
    """Return a translate function for one language, whatever language is in use (reports)."""
    known = language_of(language)
    return lambda text: _said(known, text)


def lend_to_libraries() -> None:
    """Let libraries that ask gettext for its default domain (click) speak this language: for commands only."""
    os.environ["LANGUAGE"] = _current
    gettext.bindtextdomain(DOMAIN, str(resources.path("translations")))
    gettext.textdomain(DOMAIN)
