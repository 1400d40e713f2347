"""Changes of a code frame from the command line: each can be previewed, each is one undoable step."""

from __future__ import annotations

from pathlib import Path

import click

from annotate import frame_diff, frame_edits, frame_preview, frame_recheck, frames, naming
from annotate.cli import CODER, FRAME, PROJECT, columns, show, verb
from annotate.errors import AskedWronglyError
from annotate.frame_codes import Code, Frame
from annotate.frame_edits import Edit, MergeCodes, MoveCodes, Part, Renumber, RetireCodes, SplitCode
from annotate.frame_preview import Count, Preview
from annotate.messages import N_, _, counted, plural
from annotate.store import query
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Answered, AnyOf, Condition, HasCode, Query, TextContains

DRY = click.option("--dry-run", is_flag=True, help="Only show what would change.")


def _told(preview: Preview) -> dict[str, object]:
    def count(one: Count | None) -> dict[str, int] | None:
        if one is None:
            return None
        return {"people": one.people, "answers": one.answers, "mentions": one.mentions, "recheck": one.recheck}

    return {
        "rows": [
            {
                "code": one.code, "number": one.number, "path": "/".join(one.path), "net": one.is_net,
                "before": count(one.before), "after": count(one.after),
            }
            for one in preview.rows
        ],
        "recheck_before": preview.recheck_before,
        "recheck_after": preview.recheck_after,
    }  # fmt: skip


def _lines(preview: Preview) -> list[str]:
    """Return a preview as a table: people before and after."""
    cells = [(_("Code"), _("People before"), _("after"), _("Mentions before"), _("after"))]
    for one in preview.rows:
        name = "  " * (len(one.path) - 1) + f"{one.number} {one.path[-1]}".strip()
        before, after = one.before, one.after
        cells.append((
            name,
            "-" if before is None else f"{before.people:,}", "-" if after is None else f"{after.people:,}",
            "-" if before is None else f"{before.mentions:,}", "-" if after is None else f"{after.mentions:,}",
        ))  # fmt: skip
    wide = [max(columns(row[n]) for row in cells) for n in range(5)]
    lines = [
        row[0] + " " * (wide[0] - columns(row[0])) + "".join(
            "  " + " " * (wide[n] - columns(row[n])) + row[n] for n in range(1, 5)
        )
        for row in cells
    ]  # fmt: skip
    lines.append(
        _("Answers to look at again: {before} → {after}").format(
            before=f"{preview.recheck_before:,}", after=f"{preview.recheck_after:,}"
        )
    )
    return lines


def _carry_out(opened: Project, frame: Frame, edit: Edit, dry_run: bool) -> None:
    preview = frame_preview.preview_of(opened, frame=frame.id, edits=[edit])
    step = None if dry_run else frames.carry_out(opened, frame=frame.id, edits=[edit])[1]
    _show(preview, step)


def _show(preview: Preview, step: Step | None) -> None:
    said = {} if step is None else {"op": step.op, "words": step.words}
    show({**_told(preview), **said, "done": step is not None}, [*_lines(preview), *([step.words] if step else [])])


def _open(opened: Project, name: str | None) -> Frame:
    return frames.head(opened, frames.the_frame(opened, name))


def _named(frame: Frame, texts: tuple[str, ...]) -> tuple[Code, ...]:
    return tuple(frames.named(frame, one) for one in texts)


@click.command()
@PROJECT
@click.argument("codes", nargs=-1, required=True)
@click.option("--into", required=True, metavar="CODE", help="The code for which they count from now on.")
@DRY
@FRAME
@CODER
@verb("main.py frame merge car.tingdong 103 --into 101 --dry-run")
def merge(project: Path, codes: tuple[str, ...], into: str, dry_run: bool, name: str | None, coder: str | None) -> None:
    """Let everything decided on some codes count for another one; they retire."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        sources = tuple(one.id for one in _named(frame, codes))
        _carry_out(opened, frame, MergeCodes(sources, frames.named(frame, into).id), dry_run)


@click.command()
@PROJECT
@click.argument("code")
@click.option("--words", "words", multiple=True, metavar="NAME=W,W", help="A new code: answers with any of the words.")
@click.option("--ids", "ids", multiple=True, metavar="NAME=FILE", help="A new code: the answers listed, an id a line.")
@click.option("--query", "queries", multiple=True, metavar="NAME=JSON", help="A new code: the answers of a filter.")
@click.option("--no-rest", is_flag=True, help="Keep no code for what is left.")
@click.option("--recheck/--no-recheck", default=None, help="Ask for another look; as if given with --words, --query.")
@DRY
@FRAME
@CODER
@verb("main.py frame split car.tingdong 502 --words 风噪=风噪,风声 --dry-run")
def split(
    project: Path,
    code: str,
    words: tuple[str, ...],
    ids: tuple[str, ...],
    queries: tuple[str, ...],
    no_rest: bool,
    recheck: bool | None,
    dry_run: bool,
    name: str | None,
    coder: str | None,
) -> None:
    """Split a code: by words, by a filter, or by hand; each answer goes to the first part that fits."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        one = frames.named(frame, code)
        parts: list[Part] = []
        taken: set[int] = set()
        among = naming.of_frame(opened, frame.id)

        def add(label: str, found: list[int]) -> None:
            some = tuple(verbatim for verbatim in found if verbatim not in taken)
            taken.update(some)
            parts.append(Part(label, some))

        carried = Query((Answered(), HasCode(one.id)))
        for given in words:
            label, told = _pair(given)
            any_of: tuple[Condition, ...] = tuple(TextContains(word) for word in told.split(",") if word)
            add(label, _ids(opened, carried.where(AnyOf(any_of))))
        for given in queries:
            label, told = _pair(given)
            add(label, _ids(opened, carried.where(*Query.from_json(told).conditions)))
        for given in ids:
            label, told = _pair(given)
            lines = [line.strip() for line in Path(told).read_text(encoding="utf-8-sig").splitlines()]
            listed = {one for line in lines if line for one in naming.the_answers(opened, line, among).values()}
            add(label, [verbatim for verbatim in _ids(opened, carried) if verbatim in listed])
        again = bool(words or queries) if recheck is None else recheck
        _carry_out(opened, frame, SplitCode(one.id, tuple(parts), not no_rest, again), dry_run)


def _pair(given: str) -> tuple[str, str]:
    label, equals, told = given.partition("=")
    if not equals or not label.strip() or not told.strip():
        raise AskedWronglyError(
            "bad-part",
            N_("“{given}” is no part of a split."),
            N_("It needs the name of the new code, =, and what belongs to it."),
            N_("Write it such as: --words 风噪=风噪,风声"),
            given=given,
        )
    return label.strip(), told


def _ids(opened: Project, asked: Query) -> list[int]:
    with opened.reading() as db:
        return query.select_ids(db, asked)


@click.command()
@PROJECT
@click.argument("codes", nargs=-1, required=True)
@DRY
@FRAME
@CODER
@verb("main.py frame retire car.tingdong 103 --dry-run")
def retire(project: Path, codes: tuple[str, ...], dry_run: bool, name: str | None, coder: str | None) -> None:
    """Take codes out of use, nets with all that is in them; decisions stay and count."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        _carry_out(opened, frame, RetireCodes(tuple(one.id for one in _named(frame, codes))), dry_run)


@click.command()
@PROJECT
@click.argument("codes", nargs=-1, required=True)
@click.option("--under", metavar="NET", help="The net under which they go; without it the top level.")
@click.option("--before", metavar="CODE", help="The code before which they go; without it the end.")
@DRY
@FRAME
@CODER
@verb("main.py frame move car.tingdong 504 --under 安全与操控 --dry-run")
def move(
    project: Path,
    codes: tuple[str, ...],
    under: str | None,
    before: str | None,
    dry_run: bool,
    name: str | None,
    coder: str | None,
) -> None:
    """Move codes or nets to another place; nets count anew."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        net = None if under is None else frames.named(frame, under).id
        place = None if before is None else frames.named(frame, before).id
        _carry_out(opened, frame, MoveCodes(tuple(one.id for one in _named(frame, codes)), net, place), dry_run)


@click.command()
@PROJECT
@click.option("--set", "given", multiple=True, metavar="CODE=NUMBER", help="One code's new number; can be repeated.")
@click.option("--blocks", is_flag=True, help="A hundred for each net: 100, 101, 102; 200, 201.")
@click.option("--first", type=int, default=1, metavar="N", help="The first number without --blocks.")
@click.option("--reuse", is_flag=True, help="Take numbers of retired codes too.")
@DRY
@FRAME
@CODER
@verb("main.py frame renumber car.tingdong --blocks --dry-run")
def renumber(
    project: Path,
    given: tuple[str, ...],
    blocks: bool,
    first: int,
    reuse: bool,
    dry_run: bool,
    name: str | None,
    coder: str | None,
) -> None:
    """Give codes other numbers, one by one or all in order; special codes (other, none…) keep theirs."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        if given:
            pairs = [one.rpartition("=") for one in given]
            numbers = tuple((frames.named(frame, code).id, number.strip()) for code, _equals, number in pairs)
        else:
            numbers = frame_edits.proposed_numbers(frame.codes, first=first, blocks=blocks)
        edit = Renumber(numbers, reuse)
        preview = frame_preview.preview_of(opened, frame=frame.id, edits=[edit])
        step = None if dry_run else frames.carry_out(opened, frame=frame.id, edits=[edit])[1]
    old = {one.id: one for one in frame.codes}
    changed = [
        {"code": one.id, "label": one.label, "before": old[one.id].number, "after": one.number}
        for one in preview.after.codes
        if old[one.id].number != one.number
    ]
    lines = [f"{one['before'] or '-'} → {one['after'] or '-'}  {one['label']}" for one in changed]
    lines.append(plural(len(changed), N_("{n} number changes."), N_("{n} numbers change.")).format(n=len(changed)))
    said = {} if step is None else {"op": step.op, "words": step.words}
    show({"numbers": changed, **said, "done": step is not None}, lines)


@click.command()
@PROJECT
@click.option("--from", "first", type=int, metavar="N", help="The earlier revision.")
@click.option("--to", "last", type=int, metavar="N", help="The later revision; without it the newest.")
@FRAME
@verb("main.py frame diff car.tingdong")
def diff(project: Path, first: int | None, last: int | None, name: str | None) -> None:
    """Say what changed from one revision of the code frame to another, and list the revisions."""
    with Project.open(project) as opened:
        frame = frames.the_frame(opened, name)
        known = frame_diff.revisions_of(opened, frame)
        begin, end, found = frame_diff.between(opened, frame=frame, first=first, last=last)
    lines = [
        (_("r{number} (draft): {codes} codes") if one.draft else _("r{number}: {codes} codes, {n} decisions")).format(
            number=one.number, codes=one.codes, n=one.decisions
        )
        for one in known
    ]
    lines.append(counted(N_("From r{first} to r{last}: {n} differences"), first=begin, last=end, n=len(found)))
    show(
        {
            "revisions": [
                {"number": r.number, "draft": r.draft, "at_ms": r.at_ms, "codes": r.codes, "decisions": r.decisions}
                for r in known
            ],
            "from": begin,
            "to": end,
            "differences": [
                {"kind": d.kind, "code": d.code, "text": d.sentence, "before": d.before, "after": d.after}
                for d in found
            ],
        },
        [*lines, *(f"  {one.sentence}" for one in found)],
    )


@click.command()
@PROJECT
@click.option("--revision", type=int, required=True, metavar="N", help="The revision whose frame comes back.")
@DRY
@FRAME
@CODER
@verb("main.py frame restore car.tingdong --revision 1 --dry-run")
def restore(project: Path, revision: int, dry_run: bool, name: str | None, coder: str | None) -> None:
    """Bring an earlier revision back as a new draft; what was decided stays, codes made since retire."""
    with Project.open(project, coder=coder) as opened:
        frame = frames.the_frame(opened, name)
        preview = frame_preview.preview_of_restore(opened, frame=frame, revision=revision)
        step = None if dry_run else frames.restore_revision(opened, frame=frame, revision=revision)
    _show(preview, step)


@click.command()
@PROJECT
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="With answers reviewed before that do not carry the code.")
@click.option("--confirm", is_flag=True, help="Say that they were all looked at again and are right.")
@FRAME
@CODER
@verb("main.py frame recheck car.tingdong")
def recheck(
    project: Path, code: str | None, everything: bool, confirm: bool, name: str | None, coder: str | None
) -> None:
    """List answers coded before the meaning of a code changed; a confirmation takes them off the list."""
    with Project.open(project, coder=coder) as opened:
        frame = _open(opened, name)
        one = None if code is None else frames.named(frame, code).id
        waiting = [w for w in frame_recheck.waiting(opened, frame.id) if one in (None, w.code)]
        with opened.reading() as db:
            total = query.count(db, frame_recheck.waiting_query(frame.id, one, without=everything))
        step = frame_recheck.settle(opened, frame=frame.id, code=one, without=everything) if confirm else None
    lines = [
        _("{code}: {n} answers carry it from before r{number}, {others} others were reviewed without it").format(
            code=w.name, n=f"{w.answers:,}", number=w.since, others=f"{w.without:,}"
        )
        for w in waiting
    ]
    lines.append(
        plural(total, N_("{n} answer to look at again"), N_("{n} answers to look at again")).format(n=f"{total:,}")
    )
    show(
        {
            "codes": [
                {"code": w.code, "name": w.name, "since": w.since, "answers": w.answers, "without": w.without}
                for w in waiting
            ],
            "answers": total,
            **({} if step is None else {"op": step.op, "confirmed": step.rows}),
        },
        [*lines, *([step.words] if step else [])],
    )


COMMANDS = (merge, split, retire, move, renumber, diff, restore, recheck)
