"""--help speaks both languages, for every command, within the width of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

import main
from annotate import cli, messages


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = messages.current()
    messages.use(request.param)
    yield request.param
    messages.use(before)


def commands() -> Iterator[tuple[str, click.Command]]:
    top = click.Context(main.commands, info_name="main.py")
    for name in main.commands.list_commands(top):
        command = main.commands.get_command(top, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for below, one in command.commands.items():
                yield f"{name} {below}", one


def shown(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, terminal_width=80, max_content_width=80)
    formatter = cli.WideText(width=78)
    command.format_help(context, formatter)
    return formatter.getvalue()


def test_every_command_and_option_says_what_it_does_in_the_language_in_use(language: str) -> None:
    for name, command in commands():
        said = [command.help or "", *(one.help or "" for one in command.params if isinstance(one, click.Option))]
        for text in said:
            head = text.partition("\n\n\b\n")[0]
            assert head, (name, said)
            chinese = len(re.findall("[\u4e00-\u9fff]", head))
            assert chinese > 1 if language == "zh_CN" else chinese < len(head) / 4, head


def test_help_keeps_to_the_width_of_a_terminal_and_to_every_word(language: str) -> None:
    for name, command in commands():
        text = shown(name, command)
        assert not [
            line for line in text.splitlines() if cli.columns(line) > 80 and "main.py" not in line and " --" not in line
        ], name
        squeezed = re.sub(r"\s", "", text)
        for option in command.params:
            if isinstance(option, click.Option) and option.help:
                assert re.sub(r"\s", "", option.help) in squeezed, (name, option.name)


def test_chinese_lines_break_between_characters_and_never_before_a_full_stop() -> None:
    text = "把编码后的数据写成表，每行一条原话。ABC def，完。"
    for width in range(6, 40):
        lines = cli.wrapped(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not [line for line in lines if line[0] in "，。"]
        assert all(cli.columns(line) <= width + 2 for line in lines)
