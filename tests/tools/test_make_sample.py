from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import resources

TOOLS = Path(__file__).parents[2] / "tools"


def load(name: str, path: Path) -> ModuleType:
    """Import one file of tools/, which is no package of the program."""
    spec = spec_from_file_location(name, path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


make_sample = load("make_sample", TOOLS / "make_sample.py")

Rows = list[dict[str, str]]


def read(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make_sample.files()


@pytest.fixture(scope="module")
def survey(made: dict[str, bytes]) -> Rows:
    return read(made["survey.csv"])


@pytest.fixture(scope="module")
def gold(made: dict[str, bytes]) -> Rows:
    return read(made["all_gold.csv"])


@pytest.fixture(scope="module")
def answers(survey: Rows) -> dict[tuple[str, str], str]:
    """Return (id, question) → text, blank and skipped ones left out."""
    return {
        (row["答卷编号"], question): row[column]
        for row in survey
        for question, column in (("Q6", make_sample.LIKES), ("Q7", make_sample.DISLIKES))
        if row[column] not in ("", "-1")
    }


@pytest.fixture(scope="module")
def frame(made: dict[str, bytes]) -> Rows:
    return read(made["frame.csv"])


def test_same_seed_same_bytes_and_another_seed_others(made: dict[str, bytes]) -> None:
    assert make_sample.files() == made
    assert make_sample.files(make_sample.SEED + 1)["survey.csv"] != made["survey.csv"]


def test_shipped_files_are_what_the_generator_makes(made: dict[str, bytes]) -> None:
    for name in ("survey.csv", "frame.csv", "labels.csv", "audit.csv"):
        assert resources.path("sample", name).read_bytes() == made[name], f"{name}: run tools/make_sample.py"
    assert {path.name for path in resources.path("sample").iterdir()} == {
        "survey.csv", "frame.csv", "labels.csv", "audit.csv", "definitions.csv", "README.md",
    }  # fmt: skip


def test_frame_has_two_levels_unique_numbers_and_every_role(frame: Rows) -> None:
    numbers = [code["number"] for code in frame]
    assert len(set(numbers)) == len(numbers)
    assert len({(code["net"], code["label"]) for code in frame}) == len(frame)
    assert 25 <= len(frame) <= 40
    themes = [code for code in frame if code["role"] == "theme"]
    assert all(code["net"] for code in themes)
    english = {(code["net"], code["net_en"]) for code in themes}
    assert len(english) == len({net for net, _ in english}) == len({name for _, name in english}) == 11
    assert all(name.isascii() and name for _, name in english)
    assert [code["role"] for code in frame if not code["net"]] == [
        "other", "none", "dont_know", "refused", "uncodable", "invalid",
    ]  # fmt: skip
    for code in frame:
        assert all(code[column].strip() for column in ("label", "label_en", "definition", "include", "examples")), code


def test_shape_of_the_survey(survey: Rows, answers: dict[tuple[str, str], str]) -> None:
    assert len({row["答卷编号"] for row in survey}) == len(survey)
    assert 2800 <= len(answers) <= 3200
    days = {date.fromisoformat(row["日期"]) for row in survey}
    assert (max(days) - min(days)).days // 7 == 11
    assert all(row["日期"].startswith(row["期"]) for row in survey)
    assert Counter(row["渠道"] for row in survey) == make_sample.CHANNELS
    customers = Counter(row["客户编号"] for row in survey if row["客户编号"])
    assert sum(count > 1 for count in customers.values()) > 100
    language = {row["答卷编号"]: row["语言"] for row in survey}
    english = sum(language[id] == "en" for id, _ in answers) / len(answers)
    assert 0.10 <= english <= 0.15
    assert 0.12 <= 1 - len(set(answers.values())) / len(answers) <= 0.3


def test_a_customer_keeps_car_batch_store_and_tier(survey: Rows) -> None:
    known: dict[str, tuple[str, ...]] = {}
    for row in survey:
        if row["客户编号"]:
            here = tuple(row[column] for column in ("车型", "生产批次", "门店", "区域", "客户等级"))
            assert known.setdefault(row["客户编号"], here) == here


def test_scores_are_on_their_scales_and_missing_where_nobody_asked(survey: Rows) -> None:
    for row in survey:
        surveyed = row["渠道"] in make_sample.ASKED_BY_SURVEY
        assert row["是否提问"] == str(int(surveyed))
        if surveyed:
            assert 0 <= int(row["NPS推荐分"]) <= 10
            assert 1 <= int(row["满意度"]) <= 5
        else:
            assert row["NPS推荐分"] == ""
            assert bool(row[make_sample.LIKES]) != bool(row[make_sample.DISLIKES])


def test_three_kinds_of_silence_are_there(survey: Rows) -> None:
    asked = [row for row in survey if row["是否提问"] == "1"]
    for column in (make_sample.LIKES, make_sample.DISLIKES):
        assert sum(row[column] == "" for row in asked) > 50
        assert sum(row[column] == "-1" for row in asked) >= 3
    assert len(asked) < len(survey)


def test_every_label_resolves_and_every_answer_has_gold(
    made: dict[str, bytes], gold: Rows, frame: Rows, answers: dict[tuple[str, str], str]
) -> None:
    exclusive = {code["number"] for code in frame if code["role"] not in ("theme", "other")}
    numbers = {code["number"] for code in frame}
    assert [(label["id"], label["question"]) for label in gold] == list(answers)
    for label in gold:
        codes, sentiments = label["codes"].split("|"), label["sentiments"].split("|")
        assert len(codes) == len(sentiments) == len(set(codes))
        assert set(codes) <= numbers
        assert set(sentiments) <= {"-1", "0", "1"}
        assert len(codes) == 1 or not exclusive & set(codes)
    used = Counter(code for label in gold for code in label["codes"].split("|"))
    assert set(used) == numbers
    assert min(used.values()) >= 20
    labels = read(made["labels.csv"])
    assert 0.55 <= len(labels) / len(gold) <= 0.65
    every = {(label["id"], label["question"]): label for label in gold}
    assert all(every[label["id"], label["question"]] == label for label in labels)


def test_slips_of_coders_are_two_to_four_in_a_hundred() -> None:
    from sample.grammar import Chance, Mention

    chance = Chance(1)
    numbers = [101, 102, 103, 201, 202]
    true = (Mention(101, -1), Mention(201, 1))
    coded = [make_sample.as_coded(true, chance, numbers) for _ in range(20_000)]
    changed = sum(len(set(true) - set(one)) for one in coded) / 40_000
    assert 0.02 <= changed <= 0.04
    assert all(coded)


def test_planted_spike_is_there_and_nowhere_else(survey: Rows, gold: Rows) -> None:
    rows = {row["答卷编号"]: row for row in survey}
    base: Counter[tuple[str, str]] = Counter()
    jerks: Counter[tuple[str, str]] = Counter()
    for label in gold:
        if label["question"] == "Q7":
            cell = rows[label["id"]]["生产批次"], rows[label["id"]]["期"]
            base[cell] += 1
            jerks[cell] += "101" in label["codes"].split("|")
    spike = ("D7", "2026-06")
    others = [cell for cell in base if cell != spike and cell[0].startswith("D")]
    usual = sum(jerks[cell] for cell in others) / sum(base[cell] for cell in others)
    assert 2.5 <= jerks[spike] / base[spike] / usual <= 3.5
    assert max(jerks[cell] / base[cell] for cell in base if cell != spike) < 0.7 * jerks[spike] / base[spike]


def test_theme_without_a_code_rises_in_the_last_wave(survey: Rows) -> None:
    told = Counter(row["期"] for row in survey if re.search("手机钥匙|igital key fails", row[make_sample.DISLIKES]))
    assert told["2026-07"] >= 5 * max(1, told["2026-05"], told["2026-06"])


def test_personal_data_are_fictitious(answers: dict[tuple[str, str], str]) -> None:
    texts = "\n".join(answers.values())
    mobiles = re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", texts)
    identities = re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", texts)
    addresses = re.findall(r"[\w.]+@[\w.]+\.\w+", texts)
    assert len(mobiles) >= 5 and all(number.startswith("138000000") for number in mobiles)
    assert len(identities) >= 3 and all(number.startswith("990000") for number in identities)
    assert len(addresses) >= 3 and all(address.endswith("@example.com") for address in addresses)
    for number in identities:
        digits = [10 if digit == "X" else int(digit) for digit in number]
        assert sum(digit * pow(2, 17 - place, 11) for place, digit in enumerate(digits)) % 11 == 1
    assert not re.search(r"\d{6,}", re.sub(r"138000000\d\d|990000\d{11}[\dX]|666666", "", texts))


def test_no_slot_is_left_open_and_no_mark_doubled(answers: dict[tuple[str, str], str]) -> None:
    for text in answers.values():
        assert text.strip() == text
        assert text == "。。。" or not re.search(r"[{}|*]|。。|，，|。，| ,|→", text), text


def test_clauses_are_many_distinct_and_of_the_frame(frame: Rows) -> None:
    from sample import grammar

    numbers = {int(code["number"]) for code in frame}
    for language, least in (("zh", 600), ("en", 200)):
        clauses = grammar.clauses(f"clauses_{language}.txt")
        patterns = [clause.pattern for clause in clauses]
        assert len(set(patterns)) >= least
        assert [pattern for pattern, count in Counter(patterns).items() if count > 1] == []
        assert set().union(*(clause.codes for clause in clauses)) == {n for n in numbers if n <= grammar.OTHER}


def test_cars_are_complained_of_only_for_what_they_have() -> None:
    from sample.grammar import fits

    assert not fits("变速箱顿挫很明显", "纯电")
    assert not fits("充电太慢", "燃油")
    assert fits("低速顿挫", "纯电") and fits("省油", "燃油") and fits("充电太慢", "混动")


def test_sample_is_neither_too_easy_nor_too_hard(made: dict[str, bytes]) -> None:
    difficulty = load("sample_difficulty", TOOLS / "sample" / "difficulty.py")
    texts, codes = difficulty.texts_and_codes(made)
    assert 0.75 <= difficulty.micro_f1(texts, codes, seed=0) <= 0.92


def test_readme_says_the_counts_of_the_files(survey: Rows, made: dict[str, bytes], frame: Rows, gold: Rows) -> None:
    readme = resources.path("sample", "README.md").read_text(encoding="utf-8")
    labels = read(made["labels.csv"])
    for count in (len(survey), len(gold), len(labels), len(read(made["audit.csv"]))):
        assert f"{count:,}" in readme
    assert f"| {len(frame)} |" in readme
    assert f"{len(labels) / len(gold):.0%}".replace("%", " %") in readme
