"""How every command behaves: results on stdout, progress and errors on stderr, exit 0, 1 (could not) or 2."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec, Protocol, TypeVar

import click

from annotate.errors import AskedWronglyError, UserError
from annotate.jobs import Progress
from annotate.messages import N_, _

P = ParamSpec("P")
R = TypeVar("R")

PROJECT = click.argument("project", type=click.Path(path_type=Path))
CODER = click.option("--coder", metavar="NAME", help="Whose work this is; else the last coder of the project.")
FRAME = click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
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
        share = f"{100 * done // total:3d} %" if total else f"{done:,}"
        seconds = now - self._start
        rest = f", {seconds * (total - done) / done:.0f} s" if total and 0 < done <= total else ""
        click.echo(f"{self._what} {share}{rest}", err=True, nl=not terminal)
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


class Commands(click.Group):
    """Commands whose --json holds for a mistyped command line too: one JSON object on stdout, exit 2."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: object
    ) -> NoReturn:
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(words, prog_name, standalone_mode=False)
        except click.ClickException as error:
            if "--json" in words:
                click.echo(json.dumps({"error": "usage", "message": error.format_message()}, ensure_ascii=False))
            error.show()
            raise SystemExit(error.exit_code) from None
        except click.Abort:
            raise SystemExit(1) from None
        raise SystemExit(code if isinstance(code, int) else 0)


def _refused(error: OSError) -> UserError:
    return UserError(
        "system-refused",
        N_("This could not be done."),
        N_("The system says: {reason}."),
        N_("Check the file, its folder, their permissions and the free space, and try again."),
        reason=f"{error.strerror or error}: {Path(str(error.filename)).name}" if error.filename else str(error),
    )


def verb(example: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Give a command --json, its example in --help, and our way with errors."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @click.option("--json", "as_json", is_flag=True, help=_("Print the result as one JSON object."))
        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            as_json = kwargs.pop("as_json", False)
            try:
                try:
                    return function(*args, **kwargs)
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

        called.__doc__ = f"{function.__doc__}\n\n\b\nExample:\n  {example}"
        return called

    return wrap
