"""Rules, near-identical answers and brands: what codes many answers at a word."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import frames, naming, rules, verbatims
from annotate.cli import CODER, PROJECT, progress, show, verb
from annotate.messages import N_, _, counted, listed
from annotate.store.project import Project

QUESTION = click.option("--question", metavar="NAME", help="Of this question.")
RULE = click.argument("rule", type=int)


@click.group()
def group() -> None:
    """Rules, near-identical answers and brands."""


@group.group(name="rules")
def rules_group() -> None:
    """Rules: words that give a code, in a layer of their own: list, preview, add, change, apply, on, off, remove."""


@rules_group.command(name="list")
@PROJECT
@QUESTION
@verb("main.py rules list car.tingdong --question Q7 --json")
def rules_list(project: Path, question: str | None) -> None:
    """List the rules of a question: what each hits, what waits for apply, and how often people agree with it."""
    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        offers = {one.rule.id: one for one in rules.offers(opened, asked.id, progress=progress())}
        with opened.reading() as db:
            known = rules.rules(db, asked.id)
            codes = {one.id: one for one in frames.read(db, asked.frame_id).codes} if asked.frame_id else {}
    told: list[dict[str, object]] = []
    lines = []
    for one in known:
        offer, code = offers.get(one.id), codes.get(one.code_id)
        hits, new, found = (offer.hits, offer.new, offer.agreed) if offer else (0, 0, None)
        label = f"{code.number} {code.label}".strip() if code else ""
        told.append(
            {
                "id": one.id, "code": label, "rule": one.text, "active": one.active, "hits": hits, "new": new,
                "precision": None if found is None else asdict(found),
            }
        )  # fmt: skip
        state = "" if one.active else _("  (off)")
        lines.append(_("{id}  {code}: {rule}").format(id=one.id, code=label, rule=one.text) + state)
        if offer:
            lines.append(
                counted(N_("    {hits} answers, {new} of them not coded by it yet"), hits=f"{hits:,}", new=f"{new:,}")
            )
        if found:
            lines.append(
                counted(
                    N_("    people agree on {right} of {judged} different answers they decided ({low}–{high} %)"),
                    right=found.right,
                    judged=found.judged,
                    low=round(100 * found.low),
                    high=round(100 * found.high),
                )
            )
    show({"question": asked.name, "rules": told}, lines or [_("No rules yet. Make one with: rules add")])


@rules_group.command(name="preview")
@PROJECT
@click.argument("expression")
@QUESTION
@click.option("-n", "limit", type=click.IntRange(0, 1000), default=10, help="How many examples.")
@verb('main.py rules preview car.tingdong "换挡 NEAR/6 (顿 OR 冲) NOT 不顿" --question Q7')
def rules_preview(project: Path, expression: str, question: str | None, limit: int) -> None:
    """Show what a rule would hit and what was said of these answers so far; nothing is changed."""
    from annotate import rule_hits
    from annotate.privacy import mask
    from annotate.rules_syntax import parse, written

    rule = parse(expression)
    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        with opened.reading() as db:
            found = rule_hits.preview(db, asked.id, rule, progress=progress())
            codes = {one.id: one for one in frames.read(db, asked.frame_id).codes} if asked.frame_id else {}
        shown = verbatims.page(opened, list(found.examples[:limit]))
    said = {f"{codes[code].number} {codes[code].label}".strip(): n for code, n in found.said if code in codes}
    lines = [
        counted(
            N_("{n} of {total} answers: {rule}"), n=f"{found.answers:,}", total=f"{found.out_of:,}", rule=written(rule)
        )
    ]
    lines += [f"{n:>8,}  {name}" for name, n in said.items()]
    lines += [_("{n}  without a code").format(n=f"{found.uncoded:>8,}")]
    lines += [f"  {one.record_key}  {mask(one.text)}" for one in shown]
    show(
        {
            "rule": written(rule), "answers": found.answers, "out_of": found.out_of, "different": found.different,
            "uncoded": found.uncoded, "said": said,
            "examples": [{"id": one.id, "key": one.record_key, "text": mask(one.text)} for one in shown],
        },
        lines,
    )  # fmt: skip


@rules_group.command(name="add")
@PROJECT
@click.argument("code")
@click.argument("expression")
@QUESTION
@CODER
@verb('main.py rules add car.tingdong 101 "顿挫 NOT 不顿挫" --question Q7')
def rules_add(project: Path, code: str, expression: str, question: str | None, coder: str | None) -> None:
    """Add a rule for a code (number, path or name); it codes nothing before rules apply."""
    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question)
        wanted = naming.the_code(opened, asked.frame_id, code)
        made = rules.add(opened, question=asked.id, code=wanted.id, expression=expression)
    show({"rule": made}, [_("Rule {id} added. Give its code with: rules apply").format(id=made)])


@rules_group.command(name="change")
@PROJECT
@RULE
@click.argument("expression")
@CODER
@verb('main.py rules change car.tingdong 1 "顿挫 OR 一窜一窜"')
def rules_change(project: Path, rule: int, expression: str, coder: str | None) -> None:
    """Give a rule other words; what no rule hits any more loses the code, new hits wait for rules apply."""
    with Project.open(project, coder=coder) as opened:
        step = rules.change(opened, rule=rule, expression=expression)
    show({"op": step.op, "answers": step.rows}, [step.words])


@rules_group.command(name="apply")
@PROJECT
@RULE
@CODER
@verb("main.py rules apply car.tingdong 1")
def rules_apply(project: Path, rule: int, coder: str | None) -> None:
    """Give a rule's code to all answers it hits, in the layer of rules; a person's word comes first. One undo step."""
    with Project.open(project, coder=coder) as opened:
        step = rules.apply(opened, rule=rule, progress=progress())
    show({"op": step.op, "answers": step.rows}, [step.words])


def _switch(project: Path, rule: int, coder: str | None, *, active: bool) -> None:
    with Project.open(project, coder=coder) as opened:
        step = rules.switch(opened, rule=rule, active=active)
    show({"op": step.op, "answers": step.rows}, [step.words])


@rules_group.command(name="on")
@PROJECT
@RULE
@CODER
@verb("main.py rules on car.tingdong 1")
def rules_on(project: Path, rule: int, coder: str | None) -> None:
    """Switch a rule on."""
    _switch(project, rule, coder, active=True)


@rules_group.command(name="off")
@PROJECT
@RULE
@CODER
@verb("main.py rules off car.tingdong 1")
def rules_off(project: Path, rule: int, coder: str | None) -> None:
    """Switch a rule off: the codes that only it gave go."""
    _switch(project, rule, coder, active=False)


@rules_group.command(name="remove")
@PROJECT
@RULE
@CODER
@verb("main.py rules remove car.tingdong 1")
def rules_remove(project: Path, rule: int, coder: str | None) -> None:
    """Take a rule away, with the codes that only it gave."""
    with Project.open(project, coder=coder) as opened:
        step = rules.remove(opened, rule=rule)
    show({"op": step.op, "answers": step.rows}, [step.words])


@group.command(name="near")
@PROJECT
@QUESTION
@click.option("--similarity", type=click.FloatRange(0.5, 1.0), default=0.75, help="Least share of characters alike.")
@click.option("-n", "limit", type=click.IntRange(1, 10_000), default=50, help="How many groups.")
@verb("main.py near car.tingdong --question Q7 --similarity 0.75 --json")
def near(project: Path, question: str | None, similarity: float, limit: int) -> None:
    """Propose groups of near-identical answers; negation, degree, number and names keep apart. Changes nothing."""
    from annotate.near import propose
    from annotate.privacy import mask

    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        found = propose(opened, question=asked.id, similarity=similarity, progress=progress())
    told = [{"ids": one.ids, "texts": list(map(mask, one.texts)), "counts": one.counts} for one in found[:limit]]
    lines = [
        f"{one.answers:>7,}  "
        + "  |  ".join(f"{mask(text)} ×{n}" for text, n in zip(one.texts, one.counts, strict=True))
        for one in found[:limit]
    ]
    show(
        {"question": asked.name, "similarity": similarity, "groups": told, "found": len(found)},
        lines or [_("No near-identical answers were found.")],
    )


@group.group(name="brands")
def brands_group() -> None:
    """Semi-open answers coded back to the closed list: candidates, accept, alias, ignore, forget, table, code."""


@brands_group.command(name="candidates")
@PROJECT
@QUESTION
@click.option("--least", type=click.IntRange(1), default=5, help="Answers that a candidate needs.")
@click.option("--similarity", type=click.FloatRange(0.5, 1.0), default=0.8, help="How alike variants must be.")
@verb("main.py brands candidates car.tingdong --question Q7 --least 3")
def brands_candidates(project: Path, question: str | None, least: int, similarity: float) -> None:
    """List names in the answers that are not on the closed list, with their variants (typos, pinyin)."""
    from annotate import brands

    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        with opened.reading() as db:
            found = brands.candidates(db, asked.id, least=least, similarity=similarity, progress=progress())
            codes = {one.id: one.label for one in frames.read(db, asked.frame_id or 0).codes}
    lines = [
        f"{one.answers:>7,}  " + listed(f"{form} ×{n}" for form, n in one.forms)
        + (_("  → {name}?").format(name=codes[one.like]) if one.like else "")
        for one in found
    ]  # fmt: skip
    show(
        {"question": asked.name, "candidates": [{**asdict(one), "name": one.name} for one in found]},
        lines or [_("No name outside the list is said often enough.")],
    )


@brands_group.command(name="accept")
@PROJECT
@click.argument("name")
@click.argument("forms", nargs=-1)
@click.option("--number", default="", help="Number of the new code.")
@QUESTION
@CODER
@verb("main.py brands accept car.tingdong 荣耀 荣曜 honor --question Q7")
def brands_accept(
    project: Path, name: str, forms: tuple[str, ...], number: str, question: str | None, coder: str | None
) -> None:
    """Put a name onto the closed list, with its variants as aliases, and code the answers that name it. One step."""
    from annotate import brands

    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question)
        with opened.reading() as db:
            around = brands.around(db, asked.id, [name, *forms], progress())
        code, step = brands.accept(
            opened, question=asked.id, name=name, forms=forms, around=around, number=number, progress=progress()
        )
    show({"code": code, "op": step.op, "answers": step.rows}, [step.words])


@brands_group.command(name="alias")
@PROJECT
@click.argument("code")
@click.argument("forms", nargs=-1, required=True)
@QUESTION
@CODER
@verb("main.py brands alias car.tingdong 荣耀 荣要 hornor --question Q7")
def brands_alias(project: Path, code: str, forms: tuple[str, ...], question: str | None, coder: str | None) -> None:
    """Say that forms mean a code of the list, and code the answers that have them."""
    from annotate import brands

    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question)
        wanted = naming.the_code(opened, asked.frame_id, code)
        with opened.reading() as db:
            around = brands.around(db, asked.id, forms, progress())
        step = brands.add_aliases(
            opened, question=asked.id, forms=forms, code=wanted.id, around=around, progress=progress()
        )
    show({"op": step.op, "answers": step.rows}, [step.words])


@brands_group.command(name="ignore")
@PROJECT
@click.argument("forms", nargs=-1, required=True)
@QUESTION
@CODER
@verb("main.py brands ignore car.tingdong 随便 --question Q7")
def brands_ignore(project: Path, forms: tuple[str, ...], question: str | None, coder: str | None) -> None:
    """Say that forms are no brands."""
    from annotate import brands

    with Project.open(project, coder=coder) as opened:
        step = brands.ignore(opened, question=verbatims.the_question(opened, question).id, forms=forms)
    show({"op": step.op}, [step.words])


@brands_group.command(name="forget")
@PROJECT
@click.argument("form")
@QUESTION
@CODER
@verb("main.py brands forget car.tingdong 荣要 --question Q7")
def brands_forget(project: Path, form: str, question: str | None, coder: str | None) -> None:
    """Take an alias or an ignored form out of the table; what was coded stays."""
    from annotate import brands

    with Project.open(project, coder=coder) as opened:
        step = brands.forget(opened, question=verbatims.the_question(opened, question).id, form=form)
    show({"op": step.op}, [step.words])


@brands_group.command(name="table")
@PROJECT
@QUESTION
@verb("main.py brands table car.tingdong --question Q7")
def brands_table(project: Path, question: str | None) -> None:
    """List the aliases and the ignored forms of a question."""
    from annotate import brands

    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        with opened.reading() as db:
            known = brands.table(db, asked.id)
            codes = {one.id: one.label for one in frames.read(db, asked.frame_id).codes} if asked.frame_id else {}
    lines = [f"{form} → {codes.get(code, '?')}" for form, code in sorted(known.aliases.items())]
    lines += [_("{form}: no brand").format(form=form) for form in sorted(known.ignored)]
    show(
        {"aliases": known.aliases, "ignored": sorted(known.ignored)},
        lines or [_("No aliases yet. See what is said with: brands candidates")],
    )


@brands_group.command(name="code")
@PROJECT
@QUESTION
@CODER
@verb("main.py brands code car.tingdong --question Q7")
def brands_code(project: Path, question: str | None, coder: str | None) -> None:
    """Give every answer the codes of the names it mentions, in order of mention; "other" goes where all is known."""
    from annotate import brands

    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question)
        back, told = brands.look(opened, question=asked.id, progress=progress())
        step = brands.code_back(opened, question=asked.id, back=back)
        with opened.reading() as db:
            codes = {one.id: one for one in frames.read(db, asked.frame_id or 0).codes}
    show(
        {
            "op": step.op, "answers": step.rows, "named": told.named,
            "nothing": {codes[code].full_path: n for code, n in told.nothing.items()},
        },
        [step.words, *told.sentences({id: f"{one.number} {one.label}".strip() for id, one in codes.items()})],
    )  # fmt: skip
