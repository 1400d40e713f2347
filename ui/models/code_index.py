"""Finding one of 200 codes in two or three keys: by number, Chinese, English, pinyin or its initials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate import alike
from annotate.frames import Code


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with what it can be found by. ``sounds`` holds the readings of each character, one or several."""

    code: Code
    place: int
    label: str
    english: str
    sounds: tuple[tuple[str, ...], ...]
    path: str


def build(codes: Sequence[Code]) -> list[Entry]:
    """Return the entries of the codes that may be given. Reads the pinyin dictionary: not on the UI thread."""
    entries = []
    for place, one in enumerate(codes):
        if one.is_net or one.retired:
            continue
        sounds = tuple(alike.sounds(character.casefold()) for character in one.label)
        path = " / ".join(one.path[:-1])
        entries.append(Entry(one, place, one.label.casefold(), one.label_en.casefold(), sounds, path))
    return entries


def find(entries: Iterable[Entry], typed: str, first: Mapping[int, float] | None = None) -> list[Entry]:
    """Return the entries that match, best first; ``first``: how likely each is for the answer at hand."""
    wanted = typed.strip().casefold()
    likely = first or {}
    ranked = []
    for entry in entries:
        rank = _rank(entry, wanted) if wanted else 0
        if rank is not None:
            ranked.append((rank, -likely.get(entry.code.id, 0.0), entry.place, entry))
    ranked.sort(key=lambda one: one[:3])
    return [one[3] for one in ranked]


def _rank(entry: Entry, wanted: str) -> int | None:
    """Return how well an entry matches, 0 best; None where it does not."""
    number = entry.code.number.casefold()
    if number == wanted:
        return 0
    if wanted.isdigit():
        return 1 if number.startswith(wanted) else 2 if wanted in entry.label else None
    if entry.label.startswith(wanted):
        return 1
    if sounds_like(entry.sounds, wanted):
        return 2
    if wanted in entry.label or entry.english.startswith(wanted):
        return 3
    if any(word.startswith(wanted) for word in entry.english.split()):
        return 4
    if any(sounds_like(entry.sounds[start:], wanted) for start in range(1, len(entry.sounds))):
        return 5
    if len(wanted) > 2 and wanted in entry.path.casefold():
        return 6
    return None


def sounds_like(sounds: Sequence[tuple[str, ...]], wanted: str) -> bool:
    """Tell whether letters spell the beginning of a label: by initials, syllables or both (dlr, dongll, dongliruo)."""
    if not wanted:
        return True
    if not sounds:
        return False
    for sound in sounds[0]:
        for length in range(1, min(len(sound), len(wanted)) + 1):
            if sound[:length] != wanted[:length]:
                break
            # A syllable counts by its initial letter(s), whole, or as far as the typing goes.
            if (length in (1, len(sound)) or length == len(wanted) or sound[:length] in ("zh", "ch", "sh")) and (
                sounds_like(sounds[1:], wanted[length:])
            ):
                return True
    return False
