"""The screenshot book asks for actions and runs commands that there are; a picture of the guide stands in its pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

import main
from ui.action_list import BY_ID
from ui.pages.registry import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def book() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "tools" / "screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screenshots"] = module  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


def test_what_is_asked_for_on_pages_is_an_action_of_them(book: ModuleType) -> None:
    assert {page: BY_ID[action].where for page, action in book.ASKED.items()} == {page: page for page in book.ASKED}


def test_the_commands_that_fill_the_project_are_understood(book: ModuleType) -> None:
    for told in book.FILLED:
        group, name, *rest = told
        command = main.commands.get_command(None, group).get_command(None, name)  # type: ignore[union-attr, arg-type]
        command.make_context(name, [one.format(project="x.tingdong") for one in rest])


def test_every_page_has_its_pictures_in_the_guide(book: ModuleType) -> None:
    for language in book.LANGUAGES:
        for page in PAGES:
            shot = book.Shot(page.id, language, "light", "full")
            with Image.open(book.GUIDE / shot.file) as picture:
                assert picture.size == (book.WIDTH, book.HEIGHT)
                assert picture.mode == "P"
            told = (ROOT / "docs" / "guide" / language[:2] / f"{page.id}.md").read_text(encoding="utf-8")
            assert shot.file in told


def test_sheets_hold_six_pictures_each(book: ModuleType, tmp_path: Path) -> None:
    shots = [book.Shot(f"p{n}", "en", "light", "full") for n in range(7)]
    for shot in shots:
        Image.new("RGB", (144, 90)).save(tmp_path / shot.file)
    book.sheets_of_six(tmp_path, shots)
    assert len(list(tmp_path.glob("sheet-*.png"))) == 2
