"""Marks of speakers in calls and chats: [客服], 坐席001：, Agent:, and 客户 with a time on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from annotate.aligned import aligned
from annotate.text import fold

AGENTS = [
    *"客服 客服代表 客服专员 客服人员 在线客服 人工客服 智能客服 机器人客服 官方客服 售后客服 客服热线".split(),
    *"坐席 座席 坐席员 座席员 人工坐席 话务员 接线员 接线生 接待员 机器人 智能助手 小助手".split(),
    *"商家回复 商家 卖家 店家 店小二 主持人 访问员 访员 采访者".split(),
    *"agent representative rep csr operator advisor adviser bot chatbot assistant interviewer moderator seller".split(),
    *("customer service", "customer support", "support agent", "service agent", "call agent", "live agent"),
]
"""Marks of those who speak for the company or ask the questions."""
CUSTOMERS = [
    *"客户 顾客 用户 买家 来电人 来电者 来电客户 致电人 市民 群众 车主 会员 乘客 旅客 业主 住户 患者 病人".split(),
    *"家长 学员 读者 网友 粉丝 受访者 被访者 被访人 消费者 先生 女士".split(),
    *"customer client caller user guest buyer respondent passenger patient member visitor consumer cust cx".split(),
]
"""Marks of those whose words count."""

_TAIL = (
    r"(?:小[㐀-鿿]{1,2}|(?<=[㐀-鿿]) ?[a-z0-9_#*-]{1,12}| ?#?\d{1,6}|(?<=[a-z]) [a-z](?![a-z])| ?\([^()\n]{1,12}\))?"
)
"""What tells one agent from another: 客服小王, 坐席1024, 客服A, Agent #2, 客服(夜班). Not 客服态度, not agent notes."""
_TIME = r"\d{1,4}(?:[/\-年月:.]\d{1,4}|日? \d{1,2}:\d{2}){1,6}"
_BEFORE = r"(?:^|(?<=[\s。!?;.…|,~\]】)>]))"
NAMED_LINE = re.compile(r"^[^\s:。,!?;\[\]【】]{1,8}:(?!//)", re.MULTILINE)
"""A line that begins with a name and a colon."""
MAY_MARK = re.compile(r"[:：﹕︰\[［【<＜《「(（{｛]")
"""What every mark has one of, as written: a text without needs no further look."""


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of speakers' marks with these names in an aligned text that has its line ends.

    A mark is in square brackets, in others at the start of a sentence, before a colon, or on a line with nothing but a
    time; a time before it belongs to it.
    """
    wanted = sorted({fold(name) for name in names} - {""}, key=lambda name: (-len(name), name))
    if not wanted:
        return re.compile("(?!)")
    one = f"(?:{'|'.join(re.escape(name) for name in wanted)}){_TAIL}"
    time = rf"(?:[\[(]?{_TIME}[\])]?\s?)"
    return re.compile(
        rf"(?:(?:{_BEFORE}{time})?[\[【<] ?{one} ?[\]】>] ?:? ?|{_BEFORE}{time}?[《「({{] ?{one} ?[》」)}}] ?:? ?|"
        rf"{_BEFORE}{time}?{one} ?: ?|^{one} ?{time}$)",
        re.MULTILINE,
    )


def places(marks: re.Pattern[str], text: str, written: str) -> list[tuple[int, int]]:
    """Return where marks stand; after a Latin word only those with a capital: it leaks Agent:, not my travel agent:."""
    found = []
    for match in marks.finditer(text):
        start = match.start()
        before = text[max(0, start - 2) : start]
        within_words = re.fullmatch(r"[a-z] ", before) is not None and re.match(r"[a-z]", text[start]) is not None
        if not within_words or written[start].isupper():
            found.append(match.span())
    return found


def with_line_ends(text: str) -> str:
    """Return the aligned text with line ends (which alignment makes spaces) put back, all as a line feed."""
    same = aligned(text)
    if "\n" not in text and "\r" not in text:
        return same
    return "".join("\n" if old in "\r\n" else new for old, new in zip(text, same, strict=True))


LEAST_DIALOGUES = 5


def agents_in(texts: Sequence[str]) -> dict[str, int]:
    """Return the marks of agents, by name, and how many of the texts have them beside a customer's.

    Where every turn is a text of its own, how many begin with one; LEAST_DIALOGUES of them at least.
    """
    folded = {fold(name): name for name in AGENTS}
    one = pattern(AGENTS)
    customer = pattern(CUSTOMERS)
    longest_first = sorted(folded, key=len, reverse=True)
    both: dict[str, int] = {}
    alone: dict[str, int] = {}
    customers_alone = 0
    for text in texts:
        if not MAY_MARK.search(text):
            continue
        same = with_line_ends(text)
        marks = [same[start:end] for start, end in places(one, same, text)]
        told = next(iter(places(customer, same, text)), None)
        names = {next(name for name in longest_first if name in mark) for mark in marks}
        if told is not None and not marks:
            customers_alone += not same[: told[0]].strip()
        elif told is not None:
            both |= {name: both.get(name, 0) + 1 for name in names}
        elif marks and one.match(same):
            alone |= {name: alone.get(name, 0) + 1 for name in names}
    counts = {name: count for name, count in both.items() if count >= LEAST_DIALOGUES}
    if customers_alone >= LEAST_DIALOGUES:
        counts |= {
            name: count + both.get(name, 0)
            for name, count in alone.items()
            if count >= LEAST_DIALOGUES and count + customers_alone > len(texts) / 2
        }
    return {folded[name]: count for name, count in counts.items()}
