from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_example import bare, example, flat

from annotate.messages import translator
from reports import findings, measures
from reports.collect.themes import compared
from reports.corrections import explain
from reports.data import (
    Direction,
    Distribution,
    Provenance,
    ScoreFigures,
    ScoreKind,
    SentimentFigures,
    ThemeFigures,
    Unit,
)
from reports.findings import score_finding, summary, theme_changes
from reports.grammar import Finding, Record, Tone, change_said
from reports.sections.scores import bins
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Change
from reports.statistics.shares import Share, Source, share
from reports.wording import Words

EN = Words("en")
CLAIMS = re.compile(
    r"导致|致使|造成|使得|引起了|\b(?:drove|drives|caused|causes|led to|leads to|due to)\b", re.IGNORECASE
)
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
        (
            nps_score(450, 350, 200, (300, 350, 350)),
            Tone.GOOD,
            "NPS is +25.0, significantly up on the period before by 30.0 points",
        ),
        (
            nps_score(300, 350, 350, (450, 350, 200)),
            Tone.BAD,
            "NPS is −5.0, significantly down on the period before by 30.0 points",
        ),
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


def record(change: Change, *, practical: float | None = 1.0, up_is: Tone = Tone.GOOD) -> Record:
    return Record("X", "50%", "", 1000, 1.0, change=change, practical=practical, period="June", up_is=up_is)


@pytest.mark.parametrize(
    ("change", "practical", "tone", "sentence"),
    [
        (Change(0.4, 0.1, 0.7, 0.01), 1.0, Tone.PLAIN, "statistically different from June, but only slightly"),
        (Change(1.4, 0.2, 2.6, 0.02), 1.0, Tone.GOOD, "significantly up on June by 1.4 points"),
        (Change(-1.4, -2.6, -0.2, 0.02), 1.0, Tone.BAD, "significantly down on June by 1.4 points"),
        (Change(0.1, -0.4, 0.6, 0.7), 1.0, Tone.PLAIN, "unchanged from June"),
        (Change(0.1, -1.4, 1.6, 0.7), 1.0, Tone.UNSURE, "no change confirmed against June"),
        (Change(0.1, -0.4, 0.6, 0.7), None, Tone.UNSURE, "no change confirmed against June"),
        (Change(0.01, 0.005, 0.015, 0.001), None, Tone.GOOD, "significantly up on June by 0.0 points"),
    ],
)
def test_a_change_is_said_by_the_first_rule_that_fits(
    change: Change, practical: float | None, tone: Tone, sentence: str
) -> None:
    assert change_said(record(change, practical=practical), EN) == (tone, sentence)


def test_what_a_rise_means_is_told_by_who_asks() -> None:
    up = Change(2.0, 1.0, 3.0, 0.001)
    assert change_said(record(up, up_is=Tone.BAD), EN)[0] is Tone.BAD
    assert change_said(record(replace(up, value=-2.0), up_is=Tone.BAD), EN)[0] is Tone.GOOD
    assert change_said(record(up, up_is=Tone.PLAIN), EN)[0] is Tone.PLAIN


def test_every_sentence_has_a_key_of_its_own_that_no_language_changes() -> None:
    for machine in (False, True):
        keys = [[item.key for item in summary(example(lang, machine=machine), Words(lang))] for lang in ("zh", "en")]
        assert all(keys[0])
        assert len(set(keys[0])) == len(keys[0])
    assert [key.partition(":")[0] for key in keys[0]] == [key.partition(":")[0] for key in keys[1]]


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
    def marks(*pairs: tuple[int, int]) -> list[str]:
        themes = tuple(ThemeFigures(n, str(n), str(n), share(after, 1000), after) for n, (_, after) in enumerate(pairs))
        before = {n: share(count, 1000) for n, (count, _) in enumerate(pairs)}
        changes = compared(themes, before, "June", practical=(1.0, 20.0))
        themes = tuple(replace(one, change=changes[one.code]) for one in themes)
        return [findings.change_mark(one, theme_changes(themes)) for one in themes]

    assert marks((100, 128)) == ["▲"]
    assert marks((100, 128), *[(100, 101)] * 38)[0] == ""
    assert marks((200, 100)) == ["▼"]


def test_the_card_of_a_number_says_who_coded_and_what_the_audit_found() -> None:
    told = Provenance(388, 0, 190, 14, 8812, "v6", audited=400, said=61, right=59, missed=1)
    corrected = Share(578, 19_506, 0.032, 0.028, 0.042, Source.CORRECTED)
    theme = ThemeFigures(302, "302", "顿挫", corrected, 590, counted=share(578, 19_506), provenance=told)
    lines = explain(theme, EN)
    assert lines[0] == "578 people = coded by people 388 + by the model 190."
    assert lines[1] == (
        "Random sample of 400: the model gives it to 61, 59 of them rightly, and misses 1 of the other 339; corrected "
        "3.2% (95% CI 2.8 to 4.2%, n=19,506)."
    )
    assert lines[2] == "A pivot of the export gives 3.0%."
    assert lines[-1] == "State: code frame r14, model v6, operation 8,812."
    bare_one = replace(theme, share=share(578, 19_506), uncorrected=TooFew(Lack.AUDITED, 40, 100))
    assert "60 more are needed" in explain(bare_one, EN)[1]


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


def test_no_text_of_the_report_names_a_cause_in_either_language() -> None:
    texts: set[str] = set()
    for path in sorted(Path(findings.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "N_"):
                texts |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    assert len(texts) > 200
    told = [said for text in texts for said in (text, translator("zh")(text))]
    # Saying why a figure is as it is (some gave several answers) is no claim about customers.
    assert [one for one in told if CLAIMS.search(one)] == []
