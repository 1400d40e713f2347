"""The invented survey of ``report_example`` with every figure that a report can show, or what is missing for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from report_example import example

from annotate.store.query import Query
from reports.data import (
    AnswerFigures,
    AnswerRow,
    Candidate,
    CorrectionFigures,
    DriverFigures,
    DriverRow,
    EmergingFigures,
    Itch,
    JourneyFigures,
    Lacking,
    NeedFigures,
    NeedRow,
    PairRow,
    QuestionFigures,
    Quote,
    ReportData,
    Rows,
    SegmentCell,
    SegmentColumn,
    SegmentTable,
    Sentiment,
    SpikeFigures,
    SpikeRow,
    StopRow,
    Theme,
    ThemeFigures,
    TouchpointCell,
    TouchpointRow,
    TouchpointTable,
    TrendFigures,
    TrendPoint,
    WordsRow,
)
from reports.definitions.terms import Letters
from reports.statistics.answers import Association, Method
from reports.statistics.association import Confidence, Pair
from reports.statistics.journey import Mood
from reports.statistics.kano import Layer, Need, Point
from reports.statistics.keyness import KeyWord
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Change, Estimate
from reports.statistics.priority import Quadrant
from reports.statistics.shares import Share, Source
from reports.statistics.trends import Period, Shift
from reports.statistics.trends import Point as SeriesPoint

ROWS = Rows(Query())


def themes_of(question: QuestionFigures) -> list[ThemeFigures]:
    return [theme for theme in question.themes if not theme.is_net and theme.role.value == "theme"]


def _theme(theme: ThemeFigures, sentiment: Sentiment | None = None) -> Theme:
    return Theme(theme.code, theme.number, theme.label, sentiment, (theme.code,), ROWS)


def _drivers(question: QuestionFigures) -> DriverFigures:
    rows = []
    for place, theme in enumerate(themes_of(question)[:14]):
        effect = -40.0 + 6 * place
        rows.append(
            DriverRow(
                _theme(theme, Sentiment.NEGATIVE if effect < 0 else Sentiment.POSITIVE),
                Estimate(0.2 - 0.01 * place, 0.15 - 0.01 * place, 0.25 - 0.01 * place, 2_000),
                Estimate(effect, effect - 6, effect + 6, 2_000),
                0.001,
                0.004,
                place == 2,
                theme.share.value,
                Estimate(1.5 - 0.1 * place, 1.0 - 0.1 * place, 2.0 - 0.1 * place, 2_000),
                Quadrant.FIX_FIRST if effect < 0 else Quadrant.KEEP_UP,
                abs(effect) > 6,
                1.0,
                1.1,
                theme.share.value * abs(effect),
            )
        )
    last = themes_of(question)[-1]
    lacking = (Lacking(_theme(last), TooFew(Lack.MENTIONS, 20, 50)),)
    return DriverFigures("NPS", 2_000, 2_420, ("2026-07", "2026-08"), 0.31, tuple(rows), lacking, (), 0.06)


def _needs(question: QuestionFigures) -> NeedFigures:
    rows = []
    kinds = (
        (Layer.MUST_BE, (Point.PAIN,), 1.9, 0.2),
        (Layer.PERFORMANCE, (Point.PAIN, Point.DELIGHT), 1.2, 1.0),
        (Layer.ATTRACTIVE, (Point.DELIGHT,), 0.2, 1.5),
        (Layer.UNPROVED, (), 0.1, 0.2),
    )
    for theme, (layer, points, penalty, reward) in zip(themes_of(question), kinds * 2, strict=False):
        need = Need(
            0,
            Estimate(penalty, penalty - 0.3, penalty + 0.3, 310),
            Estimate(reward, reward - 0.3, reward + 0.3, 420),
            ((0.01, 0.0), (0.0, 0.01)),
            (0.01, 0.2),
            layer,
            points,
        )
        rows.append(NeedRow(_theme(theme), need))
    wished = (Itch(_theme(themes_of(question)[3]), 44, 120),)
    return NeedFigures("NPS", 2_000, ("2026-07",), tuple(rows), (), wished)


def _spikes(question: QuestionFigures, *, zh: bool) -> SpikeFigures:
    counts = (3, 2, 4, 3, 5, 2, 3, 4, 3, 21)
    theme = _theme(themes_of(question)[0])
    rise = SpikeRow(
        theme,
        "批次" if zh else "batch",
        "D7",
        date(2026, 9, 7),
        date(2026, 9, 20),
        21,
        6.4,
        3.1,
        0.0004,
        (),
        counts,
        ROWS,
    )
    return SpikeFigures((rise,), 1, 9_090, 128, ("batch",), 0.1, 450.0, (date(2026, 7, 6), date(2026, 9, 21)))


def _touchpoints(*, zh: bool) -> TouchpointTable:
    columns = tuple(
        SegmentColumn(name, 400 - 90 * i, "ABCD"[i]) for i, name in enumerate(("North", "East", "South", "West"))
    )
    rows = []
    for place, name in enumerate(
        ("交车", "提车等待", "售后", "座舱") if zh else ("Handover", "Waiting", "Service", "Cockpit")
    ):
        cells = [
            TouchpointCell(Estimate(20.0 - 9 * place + i, 5.0, 30.0, 200), "B" if i == 0 else "", 4.0 - i, i == 0, ROWS)
            for i in range(3)
        ]
        lacking = TouchpointCell(TooFew(Lack.ANSWERS, 22, 30), "", None, False)
        rows.append(
            TouchpointRow(name, "", Estimate(12.0 - 9 * place, -5.0, 20.0 - 12 * place, 800), (*cells, lacking), ROWS)
        )
    return TouchpointTable("大区" if zh else "Region", columns, tuple(rows), Letters.HOLM, 96)


def _journey(question: QuestionFigures, *, zh: bool) -> JourneyFigures:
    listed = themes_of(question)
    stops = []
    told: tuple[tuple[str, str, float | None], ...] = (
        ("认知", "广告", 22.0), ("认知", "到店", 10.0), ("购买", "等待", -56.0), ("购买", "签约", None),
        ("购买", "交车", 41.0),
        ("售后", "客服", -12.0), ("售后", "保养", 3.0),
    )  # fmt: skip
    for place, (stage, name, value) in enumerate(told):
        figure = TooFew(Lack.ANSWERS, 12, 30) if value is None else Estimate(value, value - 8, value + 8, 640)
        mood = Mood.UNSURE if value is None or abs(value) < 8 else Mood.GOOD if value > 0 else Mood.BAD
        label, of = (name, stage) if zh else (f"touchpoint {place}", f"stage {stage == '售后'}")
        stops.append(
            StopRow(label, of, figure, mood, place == 1, _theme(listed[place]), _theme(listed[place + 1]), ROWS)
        )
    return JourneyFigures(tuple(stops), ((0, 1, 2), (4, 5, 6)), 4, 2)


def _trends(question: QuestionFigures) -> tuple[TrendFigures, ...]:
    found = []
    for number, theme in enumerate(themes_of(question)[:4]):
        points = tuple(
            TrendPoint(
                f"W{27 + week}",
                SeriesPoint(
                    date(2026, 7, 6),
                    date(2026, 7, 12),
                    Period.WEEK,
                    TooFew(Lack.ANSWERS, 12, 30) if week == 4 else Estimate(0.1 + 0.005 * week, 0.05, 0.2, 180),
                ),
                ROWS,
            )
            for week in range(10)
        )
        shift = Shift(6, Change(0.03, 0.01, 0.05, 0.01), 3.4, 2.8) if number == 0 else None
        found.append(TrendFigures(theme.label, points, shift, theme.code))
    return tuple(found)


def _corrected(theme: ThemeFigures) -> ThemeFigures:
    counted = theme.share
    value = min(1.0, counted.value * 1.15)
    share = Share(counted.count, counted.base, value, value * 0.9, value * 1.1, Source.CORRECTED)
    return replace(theme, share=share, counted=counted, rows=ROWS, net_sentiment=Estimate(-12.0, -18.0, -6.0, 300))


def _segments(table: SegmentTable, themes: dict[int, ThemeFigures]) -> SegmentTable:
    columns = tuple(replace(column, letter="ABCDEFGH"[i]) for i, column in enumerate(table.columns))
    rows = []
    for row in table.rows:
        cells = []
        for place, (column, count) in enumerate(zip(columns, row.counts, strict=True)):
            share = count / column.base if column.base >= 30 else None
            effect = None if share is None else 100 * (share - themes[row.code].share.value)
            cells.append(
                SegmentCell(count, share, "BC" if place == 0 else "", effect, place == 0 and share is not None, ROWS)
            )
        rows.append(replace(row, cells=tuple(cells), total=themes[row.code].share))
    return replace(table, columns=columns, rows=tuple(rows), tests=240)


def full(lang: str = "zh") -> ReportData:
    """Return figures for every section."""
    data = example(lang, machine=True)
    zh = lang == "zh"
    question = data.questions[0]
    themes = tuple(_corrected(theme) for theme in question.themes)
    known = {theme.code: theme for theme in themes}
    first, second, *_ = listed = themes_of(question)
    pair = Pair(0, 1, 61, 0.02, Confidence(0.2, 0.1, 0.3), Confidence(0.3, 0.2, 0.4), 2.2, 1.8, 2.7, 0.0001, 0.0004)
    candidate = Candidate(("HUD", "抬头"), 31, 0.8, 0.01, ("想要HUD 13812345678",), ROWS)
    goes_with = Association(2, 900, Method.CHI_SQUARED, 0.001, 0.01, 0.2, 1, 6.5)
    quotes = [replace(quote, verbatim=100 + n) for n, quote in enumerate(question.quotes)]
    quotes.append(
        Quote(
            "完全没有顿挫，很平顺" if zh else "Smooth as silk",
            first.code,
            Sentiment.POSITIVE,
            (),
            "9",
            999,
            counter=True,
        )
    )
    whole = replace(
        question,
        themes=themes,
        segments=tuple(_segments(table, known) for table in question.segments),
        quotes=tuple(quotes),
        correction=CorrectionFigures(400, 19_106),
        trends=_trends(question),
        spikes=_spikes(question, zh=zh),
        drivers=_drivers(question),
        needs=_needs(question),
        pairs=(PairRow(_theme(first), _theme(second), pair, ROWS),),
        words=(
            WordsRow(_theme(first), (KeyWord("顿挫" if zh else "jerk", 40, 3, 2.1, 8.0),)),
            WordsRow(_theme(second), ()),
        ),
        emerging=EmergingFigures((candidate,), 240, 12, 6, 5),
        answers=(
            AnswerFigures(
                "版本" if zh else "trim",
                (AnswerRow(_theme(listed[2]), "Pro", goes_with, ROWS),),
                0,
            ),
        ),
        first=TooFew(Lack.ANSWERS, 3, 30),
    )  # fmt: skip
    return replace(
        data,
        questions=(whole,),
        touchpoints=_touchpoints(zh=zh),
        journey=_journey(question, zh=zh),
        definitions_version=2,
    )
