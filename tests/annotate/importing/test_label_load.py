"""Labels made elsewhere: what is placed, what is not, and what silence means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tables
from tables import write_csv

from annotate import frames, samples, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.exchange import coded
from annotate.exchange.coded import Layer, Layout
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import LabelImport, import_labels
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project

TEXTS = ["低速顿挫", "异响很大", "空间不大", "没有", "起步肉"]


@pytest.fixture
def survey(project: Project, tmp_path: Path) -> Iterator[Project]:
    """Five answers r0…r4 to Q7 and the frame of the survey."""
    path = write_csv(tmp_path / "a.csv", ["id", "Q7 不满意的地方"], [[f"r{n}", one] for n, one in enumerate(TEXTS)])
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7 不满意的地方"]})
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    yield project


def label(project: Project, path: Path, columns: list[str], rows: list[list[object]], **more: object) -> LabelImport:
    return import_labels(project, write_csv(path, columns, rows), **more)  # type: ignore[arg-type]


def said(project: Project) -> dict[tuple[str, str], dict[str, int | None]]:
    """Return the yes of every coder: (id, coder) → {path: sentiment}."""
    paths = {one.id: one.full_path for one in frames.head(project, frames.the_frame(project)).codes}
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for key, coder, code, mood in project.rows(
        "select r.key, c.name, w.code_id, w.sentiment from label_now w join verbatim v on v.id = w.verbatim_id"
        " join record r on r.id = v.record_id join coder c on c.id = w.coder_id where w.yes = 1 order by w.event_id"
    ):
        found.setdefault((str(key), str(coder)), {})[paths[int(code or 0)]] = None if mood is None else int(mood)
    return found


def reviewed(project: Project) -> set[str]:
    rows = project.rows(
        "select r.key from review_now n join verbatim v on v.id = n.verbatim_id join record r on r.id = v.record_id"
    )
    return {str(row[0]) for row in rows}


def test_codes_by_number_label_and_path_with_sentiment(survey: Project, tmp_path: Path) -> None:
    rows: list[list[object]] = [["r0", "302", -1], ["r1", "异响", ""], ["r2", "空间/空间小", "负面"], ["r3", "", ""]]
    done = label(survey, tmp_path / "l.csv", ["id", "code", "sentiment"], rows)
    assert (done.rows, done.verbatims, done.codes, done.unknown_ids, done.unknown_codes) == (4, 4, 3, 0, {})
    assert said(survey) == {
        ("r0", "Ann"): {"动力/顿挫": -1},
        ("r1", "Ann"): {"动力/异响": None},
        ("r2", "Ann"): {"空间/空间小": -1},
    }
    assert reviewed(survey) == {"r0", "r1", "r2", "r3"}
    assert operations.history(survey)[0].kind == "label-import"
    operations.undo(survey)
    assert (said(survey), reviewed(survey)) == ({}, set())


def test_what_cannot_be_placed_is_named_and_such_rows_are_not_reviewed(survey: Project, tmp_path: Path) -> None:
    rows: list[list[object]] = [["r0", "302|怪码"], ["r1", "怪码"], ["zz", "302"], ["r2", "402"]]
    done = label(survey, tmp_path / "l.csv", ["id", "codes"], rows)
    assert (done.unknown_ids, done.unknown_id_examples, done.unknown_codes) == (1, ("zz",), {"怪码": 2})
    assert said(survey) == {("r0", "Ann"): {"动力/顿挫": None}, ("r2", "Ann"): {"空间/空间小": None}}
    assert reviewed(survey) == {"r2"}


def test_a_name_of_several_codes_is_told_and_not_guessed(survey: Project, tmp_path: Path) -> None:
    frame = frames.the_frame(survey)
    for net in ("动力", "空间"):
        parent = next(one.id for one in frames.head(survey, frame).codes if one.label == net)
        frames.add_code(survey, frame=frame, label="其他", parent=parent)
    done = label(survey, tmp_path / "l.csv", ["id", "code"], [["r0", "其他"], ["r1", "空间/其他"]])
    assert (done.ambiguous_codes, done.unknown_codes) == ({"其他": 1}, {})
    assert said(survey) == {("r1", "Ann"): {"空间/其他": None}}
    assert reviewed(survey) == {"r1"}


def test_nothing_placed_is_an_error_that_changes_nothing(survey: Project, tmp_path: Path) -> None:
    before = len(operations.history(survey))
    with pytest.raises(UserError) as refused:
        label(survey, tmp_path / "l.csv", ["id", "code"], [["x1", "302"], ["x2", "302"]])
    assert refused.value.id == "nothing-placed"
    assert "x1" in refused.value.sentence()
    assert len(operations.history(survey)) == before


def test_partial_takes_only_the_yes(survey: Project, tmp_path: Path) -> None:
    label(survey, tmp_path / "a.csv", ["id", "code"], [["r0", "302"]])
    done = label(survey, tmp_path / "b.csv", ["id", "code"], [["r0", "304"], ["r1", "304"]], partial=True)
    assert done.partial
    assert said(survey)["r0", "Ann"] == {"动力/顿挫": None, "动力/异响": None}
    assert reviewed(survey) == {"r0"}


def test_a_later_whole_import_takes_unlisted_codes_off(survey: Project, tmp_path: Path) -> None:
    label(survey, tmp_path / "a.csv", ["id", "codes"], [["r0", "302|304"]])
    label(survey, tmp_path / "b.csv", ["id", "codes"], [["r0", "304"]])
    assert said(survey) == {("r0", "Ann"): {"动力/异响": None}}


def test_codes_and_their_nets_are_made_where_asked(survey: Project, tmp_path: Path) -> None:
    done = label(
        survey, tmp_path / "l.csv", ["id", "codes"], [["r0", "服务/态度差|302"], ["r1", "服务/等待久|空间/后排挤"]],
        create_codes=True,
    )  # fmt: skip
    assert done.created == ("服务/态度差", "服务/等待久", "空间/后排挤")
    head = frames.head(survey, frames.the_frame(survey))
    nets = [one.full_path for one in head.codes if one.is_net]
    assert nets.count("服务") == 1
    assert nets.count("空间") == 1
    assert set(said(survey)["r1", "Ann"]) == {"服务/等待久", "空间/后排挤"}
    assert reviewed(survey) == {"r0", "r1"}


def test_without_a_frame_one_is_made_of_the_codes(project: Project, tmp_path: Path) -> None:
    import_file(project, write_csv(tmp_path / "a.csv", ["id", "text"], [["r0", "好"]]))
    with pytest.raises(UserError):
        label(project, tmp_path / "l.csv", ["id", "code"], [["r0", "服务/好"]])
    done = label(project, tmp_path / "l.csv", ["id", "code"], [["r0", "服务/好"]], create_codes=True)
    assert done.created == ("服务/好",)
    assert verbatims.questions(project)[0].frame_id == frames.the_frame(project)
    operations.undo(project)
    assert frames.frames(project) == []
    assert verbatims.questions(project)[0].frame_id is None


def test_each_coder_has_a_layer_of_his_own(survey: Project, tmp_path: Path) -> None:
    rows: list[list[object]] = [["r0", "302", "甲"], ["r0", "304", "乙"], ["r1", "304", "甲"]]
    done = label(survey, tmp_path / "l.csv", ["id", "code", "coder"], rows)
    assert done.coders == ("甲", "乙")
    assert said(survey) == {
        ("r0", "甲"): {"动力/顿挫": None}, ("r0", "乙"): {"动力/异响": None}, ("r1", "甲"): {"动力/异响": None},
    }  # fmt: skip
    label(survey, tmp_path / "m.csv", ["id", "code"], [["r2", "402"]], coder="丙")
    assert ("r2", "丙") in said(survey)


@pytest.fixture
def two_questions(project: Project, tmp_path: Path) -> Project:
    rows = [["r0", "顿挫", "没有"], ["r1", "空间大", "异响"]]
    columns = ["Q6 满意的地方", "Q7 不满意的地方"]
    path = write_csv(tmp_path / "a.csv", ["id", *columns], rows)
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: columns})
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    return project


def labelled_questions(project: Project) -> set[tuple[str, str]]:
    rows = project.rows(
        "select r.key, q.name from review_now n join verbatim v on v.id = n.verbatim_id"
        " join question q on q.id = v.question_id join record r on r.id = v.record_id"
    )
    return {(str(row[0]), str(row[1])) for row in rows}


def test_a_question_answers_to_its_first_word(two_questions: Project, tmp_path: Path) -> None:
    label(two_questions, tmp_path / "l.csv", ["id", "question", "code"], [["r0", "Q7", "98"], ["r1", "q6", "402"]])
    assert labelled_questions(two_questions) == {("r0", "Q7 不满意的地方"), ("r1", "Q6 满意的地方")}


def test_labels_without_a_question_are_not_spread_over_all(two_questions: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        label(two_questions, tmp_path / "l.csv", ["id", "code"], [["r0", "302"]])
    assert refused.value.id == "which-question"
    assert labelled_questions(two_questions) == set()
    label(two_questions, tmp_path / "l.csv", ["id", "code"], [["r0", "302"]], question="Q6 满意的地方")
    assert labelled_questions(two_questions) == {("r0", "Q6 满意的地方")}


def test_records_without_an_id_go_by_their_number(project: Project, tmp_path: Path) -> None:
    for name, words in (("a", ["好", "吵"]), ("b", ["小", "大"])):
        path = write_csv(tmp_path / f"{name}.csv", ["text", "n"], [[word, n] for n, word in enumerate(words)])
        import_file(project, path, roles={Role.TEXT: ["text"]})
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    done = label(project, tmp_path / "l.csv", ["id", "code"], [["2", "304"], ["2-1", "402"], ["2-9", "402"]])
    assert (done.verbatims, done.unknown_id_examples) == (2, ("2-9",))
    coded.export(project, tmp_path / "out.jsonl", layer=Layer.HUMAN, layout=Layout.JOINED)
    told = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert '"id":"2","question":"text","text":"吵","codes":"动力/异响"' in told.replace(", ", ",").replace(": ", ":")
    assert '"id":"2-1","question":"text","text":"小"' in told.replace(", ", ",").replace(": ", ":")


def test_rows_of_our_own_export_that_a_model_coded_are_passed_over(survey: Project, tmp_path: Path) -> None:
    columns = ["id", "question", "code", "net", "sentiment", "source"]
    question = "Q7 不满意的地方"
    rows: list[list[object]] = [
        ["r0", question, "动力/顿挫", "动力", -1, "human"],
        ["r1", question, "动力/异响", "动力", "", "model"],
        ["r2", question, "", "", "", "open"],
    ]
    done = label(survey, tmp_path / "l.csv", columns, rows)
    assert (done.rows, done.machine_rows) == (1, 1)
    assert said(survey) == {("r0", "Ann"): {"动力/顿挫": -1}}


def test_withdrawn_answers_cannot_be_labelled(survey: Project, tmp_path: Path) -> None:
    survey.work_as("Bo")
    path = write_csv(tmp_path / "b.csv", ["id", "Q7 不满意的地方"], [["s0", "新"]])
    import_file(survey, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7 不满意的地方"]})
    operations.undo(survey)
    done = label(survey, tmp_path / "l.csv", ["id", "code"], [["s0", "302"], ["r0", "302"]])
    assert (done.verbatims, done.unknown_id_examples) == (1, ("s0",))


def test_wrong_column_names_are_asked_wrongly(survey: Project, tmp_path: Path) -> None:
    from annotate.importing.label_sheets import LabelRoles

    with pytest.raises(AskedWronglyError):
        label(survey, tmp_path / "l.csv", ["id", "code"], [["r0", "302"]], roles=LabelRoles(id="nowhere"))


def test_a_drawn_row_settles_its_identical_answers_in_one_round(project: Project, tmp_path: Path) -> None:
    texts = ["没有", "异响", "没有", "没有", "异响", "空间不大"]
    path = write_csv(tmp_path / "a.csv", ["id", "Q7"], [[f"r{n}", one] for n, one in enumerate(texts)])
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    label(project, tmp_path / "before.csv", ["id", "code"], [["r3", "304"]])
    assert reviewed(project) == {"r3"}  # nothing is drawn: what is listed counts, and nothing else
    asked = verbatims.the_question(project, None).id
    samples.draw_audit(project, question=asked, size=6)
    keys = [row.record_key for row in verbatims.page(project, samples.rows_owed(project))]
    assert len(keys) == 3
    codes = {"没有": "98", "异响": "304", "空间不大": "402"}
    rows: list[list[object]] = [[key, codes[texts[int(key[1:])]]] for key in keys]
    done = label(project, tmp_path / "l.csv", ["id", "code"], rows)
    assert (done.verbatims, done.twins) == (3, 2)
    assert samples.rows_owed(project) == []
    assert samples.owed(project).rows == 0
    assert said(project)[("r3", "Ann")] == {"动力/异响": None}  # decided before: it stays
    assert said(project)[("r2", "Ann")] == said(project)[("r0", "Ann")] != {}
    operations.undo(project)
    assert reviewed(project) == {"r3"}


def test_of_identical_rows_that_are_both_listed_each_keeps_its_own_codes(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "Q7"], [["a", "响"], ["b", "响"], ["c", "响"]])
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})
    import_frame(project, tables.frame(tmp_path / "码框.csv"))
    samples.draw_audit(project, question=verbatims.the_question(project, None).id, size=3)
    done = label(project, tmp_path / "l.csv", ["id", "code"], [["b", "402"], ["a", "304"]])
    told = {key: list(codes) for (key, _), codes in said(project).items()}
    assert (done.twins, told) == (1, {"a": ["动力/异响"], "b": ["空间/空间小"], "c": ["动力/异响"]})
