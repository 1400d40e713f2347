"""Coded data on its way out: every layer and layout, masked unless a reason is given."""

from __future__ import annotations

import csv
from pathlib import Path

import machine
import openpyxl
import pytest
from tables import write_csv

from annotate import brands, coding, frames, verbatims
from annotate.errors import UserError
from annotate.exchange.coded import Layer, Layout, export
from annotate.frames import Role as CodeRole
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query

PHONE = "打13800138000找我，异响"
TEXTS = [PHONE, "顿挫", "顿挫。", "空间小", "没人看过", ""]


class Job:
    """Six answers coded in every way there is."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder = project, folder
        path = write_csv(folder / "a.csv", ["id", "Q7"], [[f"r{n}", text] for n, text in enumerate(TEXTS)])
        import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})
        frame = frames.create_frame(project, name="车")
        net = frames.add_code(project, frame=frame, label="动力", is_net=True)
        self.codes = {
            "异响": frames.add_code(project, frame=frame, label="异响", parent=net),
            "顿挫": frames.add_code(project, frame=frame, label="顿挫", parent=net),
            "空间": frames.add_code(project, frame=frame, label="空间"),
        }
        self.question = verbatims.questions(project)[0].id
        frames.point_question(project, question=self.question, frame=frame)
        self.rows = verbatims.ids(project, Query()).tolist()

    def code_all(self) -> None:
        project, rows, codes = self.project, self.rows, self.codes
        coding.apply_code(project, verbatims=[rows[0]], code=codes["异响"], sentiment=-1)
        coding.confirm(project, verbatims=[rows[0]])
        coding.apply_code(project, verbatims=[rows[1]], code=codes["顿挫"])  # and its twin, as a duplicate
        for coder, code in (("Ann", "空间"), ("Bo", "异响")):
            project.work_as(coder)
            coding.apply_code(project, verbatims=[rows[3]], code=codes[code])
            coding.confirm(project, verbatims=[rows[3]])
        machine.predict(
            project, self.question,
            [(rows[0], codes["空间"], 0.95, True), (rows[1], codes["空间"], 0.75, True),
             (rows[4], codes["空间"], 0.4, False)],
        )  # fmt: skip

    def out(self, name: str = "out.csv", **more: object) -> list[dict[str, str]]:
        export(self.project, self.folder / name, **more)  # type: ignore[arg-type]
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def job(project: Project, tmp_path: Path) -> Job:
    made = Job(project, tmp_path)
    made.code_all()
    return made


def brief(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row[column] for column in columns) for row in rows)


def test_the_final_layer_says_who_decided_each_row(job: Job) -> None:
    rows = job.out()
    assert list(rows[0]) == ["id", "question", "code", "net", "sentiment", "source"]
    assert brief(rows, "id", "code", "sentiment", "source") == [
        ("r0", "动力/异响", "-1", "human"),
        ("r1", "动力/顿挫", "", "human"),
        ("r1", "空间", "", "model"),  # nobody has looked at that code
        ("r2", "动力/顿挫", "", "duplicate"),
        ("r3", "动力/异响", "", "disagreement"),
        ("r3", "空间", "", "disagreement"),
        ("r4", "", "", "open"),
    ]
    assert {row["net"] for row in rows if row["code"].startswith("动力/")} == {"动力"}


def test_open_answers_are_counted(job: Job) -> None:
    done = export(job.project, job.folder / "x.csv")
    assert (done.answers, done.open, done.masked) == (5, 1, True)


def test_the_human_layer_leaves_out_what_nobody_decided(job: Job) -> None:
    rows = job.out(layer=Layer.HUMAN)
    assert {row["id"] for row in rows} == {"r0", "r1", "r2", "r3"}
    assert "model" not in {row["source"] for row in rows}


def test_the_model_layer_tells_refused_codes_too(job: Job) -> None:
    rows = job.out(layer=Layer.MODEL)
    assert brief(rows, "id", "confidence", "accepted") == [
        ("r0", "0.95", "true"), ("r1", "0.75", "true"), ("r4", "0.4", "false"),
    ]  # fmt: skip
    assert {row["source"] for row in rows} == {"model"}
    assert all(row["model"] for row in rows)


def test_joined_rows_hold_one_answer_each(job: Job) -> None:
    rows = job.out(layout=Layout.JOINED)
    assert brief(rows, "id", "codes", "sentiments", "source") == [
        ("r0", "动力/异响", "-1", "human"), ("r1", "动力/顿挫|空间", "", "human"), ("r2", "动力/顿挫", "", "duplicate"),
        ("r3", "", "", "human"), ("r4", "", "", "open"),
    ]  # fmt: skip


def test_wide_rows_tell_no_from_not_looked_at(job: Job) -> None:
    rows = {row["id"]: row for row in job.out(layer=Layer.HUMAN, layout=Layout.WIDE)}
    assert list(rows["r0"]) == ["id", "question", "text", "动力/异响", "动力/顿挫", "空间", "source"]
    assert [rows["r0"][one] for one in ("动力/异响", "动力/顿挫", "空间")] == ["1", "0", "0"]
    assert [rows["r1"][one] for one in ("动力/异响", "动力/顿挫", "空间")] == ["", "1", ""]


def test_personal_data_is_masked_unless_a_reason_enters_the_history(job: Job) -> None:
    before = len(operations.history(job.project, everything=True))
    masked = {row["id"]: row["text"] for row in job.out(layout=Layout.JOINED)}
    assert "13800138000" not in masked["r0"]
    assert "异响" in masked["r0"]
    assert len(operations.history(job.project, everything=True)) == before
    raw = {row["id"]: row["text"] for row in job.out("raw.csv", layout=Layout.JOINED, raw="客户同意")}
    assert raw["r0"] == PHONE
    step = operations.history(job.project, everything=True)[0]
    assert step.kind == "export"
    assert "raw.csv" in step.words
    detail = job.project.rows("select detail from op order by id desc limit 1")[0][0]
    assert "客户同意" in str(detail)
    assert operations.undo(job.project).kind != "export"  # type: ignore[union-attr]


def test_what_cannot_be_exported_says_why(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        export(project, tmp_path / "a.csv")
    assert refused.value.id == "no-frame"
    job = Job(project, tmp_path)
    with pytest.raises(UserError) as no_run:
        export(project, tmp_path / "b.csv", layer=Layer.MODEL)
    assert no_run.value.id == "no-run"
    with pytest.raises(UserError) as no_question:
        export(project, tmp_path / "c.csv", question="Q99")
    assert no_question.value.id == "no-question"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == ["a.csv"]  # the import file
    assert job.rows


def test_only_one_question_where_asked(job: Job) -> None:
    path = write_csv(job.folder / "b.csv", ["id", "Q8"], [["s1", "另一题"]])
    import_file(job.project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q8"]})
    assert {row["question"] for row in job.out()} == {"Q7", "Q8"}
    assert {row["question"] for row in job.out(question="Q8")} == {"Q8"}


def test_each_wave_names_the_model_that_coded_it(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "w.csv", ["id", "wave", "Q7"], [["r1", "五月", "异响"], ["r2", "六月", "异响"]])
    import_file(project, path, roles={Role.ID: ["id"], Role.WAVE: ["wave"], Role.TEXT: ["Q7"]})
    frame = frames.create_frame(project, name="车")
    code = frames.add_code(project, frame=frame, label="异响")
    question = verbatims.questions(project)[0].id
    frames.point_question(project, question=question, frame=frame)
    rows = verbatims.ids(project, Query()).tolist()
    for row, wave in zip(rows, project.rows("select id from wave order by id"), strict=True):
        machine.predict(project, question, [(row, code, 0.9, True)], wave=int(wave[0] or 0))
    export(project, tmp_path / "m.csv", layer=Layer.MODEL)
    with (tmp_path / "m.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {row["id"]: row["model"] for row in csv.DictReader(file)}
    models = [str(row[0])[:12].lower() for row in project.rows("select hex(h) from model order by id")]
    assert told == {"r1": models[0], "r2": models[1]}


def test_brands_are_written_in_order_of_mention(project: Project, tmp_path: Path) -> None:
    job = Job(project, tmp_path)
    frames.add_code(project, frame=1, label="没有", role=CodeRole.NONE)
    texts = ["空间和异响", "异响，顿挫，空间", "没有", "什么都行"]
    path = write_csv(tmp_path / "b.csv", ["id", "Q7"], [[f"b{n}", text] for n, text in enumerate(texts)])
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})
    assert "mention" not in job.out()[0]
    brands.code_back(project, question=job.question)
    first = verbatims.ids(project, Query())[-4]
    coding.remove_code(project, verbatims=[int(first)], code=job.codes["空间"])  # what is left moves up
    rows = [row for row in job.out() if row["id"].startswith("b")]
    assert [(row["id"], row["code"], row["mention"]) for row in rows] == [
        ("b0", "动力/异响", "1"), ("b1", "动力/异响", "1"), ("b1", "动力/顿挫", "2"), ("b1", "空间", "3"),
        ("b2", "没有", ""), ("b3", "", ""),
    ]  # fmt: skip
    for layout in (Layout.JOINED, Layout.WIDE):
        rows = {row["id"]: row for row in job.out(layout=layout)}
        assert [(rows[one]["first_mention"], rows[one]["mentions"]) for one in ("b0", "b1", "b2", "b3")] == [
            ("动力/异响", "动力/异响"), ("动力/异响", "动力/异响|动力/顿挫|空间"), ("", ""), ("", ""),
        ]  # fmt: skip
    export(project, tmp_path / "order.xlsx", layout=Layout.WIDE)
    book = openpyxl.load_workbook(tmp_path / "order.xlsx", read_only=True)
    assert [one.value for one in next(iter(book.worksheets[0].rows))][-3:] == ["source", "first_mention", "mentions"]
    book.close()
