"""Filters as people type them become queries; what cannot be meant is refused with what there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from study import study

from annotate.errors import AskedWronglyError
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import count
from reports.definitions import verbs
from reports.definitions.terms import Definitions, Measure, Score, Tier
from reports.filters import parse_filters, the_column


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("filters")
    with Project.create(folder / "p.tingdong", coder="Ann") as made:
        study(
            made, folder,
            {
                "渠道": (Role.CHANNEL, ["调研", "热线", "店端", "调研"]),
                "区域": (Role.SEGMENT, ["东", "南", "东", ""]),
                "等级": (Role.SEGMENT, ["VIP", "", "", "VIP"]), "NPS": (Role.SCORE, [9, 3, 7, ""]),
                "wave": (Role.WAVE, ["五月", "五月", "六月", "六月"]),
                "day": (Role.DATE, ["2026-05-01", "2026-05-31", "2026-06-01", "2026-06-02"]),
            },
            {"": ("甲",)},
        )  # fmt: skip
        verbs.change(made, definitions=Definitions(
            scores=(Score("NPS", "NPS", Measure.NPS, 0, 10),), tiers=(Tier("等级", "VIP", 1.3),)))  # fmt: skip
        yield made


@pytest.mark.parametrize(
    ("filters", "answers"),
    [
        ((), 4), (("区域=东",), 2), (("区域=东|南",), 3), (("区域!=东",), 2), (("channel=调研",), 2),
        (("渠道 = 热线",), 1), (("NPS>=7",), 2), (("nps>7",), 1), (("score<=7",), 2), (("score<7",), 1),
        (("score=7",), 1), (("score=3..8",), 2), (("score=..7",), 2), (("wave=五月",), 2), (("tier=VIP",), 2),
        (("date>=2026-06-01",), 2), (("date=2026-05-01..2026-05-31",), 2), (("date<2026-05-31",), 1),
        (("date<=2026-05-31", "区域=东"), 1), (("source=study",), 4), (("score≥7",), 2),
    ],
)  # fmt: skip
def test_filters_mean_rows(project: Project, filters: tuple[str, ...], answers: int) -> None:
    query = parse_filters(project, filters)
    with project.reading() as db:
        assert count(db, query) == answers


@pytest.mark.parametrize(
    ("text", "id", "named"),
    [
        ("nonsense", "bad-filter", "column"), ("区域=", "bad-filter", "column"), ("城市=东", "no-column", "区域"),
        ("区域=西", "no-value", "东"), ("区域>3", "no-order", "区域"), ("score>=viel", "no-number", "viel"),
        ("wave=七月", "no-value", "五月"), ("date>=bald", "no-date", "bald"), ("source=x", "no-value", "study"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_what_there_is(project: Project, text: str, id: str, named: str) -> None:
    with pytest.raises(AskedWronglyError) as refused:
        parse_filters(project, (text,))
    assert refused.value.id == id
    assert named in refused.value.sentence()


def test_columns_of_tables_by_name_and_role(project: Project) -> None:
    assert the_column(project, "区域") == "区域"
    assert the_column(project, "channel") == "渠道"
    with pytest.raises(AskedWronglyError, match="区域"):
        the_column(project, "NPS")
