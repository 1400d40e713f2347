"""What of Insights can be put into the basket, printed with its figures, and what says that there is too little."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from full_example import full

from reports.basket import TABLES
from reports.data import IndicatorFigures, ReportData
from reports.data.closed import AccountRow, ClosedFigures
from reports.document import printed
from reports.manuscript import Manuscript, Put
from reports.sections.basket import EXHIBITS
from reports.spec import ReportSpec
from reports.statistics.nps import Estimate

GROUP = ClosedFigures(
    "Key accounts", 3, 2, "NPS", Estimate(7.0, 6.0, 8.0, 2), None, True, (AccountRow("Acme", 2, 6.5),)
)


def _whole(language: str) -> ReportData:
    indicator = IndicatorFigures("Workshop", "NPS", 1, "", 61.5, (("Waiting", 1.0),))
    return replace(full(language), closed=(GROUP,), indicators=(indicator,))


def _text(data: ReportData, exhibit: str, language: str) -> str:
    import pypdfium2

    spec = ReportSpec(language=language, sections=("basket",))
    put = Put("table", exhibit=exhibit, question=data.questions[0].name, data=data, place=1)
    document = pypdfium2.PdfDocument(BytesIO(printed(Manuscript(data, spec, basket=(put,)), Path("r.pdf"))[0]))
    whole = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(whole.split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answers_indicators_closed_groups_and_key_words_are_printed_from_the_basket(language: str) -> None:
    data = _whole(language)
    (first, *_) = (one for one in data.questions[0].answers if isinstance(one.rows, tuple) and one.rows)
    assert isinstance(first.rows, tuple)
    word = "顿挫 (40)" if language == "zh" else "jerk (40)"
    wanted = {
        "answers": [first.rows[0].theme.label, f"{first.rows[0].association.effect:.2f}"],
        "indicators": ["Workshop", "61.5", "Waiting × 1"],
        "closed": ["Key accounts", "Acme", "6.5"],
        "words": [word],
    }
    for exhibit, texts in wanted.items():
        assert exhibit in TABLES
        printed_text = _text(data, exhibit, language)
        for text in texts:
            assert text in printed_text, (exhibit, text)


@pytest.mark.parametrize("exhibit", ["answers", "indicators", "closed", "words"])
def test_an_exhibit_without_figures_says_so(exhibit: str) -> None:
    data = full("en")
    (question, *_) = data.questions
    bare = replace(data, questions=(replace(question, answers=(), words=()),), closed=(), indicators=())
    text = _text(bare, exhibit, "en")
    assert EXHIBITS[exhibit].name in text
    assert "too little data for this" in text
