"""What one person says: clauses joined, slips of the keyboard, and the mentions in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sample import people
from sample.grammar import (
    NONE,
    OTHER,
    Chance,
    Clause,
    Mention,
    clauses,
    fits,
    say,
    sections,
    slots,
    table,
)
from sample.people import Customer

# How often a code is complained of and praised, in parts; the same for both languages.
SHARES = {
    101: (9, 3), 102: (5, 6), 103: (3, 2), 201: (7, 7), 202: (6, 4), 203: (5, 3), 301: (4, 10), 302: (3, 3),
    401: (9, 5), 402: (4, 3), 403: (3, 2), 404: (4, 4), 501: (4, 6), 502: (8, 4), 503: (5, 2), 504: (4, 4),
    601: (2, 12), 602: (5, 5), 701: (3, 2), 702: (2, 4), 703: (2, 4), 801: (4, 2), 802: (3, 4), 803: (4, 0.5),
    901: (5, 6), 902: (5, 2), 903: (4, 2), 904: (4, 2), 1001: (4, 6), 1002: (4, 1), 1003: (4, 2), 1101: (2, 5),
    1102: (2, 2), OTHER: (4, 3),
}  # fmt: skip
EITHER = 0.25  # wordings that coders dispute, or that name two codes, are rarer than plain ones
FIRST_READING = 0.8
SPIKE = 4.6  # how much likelier 101 is among complaints of the batch in its wave
SPIKE_BATCH, SPIKE_WAVE, SPIKE_CODE = "D7", "2026-06", 101
RISING = ("手机钥匙", "digital key")  # a theme that the frame has no code for yet: rare, then common in the last wave
RISING_WAVE, RISING_TIMES = "2026-07", 12
CLAUSES_SAID = {
    "调研": (0.54, 0.29, 0.12, 0.05),
    "店端": (0.72, 0.24, 0.04),
    "私域": (0.66, 0.28, 0.06),
    "客服热线": (0.55, 0.35, 0.10),
    "舆情": (0.24, 0.38, 0.25, 0.13),
}
TURNS_AROUND = {"调研": 0.13, "店端": 0.06, "私域": 0.15, "客服热线": 0.1, "舆情": 0.32}
PERSONAL_DATA, WITH_PERSONAL_DATA = 0.025, ("客服热线", "私域", "调研")


@dataclass(frozen=True, slots=True)
class Answer:
    """One verbatim and what a careful coder ticks, in order of mention."""

    text: str
    mentions: tuple[Mention, ...]


class Speaker:
    """Says answers in one language."""

    def __init__(self, language: str, chance: Chance) -> None:
        self.language = language
        self._chance = chance
        self._told = 0  # how many customers told personal data
        self._words = slots(f"slots_{language}.txt")
        self._fillers = {name: [text for text, _ in said] for name, said in sections(f"fillers_{language}.txt").items()}
        self._special = sections(f"special_{language}.txt")
        self._typos = table("typos_zh.txt")
        self._traditional = table("traditional_zh.txt")
        groups: dict[tuple[tuple[Mention, ...], ...], list[Clause]] = {}
        for clause in clauses(f"clauses_{language}.txt"):
            groups.setdefault(clause.readings, []).append(clause)
        self._groups = list(groups.values())

    def special(self, code: int, *, likes: bool) -> Answer:
        """Return a whole answer with a special role."""
        said = self._special[f"{code}like" if code == NONE and likes else str(code)]
        pattern = self._chance.weighted([text for text, _ in said], [weight for _, weight in said])
        sentiment = (-1 if likes else 1) if code == NONE else 0
        return Answer(say(pattern, self._chance, self._words), (Mention(code, sentiment),))

    def answer(self, customer: Customer, channel: str, wave: str, *, likes: bool) -> Answer:
        """Return an answer with content: mostly praise under likes, mostly complaints under dislikes."""
        chance = self._chance
        count = 1 + chance.weighted(range(len(CLAUSES_SAID[channel])), CLAUSES_SAID[channel])
        turned = int(chance.share() * count) if chance.happens(TURNS_AROUND[channel]) else -1
        if turned >= 0 and count == 1:
            count, turned = 2, int(chance.share() * 2)
        parts: list[str] = []
        mentions: list[Mention] = []
        for place in range(count):
            praise = likes if place != turned else not likes
            clause, text = self._clause(customer, channel, wave, praise, {mention.code for mention in mentions})
            parts.append(text)
            second = len(clause.readings) > 1 and not chance.happens(FIRST_READING)
            mentions.extend(clause.readings[1 if second else 0])
        text = self._join(parts, turned, likes, count)
        text = self._dress(text, channel, customer, likes, count)
        for twice, once in (("。。", "。"), ("。，", "，"), ("！，", "，"), ("？。", "？"), ("~。", "。")):
            text = text.replace(twice, once)
        return Answer(text, tuple(mentions))

    def _clause(
        self, customer: Customer, channel: str, wave: str, praise: bool, already: set[int]
    ) -> tuple[Clause, str]:
        spiked = 1.0
        if channel == "舆情":  # posts name more themes each; without this they would outdo the planted spike
            spiked = 0.55
        elif (customer.batch, wave) == (SPIKE_BATCH, SPIKE_WAVE):
            spiked = SPIKE
        weights = [self._weight(group[0], praise, already, spiked, wave) for group in self._groups]
        while True:
            group = self._chance.weighted(self._groups, weights)
            clause = self._chance.weighted(group, [self._line_weight(clause, wave) for clause in group])
            text = say(clause.pattern, self._chance, self._words, 车=customer.car[2:])
            if fits(text, customer.energy):
                return clause, text

    @staticmethod
    def _weight(clause: Clause, praise: bool, already: set[int], spiked: float, wave: str) -> float:
        first = clause.first
        if clause.codes & already or (first.sentiment > 0 and not praise) or (first.sentiment < 0 and praise):
            return 0.0
        share: float = SHARES[first.code][1 if praise else 0]
        if first.sentiment == 0:
            share *= 0.15
        elif len(clause.readings) > 1 or len(clause.readings[0]) > 1:
            share *= EITHER
        if not praise and first.code == SPIKE_CODE:
            share *= spiked
        if not praise and first.code == OTHER and wave == RISING_WAVE:
            share *= 2
        return share

    @staticmethod
    def _line_weight(clause: Clause, wave: str) -> float:
        rising = wave == RISING_WAVE and clause.first.sentiment < 0 and any(word in clause.pattern for word in RISING)
        return clause.weight * RISING_TIMES if rising else clause.weight

    def _join(self, parts: Sequence[str], turned: int, likes: bool, count: int) -> str:
        chance, fillers = self._chance, self._fillers
        joiner = chance.pick(fillers["join"])
        linked = False
        text = parts[0]
        for place in range(1, count):
            if turned in (place, place - 1):
                text += chance.pick(fillers["but" if (place == turned) == likes else "butgood"]) + parts[place]
            else:
                link = chance.pick(fillers["link"]) if not linked and chance.happens(0.18) else joiner
                linked = linked or link != joiner
                text += link + parts[place]
        if "neutral" in fillers and count > 1 and chance.happens(0.06):
            text = chance.pick(fillers["neutral"]) + "。" + text
        return text

    def _dress(self, text: str, channel: str, customer: Customer, likes: bool, count: int) -> str:
        chance, fillers = self._chance, self._fillers
        good = "good" if likes else ""
        if not likes and chance.happens(0.12):
            text = self._opening("open") + (" " if self.language == "en" else "") + text
        if chance.happens(0.12):
            text += chance.pick(fillers["close" + good])
        if self.language == "en":
            return text.replace("..", ".").replace(" ,", ",") if chance.happens(0.5) else text[0].upper() + text[1:]
        if channel == "私域":
            text = (self._opening("privateopen") if chance.happens(0.25) else "") + text
            text += chance.pick(fillers["privateclose" + good]) if chance.happens(0.4) else ""
        elif channel == "舆情":
            text = (self._opening("postopen", customer) if chance.happens(0.5) else "") + text
            text += chance.pick(fillers["postclose" + good]) if chance.happens(0.5) else ""
        text = self._slip(text, channel)
        if not likes and channel in WITH_PERSONAL_DATA and chance.happens(PERSONAL_DATA):
            text = with_personal_data(text, self._told, chance)
            self._told += 1
        if channel == "客服热线":
            return self._call(text, customer, likes)
        if channel in ("调研", "店端") and count > 1 and chance.happens(0.25):
            text += "。"
        return text

    def _opening(self, name: str, customer: Customer | None = None) -> str:
        pattern = self._chance.pick(self._fillers[name])
        return say(pattern, self._chance, self._words, 车=customer.car[2:] if customer else "")

    def _slip(self, text: str, channel: str) -> str:
        chance = self._chance
        if chance.happens(0.06):
            wrong = [meant for meant in self._typos if meant in text]
            if wrong:
                meant = chance.pick(wrong)
                text = text.replace(meant, chance.pick(self._typos[meant]), 1)
        if chance.happens(0.05):
            text = text.replace("，", " ").replace("；", " ").replace("。", " ")
        if channel != "客服热线" and chance.happens(0.03):
            for simplified, traditional in self._traditional.items():
                text = text.replace(simplified, traditional[0])
        return text

    def _call(self, text: str, customer: Customer, likes: bool) -> str:
        chance, fillers = self._chance, self._fillers
        gap = "\n" if chance.happens(0.3) else ""
        opening = self._opening("callopen", customer) if chance.happens(0.7) else ""
        closing = chance.pick(fillers["callclosegood" if likes else "callclose"]) if chance.happens(0.5) else ""
        turns = [f"[客服]{chance.pick(fillers['agent'])}", f"[客户]{opening}{text}。"]
        if not likes and chance.happens(0.4):
            asked, replied = chance.pick(fillers["agentask"]).split(" → ")
            turns += [f"[客服]{asked}", f"[客户]{replied}{closing}。"]
        elif closing:
            turns[-1] = turns[-1][:-1] + closing + "。"
        if chance.happens(0.8):
            turns.append(f"[客服]{chance.pick(fillers['agentclosegood' if likes else 'agentclose'])}")
        return gap.join(turns)


def with_personal_data(text: str, turn: int, chance: Chance) -> str:
    """Append fictitious personal data as customers do; ``turn`` goes through the kinds."""
    ways = (
        lambda: f"，我电话{people.mobile(chance)}，让你们主管回我",
        lambda: f"，登记的身份证是{people.identity_number(chance)}",
        lambda: f"，发我邮箱{people.email(chance)}",
        lambda: f"。联系方式 {people.mobile(chance)}",
    )
    return text + ways[turn % len(ways)]()
