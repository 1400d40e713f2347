"""The catalogue: every text of the code, every placeholder, the same bytes each time."""

from __future__ import annotations

import gettext
import io
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

PATH = Path(__file__).parents[2] / "tools" / "catalogue.py"
SPEC = spec_from_file_location("catalogue", PATH)
assert SPEC
assert SPEC.loader
catalogue = module_from_spec(SPEC)
sys.modules["catalogue"] = catalogue
SPEC.loader.exec_module(catalogue)


def of(**texts: str) -> Catalog:
    made = Catalog(locale="zh_CN")
    for english, chinese in texts.items():
        made.add(english.replace("_", " "), chinese)
    return made


def test_what_lacks_a_translation_or_a_placeholder_is_missing() -> None:
    made = Catalog(locale="zh_CN")
    for english, chinese in {
        "Undone: {words}": "已撤销：{words}", "Open": "", "{n} rows": "行", "Saved": "已保存 {n}", "100 %": "100 %",
    }.items():  # fmt: skip
        made.add(english, chinese)
    assert sorted(catalogue.missing(made)) == ["Open", "Saved", "{n} rows"]


def test_the_compiled_catalogue_translates() -> None:
    _po, mo = catalogue.bytes_of(of(Nothing_to_undo="没有可撤销的"))
    read = gettext.GNUTranslations(io.BytesIO(mo))
    assert read.gettext("Nothing to undo") == "没有可撤销的"
    assert read.gettext("unknown") == "unknown"


@pytest.fixture(scope="module")
def merged() -> Catalog:
    return catalogue.merged()


def test_texts_are_found_in_every_package(merged: Catalog) -> None:
    places = {name.split("/")[0] for message in merged for name, _ in message.locations}
    assert {"annotate", "training", "reports", "ui"} <= places
    assert "Nothing to undo." in merged


def test_the_files_in_the_repository_are_those_of_the_code(merged: Catalog) -> None:
    """After a change of texts: type the Chinese into the .po file and run tools/catalogue.py."""
    assert catalogue.missing(merged) == []
    po, mo = catalogue.bytes_of(merged)
    assert (catalogue.FOLDER / "tingdong.po").read_bytes() == po
    assert (catalogue.FOLDER / "tingdong.mo").read_bytes() == mo
