"""The lexicon of trade words, and the phrases that are not the customer's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import answers, lexicon, phrases, verbatims
from annotate.cli import CODER, PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.lexicon import Entry, Kind, Term
from annotate.messages import N_, _, counted, plural
from annotate.phrases import Phrase
from annotate.store.project import Project
from annotate.text import fold

KINDS = click.Choice([one.value for one in Kind])
QUESTION = click.option("--question", metavar="NAME", help="Look only at the answers to this question.")


@click.group()
def group() -> None:
    """The lexicon of trade words, and the phrases that are not the customer's."""


@group.group(name="lexicon")
def lexicon_group() -> None:
    """Trade words, synonyms and stop words: list, teach, forget, import, export, candidates, preview."""


@lexicon_group.command(name="list")
@PROJECT
@verb("main.py lexicon list car.tingdong")
def lexicon_list(project: Path) -> None:
    """List the terms of the lexicon."""
    with Project.open(project, read_only=True) as opened:
        known = lexicon.terms(opened)
    show({"terms": [asdict(one) for one in known]}, [_line(one) for one in known] or [_("The lexicon is empty.")])


def _line(one: Term) -> str:
    kinds = {Kind.WORD: _("trade word"), Kind.SYNONYM: _("synonym"), Kind.STOP: _("stop word")}
    target = f" → {one.target}" if one.target else ""
    note = f"  ({one.note})" if one.note else ""
    return f"{kinds[one.kind]}  {one.term}{target}{note}"


@lexicon_group.command(name="teach")
@PROJECT
@click.argument("terms", nargs=-1, required=True)
@click.option("--synonym-of", "target", metavar="WORD", default="", help="The word that these terms stand for.")
@click.option("--stop", is_flag=True, help="They are stop words: never shown as theme words.")
@click.option("--note", default="", help="A remark for other people.")
@CODER
@verb("main.py lexicon teach car.tingdong 一窜一窜 一顿一顿 --synonym-of 顿挫")
def lexicon_teach(project: Path, terms: tuple[str, ...], target: str, stop: bool, note: str, coder: str | None) -> None:
    """Teach trade words, synonyms of a word, or stop words; what is known is changed. One undo step."""
    if stop and target:
        raise AskedWronglyError(
            "stop-or-synonym",
            N_("The lexicon was not changed."),
            N_("A term cannot be a stop word and stand for another one."),
            N_("Leave out --stop or --synonym-of."),
        )
    kind = Kind.STOP if stop else Kind.SYNONYM if target else Kind.WORD
    entries = [Entry(kind, one, target, note) for one in terms]
    with Project.open(project, coder=coder) as opened:
        added, changed, step = lexicon.teach_all(opened, entries=entries)
    show(
        {"added": added, "changed": changed, "op": step.op},
        [_("New terms: {added}; changed: {changed}.").format(added=added, changed=changed)],
    )


@lexicon_group.command(name="forget")
@PROJECT
@click.argument("term")
@click.option("--kind", type=KINDS, help="Only the entry of this kind, where a term has several.")
@CODER
@verb("main.py lexicon forget car.tingdong 一窜一窜")
def lexicon_forget(project: Path, term: str, kind: str | None, coder: str | None) -> None:
    """Take a term out of the lexicon."""
    with Project.open(project, coder=coder) as opened:
        hits = [one for one in lexicon.terms(opened) if fold(one.term) == fold(term) and kind in (None, one.kind)]
        if len(hits) != 1:
            raise AskedWronglyError(
                "which-term",
                N_("Nothing was taken out of the lexicon."),
                N_("{n} of its entries are {term}."),
                N_("Choose one with lexicon list, and with --kind where there are several."),
                n=len(hits),
                term=term,
            )
        step = lexicon.forget(opened, term=hits[0].id)
    show({"op": step.op, "term": hits[0].term}, [step.words])


@lexicon_group.command(name="import")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--header-row", type=int, metavar="N", help="Row of the header, from 1; 0 for none.")
@CODER
@verb("main.py lexicon import car.tingdong words.xlsx")
def lexicon_import(project: Path, file: Path, sheet: str | None, header_row: int | None, coder: str | None) -> None:
    """Teach a sheet with the columns kind, term, target, note, or a list of words; bad rows are listed."""
    from annotate.importing.lexicon_sheet import import_lexicon

    with Project.open(project, coder=coder) as opened:
        done = import_lexicon(opened, file, sheet=sheet, header_row=header_row)
    for problem in done.problems[:20]:
        click.echo(_("Row {row}: {reason}").format(row=problem.row, reason=problem.reason), err=True)
    show(
        {
            "added": done.added, "changed": done.changed, "op": done.step.op,
            "problems": [{"row": one.row, "id": one.id, "reason": one.reason} for one in done.problems],
        },
        [_("New terms: {added}; changed: {changed}; rows left out: {bad}.").format(
            added=done.added, changed=done.changed, bad=len(done.problems))],
    )  # fmt: skip


@lexicon_group.command(name="export")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@verb("main.py lexicon export car.tingdong words.xlsx")
def lexicon_export(project: Path, file: Path) -> None:
    """Write the lexicon as a sheet that lexicon import reads back, here or in another project."""
    from annotate.exchange.writers import write_table
    from annotate.importing.lexicon_sheet import COLUMNS, sheet_of

    with Project.open(project, read_only=True) as opened:
        rows = sheet_of(lexicon.terms(opened))
    write_table(file, COLUMNS, rows)
    show({"file": str(file), "rows": len(rows)}, [counted(N_("{n} rows written to {name}."), n=len(rows), name=file)])


@lexicon_group.command(name="candidates")
@PROJECT
@QUESTION
@click.option("-n", "limit", type=click.IntRange(1, 5000), default=50, help="How many.")
@click.option("--new", "unknown_only", is_flag=True, help="Only what the general dictionary does not have as a word.")
@verb("main.py lexicon candidates car.tingdong -n 100 --new")
def lexicon_candidates(project: Path, question: str | None, limit: int, unknown_only: bool) -> None:
    """Find candidates for trade words in the answers: terms that hold together and are typical of the trade."""
    from annotate import trade_words

    with Project.open(project, read_only=True) as opened:
        asked = None if question is None else verbatims.the_question(opened, question).id
        with opened.reading() as db:
            told, known = answers.read(db, question=asked), lexicon.load(db)
        found = trade_words.candidates(told, known, limit=limit, unknown_only=unknown_only, progress=progress())
    known_line, new_line = _("{term}  in {answers} answers"), _("{term}  in {answers} answers, not in the dictionary")
    lines = [(known_line if one.known else new_line).format(term=one.term, answers=f"{one.answers:,}") for one in found]
    show(
        {"looked_through": len(told), "candidates": [asdict(one) for one in found]},
        lines or [_("No candidates were found.")],
    )


@lexicon_group.command(name="preview")
@PROJECT
@click.argument("term")
@click.option("--synonym-of", "target", metavar="WORD", default="", help="The word that the term would stand for.")
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, help="How many answers.")
@verb("main.py lexicon preview car.tingdong 一窜一窜 --synonym-of 顿挫")
def lexicon_preview(project: Path, term: str, target: str, limit: int) -> None:
    """Show how answers are cut into words before and after teaching a term; nothing is changed."""
    from itertools import islice

    from annotate import words

    entry = lexicon.checked(Entry(Kind.SYNONYM if target else Kind.WORD, term, target))
    with Project.open(project, read_only=True) as opened, opened.reading() as db:
        known = lexicon.load(db)
        told = answers.read(db, holding=entry.term)
        recut = list(islice(words.preview(told, known, [entry]), limit))
    lines = [f"#{one.id}  {' / '.join(one.before)}\n    → {' / '.join(one.after)}" for one in recut]
    shown = plural(
        len(told),
        N_("{n} answer has the term; words are cut another way in:"),
        N_("{n} answers have the term; words are cut another way in:"),
    ).format(n=f"{len(told):,}")
    none = plural(
        len(told),
        N_("{n} answer has the term; it is not cut another way."),
        N_("{n} answers have the term; none is cut another way."),
    ).format(n=f"{len(told):,}")
    show(
        {"answers": len(told), "changed": [asdict(one) for one in recut]},
        [shown, *lines] if recut else [none],
    )


@group.group(name="phrases")
def phrases_group() -> None:
    """Agents' turns and template phrases, neither features nor quotes: list, scan, on, off."""


@phrases_group.command(name="list")
@PROJECT
@verb("main.py phrases list car.tingdong")
def phrases_list(project: Path) -> None:
    """List the phrases with their switch and in how many different answers the last scan found them."""
    with Project.open(project, read_only=True) as opened:
        known = phrases.phrases(opened)
    show(
        {"phrases": [asdict(one) for one in known]},
        [_phrase_line(one) for one in known] or [_("No phrases are known. Look for them with phrases scan.")],
    )


def _phrase_line(one: Phrase) -> str:
    kinds = {phrases.Kind.AGENT: _("speaker's mark of the agent"), phrases.Kind.TEMPLATE: _("template phrase")}
    state = _("on") if one.active else _("off")
    return f"{state:>3}  {one.found:>7,}  {kinds[one.kind]}  {one.term}"


@phrases_group.command(name="scan")
@PROJECT
@QUESTION
@CODER
@verb("main.py phrases scan car.tingdong")
def phrases_scan(project: Path, question: str | None, coder: str | None) -> None:
    """Look for agents' marks and template phrases; clear marks are switched on, the rest waits for you."""
    with Project.open(project, coder=coder) as opened:
        asked = None if question is None else verbatims.the_question(opened, question).id
        done = phrases.scan(opened, question=asked)
        known = phrases.phrases(opened)
    show(
        {
            "answers": done.answers,
            "new": [asdict(one) for one in done.new],
            "op": done.step.op,
            "phrases": [asdict(one) for one in known],
        },
        [
            counted(
                N_("{new} new phrases in {answers} different answers."), new=len(done.new), answers=f"{done.answers:,}"
            ),
            *(_phrase_line(one) for one in known),
        ],
    )


@phrases_group.command(name="on")
@PROJECT
@click.argument("term")
@click.option("--agent", is_flag=True, help="The term is a speaker's mark: all of the agent's turn goes.")
@CODER
@verb("main.py phrases on car.tingdong 客户来电反映")
def phrases_on(project: Path, term: str, agent: bool, coder: str | None) -> None:
    """Switch a phrase on: it is neither feature nor quote. One that no scan found is added."""
    _switch(project, term, coder, agent=agent, active=True)


@phrases_group.command(name="off")
@PROJECT
@click.argument("term")
@click.option("--agent", is_flag=True, help="The term is a speaker's mark.")
@CODER
@verb("main.py phrases off car.tingdong 客服")
def phrases_off(project: Path, term: str, agent: bool, coder: str | None) -> None:
    """Switch a phrase off: it counts as the customer's words."""
    _switch(project, term, coder, agent=agent, active=False)


def _switch(project: Path, term: str, coder: str | None, *, agent: bool, active: bool) -> None:
    with Project.open(project, coder=coder) as opened:
        hits = [one for one in phrases.phrases(opened) if fold(one.term) == fold(term)]
        if agent:
            hits = [one for one in hits if one.kind is phrases.Kind.AGENT]
        if len(hits) == 1:
            step = phrases.switch(opened, phrase=hits[0].id, active=active)
        elif active or hits:
            kind = phrases.Kind.AGENT if agent else phrases.Kind.TEMPLATE
            step = phrases.add(opened, kind=kind, term=term, active=active)
        else:
            raise AskedWronglyError(
                "unknown-phrase",
                N_("No phrase was switched off."),
                N_("{term} is not among the phrases of this project."),
                N_("Look through them with phrases list."),
                term=term,
            )
        known = phrases.phrases(opened)
    show(
        {"op": step.op, "phrases": [asdict(one) for one in known]},
        [step.words if step.op else _("Nothing was changed.")],
    )
