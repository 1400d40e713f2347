"""One language at a time, reports in theirs, and errors that are whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from annotate import messages
from annotate.errors import AskedWronglyError, UserError

TEXT = "Nothing to undo."


@pytest.fixture(autouse=True)
def language_of_its_own() -> Iterator[None]:
    before = messages.current()
    yield
    messages.use(before)


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh", "zh_CN"), ("zh_CN.UTF-8", "zh_CN"), ("ZH-tw", "zh_CN"), ("en_GB", "en"), ("fr", "en"), ("", "en"),
     (None, "en")],
)  # fmt: skip
def test_languages_by_any_name(name: str | None, language: str) -> None:
    assert messages.language_of(name) == language


def test_the_language_is_as_given_else_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("TINGDONG_LANG", "zh")
    assert messages.use() == "zh_CN"
    assert messages.use("en") == "en"
    monkeypatch.delenv("TINGDONG_LANG")
    assert messages.use() == "en"
    assert messages.current() == "en"


def test_a_report_speaks_its_own_language() -> None:
    messages.use("en")
    assert messages.translator("zh")(TEXT) != TEXT
    messages.use("zh")
    assert messages.translator("en")(TEXT) == TEXT
    assert messages._(TEXT) == messages.translator("zh_CN")(TEXT)


def test_no_text_is_no_text() -> None:
    """gettext answers an empty id with the header of the catalogue."""
    messages.use("zh")
    assert messages._("") == ""
    assert messages.translator("zh")("") == ""


def test_an_error_is_a_sentence_with_its_parts_filled_in() -> None:
    messages.use("en")
    error = UserError("some-id", "No {name} here.", "", "Use {other}.", name="车", other=3)
    assert str(error) == error.sentence() == "No 车 here. Use 3."
    assert error.as_dict() == {"error": "some-id", "message": "No 车 here. Use 3.", "name": "车", "other": "3"}
    assert isinstance(AskedWronglyError("x", "y"), UserError)


def test_an_error_changes_its_language_with_the_reader() -> None:
    error = UserError("x", TEXT)
    messages.use("en")
    english = error.sentence()
    messages.use("zh")
    assert error.sentence() != english


def test_one_thing_is_counted_in_the_singular() -> None:
    messages.use("en")
    assert messages.counted("{n} answers confirmed", n=1) == "1 answer confirmed"
    assert messages.counted("{n} answers confirmed", n=21) == "21 answers confirmed"
    assert messages.counted("Frame: {nets} nets, {n} pinned codes", nets="1", n="1,001") == (
        "Frame: 1 net, 1,001 pinned codes"
    )
    assert messages.counted("{name}: {n} answers", name="1 answers", n=1) == "1 answers: 1 answer"
    messages.use("zh")
    assert messages.counted("Adjudication of {n} answers", n=1) == messages._("Adjudication of {n} answers").format(n=1)


@pytest.mark.parametrize(
    ("text", "params", "said"),
    [
        ("{n} rows were not taken: {first}", {"n": 1, "first": "x"}, "1 row was not taken: x"),
        ("{n} people answered a question twice.", {"n": "1"}, "1 person answered a question twice."),
        ("Import {n} more files", {"n": 1}, "Import 1 more file"),
        ("{n} rows were not taken: {first}", {"n": 11, "first": 1}, "11 rows were not taken: 1"),
        ("{key} repeats: {codes}", {"key": 1, "codes": "a"}, "1 repeats: a"),
    ],
)
def test_every_english_text_counts_one_thing_in_the_singular(text: str, params: dict[str, object], said: str) -> None:
    messages.use("en")
    assert messages._(text).format(**params) == messages.translator("en")(text).format(**params) == said
