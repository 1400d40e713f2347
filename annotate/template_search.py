"""Template phrases in answers: strings at the start or end of a clause that many different answers repeat verbatim.

People repeat words; templates repeat sentences. What counts as a template is therefore long (LONG Chinese characters
or WORDS words) and in at least SHARE of all answers. Two kinds may be shorter: phrases with which call notes and
greetings open and close (客户来电反映, 感谢您的来电, customer called to report), and the labels of a form's fields
(问题描述：, 【客户诉求】), which stand in LABEL_SHARE of the answers. Plain survey answers have none of these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from annotate.text import fold

LONG, WORDS, SHARE = 8, 8, 0.01
CUED_LONG, CUED_WORDS, CUED_SHARE = 4, 3, 0.003
LABEL_SHARE = 0.2
LEAST = 5
"""Answers that must share a phrase, however few there are."""
MOST = 100
"""Phrases offered."""

_SPLIT = re.compile(r"[^\w '-]+|_|(?<=[㐀-鿿]) | (?=[㐀-鿿])")
_HAN = re.compile(r"[㐀-鿿]")
_TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+(?:['-][^\W_㐀-鿿]+)*")
_LABEL = re.compile(r"[\[【<《]([^\[\]【】<>《》:]{2,12})[\]】>》]|(?:^|[\s。;,])(\w[\w /]{1,19}):(?!//)")
_CUE = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|您好|你好|先生|女士|感谢|谢谢|祝您|请问有什么|很高兴为|欢迎致电|现将|特此|此致|以上|"
    r"(?:该)?(?:客户|顾客|用户|市民|来电人|来电者|车主|业主|群众|网友|消费者|乘客|投诉人)(?:\w{0,3})"
    r"(?:来电|致电|来信|反映|反应|反馈|咨询|投诉|表示|称|要求|描述|留言|拨打))|"
    r"(?:为您服务|您的来电|您的支持|您的配合|您的理解|您的关注|生活愉快|工作愉快|万事如意|可以帮您|可以帮到您|"
    r"(?:望|请|恳请|希望|要求)\w{0,8}(?:回复|核实|处理|解决|协助|跟进|重视|调查)|已(?:记录|转交|转办|受理|收悉)|回复如下)$|"
    r"\b(?:customer|caller|client|cust|cx|guest|passenger|member|user)s? (?:called|calls|calling|call|phoned|contacted|"
    r"states?|stated|reports?|reported|says|said|advises?|advised|requests?|requested|inquired|complains?|complained|"
    r"would like|wants)\b|\bthank(?:s| you) for (?:calling|contacting|choosing|your call|your patience)\b|"
    r"\bhow (?:may|can) i (?:help|assist)\b|\bis there anything else\b|\bhave a (?:great|nice|good) (?:day|one)\b|"
    r"\b(?:call|transferred|escalated) (?:transferred|to the)\b|\bdear (?:sir|madam|customer|team)\b"
)


Tokens = tuple[str, ...]
"""Words of Latin script and single Chinese characters."""


def find(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Return template phrases and in how many of the texts they are, the most frequent first; at most MOST.

    Phrases are folded. Of phrases that lie within each other and are about as frequent, the longest is returned.
    """
    clauses = [(clause, row) for row, text in enumerate(texts) for clause in _clauses(text)]
    found: dict[str, int] = {}
    for strings, turned in ((clauses, False), ([(clause[::-1], row) for clause, row in clauses], True)):
        for stem, rows in _stems(sorted(strings), len(texts)):
            phrase = _written(stem[::-1] if turned else stem)
            if _is_template(phrase, rows, len(texts)):
                found[phrase] = max(found.get(phrase, 0), rows)
    found |= _labels(texts)
    kept: list[tuple[str, int]] = []
    for phrase, rows in sorted(found.items(), key=lambda one: (-len(one[0]), one[0])):
        within = (one for one in found if one != phrase and one in phrase and found[one] >= 2 * rows)
        if all(_goes_on(phrase, one, rows / found[one]) for one in within) and not any(
            phrase in longer and more >= rows / 2 for longer, more in kept
        ):
            kept.append((phrase, rows))
    return sorted(kept, key=lambda one: (-one[1], one[0]))[:MOST]


def _goes_on(phrase: str, stem: str, share: float) -> bool:
    """Tell whether a phrase is more than a template and the first words that people put after it."""
    more = phrase.replace(stem, "", 1)
    return share >= 0.25 and (len(_HAN.findall(more)) >= CUED_LONG or len(more.split()) >= CUED_WORDS)


def _labels(texts: Sequence[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({(bracketed or plain).strip() for bracketed, plain in _LABEL.findall(fold(text))})
    least = max(LEAST, LABEL_SHARE * len(texts))
    return {label: count for label, count in counts.items() if count >= least and not label.isdigit()}


def _clauses(text: str) -> Iterator[Tokens]:
    for part in _SPLIT.split(fold(text)):
        tokens = tuple(_TOKEN.findall(part))
        if len(tokens) >= CUED_WORDS:
            yield tokens


def _written(tokens: Tokens) -> str:
    """Return tokens as they stood: a space between words of Latin script only."""
    text = tokens[0]
    for before, token in pairwise(tokens):
        text += token if _HAN.match(before) or _HAN.match(token) else f" {token}"
    return text


def _stems(strings: list[tuple[Tokens, int]], texts: int) -> Iterator[tuple[Tokens, int]]:
    """Yield, of sorted (string, text), the stems that enough texts share and after which the strings part.

    A stem goes on as long as four in five of its strings do.
    """
    least = max(LEAST, round(CUED_SHARE * texts))
    waiting = [(0, len(strings), 0)]
    while waiting:
        low, high, depth = waiting.pop()
        if high - low < least:
            continue
        start = low
        while start < high and len(strings[start][0]) == depth:
            start += 1
        children = []
        while start < high:
            stop = _run_end(strings, start, high, depth)
            children.append((start, stop))
            start = stop
        largest = max((stop - start for start, stop in children), default=0)
        if depth >= CUED_WORDS and largest < 0.8 * (high - low):
            yield strings[low][0][:depth], len({row for _, row in strings[low:high]})
        waiting += [(start, stop, depth + 1) for start, stop in children]


def _run_end(strings: list[tuple[Tokens, int]], start: int, high: int, depth: int) -> int:
    """Return where the run of strings with the same token at ``depth`` ends, by halving."""
    token = strings[start][0][depth]
    low, end = start + 1, high
    while low < end:
        middle = (low + end) // 2
        if strings[middle][0][depth] == token:
            low = middle + 1
        else:
            end = middle
    return low


def _is_template(phrase: str, rows: int, texts: int) -> bool:
    han = len(_HAN.findall(phrase))
    words = len(phrase.split())
    if rows < LEAST:
        return False
    if (han >= LONG or words >= WORDS) and rows >= SHARE * texts:
        return True
    return (han >= CUED_LONG or words >= CUED_WORDS) and rows >= CUED_SHARE * texts and _CUE.search(phrase) is not None
