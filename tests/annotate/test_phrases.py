"""Agents' turns and templates: found where they are, never in plain answers, shown and taken out where switched on."""

from __future__ import annotations

import csv
import gzip
import os
from itertools import pairwise
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import phrases
from annotate.errors import UserError
from annotate.phrases import Cleaner, Found, Kind, find_phrases
from annotate.store import operations
from annotate.store.project import Project

DATA = Path(os.environ.get("TINGDONG_DATA", Path(__file__).parents[3] / "shared" / "data"))
AGENT = Cleaner(agents=["客服", "坐席", "Agent"])
PLAIN = [f"{what}{how}" for what in "空间 油耗 座椅 内饰 动力 隔音 价格 服务".split() for how in
         ("不错", "太差了，希望改进", "还可以吧", "一般", "很满意，就是小了一点", "比上一代好多了")]  # fmt: skip
ENGLISH = [f"{how} {what}" for what in "room seat app price staff food".split() for how in
           ("a great", "there was no", "the new", "they broke my", "what a lovely")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("[客服] 您好，请问有什么可以帮您 [客户] 我的车顿挫 [客服] 好的 [客户] 没了", "我的车顿挫 没了"),
        ("客服小王：您好\n客户：油耗：高\n客服小王：好的\n张三：也是\n客服(夜班)：再见", "油耗:高 张三:也是"),
        ("【坐席1024】感谢您的来电【来电人】买了三天就坏", "买了三天就坏"),
        ("Agent: Thank you for calling. Customer: my phone dies. Agent #2: ok", "my phone dies."),
        ("hello Customer: it leaks Agent: ok", "hello it leaks"),
        ("Ａｇｅｎｔ：hi\r\nCUSTOMER： bad", "bad"),
        ("客服 2024-05-01 10:00:12\n您好\n客户 2024-05-01 10:01:12\n一窜\n客服 2024-05-01 10:02\n好", "一窜"),
        ("[2024-05-01 10:00] 客服：您好 [2024-05-01 10:01] 客户：花了2000 客服：再见", "花了2000"),
        ("[客户] 顿挫", "顿挫"),
        ("[客服] 您好", ""),
    ],
)
def test_turns_of_the_agent_and_marks_of_speakers_go(text: str, customer: str) -> None:
    assert AGENT.clean(text).replace("：", ":") == customer


@pytest.mark.parametrize(
    "text",
    ["服务：好 客服态度：差", "客服态度很差", "Agent notes: the roof leaks", "my travel agent: great", "油耗：7.5", ""],
)
def test_words_about_agents_stay(text: str) -> None:
    assert AGENT.spans(text) == []
    assert AGENT.clean(text) is text
    assert AGENT.quoted(text) is text


def test_templates_go_wherever_they_stand() -> None:
    cleaner = Cleaner(templates=["客户来电反映", "请核实处理", "customer called to report"])
    assert cleaner.clean("客戶來電反映车辆顿挫，请核实处理。") == "车辆顿挫，"
    assert cleaner.clean("Customer  called to report a leak") == "a leak"
    assert cleaner.clean("customer called to reporters") == "customer called to reporters"
    assert cleaner.clean("请核实处理") == ""


def test_spans_are_places_in_the_text_as_written() -> None:
    text = "［客服］您好\n【客户】ＡＰＰ打不开，请核实处理"
    found = Cleaner(agents=["客服"], templates=["请核实处理"]).spans(text)
    assert [(text[one.start : one.end], one.kind) for one in found] == [
        ("［客服］您好\n", Kind.AGENT), ("【客户】", Kind.AGENT), ("请核实处理", Kind.TEMPLATE),
    ]  # fmt: skip
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_quotes_mark_their_cuts() -> None:
    assert AGENT.quoted("[客服] 您好 [客户] 顿挫严重 [客服] 好的 [客户] 没了") == "［…］顿挫严重［…］没了"
    assert AGENT.quoted("Agent: hi. Customer: it leaks. Agent: ok") == "[…] it leaks. […]"
    assert AGENT.quoted("[客服] 您好") == ""


def test_a_cleaner_without_phrases_does_nothing() -> None:
    cleaner = Cleaner()
    assert not cleaner
    assert cleaner.key == ""
    assert cleaner.clean("[客服] 您好") == "[客服] 您好"
    assert Cleaner(agents=["a"]).key != Cleaner(templates=["a"]).key
    assert Cleaner(agents=["Agent", "客服"]).key == Cleaner(agents=["客服", "agent"]).key


def test_dialogues_show_the_marks_of_agents() -> None:
    texts = [f"[客服] 您好，为您服务 [客户] {one} [客服] 好的" for one in PLAIN]
    (found,) = find_phrases(texts)
    assert found == Found(Kind.AGENT, "客服", len(texts), 1.0, clear=True)
    assert [one.term for one in find_phrases([f"Agent: hello. Customer: {one}" for one in ENGLISH])] == ["agent"]


def test_turns_that_are_answers_of_their_own_show_them_too() -> None:
    texts = [text for one in PLAIN for text in (f"客服：您好{one[:2]}", f"客户：{one}")]
    assert [(one.term, one.clear) for one in find_phrases(texts) if one.kind is Kind.AGENT] == [("客服", True)]


def test_a_mark_without_a_customer_is_no_dialogue() -> None:
    assert find_phrases([f"客服：{one}" for one in PLAIN]) == []
    assert find_phrases([f"{one}. agent: fine" for one in ENGLISH]) == []


def test_template_phrases_are_cut_where_the_answers_part() -> None:
    texts = [f"客户来电反映{one}，请核实处理" for one in PLAIN]
    assert [(one.kind, one.term, one.count) for one in find_phrases(texts)] == [
        (Kind.TEMPLATE, "客户来电反映", len(texts)), (Kind.TEMPLATE, "请核实处理", len(texts)),
    ]  # fmt: skip
    notes = [f"Customer called to report {one}. Call transferred to the billing team." for one in ENGLISH]
    assert {one.term for one in find_phrases(notes)} == {
        "customer called to report", "call transferred to the billing team",
    }  # fmt: skip
    assert not any(one.clear for one in find_phrases(notes))


def test_labels_of_a_form_are_template_phrases() -> None:
    texts = [f"【客户诉求】{one} 处理结果：{one[-2:]}" for one in PLAIN]
    assert {"客户诉求", "处理结果"} <= {one.term for one in find_phrases(texts)}


@pytest.mark.parametrize("texts", [PLAIN, ENGLISH, [], [""], ["😀"] * 20, ["字" * 100_000] * 6])
def test_plain_and_odd_answers_have_no_phrases(texts: list[str]) -> None:
    assert find_phrases(texts) == []


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(
    "name", ["zh_auto_bdci2018.shared70", "zh_cosmetics_reviews_zhijiang", "en_intents_banking77", "en_airline_tweets"]
)
def test_shared_surveys_and_reviews_have_no_phrases(name: str) -> None:
    assert find_phrases(read(name, "text")) == []


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_hotline_letters_and_replies_have_their_templates() -> None:
    name = "zh_gov_hotline_tipdm2020_unlabelled"
    letters = {one.term for one in find_phrases(read(name, "text")[:3000])}
    assert "尊敬的领导" in letters
    assert len(letters) <= 15
    assert {"您的留言已收悉", "现将有关情况回复如下"} <= {one.term for one in find_phrases(read(name, "reply"))}


def read(name: str, column: str) -> list[str]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return list(dict.fromkeys(row[column] for row in csv.DictReader(file) if row[column]))


@pytest.fixture
def hotline(project: Project) -> Project:
    question = add_question(project, "Hotline")
    dialogues = [f"[客服] 您好 [客户] {one} [客服] 好的" for one in PLAIN]
    import_answers(project, question, [*dialogues, *(f"客户来电反映{one}" for one in PLAIN)])
    return project


def told(project: Project) -> list[tuple[Kind, str, bool, int]]:
    return [(one.kind, one.term, one.active, one.found) for one in phrases.phrases(project)]


def test_a_scan_switches_clear_marks_on_and_offers_the_rest(hotline: Project) -> None:
    n = len(PLAIN)
    done = phrases.scan(hotline)
    assert (done.answers, len(done.new)) == (2 * n, 2)
    assert told(hotline) == [(Kind.AGENT, "客服", True, n), (Kind.TEMPLATE, "客户来电反映", False, n)]
    again = phrases.scan(hotline)
    assert (again.new, again.step.op) == ((), 0)
    operations.undo(hotline)
    assert told(hotline) == []


def test_a_scan_leaves_the_switches_of_people_alone(hotline: Project) -> None:
    phrases.scan(hotline)
    agent, template = phrases.phrases(hotline)
    phrases.switch(hotline, phrase=agent.id, active=False)
    phrases.switch(hotline, phrase=template.id, active=True)
    phrases.scan(hotline)
    assert [one.active for one in phrases.phrases(hotline)] == [False, True]
    with hotline.reading() as db:
        cleaner = Cleaner.load(db)
    assert cleaner.clean("[客服] 您好") == "[客服] 您好"
    assert cleaner.clean("客户来电反映顿挫") == "顿挫"
    operations.undo(hotline)
    operations.undo(hotline)
    with hotline.reading() as db:
        assert Cleaner.load(db).clean("[客服] 您好 [客户] 顿挫") == "顿挫"


def test_people_add_phrases_that_no_scan_found(hotline: Project) -> None:
    phrases.add(hotline, kind=Kind.AGENT, term="【店员】：")
    phrases.add(hotline, kind=Kind.TEMPLATE, term=" 来电反映 ")
    n = len(PLAIN)
    assert told(hotline) == [(Kind.AGENT, "店员", True, 0), (Kind.TEMPLATE, "来电反映", True, n)]
    phrases.add(hotline, kind=Kind.AGENT, term="店员", active=False)
    assert told(hotline)[0] == (Kind.AGENT, "店员", False, 0)


@pytest.mark.parametrize("term", ["", " ", "【】", "。", "长" * 201])
def test_phrases_without_letters_are_refused(project: Project, term: str) -> None:
    with pytest.raises(UserError) as refused:
        phrases.add(project, kind=Kind.AGENT, term=term)
    assert refused.value.id == "empty-phrase"


def test_an_unknown_phrase_cannot_be_switched(project: Project) -> None:
    with pytest.raises(UserError) as refused:
        phrases.switch(project, phrase=7, active=True)
    assert refused.value.id == "no-phrase"


@pytest.mark.parametrize(
    "text", ["[客服] 甲 [客户] 乙" * 4000, "客服:" * 25_000, "[" * 100_000, "a:b\n" * 25_000, "12.34:56 7-8" * 8000]
)
def test_odd_texts_of_100_000_characters_are_cleaned(text: str) -> None:
    spans = AGENT.spans(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert len(AGENT.clean(text)) <= len(text)


def test_brackets_within_a_sentence_are_no_marks() -> None:
    assert AGENT.spans("找(客服)没用，问「客服」也没用") == []
    assert AGENT.clean("(客服)您好 (客户)坏了") == "坏了"
    assert AGENT.clean("[客服] 您好 [客户] 😀") == "😀"
