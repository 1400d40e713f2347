"""Figures of a report: who is counted, out of which base, and that nothing withdrawn or invalid slips in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import machine
import pytest
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from reports.collect import collect, read, rows
from reports.data import QuestionFigures, ReportData, Rows, Scope, ThemeFigures, Unit
from reports.data import Role as ReportRole
from reports.filters import parse_filters
from reports.statistics.shares import Source as ShareSource

COLUMNS = ["id", "who", "wave", "day", "channel", "region", "Q7"]
ROLES = {
    Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.WAVE: ["wave"], Role.DATE: ["day"], Role.CHANNEL: ["channel"],
    Role.SEGMENT: ["region"], Role.TEXT: ["Q7"],
}  # fmt: skip
ROWS: list[list[object]] = [
    ["r0", "p0", "五月", "2026-05-01", "热线", "华东", "发动机异响明显"],
    ["r1", "p0", "五月", "2026-05-02", "热线", "华东", "低速时候顿挫感强"],
    ["r2", "p1", "五月", "2026-05-03", "调研", "华南", "发动机异响明显。"],
    ["r3", "p2", "五月", "2026-05-04", "调研", "华南", "后排空间有点小"],
    ["r4", "p3", "五月", "2026-05-05", "调研", "华南", "广告请勿打扰谢谢"],
    ["r5", "p4", "五月", "2026-05-06", "调研", "华东", ""],
    ["r6", "p5", "五月", "2026-05-07", "调研", "华东", "没有人看过的话"],
]


class Study:
    """People p0 (two answers), p1 … p5; nets 动力 (异响, 顿挫); one invalid answer, one nobody looked at."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        import_file(project, write_csv(folder / "a.csv", COLUMNS, ROWS), roles=ROLES, channel="survey")
        frame = frames.create_frame(project, name="车")
        net = frames.add_code(project, frame=frame, label="动力", is_net=True)
        self.codes = {
            "异响": frames.add_code(project, frame=frame, label="异响", parent=net, number="301"),
            "顿挫": frames.add_code(project, frame=frame, label="顿挫", parent=net, number="302"),
            "空间": frames.add_code(project, frame=frame, label="空间", number="402"),
            "广告": frames.add_code(project, frame=frame, label="广告", role=frames.Role.INVALID),
        }
        self.question = verbatims.questions(project)[0].id
        frames.point_question(project, question=self.question, frame=frame)
        self.rows = verbatims.ids(project, Query()).tolist()
        for row, label, mood in ((0, "异响", -1), (1, "顿挫", 1), (3, "空间", None), (4, "广告", None)):
            coding.apply_code(project, verbatims=[self.rows[row]], code=self.codes[label], sentiment=mood)
            coding.confirm(project, verbatims=[self.rows[row]])

    def question_figures(self) -> QuestionFigures:
        return collect(self.project).questions[0]

    def theme(self, label: str) -> ThemeFigures:
        return next(one for one in self.question_figures().themes if one.label == label)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        yield Study(project, tmp_path)


def test_the_base_is_people_whose_answer_was_coded(study: Study) -> None:
    told = study.question_figures()
    assert collect(study.project).unit is Unit.PEOPLE
    # p0, p1 (duplicate) and p2; p3's only answer is invalid, p4 left it blank, nobody looked at p5's.
    assert (told.base, told.asked, told.answered, told.blank) == (3, 7, 6, 1)
    assert (told.coding.human, told.coding.duplicate, told.coding.machine, told.coding.open) == (4, 1, 0, 1)


def test_a_net_counts_its_people_once(study: Study) -> None:
    net, noise, jerk = (study.theme(label) for label in ("动力", "异响", "顿挫"))
    assert (noise.share.count, jerk.share.count, net.share.count) == (2, 1, 2)
    assert max(noise.share.count, jerk.share.count) <= net.share.count <= noise.share.count + jerk.share.count
    assert {one.share.base for one in study.question_figures().themes} == {3}
    assert (net.is_net, net.mentions, noise.net) == (True, 3, net.code)
    assert net.sentiments is not None
    assert (net.sentiments.negative, net.sentiments.neutral, net.sentiments.positive) == (2, 0, 1)


def test_every_share_names_its_own_base_and_has_no_period_before(study: Study) -> None:
    for one in study.question_figures().themes:
        assert one.share.value == one.share.count / one.share.base
        assert one.share.low <= one.share.value <= one.share.high
        assert one.previous is None
        assert one.share.source is ShareSource.HUMAN
    assert study.theme("广告").share.count == 0
    assert study.theme("广告").role is ReportRole.INVALID


def test_a_share_leads_back_to_its_verbatims(study: Study) -> None:
    for label in ("异响", "动力"):
        one = study.theme(label)
        assert one.query is not None
        loaded = read(study.project)
        with study.project.reading() as db:
            found = rows.ids(db, loaded, Rows.from_json(one.query))
        assert len(found) == one.mentions


def test_one_row_without_a_person_makes_it_answers(study: Study, tmp_path: Path) -> None:
    row = ["r9", "", "五月", "2026-05-08", "调研", "华东", "又一个"]
    import_file(study.project, write_csv(tmp_path / "b.csv", COLUMNS, [row]), roles=ROLES)
    told = collect(study.project)
    assert told.unit is Unit.ANSWERS
    assert told.questions[0].base == 4
    assert study.theme("动力").share.count == 3
    operations.undo(study.project)
    assert collect(study.project).unit is Unit.PEOPLE


def test_the_machine_fills_what_nobody_looked_at_and_says_so(study: Study) -> None:
    guesses = [(row, study.codes["空间"], 0.9, True) for row in study.rows]
    (wave,) = (int(row[0] or 0) for row in study.project.rows("select id from wave"))
    machine.predict(study.project, study.question, guesses, wave=wave)
    told = study.question_figures()
    assert (told.coding.human, told.coding.duplicate, told.coding.machine, told.coding.open) == (4, 1, 1, 0)
    assert told.base == 4
    # p2 by a person, p5 by the machine: all others were reviewed whole, the duplicate with them.
    assert study.theme("空间").share.count == 2
    assert study.theme("空间").share.source is ShareSource.MACHINE


def test_answers_that_no_run_went_over_are_in_no_base(study: Study, tmp_path: Path) -> None:
    (wave,) = (int(row[0] or 0) for row in study.project.rows("select id from wave"))
    machine.predict(study.project, study.question, [], wave=wave)
    assert study.question_figures().base == 4  # p5: the machine looked and found nothing
    rows = [
        ["r8", "p8", "五月", "2026-05-08", "", "", "来得晚"],
        ["r9", "p9", "六月", "2026-06-08", "调研", "华东", "别的期"],
    ]
    import_file(study.project, write_csv(tmp_path / "b.csv", COLUMNS, rows), roles=ROLES)
    told = study.question_figures()
    assert (told.base, told.answered, told.coding.open) == (4, 8, 3)


def test_the_same_person_in_another_wave_is_another_respondent(study: Study, tmp_path: Path) -> None:
    row = ["r9", "p0", "六月", "2026-06-08", "调研", "华东", "现在还是有异响"]
    import_file(study.project, write_csv(tmp_path / "b.csv", COLUMNS, [row]), roles=ROLES)
    (new,) = set(verbatims.ids(study.project, Query()).tolist()) - set(study.rows)
    coding.apply_code(study.project, verbatims=[new], code=study.codes["异响"])
    assert study.question_figures().base == 4
    assert study.theme("异响").share.count == 3
    assert collect(study.project).respondents == 6


def figures(told: ReportData) -> tuple[object, ...]:
    questions = tuple(
        replace(one, themes=tuple(replace(theme, provenance=None) for theme in one.themes)) for one in told.questions
    )
    return questions, told.sources, told.channels, told.respondents, told.start, told.end, told.cleaned, told.unit


def test_a_withdrawn_import_leaves_no_figure_behind(study: Study, tmp_path: Path) -> None:
    before = figures(collect(study.project))
    # p0 is of another region and channel there, and says something new.
    rows = [
        ["s0", "p0", "五月", "2026-04-01", "门店", "华南", "異(yì)响很大"],
        ["s1", "p9", "七月", "2027-01-01", "门店", "华北", "新"],
    ]
    study.project.work_as("Bo")
    import_file(study.project, write_csv(tmp_path / "b.csv", COLUMNS, rows), roles=ROLES)
    study.project.work_as("Cy")
    new = sorted(set(verbatims.ids(study.project, Query()).tolist()) - set(study.rows))
    coding.apply_code(study.project, verbatims=new, code=study.codes["空间"])
    during = figures(collect(study.project))
    assert during != before
    assert (during[4], during[5]) == (date(2026, 4, 1), date(2027, 1, 1))
    study.project.work_as("Bo")
    operations.undo(study.project)
    assert figures(collect(study.project)) == before
    operations.redo(study.project)
    assert figures(collect(study.project)) == during


def test_a_coded_question_without_answers_in_force_is_not_counted(study: Study) -> None:
    while operations.undo(study.project):
        pass
    told = collect(study.project)
    assert (told.sources, told.respondents, told.start) == ((), 0, None)
    assert all(one.base == one.answered == 0 for one in told.questions)


def test_segments_count_people_of_the_base(study: Study) -> None:
    tables = {one.dimension: one for one in study.question_figures().segments}
    region = tables["region"]
    assert {one.value: one.base for one in region.columns} == {"华东": 1, "华南": 2}
    place = [one.value for one in region.columns]
    noise = next(row for row in region.rows if row.code == study.codes["异响"])
    assert dict(zip(place, noise.counts, strict=True)) == {"华东": 1, "华南": 1}
    assert all(n <= one.base for row in region.rows for n, one in zip(row.counts, region.columns, strict=True))


def test_sources_channels_and_period(study: Study) -> None:
    told = collect(study.project, title="题", client="客户")
    (source,) = told.sources
    assert (source.name, source.channel, source.records, source.accepted, source.rejected) == ("a", "survey", 7, 7, 0)
    assert (source.duplicates, source.blank) == (1, 1)
    assert told.channels == (("调研", 5), ("热线", 2))
    assert (told.start, told.end) == (date(2026, 5, 1), date(2026, 5, 7))
    assert (told.title, told.client, told.respondents, told.frame_name) == ("题", "客户", 6, "车")


def test_the_same_file_gives_the_same_figures_and_a_change_another_number(study: Study) -> None:
    first = collect(study.project)
    assert collect(study.project) == first
    coding.apply_code(study.project, verbatims=[study.rows[6]], code=study.codes["空间"])
    assert collect(study.project).report_id != first.report_id


def test_what_a_report_says_of_its_data_is_said_of_its_scope(study: Study) -> None:
    project = study.project
    whole = collect(project)
    assert (whole.start, whole.end, whole.respondents) == (date(2026, 5, 1), date(2026, 5, 7), 6)
    assert [one.counted for one in whole.sources] == [None]
    told = collect(project, scope=Scope(filter=parse_filters(project, ("region=华南",))))
    assert (told.start, told.end, told.respondents) == (date(2026, 5, 3), date(2026, 5, 5), 3)
    assert told.channels == (("调研", 3),)
    assert [(one.accepted, one.counted, one.used) for one in told.sources] == [(7, 3, 3)]
    nobody = collect(project, scope=Scope(filter=parse_filters(project, ("region=华南", "channel=热线"))))
    assert (nobody.start, nobody.respondents, nobody.sources, nobody.channels) == (None, 0, (), ())
