"""Training on a project: what is learned from, what is stored, and that it comes back the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tables
from in_process import InProcess

from annotate import frames, verbatims
from annotate.errors import UserError
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.session import Trained


@pytest.fixture(scope="module")
def trained_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trained]:
    """A project of 60 answers, 40 of them labelled, with one model."""
    folder = tmp_path_factory.mktemp("session")
    path = folder / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        import_file(project, tables.survey(folder / "调研.csv"))
        import_frame(project, tables.frame(folder / "码框.csv"))
        import_labels(project, tables.labels(folder / "labels.csv", 40))
        trained = session.train(project, worker=InProcess())
    return path, trained


@pytest.fixture
def trained(trained_file: tuple[Path, Trained], tmp_path: Path) -> Iterator[tuple[Project, Trained]]:
    shutil.copy(trained_file[0], tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as project:
        yield project, trained_file[1]


def test_a_model_comes_back_as_it_was_stored(trained: tuple[Project, Trained]) -> None:
    project, told = trained
    stored = session.load(project, told.id)
    assert (stored.hash, stored.frame_id) == (told.hash, told.frame_id)
    assert stored.columns == tuple(code.id for code in told.codes)
    assert stored.nets == {code.id for code in told.codes if code.is_net}
    assert len(stored.trained) == told.rows == 40
    assert stored.probability.shape == stored.accepted.shape == (40, len(told.codes))
    assert stored.sentiment is not None
    assert told.sentiment is not None


def test_out_of_sample_scores_are_not_those_of_a_model_that_knew_the_row(trained: tuple[Project, Trained]) -> None:
    project, told = trained
    stored = session.load(project, told.id)
    ids = list(stored.trained)
    with project.reading() as db:
        texts = session.prepared_texts(db, ids, stored.reader)
    knowing = stored.classifier.predict(texts).probability
    # Half precision on the way through the file cannot explain a difference like this.
    assert np.abs(knowing - stored.probability).max() > 0.005


def test_training_is_a_step_of_the_history_that_undo_passes_over(trained: tuple[Project, Trained]) -> None:
    project, told = trained
    assert told.step.kind == "train"
    assert operations.history(project)[0].kind == "train"
    assert operations.undo(project).kind == "label-import"  # type: ignore[union-attr]
    assert session.newest_model(project, told.frame_id) == told.id
    assert check(project).ok


def test_the_same_seed_gives_the_same_model_and_a_new_label_another(trained: tuple[Project, Trained]) -> None:
    from annotate import coding

    project, told = trained
    again = session.train(project, worker=InProcess())
    assert (again.hash, again.id) == (told.hash, told.id + 1)
    assert again.scores == told.scores
    (row,) = verbatims.ids(project, Query(), limit=50).tolist()[-1:]
    coding.apply_code(project, verbatims=[row], code=told.codes[2].id)
    other = session.train(project, worker=InProcess())
    assert other.hash != told.hash
    assert other.rows > told.rows
    assert session.newest_model(project, told.frame_id) == other.id


def test_a_damaged_model_is_refused(trained: tuple[Project, Trained]) -> None:
    project, told = trained

    def damage(db: object) -> None:
        from annotate.store.connection import Connection

        assert isinstance(db, Connection)
        with db.transaction():
            db.execute("update model_part set data = cast(data || x'00' as blob) where name = 'trained.npz'")

    project.write(damage)
    with pytest.raises(UserError) as refused:
        session.load(project, told.id)
    assert refused.value.id == "model-damaged"


def test_nothing_labelled_is_said_before_any_work(trained: tuple[Project, Trained]) -> None:
    project, _ = trained
    operations.undo(project)
    with pytest.raises(UserError) as refused:
        session.train(project)
    assert refused.value.id == "nothing-labelled"


def test_without_a_model_or_a_frame_there_is_nothing_to_code_with(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        with pytest.raises(UserError) as refused:
            session.train(project)
        assert refused.value.id == "no-frame"
        frame = frames.create_frame(project, name="Car")
        with pytest.raises(UserError) as none:
            session.newest_model(project, frame)
        assert none.value.id == "no-model"


def test_withdrawn_answers_do_not_teach(trained: tuple[Project, Trained], tmp_path: Path) -> None:
    project, _ = trained
    project.work_as("Bo")
    question = verbatims.questions(project)[0].name
    path = tables.write_csv(tmp_path / "more.csv", ["id", question], [[f"n{n}", f"又有异响{n}"] for n in range(5)])
    from annotate.importing.roles import Role

    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: [question]})
    project.work_as("Cy")
    import_labels(project, tables.write_csv(tmp_path / "l.csv", ["id", "code"], [[f"n{n}", "304"] for n in range(5)]))
    assert session.train(project, worker=InProcess()).rows == 45
    project.work_as("Bo")
    operations.undo(project)
    assert session.train(project, worker=InProcess()).rows == 40
