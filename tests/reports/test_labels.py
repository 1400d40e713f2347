"""Themes are called by their English names wherever a report is English, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from full_example import full

from reports.data import ReportData, Theme, ThemeFigures
from reports.document import compose, headlines, press_of
from reports.labels import named
from reports.manuscript import Manuscript
from reports.plain import plain
from reports.spec import ReportSpec
from reports.wording import Words

ENGLISH = "English name of {code}"


def with_english() -> ReportData:
    """Return the whole example; each theme, wherever it stands, has an English name."""

    def name(one: ThemeFigures | Theme) -> str:
        return ENGLISH.format(code=one.code)

    data = full()
    questions = []
    for question in data.questions:
        drivers = question.drivers
        if drivers is not None and hasattr(drivers, "rows"):
            rows = tuple(replace(row, theme=replace(row.theme, label_en=name(row.theme))) for row in drivers.rows)
            drivers = replace(drivers, rows=rows)
        themes = tuple(replace(theme, label_en=name(theme)) for theme in question.themes)
        questions.append(replace(question, themes=themes, drivers=drivers))
    return replace(data, questions=tuple(questions))


def test_english_words_take_the_english_names_and_chinese_words_leave_all_as_it_is() -> None:
    data = with_english()
    assert named(data, Words("zh")) is data
    told = named(data, Words("en"))
    for question, before in zip(told.questions, data.questions, strict=True):
        assert [one.label for one in question.themes] == [one.label_en for one in before.themes]
        assert [one.share for one in question.themes] == [one.share for one in before.themes]
        if before.needs is not None:  # themes without an English name keep theirs
            assert question.needs is before.needs
    assert ENGLISH.format(code="")[:-1] in str(plain(told.questions[0].drivers))


def test_an_english_report_says_no_chinese_name_of_a_theme_that_has_an_english_one() -> None:
    data = with_english()
    for language, there in (("en", True), ("zh", False)):
        manuscript = Manuscript(data, ReportSpec(language=language))
        press = press_of(manuscript)
        compose(press)
        titles = " ".join(one.generated for one in headlines(manuscript))
        groups = " ".join(group.label for group in press.groups)
        assert (ENGLISH[:12] in titles) is there
        assert (ENGLISH[:12] in groups) is there
