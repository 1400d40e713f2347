"""Quotes of a report: of the largest themes, human before machine, never the same words twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import machine
import pytest
from tables import write_csv

from annotate import coding, frames, phrases, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from reports import basket
from reports.collect import collect
from reports.data import Quote, Sentiment
from reports.document import press_of
from reports.gather import gather
from reports.sections.voices import quoted
from reports.spec import ReportSpec
from reports.voices_choice import LONG, QUOTES

TEXTS = [
    "短了",
    "低速行驶的时候顿挫感特别明显，希望能够早一点改进",
    "低速行驶的时候顿挫感特别明显，希望能够早一点改进！",
    "起步加速到二十码的时候总是一顿一顿的，坐着很不舒服",
    "堵车的时候走走停停，变速箱换挡顿挫让家里老人晕车了",
    "说得太长了" * 40,
    "机器觉得这一句也是在说顿挫，可是没有人看过它到底对不对",
    "后排空间对于三个成年人来说确实有一些挤，长途难受",
]


@pytest.fixture
def quotes(tmp_path: Path) -> Iterator[list[Quote]]:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        rows = [[f"r{n}", f"p{n}", "五月", "热线", "张三丰路店", text] for n, text in enumerate(TEXTS)]
        path = write_csv(tmp_path / "a.csv", ["id", "who", "wave", "channel", "store", "Q7"], rows)
        roles = {Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.WAVE: ["wave"], Role.CHANNEL: ["channel"],
                 Role.SEGMENT: ["store"], Role.TEXT: ["Q7"]}  # fmt: skip
        import_file(project, path, roles=roles)
        frame = frames.create_frame(project, name="车")
        jerk, space = (frames.add_code(project, frame=frame, label=name) for name in ("顿挫", "空间"))
        frames.add_code(project, frame=frame, label="没人说过")
        question = verbatims.questions(project)[0].id
        frames.point_question(project, question=question, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[:6], code=jerk, sentiment=-1, expand=False)
        coding.apply_code(project, verbatims=[ids[1], ids[7]], code=space, expand=False)
        machine.predict(project, question, [(ids[6], jerk, 0.99, True)])
        yield list(collect(project).questions[0].quotes)


def of(quotes: list[Quote], first: int) -> list[Quote]:
    return [one for one in quotes if one.code == first]


def test_the_largest_theme_comes_first_with_a_few_typical_voices(quotes: list[Quote]) -> None:
    jerk = quotes[0].code
    texts = {one.text for one in of(quotes, jerk)}
    assert len(texts) == QUOTES
    assert TEXTS[0] not in texts  # too short to say anything
    assert all(len(text) <= LONG for text in texts)
    assert TEXTS[6] not in texts  # there are enough that a person coded


def test_nobody_is_quoted_twice(quotes: list[Quote]) -> None:
    texts = [one.text for one in quotes]
    assert len(set(texts)) == len(texts)
    assert len({TEXTS[1], TEXTS[2]} & set(texts)) == 1
    space = [one.text for one in quotes if one.code != quotes[0].code]
    assert space == [TEXTS[7]]


def test_only_channel_and_wave_are_told_of_the_author(quotes: list[Quote]) -> None:
    assert {one.about for one in quotes} == {("热线", "五月")}
    assert all(one.reference.startswith("#r") for one in quotes)
    assert {one.sentiment for one in of(quotes, quotes[0].code)} == {Sentiment.NEGATIVE}
    assert {one.sentiment for one in quotes if one.code != quotes[0].code} == {None}


def test_the_agents_words_and_templates_are_no_quotes(tmp_path: Path) -> None:
    dialogue = "[客服] 您好，很高兴为您服务，请问有什么可以帮您 [客户] 低速的时候顿挫感特别明显 [客服] 好的，为您登记了"
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        rows = [
            ["r0", dialogue],
            ["r1", "客户来电反映起步的时候一顿一顿的不舒服"],
            ["r2", "[客服] 您好，很高兴为您服务"],
        ]
        path = write_csv(tmp_path / "a.csv", ["id", "text"], rows)
        import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["text"]})
        frame = frames.create_frame(project, name="车")
        jerk = frames.add_code(project, frame=frame, label="顿挫")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        coding.apply_code(project, verbatims=verbatims.ids(project, Query()).tolist(), code=jerk, expand=False)
        phrases.add(project, kind=phrases.Kind.AGENT, term="客服")
        phrases.add(project, kind=phrases.Kind.TEMPLATE, term="客户来电反映")
        quoted = {one.text for one in collect(project).questions[0].quotes}
    assert quoted == {"［…］低速的时候顿挫感特别明显［…］", "［…］起步的时候一顿一顿的不舒服"}


WHO = [0, 1, 2, 3, 4, 0, 9]


def test_one_who_objects_is_heard_and_nobody_twice(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        bad = [f"第{n}次了，等位的时间实在是太久，服务员也没有人理睬" for n in range(6)]
        rows = [
            [f"r{n}", f"p{WHO[n]}", text] for n, text in enumerate([*bad, "等位虽然久一点，可是有茶水和小吃，体验不错"])
        ]
        path = write_csv(tmp_path / "a.csv", ["id", "who", "text"], rows)
        import_file(project, path, roles={Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.TEXT: ["text"]})
        frame = frames.create_frame(project, name="餐厅")
        wait = frames.add_code(project, frame=frame, label="等位")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[:6], code=wait, sentiment=-1, expand=False)
        coding.apply_code(project, verbatims=ids[6:], code=wait, sentiment=1, expand=False)
        quoted = list(collect(project).questions[0].quotes)
    assert [one.sentiment for one in quoted] == [Sentiment.NEGATIVE] * QUOTES + [Sentiment.POSITIVE]
    people = [WHO[int(one.reference.removeprefix("#r"))] for one in quoted]
    assert len(set(people)) == len(people)


def test_what_people_pinned_is_quoted_whatever_else_is_chosen(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        texts = [f"第{n}条说的是完全不同的一句话，长短也还合适" for n in range(30)]
        texts[3], texts[4], texts[5] = "顿", "它一直都在顿挫" * 40, texts[6]
        rows = [[f"r{n}", "p3" if n in (3, 4) else f"p{n}", text] for n, text in enumerate(texts)]
        path = write_csv(tmp_path / "a.csv", ["id", "who", "Q7"], rows)
        import_file(project, path, roles={Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.TEXT: ["Q7"]})
        frame = frames.create_frame(project, name="车")
        labels = [frames.add_code(project, frame=frame, label=f"主题{n}") for n in range(10)]
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        for n, code in enumerate(labels):  # the last is the rarest of ten: not among the largest
            coding.apply_code(project, verbatims=ids[: 20 - n], code=code, sentiment=-1, expand=False)
        big, rare = labels[0], labels[-1]
        basket.choose_quote(project, verbatim=ids[4], code=big, choice=1, place=1)  # too long
        basket.choose_quote(project, verbatim=ids[3], code=big, choice=1, place=2)  # too short, the same person
        basket.choose_quote(project, verbatim=ids[5], code=rare, choice=1)  # the same words as the next answer
        basket.choose_quote(project, verbatim=ids[7], code=big, choice=-1)
        manuscript = gather(project, ReportSpec())
        found = list(manuscript.data.questions[0].quotes)
        printed = {code: quotes for _, code, quotes in quoted(press_of(manuscript))}
    assert [one.verbatim for one in of(found, big) if one.pinned] == [ids[4], ids[3]]
    assert [one.verbatim for one in of(found, rare) if one.pinned] == [ids[5]]
    assert ids[7] not in {one.verbatim for one in of(found, big)}
    assert [one.verbatim for one in printed[big]][:2] == [ids[4], ids[3]]
    assert [one.verbatim for one in printed[rare]] == [ids[5]]
