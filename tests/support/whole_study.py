"""A study in which every figure of Insights can be made: two years, two waves, brands, touchpoints, closed groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from study import study

from annotate.frames import Role as CodeRole
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.data import DriverFigures, EmergingFigures, ReportData, Rows, SpikeFigures
from reports.definitions import verbs
from reports.definitions.terms import (
    CodePlace,
    Definitions,
    FunnelStep,
    ImageItem,
    Indicator,
    Measure,
    Score,
    Touchpoint,
)
from reports.statistics.limits import TooFew

YEARS = (2025, 2026)
SAYS = {
    "顿挫": "低速顿挫得厉害", "异响": "车里一直有异响", "空间": "空间真的很大", "声音": "音响开着听音乐",
    "慢": "充电实在太慢",
}  # fmt: skip
OTHERS = ("停车场收费太贵要排队", "朋友推荐过来看看颜色", "快递送错地址还迟到")
DEFINED = Definitions(
    scores=(Score("NPS", "nps", Measure.NPS, 0, 10, headline=True), Score("费力", "effort", Measure.MEAN, 1, 5)),
    indicators=(Indicator("交付", above="NPS"), Indicator("推荐", "NPS", "交付"), Indicator("省力", "费力", "交付")),
    stages=("购买", "使用"),
    touchpoints=(Touchpoint("交车", "购买"), Touchpoint("驾驶", "使用"), Touchpoint("充电", "使用")),
    codes=(CodePlace("动力", "驾驶"), CodePlace("声音", "驾驶"), CodePlace("慢", "充电")),
    funnel=tuple(
        FunnelStep(brand, stage, f"{stage}{brand}", "是") for brand in ("星野", "云栖") for stage in ("知道", "考虑")
    ),
    image=tuple(
        ImageItem(brand, attribute, f"{brand}{attribute}", "是")
        for brand in ("星野", "云栖")
        for attribute in ("新", "稳")
    ),
)  # fmt: skip


def whole_study(folder: Path, n: int = 4_400) -> Path:
    """Write the project; n people of two years, some without words, the first two of fifty one person asked twice.

    Both answers of these are of one batch and shop, but of two levels.
    """
    rng = np.random.default_rng(4)
    year = np.repeat(YEARS, n // 2)
    jerk = rng.random(n) < 0.2
    noise = np.where(jerk, rng.random(n) < 0.5, rng.random(n) < 0.06)
    space, sound, slow = rng.random(n) < 0.2, rng.random(n) < 0.15, rng.random(n) < 0.1
    marks = {"顿挫": jerk, "异响": noise, "空间": space, "声音": sound, "慢": slow}
    other = ~np.any(list(marks.values()), axis=0) & (rng.random(n) < 0.25)
    batch = rng.choice(["D5", "D6", "D7"], n)
    batch[1::50] = batch[::50]
    day = np.arange(n) % (n // 2) * 84 // (n // 2)
    last = day >= 77  # the last week of each year's twelve
    marks["顿挫"] = jerk = jerk | ((batch == "D7") & last & (year == YEARS[1]) & (rng.random(n) < 0.7))
    felt = 7.5 + rng.normal(0, 1.5, n) - np.where(year == YEARS[0], 0.6, 3.0) * jerk + 1.6 * space
    days = [date(int(y), 3, 30) + timedelta(days=int(d)) for y, d in zip(year, day, strict=True)]
    texts = [
        "，".join(SAYS[one] for one in SAYS if marks[one][at]) or (OTHERS[at % 3] if other[at] else f"还行{at}")
        for at in range(n)
    ]
    for at in range(0, n, 40):
        texts[at] = ""  # scored, but said nothing
    yes = {
        f"{a}{b}": ["是" if one else "否" for one in rng.random(n) < share]
        for a, b, share in (
            ("知道", "星野", 0.7), ("考虑", "星野", 0.4), ("知道", "云栖", 0.5), ("考虑", "云栖", 0.2),
            ("星野", "新", 0.5), ("星野", "稳", 0.2), ("云栖", "新", 0.2), ("云栖", "稳", 0.5),
        )
    }  # fmt: skip
    path = folder / "whole.tingdong"
    with Project.create(path, coder="Ann") as project:
        told = study(
            project, folder,
            {
                "who": (Role.RESPONDENT, [f"p{at - (at % 50 == 1)}" for at in range(n)]),
                "wave": (Role.WAVE, [str(one) for one in year]),
                "day": (Role.DATE, [f"{one:%Y-%m-%d}" for one in days]), "batch": (Role.SEGMENT, batch.tolist()),
                "shop": (Role.CHANNEL, [("调研", "店端")[at // 100 % 2] for at in range(n)]),
                "level": (Role.SEGMENT, [("金", "银", "铜")[at % 3] for at in range(n)]),
                "touch": (Role.TOUCHPOINT, ["交车" if at % 9 == 0 else "" for at in range(n)]),
                "nps": (Role.SCORE, np.clip(np.round(felt), 0, 10).astype(int).tolist()),
                "effort": (Role.SCORE, rng.integers(1, 6, n).tolist()),
                **{name: (Role.SEGMENT, values) for name, values in yes.items()},
            },
            {"动力": ("顿挫", "异响"), "": ("空间", "声音", "慢", "其他")},
            texts=texts, roles={"其他": CodeRole.OTHER},
        )  # fmt: skip
        moods = {"顿挫": -1, "异响": -1, "空间": 1, "声音": 0, "慢": -1}
        for label, mood in moods.items():
            good = marks[label] & (rng.random(n) < 0.35)  # some say the opposite of most
            told.say(label, marks[label] & ~good, mood)
            told.say(label, good, -mood or 1)
        told.say("其他", other)
        told.confirm(np.array([bool(text) for text in texts]))
        verbs.change(project, definitions=DEFINED)
    return path


def figures_shown(data: ReportData) -> Iterator[tuple[str, Rows | None, int]]:
    """Return what, the rows behind it, and how many people (records, of scores and brands) it is shown to count."""
    for score in data.scores:
        yield score.name, score.rows, sum(count for _, count in score.distribution)
        for one in score.series.points if score.series else ():
            yield f"{score.name} {one.label}", one.rows, _have(one.point.figure)
        for segments in score.segments:
            for part in segments.parts:
                yield f"{score.name} {part.label}", part.rows, sum(count for _, count in part.distribution)
    if data.touchpoints is not None:
        for row in data.touchpoints.rows:
            yield row.touchpoint, row.rows, _have(row.total)
            for cell in row.cells:
                yield f"cell of {row.touchpoint}", cell.rows, _have(cell.estimate)
    for stop in data.journey.stops if data.journey else ():
        yield f"stop {stop.touchpoint}", stop.rows, _have(stop.estimate)
    for brand in data.funnels:
        for step, rows in zip(() if isinstance(brand.steps, TooFew) else brand.steps, brand.rows, strict=True):
            yield brand.brand, rows, round(step.share.value * step.share.base)
    if data.image is not None and not isinstance(data.image.cells, TooFew):
        for cell_, behind in zip(data.image.cells, data.image.rows, strict=True):
            yield "image", behind, round(cell_.share.value * cell_.share.base)
    for question in data.questions:
        for theme in question.themes:
            yield theme.label, theme.rows, (theme.counted or theme.share).count
        for table in question.segments:
            for line in table.rows:
                for at, cell__ in enumerate(line.cells):
                    yield f"cell {line.code} × {table.columns[at].value}", cell__.rows, cell__.count
        for series in question.trends:
            for one in series.points:
                figure = one.point.figure
                if not isinstance(figure, TooFew):
                    share = figure.value if one.counted is None else one.counted
                    yield f"course {series.name} {one.label}", one.rows, round(share * figure.base)
        if isinstance(question.spikes, SpikeFigures):
            for spike in question.spikes.rows:
                yield f"spike {spike.theme.label} {spike.value}", spike.rows, spike.seen
        if isinstance(question.drivers, DriverFigures):
            for driver in question.drivers.rows:
                yield f"driver {driver.theme.label}", driver.theme.rows, round(driver.reach * question.drivers.people)
        for row_ in question.pairs if isinstance(question.pairs, tuple) else ():
            yield f"pair {row_.one.label}", row_.rows, row_.pair.together
        for words in question.words:
            for word, behind in zip(() if isinstance(words.words, TooFew) else words.words, words.behind, strict=True):
                yield f"word {word.word}", behind, word.inside
        if isinstance(question.emerging, EmergingFigures):
            for candidate in question.emerging.candidates:
                yield f"candidate {candidate.words}", candidate.rows, candidate.answers


def _have(figure: object) -> int:
    return figure.have if isinstance(figure, TooFew) else int(getattr(figure, "base", 0))
