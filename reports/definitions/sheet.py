"""Definitions as a sheet: one row a thing, ``kind`` says what it is, the other columns what is known of it.

Kinds: score, indicator, stage, touchpoint, code, tier, funnel, image, self_selected, population, reference, limit,
practical, rule. Chinese names of kinds and columns are understood. A sheet written by ``rows_of`` is read back to the
same definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import TypeVar

from annotate.importing.cells import Problem, problem
from annotate.messages import N_
from reports.definitions.terms import (
    CodePlace,
    Definitions,
    FunnelStep,
    ImageItem,
    Indicator,
    Letters,
    Measure,
    Population,
    Practical,
    Reference,
    Score,
    Tier,
    Touchpoint,
)
from reports.statistics.limits import Limits

K = TypeVar("K")

COLUMNS = (
    "kind", "name", "column", "measure", "lowest", "highest", "cut", "good", "headline", "score", "above", "stage",
    "touchpoint", "department", "value", "weight", "attribute",
    "account", "size", "error", "dated",
)  # fmt: skip
"""The columns of the sheet, in order."""

_COLUMNS = {
    "kind": "kind 类别 类型", "name": "name 名称 编码 code", "column": "column 列 字段 field",
    "measure": "measure 指标 算法", "lowest": "lowest 最低 最低分", "highest": "highest 最高 最高分",
    "cut": "cut 起点 切点 优良起点", "good": "good 好的方向 方向", "headline": "headline 核心 核心指标",
    "score": "score 评分", "above": "above 上级", "stage": "stage 阶段", "touchpoint": "touchpoint 触点",
    "department": "department 部门 责任部门", "value": "value 值 取值", "weight": "weight 权重",
    "attribute": "attribute 形象 形象属性", "account": "account 账户 客户账户", "size": "size 规模 总数 样本量",
    "error": "error 标准误", "dated": "dated 日期 时间",
}  # fmt: skip
_KINDS = {
    "score": "score 评分 分数", "indicator": "indicator 指标 指标体系", "stage": "stage 阶段",
    "touchpoint": "touchpoint 触点", "code": "code 编码", "tier": "tier 层级 客户层级", "limit": "limit 界限 限值",
    "practical": "practical 实际意义 实际界限", "rule": "rule 规则 显著性", "funnel": "funnel 漏斗 品牌漏斗",
    "image": "image 品牌形象", "population": "population 总体 封闭总体", "reference": "reference benchmark 参照 标杆",
    "self_selected": "self_selected selfselected self-selected 自选渠道 自发渠道",
}  # fmt: skip
_MEASURES = {
    Measure.NPS: "nps 净推荐值", Measure.TOP_BOX: "top_box topbox top-box top2 t2b csat 满意率 前两档",
    Measure.MEAN: "mean average 均值 平均分 平均",
}  # fmt: skip
_LOW = ("low", "低", "低好", "越低越好")
_YES = ("1", "yes", "y", "true", "是", "√")
_LIMITS = {"hidden": "shown", "starred": "full", "tested": "tested", "shown_people": "people"}
"""Limits by the names that people give them."""
_PRACTICAL = {one.name: one.name for one in fields(Practical)}
_LETTERS = {Letters.HOLM: "holm", Letters.UNCORRECTED: "uncorrected 95/90 不校正"}


def _lookup(table: Mapping[K, str], word: str) -> K | None:
    wanted = word.strip().lower().replace(" ", "")
    return next((key for key, words in table.items() if wanted in words.split()), None)


def says_kinds(header: Sequence[str]) -> bool:
    """Say whether a sheet has the column that tells what a row defines."""
    return any(_lookup(_COLUMNS, column) == "kind" for column in header)


class _Fault(Exception):
    def __init__(self, id: str, what: str, **params: object) -> None:
        super().__init__(id)
        self.id, self.what, self.params = id, what, params


def parse(header: Sequence[str], rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[Definitions, list[Problem]]:
    """Read a sheet: its header, and rows as (number in the sheet, cell by column of the header).

    Rows that cannot be taken become Problems; what they say is left out.
    """
    known = {column: _lookup(_COLUMNS, column) for column in header}
    gathered: dict[str, list[object]] = {}
    limits: dict[str, float] = {}
    practical: dict[str, float] = {}
    letters = Letters.HOLM
    problems: list[Problem] = []
    for number, cells in rows:
        row = {str(name): cells.get(column, "").strip() for column, name in known.items() if name is not None}
        if not any(row.values()):
            continue
        try:
            kind = _lookup(_KINDS, row.get("kind", ""))
            if kind is None:
                raise _Fault("kind-unknown", N_("“{kind}” is no kind of definition."), kind=row.get("kind", ""))
            if kind == "rule":
                letters = _letters(row)
            elif kind == "limit":
                limits |= _bound(row, _LIMITS, whole=True)
            elif kind == "practical":
                practical |= _bound(row, _PRACTICAL)
            else:
                gathered.setdefault(str(kind), []).append(_READERS[str(kind)](row))
        except _Fault as fault:
            problems.append(problem(number, fault.id, fault.what, **fault.params))
    stages = tuple(dict.fromkeys(str(one) for one in gathered.get("stage", ())))
    found = Definitions(
        scores=tuple(one for one in gathered.get("score", ()) if isinstance(one, Score)),
        indicators=tuple(one for one in gathered.get("indicator", ()) if isinstance(one, Indicator)),
        stages=stages,
        touchpoints=tuple(one for one in gathered.get("touchpoint", ()) if isinstance(one, Touchpoint)),
        codes=tuple(one for one in gathered.get("code", ()) if isinstance(one, CodePlace)),
        tiers=tuple(one for one in gathered.get("tier", ()) if isinstance(one, Tier)),
        funnel=tuple(one for one in gathered.get("funnel", ()) if isinstance(one, FunnelStep)),
        image=tuple(one for one in gathered.get("image", ()) if isinstance(one, ImageItem)),
        self_selected=tuple(dict.fromkeys(str(one) for one in gathered.get("self_selected", ()))),
        populations=tuple(one for one in gathered.get("population", ()) if isinstance(one, Population)),
        references=tuple(one for one in gathered.get("reference", ()) if isinstance(one, Reference)),
        limits=replace(Limits(), **{name: int(value) for name, value in limits.items()}),
        practical=Practical(**practical),
        letters=letters,
    )
    return found, problems + list(_loose_ends(found))


def _number(row: Mapping[str, str], name: str, default: float | None = None) -> float:
    text = row.get(name, "")
    try:
        if not text and default is not None:
            return default
        return float(text)
    except ValueError:
        raise _Fault("number-expected", N_("{column} needs a number."), column=name) from None


def _named(row: Mapping[str, str]) -> str:
    if not row.get("name"):
        raise _Fault("name-missing", N_("The row has no name."))
    return row["name"]


def _score(row: Mapping[str, str]) -> Score:
    measure = _lookup(_MEASURES, row.get("measure", ""))
    if not isinstance(measure, Measure):
        raise _Fault("measure-unknown", N_("“{measure}” is no measure: use nps, top_box or mean."), measure=row.get(
            "measure", ""))  # fmt: skip
    lowest = _number(row, "lowest", 0.0 if measure is Measure.NPS else None)
    highest = _number(row, "highest", 10.0 if measure is Measure.NPS else None)
    if lowest >= highest or (measure is Measure.NPS and (lowest, highest) != (0, 10)):
        raise _Fault("scale-wrong", N_("The scale does not fit the measure: NPS runs from 0 to 10."))
    cut = _number(row, "cut") if row.get("cut") else None
    if cut is not None and not lowest <= cut <= highest:
        raise _Fault("cut-outside", N_("The first good box lies outside the scale."))
    good = row.get("good", "").lower() not in _LOW
    name = _named(row)
    return Score(name, row.get("column") or name, measure, lowest, highest, cut, good, row.get("headline") in _YES)


def _indicator(row: Mapping[str, str]) -> Indicator:
    weight = _number(row, "weight") if row.get("weight") else None
    return Indicator(_named(row), row.get("score", ""), row.get("above", ""), weight)


def _tier(row: Mapping[str, str]) -> Tier:
    if not row.get("column") or not row.get("value"):
        raise _Fault("tier-incomplete", N_("A tier needs a column, a value and a weight."))
    weight = _number(row, "weight")
    if not 0 < weight <= 100:
        raise _Fault("weight-outside", N_("A weight lies above 0 and is at most 100."))
    return Tier(row["column"], row["value"], weight)


def _columned(row: Mapping[str, str]) -> str:
    if not row.get("column"):
        raise _Fault("column-needed", N_("The row names no column of the data."))
    return row["column"]


def _population(row: Mapping[str, str]) -> Population:
    if not row.get("account"):
        raise _Fault("account-needed", N_("The row names no column with the names of the accounts."))
    return Population(_named(row), row["account"], _whole(row, "size"), row.get("column", ""), row.get("value", ""))


def _reference(row: Mapping[str, str]) -> Reference:
    if not row.get("score") or not row.get("dated"):
        raise _Fault("reference-incomplete", N_("A reference needs a score, a value, a size and when it was measured."))
    value = _number(row, "value")
    error = _number(row, "error") if row.get("error") else None
    if value <= 0 or (error is not None and error <= 0):
        raise _Fault("reference-low", N_("A reference and its standard error lie above 0."))
    return Reference(_named(row), row["score"], value, _whole(row, "size"), row["dated"], error)


def _whole(row: Mapping[str, str], name: str) -> int:
    value = _number(row, name)
    if value < 1 or not value.is_integer():
        raise _Fault("size-whole", N_("{column} needs a whole number of 1 or more."), column=name)
    return int(value)


_READERS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "score": _score,
    "indicator": _indicator,
    "stage": _named,
    "self_selected": _named,
    "touchpoint": lambda row: Touchpoint(_named(row), row.get("stage", "")),
    "code": lambda row: CodePlace(_named(row), row.get("touchpoint", ""), row.get("department", "")),
    "tier": _tier,
    "funnel": lambda row: FunnelStep(_named(row), row.get("stage", ""), _columned(row), row.get("value", "")),
    "population": _population,
    "reference": _reference,
    "image": lambda row: ImageItem(_named(row), row.get("attribute", ""), _columned(row), row.get("value", "")),
}


def _bound(row: Mapping[str, str], names: Mapping[str, str], *, whole: bool = False) -> dict[str, float]:
    name = row.get("name", "").lower().replace(" ", "_").replace("-", "_")
    if name not in names:
        raise _Fault(
            "limit-unknown", N_("“{name}” is no limit; there are: {names}."), name=name, names=", ".join(names)
        )
    value = _number(row, "value")
    if value < 0 or (whole and not value.is_integer()):
        raise _Fault("limit-negative", N_("A limit is a whole number of 0 or more."))
    return {names[name]: value}


def _letters(row: Mapping[str, str]) -> Letters:
    found = _lookup(_LETTERS, row.get("value", ""))
    if not isinstance(found, Letters):
        raise _Fault("rule-unknown", N_("“{value}” is no rule for letters: use holm or uncorrected."), value=row.get(
            "value", ""))  # fmt: skip
    return found


def _loose_ends(found: Definitions) -> Iterable[Problem]:
    """Say what refers to something that is not defined."""
    known = {one.name for one in found.touchpoints}
    for point in found.touchpoints:
        if point.stage not in found.stages:
            yield problem(0, "stage-missing", N_("Touchpoint {name}: there is no stage “{stage}”."), name=point.name,
                          stage=point.stage)  # fmt: skip
    for place in found.codes:
        if place.touchpoint and place.touchpoint not in known:
            yield problem(0, "touchpoint-missing", N_("Code {name}: there is no touchpoint “{touchpoint}”."),
                          name=place.code, touchpoint=place.touchpoint)  # fmt: skip
    scores = {one.name for one in found.scores}
    nodes = {one.name for one in found.indicators} | scores
    for node in found.indicators:
        if (node.score and node.score not in scores) or (node.above and node.above not in nodes):
            yield problem(0, "indicator-loose", N_("Indicator {name} points to something that is not defined."),
                          name=node.name)  # fmt: skip

    measures = {one.name: one.measure for one in found.scores}
    for reference in found.references:
        measure = measures.get(reference.score)
        if measure is None:
            yield problem(0, "reference-loose", N_("Reference {name}: there is no score “{score}”."),
                          name=reference.name, score=reference.score)  # fmt: skip
        elif measure is Measure.NPS:
            yield problem(0, "reference-nps", N_("Reference {name}: an NPS runs from −100 to 100 and has no index."),
                          name=reference.name)  # fmt: skip
        elif measure is Measure.MEAN and reference.error is None:
            yield problem(0, "reference-error", N_("Reference {name}: a mean needs its standard error."),
                          name=reference.name)  # fmt: skip


def rows_of(found: Definitions) -> list[list[str | float | None]]:
    """Return the definitions as rows of COLUMNS; ``parse`` reads them back to the same."""
    rows: list[dict[str, str | float | None]] = [
        {
            "kind": "score", "name": score.name, "column": score.column, "measure": score.measure.value,
            "lowest": score.lowest, "highest": score.highest, "cut": score.cut,
            "good": "high" if score.good_is_high else "low", "headline": "1" if score.headline else None,
        }
        for score in found.scores
    ]  # fmt: skip
    rows += [
        {"kind": "indicator", "name": node.name, "score": node.score, "above": node.above, "weight": node.weight}
        for node in found.indicators
    ]
    rows += [{"kind": "stage", "name": stage} for stage in found.stages]
    rows += [{"kind": "touchpoint", "name": one.name, "stage": one.stage} for one in found.touchpoints]
    rows += [
        {"kind": "code", "name": one.code, "touchpoint": one.touchpoint, "department": one.department}
        for one in found.codes
    ]
    rows += [{"kind": "tier", "column": t.column, "value": t.value, "weight": t.weight} for t in found.tiers]
    rows += [
        {"kind": "funnel", "name": one.brand, "stage": one.stage, "column": one.column, "value": one.value}
        for one in found.funnel
    ]
    rows += [
        {"kind": "image", "name": one.brand, "attribute": one.attribute, "column": one.column, "value": one.value}
        for one in found.image
    ]
    rows += [{"kind": "self_selected", "name": channel} for channel in found.self_selected]
    rows += [
        {
            "kind": "population", "name": one.name, "account": one.account, "size": one.size, "column": one.column,
            "value": one.value,
        }
        for one in found.populations
    ]  # fmt: skip
    rows += [
        {
            "kind": "reference", "name": one.name, "score": one.score, "value": one.value, "size": one.size,
            "dated": one.dated, "error": one.error,
        }
        for one in found.references
    ]  # fmt: skip
    for kind, names, told in (
        ("limit", _LIMITS, asdict(found.limits)), ("practical", _PRACTICAL, asdict(found.practical)),
    ):  # fmt: skip
        rows += [{"kind": kind, "name": name, "value": told[field]} for name, field in names.items()]
    rows.append({"kind": "rule", "name": "letters", "value": found.letters.value})
    return [[row.get(column) for column in COLUMNS] for row in rows]
