"""Make the sample survey that ships with the program: resources/sample/{survey,frame,labels,audit}.csv.

python tools/make_sample.py                     write the four files
python tools/make_sample.py --all-gold FILE     also write the codes of every verbatim, kept out of the program
The same seed gives the same bytes on every Python and machine.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from sample import people
from sample.answers import Answer, Speaker
from sample.grammar import DONT_KNOW, INVALID, NONE, REFUSED, UNCODABLE, Chance, Mention, frame
from sample.people import Customer

from annotate import samples
from annotate.importing import load
from annotate.store.project import Project

SEED = 20260708
FOLDER = Path(__file__).parent.parent / "resources" / "sample"
FIRST_DAY, DAYS = date(2026, 5, 4), 84
LIKES, DISLIKES = "Q6 满意的地方", "Q7 不满意的地方"
COLUMNS = (
    "答卷编号", "客户编号", "期", "日期", "渠道", "门店", "区域", "生产批次", "车型", "客户等级",
    "NPS推荐分", "满意度", "语言", "是否提问", LIKES, DISLIKES, "权重",
)  # fmt: skip
BLANK = {"调研": 0.08, "店端": 0.22, "私域": 0.25}  # share of the questions asked that get no answer
SKIPPED, SKIPPED_SHARE = Answer("-1", ()), 0.01  # the survey platform's mark for a page that was skipped
LABEL_COLUMNS = ("id", "question", "codes", "sentiments", "coder")
CHANNELS = {"调研": 860, "店端": 260, "私域": 240, "客服热线": 330, "舆情": 330}
ASKED_BY_SURVEY = ("调研", "店端", "私域")
CODED_SHARE = 0.6
SLIP_SHARE = 0.03  # mentions on which the coder was wrong or of another opinion
CODERS = ("编码员甲", "编码员乙")
AUDITOR = "复核员丙"
AUDITED = 300  # answers of each question whose codes are known to have been drawn at random
RETURNING = 0.15
# Confusions between neighbours of different nets; within a net every code may be taken for another.
TAKEN_FOR = {602: 803, 803: 602, 702: 504, 504: 702, 203: 1003, 1003: 203, 802: 901, 901: 802, 1101: 1102}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the survey sheet; an answer that is None was left blank, or not asked for where nobody asked."""

    id: str
    day: date
    channel: str
    customer: Customer
    likes: Answer | None
    dislikes: Answer | None
    score: int
    satisfaction: int

    @property
    def wave(self) -> str:
        return f"{self.day:%Y-%m}"

    def cells(self) -> tuple[str, ...]:
        """Return the cells under COLUMNS."""
        known = self.channel != "舆情"
        asked = self.channel in ASKED_BY_SURVEY
        person = self.customer
        return (
            self.id,
            person.number if known else "",
            self.wave,
            self.day.isoformat(),
            self.channel,
            person.store if known else "",
            person.region,
            person.batch if known else "",
            person.car,
            person.tier if known else "",
            str(self.score) if asked else "",
            str(self.satisfaction) if known else "",
            person.language,
            str(int(asked)),
            self.likes.text if self.likes else "",
            self.dislikes.text if self.dislikes else "",
            f"{person.weight:.2f}" if self.channel == "调研" else "1.00",
        )

    def answers(self) -> Iterable[tuple[str, Answer]]:
        """Yield (question, answer) but blank and skipped ones."""
        for question, answer in (("Q6", self.likes), ("Q7", self.dislikes)):
            if answer and answer.mentions:
                yield question, answer


class Survey:
    """Draws the rows of twelve weeks in order of date."""

    def __init__(self, seed: int) -> None:
        self._chance = Chance(seed)
        self._speakers = {language: Speaker(language, self._chance) for language in ("zh", "en")}
        self._met: list[Customer] = []

    def rows(self) -> list[Row]:
        chance = self._chance
        drawn = [
            (FIRST_DAY + timedelta(days=int(chance.share() * DAYS)), chance.share(), channel)
            for channel, count in CHANNELS.items()
            for _ in range(count)
        ]
        return [self._row(number, day, channel) for number, (day, _, channel) in enumerate(sorted(drawn), start=1)]

    def _row(self, number: int, day: date, channel: str) -> Row:
        chance = self._chance
        customer = self._customer(channel)
        wave = f"{day:%Y-%m}"
        if channel in ASKED_BY_SURVEY:
            likes = self._answer(customer, channel, wave, likes=True)
            dislikes = self._answer(customer, channel, wave, likes=False)
        else:  # nobody asked: the clerk files a call or a post under praise or under complaints
            praise = chance.happens(0.12 if channel == "客服热线" else 0.3)
            told_by_itself = self._answer(customer, channel, wave, likes=praise)
            likes, dislikes = (told_by_itself, None) if praise else (None, told_by_itself)
        told = [mention for answer in (likes, dislikes) if answer for mention in answer.mentions]
        score = people.recommendation(customer, told, chance)
        if channel == "客服热线" and dislikes:  # who calls to complain is angrier than who is asked
            score = max(0, score - 3)
        return Row(
            id=f"S{number:05d}",
            day=day,
            channel=channel,
            customer=customer,
            likes=likes,
            dislikes=dislikes,
            score=score,
            satisfaction=people.satisfaction(score, chance),
        )

    def _customer(self, channel: str) -> Customer:
        chance = self._chance
        if channel != "舆情" and len(self._met) > 100 and chance.happens(RETURNING):
            customer = chance.pick(self._met)
        else:
            customer = people.meet(len(self._met) + 1, chance)
            if channel != "舆情":
                self._met.append(customer)
        return customer if channel in ASKED_BY_SURVEY else replace(customer, language="zh")

    def _answer(self, customer: Customer, channel: str, wave: str, *, likes: bool) -> Answer | None:
        chance, speaker = self._chance, self._speakers[customer.language]
        if channel in ASKED_BY_SURVEY:
            content = min(0.95, max(0.4, (0.35 if likes else 1.35) + (customer.mood - 8) * (0.06 if likes else -0.08)))
            content = min(0.9, max(0.55, content + (0.5 if likes else -0.5)))
            if chance.happens(BLANK[channel]):
                return None
            if channel == "调研" and chance.happens(SKIPPED_SHARE):
                return SKIPPED
            if not chance.happens(content):
                roles = (NONE, DONT_KNOW, REFUSED, UNCODABLE, INVALID)
                code = chance.weighted(roles, (2, 1.6, 0.5, 2.6, 1.4) if likes else (7, 1, 0.4, 1.6, 1.2))
                return speaker.special(code, likes=likes)
        elif channel == "舆情" and chance.happens(0.05):
            return speaker.special(INVALID, likes=likes)
        return speaker.answer(customer, channel, wave, likes=likes)


def as_coded(mentions: Sequence[Mention], chance: Chance, numbers: Sequence[int]) -> tuple[Mention, ...]:
    """Return what a human coder ticked: now and then a code is missed, taken for another or weighed otherwise."""
    coded: list[Mention] = []
    for mention in mentions:
        if mention.code > 9990 or not chance.happens(SLIP_SHARE):
            coded.append(mention)
            continue
        kind = chance.share()
        if kind < 0.35 and len(mentions) > 1:
            continue
        if kind < 0.7:
            neighbours = [n for n in numbers if n // 100 == mention.code // 100 and n != mention.code]
            code = TAKEN_FOR.get(mention.code, 0) or chance.pick(neighbours or [mention.code])
            if all(code != other.code for other in (*mentions, *coded)):
                coded.append(replace(mention, code=code))
                continue
        coded.append(replace(mention, sentiment=0 if mention.sentiment else -1))
    return tuple(coded) or tuple(mentions)


def labels(rows: Sequence[Row], seed: int) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the label rows of (the verbatims coded by hand, all verbatims)."""
    chance = Chance(seed + 1)
    numbers = [int(code["number"]) for code in frame()]
    some: list[tuple[str, ...]] = []
    every: list[tuple[str, ...]] = []
    for row in rows:
        for question, answer in row.answers():
            coded = as_coded(answer.mentions, chance, numbers)
            label = (
                row.id,
                question,
                "|".join(str(mention.code) for mention in coded),
                "|".join(str(mention.sentiment) for mention in coded),
                chance.pick(CODERS),
            )
            every.append(label)
            if chance.happens(CODED_SHARE):
                some.append(label)
    return some, every


def audited(survey: bytes, coded: Sequence[tuple[str, ...]], every: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the labels of the answers that the program draws first for an audit of each question, coded ones left out.

    They have to be those: a share is corrected by answers drawn at random, not by those that somebody chose.
    """
    done, drawn = {row[:2] for row in coded}, set()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "survey.csv").write_bytes(survey)
        with Project.create(Path(folder, "sample.tingdong"), coder=AUDITOR) as project:
            load.import_file(project, Path(folder, "survey.csv"))
            for (number,) in project.rows("select id from question"):
                samples.draw_audit(project, question=int(number or 0), size=AUDITED)
            drawn = {
                (str(key), str(name).split()[0])
                for key, name in project.rows(
                    "select r.key, q.name from sample_row w join verbatim v on v.id = w.verbatim_id"
                    " join record r on r.id = v.record_id join question q on q.id = v.question_id"
                )
            }
    return [(*row[:4], AUDITOR) for row in every if row[:2] in drawn and row[:2] not in done]


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file: UTF-8 with a byte order mark, as Excel in China expects, and CRLF between records."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def files(seed: int = SEED) -> dict[str, bytes]:
    """Return name → content of the four files and, as ``all_gold.csv``, the codes of every verbatim."""
    rows = Survey(seed).rows()
    coded, every = labels(rows, seed)
    codes = frame()
    survey = as_csv(COLUMNS, (row.cells() for row in rows))
    return {
        "survey.csv": survey,
        "frame.csv": as_csv(tuple(codes[0]), (tuple(code.values()) for code in codes)),
        "labels.csv": as_csv(LABEL_COLUMNS, coded),
        "audit.csv": as_csv(LABEL_COLUMNS, audited(survey, coded, every)),
        "all_gold.csv": as_csv(LABEL_COLUMNS, every),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the four files")
    parser.add_argument("--all-gold", type=Path, metavar="FILE", help="also write the codes of every verbatim")
    asked = parser.parse_args()
    made = files(asked.seed)
    gold = made.pop("all_gold.csv")
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        asked.out.joinpath(name).write_bytes(content)
    if asked.all_gold:
        asked.all_gold.write_bytes(gold)


if __name__ == "__main__":
    main()
