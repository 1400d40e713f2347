"""The quality of what came in: wrong, missing, late, repeated, personal, counted a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import AskedWronglyError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.quality import DAY_MS, is_mojibake, quality, scale_of, sources
from annotate.store import operations
from annotate.store.project import Project

NOW = 1_790_000_000_000  # 2026-09-21

TABLE = """id,who,date,nps,区域,text
1,u1,2026-09-01,10,华东,空间大
2,u2,2026-09-02,9,华东,空间大
3,u3,2026-09-02,99,,打我电话13912345678
4,u4,2026-09-09,0,华南,
5,u1,2024-01-01,8,华南,NA
6,u1,,7,华南,锟斤拷锟斤拷
7,u2,2027-05-01,7,华南,车门异响
7,u2,2026-09-10,7,华南,另一个回答
8,u8
"""


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    path = tmp_path / "survey.csv"
    path.write_text(TABLE, encoding="utf-8")
    roles = {Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.DATE: ["date"], Role.SCORE: ["nps"], Role.TEXT: ["text"]}
    import_file(project, path, roles=roles, source="调研", channel="survey")
    other = tmp_path / "calls.csv"
    other.write_text("id,门店,text\nx1,一店,空间大\nx2,二店,空间大\n", encoding="utf-8")
    import_file(project, other, roles={Role.ID: ["id"], Role.TEXT: ["text"]}, source="热线", channel="hotline")
    return project


def test_what_is_wrong(filled: Project) -> None:
    told = quality(filled, "调研", now_ms=NOW, scales={"nps": (0, 10)}).accuracy
    assert (told.records, told.accepted, told.rejected) == (9, 7, 2)
    assert told.rejects == {"conflict": 1, "too_few_cells": 1}
    assert told.conflicts == 1
    assert [(one.column, one.low, one.high, one.values, one.outside) for one in told.scores] == [("nps", 0, 10, 7, 1)]
    assert told.mojibake == 1
    assert told.future == 1


def test_what_is_missing(filled: Project) -> None:
    told = quality(filled, "调研", now_ms=NOW).completeness
    assert (told.asked, told.answered, told.blank, told.missing_marks) == (7, 5, 1, 1)
    assert {one.column: one.filled for one in told.columns} == {"nps": 7, "区域": 6}
    assert told.absent == ("门店",)
    assert (told.records, told.dated, told.with_respondent, told.with_wave) == (7, 6, 7, 0)


def test_what_is_late(filled: Project) -> None:
    told = quality(filled, "调研", now_ms=NOW).timeliness
    assert told.days == 4
    assert told.longest_gap == 973  # from 2024-01-02 to 2026-08-31
    assert told.gap_days == 973 + 6
    assert told.longest_gap_from_ms == 1_704_067_200_000 + DAY_MS
    assert told.age_days == (NOW - 1_788_912_000_000) // DAY_MS
    assert (told.old, told.old_days) == (1, 365)
    undated = quality(filled, "热线", now_ms=NOW).timeliness
    assert (undated.first_ms, undated.last_ms, undated.age_days, undated.days) == (None, None, None, 0)


def test_what_is_repeated_and_whose(filled: Project) -> None:
    told = quality(filled, "调研", now_ms=NOW)
    assert (told.duplicates.answers, told.duplicates.largest_group) == (1, 2)
    assert told.duplicates.people_twice == 2
    assert told.personal == {"mobile": 1}
    assert told.looked_at == 5
    assert (told.source, told.channel, told.imports) == ("调研", "survey", 1)


def test_all_sources_together(filled: Project) -> None:
    told = quality(filled, now_ms=NOW)
    assert sources(filled) == ["调研", "热线"]
    assert (told.source, told.imports, told.accuracy.records, told.completeness.answered) == ("", 2, 11, 7)
    assert told.duplicates.largest_group == 4


def test_an_undone_import_does_not_count(filled: Project) -> None:
    operations.undo(filled)
    assert sources(filled) == ["调研"]
    assert quality(filled).imports == 1
    with pytest.raises(AskedWronglyError) as caught:
        quality(filled, "热线")
    assert caught.value.id == "no-source"


def test_of_many_answers_a_part_is_looked_at(filled: Project) -> None:
    assert 0 < quality(filled, "调研", look_at=3).looked_at <= 3


def test_an_empty_project(project: Project) -> None:
    told = quality(project)
    assert (told.imports, told.looked_at, told.accuracy.records, told.completeness.columns) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ({0.0: 1, 10.0: 5}, (0, 10)),
        ({1.0: 3, 5.0: 9}, (1, 5)),
        ({4.5: 3}, (1, 5)),
        ({1.0: 3, 7.0: 9}, (1, 7)),
        ({1.0: 60, 5.0: 60, 9999.0: 1}, (1, 5)),
        ({0.0: 1, 95.0: 9}, (0, 100)),
        ({-3.0: 5, 250.0: 9}, (-3, 250)),
    ],
)
def test_scales(values: dict[float, int], scale: tuple[float, float]) -> None:
    assert scale_of(values) == scale


def test_nps_goes_from_zero_to_ten_whoever_answered() -> None:
    assert scale_of({1.0: 2, 10.0: 3}, "NPS推荐分") == (0, 10)
    assert scale_of({2.0: 2, 4.0: 3}, "推荐意愿") == (0, 10)
    assert scale_of({0.0: 1, 3.0: 50, 10.0: 70}) == (0, 10)
    assert scale_of({1.0: 2, 10.0: 3}) == (1, 10)


@pytest.mark.parametrize("text", ["空间很大，油耗也低", "服务态度很好，下次还来", "打电话一直没有人接"])
def test_mojibake_is_known_and_text_is_not(text: str) -> None:
    for wrong in (
        text.encode().decode("gb18030", "ignore"),
        text.encode().decode("latin-1"),
        text.encode("gb18030").decode("latin-1"),
        text.encode("gb18030").decode("utf-8", "replace"),
    ):
        assert is_mojibake(wrong), wrong
    for fine in (text, "café déjà vu", "好😀😀😀", "★★★", "龘靐齉", "C'est très bien", "ありがとう"):
        assert not is_mojibake(fine), fine
