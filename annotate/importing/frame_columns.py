"""What the columns of a code-frame sheet are called, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.importing.cells import folded
from annotate.text import simplified

# The first name found wins where a sheet has several columns for one thing.
_NAMES: dict[str, tuple[str, ...]] = {
    "number": (
        "number", "code number", "code no", "code id", "no", "num", "编号", "编码号", "编码编号", "码号", "数值",
        "value", "id", "序号",
    ),
    "code": ("code", "codes", "编码", "码", "代码", "编码框", "码框", "码表", "code frame", "codeframe"),
    "label": (
        "label", "code label", "code name", "name", "名称", "标签", "标签名称", "编码名称", "编码标签", "编码内容",
        "label zh", "name zh", "label cn", "chinese", "中文标签", "中文名称", "中文名", "中文", "类别名称", "codename",
        "内容", "tag", "topic", "theme", "主题", "category", "类别", "分类", "类目",
    ),
    "label_en": (
        "label en", "english label", "english", "english name", "name en", "英文名称", "英文名", "英文标签", "英文",
    ),
    "net_en": (
        "net en", "net english", "english net", "大类英文", "大类英文名", "大类英文名称", "英文大类", "一级英文",
    ),
    "sub_net_en": (
        "sub net en", "sub net english", "english sub net", "中类英文", "中类英文名", "中类英文名称", "英文中类",
        "二级英文",
    ),
    "group": (
        "category", "类别", "所属类别", "所属大类", "分类", "类目", "group", "分组", "theme", "主题", "维度",
        "dimension",
    ),
    "subgroup": (
        "sub category", "subcategory", "sub theme", "subtheme", "sub group", "subgroup", "子类别", "子类目", "子主题",
    ),
    "parent": (
        "parent", "parent code", "parent number", "parent no", "parent id", "parent label", "parent name", "上级",
        "上级编号", "上级编码", "上级名称", "父级", "父级编号", "父级编码", "父级名称", "父编码", "父节点",
    ),
    "path": ("path", "full path", "code path", "路径", "完整路径", "编码路径", "层级路径"),
    "depth": ("depth", "level", "lv", "层级", "层次", "级别", "深度", "级", "层", "indent", "缩进"),
    "kind": ("type", "kind", "row type", "类型", "种类", "行类型"),
    "role": ("role", "角色", "作用"),
    "definition": ("definition", "定义", "description", "说明", "描述", "解释", "释义", "含义", "memo"),
    "include": ("include", "includes", "including", "inclusion", "包含", "包括", "纳入"),
    "exclude": ("exclude", "excludes", "excluding", "exclusion", "不包含", "不包括", "排除"),
    "examples": ("examples", "example", "示例", "例子", "举例", "例句", "典型原话"),
    "notes": ("notes", "note", "备注", "注释", "remarks", "remark", "comment", "comments"),
    "colour": ("colour", "color", "颜色"),
}  # fmt: skip
DETAILS = ("label_en", "role", "definition", "include", "exclude", "examples", "notes", "colour")

_RANKS = {
    "net": 1, "nets": 1, "大类": 1, "主类": 1, "sub net": 2, "subnet": 2, "中类": 2, "子类": 2, "sub sub net": 3,
    "小类": 3, "细类": 4, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6,
}  # fmt: skip
_WORD = r"指标|标签|分类|类别|类目|主题|维度|目录|名称|label|name|category|theme|code|编码|编号|代码|number|no|id"
_LEVEL = re.compile(
    r"(?:(?:level|lvl|lv|l|net|tier|层级|级别)\s?(?P<n>[1-9])|第?(?P<c>[一二三四五六1-6])级"
    r"|(?P<word>nets?|sub net|subnet|sub sub net|[大主中子小细]类))"
    rf"\s?(?:(?:{_WORD})\s?)??(?P<rest>{_WORD})?"
)
_NUMBER_WORDS = frozenset(("编号", "代码", "number", "no", "id"))
_MAYBE_NUMBER_WORDS = frozenset(("编码", "code"))
_ASIDE = re.compile(r"[((\[【].*?[))\]】]")


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Where the columns of a sheet are: indices by what they hold, names of levels and their numbers by rank from 1."""

    places: dict[str, int]
    levels: dict[int, int]
    level_numbers: dict[int, int]

    @property
    def usable(self) -> bool:
        """Say whether a frame can be read by these names; if not, the first row is data."""
        # A lone "net" or 大类 may be the mark of a first row without header: 服务,NET.
        return len(self.levels) > 1 or any(name in self.places for name in ("label", "code", "path"))


def find_columns(header: Sequence[str]) -> FrameColumns:
    """Return which columns a header names."""
    names = [_bare(name) for name in header]
    places: dict[str, int] = {}
    for thing, synonyms in _NAMES.items():
        for synonym in synonyms:
            if synonym in names:
                places[thing] = names.index(synonym)
                break
    levels: dict[int, int] = {}
    numbers: dict[int, int] = {}
    maybe: dict[int, int] = {}
    for column, name in enumerate(names):
        if found := _LEVEL.fullmatch(name):
            said = found["n"] or found["c"] or found["word"]
            rank = _RANKS.get(said) or int(said)
            wanted = (
                numbers if found["rest"] in _NUMBER_WORDS else maybe if found["rest"] in _MAYBE_NUMBER_WORDS else levels
            )
            wanted.setdefault(rank, column)
    for rank, column in maybe.items():  # 一级编码 is the code's name, unless a 一级名称 stands beside it
        (numbers if rank in levels else levels).setdefault(rank, column)
    # A sheet may say 大类 and 小类 only: ranks close up.
    ranks = {old: rank for rank, old in enumerate(sorted(levels), 1)}
    return FrameColumns(
        places,
        {ranks[old]: column for old, column in levels.items()},
        {ranks[old]: column for old, column in numbers.items() if old in ranks},
    )


def _bare(name: str) -> str:
    return folded(_ASIDE.sub("", simplified(folded(name))).replace("_", " ").replace("-", " ").replace(".", " "))
