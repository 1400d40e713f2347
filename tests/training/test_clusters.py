"""Clusters of uncoded answers: what is alike stands together, stays so, and becomes a code in one step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import loop_project
import numpy as np
import pytest
from click.testing import CliRunner
from in_process import InProcess
from training_example import THEMES

from annotate import coding, frames
from annotate.errors import UserError
from annotate.feeding import feeding, make_code
from annotate.lexicon import Vocabulary
from annotate.store import operations
from annotate.store.project import Project
from training import clusters
from training.clusters_fit import group_texts
from training.commands import group
from training.process.worker import Worker


def told(seed: int = 1) -> tuple[list[str], list[str]]:
    """Return 160 different texts of four themes and the theme of each."""
    generator = np.random.default_rng(seed)
    texts, themes = list[str](), list[str]()
    for theme, phrases in THEMES.items():
        for row in range(40):
            texts.append(f"{generator.choice(phrases[:3])}{generator.choice(phrases[:3])}{'啊呀吧呢'[row % 4]}{row}")
            themes.append(theme)
    return texts, themes


def test_groups_are_of_one_theme_each() -> None:
    texts, themes = told()
    found = group_texts(texts, np.ones(len(texts), np.int64), Vocabulary(), groups=8, seed=1)
    assert len(found.phrases) == 8
    right = sum(
        max(np.unique([themes[row] for row in np.flatnonzero(found.owners == one)], return_counts=True)[1])
        for one in range(8)
    )
    assert right >= 0.9 * len(texts)
    assert {phrase for phrases in found.phrases for phrase in phrases} & {
        "油耗",
        "空间",
        "价格实惠",
        "优惠",
        "服务热情",
    }
    sizes = np.bincount(found.owners)
    assert (np.diff(sizes) <= 0).all()


def test_the_same_seed_gives_the_same_groups() -> None:
    texts, _ = told()
    counts = np.ones(len(texts), np.int64)
    one, other = (group_texts(texts, counts, Vocabulary(), seed=3) for _ in range(2))
    assert np.array_equal(one.owners, other.owners)
    assert one.phrases == other.phrases


@pytest.mark.parametrize("texts", [[], ["空间大"], ["空间大"] * 3, ["", "a"]])
def test_few_or_equal_answers_make_no_groups_of_air(texts: list[str]) -> None:
    found = group_texts(texts, np.ones(len(texts), np.int64), Vocabulary())
    assert found.owners.size == len(texts)
    assert len(found.phrases) <= 1


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.open(loop_project.make(tmp_path, rows=200, coded=40)) as opened:
        yield opened


def board(project: Project, **more: int) -> clusters.Board:
    return clusters.board(project, question=1, worker=InProcess(), **more)


def test_a_board_holds_what_nobody_coded(project: Project) -> None:
    found = board(project)
    ids = [one for cluster in found.clusters for one in cluster.ids]
    coded = {int(row[0] or 0) for row in project.rows("select distinct verbatim_id from label_now where yes = 1")}
    assert len(ids) == len(set(ids))
    assert not coded & set(ids)
    assert found.answers + found.alone == 200 - len(coded)
    assert all(cluster.examples and cluster.name for cluster in found.clusters)
    assert [(one.loose, -one.answers) for one in found.clusters] == sorted(
        (one.loose, -one.answers) for one in found.clusters
    )
    assert board(project) == found


def test_a_cluster_becomes_a_code_in_one_step(project: Project) -> None:
    found = board(project).clusters[0]
    before = {one.id for one in frames.head(project, 1).codes}
    made, step = make_code(project, question=1, label="新主题", verbatims=found.ids)
    assert step.rows == found.answers
    assert frames.code_counts(project, 1)[made] == found.answers
    assert not set(found.ids) & {one for cluster in board(project).clusters for one in cluster.ids}
    operations.undo(project)
    assert {one.id for one in frames.head(project, 1).codes} == before
    assert board(project).clusters[0] == found
    operations.redo(project)
    assert frames.code_counts(project, 1)[made] == found.answers


def test_what_feeding_counts_is_what_giving_then_counts(project: Project) -> None:
    found = board(project).clusters[:2]
    ids = [one for cluster in found for one in cluster.ids]
    code = next(one for one in frames.head(project, 1).codes if one.label == "price")
    coding.apply_code(project, verbatims=list(found[0].ids), code=code.id)
    before = frames.code_counts(project, 1)[code.id]
    told = feeding(project, verbatims=ids)
    assert told.answers == sum(one.answers for one in found)
    assert told.more(frames.head(project, 1), code.id) == found[1].answers
    coding.apply_code(project, verbatims=ids, code=code.id)
    assert frames.code_counts(project, 1)[code.id] == before + found[1].answers


def test_a_code_makes_the_frame_that_a_question_lacks(project: Project) -> None:
    frames.point_question(project, question=1, frame=None)
    found = board(project).clusters[0]
    known = {one.id for one in frames.frames(project)}
    made, _ = make_code(project, question=1, label="新主题", verbatims=found.ids)
    frame = next(one.id for one in frames.frames(project) if one.id not in known)
    assert [one.id for one in frames.head(project, frame).codes] == [made]
    operations.undo(project)
    assert {one.id for one in frames.frames(project)} == known


def test_a_code_is_grouped_to_be_split(project: Project) -> None:
    code = next(one.id for one in frames.head(project, 1).codes if one.label == "price")
    found = board(project, code=code, groups=2)
    assert found.answers + found.alone == frames.code_counts(project, 1)[code]
    assert len(found.clusters) == 2


def test_what_is_no_theme_stays_away_until_brought_back(project: Project) -> None:
    found = board(project)
    gone = found.clusters[0]
    clusters.dismiss(project, question=1, verbatims=gone.ids)
    after = board(project)
    assert after.dismissed == gone.answers
    assert not set(gone.ids) & {one for cluster in after.clusters for one in cluster.ids}
    operations.undo(project)
    assert board(project) == found
    operations.redo(project)
    clusters.bring_back(project, question=1)
    assert board(project) == found


def test_answers_called_other_come_back(project: Project) -> None:
    other = frames.add_code(project, frame=1, label="其他", role=frames.Role.OTHER)
    found = board(project)
    coding.apply_code(project, verbatims=found.clusters[0].ids, code=other)
    assert board(project).answers + board(project).alone == found.answers + found.alone


def test_no_answers_make_no_code(project: Project) -> None:
    with pytest.raises(UserError, match="No answers"):
        make_code(project, question=1, label="x", verbatims=[])


def test_the_command_and_the_process_say_the_same(project: Project) -> None:
    with Worker() as worker:
        there = clusters.board(project, question=1, worker=worker)
    assert there == board(project)
    path = project.path
    project.close()
    said = CliRunner().invoke(group, ["clusters", str(path), "--json"])
    assert said.exit_code == 0, said.output
    shown = json.loads(said.stdout)
    assert [one["answers"] for one in shown["clusters"]] == [one.answers for one in there.clusters]
