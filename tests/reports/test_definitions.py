"""Definitions: a sheet in, the same sheet out, versions that can be undone, and rows that are refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import UserError
from annotate.importing.load import import_file
from annotate.store import check, operations
from annotate.store.project import Project
from reports.definitions import sheet, verbs
from reports.definitions.terms import (
    CodePlace,
    Definitions,
    Indicator,
    Letters,
    Measure,
    Practical,
    Score,
    Tier,
    Touchpoint,
)
from reports.statistics.limits import Limits

SHEET = """类别,名称,列,算法,最低,最高,起点,方向,核心指标,上级,阶段,触点,部门,值,权重
评分,NPS,推荐意愿,净推荐值,,,,,是,,,,,,
评分,费力度,费力度,均值,1,5,,低,,,,,,,
指标,售后,,,,,,,,NPS,,,,,0.4
阶段,购买,,,,,,,,,,,,,
触点,交车,,,,,,,,,购买,,,,
编码,521,,,,,,,,,,交车,销售部,,
客户层级,,层级,,,,,,,,,,,VIP,1.3
限值,hidden,,,,,,,,,,,,20,
规则,letters,,,,,,,,,,,,95/90,
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "definitions.csv"
    file.write_text(SHEET, encoding="utf-8")
    return file


@pytest.fixture
def filled(tmp_path: Path) -> Project:
    answers = tmp_path / "answers.csv"
    answers.write_text("编号,推荐意愿,费力度,层级,原话\n1,9,2,VIP,起步肉\n2,3,5,普通,空间大\n", encoding="utf-8")
    project = Project.create(tmp_path / "car.tingdong", coder="Ann")
    import_file(project, answers)
    return project


def in_force(project: Project) -> verbs.InForce:
    with project.reading() as db:
        return verbs.in_force(db)


def test_a_chinese_sheet_is_understood(filled: Project, path: Path) -> None:
    with filled as project:
        done = verbs.import_sheet(project, path)
        told = done.definitions
        assert told.scores == (
            Score("NPS", "推荐意愿", Measure.NPS, 0, 10, headline=True),
            Score("费力度", "费力度", Measure.MEAN, 1, 5, good_is_high=False),
        )
        assert told.headline == told.scores[0]
        assert told.indicators == (Indicator("售后", above="NPS", weight=0.4),)
        assert (told.stages, told.touchpoints) == (("购买",), (Touchpoint("交车", "购买"),))
        assert told.codes == (CodePlace("521", "交车", "销售部"),)
        assert told.tiers == (Tier("层级", "VIP", 1.3),)
        assert (told.limits, told.letters) == (Limits(shown=20), Letters.UNCORRECTED)
        assert done.problems == ()
        assert in_force(project) == verbs.InForce(1, told)
        assert check.check(project).ok


def test_each_change_is_a_version_that_undo_takes_back(filled: Project, path: Path, tmp_path: Path) -> None:
    with filled as project:
        guessed = in_force(project)
        assert guessed.version == 0
        assert guessed.definitions.scores[0].measure is Measure.NPS
        first = verbs.import_sheet(project, path).definitions
        assert verbs.change(project, definitions=first).op == 0
        verbs.change(project, definitions=Definitions(stages=("使用",)))
        assert in_force(project).version == 2
        operations.undo(project)
        assert in_force(project) == verbs.InForce(1, first)
        operations.undo(project)
        assert in_force(project) == guessed
        operations.redo(project)
        assert in_force(project).version == 1
        copy = tmp_path / "copy.xlsx"
        verbs.export_sheet(project, copy)
        assert verbs.import_sheet(project, copy).definitions == first


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ("评分,X,,nonsense,,,,,,,,,,,", "measure-unknown"),
        ("评分,X,,nps,1,5,,,,,,,,,", "scale-wrong"),
        ("评分,X,,top_box,1,5,9,,,,,,,,", "cut-outside"),
        ("评分,X,,mean,a,5,,,,,,,,,", "number-expected"),
        ("评分,,,nps,,,,,,,,,,,", "name-missing"),
        ("心情,X,,,,,,,,,,,,,", "kind-unknown"),
        ("触点,交车,,,,,,,,,天上,,,,", "stage-missing"),
        ("编码,521,,,,,,,,,,天上,,,", "touchpoint-missing"),
        ("指标,X,,,,,,,,Y,,,,,", "indicator-loose"),
        ("客户层级,,层级,,,,,,,,,,,VIP,-1", "weight-outside"),
        ("限值,what,,,,,,,,,,,,1,", "limit-unknown"),
        ("限值,hidden,,,,,,,,,,,,-1,", "limit-negative"),
        ("规则,letters,,,,,,,,,,,,magic,", "rule-unknown"),
        ("评分,X,nowhere,mean,1,5,,,,,,,,,", "column-missing"),
    ],
)
def test_rows_that_cannot_be_taken_are_named(filled: Project, tmp_path: Path, row: str, id: str) -> None:
    file = tmp_path / "one.csv"
    file.write_text(SHEET.splitlines()[0] + "\n阶段,购买,,,,,,,,,,,,,\n" + row + "\n", encoding="utf-8")
    with filled as project:
        assert [problem.id for problem in verbs.import_sheet(project, file).problems] == [id]
        assert in_force(project).definitions.stages == ("购买",)


def test_a_sheet_without_definitions_is_refused(filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with filled as project, pytest.raises(UserError) as refused:
        verbs.import_sheet(project, file)
    assert refused.value.id == "no-definitions"


NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)


@given(
    names=st.lists(NAMES, min_size=1, max_size=4, unique=True),
    letters=st.sampled_from(Letters),
    hidden=st.integers(0, 500),
    share=st.floats(0, 50, allow_nan=False),
    weight=st.floats(0.01, 100),
)
def test_a_sheet_written_is_read_back_the_same(
    names: list[str], letters: Letters, hidden: int, share: float, weight: float
) -> None:
    told = Definitions(
        scores=tuple(Score(name, name, Measure.TOP_BOX, 1, 5, 4.0) for name in names),
        stages=(names[0],),
        touchpoints=tuple(Touchpoint(name, names[0]) for name in names),
        tiers=(Tier("层级", names[0], weight),),
        self_selected=tuple(names),
        limits=Limits(shown=hidden),
        practical=Practical(share=share),
        letters=letters,
    )
    rows = [
        (number, {column: "" if cell is None else str(cell) for column, cell in zip(sheet.COLUMNS, row, strict=True)})
        for number, row in enumerate(sheet.rows_of(told), 2)
    ]
    assert sheet.parse(sheet.COLUMNS, rows) == (told, [])
    assert Definitions.from_json(told.to_json()) == told


def test_definitions_of_an_early_file_are_read_with_their_limits() -> None:
    early = json.loads(Definitions().to_json())
    for later in ("limits", "funnel", "image", "self_selected"):
        del early[later]
    early["bounds"] = {"hidden": 40, "starred": 90, "tested": 60, "shown_people": 3}
    told = Definitions.from_json(json.dumps(early))
    assert told == Definitions(limits=Limits(shown=40, full=90, tested=60, people=3))
