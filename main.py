"""Start here: no argument opens the window, anything else is a command."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn


def _stopped_early(_signal: int, _frame: object) -> NoReturn:
    print("Stopped. 已停止。", file=sys.stderr)  # no language is chosen yet
    raise SystemExit(130)


if __name__ == "__main__":  # until main() runs Ctrl+C would print where the imports were
    signal.signal(signal.SIGINT, _stopped_early)

import itertools  # noqa: E402
import os  # noqa: E402
from pathlib import Path  # noqa: E402

import click  # noqa: E402

from annotate import cli, messages  # noqa: E402
from annotate.cli import progress, show, verb  # noqa: E402


class Commands(cli.Commands):
    """The commands of all packages under one roof."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for group in _groups() for name in group.list_commands(ctx)] + ["demo", "window"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = {"demo": demo, "window": window}.get(cmd_name)
        made = own or next((found for group in _groups() if (found := group.get_command(ctx, cmd_name))), None)
        return made and cli.in_language(made)


def _groups() -> list[click.Group]:
    import annotate.commands
    import reports.commands
    import training.commands

    return [annotate.commands.group, training.commands.group, reports.commands.group]


def _open_window(project: Path | None) -> NoReturn:
    from ui.app import run

    raise SystemExit(run(project))


@click.command()
@click.argument("project", required=False, type=click.Path(path_type=Path))
def window(project: Path | None) -> None:
    """Open the window, with a project if one is named."""
    _open_window(project)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo"), help="Where the files go.")
@click.option("--window/--no-window", default=None, help="Open the window afterwards; by default where there is one.")
@verb("main.py demo")
def demo(folder: Path, window: bool | None) -> None:
    """Make a project from the shipped sample: import, frame, labels, train, code, audit, report and export."""
    import resources
    from annotate import samples
    from annotate.exchange.coded import export
    from annotate.importing import frame_load, label_load, load
    from annotate.store.project import Project
    from reports.definitions.verbs import import_sheet
    from reports.document import write_report
    from reports.gather import gather
    from reports.spec import ReportSpec
    from training import session
    from training.coding import run as coding_run

    folder.mkdir(parents=True, exist_ok=True)
    path = next(
        p for n in itertools.count(1) if not (p := folder / f"demo{f'-{n}' if n > 1 else ''}.tingdong").exists()
    )
    with Project.create(path, coder="demo") as project:
        imported = load.import_file(project, resources.path("sample", "survey.csv"), progress=progress())
        frame_load.import_frame(project, resources.path("sample", "frame.csv"))
        label_load.import_labels(project, resources.path("sample", "labels.csv"))
        trained = session.train(project, progress=progress())
        coded = coding_run.code(project, progress=progress())
        for (question,) in project.rows("select id from question"):
            samples.draw_audit(project, question=int(question or 0), size=300)  # whose codes audit.csv holds
        label_load.import_labels(project, resources.path("sample", "audit.csv"))
        import_sheet(project, resources.path("sample", "definitions.csv"))
        language = "zh" if messages.current().startswith("zh") else "en"
        spec = ReportSpec(title=messages._("The owners' voice (invented sample)"), language=language)
        manuscript = gather(project, spec, progress=progress())
        write_report(manuscript, folder / "report.pdf", progress=progress())
        export(project, folder / "coded.xlsx")
    micro = trained.scores.codes.micro_f1.value
    show(
        {"project": str(path), "verbatims": imported.verbatims, "micro_f1": micro, "answers": coded.answers},
        [messages._("{folder} holds the project, report.pdf and coded.xlsx.").format(folder=folder)],
    )
    if window if window is not None else any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "WINDIR")):
        _open_window(path)


commands = Commands(name="main.py", help="Tingdong 听懂: hear, code, understand and improve from customers' own words.")


def main() -> None:
    """Run a command, or open the window where there is none."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    messages.use()
    if len(sys.argv) == 1:
        _open_window(None)
    commands()


if __name__ == "__main__":
    main()
