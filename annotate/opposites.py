"""Opposites: what says the contrary in the same words (空间大, 空间不大, 空间小), as a neutral form and a side.

Negations and the weaker word of a pair (小 of 大 and 小) turn the side; degrees (很, very) say nothing of it. Two texts
with one neutral form and different sides are opposites: 空间不小 and 空间小 are, 空间不大 and 空间小 are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

MOST = 3
"""Opposites told of one text."""

_PAIRS = """
大/小,狭小,窄小 高/低 长/短 快/慢 好/差,坏,糟,烂,恶劣,难 优/劣 强/弱 便宜,实惠/贵 轻/重,沉 厚/薄 宽/窄
宽敞/拥挤,狭窄 新/旧 热/冷 干净/脏 安静/吵,吵闹,嘈杂 软/硬 松/紧 深/浅 远/近 早/晚 粗/细 精细,细腻/粗糙 亮/暗
升,涨/降,跌 增/减 买/卖 进/退 开/关 前/后 左/右 上/下 里,内/外 多/少 喜欢/讨厌 满意/失望 舒服,舒适/难受
灵敏/迟钝 方便/麻烦 简单/复杂 容易/困难 流畅,顺畅/卡顿 平稳,稳定/颠簸,晃 热情/冷淡,冷漠 耐心/敷衍 清楚,清晰/模糊
好看,美观/难看,丑 好吃/难吃 好闻/难闻 好用/难用 省油/费油 省电/费电 及时/拖延 优点/缺点 支持/反对 同意/拒绝
增加/减少 提高,升高/降低 香/臭 浓,咸/淡 甜/苦 安全/危险 放心/担心 免费/收费 正品/假货 完好/破损 good/bad,poor
great/terrible,awful fast,quick/slow big,large/small high/low long/short cheap/expensive,pricey easy/difficult
comfortable/uncomfortable quiet/noisy,loud clean/dirty,unclean new/old soft/hard friendly/unfriendly
satisfied/dissatisfied,unsatisfied like/dislike love/hate helpful/unhelpful,helpless strong/weak
reliable/unreliable spacious/cramped happy/unhappy better/worse more/less clear/unclear polite/impolite,rude
hot/cold early/late increase/decrease above/below
"""
"""Words of one side, stroke, words of the other; several of a side are taken for one another."""
_WHOLE = """
不错 不过 不仅 不但 不断 不光 不管 不论 不如 不同 不止 不久 差不多 无线 无论 未来 级别 分别 区别 类别 个别 告别
别人 别的 别克 小时 小鹏 小米 小区 大众 大概 大家 大灯 大厅 大修 大小 高速 高德 高低 长短 长安 长城 快递 好几
上海 下次 上次 关于 关键 前后 后备箱 后排 前排 后面 前面 后视镜 后座 里面 外面 外观 内饰 里程 多少 有限 开车
上车 下车 售后 以后 之后 最后 然后 后来 多媒体 新能源 中控 冷却 冷气 热线 热水 暖风 重量 重新 近光 远光 远程
早上 晚上 明白 明显 升级 保养 过关 有限公司
""".split()
"""Words in which a sign of negation, or half of a pair, is none."""
_NEGATIONS = (
    "没有那么|没那么|缺少|缺乏|不那么|并不是|并没有|没有|不是|不算|不太|不够|不怎么|不能"
    "|不会|不可以|从不|从未|并不|并未|毫无|不|没|无|未|别|勿|缺"
)
_DEGREES = (
    "非常|十分|特别|相当|极其|比较|有点儿|有点|有些|稍微|真的|确实|实在|很|太|挺|真|最|超|极|蛮|更|可以|能|会|够|还|有"
)
_LATIN_NEGATIONS = "does not|do not|did not|not|no|never|without|hardly|barely"
_LATIN_DEGREES = "very|too|so|really|quite|pretty|rather|extremely|a bit|a little|with|always"

_CANON: dict[str, tuple[str, bool]] = {}
for _pair in _PAIRS.split():
    for _turned, _words in enumerate(_pair.split("/")):
        for _word in _words.split(","):
            _CANON[_word] = (_pair.split("/")[0].split(",")[0], bool(_turned))


def _any(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_HAN = [one for one in _CANON if not one.isascii()]
_LATIN = [one for one in _CANON if one.isascii()]
_PART = re.compile(
    rf"(?P<whole>{_any(_WHOLE)})|(?P<long>{_any([one for one in _HAN if len(one) > 1])})"
    rf"|(?P<degree>{_DEGREES}|\b(?:{_LATIN_DEGREES})\b)|(?P<negation>{_NEGATIONS}|\b(?:{_LATIN_NEGATIONS})\b)"
    rf"|(?P<one>{_any([one for one in _HAN if len(one) == 1])}|\b(?:{_any(_LATIN)})\b)"
)


def side(text: str) -> tuple[str, bool]:
    """Return the neutral form of a folded text, and whether it stands on the other side of it."""
    turned = False

    def neutral(match: re.Match[str]) -> str:
        nonlocal turned
        kind, said = match.lastgroup, match[0]
        if kind == "whole":
            return said
        if kind == "degree":
            return ""
        if kind == "negation":
            turned = not turned
            return ""
        word, other = _CANON[said]
        turned ^= other
        return word

    return " ".join(_PART.sub(neutral, text).split()), turned


def opposites(texts: Sequence[str], counts: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return, by place, the opposites of folded texts: at most MOST, those that most people gave first."""
    sides: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, text in enumerate(texts):
        neutral, turned = side(text)
        if neutral:
            sides[neutral][turned].append(place)
    found: dict[int, tuple[int, ...]] = {}
    for pair in sides.values():
        ranked = [sorted(one, key=lambda place: (-counts[place], place))[:MOST] for one in pair]
        for own, others in ((pair[0], ranked[1]), (pair[1], ranked[0])):
            if others:
                found.update(dict.fromkeys(own, tuple(others)))
    return found
