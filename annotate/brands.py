"""Brands: semi-open answers (which one? other, please specify) coded back to the closed list, in order of mention.

Names of the closed list (codes of the question's frame) and their aliases are found in the answers; what is left over
between stops is a candidate. Variants of a name are gathered: the same sound (华伟, huawei for 华为), or a slip of a
letter; never where a digit differs (X3, X5). Nothing is coded before a person accepts it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotate import different, frame_edits
from annotate.brand_back import Back, Preview, cleaned, look_back, preview, write_back
from annotate.brand_forms import Forms
from annotate.brand_names import NEW, Found, Names, Table
from annotate.brand_variants import SIMILARITY, closest, families, is_variant
from annotate.different import Groups, Ids
from annotate.errors import UserError
from annotate.frame_codes import Role, read
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import AddCode
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.text import fold

__all__ = [
    "EARLY", "LEAST", "SIMILARITY", "Back", "Candidate", "Found", "Names", "Preview", "Table", "accept", "add_aliases",
    "around", "candidates", "code_back", "forget", "ignore", "in_order", "is_variant", "look", "names", "table",
]  # fmt: skip

LEAST = 5
"""Answers that must name a candidate before it is shown: the count from which a code is usually made."""
EARLY = 20_000
"""Different answers that are looked through first, where there are many more."""
_HAN = re.compile(r"[㐀-鿿]")
_SETTING = "brands:{question}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that is not on the list. ``forms``: folded variants with the answers that have each, most first;
    ``answers`` that have any; ``like``: the code whose name it may be a variant of; ``examples``: verbatims;
    ``around``: what people said it in, folded (usually fly klm)."""

    forms: tuple[tuple[str, int], ...]
    answers: int
    like: int | None
    examples: tuple[int, ...]
    around: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the most frequent form, one in characters where there is any: bawangchaji is how 霸王茶姬 sounds."""
        return next((form for form, _n in self.forms if _HAN.search(form)), self.forms[0][0])


def table(db: Connection, question: int) -> Table:
    """Return what people taught of the brands of a question."""
    row = db.one("select value from setting where key = ?", (_SETTING.format(question=question),))
    told = json.loads(str(row[0])) if row else {}
    return Table({str(form): int(code) for form, code in told.get("aliases", {}).items()},
                 frozenset(told.get("ignored", ())))  # fmt: skip


def names(db: Connection, question: int) -> Names:
    """Return the names of a question's closed list; raises UserError (no-frame)."""
    frame = db.integer("select frame_id from question where id = ?", (question,))
    if not frame:
        raise UserError(
            "no-frame",
            N_("Brands cannot be looked for."),
            N_("The question has no code frame, which would be the closed list."),
            N_("Import or make a code frame first."),
        )
    return Names(read(db, frame), table(db, question))


def candidates(
    db: Connection,
    question: int,
    *,
    similarity: float = SIMILARITY,
    least: int = LEAST,
    early: Callable[[list[Candidate]], None] | None = None,
    progress: Progress = silent,
) -> list[Candidate]:
    """Return the names in the answers that are not on the list, with their variants, the most frequent first.

    Read without agents' turns and template phrases that are switched off. ``least``: answers that a candidate needs,
    all variants together. ``early``: where there are many answers, gets what EARLY of them, drawn at random, name,
    counted in these alone. Raises UserError (no-frame), CancelledError through progress.
    """
    known = names(db, question)
    told = different.groups(db, question, progress=Share(progress, 0, 5, 100))
    if early is not None and told.heads.size > 2 * EARLY:
        drawn = np.random.default_rng(question).choice(told.heads, EARLY, replace=False)
        early(_gathered(db, told, known, similarity, least, np.sort(drawn), Share(progress, 5, 1, 100)))
    return _gathered(db, told, known, similarity, least, None, progress)


def around(db: Connection, question: int, forms: Iterable[str], progress: Progress = silent) -> list[str]:
    """Return what people say these forms in, for ``accept`` and ``add_aliases``. Raises UserError (no-frame)."""
    asked = set(map(fold, forms))
    found = candidates(db, question, similarity=1.0, least=1, progress=progress)
    return [said for one in found if asked & {form for form, _n in one.forms} for said in one.around]


def _gathered(
    db: Connection,
    told: Groups,
    known: Names,
    similarity: float,
    least: int,
    only: Ids | None,
    progress: Progress = silent,
) -> list[Candidate]:
    said = Forms(told.counts)
    for part in cleaned(db, told, only=only, progress=Share(progress, 6, 86, 100)):
        said.add(known.cut(part.texts), np.searchsorted(told.heads, part.ids))
    said.settle(known.fills, Share(progress, 92, 4, 100))
    uses = Counter(
        {form: n for form, n in said.uses.items() if form not in said.wrappings and not known.names_nothing(form)}
    )
    found = []
    for forms in families(uses, similarity, Share(progress, 96, 4, 100)):
        total, where = said.answers(forms)
        if total >= least:
            like = next((code for form in forms for code in [closest(form, known.by_form, similarity)] if code), None)
            examples = tuple(told.heads[where[:5]].tolist())
            around = tuple(one for form in forms for one in said.around.get(form, ()))
            found.append(Candidate(tuple((form, said.uses[form]) for form in forms), total, like, examples, around))
    progress(100, 100)
    return sorted(found, key=lambda one: (-one.answers, one.name))


# Verbs


def accept(
    project: Project,
    *,
    question: int,
    name: str,
    forms: Sequence[str],
    around: Sequence[str] = (),
    parent: int | None = None,
    number: str = "",
    progress: Progress = silent,
) -> tuple[int, Step]:
    """Put a candidate onto the closed list and give its code to the answers that name it; return its id and the step.

    ``around``: what it was said in, which counts as naming it. Raises UserError (no-frame, bad-code, number-taken,
    bad-parent).
    """

    known, asked = _named(project, question), {fold(name), *map(fold, forms)} - {""}
    within = asked | set(around)
    back = look_back(project, question, known.with_forms(asked, NEW), asked=within, before=known, progress=progress)

    def do(op: Operation) -> int:
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        draft = FrameDraft.open(op.db, frame)
        frame_edits.applied(draft, [AddCode(name, number, parent, False, Role.THEME.value, "", "")])
        code = next(iter(draft.write(op).values()))
        _teach(op, question, {form: code for form in asked if form != fold(name)}, ())
        op.rows = write_back(project, op, question, back, new=code)
        op.say(N_("Brand {name}: {n} answers"), name=name.strip(), n=op.rows)
        return code

    return operations.run(project, "brands", do)


def add_aliases(
    project: Project,
    *,
    question: int,
    forms: Sequence[str],
    code: int,
    around: Sequence[str] = (),
    progress: Progress = silent,
) -> Step:
    """Say that these forms mean a code of the list, and give it to the answers that have them, or have what they were
    said in (``around``). Raises UserError (no-frame, other-frame)."""
    known, asked = _named(project, question), set(map(fold, forms)) - {""}
    if code not in known.codes:
        raise UserError(
            "other-frame",
            N_("The code does not fit these answers."),
            N_("Their question is coded by another code frame."),
            N_("Choose a code of that frame, or point the question to this one."),
        )
    within = asked | set(around)
    back = look_back(project, question, known.with_forms(asked, code), asked=within, before=known, progress=progress)

    def do(op: Operation) -> None:
        _teach(op, question, dict.fromkeys(asked, code), ())
        op.rows = write_back(project, op, question, back)
        op.say(N_("Alias {forms}: {n} answers"), forms=forms[0], n=op.rows)

    return operations.run(project, "brands", do)[1]


def ignore(project: Project, *, question: int, forms: Sequence[str]) -> Step:
    """Say that these forms are no brands: they are not offered again."""

    def do(op: Operation) -> None:
        _teach(op, question, {}, map(fold, forms))
        op.rows = len(forms)
        op.say(N_("No brand: {forms}"), forms=forms[0])

    return operations.run(project, "brands", do)[1]


def forget(project: Project, *, question: int, form: str) -> Step:
    """Take an alias or an ignored form out of the table; what was coded stays."""

    def do(op: Operation) -> None:
        now, gone = table(op.db, question), fold(form)
        _write(op, question, Table({one: code for one, code in now.aliases.items() if one != gone},
                                   now.ignored - {gone}))  # fmt: skip
        op.rows = 1
        op.say(N_("Brands: {form} taken out"), form=form)

    return operations.run(project, "brands", do)[1]


def look(project: Project, *, question: int, progress: Progress = silent) -> tuple[Back, Preview]:
    """Read what all answers mention, for ``code_back``, and count what it would do. Raises UserError (no-frame)."""
    back = look_back(project, question, _named(project, question), progress=progress)
    return back, preview(project, question, back)


def code_back(project: Project, *, question: int, back: Back | None = None, progress: Progress = silent) -> Step:
    """Give every answer the codes of the names it mentions, in order of mention; one step.

    Answers that name none, or whose writers do not know, get the code that the frame has for this. Where nothing is
    left over, this coder's "other" goes off. ``back``: from ``look``. Raises UserError (no-frame).
    """
    if back is None:
        back = look(project, question=question, progress=progress)[0]

    def do(op: Operation) -> None:
        _teach(op, question, {}, ())
        op.rows = write_back(project, op, question, back)
        op.say(N_("Brands coded back on {n} answers"), n=op.rows)

    return operations.run(project, "brands", do)[1]


def in_order(db: Connection, question: int) -> bool:
    """Tell whether answers to a question were coded by the names they mention, so that order of mention means it."""
    return bool(db.integer("select exists(select 1 from setting where key = ?)", (_SETTING.format(question=question),)))


def _named(project: Project, question: int) -> Names:
    with project.reading() as db:
        return names(db, question)


def _teach(op: Operation, question: int, aliases: dict[str, int], ignored: Iterable[str]) -> None:
    now = table(op.db, question)
    gone = set(ignored)
    _write(
        op,
        question,
        Table(
            {form: code for form, code in {**now.aliases, **aliases}.items() if form and form not in gone},
            (now.ignored | gone) - set(aliases),
        ),
    )


def _write(op: Operation, question: int, told: Table) -> None:
    value = json.dumps({"aliases": told.aliases, "ignored": sorted(told.ignored)}, ensure_ascii=False, sort_keys=True)
    images.write(op, "setting", {"key": _SETTING.format(question=question)}, {"value": value})
