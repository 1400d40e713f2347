"""Rules: what words give a code to an answer, in a layer of their own that yields to people."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotate import different, frames, rule_hits
from annotate.different import Ids
from annotate.errors import UserError
from annotate.frames import EXCLUSIVE, Code
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.rule_hits import Precision
from annotate.rules_syntax import Expression, from_json, parse, test_of, to_json, written
from annotate.store import decisions, images, operations
from annotate.store.connection import Connection, Value
from annotate.store.decisions import Action, Origin
from annotate.store.finding import ids_of
from annotate.store.operations import Operation, Step
from annotate.store.project import RULES, Project
from annotate.store.query import Ids as AnyIds
from annotate.store.query import InQuestion, Query
from annotate.text_batch import fold_many

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: answers to the question for which the expression holds get the code when the rule is applied."""

    id: int
    question_id: int
    code_id: int
    expression: Expression
    active: bool

    @property
    def text(self) -> str:
        """Return the rule as a person types it."""
        return written(self.expression)


def rules(db: Connection, question: int | None = None) -> list[Rule]:
    """Return the rules of a question, or all; in the order they were made."""
    where, values = ("", ()) if question is None else (" where question_id = ?", (question,))
    rows = db.execute(f"select id, question_id, code_id, expression, active from rule{where} order by id", values)
    return [
        Rule(int(row[0] or 0), int(row[1] or 0), int(row[2] or 0), from_json(str(row[3])), bool(row[4])) for row in rows
    ]


# Verbs


def add(project: Project, *, question: int, code: int, expression: Expression | str) -> int:
    """Add a rule, switched on and not yet applied; return its id.

    Raises AskedWronglyError (bad-rule), UserError (no-code, retired-code, other-frame, rule-there).
    """
    rule = parse(expression) if isinstance(expression, str) else expression

    def do(op: Operation) -> int:
        frame, one = _usable(op.db, question, code)
        op.say(N_("Rule for {code}: {rule}"), code=f"{one.number} {one.label}".strip(), rule=written(rule))
        for known in rules(op.db, question):
            if known.code_id == code and known.expression == rule:
                raise UserError(
                    "rule-there",
                    N_("The rule was not added."),
                    N_("{code} has it already."),
                    N_("Change or apply that one."),
                    code=one.label,
                )
        number = op.db.integer("select max(id) from rule") + 1
        values: dict[str, Value] = {
            "uuid": uuids.uuid4().bytes, "frame_id": frame, "code_id": code, "question_id": question,
            "expression": to_json(rule), "active": 1,
        }  # fmt: skip
        images.write(op, "rule", {"id": number}, values)
        op.rows = 1
        return number

    return operations.run(project, "rule", do)[0]


def change(project: Project, *, rule: int, expression: Expression | str) -> Step:
    """Give a rule another expression: what no rule of its code hits any more loses the code, new hits wait for apply.

    Raises AskedWronglyError (bad-rule), UserError (no-rule).
    """
    new = parse(expression) if isinstance(expression, str) else expression

    def do(op: Operation) -> None:
        old = _rule(op.db, rule)
        op.say(N_("Rule changed: {rule}"), rule=written(new))
        images.write(op, "rule", {"id": rule}, {"expression": to_json(new)})
        op.rows = _withdraw(project, op, old)

    return operations.run(project, "rule", do)[1]


def switch(project: Project, *, rule: int, active: bool) -> Step:
    """Switch a rule on, or off: then the answers that no other rule of its code hits lose the code.

    Raises UserError (no-rule).
    """

    def do(op: Operation) -> None:
        old = _rule(op.db, rule)
        op.say(N_("Rule on: {rule}") if active else N_("Rule off: {rule}"), rule=old.text)
        images.write(op, "rule", {"id": rule}, {"active": int(active)})
        op.rows = 0 if active else _withdraw(project, op, old)

    return operations.run(project, "rule", do)[1]


def remove(project: Project, *, rule: int) -> Step:
    """Take a rule away, with the codes that only it gave; raises UserError (no-rule)."""

    def do(op: Operation) -> None:
        old = _rule(op.db, rule)
        op.say(N_("Rule removed: {rule}"), rule=old.text)
        images.write(op, "rule", {"id": rule}, None)
        op.rows = _withdraw(project, op, old)

    return operations.run(project, "rule", do)[1]


def apply(project: Project, *, rule: int, expected: int | None = None, progress: Progress = silent) -> Step:
    """Give a rule's code to all answers it hits, in the layer of rules, where people's word comes first. One step.

    Answers that arrive later are offered (``offers``), not coded. Left out are answers to which another rule gave a
    code that cannot stand beside this one (none, don't know; any other in a single-choice question); the step's detail
    says how many. ``expected``: the count shown beforehand. Raises UserError (no-rule, rule-off, no-code,
    retired-code).
    """
    with project.reading() as db, db.snapshot():
        ready = _rule(db, rule)
        told = different.groups(db, ready.question_id)
        # Outside the write: a million answers take longer than a key press. What arrives meanwhile is offered later.
        members = told.members(rule_hits.heads(db, told, [ready.expression], progress=progress)[0])

    def do(op: Operation) -> None:
        now = _rule(op.db, rule)
        if not now.active or now.expression != ready.expression:
            raise UserError(
                "rule-off",
                N_("The rule was not applied."),
                N_("It is switched off, or was changed meanwhile."),
                N_("Look at the rule again."),
            )
        frame, code = _usable(op.db, now.question_id, now.code_id)
        n = _give(project, op, frame, code, members)
        op.rows = n
        op.say(N_("Rule {rule}: {code} on {n} answers"), rule=now.text, code=f"{code.number} {code.label}".strip(), n=n)
        if expected is not None and expected != n:
            op.detail["expected"] = expected

    return operations.run(project, "rule", do)[1]


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that is on: how many answers it ``hits``, how many of them wait for ``apply`` (``new``: they have not its
    code from a rule), and how people agree with it."""

    rule: Rule
    hits: int
    new: int
    agreed: Precision | None


def offers(project: Project, question: int, *, progress: Progress = silent) -> list[Offer]:
    """Return the rules of a question that are on, with what they hit; all of them in one reading of the answers."""
    layer = project.layer(RULES)
    with project.reading() as db, db.snapshot():
        known = [one for one in rules(db, question) if one.active]
        if not known:
            return []
        told = different.groups(db, question)
        texts = rule_hits.heads(db, told, [one.expression for one in known], progress=Share(progress, 0, 90, 100))
        found = []
        for at, (one, own) in enumerate(zip(known, texts, strict=True)):
            progress(90 + 10 * at // len(known), 100, N_("Comparing with what people say"))
            hits = told.members(own)
            given = _given_by_rules(db, layer, one.code_id)
            agreed = rule_hits.precision(db, question, one.code_id, hits, told)
            found.append(Offer(one, hits.size, int(np.count_nonzero(~np.isin(hits, given))), agreed))
    progress(100, 100)
    return found


def hit_by(project: Project, rule: int, *, progress: Progress = silent) -> Query:
    """Return the query for the answers that a rule hits now; raises UserError (no-rule)."""
    with project.reading() as db, db.snapshot():
        one = _rule(db, rule)
        told = different.groups(db, one.question_id)
        hits = told.members(rule_hits.heads(db, told, [one.expression], progress=progress)[0])
    return Query((InQuestion(one.question_id), AnyIds.of(hits.tolist())))


def _given_by_rules(db: Connection, layer: int, code: int) -> Ids:
    """Return the answers to which a rule gave the code."""
    return ids_of(
        db.one(
            "select group_concat(verbatim_id) from label_now where coder_id = ? and raw_code = ? and yes = 1",
            (layer, code),
        )
    )


def _rule(db: Connection, rule: int) -> Rule:
    for one in rules(db):
        if one.id == rule:
            return one
    raise UserError(
        "no-rule",
        N_("There is no such rule."),
        N_("It may have been taken away meanwhile."),
        N_("Look through the list of rules again."),
    )


def _usable(db: Connection, question: int, code: int) -> tuple[int, Code]:
    """Return the frame of a code that a rule may give to answers of a question."""
    frame, one = frames.find(db, code)
    if one.is_net or one.retired:
        raise UserError(
            "retired-code",
            N_("{label} cannot be given to an answer."),
            N_("It is a net, or was retired."),
            N_("Choose a code in use."),
            label=one.label,
        )
    if db.integer("select frame_id from question where id = ?", (question,)) != frame:
        raise UserError(
            "other-frame",
            N_("The code does not fit these answers."),
            N_("Their question is coded by another code frame."),
            N_("Choose a code of that frame, or point the question to this one."),
        )
    return frame, one


def _one_by_one(ids: Ids) -> Iterator[tuple[int]]:
    for start in range(0, ids.size, _BATCH):
        yield from zip(ids[start : start + _BATCH].tolist(), strict=True)


def _fill(db: Connection, ids: Ids) -> None:
    db.execute("create temp table if not exists ruled(id integer primary key)")
    db.execute("delete from temp.ruled")
    db.executemany("insert into temp.ruled values (?)", _one_by_one(ids))


def _give(project: Project, op: Operation, frame: int, code: Code, members: Ids) -> int:
    """Write a yes of the layer of rules on these answers; return how many have it now that did not."""
    db, layer = op.db, project.layer(RULES)
    _fill(db, members)
    db.execute(
        "delete from temp.ruled where id not in (select r.id from temp.ruled r cross join verbatim v on v.id = r.id"
        " where v.state = 1 and v.batch_id in (select id from import_batch where state = 1))"
    )
    exclusive = [one.id for one in frames.read(db, frame).codes if one.role in EXCLUSIVE and one.id != code.id]
    others = f"w.code_id <> {code.id}"
    if code.role not in EXCLUSIVE:
        others += (
            " and (exists(select 1 from verbatim v join question q on q.id = v.question_id and q.single = 1"
            f" where v.id = w.verbatim_id) or w.code_id in ({', '.join(map(str, exclusive)) or '0'}))"
        )
    skipped = db.execute(
        "delete from temp.ruled where id in (select w.verbatim_id from temp.ruled r cross join label_now w"
        f" on w.verbatim_id = r.id and w.coder_id = ? and w.yes = 1 where {others})",
        (layer,),
    ).rowcount
    if skipped:
        op.detail["skipped"] = skipped
    db.execute(
        "delete from temp.ruled where id in (select w.verbatim_id from temp.ruled r cross join label_now w"
        " on w.verbatim_id = r.id and w.coder_id = ? and w.raw_code = ? and w.yes = 1)",
        (layer, code.id),
    )
    decisions.empty_todo(db)
    db.execute(
        "insert into temp.todo(verbatim_id, code_id, action, origin) select id, ?, ?, ? from temp.ruled",
        (code.id, int(Action.YES), int(Origin.RULE)),
    )
    return decisions.write_todo(op, frame, layer)


def _withdraw(project: Project, op: Operation, old: Rule) -> int:
    """Clear the code of a rule that changed or went wherever no rule that is on gives it any more."""
    db, layer = op.db, project.layer(RULES)
    rows = db.execute(
        "select v.id, t.text from label_now w cross join verbatim v on v.id = w.verbatim_id cross join verbatim_text t"
        " on t.id = v.id where w.coder_id = ? and w.code_id = ? and w.raw_code = w.code_id and w.yes = 1"
        " and v.question_id = ?",
        (layer, old.code_id, old.question_id),
    )
    on = [one for one in rules(db, old.question_id) if one.active and one.code_id == old.code_id]
    holds = [test_of(one.expression) for one in on]
    gone: list[int] = []
    while some := rows.fetchmany(_BATCH):
        folded = fold_many([str(row[1]) for row in some])
        gone += [
            int(row[0] or 0) for row, text in zip(some, folded, strict=True) if not any(one(text) for one in holds)
        ]
    frame = db.integer("select frame_id from code where id = ?", (old.code_id,))
    return decisions.record(
        op, frame, layer,
        ((one, old.code_id, Action.CLEARED, None, None, None, None, Origin.RULE) for one in gone),
    )  # fmt: skip
