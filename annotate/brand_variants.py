"""Variants of a name: the same sound (华伟, huawei for 华为), or a slip of a letter; never where a digit differs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from annotate.alike import differ_in_sense, reading
from annotate.jobs import Progress, silent
from annotate.messages import N_

SIMILARITY = 0.8
_MOST_FORMS = 5_000
"""Forms that are gathered, the most frequent ones; in a question about brands there are fewer."""
_MOST_COMPARED = 200
_DIGITS = re.compile(r"\d+")
_SLIP_OF_O = re.compile(r"(?<=[a-z]{2})0(?![0-9])|(?<![a-z0-9])0(?=[a-z]{3})")
"""A nought between or beside letters: viv0, 0ppo; not that of a model: s20, a0."""
_LATIN = re.compile(r"[a-z]")
_SILENT = re.compile(r"[\s.·'-]")


def families(uses: Counter[str], similarity: float = SIMILARITY, progress: Progress = silent) -> list[list[str]]:
    """Gather forms, with the answers that have each, under the most frequent one that each is a variant of.

    The _MOST_FORMS most frequent are looked at.
    """
    order = sorted(uses, key=lambda form: (-uses[form], form))[:_MOST_FORMS]
    families: list[list[str]] = []
    by_sound: dict[str, int] = {}
    by_start: dict[str, list[int]] = defaultdict(list)
    for at, form in enumerate(order):
        if at % 500 == 0:
            progress(min(99, 100 * at // len(order)), 100, N_("Gathering variants"))
        sound = _heard(form).sound
        home = by_sound.get(sound)
        if home is not None and not is_variant(families[home][0], form, similarity):
            home = None
        own, probed = _marks(form)
        if home is None:
            near = sorted({place for mark in probed for place in by_start[mark]})[:_MOST_COMPARED]
            home = next((place for place in near if is_variant(families[place][0], form, similarity)), None)
        if home is None:
            home = len(families)
            families.append([])
            for mark in own:
                by_start[mark].append(home)
        families[home].append(form)
        by_sound.setdefault(sound, home)
    return families


@dataclass(frozen=True, slots=True)
class _Heard:
    """A form as it is compared: how it sounds, whether it holds Latin letters, its numbers, and its spaces."""

    sound: str
    latin: bool
    numbers: tuple[str, ...]
    spaces: int


@lru_cache(1 << 14)
def _heard(form: str) -> _Heard:
    return _Heard(_sound(form), _LATIN.search(form) is not None, tuple(_DIGITS.findall(form)), form.count(" "))


def _sound(form: str) -> str:
    """Return how a form sounds: pinyin without tones and spaces, Latin letters as they are."""
    return _SILENT.sub("", reading(form).lower())


def _marks(form: str) -> tuple[list[str], list[str]]:
    """Return the marks of a form, and those of which variants have one: the beginning or the end of the sound.

    Two names in characters are one only where they sound the same: they are not compared.
    """
    heard = _heard(form)
    sound, latin = heard.sound, heard.latin
    parts = (f"^{sound[:3]}", f"${sound[-3:]}")
    own = [f"{'latin' if latin else 'han'}{part}" for part in parts]
    return own, own + [f"han{part}" for part in parts] if latin else [f"latin{part}" for part in parts]


def is_variant(one: str, other: str, similarity: float = SIMILARITY) -> bool:
    """Tell whether two folded forms may be one name: the same sound, or a slip of a letter in a longer one."""
    if "0" in one or "0" in other:
        one, other = _SLIP_OF_O.sub("o", one), _SLIP_OF_O.sub("o", other)
    left, right = _heard(one), _heard(other)
    if left.numbers != right.numbers:
        return False
    in_characters = not left.latin and not right.latin
    if left.sound == right.sound:
        return not (in_characters and len(one) == len(other) and differ_in_sense(one, other))
    if in_characters or left.sound[:1] != right.sound[:1] or min(len(left.sound), len(right.sound)) < 4:
        return False  # 大众 and 大宗 sound almost alike and are two names
    if _is_plural(left.sound, right.sound) and not (one.endswith(" s") or other.endswith(" s")):
        return True
    return left.spaces == right.spaces and _likeness(left.sound, right.sound) >= similarity  # iphone is not iphone x


def _is_plural(one: str, other: str) -> bool:
    """Tell whether the one is the other with an s, as people write ryanairs."""
    short, long = sorted((one, other), key=len)
    return len(short) > 4 and long == f"{short}s"


def _likeness(one: str, other: str) -> float:
    """Return the share of letters that need no typing again, in [0, 1]."""
    from rapidfuzz.distance import DamerauLevenshtein

    return DamerauLevenshtein.normalized_similarity(one, other)


def closest(form: str, known: Mapping[str, int], similarity: float = SIMILARITY) -> int | None:
    """Return the code of the known form that a form is most likely a variant of; None where of none."""
    like = [(_likeness(_heard(name).sound, _heard(form).sound), code) for name, code in known.items()
            if is_variant(name, form, similarity)]  # fmt: skip
    if like:
        return max(like)[1]
    short = {code for name, code in known.items() if _shortens(form, name)}
    return short.pop() if len(short) == 1 else None


def _shortens(form: str, name: str) -> bool:
    """Tell whether a form is the beginning of a name (united airlines, 蜜雪冰城), or its initials (ba)."""
    if " " in name and form == "".join(word[0] for word in name.split()):
        return True
    if not name.startswith(form) or len(name) == len(form):
        return False
    return name[len(form)] == " " if form[-1].isascii() else len(form) > 1
