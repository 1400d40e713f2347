"""A project beside its naive replay: how both begin, take a step and are compared."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from replay import Answer, Code, Mark, Replay
from survey import add_question, import_answers

from annotate import frames
from annotate.store import backup, check, journal, operations
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import HasCode, Ids, InQuestion, Not, Query, Reviewed

CODERS = ("Ann", "Ben")
TEXTS = ("低速顿挫", "低速顿挫。", "异响", "没有", "", "动力不错", "异响！", "not bad", "NOT BAD")
SENTIMENT = st.sampled_from([None, -1, 0, 1])
CODER = st.sampled_from(CODERS)


def add_runs(project: Project, frame: int, question: int) -> list[int]:
    def job(db: Connection) -> list[int]:
        with db.transaction():
            revision = db.integer("select min(id) from revision where frame_id = ?", (frame,))
            model = db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                " values (?, ?, ?, 1, 0, '{}', '{}', x'00')",
                (uuid.uuid4().bytes, frame, revision),
            ).lastrowid
            return [
                db.execute(
                    "insert into run(uuid, model_id, question_id, state, created_ms) values (?, ?, ?, 1, 0)",
                    (uuid.uuid4().bytes, model, question),
                ).lastrowid
                for _ in range(2)
            ]

    return project.write(job)


class Compared(RuleBasedStateMachine):
    """Holds the project and the replay; after each step every state of both must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tingdong-test-"))
        self.crashes = 0
        self.project = Project.create(self.folder / "car.tingdong", coder="Ann")
        self.model = Replay()
        self.sibling: Project | None = None
        self.fork: Replay | None = None
        self.terms = 0
        self.parts: set[int] = set()
        self.backup: backup.Backup | None = None
        self.keeper = journal.Keeper()

    @initialize()
    def begin(self) -> None:
        self.frame = frames.create_frame(self.project, name="Car")
        self.questions = [
            add_question(self.project, "Q1", frame=self.frame),
            add_question(self.project, "Q2", single=True, frame=self.frame),
        ]
        self.model.singles = {self.questions[1]}
        self.runs = add_runs(self.project, self.frame, self.questions[0])
        # What makes the frame is on Ann's stack, below everything else; the replay begins above it.
        self.floor = self._last_op()
        for question in self.questions:
            self._import(question, "Ann")
        for label, role in (("a", "theme"), ("b", "theme"), ("none", "none")):
            self._add_code("Ann", label, role, None, is_net=False)

    # Help

    def _last_op(self, project: Project | None = None) -> int:
        row = (project or self.project).reading_one("select ifnull(max(id), 0) from op")
        assert row is not None
        return int(row[0] or 0)

    def _commit(self, coder: str, kind: str, changes: dict[tuple[object, ...], object], before: int) -> None:
        """Let the replay do what the project has done, and agree on whether that was an operation."""
        last = self._last_op()
        changed = self.model.commit(last, coder, kind, changes)
        assert changed == (last == before + 1), (kind, changes)
        assert changed or last == before

    def _do(self, coder: str, kind: str, real: Callable[[], object], changes: dict[tuple[object, ...], object]) -> None:
        before = self._last_op()
        self.project.work_as(coder)
        real()
        self._commit(coder, kind, changes, before)

    def _import(self, question: int, coder: str) -> None:
        self.project.work_as(coder)
        before = self._last_op()
        batch, made = import_answers(self.project, question, TEXTS)
        rows = self.project.rows("select id, group_id, state from verbatim where batch_id = ?", (batch,))
        heads = {int(row[0] or 0): int(row[1] or 0) for row in rows}
        for one, text in zip(made, TEXTS, strict=True):
            self.model.answers[one] = Answer(question, heads[one], not text, batch)
        self.model.facts["batch", batch] = 2
        self._commit(coder, "import", {("batch", batch): 1}, before)

    def _add_code(self, coder: str, label: str, role: str, parent: int | None, *, is_net: bool) -> None:
        before = self._last_op()
        self.project.work_as(coder)
        sort = 1 + max((one.sort for one in self.model.codes().values()), default=0)
        code = frames.add_code(
            self.project, frame=self.frame, label=label, parent=parent, is_net=is_net, role=frames.Role(role)
        )
        made = Code(parent, sort, is_net, "", label, role, "", False)
        self._commit(coder, "frame", {("code", code): made}, before)

    def _choose(self, data: st.DataObject, model: Replay) -> tuple[list[int] | Query, list[int]]:
        """Draw a list of answers or a query, and say which answers it means."""
        codes = sorted(model.codes())
        everything = sorted(model.answers)
        kind = data.draw(st.sampled_from(["list", "list", "all", "question", "code", "not", "reviewed"]), "rows")
        if kind == "list" or (kind in ("code", "not") and not codes):
            ids = data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=4), "answers")
            if data.draw(st.booleans(), "as query"):
                return Query((Ids.of(ids),)), [one for one in ids if model.active(one)]
            return ids, ids
        active = [one for one in everything if model.active(one)]
        if kind == "all":
            return Query(), active
        if kind == "question":
            question = self.questions[0]
            return Query((InQuestion(question),)), [o for o in active if model.answers[o].question == question]
        if kind == "reviewed":
            seen = {key[1] for key, told in model.facts.items() if key[0] == "review" and told}
            return Query((Reviewed(),)), [one for one in active if one in seen]
        code = data.draw(st.sampled_from(codes), "code asked")
        told = HasCode(code)
        if kind == "not":
            return Query((Not((told,)),)), [one for one in active if not model.has(one, code)]
        return Query((told,)), [one for one in active if model.has(one, code)]

    # Comparing

    def teardown(self) -> None:
        try:
            if hasattr(self, "frame"):
                self.compare()
                report = check.check(self.project)
                assert report.ok, report.findings
                if self.sibling is not None:
                    report = check.check(self.sibling)
                    assert report.ok, report.findings
        finally:
            self.project.close()
            if self.sibling is not None:
                self.sibling.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def check_invariants(self, *args: object, **kwargs: object) -> None:
        super().check_invariants(*args, **kwargs)  # type: ignore[no-untyped-call]
        if hasattr(self, "frame"):
            self.compare()

    def compare(self) -> None:
        project, model = self.project, self.model
        names = {int(i or 0): str(name) for i, name in project.rows("select id, name from coder")}
        labels = {
            ("label", int(v or 0), names[int(c or 0)], int(raw or 0)): (
                code, Mark(yes == 1, s, m, int(origin or 0)),  # type: ignore[arg-type]
            )
            for v, c, code, raw, yes, s, m, origin in project.rows(
                "select verbatim_id, coder_id, code_id, raw_code, yes, sentiment, mention, origin from label_now"
            )
        }  # fmt: skip
        expected = {
            key: (model.resolve(key[1], key[3]), mark)  # type: ignore[arg-type]
            for key, mark in model.facts.items()
            if key[0] == "label"
        }
        assert labels == expected
        reviews = {
            ("review", v, names[int(c or 0)]): number
            for v, c, number in project.rows(
                "select verbatim_id, coder_id, number from review_now n join revision r on r.id = n.revision_id"
            )
        }
        told = {key: one for key, one in model.facts.items() if key[0] == "review"}
        assert reviews.keys() == told.keys()
        assert {k: n for k, n in reviews.items() if k[2] != "Dan"} == {k: n for k, n in told.items() if k[2] != "Dan"}
        counts = project.rows("select question_id, code_id, verbatims from code_count where verbatims <> 0")
        assert {(q, c): n for q, c, n in counts} == model.counts()
        now = frames.head(project, self.frame)
        assert (now.number, now.draft) == (model.number, model.draft)
        places = {int(c or 0): int(s or 0) for c, s in project.rows(
            "select code_id, sort from code_def where revision_id = ?", (now.revision,)
        )}  # fmt: skip
        codes = {
            c.id: Code(c.parent_id, places[c.id], c.is_net, c.number, c.label, c.role.value, c.definition, c.retired)
            for c in now.codes
        }
        assert codes == model.codes()
        assert [c.id for c in now.codes] == model.tree()
        self.compare_rows()
        self.compare_stacks()
        self.reviews_cover_only_what_was_held()

    def compare_rows(self) -> None:
        project, facts = self.project, self.model.facts
        for table, sql in (
            ("batch", "select id, state from import_batch"),
            ("setting", "select key, value from setting"),
            ("lexicon", "select id, term from lexicon"),
            ("run_in_force", "select question_id, wave_id, run_id from run_in_force"),
        ):
            stored = {(table, *row[:-1]): row[-1] for row in project.rows(sql)}
            assert stored == {key: value for key, value in facts.items() if key[0] == table}

    def compare_stacks(self) -> None:
        project, model = self.project, self.model
        for name in CODERS:
            rows = project.rows(
                "select op_id, undone from op_stack s join coder c on c.id = s.coder_id"
                " where c.name = ? and op_id > ? order by pos",
                (name, self.floor),
            )
            steps = [(one.op, 0) for one in model.stacks.get(name, [])]
            steps += [(one.op, 1) for one in reversed(model.undone.get(name, []))]
            assert rows == steps
        shown = {
            step.op: step.undone
            for step in operations.history(project, limit=10_000)
            if step.op > self.floor and step.coder in CODERS and not step.kind.startswith("merge-again")
        }
        assert shown == {one.op: not one.in_force() for one in model.done}

    def reviews_cover_only_what_was_held(self) -> None:
        """A code is never said to be covered by reviews under a published revision that did not hold it."""
        wrong = self.project.rows(
            "select d.code_id, r.number from code_def d join revision r on r.frame_id = ?1 and r.state = 1"
            " and r.away = 0 and r.number >= d.held_from and r.number <= ?2"
            " where d.revision_id = ?3 and d.code_id not in (select code_id from code_def where revision_id = r.id)",
            (self.frame, self.model.number, frames.head(self.project, self.frame).revision),
        )
        # What a code was split into is covered by the reviews that covered the code.
        assert [row for row in wrong if row[0] not in self.parts] == []
