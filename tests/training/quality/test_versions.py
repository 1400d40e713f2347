"""Model versions: listed with what they learned, named, compared on the same answers, put in force and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import models_example as example
import numpy as np
import pytest
import tables
from in_process import InProcess

from annotate import frames, samples, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import merged_into
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.samples import Purpose
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from annotate.text import fold
from annotate.verbatims import page
from training import session
from training.coding import run as coding_run
from training.quality import switch, versions
from training.quality.decide import Decisions, decide, for_codes


@pytest.fixture(scope="module")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model of 60 labels and one of 150; nothing is in force."""
    folder = tmp_path_factory.mktemp("versions")
    path = example.make(folder, 60)
    with Project.open(path) as project:
        example.train(project)
        import_labels(project, example.label(folder / "more.csv", range(60, 150)))
        example.train(project)
    return path


@pytest.fixture
def project(two_models: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(two_models, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


@pytest.fixture
def frame(project: Project) -> int:
    return frames.the_frame(project)


def test_the_list_says_what_each_learned_and_where_it_is_in_force(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    assert (first.number, first.name, first.labels, second.name, second.labels) == (1, "v1", 60, "v2", 150)
    assert first.snapshot_op < second.snapshot_op
    assert len(first.hash) == 64
    assert first.hash != second.hash
    stored = session.load(project, second.id)
    assert second.micro_f1 == stored.classifier.scores.codes.micro_f1
    assert second.base == stored.classifier.scores.base == 150
    assert (first.in_force, second.in_force) == ((), ())
    switch.use(project, second.id, waves={example.wave_of(project, "2026-06")}, worker=InProcess())
    example.deliver(project, "2026-06")
    places = versions.models(project, frame)[1].in_force
    assert [(one.wave, one.delivered) for one in places] == [("2026-06", True)]
    assert versions.models(project, frame)[0].in_force == ()


def test_a_model_is_found_by_name_number_and_hash(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    assert versions.find(project, frame).id == second.id
    for called in ("v1", "1", "V1", first.hash, first.hash[:8]):
        assert versions.find(project, frame, called).id == first.id
    for called in ("v3", "x", "", second.hash[:5]):
        with pytest.raises(AskedWronglyError) as refused:
            versions.find(project, frame, called)
        assert refused.value.id == "no-such-model"
    versions.rename(project, model=first.id, name="spring", note=" before the new frame ")
    assert versions.find(project, frame, "spring").id == versions.find(project, frame, "v1").id == first.id
    assert versions.find(project, frame, "v1").note == "before the new frame"


def test_renaming_is_undone_and_never_makes_two_of_a_name(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    versions.rename(project, model=first.id, name="spring")
    for taken in ("spring", "v1", "1", "v7"):
        with pytest.raises(UserError) as refused:
            versions.rename(project, model=second.id, name=taken)
        assert refused.value.id == "name-taken"
    versions.rename(project, model=first.id, name="")
    assert [one.name for one in versions.models(project, frame)] == ["v1", "v2"]
    assert project.rows("select count(*) from model_note") == [(0,)]
    operations.undo(project)
    assert versions.models(project, frame)[0].name == "spring"
    operations.undo(project)
    assert versions.models(project, frame)[0].name == "v1"


def test_decisions_are_out_of_sample_where_the_answer_trained_the_model(project: Project, frame: int) -> None:
    first = session.load(project, versions.models(project, frame)[0].id)
    everything = example.ids(project)
    told = decide(project, first, everything)
    place = {code: column for column, code in enumerate(first.columns)}
    columns = [place[code] for code in told.codes]
    assert not set(told.codes) & first.nets
    own = [row for row, one in enumerate(everything) if one in first.trained]
    assert len(own) == 60
    rows = [first.trained[everything[row]] for row in own]
    np.testing.assert_array_equal(told.accepted[own], first.accepted[rows][:, columns])
    new = [row for row, one in enumerate(everything) if one not in first.trained]
    texts = {one.id: one.text for one in page(project, everything)}
    predicted = first.classifier.predict([fold(texts[everything[row]]) for row in new])
    np.testing.assert_array_equal(told.accepted[new], predicted.accepted[:, columns])
    assert told.honest.all()


def test_an_answer_beside_one_that_trained_the_model_is_not_judged_by_it(tmp_path: Path) -> None:
    path = example.make(tmp_path, 60)
    with Project.open(path) as project:
        example.train(project)
        text = example.answers()[0][0]
        name = verbatims.questions(project)[0].name
        more = tables.write_csv(tmp_path / "more.csv", ["id", name], [["n1", text], ["n2", f"{text}别的"]])
        import_file(project, more, roles={Role.ID: ["id"], Role.TEXT: [name]})
        stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
        told = decide(project, stored, example.ids(project)[-2:])
        assert told.honest.tolist() == [False, True]


def test_more_labels_compare_as_better_on_the_same_answers(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    told = versions.compare(project, first.id, second.id)
    assert (told.rows, told.from_random_rows, told.reporting_half) == (150, False, False)
    assert told.difference.value == pytest.approx(told.micro_after - told.micro_before)
    assert told.difference.value > 0.02
    assert told.difference.low <= told.difference.value <= told.difference.high
    back = versions.compare(project, second.id, first.id)
    assert back.difference.value == pytest.approx(-told.difference.value)
    assert [(one.gains, one.losses) for one in back.codes] == [(one.losses, one.gains) for one in told.codes]
    same = versions.compare(project, first.id, first.id)
    assert (same.difference.value, same.difference.low, same.difference.high) == (0, 0, 0)
    assert {one.verdict for one in same.codes} == {""}
    assert {one.p for one in same.codes} == {1.0}


def test_counts_of_a_comparison_are_those_of_a_naive_count(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    told = versions.compare(project, first.id, second.id)
    labelled = example.ids(project)[:150]
    truth = [set(codes) for _, codes in example.answers()[:150]]
    for model, micro in ((first, told.micro_before), (second, told.micro_after)):
        said = decide(project, session.load(project, model.id), labelled)
        number = {one.id: one.number for one in frames.head(project, frame).codes}
        hits = wrong = missed = 0
        for row, right in enumerate(truth):
            given = {number[code] for code, yes in zip(said.codes, said.accepted[row], strict=True) if yes}
            hits, wrong, missed = hits + len(given & right), wrong + len(given - right), missed + len(right - given)
        assert micro == pytest.approx(2 * hits / (2 * hits + wrong + missed))


def test_only_random_rows_count_where_there_are_enough(project: Project, frame: int, tmp_path: Path) -> None:
    first, second = versions.models(project, frame)
    question = verbatims.questions(project)[0].id
    samples.draw(project, purpose=Purpose.AUDIT, question=question, size=120, seed=5)
    drawn = {int(row[0] or 0) for row in project.rows("select verbatim_id from sample_row")}
    rows = [row for row, one in enumerate(example.ids(project)) if one in drawn]
    import_labels(project, example.label(tmp_path / "drawn.csv", rows))
    told = versions.compare(project, first.id, second.id)
    assert (told.from_random_rows, told.rows) == (True, 120)


def test_a_merged_code_counts_where_it_went(project: Project, frame: int) -> None:
    first = versions.models(project, frame)[0]
    old, new = example.code_of(project, "304"), example.code_of(project, "301")
    before = decide(project, session.load(project, first.id), example.ids(project))
    frames.merge_codes(project, sources=[old], target=new)
    with project.reading() as db:
        merged = merged_into(db, frame)
    assert merged == {old: new}
    told = for_codes(before, [new], merged)
    place = {code: column for column, code in enumerate(before.codes)}
    np.testing.assert_array_equal(told.accepted[:, 0], before.accepted[:, place[old]] | before.accepted[:, place[new]])
    second = versions.models(project, frame)[1]
    codes = {one.code_id: one for one in versions.compare(project, first.id, second.id).codes}
    assert old not in codes
    assert codes[new].f1_after > 0.5


def test_nothing_to_compare_is_said(project: Project, frame: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = versions.models(project, frame)
    monkeypatch.setattr(versions, "decide", lambda *given, **named: _blind(decide(*given, **named)))
    with pytest.raises(UserError) as refused:
        versions.compare(project, first.id, second.id)
    assert refused.value.id == "nothing-to-compare"


def _blind(told: Decisions) -> Decisions:
    return replace(told, honest=np.zeros_like(told.honest))


def test_a_model_is_used_and_an_older_one_is_the_way_back(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    used = switch.use(project, first.id, worker=InProcess())
    assert (used.coded_now, used.step.kind, used.step.rows) == (True, "use-model", example.ROWS)
    old = example.pointers(project)
    switch.use(project, second.id, worker=InProcess())
    new = example.pointers(project)
    assert set(old) == set(new) == {"2026-05", "2026-06"}
    assert set(old.values()).isdisjoint(new.values())
    back = switch.use(project, first.id, worker=InProcess())
    assert (back.coded_now, example.pointers(project)) == (False, old)
    assert switch.use(project, first.id, worker=InProcess()).step.op == 0
    operations.undo(project)
    assert example.pointers(project) == new
    operations.undo(project)
    operations.undo(project)
    assert example.pointers(project) == {}
    assert check(project).ok


def test_a_used_model_says_what_a_coding_run_says(project: Project, frame: int) -> None:
    second = versions.models(project, frame)[1]
    switch.use(project, second.id, worker=InProcess())
    mine = {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()}
    coding_run.code(project, worker=InProcess())
    assert {wave: example.accepted(project, run) for wave, run in example.pointers(project).items()} == mine


def test_one_wave_is_switched_and_a_delivered_one_keeps_its_run(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    switch.use(project, first.id, worker=InProcess())
    old = example.pointers(project)
    june = example.wave_of(project, "2026-06")
    switch.use(project, second.id, waves={june}, worker=InProcess())
    now = example.pointers(project)
    assert now["2026-05"] == old["2026-05"]
    assert now["2026-06"] != old["2026-06"]
    example.deliver(project, "2026-05")
    used = switch.use(project, second.id, worker=InProcess())
    assert used.kept_waves == ("2026-05",)
    assert example.pointers(project)["2026-05"] == old["2026-05"]
    with pytest.raises(UserError) as refused:
        switch.use(project, second.id, waves={example.wave_of(project, "2026-05")}, worker=InProcess())
    assert refused.value.id == "nothing-to-code"


def test_a_run_that_misses_later_answers_is_coded_anew(project: Project, frame: int, tmp_path: Path) -> None:
    first = versions.models(project, frame)[0]
    switch.use(project, first.id, worker=InProcess())
    name = verbatims.questions(project)[0].name
    more = tables.write_csv(tmp_path / "more.csv", ["id", "期", name], [["n1", "2026-05", "又有异响"]])
    import_file(project, more, roles={Role.ID: ["id"], Role.WAVE: ["期"], Role.TEXT: [name]})
    old = example.pointers(project)
    used = switch.use(project, first.id, worker=InProcess())
    assert used.coded_now
    assert used.step.rows == example.ROWS + 1
    now = example.pointers(project)
    assert now["2026-05"] != old["2026-05"]
    assert now["2026-06"] == old["2026-06"]


def test_the_flips_are_what_the_switch_changes_in_the_final_layer(project: Project, frame: int) -> None:
    first, second = versions.models(project, frame)
    switch.use(project, first.id, worker=InProcess())
    before = _final(project)
    told = switch.flips(project, second.id, worker=InProcess())
    assert _final(project) == before
    switch.use(project, second.id, worker=InProcess())
    after = _final(project)
    gains, losses = after - before, before - after
    assert {(verbatim, one.code_id) for one in told.codes for verbatim in one.gains} == gains
    assert {(verbatim, one.code_id) for one in told.codes for verbatim in one.losses} == losses
    assert gains | losses
    getting, leaving = {row[0] for row in gains}, {row[0] for row in losses}
    assert told.answers == len(getting | leaving)
    assert (told.gaining, told.losing, told.both) == (
        len(getting - leaving), len(leaving - getting), len(getting & leaving)
    )  # fmt: skip
    assert set(verbatims.ids(project, told.query()).tolist()) == getting | leaving
    code = told.codes[0]
    assert set(verbatims.ids(project, told.query(code.code_id)).tolist()) == {*code.gains, *code.losses}
    assert switch.flips(project, second.id, worker=InProcess()).answers == 0


def _final(project: Project) -> set[tuple[int, int]]:
    from annotate import layers

    with project.reading() as db:
        held = {one.id: one.held_from for one in frames.head(project, frames.the_frame(project)).codes}
        found = layers.answers(db, verbatims.questions(project)[0].id)
        return {(answer.verbatim, said.code_id) for answer in found for said in answer.final(held)}
