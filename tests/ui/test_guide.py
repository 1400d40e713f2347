"""The guide opens at the page shown, in the language in use, and finds; every page of the window has its entry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotate import messages
from annotate.messages import translator
from ui.action_list import ENTRIES
from ui.main_window import MainWindow
from ui.pages.registry import PAGES
from ui.views import guide
from ui.views.guide import Guide


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    messages.use(request.param)
    yield request.param
    messages.use("en")


def test_every_page_of_the_window_has_its_entry(language: str) -> None:
    there = set(guide.names(guide.folder()))
    assert {page.id for page in PAGES} <= there


def test_every_action_is_in_the_guide(language: str) -> None:
    whole = "\n".join(page.read_text(encoding="utf-8") for page in guide.folder().glob("*.md"))
    told = translator(language)
    missing = [told(entry.text).rstrip("…") for entry in ENTRIES if told(entry.text).rstrip("…") not in whole]
    assert not missing


def test_contents_search_and_language(qtbot: QtBot) -> None:
    window = Guide()
    qtbot.addWidget(window)
    window.show_page("definitions")
    assert "definitions" in window.browser.source().fileName()
    assert window.browser.toPlainText().strip()
    window._find.setText("definitions import")
    shown = [window._contents.item(n) for n in range(window._contents.count())]
    assert 0 < sum(not item.isHidden() for item in shown) < len(shown)
    messages.use("zh_CN")
    window.retranslate()
    assert "口径" in window.browser.toPlainText()


def test_f1_opens_the_page_at_hand(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("sources")
    window.actions_.run("guide")
    opened = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Guide) and one.isVisible())
    assert opened.browser.source().fileName() == "sources.md"
    opened.close()


def test_the_table_of_keys_is_what_the_registry_says() -> None:
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, str(root / "tools" / "guide_keys.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout
