"""Invented survey figures that add up: drawn person by person with a fixed seed, then counted as the program counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from reports.collect.themes import compared
from reports.data import (
    Agreement,
    CleanedFigures,
    CodeQuality,
    CodingFigures,
    Direction,
    ModelFigures,
    QuestionFigures,
    Quote,
    ReportData,
    Role,
    ScoreFigures,
    ScoreKind,
    ScorePart,
    ScoreSegments,
    SegmentColumn,
    SegmentRow,
    SegmentTable,
    Sentiment,
    SentimentFigures,
    SourceFigures,
    ThemeFigures,
    Unit,
)
from reports.statistics.shares import Source, people_by_code, share

PEOPLE = 2_420
# A net in Chinese and English; under it its codes: Chinese, English, rate, part of negative mentions.
NAMES = """
动力与操控 | Power and handling
  换挡顿挫 | Jerky gear changes | 0.118 | 0.96
  加速有力 | Strong acceleration | 0.092 | 0.08
  刹车偏软 | Soft brakes | 0.041 | 0.9
  转向轻便 | Light steering | 0.047 | 0.12
油耗与续航 | Consumption and range
  油耗高 | High fuel consumption | 0.087 | 0.97
  省油 | Economical | 0.064 | 0.03
  冬季续航缩水 | Range shrinks in winter | 0.036 | 0.98
空间与舒适 | Space and comfort
  后排空间大 | Roomy back seats | 0.102 | 0.06
  座椅太硬 | Hard seats | 0.051 | 0.95
  隔音差、胎噪大 | Poor sound insulation, tyre noise | 0.083 | 0.97
  空调制冷慢 | Slow air conditioning | 0.033 | 0.94
智能座舱 | Smart cockpit
  车机卡顿、反应慢 | Laggy head unit | 0.124 | 0.97
  语音识别准 | Accurate voice control | 0.038 | 0.15
  手机互联断开 | Phone link drops | 0.045 | 0.98
服务 | Service
  销售热情专业 | Friendly, competent sales staff | 0.081 | 0.04
  保养价格贵 | Expensive maintenance | 0.059 | 0.97
  维修等待时间长 | Long waits for repair | 0.057 | 0.98
  客服回访及时 | Prompt follow-up calls | 0.024 | 0.1
外观与做工 | Looks and build
  外观好看 | Good looks | 0.096 | 0.03
  漆面薄、易划伤 | Thin paint, scratches | 0.029 | 0.95
  内饰异味 | Smell in the cabin | 0.034 | 0.97
"""
SEGMENTS = (("北区", "North", 0.31), ("东区", "East", 0.35), ("南区", "South", 0.2), ("西区", "West", 0.13))
QUOTES_ZH = {
    "换挡顿挫": (
        "一二挡换挡的时候特别顿，堵车时跟车一冲一冲的，坐后排的老人都晕车了。",
        '4S店说“正常现象”，可是冷车起步真的一顿一顿，<font color="red">希望尽快解决</font>！！',
    ),
    "车机卡顿、反应慢": (
        "导航点一下要等好几秒，倒车影像有时候黑屏，打过客服电话 13812345678 也没人管😤",
        "車機太卡，升級以後還是一樣，希望儘快修復",
    ),
    "后排空间大": ("后排能翘二郎腿，孩子的安全座椅放进去还很宽敞👍", "空间没得说，一家五口出门完全够用。"),
    "外观好看": ("颜值在线，开出去回头率很高。",),
    "加速有力": ("超车的时候一脚油门就上去了，动力完全够用。",),
    "油耗高": ("市区百公里 11.8 个油，比销售说的高了快 3 个，发票可以发到 owner.zhang@example.com 核对。",),
    "隔音差、胎噪大": ("上了高速 100 以后说话基本靠喊，胎噪和风噪都很明显。",),
    "销售热情专业": ("接待我的销售小王很专业，试驾路线也安排得仔细，给个好评～",),
}
QUOTES_EN = {
    "Jerky gear changes": (
        "It jerks badly between first and second gear, especially in traffic; my parents got sick.",
    ),
    "Laggy head unit": (
        "The “smart” screen isn’t smart: I wait 3–4 seconds after every tap. Call me on 13812345678 😤",
    ),
    "Roomy back seats": ("Plenty of space in the back, the child seat fits easily 👍",),
    "Good looks": ("Beautiful car, people turn around for it <b>every</b> time.",),
}


def frame() -> list[tuple[str, str, list[tuple[str, str, float, float]]]]:
    """Return the nets in both languages with their codes."""
    nets: list[tuple[str, str, list[tuple[str, str, float, float]]]] = []
    for line in NAMES.strip().splitlines():
        first, second, *numbers = [part.strip() for part in line.split("|")]
        if numbers:
            nets[-1][2].append((first, second, float(numbers[0]), float(numbers[1])))
        else:
            nets.append((first, second, []))
    return nets


def example(lang: str = "zh", *, machine: bool = False) -> ReportData:
    """Return the figures of a whole survey in Chinese or English names."""
    zh = lang == "zh"
    rng = np.random.default_rng(20260930)
    region = rng.choice(len(SEGMENTS) + 1, size=PEOPLE, p=[*(s[2] for s in SEGMENTS), 0.01])
    names: dict[int, str] = {}
    parents: dict[int, int | None] = {}
    people: list[int] = []
    codes: list[int] = []
    negative: dict[int, int] = {}
    neutral: dict[int, int] = {}
    for net_number, (net_zh, net_en, members) in enumerate(frame(), 1):
        net = net_number * 100
        names[net], parents[net] = (net_zh if zh else net_en), None
        for place, (label_zh, label_en, rate, bad) in enumerate(members, 1):
            code = net + place
            names[code], parents[code] = (label_zh if zh else label_en), net
            lift = np.where(region == (code % 4), 1.45, 0.9)
            who = np.flatnonzero(rng.random(PEOPLE) < rate * lift)
            people += who.tolist()
            codes += [code] * who.size
            negative[code] = int((rng.random(who.size) < bad).sum())
            neutral[code] = int((rng.random(who.size - negative[code]) < 0.12).sum())
    code_array, people_array = np.asarray(codes), np.asarray(people)
    counts = people_by_code(people_array, code_array, parents)
    previous = {
        code: share(int(counts[code] * factor), 2_310) for code, factor in zip(counts, _factors(), strict=False)
    }
    source = Source.MACHINE if machine else Source.HUMAN
    themes = []
    for code, label in names.items():
        below = [c for c, above in parents.items() if above == code] or [code]
        mentions = int(np.isin(code_array, below).sum())
        bad, flat = sum(negative[c] for c in below), sum(neutral[c] for c in below)
        themes.append(
            ThemeFigures(
                code,
                str(code),
                label,
                share(counts[code], PEOPLE, source=source),
                mentions,
                net=parents[code],
                is_net=parents[code] is None,
                definition=(f"提到{label}" if zh else f"Says: {label.lower()}") if parents[code] else "",
                sentiments=SentimentFigures(bad, flat, mentions - bad - flat),
            )
        )
    changes = compared(tuple(themes), previous, "2026-08", practical=(1.0, 20.0))
    themes = [replace(one, previous=previous[one.code], change=changes[one.code]) for one in themes]
    special = (
        ("其他", "Other", Role.OTHER, 74),
        ("没有", "None", Role.NONE, 151),
        ("无法编码", "Uncodable", Role.UNCODABLE, 22),
    )
    for place, (label_zh, label_en, role, count) in enumerate(special, 1):
        label = label_zh if zh else label_en
        themes.append(
            ThemeFigures(900 + place, str(900 + place), label, share(count, PEOPLE, source=source), count, role=role)
        )
    table = SegmentTable(
        "大区" if zh else "Region",
        tuple(
            SegmentColumn(s[0] if zh else s[1], int((region == i).sum()))
            for i, s in enumerate((*SEGMENTS, ("海外", "Abroad", 0.0)))
        ),
        tuple(
            SegmentRow(c, tuple(int(((code_array == c) & (region[people_array] == i)).sum()) for i in range(5)))
            for c, above in parents.items()
            if above is not None
        ),
    )
    question = QuestionFigures(
        "Q7",
        "您对这辆车还有哪些满意或不满意的地方？" if zh else "What else do you like or dislike about this car?",
        CodingFigures(610, 95, 1_715, 80) if machine else CodingFigures(2_255, 165, 0, 80),
        PEOPLE,
        answered=2_500,
        blank=180,
        asked=2_680,
        direction=Direction.NEUTRAL,
        themes=tuple(themes),
        segments=(table,),
        quotes=_quotes(names, QUOTES_ZH if zh else QUOTES_EN, zh=zh),
    )
    return ReportData(
        title="2026年第三季度客户之声洞察报告" if zh else "Voice of the customer, third quarter 2026",
        client="某汽车品牌（虚构）" if zh else "A car maker (invented)",
        report_id="R-2026Q3-0007",
        snapshot="9f3c52d1a7be40c8e21a9d77b0c6f4513e8802aa46d1f09b7c3355e0d9184b6e",
        unit=Unit.PEOPLE,
        sources=(
            SourceFigures(
                "owners_2026q3.csv", "调研" if zh else "Survey", 1_702, 1_688, 14, 61, 120, date(2026, 10, 2)
            ),
            SourceFigures(
                "hotline_export.xlsx", "400客服" if zh else "Hotline", 1_000, 992, 8, 104, 60, date(2026, 10, 3)
            ),
        ),
        questions=(question,),
        respondents=2_680,
        start=date(2026, 7, 1),
        end=date(2026, 9, 30),
        channels=(("调研" if zh else "Survey", 1_688), ("400客服" if zh else "Hotline", 992)),
        scores=_scores(rng, region, zh=zh),
        model=_model(names, parents) if machine else None,
        agreement=Agreement(0.81, 0.77, 0.84, 300),
        cleaned=(CleanedFigures("repeated characters", 214), CleanedFigures("HTML tags", 12)),
        frame_name="整车满意度码框" if zh else "Car satisfaction frame",
        frame_revision="v3",
    )


def _factors() -> list[float]:
    return [0.95, 0.7, 1.0, 1.05, 0.9, 1.0, 1.2, 1.0, 1.0, 1.6, 1.0, 0.9] * 4


def _quotes(names: dict[int, str], texts: dict[str, tuple[str, ...]], *, zh: bool) -> tuple[Quote, ...]:
    about = ("女", "北区", "调研", "2026-08-14", "NPS 4") if zh else ("North", "Survey", "2026-08-14", "NPS 4")
    rate = {zh_en[0 if zh else 1]: zh_en[3] for _, _, members in frame() for zh_en in members}
    return tuple(
        Quote(
            text, code, Sentiment.NEGATIVE if rate[label] > 0.5 else Sentiment.POSITIVE, about, str(1000 + code + place)
        )
        for code, label in names.items()
        for place, text in enumerate(texts.get(label, ()))
    )


def _scores(rng: np.random.Generator, region: np.ndarray, *, zh: bool) -> tuple[ScoreFigures, ...]:
    weights = np.array([1, 0.5, 1, 1.5, 2, 4, 5, 12, 20, 22, 31.0])
    answers = rng.choice(11, size=PEOPLE, p=weights / weights.sum())
    week = rng.integers(27, 40, size=PEOPLE)

    def distribution(values: np.ndarray) -> tuple[tuple[float, int], ...]:
        return tuple((float(score), int((values == score).sum())) for score in range(11))

    parts = [
        ScorePart(s[0] if zh else s[1], distribution(answers[region == i]))
        for i, s in enumerate((*SEGMENTS, ("海外", "Abroad", 0.0)))
    ]
    satisfied = tuple((float(s), n) for s, n in ((1, 88), (2, 143), (3, 402), (4, 901), (5, 866)))
    return (
        ScoreFigures(
            "NPS",
            ScoreKind.NPS,
            0,
            10,
            distribution(answers),
            previous=distribution(
                rng.choice(11, size=2_310, p=np.full(11, 1 / 11) * 0.2 + 0.8 * weights / weights.sum())
            ),
            trend=tuple(ScorePart(f"W{w}", distribution(answers[week == w])) for w in range(27, 40)),
            segments=(ScoreSegments("大区" if zh else "Region", tuple(parts)),),
        ),
        ScoreFigures("总体满意度" if zh else "Overall satisfaction", ScoreKind.TOP_BOX, 1, 5, satisfied, cut=4),
    )


def _model(names: dict[int, str], parents: dict[int, int | None]) -> ModelFigures:
    qualities = []
    for code, label in names.items():
        if parents[code] is not None:
            support = 18 + (code * 37) % 160
            hits = int(support * (0.62 + (code % 7) * 0.045))
            qualities.append(CodeQuality(label, hits, int(hits * 0.17), support - hits, str(code)))
    hits = sum(q.hits for q in qualities)
    wrong, missed = sum(q.false_alarms for q in qualities), sum(q.missed for q in qualities)
    return ModelFigures("M-12", 705, 705, CodeQuality("", hits, wrong, missed), tuple(qualities))


def bare() -> ReportData:
    """Return a project with answers, no score, no model, and nothing coded."""
    question = QuestionFigures("Q1", "有什么建议？", CodingFigures(0, 0, 0, 412), 0, answered=412)
    return replace(example(), questions=(question,), scores=(), model=None, agreement=None, cleaned=(), frame_name="")


def flat(codes: int = 118) -> ReportData:
    """Return an English project with a flat frame of many codes, long labels, no sentiment and no segment."""
    base = 900
    themes = tuple(
        ThemeFigures(
            n,
            str(n),
            f"Theme {n}"
            + (" with a label that goes on far longer than any sensible person would make it, truly" * (n % 9 == 0)),
            share(max(0, 240 - 2 * n), base),
            max(0, 240 - 2 * n) + 3,
        )
        for n in range(1, codes + 1)
    )
    question = QuestionFigures("Open", "What should we improve?", CodingFigures(900, 0, 0, 0), base, 900, themes=themes)
    return replace(example("en"), questions=(question,), scores=(), agreement=None, cleaned=())
