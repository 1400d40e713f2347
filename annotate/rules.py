"""Rules: what words give a code to an answer, in a layer of their own that yields to people."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotate import different, frames, layers
from annotate.different import Different, Ids
from annotate.errors import UserError
from annotate.estimates import wilson_interval
from annotate.frames import EXCLUSIVE, Code
from annotate.layers import Source
from annotate.messages import N_
from annotate.random_rows import random_rows
from annotate.rules_syntax import Expression, from_json, parse, test_of, to_json, written
from annotate.store import decisions, images, operations
from annotate.store.connection import Connection, Value
from annotate.store.decisions import Action, Origin
from annotate.store.operations import Operation, Step
from annotate.store.project import RULES, Project
from annotate.text_batch import fold_many

EXAMPLES = 20
_PEOPLE = frozenset({Source.ADJUDICATED, Source.HUMAN, Source.DUPLICATE, Source.DISAGREEMENT})


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


@dataclass(frozen=True, slots=True)
class Precision:
    """How often people gave the code to answers that a rule hits, over different answers that people decided.

    ``low``, ``high``: Wilson's 95 % interval. ``random_judged``, ``random_right``: of those, in random samples, which
    alone stand for all hits: people do not look at the others by chance.
    """

    judged: int
    right: int
    low: float
    high: float
    random_judged: int
    random_right: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What a rule would hit: answers and different texts among them, ``out_of`` answers looked through.

    ``ids``: one verbatim for each text, rising; ``examples``: some of them, spread; ``said``: for each code that
    someone gave, how many of the answers have it, most first, and ``uncoded`` how many have none.
    """

    answers: int
    out_of: int
    ids: tuple[int, ...]
    examples: tuple[int, ...]
    said: tuple[tuple[int, int], ...]
    uncoded: int


def rules(db: Connection, question: int | None = None) -> list[Rule]:
    """Return the rules of a question, or all; in the order they were made."""
    where, values = ("", ()) if question is None else (" where question_id = ?", (question,))
    rows = db.execute(f"select id, question_id, code_id, expression, active from rule{where} order by id", values)
    return [
        Rule(int(row[0] or 0), int(row[1] or 0), int(row[2] or 0), from_json(str(row[3])), bool(row[4])) for row in rows
    ]


def find(expression: Expression, answers: Different) -> Ids:
    """Return the places of the texts for which a rule holds, rising; 20,000 short answers take some 10 ms."""
    holds = test_of(expression)
    return np.flatnonzero(np.fromiter(map(holds, answers.texts), np.bool_, len(answers.texts)))


def preview(db: Connection, expression: Expression, answers: Different) -> Hits:
    """Say what a rule would hit, and what people or rules have said of these answers so far."""
    places = find(expression, answers)
    ids = answers.ids[places]
    count = dict(zip(ids.tolist(), answers.counts[places].tolist(), strict=True))
    said: dict[int, int] = {}
    coded: set[int] = set()
    for verbatim, code in db.execute(
        "select distinct w.verbatim_id, w.code_id from label_now w where w.yes = 1 and w.verbatim_id in"
        " (select value from json_each(?))",
        (_json(ids),),
    ):
        said[int(code or 0)] = said.get(int(code or 0), 0) + count[int(verbatim or 0)]
        coded.add(int(verbatim or 0))
    total = sum(count.values())
    spread = np.linspace(0, max(ids.size - 1, 0), min(EXAMPLES, ids.size)).astype(np.int64)
    return Hits(
        total,
        answers.verbatims.size,
        tuple(ids.tolist()),
        tuple(ids[spread].tolist()),
        tuple(sorted(said.items(), key=lambda one: (-one[1], one[0]))),
        total - sum(count[one] for one in coded),
    )


def _json(ids: Ids) -> str:
    return f"[{', '.join(map(str, ids.tolist()))}]"


def precision(db: Connection, question: int, code: int, ids: Sequence[int]) -> Precision | None:
    """Compare hits (one verbatim a text) with what people said of the code; None where nobody looked at any."""
    row = db.one("select frame_id from question where id = ?", (question,))
    if row is None or row[0] is None or not ids:
        return None
    held = {one.id: one.held_from for one in frames.read(db, int(row[0])).codes}.get(code, 0)
    looked = db.execute(
        "select j.value from json_each(?) j where exists(select 1 from label_now w join coder c on c.id = w.coder_id"
        " and c.kind <> ? where w.verbatim_id = j.value) or exists(select 1 from review_now n where n.verbatim_id ="
        " j.value)",
        (_json(np.array(ids, np.int64)), RULES),
    ).fetchall()
    drawn = set(random_rows(db, question).ids.tolist())
    judged: list[tuple[bool, bool]] = []
    for answer in layers.answers(db, question, model=False, only=[int(one[0] or 0) for one in looked]):
        if answer.source not in _PEOPLE or code in answer.contested:
            continue
        yes = any(one.code_id == code for one in answer.human)
        if yes or code in answer.denied or (answer.reviewed and held <= answer.reviewed):
            judged.append((yes, answer.verbatim in drawn))
    if not judged:
        return None
    right = sum(yes for yes, _ in judged)
    low, high = wilson_interval(right, len(judged))
    by_chance = [yes for yes, random in judged if random]
    return Precision(len(judged), right, low, high, len(by_chance), sum(by_chance))


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


def apply(project: Project, *, rule: int, expected: int | None = None) -> Step:
    """Give a rule's code to all answers it hits, in the layer of rules, where people's word comes first. One step.

    Answers that arrive later are offered (``offers``), not coded. Left out are answers to which another rule gave a
    code that cannot stand beside this one (none, don't know; any other in a single-choice question); the step's detail
    says how many. ``expected``: the count shown beforehand. Raises UserError (no-rule, rule-off, no-code,
    retired-code).
    """
    with project.reading() as db:
        ready = _rule(db, rule)
        answers = different.read(db, ready.question_id)
    # Outside the write: a million answers take longer than a key press. What arrives meanwhile is offered later.
    members = answers.members(find(ready.expression, answers))

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
    """A rule that is on: the answers it ``hits``, those of them without its code from a rule (``new``), and one
    verbatim for each text it hits (``texts``)."""

    rule: Rule
    hits: Ids
    new: Ids
    texts: Ids


def offers(project: Project, question: int, answers: Different | None = None) -> list[Offer]:
    """Return the rules of a question that are on, with their hits and those of them that wait for ``apply``."""
    with project.reading() as db:
        known = [one for one in rules(db, question) if one.active]
        answers = answers if answers is not None or not known else different.read(db, question)
        found = []
        for one in known:
            assert answers is not None
            places = find(one.expression, answers)
            members = answers.members(places)
            rows = db.execute(
                "select verbatim_id from label_now where coder_id = ? and raw_code = ? and yes = 1",
                (project.layer(RULES), one.code_id),
            ).fetchall()
            given = np.array([int(row[0] or 0) for row in rows], np.int64)
            found.append(Offer(one, members, np.setdiff1d(members, given), answers.ids[places]))
    return found


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


def _fill(db: Connection, ids: Iterable[int]) -> None:
    db.execute("create temp table if not exists ruled(id integer primary key)")
    db.execute("delete from temp.ruled")
    db.executemany("insert into temp.ruled values (?)", ((one,) for one in ids))


def _give(project: Project, op: Operation, frame: int, code: Code, members: Ids) -> int:
    """Write a yes of the layer of rules on these answers; return how many have it now that did not."""
    db, layer = op.db, project.layer(RULES)
    _fill(db, members.tolist())
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
        " on t.id = v.id where w.coder_id = ? and w.raw_code = ? and w.code_id = w.raw_code and w.yes = 1"
        " and v.question_id = ?",
        (layer, old.code_id, old.question_id),
    ).fetchall()
    on = [one for one in rules(db, old.question_id) if one.active and one.code_id == old.code_id]
    holds = [test_of(one.expression) for one in on]
    folded = fold_many([str(row[1]) for row in rows])
    gone = [int(row[0] or 0) for row, text in zip(rows, folded, strict=True) if not any(hold(text) for hold in holds)]
    frame = db.integer("select frame_id from code where id = ?", (old.code_id,))
    return decisions.record(
        op, frame, layer,
        ((one, old.code_id, Action.CLEARED, None, None, None, None, Origin.RULE) for one in gone),
    )  # fmt: skip
