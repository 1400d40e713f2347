"""Scores of a project: what scale a column has, and one answer a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tables import write_csv

from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project
from reports import measures
from reports.collect import collect
from reports.data import Scope, ScoreFigures
from reports.definitions.guess import scale_of
from reports.definitions.terms import Measure
from reports.definitions.verbs import import_sheet
from reports.statistics.nps import Estimate
from reports.wording import Words


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("NPS推荐分", [0, 5, 10], (Measure.NPS, 0, 10, None)),
        ("How likely are you to RECOMMEND us", [1, 2, 3], (Measure.NPS, 0, 10, None)),
        ("推荐意愿", [9], (Measure.NPS, 0, 10, None)),
        ("满意度", [1, 3, 5], (Measure.TOP_BOX, 1, 5, 4)),
        ("满意度", [2, 4], (Measure.TOP_BOX, 1, 5, 4)),
        ("满意度", [1, 7], (Measure.TOP_BOX, 1, 7, 6)),
        ("满意度", [1, 10], (Measure.MEAN, 1, 10, None)),
        ("满意度", [0, 10], (Measure.MEAN, 0, 10, None)),
        ("stars", [3.5, 4.5], (Measure.TOP_BOX, 1, 5, 4)),
        ("NPS", [4.5, 9], (Measure.MEAN, 4.5, 9, None)),
        ("得分", [12, 95], (Measure.MEAN, 12, 95, None)),
        ("推荐", [-1, 10], (Measure.MEAN, -1, 10, None)),
    ],
)
def test_scales_by_name_and_values(
    name: str, values: list[float], expected: tuple[Measure, float, float, float | None]
) -> None:
    assert scale_of(name, [float(value) for value in values]) == expected


COLUMNS = ["id", "who", "wave", "region", "text", "NPS", "stars"]
ROLES = {
    Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.WAVE: ["wave"], Role.SEGMENT: ["region"], Role.TEXT: ["text"],
    Role.SCORE: ["NPS", "stars"],
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    rows = [
        ["1", "甲", "五月", "华东", "好", 3, 4.5],
        ["2", "甲", "五月", "华东", "行", 9, ""],
        ["3", "甲", "六月", "华东", "贵", 10, ""],
        ["4", "", "五月", "华南", "差", 0, 2],
        ["5", "", "五月", "华南", "吵", 0, ""],
        ["6", "乙", "六月", "", "小", "", ""],
    ]
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as one:
        import_file(one, write_csv(tmp_path / "a.csv", COLUMNS, rows), roles=ROLES)
        yield one


def told(project: Project) -> dict[str, ScoreFigures]:
    return {one.name: one for one in collect(project).scores}


def test_a_persons_last_answer_of_a_wave_counts(project: Project) -> None:
    scores = told(project)
    # 甲 in May: 9 replaces 3; in June again; the two without a name count each.
    assert scores["NPS"].distribution == ((0.0, 2), (9.0, 1), (10.0, 1))
    # The later record has no stars: the last one that has them counts, and keeps its half.
    assert scores["stars"].distribution == ((2.0, 1), (4.5, 1))
    assert all(one.previous is None for one in scores.values())


def test_waves_and_segments_add_up(project: Project) -> None:
    score = told(project)["NPS"]
    assert {one.label: one.distribution for one in score.trend} == {
        "五月": ((0.0, 2), (9.0, 1)), "六月": ((10.0, 1),),
    }  # fmt: skip
    (region,) = score.segments
    assert {one.label: one.distribution for one in region.parts} == {
        "华东": ((9.0, 1), (10.0, 1)), "华南": ((0.0, 2),),
    }  # fmt: skip
    assert told(project)["stars"].trend == ()


def test_scores_of_withdrawn_imports_do_not_count(project: Project, tmp_path: Path) -> None:
    before = told(project)
    rows = [["7", "甲", "五月", "华东", "改主意", 1, 1], ["8", "丙", "七月", "华北", "新", 5, 5]]
    import_file(project, write_csv(tmp_path / "b.csv", COLUMNS, rows), roles=ROLES)
    assert told(project)["NPS"].distribution == ((0.0, 2), (1.0, 1), (5.0, 1), (10.0, 1))
    operations.undo(project)
    assert told(project) == before
    operations.undo(project)
    assert told(project) == {}


@pytest.mark.parametrize(
    ("defined", "left"), [((), ("热线",)), (("社群",), ("社群",)), (("社群", "热线"), ("热线", "社群"))]
)
def test_channels_that_chose_their_speakers_are_in_no_nps(
    tmp_path: Path, defined: tuple[str, ...], left: tuple[str, ...]
) -> None:
    rows = [[str(n), ("调研", "热线", "社群")[n % 3], f"答{n}", 0 if n % 3 else 10] for n in range(120)]
    file = write_csv(tmp_path / "c.csv", ["id", "渠道", "text", "NPS"], rows)
    with Project.create(tmp_path / "c.tingdong", coder="林") as project:
        import_file(project, file, roles={Role.ID: ["id"], Role.CHANNEL: ["渠道"], Role.TEXT: ["text"],
                                          Role.SCORE: ["NPS"]})  # fmt: skip
        if defined:
            sheet = write_csv(tmp_path / "d.csv", ["kind", "name", "measure"],
                              [["评分", "NPS", "nps"], *(["自选渠道", one, ""] for one in defined)])  # fmt: skip
            assert import_sheet(project, sheet).problems == ()
        (score,) = collect(project).scores
    assert score.left_out == tuple(sorted(left))
    assert sum(count for _, count in score.distribution) == 40 * (3 - len(left))


def test_a_weighted_nps_has_its_parts_by_weight(tmp_path: Path) -> None:
    columns = ["id", "text", "NPS", "weight"]
    roles = {Role.ID: ["id"], Role.TEXT: ["text"], Role.SCORE: ["NPS"], Role.WEIGHT: ["weight"]}
    given = [(10, 3.0)] * 20 + [(8, 1.0)] * 20 + [(2, 0.5)] * 40
    rows = [[str(place), "好", score, weight] for place, (score, weight) in enumerate(given)]
    with Project.create(tmp_path / "w.tingdong", coder="Ann") as one:
        import_file(one, write_csv(tmp_path / "a.csv", columns, rows), roles=roles)
        (plain,) = collect(one).scores
        (score,) = collect(one, scope=Scope(weighted=True)).scores
    assert plain.weighed is None
    assert [round(part.share, 6) for part in measures.portions(plain, Words("en"))] == [0.25, 0.25, 0.5]
    # 60, 20 and 20 of a weight of 100: the same parts that the figure is made of.
    promoters, passives, detractors = measures.portions(score, Words("en"))
    assert [round(part.share, 6) for part in (promoters, passives, detractors)] == [0.6, 0.2, 0.2]
    assert isinstance(score.estimate, Estimate)
    assert score.estimate.value == pytest.approx(100 * (promoters.share - detractors.share))
    assert score.weighed is not None
    assert score.weighed.effective == pytest.approx(100**2 / (20 * 9 + 20 + 40 * 0.25))
    assert "effective base n=48" in measures.weighed_base(score, Words("en"))
