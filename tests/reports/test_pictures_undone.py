"""Pictures of own pages under undo, redo and merge: a page that comes back finds its picture."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from annotate.store import check, merge, operations
from annotate.store.merge_notes import Why
from annotate.store.project import Project
from reports import basket, spec_pictures
from reports.spec import OwnPage


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as one:
        yield one


def put(project: Project) -> str:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    picture = spec_pictures.checked(out.getvalue())
    h = spec_pictures.name_of(picture)
    basket.put_page(project, page=OwnPage("own", "Title", "text", (h,)), with_pictures={h: picture})
    return h


def found(project: Project, h: str) -> bool:
    with project.reading() as db:
        return h in spec_pictures.pictures(db, (h,))


def test_a_page_that_comes_back_finds_its_picture(project: Project) -> None:
    h = put(project)
    for back in (operations.undo, operations.redo):
        assert back(project) is not None
        assert found(project, h)
        assert check.check(project).ok
    basket.remove(project, place=1)
    assert operations.undo(project) is not None
    (item,) = basket.items(project)
    assert item.page is not None
    assert item.page.pictures == (h,)
    assert found(project, h)
    put(project)
    assert project.rows("select count(*) from asset") == [(1,)]


def test_the_check_notices_a_picture_that_changed_or_is_gone(project: Project) -> None:
    put(project)
    project.write(lambda db: db.execute("update asset set data = x'00'"))
    assert [one.id for one in check.check(project).findings] == ["pictures"]
    project.write(lambda db: db.execute("delete from asset"))
    assert [one.id for one in check.check(project).findings] == ["pictures-missing"]


def test_a_merge_tells_of_the_basket_and_its_pictures(project: Project, tmp_path: Path) -> None:
    path = project.path
    project.close()
    copy = Path(shutil.copy(path, tmp_path / "copy.tingdong"))
    with Project.open(copy, coder="Ben") as ben:
        put(ben)
    with Project.open(path, coder="Ann") as ann:
        (left,) = merge.merge(ann, copy).conflicts
        assert (left.why, left.thing) == (Why.LEFT_OUT, "basket")
        assert "pictures" in left.sentence
        assert check.check(ann).ok
