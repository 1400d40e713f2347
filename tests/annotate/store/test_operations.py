"""Operations, undo and redo, and the audit chain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import check, images, operations
from annotate.store.changes import Change
from annotate.store.operations import Operation
from annotate.store.project import Project


def set_setting(project: Project, key: str, value: str | None, **kwargs: bool) -> operations.Step:
    def do(op: Operation) -> None:
        op.say("Setting {key}", key=key)
        images.write(op, "setting", {"key": key}, None if value is None else {"value": json.dumps(value)})

    return operations.run(project, "setting", do, **kwargs)[1]


def setting(project: Project, key: str) -> str | None:
    row = project.reading_one("select value from setting where key = ?", (key,))
    return json.loads(str(row[0])) if row else None


def test_a_step_is_told_in_words(project: Project) -> None:
    step = set_setting(project, "theme", "dark")
    assert (step.words, step.coder, step.undone) == ("Setting theme", "Ann", False)
    assert operations.history(project)[0] == step


def test_undo_is_last_in_first_out_and_named(project: Project) -> None:
    set_setting(project, "a", "1")
    set_setting(project, "b", "1")
    set_setting(project, "a", "2")
    assert setting(project, "a") == "2"
    first = operations.undo(project)
    assert first is not None
    assert (first.words, first.undone, setting(project, "a")) == ("Setting a", True, "1")
    assert operations.undo(project)
    assert setting(project, "b") is None
    assert operations.redo(project)
    assert (setting(project, "a"), setting(project, "b")) == ("1", "1")
    assert [step.undone for step in operations.history(project)] == [True, False, False]


def test_each_coder_undoes_her_own_steps(project: Project) -> None:
    set_setting(project, "a", "Ann's")
    project.work_as("Ben")
    set_setting(project, "b", "Ben's")
    project.work_as("Ann")
    assert operations.undo(project)
    assert (setting(project, "a"), setting(project, "b")) == (None, "Ben's")
    assert operations.undo(project) is None
    project.work_as("Ben")
    assert operations.redo(project) is None
    assert operations.undo(project)
    assert setting(project, "b") is None


def test_a_new_step_clears_what_could_be_redone_but_not_the_history(project: Project) -> None:
    set_setting(project, "a", "1")
    operations.undo(project)
    set_setting(project, "b", "1")
    assert operations.redo(project) is None
    shown = [(step.words, step.undone) for step in operations.history(project)]
    assert shown == [("Setting b", False), ("Setting a", True)]
    assert [step.kind for step in operations.history(project, everything=True)] == ["setting", "undo", "setting"]


def test_what_someone_changed_since_is_not_undone(project: Project) -> None:
    set_setting(project, "a", "Ann's")
    project.work_as("Ben")
    set_setting(project, "a", "Ben's")
    project.work_as("Ann")
    before = project.rows("select count(*) from op")
    with pytest.raises(UserError) as refused:
        operations.undo(project)
    assert refused.value.id == "undo-conflict"
    assert project.rows("select count(*) from op") == before
    assert setting(project, "a") == "Ben's"
    project.work_as("Ben")
    operations.undo(project)
    project.work_as("Ann")
    operations.undo(project)
    assert setting(project, "a") is None


def test_undo_goes_on_after_a_restart(project: Project, tmp_path: Path) -> None:
    for value in ("1", "2", "3"):
        set_setting(project, "a", value)
    operations.undo(project)
    project.close()
    with Project.open(tmp_path / "car.tingdong", coder="Ann") as again:
        assert setting(again, "a") == "2"
        operations.undo(again)
        assert setting(again, "a") == "1"
        operations.redo(again)
        operations.redo(again)
        assert setting(again, "a") == "3"
        assert operations.redo(again) is None


def test_undo_back_to_a_step_takes_several(project: Project) -> None:
    steps = [set_setting(project, "a", value) for value in ("1", "2", "3", "4")]
    done = operations.undo_to(project, op=steps[1].op)
    assert [step.op for step in done] == [steps[3].op, steps[2].op, steps[1].op]
    assert setting(project, "a") == "1"
    with pytest.raises(UserError) as refused:
        operations.undo_to(project, op=steps[1].op)
    assert refused.value.id == "not-undoable"


def test_background_work_is_never_on_the_stack(project: Project) -> None:
    set_setting(project, "a", "1")
    set_setting(project, "b", "1", stackable=False)
    operations.undo(project)
    assert (setting(project, "a"), setting(project, "b")) == (None, "1")
    assert check.check(project).ok


def test_a_withdrawn_import_keeps_its_labels(project: Project, frame: int) -> None:
    code = frames.add_code(project, frame=frame, label="a")
    question = add_question(project, "Q1", frame=frame)
    batch, rows = import_answers(project, question, ["x", "y"])
    project.work_as("Ben")
    coding.apply_code(project, verbatims=rows, code=code)
    project.work_as("Ann")
    operations.undo(project)
    assert project.rows("select state from import_batch where id = ?", (batch,)) == [(2,)]
    assert frames.code_counts(project, frame).get(code, 0) == 0
    assert project.rows("select count(*) from label_now") == [(2,)]
    operations.redo(project)
    assert frames.code_counts(project, frame)[code] == 2


def test_listeners_hear_what_changed_after_it_is_on_disk(project: Project, frame: int) -> None:
    heard: list[Change] = []
    code = frames.add_code(project, frame=frame, label="a")
    rows = import_answers(project, add_question(project, "Q1", frame=frame), ["x", "y"])[1]
    end = project.changes.subscribe(heard.append)
    coding.apply_code(project, verbatims=rows[:1], code=code)
    operations.undo(project)
    set_setting(project, "a", "1")
    frames.retire_code(project, code=code)
    end()
    set_setting(project, "a", "2")
    assert [(one.kind, one.verbatims, one.frame, one.settings) for one in heard] == [
        ("code", (rows[0],), True, False),
        ("undo", (rows[0],), False, False),
        ("setting", (), False, True),
        ("frame", (), True, False),
    ]
    assert heard[0].codes == frozenset({code})


def test_the_chain_links_every_operation_to_the_one_before(project: Project) -> None:
    for value in ("1", "2", "3"):
        set_setting(project, "a", value)
    links = project.rows("select prev_h, h from op order by id")
    assert links[0][0] == operations.GENESIS
    assert [prev for prev, _h in links[1:]] == [h for _prev, h in links[:-1]]
    assert len({h for _prev, h in links}) == 3
