"""The cache of counts: appended is rebuilt, damage is noticed, and it is never needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tables

from annotate import verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from training.coding import feature_cache
from training.coding.feature_cache import FeatureCache
from training.learner.features import Counts, count_ngrams
from training.learner.texts import PLAIN, Reader


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setattr(feature_cache, "BLOCK", 16)
    monkeypatch.setattr(feature_cache, "LEAST_KEPT", 5)
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as one:
        import_file(one, tables.survey(tmp_path / "调研.csv"))
        yield one


def more(project: Project, folder: Path, name: str = "more") -> None:
    question = verbatims.questions(project)[0].name
    rows = [[f"{name}{n}", f"{name} 新来的回答{n}"] for n in range(5)]
    path = tables.write_csv(folder / f"{name}.csv", ["id", question], rows)
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: [question]})


def every(project: Project) -> list[int]:
    return verbatims.ids(project, Query()).tolist()


def plainly(project: Project, ids: list[int]) -> Counts:
    texts = dict(project.rows("select id, text from verbatim_text"))
    return count_ngrams(PLAIN([str(texts[one]) for one in ids]))


def same(left: Counts, right: Counts) -> bool:
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in ("ends", "buckets", "times"))


def test_counts_are_those_of_the_texts_in_any_order_and_outlive_the_program(project: Project, tmp_path: Path) -> None:
    ids = every(project)
    mixed = [ids[7], ids[50], ids[3], ids[7], ids[-1]]
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        assert same(cache.counts(ids[40:60]), plainly(project, ids[40:60]))
        assert cache.rows == 20
        assert same(cache.counts(ids[::-1]), plainly(project, ids[::-1]))
        assert cache.rows == len(ids)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        assert (cache.rows, cache.in_memory) == (len(ids), False)
        assert same(cache.counts(mixed), plainly(project, mixed))
        assert cache.counts([]).rows == 0
        assert np.diff(cache.counts([10**9, ids[0]]).ends)[0] == 0
        assert cache.rows == len(ids)


def test_what_is_held_is_not_read_again(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = every(project)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        cache.counts(ids)
    wanted = plainly(project, ids)
    monkeypatch.setattr(feature_cache, "count_ngrams", lambda _: pytest.fail("counted again"))
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        assert same(cache.counts(ids), wanted)


def test_a_few_more_are_counted_without_a_block_and_many_with_one(project: Project, tmp_path: Path) -> None:
    ids = every(project)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        cache.counts(ids[:30])
        told = cache.counts(ids[25:33])
        assert cache.rows == 30
        assert same(told, plainly(project, ids[25:33]))
        cache.counts(ids[:50])
        assert cache.rows == 50


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.suffix in (".i4", ".u1", ".i8")}


def test_appended_is_rebuilt(project: Project, tmp_path: Path) -> None:
    before = every(project)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "a") as cache:
        cache.counts(before)
        more(project, tmp_path)
        cache.counts(every(project))
    after = sorted(set(every(project)) - set(before))
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "b") as cache:
        cache.counts(before)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "b") as cache:
        cache.counts([*before, *after])
        assert same(cache.counts(every(project)), plainly(project, every(project)))
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_an_import_that_is_undone_and_redone_does_no_harm(project: Project, tmp_path: Path) -> None:
    more(project, tmp_path)
    both = every(project)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        operations.undo(project)
        assert same(cache.counts(every(project)), plainly(project, every(project)))
        operations.redo(project)
        assert same(cache.counts(both), plainly(project, both))


@pytest.mark.parametrize("name", ["idx.i4", "tf.u1", "ptr.i8", "id.i8", "header.json"])
@pytest.mark.parametrize("kind", ["cut short", "flipped", "gone", "longer"])
def test_a_cache_cut_short_or_changed_is_counted_anew(project: Project, tmp_path: Path, name: str, kind: str) -> None:
    ids = every(project)
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        cache.counts(ids)
    whole = files(tmp_path / "cache")
    path = next((tmp_path / "cache").rglob(name))
    data = path.read_bytes()
    changed = {
        "cut short": data[: len(data) // 2],
        "flipped": data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
        "longer": data + b"12345678",
    }
    if kind == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[kind])
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        assert same(cache.counts(ids), plainly(project, ids))
        more(project, tmp_path)
        cache.counts(every(project))
    if kind != "longer" and (kind, name) != ("flipped", "id.i8"):
        assert whole.items() <= {n: d[: len(whole[n])] for n, d in files(tmp_path / "cache").items()}.items()
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
        assert same(cache.counts(every(project)), plainly(project, every(project)))


def test_another_history_another_reader_another_program(project: Project, tmp_path: Path) -> None:
    with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache"):
        older = tmp_path / "older.tingdong"
        project.close()
        shutil.copy(tmp_path / "p.tingdong", older)
        with Project.open(tmp_path / "p.tingdong") as one:
            second = FeatureCache.open(one, PLAIN, folder=tmp_path / "cache")
            assert second.in_memory  # the first one has the folder
            assert same(second.counts(every(one)), plainly(one, every(one)))
    with Project.open(tmp_path / "p.tingdong") as one:
        more(one, tmp_path, "here")
        with FeatureCache.open(one, PLAIN, folder=tmp_path / "cache") as cache:
            cache.counts(every(one))
        with FeatureCache.open(one, Reader(agents=["客服"]), folder=tmp_path / "cache") as cache:
            assert cache.rows == 0
    with Project.open(older) as one:  # a restored backup, in which the same ids come to stand for other texts
        more(one, tmp_path, "there")
        with FeatureCache.open(one, PLAIN, folder=tmp_path / "cache") as cache:
            assert cache.rows == 0
            assert same(cache.counts(every(one)), plainly(one, every(one)))


def test_a_protected_project_leaves_nothing_in_the_cache_folder(tmp_path: Path) -> None:
    with Project.create(tmp_path / "s.tingdong", coder="Ann", passphrase="secret") as project:
        import_file(project, tables.survey(tmp_path / "调研.csv"))
        with FeatureCache.open(project, PLAIN, folder=tmp_path / "cache") as cache:
            assert same(cache.counts(every(project)), plainly(project, every(project)))
            assert cache.in_memory
    assert not (tmp_path / "cache").exists()
