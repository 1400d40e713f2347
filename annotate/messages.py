"""One gettext catalogue for window, command line and report; English is the message id."""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Callable, Iterable
from functools import cache

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
    return translations(_current).gettext(text) if text else ""


def N_(text: str) -> str:
    """Mark a text for the catalogue without translating it yet."""
    return text


def plural(n: int, one: str, many: str) -> str:
    """Return the translation of ``one`` for 1 and of ``many`` for any other number (both marked with ``N_``)."""
    return _(one if n == 1 else many)


_NOUNS = (
    "answer|assignment|code|column|decision|difference|error|label|mention|minute|net|page|phrase|picture|place|record"
    "|row|score|source|stage|step|term|time|touchpoint"
)


def counted(text: str, /, **params: object) -> str:
    """Return the translation of a text, filled in; English counts one thing in the singular: 1 answer, not 1 answers.

    For texts whose verbs do not follow the number (steps of the history are stored with one message id); ``plural``
    is for the others.
    """
    said = _(text)
    if _current == "en":
        for name, value in params.items():
            if str(value) == "1":
                said = re.sub(rf"(\{{{name}\}} (?:[a-z]+ )?(?:{_NOUNS}))s\b", r"\1", said)
    return said.format(**params)


def listed(parts: Iterable[str]) -> str:
    """Return parts as a list in a sentence of the language in use: a, b, c or a、b、c."""
    return ("、" if _current == "zh_CN" else ", ").join(parts)


def translator(language: str) -> Callable[[str], str]:
    """Return a translate function for one language, whatever language is in use (reports)."""
    catalogue = translations(language_of(language))
    return lambda text: catalogue.gettext(text) if text else ""


def lend_to_libraries() -> None:
    """Let libraries that ask gettext for its default domain (click) speak this language: for commands only."""
    os.environ["LANGUAGE"] = _current
    gettext.bindtextdomain(DOMAIN, str(resources.path("translations")))
    gettext.textdomain(DOMAIN)
