"""Reports from the command line: a specification, a view, the basket, an issue, a password out of the history."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from tables import write_csv

import main
from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    rows: list[list[object]] = [
        [
            f"r{n}",
            ("2026-05", "2026-06")[n % 2],
            ("East", "West")[n % 3 > 0],
            f"Answer number {n} says it jerks, 13812345678",
        ]
        for n in range(80)
    ]
    roles = {Role.ID: ["id"], Role.WAVE: ["wave"], Role.SEGMENT: ["region"], Role.TEXT: ["Q7"]}
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        import_file(project, write_csv(folder / "a.csv", ["id", "wave", "region", "Q7"], rows), roles=roles)
        frame = frames.create_frame(project, name="Car")
        jerk = frames.add_code(project, frame=frame, label="Jerks", number="301")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids, code=jerk, sentiment=-1, expand=False)
        coding.confirm(project, verbatims=ids)
    return folder / "p.tingdong"


def run(
    *words: object, code: int = 0, env: dict[str, str] | None = None, entered: str | None = None
) -> dict[str, object]:
    answer = CliRunner().invoke(main.commands, [*map(str, words), "--json"], env=env, input=entered)
    assert answer.exit_code == code, answer.output
    told = json.loads(answer.stdout.splitlines()[-1])
    assert isinstance(told, dict)
    return told


def test_from_specification_to_issue(path: Path, tmp_path: Path) -> None:
    run("spec", "save", path, "Q2", "--lang", "en", "--title", "Second quarter", "--format", "16:9")
    run("spec", "save", path, "East", "--master", "Q2", "--filter", "region=East")
    assert [one["name"] for one in run("spec", "list", path)["specs"]] == ["Q2", "East"]  # type: ignore[attr-defined]
    shown = run("spec", "show", path, "East")["spec"]
    assert isinstance(shown, dict)
    assert (shown["title"], shown["filter"], shown["page"]) == ("Second quarter", ["region=East"], "16:9")
    run("spec", "export", path, "Q2", tmp_path / "q2.json")
    run("report", path, tmp_path / "east.pdf", "--spec", "East")
    told = run("report", path, tmp_path / "file.pdf", "--spec", tmp_path / "q2.json", "--wave", "2026-06")
    assert int(str(told["masked"])) > 0
    with pikepdf.open(tmp_path / "east.pdf") as pdf:
        box = [float(one) for one in pdf.pages[0].mediabox]
        assert box[2] / box[3] == pytest.approx(16 / 9)
        assert str(pdf.docinfo["/Title"]) == "Second quarter"
    run("issue", "add", path, "May", "--wave", "2026-05", "--spec", "Q2")
    run("report", path, tmp_path / "one.pdf", "--issued", "May")
    run("report", path, tmp_path / "two.pdf", "--issued", "May")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert [one["name"] for one in run("issue", "list", path)["issued"]] == ["May"]  # type: ignore[attr-defined]
    assert run("issue", "show", path, "May")["titles"]
    assert run("issue", "withdraw", path, "May")["name"] == "May"
    assert run("spec", "remove", path, "East")["name"] == "East"


def test_what_is_kept_for_later_names_periods_that_there_are(path: Path) -> None:
    before = run("basket", "list", path)["items"], run("spec", "list", path)["specs"]
    for words in (("basket", "add", path, "codes"), ("spec", "save", path, "later")):
        for option in ("--wave", "--compare"):
            assert run(*words, option, "2031-01", code=2)["error"] == "no-period"
    assert (run("basket", "list", path)["items"], run("spec", "list", path)["specs"]) == before
    run("spec", "save", path, "later", "--wave", "2026-06", "--compare", "2026-05")
    run("spec", "remove", path, "later")


def test_basket_quotations_and_releases(path: Path, tmp_path: Path) -> None:
    run("basket", "add", path, "codes", "--question", "Q7", "--filter", "region=East")
    run("basket", "page", path, "Our advice", "--text", "Now.")
    run("quote", "set", path, "basket", "#r3", "301")
    run("quote", "set", path, "pin", "r5", "Jerks", "--question", "Q7")
    run("basket", "move", path, 3, 1)
    kinds = [one["kind"] for one in run("basket", "list", path)["items"]]  # type: ignore[attr-defined]
    assert kinds == ["quote", "chart", "page"]
    assert len(run("quote", "list", path)["quotes"]) == 1  # type: ignore[arg-type]
    places = run("release", "list", path, "--basket")["places"]
    assert isinstance(places, list)
    where = f"{places[0]['reference'].removeprefix('#')}:{places[0]['start']}-{places[0]['stop']}"
    assert where.startswith("r")
    assert run("release", "set", path, where, "--release", code=2)["error"] == "release-without-reason"
    run("release", "set", path, where, "--release", "--reason", "our own hotline")
    told = run("report", path, tmp_path / "basket.pdf", "--basket", "--lang", "en")
    assert (told["masked"], told["released"]) == (0, 1)
    run("release", "set", path, where, "--mask")
    run("basket", "page", path, "Whom to ask", "--text", "Call 13812345678.")
    page = run("release", "list", path, "--basket")["places"][-1]  # type: ignore[index]
    where = f"{page['reference']}:{page['start']}-{page['stop']}"
    assert where.startswith("basket:4:")
    run("release", "set", path, where, "--release", "--reason", "our own line")
    assert run("report", path, tmp_path / "basket.pdf", "--basket", "--lang", "en")["released"] == 1
    run("basket", "remove", path, 4)
    run("basket", "remove", path, 1)
    assert run("quote", "set", path, "pin", "r999", "301", code=2)["error"] == "no-such-answer"
    assert run("release", "set", path, "x", code=2)["error"]


def test_the_password_comes_from_the_prompt_or_the_environment(path: Path, tmp_path: Path) -> None:
    run("report", path, tmp_path / "a.pdf", "--lang", "en", env={"TINGDONG_REPORT_PASSWORD": "secret words"})
    answer = CliRunner().invoke(
        main.commands,
        ["report", str(path), str(tmp_path / "b.pdf"), "--lang", "en", "--password"],
        input="secret words\nsecret words\n",
    )
    assert answer.exit_code == 0, answer.output
    assert "secret words" not in answer.output
    for name in ("a.pdf", "b.pdf"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(tmp_path / name)
        with pikepdf.open(tmp_path / name, password="secret words") as pdf:
            assert pdf.encryption.R == 6


def test_workbook_theme_and_pictures(path: Path, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"strong": "#102030"}', encoding="utf-8")
    told = run("report", path, tmp_path / "r.xlsx", "--pictures", tmp_path / "charts", "--theme", tmp_path / "t.json")
    assert int(str(told["sheets"])) > 3
    assert len(list((tmp_path / "charts").iterdir())) == told["pictures"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("report", "r.docx"), "report-format-unknown"),
        (("report", "r.xlsx", "--password", "secret words"), "report-format-unknown"),
        (("report", "r.pdf", "--password", "abc"), "report-password-length"),
        (("report", "r.pdf", "--spec", "none"), "no-such-spec"),
        (("report", "r.pdf", "--issued", "none"), "no-such-issue"),
        (("report", "r.pdf", "--theme", "none.json"), "theme-unreadable"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(path: Path, tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    command, file, *rest = words
    assert run(command, path, tmp_path / file, *rest, code=2)["error"] == error
    assert list(tmp_path.iterdir()) == []
