"""How every command behaves: results on stdout, progress and errors on stderr, exit 0, 1 (could not) or 2."""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec, Protocol, TypeVar
from unicodedata import east_asian_width

import click

from annotate import messages, passphrases
from annotate.errors import AskedWronglyError, UserError
from annotate.jobs import Progress
from annotate.messages import N_, _, current

P = ParamSpec("P")
R = TypeVar("R")

PROJECT = click.argument("project", type=click.Path(path_type=Path))
CODER = click.option("--coder", metavar="NAME", help="Whose work this is; else the last coder of the project.")
FRAME = click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
PASSPHRASE = click.option(
    "--passphrase-env",
    metavar="NAME",
    help="Environment variable that holds the project's passphrase; in a terminal it is asked for without this.",
)
SHOW_AFTER = 0.4
EVERY_LINE = 5.0


class StderrProgress:
    """Shows long work on stderr: after 0.4 s, redrawn in a terminal, a line every 5 s elsewhere."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = self._start + SHOW_AFTER - EVERY_LINE
        self._what = _("Working")

    def __call__(self, done: int, total: int | None, what: str = "") -> None:
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if now - self._start < SHOW_AFTER or now - self._last < (0.1 if terminal else EVERY_LINE):
            return
        self._last = now
        self._what = _(what) or self._what
        share = f"{min(100, 100 * done // total):3d} %" if total else f"{done:,}" if done else ""
        seconds = now - self._start
        rest = f", {seconds * (total - done) / done:.0f} s" if total and 0 < done <= total else ""
        click.echo(f"{self._what} {share}{rest}".rstrip(), err=True, nl=not terminal)
        if terminal:
            click.echo("\r", err=True, nl=False)


def progress() -> Progress:
    """Return the progress display of one command."""
    return StderrProgress()


def show(result: dict[str, object], lines: list[str]) -> None:
    """Print a result: as one JSON object with --json, else as lines for people."""
    if click.get_current_context().params.get("as_json"):
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    for line in lines:
        click.echo(line)


class HasGroup(Protocol):
    """A module of commands."""

    group: click.Group


def gather(*modules: HasGroup) -> click.Group:
    """Return one group with the commands of all modules, in their order."""
    whole = click.Group()
    for module in modules:
        for command in module.group.commands.values():
            whole.add_command(command)
    return whole


EXAMPLE = "\n\n\b\nExample:\n  "


def in_language(command: click.Command) -> click.Command:
    """Return a command whose help speaks the language in use; nothing else about it differs."""
    said = copy.copy(command)
    head, example, line = (command.help or "").partition(EXAMPLE)
    said.help = _(head) + example.replace("Example:", _("Example:")) + line
    # Click cuts a summary at blanks, of which Chinese has none.
    said.short_help = _(head).partition("\n\n")[0].rstrip(".。") + ("。" if current() == "zh_CN" else ".")
    said.params = [_option(one) for one in command.params]
    if isinstance(said, click.Group):
        said.commands = {name: in_language(one) for name, one in said.commands.items()}
    return said


def _option(param: click.Parameter) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    said = copy.copy(param)
    said.help = _(param.help)
    return said


class WideText(click.HelpFormatter):
    """Help that counts a Chinese character as the two columns it takes."""

    def write_text(self, text: str) -> None:
        for place, paragraph in enumerate(text.split("\n\n")):
            if place:
                self.write_paragraph()
            if paragraph.lstrip().startswith("\b"):
                lines = paragraph.split("\n")[1:]
            else:
                lines = wrapped(" ".join(paragraph.split()), self.width - self.current_indent)
            for line in lines:
                self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((columns(term) for term, _told in rows), default=0), col_max) + col_spacing
        for term, told in rows:
            lead = f"{'':>{self.current_indent}}{term}"
            lines = wrapped(told, max(self.width - self.current_indent - first, 10))
            if columns(term) > first - col_spacing and lines:
                self.write(f"{lead}\n")
                lead = " " * self.current_indent
            for line in lines or [""]:
                self.write(f"{lead}{' ' * (self.current_indent + first - columns(lead))}{line}".rstrip() + "\n")
                lead = ""


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


_CLOSING = "[，。、；：？！”）]*"
_PIECES = re.compile(rf"[（“]*[\u2e80-\u9fff\uff00-\uffef]{_CLOSING}|[^\s\u2e80-\u9fff\uff00-\uffef]+{_CLOSING}|\s+")


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, broken at blanks and between Chinese characters."""
    lines, line = [], ""
    for part in _PIECES.findall(text):
        if line and columns(line + part) > width and not part.isspace():
            lines.append(line.rstrip())
            line = ""
        if line or not part.isspace():
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


class Commands(click.Group):
    """Commands whose --json holds for a mistyped command line too: one JSON object on stdout, exit 2."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what all this is in the language in use."""
        in_language(click.Command(None, help=self.help)).format_help_text(ctx, formatter)

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: object
    ) -> NoReturn:
        words = list(sys.argv[1:] if args is None else args)
        click.Context.formatter_class = WideText
        messages.lend_to_libraries()
        try:
            code = super().main(words, prog_name, standalone_mode=False)
        except click.ClickException as error:
            if "--json" in words:
                click.echo(json.dumps({"error": "usage", "message": error.format_message()}, ensure_ascii=False))
            error.show()
            raise SystemExit(error.exit_code) from None
        except (click.Abort, KeyboardInterrupt):
            if "--json" in words:
                click.echo(json.dumps({"error": "stopped", "message": _("Stopped.")}, ensure_ascii=False))
            click.echo(_("Stopped."), err=True)
            raise SystemExit(1) from None
        raise SystemExit(code if isinstance(code, int) else 0)


def _let_go_of_output() -> NoReturn:
    """Leave quietly where nobody reads any more (``… | head``)."""
    with contextlib.suppress(OSError):  # else what is left is flushed at the end of the program, with a complaint
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)


def _refused(error: OSError) -> UserError:
    return UserError(
        "system-refused",
        N_("This could not be done."),
        N_("The system says: {reason}."),
        N_("Check the file, its folder, their permissions and the free space, and try again."),
        reason=f"{error.strerror or error}: {Path(str(error.filename)).name}" if error.filename else str(error),
    )


def _passphrase(name: str | None) -> passphrases.Source:
    """Return where this command takes a passphrase from: the environment variable named, else the person."""
    known: dict[Path, str] = {}

    def ask(path: Path) -> str | None:
        if name is not None:
            return passphrases.from_environment(name)
        if path not in known and sys.stdin.isatty():
            known[path] = passphrase_of(path) or ""
        return known.get(path)

    return ask


def passphrase_of(path: Path) -> str | None:
    """Ask for the passphrase of a file that no environment variable opens; None where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return str(click.prompt(_("Passphrase of {name}").format(name=path.name), hide_input=True, err=True))


def new_passphrase(*, wanted: bool) -> str | None:
    """Return the passphrase of a new project: from where the command takes it, asked twice, or none where not wanted.

    Raises AskedWronglyError (no-passphrase, short-passphrase).
    """
    name = click.get_current_context().params.get("passphrase_env")
    if name is None and not wanted:
        return None
    click.echo(_(passphrases.LOST), err=True)
    given = passphrases.from_environment(name) if name is not None else ""
    if name is None:
        given = click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=_("Once more"), err=True)
    return passphrases.require_long(given)


def verb(example: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Give a command --json, its example in --help, and our way with errors."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        opens = bool({"project", "backup_file"} & inspect.signature(function).parameters.keys())

        @click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            as_json = kwargs.pop("as_json", False)
            name = kwargs.pop("passphrase_env", None)
            try:
                try:
                    with passphrases.taken_from(_passphrase(str(name) if name else None)):
                        return function(*args, **kwargs)
                except BrokenPipeError:
                    _let_go_of_output()
                except OSError as error:
                    raise _refused(error) from error
            except UserError as error:
                if as_json:
                    click.echo(json.dumps(error.as_dict(), ensure_ascii=False))
                click.echo(error.sentence(), err=True)
                raise SystemExit(2 if isinstance(error, AskedWronglyError) else 1) from error
            except KeyboardInterrupt:
                if as_json:
                    click.echo(json.dumps({"error": "stopped", "message": _("Stopped.")}, ensure_ascii=False))
                click.echo(_("Stopped. What was saved stays; the same command goes on from there."), err=True)
                raise SystemExit(1) from None

        called.__doc__ = f"{inspect.getdoc(function)}{EXAMPLE}{example}"
        return PASSPHRASE(called) if opens else called

    return wrap
