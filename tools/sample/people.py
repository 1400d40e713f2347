"""Who answers: customers with a car, a store and a tier, and what moves their scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sample.grammar import Chance, Mention

CARS = {"星野A3": "燃油", "星野X5": "混动", "星野E7": "纯电"}
BATCHES = {
    "星野A3": ("D4", "D5", "D6", "D7", "D8", "D9"),
    "星野X5": ("D4", "D5", "D6", "D7", "D8", "D9"),
    "星野E7": ("E1", "E2", "E3"),
}
STORES = {
    "华东": ("云栖一店", "云栖二店", "青石桥店", "望江店", "梅雨巷店"),
    "华南": ("木棉店", "珠水店", "榕荫店", "海岬店"),
    "华北": ("槐安店", "长垣店", "雁门店", "白塔店"),
    "华中": ("东湖湾店", "洞庭路店", "楚望店"),
    "西南": ("锦官店", "山茶店", "雾都一店", "雾都二店"),
}
TIERS, TIER_SHARES = ("普通", "银卡", "金卡", "VIP"), (0.68, 0.16, 0.11, 0.05)

# Points of the recommendation score: what a complaint costs, what praise lifts; else COST and LIFT.
COST, LIFT = -0.6, 0.3
COSTS = {
    101: -2.2,
    401: -0.9,
    502: -0.8,
    701: -1.8,
    803: -2.0,
    901: -1.7,
    902: -2.4,
    1002: -1.5,
    1003: -1.8,
    1101: -1.8,
}
LIFTS = {404: 0.9, 601: 0.6, 802: 1.3, 901: 1.2, 1101: 1.3}


@dataclass(frozen=True, slots=True)
class Customer:
    """One owner; ``mood`` is the score (about 0–10) that this person leans to before anything happens."""

    number: str
    car: str
    batch: str
    region: str
    store: str
    tier: str
    language: str
    mood: float
    weight: float

    @property
    def energy(self) -> str:
        return CARS[self.car]


def meet(number: int, chance: Chance) -> Customer:
    """Return a new customer."""
    car = chance.weighted(tuple(CARS), (0.3, 0.42, 0.28))
    region = chance.weighted(tuple(STORES), (0.32, 0.22, 0.18, 0.13, 0.15))
    return Customer(
        number=f"K{number:05d}",
        car=car,
        batch=chance.pick(BATCHES[car]),
        region=region,
        store=chance.pick(STORES[region]),
        tier=chance.weighted(TIERS, TIER_SHARES),
        language="en" if chance.happens(0.16) else "zh",
        mood=chance.bell(7.9, 1.6),
        weight=round(0.6 + chance.share(), 2),
    )


def recommendation(customer: Customer, mentions: Iterable[Mention], chance: Chance) -> int:
    """Return the recommendation score, 0–10, after what this person told us."""
    score = customer.mood + chance.bell(0, 0.5)
    for mention in mentions:
        if mention.sentiment < 0:
            score += COSTS.get(mention.code, COST)
        elif mention.sentiment > 0:
            score += LIFTS.get(mention.code, LIFT)
    return min(10, max(0, round(score)))


def satisfaction(score: int, chance: Chance) -> int:
    """Return the satisfaction, 1–5, of somebody who gave this recommendation score."""
    return min(5, max(1, round(chance.bell(score / 2.3 + 0.7, 0.45))))


def mobile(chance: Chance) -> str:
    """Return a number of the block 138 0000 00xx, which belongs to nobody."""
    return f"138000000{int(chance.share() * 100):02d}"


def identity_number(chance: Chance) -> str:
    """Return an identity number of the non-existing region 990000, its check digit right (ISO 7064 MOD 11-2)."""
    body = f"9900001900010{1 + int(chance.share() * 9)}{int(chance.share() * 1000):03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def email(chance: Chance) -> str:
    return f"owner{int(chance.share() * 900) + 100}@example.com"
