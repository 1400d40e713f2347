"""Wishes in answers (要是…就好了, 希望…, I wish…): clauses that ask for what is not there, which make itch points."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?:[^。！？!?;；…\n.]|(?<=\S)\.(?=\S))+")
"""A dot inside a number or a name (3.5, App.Store) ends no sentence."""
_COMMA = "，,"

_BETTER = r"(?:(?:更|太|最|十分|非常|特别|更加)(?:好|完美|棒|爽|赞|理想|满意)|好了|好很多|完美|无敌)"
_CHINESE = re.compile(
    "|".join(
        (
            r"(?:要是|如果|假如|假若|倘若|若是|若能|如能|要能|能够)[^。！？!?]{0,40}?"
            rf"(?:(?:就|那就|会|便|可就){_BETTER}|该有?多好|多好[啊呀]|(?:口感|效果|体验|味道)会?更好)",
            rf"(?:能|有|加|加上|改|再|多|早|少|做|换|便宜)[^。！？!?，,]{{0,24}}(?:就|那就|会){_BETTER}",
            rf"的话[，,]?(?:就|会|就会){_BETTER}",
            r"(?<!值得)期待(?:[^。！？!?，,]{0,10})(?:能|可以|早日|尽快|推出|增加|改进|改善|搞|出个|有个)",
            r"希望|但愿|盼望|巴不得|最好能|最好可以|最好有",
        )
    )
)
_NOT_CHINESE = re.compile(
    "|".join(
        (
            # Hope itself, and names.
            r"希望(?:小学|工程|中学|之|不大|渺茫|很大|越大|落空|破灭|的田野|值)",
            r"(?:无|没|没有|没什么|没啥|有|有点|看到|看到了|失去|失|大失所|充满|满怀的?|抱.{0,6}|一线|唯一的?|新的?|绝)希望",
            r"(?:本来|原本|本|曾经|一直|当初)希望|不希望|并不希望",
            # Courtesy, and what is said to other customers.
            r"希望.{0,16}?(?:越来越好|越办越好|越做越好|生意兴隆|生意红火|再接再厉|保持|一如既往|继续努力|继续坚持|早日康复|"
            r"有帮助|有所帮助|有用|好运|开心|长久|顺利)",
            r"希望(?:能|可以|对|能够)?(?:帮|你(?!们|家)|大家|各位|楼主|朋友|亲们|采纳)",
            r"希望(?:我|自己|(?:以后|下次|下回|还)[^，,]{0,6}(?:机会|再来|再买|尝试|光顾))|(?:不知道|不晓得)[^，,]{0,12}会更好",
            r"但愿[^，,]{0,3}(?:对|有帮助|是真)",
            r"希望(?:这次|能|可以|会|它|质量)*(?:是正品|是真|正品|满意|有效|使用|效果|补水|用了|管用|耐用|好用|用得?久|没问题|不要出问题|不会)",
            # Advice: the trouble goes away by itself or by hand.
            r"(?:如果|要是|能|有|加|改|换|早|多)?[^。！？!?，,]{0,12}(?:直接|自动)就好了",
            r"(?:重启|重开|修|换|弄|洗|擦|退|调|清理|升级|更新|贴|按|关|充|习惯)[^。！？!?，,]{0,8}?"
            r"(?:一下|之后|以后|后|完|过|掉|个)[^。！？!?，,]{0,4}就(?:好了|好多了)",
            r"(?:一下|之后|以后|过后|一会儿?|几天|习惯|习惯了|别[^，,]{0,12}|不要[^，,]{0,12})就(?:好了|好多了)",
        )
    )
)
_ADD = (
    r"(?:add|bring|make|include|offer|consider|introduce|allow|let|fix|improve|change|update|put|open|get|give|provide|"
    r"start|stop|return|do|take|hire|train|build|release|work\s+on)"
)
_ENGLISH = re.compile(
    r"\b(?:"
    r"(?<!as\s)(?<!best\s)wish(?:\s+that)?\s+(?:it|they|there(?!\s+were\s+(?:negative|zero))|the|this|that|these|those|"
    r"(?:i|we)\s+(?:could|had\s+(?:a|an|more|the|some|another|better|enough|access|one))|you\s+(?:had|would|could|offered|sold|made|guys)|(?!i\b|we\b)[a-z]+\s+(?:had|would|could|were|was|made|offered))\b"
    r"|if\s+only\s+(?:they|it|the|there|this|we|someone)\b"
    r"|(?:would|'d)\s+(?:have\s+)?(?:be|been)\s+(?:so\s+|really\s+|very\s+|even\s+|much\s+|a\s+)?"
    r"(?:nice|nicer|great|good|better|helpful|lovely|perfect|ideal|cool|awesome|plus)"
    r"(?:\s+(?:if|to\s+(?:have|see|get|be\s+able)|with|had)\b|\s+for\s+\w+\s+to\b)"
    r"|(?:would|'d)\s+(?:really\s+)?(?:love|like)\s+(?:it\s+if|to\s+see|to\s+have\s+(?:a|an|more|the|some))\b"
    rf"|hop(?:e|ing)\s+(?:that\s+)?(?:they|you|the\s+(?!seller)\w+|future\s+\w+|someone|management)\s+(?:(?:can|will|would|could|do|'ll)\s+)?{_ADD}s?\b"
    r"|please\s+(?:add|bring|make(?!\s+sure)|include|offer|consider|introduce|allow|fix|improve|provide|train|"
    r"hire)\b"
    r"|(?<!\bi\s)(?<!\bwe\s)(?<!you\s)could\s+(?:really\s+)?(?:use|do\s+with)\s+(?:a|an|some|more|better)\b"
    r")",
    re.IGNORECASE,
)
_NOT_ENGLISH = re.compile(
    r"\bwish(?:ed|ing)?\s+(?:that\s+)?(?:i|we)(?:\s+had(?:n'?t|\s+not)?|'d|\s+did(?:n'?t|\s+not)?)?\s*(?:never\s+)?"
    r"(?:known?|knew|read|bought|buy|got(?:ten)?|ordered|found|discovered|booked|flown|came|come|gone|went|chosen|listened|"
    r"spent|wasted|waited|purchased|switched|tried|done|kept)\b"
    r"|\bwish\s+(?:i|we)\s+(?:could|can)\s+(?:have\s+|just\s+|even\s+)?(?:say|return|give|given|rate|rated|"
    r"leave|get\s+my|recommend|upload|post|show|travel|go\s+back)"
    r"|.*\b(?:zero|negative|minus|0)\s+stars?\b.*"
    r"|\b(?:could\s*n[o']?t|could\s+not|can\s*'?t)\s+wish\b|\bwish\s+(?:for|list)\b"
    r"|\bwish(?:ing)?\s+(?:you|them|everyone|all)\s+(?:all\s+)?(?:the\s+)?(?:best|well|luck|good)"
    r"|\bhop(?:e|ing)\s+(?:that\s+)?(?:this|it|i|we)\b",
    re.IGNORECASE,
)


def wishes(text: str) -> list[tuple[int, int]]:
    """Return where a Chinese or English text wishes for something: clauses as [start, end) in code points, in order.

    By form: 要是…就好了, 希望…, 最好能…; I wish, if only, would be nice if, hope they add, please bring. No wish:
    names and hope itself (希望小学, 没希望), a courtesy (希望越来越好, hope this helps), what one hopes of one's own
    purchase (希望是正品), advice (重启一下就好了), regret or praise in its shape (wish I had bought it sooner).
    """
    found: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        chinese, english = _blanked(_NOT_CHINESE, said), _blanked(_NOT_ENGLISH, said)
        for match in (*_CHINESE.finditer(chinese), *_ENGLISH.finditer(english)):
            start = max(said.rfind(mark, 0, match.start()) for mark in _COMMA) + 1
            ends = [place for mark in _COMMA if (place := said.find(mark, match.end())) >= 0]
            end = min(ends, default=len(said))
            inside = said[start:end]
            start += len(inside) - len(inside.lstrip())
            found.append((sentence.start() + start, sentence.start() + start + len(inside.strip())))
    return _joined(sorted(found))


def is_wish(text: str) -> bool:
    """Say whether a text holds a wish."""
    return bool(wishes(text))


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return the text with what a pattern finds made into signs of the same length."""
    return pattern.sub(lambda match: "＿" * len(match.group()), text)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
