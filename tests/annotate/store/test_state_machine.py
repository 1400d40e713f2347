"""Random histories of a project against the naive replay: every state, undo, crash and merge must agree."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from histories import CODER
from histories_coding import Coding
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from replay import Replay

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import backup, images, journal, journal_rows, merge, operations, restoring
from annotate.store.operations import Operation
from annotate.store.project import Project


class Histories(Coding):
    """All that may happen to a project."""

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
