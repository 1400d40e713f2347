"""Certificates: drawn from what the run accepts, decided by people, of this run only, undone like anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import machine
import numpy as np
import pytest
import tables
from numpy.typing import NDArray

from annotate import coding, frames, layers, samples, verbatims
from annotate.certificates import coverage_from
from annotate.errors import UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.samples import Purpose
from annotate.store import images, operations
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.quality import acceptance, in_force
from training.quality.acceptance import Proposal

ANSWERS = 400


@dataclass
class Known:
    """A stored model as far as a proposal reads it: 300 random rows, out of sample, 2 in 300 wrong for code a."""

    frame_id: int
    columns: tuple[int, ...]
    trained: dict[int, int]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]

    @property
    def ranked(self) -> NDArray[np.float32]:
        return self.probability


@dataclass
class Desk:
    project: Project
    question: int
    frame: int
    codes: list[int]
    rows: list[int]
    run: int = 0
    wrong: set[int] = field(default_factory=set)

    def propose(self, *codes: int, **more: float) -> Proposal:
        return acceptance.propose(self.project, question=self.question, codes=codes or self.codes[:1], **more)  # type: ignore[arg-type]

    def decide(self, rows: list[int]) -> None:
        """Say what is true of these answers: code a, unless the answer is wrong."""
        yes = [row for row in rows if row not in self.wrong]
        if yes:
            coding.apply_code(self.project, verbatims=yes, code=self.codes[0])
        coding.confirm(self.project, verbatims=rows)

    def serve(self) -> list[int]:
        return samples.rows_owed(self.project, purpose=Purpose.ACCEPTANCE, limit=1_000)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """400 answers, the last 100 decided; the run accepts code a on all and b on every second, most of them surely."""
    path = tables.write_csv(tmp_path / "a.csv", ["id", "Q1"], [[n, f"答案{n}"] for n in range(ANSWERS)])
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["Q1"]})
        frame = frames.create_frame(project, name="Car")
        codes = [frames.add_code(project, frame=frame, label=name, number=name) for name in "abc"]
        question = verbatims.questions(project)[0].id

        operations.run(
            project, "question",
            lambda op: images.write(op, "question", {"id": question}, {"frame_id": frame}),
        )  # fmt: skip
        rows = verbatims.ids(project, Query()).tolist()
        one = Desk(project, question, frame, codes, rows)
        one.decide(rows[300:])
        one.run = machine.predict(
            project, question,
            [(row, codes[0], 0.97 if n % 10 else 0.6, True) for n, row in enumerate(rows)]
            + [(row, codes[1], 0.98, True) for row in rows[::2]]
            + [(row, codes[2], 0.99, False) for row in rows],
        )  # fmt: skip
        known = Known(
            frame, tuple(codes), {row: n for n, row in enumerate(rows[300:])},
            np.tile(np.array([0.97, 0.2, 0.1], np.float32), (100, 1)), np.tile([True, False, False], (100, 1)),
        )  # fmt: skip
        monkeypatch.setattr(session, "load", lambda project, model: known)
        yield one


def test_a_proposal_says_what_it_would_accept_and_what_proves_it(desk: Desk) -> None:
    told = desk.propose()
    assert told.tested  # 100 of 100 right
    assert told.cut is not None
    assert 0.6 < told.cut <= 0.97
    assert (told.seen, told.errors, told.attempt, told.level) == (100, 0, 1, 0.95)
    assert (told.assignments, told.answers) == (270, 270)  # of the 300 undecided, those above the cut
    assert told.sample is not None
    assert told.sample.size < 59  # 270 are few
    both = desk.propose(*desk.codes[:2])
    assert (both.assignments, both.answers) == (420, 300)
    by_hand = desk.propose(cut=0.5)
    assert not by_hand.tested
    assert by_hand.assignments == 300


def test_a_sample_is_drawn_served_decided_and_certified(desk: Desk) -> None:
    project = desk.project
    drawn = acceptance.draw_acceptance(project, desk.propose(), size=60, seed=3)
    assert (drawn.purpose, drawn.drawn, drawn.reviewed) == (Purpose.ACCEPTANCE, 60, 0)
    chances = {row[0] for row in project.rows("select inclusion from sample_row where sample_id = ?", (drawn.id,))}
    assert chances == {60 / 270}
    with pytest.raises(UserError) as refused:
        acceptance.certify(project, sample=drawn.id)
    assert (refused.value.id, refused.value.params["n"]) == ("sample-not-reviewed", 60)
    served = desk.serve()
    assert len(served) == 60
    assert {n for n, row in enumerate(desk.rows) if row in served and n % 10 == 0} == set()
    desk.decide(served)
    assert desk.serve() == []
    told, step = acceptance.certify(project, sample=drawn.id)
    assert (told.n, told.errors, told.passed, told.run) == (60, 0, True, desk.run)
    assert told.bound >= 0.95
    assert "0" in step.words
    with project.reading() as db:
        certified = [one.verbatim for one in layers.answers(db, desk.question) if one.certified]
        # b is not certified: answers that carry it too are not accepted as a whole.
        undecided = [row for n, row in enumerate(desk.rows[:300]) if n % 10 and n % 2 and row not in served]
        assert certified == undecided
        assert acceptance.certificates(db, desk.question) == [told]
    with pytest.raises(UserError) as refused:
        acceptance.certify(project, sample=drawn.id)
    assert refused.value.id == "certified-already"
    operations.undo(project)
    with project.reading() as db:
        assert acceptance.certificates(db, desk.question) == []
    operations.redo(project)
    with project.reading() as db:
        assert acceptance.certificates(db, desk.question) == [told]


def test_errors_fail_and_trying_again_costs_more(desk: Desk) -> None:
    drawn = acceptance.draw_acceptance(desk.project, desk.propose(), size=40)
    served = desk.serve()
    desk.wrong = set(served[:3])
    desk.decide(served)
    told, _ = acceptance.certify(desk.project, sample=drawn.id)
    assert (told.n, told.errors, told.passed) == (40, 3, False)
    with desk.project.reading() as db:
        assert not any(one.certified for one in layers.answers(db, desk.question))
    again = desk.propose(desk.codes[0])
    assert (again.attempt, again.level) == (2, 0.975)
    assert desk.propose(desk.codes[1]).attempt == 1


def test_a_new_run_has_no_certificates(desk: Desk) -> None:
    drawn = acceptance.draw_acceptance(desk.project, desk.propose(), size=60)
    waiting = acceptance.draw_acceptance(desk.project, desk.propose(desk.codes[1], cut=0.9), size=5)
    desk.decide(desk.serve())
    acceptance.certify(desk.project, sample=drawn.id)
    machine.predict(desk.project, desk.question, [(desk.rows[0], desk.codes[0], 0.97, True)])
    with desk.project.reading() as db:
        assert acceptance.certificates(db, desk.question) == []
    with pytest.raises(UserError) as refused:
        acceptance.certify(desk.project, sample=waiting.id)
    assert refused.value.id == "run-replaced"


def test_pooled_codes_count_every_drawn_assignment(desk: Desk) -> None:
    pooled = desk.propose(*desk.codes[:2], cut=0.9)
    drawn = acceptance.draw_acceptance(desk.project, pooled, size=200, seed=1)
    rows = desk.project.rows("select stratum from sample_row where sample_id = ?", (drawn.id,))
    strata = [str(row[0]) for row in rows]
    assert sum(len(one.split(",")) for one in strata) == 200
    assert drawn.drawn == len(strata) < 200
    desk.decide(desk.serve())  # nobody gives them b
    told, _ = acceptance.certify(desk.project, sample=drawn.id)
    b = sum(str(desk.codes[1]) in one.split(",") for one in strata)
    assert (told.n, told.errors, told.passed) == (200, b, False)
    assert told.codes == tuple(desk.codes[:2])


def test_a_code_without_an_assignment_in_the_sample_is_not_certified(desk: Desk) -> None:
    pooled = desk.propose(*desk.codes[:2], cut=0.9)
    drawn = acceptance.draw_acceptance(desk.project, pooled, size=1, seed=1)
    ((stratum,),) = desk.project.rows("select stratum from sample_row where sample_id = ?", (drawn.id,))
    desk.decide(desk.serve())
    told, _ = acceptance.certify(desk.project, sample=drawn.id)
    seen = int(str(stratum))
    assert told.codes == (seen,)
    assert told.without == tuple(code for code in desk.codes[:2] if code != seen)


def test_people_who_contradict_each_other_prove_nothing_right(desk: Desk) -> None:
    drawn = acceptance.draw_acceptance(desk.project, desk.propose(), size=30)
    served = desk.serve()
    desk.decide(served)
    desk.project.work_as("Bo")
    coding.confirm(desk.project, verbatims=served[:2])
    told, _ = acceptance.certify(desk.project, sample=drawn.id)
    assert (told.n, told.errors) == (30, 2)


def test_a_withdrawn_import_takes_its_rows_out(desk: Desk) -> None:
    drawn = acceptance.draw_acceptance(desk.project, desk.propose(), size=10)
    desk.decide(desk.serve())
    operations.run(
        desk.project, "import", lambda op: images.write(op, "import_batch", {"id": 1}, {"state": 2})
    )  # fmt: skip
    with pytest.raises(UserError) as refused:
        acceptance.certify(desk.project, sample=drawn.id)
    assert refused.value.id == "sample-not-reviewed"


def test_samples_that_were_drawn_and_left_count_as_attempts(desk: Desk) -> None:
    stale = desk.propose()
    acceptance.draw_acceptance(desk.project, stale, size=5)
    assert desk.propose().attempt == 2
    operations.undo(desk.project)
    assert desk.propose().attempt == 1
    machine.predict(desk.project, desk.question, [(desk.rows[0], desk.codes[0], 0.97, True)])
    with pytest.raises(UserError) as refused:
        acceptance.draw_acceptance(desk.project, stale)
    assert refused.value.id == "run-replaced"


def test_the_clause_coverage_is_a_setting_that_can_be_undone(desk: Desk) -> None:
    acceptance.set_coverage_from(desk.project, 0.5)
    with desk.project.reading() as db:
        assert coverage_from(db) == 0.5
    operations.undo(desk.project)
    with desk.project.reading() as db:
        assert coverage_from(db) == 1.0
    with pytest.raises(UserError) as refused:
        acceptance.set_coverage_from(desk.project, 1.5)
    assert refused.value.id == "bad-coverage"


def test_what_cannot_be_drawn_is_said(desk: Desk) -> None:
    nothing = desk.propose(desk.codes[2])  # never accepted
    assert (nothing.cut, nothing.sample) == (None, None)
    with pytest.raises(UserError) as refused:
        acceptance.draw_acceptance(desk.project, nothing)
    assert refused.value.id == "nothing-to-certify"
    with pytest.raises(UserError) as refused:
        desk.propose(target=1.0)
    assert refused.value.id == "bad-target"
    audit = samples.draw_audit(desk.project, question=desk.question, size=3)
    with pytest.raises(UserError) as refused:
        acceptance.certify(desk.project, sample=audit.id)
    assert refused.value.id == "no-acceptance-sample"


def test_names_mean_codes_nets_and_all(desk: Desk) -> None:
    net = frames.add_code(desk.project, frame=desk.frame, label="动力", is_net=True)
    below = frames.add_code(desk.project, frame=desk.frame, label="顿挫", parent=net)
    with desk.project.reading() as db:
        assert in_force.codes_of(db, desk.question, desk.codes[1]) == (desk.codes[1],)
        assert in_force.codes_of(db, desk.question, net) == (below,)
        assert set(in_force.codes_of(db, desk.question)) == {*desk.codes, below}
        assert in_force.run_in_force(db, desk.question).run == desk.run
        assert in_force.run_in_force(db, desk.question, "-").run == desk.run
        with pytest.raises(UserError):
            in_force.codes_of(db, desk.question, 99)
        with pytest.raises(UserError) as refused:
            in_force.run_in_force(db, desk.question, "2026-07")
    assert refused.value.id == "which-wave"


def test_a_sample_of_all_there_is_saves_nothing_and_is_not_drawn(desk: Desk) -> None:
    assert desk.propose().saves
    desk.decide(desk.rows[12:])
    few = desk.propose()
    assert few.sample is not None
    assert 0 < few.assignments <= few.sample.size
    assert not few.saves
    with pytest.raises(UserError) as refused:
        acceptance.draw_acceptance(desk.project, few)
    assert (refused.value.id, refused.value.params["n"]) == ("sample-saves-nothing", few.assignments)
    assert acceptance.draw_acceptance(desk.project, few, size=2).drawn == 2
