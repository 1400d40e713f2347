"""Wishes: what asks for something that is not there, and what only looks like it."""

from __future__ import annotations

import pytest

from reports.wishes import is_wish, wishes

WISHES = [
    "要是有个遮阳帘就好了",
    "如果换成手自一体，再有bose音响选装，就更好了",
    "希望改善车子隔音",
    "总体满意，希望你们能把团购搞起来",
    "就是感觉能再便宜点就好了",
    "有活动就更好了",
    "后排要是能放倒该多好啊",
    "最好能加个座椅加热",
    "期待下次能推出低糖的",
    "盼望早日通车",
    "我是说如果带无线充电的话就完美了",
    "希望明年3.5寸的屏能换大一点",
    "I wish they would switch on the screens",
    "Wish it had a drive through",
    "just wish you offered decaf",
    "I do wish Samsung would tone it down",
    "It would be nice if the staff smiled",
    "would've been fine, but it'd be better with a USB port",
    "If only they put the same care into the service",
    "I really hope they bring in new people",
    "Please add a night mode.",
    "The seat could use some padding",
    "I wish I had more leg room",
    "I'd love to see a vegan menu",
]
NO_WISHES = [
    "他捐建了一所希望小学",
    "修好没希望了",
    "这家店让我看到了希望",
    "我满怀希望去的",
    "本来希望能用三年，结果一年就坏",
    "希望贵店越来越好",
    "希望对大家有帮助",
    "希望大家别上当",
    "希望你不要走弯路",
    "希望是正品",
    "希望以后还能再买",
    "重启一下就好了",
    "习惯了就好了",
    "别跟性能车比就好了",
    "值得期待",
    "能不能用都是老板说了算",
    "味道很好，服务也好了很多",
    "不希望再来第二次",
    "hope this helps",
    "Hope it will last",
    "I wish I had bought it sooner",
    "I wish I'd never come here",
    "couldn't wish for a better phone",
    "I wish I could give zero stars",
    "Best wishes to the crew",
    "We wish you all the best",
    "It is on my wish list",
    "There was no hope for this phone",
    "I'd like a Diet Coke",
    "If only I had known",
    "Please do not buy",
    "Please make sure the slots are sealed",
    "It would be dark when we landed",
    "",
]


@pytest.mark.parametrize("text", WISHES)
def test_wishes_are_found(text: str) -> None:
    assert is_wish(text)


@pytest.mark.parametrize("text", NO_WISHES)
def test_what_only_looks_like_a_wish_is_left(text: str) -> None:
    assert not is_wish(text)


def test_the_place_is_the_clauses_that_wish() -> None:
    text = "车不错，就是要是有遮阳帘，那就完美了。空间大，希望再省点油，谢谢！Nice car. I wish it had a sunroof!"
    assert [text[start:end] for start, end in wishes(text)] == [
        "就是要是有遮阳帘，那就完美了",
        "希望再省点油",
        "I wish it had a sunroof",
    ]


def test_a_long_text_without_ends_takes_no_long() -> None:
    assert wishes("有" * 5000) == []
    assert len(wishes("希望" * 2000)) == 1
