"""How every command behaves: streams, exit codes, examples, and progress that keeps quiet at first."""

from __future__ import annotations

import io
import json
import sys
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

import annotate.commands
import main
from annotate import cli
from annotate.cli import StderrProgress, show, verb
from annotate.errors import AskedWronglyError, UserError

FAULTS: dict[str, BaseException] = {
    "user": UserError("some-id", "It did not work.", name="x"),
    "wrongly": AskedWronglyError("asked", "Not so."),
    "stop": KeyboardInterrupt(),
    "bug": ZeroDivisionError(),
    "pipe": BrokenPipeError(),
}


@click.command()
@click.argument("what")
@verb("main.py try ok")
def attempt(what: str) -> None:
    """Try something."""
    if what in FAULTS:
        raise FAULTS[what]
    show({"名": what, "n": 1}, ["one line", "two lines"])


def test_results_for_people_and_for_programs() -> None:
    assert CliRunner().invoke(attempt, ["ok"]).stdout == "one line\ntwo lines\n"
    result = CliRunner().invoke(attempt, ["车", "--json"])
    assert json.loads(result.stdout) == {"名": "车", "n": 1}
    assert "车" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(("what", "code"), [("user", 1), ("wrongly", 2), ("stop", 1)])
def test_faults_have_a_sentence_on_stderr_and_a_code(what: str, code: int) -> None:
    plain = CliRunner().invoke(attempt, [what])
    assert (plain.exit_code, plain.stdout) == (code, "")
    assert plain.stderr.endswith(".\n")
    machine = CliRunner().invoke(attempt, [what, "--json"])
    assert (machine.exit_code, machine.stderr) == (code, plain.stderr)
    if what == "user":
        assert json.loads(machine.stdout) == {"error": "some-id", "message": "It did not work.", "name": "x"}


def test_a_bug_is_not_dressed_up_as_a_user_error() -> None:
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(attempt, ["bug"], catch_exceptions=False)


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every command below a group."""
    found: list[tuple[str, ...]] = []
    for name in group.list_commands(click.Context(group)):
        one = group.get_command(click.Context(group), name)
        found += commands(one, (*before, name)) if isinstance(one, click.Group) else [(*before, name)]
    return found


@pytest.mark.parametrize("path", [path for path in commands(main.commands) if path != ("window",)], ids=" ".join)
def test_every_command_has_json_help_and_an_example_of_itself(path: tuple[str, ...]) -> None:
    told = CliRunner().invoke(main.commands, [*path, "--help"])
    assert told.exit_code == 0
    assert "--json" in told.stdout
    assert "Example:\n" in told.stdout
    assert f"main.py {' '.join(path)}" in told.stdout


def test_the_group_of_this_package_is_part_of_the_program() -> None:
    assert set(commands(annotate.commands.group)) <= set(commands(main.commands))


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(cli.time, "monotonic", lambda: now[0])
    return now


def test_progress_says_nothing_of_short_work_and_little_of_long(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    tell = StderrProgress()
    tell(1, 100)
    assert stream.getvalue() == ""
    for clock[0] in (100.5, 101.0, 103.0, 105.6, 106.0):
        tell(25, 100, "Importing")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert all("25 %" in line for line in lines)
    assert "17 s" in lines[1]
    clock[0] = 111.0
    tell(1234, None, "Importing")
    assert stream.getvalue().splitlines()[2].endswith("1,234")


def test_progress_in_a_terminal_stays_on_one_line(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    tell = StderrProgress()
    for clock[0] in (100.5, 100.7, 100.9):
        tell(1, 2, "Importing")
    assert stream.getvalue().count("50 %") == 3
    assert "\n" not in stream.getvalue()


def test_nobody_reading_any_more_is_no_fault() -> None:
    ran = CliRunner().invoke(attempt, ["pipe"])
    assert (ran.exit_code, ran.output) == (0, "")


def test_a_stop_before_a_command_runs_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_groups", stopped)
    ran = CliRunner().invoke(main.commands, ["standing", "p.tingdong", "--json"])
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["error"] == "stopped"
    assert "Stopped." in ran.stderr
    assert "Traceback" not in ran.stderr
