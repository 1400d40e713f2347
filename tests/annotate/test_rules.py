"""Rules in a project: their layer, what people say of their hits, and every step undone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey import add_question, import_answers

from annotate import coding, different, frames, layers, rule_hits, rules, rules_syntax
from annotate.errors import UserError
from annotate.frames import Role
from annotate.layers import Source
from annotate.search import Index
from annotate.store import check, operations
from annotate.store.project import Project

TEXTS = ["低速顿挫", "換擋頓挫！", "顿挫", "空间大", "不顿挫", "顿挫", "没有", "低速顿挫"]


class Desk:
    """A question with answers and the codes jerk, space and none."""

    def __init__(self, project: Project, frame: int) -> None:
        self.project = project
        self.question = add_question(project, "Q1", frame=frame)
        _, self.ids = import_answers(project, self.question, TEXTS)
        self.jerk = frames.add_code(project, frame=frame, label="顿挫", number="302")
        self.space = frames.add_code(project, frame=frame, label="空间", number="401")
        self.none = frames.add_code(project, frame=frame, label="无", number="98", role=Role.NONE)

    def given(self, code: int) -> list[int]:
        """Return the answers that have the code in the final layer from a rule, by their place in TEXTS."""
        with self.project.reading() as db:
            return [
                self.ids.index(one.verbatim)
                for one in layers.answers(db, self.question)
                if any(said.code_id == code and said.source is Source.RULE for said in one.final({}))
            ]

    def add(self, rule: str, code: int | None = None) -> int:
        return rules.add(self.project, question=self.question, code=code or self.jerk, expression=rule)

    def rules(self) -> list[rules.Rule]:
        with self.project.reading() as db:
            return rules.rules(db, self.question)


@pytest.fixture
def desk(project: Project, frame: int) -> Desk:
    return Desk(project, frame)


def test_preview_counts_people_and_what_they_said(desk: Desk) -> None:
    coding.apply_code(desk.project, verbatims=[desk.ids[0]], code=desk.space)
    with desk.project.reading() as db:
        found = rule_hits.preview(db, desk.question, rules_syntax.parse("顿挫 NOT 不顿挫"))
        at_once = rule_hits.first(db, desk.question, rules_syntax.parse("顿挫 NOT 不顿挫"))
    assert (found.answers, found.different, found.out_of) == (5, 3, 8)
    assert found.said == ((desk.space, 2),)
    assert found.uncoded == 3
    assert found.examples == at_once == tuple(desk.ids[:3])


def test_a_rule_codes_only_when_applied_and_yields_to_people(desk: Desk) -> None:
    rule = desk.add("顿挫 NOT 不")
    assert desk.given(desk.jerk) == []
    assert [(one.hits, one.new) for one in rules.offers(desk.project, desk.question)] == [(5, 5)]
    step = rules.apply(desk.project, rule=rule, expected=5)
    assert step.rows == 5
    assert desk.given(desk.jerk) == [0, 1, 2, 5, 7]
    coding.confirm(desk.project, verbatims=[desk.ids[1]])
    assert desk.given(desk.jerk) == [0, 2, 5, 7]
    assert rules.apply(desk.project, rule=rule).rows == 0


def test_later_answers_are_offered_not_coded(desk: Desk) -> None:
    rule = desk.add("顿挫")
    rules.apply(desk.project, rule=rule)
    import_answers(desk.project, desk.question, ["又顿挫", "顿挫", "好"])
    assert [(one.hits, one.new) for one in rules.offers(desk.project, desk.question)] == [(8, 2)]
    assert desk.given(desk.jerk) == [0, 1, 2, 4, 5, 7]
    rules.apply(desk.project, rule=rule)
    assert [(one.hits, one.new) for one in rules.offers(desk.project, desk.question)] == [(8, 0)]


def test_changes_take_back_what_no_rule_gives_any_more(desk: Desk) -> None:
    wide, narrow = desk.add("顿挫"), desk.add("低速")
    for rule in (wide, narrow):
        rules.apply(desk.project, rule=rule)
    rules.change(desk.project, rule=wide, expression="换挡")
    assert desk.given(desk.jerk) == [0, 1, 7]
    rules.switch(desk.project, rule=narrow, active=False)
    assert desk.given(desk.jerk) == [1]
    rules.remove(desk.project, rule=wide)
    assert desk.given(desk.jerk) == []
    assert [(one.text, one.active) for one in desk.rules()] == [("低速", False)]


def test_every_step_is_undone(desk: Desk) -> None:
    rule = desk.add("顿挫 NOT 不")
    rules.apply(desk.project, rule=rule)
    before = desk.given(desk.jerk)
    rules.remove(desk.project, rule=rule)
    operations.undo(desk.project)
    assert desk.given(desk.jerk) == before
    assert [one.text for one in desk.rules()] == ["顿挫 NOT 不"]
    operations.undo(desk.project)
    assert desk.given(desk.jerk) == []
    operations.redo(desk.project)
    assert desk.given(desk.jerk) == before
    for _ in range(2):
        operations.undo(desk.project)
    assert desk.rules() == []
    assert check.check(desk.project).ok


def test_codes_that_exclude_each_other_stay_apart(desk: Desk) -> None:
    rules.apply(desk.project, rule=desk.add("没有 OR 空间", desk.none))
    assert rules.apply(desk.project, rule=desk.add("空间 OR 顿挫", desk.space)).rows == 6
    assert desk.given(desk.none) == [3, 6]
    assert desk.given(desk.space) == [0, 1, 2, 4, 5, 7]


def test_precision_is_over_answers_that_people_decided(desk: Desk) -> None:
    hits = np.array(desk.ids[:5])
    with desk.project.reading() as db:
        told = different.groups(db, desk.question)
        assert rule_hits.precision(db, desk.question, desk.jerk, hits, told) is None
    rules.apply(desk.project, rule=desk.add("顿挫"))
    coding.apply_code(desk.project, verbatims=desk.ids[:3], code=desk.jerk)
    coding.confirm(desk.project, verbatims=[desk.ids[3], desk.ids[4]])
    with desk.project.reading() as db:
        found = rule_hits.precision(db, desk.question, desk.jerk, hits, told)
    assert found is not None
    assert (found.judged, found.right, found.random_judged) == (5, 3, 0)
    assert found.low < 0.6 < found.high


def test_a_random_sample_counts_repeats_that_people_decided(desk: Desk) -> None:
    """The second of two identical answers is judged as well as the first; of the two one stands for the text."""
    coding.apply_code(desk.project, verbatims=[desk.ids[5]], code=desk.jerk, expand=False)
    with desk.project.reading() as db:
        told = different.groups(db, desk.question)
        found = rule_hits.precision(db, desk.question, desk.jerk, np.array([desk.ids[2], desk.ids[5]]), told)
    assert found is not None
    assert (found.judged, found.right) == (1, 1)


_ALPHABET = st.sampled_from(list("顿頓挫不 ab1A<>()（）/é\u0301\u200b\ufe0f\0😀。-"))
_RULES = (
    "顿挫",
    "顿 NOT 不",
    "ab",
    "a*",
    "顿 NEAR/2 b",
    "挫 OR 1",
    '"a b"',
    "é",
    "不不",
    "aa",
    "b<",
    "顿顿挫",
    "(不 OR a) 挫",
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(_ALPHABET, min_size=1, max_size=9), min_size=1, max_size=12))
def test_the_index_leaves_out_no_hit(shared: tuple[Project, int, Index], texts: list[str]) -> None:
    project, question, index = shared
    before = import_answers(project, question, texts)[1]
    index.bring_up_to_date()
    import_answers(project, question, [f"{text}挫" for text in texts])
    with project.reading() as db:
        told = different.groups(db, question)
        for rule in map(rules_syntax.parse, _RULES):
            holds = rules_syntax.test_of(rule)
            expected = [
                one
                for part in different.parts(db, told)
                for one, text in zip(part.ids.tolist(), part.texts, strict=True)
                if holds(text)
            ]
            assert rule_hits.heads(db, told, [rule])[0].tolist() == expected, rules_syntax.written(rule)
    assert before


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, int, Index]]:
    folder = tmp_path_factory.mktemp("rules")
    with (
        Project.create(folder / "car.tingdong", coder="Ann") as project,
        Index(project, folder=folder / "cache") as made,
    ):
        yield project, add_question(project, "Q1"), made


def test_what_cannot_be_is_refused(desk: Desk, project: Project) -> None:
    rule = desk.add("顿挫")
    other = add_question(project, "Q2")
    net = frames.add_code(project, frame=1, label="大类", is_net=True)
    rules.switch(project, rule=rule, active=False)
    for error, verb in (
        ("rule-there", lambda: desk.add("顿 挫".replace(" ", ""))),
        ("no-rule", lambda: rules.apply(project, rule=99)),
        ("rule-off", lambda: rules.apply(project, rule=rule)),
        ("other-frame", lambda: rules.add(project, question=other, code=desk.jerk, expression="a")),
        ("retired-code", lambda: desk.add("a", net)),
        ("bad-rule", lambda: desk.add("(a")),
    ):
        with pytest.raises(UserError) as raised:
            verb()
        assert raised.value.id == error
