"""What a report prints of the definitions, of scores on low bases and of needs that moved."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from full_example import full

from reports.data import NeedFigures, ReportData
from reports.definitions.terms import (
    CodePlace,
    Definitions,
    FunnelStep,
    ImageItem,
    Indicator,
    Letters,
    Measure,
    Population,
    Practical,
    Reference,
    Score,
    Tier,
    Touchpoint,
)
from reports.document import printed
from reports.manuscript import Manuscript
from reports.sections.needs import move_sentence
from reports.spec import ReportSpec
from reports.statistics.kano import Layer
from reports.statistics.limits import Limits
from reports.wording import Words

DEFINED = Definitions(
    scores=(
        Score("Recommend", "q1", Measure.NPS, 0, 10, headline=True),
        Score("Effort", "Effort", Measure.MEAN, 1, 7, good_is_high=False),
        Score("Stars", "Stars", Measure.TOP_BOX, 1, 5, 4),
    ),
    indicators=(Indicator("Ease", "Effort", "Recommend", 0.4),),
    stages=("Arrive", "Stay"),
    touchpoints=(Touchpoint("Desk", "Arrive"),),
    codes=(CodePlace("77", "Desk", "Front office"), CodePlace("Queue", "Desk", "Front office"), CodePlace("78")),
    tiers=(Tier("Loyalty", "Gold", 1.3),),
    limits=replace(Limits(), shown=40, people=3),
    practical=Practical(nps=4),
    letters=Letters.UNCORRECTED,
    funnel=(FunnelStep("Ours", "Aware", "Heard", "1"), FunnelStep("Ours", "Booked", "Booked")),
    image=(ImageItem("Ours", "Modern", "m1", "1"),),
    self_selected=("Hotline",),
    populations=(Population("Key accounts", "Account", 18, "Kind", "key"),),
    references=(Reference("Market", "Stars", 61, 900, "2025"),),
)


def _text(data: ReportData, *sections: str) -> str:
    import pypdfium2

    manuscript = Manuscript(data, ReportSpec(language="en", sections=sections))
    document = pypdfium2.PdfDocument(BytesIO(printed(manuscript, Path("r.pdf"))[0]))
    whole = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(whole.split())


def test_every_definition_stands_in_the_appendix() -> None:
    text = _text(replace(full("en"), definitions=DEFINED, definitions_version=3), "definitions")
    for wanted in (
        "Definitions, version 3", "headline; NPS; 0–10; column q1", "mean; 1–7; low is good",
        "share of good scores; 1–5; good from 4", "Effort; part of Recommend; weight 0.4", "Stars; 61; n=900; 2025",
        "touchpoint Desk; department Front office", "77, Queue", "Loyalty = Gold", "weight 1.3", "Hotline",
        "18 accounts, named in Account; Kind = key", "Aware (Heard = 1), Booked", "Modern (m1 = 1)",
        "no percentage under 40, marked * under 100, no test under 50", "fewer than 3 people", "NPS 4 points",
        "95% and 90%, not corrected",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_limits_and_the_rule_are_printed_where_nobody_defined_anything() -> None:
    text = _text(replace(full("en"), definitions=Definitions(), definitions_version=0), "definitions")
    assert "none were given, these are guessed" in text
    assert "no percentage under 30" in text
    assert "5% over the whole table (Holm)" in text


def test_scores_of_a_low_base_are_counts_without_percentages() -> None:
    data = full("en")
    (score, *_) = data.scores
    few = tuple((value, 2) for value, _ in score.distribution)
    low = replace(score, distribution=few, previous=None, change=None, trend=(), segments=(), series=None)
    text = _text(replace(data, scores=(low,), indicators=()), "scores")
    total = 2 * len(few)
    assert "Too few answers" in text
    assert f"Promoters 9–10: 4 of {total}" in text
    assert "%" not in text.split("01 Scores")[-1]


def test_a_need_that_changed_its_layer_is_the_title_of_the_moves() -> None:
    found = full("en").questions[0].needs
    assert isinstance(found, NeedFigures) and isinstance(found.needs, tuple)
    row = found.needs[0]
    words, years = Words("en"), ("2025", "2026")
    from reports.data import MoveRow

    must, performance = replace(row.need, layer=Layer.MUST_BE), replace(row.need, layer=Layer.PERFORMANCE)
    moved = MoveRow(row.theme, performance, must, moved=True)
    still = replace(moved, moved=False)
    name = words.quoted(row.theme.label)
    assert move_sentence((still, moved), years, words) == f"{name}: Performance in 2025, Must-be in 2026"
    assert move_sentence((replace(moved, after=performance),), years, words).startswith(
        f"{name} cost or gain otherwise"
    )
    assert move_sentence((still,), years, words) == "No need is proved to have moved from 2025 to 2026"
