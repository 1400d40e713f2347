"""Random histories of a project against the naive replay: every state, undo, crash and merge must agree."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from replay import Answer, Code, Mark, Replay
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import backup, check, images, journal, journal_rows, merge, operations, restoring
from annotate.store.connection import Connection
from annotate.store.operations import Operation
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


class Histories(RuleBasedStateMachine):
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

    # Coding

    @rule(data=st.data(), coder=CODER, sentiment=SENTIMENT, expand=st.booleans())
    def apply(self, data: st.DataObject, coder: str, sentiment: int | None, expand: bool) -> None:
        if not self.model.live():
            return
        code = data.draw(st.sampled_from(self.model.live()), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.apply(coder, meant, code, sentiment, expand)
        self._do(
            coder,
            "code",
            lambda: coding.apply_code(self.project, verbatims=rows, code=code, sentiment=sentiment, expand=expand),
            changes,
        )

    @rule(data=st.data(), coder=CODER, expand=st.booleans(), explicit=st.booleans())
    def remove(self, data: st.DataObject, coder: str, expand: bool, explicit: bool) -> None:
        if not self.model.codes():
            return
        code = data.draw(st.sampled_from(sorted(self.model.codes())), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.remove(coder, meant, code, expand, explicit)
        self._do(
            coder,
            "code",
            lambda: coding.remove_code(self.project, verbatims=rows, code=code, expand=expand, explicit=explicit),
            changes,
        )

    @rule(data=st.data(), coder=CODER, sentiment=SENTIMENT, expand=st.booleans())
    def feel(self, data: st.DataObject, coder: str, sentiment: int | None, expand: bool) -> None:
        if not self.model.codes():
            return
        code = data.draw(st.sampled_from(sorted(self.model.codes())), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.feel(coder, meant, code, sentiment, expand)
        self._do(
            coder,
            "code",
            lambda: coding.set_sentiment(self.project, verbatims=rows, code=code, sentiment=sentiment, expand=expand),
            changes,
        )

    @rule(data=st.data(), coder=CODER, expand=st.booleans())
    def confirm(self, data: st.DataObject, coder: str, expand: bool) -> None:
        rows, meant = self._choose(data, self.model)
        changes = self.model.confirm(coder, meant, expand)
        self._do(coder, "confirm", lambda: coding.confirm(self.project, verbatims=rows, expand=expand), changes)

    @rule(data=st.data(), coder=CODER)
    def adjudicate(self, data: st.DataObject, coder: str) -> None:
        verbatim = data.draw(st.sampled_from(sorted(self.model.answers)), "answer")
        live = self.model.live()
        codes = data.draw(st.lists(st.sampled_from(live), max_size=2, unique=True), "codes") if live else []
        wanted: dict[int, int | None] = {code: data.draw(SENTIMENT, "sentiment") for code in codes}
        changes = self.model.adjudicate(verbatim, wanted)
        self._do(
            coder,
            "adjudicate",
            lambda: coding.adjudicate(self.project, verbatim=verbatim, codes=wanted.items()),
            changes,
        )

    # The frame

    @rule(data=st.data(), coder=CODER, is_net=st.booleans(), role=st.sampled_from(["theme", "theme", "none", "other"]))
    def add_code(self, data: st.DataObject, coder: str, is_net: bool, role: str) -> None:
        nets: list[int | None] = [None, *(code for code, one in self.model.codes().items() if one.is_net)]
        self._add_code(coder, "c", role, data.draw(st.sampled_from(nets), "net"), is_net=is_net)

    @rule(
        data=st.data(),
        coder=CODER,
        change=st.sampled_from(["label", "definition", "role"]),
        word=st.sampled_from("xyz"),
    )
    def edit_code(self, data: st.DataObject, coder: str, change: str, word: str) -> None:
        if not self.model.codes():
            return
        code, one = data.draw(st.sampled_from(sorted(self.model.codes().items(), key=lambda i: i[0])), "code")
        value = {"x": "theme", "y": "none", "z": "other"}[word] if change == "role" else word
        changed = replace(one, **{change: value})
        self._do(
            coder,
            "frame",
            lambda: frames.edit_code(self.project, code=code, **{change: value}),
            {("code", code): changed},
        )

    @rule(data=st.data(), coder=CODER)
    def move_code(self, data: st.DataObject, coder: str) -> None:
        codes = self.model.codes()
        if not codes:
            return
        code = data.draw(st.sampled_from(sorted(codes)), "code")
        parents: list[int | None] = [None]
        for net in (c for c, one in codes.items() if one.is_net):
            line: int | None = net
            while line is not None and line != code and line in codes:
                line = codes[line].parent
            if line is None:
                parents.append(net)
        parent = data.draw(st.sampled_from(parents), "parent")
        order = self.model.tree()
        siblings = [one for one in order if codes[one].parent == parent and one != code]
        before = data.draw(st.sampled_from([None, *siblings]), "before")
        place = siblings.index(before) if before is not None else len(siblings)
        siblings.insert(place, code)
        slots = sorted(order.index(one) + 1 for one in siblings)
        changes: dict[tuple[object, ...], object] = {
            ("code", one): replace(codes[one], sort=slot, parent=parent if one == code else codes[one].parent)
            for slot, one in zip(slots, siblings, strict=True)
        }
        self._do(
            coder, "frame", lambda: frames.move_code(self.project, code=code, parent=parent, before=before), changes
        )

    @rule(data=st.data(), coder=CODER)
    def retire_code(self, data: st.DataObject, coder: str) -> None:
        live = self.model.live()
        if len(live) < 3:
            return
        code = data.draw(st.sampled_from(live), "code")
        retired = replace(self.model.codes()[code], retired=True)
        self._do(coder, "frame", lambda: frames.retire_code(self.project, code=code), {("code", code): retired})

    @rule(data=st.data(), coder=CODER)
    def merge_codes(self, data: st.DataObject, coder: str) -> None:
        live = [code for code in self.model.live() if ("map", code) not in self.model.facts]
        if len(live) < 3:
            return
        target, *sources = data.draw(st.lists(st.sampled_from(live), min_size=2, max_size=3, unique=True), "codes")
        changes: dict[tuple[object, ...], object] = {}
        for source in sources:
            changes["code", source] = replace(self.model.codes()[source], retired=True)
            changes["map", source] = ("merge", target)
        self._do(coder, "merge", lambda: frames.merge_codes(self.project, sources=sources, target=target), changes)

    @rule(data=st.data(), coder=CODER)
    def split_code(self, data: st.DataObject, coder: str) -> None:
        live = [code for code in self.model.live() if ("map", code) not in self.model.facts]
        if not live or len(self.model.codes()) > 16:
            return
        code = data.draw(st.sampled_from(live), "code")
        answers = sorted(self.model.answers)
        part = data.draw(st.lists(st.sampled_from(answers), min_size=1, max_size=4, unique=True), "part")
        other = data.draw(st.lists(st.sampled_from(answers), max_size=3, unique=True), "second part")
        parts = {"part 1": part, "part 2": [one for one in other if one not in part]}
        before = self._last_op()
        self.project.work_as(coder)
        made, _step = frames.split_code(self.project, code=code, parts=parts)
        self.parts.update(made)
        row = self.project.reading_one("select max(split_id) from split_row")
        assert row is not None
        split = int(row[0] or 0)
        self.model.splits[split] = {one: new for new, ids in zip(made, parts.values(), strict=True) for one in ids}
        old = self.model.codes()[code]
        rest = max(made) + 1
        self.parts.add(rest)
        changes: dict[tuple[object, ...], object] = {
            ("code", new): Code(old.parent, old.sort, False, "", label, old.role, "", False)
            for new, label in zip(made, parts, strict=True)
        }
        changes["code", rest] = old
        changes["code", code] = replace(old, retired=True, number="")
        changes["map", code] = ("split", split, rest)
        self._commit(coder, "split", changes, before)

    # Other things

    @rule(data=st.data(), coder=CODER)
    def import_more(self, data: st.DataObject, coder: str) -> None:
        if len(self.model.answers) < 40:
            self._import(data.draw(st.sampled_from(self.questions), "question"), coder)

    def _image(
        self, coder: str, table: str, key: images.RowImage, values: images.RowImage | None, fact: object
    ) -> None:
        def do(op: Operation) -> None:
            images.write(op, table, key, values)

        self._do(coder, table, lambda: operations.run(self.project, table, do), {(table, *key.values()): fact})

    @rule(coder=CODER, key=st.sampled_from("ab"), value=st.sampled_from(["1", "2"]))
    def set_setting(self, coder: str, key: str, value: str) -> None:
        self._image(coder, "setting", {"key": key}, {"value": value}, value)

    @rule(coder=CODER)
    def add_term(self, coder: str) -> None:
        self.terms += 1
        values: images.RowImage = {"uuid": uuid.uuid4().bytes, "kind": "word", "term": f"t{self.terms}"}
        self._image(coder, "lexicon", {"id": self.terms}, values, f"t{self.terms}")

    @rule(data=st.data(), coder=CODER)
    def drop_term(self, data: st.DataObject, coder: str) -> None:
        terms = [key[1] for key in self.model.facts if key[0] == "lexicon"]
        if terms:
            term = data.draw(st.sampled_from(terms), "term")
            assert isinstance(term, int)
            self._image(coder, "lexicon", {"id": term}, None, None)

    @rule(data=st.data(), coder=CODER)
    def point_run(self, data: st.DataObject, coder: str) -> None:
        run = data.draw(st.sampled_from(self.runs), "run")
        self._image(coder, "run_in_force", {"question_id": self.questions[0], "wave_id": 0}, {"run_id": run}, run)

    # Undo and redo

    @rule(coder=CODER)
    def undo(self, coder: str) -> None:
        self._turn(self.project, self.model, coder, back=True)

    @rule(coder=CODER)
    def undo_more(self, coder: str) -> None:
        for _ in range(3):
            self._turn(self.project, self.model, coder, back=True)

    @rule(coder=CODER)
    def redo(self, coder: str) -> None:
        self._turn(self.project, self.model, coder, back=False)

    def _turn(self, project: Project, model: Replay, coder: str, *, back: bool) -> None:
        project.work_as(coder)
        turn = operations.undo if back else operations.redo
        stack = (model.stacks if back else model.undone).get(coder, [])
        if not stack:
            if not back or coder != "Ann":  # below Ann's stack lies the making of the frame
                assert turn(project) is None
            return
        top, carry_out, before = stack[-1], model.turn(coder, back=back), self._last_op(project)
        if carry_out is None:
            with pytest.raises(UserError) as refused:
                turn(project)
            assert refused.value.id == "undo-conflict"
            assert self._last_op(project) == before
            return
        step = turn(project)
        assert step is not None
        assert (step.op, step.undone) == (top.op, back)
        carry_out(before + 1)
        assert self._last_op(project) == before + 1

    # Closing, crashing, merging

    @rule(coder=CODER)
    def reopen(self, coder: str) -> None:
        path = self.project.path
        self.project.close()
        assert not path.with_name(path.name + "-wal").exists()
        self.project = Project.open(path, coder=coder)

    @rule()
    def crash(self) -> None:
        """Go on from what would be on disk had the program been killed now."""
        self.crashes += 1
        folder = self.folder / str(self.crashes)
        folder.mkdir()
        old = self.project.path
        copy_live(old, folder)
        self.project.close()
        self.project = Project.open(folder / old.name, coder="Ann")
        self.backup, self.keeper = None, journal.Keeper()

    @rule()
    def write_journal(self) -> None:
        """Write what was done since the newest backup beside it; where that cannot be, a new backup."""
        folder = backup.folder_of(self.project.path)
        try:
            if self.backup is None:
                raise journal_rows.NotCarriedError
            self.keeper.keep(self.project, self.backup)
        except journal_rows.NotCarriedError:
            backup.keep_safe(self.project, folder)
            self.backup = backup.list_backups(folder)[0]

    @precondition(lambda self: self.backup is not None)
    @rule()
    def lose_the_file(self) -> None:
        """Go on from the newest backup and its journals, as if the file were gone."""
        self.write_journal()
        path = self.project.path
        self.project.close()
        path.unlink()
        restoring.put_back(path)
        self.project = Project.open(path, coder="Ann")

    @precondition(lambda self: self.sibling is None)
    @rule()
    def fork_copy(self) -> None:
        folder = self.folder / "dan"
        folder.mkdir()
        path = self.project.path
        self.project.close()
        shutil.copy(path, folder)
        self.project = Project.open(path, coder="Ann")
        self.sibling = Project.open(folder / path.name, coder="Dan")
        self.fork = copy.deepcopy(self.model)
        self.fork.stacks, self.fork.undone = {"Dan": []}, {"Dan": []}

    @precondition(lambda self: self.sibling is not None)
    @rule(data=st.data(), verb=st.sampled_from(["apply", "apply", "remove", "confirm", "undo", "redo"]))
    def dan_codes(self, data: st.DataObject, verb: str) -> None:
        sibling, fork = self.sibling, self.fork
        assert sibling is not None
        assert fork is not None
        if verb in ("undo", "redo"):
            self._turn(sibling, fork, "Dan", back=verb == "undo")
            return
        live = fork.live()
        rows, meant = self._choose(data, fork)
        if verb == "confirm":
            changes = fork.confirm("Dan", meant, True)
            coding.confirm(sibling, verbatims=rows)
        elif not live:
            return
        else:
            code = data.draw(st.sampled_from(live), "code")
            if verb == "apply":
                changes = fork.apply("Dan", meant, code, 1, True)
                coding.apply_code(sibling, verbatims=rows, code=code, sentiment=1)
            else:
                changes = fork.remove("Dan", meant, code, True, False)
                coding.remove_code(sibling, verbatims=rows, code=code)
        fork.commit(self._last_op(sibling), "Dan", verb, changes)

    @precondition(lambda self: self.sibling is not None)
    @rule()
    def merge_dan(self) -> None:
        assert self.sibling is not None
        assert self.fork is not None
        before, coder = self._last_op(), self.project.coder.name
        done = merge.merge(self.project, self.sibling.path)
        assert {one.why for one in done.conflicts} <= {merge.Why.CODE_NOT_IN_FRAME}
        assert merge.merge(self.project, self.sibling.path).step.op == 0
        # Only Dan codes in the copy, and only there: here his layer becomes what it is there.
        here, there = (
            {key: told for key, told in facts.items() if key[0] in ("label", "review") and key[2] == "Dan"}
            for facts in (self.model.facts, self.fork.facts)
        )
        changes = {**dict.fromkeys(here, None), **there}
        if done.step.op:
            draft = self.model.draft
            self.model.commit(done.step.op, coder, "merge", changes, always=True)
            self.model.draft = draft  # decided over there, under a revision that need not be the draft here
        else:
            assert here == there
            assert self._last_op() == before
        # The first decision under a draft that both copies share publishes it here too.
        now = frames.head(self.project, self.frame)
        assert now.number == self.model.number
        assert self.model.draft or not now.draft
        self.model.draft = now.draft

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


def copy_live(path: Path, folder: Path) -> None:
    """Copy an open project as a crash would leave it: by another process, which does not disturb its locks."""
    files = [one for suffix in ("", "-wal") if (one := path.with_name(path.name + suffix)).exists()]
    if os.name == "nt":
        for one in files:
            shutil.copy(one, folder)
    else:
        subprocess.run(["cp", *map(str, files), str(folder)], check=True)


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_random_histories_agree_with_the_replay() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, derandomize=True, database=None,
            suppress_health_check=CHECKS, phases=[Phase.generate],
        ),
    )  # fmt: skip


@pytest.mark.slow
def test_many_long_random_histories_agree_with_the_replay() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=300, stateful_step_count=80, deadline=None, database=None, suppress_health_check=CHECKS,
            phases=[Phase.generate, Phase.shrink],
        ),
    )  # fmt: skip
