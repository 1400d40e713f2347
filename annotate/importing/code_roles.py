"""What a code is for, where a sheet does not say it: other, none, don't know, refused, uncodable, invalid."""

from __future__ import annotations

import re

from annotate.importing.cells import folded
from annotate.text import simplified

THEME = "theme"
NET = "net"  # in a role column only: the row is a net

_CLEAR: dict[str, tuple[str, ...]] = {
    "other": (
        "其他", "其它", "其他类", "其他提及", "别的", "其余", "other", "others", "other mentions", "other mention",
        "all other", "all others", "any other", "misc", "miscellaneous",
    ),
    "none": (
        "无", "没有", "没", "无意见", "没有意见", "无不满意", "没有不满意", "没有不满", "无建议", "没有建议",
        "以上都没有", "以上皆无", "以上都不是", "都没有", "none", "nothing", "no", "no comment", "no comments",
        "none of these", "none of the above", "nothing in particular", "not applicable", "n/a",
    ),
    "dont_know": (
        "不知道", "不清楚", "说不清", "说不清楚", "不了解", "不记得", "想不起来", "不确定", "不知道/不清楚",
        "不清楚/不知道", "不知道/说不清", "说不清/不知道", "don't know", "dont know", "do not know", "dk", "not sure",
        "unsure", "can't say", "cannot say", "can't remember", "don't remember", "no idea", "dk/nr",
        "don't know/not sure",
    ),
    "refused": (
        "拒答", "拒绝回答", "不愿回答", "不愿意回答", "不想回答", "不便回答", "未回答", "refused", "refusal", "refuse",
        "no answer", "prefer not to say", "prefer not to answer", "declined", "declined to answer",
    ),
    "uncodable": (
        "无法编码", "不可编码", "难以编码", "无法归类", "无法分类", "uncodable", "uncodeable", "not codable",
        "not codeable", "unclassifiable", "cannot be coded",
    ),
    "invalid": (
        "无效", "无效回答", "无效答案", "无效数据", "无意义", "无意义回答", "乱码", "垃圾信息", "invalid",
        "invalid answer", "invalid response", "spam", "gibberish", "nonsense",
    ),
}  # fmt: skip
# These may well name a theme; a number from the block that surveys keep for special codes settles it.
_WITH_A_SPECIAL_NUMBER: dict[str, tuple[str, ...]] = {
    "other": ("其他方面", "其他问题", "其他意见", "其他原因", "其他建议", "other issues", "other comments"),
    "none": ("未提及", "没什么", "没有问题", "na", "nil"),
    "dont_know": ("不好说", "难说", "不了解", "dk/ref"),
    "refused": ("拒绝", "未答", "空白", "blank"),
    "uncodable": ("无法判断", "不明确", "unclear"),
    "invalid": ("答非所问", "不相关", "垃圾", "广告", "junk", "irrelevant", "off-topic", "off topic"),
}  # fmt: skip
_NAMES: dict[str, tuple[str, ...]] = {
    THEME: ("主题", "普通", "normal", "code", "编码"),
    NET: ("大类", "中类", "小类", "sub-net", "subnet", "group", "category"),
}
ROLES = (THEME, *_CLEAR)

_CLEAR_BY_LABEL = {folded(label): role for role, labels in _CLEAR.items() for label in labels}
_NUMBERED_BY_LABEL = {folded(label): role for role, labels in _WITH_A_SPECIAL_NUMBER.items() for label in labels}
_BY_NAME = {
    **_CLEAR_BY_LABEL,
    **{folded(name): role for role, names in _NAMES.items() for name in names},
    **{role: role for role in (*ROLES, NET)},
}
_ASIDE = re.compile(r"[((\[【<《].*?[))\]】>》]|[::,，、\-_ ]*(?:please specify|specify|请注明|请说明|请写明|注明)")
_SPECIAL_NUMBER = re.compile(r"0*9+[0-9]|-[0-9]+")


def guess_role(label: str, number: str | None) -> str:
    """Return the role that a code's whole label names, else ``theme``.

    Words in brackets ("please specify") do not count. A number such as 97, 98 or 99 means nothing by itself (they are
    used for different things); it only settles labels that could also be themes.
    """
    name = simplified(folded(_ASIDE.sub("", folded(label)))).strip(" .。!！…")
    role = _CLEAR_BY_LABEL.get(name)
    if role is None and number is not None and _SPECIAL_NUMBER.fullmatch(number):
        role = _NUMBERED_BY_LABEL.get(name)
    return role or THEME


def role_named(text: str) -> str | None:
    """Return the role (or ``net``) that a cell of a role column names in Chinese or English, None if it names none."""
    name = simplified(folded(text))
    return _BY_NAME.get(name.replace("_", " ").strip()) or _BY_NAME.get(name)
