"""Pinned answers: pinned as people decided, checked before a model takes over, never silently broken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import models_example as example
import pytest
from in_process import InProcess

from annotate import coding, frames
from annotate.errors import AskedWronglyError, UserError
from annotate.importing.label_load import import_labels
from annotate.store import operations
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.quality import must_hold, switch, versions


@pytest.fixture(scope="module")
def good_then_bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good model in force, then one trained after every 304 was called 302."""
    folder = tmp_path_factory.mktemp("must_hold")
    path = example.make(folder, 150)
    with Project.open(path) as project:
        example.train(project)
        coding_run.code(project, worker=InProcess())
        noisy = [row for row, (_, codes) in enumerate(example.answers()[:150]) if codes == ("304",)]
        import_labels(project, example.label(folder / "wrong.csv", noisy, dict.fromkeys(noisy, "302")))
        example.train(project)
    return path


@pytest.fixture
def project(good_then_bad: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(good_then_bad, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


@pytest.fixture
def noise(project: Project) -> int:
    """An answer nobody coded that says 304 and to which the good model gives it."""
    code, run = example.code_of(project, "304"), set(example.pointers(project).values())
    given = {verbatim for one in run for verbatim, given in example.accepted(project, one) if given == code}
    ids = example.ids(project)
    return next(ids[row] for row in range(150, example.ROWS)
                if example.answers()[row][1] == ("304",) and ids[row] in given)  # fmt: skip


def test_an_answer_is_pinned_as_people_decided(project: Project) -> None:
    row = next(row for row, (_, codes) in enumerate(example.answers()[:150]) if codes == ("402",))
    answer = example.ids(project)[row]
    must_hold.pin(project, verbatim=answer, code=example.code_of(project, "402"), note="crowded")
    must_hold.pin(project, verbatim=answer, code=example.code_of(project, "301"))
    pinned = {one.code_id: one for one in must_hold.pins(project)}
    assert pinned[example.code_of(project, "402")].expected
    assert not pinned[example.code_of(project, "301")].expected
    assert pinned[example.code_of(project, "402")].note == "crowded"
    must_hold.unpin(project, verbatim=answer, code=example.code_of(project, "402"))
    assert len(must_hold.pins(project)) == 1
    operations.undo(project)
    assert len(must_hold.pins(project)) == 2


def test_what_nobody_decided_is_pinned_only_as_said(project: Project, noise: int) -> None:
    code = example.code_of(project, "304")
    with pytest.raises(UserError) as refused:
        must_hold.pin(project, verbatim=noise, code=code)
    assert refused.value.id == "not-decided"
    must_hold.pin(project, verbatim=noise, code=code, expected=False)
    must_hold.pin(project, verbatim=noise, code=code, expected=True)
    assert [one.expected for one in must_hold.pins(project)] == [True]
    with pytest.raises(UserError) as unknown:
        must_hold.pin(project, verbatim=99_999, code=code, expected=True)
    assert unknown.value.id == "no-such-answer"
    other = frames.add_code(project, frame=frames.create_frame(project, name="other"), label="x")
    with pytest.raises(AskedWronglyError) as foreign:
        must_hold.pin(project, verbatim=noise, code=other, expected=True)
    assert foreign.value.id == "other-frame"


def test_a_tick_without_a_review_decides_only_what_it_ticks(project: Project, noise: int) -> None:
    coding.apply_code(project, verbatims=[noise], code=example.code_of(project, "304"))
    must_hold.pin(project, verbatim=noise, code=example.code_of(project, "304"))
    with pytest.raises(UserError) as refused:
        must_hold.pin(project, verbatim=noise, code=example.code_of(project, "301"))
    assert refused.value.id == "not-decided"


def test_the_set_is_checked_by_what_a_run_stores(project: Project, noise: int) -> None:
    good, bad = versions.models(project, frames.the_frame(project))
    must_hold.pin(project, verbatim=noise, code=example.code_of(project, "304"), expected=True)
    assert must_hold.verify(project, session.load(project, good.id)) == []
    broken = must_hold.verify(project, session.load(project, bad.id))
    assert [(one.verbatim, one.expected) for one in broken] == [(noise, True)]


def test_a_model_that_breaks_a_pin_is_refused_and_nothing_changes(project: Project, noise: int) -> None:
    bad = versions.models(project, frames.the_frame(project))[1]
    must_hold.pin(project, verbatim=noise, code=example.code_of(project, "304"), expected=True)
    before, ops = example.pointers(project), project.rows("select count(*) from op")
    for switching in (
        lambda: switch.use(project, bad.id, worker=InProcess()),
        lambda: coding_run.code(project, worker=InProcess()),
    ):
        with pytest.raises(UserError) as refused:
            switching()
        assert refused.value.id == "must-hold-broken"
        assert refused.value.params == {"n": 1, "codes": "304 (1)"}
        assert "异响" not in refused.value.sentence()
    assert (example.pointers(project), project.rows("select count(*) from op")) == (before, ops)


def test_a_reason_lets_it_pass_and_stays_in_the_history(project: Project, noise: int) -> None:
    bad = versions.models(project, frames.the_frame(project))[1]
    code = example.code_of(project, "304")
    must_hold.pin(project, verbatim=noise, code=code, expected=True)
    used = switch.use(project, bad.id, anyway="the client renamed it", worker=InProcess())
    detail = json.loads(str(project.rows("select detail from op where id = ?", (used.step.op,))[0][0]))
    assert detail["must_hold"] == {"reason": "the client renamed it", "broken": [[noise, code]]}
    assert coding_run.code(project, worker=InProcess()).step.op  # wrong before and after: nothing gets worse


def test_a_pin_on_a_net_holds_by_any_code_below_and_survives_a_merge(project: Project, noise: int) -> None:
    frame = frames.head(project, frames.the_frame(project))
    net = next(one.id for one in frame.codes if one.is_net and one.label == "动力")
    bad = versions.models(project, frame.id)[1]
    must_hold.pin(project, verbatim=noise, code=net, expected=True)
    assert must_hold.verify(project, session.load(project, bad.id)) == []  # 302 stands below the net too
    switch.use(project, bad.id, worker=InProcess())
    operations.undo(project)
    must_hold.unpin(project, verbatim=noise, code=net)
    must_hold.pin(project, verbatim=noise, code=example.code_of(project, "304"), expected=True)
    frames.merge_codes(project, sources=[example.code_of(project, "304")], target=example.code_of(project, "302"))
    switch.use(project, bad.id, worker=InProcess())


def test_pins_of_other_waves_and_of_withdrawn_answers_do_not_stop_a_switch(project: Project, noise: int) -> None:
    bad = versions.models(project, frames.the_frame(project))[1]
    must_hold.pin(project, verbatim=noise, code=example.code_of(project, "304"), expected=True)
    waves = {"2026-05", "2026-06"}
    own = str(
        project.rows(
            "select w.name from verbatim v join record r on r.id = v.record_id join wave w on w.id = r.wave_id"
            " where v.id = ?",
            (noise,),
        )[0][0]
    )
    (other,) = waves - {own}
    switch.use(project, bad.id, waves={example.wave_of(project, other)}, worker=InProcess())
    with pytest.raises(UserError):
        switch.use(project, bad.id, waves={example.wave_of(project, own)}, worker=InProcess())
