"""What the documents say of commands, options, columns, tables, dependencies and files is what there is."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

import main
from annotate import messages
from annotate.exchange import coded
from annotate.importing.load import import_file
from annotate.store import schema
from annotate.store.project import Project

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
GUIDES = ("docs/guide/en", "docs/guide/zh")
"""One page a task; a folder reads as its pages one after another."""
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resources").rglob("*.md"))
)
OPENS_A_WINDOW = "window"
"""The one command without a result to print."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let the program speak the language of README.md."""
    before = messages.current()
    messages.use("en")
    yield
    messages.use(before)


def read(name: str) -> str:
    place = ROOT / name
    if place.is_dir():
        return "\n".join(page.read_text(encoding="utf-8") for page in sorted(place.glob("*.md")))
    return place.read_text(encoding="utf-8")


def commands(group: click.Group = main.commands, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its words: ``frame import``."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands())


def lines_of(page: str) -> list[list[str]]:
    """Return the arguments of every ``main.py …`` line and inline code of a page."""
    found = []
    for line in read(page).splitlines():
        inline = re.findall(r"`(?:uv run |python )?main\.py([^`]*)`", line)
        whole = re.match(r"\s*(?:uv run |python )?main\.py( .*|$)", line)
        found += [shlex.split(one, comments=True) for one in ([whole[1]] if whole else inline)]
    return found


def split(arguments: list[str]) -> tuple[str, list[str]]:
    """Return the command's words and what follows them."""
    for count in (2, 1):
        if " ".join(arguments[:count]) in COMMANDS:
            return " ".join(arguments[:count]), arguments[count:]
    return "", arguments


def named_in(page: str) -> list[str]:
    return [split(arguments)[0] for arguments in lines_of(page)]


@pytest.mark.parametrize("page", READMES)
def test_every_command_is_in_the_readme(page: str) -> None:
    assert set(COMMANDS) <= set(named_in(page))


def test_the_readmes_show_the_same_commands_in_the_same_order() -> None:
    assert named_in(READMES[0]) == named_in(READMES[1])


def steps_of(page: str) -> list[tuple[str, list[str]]]:
    """Return the indented commands of a page, each with the lines that it is said to print (… stands for anything)."""
    steps: list[tuple[str, list[str]]] = []
    for line in read(page).splitlines():
        if line.startswith("    → "):
            steps[-1][1].append(line.removeprefix("    → "))
        elif line.startswith(("    main.py ", "    mkdir ")):
            steps.append((line.strip(), []))
    return steps


def pattern_of(message: str) -> str:
    """Return what a message looks like when it is filled in."""
    parts = Formatter().parse(message)
    return "".join(re.escape(text) + (".+" if name is not None else "") for text, name, *_ in parts)


def test_both_readmes_promise_the_same_output() -> None:
    with (ROOT / "resources/translations/zh_CN/LC_MESSAGES/tingdong.po").open("rb") as file:
        said_in = [(str(one.id), str(one.string)) for one in read_po(file) if one.id and one.string]
    english, chinese = (steps_of(page) for page in READMES)
    for (line, promised), (_, translated) in zip(english, chinese, strict=True):
        for told, said in zip(promised, translated, strict=True):
            # A message that is hardly more than its values would fit anything.
            fits = [zh for en, zh in said_in if len(pattern_of(en)) > 10 and re.fullmatch(pattern_of(en), told)]
            assert told == said or any(re.fullmatch(pattern_of(zh), said) for zh in fits), f"{line}: {said}"


def test_the_steps_of_the_readme_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "resources" / "sample", tmp_path / "resources" / "sample")
    monkeypatch.chdir(tmp_path)
    steps = steps_of(READMES[0])
    assert len(steps) > 15
    for line, promised in steps:
        program, *arguments = shlex.split(line)
        if program == "mkdir":
            Path(arguments[0]).mkdir()
            continue
        if arguments[0] == "restore":
            arguments[1] = str(next(Path("backups").glob("*.tingdong-backup")))
        if arguments[0] == "merge":
            shutil.copy(arguments[1], arguments[2])
        answer = CliRunner().invoke(main.commands, arguments, catch_exceptions=False)
        assert answer.exit_code == 0, f"{line}: {answer.output}"
        for one in promised:
            pattern = ".*".join(map(re.escape, one.split("…")))
            assert re.search(f"^{pattern}$", answer.stdout, re.MULTILINE), f"{line}: {one!r} not in {answer.stdout}"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_that_works_and_json(name: str) -> None:
    answer = CliRunner().invoke(main.commands, [*name.split(), "--help"])
    assert answer.exit_code == 0
    example = re.search(r"Example:\n +main\.py (.+)", answer.output)
    if name == OPENS_A_WINDOW:
        return
    assert example is not None
    assert split(shlex.split(example[1]))[0] == name
    check(shlex.split(example[1]))
    assert "--json" in answer.output


def check(arguments: list[str]) -> None:
    """Let click judge the arguments without running anything."""
    name, rest = split(arguments)
    if not name:
        assert not [one for one in rest if not one.startswith("-")], f"no such command: {arguments}"
        assert set(rest) <= {"--help"}
        return
    if "--help" not in rest:
        COMMANDS[name].make_context(name, list(rest))


@pytest.mark.parametrize("page", (*READMES, *GUIDES))
def test_every_command_line_in_the_documents_is_understood(page: str) -> None:
    lines = lines_of(page)
    assert len(lines) > 10
    for arguments in lines:
        try:
            check(arguments)
        except click.UsageError as error:
            pytest.fail(f"{page}: main.py {shlex.join(arguments)}: {error.format_message()}")


def test_a_wrong_line_would_be_seen() -> None:
    with pytest.raises(click.UsageError):
        check(["export", "car.tingdong", "x.csv", "--layer", "humans"])
    with pytest.raises(click.UsageError):
        check(["undo"])
    with pytest.raises(AssertionError):
        check(["frobnicate", "car.tingdong"])


@pytest.mark.parametrize("page", GUIDES)
def test_every_option_is_in_the_guide(page: str) -> None:
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", read(page)))
    for name, command in COMMANDS.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                missing = set(parameter.opts) - told
                assert not missing, f"{name}: {missing} not in {page}"


def test_both_guides_have_the_same_pages_and_list_them() -> None:
    english, chinese = ({page.name for page in (ROOT / folder).glob("*.md")} for folder in GUIDES)
    assert english == chinese
    for folder in GUIDES:
        listed = re.findall(r"\]\((\w[\w-]*\.md)\)", read(f"{folder}/index.md"))
        assert sorted(listed) == sorted(english - {"index.md"})


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        place, _, _ = target.partition("#")
        assert not place or (ROOT / page).parent.joinpath(place).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", READMES)
def test_the_columns_of_the_long_export_are_those_in_the_readme(page: str) -> None:
    table = read(page).split("export --layout long", 1)[1].split("\n\n")[1]
    told = [name for line in table.splitlines() for name in re.findall(r"`([a-z_]+)`", line.split("|")[1])]
    assert told == coded._columns(coded.Layer.MODEL, coded.Layout.LONG, [])
    assert told[:6] == coded._columns(coded.Layer.FINAL, coded.Layout.LONG, [])


@pytest.mark.parametrize("page", READMES)
def test_the_answer_of_import_is_as_in_the_readme(page: str, tmp_path: Path) -> None:
    path, answers = tmp_path / "car.tingdong", tmp_path / "answers.csv"
    answers.write_text("id,text\n1,还不错\n2,太吵了\n", encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main.commands, ["new", str(path)]).exit_code == 0
    answer = runner.invoke(main.commands, ["import", str(path), str(answers), "--json"])
    assert answer.exit_code == 0
    told = read(page).split("`import --json`", 1)[1].split("accepted + rejected", 1)[0]
    keys = re.findall(r'"(\w+)": ', answer.stdout.split('"roles": {')[0] + answer.stdout.split("}", 1)[1])
    assert set(re.findall(r"`(\w+)`", told)) == {*keys, "roles"}


@pytest.mark.parametrize("page", READMES)
def test_the_roles_of_import_are_those_in_the_readme(page: str) -> None:
    told = set(re.findall(r"--[a-z-]+", read(page).split("`--id --respondent", 1)[1].split("`", 1)[0]))
    options = {
        one.opts[0] for one in COMMANDS["import"].params if isinstance(one, click.Option) and one.metavar == "COL"
    }
    assert told | {"--id", "--respondent"} == options


def test_every_table_is_described_and_every_query_runs(tmp_path: Path) -> None:
    page = read("docs/file-format.md")
    made = set(re.findall(r"create table (\w+)", "\n".join(schema.script())))
    told = {
        name
        for line in page.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert told == made
    queries = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    assert queries
    with Project.create(tmp_path / "car.tingdong") as project:
        import_file(project, ROOT / "resources" / "sample" / "survey.csv")
        for query in queries:
            project.rows(query.strip().rstrip(";"))
        assert sum(int(row[1] or 0) for row in project.rows(queries[0].strip().rstrip(";"))) > 2_000
        assert ("洞庭路店",) in [row[:1] for row in project.rows(queries[-1].strip().rstrip(";"))]


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    groups = [project["project"]["dependencies"], project["dependency-groups"]["dev"]]
    groups += project["project"].get("optional-dependencies", {}).values()
    wanted = [one for group in groups for one in group]
    names = {re.split(r"[<>=!~;\[ ]", one)[0].lower() for one in wanted}
    told = {name.lower() for name in re.findall(r"^\| ([A-Za-z][\w-]*) \|", read("docs/dependencies.md"), re.MULTILINE)}
    assert told - {"package"} == names


def test_every_shipped_file_of_others_is_named() -> None:
    told = read("THIRD_PARTY.md")
    for folder in ("fonts", "lexicons"):
        for path in (ROOT / "resources" / folder).rglob("*"):
            if path.is_file():
                assert f"`{path.relative_to(ROOT).as_posix()}`" in told, path.name
    for path in (ROOT / "resources").iterdir():
        if path.is_dir() and path.name not in ("fonts", "lexicons", "__pycache__"):
            assert f"`resources/{path.name}`" in told, path.name


def test_the_documents_name_no_place_of_one_machine() -> None:
    for page in PAGES:
        assert not re.search(r"/(?:home|work|tmp|root|Users)/|https?://", read(page)), page
