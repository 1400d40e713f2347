"""Files in the shapes that people really have, and command lines as they really mistype them."""

from __future__ import annotations

import csv
import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
import tables
from click.testing import CliRunner, Result
from openpyxl import Workbook

import main
from reports import findings
from reports.data import ThemeFigures
from reports.statistics.shares import share
from training.session import is_single_choice

TEXTS = ("异响太大", "油耗偏高", "座椅不舒服", "车机卡顿", "后排空间小", "刹车偏软", "隔音很差", "售后拖沓")


def call(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main.commands, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, (words, result.stdout, result.stderr)
    return result


def told(*words: object, code: int = 0) -> dict[str, object]:
    answer = json.loads(call(*words, "--json", code=code).stdout)
    assert isinstance(answer, dict)
    return answer


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fresh(folder: Path) -> Path:
    project = folder / "项目.tingdong"
    told("new", project, "--coder", "周岚")
    return project


def platform_sheet(path: Path) -> Path:
    """Write a sheet as survey platforms export it: 30 columns, their own with one name, the others with two."""
    rng = random.Random(4)
    own = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    names = [*own, "Q1", "Q2", "Q3", "Q4_1", "Q4_2", "Q4_3", "Q5", "Q6", "Q7", *(f"Q8_{n}" for n in range(1, 13)),
             "Q9", "Q10", "权重"]  # fmt: skip
    texts = [*[""] * 6, "您的姓名", "性别", "批次", "外观满意度", "动力满意度", "服务满意度",
             "您有多大可能推荐？(0-10)", "您最满意的地方是？", "您最不满意的地方是？",
             *(f"配置{n}" for n in range(1, 13)), "门店", "手机号", ""]  # fmt: skip
    assert len(names) == len(texts) == 30
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(names)
    sheet.append(texts)
    for n in range(1, 81):
        said = [f"{rng.choice(TEXTS)}，第{n}次保养{tail}才发现" for tail in ("前", "后")]
        sheet.append(
            [n, f"2026/9/{n % 28 + 1} 10:{n % 60:02d}:00", f"{60 + n}秒", "微信", "直接访问",
             f"36.112.1.{n}(北京-北京)",
             "张三", "女", rng.choice(["2026A", "2026B"]), *(rng.randint(1, 5) for _ in range(3)), rng.randint(0, 10),
             *said, *(rng.randint(0, 1) for _ in range(12)), rng.choice(["朝阳店", "浦东店"]), f"138{n:08d}", 1.1]
        )  # fmt: skip
    book.save(path)
    return path


def test_a_platform_sheet_of_thirty_columns_is_understood(tmp_path: Path) -> None:
    done = told("import", fresh(tmp_path), platform_sheet(tmp_path / "问卷.xlsx"), "--header-rows", 2)
    roles = done["roles"]
    assert isinstance(roles, dict)
    assert (done["records"], done["verbatims"]) == (80, 160)
    assert [name for name, role in roles.items() if role == "text"] == ["Q6", "Q7"]
    assert [name for name, role in roles.items() if role == "score"] == ["Q4_1", "Q4_2", "Q4_3", "Q5"]
    assert roles["来自IP"] == "segment"
    assert roles["Q3"] == "segment"  # 批次 is a production batch, no wave


def test_a_platform_sheet_says_that_it_has_two_header_rows(tmp_path: Path) -> None:
    done = told("import", fresh(tmp_path), platform_sheet(tmp_path / "问卷.xlsx"))
    assert any("two header rows" in str(warning) for warning in done["warnings"])  # type: ignore[attr-defined]
    assert done["roles"]["来自IP"] == "segment"  # type: ignore[index]


def test_an_id_that_comes_back_with_each_question_is_the_id(tmp_path: Path) -> None:
    rows = [[f"R{n}", q, f"{TEXTS[n % 8]} {n} {q}"] for n in range(20) for q in ("Q7", "Q8")]
    done = told("import", fresh(tmp_path), tables.write_csv(tmp_path / "逐条.csv", ["答卷编号", "题号", "回答"], rows))
    assert done["roles"] == {"答卷编号": "id", "题号": "question", "回答": "text"}
    assert (done["accepted"], done["conflicts"]) == (40, 0)


def two_questions(folder: Path) -> Path:
    project = fresh(folder)
    rows = [[n, f"满意{TEXTS[n % 8]}{n}", f"不满{TEXTS[n % 8]}{n}"] for n in range(20)]
    told(
        "import",
        project,
        tables.write_csv(folder / "两题.csv", ["id", "Q7", "Q8"], rows),
        "--text",
        "Q7",
        "--text",
        "Q8",
    )
    return project


def test_labels_of_an_unsaid_question_are_not_spread_over_all(tmp_path: Path) -> None:
    project = two_questions(tmp_path)
    labels = tables.write_csv(tmp_path / "labels.csv", ["id", "code"], [["1", "油耗"], ["2", "空间"]])
    assert told("label", "import", project, labels, "--create-codes", code=2)["error"] == "which-question"
    assert told("status", project)["counts"]["reviewed"] == 0  # type: ignore[index]
    assert told("label", "import", project, labels, "--create-codes", "--question", "Q8")["verbatims"] == 2


def test_labels_of_a_question_that_is_not_there_say_so(tmp_path: Path) -> None:
    project = two_questions(tmp_path)
    labels = tables.write_csv(tmp_path / "labels.csv", ["id", "question", "code"], [["1", "Q9", "油耗"]])
    assert told("label", "import", project, labels, "--create-codes", code=2)["error"] == "no-question"
    mixed = tables.write_csv(tmp_path / "mixed.csv", ["id", "question", "code"], [["1", "Q9", "油"], ["1", "Q8", "油"]])
    assert told("label", "import", project, mixed, "--create-codes")["unknown_questions"] == {"Q9": 1}


def test_labels_of_ids_that_two_waves_share_need_their_source(tmp_path: Path) -> None:
    project = fresh(tmp_path)
    for wave in ("一期", "二期"):
        rows = [[n, f"{wave}{TEXTS[n % 8]}{n}"] for n in range(20)]
        told("import", project, tables.write_csv(tmp_path / f"{wave}.csv", ["id", "text"], rows))
    labels = tables.write_csv(tmp_path / "labels.csv", ["id", "code"], [["1", "油耗"]])
    assert told("label", "import", project, labels, "--create-codes", code=2)["error"] == "which-source"
    assert (
        told("label", "import", project, labels, "--source", "三期", "--create-codes", code=2)["error"] == "no-source"
    )
    assert told("label", "import", project, labels, "--source", "二期", "--create-codes")["verbatims"] == 1


def single_choice_project(folder: Path) -> Path:
    project = fresh(folder)
    rows = [[n, f"{TEXTS[n % 8]}，{TEXTS[n % 8]}，第{n}条"] for n in range(240)]
    told("import", project, tables.write_csv(folder / "单选.csv", ["id", "text"], rows))
    codes = [[n, f"大类{n % 2}/编码{n % 8}"] for n in range(160)]
    told("label", "import", project, tables.write_csv(folder / "l.csv", ["id", "code"], codes), "--create-codes")
    return project


def test_codes_that_exclude_each_other_are_found_out_and_nets_stand_beside_them(tmp_path: Path) -> None:
    project = single_choice_project(tmp_path)
    assert told("train", project)["single_choice"] is True
    told("code", project)
    told("export", project, tmp_path / "model.csv", "--layer", "model")
    rows = rows_of(tmp_path / "model.csv")
    accepted = [row["id"] for row in rows if row["accepted"] == "true"]
    assert sorted(accepted) == sorted(str(n) for n in range(240))
    assert all("/" in row["code"] and row["net"] == row["code"].partition("/")[0] for row in rows)
    told("export", project, tmp_path / "final.csv", "--layout", "joined")
    assert all("|" not in row["codes"] for row in rows_of(tmp_path / "final.csv"))


def test_single_choice_needs_many_reviewed_answers_and_none_with_two_codes() -> None:
    one = np.eye(4, dtype=np.int8)[np.arange(120) % 4]
    assert is_single_choice(one, asked=False)
    assert not is_single_choice(one[:99], asked=False)
    assert is_single_choice(one[:9], asked=True)
    two = one.copy()
    two[3] = 1
    assert not is_single_choice(two, asked=True)
    assert not is_single_choice(np.where(one == 1, 1, -1).astype(np.int8), asked=False)
    assert not is_single_choice(np.vstack([one, np.zeros((200, 4), np.int8)]), asked=False)


@pytest.mark.parametrize(
    "words",
    [["train"], ["train", "x.tingdong", "--nonsense"], ["frame", "nothing"], ["nothing"], ["undo", "x", "--to", "y"]],
)
def test_a_mistyped_command_answers_in_json_too(words: list[str]) -> None:
    assert told(*words, code=2)["error"] == "usage"


def test_a_path_that_the_system_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert told("demo", "--folder", tmp_path / "file", "--no-window", code=1)["error"] == "system-refused"
    (tmp_path / "report.pdf").mkdir()
    project = two_questions(tmp_path)
    assert told("report", project, tmp_path / "report.pdf", code=1)["error"] == "report-unwritable"
    assert told("report", project, tmp_path, code=2)["error"] == "report-format-unknown"


def test_a_file_without_records_or_cut_off_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    project = two_questions(tmp_path)
    before = project.read_bytes()
    (tmp_path / "header.csv").write_text("id,text\n")
    assert told("import", project, tmp_path / "header.csv", code=1)["error"] == "no-records"
    rng = random.Random(1)
    whole = gzip.compress("".join(["id,text\n", *(f"{n},{rng.random()} 文本\n" for n in range(120_000))]).encode())
    (tmp_path / "late.csv.gz").write_bytes(whole[:-9_000])
    assert told("import", project, tmp_path / "late.csv.gz", code=1)["error"] == "archive-damaged"
    assert project.read_bytes() == before


def test_labels_that_repeat_under_several_nets_are_told_apart() -> None:
    figures = [
        ThemeFigures(code, "", label, share(5, 50), 5, net=net, is_net=net is None)
        for code, label, net in [(1, "屏幕", None), (2, "相机", None), (3, "一般", 1), (4, "一般", 2), (5, "清晰", 2)]
    ]
    assert [findings.distinct_label(one, figures) for one in figures[2:]] == ["屏幕/一般", "相机/一般", "清晰"]
