"""The command that codes a corpus: a project, or a Parquet data set."""

from __future__ import annotations

from pathlib import Path

import click

from annotate import frames
from annotate.cli import FRAME, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.messages import N_, _, listed, plural
from annotate.store.project import Project
from training.commands import telling

_PATH = click.Path(path_type=Path)
_DIRECTIONS = {"dislikes": -1, "neutral": 0, "likes": 1}


@click.group()
def group() -> None:
    """Coding."""


@group.command()
@click.argument("project", type=_PATH, required=False)
@click.option("--anyway", metavar="REASON", help="Put it in force although a pinned answer breaks, and why.")
@FRAME
@click.option("--parquet", type=_PATH, nargs=2, metavar="IN OUT", help="Code a Parquet file or folder IN into OUT.")
@click.option("--model", type=_PATH, metavar="FILE", help="With --parquet: the .tingmodel file that codes.")
@click.option("--text", metavar="COLUMN", help="With --parquet: the column that holds the answers.")
@click.option(
    "--direction",
    type=click.Choice(list(_DIRECTIONS)),
    default="neutral",
    help="With --parquet: what the question asks for.",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --parquet: a running Dask scheduler; else this machine.")
@verb("main.py code car.tingdong --json\n  main.py code --parquet answers.parquet coded --model car.tingmodel --json")
def code(
    project: Path | None,
    anyway: str | None,
    name: str | None,
    parquet: tuple[Path, Path] | None,
    model: Path | None,
    text: str | None,
    direction: str,
    scheduler: str | None,
) -> None:
    """Let the newest model code every answer; one step, taken back whole by undo.

    With --parquet a model file codes a data set outside any project, on this machine or on a Dask cluster.
    """
    if parquet is not None and project is None and model is not None and anyway is None and name is None:
        _code_parquet(*parquet, model, text, _DIRECTIONS[direction], scheduler)
    elif project is not None and parquet is None and model is None and text is None and scheduler is None:
        _code_project(project, anyway, name)
    else:
        raise AskedWronglyError(
            "project-or-parquet",
            N_("It is not clear what to code."),
            N_("Give either a project, or --parquet IN OUT with --model FILE; their options do not mix."),
            N_("See: code --help"),
        )


def _code_project(project: Path, anyway: str | None, name: str | None) -> None:
    from training.coding.run import code as run

    with Project.open(project) as opened:
        done = run(opened, frame=frames.the_frame(opened, name), anyway=anyway, progress=progress())
    lines = [
        _("{coded} coded: {accepted} on {with_code}.").format(
            coded=telling.answers(done.answers), accepted=_codes(done.accepted),
            with_code=telling.answers(done.with_code),
        )
    ]  # fmt: skip
    if done.kept_waves:
        lines.append(_("Delivered waves kept theirs: {names}.").format(names=listed(done.kept_waves)))
    show(
        {
            "model": done.model, "runs": list(done.runs), "answers": done.answers, "accepted": done.accepted,
            "with_code": done.with_code, "kept_waves": list(done.kept_waves),
        },
        lines,
    )  # fmt: skip


def _codes(n: int) -> str:
    return plural(n, N_("{n} code accepted"), N_("{n} codes accepted")).format(n=f"{n:,}")


def _code_parquet(
    source: Path, target: Path, model: Path, text: str | None, direction: int, scheduler: str | None
) -> None:
    from training.coding.cluster import code_parquet

    done = code_parquet(
        source, target, model, scheduler=scheduler, text=text, direction=direction, progress=progress()
    )  # fmt: skip
    lines = [
        plural(
            done.rows, N_("{n} row coded into {name}: {accepted}."), N_("{n} rows coded into {name}: {accepted}.")
        ).format(n=f"{done.rows:,}", name=target.name, accepted=_codes(done.accepted))
    ]
    if done.kept:
        kept = plural(
            done.kept, N_("{n} part was finished before and kept."), N_("{n} parts were finished before and kept.")
        )
        lines.append(kept.format(n=done.kept))
    show(
        {
            "model": done.model, "rows": done.rows, "accepted": done.accepted, "parts": done.parts, "kept": done.kept,
            "target": str(target),
        },
        lines,
    )  # fmt: skip
