"""Search of the customers' words."""

from __future__ import annotations

from pathlib import Path

import click

from annotate import verbatims
from annotate.cli import PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.messages import N_, _, plural
from annotate.store.project import Project


@click.group()
def group() -> None:
    """Search of the customers' words."""


@group.command()
@PROJECT
@click.argument("text")
@click.option("--question", metavar="NAME", help="Only answers to this question.")
@click.option("--limit", type=click.IntRange(0), default=20, metavar="N", help="How many answers to show; 20.")
@click.option("--index", "indexed", is_flag=True, help="Make the search index first: seconds once, then no waiting.")
@verb('main.py search car.tingdong "(顿挫 OR 抖动) NOT 高速" --question Q7')
def search(project: Path, text: str, question: str | None, limit: int, indexed: bool) -> None:
    """Find answers by words: all of them, OR, NOT (or -), "quotes", parentheses; 简 and 繁, ａ and A are the same."""
    from annotate import search as searching
    from annotate.search_language import parse

    if parse(text) is None:
        raise AskedWronglyError(
            "nothing-searched",
            N_("The search asks for nothing."),
            N_("It has no word to look for."),
            N_("Give a word, for example: search {project} 顿挫"),
            project=project.name,
        )
    with Project.open(project, read_only=True) as opened, searching.Index(opened) as index:
        asked = None if question is None else verbatims.the_question(opened, question).id
        if indexed or index.path.exists():
            index.bring_up_to_date(progress())
        count = searching.count(opened, text, question=asked)
        ids = searching.search(opened, text, question=asked, limit=limit).tolist() if limit else list[int]()
        rows = verbatims.page(opened, ids)
    found = [
        {
            "id": row.id,
            "key": row.record_key,
            "question": row.question_id,
            "text": row.text,
            "hits": searching.hits(row.text, text),
        }
        for row in rows
    ]
    lines = [
        plural(count, N_("{n} answer."), N_("{n} answers.")).format(n=f"{count:,}"),
        *(f"{row.record_key}\t{' '.join(row.text.split())}" for row in rows),
    ]
    if count > len(rows) and limit:
        lines.append(_("… and {n} more; --limit shows them.").format(n=f"{count - len(rows):,}"))
    show({"count": count, "answers": found}, lines)
