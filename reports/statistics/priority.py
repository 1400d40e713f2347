"""What to do first: reach × effect × urgency × customer value, and the four fields of the map of importance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotate.messages import N_
from reports.statistics.least_squares import Floats
from reports.statistics.nps import Estimate

VIP = 1.3
_CALM, _PRESSING = 0.5, 2.0


class Quadrant(Enum):
    """A field of the map: how many mention it (against the median theme), and whether a mention lowers the score."""

    FIX_FIRST = N_("Fix first")
    KEEP_UP = N_("Keep up")
    FEW_BUT_PAINFUL = N_("Few but painful")
    NICE_EXTRA = N_("Nice extra")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a theme stands on the map. ``sure``: its interval of effect leaves out 0."""

    quadrant: Quadrant
    sure: bool


def quadrants(shares: Floats, effects: list[Estimate]) -> list[Place]:
    """Return the field of each theme: right of the median share means many, below 0 means it costs points.

    ``shares`` (k) in [0, 1], corrected where a machine coded; a theme at the median counts as many.
    """
    cut = float(np.median(shares)) if shares.size else 0.0
    fields = {
        (True, True): Quadrant.FIX_FIRST,
        (True, False): Quadrant.KEEP_UP,
        (False, True): Quadrant.FEW_BUT_PAINFUL,
        (False, False): Quadrant.NICE_EXTRA,
    }
    return [
        Place(fields[bool(share >= cut), one.value < 0], one.low > 0 or one.high < 0)
        for share, one in zip(shares, effects, strict=True)
    ]


def urgency(now: Floats, before: Floats, changed: NDArray[np.bool_]) -> Floats:
    """Return how pressing themes are (k): their growth now ÷ before, within ½ and 2; 1 where no change is proved."""
    ratio = np.divide(now, before, out=np.full(now.shape, _PRESSING), where=before > 0)
    return np.where(changed, np.clip(ratio, _CALM, _PRESSING), 1.0)


def customer_value(mentions: NDArray[np.bool_], tiers: Floats) -> Floats:
    """Return the mean tier weight (a VIP 1.3, others 1) of the people behind each theme (k); 1 where nobody is.

    ``mentions`` bool (people × k), ``tiers`` (people).
    """
    people = mentions.sum(axis=0)
    return np.asarray(np.divide(tiers @ mentions, people, out=np.ones(people.size), where=people > 0), np.float64)


def priority(reach: Floats, effect: Floats, *, urgency: Floats | None = None, value: Floats | None = None) -> Floats:
    """Return reach × |effect| × urgency × customer value (k): points of score at stake a person, weighed.

    ``reach`` in [0, 1], ``effect`` in points a mention. Without urgency and value these are the points at stake.
    """
    found = reach * np.abs(effect)
    for factor in (urgency, value):
        if factor is not None:
            found = found * factor
    return np.asarray(found, np.float64)
