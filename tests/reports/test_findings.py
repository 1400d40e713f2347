from __future__ import annotations

import re
from dataclasses import replace

import pytest
from report_example import bare, example, flat

from reports import findings, measures
from reports.data import Direction, Distribution, ScoreFigures, ScoreKind, SentimentFigures, ThemeFigures, Unit
from reports.findings import Finding, Tone, change_words, score_finding, summary, theme_changes
from reports.sections.scores import bins
from reports.statistics.nps import Change
from reports.statistics.shares import Source, share
from reports.wording import Words

EN = Words("en")
CAUSES = re.compile(r"导致|使得|带来|因为|drove|caused|because|due to|led to", re.IGNORECASE)


def nps_score(
    promoters: int, passives: int, detractors: int, previous: tuple[int, int, int] | None = None
) -> ScoreFigures:
    def answers(counts: tuple[int, int, int]) -> tuple[tuple[float, int], ...]:
        return ((3.0, counts[2]), (7.0, counts[1]), (10.0, counts[0]))

    return ScoreFigures(
        "NPS",
        ScoreKind.NPS,
        0,
        10,
        answers((promoters, passives, detractors)),
        previous=answers(previous) if previous else None,
    )


@pytest.mark.parametrize(
    ("score", "tone", "lead"),
    [
        (nps_score(10, 10, 9), Tone.TOO_LITTLE, "NPS: too few answers for a conclusion"),
        (nps_score(40, 30, 30), Tone.UNSURE, "NPS is roughly +10.0"),
        (nps_score(450, 350, 200), Tone.PLAIN, "NPS is +25.0"),
        (nps_score(450, 350, 200, (300, 350, 350)), Tone.GOOD, "NPS is +25.0, significantly up on the period before"),
        (nps_score(300, 350, 350, (450, 350, 200)), Tone.BAD, "NPS is −5.0, significantly down on the period before"),
        (
            nps_score(450, 350, 200, (440, 350, 210)),
            Tone.UNSURE,
            "NPS is +25.0, no change confirmed against the period before",
        ),
        (
            nps_score(450_000, 350_000, 200_000, (445_000, 355_000, 200_000)),
            Tone.PLAIN,
            "NPS is +25.0, statistically different from the period before, but only slightly",
        ),
        (
            nps_score(45_000, 35_000, 20_000, (45_010, 34_990, 20_000)),
            Tone.PLAIN,
            "NPS is +25.0, unchanged from the period before",
        ),
    ],
)
def test_a_score_is_said_by_the_grammar(score: ScoreFigures, tone: Tone, lead: str) -> None:
    found = score_finding(score, example("en"), EN)
    assert (found.tone, found.lead) == (tone, lead)
    assert "n=" in found.rest


def test_small_significant_changes_are_called_small() -> None:
    assert change_words(Change(0.4, 0.1, 0.7, 0.01), 1.0, EN)[0] is Tone.PLAIN
    assert change_words(Change(1.4, 0.2, 2.6, 0.02), 1.0, EN)[0] is Tone.GOOD
    assert change_words(Change(0.1, -0.4, 0.6, 0.7), 1.0, EN)[1] == "unchanged from the period before"


def words_of(found: list[Finding]) -> str:
    return "\n".join(f"{item.lead} {item.rest}" for item in found)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("machine", [False, True])
def test_no_sentence_claims_a_cause_and_every_percentage_has_a_base(lang: str, machine: bool) -> None:
    found = summary(example(lang, machine=machine), Words(lang))
    assert not CAUSES.search(words_of(found))
    for item in found:
        if "%" in item.rest.replace("95%", ""):
            assert "n=" in item.rest


def test_the_summary_always_says_what_is_not_confirmed() -> None:
    for data in (example("en"), example("en", machine=True), flat(), bare()):
        assert any(item.tone in (Tone.UNSURE, Tone.TOO_LITTLE) for item in summary(data, EN))
    assert "counted as they are" in words_of(summary(example("en", machine=True), EN))


def test_the_worst_theme_is_the_one_with_most_negative_mentions() -> None:
    question = example("en").questions[0]
    found = findings.theme_findings(question, example("en"), EN)
    assert [item.tone for item in found] == [Tone.BAD, Tone.GOOD]
    assert found[0].lead == "Most negative mentions: “Laggy head unit”"
    assert found[1].lead == "Most positive mentions: “Good looks”"
    unhappy = replace(question, themes=tuple(replace(t, sentiments=SentimentFigures(1, 0, 0)) for t in question.themes))
    assert [item.tone for item in findings.theme_findings(unhappy, example("en"), EN)] == [Tone.BAD]


def test_questions_for_likes_give_praise_only_and_are_named_when_there_are_several() -> None:
    data = example("en")
    likes = replace(data.questions[0], name="Q6", direction=Direction.LIKES)
    dislikes = replace(data.questions[0], direction=Direction.DISLIKES)
    assert [item.tone for item in findings.theme_findings(likes, data, EN)] == [Tone.GOOD]
    assert [item.tone for item in findings.theme_findings(dislikes, data, EN)] == [Tone.BAD]
    leads = [item.lead for item in summary(replace(data, questions=(likes, dislikes)), EN)]
    assert "Q6: Most positive mentions: “Good looks”" in leads
    assert "Q7: Most negative mentions: “Laggy head unit”" in leads


@pytest.mark.parametrize(
    ("distribution", "labels", "counts"),
    [
        (((1.0, 5), (4.0, 2)), ["1", "2", "3", "4"], [5, 0, 0, 2]),
        (((4.0, 1), (4.5, 2)), ["4", "4.5"], [1, 2]),
        (tuple((float(n), 1) for n in range(100)), None, [10] * 10),
        (((3.0, 7),), ["3"], [7]),
    ],
)
def test_scores_are_drawn_in_few_columns(
    distribution: Distribution, labels: list[str] | None, counts: list[int]
) -> None:
    drawn = bins(distribution)
    assert [count for _, count, _ in drawn] == counts
    assert labels is None or [label for label, _, _ in drawn] == labels


def test_changes_of_themes_are_corrected_for_their_number() -> None:
    def theme(code: int, before: int, after: int) -> ThemeFigures:
        return ThemeFigures(code, str(code), str(code), share(after, 1000), after, previous=share(before, 1000))

    alone = [theme(1, 100, 128)]
    marked = theme_changes(alone)
    assert findings.change_mark(alone[0], marked) == "▲"
    many = [theme(1, 100, 128), *(theme(n, 100, 101) for n in range(2, 40))]
    assert findings.change_mark(many[0], theme_changes(many)) == ""
    fallen = [theme(1, 200, 100)]
    assert findings.change_mark(fallen[0], theme_changes(fallen)) == "▼"


def test_effort_scores_turn_the_cut_round() -> None:
    answers = ((1.0, 50), (2.0, 30), (3.0, 10), (4.0, 5), (5.0, 5))
    effort = ScoreFigures("CES", ScoreKind.TOP_BOX, 1, 5, answers, good_is_high=False)
    found = measures.measure(effort)
    assert found is not None
    assert found.estimate.value == pytest.approx(80)
    assert measures.name(effort, EN) == "CES (share scoring 2 or less)"


def test_a_mean_of_half_stars() -> None:
    stars = ScoreFigures("Stars", ScoreKind.MEAN, 1, 5, ((4.0, 50), (4.5, 30), (5.0, 20)))
    assert score_finding(stars, example("en"), EN).lead == "Stars is 4.35"


def test_numbers_read_as_in_print() -> None:
    assert EN.points(-3.04) == "−3.0"
    assert EN.points(-0.04) == "0.0"
    assert EN.percent(0.1234, 1000) == "12.3%"
    assert EN.percent(0.1234, 50) == "12%"
    assert EN.share_in_full(share(278, 2420)) == "11.5% (95% CI 10.3 to 12.8%, n=2,420)"
    assert Words("en", Unit.ANSWERS).people == "answers"
    assert share(1, 2, source=Source.MACHINE).source is Source.MACHINE
