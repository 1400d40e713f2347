"""How a sheet of coded data is laid out: which column holds the id, and where the codes are.

========  ====================================================  ==============================================
layout    example (one row a ``/``)                             told by
========  ====================================================  ==============================================
LONG      id,code,sentiment / 7,油耗,-1 / 7,价格,               a code column; ids repeat or one code a cell
JOINED    id,codes / 7,油耗:-1|价格  or  id,Q1_c / 7,3;17       a code column; cells list several
NUMBERS   id,Q7_1,Q7_2 / 7,302,17                               columns with running numbers that hold numbers
ZERO_ONE  id,Q7_302,Q7_17 / 7,1,0  or  id,油耗,价格 / 7,1,      columns that hold 0, 1, blank, TRUE, 是 only
========  ====================================================  ==============================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from annotate.errors import AskedWronglyError
from annotate.importing.cells import at, folded, name_of, text_of, unnamed
from annotate.importing.frame_signs import NUMBER
from annotate.importing.label_cells import Known, has_separator, split_codes, tick_of
from annotate.importing.records import Cell
from annotate.importing.role_names import names_an_id
from annotate.messages import N_, _
from annotate.text import simplified


class LabelKind(Enum):
    """A layout of coded data."""

    LONG = "long"
    JOINED = "joined"
    NUMBERS = "numbers"
    ZERO_ONE = "zero-one"

    @property
    def sentence(self) -> str:
        """Return how the sheet was read, in the language in use."""
        return _(_SENTENCES[self])


_SENTENCES = {
    LabelKind.LONG: N_("Read as one code a row."),
    LabelKind.JOINED: N_("Read as all codes of a verbatim in one cell."),
    LabelKind.NUMBERS: N_("Read as code numbers in columns by order of mention."),
    LabelKind.ZERO_ONE: N_("Read as one column a code, ticked with 1."),
}


@dataclass(frozen=True, slots=True)
class LabelRoles:
    """Which columns the person named; the others are guessed. If ``code_columns`` are given, no others hold codes."""

    id: str | None = None
    code: str | None = None
    sentiment: str | None = None
    coder: str | None = None
    question: str | None = None
    code_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """A column with codes: of one code (``ref``, ticked or not), or (ref "") one whose cells list codes."""

    column: int
    question: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """Where a sheet says what: column indices; ``accepted`` and ``source`` are those of our own exports."""

    kind: LabelKind
    key: int
    codes: tuple[CodeColumn, ...]
    sentiment: int | None = None
    question: int | None = None
    coder: int | None = None
    source: int | None = None
    accepted: int | None = None

    @property
    def questions(self) -> tuple[str, ...]:
        """Return the questions that column names carry, in order; empty if they carry none."""
        return tuple(dict.fromkeys(code.question for code in self.codes if code.question is not None))


_NAMES: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "verbatim id", "respondent id", "respondent", "case id", "case", "record id", "uuid",
        "response id", "编号", "样本编号", "样本号", "受访者编号", "被访者编号", "受访者", "答卷编号", "答题序号",
        "序号", "原话编号", "文本编号", "no", "key",
    ),
    "codes": ("codes", "code", "编码", "编码结果", "码", "标签", "labels", "label", "tags", "tag", "topics", "topic",
              "主题", "分类", "类别", "category", "categories"),
    "code_sentiments": ("code sentiments", "codes sentiments", "code sentiment", "codes with sentiment", "编码情感"),
    "sentiment": ("sentiment", "sentiments", "polarity", "情感", "情感倾向", "情感极性", "极性", "情绪"),
    "question": ("question", "问题", "题目", "题号", "question id"),
    "coder": ("coder", "annotator", "labeller", "labeler", "编码员", "标注员", "标注人", "编码人"),
    "source": ("source", "来源"),
    "accepted": ("accepted",),
    "other": ("text", "verbatim text", "文本", "原话", "原文", "内容", "答案", "date", "日期", "时间", "weight", "权重",
              "wave", "channel", "渠道", "score", "nps", "split", "net", "confidence", "sentiment confidence", "model"),
}  # fmt: skip
_QUESTION = r"[A-Za-z]{1,4}\d{1,4}[A-Za-z]?|题\d+|第?\d+题|问题\d+"
_OF_QUESTION = re.compile(rf"({_QUESTION})\s*[_.:：#-]\s*(\S.*)")
_NUMBERED = re.compile(r"(.*?\D)[_.\- ]?(\d+)")
_JOINED = re.compile(r"(.+?)[_.:： -]?(?:c|code|codes|coded|编码|编码结果)", re.IGNORECASE)


def guess_label_layout(
    columns: Sequence[str],
    sample_rows: Sequence[Sequence[Cell]],
    roles: LabelRoles | None = None,
    known: Known | None = None,
) -> LabelLayout:
    """Tell how coded data are laid out from the header and some rows; named ``roles`` go before guesses.

    ``known`` keeps a column that is called like a code of the frame from being read as question and code.
    Raises AskedWronglyError where a named column does not exist, or no id or no codes can be made out.
    """
    roles = roles or LabelRoles()
    found = _named_columns(columns)
    for thing, name in (
        ("id", roles.id),
        ("codes", roles.code),
        ("sentiment", roles.sentiment),
        ("coder", roles.coder),
        ("question", roles.question),
    ):
        if name is not None:
            found[thing] = _column(columns, name)
    if roles.code_columns:
        found.pop("codes", None)
        found.pop("code_sentiments", None)
    elif roles.code is not None and found.get("code_sentiments") == found["codes"]:
        del found["code_sentiments"]
    if "codes" not in found and "code_sentiments" in found:
        found["codes"] = found.pop("code_sentiments")
    if "sentiment" in found and roles.sentiment is None and "code_sentiments" in found:
        del found["sentiment"]
    values = {c: [text_of(at(row, c)) for row in sample_rows] for c in range(len(columns))}
    key = found.get("id")
    if key is None:
        raise AskedWronglyError(
            "label-id-unknown",
            N_("Cannot tell which column holds the ids."),
            N_("None of the columns has a usual name: {columns}."),
            N_("Name it with --id."),
            columns=_listed(columns),
        )
    ours = is_our_export(columns)
    kind, codes = _code_columns(columns, values, found, roles, known)
    if kind is LabelKind.JOINED and len(codes) == 1:
        cells, ids = values[codes[0].column], [value for value in values[key] if value]
        if len(set(ids)) < len(ids) or (
            not any(map(has_separator, cells)) and not folded(columns[codes[0].column]).endswith("s")
        ):
            kind = LabelKind.LONG
    return LabelLayout(
        kind,
        key,
        codes,
        found.get("sentiment", found.get("code_sentiments")),
        found.get("question"),
        found.get("coder"),
        found.get("source") if ours else None,
        found.get("accepted") if ours else None,
    )


def is_our_export(columns: Sequence[str]) -> bool:
    """Say whether a header is that of coded data exported by Tingdong."""
    return {"id", "question", "source"} <= set(columns)


def _named_columns(columns: Sequence[str]) -> dict[str, int]:
    names = [simplified(folded(name)).replace("_", " ") for name in columns]
    found = {}
    for thing, synonyms in _NAMES.items():
        place = next((names.index(synonym) for synonym in synonyms if synonym in names), None)
        if place is not None and thing != "other":
            found[thing] = place
    taken = set(found.values())
    if "id" not in found and (ids := [c for c, name in enumerate(columns) if c not in taken and names_an_id(name)]):
        found["id"] = ids[0]
    return found


def _column(columns: Sequence[str], name: str) -> int:
    if name in columns:
        return columns.index(name)
    alike = [place for place, column in enumerate(columns) if folded(column) == folded(name)]
    if len(alike) == 1:
        return alike[0]
    raise AskedWronglyError(
        "label-column-missing",
        N_("There is no column {name}."),
        N_("The file has the columns {columns}."),
        N_("Check the spelling, or choose one of these."),
        name=name,
        columns=_listed(columns),
    )


def _listed(columns: Sequence[str]) -> str:
    shown = [name[:40] for name in columns[:30]]
    return ", ".join(shown + ["…"] * (len(columns) > 30))


def _code_columns(
    columns: Sequence[str],
    values: dict[int, list[str]],
    found: dict[str, int],
    roles: LabelRoles,
    known: Known | None,
) -> tuple[LabelKind, tuple[CodeColumn, ...]]:
    if "codes" in found:
        return LabelKind.JOINED, (CodeColumn(found["codes"]),)
    if roles.code_columns:
        free = [_column(columns, name) for name in roles.code_columns]
    else:
        named = set(found.values())
        others = {name.replace(" ", "") for name in _NAMES["other"]}
        free = [
            c
            for c, name in enumerate(columns)
            if c not in named and not unnamed(name) and re.sub(r"[_\s]", "", simplified(folded(name))) not in others
        ]
    joined = _joined_by_question(columns, values, free)
    if joined:
        return LabelKind.JOINED, joined
    listing, series = _number_columns(columns, values, free, known)
    ticked = _tick_columns(
        columns, values, [c for c in free if c not in listing], series, known, bool(roles.code_columns)
    )
    codes = {code.column: code for code in ticked} | {c: CodeColumn(c, prefix) for c, prefix in listing.items()}
    if roles.code_columns:
        codes |= {c: CodeColumn(c) for c in free if c not in codes}
    if codes:
        kind = (
            LabelKind.ZERO_ONE if len(ticked) * 2 > len(codes) else LabelKind.NUMBERS if listing else LabelKind.JOINED
        )
        return kind, tuple(codes[c] for c in sorted(codes))
    raise AskedWronglyError(
        "label-codes-unknown",
        N_("Cannot tell which columns hold the codes."),
        N_("No column is called code or codes, and none holds code numbers or ticks: {columns}."),
        N_("Name it with --code."),
        columns=_listed(columns),
    )


def _joined_by_question(
    columns: Sequence[str], values: dict[int, list[str]], free: Sequence[int]
) -> tuple[CodeColumn, ...]:
    """Return columns such as Q1_c, or likes_codes beside likes, whose cells list codes."""
    found = []
    for c in free:
        name = _JOINED.fullmatch(name_of(columns[c]))
        if name and (re.fullmatch(_QUESTION, name[1]) or name[1] in columns):
            found.append(CodeColumn(c, name[1]))
    return tuple(found) if any(any(values[code.column]) for code in found) else ()


def _number_columns(
    columns: Sequence[str], values: dict[int, list[str]], free: Sequence[int], known: Known | None
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the columns that hold codes in order of mention, and all that stand in series (Q7_1, Q7_2), with prefixes.

    Codes are numbers there, or names if ``known`` knows most of them.
    """
    series: dict[str, list[int]] = {}
    for c in free:
        if name := _NUMBERED.fullmatch(name_of(columns[c])):
            series.setdefault(name[1].rstrip("_.- "), []).append(c)
    listing: dict[str, list[int]] = {}
    familiar: dict[str, list[int]] = {}
    for prefix, members in series.items():
        said = [value for c in members for value in values[c] if value]
        refs = [code.ref for value in said for code in split_codes(value, known)]
        hits = sum(map(known, refs)) if known is not None else 0
        if not refs or all(tick_of(value) is not None for value in said):
            continue
        if all(map(NUMBER.fullmatch, refs)) or hits * 2 > len(refs):
            listing[prefix] = members
        if hits and prefix in listing:
            familiar[prefix] = members
    # Rating grids look the same; where some columns hold codes of the frame, those that hold none are not codes.
    found = {c: prefix for prefix, members in (familiar or listing).items() for c in members}
    return found, {c: prefix for prefix, members in series.items() if len(members) > 1 for c in members}


def _tick_columns(
    columns: Sequence[str],
    values: dict[int, list[str]],
    free: Sequence[int],
    series: dict[int, str],
    known: Known | None,
    named: bool,
) -> list[CodeColumn]:
    """Return the columns of one code each: Q7_302, 油耗. One alone could be anything, unless the person named it."""
    # A code that nobody in the sample mentioned is a blank column: it counts too, else later ticks would be lost.
    ticks = [c for c in free if all(tick_of(value) is not None for value in values[c])]
    if not named and sum(any(values[c]) for c in ticks) < 2:
        return []
    found = []
    for c in ticks:
        header = name_of(columns[c])
        name = _OF_QUESTION.fullmatch(header)
        if known is not None and known(header):
            found.append(CodeColumn(c, None, header))
        elif name:
            found.append(CodeColumn(c, name[1], name[2]))
        elif c in series and header[len(series[c])] in "_.-":
            found.append(CodeColumn(c, series[c], header[len(series[c]) + 1 :].strip()))
        else:
            found.append(CodeColumn(c, None, header))
    return found
