"""Labels that look wrong: planted errors come first, with what is near, and never by a model that saw the label."""

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

from annotate import coding, frames
from annotate.errors import AskedWronglyError, UserError
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project
from training import session
from training.learner.features import Features
from training.quality.doubts import doubt_scores, doubts, keep

PLANTED = {8: "402", 31: "301", 44: "302", 77: "304", 101: "402", 122: "302", 133: "301", 140: "304"}


def planted() -> dict[int, str]:
    """Return PLANTED without rows that would be right, or that carry two codes."""
    said = example.answers()
    return {row: code for row, code in PLANTED.items() if code not in said[row][1] and len(said[row][1]) == 1}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = example.make(tmp_path_factory.mktemp("doubts"), 150, wrong=planted())
    with Project.open(path) as project:
        example.train(project)
    return path


@pytest.fixture
def project(spoiled: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(spoiled, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


def test_planted_errors_come_first(project: Project) -> None:
    wrong = {example.ids(project)[row] for row in planted()}
    assert len(wrong) >= 5
    found = doubts(project, n=len(wrong))
    assert len({one.verbatim for one in found} & wrong) >= len(wrong) - 1
    assert [one.doubt for one in found] == sorted((one.doubt for one in found), reverse=True)
    assert all(round(one.doubt, 2) > 0.5 for one in doubts(project, n=1000))


def test_a_doubt_says_what_people_said_what_the_model_says_and_what_is_near(project: Project) -> None:
    said, ids = example.answers(), example.ids(project)
    number = {one.id: one.number for one in frames.head(project, frames.the_frame(project)).codes}
    found = {one.verbatim: one for one in doubts(project, n=20)}
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    checked = 0
    for row, code in planted().items():
        one = found.get(ids[row])
        if one is None or not one.said or one.instead is None:
            continue
        checked += 1
        assert [number[each] for each in one.human] == [code]
        assert number[one.code_id] == code
        assert number[one.instead] == said[row][1][0]
        assert one.p == pytest.approx(stored.probability[stored.trained[ids[row]], stored.columns.index(one.code_id)])
        assert one.doubt == pytest.approx(1 - one.p)
        assert 1 <= len(one.near) <= 3
        for near in one.near:
            there = ids.index(near.verbatim)
            assert number[one.instead] in (planted().get(there) or said[there][1])
            assert (near.coder, near.at_ms > 1_600_000_000_000) == ("Ann", True)
            assert 0 < near.similarity <= 1
        assert {near.verbatim for near in one.twins} <= {near.verbatim for near in one.near}
        assert [each for each, _ in one.model] == [one.instead]
    assert checked >= 3


def test_doubts_about_one_code(project: Project) -> None:
    code = example.code_of(project, "402")
    found = doubts(project, n=100, code=code)
    assert found
    assert {one.code_id for one in found} == {code}
    assert {one.said for one in found} <= {True, False}
    with pytest.raises(AskedWronglyError) as refused:
        doubts(project, code=99_999)
    assert refused.value.id == "no-such-code"


def test_a_corrected_label_is_doubted_no_more_without_training_again(project: Project) -> None:
    first = next(one for one in doubts(project) if one.said and one.instead is not None)
    assert first.instead is not None
    coding.remove_code(project, verbatims=[first.verbatim], code=first.code_id, expand=False)
    coding.apply_code(project, verbatims=[first.verbatim], code=first.instead, expand=False)
    assert first.verbatim not in {one.verbatim for one in doubts(project)}


def test_a_label_coded_since_is_judged_by_a_model_that_never_saw_it(project: Project, tmp_path: Path) -> None:
    said = example.answers()
    row = next(row for row in range(150, example.ROWS) if said[row][1] == ("304",))
    import_labels(project, example.label(tmp_path / "new.csv", [row], {row: "402"}))
    assert example.ids(project)[row] in {one.verbatim for one in doubts(project)}


def test_what_is_kept_is_not_shown_until_it_changes(project: Project) -> None:
    first, second = doubts(project, n=2)
    keep(project, verbatims=[first.verbatim])
    assert doubts(project, n=1)[0].verbatim == second.verbatim
    example.train(project, seed=2)
    assert first.verbatim not in {one.verbatim for one in doubts(project)}
    operations.undo(project)
    assert first.verbatim in {one.verbatim for one in doubts(project, n=3)}
    operations.redo(project)
    assert first.instead is not None
    coding.apply_code(project, verbatims=[first.verbatim], code=first.instead, expand=False)
    coding.apply_code(project, verbatims=[first.verbatim], code=example.code_of(project, "98"), expand=False)
    assert first.verbatim in {one.verbatim for one in doubts(project, n=1000)}
    with pytest.raises(AskedWronglyError) as refused:
        keep(project, verbatims=[example.ids(project)[-1]])
    assert refused.value.id == "not-coded"


def test_without_a_model_it_is_said(tmp_path: Path) -> None:
    with Project.open(example.make(tmp_path, 20)) as project, pytest.raises(UserError) as refused:
        doubts(project, worker=InProcess())
    assert refused.value.id == "no-model"


def test_scores_of_several_codes_and_of_a_single_choice() -> None:
    labels = np.array([[1, 0, -1], [0, 0, 1], [-1, -1, -1], [0, 0, 0]], np.int8)
    probability = np.array([[0.9, 0.3, 1.0], [0.8, 0.1, 0.6], [1, 1, 1], [0.1, 0.2, 0.3]], np.float32)
    scores, columns = doubt_scores(labels, probability)
    np.testing.assert_allclose(scores, [0.3, 0.8, 0, 0.3], rtol=1e-6)
    assert columns[[0, 1, 3]].tolist() == [1, 0, 2]
    scores, columns = doubt_scores(labels, probability, single=True)
    np.testing.assert_allclose(scores, [1 / 1.9, 0.8 / 1.4, 0, 0.3], rtol=1e-6)
    assert columns[[0, 1, 3]].tolist() == [0, 2, 2]
    assert doubt_scores(np.zeros((2, 0), np.int8), np.zeros((2, 0), np.float32))[0].tolist() == [0, 0]


def test_nothing_is_doubted_without_evidence(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a code that could not be learned, nor in an answer of which the model knows no word."""
    frame = frames.the_frame(project)
    stored = session.load(project, session.newest_model(project, frame))
    dull = [replace(one, learnable=False) for one in stored.classifier.scores.columns]
    blind = replace(stored.classifier, scores=replace(stored.classifier.scores, columns=tuple(dull)))
    monkeypatch.setattr(session, "load", lambda *_: replace(stored, classifier=blind))
    assert doubts(project, n=1000) == []
    empty = Features(np.empty(0, np.int32), np.empty(0, np.float32))
    deaf = replace(stored.classifier, features=empty, weights=stored.classifier.weights[:0])
    monkeypatch.setattr(session, "load", lambda *_: replace(stored, classifier=deaf))
    assert doubts(project, n=1000) == []


def test_a_merged_code_makes_no_doubts(project: Project) -> None:
    said, ids = example.answers(), example.ids(project)
    right = {ids[row] for row in range(150) if "304" in said[row][1] and row not in planted()}
    before = {one.verbatim for one in doubts(project, n=500)} & right
    frames.merge_codes(project, sources=[example.code_of(project, "304")], target=example.code_of(project, "302"))
    assert {one.verbatim for one in doubts(project, n=500)} & right <= before


def test_identical_answers_are_one_doubt_and_are_kept_together(tmp_path: Path) -> None:
    path = example.make(tmp_path, 150, wrong=planted())
    row = min(planted())
    text = example.answers()[row][0]
    with Project.open(path) as project:
        more = tables.write_csv(tmp_path / "more.csv", ["id", "Q7"], [[f"x{n}", text] for n in range(3)])
        import_file(project, more, roles={Role.ID: ["id"], Role.TEXT: ["Q7"]}, source="more")
        same = [int(one[0] or 0) for one in project.rows(
            "select id from verbatim where group_id = (select group_id from verbatim where id = ?)",
            (example.ids(project)[row],))]  # fmt: skip
        assert len(same) == 4
        coding.confirm(project, verbatims=same)
        coding.apply_code(project, verbatims=same, code=example.code_of(project, planted()[row]))
        example.train(project)
        found = [one.verbatim for one in doubts(project, n=500) if one.verbatim in same]
        assert len(found) == 1
        keep(project, verbatims=found)
        assert not [one for one in doubts(project, n=500) if one.verbatim in same]
